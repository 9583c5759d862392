/**
 * The measured part of a run, arranged for metrics: one array per coin instead of rows. Metrics phase.
 *
 * Warm-up samples are dropped here, so no metric can see them. A view never changes the run it is of.
 */
import { InvariantError } from "../errors.ts";
import type { RunData } from "../recorder/run-data.ts";
import { formatIsoTime } from "./iso-time.ts";

/** A coin's samples, aligned with `RunView.times`. Lows and highs are those since the previous sample. */
export interface CoinPath {
  readonly spot: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly fundamental: Float64Array;
  readonly mark: Float64Array;
  readonly openInterest: Float64Array;
}

export interface RunView {
  readonly run: RunData;
  /** Times of the samples from the start on, microseconds, ascending. */
  readonly times: Float64Array;
  /** Sample of the whole run at which the measured part begins. */
  readonly firstSample: number;
  /** BTC, or the first coin when there is no BTC. */
  readonly reference: number;
  readonly coins: readonly string[];
  readonly paths: readonly CoinPath[];
}

/** Indices into `RunView.times`, both inclusive. Lows, highs and flows count from `first + 1` on. */
export interface SampleRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Without any measured sample when the run was stopped in the warm-up.
 *
 * @throws InvariantError when the series is not one row per sample and coin in order, or when a run that was not
 *   stopped holds no measured sample.
 */
export function viewRun(run: RunData): RunView {
  const { series } = run;
  const coins = run.coins.length;
  const samples = series.rows / coins;
  let firstSample = 0;
  for (let row = 0; row < series.rows; row++) {
    const sample = Math.floor(row / coins);
    const time = series.timeMicros[row];
    if (series.coin[row] !== row % coins || time !== series.timeMicros[sample * coins]) throw disordered(run);
    if (row >= coins && time < series.timeMicros[row - coins]) throw disordered(run);
    if (time < run.startMicros) firstSample = sample + 1;
  }
  if (!Number.isInteger(samples) || (firstSample >= samples && !run.partial)) throw disordered(run);
  const times = columnOf(run, firstSample, series.timeMicros, 0);
  const btc = run.coins.findIndex((coin) => coin.name === "BTC");
  return {
    run,
    times,
    firstSample,
    reference: Math.max(0, btc),
    coins: run.coins.map((coin) => coin.name),
    paths: run.coins.map((_, coin) => ({
      spot: columnOf(run, firstSample, series.spot, coin),
      low: columnOf(run, firstSample, series.spotLow, coin),
      high: columnOf(run, firstSample, series.spotHigh, coin),
      fundamental: columnOf(run, firstSample, series.fundamental, coin),
      mark: columnOf(run, firstSample, series.mark, coin),
      openInterest: columnOf(run, firstSample, series.openInterest, coin),
    })),
  };
}

/** Any series column of one coin, aligned with `RunView.times`. */
export function coinColumn(view: RunView, column: Float64Array, coin: number): Float64Array {
  return columnOf(view.run, view.firstSample, column, coin);
}

/** Quanta in units of the settlement currency. */
export function toUsd(view: RunView, quanta: number): number {
  return quanta / view.run.quantaPerUnit;
}

/** Last sample at or before a moment; -1 when the moment is before the first. */
export function sampleAt(times: Float64Array, micros: number): number {
  let below = -1;
  let above = times.length;
  while (above - below > 1) {
    const middle = (below + above) >> 1;
    if (times[middle] <= micros) below = middle;
    else above = middle;
  }
  return below;
}

/** Moment of a sample as ISO 8601 text; the run's start when there is no measured sample. */
export function timeOfSample(view: RunView, sample: number): string {
  return formatIsoTime(view.times.length === 0 ? view.run.startMicros : view.times[sample]);
}

/** Samples between two moments: from the sample at or before `from` (or the first) to the one at or before `to`. */
export function rangeBetween(view: RunView, fromMicros: number, toMicros: number): SampleRange {
  const first = Math.max(0, sampleAt(view.times, fromMicros));
  return { first, last: Math.max(first, sampleAt(view.times, toMicros)) };
}

/** All measured samples. */
export function wholeRange(view: RunView): SampleRange {
  return { first: 0, last: view.times.length - 1 };
}

/** Sum of a flow column ("since the previous sample") over a range. */
export function sumFlow(column: Float64Array, range: SampleRange): number {
  let sum = 0;
  for (let i = range.first + 1; i <= range.last; i++) sum += column[i];
  return sum;
}

function columnOf(run: RunData, firstSample: number, column: Float64Array, coin: number): Float64Array {
  const coins = run.coins.length;
  const length = run.series.rows / coins - firstSample;
  const values = new Float64Array(length);
  let row = firstSample * coins + coin;
  for (let i = 0; i < length; i++, row += coins) values[i] = column[row];
  return values;
}

function disordered(run: RunData): Error {
  return new InvariantError(
    "series-disordered",
    "The recorded series is not one row per sample and coin, in order, past the start",
    run,
  );
}
