/**
 * The record's samples as the report draws them: per coin, thinned to a bounded number of points that keep
 * every extreme, or summed by the hour.
 *
 * Thinning is dense where prices move: half of the points go by time, half by price movement. Each bucket of
 * samples yields two points that hold its lowest and highest value in the order in which they occurred.
 */
import { MICROS_PER_HOUR, MICROS_PER_MINUTE, type RunData, type SeriesColumns } from "@undertow/core";

/** Names of the columns of `SeriesColumns` that hold numbers per sample and coin. */
export type SeriesName = Exclude<keyof SeriesColumns, "rows" | "coin">;

/** The measured samples of a run, regrouped. */
export interface Samples {
  readonly run: RunData;
  readonly times: readonly number[];
  /** Row of the series for each coin and sample; -1 without one. */
  readonly rows: readonly Int32Array[];
  /** First sample of each bucket, and one past the last; length is buckets + 1. */
  readonly buckets: readonly number[];
  /** Seconds since 1970 of each drawn point. */
  readonly grid: readonly number[];
  /** Start of each hour, microseconds. */
  readonly hours: readonly number[];
  /** Equal intervals for quantities that jump from sample to sample, drawn by their medians. */
  readonly intervals: Intervals;
}

/** Equal intervals over the measured samples. */
export interface Intervals {
  readonly minutes: number;
  /** First sample of each interval, and one past the last. */
  readonly edges: readonly number[];
  /** Middle of each interval, seconds since 1970. */
  readonly middles: readonly number[];
}

/** Most points of a drawn line. */
const MAX_POINTS = 2_500;
/** Most intervals whose medians are drawn, and the lengths they may have. */
const MAX_INTERVALS = 800;
const INTERVAL_MINUTES = [5, 10, 15, 30, 60, 120, 240, 480, 1_440];

/** Regroups the measured samples and lays the grid of drawn points. */
export function sampleRun(run: RunData): Samples {
  const times: number[] = [];
  const { series } = run;
  for (let row = 0; row < series.rows; row++) {
    const time = series.timeMicros[row];
    if (time >= run.startMicros && time !== times.at(-1)) times.push(time);
  }
  const rows = regroup(times, series.timeMicros, series.coin, run.coins.length);
  const buckets = layBuckets(times, rows, series.spot);
  const intervals = layIntervals(run.startMicros, times);
  return {
    run,
    times,
    rows,
    buckets,
    grid: gridTimes(times, buckets),
    hours: hourStarts(run, times),
    intervals,
  };
}

/** Row of a table for each group and sample time; -1 without one. Both are sorted by time. */
export function regroup(
  times: readonly number[],
  timeMicros: Float64Array,
  group: Int32Array,
  groups: number,
): Int32Array[] {
  const rows = Array.from({ length: groups }, () => new Int32Array(times.length).fill(-1));
  let sample = 0;
  for (let row = 0; row < timeMicros.length; row++) {
    const time = timeMicros[row];
    while (sample < times.length && times[sample] < time) sample++;
    if (times[sample] === time) rows[group[row]][sample] = row;
  }
  return rows;
}

function layBuckets(times: readonly number[], rows: readonly Int32Array[], spot: Float64Array): number[] {
  const count = times.length;
  if (count <= MAX_POINTS) return Array.from({ length: count + 1 }, (_, k) => k);
  const movement = new Float64Array(count);
  let total = 0;
  for (const row of rows) {
    for (let k = 1; k < count; k++) {
      const change = Math.abs(Math.log(spot[row[k]] / spot[row[k - 1]]));
      if (!Number.isFinite(change)) continue;
      movement[k] += change;
      total += change;
    }
  }
  const most = MAX_POINTS / 2;
  const edges = [0];
  let reached = 0;
  let moved = 0;
  for (let k = 1; k < count; k++) {
    moved += movement[k];
    const position = k / count + (total > 0 ? moved / total : k / count);
    const bucket = Math.min(most - 1, Math.floor((position * most) / 2));
    if (bucket > reached) edges.push(k);
    reached = bucket;
  }
  edges.push(count);
  return edges;
}

