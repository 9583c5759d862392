/**
 * A limit order book with price-time priority: trades print at the resting order's price, the oldest order of
 * the best level first. The match phase feeds it one arrival at a time.
 *
 * Answers are left in fields, fills in the fill buffer; no method on the hot path allocates. It moves no money:
 * an order carries an opaque reserve of which it says, exactly, how much each fill consumes or frees. Its naive
 * twin is testing/naive-book.ts; one suite and a differential test hold the two together.
 */
import { InvariantError } from "../errors.ts";
import { MAX_EXACT } from "../limits.ts";
import { FLOOR, mulDiv } from "../numeric/mul-div.ts";
import { BUY, SELL } from "../units.ts";
import { canFill } from "./book-fillable.ts";
import { type MakerGuard, NONE } from "./book-ladder.ts";
import { BookReads } from "./book-reads.ts";
import {
  FILL_OR_KILL,
  IMMEDIATE,
  POST_ONLY,
  REDUCE_ONLY,
  RESULT_BAD_SIZE,
  RESULT_BOOK_FULL,
  RESULT_FOK_UNFILLED,
  RESULT_NO_ORDER,
  RESULT_OK,
  RESULT_POST_ONLY_WOULD_TRADE,
  RESULT_PRICE_OUT_OF_RANGE,
  RESULT_SELF_TRADE,
  STP_EXPIRE_BOTH,
  STP_EXPIRE_TAKER,
} from "./codes.ts";

/** One market's book. Sides are +1 (buy) and -1 (sell), prices ticks, sizes lots, reserves quanta. */
export class OrderBook extends BookReads {
  /** RESULT_* of the last `place`. */
  result = RESULT_OK;
  /** Lots that the last `place` traded. */
  filledLots = 0;
  /** Lots of the last `place` that neither traded nor rest. */
  remainingLots = 0;
  /** Slot of the order that the last `place` left resting, or -1. Valid until that order is gone. */
  restingOrder = NONE;
  /** Reserve of the last `place` that no fill consumed; it stays with the order when the remainder rests. */
  takerReserveLeft = 0;
  /** What the last `cancel`, `cancelOwner` or `amend` freed, by side. */
  releasedBuyReserve = 0;
  releasedSellReserve = 0;
  releasedBuyLots = 0;
  releasedSellLots = 0;

  /**
   * Sets who says how much of a resting REDUCE_ONLY order may trade; before, that flag is an error. An order met
   * with more lots than are covered is first cut down to them, to nothing if there are none, which leaves a record
   * with lots 0, `cancelledLots` and two different owners.
   */
  guardMakers(guard: MakerGuard): void {
    this.guard = guard;
    this.walkedLots = new Float64Array(this.ownerHead.length);
  }

  /**
   * Takes an order in: trades what crosses `limitTicks`, then rests the remainder unless a flag says otherwise.
   * See the fields for the answers and codes.ts for flags and results. A resting order of the same owner that is
   * met on the way is cancelled without a trade and the taker goes on (self-trade prevention, expire maker), unless
   * a flag chooses another mode. `tag` is kept with the order and its fills; `reserve` is a whole non-negative
   * amount below 2^53.
   *
   * Throws InvariantError for an unknown owner or side, a negative reserve, REDUCE_ONLY without a guard, or a full
   * fill buffer.
   */
  place(
    side: number,
    limitTicks: number,
    lots: number,
    owner: number,
    tag: number,
    reserve: number,
    flags: number,
  ): void {
    this.result = RESULT_OK;
    this.filledLots = 0;
    this.remainingLots = lots;
    this.restingOrder = NONE;
    this.takerReserveLeft = reserve;
    if (!(owner >= 0 && owner < this.ownerHead.length && reserve >= 0 && side * side === 1)) {
      throw new InvariantError("book-order", `order with owner ${owner}, side ${side}, reserve ${reserve}`);
    }
    this.result = figuresRefusal(limitTicks, lots, this.maxTicks);
    if (this.result !== RESULT_OK) return;
    const crosses = this.crosses(side, limitTicks);
    if ((flags & POST_ONLY) !== 0 && crosses) {
      this.result = RESULT_POST_ONLY_WOULD_TRADE;
      return;
    }
    if ((flags & FILL_OR_KILL) !== 0 && !canFill(this, side, limitTicks, lots, owner, flags)) {
      this.result = RESULT_FOK_UNFILLED;
      return;
    }
    if (crosses) this.take(side, limitTicks, lots, owner, tag, reserve, flags);
    if (this.remainingLots === 0 || (flags & (IMMEDIATE | FILL_OR_KILL)) !== 0) return;
    if (this.result === RESULT_OK) this.rest(side, limitTicks, owner, tag, flags);
  }

