/**
 * Reading the order book (depth, notional, impact, hash) on both implementations, and what it does when the
 * program around it is wrong.
 */
import { allocatePlain, BUY, FillBuffer, OrderBook, type OrderBookOptions, SELL } from "@undertow/core";
import type { BookLike } from "@undertow/core/testing";
import { describe, expect, test } from "vitest";
import { ANN, BEN, BOOKS, CAT, DAN, floorWith } from "./order-book-floor.ts";

describe.each(BOOKS)("%s: reading the book", (_, open) => {
  const hashOf = (...orders: RestingTerms[]) => hashAfter(open, orders);
  const filled = () => {
    const floor = floorWith(open);
    floor.buy(ANN, 10, 499);
    floor.buy(BEN, 20, 495);
    floor.buy(ANN, 30, 400);
    floor.sell(CAT, 5, 501);
    floor.sell(DAN, 6, 501);
    floor.sell(CAT, 40, 600);
    return floor.book;
  };

  test("lots at a price and within a range", () => {
    const book = filled();
    expect([499, 498, 501, 0, 2000].map((ticks) => book.levelLots(BUY, ticks))).toEqual([10, 0, 0, 0, 0]);
    expect(book.levelLots(SELL, 501)).toBe(11);
    expect([500, 499, 495, 1, 0].map((ticks) => book.lotsWithin(BUY, ticks))).toEqual([0, 10, 30, 60, 60]);
    expect([500, 501, 599, 600, 5000].map((ticks) => book.lotsWithin(SELL, ticks))).toEqual([
      0, 11, 11, 51, 51,
    ]);
  });

  test("notional between two prices", () => {
    const book = filled();
    expect(book.notionalBetween(BUY, 495, 499)).toBe(495 * 20 + 499 * 10);
    expect(book.notionalBetween(BUY, 1, 498)).toBe(400 * 30 + 495 * 20);
    expect(book.notionalBetween(BUY, 401, 494)).toBe(0);
    expect(book.notionalBetween(BUY, -5, 9999)).toBe(400 * 30 + 495 * 20 + 499 * 10);
    expect(book.notionalBetween(SELL, 502, 1000)).toBe(600 * 40);
    expect(book.notionalBetween(SELL, 501, 501)).toBe(501 * 11);
  });

  test("how far a sweep reaches and what a notional costs on average", () => {
    const book = filled();
    expect([10, 11, 60, 61].map((lots) => book.sweepTicks(SELL, lots))).toEqual([499, 495, 400, 0]);
    expect([11, 12, 52].map((lots) => book.sweepTicks(BUY, lots))).toEqual([501, 600, 0]);
    expect(book.averageTicksFor(BUY, 501 * 11)).toBe(501);
    // 11 lots at 501, then 10 lots at 600.
    expect(book.averageTicksFor(BUY, 501 * 11 + 6000)).toBeCloseTo((501 * 11 + 6000) / 21, 10);
    expect(book.averageTicksFor(SELL, 1e9)).toBe(0);
  });

  test("an empty book has no best prices, no depth, no impact price", () => {
    const { book } = floorWith(open);
    expect([book.bestBid(), book.bestAsk(), book.sweepTicks(BUY, 1), book.averageTicksFor(SELL, 1)]).toEqual([
      0, 0, 0, 0,
    ]);
    expect([book.lotsWithin(BUY, 1), book.notionalBetween(SELL, 1, 1000), book.restingOf(ANN)]).toEqual([
      0, 0, 0,
    ]);
  });

  test("levels come best first, as many as asked for, with their number of orders", () => {
    const levels: number[][] = [];
    filled().forEachLevel(SELL, 1, (...level) => levels.push(level));
    filled().forEachLevel(BUY, 2, (...level) => levels.push(level));
    expect(levels).toEqual([
      [501, 11, 2],
      [499, 10, 1],
      [495, 20, 1],
    ]);
  });

  test("the hash depends on side, price, size, owner, tag and time priority, and on nothing else", () => {
    const base = hashOf([BUY, ANN, 3, 500, 1], [BUY, BEN, 4, 500, 2]);
    const others = [
      hashOf(),
      hashOf([BUY, BEN, 4, 500, 2], [BUY, ANN, 3, 500, 1]),
      hashOf([SELL, ANN, 3, 500, 1], [SELL, BEN, 4, 500, 2]),
      hashOf([BUY, ANN, 3, 501, 1], [BUY, BEN, 4, 500, 2]),
      hashOf([BUY, ANN, 3 + 2 ** 32, 500, 1], [BUY, BEN, 4, 500, 2]),
      hashOf([BUY, CAT, 3, 500, 1], [BUY, BEN, 4, 500, 2]),
      hashOf([BUY, ANN, 3, 500, 0], [BUY, BEN, 4, 500, 2]),
    ];
    expect(new Set([base, ...others]).size).toBe(1 + others.length);
    expect(hashOf([BUY, BEN, 4, 500, 2], [BUY, ANN, 3, 501, 1])).toBe(
      hashOf([BUY, ANN, 3, 501, 1], [BUY, BEN, 4, 500, 2]),
    );
  });
});

