/**
 * A column as a checkpoint holds it: its bytes without the pages in which nothing stands.
 *
 * Most of a run's memory is room that is not in use (price levels without orders, capacity of queues): all bits 0, or
 * all bits 1 for -1. A page that holds nothing else is left out. Bits are kept as they are, NaN and -0 among them.
 */
import type { PlaceArray, PlaceKind } from "./places.ts";

/** Bytes of a page. */
const PAGE_BYTES = 4096;

export interface SavedColumn {
  readonly name: string;
  /** Element type; `list` is a list of numbers that may have any length. */
  readonly kind: PlaceKind | "list";
  /** Elements. */
  readonly length: number;
  /** Value of all bytes that are left out, 0 or 255. */
  readonly fill: number;
  /** Pages that are kept: first page and how many, in turns. */
  readonly runs: readonly number[];
  /** The kept pages one after the other; the last page of a column may be shorter. */
  readonly bytes: Uint8Array;
}

/** Copies what stands in a column. */
export function saveColumn(name: string, kind: SavedColumn["kind"], array: PlaceArray): SavedColumn {
  const all = bytesOf(array);
  const fill = all.length > 0 && all[all.length - 1] === 255 ? 255 : 0;
  const runs: number[] = [];
  let kept = 0;
  for (let from = 0, page = 0; from < all.length; from += PAGE_BYTES, page++) {
    const to = Math.min(all.length, from + PAGE_BYTES);
    if (isFilled(all, from, to, fill)) continue;
    kept += to - from;
    const last = runs.length - 2;
    if (last >= 0 && runs[last] + runs[last + 1] === page) runs[last + 1]++;
    else runs.push(page, 1);
  }
  const bytes = new Uint8Array(kept);
  let at = 0;
  forEachRun(runs, all.length, (from, to) => {
    bytes.set(all.subarray(from, to), at);
    at += to - from;
  });
  return { name, kind, length: array.length, fill, runs, bytes };
}

/** Writes a saved column over an array of the same length and type. */
export function loadColumn({ fill, runs, bytes }: SavedColumn, array: PlaceArray): void {
  const all = bytesOf(array).fill(fill);
  let at = 0;
  forEachRun(runs, all.length, (from, to) => {
    all.set(bytes.subarray(at, at + to - from), from);
    at += to - from;
  });
}

/** Bytes that the runs of a column of so many bytes take; -1 when they do not fit into it. */
export function keptBytes(runs: readonly number[], columnBytes: number): number {
  let kept = 0;
  let end = 0;
  for (let k = 0; k < runs.length; k += 2) {
    const [first, pages] = [runs[k], runs[k + 1]];
    const isWhole = Number.isSafeInteger(first) && Number.isSafeInteger(pages);
    if (!isWhole || first < end || pages < 1 || (first + pages - 1) * PAGE_BYTES >= columnBytes) return -1;
    end = first + pages;
    kept += Math.min(columnBytes, end * PAGE_BYTES) - first * PAGE_BYTES;
  }
  return kept;
}

function forEachRun(
  runs: readonly number[],
  length: number,
  visit: (from: number, to: number) => void,
): void {
  for (let k = 0; k < runs.length; k += 2) {
    visit(runs[k] * PAGE_BYTES, Math.min(length, (runs[k] + runs[k + 1]) * PAGE_BYTES));
  }
}

function bytesOf(array: PlaceArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** Whether bytes all have one value; by words where they are aligned. */
function isFilled(all: Uint8Array, from: number, to: number, fill: number): boolean {
  let at = from;
  if (((all.byteOffset + from) & 3) === 0) {
    const words = new Int32Array(all.buffer, all.byteOffset + from, (to - from) >>> 2);
    const word = fill === 0 ? 0 : -1;
    for (let k = 0; k < words.length; k++) if (words[k] !== word) return false;
    at += 4 * words.length;
  }
  for (; at < to; at++) if (all[at] !== fill) return false;
  return true;
}