  /**
   * Changes a resting order to a limit and a size, the size that rests from now on. The same price and no more lots:
   * it keeps its place in the queue. Otherwise it leaves and comes in again as a taker would, at the end of its new
   * queue, with its owner, tag and guard; the answers are those of `place`. Its old reserve and lots are in the
   * released fields and `reserve` takes the place of the old one. Of the flags POST_ONLY and the modes of
   * self-trade prevention count.
   *
   * Returns false when it is refused (no such order, bad size or price, post-only would trade): `result` says why
   * and the order stays as it was, reserve and all.
   */
  amend(orderSlot: number, limitTicks: number, lots: number, reserve: number, flags: number): boolean {
    this.clearReleased();
    this.filledLots = 0;
    this.remainingLots = lots;
    this.restingOrder = NONE;
    this.takerReserveLeft = reserve;
    const before = this.orderLots[orderSlot];
    const side = this.orderIsBuy[orderSlot] === 1 ? BUY : SELL;
    this.result = before > 0 ? this.amendRefusal(side, limitTicks, lots, flags) : RESULT_NO_ORDER;
    if (this.result !== RESULT_OK) return false;
    if (!(reserve >= 0)) throw new InvariantError("book-order", `amendment with reserve ${reserve}`);

    if (limitTicks === this.orderTicks[orderSlot] && lots <= before) {
      this.noteReleased(orderSlot);
      this.levelTotal[limitTicks] -= before - lots;
      this.orderLots[orderSlot] = lots;
      this.orderReserve[orderSlot] = reserve;
      this.restingOrder = orderSlot;
      this.remainingLots = 0;
      return true;
    }
    const owner = this.orderOwner[orderSlot];
    const tag = this.orderTag[orderSlot];
    const guarded = this.orderGuarded[orderSlot] !== 0 ? REDUCE_ONLY : 0;
    const kept = flags & (POST_ONLY | STP_EXPIRE_TAKER | STP_EXPIRE_BOTH);
    this.release(orderSlot);
    this.place(side, limitTicks, lots, owner, tag, reserve, kept | guarded);
    return true;
  }

  /** Cancels one resting order; false when the slot holds none. What it frees is in the released fields. */
  cancel(orderSlot: number): boolean {
    this.clearReleased();
    if (!(this.orderLots[orderSlot] > 0)) return false;
    this.release(orderSlot);
    return true;
  }

  /** Cancels all resting orders of an owner and returns how many; the released fields hold the sums. */
  cancelOwner(owner: number): number {
    this.clearReleased();
    let cancelled = 0;
    let slot = this.ownerHead[owner];
    while (slot !== NONE) {
      if (this.orderCount === 0) {
        throw new InvariantError("book-broken", `owner ${owner} lists an order in an empty book`);
      }
      this.release(slot);
      cancelled++;
      slot = this.ownerHead[owner];
    }
    return cancelled;
  }

  private crosses(side: number, limitTicks: number): boolean {
    const best = side === BUY ? this.bestAskTicks : this.bestBidTicks;
    return best !== 0 && (best - limitTicks) * side <= 0;
  }

  private amendRefusal(side: number, limitTicks: number, lots: number, flags: number): number {
    const refusal = figuresRefusal(limitTicks, lots, this.maxTicks);
    if (refusal !== RESULT_OK) return refusal;
    return (flags & POST_ONLY) !== 0 && this.crosses(side, limitTicks)
      ? RESULT_POST_ONLY_WOULD_TRADE
      : RESULT_OK;
  }

  private rest(side: number, limitTicks: number, owner: number, tag: number, flags: number): void {
    const isBuy = side === BUY ? 1 : 0;
    const slot = this.insert(isBuy, limitTicks, this.remainingLots, owner, tag, this.takerReserveLeft);
    this.restingOrder = slot;
    if (slot === NONE) {
      this.result = RESULT_BOOK_FULL;
      return;
    }
    this.remainingLots = 0;
    if ((flags & REDUCE_ONLY) === 0) return;
    if (this.guard === undefined) throw new InvariantError("book-guard", "reduce-only order without a guard");
    this.orderGuarded[slot] = 1;
    this.guardedCount++;
  }

