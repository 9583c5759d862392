/** Premium, funding rates, caps and payments: worked examples, settled rates, zero sum, parity under arbitrage. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import {
  MAX_EXACT,
  UserError,
  cappedPremium,
  clampedFundingRate,
  defaultedFundingRatePpm,
  fundingIndexDelta,
  fundingIndexPaymentsQuanta,
  fundingPayment,
  fundingPaymentsQuanta,
  fundingRatePpb,
  impactNotional,
  impactPremium,
  impactPremiumPpm,
  interestRate,
  inverseFundingPayment,
  linearlyWeightedMean,
  maintenanceCap,
  marginGapCap,
  minuteMedianMeanPpm,
  neutralBand,
  perpetualSpotRatio,
  premiumFundingRate,
  premiumPpb,
  relativePremium,
} from "@undertow/core";
import type { FundingPayments } from "@undertow/core";

const runs = { numRuns: 10_000, seed: 20_251_010 };

const eightHours = { interest: 0.0001, clamp: 0.0005 };
const hourly = { ...eightHours, paymentsPerPeriod: 8, paymentCap: 0.04 };
const published = { ...eightHours, periodCap: 0.04, paymentsPerPeriod: 8, publishedDecimals: 6 };

describe("premium", () => {
  it.each([
    ["200 USDT at 5 % initial margin (Binance)", 200, 0.05, 4_000],
    ["500 USDC at 5 % (dYdX)", 500, 0.05, 10_000],
  ])("impact notional: %s", (_, marginAmount, initialMarginRate, expected) => {
    expect(impactNotional({ marginAmount, initialMarginRate })).toBeCloseTo(expected, 9);
  });

  it.each([
    ["dear", { impactBid: 10_100, impactAsk: 10_102 }, 0.01],
    ["cheap", { impactBid: 9_890, impactAsk: 9_900 }, -0.01],
    ["index between the impact prices", { impactBid: 9_990, impactAsk: 10_010 }, 0],
    ["thin bids", { impactAsk: 10_102 }, 0],
    ["thin asks", { impactBid: 9_890 }, 0],
    ["thin bids, cheap asks", { impactAsk: 9_900 }, -0.01],
    ["no book", {}, 0],
  ])("from impact prices: %s", (_, prices, expected) => {
    expect(impactPremium({ ...prices, index: 10_000 })).toBeCloseTo(expected, 15);
  });

  it("of the middle (OKX) or the mark (Deribit)", () => {
    expect(relativePremium({ price: 10_010, index: 10_000 })).toBe(0.001);
  });

  it.each([
    [{ impactBidTicks: 100_003, impactAskTicks: 100_010 }, 40],
    [{ impactBidTicks: 99_000, impactAskTicks: 99_995 }, -40],
    [{ impactAskTicks: 100_010 }, 0],
  ])("in whole ppm, truncated towards zero (dYdX): %o", (prices, expected) => {
    expect(impactPremiumPpm({ ...prices, indexTicks: 99_999 })).toBe(expected);
  });

  test("the step loop's premium in ppb is this one, truncated", () => {
    const ticks = fc.integer({ min: 1, max: 1_000_000 });
    fc.assert(
      fc.property(ticks, ticks, ticks, (a, b, indexTicks) => {
        const [bid, ask] = [Math.min(a, b), Math.max(a, b)];
        const premium = impactPremium({ impactBid: bid, impactAsk: ask, index: indexTicks });
        return Math.trunc(premium * 1e9) === premiumPpb(indexTicks, bid, ask);
      }),
      runs,
    );
  });
});

describe("premium with interest and clamp", () => {
  it.each([
    ["Hyperliquid, settled", -0.0008259503, hourly, "-0.0000407438"],
    ["Hyperliquid, settled", -0.0066321638, hourly, "-0.0007665205"],
    ["Hyperliquid, neutral", 0.0001, hourly, "0.0000125000"],
    ["Hyperliquid, the documentation's 1 % before its division by 8", 0.01, eightHours, "0.0095000000"],
    ["Hyperliquid, capped after the division", 0.5, hourly, "0.0400000000"],
    ["Hyperliquid, below the cap after the division", 0.2, hourly, "0.0249375000"],
    ["Lighter, capped before the division: 0.5 % an hour", -0.2, published, "-0.0050000000"],
    ["Lighter, per cent cut to four decimals", -0.0008259503, published, "-0.0000400000"],
    ["Lighter, a figure of four decimals keeps them", 0.00062, published, "0.0000150000"],
    ["Binance, lower edge of the neutral band", -0.0004, eightHours, "0.0001000000"],
    ["Binance, upper edge", 0.0006, eightHours, "0.0001000000"],
    ["Binance, below the band", -0.0009, eightHours, "-0.0004000000"],
    ["Binance, 0.75 of 0.4 %", 0.02, { ...eightHours, periodCap: 0.003 }, "0.0030000000"],
    ["Bybit, min(0.75 (2 % - 1 %), 1 %)", 0.02, { ...eightHours, periodCap: 0.0075 }, "0.0075000000"],
    ["BitMEX, 0.375 %", -0.02, { ...eightHours, periodCap: 0.00375 }, "-0.0037500000"],
    ["Deribit's dampener, inside", 0.0004, { interest: 0, clamp: 0.0005 }, "0.0000000000"],
    ["Deribit's dampener, outside", -0.0008, { interest: 0, clamp: 0.0005 }, "-0.0003000000"],
  ])("%s: %d", (_, premium, rule, expected) => {
    expect(clampedFundingRate(premium, rule).toFixed(10)).toBe(expected);
  });

  it("may change by at most 75 % of the maintenance margin an interval (BitMEX)", () => {
    const rule = { ...eightHours, periodCap: marginGapCap({ ...xbtusd, factor: 0.75 }) };
    const maxChange = maintenanceCap({ maintenanceMarginRate: 0.005, factor: 0.75 });
    const change = { previousRate: -0.003, maxChange };
    expect(clampedFundingRate(0.02, { ...rule, change })).toBeCloseTo(0.00075, 15);
    expect(clampedFundingRate(0.02, rule)).toBe(0.00375);
  });

  it("its neutral band is -0.04 % to 0.06 %", () => {
    const band = neutralBand(eightHours);
    expect(band.low).toBeCloseTo(-0.0004, 15);
    expect(band.high).toBeCloseTo(0.0006, 15);
  });

  it("interest from two currencies: (1.00 % - 0.25 %) / 3 (BitMEX)", () => {
    expect(interestRate({ quoteRatePerDay: 0.01, baseRatePerDay: 0.0025 })).toBe(0.0025);
  });

  test("it is the interest in the band, moves with the premium, and keeps its caps", () => {
    const premium = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(premium, premium, fc.double({ min: 0, max: 0.05, noNaN: true }), (a, b, paymentCap) => {
        const low = clampedFundingRate(Math.min(a, b), { ...hourly, paymentCap });
        const high = clampedFundingRate(Math.max(a, b), { ...hourly, paymentCap });
        const calm = clampedFundingRate(a * 0.00049 + 0.0001, hourly) === 0.0001 / 8;
        return low <= high && -paymentCap <= low && high <= paymentCap && calm;
      }),
      runs,
    );
  });

  test("the step loop's rate in ppb is this one", () => {
    const rule = { interestPpb: 100_000, clampPpb: 500_000, capPpb: 3_000_000 };
    fc.assert(
      fc.property(fc.integer({ min: -10_000_000, max: 10_000_000 }), (ppb) => {
        const rate = clampedFundingRate(ppb / 1e9, { ...eightHours, periodCap: 0.003 });
        return Math.round(rate * 1e9) === fundingRatePpb(ppb, rule);
      }),
      runs,
    );
  });

  it("takes Binance's rate through an interval: linear weights, then clamp", () => {
    const samples = Array.from({ length: 5_760 }, (_, i) => (i < 2_880 ? 0 : 0.002));
    const premium = linearlyWeightedMean(samples);
    expect(premium).toBeCloseTo(0.0015, 6);
    expect(clampedFundingRate(premium, eightHours)).toBeCloseTo(0.001, 6);
  });
});

const xbtusd = { initialMarginRate: 0.01, maintenanceMarginRate: 0.005 };

describe("caps", () => {
  it.each([
    [
      "Binance, 0.75 of the lowest bracket",
      maintenanceCap({ maintenanceMarginRate: 0.004, factor: 0.75 }),
      0.003,
    ],
    ["Binance, older", maintenanceCap({ maintenanceMarginRate: 0.004, factor: 1 }), 0.004],
    ["BitMEX XBTUSD", marginGapCap({ ...xbtusd, factor: 0.75 }), 0.00375],
    [
      "dYdX Large-Cap, rate",
      marginGapCap({ initialMarginRate: 0.02, maintenanceMarginRate: 0.012, factor: 6 }),
      0.048,
    ],
    [
      "dYdX Large-Cap, vote",
      marginGapCap({ initialMarginRate: 0.02, maintenanceMarginRate: 0.012, factor: 60 }),
      0.48,
    ],
    ["Bybit, gap binds", marginGapCap({ ...xbtusd, factor: 0.75, limitToMaintenance: true }), 0.00375],
    [
      "Bybit, maintenance binds",
      marginGapCap({
        initialMarginRate: 0.02,
        maintenanceMarginRate: 0.005,
        factor: 0.75,
        limitToMaintenance: true,
      }),
      0.005,
    ],
    ["OKX BTC", premiumFundingRate(0.005, { cap: 0.00375 }), 0.00375],
    ["OKX, inside", premiumFundingRate(-0.0005, { cap: 0.00375 }), -0.0005],
    ["dYdX vote", cappedPremium({ premium: -0.6, cap: 0.48 }), -0.48],
    ["dYdX default of 100 ppm", defaultedFundingRatePpm(0, { defaultPpm: 100, capPpm: 48_000 }), 100],
    ["dYdX capped", defaultedFundingRatePpm(-60_000, { defaultPpm: 100, capPpm: 48_000 }), -48_000],
  ])("%s", (_, found, expected) => {
    expect(found).toBeCloseTo(expected, 14);
  });
});

describe("funding index (dYdX v4-chain, x/perpetuals)", () => {
  const tick = { seconds: 3_600, price: 50_000, baseResolution: -10 };
  it.each([
    ["1,000 ppm for an hour at 50,000 USD", 1_000, 625],
    ["500 ppm: 312.5 truncated", 500, 312],
    ["-500 ppm: truncated towards zero", -500, -312],
    ["nothing", 0, 0],
  ])("%s", (_, ratePpm, expected) => {
    expect(fundingIndexDelta({ ...tick, ratePpm })).toBe(expected);
  });

  it("60 samples of 1,000 ppm where 120 were expected: 500 ppm, 312", () => {
    const premium = minuteMedianMeanPpm(
      Array.from({ length: 60 }, () => [1_000]),
      { minutes: 120 },
    );
    expect(premium).toBe(500);
    expect(fundingIndexDelta({ ...tick, ratePpm: premium })).toBe(312);
  });

  it("truncates towards zero before the last division too: -1 ppm, 4 h at 19,999 is -0.99995", () => {
    const half = { ...tick, seconds: 14_400, price: 19_999 };
    expect(fundingIndexDelta({ ...half, ratePpm: -1 })).toBe(0);
    expect(fundingIndexDelta({ ...half, price: 20_000, ratePpm: -1 })).toBe(-1);
  });

  it("takes the price with its exponent: 5,000,000,000 x 10^-5", () => {
    const scaled = { ...tick, price: 5_000_000_000, priceExponent: -5 };
    expect(fundingIndexDelta({ ...scaled, ratePpm: 1_000 })).toBe(625);
  });

  it("a long of 1 BTC pays size x delta / 1e6", () => {
    const paid = fundingIndexPaymentsQuanta([10_000_000_000, -10_000_000_000], 625);
    expect(paid).toEqual({ changesQuanta: [-6_250_000, 6_250_000], dustQuanta: 0 });
  });

  test("the delta is the exact quotient, truncated, of either sign", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -48_000, max: 48_000 }),
        fc.integer({ min: 0, max: 28_800 }),
        fc.integer({ min: 1, max: 10_000_000_000 }),
        fc.integer({ min: -10, max: -5 }),
        (ratePpm, seconds, price, priceExponent) => {
          const found = fundingIndexDelta({ ratePpm, seconds, price, priceExponent, baseResolution: -10 });
          const product = BigInt(ratePpm) * BigInt(seconds) * BigInt(price);
          return BigInt(found) === product / (28_800n * 10n ** BigInt(4 - priceExponent));
        },
      ),
      runs,
    );
  });
});

describe("payments", () => {
  it("of signed positions in display units: 2, -0.5, -1.5 at 30,000 and 0.01 %", () => {
    const changes = [2, -0.5, -1.5].map((size) => fundingPayment({ size, price: 30_000, rate: 0.0001 }));
    expect(changes).toEqual([-6, 1.5, 4.5]);
    expect(changes.reduce((sum, change) => sum + change, 0)).toBe(0);
  });

  it("of an inverse position: 15,000 contracts at 750 = 20 XBT pay 0.05, net of 1.25 to 800 is 1.2 (BitMEX)", () => {
    const paid = inverseFundingPayment({ contracts: 15_000, price: 750, rate: 0.0025 });
    expect(paid).toBeCloseTo(-0.05, 15);
    expect(15_000 * (1 / 750 - 1 / 800) + paid).toBeCloseTo(1.2, 12);
  });

  it("in quanta: the payer rounds up, the receivers down, the dust is apart", () => {
    const terms = { lotValueQuanta: 15, ratePpb: 100_000_000 };
    expect(fundingPaymentsQuanta([2, -1, -1], terms)).toEqual({ changesQuanta: [-3, 1, 1], dustQuanta: 1 });
    expect(fundingPaymentsQuanta([2, -1, -1], { ...terms, ratePpb: -100_000_000 })).toEqual({
      changesQuanta: [3, -2, -2],
      dustQuanta: 1,
    });
  });

  it("inverse in quanta: 20 XBT of contracts at 750.0 pay 5,000,000 satoshi", () => {
    const terms = { lotValueQuanta: 1_000_000_000, lotValueDivisor: 7_500, ratePpb: 2_500_000 };
    expect(fundingPaymentsQuanta([15_000, -15_000], terms)).toEqual({
      changesQuanta: [-5_000_000, 5_000_000],
      dustQuanta: 0,
    });
  });

  it("keeps the sum exact where it leaves 2^53", () => {
    const big = 9_000_000_000_000;
    const lots = [...new Array<number>(1_000).fill(big), ...new Array<number>(1_000).fill(-big)];
    const { changesQuanta, dustQuanta } = fundingPaymentsQuanta(lots, {
      lotValueQuanta: 1_000,
      ratePpb: 333_333_333,
    });
    const sum = changesQuanta.reduce((total, change) => total + BigInt(change), 0n);
    expect(sum + BigInt(dustQuanta)).toBe(0n);
    expect(dustQuanta).toBe(0); // 9e15 x 333,333,333 / 1e9 is whole
  });

  /** Positions that sum to 0: random ones and the last that closes them. */
  const positions = (largest: number) =>
    fc.array(fc.integer({ min: -largest, max: largest }), { minLength: 0, maxLength: 12 }).map((lots) => {
      const rest = lots.reduce((sum, lot) => sum - lot, 0);
      return rest === 0 ? lots : [...lots, rest];
    });

  test("property 7: quanta net to 0 with the dust; payers round up, receivers down", () => {
    fc.assert(
      fc.property(
        positions(1_000_000),
        fc.integer({ min: 0, max: 500_000_000 }),
        fc.integer({ min: 1, max: 9_007_199 }),
        fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }),
        (lots, lotValueQuanta, lotValueDivisor, ratePpb) => {
          const paid = fundingPaymentsQuanta(lots, { lotValueQuanta, lotValueDivisor, ratePpb });
          return netsToZero(lots, paid, (lot) => [
            -BigInt(lot) * BigInt(lotValueQuanta) * BigInt(ratePpb),
            BigInt(lotValueDivisor) * 1_000_000_000n,
          ]);
        },
      ),
      runs,
    );
  });

  test("property 7 for the funding index", () => {
    fc.assert(
      fc.property(
        positions(1_000_000_000_000),
        fc.integer({ min: -1_000_000, max: 1_000_000 }),
        (sizes, delta) => {
          const paid = fundingIndexPaymentsQuanta(sizes, delta);
          return netsToZero(sizes, paid, (size) => [-BigInt(size) * BigInt(delta), 1_000_000n]);
        },
      ),
      runs,
    );
  });

  function netsToZero(
    lots: readonly number[],
    paid: FundingPayments,
    exact: (lot: number) => readonly [bigint, bigint],
  ): boolean {
    let sum = BigInt(paid.dustQuanta);
    for (let i = 0; i < lots.length; i++) {
      const change = BigInt(paid.changesQuanta[i]);
      const [product, divisor] = exact(lots[i]);
      // change <= exact < change + 1: nobody gets more or pays less than the exact amount, by less than a quantum.
      if (change * divisor > product || (change + 1n) * divisor <= product) return false;
      sum += change;
    }
    return sum === 0n && paid.dustQuanta >= 0 && paid.dustQuanta <= Math.max(0, lots.length - 1);
  }
});

