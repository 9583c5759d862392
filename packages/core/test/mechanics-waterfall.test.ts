/**
 * The liquidation waterfall as pure functions: who first, how much, at what price, for what fee, who pays, who takes over.
 *
 * Worked examples name the venue document or test that they come from; property 4: closing at the bankruptcy price
 * leaves nothing and costs the fund nothing.
 */
import {
  UserError,
  clearanceFee,
  clearanceFeeQuanta,
  coverDeficit,
  fillablePrice,
  fundAllowsFill,
  insuranceDelta,
  insuranceDeltaQuanta,
  isCoolingDown,
  isolatedBankruptcyTicks,
  liquidationOrderPrice,
  orderLiquidations,
  partialSize,
  takeover,
} from "@undertow/core";
import type { PartialSizeRule, TakeoverInput, TakeoverRule } from "@undertow/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

/** Binance BTCUSDT brackets 1 to 4, 2024-10-24. */
const BRACKETS = [
  { notionalFloor: 0, maintenanceRate: 0.004 },
  { notionalFloor: 50_000, maintenanceRate: 0.005 },
  { notionalFloor: 600_000, maintenanceRate: 0.0065 },
  { notionalFloor: 3_000_000, maintenanceRate: 0.01 },
];
/** BitMEX XBTUSD risk limits after August 2021, notionals in XBT. */
const RISK_LIMITS = [
  { notionalFloor: 0, maintenanceRate: 0.005 },
  { notionalFloor: 200, maintenanceRate: 0.01 },
  { notionalFloor: 350, maintenanceRate: 0.015 },
];
const HYPERLIQUID: PartialSizeRule = {
  kind: "share",
  share: 0.2,
  aboveNotional: 100_000,
  cooldownSeconds: 30,
};
const DYDX: PartialSizeRule = {
  kind: "portion",
  maxPortion: 0.1,
  minNotional: 1_000,
  maxNotionalPerBlock: 100_000,
};

describe("order of accounts", () => {
  const candidate = fc.record({
    equity: fc.integer({ min: -5, max: 5 }),
    maintenance: fc.integer({ min: 1, max: 4 }),
    fillablePrice: fc.integer({ min: 90, max: 110 }),
    oraclePrice: fc.constant(100),
    quoteSize: fc.integer({ min: 1, max: 3 }),
    orderHash: fc.integer({ min: 0, max: 2 }),
  });

  test("equity over maintenance, the deepest first, ties by account", () => {
    const order = orderLiquidations("equity-ratio", [
      { account: 7, equity: 4, maintenance: 5 },
      { account: 3, equity: 8, maintenance: 10 },
      { account: 9, equity: -1, maintenance: 5 },
      { account: 1, equity: 9, maintenance: 10 },
    ]);
    expect(order.map((one) => one.account)).toEqual([9, 3, 7, 1]);
  });

  test("dYdX: distance from the oracle, then quote size, then hash, whatever the side", () => {
    const at = { oraclePrice: 100, quoteSize: 10 };
    const order = orderLiquidations("fillable-distance", [
      { ...at, account: 1, fillablePrice: 99, orderHash: 5 },
      { ...at, account: 2, fillablePrice: 102, orderHash: 4 },
      { ...at, account: 3, fillablePrice: 98, orderHash: 3 },
      { ...at, account: 4, fillablePrice: 98, quoteSize: 11, orderHash: 9 },
      { account: 5, oraclePrice: 1, fillablePrice: 0.9, quoteSize: 1, orderHash: 9 },
    ]);
    expect(order.map((one) => one.account)).toEqual([5, 4, 3, 2, 1]);
  });

  test("every rule gives one order for any order of the input", () => {
    const crowd = fc.array(candidate, { minLength: 1, maxLength: 8 });
    const rule = fc.constantFrom("equity-ratio", "fillable-distance", "account-key");
    fc.assert(
      fc.property(crowd, rule, fc.nat(), (fields, name, shift) => {
        const accounts = fields.map((one, account) => ({ ...one, account }));
        const cut = shift % accounts.length;
        const shuffled = [...accounts.slice(cut), ...accounts.slice(0, cut)].toReversed();
        const order = orderLiquidations(name, accounts);
        expect(orderLiquidations(name, shuffled)).toEqual(order);
        expect(order.map((one) => one.account).toSorted((a, b) => a - b)).toEqual(
          accounts.map((one) => one.account),
        );
      }),
      { numRuns: 2_000, seed: 61 },
    );
  });
});

