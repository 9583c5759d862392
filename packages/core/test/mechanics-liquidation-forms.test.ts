/** Single venues' liquidation prices: Hyperliquid, fee-inclusive, entry-margin, power-law and inverse forms. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  UserError,
  entryMarginLiquidationPrice,
  feeLiquidationPrice,
  flatBracket,
  hyperliquidLiquidationPrice,
  inverseCrossBankruptcyPrice,
  inverseCrossEntryLiquidationPrice,
  inverseCrossLiquidationPrice,
  inverseLiquidationPrice,
  inverseProfit,
  inverseValue,
  isolatedLiquidationPrice,
  maintenanceMargin,
  maintenanceOfNotional,
  marginalBrackets,
  powerLawLiquidationPrice,
  roundToTick,
} from "@undertow/core";
import type { Bracket } from "@undertow/core";
import {
  HYPERLIQUID_2025,
  RUNS,
  anyBrackets,
  anyLeverage,
  anyPrice,
  anySide,
  anySize,
} from "./support/margin-tables.ts";

describe("Hyperliquid form", () => {
  it("BTC long 10 at 60,000, 20x, 40x tier: 57,721.52", () => {
    const brackets = hyperliquid("BTC");
    const price = hyperliquidLiquidationPrice({ side: 1, size: 10, price: 60_000, margin: 30_000, brackets });
    expect(price).toBeCloseTo(57_721.52, 2);
  });

  it.each(livePositions())(
    "live position, freqtrade tests/exchange/test_hyperliquid.py: %s %s %d @ %d",
    (coin, side, size, price, margin, expected) => {
      const maxLeverage = coin === "BTC" || coin === "ETH" ? 50 : 20;
      const brackets = flatBracket({ maintenanceRate: 1 / (2 * maxLeverage), maxLeverage });
      const found = hyperliquidLiquidationPrice({
        side: side === "long" ? 1 : -1,
        size,
        price,
        margin,
        brackets,
      });
      expectRelative(found, expected, 1e-4);
    },
  );

  it("property 3: is the Binance form with deduction = maintenance amount", () => {
    fc.assert(
      fc.property(
        anySide,
        anySize,
        anyPrice,
        anyLeverage,
        anyBrackets,
        (side, size, price, leverage, brackets) => {
          const margin = (size * price) / leverage;
          const binance = isolatedLiquidationPrice({ side, size, entryPrice: price, margin, brackets });
          const hyperliquidPrice = hyperliquidLiquidationPrice({ side, size, price, margin, brackets });
          if (Math.max(binance ?? 0, hyperliquidPrice ?? 0) <= 1e-9 * price) return;
          expect(Math.abs((binance ?? 0) - (hyperliquidPrice ?? 0))).toBeLessThanOrEqual(1e-9 * price);
        },
      ),
      { numRuns: RUNS, seed: 10 },
    );
  });

  it("takes the tier at the liquidation price, not at entry", () => {
    // 160M at entry is above the first tier, 143M at the liquidation price below it.
    const brackets = hyperliquid("BTC");
    const margin = 160_000_000 * 0.12;
    const price =
      hyperliquidLiquidationPrice({ side: 1, size: 2_000, price: 80_000, margin, brackets }) ?? NaN;
    expect(price * 2_000).toBeLessThan(150_000_000);
    expect(price).toBeCloseTo((80_000 * 0.88) / (1 - 0.0125), 6);
  });
});

describe("forms that give different numbers", () => {
  it("fee-inclusive (Gate, OKX): 10 at 5x, 1 %, fee 0.06 % gives 8.085708510; Binance with amount 0.01 gives 8.0707", () => {
    const long = { side: 1, size: 1, entryPrice: 10, margin: 2, maintenanceRate: 0.01 } as const;
    expect(feeLiquidationPrice({ ...long, takerFeeRate: 0.0006 })).toBeCloseTo(8.08570851, 9);
    const short = feeLiquidationPrice({ ...long, side: -1, takerFeeRate: 0.0006 });
    expect(short).toBeCloseTo(12 / 1.0106, 9);
    const brackets = marginalBrackets([
      { notionalFloor: 0, maintenanceRate: 0.005, maxLeverage: 100 },
      { notionalFloor: 2, maintenanceRate: 0.01, maxLeverage: 50, maintenanceAmount: 0.01 },
    ]);
    expect(isolatedLiquidationPrice({ ...long, brackets })).toBeCloseTo(8.0707, 4);
  });

  it("maintenance on entry (Bybit to 2025): 1 BTC at 20,000, 50x, 0.5 % gives 19,700", () => {
    const long = { side: 1, size: 1, entryPrice: 20_000, leverage: 50, maintenanceRate: 0.005 } as const;
    expect(entryMarginLiquidationPrice(long)).toBe(19_700);
    expect(entryMarginLiquidationPrice({ ...long, side: -1 })).toBe(20_300);
    expect(entryMarginLiquidationPrice({ ...long, extraMargin: 200 })).toBe(19_500);
  });

  const orderly = {
    size: 50,
    markPrice: 90_000,
    collateral: 200_000,
    otherMaintenance: 1_800,
    rule: { kind: "power-law", baseInitialRate: 0.01, baseMaintenanceRate: 0.006, factor: 1e-7, power: 0.8 },
  } as const;
  it.each([
    [1, 87_107.62339],
    [-1, 92_761.73104],
  ] as const)("power law (Orderly js-sdk, packages/perp liqPrice tests), side %d: %d", (side, expected) => {
    // The venue halves until the price is known to 1e-4; where it ends depends on where it starts.
    expectRelative(powerLawLiquidationPrice({ ...orderly, side }), expected, 1e-4);
    const exact = powerLawLiquidationPrice({ ...orderly, side, precision: 0 });
    const maintenance = maintenanceMargin({ rule: orderly.rule, size: 50, markPrice: exact });
    const equity = 200_000 + side * 50 * (exact - 90_000);
    expectRelative(equity, maintenance + 1_800, 1e-9);
  });
});

describe("inverse contracts", () => {
  it("Bybit 2020, cross: 0.5 BTC, 10,000 contracts at 8,000 gives 5,718.57 and 5,739.50", () => {
    const account = {
      side: 1,
      contracts: 10_000,
      entryPrice: 8_000,
      balance: 0.5,
      takerFeeRate: 0.00075,
    } as const;
    expect(inverseCrossBankruptcyPrice(account)).toBeCloseTo(5_718.57, 2);
    const price = inverseCrossEntryLiquidationPrice({ ...account, maintenanceRate: 0.005 }) ?? NaN;
    expect(roundToTick({ price, tickSize: 0.5, direction: "up" })).toBe(5_739.5);
    const held = { ...account, balance: 0.6, orderMargin: 0.1, maintenanceRate: 0.005 };
    expectRelative(inverseCrossEntryLiquidationPrice(held), price, 1e-12);
  });

  it("Bybit 2020, cross short: the loss there leaves maintenance and the closing fee", () => {
    const account = {
      side: -1,
      contracts: 10_000,
      entryPrice: 8_000,
      balance: 0.5,
      takerFeeRate: 0.00075,
    } as const;
    const bankruptcy = inverseCrossBankruptcyPrice(account) ?? NaN;
    const fee = (10_000 * 0.00075) / bankruptcy;
    expectRelative(inverseProfit({ ...account, markPrice: bankruptcy }), -(0.5 - fee), 1e-12);
    const price = inverseCrossEntryLiquidationPrice({ ...account, maintenanceRate: 0.005 }) ?? NaN;
    expect(price).toBeLessThan(bankruptcy);
    expectRelative(inverseProfit({ ...account, markPrice: price }), -(0.5 - fee - 1.25 * 0.005), 1e-12);
    expect(inverseCrossBankruptcyPrice({ ...account, balance: 1.25 })).toBeUndefined();
  });

  it("Binance COIN-M calculator (dev.binance.vision thread 6292): 101 BTC, 10M USD long at 45,000 gives 33,599.40", () => {
    // Only the bracket at the liquidation price matters: 12.5 %, amount 11.605 BTC (support ceccfcfb...).
    const brackets = marginalBrackets([
      { notionalFloor: 0, maintenanceRate: 0.004, maxLeverage: 125 },
      { notionalFloor: 11.605 / 0.121, maintenanceRate: 0.125, maxLeverage: 4, maintenanceAmount: 11.605 },
    ]);
    const long = { side: 1, contracts: 100_000, contractValue: 100, entryPrice: 45_000 } as const;
    // The printed amount is rounded to 0.001 BTC, which is 0.05 USD.
    expect(inverseCrossLiquidationPrice({ ...long, available: 101, brackets })).toBeCloseTo(33_599.4, 1);
    expect(inverseValue({ contracts: 100, contractValue: 100, price: 25_000 })).toBe(0.4);
  });

  it("maintenance on the entry value: long EP L / (L + 1 - m L), short EP L / (L - 1 + m L)", () => {
    const position = {
      entryPrice: 8_000,
      leverage: 50,
      maintenanceRate: 0.005,
      maintenanceOn: "entry",
    } as const;
    expectRelative(inverseLiquidationPrice({ ...position, side: 1 }), (8_000 * 50) / 50.75, 1e-12);
    expectRelative(inverseLiquidationPrice({ ...position, side: -1 }), (8_000 * 50) / 49.25, 1e-12);
  });

  it("BitMEX, Perpetual Contracts Guide: 15,000 contracts from 750 to 800 gain 1.25 XBT", () => {
    expect(inverseProfit({ side: 1, contracts: 15_000, entryPrice: 750, markPrice: 800 })).toBeCloseTo(
      1.25,
      12,
    );
  });

  it.each([
    [100, 10, 0.005, 91.36363636363636, 110.55555555555556],
    [100, 50, 0.005, 98.52941176470587, 101.53061224489795],
    [30_000, 3, 0.01, 22725, 44550],
  ])("F02 inverse: entry %d at %dx, maintenance %d", (entryPrice, leverage, maintenanceRate, long, short) => {
    const position = { entryPrice, leverage, maintenanceRate };
    expectRelative(inverseLiquidationPrice({ ...position, side: 1 }), long, 1e-12);
    expectRelative(inverseLiquidationPrice({ ...position, side: -1 }), short, 1e-12);
  });

  it("inverse, isolated and cross with brackets", () => {
    fc.assert(
      fc.property(
        anySide,
        anySize,
        anyPrice,
        anyLeverage,
        anyBrackets,
        (side, contracts, entryPrice, leverage, brackets) => {
          const available = inverseValue({ contracts, price: entryPrice }) / leverage;
          const position = { side, contracts, entryPrice };
          const price = inverseCrossLiquidationPrice({ ...position, available, brackets });
          if (price === undefined || price > entryPrice * 1000 || price < entryPrice / 1000) return;
          const value = inverseValue({ contracts, price });
          const maintenance = maintenanceOfNotional({
            rule: { kind: "brackets", brackets },
            notional: value,
          });
          const equity = available + inverseProfit({ ...position, markPrice: price });
          expect(Math.abs(equity - maintenance)).toBeLessThanOrEqual(1e-9 * (value + available));
        },
      ),
      { numRuns: RUNS, seed: 9 },
    );
  });
});

describe("bad input", () => {
  it.each<[string, () => unknown, string]>([
    [
      "leverage below 1",
      () => inverseLiquidationPrice({ side: 1, entryPrice: 1, leverage: 0.5, maintenanceRate: 0 }),
      "leverage",
    ],
    [
      "maintenance above initial",
      () => inverseLiquidationPrice({ side: 1, entryPrice: 1, leverage: 50, maintenanceRate: 0.03 }),
      "maintenanceRate",
    ],
    ["negative contracts", () => inverseValue({ contracts: -1, price: 1 }), "contracts"],
  ])("refuses %s", (_, call, path) => {
    expect(call).toThrow(UserError);
    expect(call).toThrow(`${path}: invalid argument (expected `);
  });
});

function hyperliquid(coin: string): readonly Bracket[] {
  const [floor, first, second] = HYPERLIQUID_2025[coin] ?? [0, 0, 0];
  return marginalBrackets([
    { notionalFloor: 0, maintenanceRate: 1 / (2 * first), maxLeverage: first },
    { notionalFloor: floor, maintenanceRate: 1 / (2 * second), maxLeverage: second },
  ]);
}

function expectRelative(found: number | undefined, expected: number, tolerance: number): void {
  expect(Math.abs((found ?? NaN) - expected)).toBeLessThanOrEqual(tolerance * Math.abs(expected));
}

/** Coin, side, size, entry price, margin and the liquidation price the venue showed (autumn 2024). */
function livePositions(): [string, "long" | "short", number, number, number, number][] {
  return [
    ["ETH", "long", 0.015, 2458.5, 36.864593, 0.86915825],
    ["BTC", "long", 0.00039, 63287, 24.673292, 22.37166537],
    ["SOL", "long", 0.16, 146.82, 23.482979, 0.05269872],
    ["SOL", "long", 0.33, 145.83, 24.045107, 74.83696193],
    ["ETH", "long", 0.0199, 2459.5, 24.454895, 1243.0411908],
    ["BTC", "long", 0.00077, 62739, 24.137992, 31708.03843631],
    ["DOGE", "long", 437, 0.11586, 25.29769, 0.05945697],
    ["ETH", "short", 0.019, 2642.8, 25.091876, 3924.18322043],
    ["SOL", "short", 0.32, 155.89, 24.924941, 228.07847866],
    ["DOGE", "short", 351, 0.14333, 25.136807, 0.20970228],
    ["BTC", "short", 0.00069, 68595, 23.64871, 101849.99354283],
    ["BTC", "short", 0.00099, 65536, 21.604172, 86493.46174617],
    ["SOL", "long", 0.6, 173.06, 20.735658, 142.05186667],
    ["ETH", "long", 0.0329, 2545.5, 20.909894, 1929.23322895],
    ["BTC", "short", 0.00031, 67400, 20.887308, 133443.97317151],
    ["ETH", "short", 0.0327, 2552, 20.833393, 3157.53150453],
    ["BTC", "long", 0.0015, 66930, 20.043862, 54108.51043771],
    ["BTC", "long", 0.00121, 67033, 20.251817, 50804.00091827],
    ["ETH", "long", 0.0237, 2521.9, 19.902091, 1699.14071943],
    ["BTC", "short", 0.00145, 68139, 19.72573, 80933.61590987],
    ["SOL", "short", 0.11, 178.29, 19.605036, 347.82205322],
    ["SOL", "long", 0.33, 176.23, 19.364946, 120.56240404],
    ["SOL", "short", 0.33, 173.08, 19.01881, 225.08561715],
    ["BTC", "short", 0.00105, 68240, 17.887922, 84431.79820839],
    ["ETH", "short", 0.007, 2518.4, 17.62263, 4986.05799151],
    ["ETH", "long", 0.0347, 2533.2, 17.555195, 2047.7642302],
    ["DOGE", "long", 360, 0.13284, 15.943218, 0.09082388],
    ["SOL", "short", 0.48, 163.11, 15.650731, 190.94213618],
    ["BTC", "long", 0.00067, 67141, 14.979079, 45236.52992613],
  ];
}