describe("E5: funding and basis under frictionless arbitrage", () => {
  const year = { premiumsPerYear: 1_095, quoteRatePerYear: 0.05, baseRatePerYear: 0.01 };
  const fixedPoints: readonly [number, number][] = [
    [0, 1.0000365310148316],
    [0.04, 1],
  ];

  it.each(fixedPoints)("closed form, interest %d a year: %d", (interestPerYear, ratio) => {
    expect(Math.abs(perpetualSpotRatio({ ...year, interestPerYear }) / ratio - 1)).toBeLessThan(1e-12);
  });

  it("is 1 only when the interest is the difference of the two rates", () => {
    expect(perpetualSpotRatio({ ...year, interestPerYear: 0.05 })).toBeLessThan(1);
    expect(perpetualSpotRatio({ ...year, interestPerYear: 0.03 })).toBeGreaterThan(1);
  });

  it.each(fixedPoints)("arbitrageurs paid each hour, interest %d a year: %d", (interestPerYear, ratio) => {
    const { ratio: found, ledgerSum } = arbitrage(interestPerYear);
    expect(Math.abs(found / ratio - 1)).toBeLessThan(2e-6);
    expect(ledgerSum).toBe(0n);
  });

  /**
   * Short the perpetual against borrowed spot, or the reverse, while that earns anything; each trade moves the
   * perpetual against it. Funding is paid each hour in quanta through the public functions.
   */
  function arbitrage(interestPerYear: number): { ratio: number; ledgerSum: bigint } {
    const hoursPerYear = 8_760;
    const drift = (year.quoteRatePerYear - year.baseRatePerYear) / hoursPerYear;
    const interest = interestPerYear / year.premiumsPerYear;
    const cash = [0n, 0n, 0n, 0n];
    let spot = 60_000;
    let perpetual = 60_600;
    for (let hour = 0; hour < 400; hour++) {
      const premium = impactPremium({ impactBid: perpetual, impactAsk: perpetual, index: spot });
      const rate = clampedFundingRate(premium + interest, { interest: 0, clamp: 0, paymentsPerPeriod: 8 });
      const ratePpb = Math.round(rate * 1e9);
      const lotValueQuanta = Math.round(spot * 100);
      const paid = fundingPaymentsQuanta([700, -300, -400], { lotValueQuanta, ratePpb });
      for (let i = 0; i < 3; i++) cash[i] += BigInt(paid.changesQuanta[i]);
      cash[3] += BigInt(paid.dustQuanta);
      // A short earns the funding it was paid and loses the perpetual's drift, which follows spot.
      const received = paid.changesQuanta[2] / (400 * 100);
      perpetual -= 4 * (received - perpetual * drift);
      spot *= 1 + drift;
      perpetual *= 1 + drift;
    }
    return { ratio: perpetual / spot, ledgerSum: cash.reduce((sum, amount) => sum + amount, 0n) };
  }
});

