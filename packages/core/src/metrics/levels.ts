/**
 * 5. Followed price levels: when first touched, whether broken for good, and the bids that waited there. Metrics phase.
 *
 * First touch: the first sample whose lowest spot mid is at or below the level. Broken: the spot mid is below the level
 * at the end, for good since the last sample at or above it. Held: touched, and at or above it at the end.
 */
import { MICROS_PER_HOUR } from "../units.ts";
import { formatIsoTime } from "./iso-time.ts";
import { toUsd } from "./run-view.ts";
import type { CoinPath, RunView } from "./run-view.ts";
import type { LevelSummary } from "./summary.ts";

export function summariseLevels(view: RunView): LevelSummary[] {
  return view.run.levels.map(({ coin, price }, level) => levelSummary(view, level, coin, price));
}

function levelSummary(view: RunView, level: number, coin: number, price: number): LevelSummary {
  const path = view.paths[coin];
  const touch = firstTouch(path, price);
  const base = { coin: view.coins[coin], price, bidsAtStartUsd: bidsAtStart(view, level) };
  if (touch < 0) {
    return {
      ...base,
      status: "untouched",
      firstTouch: null,
      brokenForGood: null,
      deepest: depthBelow(path, 0, price),
      shareOfTimeBelow: null,
      bidsBeforeTouchUsd: null,
    };
  }
  const broken = belowSince(path.spot, price);
  return {
    ...base,
    status: broken < 0 ? "held" : "broken",
    firstTouch: formatIsoTime(view.times[touch]),
    brokenForGood: broken < 0 ? null : formatIsoTime(view.times[broken]),
    deepest: depthBelow(path, touch, price),
    shareOfTimeBelow: shareBelow(path.spot, touch, price),
    bidsBeforeTouchUsd: meanBids(view, level, view.times[touch]),
  };
}

/** Sample of the first touch, -1 without one. The first sample's low belongs to the warm-up: its mid counts instead. */
function firstTouch(path: CoinPath, price: number): number {
  if (path.spot[0] <= price) return 0;
  for (let i = 1; i < path.low.length; i++) if (path.low[i] <= price) return i;
  return -1;
}

/** First sample of the unbroken stretch below the level that lasts to the end; -1 when the end is not below it. */
function belowSince(spot: Float64Array, price: number): number {
  let since = -1;
  for (let i = spot.length - 1; i >= 0; i--) {
    if (spot[i] >= price) break;
    if (spot[i] < price) since = i;
  }
  return since;
}

function depthBelow(path: CoinPath, from: number, price: number): number | null {
  let lowest = from === 0 && Number.isFinite(path.spot[0]) ? path.spot[0] : Infinity;
  for (let i = Math.max(1, from); i < path.low.length; i++) if (path.low[i] < lowest) lowest = path.low[i];
  return Number.isFinite(lowest) ? lowest / price - 1 : null;
}

function shareBelow(spot: Float64Array, from: number, price: number): number {
  let below = 0;
  for (let i = from; i < spot.length; i++) if (spot[i] < price) below++;
  return below / (spot.length - from);
}

/** Mean over the hour before a moment, the moment and the warm-up left out. */
function meanBids(view: RunView, level: number, micros: number): number | null {
  const { levelBids, startMicros } = view.run;
  const from = Math.max(startMicros, micros - MICROS_PER_HOUR);
  let sum = 0;
  let count = 0;
  for (let row = 0; row < levelBids.rows; row++) {
    const time = levelBids.timeMicros[row];
    if (levelBids.level[row] !== level || time < from || time >= micros) continue;
    sum += levelBids.bids[row];
    count++;
  }
  return count === 0 ? null : toUsd(view, sum / count);
}

function bidsAtStart(view: RunView, level: number): number | null {
  const { levelBids, startMicros } = view.run;
  for (let row = 0; row < levelBids.rows; row++) {
    if (levelBids.level[row] === level && levelBids.timeMicros[row] >= startMicros) {
      return toUsd(view, levelBids.bids[row]);
    }
  }
  return null;
}
