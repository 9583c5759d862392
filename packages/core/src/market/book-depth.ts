/**
 * What a book holds, read without changing it: depth, notional, impact prices.
 *
 * For the observe and mark phases. Walks non-empty levels only, allocates nothing (except `forEachLevel`,
 * which calls back). Sums of lots are exact below 2^53; sums of tick-lots are float64 sums in walking order.
 */
import { BUY } from "../units.ts";
import { type BookLadder, NONE } from "./book-ladder.ts";

/** Best price of a side, 0 when it is empty. */
export function bestTicks(book: BookLadder, side: number): number {
  return side === BUY ? book.bestBidTicks : book.bestAskTicks;
}

/** Next non-empty level of a side behind `ticks`, 0 when there is none. */
export function levelBehind(book: BookLadder, side: number, ticks: number): number {
  return side === BUY ? book.bids.below(ticks) : book.asks.above(ticks);
}

/** Lots resting on one side at one price; 0 for an empty level or a price outside the ladder. */
export function levelLots(book: BookLadder, side: number, ticks: number): number {
  if (ticks < 1 || ticks > book.maxTicks) return 0;
  return (side === BUY ? book.bids : book.asks).has(ticks) ? book.levelTotal[ticks] : 0;
}

/** Lots of a side from its best price to `worstTicks`, both inclusive. */
export function lotsWithin(book: BookLadder, side: number, worstTicks: number): number {
  const totals = book.levelTotal;
  let sum = 0;
  let ticks = bestTicks(book, side);
  while (ticks !== 0 && (ticks - worstTicks) * side >= 0) {
    sum += totals[ticks];
    ticks = levelBehind(book, side, ticks);
  }
  return sum;
}

/** Sum of ticks x lots of a side over prices in [lowTicks, highTicks], both inclusive. */
export function notionalBetween(book: BookLadder, side: number, lowTicks: number, highTicks: number): number {
  const totals = book.levelTotal;
  const low = Math.max(Math.ceil(lowTicks), 1);
  const high = Math.min(Math.floor(highTicks), book.maxTicks);
  if (!(low <= high)) return 0;
  const farTicks = side === BUY ? low : high;
  let sum = 0;
  let ticks = side === BUY ? book.bids.below(high + 1) : book.asks.above(low - 1);
  while (ticks !== 0 && (ticks - farTicks) * side >= 0) {
    sum += ticks * totals[ticks];
    ticks = levelBehind(book, side, ticks);
  }
  return sum;
}

/** Price of the last lot that a taker of `lots` would reach, 0 when the other side holds fewer. */
export function sweepTicks(book: BookLadder, takerSide: number, lots: number): number {
  const totals = book.levelTotal;
  let left = lots;
  let ticks = bestTicks(book, -takerSide);
  while (ticks !== 0) {
    left -= totals[ticks];
    if (left <= 0) return ticks;
    ticks = levelBehind(book, -takerSide, ticks);
  }
  return 0;
}

/**
 * Mean price, in ticks and fractions of one, at which a taker would trade a notional given in tick-lots (the
 * last level in part, in fractions of a lot): the impact price of funding formulas. 0 when the side is thinner.
 */
export function averageTicksFor(book: BookLadder, takerSide: number, notionalTickLots: number): number {
  const totals = book.levelTotal;
  let left = notionalTickLots;
  let lots = 0;
  let ticks = bestTicks(book, -takerSide);
  if (left <= 0) return ticks;
  while (ticks !== 0) {
    const notional = ticks * totals[ticks];
    if (notional >= left) return notionalTickLots / (lots + left / ticks);
    left -= notional;
    lots += totals[ticks];
    ticks = levelBehind(book, -takerSide, ticks);
  }
  return 0;
}

/** Calls `visit` for the best `maxLevels` levels of a side, best first. Not for hot paths. */
export function forEachLevel(
  book: BookLadder,
  side: number,
  maxLevels: number,
  visit: (ticks: number, lots: number, orders: number) => void,
): void {
  let ticks = bestTicks(book, side);
  for (let k = 0; k < maxLevels && ticks !== 0; k++) {
    let orders = 0;
    for (let slot = book.levelHead[ticks]; slot !== NONE; slot = book.next[slot]) orders++;
    visit(ticks, book.levelTotal[ticks], orders);
    ticks = levelBehind(book, side, ticks);
  }
}
