/**
 * The record's samples of each venue as the report draws them: thinned on the grid of all charts, by the hour, and the
 * times of halts. Rows are those of the table of venues, which a run of one venue does not have.
 */
import type { VenueSeriesColumns } from "@undertow/core";
import { hourOf, regroup, type Samples, thin } from "./sampling.ts";

/** The samples of a coin on one venue. */
export interface VenueRows {
  readonly venue: number;
  readonly coin: number;
  /** Row of the table of venues for each sample; -1 without one. */
  readonly rows: Int32Array;
}

/** A span of time in microseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

type PriceName = keyof Pick<VenueSeriesColumns, "spot" | "perp">;

/** Every coin on every venue that lists it, by venue, then coin. */
export function venueRows(samples: Samples): VenueRows[] {
  const { venueSeries, coins, venues } = samples.run;
  const group = new Int32Array(venueSeries.rows);
  for (let row = 0; row < group.length; row++) {
    group[row] = venueSeries.venue[row] * coins.length + venueSeries.coin[row];
  }
  const times = venueSeries.timeMicros.subarray(0, venueSeries.rows);
  return regroup(samples.times, times, group, venues.length * coins.length)
    .map((rows, place) => ({ venue: Math.floor(place / coins.length), coin: place % coins.length, rows }))
    .filter(({ rows }) => rows.some((row) => row >= 0));
}

/** A price on the grid. */
export function venueLine(samples: Samples, { rows }: VenueRows, name: PriceName): (number | null)[] {
  const column = samples.run.venueSeries[name];
  return thin(samples, rows, { low: column, high: column, only: column }, 1);
}

/** The last price of each hour; NaN where the hour holds no sample. */
export function venueHourly(samples: Samples, { rows }: VenueRows, name: PriceName): Float64Array {
  const last = new Float64Array(samples.hours.length).fill(NaN);
  const column = samples.run.venueSeries[name];
  const first = samples.hours[0];
  for (let k = 0; k < rows.length; k++) {
    if (rows[k] >= 0) last[hourOf(first, samples.times[k])] = column[rows[k]];
  }
  return last;
}

/**
 * When the coin was halted on the venue. A sample tells the state of the step that it ends, so it stands for the time
 * since the one before.
 */
export function haltSpans(samples: Samples, { rows }: VenueRows): Span[] {
  const { times } = samples;
  const { halted } = samples.run.venueSeries;
  const spans: Span[] = [];
  let from = -1;
  for (let k = 0; k < rows.length; k++) {
    const isHalted = rows[k] >= 0 && halted[rows[k]] === 1;
    if (isHalted && from < 0) from = times[Math.max(0, k - 1)];
    const ends = from >= 0 && (!isHalted || k === rows.length - 1);
    if (!ends) continue;
    spans.push({ from, to: times[isHalted ? k : k - 1] });
    from = -1;
  }
  return spans;
}
