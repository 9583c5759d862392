/**
 * 3. Open interest per coin, in coins and in dollars. Metrics phase.
 *
 * One side. Dollars are coins times the mark, so they contain the price fall: both are always given. The total's change
 * "in coins" is taken at constant prices, those of the window's start: sum(oi_to * mark_from) / sum(oi_from * mark_from) - 1.
 */
import { MICROS_PER_DAY } from "../units.ts";
import type { Fact } from "./facts.ts";
import { formatIsoTime } from "./iso-time.ts";
import { finiteOrNull, ratio } from "./quantile.ts";
import { sampleAt } from "./run-view.ts";
import type { RunView } from "./run-view.ts";
import type { OpenInterestChange, OpenInterestChanges, OpenInterestSummary } from "./summary.ts";

const OPEN_INTEREST_KINDS = new Set([
  "open-interest-usd",
  "open-interest-usd-change",
  "open-interest-coins-change",
]);

export function summariseOpenInterest(view: RunView, facts: readonly Fact[]): OpenInterestSummary {
  const last = view.times.length - 1;
  const everyCoin = view.coins.map((_, coin) => coin);
  return {
    coins: everyCoin.map((coin) => ({
      coin: view.coins[coin],
      startCoins: finiteOrNull(view.paths[coin].openInterest[0]),
      endCoins: finiteOrNull(view.paths[coin].openInterest[last]),
      ...changesOf(view, [coin]),
    })),
    total: changesOf(view, everyCoin),
    factIds: facts.filter((fact) => OPEN_INTEREST_KINDS.has(fact.kind)).map((fact) => fact.id),
  };
}

/** Dollars of the given coins' open interest at a sample; NaN when one is undefined. */
export function openInterestUsd(view: RunView, coins: readonly number[], sample: number): number {
  return valueAt(view, coins, sample, sample);
}

/** Change between two samples; `coins` is null for more than one coin. */
export function openInterestChange(
  view: RunView,
  coins: readonly number[],
  samples: { readonly from: number; readonly to: number },
): OpenInterestChange {
  const { from, to } = samples;
  const before = valueAt(view, coins, from, from);
  const after = valueAt(view, coins, to, to);
  const constantPrice = ratio(valueAt(view, coins, to, from), before);
  const usd = ratio(after, before);
  const single = coins.length === 1 ? view.paths[coins[0]].openInterest : null;
  return {
    from: formatIsoTime(view.times[from]),
    to: formatIsoTime(view.times[to]),
    days: (view.times[to] - view.times[from]) / MICROS_PER_DAY,
    coins: single === null ? null : finiteOrNull(single[to] - single[from]),
    coinsFraction: constantPrice === null ? null : constantPrice - 1,
    usd: finiteOrNull(after - before),
    usdFraction: usd === null ? null : usd - 1,
  };
}

function changesOf(view: RunView, coins: readonly number[]): OpenInterestChanges {
  const last = view.times.length - 1;
  let high = -Infinity;
  let low = Infinity;
  for (let sample = 0; sample <= last; sample++) {
    const value = valueAt(view, coins, sample, sample);
    if (value > high) high = value;
    if (value < low) low = value;
  }
  const thirtyDaysAgo = Math.max(0, sampleAt(view.times, view.times[last] - 30 * MICROS_PER_DAY));
  return {
    startUsd: finiteOrNull(valueAt(view, coins, 0, 0)),
    endUsd: finiteOrNull(valueAt(view, coins, last, last)),
    highUsd: finiteOrNull(high),
    lowUsd: finiteOrNull(low),
    worstDayCoins: worstDay(view, coins, "coins"),
    worstDayUsd: worstDay(view, coins, "usd"),
    thirtyDays: last <= 0 ? null : openInterestChange(view, coins, { from: thirtyDaysAgo, to: last }),
  };
}

/** The 24 hours with the most negative relative change; the whole run when it is shorter. */
function worstDay(view: RunView, coins: readonly number[], unit: "coins" | "usd"): OpenInterestChange | null {
  const last = view.times.length - 1;
  if (last <= 0) return null;
  let worst = { from: 0, to: last };
  let lowest = Infinity;
  let from = 0;
  for (let to = 1; to <= last; to++) {
    while (view.times[from + 1] <= view.times[to] - MICROS_PER_DAY) from++;
    if (view.times[to] - view.times[from] < MICROS_PER_DAY) continue;
    const after = valueAt(view, coins, to, unit === "usd" ? to : from);
    const change = after / valueAt(view, coins, from, from) - 1;
    if (change < lowest) {
      lowest = change;
      worst = { from, to };
    }
  }
  return openInterestChange(view, coins, worst);
}

/** Sum over coins of open interest at one sample times the mark at another. */
function valueAt(view: RunView, coins: readonly number[], sample: number, priceSample: number): number {
  let sum = 0;
  for (let k = 0; k < coins.length; k++) {
    const path = view.paths[coins[k]];
    sum += path.openInterest[sample] * path.mark[priceSample];
  }
  return sum;
}
