/**
 * Where an order book keeps its resting orders: a dense ladder of price levels, one queue per level in time
 * order, one list per owner, a free list of order slots. Adds and removes orders and keeps the best prices.
 *
 * Knows nothing of trading: order-book.ts matches, book-depth.ts reads, book-audit.ts checks. Never allocates
 * after construction. A book is never crossed, so a level belongs to one side and both sides share the ladder.
 *
 * Memory: 46 bytes per order slot (ticks 4, lots 8, owner 4, tag 4, reserve 8, isBuy 1, guarded 1, next 4,
 * previous 4, ownerNext 4, ownerPrevious 4) and about 16.3 bytes per tick (head 4, tail 4, level lots 8, two bitmaps).
 */
import { InvariantError } from "../errors.ts";
import { MAX_EXACT } from "../limits.ts";
import { type AllocateColumn, allocatePlain } from "./allocate.ts";
import type { FillBuffer } from "./fill-buffer.ts";
import { TickSet, tickSetBytes } from "./tick-set.ts";

/** What a book is made of. */
export interface OrderBookOptions {
  /** Prices are whole ticks in [1, maxTicks]. */
  readonly maxTicks: number;
  /** Resting orders the book can hold at once. */
  readonly orderCapacity: number;
  /**
   * Per owner the first of its resting orders, filled with -1 by the engine. Books may share it, because an
   * owner trades in exactly one book.
   */
  readonly ownerHead: Int32Array;
  /** Where fills are written. */
  readonly fills: FillBuffer;
  /** Written into the `market` column of fills; 0 unless told. */
  readonly marketIndex?: number;
  /** Where columns come from; plain memory unless told. */
  readonly allocate?: AllocateColumn;
}

/** Says how much of a resting reduce-only order may still trade. Asked in the middle of a match. */
export interface MakerGuard {
  /**
   * Lots that the owner could trade on `side` without going through zero: max(0, -side x position), where the
   * position includes every record of the fill buffer so far. Must not touch the book.
   */
  coveredLots(owner: number, side: number): number;
}

/** No order: the end of a queue, of an owner's list or of the free list. */
export const NONE = -1;
/** `maxTicks` and `orderCapacity` are below this, 2^30. */
export const SIZE_LIMIT = 1 << 30;

/** Bytes of a book's columns; see the header. */
export function bookBytes(maxTicks: number, orderCapacity: number): number {
  return 46 * orderCapacity + 16 * (maxTicks + 1) + 2 * tickSetBytes(maxTicks);
}

/** Columns of one book. Fields other than `orderCount` are for the files of this folder. */
export class BookLadder {
  readonly maxTicks: number;
  readonly orderCapacity: number;
  readonly marketIndex: number;
  readonly ownerHead: Int32Array;
  readonly fills: FillBuffer;
  /** Resting orders of both sides. */
  orderCount = 0;

  // Best levels; 0 when the side is empty.
  bestBidTicks = 0;
  bestAskTicks = 0;
  readonly bids: TickSet;
  readonly asks: TickSet;

  // Per tick.
  readonly levelHead: Int32Array;
  readonly levelTail: Int32Array;
  readonly levelTotal: Float64Array;

  // Per order slot; lots = 0 marks a free slot, `next` then links the free list.
  readonly orderTicks: Int32Array;
  readonly orderLots: Float64Array;
  readonly orderOwner: Int32Array;
  readonly orderTag: Int32Array;
  readonly orderReserve: Float64Array;
  readonly orderIsBuy: Uint8Array;
  /** 1 when the order trades only as far as `guard` covers it. */
  readonly orderGuarded: Uint8Array;
  readonly next: Int32Array;
  readonly previous: Int32Array;
  readonly ownerNext: Int32Array;
  readonly ownerPrevious: Int32Array;
  freeHead = 0;

  /** Resting orders that are guarded; while it is 0 the guard costs nothing. */
  guardedCount = 0;
  guard: MakerGuard | undefined = undefined;
  /** Per owner, scratch of the fill-or-kill check; all zero between calls. Empty until there is a guard. */
  walkedLots = new Float64Array(0);

