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
import { BUY } from "../units.ts";
import * as audit from "./book-audit.ts";
import * as depth from "./book-depth.ts";
import { BookLadder, NONE } from "./book-ladder.ts";
import {
  FILL_OR_KILL,
  IMMEDIATE,
  POST_ONLY,
  RESULT_BAD_SIZE,
  RESULT_BOOK_FULL,
  RESULT_FOK_UNFILLED,
  RESULT_OK,
  RESULT_POST_ONLY_WOULD_TRADE,
  RESULT_PRICE_OUT_OF_RANGE,
} from "./codes.ts";

/** One market's book. Sides are +1 (buy) and -1 (sell), prices ticks, sizes lots, reserves quanta. */
export class OrderBook extends BookLadder {
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
  /** What the last `cancel` or `cancelOwner` freed, by side. */
  releasedBuyReserve = 0;
  releasedSellReserve = 0;
  releasedBuyLots = 0;
  releasedSellLots = 0;

  /** Highest resting buy price, 0 when there is none. */
  bestBid(): number {
    return this.bestBidTicks;
  }

  /** Lowest resting sell price, 0 when there is none. */
  bestAsk(): number {
    return this.bestAskTicks;
  }

  /**
   * Takes an order in: trades what crosses `limitTicks`, then rests the remainder unless a flag says otherwise.
   * See the fields for the answers and codes.ts for flags and results. A resting order of the same owner that is
   * met on the way is cancelled without a trade and the taker goes on (self-trade prevention, expire maker).
   * `tag` is kept with the order and its fills; `reserve` is a whole non-negative amount below 2^53.
   *
   * Throws InvariantError for an unknown owner or side, a negative reserve, or a full fill buffer.
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
    if (!(lots >= 1 && lots <= MAX_EXACT && Math.floor(lots) === lots)) {
      this.result = RESULT_BAD_SIZE;
      return;
    }
    if (!(limitTicks >= 1 && limitTicks <= this.maxTicks && Math.floor(limitTicks) === limitTicks)) {
      this.result = RESULT_PRICE_OUT_OF_RANGE;
      return;
    }
    const best = side === BUY ? this.bestAskTicks : this.bestBidTicks;
    const crosses = best !== 0 && (best - limitTicks) * side <= 0;
    if ((flags & POST_ONLY) !== 0 && crosses) {
      this.result = RESULT_POST_ONLY_WOULD_TRADE;
      return;
    }
    if ((flags & FILL_OR_KILL) !== 0 && !this.canFill(side, limitTicks, lots, owner)) {
      this.result = RESULT_FOK_UNFILLED;
      return;
    }
    if (crosses) this.take(side, limitTicks, lots, owner, tag, reserve);
    if (this.remainingLots === 0 || (flags & (IMMEDIATE | FILL_OR_KILL)) !== 0) return;
    const isBuy = side === BUY ? 1 : 0;
    const slot = this.insert(isBuy, limitTicks, this.remainingLots, owner, tag, this.takerReserveLeft);
    this.restingOrder = slot;
    if (slot === NONE) this.result = RESULT_BOOK_FULL;
    else this.remainingLots = 0;
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

  /** Number of resting orders of an owner; walks them. */
  restingOf(owner: number): number {
    let count = 0;
    for (let slot = this.ownerHead[owner]; slot !== NONE; slot = this.ownerNext[slot]) count++;
    return count;
  }

  /** Lots resting on a side at one price. */
  levelLots(side: number, ticks: number): number {
    return depth.levelLots(this, side, ticks);
  }

  /** Lots of a side from its best price to `worstTicks` inclusive. */
  lotsWithin(side: number, worstTicks: number): number {
    return depth.lotsWithin(this, side, worstTicks);
  }

  /** Sum of ticks x lots of a side over [lowTicks, highTicks]. */
  notionalBetween(side: number, lowTicks: number, highTicks: number): number {
    return depth.notionalBetween(this, side, lowTicks, highTicks);
  }

  /** Worst price that a taker of `lots` would reach, 0 when the other side holds fewer. */
  sweepTicks(takerSide: number, lots: number): number {
    return depth.sweepTicks(this, takerSide, lots);
  }

  /** Mean price in ticks of taking a notional given in tick-lots, 0 when the other side is thinner. */
  averageTicksFor(takerSide: number, notionalTickLots: number): number {
    return depth.averageTicksFor(this, takerSide, notionalTickLots);
  }

  /** Calls `visit(ticks, lots, orders)` for the best levels of a side, best first. Not for hot paths. */
  forEachLevel(
    side: number,
    maxLevels: number,
    visit: (ticks: number, lots: number, orders: number) => void,
  ): void {
    depth.forEachLevel(this, side, maxLevels, visit);
  }

  /** Hash of all resting orders in price-time priority: side, ticks, lots, owner, tag. Equal for equal books. */
  hash(): string {
    return audit.hashBook(this);
  }

  /** Checks every link, total and bitmap; throws InvariantError that names what is broken. */
  validate(): void {
    audit.validateBook(this);
  }

  /** Trades against the other side, best level first, until the limit or the size ends it. */
  private take(
    side: number,
    limitTicks: number,
    lots: number,
    owner: number,
    tag: number,
    reserve: number,
  ): void {
    const { fills, levelHead, orderLots, orderReserve } = this;
    let left = lots;
    let consumed = 0;
    while (left > 0) {
      const ticks = side === BUY ? this.bestAskTicks : this.bestBidTicks;
      if (ticks === 0 || (ticks - limitTicks) * side > 0) break;
      const maker = levelHead[ticks];
      const makerLots = orderLots[maker];
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
      if (this.orderOwner[maker] === owner) {
        fills.lots[at] = 0;
        fills.cancelledLots[at] = makerLots;
        fills.makerRelease[at] = makerReserve;
        fills.takerRelease[at] = 0;
        this.remove(maker);
        continue;
      }
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

  /** Whether the other side holds `lots` within the limit, not counting the owner's own orders. */
  private canFill(side: number, limitTicks: number, lots: number, owner: number): boolean {
    let needed = lots;
    for (let slot = this.ownerHead[owner]; slot !== NONE; slot = this.ownerNext[slot]) {
      const isOtherSide = (this.orderIsBuy[slot] === 1) !== (side === BUY);
      if (isOtherSide && (this.orderTicks[slot] - limitTicks) * side <= 0) needed += this.orderLots[slot];
    }
    const worst = depth.sweepTicks(this, side, needed);
    return worst !== 0 && (worst - limitTicks) * side <= 0;
  }

  private clearReleased(): void {
    this.releasedBuyReserve = 0;
    this.releasedSellReserve = 0;
    this.releasedBuyLots = 0;
    this.releasedSellLots = 0;
  }

  private release(slot: number): void {
    if (this.orderIsBuy[slot] === 1) {
      this.releasedBuyReserve += this.orderReserve[slot];
      this.releasedBuyLots += this.orderLots[slot];
    } else {
      this.releasedSellReserve += this.orderReserve[slot];
      this.releasedSellLots += this.orderLots[slot];
    }
    this.remove(slot);
  }
}

/** floor(reserve x part / whole), exactly; all of the reserve when part = whole. */
function shareOf(reserve: number, part: number, whole: number): number {
  if (part === whole || reserve === 0) return reserve;
  return mulDiv(reserve, part, whole, FLOOR);
}
