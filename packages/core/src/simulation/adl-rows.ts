/**
 * Rows of the deleveraging queues: one per counterparty, in typed columns that grow by doubling and are used again
 * in every round.
 *
 * A slot is in one queue at most, as it is on one side of one market. A row whose slot has been given another row, or
 * none, is dead; queues drop dead rows when they meet them.
 */

/** First room of a column that grows. */
const FIRST_ROOM = 1024;

export class AdlRows {
  count = 0;
  slot = new Int32Array(FIRST_ROOM);
  /** The higher, the earlier deleveraged; read by queues with a ranking. */
  score = new Float64Array(FIRST_ROOM);
  /** Whole ticks that a settlement price may be worse than the mark and leave an equity of at least 0; below 0: none. */
  tolerance = new Float64Array(FIRST_ROOM);
  /** Latest row of each slot; from an earlier round where `find` says -1. */
  private readonly rowOfSlot: Int32Array;

  constructor(slotCapacity: number) {
    this.rowOfSlot = new Int32Array(slotCapacity).fill(-1);
  }

  /** Adds a slot's row, which takes the place of the one it had. */
  add(slot: number, score: number, tolerance: number): number {
    if (this.count === this.slot.length) this.grow();
    const row = this.count++;
    this.slot[row] = slot;
    this.score[row] = score;
    this.tolerance[row] = tolerance;
    this.rowOfSlot[slot] = row;
    return row;
  }

  /** The slot's row of this round, or -1. */
  find(slot: number): number {
    const row = this.rowOfSlot[slot];
    return row >= 0 && row < this.count && this.slot[row] === slot ? row : -1;
  }

  /** Leaves the slot without a row. */
  drop(slot: number): void {
    this.rowOfSlot[slot] = -1;
  }

  isLive(row: number): boolean {
    return this.rowOfSlot[this.slot[row]] === row;
  }

  private grow(): void {
    this.slot = grownInt32(this.slot);
    const { score, tolerance } = this;
    this.score = new Float64Array(2 * score.length);
    this.score.set(score);
    this.tolerance = new Float64Array(2 * tolerance.length);
    this.tolerance.set(tolerance);
  }
}

/** The column with twice its room. */
export function grownInt32(column: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(Math.max(FIRST_ROOM, 2 * column.length));
  grown.set(column);
  return grown;
}
