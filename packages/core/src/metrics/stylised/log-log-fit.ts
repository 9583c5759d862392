/**
 * Straight line through points in double logarithms: the exponent of a power law. Metrics phase; pure.
 *
 * Least squares of ln y on ln x with intercept: y = e^intercept x^slope. Points with x or y not positive are left out
 * and counted, because a fit through the positive ones alone would hide a curve that has fallen to zero.
 */
import { ln } from "../../numeric/elementary.ts";

/** A fitted power law. */
export interface LogLogFit {
  /** Exponent; NaN with fewer than two different x. */
  readonly slope: number;
  /** ln y at x = 1. */
  readonly intercept: number;
  /** Standard error of the slope; NaN with two points. */
  readonly slopeError: number;
  /** Points that were fitted, and points left out because x or y is not positive. */
  readonly points: number;
  readonly leftOut: number;
}

/**
 * Fits y = a x^b.
 *
 * @example logLogFit([1, 10, 100], [2, 6.32, 20]).slope; // 0.5
 */
export function logLogFit(x: ArrayLike<number>, y: ArrayLike<number>): LogLogFit {
  const u: number[] = [];
  const v: number[] = [];
  for (let i = 0; i < x.length; i++) {
    if (!(x[i] > 0 && y[i] > 0 && x[i] < Infinity && y[i] < Infinity)) continue;
    u.push(ln(x[i]));
    v.push(ln(y[i]));
  }
  const n = u.length;
  const meanU = u.reduce((sum, value) => sum + value, 0) / n;
  const meanV = v.reduce((sum, value) => sum + value, 0) / n;
  let uu = 0;
  let uv = 0;
  for (let i = 0; i < n; i++) {
    uu += (u[i] - meanU) * (u[i] - meanU);
    uv += (u[i] - meanU) * (v[i] - meanV);
  }
  const slope = n >= 2 && uu > 0 ? uv / uu : NaN;
  const intercept = meanV - slope * meanU;
  let rest = 0;
  for (let i = 0; i < n; i++) {
    const error = v[i] - intercept - slope * u[i];
    rest += error * error;
  }
  const slopeError = n > 2 ? Math.sqrt(rest / (n - 2) / uu) : NaN;
  return { slope, intercept, slopeError, points: n, leftOut: x.length - n };
}