describe("partial size", () => {
  const drift = (liquidationFeeRate: number, fundFeeRate: number): PartialSizeRule => ({
    kind: "shortage",
    maintenanceRate: 0.1,
    liquidationFeeRate,
    fundFeeRate,
  });

  test.each<[string, PartialSizeRule, Parameters<typeof partialSize>[1], number, boolean]>([
    ["everything", { kind: "all" }, { size: 3, price: 100 }, 3, true],
    ["Drift: shortage 10, no fees", drift(0, 0), { size: 5, price: 100, shortage: 10 }, 1, false],
    ["Drift: fee 1 %", drift(0.01, 0), { size: 5, price: 100, shortage: 10 }, 10 / 9, false],
    ["Drift: fee 1 %, fund 1 %", drift(0.01, 0.01), { size: 5, price: 100, shortage: 10 }, 1.25, false],
    ["Drift: fees eat the margin", drift(0.05, 0.05), { size: 5, price: 100, shortage: 10 }, 5, true],
    ["Drift: more than there is", drift(0, 0), { size: 5, price: 100, shortage: 60 }, 5, true],
    [
      "Binance: 20 BTC at 50,000 down one bracket, to 600,000",
      { kind: "tier-step", tiers: BRACKETS },
      { size: 20, price: 50_000, lotSize: 0.001 },
      8,
      false,
    ],
    [
      "Binance: rounded up to a whole lot",
      { kind: "tier-step", tiers: BRACKETS },
      { size: 20, price: 49_999, lotSize: 0.001 },
      8,
      false,
    ],
    [
      "Binance: all in the lowest bracket",
      { kind: "tier-step", tiers: BRACKETS },
      { size: 1, price: 50_000 },
      1,
      true,
    ],
    [
      "BitMEX: 230 XBT under the limit of 200, in contracts",
      { kind: "tier-step", tiers: RISK_LIMITS },
      { size: 2_300_000, price: 10_000, contract: "inverse", lotSize: 100 },
      300_000,
      false,
    ],
    [
      "OKX: fourth tier, margin above the first tier's rate: two tiers down",
      { kind: "two-tiers", tiers: BRACKETS },
      { size: 80, price: 50_000, equity: 16_000 },
      68,
      false,
    ],
    [
      "OKX: margin below the first tier's rate: everything",
      { kind: "two-tiers", tiers: BRACKETS },
      { size: 80, price: 50_000, equity: 15_999 },
      80,
      true,
    ],
    [
      "OKX: second tier: everything",
      { kind: "two-tiers", tiers: BRACKETS },
      { size: 10, price: 50_000, equity: 2_400 },
      10,
      true,
    ],
    ["Hyperliquid: 20 % above 100,000", HYPERLIQUID, { size: 10, price: 60_000 }, 2, false],
    ["Hyperliquid: 100,000 is not above", HYPERLIQUID, { size: 2, price: 50_000 }, 2, true],
    [
      "Hyperliquid: all within 30 s",
      HYPERLIQUID,
      { size: 10, price: 60_000, secondsSincePartial: 29.9 },
      10,
      true,
    ],
    [
      "Hyperliquid: 20 % after 30 s",
      HYPERLIQUID,
      { size: 10, price: 60_000, secondsSincePartial: 30 },
      2,
      false,
    ],
    ["dYdX: 10 % of 600,000", DYDX, { size: 10, price: 60_000 }, 1, false],
    ["dYdX: at least 1,000", DYDX, { size: 0.1, price: 60_000, lotSize: 0.0001 }, 0.0166, false],
    ["dYdX: all below 1,000", DYDX, { size: 0.01, price: 60_000 }, 0.01, true],
    ["dYdX: at most 100,000 a block", DYDX, { size: 100, price: 50_000 }, 2, false],
    [
      "dYdX: what the block has left",
      DYDX,
      { size: 100, price: 50_000, notionalThisBlock: 75_000 },
      0.5,
      false,
    ],
    [
      "dYdX: nothing when the block is used up",
      DYDX,
      { size: 100, price: 50_000, notionalThisBlock: 100_000 },
      0,
      false,
    ],
  ])("%s", (_, rule, position, size, whole) => {
    const found = partialSize(rule, position);
    expect(found.size).toBeCloseTo(size, 9);
    expect(found.whole).toBe(whole);
  });

  test("a tier step ends in the tier below, to the lot; one lot less would not", () => {
    const price = fc.integer({ min: 20_000, max: 90_000 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200_000 }), price, (lots, at) => {
        const lotSize = 0.001;
        const unit = at * lotSize;
        const tierOf = (notional: number): number =>
          BRACKETS.findLastIndex((row, k) => k === 0 || row.notionalFloor < notional);
        const rule: PartialSizeRule = { kind: "tier-step", tiers: BRACKETS };
        const { size, whole } = partialSize(rule, { size: lots, price: unit, lotSize: 1 });
        const tier = tierOf(lots * unit);
        expect(whole).toBe(tier === 0);
        if (tier === 0) return;
        expect(tierOf((lots - size) * unit - 1e-6)).toBeLessThan(tier);
        expect(tierOf((lots - size + 1) * unit)).toBe(tier);
      }),
      { numRuns: 2_000, seed: 62 },
    );
  });

  test("a cooldown that never began does not run", () => {
    expect(isCoolingDown({ cooldownSeconds: 30 })).toBe(false);
    expect(isCoolingDown({ secondsSince: 0, cooldownSeconds: 30 })).toBe(true);
  });
});

