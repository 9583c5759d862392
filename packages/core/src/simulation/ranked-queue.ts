/**
 * A deleveraging queue in the order of scores, highest first, ties by account id, of which only as much is sorted as
 * shortfalls have looked at.
 *
 * `run` is the sorted part, `heap` holds the rest. A shortfall walks both as one sequence; what it passes over stays
 * for the next. The order is the one that sorting all rows would give.
 */
import { type AdlRows, grownInt32 } from "./adl-rows.ts";

export class RankedQueue {
  private readonly rows: AdlRows;
  private readonly accountOfSlot: Int32Array;
  private run = new Int32Array(0);
  private runCount = 0;
  private heap = new Int32Array(0);
  private heapCount = 0;
  private cursor = 0;
  private adverse = 0;

  constructor(rows: AdlRows, accountOfSlot: Int32Array) {
    this.rows = rows;
    this.accountOfSlot = accountOfSlot;
  }

  clear(): void {
    this.runCount = 0;
    this.heapCount = 0;
  }

  /** Adds a row without order; `order` follows. */
  append(row: number): void {
    if (this.heapCount === this.heap.length) this.heap = grownInt32(this.heap);
    this.heap[this.heapCount++] = row;
  }

  /** Puts what was appended in order. */
  order(): void {
    for (let at = (this.heapCount >> 1) - 1; at >= 0; at--) this.siftDown(at, this.heap[at]);
  }

  /** Adds a row to a queue in order. */
  push(row: number): void {
    this.append(row);
    const { heap } = this;
    let at = this.heapCount - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isBefore(row, heap[parent])) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = row;
  }

  /** Begins at the front, for a settlement price that is `adverse` whole ticks worse than the mark (0: or better). */
  start(adverse: number): void {
    this.cursor = 0;
    this.adverse = adverse;
  }

  /** The next slot that the price leaves with something, or -1. */
  next(): number {
    const { rows, adverse } = this;
    for (;;) {
      const row = this.advance();
      if (row === -1) return -1;
      if (rows.tolerance[row] >= adverse) return rows.slot[row];
    }
  }

  /** The next row alive, or -1; it joins the sorted part. */
  private advance(): number {
    const { rows } = this;
    while (this.cursor < this.runCount && !rows.isLive(this.run[this.cursor])) {
      this.run.copyWithin(this.cursor, this.cursor + 1, this.runCount--);
    }
    while (this.heapCount > 0 && !rows.isLive(this.heap[0])) this.pop();
    const isInRun = this.cursor < this.runCount;
    if (this.heapCount === 0) return isInRun ? this.run[this.cursor++] : -1;
    if (isInRun && this.isBefore(this.run[this.cursor], this.heap[0])) return this.run[this.cursor++];
    const row = this.pop();
    if (this.runCount === this.run.length) this.run = grownInt32(this.run);
    this.run.copyWithin(this.cursor + 1, this.cursor, this.runCount++);
    this.run[this.cursor++] = row;
    return row;
  }

  private pop(): number {
    const first = this.heap[0];
    const last = this.heap[--this.heapCount];
    if (this.heapCount > 0) this.siftDown(0, last);
    return first;
  }

  private siftDown(from: number, row: number): void {
    const { heap, heapCount } = this;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heapCount) break;
      if (child + 1 < heapCount && this.isBefore(heap[child + 1], heap[child])) child++;
      if (!this.isBefore(heap[child], row)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = row;
  }

  private isBefore(a: number, b: number): boolean {
    const { score, slot } = this.rows;
    const difference = score[a] - score[b];
    if (difference !== 0) return difference > 0;
    return this.accountOfSlot[slot[a]] < this.accountOfSlot[slot[b]];
  }
}
