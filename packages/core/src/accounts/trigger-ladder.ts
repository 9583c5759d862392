/**
 * Price triggers of position slots in one market, bucketed by tick: what fires when the mark moves is found
 * without looking at anybody else.
 *
 * A slot has at most one trigger per ladder, "at or below" (longs) or "at or above" (shorts). Buckets are
 * linked lists in typed arrays; firing only reports candidates in slot order of the bucket walk, the caller
 * decides and re-files. Never misses a slot whose trigger lies between two marks.
 */

/** Columns over slots that the ladders of one kind share (a slot belongs to one market). */
export interface TriggerColumns {
  /** Trigger tick; 0 when the slot has no trigger. */
  readonly ticks: Int32Array;
  /** +1 fires at or below, -1 at or above. */
  readonly direction: Int8Array;
  readonly next: Int32Array;
  readonly previous: Int32Array;
}

/** Buckets of a ladder and direction: the length of the two head columns. */
export const TRIGGER_BUCKETS = 4096;
const BUCKETS = TRIGGER_BUCKETS;
const NONE = -1;

export class TriggerLadder {
  private readonly below: Int32Array;
  private readonly above: Int32Array;
  private readonly shift: number;
  private readonly columns: TriggerColumns;

  /** `below` and `above` are head columns of `TRIGGER_BUCKETS` entries each; they are cleared here. */
  constructor(maxTicks: number, columns: TriggerColumns, below: Int32Array, above: Int32Array) {
    this.below = below.fill(NONE);
    this.above = above.fill(NONE);
    let shift = 0;
    while (maxTicks >> shift >= BUCKETS) shift++;
    this.shift = shift;
    this.columns = columns;
  }

  /** Files the slot's trigger, replacing an earlier one; `ticks` 0 removes it. */
  set(slot: number, ticks: number, direction: 1 | -1): void {
    const columns = this.columns;
    const current = columns.ticks[slot];
    if (current === ticks && (ticks === 0 || columns.direction[slot] === direction)) return;
    if (current !== 0) this.unlink(slot);
    columns.ticks[slot] = ticks;
    if (ticks === 0) return;
    columns.direction[slot] = direction;
    const heads = direction > 0 ? this.below : this.above;
    const bucket = this.bucketOf(ticks);
    const head = heads[bucket];
    columns.previous[slot] = NONE;
    columns.next[slot] = head;
    if (head !== NONE) columns.previous[head] = slot;
    heads[bucket] = slot;
  }

  /**
   * Appends to `out` (from `count` on) every slot whose trigger is reached at `markTicks`, having been filed
   * while the mark was between `fromTicks` and now. Returns the new count.
   */
  collect(fromTicks: number, markTicks: number, out: Int32Array, count: number): number {
    const { ticks, next } = this.columns;
    const mark = this.bucketOf(markTicks);
    const from = this.bucketOf(fromTicks);
    for (let bucket = mark, last = Math.max(mark, from); bucket <= last; bucket++) {
      for (let slot = this.below[bucket]; slot !== NONE; slot = next[slot]) {
        if (ticks[slot] >= markTicks) out[count++] = slot;
      }
    }
    for (let bucket = Math.min(mark, from); bucket <= mark; bucket++) {
      for (let slot = this.above[bucket]; slot !== NONE; slot = next[slot]) {
        if (ticks[slot] <= markTicks) out[count++] = slot;
      }
    }
    return count;
  }

  private bucketOf(ticks: number): number {
    const bucket = ticks >> this.shift;
    return bucket < 0 ? 0 : bucket >= BUCKETS ? BUCKETS - 1 : bucket;
  }

  private unlink(slot: number): void {
    const { next, previous, ticks, direction } = this.columns;
    const after = next[slot];
    const before = previous[slot];
    if (after !== NONE) previous[after] = before;
    if (before !== NONE) next[before] = after;
    else (direction[slot] > 0 ? this.below : this.above)[this.bucketOf(ticks[slot])] = after;
  }
}