function gridTimes(times: readonly number[], buckets: readonly number[]): number[] {
  const grid: number[] = [];
  for (let k = 0; k + 1 < buckets.length; k++) {
    grid.push(times[buckets[k]] / 1e6);
    if (buckets[k + 1] - buckets[k] > 1) grid.push(times[buckets[k + 1] - 1] / 1e6);
  }
  return grid;
}

function layIntervals(startMicros: number, times: readonly number[]): Intervals {
  const span = ((times.at(-1) ?? startMicros) - startMicros) / MICROS_PER_MINUTE;
  const minutes =
    INTERVAL_MINUTES.find((length) => span / length <= MAX_INTERVALS) ?? Math.ceil(span / MAX_INTERVALS);
  const length = minutes * MICROS_PER_MINUTE;
  const edges: number[] = [];
  const middles: number[] = [];
  let reached = -1;
  times.forEach((time, sample) => {
    // As with hours, a sample belongs to the interval that it ends.
    const interval = Math.floor((Math.max(startMicros, time - 1) - startMicros) / length);
    if (interval === reached) return;
    reached = interval;
    edges.push(sample);
    middles.push((startMicros + (interval + 0.5) * length) / 1e6);
  });
  return { minutes, edges: [...edges, times.length], middles };
}

function hourStarts(run: RunData, times: readonly number[]): number[] {
  const first = Math.floor(run.startMicros / MICROS_PER_HOUR);
  const last = Math.max(first, Math.floor(((times.at(-1) ?? run.startMicros) - 1) / MICROS_PER_HOUR));
  return Array.from({ length: last - first + 1 }, (_, k) => (first + k) * MICROS_PER_HOUR);
}

/**
 * One coin's column on the grid, transformed. `low` and `high` name the columns in which a bucket's extremes
 * are looked up (the value itself by default).
 */
export function line(
  samples: Samples,
  coin: number,
  name: SeriesName,
  options: { readonly scale?: number; readonly low?: SeriesName; readonly high?: SeriesName } = {},
): (number | null)[] {
  const { series } = samples.run;
  const low = series[options.low ?? name];
  const high = series[options.high ?? name];
  return thin(samples, samples.rows[coin], { low, high, only: series[name] }, options.scale ?? 1);
}

/** Medians of one coin's column over the intervals, transformed; null where an interval holds no value. */
export function medians(samples: Samples, coin: number, name: SeriesName, scale: number): (number | null)[] {
  const { edges } = samples.intervals;
  const column = samples.run.series[name];
  const rows = samples.rows[coin];
  const values: (number | null)[] = [];
  for (let k = 0; k + 1 < edges.length; k++) {
    const found: number[] = [];
    for (let sample = edges[k]; sample < edges[k + 1]; sample++) {
      const value = valueAt(column, rows[sample]);
      if (Number.isFinite(value)) found.push(value);
    }
    found.sort((a, b) => a - b);
    const middle = found.length >> 1;
    const median = found.length % 2 === 1 ? found[middle] : (found[middle - 1] + found[middle]) / 2;
    values.push(found.length === 0 ? null : rounded(median * scale));
  }
  return values;
}

/** Resting bids near a followed level on the grid, in units of the settlement currency. */
export function levelBidsLine(samples: Samples, level: number): (number | null)[] {
  const { levelBids, levels, quantaPerUnit } = samples.run;
  const rows = regroup(samples.times, levelBids.timeMicros, levelBids.level, levels.length)[level];
  const column = levelBids.bids;
  return thin(samples, rows, { low: column, high: column, only: column }, 1 / quantaPerUnit);
}

