/**
 * Linear-impact clearing and the ladder's cascade, and the same impact laws through the real order book.
 *
 * Experiments E6 (static book walk) and E7 (deterministic ladder); ids such as C06 name the test vectors.
 */
import {
  BUY,
  FillBuffer,
  IMMEDIATE,
  OrderBook,
  SELL,
  UserError,
  linearImpactFill,
  linearImpactTickLots,
  linearImpactTicks,
  runLadder,
} from "@undertow/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const LONGS = [
  { liquidationPrice: 97, size: 2 },
  { liquidationPrice: 95.5, size: 3 },
  { liquidationPrice: 93, size: 1 },
  { liquidationPrice: 92.5, size: 4 },
  { liquidationPrice: 85, size: 5 },
];

describe("E7: five longs on a ladder, start 100", () => {
  test.each([
    {
      id: "C06",
      shock: 3.5,
      impact: 0.8,
      final: 88.5,
      gone: [0, 1, 2, 3],
      generations: [1, 1, 2],
      a: 23 / 7,
    },
    { id: "C06_35_05", shock: 3.5, impact: 0.5, final: 94, gone: [0, 1], generations: [1, 1], a: 12 / 7 },
    {
      id: "C06_30_08",
      shock: 3,
      impact: 0.8,
      final: 89,
      gone: [0, 1, 2, 3],
      generations: [1, 1, 1, 1],
      a: 11 / 3,
    },
    { id: "C06_29_08", shock: 2.9, impact: 0.8, final: 97.1, gone: [], generations: [], a: 1 },
  ])(
    "$id: shock $shock, impact $impact a unit ends at $final",
    ({ shock, impact, final, gone, generations, a }) => {
      const cascade = runLadder({ startPrice: 100, shock, impactPerUnit: impact }, LONGS);
      expect(cascade.finalPrice).toBeCloseTo(final, 9);
      expect(cascade.liquidated).toEqual(gone);
      expect(cascade.generations).toEqual(generations);
      expect(cascade.amplification).toBeCloseTo(a, 9);
    },
  );

  test("C06: rungs per rung before, and sizes by generation", () => {
    const cascade = runLadder({ startPrice: 100, shock: 3.5, impactPerUnit: 0.8 }, LONGS);
    expect(cascade.reproduction).toEqual([1, 2]);
    expect(cascade.sizes).toEqual([2, 3, 5]);
    expect(cascade.amplification).toBeCloseTo(3.285714, 6);
  });

  test("the same ladder of shorts, mirrored at 100, ends as far above", () => {
    const shorts = LONGS.map(({ liquidationPrice, size }) => ({
      liquidationPrice: 200 - liquidationPrice,
      size,
    }));
    const cascade = runLadder({ startPrice: 100, shock: 3.5, impactPerUnit: 0.8, side: -1 }, shorts);
    expect(cascade.finalPrice).toBeCloseTo(111.5, 9);
    expect(cascade.generations).toEqual([1, 1, 2]);
  });

  test("without impact only the first generation goes and the shock is all there is", () => {
    const cascade = runLadder({ startPrice: 100, shock: 7, impactPerUnit: 0 }, LONGS);
    expect([cascade.finalPrice, cascade.amplification]).toEqual([93, 1]);
    expect(cascade.liquidated).toEqual([0, 1, 2]);
  });

  test("every rung left standing lies beyond the final price, every rung gone before it", () => {
    const rung = fc.record({
      liquidationPrice: fc.integer({ min: 700, max: 999 }),
      size: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(rung, { maxLength: 12 }), fc.integer({ min: 1, max: 200 }), (rungs, shock) => {
        const cascade = runLadder({ startPrice: 1000, shock, impactPerUnit: 2 }, rungs);
        const gone = new Set(cascade.liquidated);
        rungs.forEach((one, k) => expect(one.liquidationPrice >= cascade.finalPrice).toBe(gone.has(k)));
        const size = cascade.liquidated.reduce((sum, k) => sum + rungs[k].size, 0);
        expect(cascade.finalPrice).toBe(1000 - shock - 2 * size);
      }),
      { numRuns: 10_000, seed: 71 },
    );
  });
});