describe("limit price of the forced order", () => {
  // dYdX v4 tests: +0.1 BTC, oracle 50,000, maintenance 10 %; quote -4,501 and -5,000.
  const long = {
    signedSize: 0.1,
    oraclePrice: 50_000,
    maintenance: 500,
    totalMaintenance: 500,
    bankruptcyAdjustment: 1,
  };

  test.each([
    ["quote -4,501, spread 0.1", { ...long, equity: 499, spreadToMaintenanceRatio: 0.1 }, 49_999],
    ["nothing left, spread 0.1", { ...long, equity: 0, spreadToMaintenanceRatio: 0.1 }, 49_500],
    ["quote -4,501, spread 1", { ...long, equity: 499, spreadToMaintenanceRatio: 1 }, 49_990],
    ["more than lost: bounded", { ...long, equity: -900, spreadToMaintenanceRatio: 0.1 }, 49_500],
    ["healthy: the oracle price", { ...long, equity: 900, spreadToMaintenanceRatio: 0.1 }, 50_000],
    [
      "short: above the oracle",
      { ...long, signedSize: -0.1, equity: 0, spreadToMaintenanceRatio: 0.1 },
      50_500,
    ],
    // Large-cap tier, 1 BTC at 60,000: 60,000 (1 - 1.8 %) when nothing is left.
    [
      "genesis: spread 1.5 of 1.2 %",
      {
        ...long,
        signedSize: 1,
        oraclePrice: 60_000,
        maintenance: 720,
        totalMaintenance: 720,
        equity: 0,
        spreadToMaintenanceRatio: 1.5,
      },
      58_920,
    ],
  ])("dYdX: %s", (_, input, price) => {
    expect(fillablePrice(input)).toBeCloseTo(price, 6);
  });

  test.each([
    ["long at 90.05, tick 0.1 (engine test: 10 @ 100, equity 99.5)", 1, 90.05, 0.1, 90.1],
    ["short at 109.95, tick 0.1", -1, 109.95, 0.1, 109.9],
    ["long on the tick", 1, 90.1, 0.1, 90.1],
    ["BitMEX: 7,735.3725, tick 0.5", 1, 7_735.3725, 0.5, 7_735.5],
    ["never below a tick", 1, 0, 0.1, 0.1],
  ])("bankruptcy price in ticks: %s", (_, side, bankruptcyPrice, tickSize, limit) => {
    expect(
      liquidationOrderPrice({ kind: "bankruptcy" }, { side, markPrice: 95, bankruptcyPrice, tickSize }),
    ).toBe(limit);
  });

  test("a market order stops at its slippage cap; the fillable price comes through the same door", () => {
    const market = { kind: "market", slippageCap: 0.1 } as const;
    expect(liquidationOrderPrice(market, { side: 1, markPrice: 100 })).toBeCloseTo(90, 12);
    expect(liquidationOrderPrice(market, { side: -1, markPrice: 100 })).toBeCloseTo(110, 12);
    const fillable = { kind: "fillable", bankruptcyAdjustment: 1, spreadToMaintenanceRatio: 0.1 } as const;
    const account = {
      side: 1,
      markPrice: 50_000,
      size: 0.1,
      maintenance: 500,
      equity: 499,
      totalMaintenance: 500,
    };
    expect(liquidationOrderPrice(fillable, { ...account, tickSize: 1 })).toBe(49_999);
  });
});

