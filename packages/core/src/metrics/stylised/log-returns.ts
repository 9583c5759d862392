/**
 * Log returns of a price column at a horizon of whole samples. Metrics phase; pure.
 *
 * r_k = ln(p_{ks}) - ln(p_{(k-1)s}), s = samples per return, non-overlapping, from the first sample on; a rest shorter
 * than s is left out. A price that is not positive and finite (an empty book) is taken as the last one that was; before
 * the first such price there are no returns.
 */
import { ln } from "../../numeric/elementary.ts";

/**
 * Non-overlapping log returns.
 *
 * @param prices one per sample, in any unit
 * @param stride samples per return, a whole number of at least 1
 * @returns fractions; empty when there are fewer than `stride + 1` prices
 * @example logReturns([100, 101, 102, 103], 3); // [0.02956]
 */
export function logReturns(prices: ArrayLike<number>, stride = 1): Float64Array {
  let first = 0;
  while (first < prices.length && !isPrice(prices[first])) first++;
  const count = Math.max(0, Math.floor((prices.length - 1 - first) / stride));
  const returns = new Float64Array(count);
  let last = first < prices.length ? ln(prices[first]) : 0;
  let seen = last;
  let row = first;
  for (let k = 0; k < count; k++) {
    for (let i = 0; i < stride; i++) if (isPrice(prices[++row])) seen = ln(prices[row]);
    returns[k] = seen - last;
    last = seen;
  }
  return returns;
}

/** Sums over non-overlapping blocks of `stride` samples, so that flows line up with `logReturns`. */
export function blockSums(values: ArrayLike<number>, stride = 1): Float64Array {
  const sums = new Float64Array(Math.floor(values.length / stride));
  for (let k = 0; k < sums.length; k++) {
    for (let i = 0; i < stride; i++) sums[k] += values[k * stride + i];
  }
  return sums;
}

/** Absolute values. */
export function magnitudes(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values, Math.abs);
}

function isPrice(value: number): boolean {
  return value > 0 && value < Infinity;
}