describe.each(BOOKS)("%s: faults of the program", (_, open) => {
  test("a fill buffer that runs over stops the run", () => {
    const { sell, buy } = floorWith(open, { fills: new FillBuffer(1) });
    sell(ANN, 1, 500);
    sell(ANN, 1, 501);
    expect(() => buy(BEN, 2, 501)).toThrow(/fill buffer is full at 1 records/);
  });
});

describe("OrderBook: faults of the program", () => {
  test("an order without a known owner, a side or a reserve stops the run", () => {
    const { buy, sell, book } = floorWith((options) => new OrderBook(options));
    expect(() => buy(-1, 1, 500)).toThrow(/owner -1/);
    expect(() => buy(99, 1, 500)).toThrow(/owner 99/);
    expect(() => sell(ANN, 1, 500, { reserve: -1 })).toThrow(/reserve -1/);
    expect(() => sell(ANN, 1, 500, { reserve: NaN })).toThrow(/reserve NaN/);
    expect(() => book.place(0, 500, 1, ANN, 0, 0, 0)).toThrow(/side 0/);
  });

  test("a book that cannot be built says why", () => {
    expect(opening({ maxTicks: 0 })).toThrow(/maxTicks is 0/);
    expect(opening({ maxTicks: 1.5 })).toThrow(/maxTicks is 1.5/);
    expect(opening({ orderCapacity: 0 })).toThrow(/orderCapacity is 0/);
  });

  test("columns come from the allocator, at most 64 bytes for a resting order and 20 for a tick", () => {
    expect(bytesFor(1000, 1001) - bytesFor(1000, 1)).toBe(46 * 1000);
    expect(bytesFor(1_001_000, 1) - bytesFor(1000, 1)).toBeLessThan(16.6 * 1_000_000);
  });

  test("validate names what is broken", () => {
    const { book, buy } = floorWith((options) => new OrderBook(options));
    const fast = book as OrderBook;
    buy(ANN, 3, 499);
    buy(BEN, 4, 500);
    fast.levelTotal[499]++;
    expect(() => fast.validate()).toThrow(/total lots at 499 is 4, expected 3/);
    fast.levelTotal[499]--;
    fast.bestBidTicks = 499;
    expect(() => fast.validate()).toThrow(/best bid is 499, expected 500/);
    fast.bestBidTicks = 500;
    fast.bids.remove(499);
    expect(() => fast.validate()).toThrow(/bid bitmap at 499/);
    fast.bids.add(499);
    fast.ownerHead[ANN] = -1;
    expect(() => fast.validate()).toThrow(/first order of owner 0 is -1/);
  });
});

/** Side, owner, lots, price, tag. */
type RestingTerms = [number, number, number, number, number];

function hashAfter(open: (options: OrderBookOptions) => BookLike, orders: RestingTerms[]): string {
  const { book, buy, sell } = floorWith(open);
  for (const [side, owner, lots, ticks, tag] of orders)
    (side === BUY ? buy : sell)(owner, lots, ticks, { tag });
  return book.hash();
}

function opening(changes: Partial<OrderBookOptions>) {
  return () => floorWith((options) => new OrderBook(options), changes);
}

/** Bytes that a book asks its allocator for. */
function bytesFor(maxTicks: number, orderCapacity: number): number {
  let bytes = 0;
  const allocate: OrderBookOptions["allocate"] = (kind, length) => {
    const column = allocatePlain(kind, length);
    bytes += column.byteLength;
    return column;
  };
  opening({ maxTicks, orderCapacity, allocate })();
  return bytes;
}