describe("clearance fee", () => {
  test.each([
    ["Binance 1.25 % of 4,000", { kind: "notional-share", rate: 0.0125 }, 4_000, 100, 50],
    ["Binance: at most what is left", { kind: "notional-share", rate: 0.0125 }, 4_000, 20, 20],
    ["Binance: nothing from a deficit", { kind: "notional-share", rate: 0.0125 }, 4_000, -20, 0],
    ["dYdX: 56,100 against 51,000, 0.5 %", { kind: "capped-improvement", maxRate: 0.005 }, 5_610, 510, 28.05],
    ["dYdX: 51,051 against 51,000", { kind: "capped-improvement", maxRate: 0.005 }, 5_105.1, 5.1, 5.1],
    // Engine test: margin 100, closed 10 @ 90.5 from 100, taker fee 0.4525; the wallet outside stays as it is.
    ["BitMEX family: all of 5 - 0.4525", { kind: "all-residual" }, 905, 5 - 0.4525, 4.5475],
    ["Hyperliquid", { kind: "none" }, 905, 4.5, 0],
  ] as const)("%s", (_, rule, filledNotional, residual, fee) => {
    expect(clearanceFee(rule, { filledNotional, residual })).toBeCloseTo(fee, 9);
  });

  test.each([
    ["a share rounds up", { kind: "notional-share", ratePpm: 12_500 }, 99_999, 5_000, 1_250],
    ["dYdX's cap rounds down", { kind: "capped-improvement", ratePpm: 12_500 }, 99_999, 5_000, 1_249],
    ["both end at the residual", { kind: "notional-share", ratePpm: 12_500 }, 99_999, 7, 7],
    [
      "exact where the product passes 2^53",
      { kind: "notional-share", ratePpm: 12_500 },
      9e15,
      9e15,
      112_500_000_000_000,
    ],
    ["all", { kind: "all-residual" }, 99_999, 5_000, 5_000],
    ["none of a deficit", { kind: "all-residual" }, 99_999, -5, 0],
    ["none", { kind: "none" }, 99_999, 5_000, 0],
  ] as const)("in quanta: %s", (_, rule, filledNotionalQuanta, residualQuanta, fee) => {
    expect(clearanceFeeQuanta(rule, { filledNotionalQuanta, residualQuanta })).toBe(fee);
  });
});