describe("refusals name the field and the range", () => {
  const terms = { lotValueQuanta: 1, ratePpb: 1 };
  const tick = { ratePpm: 1, seconds: 1, price: 1, baseResolution: -10 };
  test.each<[string, () => unknown, RegExp]>([
    ["NaN premium", () => clampedFundingRate(NaN, eightHours), /premium.*finite.*NaN/],
    ["negative clamp", () => clampedFundingRate(0, { interest: 0, clamp: -1 }), /rule\.clamp.*at least 0/],
    ["negative cap", () => clampedFundingRate(0, { ...hourly, paymentCap: -1 }), /rule\.paymentCap/],
    ["no payments", () => clampedFundingRate(0, { ...hourly, paymentsPerPeriod: 0 }), /paymentsPerPeriod/],
    [
      "half a decimal",
      () => clampedFundingRate(0, { ...hourly, publishedDecimals: 1.5 }),
      /publishedDecimals/,
    ],
    [
      "crossed impact prices",
      () => impactPremium({ impactBid: 2, impactAsk: 1, index: 1 }),
      /impactBid.*of 1/,
    ],
    ["index 0", () => relativePremium({ price: 1, index: 0 }), /index.*above 0/],
    ["fractional ticks", () => impactPremiumPpm({ impactBidTicks: 1.5, indexTicks: 1 }), /impactBidTicks/],
    [
      "absurd premium",
      () => impactPremiumPpm({ impactBidTicks: MAX_EXACT, indexTicks: 1 }),
      /impactBidTicks/,
    ],
    [
      "margin rate above 1",
      () => impactNotional({ marginAmount: 1, initialMarginRate: 1.1 }),
      /initialMarginRate.*0 to 1/,
    ],
    [
      "maintenance above initial",
      () => marginGapCap({ initialMarginRate: 0.01, maintenanceMarginRate: 0.02, factor: 1 }),
      /maintenanceMarginRate.*initial margin rate of 0\.01/,
    ],
    ["negative cap of votes", () => cappedPremium({ premium: 0, cap: -1 }), /cap.*at least 0/],
    [
      "fractional ppm",
      () => defaultedFundingRatePpm(0.5, { defaultPpm: 0, capPpm: 1 }),
      /premiumPpm.*integer/,
    ],
    ["infinite size", () => fundingPayment({ size: Infinity, price: 1, rate: 0 }), /size.*finite/],
    ["price 0", () => inverseFundingPayment({ contracts: 1, price: 0, rate: 0 }), /price.*above 0/],
    [
      "open book of positions",
      () => fundingPaymentsQuanta([2, -1], terms),
      /positionsLots.*sum to 0.*sum of 1/,
    ],
    ["fractional lots", () => fundingPaymentsQuanta([0.5, -0.5], terms), /positionsLots\[0\].*integer/],
    [
      "too much value",
      () => fundingPaymentsQuanta([2, -2], { ...terms, lotValueQuanta: MAX_EXACT }),
      /\[0\]/,
    ],
    ["rate above 1", () => fundingPaymentsQuanta([], { ...terms, ratePpb: 2e9 }), /ratePpb/],
    [
      "divisor 0",
      () => fundingPaymentsQuanta([], { ...terms, lotValueDivisor: 0 }),
      /lotValueDivisor.*from 1/,
    ],
    ["too large a payment", () => fundingIndexPaymentsQuanta([1e14, -1e14], 1e14), /sizesQuantums\[0\]/],
    ["negative time", () => fundingIndexDelta({ ...tick, seconds: -1 }), /seconds.*at least 0/],
    ["resolution", () => fundingIndexDelta({ ...tick, baseResolution: -99 }), /baseResolution.*-20 to 20/],
    [
      "interest over kappa",
      () =>
        perpetualSpotRatio({
          premiumsPerYear: 1,
          interestPerYear: 1,
          quoteRatePerYear: 0,
          baseRatePerYear: 0,
        }),
      /interestPerYear.*below premiumsPerYear/,
    ],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(UserError);
    expect(call).toThrow(message);
  });
});
