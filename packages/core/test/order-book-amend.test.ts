/**
 * What a trader may expect of amendments, of the modes of self-trade prevention and of guarded (reduce-only)
 * orders, checked on the fast book and on its naive twin.
 */
import {
  BUY,
  FILL_OR_KILL,
  IMMEDIATE,
  POST_ONLY,
  REDUCE_ONLY,
  SELL,
  STP_EXPIRE_BOTH,
  STP_EXPIRE_TAKER,
} from "@undertow/core";
import { describe, expect, test } from "vitest";
import { ANN, BEN, BOOKS, CAT, DAN, floorWith } from "./order-book-floor.ts";

describe.each(BOOKS)("%s: amendments", (_, open) => {
  // Table test of a public Rust engine (mechanics: amend): size down keeps priority, the rest loses it.
  test.each([
    ["fewer lots keep the place", 500, 3, ["3 @ 500 with ann", "1 @ 500 with ben"]],
    ["the same lots keep the place", 500, 5, ["4 @ 500 with ann"]],
    ["more lots lose it", 500, 6, ["4 @ 500 with ben"]],
    ["a worse price loses it", 501, 5, ["4 @ 500 with ben"]],
    ["a better price goes ahead", 499, 5, ["4 @ 499 with ann"]],
  ])("%s", (_name, ticks, lots, trades) => {
    const { book, sell, buy, depth } = floorWith(open);
    sell(ANN, 5, 500);
    const order = book.restingOrder;
    sell(BEN, 5, 500);
    expect(book.amend(order, ticks, lots, 0, 0)).toBe(true);
    book.validate();
    expect(book.restingOrder).toBeGreaterThanOrEqual(0);
    expect(depth(SELL).join()).toContain(`@ ${ticks}`);
    expect(buy(CAT, 4, 600)).toEqual(trades);
  });

  test("away and back to the old price is the end of the queue", () => {
    const { book, sell, buy } = floorWith(open);
    sell(ANN, 1, 500);
    const order = book.restingOrder;
    sell(BEN, 1, 500);
    book.amend(order, 501, 1, 0, 0);
    book.amend(book.restingOrder, 500, 1, 0, 0);
    expect(buy(CAT, 2, 500)).toEqual(["1 @ 500 with ben", "1 @ 500 with ann"]);
  });

  test("a price that crosses trades at once, as a taker, with its owner and tag", () => {
    const { book, fills, sell, buy, depth } = floorWith(open);
    sell(ANN, 2, 500);
    buy(BEN, 5, 490, { tag: 7, reserve: 50 });
    fills.count = 0;
    expect(book.amend(book.restingOrder, 500, 4, 40, 0)).toBe(true);
    expect([book.filledLots, book.remainingLots, book.takerReserveLeft]).toEqual([2, 0, 20]);
    expect([fills.count, fills.takerOwner[0], fills.takerTag[0], fills.ticks[0]]).toEqual([1, BEN, 7, 500]);
    expect([book.releasedBuyReserve, book.releasedBuyLots, book.releasedSellReserve]).toEqual([50, 5, 0]);
    expect(depth(BUY)).toEqual(["2 @ 500"]);
  });

  test("fewer lots: the old reserve is freed and the new one taken", () => {
    const { book, sell, buy, fills } = floorWith(open);
    sell(ANN, 10, 500, { reserve: 100 });
    book.amend(book.restingOrder, 500, 4, 44, 0);
    expect([book.releasedSellReserve, book.releasedSellLots]).toEqual([100, 10]);
    buy(BEN, 4, 500);
    expect(fills.makerRelease[0]).toBe(44);
  });

  test.each([
    ["post-only order would trade", 500, 5, POST_ONLY],
    ["price out of range", 1001, 5, 0],
    ["price out of range", 490.5, 5, 0],
    ["bad size", 490, 0, 0],
    ["bad size", 490, 2.5, 0],
  ])("refused: %s; the order stays as it was", (reason, ticks, lots, flags) => {
    const { book, sell, buy, result } = floorWith(open);
    sell(ANN, 5, 500);
    buy(BEN, 5, 490, { reserve: 9 });
    const before = book.hash();
    expect(book.amend(book.restingOrder, ticks, lots, 1, flags)).toBe(false);
    expect([result(), book.hash(), book.releasedBuyReserve]).toEqual([reason, before, 0]);
    book.cancelOwner(BEN);
    expect(book.releasedBuyReserve).toBe(9);
  });

  test("an order that is gone cannot be amended", () => {
    const { book, buy, result } = floorWith(open);
    buy(BEN, 5, 490);
    const order = book.restingOrder;
    book.cancel(order);
    expect(book.amend(order, 490, 3, 0, 0)).toBe(false);
    expect(result()).toBe("no such order");
  });
});

