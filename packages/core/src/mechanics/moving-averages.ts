/**
 * The averages that venues take of prices and premiums: EMA, plain, linear, time-weighted, median of votes.
 *
 * Pure functions over samples that the caller keeps; the clocks on which samples are taken are the venue's.
 * Every mean lies within the range of its samples, also after rounding. Never reads a book.
 */
import { exp } from "../numeric/elementary.ts";
import { exactInteger, fail, finite, nonNegative, positive } from "./checked.ts";

/** An exponential average as a weighted sum and its weight; a plain value that the caller keeps. */
export interface EmaState {
  /** Sum of samples times their decayed durations. */
  readonly numerator: number;
  /** Sum of the decayed durations, in seconds. */
  readonly denominator: number;
}

/** The state before the first sample: it has no value. */
export const EMPTY_EMA: EmaState = { numerator: 0, denominator: 0 };

/**
 * Takes one sample into an exponential moving average over unequal intervals.
 *
 * numerator <- numerator e^(-t / tau) + sample t; denominator <- denominator e^(-t / tau) + t. Source:
 * Hyperliquid documentation, "Robust price indices" (tau 150 s for mid - oracle, 30 s for the book's price).
 *
 * @param state `EMPTY_EMA` or what an earlier call returned; it is not changed
 * @param update `sample` in any unit and sign; `elapsedSeconds` t since the sample before, at least 0;
 *   `timeConstantSeconds` tau, above 0
 * @throws UserError `invalid-argument`
 * @example
 * const update = { elapsedSeconds: 3, timeConstantSeconds: 150 };
 * const first = updateEma(EMPTY_EMA, { sample: 10, ...update });
 * emaValue(updateEma(first, { sample: 20, ...update })); // 15.05: the older sample has decayed by e^(-0.02)
 */
export function updateEma(
  state: EmaState,
  update: {
    readonly sample: number;
    readonly elapsedSeconds: number;
    readonly timeConstantSeconds: number;
  },
): EmaState {
  finite("state.numerator", state.numerator);
  nonNegative("state.denominator", state.denominator);
  const sample = finite("sample", update.sample);
  const seconds = nonNegative("elapsedSeconds", update.elapsedSeconds);
  const decay = exp(-seconds / positive("timeConstantSeconds", update.timeConstantSeconds));
  return {
    numerator: state.numerator * decay + sample * seconds,
    denominator: state.denominator * decay + seconds,
  };
}

/**
 * The value of an exponential average: numerator / denominator, in the samples' unit; undefined before the
 * first sample that lasted.
 *
 * @throws UserError `invalid-argument` for a state that no update returned
 * @example
 * emaValue({ numerator: 30, denominator: 3 }); // 10
 */
export function emaValue(state: EmaState): number | undefined {
  const numerator = finite("state.numerator", state.numerator);
  const denominator = nonNegative("state.denominator", state.denominator);
  return denominator === 0 ? undefined : numerator / denominator;
}

/**
 * The middle of a list; of an even number of values the mean of the middle two.
 *
 * @param values at least one, any order; the list is not changed
 * @throws UserError `invalid-argument`
 * @example
 * median([151, 100, 150]); // 150
 */
export function median(values: readonly number[]): number {
  const sorted = checkedList("values", values).toSorted((a, b) => a - b);
  const upper = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[upper];
  return midpoint(sorted[upper - 1], sorted[upper]);
}

/**
 * The mean in which each sample counts once: Hyperliquid's hour of premiums, OKX's average, Binance's basis.
 *
 * @param samples at least one
 * @throws UserError `invalid-argument`
 * @example
 * simpleMean([0.0001, 0.0003]); // 0.0002
 */
export function simpleMean(samples: readonly number[]): number {
  checkedList("samples", samples);
  return weightedMean(samples, () => 1);
}

/**
 * The mean with weights 1, 2, ..., n, the latest sample weighing most: the premium of Binance (a sample every
 * 5 s, 5,760 in 8 h) and of Bybit (each minute, 480 in 8 h). Source: "Introduction to funding rates" of both.
 *
 * @param samples oldest first, at least one
 * @throws UserError `invalid-argument`
 * @example
 * linearlyWeightedMean([0, 0.0003]); // 0.0002 = (1 x 0 + 2 x 0.0003) / 3
 */
