/**
 * Price impact of metaorders: exponent, prefactor and what is left later. Metrics phase; pure.
 *
 * The square-root law is I = Y sigma_D (Q / V_D)^delta with delta about 0.5: Q the size, V_D the daily volume, sigma_D the
 * daily volatility (Almgren et al. 2005; bitcoin over four decades: Donier & Bonart 2015). I is the log price of the run
 * with the metaorder less that of its twin without, times the side, when the last child order has traded. delta is that
 * of the curve a (Q / V_D)^delta with least squared distance from the mean impacts in units of their standard errors;
 * not a line in logarithms, because the impact of a small order is often lost in noise, and then has no logarithm.
 */
import { exp, ln } from "../../numeric/elementary.ts";

/** All paired runs with a metaorder of one size. */
export interface ImpactSample {
  /** Size over the market's mean daily volume. */
  readonly share: number;
  /** Log price move with the sign of the order, one for each pair: at the end, and one duration of the order later. */
  readonly atEnd: readonly number[];
  readonly later: readonly number[];
}

/** One size of the curve. Impacts are log price moves. */
export interface ImpactPoint {
  readonly share: number;
  readonly pairs: number;
  readonly impact: number;
  /** Standard error of the mean. */
  readonly error: number;
  readonly later: number;
}

/** The curve. */
export interface ImpactCurve {
  readonly points: readonly ImpactPoint[];
  /** delta; NaN with fewer than three sizes or two pairs each, and when no exponent between 0 and 2 fits best. */
  readonly exponent: number;
  readonly exponentError: number;
  /** Mean over sizes of what is left one duration later, as a share of the impact at the end. */
  readonly left: number;
}

/** @param samples one per size, any order */
export function impactCurve(samples: readonly ImpactSample[]): ImpactCurve {
  const points = samples.map(pointOf).toSorted((a, b) => a.share - b.share);
  return {
    points,
    ...fitPower(points),
    left: meanOf(points.map((point) => point.later)) / meanOf(points.map((point) => point.impact)),
  };
}

/** Exponents that are tried, from 0 to 2; a fit at either end is none. */
const STEP = 0.0005;
const MOST_EXPONENT = 2;

function fitPower(points: readonly ImpactPoint[]): Pick<ImpactCurve, "exponent" | "exponentError"> {
  const none = { exponent: NaN, exponentError: NaN };
  if (points.length < 3 || points.some(({ error }) => !(error > 0))) return none;
  const steps = Math.round(MOST_EXPONENT / STEP);
  const misfits = Float64Array.from({ length: steps + 1 }, (_, k) => misfit(points, k * STEP));
  const best = misfits.indexOf(Math.min(...misfits));
  if (best === 0 || best === steps) return none;
  // One standard error raises the sum by its mean per degree of freedom, or by 1 if the points fit better than that.
  const allowed = misfits[best] + Math.max(1, misfits[best] / (points.length - 2));
  let low = best;
  let high = best;
  while (low > 0 && misfits[low] <= allowed) low--;
  while (high < steps && misfits[high] <= allowed) high++;
  return { exponent: best * STEP, exponentError: ((high - low) / 2) * STEP };
}

/** Weighted squares that the best prefactor leaves with an exponent; Infinity when that prefactor is not positive. */
function misfit(points: readonly ImpactPoint[], exponent: number): number {
  const shape = points.map(({ share }) => exp(exponent * ln(share)));
  let xx = 0;
  let xy = 0;
  points.forEach(({ impact, error }, k) => {
    xx += (shape[k] * shape[k]) / (error * error);
    xy += (shape[k] * impact) / (error * error);
  });
  if (!(xy > 0)) return Infinity;
  return points.reduce((sum, { impact, error }, k) => {
    const distance = (impact - (xy / xx) * shape[k]) / error;
    return sum + distance * distance;
  }, 0);
}

function pointOf({ share, atEnd, later }: ImpactSample): ImpactPoint {
  const impact = meanOf(atEnd);
  let squares = 0;
  for (const value of atEnd) squares += (value - impact) * (value - impact);
  const n = atEnd.length;
  return {
    share,
    pairs: n,
    impact,
    error: n > 1 ? Math.sqrt(squares / (n - 1) / n) : NaN,
    later: meanOf(later),
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
