/**
 * Order statistics and quotients as a summary may hold them. Metrics phase; pure.
 *
 * NaN and null never count, an empty sample or an undefined quotient gives null.
 */
import type { Spread } from "./combined-summary.ts";

/** Middle value; the mean of the two middle ones for an even count. */
export function median(values: ArrayLike<number | null>): number | null {
  return quantileOfSorted(finiteSorted(values), 0.5);
}

/** Median and 10-90 % range, linear between order statistics (type 7 of Hyndman & Fan 1996). */
export function spreadOf(values: ArrayLike<number | null>): Spread {
  const sorted = finiteSorted(values);
  return {
    median: quantileOfSorted(sorted, 0.5),
    p10: quantileOfSorted(sorted, 0.1),
    p90: quantileOfSorted(sorted, 0.9),
    runs: sorted.length,
  };
}

/** The value itself, or null when it is NaN or infinite: what a summary may hold. */
export function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Quotient, or null when it is undefined. */
export function ratio(numerator: number | null, denominator: number | null): number | null {
  if (numerator === null || denominator === null || denominator === 0) return null;
  return finiteOrNull(numerator / denominator);
}

function quantileOfSorted(sorted: Float64Array, probability: number): number | null {
  if (sorted.length === 0) return null;
  const at = probability * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

function finiteSorted(values: ArrayLike<number | null>): Float64Array {
  const kept = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value !== null && value !== undefined && Number.isFinite(value)) kept[count++] = value;
  }
  return kept.subarray(0, count).sort();
}