describe("insurance fund", () => {
  const dydx = { side: 1, bankruptcyPrice: 51_000, size: 0.1, maxFeeRate: 0.005 };

  test.each([
    ["BitMEX: 99.25 against 99", { side: 1, fillPrice: 99.25, bankruptcyPrice: 99, size: 1 }, 0.25],
    ["BitMEX: then 98.75", { side: 1, fillPrice: 98.75, bankruptcyPrice: 99, size: 1 }, -0.25],
    [
      "a short's fill above its bankruptcy price costs",
      { side: -1, fillPrice: 101, bankruptcyPrice: 100, size: 2 },
      -2,
    ],
    ["dYdX: 56,100, fee capped", { ...dydx, fillPrice: 56_100 }, 28.05],
    ["dYdX: 51,051, all of it", { ...dydx, fillPrice: 51_051 }, 5.1],
    ["dYdX: 50,490, the fund pays", { ...dydx, fillPrice: 50_490 }, -51],
    [
      "inverse: 10,000 contracts at 5,000 against 4,000",
      { side: 1, fillPrice: 5_000, bankruptcyPrice: 4_000, size: 10_000, contract: "inverse" as const },
      0.5,
    ],
  ])("%s", (_, fill, delta) => {
    expect(insuranceDelta(fill)).toBeCloseTo(delta, 9);
  });

  test("the BitMEX example empties the fund and not more", () => {
    const fund = 0 + 0.25;
    expect(fundAllowsFill({ fund, delta: -0.25 })).toBe(true);
    expect(fundAllowsFill({ fund, delta: -0.2500001 })).toBe(false);
    expect(fundAllowsFill({ fund: 0, delta: 0 })).toBe(true);
  });

  test("dYdX's limit on what one account may cost the fund in a block", () => {
    const limit = { fund: 1_000, maxLossPerBlock: 100 };
    expect(fundAllowsFill({ ...limit, delta: -60, lossThisBlock: 40 })).toBe(true);
    expect(fundAllowsFill({ ...limit, delta: -60, lossThisBlock: 41 })).toBe(false);
    expect(fundAllowsFill({ ...limit, delta: 5, lossThisBlock: 500 })).toBe(true);
  });

  test("in quanta: signed quotes, cap rounded down, losses uncapped", () => {
    const at = { bankruptcyQuoteQuanta: 5_100_000_000, maxFeePpm: 5_000 };
    expect(insuranceDeltaQuanta({ ...at, fillQuoteQuanta: 5_610_000_000 })).toBe(28_050_000);
    expect(insuranceDeltaQuanta({ ...at, fillQuoteQuanta: 5_049_000_000 })).toBe(-51_000_000);
    // A short buys back: it pays 100 less than its bankruptcy quote.
    expect(insuranceDeltaQuanta({ fillQuoteQuanta: -900, bankruptcyQuoteQuanta: -1_000 })).toBe(100);
    expect(
      insuranceDeltaQuanta({ fillQuoteQuanta: -999, bankruptcyQuoteQuanta: -1_998, maxFeePpm: 10_000 }),
    ).toBe(9);
  });

  test("F08: margin 60, six bought at 100 sold at 86, fee 0.05 %, fund 20; all changes add up to zero", () => {
    const fee = 0.0005 * 6 * 86;
    const pnl = 6 * (86 - 100);
    const deficit = -(60 + pnl - fee);
    expect(deficit).toBeCloseTo(24.258, 9);
    const cover = coverDeficit({ fund: 20, deficit });
    expect(cover.paid).toBe(20);
    expect(cover.fundAfter).toBe(0);
    expect(cover.uncovered).toBeCloseTo(4.258, 9);
    const trader = pnl - fee + cover.paid + cover.uncovered;
    expect(60 + trader).toBeCloseTo(0, 9);
    const counterparties = 84 - cover.uncovered;
    expect(trader + fee + counterparties - cover.paid).toBeCloseTo(0, 9);
  });
});

describe("takeover", () => {
  const at = { side: 1, size: 2, markPrice: 100 };
  const vault: TakeoverRule = { kind: "vault", equityRatio: 2 / 3 };
  const fund: TakeoverRule = { kind: "fund", capRatio: 1 };

  test.each<[string, TakeoverRule, TakeoverInput, string, number]>([
    ["Binance: 200 within a fund of 200", fund, { ...at, fund: 200 }, "take", 0],
    ["Binance: 200 beyond a fund of 199", fund, { ...at, fund: 199 }, "deleverage", 0],
    [
      "Binance: other holdings count",
      fund,
      { ...at, fund: 300, fundNotionalElsewhere: 101 },
      "deleverage",
      0,
    ],
    [
      "Binance: the opposite position is netted",
      fund,
      { ...at, fund: 50, fundNotionalHere: -150 },
      "take",
      0,
    ],
    [
      "Binance: a short beyond the cap stays beyond",
      fund,
      { ...at, fund: 300, fundNotionalHere: -600 },
      "deleverage",
      0,
    ],
    ["Binance: the same side adds", fund, { ...at, fund: 300, fundNotionalHere: 150 }, "deleverage", 0],
    ["Hyperliquid: equity under 2/3", vault, { ...at, equity: 3.9, maintenance: 6 }, "take", 3.9],
    ["Hyperliquid: equity at 2/3", vault, { ...at, equity: 4, maintenance: 6 }, "keep", 0],
    ["Hyperliquid: nothing left is taken", vault, { ...at, equity: 0, maintenance: 6 }, "take", 0],
    [
      "Hyperliquid: less than nothing is not",
      vault,
      { ...at, equity: -0.1, maintenance: 6 },
      "deleverage",
      0,
    ],
    [
      "BitMEX: the fund can pay 10",
      { kind: "fund-pays" },
      { ...at, bankruptcyPrice: 105, fund: 10 },
      "take",
      0,
    ],
    ["BitMEX: it cannot", { kind: "fund-pays" }, { ...at, bankruptcyPrice: 105, fund: 9.9 }, "deleverage", 0],
    [
      "BitMEX: short, mark below",
      { kind: "fund-pays" },
      { ...at, side: -1, bankruptcyPrice: 105, fund: 0 },
      "take",
      0,
    ],
    ["dYdX: collateral left", { kind: "none" }, { ...at, equity: 0 }, "keep", 0],
    ["dYdX: below zero", { kind: "none" }, { ...at, equity: -1 }, "deleverage", 0],
  ])("%s", (_, rule, input, action, marginHandedOver) => {
    expect(takeover(rule, input)).toEqual({ action, marginHandedOver });
  });
});

