/**
 * Beta and correlation of a coin's returns to the reference coin's during the crash. Metrics phase; pure.
 *
 * beta = cov(r, r_ref) / var(r_ref), ordinary least squares with intercept, on non-overlapping 5-minute log returns of
 * the spot mid (the sample interval when it is longer), inside the reference coin's peak-to-trough window. Fewer than
 * 12 returns give null.
 */
import { ln } from "../numeric/elementary.ts";
import { MICROS_PER_MINUTE } from "../units.ts";
import { finiteOrNull } from "./quantile.ts";
import type { RunView, SampleRange } from "./run-view.ts";

const RETURN_MINUTES = 5;
const FEWEST_RETURNS = 12;

export interface Regression {
  readonly beta: number | null;
  readonly correlation: number | null;
  readonly returns: number;
}

/** Regression of `coin` on the reference coin over a range of samples. */
export function crashBeta(view: RunView, coin: number, range: SampleRange): Regression {
  const stride = Math.max(1, Math.round((RETURN_MINUTES * MICROS_PER_MINUTE) / view.run.sampleMicros));
  const x = view.paths[view.reference].spot;
  const y = view.paths[coin].spot;
  let n = 0;
  let sumX = 0;
  let sumY = 0;
  let sumXX = 0;
  let sumXY = 0;
  let sumYY = 0;
  for (let i = range.first + stride; i <= range.last; i += stride) {
    const dx = ln(x[i] / x[i - stride]);
    const dy = ln(y[i] / y[i - stride]);
    if (!Number.isFinite(dx) || !Number.isFinite(dy)) continue;
    n++;
    sumX += dx;
    sumY += dy;
    sumXX += dx * dx;
    sumXY += dx * dy;
    sumYY += dy * dy;
  }
  if (n < FEWEST_RETURNS) return { beta: null, correlation: null, returns: n };
  const varianceX = sumXX - (sumX * sumX) / n;
  const varianceY = sumYY - (sumY * sumY) / n;
  const covariance = sumXY - (sumX * sumY) / n;
  return {
    beta: varianceX > 0 ? finiteOrNull(covariance / varianceX) : null,
    correlation:
      varianceX > 0 && varianceY > 0 ? finiteOrNull(covariance / Math.sqrt(varianceX * varianceY)) : null,
    returns: n,
  };
}
