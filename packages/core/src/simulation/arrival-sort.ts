/**
 * Sorts messages by arrival: time, then tie, then agent's key, then the order in which the agent wrote.
 *
 * Few are sorted by insertion. Many are dealt by the digits of their time since the start of the step, in passes of
 * 7 or 11 bits, and those of one microsecond by insertion; times out of that range, and crowds of one microsecond, go through
 * a heap sort. The order is total, so all ways give the same one; work space is made once.
 */
import { MESSAGE_CAPACITY } from "./capacities.ts";

/** The columns that say when a message arrives. */
export interface ArrivalColumns {
  readonly arrivalMicros: Float64Array;
  readonly tie: Uint32Array;
  readonly agentKey: Uint32Array;
  readonly sequence: Float64Array;
}

/** Up to this many, insertion is the fastest. */
const FEW = 48;
/** Bits of a digit up to so many messages, and beyond: fewer bits take more passes over fewer places. */
const SMALL = 1024;
const SMALL_DIGIT_BITS = 7;
const DIGIT_BITS = 11;
/** Delays of 2^31 microseconds and more are not dealt by digits. */
const LONGEST = 0x7fff_ffff;

export class ArrivalSort {
  private readonly columns: ArrivalColumns;
  private readonly places = new Int32Array(1 << DIGIT_BITS);
  private readonly delays = new Int32Array(MESSAGE_CAPACITY);
  private readonly otherDelays = new Int32Array(MESSAGE_CAPACITY);
  private readonly otherMessages = new Int32Array(MESSAGE_CAPACITY);

  constructor(columns: ArrivalColumns) {
    this.columns = columns;
  }

  /**
   * Sorts the first `count` messages in place.
   *
   * @param startMicros no message arrives before it, or the sort takes longer
   */
  sort(messages: Int32Array, count: number, startMicros: number): void {
    if (count <= FEW) sortByInsertion(this.columns, messages, 0, count);
    else if (this.measureDelays(messages, count, startMicros)) this.sortByDigits(messages, count);
    else sortByHeap(this.columns, messages, 0, count);
  }

  /** Fills in the delays; false when one is out of range. */
  private measureDelays(messages: Int32Array, count: number, startMicros: number): boolean {
    const { delays } = this;
    const { arrivalMicros } = this.columns;
    let isInRange = true;
    for (let k = 0; k < count; k++) {
      const delay = arrivalMicros[messages[k]] - startMicros;
      if (!(delay >= 0 && delay <= LONGEST)) isInRange = false;
      delays[k] = delay;
    }
    return isInRange;
  }

  private sortByDigits(messages: Int32Array, count: number): void {
    let from = messages;
    let to: Int32Array = this.otherMessages;
    let delays: Int32Array = this.delays;
    let toDelays: Int32Array = this.otherDelays;
    let longest = 0;
    for (let k = 0; k < count; k++) longest |= delays[k];
    const bits = count < SMALL ? SMALL_DIGIT_BITS : DIGIT_BITS;
    const mask = (1 << bits) - 1;
    for (let shift = 0; shift < 31 && longest >>> shift !== 0; shift += bits) {
      this.countDigits(delays, count, shift, mask);
      const { places } = this;
      for (let k = 0; k < count; k++) {
        const place = places[(delays[k] >>> shift) & mask]++;
        to[place] = from[k];
        toDelays[place] = delays[k];
      }
      [from, to] = [to, from];
      [delays, toDelays] = [toDelays, delays];
    }
    if (from !== messages) for (let k = 0; k < count; k++) messages[k] = from[k];
    this.sortWithinMicros(messages, delays, count);
  }

  /** Where the first message of each digit goes. */
  private countDigits(delays: Int32Array, count: number, shift: number, mask: number): void {
    const { places } = this;
    for (let digit = 0; digit <= mask; digit++) places[digit] = 0;
    for (let k = 0; k < count; k++) places[(delays[k] >>> shift) & mask]++;
    let place = 0;
    for (let digit = 0; digit <= mask; digit++) {
      const ofDigit = places[digit];
      places[digit] = place;
      place += ofDigit;
    }
  }

  /** Messages in order of time into the whole order. */
  private sortWithinMicros(messages: Int32Array, delays: Int32Array, count: number): void {
    for (let from = 0; from < count;) {
      let to = from + 1;
      while (to < count && delays[to] === delays[from]) to++;
      if (to - from > FEW) sortByHeap(this.columns, messages, from, to);
      else if (to - from > 1) sortByInsertion(this.columns, messages, from, to);
      from = to;
    }
  }
}

/** Whether message a arrives before message b. */
export function arrivesBefore(columns: ArrivalColumns, a: number, b: number): boolean {
  const { arrivalMicros, tie, agentKey, sequence } = columns;
  if (arrivalMicros[a] !== arrivalMicros[b]) return arrivalMicros[a] < arrivalMicros[b];
  if (tie[a] !== tie[b]) return tie[a] < tie[b];
  if (agentKey[a] !== agentKey[b]) return agentKey[a] < agentKey[b];
  return sequence[a] < sequence[b];
}

function sortByInsertion(columns: ArrivalColumns, messages: Int32Array, from: number, to: number): void {
  for (let i = from + 1; i < to; i++) {
    const message = messages[i];
    let j = i - 1;
    while (j >= from && arrivesBefore(columns, message, messages[j])) {
      messages[j + 1] = messages[j];
      j--;
    }
    messages[j + 1] = message;
  }
}

function sortByHeap(columns: ArrivalColumns, messages: Int32Array, from: number, to: number): void {
  const size = to - from;
  for (let root = (size >> 1) - 1; root >= 0; root--) sink(columns, messages, from, root, size);
  for (let last = size - 1; last > 0; last--) {
    const latest = messages[from];
    messages[from] = messages[from + last];
    messages[from + last] = latest;
    sink(columns, messages, from, 0, last);
  }
}

/** Lets the message at `root` sink in a heap whose top arrives last. */
function sink(columns: ArrivalColumns, messages: Int32Array, from: number, root: number, size: number): void {
  const message = messages[from + root];
  let parent = root;
  for (;;) {
    let child = 2 * parent + 1;
    if (child >= size) break;
    if (child + 1 < size && arrivesBefore(columns, messages[from + child], messages[from + child + 1]))
      child++;
    if (!arrivesBefore(columns, message, messages[from + child])) break;
    messages[from + parent] = messages[from + child];
    parent = child;
  }
  messages[from + parent] = message;
}
