/**
 * Quantiles, shares of the largest and the tail of a sample in which each value counts with a weight. Metrics phase; pure.
 *
 * An agent stands for `weight` traders, a position for its notional: figures of traders and of dollars need weights. An
 * empty sample has no figure: null.
 */
import { ln } from "../numeric/elementary.ts";

/** Quantiles of a weighted sample: the smallest value with at least that share of the weight at or below it. */
export interface Quantiles {
  readonly p10: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** Values in ascending order with their weights; build it with `weightedSample`. */
export interface WeightedSample {
  readonly values: Float64Array;
  readonly weights: Float64Array;
  readonly total: number;
}

/** Share of the largest that the tail is fitted on, as in the published figures. */
const TAIL_SHARE = 0.05;
/** Fewest values above the threshold for a tail exponent. */
const FEWEST_IN_TAIL = 10;

/** Sorts a sample; entries without weight are left out. */
export function weightedSample(values: ArrayLike<number>, weights: ArrayLike<number>): WeightedSample {
  const order = Array.from({ length: values.length }, (_, k) => k).filter((k) => weights[k] > 0);
  order.sort((a, b) => values[a] - values[b]);
  const sample = {
    values: Float64Array.from(order, (k) => values[k]),
    weights: Float64Array.from(order, (k) => weights[k]),
  };
  return { ...sample, total: sample.weights.reduce((sum, weight) => sum + weight, 0) };
}

/** The usual quantiles; null for an empty sample. */
export function quantilesOf(sample: WeightedSample): Quantiles | null {
  if (sample.values.length === 0) return null;
  const [p10, p25, p50, p75, p90, p99] = [0.1, 0.25, 0.5, 0.75, 0.9, 0.99].map((share) => at(sample, share));
  return { p10, p25, p50, p75, p90, p99, max: sample.values[sample.values.length - 1] };
}

/** Value below or at which a share of the weight lies. */
function at({ values, weights, total }: WeightedSample, share: number): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) {
    sum += weights[k];
    if (sum >= share * total) return values[k];
  }
  return values[values.length - 1];
}

/** Share of the weight with values in [from, to); null for an empty sample. */
export function shareBetween(
  { values, weights, total }: WeightedSample,
  from: number,
  to: number,
): number | null {
  if (values.length === 0) return null;
  let sum = 0;
  for (let k = 0; k < values.length; k++) if (values[k] >= from && values[k] < to) sum += weights[k];
  return sum / total;
}

/**
 * Share of all that the largest hold: of the sum of value x weight, what the top `share` of the weight has. A value whose
 * weight reaches over the edge counts with the part inside. Null for an empty sample or a sum of 0.
 */
export function shareOfLargest({ values, weights, total }: WeightedSample, share: number): number | null {
  let all = 0;
  for (let k = 0; k < values.length; k++) all += values[k] * weights[k];
  if (!(all > 0)) return null;
  let left = share * total;
  let held = 0;
  for (let k = values.length - 1; k >= 0 && left > 0; k--) {
    const counted = Math.min(left, weights[k]);
    held += values[k] * counted;
    left -= counted;
  }
  return held / all;
}

/**
 * Exponent a of the tail P(X > x) ~ x^-a over the largest 5 % of the weight: Hill's estimator (1975) with weights,
 * sum w / sum w ln(x / threshold) over x above the threshold, which is the 95 % quantile. Null with fewer than ten
 * values above it.
 */
export function tailExponent(sample: WeightedSample): number | null {
  const { values, weights } = sample;
  if (values.length === 0) return null;
  const threshold = at(sample, 1 - TAIL_SHARE);
  let weight = 0;
  let logs = 0;
  let count = 0;
  for (let k = values.length - 1; k >= 0 && values[k] > threshold; k--) {
    weight += weights[k];
    logs += weights[k] * ln(values[k] / threshold);
    count++;
  }
  return count < FEWEST_IN_TAIL || !(threshold > 0) || !(logs > 0) ? null : weight / logs;
}
