/**
 * 6. When it ended: no new low of the reference coin and forced flow below a tenth of its peak. Metrics phase.
 *
 * Forced flow is the notional liquidated over all coins in the hour before each sample. The market is stable from the
 * later of two moments on: the reference coin's lowest price of the run, and the last sample with a forced flow of 10 %
 * of the peak hour or more. Less than an hour of run after that moment proves nothing and gives null.
 */
import { MICROS_PER_HOUR } from "../units.ts";
import { largestFall, lowestPrice } from "./fall.ts";
import { formatIsoTime } from "./iso-time.ts";
import type { LiquidationView } from "./liquidation-view.ts";
import { lastFinite } from "./prices.ts";
import { ratio } from "./quantile.ts";
import { findRallies } from "./rallies.ts";
import { wholeRange } from "./run-view.ts";
import type { RunView, SampleRange } from "./run-view.ts";
import type { StabilisationSummary } from "./summary.ts";

const QUIET_SHARE = 0.1;

export function summariseStabilisation(
  view: RunView,
  liquidations: LiquidationView,
  crash: SampleRange,
): StabilisationSummary {
  const path = view.paths[view.reference];
  const lowest = lowestPrice(path, wholeRange(view));
  const flow = forcedFlow(view, liquidations);
  const last = view.times.length - 1;
  const stable = Math.max(lowest?.sample ?? last, flow.lastLoudSample);
  const reached = view.times[last] - view.times[stable] >= MICROS_PER_HOUR;
  const time = (sample: number): string | null => (sample < 0 ? null : formatIsoTime(view.times[sample]));
  const fall = largestFall(path, wholeRange(view));
  const end = lastFinite(path.spot);
  return {
    time: reached ? time(stable) : null,
    hoursAfterPeak: reached ? (view.times[stable] - view.times[crash.first]) / MICROS_PER_HOUR : null,
    lastNewLow: time(lowest?.sample ?? -1),
    lastForcedFlow: time(flow.lastLoudSample),
    peakHourUsd: flow.peakUsd,
    peakHourEnd: time(flow.peakSample),
    rallies: findRallies(view, crash),
    reboundAfterTrough: rebound(path.high, crash.last, fall?.trough ?? null),
    recoveredAtEnd: fall === null || end === null ? null : ratio(end - fall.trough, fall.peak - fall.trough),
  };
}

/** Peak of the rolling hour, and the last sample at a tenth of it or more; samples are -1 without liquidations. */
function forcedFlow(
  view: RunView,
  liquidations: LiquidationView,
): { readonly peakUsd: number; readonly peakSample: number; readonly lastLoudSample: number } {
  const { times } = view;
  const { timeMicros, rows, firstRow } = liquidations;
  const { notional } = view.run.liquidations;
  const hourly = new Float64Array(times.length);
  let sum = 0;
  let head = firstRow;
  let tail = firstRow;
  let peakSample = -1;
  for (let i = 0; i < times.length; i++) {
    for (; head < rows && timeMicros[head] <= times[i]; head++) sum += notional[head];
    for (; tail < head && timeMicros[tail] <= times[i] - MICROS_PER_HOUR; tail++) sum -= notional[tail];
    hourly[i] = sum;
    if (sum > 0 && (peakSample < 0 || sum > hourly[peakSample])) peakSample = i;
  }
  if (peakSample < 0) return { peakUsd: 0, peakSample: -1, lastLoudSample: -1 };
  const peak = hourly[peakSample];
  const lastLoudSample = hourly.findLastIndex((quanta) => quanta >= QUIET_SHARE * peak);
  return { peakUsd: peak / view.run.quantaPerUnit, peakSample, lastLoudSample };
}

function rebound(high: Float64Array, troughSample: number, trough: number | null): number | null {
  let highest = -Infinity;
  for (let i = troughSample + 1; i < high.length; i++) if (high[i] > highest) highest = high[i];
  const growth = Number.isFinite(highest) ? ratio(highest, trough) : null;
  return growth === null ? null : growth - 1;
}
