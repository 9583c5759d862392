/**
 * Conditional orders of one direction by trigger price: the one that a moving price reaches first is on top.
 *
 * A binary heap of rows with each row's place in a column, so that any order can be cancelled. Of two orders with
 * the same trigger the older one is first. Asking whether a price reaches anything is one comparison.
 */
import type { AllocateColumn } from "./allocate.ts";
import { NO_ROW, type OrderRows } from "./order-rows.ts";

export class TriggerHeap {
  private readonly heap: Int32Array;
  private size = 0;
  private readonly rows: OrderRows;
  private readonly place: Int32Array;
  private readonly direction: 1 | -1;

  /**
   * @param direction +1 fires at or above the trigger, -1 at or below
   * @param place per row, where it stands in its heap; heaps may share it, since a row is in one of them
   */
  constructor(rows: OrderRows, direction: 1 | -1, place: Int32Array, allocate: AllocateColumn) {
    this.rows = rows;
    this.direction = direction;
    this.place = place;
    this.heap = allocate("i32", rows.capacity);
  }

  /** Whether `ticks` reaches the nearest trigger. */
  isReached(ticks: number): boolean {
    return this.size > 0 && (ticks - this.rows.triggerTicks[this.heap[0]]) * this.direction >= 0;
  }

  push(row: number): void {
    this.rise(this.size++, row);
  }

  /** Takes out the order on top, NO_ROW when there is none. */
  pop(): number {
    if (this.size === 0) return NO_ROW;
    const top = this.heap[0];
    this.remove(top);
    return top;
  }

  /** Takes out a row that is in this heap. */
  remove(row: number): void {
    const at = this.place[row];
    const last = this.heap[--this.size];
    if (last === row) return;
    if (at > 0 && this.before(last, this.heap[(at - 1) >> 1])) this.rise(at, last);
    else this.sink(at, last);
  }

  private rise(from: number, row: number): void {
    const { heap, place } = this;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.before(row, heap[parent])) break;
      heap[at] = heap[parent];
      place[heap[at]] = at;
      at = parent;
    }
    heap[at] = row;
    place[row] = at;
  }

  private sink(from: number, row: number): void {
    const { heap, place, size } = this;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && this.before(heap[child + 1], heap[child])) child++;
      if (!this.before(heap[child], row)) break;
      heap[at] = heap[child];
      place[heap[at]] = at;
      at = child;
    }
    heap[at] = row;
    place[row] = at;
  }

  private before(left: number, right: number): boolean {
    const { triggerTicks, handle } = this.rows;
    const nearer = (triggerTicks[right] - triggerTicks[left]) * this.direction;
    return nearer > 0 || (nearer === 0 && handle[left] < handle[right]);
  }
}
