/**
 * What happened to the orders of one desk, as a ring of columns: readers keep a cursor of their own.
 *
 * Events are numbered from 0 without gaps. The newest `capacity` of them can be read; asking for an older one is
 * an invariant error, so a reader never skips silently. Never grows, never allocates after construction, except
 * for the texts and bytes made for people and tests.
 */
import { InvariantError } from "../errors.ts";
import { type AllocateColumn, allocatePlain } from "./allocate.ts";
import { fieldName, resultName } from "./codes.ts";

/** The order was taken: it has traded, rests, or waits for its trigger. */
export const EVENT_ACCEPTED = 1;
/** The order or amendment was turned away and changed nothing. */
export const EVENT_REJECTED = 2;
/** One side of a trade; each trade has two, taker first. */
export const EVENT_FILLED = 3;
/** What was left of the order is gone. */
export const EVENT_CANCELLED = 4;
/** A conditional order has become an ordinary one. */
export const EVENT_TRIGGERED = 5;
/** A resting order has a new limit or size. */
export const EVENT_AMENDED = 6;
/** A reduce-only order was cut down to what the position covers; `lots` were taken off. */
export const EVENT_TRIMMED = 7;
/** A trailing stop has begun to follow the price. */
export const EVENT_ACTIVATED = 8;
/** The market was halted. */
export const EVENT_HALTED = 9;
/** The market trades again. */
export const EVENT_RESUMED = 10;

const KIND_NAMES: readonly string[] = [
  "",
  "accepted",
  "rejected",
  "filled",
  "cancelled",
  "triggered",
  "amended",
  "trimmed",
  "activated",
  "halted",
  "resumed",
];

/** Bytes of one event in `toBytes`. */
const EVENT_BYTES = 84;

export class OrderEvents {
  /** Number of events so far: the next event's number. */
  end = 0;
  readonly capacity: number;
  /** EVENT_*. */
  readonly kind: Uint8Array;
  /** RESULT_* or REASON_* of a reject, a cancel or a trim. */
  readonly reason: Uint8Array;
  /** FIELD_* that a reject is about. */
  readonly field: Uint8Array;
  /** In a fill: 1 when the order took, 0 when it rested. */
  readonly isTaker: Uint8Array;
  /** +1 buys, -1 sells. */
  readonly side: Int8Array;
  readonly owner: Int32Array;
  /** Fill: the price. Otherwise the limit, or the trigger where there is one. 0: none. */
  readonly ticks: Int32Array;
  /** The desk's handle, 0 for an order that never got one. */
  readonly order: Float64Array;
  readonly clientId: Float64Array;
  /** As it was submitted. */
  readonly tag: Int32Array;
  /** Lots that the event is about: accepted, traded, taken off, cancelled, amended to. */
  readonly lots: Float64Array;
  /** Lots of the order that are still open after the event. */
  readonly left: Float64Array;
  /** Fill: handle of the other order. */
  readonly other: Float64Array;
  /** Reject: what the field held, and the range it is allowed (infinite: no bound). */
  readonly found: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;

  /** Takes 81 bytes per event. */
  constructor(capacity: number, allocate: AllocateColumn = allocatePlain) {
    this.capacity = capacity;
    this.kind = allocate("u8", capacity);
    this.reason = allocate("u8", capacity);
    this.field = allocate("u8", capacity);
    this.isTaker = allocate("u8", capacity);
    const side = allocate("u8", capacity);
    this.side = new Int8Array(side.buffer, side.byteOffset, capacity);
    this.owner = allocate("i32", capacity);
    this.ticks = allocate("i32", capacity);
    this.order = allocate("f64", capacity);
    this.clientId = allocate("f64", capacity);
    this.tag = allocate("i32", capacity);
    this.lots = allocate("f64", capacity);
    this.left = allocate("f64", capacity);
    this.other = allocate("f64", capacity);
    this.found = allocate("f64", capacity);
    this.low = allocate("f64", capacity);
    this.high = allocate("f64", capacity);
  }

