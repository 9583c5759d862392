/**
 * What a trader may expect of the order book, checked on the fast book and on its naive twin: priority, order
 * kinds, self-trade prevention, cancels, reserves.
 */
import { BUY, FILL_OR_KILL, IMMEDIATE, POST_ONLY, SELL } from "@undertow/core";
import { describe, expect, test } from "vitest";
import { ANN, BEN, BOOKS, CAT, DAN, floorWith } from "./order-book-floor.ts";

describe.each(BOOKS)("%s: priority", (_, open) => {
  test("worked example: asks 1 @ 100 (A), 1 @ 100 (B), 1 @ 100.5; buy 1.5 @ 100", () => {
    // Tick 0.5, lot 0.5: 100 is tick 200, 1 is 2 lots.
    const { book, sell, buy, depth } = floorWith(open);
    sell(ANN, 2, 200);
    sell(BEN, 2, 200);
    sell(CAT, 2, 201);
    expect(buy(DAN, 3, 200)).toEqual(["2 @ 200 with ann", "1 @ 200 with ben"]);
    expect(depth(SELL)).toEqual(["1 @ 200", "2 @ 201"]);
    expect(depth(BUY)).toEqual([]);
    expect([book.filledLots, book.remainingLots, book.restingOrder]).toEqual([3, 0, -1]);
  });

  test("better price first, then older order; trades at the resting price", () => {
    const { sell, buy } = floorWith(open);
    sell(ANN, 1, 503);
    sell(BEN, 1, 501);
    sell(CAT, 1, 502);
    sell(DAN, 1, 501);
    expect(buy(ANN, 3, 900)).toEqual(["1 @ 501 with ben", "1 @ 501 with dan", "1 @ 502 with cat"]);
  });

  test("the same on the other side", () => {
    const { sell, buy, depth } = floorWith(open);
    buy(ANN, 1, 497);
    buy(BEN, 1, 499);
    buy(CAT, 1, 498);
    buy(DAN, 1, 499);
    expect(sell(ANN, 3, 100)).toEqual(["1 @ 499 with ben", "1 @ 499 with dan", "1 @ 498 with cat"]);
    expect(depth(BUY)).toEqual(["1 @ 497"]);
  });

  test("a partly filled order keeps its place in the queue", () => {
    const { sell, buy } = floorWith(open);
    sell(ANN, 5, 500);
    sell(BEN, 5, 500);
    expect(buy(CAT, 2, 500)).toEqual(["2 @ 500 with ann"]);
    expect(buy(CAT, 4, 500)).toEqual(["3 @ 500 with ann", "1 @ 500 with ben"]);
  });

  test("cancelling in the middle of a queue leaves the others in order", () => {
    const { book, sell, buy } = floorWith(open);
    sell(ANN, 1, 500);
    sell(BEN, 1, 500);
    const middle = book.restingOrder;
    sell(CAT, 1, 500);
    expect(book.cancel(middle)).toBe(true);
    book.validate();
    expect(buy(DAN, 3, 500)).toEqual(["1 @ 500 with ann", "1 @ 500 with cat"]);
  });

  test("what does not trade rests, and sets the best price", () => {
    const { book, sell, buy, depth } = floorWith(open);
    sell(ANN, 2, 500);
    expect(buy(BEN, 5, 500)).toEqual(["2 @ 500 with ann"]);
    expect([book.bestBid(), book.bestAsk()]).toEqual([500, 0]);
    expect(depth(BUY)).toEqual(["3 @ 500"]);
    expect([book.filledLots, book.remainingLots, book.orderCount]).toEqual([2, 0, 1]);
    expect(book.restingOrder).toBeGreaterThanOrEqual(0);
  });
});

