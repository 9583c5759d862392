/**
 * Volatility of undated news that clusters on all time scales: a lognormal random cascade.
 *
 * The standard deviation of each increment is multiplied by exp(w(t) - var w), w a sum of independent normal processes of
 * equal variance v = lambda^2 ln 3, one per scale: scales grow by factors of 3 from a minute to `longest`. So cov(w(t),
 * w(t + tau)) falls about as lambda^2 ln(longest / tau), as in the multifractal random walk of Bacry, Delour & Muzy (2001),
 * lambda^2 being its intermittency; and the mean square of the multiplier is 1, so that mean variance stays as asked for.
 * A scale's process has normals at knots of absolute time, one scale apart, and between them their mixture with the cosine
 * and sine of the way, which keeps its variance. A function of time and seed alone, the same for all coins.
 */
import {
  cos,
  exp,
  hash32,
  ln,
  MICROS_PER_MINUTE,
  PURPOSE_DRIVER,
  type RandomSource,
  sin,
} from "@undertow/core";

/** How news clusters. */
export interface NewsClusters {
  /** lambda^2, at least 0; 0.02 to 0.1 is what markets show. */
  readonly intermittency: number;
  /** Longest scale. */
  readonly longestMicros: number;
}

const SHORTEST_MICROS = MICROS_PER_MINUTE;
const SCALE_RATIO = 3;
const QUARTER_TURN = Math.PI / 2;

/**
 * Multipliers of the standard deviation at moments.
 *
 * @param clusters absent: news does not cluster, all multipliers are 1
 * @param moments how many, and the moment of each in microseconds
 */
export function newsVolatility(
  random: RandomSource,
  clusters: NewsClusters | undefined,
  moments: { readonly count: number; at(k: number): number },
): Float64Array {
  const multipliers = new Float64Array(moments.count).fill(1);
  if (clusters === undefined || clusters.intermittency === 0) return multipliers;
  const scales = scalesUpTo(clusters.longestMicros);
  const variance = clusters.intermittency * ln(SCALE_RATIO);
  const deviation = Math.sqrt(variance);
  for (let k = 0; k < moments.count; k++) {
    let sum = 0;
    for (let s = 0; s < scales.length; s++) sum += processAt(random, s, scales[s], moments.at(k));
    multipliers[k] = exp(deviation * sum - variance * scales.length);
  }
  return multipliers;
}

function scalesUpTo(longestMicros: number): number[] {
  const scales = [];
  for (let scale = SHORTEST_MICROS; scale <= longestMicros; scale *= SCALE_RATIO) scales.push(scale);
  return scales;
}

/** The process of one scale at a moment: standard normal. */
function processAt(random: RandomSource, scale: number, scaleMicros: number, micros: number): number {
  const knot = Math.floor(micros / scaleMicros);
  const way = QUARTER_TURN * (micros / scaleMicros - knot);
  const subject = hash32(`news volatility ${scale}`);
  const before = random.normal(PURPOSE_DRIVER, subject, knot);
  const after = random.normal(PURPOSE_DRIVER, subject, knot + 1);
  return cos(way) * before + sin(way) * after;
}
