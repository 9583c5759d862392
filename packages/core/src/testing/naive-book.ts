/**
 * The order book written the obvious way: two sorted arrays of order objects. Twin of market/order-book.ts.
 *
 * For tests only. Written from the rules (price, then time; trade at the resting price; IOC, FOK, post-only; three
 * modes of self-trade prevention; guarded orders; amendments), not from the fast code, and shares with it only the
 * fill buffer, the codes and the hash function. Never make it fast.
 */
import { InvariantError } from "../errors.ts";
import type { MakerGuard, OrderBookOptions } from "../market/book-ladder.ts";
import * as codes from "../market/codes.ts";
import type { FillBuffer } from "../market/fill-buffer.ts";
import { type BookLike, NaiveReads, type Order, sumOf } from "./naive-book-reads.ts";

export type { BookLike } from "./naive-book-reads.ts";

/** Same methods, fields and rules as OrderBook; `restingOrder` counts up instead of naming a slot. */
export class NaiveBook extends NaiveReads implements BookLike {
  result = codes.RESULT_OK;
  filledLots = 0;
  remainingLots = 0;
  restingOrder = -1;
  takerReserveLeft = 0;
  releasedBuyReserve = 0;
  releasedSellReserve = 0;
  releasedBuyLots = 0;
  releasedSellLots = 0;

  private nextId = 0;
  private guard: MakerGuard | undefined;
  private readonly maxTicks: number;
  private readonly orderCapacity: number;
  private readonly marketIndex: number;
  private readonly fills: FillBuffer;

  constructor(options: OrderBookOptions) {
    super();
    this.maxTicks = options.maxTicks;
    this.orderCapacity = options.orderCapacity;
    this.marketIndex = options.marketIndex ?? 0;
    this.fills = options.fills;
  }

  place(
    side: number,
    limitTicks: number,
    lots: number,
    owner: number,
    tag: number,
    reserve: number,
    flags: number,
  ): void {
    const taker: Order = { id: this.nextId++, side, ticks: limitTicks, lots, owner, tag, reserve, flags };
    this.result = this.refusal(taker);
    this.filledLots = 0;
    this.remainingLots = lots;
    this.restingOrder = -1;
    this.takerReserveLeft = reserve;
    if (this.result !== codes.RESULT_OK) return;

    this.match(taker);

    const mayRest = !hasFlag(flags, codes.IMMEDIATE) && !hasFlag(flags, codes.FILL_OR_KILL);
    if (this.result === codes.RESULT_OK && this.remainingLots > 0 && mayRest) this.rest(taker);
  }

  guardMakers(guard: MakerGuard): void {
    this.guard = guard;
  }

  amend(id: number, limitTicks: number, lots: number, reserve: number, flags: number): boolean {
    this.cancelWhere(() => false);
    this.filledLots = 0;
    this.remainingLots = lots;
    this.restingOrder = -1;
    this.takerReserveLeft = reserve;
    const order = this.all().find((resting) => resting.id === id);
    if (order === undefined) {
      this.result = codes.RESULT_NO_ORDER;
      return false;
    }
    const modes = flags & (codes.POST_ONLY | codes.STP_EXPIRE_TAKER | codes.STP_EXPIRE_BOTH);
    const changed = { ...order, ticks: limitTicks, lots, flags: modes | (order.flags & codes.REDUCE_ONLY) };
    this.result = this.refusal(changed);
    if (this.result !== codes.RESULT_OK) return false;
    if (limitTicks === order.ticks && lots <= order.lots) {
      const [freed, gone] = [order.reserve, order.lots];
      order.lots = lots;
      order.reserve = reserve;
      this.remainingLots = 0;
      this.restingOrder = id;
      if (order.side === 1) [this.releasedBuyReserve, this.releasedBuyLots] = [freed, gone];
      else [this.releasedSellReserve, this.releasedSellLots] = [freed, gone];
      return true;
    }
    this.cancel(id);
    this.place(order.side, limitTicks, lots, order.owner, order.tag, reserve, changed.flags);
    return true;
  }

  cancel(id: number): boolean {
    return this.cancelWhere((order) => order.id === id) === 1;
  }

  cancelOwner(owner: number): number {
    return this.cancelWhere((order) => order.owner === owner);
  }

  /** The result code with which an order is turned away before anything happens; RESULT_OK if it is not. */
  private refusal(taker: Order): number {
    const { side, lots, ticks, flags } = taker;
    if (!Number.isSafeInteger(lots) || lots < 1) return codes.RESULT_BAD_SIZE;
    if (!Number.isInteger(ticks) || ticks < 1 || ticks > this.maxTicks) {
      return codes.RESULT_PRICE_OUT_OF_RANGE;
    }
    const reaches = this.restingOn(-side).some((maker) => crosses(taker, maker));
    if (hasFlag(flags, codes.POST_ONLY) && reaches) return codes.RESULT_POST_ONLY_WOULD_TRADE;
    if (hasFlag(flags, codes.FILL_OR_KILL) && this.tradable(taker) < lots) return codes.RESULT_FOK_UNFILLED;
    return codes.RESULT_OK;
  }