export function linearlyWeightedMean(samples: readonly number[]): number {
  checkedList("samples", samples);
  return weightedMean(samples, (i) => i + 1);
}

/**
 * The mean in which each value counts for as long as it lasted (TWAP): BitMEX's premium over 8 h.
 *
 * @param spans values with their duration in seconds; at least one lasts
 * @throws UserError `invalid-argument`
 * @example
 * timeWeightedMean([{ value: 0.001, seconds: 60 }, { value: 0.004, seconds: 120 }]); // 0.003
 */
export function timeWeightedMean(
  spans: readonly { readonly value: number; readonly seconds: number }[],
): number {
  const values = spans.map((span, i) => finite(`spans[${i}].value`, span.value));
  let total = 0;
  for (let i = 0; i < spans.length; i++) total += nonNegative(`spans[${i}].seconds`, spans[i].seconds);
  if (total === 0) fail("spans", "at least one span of more than 0 seconds", `${spans.length} without one`);
  return weightedMean(values, (i) => spans[i].seconds);
}

/**
 * Funding premium of an hour out of votes: the median of each minute, then the mean over the minutes.
 *
 * Fewer votes than the minimum are filled up with zeros, and so are missing minutes. The median of an even
 * number is rounded away from zero, the mean towards zero. Source: dYdX v4-chain, x/perpetuals (votes per
 * block, 60 minutes an hour, 15 votes a minute at least, no tails cut; genesis of 2026-03-04).
 *
 * @param votesPpm per minute the votes in parts per million, each an integer; empty lists are allowed
 * @param expected `minutes` whose samples make the premium, at least as many as are given; `votes` that a
 *   minute has at least, default 0
 * @returns integer parts per million
 * @throws UserError `invalid-argument`
 * @example
 * minuteMedianMeanPpm(Array.from({ length: 60 }, () => [900, 1000, 5000]), { minutes: 120 }); // 500
 */
export function minuteMedianMeanPpm(
  votesPpm: readonly (readonly number[])[],
  expected: { readonly minutes: number; readonly votes?: number | undefined },
): number {
  const minutes = exactInteger("expected.minutes", expected.minutes);
  const votes = exactInteger("expected.votes", nonNegative("expected.votes", expected.votes ?? 0));
  if (minutes < 1) fail("expected.minutes", "an integer of at least 1", minutes);
  if (votesPpm.length > minutes) fail("votesPpm", `at most ${minutes} minutes`, `${votesPpm.length} minutes`);
  let sumPpm = 0;
  for (let i = 0; i < votesPpm.length; i++) sumPpm += medianVotePpm(`votesPpm[${i}]`, votesPpm[i], votes);
  exactInteger("sum of the votes", sumPpm);
  return Math.trunc(sumPpm / minutes) + 0;
}

/** Median of one minute's votes with zeros for the missing ones, an even number's rounded away from zero. */
function medianVotePpm(name: string, votesPpm: readonly number[], least: number): number {
  const filled = votesPpm.map((vote, i) => exactInteger(`${name}[${i}]`, vote));
  while (filled.length < least) filled.push(0);
  if (filled.length === 0) return 0;
  const middle = median(filled);
  return middle < 0 ? Math.floor(middle) : Math.ceil(middle);
}

/** Mean of checked values under weights that are not all 0, kept within the values' range. */
export function weightedMean(values: readonly number[], weightOf: (i: number) => number): number {
  let sum = 0;
  let weights = 0;
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const weight = weightOf(i);
    if (weight === 0) continue;
    sum += values[i] * weight;
    weights += weight;
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  return Math.min(high, Math.max(low, sum / weights));
}

/** The middle between two numbers, low <= high, without leaving their range. */
export function midpoint(low: number, high: number): number {
  return Math.min(high, Math.max(low, low / 2 + high / 2));
}

function checkedList(name: string, values: readonly number[]): readonly number[] {
  if (values.length === 0) fail(name, "at least one number", "none");
  for (let i = 0; i < values.length; i++) finite(`${name}[${i}]`, values[i]);
  return values;
}
