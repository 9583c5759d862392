/**
 * The measured samples of every coin on every venue, one array per column, aligned with `RunView.times`. Metrics phase.
 *
 * A run of one venue has no table of venues: its series is the venue's. Warm-up samples are dropped as in `viewRun`.
 */
import { InvariantError } from "../errors.ts";
import type { RunData } from "../recorder/run-data.ts";
import { coinColumn } from "./run-view.ts";
import type { RunView } from "./run-view.ts";

/** A coin's samples on one venue that lists it. */
export interface VenuePath {
  readonly venue: number;
  readonly coin: number;
  readonly spot: Float64Array;
  readonly perp: Float64Array;
  readonly mark: Float64Array;
  readonly openInterest: Float64Array;
  /** 1 at samples at which the coin is halted; null for a run of one venue, which does not record it. */
  readonly halted: Uint8Array | null;
}

/**
 * By venue, then coin.
 *
 * @throws InvariantError when the table of venues is not one row per sample, venue and coin, in order, at the times of
 *   the series.
 */
export function viewVenues(view: RunView): VenuePath[] {
  const { run } = view;
  if (run.venues.length > 1) return pathsOfTable(view);
  const { spot, perp, mark, openInterest } = run.series;
  return run.coins.map((_, coin) => ({
    venue: 0,
    coin,
    spot: coinColumn(view, spot, coin),
    perp: coinColumn(view, perp, coin),
    mark: coinColumn(view, mark, coin),
    openInterest: coinColumn(view, openInterest, coin),
    halted: null,
  }));
}

function pathsOfTable(view: RunView): VenuePath[] {
  const { run, times, firstSample } = view;
  const { venueSeries } = run;
  const listed = run.markets.filter(({ kind }) => kind === "perpetual");
  checkOrder(run, listed);
  return listed.map(({ venue, coin }, place) => {
    const column = (from: Float64Array): Float64Array => {
      const values = new Float64Array(times.length);
      for (let i = 0; i < values.length; i++) values[i] = from[(firstSample + i) * listed.length + place];
      return values;
    };
    const halted = new Uint8Array(times.length);
    for (let i = 0; i < halted.length; i++) {
      halted[i] = venueSeries.halted[(firstSample + i) * listed.length + place];
    }
    return {
      venue,
      coin,
      spot: column(venueSeries.spot),
      perp: column(venueSeries.perp),
      mark: column(venueSeries.mark),
      openInterest: column(venueSeries.openInterest),
      halted,
    };
  });
}

function checkOrder(
  run: RunData,
  listed: readonly { readonly venue: number; readonly coin: number }[],
): void {
  const { venueSeries, series } = run;
  const samples = series.rows / run.coins.length;
  let ordered = venueSeries.rows === samples * listed.length;
  for (let row = 0; ordered && row < venueSeries.rows; row++) {
    const { venue, coin } = listed[row % listed.length];
    const sample = Math.floor(row / listed.length);
    ordered =
      venueSeries.venue[row] === venue &&
      venueSeries.coin[row] === coin &&
      venueSeries.timeMicros[row] === series.timeMicros[sample * run.coins.length];
  }
  if (ordered) return;
  throw new InvariantError(
    "venue-series-disordered",
    "The recorded series of the venues is not one row per sample, venue and coin, in order, at the times of the series",
    run,
  );
}
