/** Collateral in several assets: haircuts, price source, auto-exchange and liability transfer, by venue example. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  UserError,
  autoExchange,
  autoExchangeValue,
  collateralPrice,
  collateralValue,
  crossMaintenanceMargin,
  flatBracket,
  isAutoExchangeDue,
  isLiquidatable,
  liabilityTransfer,
} from "@undertow/core";
import { RUNS } from "./support/margin-tables.ts";

describe("collateral value", () => {
  it.each([
    ["1,000 of BNB", 0.95, 950],
    ["1,000 of ADA", 0.9, 900],
    ["1,000 of USDT", 0.9999, 999.9],
    ["1,000 of BUSD", 1, 1_000],
  ])("Binance Multi-Assets (2021-22 table): %s", (_, ratio, expected) => {
    expect(collateralValue([{ balance: 2, price: 500, ratio }])).toBeCloseTo(expected, 9);
  });

  it("adds assets up and takes debts in full", () => {
    const assets = [
      { balance: 1, price: 40_000, ratio: 0.95 },
      { balance: 1_000, price: 1, ratio: 0.9999 },
    ];
    expect(collateralValue(assets)).toBeCloseTo(38_999.9, 9);
    expect(collateralValue([...assets, { balance: -10_000, price: 1, ratio: 0.9999 }])).toBeCloseTo(
      28_999.9,
      9,
    );
    const weighted = { balance: -10_000, price: 1, ratio: 0.9999, liabilityRatio: 1.1 };
    expect(collateralValue([...assets, weighted])).toBeCloseTo(27_999.9, 9);
    expect(collateralValue([])).toBe(0);
  });

  it("never exceeds the plain value of the assets, and moves with each price", () => {
    const asset = fc.record({
      balance: fc.integer({ min: -1_000, max: 1_000 }),
      price: fc.integer({ min: 1, max: 100_000 }),
      ratio: fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100),
    });
    fc.assert(
      fc.property(fc.array(asset, { minLength: 1, maxLength: 5 }), (assets) => {
        const plain = assets.reduce((sum, { balance, price }) => sum + balance * price, 0);
        const value = collateralValue(assets);
        expect(value).toBeLessThanOrEqual(plain + 1e-6);
        const doubled = collateralValue(assets.map((each) => ({ ...each, price: each.price * 2 })));
        expect(doubled).toBe(2 * value);
      }),
      { numRuns: RUNS, seed: 1 },
    );
  });
});

describe("price source", () => {
  // USDe on 2025-10-10: 0.65 in the venue's own book, above 0.90 elsewhere.
  const usde = { indexPrice: 0.93, localBookPrice: 0.65, underlyingPrice: 1, redemptionRatio: 0.999 };

  it.each([
    ["index", 0.93],
    ["localBook", 0.65],
    ["redemptionRatio", 0.999],
  ] as const)("%s", (source, expected) => {
    expect(collateralPrice({ ...usde, source })).toBe(expected);
  });

  it("a minimum price holds for every source", () => {
    expect(collateralPrice({ ...usde, source: "localBook", minimumPrice: 0.9 })).toBe(0.9);
    expect(collateralPrice({ ...usde, source: "redemptionRatio", minimumPrice: 0.9 })).toBe(0.999);
  });

  it("decides over liquidation on its own", () => {
    const rule = { kind: "brackets", brackets: flatBracket({ maintenanceRate: 0.01 }) } as const;
    const maintenanceMargin = crossMaintenanceMargin([{ rule, size: 1, markPrice: 80_000 }]);
    const liquidated = (["index", "localBook", "redemptionRatio"] as const).map((source) => {
      const price = collateralPrice({ ...usde, source });
      return isLiquidatable({
        equity: collateralValue([{ balance: 1_000, price, ratio: 0.99 }]),
        maintenanceMargin,
      });
    });
    expect(liquidated).toEqual([false, true, false]);
  });
});

describe("auto-exchange", () => {
  it.each([
    [20_000, 20_513, 0],
    [5_000, 5_128.2, 1],
  ])("Binance Multi-Assets: a deficit of %d at 97.5 %% sells %d", (deficit, expected, digits) => {
    expect(autoExchangeValue({ deficit, autoExchangeRatio: 0.975 })).toBeCloseTo(expected, digits);
  });

  it.each([
    ["above the threshold", -9_999, false, false, 0, false],
    ["at the threshold", -10_000, false, false, 0, true],
    ["below the threshold", -10_001, false, false, 0, true],
    ["at liquidation", -1, true, false, 0, true],
    ["flat with a high loan to value", -1, false, true, 0.995, true],
    ["flat with a low loan to value", -1, false, true, 0.9, false],
    ["in position with a high loan to value", -1, false, false, 1, false],
    ["not negative, even at liquidation", 0, true, true, 1, false],
  ])("is due: %s", (_, settlementBalance, liquidated, flat, loanToValue, due) => {
    const account = { settlementBalance, threshold: 10_000, liquidated, flat, loanToValue };
    expect(isAutoExchangeDue(account)).toBe(due);
  });

  it("sells in the order given until the deficit is covered", () => {
    const assets = [
      { balance: 0.1, price: 40_000, autoExchangeRatio: 0.975 },
      { balance: -5, price: 2_000, autoExchangeRatio: 0.975 },
      { balance: 10, price: 2_000, autoExchangeRatio: 0.975 },
    ];
    const covered = autoExchange({ deficit: 5_850, assets });
    expect(covered.sold[0]).toBe(0.1);
    expect(covered.sold[1]).toBe(0);
    expect(covered.sold[2]).toBeCloseTo(1, 12);
    expect(covered.remainingDeficit).toBe(0);
    expect(autoExchange({ deficit: 30_000, assets }).remainingDeficit).toBeCloseTo(
      30_000 - 3_900 - 19_500,
      6,
    );
  });

  it("covers a deficit exactly, or sells all and says what is left", () => {
    const asset = fc.record({
      balance: fc.integer({ min: -100, max: 1_000 }),
      price: fc.integer({ min: 1, max: 100_000 }),
      autoExchangeRatio: fc.integer({ min: 50, max: 100 }).map((percent) => percent / 100),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.array(asset, { maxLength: 5 }),
        (deficit, assets) => {
          const { sold, remainingDeficit } = autoExchange({ deficit, assets });
          const proceeds = sold.reduce(
            (sum, units, index) => sum + units * assets[index].price * assets[index].autoExchangeRatio,
            0,
          );
          expect(Math.abs(proceeds + remainingDeficit - deficit)).toBeLessThanOrEqual(1e-9 * (deficit + 1));
          for (const [index, units] of sold.entries()) {
            expect(units).toBeGreaterThanOrEqual(0);
            expect(units).toBeLessThanOrEqual(Math.max(0, assets[index].balance));
            if (remainingDeficit > 0) expect(units).toBe(Math.max(0, assets[index].balance));
          }
        },
      ),
      { numRuns: RUNS, seed: 2 },
    );
  });
});

describe("liability transfer, Drift protocol-v2 math/liquidation/tests.rs", () => {
  const spot = { shortage: 10, liabilityPrice: 100, assetWeight: 0.8, liabilityWeight: 1.2 };
  const plain = { ...spot, assetMultiplier: 1, liabilityMultiplier: 1 };
  const bonus = { ...spot, assetMultiplier: 1.1, liabilityMultiplier: 0.9 };
  it.each([
    ["no fees", plain, 0, 0.25],
    ["multipliers 1.1 and 0.9", bonus, 0, 0.44998425],
    ["insurance fee 1 %", plain, 0.01, 0.257731958],
    ["multipliers and insurance fee", bonus, 0.01, 0.475669504],
  ])("%s", (_, weights, insuranceFeeRate, expected) => {
    const transfer = liabilityTransfer({ ...weights, insuranceFeeRate });
    // The program truncates weights to four decimals, which is worth up to 4e-5.
    expect(Math.abs(transfer - expected)).toBeLessThanOrEqual(4e-5 * expected);
  });

  it("frees exactly the shortage", () => {
    const units = liabilityTransfer({ ...bonus, insuranceFeeRate: 0.01 });
    const value = units * 100;
    const freed = value * 1.2 - ((value * 1.1) / 0.9) * 0.8 - value * 0.01 * 1.2;
    expect(freed).toBeCloseTo(10, 9);
  });
});

describe("bad input", () => {
  const spot = {
    shortage: 1,
    liabilityPrice: 1,
    assetWeight: 0.8,
    liabilityWeight: 1.2,
    assetMultiplier: 1,
    liabilityMultiplier: 1,
  };
  it.each<[string, () => unknown, string]>([
    ["a haircut above 1", () => collateralValue([{ balance: 1, price: 1, ratio: 1.01 }]), "assets[0].ratio"],
    ["a NaN balance", () => collateralValue([{ balance: NaN, price: 1, ratio: 1 }]), "assets[0].balance"],
    ["a price of 0", () => collateralValue([{ balance: 1, price: 0, ratio: 1 }]), "assets[0].price"],
    [
      "a liability ratio below 1",
      () => collateralValue([{ balance: -1, price: 1, ratio: 1, liabilityRatio: 0.9 }]),
      "assets[0].liabilityRatio",
    ],
    ["an unknown source", () => collateralPrice({ source: "oracle" as "index" }), "source"],
    [
      "a source without its price",
      () => collateralPrice({ source: "localBook", indexPrice: 1 }),
      "localBookPrice",
    ],
    ["a negative deficit", () => autoExchangeValue({ deficit: -1, autoExchangeRatio: 1 }), "deficit"],
    ["a ratio of 0", () => autoExchangeValue({ deficit: 1, autoExchangeRatio: 0 }), "autoExchangeRatio"],
    [
      "a negative threshold",
      () => isAutoExchangeDue({ settlementBalance: 0, threshold: -1, liquidated: false, flat: false }),
      "threshold",
    ],
    [
      "weights that free nothing",
      () => liabilityTransfer({ ...spot, assetWeight: 1, liabilityWeight: 1 }),
      "liabilityWeight",
    ],
    ["an asset weight above 1", () => liabilityTransfer({ ...spot, assetWeight: 1.1 }), "assetWeight"],
  ])("refuses %s", (_, call, path) => {
    expect(call).toThrow(UserError);
    expect(call).toThrow(`${path}: invalid argument (expected `);
  });
});
