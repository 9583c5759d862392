/**
 * 3. Funding, spread and depth before the crash and round the reference coin's low. Metrics phase.
 *
 * "Before" is the first 24 hours, or the first quarter of a run of less than four days; "at the low" is 30 minutes
 * either side of the reference coin's trough. Each figure is the median over the samples of the window.
 */
import { MICROS_PER_DAY, MICROS_PER_MINUTE } from "../units.ts";
import { finiteOrNull, median } from "./quantile.ts";
import { coinColumn, sampleAt, timeOfSample, toUsd } from "./run-view.ts";
import type { RunView, SampleRange } from "./run-view.ts";
import type { CoinLiquidity, LiquiditySummary } from "./summary.ts";

export function summariseLiquidity(view: RunView, crash: SampleRange): LiquiditySummary {
  const start = view.times[0];
  const end = view.times[view.times.length - 1];
  const low = view.times[crash.last];
  const beforeMicros = start + Math.min(MICROS_PER_DAY, (end - start) / 4);
  const before = { first: 0, last: Math.max(0, sampleAt(view.times, beforeMicros)) };
  const atLow = {
    first: Math.max(0, sampleAt(view.times, low - 30 * MICROS_PER_MINUTE)),
    last: Math.max(0, sampleAt(view.times, low + 30 * MICROS_PER_MINUTE)),
  };
  const time = (sample: number): string => timeOfSample(view, sample);
  return {
    beforeFrom: time(before.first),
    beforeTo: time(before.last),
    lowFrom: time(atLow.first),
    lowTo: time(atLow.last),
    coins: view.coins.map((_, coin) => coinLiquidity(view, coin, before, atLow)),
  };
}

function coinLiquidity(view: RunView, coin: number, before: SampleRange, atLow: SampleRange): CoinLiquidity {
  const { series } = view.run;
  const funding = coinColumn(view, series.funding, coin);
  const spread = coinColumn(view, series.spreadBp, coin);
  const bids = coinColumn(view, series.bidDepth, coin);
  const asks = coinColumn(view, series.askDepth, coin);
  const both = bids.map((quanta, i) => quanta + asks[i]);
  const usd = (column: Float64Array, range: SampleRange): number | null => {
    const quanta = medianOf(column, range);
    return quanta === null ? null : toUsd(view, quanta);
  };
  return {
    coin: view.coins[coin],
    fundingBefore: medianOf(funding, before),
    fundingAtLow: medianOf(funding, atLow),
    fundingLowest: lowest(funding),
    spreadBeforeBp: medianOf(spread, before),
    spreadAtLowBp: medianOf(spread, atLow),
    bidDepthBeforeUsd: usd(bids, before),
    bidDepthAtLowUsd: usd(bids, atLow),
    askDepthBeforeUsd: usd(asks, before),
    askDepthAtLowUsd: usd(asks, atLow),
    depthBeforeUsd: usd(both, before),
    depthAtLowUsd: usd(both, atLow),
  };
}

function medianOf(column: Float64Array, range: SampleRange): number | null {
  return median(column.subarray(range.first, range.last + 1));
}

function lowest(column: Float64Array): number | null {
  let least = Infinity;
  for (let i = 0; i < column.length; i++) if (column[i] < least) least = column[i];
  return finiteOrNull(least);
}
