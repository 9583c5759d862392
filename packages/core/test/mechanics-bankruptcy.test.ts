/** Bankruptcy prices: the venues' worked examples, nothing left at the price, and closing in any order. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  UserError,
  bankruptcyPrice,
  bankruptcyQuote,
  bankruptcyQuoteQuanta,
  bankruptcyTickPrice,
  crossBankruptcyPrice,
  inverseBankruptcyPrice,
  inverseProfit,
  inverseValue,
  isolatedEquity,
  maintenanceMarginQuanta,
  netCollateral,
  roundToTick,
} from "@undertow/core";
import { RUNS, anyLeverage, anyPrice, anySide, anySize } from "./support/margin-tables.ts";

describe("one position", () => {
  it.each([
    ["Bybit help centre: long 10,000 at 50x", 1, 10_000, 50, 9_800],
    ["BTCUSDT long 60,000 at 20x", 1, 60_000, 20, 57_000],
    ["E2, F01: long 100 at 10x", 1, 100, 10, 90],
    ["E2, F01: short 100 at 10x", -1, 100, 10, 110],
    ["E2, F01: long 30,000 at 3x", 1, 30_000, 3, 20_000],
    ["E2, F01: short 30,000 at 3x", -1, 30_000, 3, 40_000],
    ["E2, F01: short 100 at 50x", -1, 100, 50, 102],
  ] as const)("isolated linear, %s", (_, side, entryPrice, leverage, expected) => {
    const price = bankruptcyPrice({ side, size: 2, entryPrice, margin: (2 * entryPrice) / leverage });
    expect(price).toBeCloseTo(expected, 9);
  });

  it("isolated inverse: 7,890.08 at 50x is 7,735.3725, a tick of 0.5 gives 7,735.50 (Bybit help centre)", () => {
    const price = inverseBankruptcyPrice({ side: 1, entryPrice: 7_890.08, leverage: 50 }) ?? NaN;
    expect(price).toBeCloseTo(7_735.3725, 4);
    expect(bankruptcyTickPrice({ side: 1, price, tickSize: 0.5 })).toBe(7_735.5);
    expect(inverseBankruptcyPrice({ side: -1, entryPrice: 100, leverage: 1 })).toBeUndefined();
  });

  it("cross with one position: long 10 at 100 with 99.5 is 90.05, ordered at 90.1", () => {
    const price = bankruptcyPrice({ side: 1, size: 10, entryPrice: 100, margin: 99.5 }) ?? NaN;
    expect(price).toBeCloseTo(90.05, 12);
    expect(bankruptcyTickPrice({ side: 1, price, tickSize: 0.1 })).toBe(90.1);
  });

  it("a fully backed long has none", () => {
    expect(bankruptcyPrice({ side: 1, size: 1, entryPrice: 100, margin: 100 })).toBeUndefined();
  });

  it.each([
    [1, 90.05, 0.1, 90.1],
    [-1, 109.95, 0.1, 109.9],
    [1, 90.1, 0.1, 90.1],
    [-1, 90.1, 0.1, 90.1],
    [1, 0.1 + 0.2, 0.1, 0.3],
    [-1, 0.1 * 3, 0.1, 0.3],
    [1, 57_000, 0.5, 57_000],
    [1, 7_735.3725, 1, 7_736],
  ] as const)("rounds against the counterparty: side %d, %d by %d", (side, price, tickSize, expected) => {
    expect(bankruptcyTickPrice({ side, price, tickSize })).toBe(expected);
    expect(roundToTick({ price, tickSize, direction: side === 1 ? "up" : "down" })).toBe(expected);
  });

  it("property 2: equity at the bankruptcy price is 0, linear and inverse", () => {
    fc.assert(
      fc.property(anySide, anySize, anyPrice, anyLeverage, (side, size, entryPrice, leverage) => {
        const margin = (size * entryPrice) / leverage;
        const price = bankruptcyPrice({ side, size, entryPrice, margin });
        if (price !== undefined) {
          const equity = isolatedEquity({ side, size, entryPrice, margin, markPrice: price });
          expect(Math.abs(equity)).toBeLessThanOrEqual(1e-9 * size * entryPrice);
        } else expect(leverage).toBe(1);
        const inverse = inverseBankruptcyPrice({ side, entryPrice, leverage });
        if (inverse !== undefined) {
          const coins = inverseValue({ contracts: size, price: entryPrice }) / leverage;
          const left = coins + inverseProfit({ side, contracts: size, entryPrice, markPrice: inverse });
          expect(Math.abs(left)).toBeLessThanOrEqual(1e-9 * coins * leverage);
        } else expect(leverage).toBe(1);
      }),
      { numRuns: RUNS, seed: 1 },
    );
  });

  it("property 4: the rounded price costs the fund nothing and the trader less than a tick", () => {
    fc.assert(
      fc.property(anySide, anySize, anyPrice, anyLeverage, (side, size, entryPrice, leverage) => {
        const margin = (size * entryPrice) / leverage;
        const price = bankruptcyPrice({ side, size, entryPrice, margin });
        if (price === undefined) return;
        const tick = bankruptcyTickPrice({ side, price, tickSize: 0.1 });
        const left = isolatedEquity({ side, size, entryPrice, margin, markPrice: Math.max(tick, 1e-9) });
        expect(left).toBeGreaterThanOrEqual(-1e-9 * size * entryPrice);
        expect(left).toBeLessThanOrEqual(size * 0.1 * (1 + 1e-9) + 1e-9 * size * entryPrice);
      }),
      { numRuns: RUNS, seed: 2 },
    );
  });
});

describe("several positions, dYdX rule", () => {
  // dYdX v4 x/clob/keeper/liquidations_test.go: oracle BTC 50,000, ETH 3,000, maintenance 10 %.
  it.each([
    ["quote -4,501, +0.1 BTC, close all", -4_501, [[0.1, 50_000]], 0, 4_501, 45_010],
    [
      "quote -490, +0.004 BTC, +0.1 ETH, close ETH",
      -490,
      [
        [0.004, 50_000],
        [0.1, 3_000],
      ],
      1,
      294,
      2_940,
    ],
    [
      "quote 80,800, -1 BTC, -10 ETH, close BTC",
      80_800,
      [
        [-1, 50_000],
        [-10, 3_000],
      ],
      0,
      -50_500,
      50_500,
    ],
  ] as const)("%s", (_, quoteBalance, held, closed, quote, price) => {
    const positions = held.map(([signedSize, oraclePrice]) => ({ signedSize, oraclePrice }));
    const maintenance = positions.map((each) => Math.abs(each.signedSize) * each.oraclePrice * 0.1);
    const trade = {
      sizeDelta: -positions[closed].signedSize,
      markPrice: positions[closed].oraclePrice,
      equity: netCollateral({ quoteBalance, positions }),
      maintenanceReleased: maintenance[closed],
      totalMaintenance: maintenance.reduce((sum, each) => sum + each, 0),
    };
    expect(bankruptcyQuote(trade)).toBeCloseTo(quote, 9);
    expect(crossBankruptcyPrice(trade)).toBeCloseTo(price, 9);
    const quanta = {
      notionalDeltaQuanta: Math.round(trade.sizeDelta * trade.markPrice * 1e6),
      equityQuanta: Math.round(trade.equity * 1e6),
      maintenanceReleasedQuanta: Math.round(trade.maintenanceReleased * 1e6),
      totalMaintenanceQuanta: Math.round(trade.totalMaintenance * 1e6),
    };
    expect(bankruptcyQuoteQuanta(quanta)).toBe(quote * 1e6);
  });

  it("with one position it is the single-position price", () => {
    const trade = {
      sizeDelta: -10,
      markPrice: 95,
      equity: 49.5,
      maintenanceReleased: 9.5,
      totalMaintenance: 9.5,
    };
    expect(crossBankruptcyPrice(trade)).toBeCloseTo(90.05, 12);
  });

  it.each([
    [10, -300, 295],
    [-10, -300, 306],
    [10, 300, -305],
    [-10, 300, -294],
  ])(
    "rounds the quote towards +infinity: equity %d, notional change %d",
    (equityQuanta, notionalDeltaQuanta, quote) => {
      const shares = { maintenanceReleasedQuanta: 30, totalMaintenanceQuanta: 51 };
      expect(bankruptcyQuoteQuanta({ equityQuanta, notionalDeltaQuanta, ...shares })).toBe(quote);
    },
  );

  it("property 5: closing in any order leaves 0 in real numbers", () => {
    fc.assert(
      fc.property(anyBook, ({ positions, equityPpm }) => {
        const open = positions.map(({ lots, ticks, ratePpm }) => ({
          size: lots / 1000,
          price: ticks / 100,
          rate: ratePpm / 1e6,
        }));
        const gross = open.reduce((sum, each) => sum + Math.abs(each.size) * each.price, 0);
        let equity = (gross * equityPpm) / 1e6;
        let maintenance = open.reduce((sum, each) => sum + Math.abs(each.size) * each.price * each.rate, 0);
        for (const [index, each] of open.entries()) {
          const released = Math.abs(each.size) * each.price * each.rate;
          const last = index === open.length - 1;
          const quote = bankruptcyQuote({
            sizeDelta: -each.size,
            markPrice: each.price,
            equity,
            maintenanceReleased: last ? maintenance : released,
            totalMaintenance: maintenance,
          });
          // The position leaves, its quote comes in.
          equity += quote - each.size * each.price;
          maintenance -= released;
        }
        expect(Math.abs(equity)).toBeLessThanOrEqual(1e-9 * gross);
      }),
      { numRuns: RUNS, seed: 3 },
    );
  });

  it("property 5: closing in any order, in parts, leaves exactly 0 quanta and never takes a share too much", () => {
    fc.assert(
      fc.property(
        anyBook,
        fc.array(fc.nat({ max: 5 }), { maxLength: 6 }),
        ({ positions, equityPpm }, halved) => {
          const open = positions.map((each) => ({ ...each }));
          const maintenanceOf = (position: { lots: number; ticks: number; ratePpm: number }): number =>
            maintenanceMarginQuanta({
              notionalQuanta: Math.abs(position.lots) * position.ticks,
              ratePpm: position.ratePpm,
            });
          const gross = open.reduce((sum, each) => sum + Math.abs(each.lots) * each.ticks, 0);
          let equity = Math.round((gross * equityPpm) / 1e6);
          const parts = [
            ...halved.filter((index) => index < open.length).map((index) => [index, 2]),
            ...open.map((_, index) => [index, 1]),
          ];
          for (const [index, parting] of parts) {
            const position = open[index];
            const lots = Math.trunc(position.lots / parting);
            if (lots === 0) continue;
            const before = maintenanceOf(position);
            const total = open.reduce((sum, each) => sum + (each.lots === 0 ? 0 : maintenanceOf(each)), 0);
            const rest = { ...position, lots: position.lots - lots };
            const released = before - (rest.lots === 0 ? 0 : maintenanceOf(rest));
            const notionalDeltaQuanta = -lots * position.ticks;
            const quote = bankruptcyQuoteQuanta({
              notionalDeltaQuanta,
              equityQuanta: equity,
              maintenanceReleasedQuanta: released,
              totalMaintenanceQuanta: total,
            });
            // quote + notional change = -share, rounded up: at least the exact value, by less than one quantum.
            const excess =
              BigInt(quote + notionalDeltaQuanta) * BigInt(total) + BigInt(equity) * BigInt(released);
            expect(excess >= 0n && excess < BigInt(total)).toBe(true);
            equity += quote + notionalDeltaQuanta;
            position.lots = rest.lots;
          }
          expect(equity).toBe(0);
        },
      ),
      { numRuns: RUNS, seed: 4 },
    );
  });
});

describe("bad input", () => {
  const trade = { sizeDelta: -1, markPrice: 1, equity: 1, maintenanceReleased: 1, totalMaintenance: 1 };
  const quanta = {
    notionalDeltaQuanta: 1,
    equityQuanta: 1,
    maintenanceReleasedQuanta: 1,
    totalMaintenanceQuanta: 1,
  };
  it.each<[string, () => unknown, string]>([
    ["NaN margin", () => bankruptcyPrice({ side: 1, size: 1, entryPrice: 1, margin: NaN }), "margin"],
    ["no size", () => bankruptcyPrice({ side: 1, size: 0, entryPrice: 1, margin: 1 }), "size"],
    ["no trade", () => bankruptcyQuote({ ...trade, sizeDelta: 0 }), "sizeDelta"],
    ["no maintenance", () => bankruptcyQuote({ ...trade, totalMaintenance: 0 }), "totalMaintenance"],
    [
      "more released than held",
      () => bankruptcyQuote({ ...trade, maintenanceReleased: 2 }),
      "maintenanceReleased",
    ],
    [
      "a fraction of a quantum",
      () => bankruptcyQuoteQuanta({ ...quanta, equityQuanta: 0.5 }),
      "equityQuanta",
    ],
    [
      "negative release",
      () => bankruptcyQuoteQuanta({ ...quanta, maintenanceReleasedQuanta: -1 }),
      "maintenanceReleasedQuanta",
    ],
    ["NaN price", () => bankruptcyTickPrice({ side: 1, price: NaN, tickSize: 1 }), "price"],
    ["a negative tick", () => roundToTick({ price: 1, tickSize: -1, direction: "up" }), "tickSize"],
    [
      "an unknown direction",
      () => roundToTick({ price: 1, tickSize: 1, direction: "left" as "up" }),
      "direction",
    ],
  ])("refuses %s", (_, call, path) => {
    expect(call).toThrow(UserError);
    expect(call).toThrow(`${path}: invalid argument (expected `);
  });
});

const anyBook = fc.record({
  positions: fc.array(
    fc.record({
      lots: fc.integer({ min: -100_000, max: 100_000 }).filter((lots) => lots !== 0),
      ticks: fc.integer({ min: 1, max: 1_000_000 }),
      ratePpm: fc.integer({ min: 1_000, max: 500_000 }),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  /** Equity as parts per million of the gross notional, either sign. */
  equityPpm: fc.integer({ min: -500_000, max: 500_000 }),
});
