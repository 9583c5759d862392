/**
 * Tail exponent of a distribution by the estimator of Hill (1975). Metrics phase; pure.
 *
 * With X_(1) >= X_(2) >= ... the sorted values, alpha(k) = k / sum_{i=1..k} ln(X_(i) / X_(k+1)): the exponent of the
 * complementary distribution P(X > x) ~ x^-alpha, not of the density (one more). Standard error about alpha / sqrt(k).
 * The estimator depends on k, so `averagedHill` takes the mean of alpha(k) over k from 1 % to 5 % of the sample
 * (averaged as in Resnick & Starica 1997). On normal data it gives about 6 at 5 %: a thin tail has no exponent.
 */
import { ln } from "../../numeric/elementary.ts";

const LEAST_SHARE = 0.01;
const MOST_SHARE = 0.05;
const FEWEST_IN_TAIL = 10;

/**
 * Hill's estimator with the k largest values.
 *
 * @param values any; only positive ones can be in the tail
 * @param k values in the tail, at least 1
 * @returns NaN when there are not k + 1 positive values or the tail is all one value
 */
export function hillExponent(values: ArrayLike<number>, k: number): number {
  return hillOfSorted(descending(values), k);
}

/**
 * Mean of Hill's estimator over k from 1 % to 5 % of the values.
 *
 * @returns NaN when 5 % of the values are fewer than 10
 * @example averagedHill(magnitudes(logReturns(prices))); // about 3 for an equity index
 */
export function averagedHill(values: ArrayLike<number>): number {
  const sorted = descending(values);
  const most = Math.floor(values.length * MOST_SHARE);
  const least = Math.max(FEWEST_IN_TAIL, Math.ceil(values.length * LEAST_SHARE));
  if (most < least) return NaN;
  let sum = 0;
  for (let k = least; k <= most; k++) sum += hillOfSorted(sorted, k);
  return sum / (most - least + 1);
}

function hillOfSorted(sorted: Float64Array, k: number): number {
  if (k < 1 || k >= sorted.length || !(sorted[k] > 0)) return NaN;
  const edge = ln(sorted[k]);
  let sum = 0;
  for (let i = 0; i < k; i++) sum += ln(sorted[i]) - edge;
  return sum > 0 ? k / sum : NaN;
}

function descending(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values).sort().reverse();
}
