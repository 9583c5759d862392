/**
 * Several repetitions of the same benchmarks as one: the median of every figure, the median of its multiples, and from
 * where to where a timing went.
 *
 * A multiple is of the reference loop beside its own repetition, so that a machine that was slow for a while is divided out
 * before the median is taken. Repetitions that end with different results are no repetitions: an error.
 */
import { isTiming, multiplesOf } from "./reference-loop.js";

/** Entries of each repetition, in the same order, as one list. */
export function mergeRepetitions(repetitions) {
  return repetitions[0].map((entry, k) => mergeEntries(repetitions.map((entries) => entries[k])));
}

function mergeEntries(entries) {
  const [first] = entries;
  const merged = { ...first, repetitions: entries.length, multiples: {}, spread: {} };
  for (const entry of entries) {
    if (entry.name === first.name && entry.resultHash === first.resultHash) continue;
    const names = [first, entry].map(({ name, resultHash }) => `${name} ${resultHash}`);
    throw new Error(`two repetitions did not do the same: ${names.join(", ")}`);
  }
  const multiples = entries.map(multiplesOf);
  for (const [key, value] of Object.entries(first)) {
    if (typeof value !== "number") continue;
    const values = entries.map((entry) => entry[key]);
    merged[key] = median(values);
    if (isTiming(key)) merged.spread[key] = [Math.min(...values), Math.max(...values)];
    if (key in multiples[0]) merged.multiples[key] = median(multiples.map((each) => each[key]));
  }
  return merged;
}

/** The middle one; of an even number the mean of the two in the middle. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
