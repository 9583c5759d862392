/**
 * The venues of a synthetic run, for `run-data-builder.ts`: their markets, their series and their shares of the totals.
 * Test support: the figures are invented, no simulation is involved.
 */
import type { RunData, SeriesColumns, VenueRunTotals, VenueSeriesColumns } from "../recorder/run-data.ts";
import { blockColumns, type BlockColumns } from "../recorder/table-kinds.ts";
import { MICROS_PER_HOUR } from "../units.ts";
import { QUANTA_PER_UNIT } from "./synthetic-series.ts";
import type { Plan } from "./synthetic-series.ts";

/** A venue of a synthetic run. */
export interface VenueOptions {
  readonly name: string;
  /** Its part of open interest, depth and totals is its coverage over that of all venues that list the coin. */
  readonly coverage: number;
  /** Indices of the coins it lists. Default all. */
  readonly coins?: readonly number[];
  /** Its prices over those of the series, less one. Default 0. `hour` is negative in the warm-up. */
  readonly premium?: (coin: number, hour: number) => number;
  /** Hours after the start between which its markets are halted. Default none. */
  readonly haltedHours?: readonly [number, number];
}

/** Spot and perpetual of each listed coin, by venue, then coin; names carry the venue when there are several. */
export function makeMarkets(plan: Plan, venues: readonly VenueOptions[]): RunData["markets"] {
  return venues.flatMap(({ name }, venue) =>
    listedCoins(plan, venues[venue]).flatMap((coin) => {
      const at = venues.length === 1 ? "" : `@${name}`;
      return (["spot", "perpetual"] as const).map((kind) => ({
        name: `${plan.coins[coin].name}-${kind === "spot" ? "SPOT" : "PERP"}${at}`,
        venue,
        coin,
        kind,
        tickSize: 0.01,
        lotSize: 0.001,
      }));
    }),
  );
}

/** The series of each venue, made from the run's; no rows for one venue, as in a recorded run. */
export function makeVenueSeries(
  plan: Plan,
  series: SeriesColumns,
  venues: readonly VenueOptions[],
): VenueSeriesColumns {
  if (venues.length === 1) return { rows: 0, ...blockColumns("venues", 0) };
  const coins = plan.coins.length;
  const columns = { rows: 0, ...blockColumns("venues", series.rows * venues.length) };
  for (let first = 0; first < series.rows; first += coins) {
    for (let venue = 0; venue < venues.length; venue++) {
      for (const coin of listedCoins(plan, venues[venue])) {
        fillRow(plan, columns, series, first + coin, venues, venue);
      }
    }
  }
  return columns;
}

function fillRow(
  plan: Plan,
  columns: BlockColumns<"venues"> & { rows: number },
  series: SeriesColumns,
  from: number,
  venues: readonly VenueOptions[],
  venue: number,
): void {
  const row = columns.rows++;
  const { premium, haltedHours } = venues[venue];
  const coin = series.coin[from];
  const hour = (series.timeMicros[from] - plan.startMicros) / MICROS_PER_HOUR;
  const share = shareOf(plan, venues, venue, coin);
  const level = 1 + (premium?.(coin, hour) ?? 0);
  columns.timeMicros[row] = series.timeMicros[from];
  columns.venue[row] = venue;
  columns.coin[row] = coin;
  for (const name of ["spot", "perp", "mark", "index"] as const)
    columns[name][row] = series[name][from] * level;
  columns.funding[row] = series.funding[from];
  columns.openInterest[row] = series.openInterest[from] * share;
  columns.spreadBp[row] = series.spreadBp[from];
  columns.bidDepth[row] = Math.round(series.bidDepth[from] * share);
  columns.askDepth[row] = Math.round(series.askDepth[from] * share);
  // A sample tells the state of the step that it ends.
  columns.halted[row] = haltedHours !== undefined && hour > haltedHours[0] && hour <= haltedHours[1] ? 1 : 0;
  columns.fund[row] = Math.round(5e8 * QUANTA_PER_UNIT * share);
}

/** The run's sums divided by coverage; the first venue sends a million a venue to each other one. */
export function makeVenueTotals(
  venues: readonly VenueOptions[],
  run: Omit<VenueRunTotals, "transfersIn" | "transfersOut" | "haltedMicros">,
): VenueRunTotals[] {
  const covered = venues.reduce((sum, venue) => sum + venue.coverage, 0);
  const others = venues.length - 1;
  return venues.map(({ coverage, haltedHours = [0, 0] }, venue) => {
    const part = (whole: number): number => Math.round((whole * coverage) / covered);
    return {
      fundStart: part(run.fundStart),
      fundEnd: part(run.fundEnd),
      fundLow: part(run.fundLow),
      fees: part(run.fees),
      fundingPaid: part(run.fundingPaid),
      adlNotional: part(run.adlNotional),
      insolvent: part(run.insolvent),
      transfersIn: venue === 0 ? 0 : 1e6 * QUANTA_PER_UNIT,
      transfersOut: venue === 0 ? others * 1e6 * QUANTA_PER_UNIT : 0,
      haltedMicros: (haltedHours[1] - haltedHours[0]) * MICROS_PER_HOUR,
    };
  });
}

/** Index of the perpetual of a coin on a venue. */
export function perpetualOf(markets: RunData["markets"], venue: number, coin: number): number {
  return markets.findIndex((m) => m.venue === venue && m.coin === coin && m.kind === "perpetual");
}

function listedCoins(plan: Plan, { coins }: VenueOptions): readonly number[] {
  return coins ?? plan.coins.map((_, coin) => coin);
}

function shareOf(plan: Plan, venues: readonly VenueOptions[], venue: number, coin: number): number {
  const listing = venues.filter((v) => listedCoins(plan, v).includes(coin));
  return venues[venue].coverage / listing.reduce((sum, v) => sum + v.coverage, 0);
}
