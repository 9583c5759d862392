/**
 * Distributions as plain data, and draws from them by inverting their distribution function.
 *
 * Used when agents' parameters and endowments are drawn. One uniform per draw whatever the kind, and every
 * quantile rises with the uniform: when a scenario changes a distribution, each agent keeps its rank. Outer
 * bounds clamp (what falls outside lands on the bound); nothing is redrawn.
 */
import { sharedFloat64 } from "../columns/shared.ts";
import { exp, ln } from "../numeric/elementary.ts";
import { normalQuantile } from "./normal-quantile.ts";
import { midpointOf } from "./streams.ts";
import type { RandomSource } from "./streams.ts";

/** Outer bounds: a draw outside is moved to the nearest bound. */
export interface ClampBounds {
  readonly min?: number;
  readonly max?: number;
}

/** Plain data; every number is in the unit of the thing drawn. */
export type DistributionSpec =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "uniform"; readonly min: number; readonly max: number }
  | ({ readonly kind: "normal"; readonly mean: number; readonly sd: number } & ClampBounds)
  /** `sigma` is the standard deviation of the logarithm. */
  | ({ readonly kind: "lognormal"; readonly median: number; readonly sigma: number } & ClampBounds)
  | ({ readonly kind: "exponential"; readonly mean: number } & ClampBounds)
  /** P(X > x) = (min / x)^exponent for x >= min; `max` clamps. */
  | { readonly kind: "pareto"; readonly min: number; readonly exponent: number; readonly max?: number }
  /** Weights are relative; as many as values. */
  | { readonly kind: "choice"; readonly values: readonly number[]; readonly weights: readonly number[] };

/**
 * The value below which a share `u` of the distribution lies.
 *
 * @param u in [0, 1), as drawn
 */
export function quantileOf(spec: DistributionSpec, u: number): number {
  switch (spec.kind) {
    case "constant":
      return spec.value;
    case "uniform":
      return spec.min + (spec.max - spec.min) * u;
    case "normal":
      return clamp(spec.mean + spec.sd * normalQuantile(midpointOf(u)), spec.min, spec.max);
    case "lognormal":
      return clamp(spec.median * exp(spec.sigma * normalQuantile(midpointOf(u))), spec.min, spec.max);
    case "exponential":
      return clamp(0 - spec.mean * ln(1 - u), spec.min, spec.max);
    case "pareto":
      return clamp(spec.min * exp(-ln(1 - u) / spec.exponent), undefined, spec.max);
    case "choice":
      return chosen(spec.values, spec.weights, u);
  }
}

/** One draw. `purpose` and `subject` are hashed names, `n` counts. */
export function drawDistribution(
  spec: DistributionSpec,
  random: RandomSource,
  purpose: number,
  subject: number,
  n: number,
): number {
  return spec.kind === "constant" ? spec.value : quantileOf(spec, random.uniform(purpose, subject, n));
}

/** One draw for each n from 0 to count - 1, for example for every agent of a population (`subject`). */
export function drawColumn(
  spec: DistributionSpec,
  random: RandomSource,
  purpose: number,
  subject: number,
  count: number,
): Float64Array {
  const column = sharedFloat64(count);
  for (let n = 0; n < count; n++) column[n] = drawDistribution(spec, random, purpose, subject, n);
  return column;
}

/**
 * Mean of the distribution as drawn, bounds included; Infinity for an unbounded Pareto with exponent <= 1.
 * Exact formulas, but for a clamped normal or lognormal, which are integrated (relative error below 1e-9).
 */
export function meanOf(spec: DistributionSpec): number {
  switch (spec.kind) {
    case "constant":
      return spec.value;
    case "uniform":
      return spec.min + (spec.max - spec.min) * 0.5;
    case "normal":
      return spec.min === undefined && spec.max === undefined ? spec.mean : clampedNormalMean(spec);
    case "lognormal":
      if (spec.min === undefined && spec.max === undefined) {
        return spec.median * exp(0.5 * spec.sigma * spec.sigma);
      }
      return clampedLognormalMean(spec);
    case "exponential":
      return clampedExponentialMean(spec.mean, spec.min ?? 0, spec.max ?? Infinity);
    case "pareto":
      return clampedParetoMean(spec.min, spec.exponent, spec.max ?? Infinity);
    case "choice":
      return weightedMean(spec.values, spec.weights);
  }
}