  /** Lots that the taker would trade if it were placed, by playing it through without changing anything. */
  private tradable(taker: Order): number {
    const tradedOf = new Map<number, number>();
    let sum = 0;
    for (const maker of this.restingOn(-taker.side).filter((order) => crosses(taker, order))) {
      if (maker.owner === taker.owner) {
        if (expiresTaker(taker)) break;
        continue;
      }
      const already = tradedOf.get(maker.owner) ?? 0;
      const traded = Math.min(taker.lots - sum, maker.lots, Math.max(this.covered(maker) - already, 0));
      tradedOf.set(maker.owner, already + traded);
      sum += traded;
    }
    return sum;
  }

  /** Lots of a resting order that its owner's position covers; no bound when it is not guarded. */
  private covered(maker: Order): number {
    if (!hasFlag(maker.flags, codes.REDUCE_ONLY)) return Infinity;
    if (this.guard === undefined)
      throw new InvariantError("naive-book-guard", "guarded order without a guard");
    return this.guard.coveredLots(maker.owner, maker.side);
  }

  private match(taker: Order): void {
    const makers = this.restingOn(-taker.side);
    let consumed = 0;
    while (this.remainingLots > 0 && makers.length > 0 && crosses(taker, makers[0])) {
      const maker = makers[0];
      if (maker.owner === taker.owner) {
        if (!hasFlag(taker.flags, codes.STP_EXPIRE_TAKER)) this.cut(taker, maker, 0);
        if (!expiresTaker(taker)) continue;
        this.result = codes.RESULT_SELF_TRADE;
        break;
      }
      if (this.covered(maker) < maker.lots) {
        this.cut(taker, maker, this.covered(maker));
        continue;
      }
      const traded = Math.min(this.remainingLots, maker.lots);
      this.filledLots += traded;
      this.remainingLots -= traded;
      const consumedSoFar = exactShare(taker.reserve, this.filledLots, taker.lots);
      const freed = exactShare(maker.reserve, traded, maker.lots);
      this.writeFill(taker, maker, traded, freed, consumedSoFar - consumed, 0);
      consumed = consumedSoFar;
      maker.lots -= traded;
      maker.reserve -= freed;
      if (maker.lots === 0) makers.shift();
    }
    this.takerReserveLeft = taker.reserve - consumed;
  }

  /** Cuts the first order of a queue down to `kept` lots without a trade. */
  private cut(taker: Order, maker: Order, kept: number): void {
    const lots = maker.lots - kept;
    const freed = exactShare(maker.reserve, lots, maker.lots);
    this.writeFill(taker, maker, 0, freed, 0, lots);
    maker.lots = kept;
    maker.reserve -= freed;
    if (kept === 0) this.restingOn(maker.side).shift();
  }

  private rest(taker: Order): void {
    const levelAfter = this.levelLots(taker.side, taker.ticks) + this.remainingLots;
    if (this.orderCount >= this.orderCapacity || levelAfter > Number.MAX_SAFE_INTEGER) {
      this.result = codes.RESULT_BOOK_FULL;
      return;
    }
    const queue = this.restingOn(taker.side);
    const worse = queue.findIndex((other) => (other.ticks - taker.ticks) * taker.side < 0);
    const order = { ...taker, lots: this.remainingLots, reserve: this.takerReserveLeft };
    queue.splice(worse === -1 ? queue.length : worse, 0, order);
    this.restingOrder = taker.id;
    this.remainingLots = 0;
  }

  private cancelWhere(unwanted: (order: Order) => boolean): number {
    const goneBuys = this.buys.filter(unwanted);
    const goneSells = this.sells.filter(unwanted);
    this.buys = this.buys.filter((order) => !unwanted(order));
    this.sells = this.sells.filter((order) => !unwanted(order));
    this.releasedBuyReserve = sumOf(goneBuys.map((order) => order.reserve));
    this.releasedSellReserve = sumOf(goneSells.map((order) => order.reserve));
    this.releasedBuyLots = sumOf(goneBuys.map((order) => order.lots));
    this.releasedSellLots = sumOf(goneSells.map((order) => order.lots));
    return goneBuys.length + goneSells.length;
  }

  private writeFill(
    taker: Order,
    maker: Order,
    lots: number,
    makerRelease: number,
    takerRelease: number,
    cancelledLots: number,
  ): void {
    const { fills } = this;
    if (fills.count === fills.capacity) fills.overflow();
    const row = fills.count++;
    fills.market[row] = this.marketIndex;
    fills.makerOwner[row] = maker.owner;
    fills.takerOwner[row] = taker.owner;
    fills.takerSide[row] = taker.side;
    fills.ticks[row] = maker.ticks;
    fills.lots[row] = lots;
    fills.makerRelease[row] = makerRelease;
    fills.takerRelease[row] = takerRelease;
    fills.makerTag[row] = maker.tag;
    fills.takerTag[row] = taker.tag;
    fills.cancelledLots[row] = cancelledLots;
  }
}

function crosses(taker: Order, maker: Order): boolean {
  return taker.side === 1 ? maker.ticks <= taker.ticks : maker.ticks >= taker.ticks;
}

/** Whether the taker ends where it meets an own order. */
function expiresTaker(taker: Order): boolean {
  return hasFlag(taker.flags, codes.STP_EXPIRE_TAKER) || hasFlag(taker.flags, codes.STP_EXPIRE_BOTH);
}

function hasFlag(flags: number, flag: number): boolean {
  return (flags & flag) === flag;
}

/** floor(reserve x part / whole) of whole numbers, with integers of any size. */
function exactShare(reserve: number, part: number, whole: number): number {
  return Number((BigInt(reserve) * BigInt(part)) / BigInt(whole));
}