  /** Number of the oldest event that can still be read. */
  get first(): number {
    return this.end > this.capacity ? this.end - this.capacity : 0;
  }

  /** Index into the columns of event number `event`. Throws InvariantError when it is gone or yet to come. */
  row(event: number): number {
    if (!(event >= this.first && event < this.end)) {
      throw new InvariantError("order-events", `event ${event} is not in [${this.first}, ${this.end})`);
    }
    return event % this.capacity;
  }

  /** Writes an event and returns its row; columns not given here are cleared for the caller to fill. */
  write(
    kind: number,
    reason: number,
    order: number,
    owner: number,
    side: number,
    ticks: number,
    lots: number,
    left: number,
  ): number {
    const row = this.end++ % this.capacity;
    this.kind[row] = kind;
    this.reason[row] = reason;
    this.field[row] = 0;
    this.isTaker[row] = 0;
    this.side[row] = side;
    this.owner[row] = owner;
    this.ticks[row] = ticks;
    this.order[row] = order;
    this.clientId[row] = 0;
    this.tag[row] = 0;
    this.lots[row] = lots;
    this.left[row] = left;
    this.other[row] = 0;
    this.found[row] = 0;
    this.low[row] = 0;
    this.high[row] = 0;
    return row;
  }

  /** One event in words: `rejected order of 3, sell 5: outside the price band: limitTicks 89, expected 95 to 105`. */
  describe(event: number): string {
    const row = this.row(event);
    const kind = KIND_NAMES[this.kind[row]] ?? "unknown";
    if (this.kind[row] >= EVENT_HALTED) return kind;
    const side = this.side[row] === 1 ? "buy" : "sell";
    const price = this.ticks[row] === 0 ? "" : ` @ ${this.ticks[row]}`;
    const order = this.order[row] === 0 ? "order" : `order ${this.order[row]}`;
    const head = `${kind} ${order} of ${this.owner[row]}, ${side} ${this.lots[row]}${price}`;
    if (this.kind[row] === EVENT_FILLED) return `${head} (${this.isTaker[row] === 1 ? "taker" : "maker"})`;
    if (this.reason[row] === 0) return head;
    const reason = `${head}: ${resultName(this.reason[row])}`;
    const field = fieldName(this.field[row]);
    if (field === "") return reason;
    return `${reason}: ${field} ${this.found[row]}${rangeText(this.low[row], this.high[row])}`;
  }

  /** The events from number `from` on as bytes, in order: equal logs are equal byte for byte. */
  toBytes(from = this.first): Uint8Array {
    const bytes = new Uint8Array((this.end - from) * EVENT_BYTES);
    const view = new DataView(bytes.buffer);
    for (let event = from; event < this.end; event++) {
      const row = this.row(event);
      let at = (event - from) * EVENT_BYTES;
      for (const column of [this.kind, this.reason, this.field, this.isTaker, this.side]) {
        view.setInt8(at++, column[row]);
      }
      at += 3;
      view.setInt32(at, this.owner[row], true);
      view.setInt32(at + 4, this.ticks[row], true);
      view.setInt32(at + 8, this.tag[row], true);
      at += 12;
      const { order, clientId, lots, left, other, found, low, high } = this;
      for (const column of [order, clientId, lots, left, other, found, low, high]) {
        // NaN has many bit patterns, of which one is written.
        if (Number.isNaN(column[row])) view.setUint32(at + 4, 0x7ff80000, true);
        else view.setFloat64(at, column[row], true);
        at += 8;
      }
    }
    return bytes;
  }
}

function rangeText(low: number, high: number): string {
  const hasLow = Number.isFinite(low);
  const hasHigh = Number.isFinite(high);
  if (hasLow && hasHigh) return `, expected ${low} to ${high}`;
  if (hasLow) return `, expected at least ${low}`;
  return hasHigh ? `, expected at most ${high}` : "";
}