  /** Throws InvariantError for a ladder or capacity that cannot be. */
  constructor(options: OrderBookOptions) {
    const { maxTicks, orderCapacity, allocate = allocatePlain } = options;
    if (!Number.isInteger(maxTicks) || maxTicks < 1 || maxTicks >= SIZE_LIMIT) {
      throw new InvariantError("book-size", `maxTicks is ${maxTicks}, expected a whole number in [1, 2^30)`);
    }
    if (!Number.isInteger(orderCapacity) || orderCapacity < 1 || orderCapacity >= SIZE_LIMIT) {
      throw new InvariantError("book-size", `orderCapacity is ${orderCapacity}, expected [1, 2^30)`);
    }
    this.maxTicks = maxTicks;
    this.orderCapacity = orderCapacity;
    this.marketIndex = options.marketIndex ?? 0;
    this.ownerHead = options.ownerHead;
    this.fills = options.fills;
    this.bids = new TickSet(maxTicks, allocate);
    this.asks = new TickSet(maxTicks, allocate);
    this.levelHead = allocate("i32", maxTicks + 1).fill(NONE);
    this.levelTail = allocate("i32", maxTicks + 1).fill(NONE);
    this.levelTotal = allocate("f64", maxTicks + 1);
    this.orderTicks = allocate("i32", orderCapacity);
    this.orderLots = allocate("f64", orderCapacity);
    this.orderOwner = allocate("i32", orderCapacity);
    this.orderTag = allocate("i32", orderCapacity);
    this.orderReserve = allocate("f64", orderCapacity);
    this.orderIsBuy = allocate("u8", orderCapacity);
    this.orderGuarded = allocate("u8", orderCapacity);
    this.next = allocate("i32", orderCapacity);
    this.previous = allocate("i32", orderCapacity);
    this.ownerNext = allocate("i32", orderCapacity);
    this.ownerPrevious = allocate("i32", orderCapacity);
    for (let slot = 0; slot < orderCapacity; slot++) this.next[slot] = slot + 1;
    this.next[orderCapacity - 1] = NONE;
  }

  /** Puts an order at the end of its level's queue and returns its slot, or NONE when there is no room. */
  protected insert(
    isBuy: number,
    ticks: number,
    lots: number,
    owner: number,
    tag: number,
    reserve: number,
  ): number {
    const slot = this.freeHead;
    const total = this.levelTotal[ticks] + lots;
    if (slot === NONE || total > MAX_EXACT) return NONE;
    this.freeHead = this.next[slot];
    this.orderTicks[slot] = ticks;
    this.orderLots[slot] = lots;
    this.orderOwner[slot] = owner;
    this.orderTag[slot] = tag;
    this.orderReserve[slot] = reserve;
    this.orderIsBuy[slot] = isBuy;
    this.orderCount++;

    const last = this.levelTail[ticks];
    this.levelTail[ticks] = slot;
    this.levelTotal[ticks] = total;
    this.previous[slot] = last;
    this.next[slot] = NONE;
    if (last !== NONE) this.next[last] = slot;
    else this.openLevel(isBuy, ticks, slot);

    const first = this.ownerHead[owner];
    this.ownerHead[owner] = slot;
    this.ownerPrevious[slot] = NONE;
    this.ownerNext[slot] = first;
    if (first !== NONE) this.ownerPrevious[first] = slot;
    return slot;
  }

  /** Takes an order out of its queue and its owner's list and frees its slot. */
  protected remove(slot: number): void {
    const ticks = this.orderTicks[slot];
    const before = this.previous[slot];
    const after = this.next[slot];
    if (before !== NONE) this.next[before] = after;
    else this.levelHead[ticks] = after;
    if (after !== NONE) this.previous[after] = before;
    else this.levelTail[ticks] = before;
    this.levelTotal[ticks] -= this.orderLots[slot];
    if (before === NONE && after === NONE) this.closeLevel(this.orderIsBuy[slot], ticks);

    const ownerBefore = this.ownerPrevious[slot];
    const ownerAfter = this.ownerNext[slot];
    if (ownerBefore !== NONE) this.ownerNext[ownerBefore] = ownerAfter;
    else this.ownerHead[this.orderOwner[slot]] = ownerAfter;
    if (ownerAfter !== NONE) this.ownerPrevious[ownerAfter] = ownerBefore;

    if (this.guardedCount !== 0 && this.orderGuarded[slot] !== 0) {
      this.orderGuarded[slot] = 0;
      this.guardedCount--;
    }
    this.orderLots[slot] = 0;
    this.next[slot] = this.freeHead;
    this.freeHead = slot;
    this.orderCount--;
  }

  private openLevel(isBuy: number, ticks: number, slot: number): void {
    this.levelHead[ticks] = slot;
    if (isBuy === 1) {
      this.bids.add(ticks);
      if (ticks > this.bestBidTicks) this.bestBidTicks = ticks;
    } else {
      this.asks.add(ticks);
      if (this.bestAskTicks === 0 || ticks < this.bestAskTicks) this.bestAskTicks = ticks;
    }
  }

  private closeLevel(isBuy: number, ticks: number): void {
    if (isBuy === 1) {
      this.bids.remove(ticks);
      if (ticks === this.bestBidTicks) this.bestBidTicks = this.bids.below(ticks);
    } else {
      this.asks.remove(ticks);
      if (ticks === this.bestAskTicks) this.bestAskTicks = this.asks.above(ticks);
    }
  }
}
