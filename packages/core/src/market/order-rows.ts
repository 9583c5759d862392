/**
 * The live orders of a desk as rows of columns: a free list, one list per owner (newest first), and handles that
 * are never used twice.
 *
 * Knows nothing of matching or triggers; order-desk.ts writes the columns. Never allocates after construction.
 */
import { type AllocateColumn, allocatePlain } from "./allocate.ts";

/** No row: the end of a list. */
export const NO_ROW = -1;

export const STATE_FREE = 0;
/** On its way through the book. */
export const STATE_ACTIVE = 1;
/** In the book, at `bookSlot`. */
export const STATE_RESTING = 2;
/** Waiting for its trigger. */
export const STATE_WAITING = 3;

export class OrderRows {
  readonly capacity: number;
  count = 0;

  /** serial x capacity + row, serial counting orders from 1: later orders have higher handles. */
  readonly handle: Float64Array;
  readonly state: Uint8Array;
  readonly owner: Int32Array;
  readonly side: Int8Array;
  /** ORDER_LIMIT or ORDER_MARKET. */
  readonly type: Uint8Array;
  readonly flags: Uint8Array;
  readonly limitTicks: Int32Array;
  /** Lots still open. */
  readonly lots: Float64Array;
  readonly clientId: Float64Array;
  readonly tag: Int32Array;
  readonly bookSlot: Int32Array;

  /** TRIGGER_* and ON_*. */
  readonly trigger: Uint8Array;
  readonly triggerOn: Uint8Array;
  /** Price at which it fires; of a trailing stop not yet active, the price at which it begins to follow. */
  readonly triggerTicks: Int32Array;
  /** Distance of a trailing stop in parts per million of the extreme price. */
  readonly callbackPpm: Int32Array;

  private readonly next: Int32Array;
  private readonly previous: Int32Array;
  private readonly ownerHead: Int32Array;
  private freeHead = 0;
  private serial = 0;

  constructor(owners: number, capacity: number, allocate: AllocateColumn = allocatePlain) {
    this.capacity = capacity;
    this.handle = allocate("f64", capacity);
    this.state = allocate("u8", capacity);
    this.owner = allocate("i32", capacity);
    const side = allocate("u8", capacity);
    this.side = new Int8Array(side.buffer, side.byteOffset, capacity);
    this.type = allocate("u8", capacity);
    this.flags = allocate("u8", capacity);
    this.limitTicks = allocate("i32", capacity);
    this.lots = allocate("f64", capacity);
    this.clientId = allocate("f64", capacity);
    this.tag = allocate("i32", capacity);
    this.bookSlot = allocate("i32", capacity);
    this.trigger = allocate("u8", capacity);
    this.triggerOn = allocate("u8", capacity);
    this.triggerTicks = allocate("i32", capacity);
    this.callbackPpm = allocate("i32", capacity);
    this.next = allocate("i32", capacity);
    this.previous = allocate("i32", capacity);
    this.ownerHead = allocate("i32", owners).fill(NO_ROW);
    for (let row = 0; row < capacity; row++) this.next[row] = row + 1 < capacity ? row + 1 : NO_ROW;
  }

  /** Row of a live order, NO_ROW when there is none under this handle. */
  find(handle: number): number {
    const row = handle % this.capacity;
    return handle > 0 && this.handle[row] === handle && this.state[row] !== STATE_FREE ? row : NO_ROW;
  }

  /** A row for a new order of the owner, at the head of its list; NO_ROW when all are taken. */
  open(owner: number): number {
    const row = this.freeHead;
    if (row === NO_ROW) return NO_ROW;
    this.freeHead = this.next[row];
    this.handle[row] = ++this.serial * this.capacity + row;
    this.state[row] = STATE_ACTIVE;
    this.owner[row] = owner;
    const first = this.ownerHead[owner];
    this.ownerHead[owner] = row;
    this.previous[row] = NO_ROW;
    this.next[row] = first;
    if (first !== NO_ROW) this.previous[first] = row;
    this.count++;
    return row;
  }

  /** Frees the row of an order that is over. */
  close(row: number): void {
    const before = this.previous[row];
    const after = this.next[row];
    if (before !== NO_ROW) this.next[before] = after;
    else this.ownerHead[this.owner[row]] = after;
    if (after !== NO_ROW) this.previous[after] = before;
    this.state[row] = STATE_FREE;
    this.next[row] = this.freeHead;
    this.freeHead = row;
    this.count--;
  }

  /** The owner's newest order, NO_ROW when it has none. */
  newestOf(owner: number): number {
    return this.ownerHead[owner];
  }

  /** The same owner's next older order. */
  olderThan(row: number): number {
    return this.next[row];
  }
}
