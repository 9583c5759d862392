/**
 * Triggers of rows (position slots, collateral holdings) on one moving value: a mark, a funding index, a
 * collateral price. Finds the rows whose trigger the value reaches without looking at anybody else.
 *
 * A row is filed on one side: it fires when the value falls to its key, or when it rises to it. Keys are
 * integers of any size below 2^53, bucketed by key modulo the number of buckets. The ladder knows a bound of
 * the nearest key of each side (its reach), so a move that reaches nobody costs two comparisons.
 * Never misses a filed row; a row that fires is taken off and has to be filed again.
 */
import { InvariantError } from "../errors.ts";

/** Fires when the value is at or below the key. */
export const FALLING = 1;
/** Fires when the value is at or above the key. */
export const RISING = -1;
const UNFILED = 0;
const NONE = -1;

/** Columns over rows that all ladders of one kind share; a row belongs to one ladder of the kind. */
export interface LadderColumns {
  /** Key times side, so that on both sides a row fires when value times side is at or below it. */
  readonly signedKey: Float64Array;
  /** FALLING, RISING, or 0 while the row is not filed. */
  readonly side: Int8Array;
  readonly next: Int32Array;
  readonly previous: Int32Array;
}

/** Columns for a number of rows, none of them filed. */
export function ladderColumns(rows: number): LadderColumns {
  return {
    signedKey: new Float64Array(rows),
    side: new Int8Array(rows),
    next: new Int32Array(rows).fill(NONE),
    previous: new Int32Array(rows).fill(NONE),
  };
}

/** One side's buckets, and the bound that none of its keys lies above. */
interface LadderSide {
  readonly heads: Int32Array;
  readonly reach: Float64Array;
}

export class BandLadder {
  /** Those of the constructor, to be read. */
  readonly columns: LadderColumns;
  private readonly falling: LadderSide;
  private readonly rising: LadderSide;
  private readonly buckets: number;
  private readonly width: number;

  /**
   * @param options `buckets` per side, a power of two; `width` is how many neighbouring keys share a bucket, an
   *   integer of at least 1. Neither changes what fires, only how many rows are looked at on the way.
   */
  constructor(columns: LadderColumns, options: { readonly buckets: number; readonly width: number }) {
    const { buckets, width } = options;
    if (!(buckets >= 1 && Number.isSafeInteger(buckets) && (buckets & (buckets - 1)) === 0)) {
      throw new InvariantError("band-ladder", `buckets is a power of two, found ${buckets}`);
    }
    if (!(width >= 1 && Number.isSafeInteger(width))) {
      throw new InvariantError("band-ladder", `width is an integer of at least 1, found ${width}`);
    }
    this.columns = columns;
    this.buckets = buckets;
    this.width = width;
    this.falling = emptySide(buckets);
    this.rising = emptySide(buckets);
  }

  /** Files a row under a key, in the place of an earlier one. */
  file(row: number, key: number, side: 1 | -1): void {
    const { signedKey, side: sides, next, previous } = this.columns;
    const signed = key * side;
    if (sides[row] !== UNFILED) {
      if (sides[row] === side && signedKey[row] === signed) return;
      this.unlink(row);
    }
    const { heads, reach } = side > 0 ? this.falling : this.rising;
    const bucket = this.bucketOf(signed);
    const head = heads[bucket];
    signedKey[row] = signed;
    sides[row] = side;
    previous[row] = NONE;
    next[row] = head;
    if (head !== NONE) previous[head] = row;
    heads[bucket] = row;
    if (signed > reach[0]) reach[0] = signed;
  }

  /**
   * Files a row so that it fires when the value has moved to its side by more than `room`.
   *
   * A key filed before is left where it is when it allows at least half of that room and no more: it is not late,
   * and filing costs more than the check that it may bring early.
   */
  fileBand(row: number, value: number, room: number, side: 1 | -1): void {
    const signed = value * side;
    if (this.columns.side[row] === side) {
      const allowed = signed - this.columns.signedKey[row] - 1;
      if (allowed <= room && 2 * allowed >= room) return;
    }
    this.file(row, (signed - room - 1) * side, side);
  }

  /** Takes a row off; nothing happens when it is not filed. */
  clear(row: number): void {
    if (this.columns.side[row] !== UNFILED) this.unlink(row);
  }

  /**
   * Takes off every row that the value reaches, on either side, and appends it to `out` from `count` on.
   *
   * @returns the new count
   */
  collect(value: number, out: Int32Array, count: number): number {
    return this.collectRising(value, out, this.collectFalling(value, out, count));
  }

  /** The same for the rows that fire when the value falls. */
  collectFalling(value: number, out: Int32Array, count: number): number {
    if (value > this.falling.reach[0]) return count;
    return this.collectSide(this.falling, value, out, count);
  }

  /** The same for the rows that fire when the value rises. */
  collectRising(value: number, out: Int32Array, count: number): number {
    if (-value > this.rising.reach[0]) return count;
    return this.collectSide(this.rising, -value, out, count);
  }

  /** Walks the buckets between the value and the reach; what stays in the last one gives the new reach. */
  private collectSide(side: LadderSide, value: number, out: Int32Array, count: number): number {
    const { signedKey, next } = this.columns;
    const { heads, reach } = side;
    const bottom = Math.floor(value / this.width);
    const span = Math.floor(reach[0] / this.width) - bottom + 1;
    const walked = span < this.buckets ? span : this.buckets;
    // Rows that stay lie below the value. In the walked part that is the value's own bucket alone, unless all
    // buckets are walked; whatever is not walked lies below that bucket.
    let nearest = span < this.buckets ? bottom * this.width - 1 : -Infinity;
    for (let turn = 0; turn < walked; turn++) {
      const bucket = (bottom + turn) & (this.buckets - 1);
      for (let row = heads[bucket], after = NONE; row !== NONE; row = after) {
        after = next[row];
        const key = signedKey[row];
        if (key >= value) {
          this.unlink(row);
          out[count++] = row;
        } else if (key > nearest) nearest = key;
      }
    }
    reach[0] = nearest;
    return count;
  }

  private bucketOf(signedKey: number): number {
    return Math.floor(signedKey / this.width) & (this.buckets - 1);
  }

  private unlink(row: number): void {
    const { signedKey, side, next, previous } = this.columns;
    const after = next[row];
    const before = previous[row];
    if (after !== NONE) previous[after] = before;
    if (before !== NONE) next[before] = after;
    else (side[row] > 0 ? this.falling : this.rising).heads[this.bucketOf(signedKey[row])] = after;
    side[row] = UNFILED;
  }
}

function emptySide(buckets: number): LadderSide {
  return { heads: new Int32Array(buckets).fill(NONE), reach: new Float64Array(1).fill(-Infinity) };
}
