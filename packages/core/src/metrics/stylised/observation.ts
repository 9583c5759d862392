/**
 * What stylised facts are measured on: one market of one run, as plain columns. Metrics phase; pure.
 *
 * Made from run data by `observeMarket`, or by hand from anybody's own one-minute data. Warm-up samples are left out.
 */
import type { RunData } from "../../recorder/run-data.ts";
import { InvariantError } from "../../errors.ts";
import { MICROS_PER_HOUR, MICROS_PER_MINUTE } from "../../units.ts";
import { coinColumn, viewRun } from "../run-view.ts";
import type { BookProfile } from "./average-book.ts";

/** Hours between two fundings of the venues that are simulated. */
const FUNDING_HOURS = 8;

/** One coin's perpetual in one run, a sample each minute. */
export interface MarketObservation {
  readonly coin: string;
  /** Mid of the perpetual. */
  readonly price: Float64Array;
  /** Taker notional since the sample before, spot and perpetual together, any unit. */
  readonly volume: Float64Array;
  /** Spread of the perpetual in basis points; NaN with a side empty. */
  readonly spreadBp: Float64Array;
  /** Funding rates that were paid, fractions per 8 h. */
  readonly funding: Float64Array;
  /** Signs of the perpetual's market orders in trade time; empty without a tape. */
  readonly signs: Int8Array;
  /** Average book of the perpetual; absent without snapshots. */
  readonly book?: BookProfile;
}

/**
 * The observation of a coin.
 *
 * @param run with a sample each minute
 * @throws InvariantError when the samples are not a minute apart
 */
export function observeMarket(
  run: RunData,
  coin: number,
  tape: { readonly signs?: Int8Array; readonly book?: BookProfile } = {},
): MarketObservation {
  if (run.sampleMicros !== MICROS_PER_MINUTE) {
    throw new InvariantError("sample-not-a-minute", "Stylised facts need a sample each minute", run);
  }
  const view = viewRun(run);
  const column = (values: Float64Array): Float64Array => coinColumn(view, values, coin);
  const buys = column(run.series.takerBuy);
  const volume = column(run.series.takerSell).map((sold, k) => sold + buys[k]);
  const funding = column(run.series.funding);
  const isPaid = (micros: number): boolean =>
    micros > run.startMicros && micros % (FUNDING_HOURS * MICROS_PER_HOUR) === 0;
  return {
    coin: run.coins[coin].name,
    price: column(run.series.perp),
    volume,
    spreadBp: column(run.series.spreadBp),
    funding: funding.filter((_, k) => isPaid(view.times[k])),
    signs: tape.signs ?? new Int8Array(0),
    ...(tape.book === undefined ? {} : { book: tape.book }),
  };
}