describe("linear-impact clearing", () => {
  test("a sale of 2 at 0.8 a unit moves 100 to 98.4 and fetches the mean", () => {
    const fill = linearImpactFill({ price: 100, side: -1, size: 2, impactPerUnit: 0.8 });
    expect(fill.priceAfter).toBeCloseTo(98.4, 12);
    expect(fill.averagePrice).toBeCloseTo(99.2, 12);
    expect(fill.quote).toBeCloseTo(198.4, 12);
  });

  test("the price in ticks depends on the net flow alone, however it was split", () => {
    const flow = fc.array(fc.integer({ min: -500, max: 500 }), { maxLength: 20 });
    fc.assert(
      fc.property(flow, (orders) => {
        const market = { startTicks: 100_000, impactTicks: 7, perLots: 3 };
        const net = orders.reduce((sum, lots) => sum + lots, 0);
        let ticks = 100_000;
        let sofar = 0;
        let paid = 0;
        for (const lots of orders) {
          sofar += lots;
          const after = linearImpactTicks({ ...market, netLots: sofar });
          const side = lots < 0 ? -1 : 1;
          paid +=
            side *
            linearImpactTickLots({ side, lots: Math.abs(lots), ticksBefore: ticks, ticksAfter: after });
          ticks = after;
        }
        expect(ticks).toBe(linearImpactTicks({ ...market, netLots: net }));
        // Against the exact area under the price line: no order is off by more than its size times one tick.
        const exact = net * 100_000 + (net * net * 7) / (2 * 3);
        const traded = orders.reduce((sum, lots) => sum + Math.abs(lots), 0);
        expect(Math.abs(paid - exact)).toBeLessThanOrEqual(traded + orders.length);
      }),
      { numRuns: 10_000, seed: 72 },
    );
  });

  test.each<[string, () => unknown, string]>([
    ["size", () => linearImpactFill({ price: 100, side: 1, size: -1, impactPerUnit: 1 }), "size"],
    ["price", () => linearImpactFill({ price: NaN, side: 1, size: 1, impactPerUnit: 1 }), "price"],
    [
      "a sale below nothing",
      () => linearImpactFill({ price: 1, side: -1, size: 2, impactPerUnit: 1 }),
      "size",
    ],
    ["side", () => linearImpactFill({ price: 1, side: 0, size: 2, impactPerUnit: 1 }), "side"],
    ["shock", () => runLadder({ startPrice: 100, shock: 0, impactPerUnit: 1 }, LONGS), "shock"],
    [
      "infinite shock",
      () => runLadder({ startPrice: 100, shock: Infinity, impactPerUnit: 1 }, LONGS),
      "shock",
    ],
    ["impact", () => runLadder({ startPrice: 100, shock: 1, impactPerUnit: -1 }, LONGS), "impactPerUnit"],
    [
      "price falls to nothing",
      () => runLadder({ startPrice: 100, shock: 9, impactPerUnit: 9 }, LONGS),
      "shock",
    ],
    [
      "rung",
      () => runLadder({ startPrice: 1, shock: 0.5, impactPerUnit: 0 }, [{ liquidationPrice: 1, size: NaN }]),
      "rungs[0].size",
    ],
    [
      "ticks",
      () => linearImpactTicks({ startTicks: 1.5, netLots: 0, impactTicks: 1, perLots: 1 }),
      "startTicks",
    ],
  ])("refuses a bad %s", (_, run, path) => {
    expect(run).toThrow(UserError);
    try {
      run();
    } catch (error) {
      expect((error as UserError).problems[0].path).toBe(path);
    }
  });
});