describe.each(BOOKS)("%s: self-trade prevention", (_, open) => {
  /** Ann's own sell lies between Ben's and Cat's; Ann buys 6. */
  function annMeetsAnn(flags: number) {
    const floor = floorWith(open);
    floor.sell(BEN, 2, 500);
    floor.sell(ANN, 2, 501);
    floor.sell(CAT, 2, 502);
    return { ...floor, trades: floor.buy(ANN, 6, 600, { flags }) };
  }

  test("expire maker: the resting order goes, the taker continues and rests", () => {
    const { trades, depth, result } = annMeetsAnn(0);
    expect(trades).toEqual(["2 @ 500 with ben", "2 @ 501 of ann cancelled", "2 @ 502 with cat"]);
    expect([depth(SELL), depth(BUY), result()]).toEqual([[], ["2 @ 600"], "ok"]);
  });

  test("expire taker: the resting order stays, the taker's remainder is dropped", () => {
    const { book, trades, depth, result } = annMeetsAnn(STP_EXPIRE_TAKER);
    expect(trades).toEqual(["2 @ 500 with ben"]);
    expect([depth(SELL), depth(BUY), result()]).toEqual([["2 @ 501", "2 @ 502"], [], "self-trade prevented"]);
    expect([book.filledLots, book.remainingLots, book.restingOrder]).toEqual([2, 4, -1]);
  });

  test("expire both: both go", () => {
    const { trades, depth, result } = annMeetsAnn(STP_EXPIRE_BOTH);
    expect(trades).toEqual(["2 @ 500 with ben", "2 @ 501 of ann cancelled"]);
    expect([depth(SELL), depth(BUY), result()]).toEqual([["2 @ 502"], [], "self-trade prevented"]);
  });

  test.each([
    ["expire maker passes over the own order", 0, 4, "ok"],
    ["expire maker, too thin", 0, 5, "fill-or-kill order cannot be filled"],
    ["expire taker counts what lies before it", STP_EXPIRE_TAKER, 2, "ok"],
    ["expire taker, nothing behind it", STP_EXPIRE_TAKER, 3, "fill-or-kill order cannot be filled"],
    ["expire both counts what lies before it", STP_EXPIRE_BOTH, 2, "ok"],
    ["expire both, nothing behind it", STP_EXPIRE_BOTH, 3, "fill-or-kill order cannot be filled"],
  ])("fill-or-kill: %s", (_name, mode, lots, expected) => {
    const { book, sell, buy, result, depth } = floorWith(open);
    sell(BEN, 2, 500);
    sell(ANN, 2, 501);
    sell(CAT, 2, 502);
    const before = depth(SELL);
    buy(ANN, lots, 600, { flags: FILL_OR_KILL | mode });
    expect([result(), book.filledLots]).toEqual([expected, expected === "ok" ? lots : 0]);
    if (expected !== "ok") expect(depth(SELL)).toEqual(before);
  });
});

describe.each(BOOKS)("%s: guarded orders", (_, open) => {
  /** A floor whose guard keeps positions: `positions` plus the fills in the buffer. */
  function guardedFloor(positions: number[]) {
    const floor = floorWith(open);
    const { fills } = floor;
    floor.book.guardMakers({
      coveredLots(owner, side) {
        let position = positions[owner];
        for (let row = 0; row < fills.count; row++) {
          if (fills.makerOwner[row] === owner) position -= fills.takerSide[row] * fills.lots[row];
        }
        return Math.max(0, -side * position);
      },
    });
    return floor;
  }

  test("are cut down to what the position covers, then trade", () => {
    const { sell, buy, depth } = guardedFloor([3, 0, 0, 0]);
    sell(ANN, 10, 500, { flags: REDUCE_ONLY, reserve: 10 });
    expect(buy(BEN, 5, 500)).toEqual(["7 @ 500 of ann cancelled", "3 @ 500 with ann"]);
    expect([depth(SELL), depth(BUY)]).toEqual([[], ["2 @ 500"]]);
  });

  test("an owner's other orders use the cover up in the middle of a match", () => {
    const { book, sell, buy } = guardedFloor([3, 0, 0, 0]);
    sell(ANN, 2, 500);
    sell(ANN, 3, 501, { flags: REDUCE_ONLY });
    sell(CAT, 9, 502);
    expect(buy(BEN, 5, 600)).toEqual([
      "2 @ 500 with ann",
      "2 @ 501 of ann cancelled",
      "1 @ 501 with ann",
      "2 @ 502 with cat",
    ]);
    expect(book.filledLots).toBe(5);
  });

  test("without a position they go untraded", () => {
    const { sell, buy, fills } = guardedFloor([0, 0, 0, 0]);
    sell(ANN, 4, 500, { flags: REDUCE_ONLY, reserve: 8 });
    expect(buy(BEN, 5, 500, { flags: IMMEDIATE })).toEqual(["4 @ 500 of ann cancelled"]);
    expect([fills.makerRelease[0], fills.makerOwner[0], fills.takerOwner[0]]).toEqual([8, ANN, BEN]);
  });

  test.each([
    [5, "ok"],
    [6, "fill-or-kill order cannot be filled"],
  ])("fill-or-kill of %s counts what is covered: %s", (lots, expected) => {
    const { book, sell, buy, result } = guardedFloor([3, 0, 0, 0]);
    sell(ANN, 2, 500);
    sell(ANN, 3, 501, { flags: REDUCE_ONLY }); // 1 of them covered behind the 2
    sell(CAT, 2, 502);
    buy(DAN, lots, 600, { flags: FILL_OR_KILL });
    expect([result(), book.filledLots]).toEqual([expected, expected === "ok" ? 5 : 0]);
  });

  test("an amendment keeps the guard", () => {
    const { book, sell, buy } = guardedFloor([3, 0, 0, 0]);
    sell(ANN, 2, 500, { flags: REDUCE_ONLY });
    book.amend(book.restingOrder, 501, 8, 0, 0);
    expect(buy(BEN, 9, 600, { flags: IMMEDIATE })).toEqual(["5 @ 501 of ann cancelled", "3 @ 501 with ann"]);
  });
});