  /** Trades against the other side, best level first, until the limit or the size ends it. */
  private take(
    side: number,
    limitTicks: number,
    lots: number,
    owner: number,
    tag: number,
    reserve: number,
    flags: number,
  ): void {
    const { fills, levelHead, orderLots, orderReserve } = this;
    const guard = this.guardedCount === 0 ? undefined : this.guard;
    let left = lots;
    let consumed = 0;
    while (left > 0) {
      const ticks = side === BUY ? this.bestAskTicks : this.bestBidTicks;
      if (ticks === 0 || (ticks - limitTicks) * side > 0) break;
      const maker = levelHead[ticks];
      const makerLots = orderLots[maker];
      if (this.orderOwner[maker] === owner) {
        if ((flags & STP_EXPIRE_TAKER) === 0) this.cutMaker(maker, 0, side, owner, tag);
        if ((flags & (STP_EXPIRE_TAKER | STP_EXPIRE_BOTH)) === 0) continue;
        this.result = RESULT_SELF_TRADE;
        break;
      }
      if (guard !== undefined && this.orderGuarded[maker] !== 0) {
        const covered = guard.coveredLots(this.orderOwner[maker], -side);
        if (covered < makerLots) {
          this.cutMaker(maker, covered, side, owner, tag);
          continue;
        }
      }
      const makerReserve = orderReserve[maker];
      const at = fills.count;
      if (at >= fills.capacity) fills.overflow();
      fills.count = at + 1;
      fills.market[at] = this.marketIndex;
      fills.makerOwner[at] = this.orderOwner[maker];
      fills.takerOwner[at] = owner;
      fills.takerSide[at] = side;
      fills.ticks[at] = ticks;
      fills.makerTag[at] = this.orderTag[maker];
      fills.takerTag[at] = tag;
      const traded = left < makerLots ? left : makerLots;
      left -= traded;
      const consumedNow = shareOf(reserve, lots - left, lots);
      fills.lots[at] = traded;
      fills.cancelledLots[at] = 0;
      fills.takerRelease[at] = consumedNow - consumed;
      consumed = consumedNow;
      if (traded === makerLots) {
        fills.makerRelease[at] = makerReserve;
        this.remove(maker);
      } else {
        const freed = shareOf(makerReserve, traded, makerLots);
        fills.makerRelease[at] = freed;
        orderReserve[maker] = makerReserve - freed;
        orderLots[maker] = makerLots - traded;
        this.levelTotal[ticks] -= traded;
      }
    }
    this.filledLots = lots - left;
    this.remainingLots = left;
    this.takerReserveLeft = reserve - consumed;
  }

  /** Cuts a resting order that a taker met down to `keptLots` without a trade; 0 removes it. Leaves a record. */
  private cutMaker(maker: number, keptLots: number, side: number, owner: number, tag: number): void {
    const ticks = this.orderTicks[maker];
    const cut = this.orderLots[maker] - keptLots;
    const freed = shareOf(this.orderReserve[maker], cut, this.orderLots[maker]);
    this.fills.append({
      market: this.marketIndex,
      makerOwner: this.orderOwner[maker],
      takerOwner: owner,
      takerSide: side,
      ticks,
      lots: 0,
      makerRelease: freed,
      takerRelease: 0,
      makerTag: this.orderTag[maker],
      takerTag: tag,
      cancelledLots: cut,
    });
    if (keptLots === 0) {
      this.remove(maker);
      return;
    }
    this.orderLots[maker] = keptLots;
    this.orderReserve[maker] -= freed;
    this.levelTotal[ticks] -= cut;
  }

  private clearReleased(): void {
    this.releasedBuyReserve = 0;
    this.releasedSellReserve = 0;
    this.releasedBuyLots = 0;
    this.releasedSellLots = 0;
  }

  private release(slot: number): void {
    this.noteReleased(slot);
    this.remove(slot);
  }

  private noteReleased(slot: number): void {
    if (this.orderIsBuy[slot] === 1) {
      this.releasedBuyReserve += this.orderReserve[slot];
      this.releasedBuyLots += this.orderLots[slot];
    } else {
      this.releasedSellReserve += this.orderReserve[slot];
      this.releasedSellLots += this.orderLots[slot];
    }
  }
}

/** RESULT_* of an order's size and limit by themselves, in any form of clearing. */
export function figuresRefusal(limitTicks: number, lots: number, maxTicks: number): number {
  if (!(lots >= 1 && lots <= MAX_EXACT && Math.floor(lots) === lots)) return RESULT_BAD_SIZE;
  const inRange = limitTicks >= 1 && limitTicks <= maxTicks && Math.floor(limitTicks) === limitTicks;
  return inRange ? RESULT_OK : RESULT_PRICE_OUT_OF_RANGE;
}

/** floor(reserve x part / whole), exactly; all of the reserve when part = whole. */
export function shareOf(reserve: number, part: number, whole: number): number {
  if (part === whole || reserve === 0) return reserve;
  return mulDiv(reserve, part, whole, FLOOR);
}