/** Two points a bucket, its lowest and its highest value in the order in which they occurred. */
export function thin(
  samples: Samples,
  rows: Int32Array,
  columns: { readonly low: Float64Array; readonly high: Float64Array; readonly only: Float64Array },
  scale: number,
): (number | null)[] {
  const { buckets } = samples;
  const { low, high, only } = columns;
  const values: (number | null)[] = [];
  for (let k = 0; k + 1 < buckets.length; k++) {
    const from = buckets[k];
    const to = buckets[k + 1];
    if (to - from === 1) {
      values.push(rounded(valueAt(only, rows[from]) * scale));
      continue;
    }
    let lowAt = -1;
    let highAt = -1;
    for (let sample = from; sample < to; sample++) {
      const row = rows[sample];
      if (row < 0) continue;
      if (Number.isFinite(low[row]) && (lowAt < 0 || low[row] < low[rows[lowAt]])) lowAt = sample;
      if (Number.isFinite(high[row]) && (highAt < 0 || high[row] > high[rows[highAt]])) highAt = sample;
    }
    const lowest = lowAt < 0 ? null : rounded(low[rows[lowAt]] * scale);
    const highest = highAt < 0 ? null : rounded(high[rows[highAt]] * scale);
    if (lowAt <= highAt) values.push(lowest, highest);
    else values.push(highest, lowest);
  }
  return values;
}

function valueAt(column: Float64Array, row: number): number {
  return row < 0 ? NaN : column[row];
}

/** Five significant digits are more than a pixel; the tables beside the run record hold the rest. */
export function rounded(value: number): number | null {
  if (!Number.isFinite(value)) return null;
  return value === 0 ? 0 : Number(value.toPrecision(5));
}

/** Sum of a flow column by hour for one coin, or for all coins with `coin` undefined. */
export function hourlySum(samples: Samples, name: SeriesName, coin?: number): Float64Array {
  const sums = new Float64Array(samples.hours.length);
  const column = samples.run.series[name];
  const first = samples.hours[0];
  for (let c = 0; c < samples.rows.length; c++) {
    if (coin !== undefined && c !== coin) continue;
    const rows = samples.rows[c];
    for (let k = 0; k < rows.length; k++) {
      const value = valueAt(column, rows[k]);
      if (Number.isFinite(value)) sums[hourOf(first, samples.times[k])] += value;
    }
  }
  return sums;
}

/** Last value of a column in each hour for one coin; NaN where the hour holds no sample. */
export function hourlyLast(samples: Samples, name: SeriesName, coin: number): Float64Array {
  const last = new Float64Array(samples.hours.length).fill(NaN);
  const column = samples.run.series[name];
  const rows = samples.rows[coin];
  const first = samples.hours[0];
  for (let k = 0; k < rows.length; k++) {
    last[hourOf(first, samples.times[k])] = valueAt(column, rows[k]);
  }
  return last;
}

/** A sample closes the span before it, so one on the hour belongs to the hour that it ends. */
export function hourOf(first: number, time: number): number {
  return Math.floor((Math.max(first, time - 1) - first) / MICROS_PER_HOUR);
}

/** First finite value of a column for a coin; NaN without any. */
export function firstValue(samples: Samples, name: SeriesName, coin: number): number {
  const column = samples.run.series[name];
  for (const row of samples.rows[coin]) {
    const value = valueAt(column, row);
    if (Number.isFinite(value)) return value;
  }
  return NaN;
}

/** Extremes of a column for a coin with the moments at which they were recorded. */
export function extremes(
  samples: Samples,
  name: SeriesName,
  coin: number,
): { low: number; lowMicros: number; high: number; highMicros: number } {
  const column = samples.run.series[name];
  const found = { low: NaN, lowMicros: NaN, high: NaN, highMicros: NaN };
  const rows = samples.rows[coin];
  for (let k = 0; k < rows.length; k++) {
    const value = valueAt(column, rows[k]);
    if (!Number.isFinite(value)) continue;
    if (!(value >= found.low)) Object.assign(found, { low: value, lowMicros: samples.times[k] });
    if (!(value <= found.high)) Object.assign(found, { high: value, highMicros: samples.times[k] });
  }
  return found;
}
