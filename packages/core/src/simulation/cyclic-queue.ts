/**
 * A deleveraging queue without a ranking: slots in the cyclic order of their agents' keys, from a start that is drawn
 * among those that the settlement price leaves with something.
 *
 * The rows lie in that order in the columns. Every block of them has a sorted copy of its tolerances beside it, so that
 * those who can take a price are counted without looking at each.
 */
import { type AdlRows, grownInt32 } from "./adl-rows.ts";

const BLOCK = 512;

export class CyclicQueue {
  private readonly rows: AdlRows;
  private readonly accountOfSlot: Int32Array;
  private readonly keys: Uint32Array;
  private first = 0;
  private count = 0;
  private members = new Int32Array(0);
  private scratch = new Int32Array(0);
  /** Tolerances, ascending within each block. */
  private sorted = new Float64Array(0);
  private at = 0;
  private left = 0;
  private adverse = 0;

  /** @param keys per account, by which slots are ordered */
  constructor(rows: AdlRows, accountOfSlot: Int32Array, keys: Uint32Array) {
    this.rows = rows;
    this.accountOfSlot = accountOfSlot;
    this.keys = keys;
  }

  clear(): void {
    this.count = 0;
  }

  /** Adds a slot without order; `order` follows. */
  append(slot: number): void {
    if (this.count === this.members.length) this.members = grownInt32(this.members);
    this.members[this.count++] = slot;
  }

  /** Gives the slots rows in the order of their keys, those of one key as they were added. */
  order(toleranceOf: (slot: number) => number): void {
    const { rows, count } = this;
    if (this.scratch.length < this.members.length) {
      this.scratch = new Int32Array(this.members.length);
      this.sorted = new Float64Array(this.members.length);
    }
    this.distribute(this.members, this.scratch, 0);
    this.distribute(this.scratch, this.members, 16);
    this.first = rows.count;
    for (let k = 0; k < count; k++) rows.add(this.members[k], 0, toleranceOf(this.members[k]));
    for (let from = 0; from < count; from += BLOCK) this.sortBlock(from);
  }

  holds(row: number): boolean {
    return row >= this.first && row < this.first + this.count;
  }

  /** Gives a row another tolerance. */
  update(row: number, tolerance: number): void {
    this.rows.tolerance[row] = tolerance;
    const at = row - this.first;
    this.sortBlock(at - (at % BLOCK));
  }

  /**
   * Begins at the start that the draw chooses, for a settlement price that is `adverse` whole ticks worse than the
   * mark (0: or better).
   */
  start(adverse: number, draw: number): void {
    const { rows, first, count } = this;
    this.adverse = adverse;
    this.left = 0;
    let eligible = 0;
    for (let from = 0; from < count; from += BLOCK) eligible += this.eligibleIn(from);
    if (eligible === 0) return;
    this.left = count;
    let before = Math.floor(draw * eligible);
    let from = 0;
    for (let here = this.eligibleIn(0); here <= before; here = this.eligibleIn(from)) {
      before -= here;
      from += BLOCK;
    }
    for (let at = from; ; at++) {
      if (rows.tolerance[first + at] < adverse) continue;
      this.at = at;
      if (before-- === 0) return;
    }
  }

  /** The next slot that the price leaves with something, or -1. */
  next(): number {
    const { rows, first, count, adverse } = this;
    while (this.left > 0) {
      const { at } = this;
      const isBlock = at % BLOCK === 0;
      const step = isBlock && this.largestIn(at) < adverse ? Math.min(BLOCK, count - at) : 1;
      this.at = at + step === count ? 0 : at + step;
      this.left -= step;
      if (step === 1 && rows.tolerance[first + at] >= adverse) return rows.slot[first + at];
    }
    return -1;
  }

  private largestIn(from: number): number {
    return this.sorted[Math.min(from + BLOCK, this.count) - 1];
  }

  /** Rows of the block with at least the tolerance asked for. */
  private eligibleIn(from: number): number {
    const { sorted, adverse } = this;
    const end = Math.min(from + BLOCK, this.count);
    let low = from;
    let high = end;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] < adverse) low = middle + 1;
      else high = middle;
    }
    return end - low;
  }

  private sortBlock(from: number): void {
    const end = Math.min(from + BLOCK, this.count);
    const block = this.sorted.subarray(from, end);
    block.set(this.rows.tolerance.subarray(this.first + from, this.first + end));
    block.sort();
  }

  /** One stable pass of a radix sort over 16 bits of the keys. */
  private distribute(from: Int32Array, to: Int32Array, shift: number): void {
    const { count, keys, accountOfSlot } = this;
    const places = new Int32Array(0x10001);
    for (let k = 0; k < count; k++) places[((keys[accountOfSlot[from[k]]] >>> shift) & 0xffff) + 1]++;
    for (let digit = 0; digit < 0x10000; digit++) places[digit + 1] += places[digit];
    for (let k = 0; k < count; k++) {
      const digit = (keys[accountOfSlot[from[k]]] >>> shift) & 0xffff;
      to[places[digit]++] = from[k];
    }
  }
}
