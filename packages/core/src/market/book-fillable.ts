/**
 * Whether a fill-or-kill order could trade in full, read from a book without changing it.
 *
 * For the match phase, before anything trades. Walks levels; order by order only when a resting order could end
 * or shrink the match (an own order under expire taker or expire both, a guarded order). Allocates nothing.
 */
import { BUY } from "../units.ts";
import { bestTicks, levelBehind, sweepTicks } from "./book-depth.ts";
import { type BookLadder, NONE } from "./book-ladder.ts";
import { STP_EXPIRE_BOTH, STP_EXPIRE_TAKER } from "./codes.ts";

/**
 * Whether the other side holds `lots` within the limit for this owner: own orders do not count, and under expire
 * taker or expire both nothing behind the first of them does; a guarded order counts as far as it is covered.
 */
export function canFill(
  book: BookLadder,
  side: number,
  limitTicks: number,
  lots: number,
  owner: number,
  flags: number,
): boolean {
  const own = ownLotsWithin(book, side, limitTicks, owner);
  const stopsAtOwn = (flags & (STP_EXPIRE_TAKER | STP_EXPIRE_BOTH)) !== 0 && own > 0;
  if (stopsAtOwn || book.guardedCount !== 0) {
    const found = walkOrders(book, side, limitTicks, lots, owner, stopsAtOwn);
    if (book.guardedCount !== 0) clearWalked(book, side, limitTicks);
    return found === lots;
  }
  const worst = sweepTicks(book, side, lots + own);
  return worst !== 0 && (worst - limitTicks) * side <= 0;
}

/** Lots of the owner's own orders on the other side that the limit reaches. */
function ownLotsWithin(book: BookLadder, side: number, limitTicks: number, owner: number): number {
  let own = 0;
  for (let slot = book.ownerHead[owner]; slot !== NONE; slot = book.ownerNext[slot]) {
    const isOtherSide = (book.orderIsBuy[slot] === 1) !== (side === BUY);
    if (isOtherSide && (book.orderTicks[slot] - limitTicks) * side <= 0) own += book.orderLots[slot];
  }
  return own;
}

/**
 * Lots, up to `lots`, that a taker would trade, found order by order. Own orders are passed over, or end the walk.
 * While orders are guarded, `walkedLots` sums what each owner would trade on the way: their cover shrinks by it.
 */
function walkOrders(
  book: BookLadder,
  side: number,
  limitTicks: number,
  lots: number,
  takerOwner: number,
  stopsAtOwn: boolean,
): number {
  const { orderLots, orderOwner, orderGuarded, levelHead, next, guard, walkedLots } = book;
  const guarded = book.guardedCount !== 0;
  let left = lots;
  let ticks = bestTicks(book, -side);
  while (ticks !== 0 && (ticks - limitTicks) * side <= 0 && left > 0) {
    for (let slot = levelHead[ticks]; slot !== NONE && left > 0; slot = next[slot]) {
      const owner = orderOwner[slot];
      if (owner === takerOwner) {
        if (stopsAtOwn) return lots - left;
        continue;
      }
      let available = orderLots[slot];
      if (guard !== undefined && orderGuarded[slot] !== 0) {
        const covered = guard.coveredLots(owner, -side) - walkedLots[owner];
        if (covered < available) available = covered > 0 ? covered : 0;
      }
      if (available > left) available = left;
      left -= available;
      if (guarded) walkedLots[owner] += available;
    }
    ticks = levelBehind(book, -side, ticks);
  }
  return lots - left;
}

/** Sets `walkedLots` back to zero for every owner that the walk can have met. */
function clearWalked(book: BookLadder, side: number, limitTicks: number): void {
  let ticks = bestTicks(book, -side);
  while (ticks !== 0 && (ticks - limitTicks) * side <= 0) {
    for (let slot = book.levelHead[ticks]; slot !== NONE; slot = book.next[slot]) {
      book.walkedLots[book.orderOwner[slot]] = 0;
    }
    ticks = levelBehind(book, -side, ticks);
  }
}