describe.each(BOOKS)("%s: order kinds", (_, open) => {
  test("immediate-or-cancel trades within its limit and drops the rest", () => {
    const { book, sell, buy, depth } = floorWith(open);
    sell(ANN, 2, 500);
    sell(BEN, 2, 502);
    expect(buy(CAT, 5, 501, { flags: IMMEDIATE })).toEqual(["2 @ 500 with ann"]);
    expect([book.filledLots, book.remainingLots, book.restingOrder]).toEqual([2, 3, -1]);
    expect(depth(BUY)).toEqual([]);
    expect(depth(SELL)).toEqual(["2 @ 502"]);
  });

  test("fill-or-kill trades all or nothing", () => {
    const { book, sell, buy, depth, result } = floorWith(open);
    sell(ANN, 2, 500);
    sell(BEN, 2, 502);
    expect(buy(CAT, 3, 501, { flags: FILL_OR_KILL, reserve: 9 })).toEqual([]);
    expect(result()).toBe("fill-or-kill order cannot be filled");
    expect([book.filledLots, book.remainingLots, book.takerReserveLeft]).toEqual([0, 3, 9]);
    expect(depth(SELL)).toEqual(["2 @ 500", "2 @ 502"]);
    expect(buy(CAT, 4, 502, { flags: FILL_OR_KILL })).toEqual(["2 @ 500 with ann", "2 @ 502 with ben"]);
    expect(result()).toBe("ok");
  });

  test("fill-or-kill does not count the owner's own orders, and leaves them when it is rejected", () => {
    const { sell, buy, depth, result } = floorWith(open);
    sell(CAT, 5, 500);
    sell(ANN, 2, 501);
    expect(buy(CAT, 3, 501, { flags: FILL_OR_KILL })).toEqual([]);
    expect(result()).toBe("fill-or-kill order cannot be filled");
    expect(depth(SELL)).toEqual(["5 @ 500", "2 @ 501"]);
    expect(buy(CAT, 2, 501, { flags: FILL_OR_KILL })).toEqual([
      "5 @ 500 of cat cancelled",
      "2 @ 501 with ann",
    ]);
  });

  test("post-only is rejected at or beyond the other side's best price and rests before it", () => {
    const { sell, buy, depth, result } = floorWith(open);
    sell(ANN, 2, 500);
    expect(buy(BEN, 1, 500, { flags: POST_ONLY })).toEqual([]);
    expect(result()).toBe("post-only order would trade");
    buy(BEN, 1, 499, { flags: POST_ONLY });
    expect(result()).toBe("ok");
    expect(depth(BUY)).toEqual(["1 @ 499"]);
    sell(CAT, 1, 499, { flags: POST_ONLY });
    expect(result()).toBe("post-only order would trade");
  });

  test("a post-only order that would meet only its owner's order is rejected too", () => {
    const { sell, buy, depth, result } = floorWith(open);
    sell(ANN, 2, 500);
    buy(ANN, 1, 500, { flags: POST_ONLY });
    expect(result()).toBe("post-only order would trade");
    expect(depth(SELL)).toEqual(["2 @ 500"]);
  });

  test.each([0, -1, 1001, 1.5, NaN, Infinity])("price %s is out of range", (ticks) => {
    const { book, buy, result } = floorWith(open);
    expect(buy(ANN, 1, ticks)).toEqual([]);
    expect([result(), book.orderCount, book.remainingLots]).toEqual(["price out of range", 0, 1]);
  });

  test.each([0, -1, 0.5, NaN, 2 ** 53])("size %s is bad", (lots) => {
    const { book, buy, result } = floorWith(open);
    expect(buy(ANN, lots, 500)).toEqual([]);
    expect([result(), book.orderCount]).toEqual(["bad size", 0]);
  });

  test("the first and the last price of the ladder can be used", () => {
    const { book, buy, sell } = floorWith(open);
    buy(ANN, 1, 1);
    sell(BEN, 1, 1000);
    expect([book.bestBid(), book.bestAsk()]).toEqual([1, 1000]);
    expect(buy(CAT, 1, 1000)).toEqual(["1 @ 1000 with ben"]);
    expect(sell(CAT, 1, 1)).toEqual(["1 @ 1 with ann"]);
  });

  test("a full book still trades and drops what cannot rest", () => {
    const { book, buy, sell, result } = floorWith(open, { orderCapacity: 2 });
    sell(ANN, 5, 500);
    sell(ANN, 1, 600);
    expect(buy(BEN, 1, 400)).toEqual([]);
    expect([result(), book.remainingLots, book.restingOrder]).toEqual(["book is full", 1, -1]);
    expect(buy(BEN, 7, 500)).toEqual(["5 @ 500 with ann"]);
    expect([result(), book.restingOrder >= 0]).toEqual(["ok", true]); // the trade freed a slot
  });

  test("a level never holds 2^53 lots", () => {
    const { book, buy, result } = floorWith(open);
    buy(ANN, 2 ** 53 - 1, 500);
    buy(BEN, 1, 500);
    expect([result(), book.remainingLots, book.orderCount]).toEqual(["book is full", 1, 1]);
  });
});

