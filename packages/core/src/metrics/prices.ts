/**
 * 1. How far each coin fell, when, and how much of it its fundamental and its beta explain. Metrics phase.
 *
 * Formulas are in `fall.ts` and `crash-beta.ts`. "The crash" of all metrics is the reference coin's largest fall.
 */
import { MICROS_PER_MINUTE } from "../units.ts";
import { crashBeta } from "./crash-beta.ts";
import { largestFall, largestFallOfColumn } from "./fall.ts";
import type { Fall } from "./fall.ts";
import { formatIsoTime } from "./iso-time.ts";
import { finiteOrNull, median, ratio } from "./quantile.ts";
import { wholeRange } from "./run-view.ts";
import type { RunView, SampleRange } from "./run-view.ts";
import type { CoinPrices, PriceSummary } from "./summary.ts";

/** Samples from the reference coin's peak to its trough: "the crash" of every metric that needs a window. */
export function crashRange(view: RunView): SampleRange {
  const fall = largestFall(view.paths[view.reference], wholeRange(view));
  return fall === null ? { first: 0, last: 0 } : { first: fall.peakSample, last: fall.troughSample };
}

export function summarisePrices(view: RunView): PriceSummary {
  const range = wholeRange(view);
  const falls = view.paths.map((path) => largestFall(path, range));
  const crash = crashRange(view);
  const coins = view.coins.map((_, coin) => coinPrices(view, coin, falls, crash));
  const altcoins = coins.filter((_, coin) => coin !== view.reference);
  return {
    referenceCoin: view.coins[view.reference],
    coins,
    medianAltcoinFall: median(altcoins.map((c) => c.fall)),
    medianAltcoinFallOverBtc: median(altcoins.map((c) => c.fallOverBtc)),
  };
}

function coinPrices(
  view: RunView,
  coin: number,
  falls: readonly (Fall | null)[],
  crash: SampleRange,
): CoinPrices {
  const path = view.paths[coin];
  const fall = falls[coin];
  const reference = falls[view.reference];
  const start = firstFinite(path.spot);
  const end = lastFinite(path.spot);
  const regression = crashBeta(view, coin, crash);
  const growth = ratio(end, start);
  const own = fall === null ? null : { first: fall.peakSample, last: fall.troughSample };
  const time = (sample: number): string => formatIsoTime(view.times[sample]);
  return {
    coin: view.coins[coin],
    start,
    end,
    totalReturn: growth === null ? null : growth - 1,
    peak: fall?.peak ?? null,
    peakTime: fall === null ? null : time(fall.peakSample),
    trough: fall?.trough ?? null,
    troughTime: fall === null ? null : time(fall.troughSample),
    fall: fall?.fall ?? null,
    lagToBtcMinutes:
      fall === null || reference === null
        ? null
        : (view.times[fall.troughSample] - view.times[reference.troughSample]) / MICROS_PER_MINUTE,
    fallOverBtc: ratio(fall?.fall ?? null, reference?.fall ?? null),
    crashBeta: regression.beta,
    preCrashBeta: view.run.coins[coin].preCrashBeta,
    correlation: regression.correlation,
    returns: regression.returns,
    fundamentalFall: own === null ? null : largestFallOfColumn(path.fundamental, own),
  };
}

function firstFinite(values: Float64Array): number | null {
  const found = values.find((value) => Number.isFinite(value));
  return found === undefined ? null : finiteOrNull(found);
}

/** The last defined value of a column; null without any. */
export function lastFinite(values: Float64Array): number | null {
  const found = values.findLast((value) => Number.isFinite(value));
  return found === undefined ? null : finiteOrNull(found);
}