/** Ticks of 0.001, lots of 0.00002: both densities of E03 are then whole lots per level. */
const TICK = 0.001;
const LOT = 0.00002;
const MID_TICKS = 100_000;

/** A book with asks from one tick above 100 on: `lotsAt(k)` lots at the k-th tick. */
function bookOf(levels: number, lotsAt: (k: number) => number): { book: OrderBook; fills: FillBuffer } {
  const fills = new FillBuffer(levels);
  const ownerHead = new Int32Array(2).fill(-1);
  const book = new OrderBook({ maxTicks: MID_TICKS + levels, orderCapacity: levels, ownerHead, fills });
  for (let k = 1; k <= levels; k++) book.place(SELL, MID_TICKS + k, lotsAt(k), 0, 0, 0, 0);
  return { book, fills };
}

/** Buys a size and says how far the price went and what it cost on average, both above 100. */
function buy(
  market: { book: OrderBook; fills: FillBuffer },
  size: number,
): { impact: number; excess: number } {
  const { book, fills } = market;
  fills.count = 0;
  const lots = Math.round(size / LOT);
  book.place(BUY, book.maxTicks, lots, 1, 0, 0, IMMEDIATE);
  expect(book.filledLots).toBe(lots);
  let tickLots = 0;
  for (let k = 0; k < fills.count; k++) tickLots += (fills.ticks[k] - MID_TICKS) * fills.lots[k];
  return {
    impact: (fills.ticks[fills.count - 1] - MID_TICKS) * TICK,
    excess: (tickLots / lots) * TICK,
  };
}

describe("E6: walking a static book", () => {
  const within = (found: number, expected: number): void =>
    expect(Math.abs(found - expected)).toBeLessThanOrEqual(TICK);

  test.each([
    [10, 0.2],
    [40, 0.8],
    [160, 3.2],
  ])("E03: flat density 50: %d units go %d far, the mean half of it", (size, impact) => {
    const found = buy(
      bookOf(3_300, () => (50 * TICK) / LOT),
      size,
    );
    within(found.impact, impact);
    within(found.excess, impact / 2);
    // The book of flat density is the linear-impact market of slope 1 / 50.
    const model = linearImpactFill({ price: 100, side: 1, size, impactPerUnit: 1 / 50 });
    within(found.impact, model.priceAfter - 100);
    within(found.excess, model.averagePrice - 100);
  });

  test.each([
    [10, 0.7071067811865476],
    [40, 1.4142135623730951],
    [160, 2.8284271247461903],
  ])("E03: density 40 x distance: %d units go %d far, the mean two thirds of it", (size, impact) => {
    // Between ticks k - 1 and k lie 20 TICK^2 (k^2 - (k - 1)^2) units, which is 2 k - 1 lots.
    const found = buy(
      bookOf(2_900, (k) => 2 * k - 1),
      size,
    );
    within(found.impact, impact);
    within(found.excess, (2 / 3) * impact);
  });

  test("E04: 2 @ 100.1, 3 @ 100.2, 10 @ 100.5: buying 7 costs 100.257142857 and leaves 8", () => {
    const fills = new FillBuffer(8);
    const ownerHead = new Int32Array(2).fill(-1);
    const book = new OrderBook({ maxTicks: 2_000, orderCapacity: 8, ownerHead, fills });
    book.place(SELL, 1001, 2, 0, 0, 0, 0);
    book.place(SELL, 1002, 3, 0, 0, 0, 0);
    book.place(SELL, 1005, 10, 0, 0, 0, 0);
    book.place(BUY, 2_000, 7, 1, 0, 0, IMMEDIATE);
    let tickLots = 0;
    for (let k = 0; k < fills.count; k++) tickLots += fills.ticks[k] * fills.lots[k];
    expect(tickLots / 7 / 10).toBeCloseTo(100.25714285714285, 12);
    expect(fills.ticks[fills.count - 1]).toBe(1005);
    expect(book.levelLots(SELL, 1005)).toBe(8);
  });
});
