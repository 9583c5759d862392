/**
 * Sorts account ids in place, ascending: by insertion when they are few, with the built-in sort, or by two passes of a
 * radix sort when they are many. All three give one order, as ids differ; work space is made once.
 */
import { sharedInt32 } from "../columns/shared.ts";

/** Up to this many, insertion is the fastest. */
const FEW = 24;
/** From this many, the radix sort is. */
const MANY = 128;

/** Work space of the radix sort, for one thread at a time. */
export interface SortColumns {
  readonly scratch: Int32Array;
  readonly places: Int32Array;
}

export class AscendingSort {
  readonly columns: SortColumns;
  private readonly digitBits: number;

  /**
   * @param limit ids are below it
   * @param columns work space of another with the same limit; new unless given
   */
  constructor(limit: number, columns?: SortColumns) {
    const bits = 32 - Math.clz32(Math.max(1, limit - 1));
    this.digitBits = (bits + 1) >> 1;
    this.columns = columns ?? { scratch: sharedInt32(limit), places: sharedInt32(2 << this.digitBits) };
  }

  /** Sorts the first `count` values, at most as many as the limit. */
  sort(values: Int32Array, count: number): void {
    if (count <= FEW) sortByInsertion(values, count);
    else if (count < MANY) values.subarray(0, count).sort();
    else this.sortByDigits(values, count);
  }

  private sortByDigits(values: Int32Array, count: number): void {
    const { digitBits } = this;
    const { scratch, places } = this.columns;
    const digits = 1 << digitBits;
    const mask = digits - 1;
    places.fill(0);
    for (let k = 0; k < count; k++) {
      places[values[k] & mask]++;
      places[digits + (values[k] >> digitBits)]++;
    }
    let low = 0;
    let high = 0;
    for (let digit = 0; digit < digits; digit++) {
      const ofLow = places[digit];
      const ofHigh = places[digits + digit];
      places[digit] = low;
      places[digits + digit] = high;
      low += ofLow;
      high += ofHigh;
    }
    for (let k = 0; k < count; k++) scratch[places[values[k] & mask]++] = values[k];
    for (let k = 0; k < count; k++) values[places[digits + (scratch[k] >> digitBits)]++] = scratch[k];
  }
}

function sortByInsertion(values: Int32Array, count: number): void {
  for (let i = 1; i < count; i++) {
    const value = values[i];
    let j = i - 1;
    while (j >= 0 && values[j] > value) {
      values[j + 1] = values[j];
      j--;
    }
    values[j + 1] = value;
  }
}