function clamp(value: number, min: number | undefined, max: number | undefined): number {
  let clamped = value;
  if (min !== undefined && clamped < min) clamped = min;
  if (max !== undefined && clamped > max) clamped = max;
  return clamped;
}

/** The first value whose cumulative weight exceeds u; u < 1, so a value of weight 0 never comes. */
function chosen(values: readonly number[], weights: readonly number[], u: number): number {
  let total = 0;
  for (const weight of weights) total += weight;
  const target = u * total;
  let cumulative = 0;
  for (let k = 0; k < weights.length - 1; k++) {
    cumulative += weights[k];
    if (target < cumulative) return values[k];
  }
  return values[values.length - 1];
}

function weightedMean(values: readonly number[], weights: readonly number[]): number {
  let total = 0;
  let sum = 0;
  for (let k = 0; k < values.length; k++) {
    total += weights[k];
    sum += values[k] * weights[k];
  }
  return sum / total;
}

/** E clamp(X) = low + integral of P(X > x) from low to high. */
function clampedExponentialMean(mean: number, min: number, max: number): number {
  const low = Math.max(min, 0);
  const tail = max === Infinity ? 0 : exp(-max / mean);
  const below = max <= low ? max : low + mean * (exp(-low / mean) - tail);
  return Math.min(below, max);
}

function clampedParetoMean(min: number, exponent: number, max: number): number {
  if (max <= min) return max;
  if (max === Infinity) return exponent <= 1 ? Infinity : (exponent / (exponent - 1)) * min;
  const logRatio = ln(max / min);
  if (Math.abs(exponent - 1) < 1e-9) return min * (1 + logRatio);
  return min + (min / (exponent - 1)) * (1 - exp((1 - exponent) * logRatio));
}

function clampedNormalMean(spec: { mean: number; sd: number } & ClampBounds): number {
  if (spec.sd === 0) return clamp(spec.mean, spec.min, spec.max);
  const zLow = spec.min === undefined ? -9 : (spec.min - spec.mean) / spec.sd;
  const zHigh = spec.max === undefined ? 9 : (spec.max - spec.mean) / spec.sd;
  return integrateOverNormal((z) => clamp(spec.mean + spec.sd * z, spec.min, spec.max), [zLow, zHigh], 9);
}

function clampedLognormalMean(spec: { median: number; sigma: number } & ClampBounds): number {
  if (spec.sigma === 0) return clamp(spec.median, spec.min, spec.max);
  const reach = 9 + spec.sigma;
  const zLow = spec.min === undefined || spec.min <= 0 ? -reach : ln(spec.min / spec.median) / spec.sigma;
  const zHigh = spec.max === undefined ? reach : ln(spec.max / spec.median) / spec.sigma;
  return integrateOverNormal(
    (z) => clamp(spec.median * exp(spec.sigma * z), spec.min, spec.max),
    [zLow, zHigh],
    reach,
  );
}

/** Integral of value(z) times the normal density over [-reach, reach], by Simpson between the kinks. */
function integrateOverNormal(value: (z: number) => number, kinks: readonly number[], reach: number): number {
  const cuts = [-reach, ...kinks.map((kink) => clamp(kink, -reach, reach)), reach];
  let sum = 0;
  for (let piece = 0; piece + 1 < cuts.length; piece++) {
    const from = cuts[piece];
    const width = cuts[piece + 1] - from;
    if (!(width > 0)) continue;
    const intervals = 2 * Math.ceil(width * 64);
    for (let k = 0; k <= intervals; k++) {
      const z = from + (width * k) / intervals;
      const share = k === 0 || k === intervals ? 1 : (k & 1) === 1 ? 4 : 2;
      sum += ((share * width) / (3 * intervals)) * value(z) * exp(-0.5 * z * z);
    }
  }
  return sum * 0.3989422804014327; // 1 / sqrt(2 pi)
}
