/**
 * Orders that wait for a price: stops, take-profits and trailing stops, on the mark or on the last trade.
 *
 * Filed by trigger in heaps and, while they trail, in groups by extreme; a move of the price that reaches nothing
 * costs a few comparisons, however many wait. Fires in the order in which the price passes the triggers, older
 * orders first at one tick. It only says which rows fire; the desk makes orders of them.
 */
import { type AllocateColumn, allocatePlain } from "./allocate.ts";
import { NO_ROW, type OrderRows } from "./order-rows.ts";
import { type TrailingLinks, TrailingStops } from "./trailing-stops.ts";
import { TriggerHeap } from "./trigger-heap.ts";
import { BUY } from "../units.ts";

/** `trigger`: an ordinary order. */
export const TRIGGER_NONE = 0;
/** Fires when the price has moved against a position: a buy at or above the trigger, a sell at or below. */
export const TRIGGER_STOP = 1;
/** Fires when the price has moved in a position's favour: a buy at or below the trigger, a sell at or above. */
export const TRIGGER_TAKE_PROFIT = 2;
/** Fires when the price has turned by `callbackPpm` from its extreme since the order became active. */
export const TRIGGER_TRAILING = 3;

/** `triggerOn`: the mark price. */
export const ON_MARK = 0;
/** `triggerOn`: the price of the last trade. */
export const ON_LAST = 1;

/** +1: the order fires (a trailing stop: becomes active) at or above its trigger, -1: at or below. */
export function triggerDirection(trigger: number, side: number): 1 | -1 {
  const isBuy = side === BUY;
  return (trigger === TRIGGER_STOP) === isBuy ? 1 : -1;
}

// Where a waiting row is filed.
const IN_HEAP = 1;
const IN_TRAIL = 2;

export class ConditionalOrders {
  /** Rows that wait. */
  count = 0;
  private readonly rows: OrderRows;
  private readonly filed: Uint8Array;
  private readonly isTrailing: Uint8Array;
  private readonly byPrice: readonly PriceTriggers[];

  constructor(rows: OrderRows, allocate: AllocateColumn = allocatePlain) {
    const { capacity } = rows;
    this.rows = rows;
    this.filed = allocate("u8", capacity);
    this.isTrailing = allocate("u8", capacity);
    const place = allocate("i32", capacity);
    const links = {
      child: allocate("i32", capacity),
      sibling: allocate("i32", capacity),
      before: allocate("i32", capacity),
      group: allocate("i32", capacity),
    };
    this.byPrice = [ON_MARK, ON_LAST].map(() => new PriceTriggers(rows, place, links, allocate));
  }

  /**
   * Files a row by its columns. A trailing stop waits at `triggerTicks`, its activation price, until `activate`;
   * 0 there means that the next price activates it.
   */
  add(row: number): void {
    this.isTrailing[row] = 0;
    this.filed[row] = IN_HEAP;
    this.count++;
    this.heapOf(row).push(row);
  }

  /** Lets a trailing stop follow from `ticks`, the present price of its source. */
  activate(row: number, ticks: number): void {
    this.isTrailing[row] = 1;
    this.filed[row] = IN_TRAIL;
    this.count++;
    this.trailOf(row).add(row, ticks);
  }

  /** Takes a row out that will never fire. */
  remove(row: number): void {
    if (this.filed[row] === IN_HEAP) this.heapOf(row).remove(row);
    else this.trailOf(row).remove(row);
    this.filed[row] = 0;
    this.count--;
  }

  /** Takes in a price of one source; true when `pop` has something to give at it. */
  move(source: number, ticks: number): boolean {
    return this.byPrice[source].move(ticks, this.filed, IN_HEAP);
  }

  /** Takes out the next row that the price reaches, NO_ROW when there are no more. */
  pop(source: number, ticks: number): number {
    const row = this.byPrice[source].pop(ticks);
    if (row === NO_ROW) return NO_ROW;
    this.filed[row] = 0;
    this.count--;
    return row;
  }

  /** Whether a row taken out by `pop` is a trailing stop that has yet to follow: the caller `activate`s it. */
  wantsToFollow(row: number): boolean {
    return this.rows.trigger[row] === TRIGGER_TRAILING && this.isTrailing[row] === 0;
  }

  private heapOf(row: number): TriggerHeap {
    const { trigger, triggerOn, side } = this.rows;
    const { above, below } = this.byPrice[triggerOn[row]];
    // A trailing stop that fires goes the way of a stop; before it is active it waits like a take-profit.
    const kind = this.isTrailing[row] === 1 ? TRIGGER_STOP : trigger[row];
    return triggerDirection(kind, side[row]) > 0 ? above : below;
  }

  private trailOf(row: number): TrailingStops {
    const { selling, buying } = this.byPrice[this.rows.triggerOn[row]];
    return this.rows.side[row] === BUY ? buying : selling;
  }
}

/** What waits for one price. */
class PriceTriggers {
  readonly above: TriggerHeap;
  readonly below: TriggerHeap;
  readonly selling: TrailingStops;
  readonly buying: TrailingStops;

  constructor(rows: OrderRows, place: Int32Array, links: TrailingLinks, allocate: AllocateColumn) {
    this.above = new TriggerHeap(rows, 1, place, allocate);
    this.below = new TriggerHeap(rows, -1, place, allocate);
    this.selling = new TrailingStops(rows, 1, links, allocate);
    this.buying = new TrailingStops(rows, -1, links, allocate);
  }

  /** Trailing stops that the price fires are put among the stops, so that all of them fire in one order. */
  move(ticks: number, filed: Uint8Array, inHeap: number): boolean {
    const { above, below, selling, buying } = this;
    selling.observe(ticks);
    for (let row = selling.popReached(ticks); row !== NO_ROW; row = selling.popReached(ticks)) {
      filed[row] = inHeap;
      below.push(row);
    }
    buying.observe(ticks);
    for (let row = buying.popReached(ticks); row !== NO_ROW; row = buying.popReached(ticks)) {
      filed[row] = inHeap;
      above.push(row);
    }
    return above.isReached(ticks) || below.isReached(ticks);
  }

  pop(ticks: number): number {
    if (this.below.isReached(ticks)) return this.below.pop();
    return this.above.isReached(ticks) ? this.above.pop() : NO_ROW;
  }
}
