/**
 * The committed baseline: multiples of the reference loop as they were once, and what has become slower since.
 *
 * A multiple may differ by `TOLERANCE` before anything is said: caches and memory of two machines differ more than a loop
 * over small arrays can tell. What is said is a warning for a reader, never a failure.
 */
import { multiplesOf } from "./reference-loop.js";

/** How many times slower a figure may be than the baseline before it is named. */
export const TOLERANCE = 2.5;
/** Worst cases, which one pause of the machine decides, and figures of other packages. */
const LEFT_OUT = /^(slow|flocc|jsSimulator|other|fullScan)/;

/** What a baseline holds of a run. */
export function baselineOf({ node, processor, load, entries }) {
  const figures = {};
  for (const entry of entries) {
    const multiples = Object.entries(entry.multiples ?? multiplesOf(entry)).filter(
      ([key]) => !LEFT_OUT.test(key),
    );
    if (multiples.length > 0) figures[nameOf(entry)] = Object.fromEntries(multiples);
  }
  return { node, processor, load, tolerance: TOLERANCE, multiples: figures };
}

/** One line for every figure that is slower than the baseline by more than its tolerance, and for what it lacks. */
export function slowerThan(baseline, entries) {
  const lines = [];
  for (const entry of entries) {
    const then = baseline.multiples[nameOf(entry)];
    const now = entry.multiples ?? multiplesOf(entry);
    for (const [key, multiple] of Object.entries(now)) {
      if (LEFT_OUT.test(key)) continue;
      const was = then?.[key];
      if (was === undefined) {
        lines.push(`${nameOf(entry)}: ${key} is not in the baseline`);
        continue;
      }
      const factor = key.endsWith("PerSecond") ? was / multiple : multiple / was;
      if (factor > baseline.tolerance)
        lines.push(
          `${nameOf(entry)}: ${key} is ${factor.toFixed(1)} times slower than the baseline (${multiple} x reference, was ${was})`,
        );
    }
  }
  return lines;
}

/** One line for every figure beyond the limit that its benchmark states. */
export function beyondLimits(entries) {
  return entries.flatMap((entry) =>
    Object.entries(entry.limits ?? {})
      .filter(([key, limit]) => entry[key] > limit)
      .map(([key, limit]) => `${nameOf(entry)}: ${key} is ${entry[key].toFixed(2)}, above ${limit}`),
  );
}

function nameOf({ name, benchmark }) {
  return name ?? benchmark;
}