describe("property 4: closing at the bankruptcy price", () => {
  const position = {
    side: fc.constantFrom(1, -1),
    lots: fc.integer({ min: 1, max: 10_000 }),
    entryTicks: fc.integer({ min: 100, max: 100_000 }),
    quantaPerTickLot: fc.integer({ min: 1, max: 50 }),
  };
  const rules: PartialSizeRule[] = [
    { kind: "all" },
    { kind: "share", share: 0.2, aboveNotional: 1e6, cooldownSeconds: 0 },
    { kind: "portion", maxPortion: 0.1, minNotional: 1e4, maxNotionalPerBlock: 1e12 },
    { kind: "tier-step", tiers: BRACKETS },
  ];

  test("in any number of partial orders leaves exactly nothing; fund delta and clearance fee are 0", () => {
    const marginTicks = fc.integer({ min: 0, max: 99 });
    fc.assert(
      fc.property(fc.record(position), marginTicks, fc.constantFrom(...rules), (one, margin, rule) => {
        const { side, entryTicks, quantaPerTickLot: k } = one;
        // The margin is a whole number of ticks a lot, so the bankruptcy price is a tick.
        const cost = side * one.lots * entryTicks * k;
        const marginQuanta = margin * one.lots * k;
        const ticks = isolatedBankruptcyTicks(side * one.lots, cost, marginQuanta, one.lots * k);
        let lots = one.lots;
        let equity = marginQuanta;
        let fund = 0;
        while (lots > 0) {
          const { size } = partialSize(rule, { size: lots, price: ticks * k, lotSize: 1 });
          const quote = side * size * ticks * k;
          fund += insuranceDeltaQuanta({ fillQuoteQuanta: quote, bankruptcyQuoteQuanta: quote });
          equity += quote - side * size * entryTicks * k;
          lots -= size;
        }
        expect([lots, equity, fund]).toEqual([0, 0, 0]);
        const left = { filledNotionalQuanta: one.lots * ticks * k, residualQuanta: equity };
        expect(clearanceFeeQuanta({ kind: "all-residual" }, left)).toBe(0);
      }),
      { numRuns: 10_000, seed: 41 },
    );
  });

  test("on the tick it leaves less than a tick a lot, in the fund's favour, never against it", () => {
    fc.assert(
      fc.property(fc.record(position), fc.nat(99_999_999), (one, spread) => {
        const { side, lots, entryTicks, quantaPerTickLot: k } = one;
        const cost = side * lots * entryTicks * k;
        const marginQuanta = side > 0 ? spread % (side * cost) : spread;
        const ticks = isolatedBankruptcyTicks(side * lots, cost, marginQuanta, lots * k);
        const exactQuote = cost - marginQuanta;
        const fillQuote = side * lots * ticks * k;
        const delta = insuranceDeltaQuanta({ fillQuoteQuanta: fillQuote, bankruptcyQuoteQuanta: exactQuote });
        const residualQuanta = marginQuanta + fillQuote - cost;
        expect(delta).toBe(residualQuanta);
        expect(delta).toBeGreaterThanOrEqual(0);
        expect(delta).toBeLessThan(lots * k);
        const fee = clearanceFeeQuanta(
          { kind: "all-residual" },
          { filledNotionalQuanta: Math.abs(fillQuote), residualQuanta },
        );
        expect(residualQuanta - fee).toBe(0);
      }),
      { numRuns: 10_000, seed: 42 },
    );
  });
});