describe.each(BOOKS)("%s: self-trade prevention and cancels", (_, open) => {
  test("an own resting order that is met is cancelled, without a trade, and the taker goes on", () => {
    const { book, fills, sell, buy, depth } = floorWith(open);
    sell(ANN, 1, 500, { tag: 7 });
    sell(BEN, 4, 500, { tag: 8, reserve: 33 });
    sell(CAT, 4, 501);
    expect(buy(BEN, 3, 501, { tag: 9 })).toEqual([
      "1 @ 500 with ann",
      "4 @ 500 of ben cancelled",
      "2 @ 501 with cat",
    ]);
    expect(book.filledLots).toBe(3);
    expect([fills.makerRelease[1], fills.takerRelease[1]]).toEqual([33, 0]);
    expect([fills.makerTag[1], fills.takerTag[1], fills.takerSide[1], fills.market[1]]).toEqual([
      8,
      9,
      BUY,
      5,
    ]);
    expect(depth(SELL)).toEqual(["2 @ 501"]);
  });

  test("an own order behind the last fill stays", () => {
    const { sell, buy, depth } = floorWith(open);
    sell(ANN, 1, 500);
    sell(BEN, 4, 500);
    expect(buy(BEN, 1, 500)).toEqual(["1 @ 500 with ann"]);
    expect(depth(SELL)).toEqual(["4 @ 500"]);
  });

  test("an order that meets only own orders cancels them and rests", () => {
    const { book, sell, buy, depth } = floorWith(open);
    sell(ANN, 1, 500);
    sell(ANN, 1, 501);
    expect(buy(ANN, 2, 501)).toEqual(["1 @ 500 of ann cancelled", "1 @ 501 of ann cancelled"]);
    expect([book.filledLots, book.bestBid(), book.bestAsk()]).toEqual([0, 501, 0]);
    expect(depth(BUY)).toEqual(["2 @ 501"]);
  });

  test("cancelOwner takes all of an owner's orders and reports what they held, by side", () => {
    const { book, buy, sell, depth } = floorWith(open);
    buy(ANN, 3, 498, { reserve: 10 });
    buy(BEN, 4, 498, { reserve: 20 });
    buy(ANN, 5, 499, { reserve: 30 });
    sell(ANN, 6, 501, { reserve: 40 });
    expect(book.restingOf(ANN)).toBe(3);
    expect(book.cancelOwner(ANN)).toBe(3);
    book.validate();
    expect([book.releasedBuyLots, book.releasedBuyReserve]).toEqual([8, 40]);
    expect([book.releasedSellLots, book.releasedSellReserve]).toEqual([6, 40]);
    expect([depth(BUY), depth(SELL), book.restingOf(ANN)]).toEqual([["4 @ 498"], [], 0]);
    expect(book.cancelOwner(ANN)).toBe(0);
    expect([book.releasedBuyLots, book.releasedSellReserve]).toEqual([0, 0]);
  });

  test("an order can be cancelled once; a filled one not at all", () => {
    const { book, buy, sell } = floorWith(open);
    buy(ANN, 3, 498, { reserve: 10 });
    const order = book.restingOrder;
    expect([book.cancel(order), book.releasedBuyReserve, book.releasedBuyLots]).toEqual([true, 10, 3]);
    expect([book.cancel(order), book.releasedBuyReserve, book.releasedBuyLots]).toEqual([false, 0, 0]);
    sell(ANN, 1, 500);
    const filled = book.restingOrder;
    buy(BEN, 1, 500);
    expect([book.cancel(filled), book.cancel(-1), book.cancel(99)]).toEqual([false, false, false]);
    expect(book.orderCount).toBe(0);
  });
});

describe.each(BOOKS)("%s: reserves", (_, open) => {
  test("a taker's reserve is consumed in proportion, rounded down, and the parts add up", () => {
    const { book, fills, sell, buy } = floorWith(open);
    sell(ANN, 1, 500);
    sell(BEN, 1, 501);
    buy(CAT, 7, 501, { reserve: 100 });
    // floor(100 x 1/7) = 14, floor(100 x 2/7) = 28.
    expect(Array.from(fills.takerRelease.subarray(0, 2))).toEqual([14, 14]);
    expect(book.takerReserveLeft).toBe(72);
    book.cancelOwner(CAT);
    expect([book.releasedBuyReserve, book.releasedBuyLots]).toEqual([72, 5]);
  });

  test("a maker's reserve is freed in proportion to what is left, the exact rest on its last fill", () => {
    const { fills, sell, buy } = floorWith(open);
    sell(ANN, 3, 500, { reserve: 100 });
    const freed = [1, 1, 1].map((lots) => {
      buy(BEN, lots, 500);
      return fills.makerRelease[0];
    });
    expect(freed).toEqual([33, 33, 34]);
  });

  test("a filled taker leaves nothing, a dropped remainder returns its share", () => {
    const { book, sell, buy } = floorWith(open);
    sell(ANN, 3, 500);
    buy(BEN, 3, 500, { reserve: 101 });
    expect(book.takerReserveLeft).toBe(0);
    sell(ANN, 2, 500);
    buy(BEN, 3, 500, { reserve: 101, flags: IMMEDIATE });
    expect(book.takerReserveLeft).toBe(34); // 101 - floor(101 x 2/3)
  });

  test("shares stay exact when reserve x lots passes 2^53", () => {
    const { book, fills, sell, buy } = floorWith(open);
    const reserve = 2 ** 53 - 1;
    const lots = 2 ** 40 + 1;
    sell(ANN, 2 ** 39, 500);
    buy(BEN, lots, 500, { reserve });
    const share = Number((BigInt(reserve) * BigInt(2 ** 39)) / BigInt(lots));
    expect(fills.takerRelease[0]).toBe(share);
    expect(book.takerReserveLeft).toBe(reserve - share);
  });
});
