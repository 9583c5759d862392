/** Tiers, initial and maintenance margin, equity and the strict test: the venues' examples, and what must hold. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  UserError,
  bracketOf,
  checkLeverage,
  crossEquity,
  crossMaintenanceMargin,
  flatBracket,
  flatMaintenancePpm,
  hedgeMargin,
  initialMargin,
  initialMarginAtRateQuanta,
  isLiquidatable,
  isolatedEquity,
  leastInitialMargin,
  maintenanceMargin,
  maintenanceMarginQuanta,
  maintenanceOfNotional,
  marginRatio,
  marginRates,
  marginalBrackets,
  netCollateral,
  nextMaintenanceAmount,
  openInterestScaledRate,
  openingCost,
  orderMargin,
  stepRates,
  unrealisedProfit,
  withdrawable,
} from "@undertow/core";
import type { Bracket, MarginRule } from "@undertow/core";
import {
  BINANCE_2021,
  BINANCE_2024,
  HYPERLIQUID_2025,
  RUNS,
  anyBrackets,
  anyPrice,
  anySide,
  anySize,
  rowsOf,
  table,
} from "./support/margin-tables.ts";

const bracketRule = (brackets: readonly Bracket[]): MarginRule => ({ kind: "brackets", brackets });
const DYDX_LARGE_CAP = { kind: "flat", initialRate: 0.02, maintenanceFraction: 0.6 } as const;
const DYDX_TEST = { kind: "flat", initialRate: 0.2, maintenanceFraction: 0.5 } as const;
const BITMEX = { baseMaintenanceRate: 0.005, baseInitialRate: 0.01, baseLimit: 200, step: 150 };
const DERIBIT_BTC = {
  kind: "linear-size",
  initialRate: 0.02,
  maintenanceRate: 0.01,
  ratePerUnit: 0.00005,
} as const;

describe("bracket tables", () => {
  it.each([
    ...Object.entries(BINANCE_2024).map(([market, rows]) => [`Binance 2024-10-24 ${market}`, rows] as const),
    ...Object.entries(BINANCE_2021).map(([market, rows]) => [`Binance March 2021 ${market}`, rows] as const),
  ])("%s: published maintenance amounts follow from the rates", (_, rows) => {
    const brackets = marginalBrackets(rowsOf(rows), { amountTolerance: 1e-6 });
    expect(brackets.map((bracket) => Math.round(bracket.maintenanceAmount))).toEqual(
      rows.map((row) => row[3]),
    );
  });

  it.each(Object.entries(HYPERLIQUID_2025))(
    "Hyperliquid docs, Margin tiers (2025), %s: deduction",
    (_, [floor, first, second, deduction]) => {
      const brackets = marginalBrackets([
        { notionalFloor: 0, maintenanceRate: 1 / (2 * first), maxLeverage: first },
        {
          notionalFloor: floor,
          maintenanceRate: 1 / (2 * second),
          maxLeverage: second,
          maintenanceAmount: deduction,
        },
      ]);
      expect(brackets[1].maintenanceAmount).toBeCloseTo(deduction, 2);
    },
  );

  it.each([
    ["Binance BTCUSDT 2020, level 5", 16_300, 0.025, 5_000_000, 0.05, 141_300],
    ["Binance BTCUSDT 2020, level 3", 50, 0.005, 250_000, 0.01, 1_300],
    ["Binance COIN-M BTCUSD, level 5", 0.56, 0.025, 50, 0.05, 1.81],
  ])("%s: maintenance amount", (_, previousAmount, previousRate, notionalFloor, maintenanceRate, amount) => {
    const step = { previousAmount, previousRate, notionalFloor, maintenanceRate };
    expect(nextMaintenanceAmount(step)).toBeCloseTo(amount, 9);
  });

  it("a notional on a boundary is in the lower bracket (freqtrade's OKX tiers)", () => {
    const brackets = marginalBrackets([
      { notionalFloor: 0, maintenanceRate: 0.01, maxLeverage: 75 },
      { notionalFloor: 2000, maintenanceRate: 0.015, maxLeverage: 50 },
    ]);
    expect(bracketOf({ brackets, notional: 0 }).maxLeverage).toBe(75);
    expect(bracketOf({ brackets, notional: 2000 }).maxLeverage).toBe(75);
    expect(bracketOf({ brackets, notional: 2001 }).maxLeverage).toBe(50);
    expect(bracketOf({ brackets, notional: 1e12 }).maxLeverage).toBe(50);
  });

  const good = rowsOf([
    [0, 125, 0.4, 0],
    [50_000, 100, 0.5, 50],
  ]);
  it.each<[string, unknown[], string]>([
    ["no rows", [], "brackets"],
    ["a first floor above 0", [{ ...good[0], notionalFloor: 1 }], "brackets[0].notionalFloor"],
    ["unsorted rows", [good[0], { ...good[1], notionalFloor: -1 }], "notionalFloor"],
    [
      "a repeated floor",
      [good[0], { ...good[1], notionalFloor: 0, maintenanceAmount: 0 }],
      "brackets[0].notionalCap",
    ],
    [
      "a falling rate",
      [good[0], { ...good[1], maintenanceRate: 0.003, maintenanceAmount: undefined }],
      "brackets[1].maintenanceRate",
    ],
    ["rising leverage", [good[0], { ...good[1], maxLeverage: 126 }], "brackets[1].maxLeverage"],
    ["leverage beyond maintenance", [{ ...good[0], maxLeverage: 251 }], "brackets[0].maxLeverage"],
    [
      "a wrong published amount",
      [good[0], { ...good[1], maintenanceAmount: 51 }],
      "brackets[1].maintenanceAmount",
    ],
    ["a rate that is not a number", [{ ...good[0], maintenanceRate: NaN }], "brackets[0].maintenanceRate"],
  ])("refuses %s", (_, rows, path) => {
    expect(refusal(() => marginalBrackets(rows as never)).path).toBe(path);
  });

  it("refuses a hand-made table that is not continuous", () => {
    const brackets = table(BINANCE_2024["BTCUSDT"]).map((bracket, index) =>
      index === 1 ? { ...bracket, maintenanceAmount: 60 } : bracket,
    );
    expect(refusal(() => bracketOf({ brackets, notional: 1 })).path).toBe("brackets[1].maintenanceAmount");
  });
});

describe("maintenance margin", () => {
  it.each<[string, MarginRule, number, number, number | undefined]>([
    ["BitMEX Risk Limits Examples: 180 XBT", { kind: "steps", ...BITMEX }, 180, 0.9, undefined],
    ["BitMEX Risk Limits Examples: 230 XBT", { kind: "steps", ...BITMEX }, 230, 2.3, undefined],
    ["Deribit linear, 25 BTC at 100,000", DERIBIT_BTC, 2_500_000, 28_125, 25],
    ["dYdX large-cap, 1 BTC at 60,000", DYDX_LARGE_CAP, 60_000, 720, undefined],
    ["Binance BTCUSDT bracket 2", bracketRule(table(BINANCE_2024["BTCUSDT"])), 600_000, 2_950, undefined],
    ["Hyperliquid BTC above 150M", hyperliquidBtc(), 200_000_000, 3_125_000, undefined],
  ])("%s", (_, rule, notional, expected, size) => {
    const position = size === undefined ? { rule, notional } : { rule, notional, size };
    expect(maintenanceOfNotional(position)).toBeCloseTo(expected, 6);
  });

  it.each([
    [199.99, 0.005, 0.01],
    [200, 0.01, 0.015],
    [349.99, 0.01, 0.015],
    [350, 0.015, 0.02],
    [499.99, 0.015, 0.02],
    [649.99, 0.02, 0.025],
  ])("BitMEX XBTUSD risk limits after August 2021: %d XBT", (value, maintenance, initial) => {
    const rates = stepRates({ ...BITMEX, value });
    expect(rates.maintenanceRate).toBeCloseTo(maintenance, 12);
    expect(rates.initialRate).toBeCloseTo(initial, 12);
  });

  it.each([
    ["Large-Cap", 20_000, 600_000, 12_000],
    ["Mid-Cap", 50_000, 600_000, 30_000],
    ["Small-Cap", 100_000, 500_000, 50_000],
    ["Long-Tail", 200_000, 500_000, 100_000],
    ["FX", 10_000, 500_000, 5_000],
    ["Safety", 1_000_000, 200_000, 200_000],
  ])(
    "dYdX v4 genesis, %s: maintenance fraction in ppm",
    (_, initialPpm, maintenanceFractionPpm, expected) => {
      expect(flatMaintenancePpm({ initialPpm, maintenanceFractionPpm })).toBe(expected);
    },
  );

  it("rounds the rate down and the margins up", () => {
    expect(flatMaintenancePpm({ initialPpm: 33_333, maintenanceFractionPpm: 500_001 })).toBe(16_666);
    expect(maintenanceMarginQuanta({ notionalQuanta: 5_000_000_001, ratePpm: 100_000 })).toBe(500_000_001);
    expect(initialMarginAtRateQuanta({ notionalQuanta: 1_000_001, ratePpm: 50_000 })).toBe(50_001);
  });

  it("open interest moves dYdX's initial margin and leaves its maintenance margin", () => {
    const rule = { ...DYDX_TEST, openInterestLower: 1_000_000, openInterestUpper: 2_000_000 };
    const at = { rule, notional: 1_000, openInterest: 1_234_567 };
    expect(marginRates(at).initialRate).toBeCloseTo(0.3876536, 12); // dYdX v4 x/perpetuals: 38.7653 %
    expect(marginRates(at).maintenanceRate).toBe(0.1);
    expect(maintenanceMargin({ rule, size: 1, markPrice: 1_000 })).toBe(100);
    const caps = { baseRate: 0.2, openInterestLower: 1_000_000, openInterestUpper: 2_000_000 };
    expect(openInterestScaledRate({ ...caps, openInterest: 999_999 })).toBe(0.2);
    expect(openInterestScaledRate({ ...caps, openInterest: 9e9 })).toBe(1);
  });

  it("counts hedge legs separately", () => {
    const rule = bracketRule(flatBracket({ maintenanceRate: 0.01 }));
    expect(
      crossMaintenanceMargin([
        { rule, size: 2, markPrice: 100 },
        { rule, size: 1, markPrice: 100 },
      ]),
    ).toBe(3);
  });

  it("property 1: is continuous and never falls with the notional", () => {
    fc.assert(
      fc.property(
        anyBrackets,
        fc.integer({ min: 0, max: 30_000_000 }),
        fc.integer({ min: 0, max: 30_000_000 }),
        (brackets, a, b) => {
          const rule = bracketRule(brackets);
          const margin = (notional: number): number => maintenanceOfNotional({ rule, notional });
          const steepest = brackets[brackets.length - 1].maintenanceRate;
          const [low, high] = a < b ? [a, b] : [b, a];
          const rise = margin(high) - margin(low);
          // Between the flattest and the steepest rate: so it neither falls nor jumps.
          expect(rise).toBeGreaterThanOrEqual(brackets[0].maintenanceRate * (high - low) * (1 - 1e-9) - 1e-6);
          expect(rise).toBeLessThanOrEqual(steepest * (high - low) * (1 + 1e-9) + 1e-6);
          for (const { notionalFloor } of brackets.slice(1)) {
            const step = margin(notionalFloor * (1 + 1e-12)) - margin(notionalFloor);
            expect(Math.abs(step)).toBeLessThanOrEqual(1e-9 * margin(notionalFloor));
          }
        },
      ),
      { numRuns: RUNS, seed: 1 },
    );
  });
});

describe("initial margin", () => {
  const btc = table(BINANCE_2024["BTCUSDT"]);

  it("is the notional over the leverage, capped by the tier of position and orders", () => {
    expect(initialMargin({ size: 1, price: 60_000, leverage: 20, brackets: btc })).toBe(3_000);
    expect(initialMargin({ size: 1, price: 50_000, leverage: 125, brackets: btc })).toBe(400);
    const tooMuch = { size: 1, price: 50_000, leverage: 125, brackets: btc, sameSideOrders: 1 };
    expect(refusal(() => initialMargin(tooMuch))).toMatchObject({
      path: "leverage",
      expected: "from 1 to 100, the maximum of the tier",
      found: "125",
    });
  });

  it("refuses more than the table's largest position", () => {
    const brackets = marginalBrackets(rowsOf(BINANCE_2024["BTCUSDT"] ?? []), { largestNotional: 1.8e9 });
    checkLeverage({ leverage: 1, brackets, notional: 1.8e9 });
    expect(refusal(() => checkLeverage({ leverage: 1, brackets, notional: 1.9e9 })).path).toBe("notional");
  });

  it.each<[string, MarginRule, number, number, number]>([
    ["Deribit linear, 25 BTC at 100,000", DERIBIT_BTC, 25, 100_000, 53_125],
    [
      "Deribit SOL, 1,000 at 100",
      { ...DERIBIT_BTC, initialRate: 0.04, maintenanceRate: 0.02, ratePerUnit: 0.000005 },
      1_000,
      100,
      4_500,
    ],
    ["dYdX large-cap, 1 BTC at 60,000", DYDX_LARGE_CAP, 1, 60_000, 1_200],
    ["BitMEX 230 XBT", { kind: "steps", ...BITMEX }, 230, 1, 3.45],
    ["Binance BTCUSDT at 125x", bracketRule(btc), 1, 50_000, 400],
  ])("%s: least initial margin", (_, rule, size, price, expected) => {
    expect(leastInitialMargin({ rule, size, price })).toBeCloseTo(expected, 9);
  });

  it.each([
    ["buy above the mark", 1, 10_100, 505 + 100],
    ["buy below the mark", 1, 9_900, 495],
    ["sell below the mark", -1, 9_900, 495 + 100],
    ["sell above the mark", -1, 10_100, 505],
  ] as const)("opening cost includes open loss: %s", (_, side, orderPrice, expected) => {
    const order = { side, size: 1, orderPrice, markPrice: 10_000, leverage: 20 };
    expect(openingCost(order)).toBeCloseTo(expected, 9);
  });

  it("orders that only reduce need no margin", () => {
    const leverage = 10;
    const sells = [
      { side: -1, size: 1.5, price: 100 },
      { side: -1, size: 1.5, price: 110 },
    ] as const;
    expect(orderMargin({ position: 2, leverage, orders: sells })).toBeCloseTo(11, 12);
    expect(orderMargin({ position: 3, leverage, orders: sells })).toBe(0);
    expect(orderMargin({ position: 0, leverage, orders: sells })).toBeCloseTo(31.5, 12);
    expect(orderMargin({ position: -3, leverage, orders: sells })).toBeCloseTo(31.5, 12);
    expect(orderMargin({ position: 0, leverage, orders: [{ ...sells[0], reduceOnly: true }] })).toBe(0);
    expect(orderMargin({ position: -2, leverage, orders: [{ side: 1, size: 3, price: 100 }] })).toBe(10);
  });

  it("hedge mode charges the larger leg", () => {
    const legs = { longSize: 2, shortSize: 1, markPrice: 100, leverage: 10 };
    expect(hedgeMargin({ ...legs, openingOrders: [] })).toEqual({ long: 20, short: 10, charged: 20 });
    const margin = hedgeMargin({ ...legs, openingOrders: [{ side: -1, size: 3, price: 101 }] });
    expect(margin.short).toBeCloseTo(40.3, 12);
    expect(margin.charged).toBe(margin.short);
  });

  it("Hyperliquid docs, Margining: unrealised profit leaves down to max(initial, 10 % of notional)", () => {
    expect(withdrawable({ equity: 1_500, initialMargin: 500, totalNotional: 10_000 })).toBe(500);
    expect(withdrawable({ equity: 1_500, initialMargin: 1_200, totalNotional: 10_000 })).toBe(300);
    expect(withdrawable({ equity: 900, initialMargin: 500, totalNotional: 10_000 })).toBe(0);
  });
});

describe("equity and the strict test", () => {
  it.each([
    ["dYdX v4 liquidations_test.go: quote -4,500", -4_500, 500, false],
    ["dYdX v4 liquidations_test.go: quote -4,501", -4_501, 499, true],
  ])("%s", (_, quoteBalance, equity, liquidatable) => {
    const positions = [{ signedSize: 0.1, oraclePrice: 50_000 }];
    expect(netCollateral({ quoteBalance, positions })).toBe(equity);
    const maintenance = maintenanceMargin({ rule: DYDX_TEST, size: 0.1, markPrice: 50_000 });
    expect(isLiquidatable({ equity, maintenanceMargin: maintenance })).toBe(liquidatable);
  });

  it.each([
    [90.5, 5, 3.62, false],
    [90.3, 3, 3.612, true],
  ])(
    "isolated 10x long 10 at 100, maintenance 0.4 %%, mark %d",
    (markPrice, equity, needed, liquidatable) => {
      const position = { side: 1, size: 10, entryPrice: 100, markPrice, margin: 100 } as const;
      const rule = bracketRule(flatBracket({ maintenanceRate: 0.004 }));
      const maintenance = maintenanceMargin({ rule, size: 10, markPrice });
      expect(isolatedEquity(position)).toBeCloseTo(equity, 9);
      expect(maintenance).toBeCloseTo(needed, 9);
      expect(isLiquidatable({ equity: isolatedEquity(position), maintenanceMargin: maintenance })).toBe(
        liquidatable,
      );
    },
  );

  it("without a position nothing is liquidated, however negative the balance", () => {
    expect(isLiquidatable({ equity: -1, maintenanceMargin: 0 })).toBe(false);
    expect(marginRatio({ equity: -1, maintenanceMargin: 0 })).toBe(0);
    expect(marginRatio({ equity: 1_000, maintenanceMargin: 1_000 })).toBe(1);
    expect(marginRatio({ equity: 0, maintenanceMargin: 1 })).toBe(Infinity);
  });

  it("cross equity adds up both legs of a hedge", () => {
    const legs = [
      { side: 1, size: 1, entryPrice: 100, markPrice: 90 },
      { side: -1, size: 1, entryPrice: 95, markPrice: 90 },
    ] as const;
    expect(unrealisedProfit(legs[0])).toBe(-10);
    expect(crossEquity({ walletBalance: 50, positions: legs })).toBe(45);
  });

  it("property 10: prices, cash and brackets times k change no decision", () => {
    const power = fc.integer({ min: -6, max: 10 }).map((exponent) => 2 ** exponent);
    const position = fc.record({ side: anySide, size: anySize, entryPrice: anyPrice, markPrice: anyPrice });
    fc.assert(
      fc.property(
        anyBrackets,
        fc.array(position, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: -1_000_000, max: 100_000_000 }),
        power,
        (brackets, positions, walletBalance, k) => {
          const decide = (scale: number): unknown[] => {
            const rule = bracketRule(scaled(brackets, scale));
            const marked = positions.map((each) => ({
              ...each,
              entryPrice: each.entryPrice * scale,
              markPrice: each.markPrice * scale,
            }));
            const equity = crossEquity({ walletBalance: walletBalance * scale, positions: marked });
            const maintenance = crossMaintenanceMargin(marked.map((each) => ({ ...each, rule })));
            const account = { equity, maintenanceMargin: maintenance };
            return [isLiquidatable(account), marginRatio(account), maintenance / scale];
          };
          expect(decide(k)).toEqual(decide(1));
        },
      ),
      { numRuns: RUNS, seed: 2 },
    );
  });
});

describe("bad input", () => {
  const brackets = flatBracket({ maintenanceRate: 0.01 });
  const rule = bracketRule(brackets);
  it.each<[string, () => unknown, string]>([
    ["NaN size", () => maintenanceMargin({ rule, size: NaN, markPrice: 1 }), "size"],
    ["negative size", () => maintenanceMargin({ rule, size: -1, markPrice: 1 }), "size"],
    ["infinite mark", () => maintenanceMargin({ rule, size: 1, markPrice: Infinity }), "markPrice"],
    ["no leverage", () => initialMargin({ size: 1, price: 1, leverage: 0, brackets }), "leverage"],
    [
      "NaN leverage",
      () => openingCost({ side: 1, size: 1, orderPrice: 1, markPrice: 1, leverage: NaN }),
      "leverage",
    ],
    ["a third side", () => unrealisedProfit({ side: 0 as 1, size: 1, entryPrice: 1, markPrice: 1 }), "side"],
    ["NaN equity", () => isLiquidatable({ equity: NaN, maintenanceMargin: 1 }), "equity"],
    ["negative maintenance", () => isLiquidatable({ equity: 0, maintenanceMargin: -1 }), "maintenanceMargin"],
    [
      "a fraction of a quantum",
      () => maintenanceMarginQuanta({ notionalQuanta: 0.5, ratePpm: 1 }),
      "notionalQuanta",
    ],
    [
      "a rate above one",
      () => initialMarginAtRateQuanta({ notionalQuanta: 1, ratePpm: 1_000_001 }),
      "ratePpm",
    ],
    [
      "one open interest cap",
      () => marginRates({ rule: { ...DYDX_TEST, openInterestLower: 1 }, notional: 1 }),
      "openInterestUpper",
    ],
    [
      "caps without open interest",
      () => marginRates({ rule: { ...DYDX_TEST, openInterestLower: 1, openInterestUpper: 2 }, notional: 1 }),
      "openInterest",
    ],
    ["linear-size without a size", () => marginRates({ rule: DERIBIT_BTC, notional: 1 }), "size"],
    [
      "a bad position of many",
      () => crossEquity({ walletBalance: 1, positions: [{ side: 1, size: 1, entryPrice: 0, markPrice: 1 }] }),
      "positions[0].entryPrice",
    ],
    [
      "a bad order of many",
      () => orderMargin({ position: 0, leverage: 1, orders: [{ side: 1, size: -1, price: 1 }] }),
      "orders[0].size",
    ],
  ])("refuses %s", (_, call, path) => {
    const problem = refusal(call);
    expect(problem.path).toBe(path);
    expect(problem.expected).not.toBe("");
    expect(problem.found).not.toBe("");
  });
});

function hyperliquidBtc(): MarginRule {
  return bracketRule(
    marginalBrackets([
      { notionalFloor: 0, maintenanceRate: 0.0125, maxLeverage: 40 },
      { notionalFloor: 150_000_000, maintenanceRate: 0.025, maxLeverage: 20 },
    ]),
  );
}

function scaled(brackets: readonly Bracket[], k: number): readonly Bracket[] {
  return marginalBrackets(
    brackets.map(({ notionalFloor, maintenanceRate, maxLeverage }) => ({
      notionalFloor: notionalFloor * k,
      maintenanceRate,
      maxLeverage,
    })),
  );
}

function refusal(call: () => unknown): { path?: string; expected?: string; found?: string } {
  try {
    call();
  } catch (error) {
    if (error instanceof UserError && error.code === "invalid-argument") return error.problems[0] ?? {};
    throw error;
  }
  throw new Error("nothing was refused");
}
