/**
 * A trading floor for the tests of the order book: four named traders, one book, trades told in words.
 *
 * Every placement is followed by a full check of the book's structure. Prices are ticks, sizes lots.
 */
import { BUY, FillBuffer, OrderBook, type OrderBookOptions, resultName, SELL } from "@undertow/core";
import { type BookLike, NaiveBook } from "@undertow/core/testing";

/** Owners 0 to 3. */
const NAMES = ["ann", "ben", "cat", "dan"];
export const [ANN, BEN, CAT, DAN] = [0, 1, 2, 3];

/** Both implementations: every rule is checked on each. */
export const BOOKS: [string, (options: OrderBookOptions) => BookLike][] = [
  ["OrderBook", (options) => new OrderBook(options)],
  ["NaiveBook", (options) => new NaiveBook(options)],
];

export interface Terms {
  tag?: number;
  reserve?: number;
  flags?: number;
}

/** A trading floor with one book of prices 1..1000 and room for 8 resting orders. */
export function floorWith(
  open: (options: OrderBookOptions) => BookLike,
  changes: Partial<OrderBookOptions> = {},
) {
  const fills = changes.fills ?? new FillBuffer(16);
  const ownerHead = new Int32Array(NAMES.length).fill(-1);
  const book = open({ maxTicks: 1000, orderCapacity: 8, ownerHead, marketIndex: 5, ...changes, fills });

  /** Places an order; returns its trades in words. */
  function place(side: number, owner: number, lots: number, ticks: number, terms: Terms = {}): string[] {
    fills.count = 0;
    book.place(side, ticks, lots, owner, terms.tag ?? 0, terms.reserve ?? 0, terms.flags ?? 0);
    book.validate();
    return Array.from({ length: fills.count }, (_, k) => {
      const maker = NAMES[fills.makerOwner[k]];
      if (fills.lots[k] === 0) return `${fills.cancelledLots[k]} @ ${fills.ticks[k]} of ${maker} cancelled`;
      return `${fills.lots[k]} @ ${fills.ticks[k]} with ${maker}`;
    });
  }

  /** A side of the book, best level first, as "lots @ price". */
  function depth(side: number): string[] {
    const levels: string[] = [];
    book.forEachLevel(side, Infinity, (ticks, lots) => levels.push(`${lots} @ ${ticks}`));
    return levels;
  }

  return {
    book,
    fills,
    depth,
    buy: (owner: number, lots: number, ticks: number, terms?: Terms) => place(BUY, owner, lots, ticks, terms),
    sell: (owner: number, lots: number, ticks: number, terms?: Terms) =>
      place(SELL, owner, lots, ticks, terms),
    result: () => resultName(book.result),
  };
}