describe("bad input is refused with the field's name", () => {
  const long = { side: 1, size: 1, markPrice: 100 };
  const unsorted = [BRACKETS[0], BRACKETS[2], BRACKETS[1]];
  test.each<[() => unknown, string]>([
    [
      () => orderLiquidations("equity-ratio", [{ account: 1, equity: NaN, maintenance: 1 }]),
      "candidates[0].equity",
    ],
    [() => orderLiquidations("equity-ratio", [{ account: 1, equity: 1 }]), "candidates[0].maintenance"],
    [() => orderLiquidations("fillable-distance", [{ account: 1.5 }]), "candidates[0].account"],
    [() => orderLiquidations("by-name" as "account-key", [{ account: 1 }]), "rule"],
    [() => partialSize({ kind: "all" }, { size: -1, price: 1 }), "position.size"],
    [() => partialSize({ kind: "all" }, { size: 1, price: Infinity }), "position.price"],
    [() => partialSize({ kind: "all" }, { size: 1, price: 1, lotSize: 0 }), "position.lotSize"],
    [() => partialSize({ kind: "half" } as never, { size: 1, price: 1 }), "rule.kind"],
    [
      () => partialSize({ kind: "tier-step", tiers: unsorted }, { size: 1, price: 1 }),
      "rule.tiers[2].notionalFloor",
    ],
    [
      () => partialSize({ kind: "tier-step", tiers: BRACKETS.slice(1) }, { size: 1, price: 1 }),
      "rule.tiers[0].notionalFloor",
    ],
    [() => partialSize({ ...HYPERLIQUID, share: 1.2 }, { size: 1, price: 1 }), "rule.share"],
    [() => partialSize(HYPERLIQUID, { size: 1, price: 1, secondsSincePartial: -1 }), "secondsSince"],
    [() => partialSize({ kind: "two-tiers", tiers: BRACKETS }, { size: 1, price: 1 }), "position.equity"],
    [() => liquidationOrderPrice({ kind: "bankruptcy" }, { side: 1, markPrice: 1 }), "bankruptcyPrice"],
    [
      () => liquidationOrderPrice({ kind: "market", slippageCap: 2 }, { side: 1, markPrice: 1 }),
      "rule.slippageCap",
    ],
    [() => liquidationOrderPrice({ kind: "market", slippageCap: 0 }, { side: 2, markPrice: 1 }), "side"],
    [
      () => clearanceFee({ kind: "notional-share", rate: -0.1 }, { filledNotional: 1, residual: 1 }),
      "rule.rate",
    ],
    [() => clearanceFee({ kind: "none" }, { filledNotional: -1, residual: 1 }), "filledNotional"],
    [
      () => clearanceFeeQuanta({ kind: "none" }, { filledNotionalQuanta: 1, residualQuanta: 0.5 }),
      "residualQuanta",
    ],
    [() => insuranceDelta({ side: 1, fillPrice: 0, bankruptcyPrice: 1, size: 1 }), "fillPrice"],
    [
      () => insuranceDelta({ side: 1, fillPrice: 1, bankruptcyPrice: 1, size: 1, maxFeeRate: 2 }),
      "maxFeeRate",
    ],
    [() => insuranceDeltaQuanta({ fillQuoteQuanta: 0.5, bankruptcyQuoteQuanta: 1 }), "fillQuoteQuanta"],
    [() => fundAllowsFill({ fund: -1, delta: 0 }), "fund"],
    [() => coverDeficit({ fund: 1, deficit: -1 }), "deficit"],
    [() => takeover({ kind: "fund", capRatio: 0 }, { ...long, fund: 1 }), "rule.capRatio"],
    [() => takeover({ kind: "fund", capRatio: 1 }, long), "fund"],
    [() => takeover({ kind: "vault", equityRatio: 1 }, { ...long, equity: 1 }), "maintenance"],
  ])("%s", (run, path) => {
    let found: unknown;
    try {
      run();
    } catch (error) {
      found = error;
    }
    expect(found).toBeInstanceOf(UserError);
    const { code, problems } = found as UserError;
    expect([code, problems[0].path]).toEqual(["invalid-argument", path]);
    expect(problems[0].expected).not.toBe("");
  });
});
