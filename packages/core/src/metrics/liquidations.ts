/**
 * 2. Forced liquidations in the windows of the facts, over the whole run and over its worst stretches. Metrics phase.
 *
 * The windows come from the facts. The worst 24 hours are chosen from the run itself, so they are marked and must
 * never be set beside a fact.
 */
import { MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_MINUTE } from "../units.ts";
import type { Fact } from "./facts.ts";
import { factWindow, isCovered } from "./fact-window.ts";
import { formatIsoTime } from "./iso-time.ts";
import { densestSpan, liquidationTotals, rowsBetween } from "./liquidation-view.ts";
import type { LiquidationView } from "./liquidation-view.ts";
import { ratio } from "./quantile.ts";
import type { LiquidationSummary, LiquidationTimeline, LiquidationWindow } from "./summary.ts";

const LIQUIDATION_KINDS = new Set([
  "liquidations-usd",
  "traders-liquidated",
  "long-share",
  "largest-liquidation-usd",
  "liquidation-peak-4h-usd",
]);
/** Most intervals of the timeline; the shortest bucket that needs no more is taken. */
const MOST_BUCKETS = 800;
const BUCKET_MINUTES = [1, 5, 15, 60, 240, 1440, 10_080];

interface WindowPlan {
  readonly label: string;
  readonly fromMicros: number;
  readonly toMicros: number;
  readonly covered: boolean;
  readonly notCompared: boolean;
  readonly factIds: readonly string[];
}

export function summariseLiquidations(view: LiquidationView, facts: readonly Fact[]): LiquidationSummary {
  const { run } = view;
  const all = { firstRow: view.firstRow, endRow: view.rows };
  const wholeRun = windowOf(view, {
    label: "whole run",
    fromMicros: run.startMicros,
    // A run stopped in the warm-up measured nothing: an empty window.
    toMicros: Math.max(run.startMicros, run.reachedMicros),
    covered: true,
    notCompared: false,
    factIds: [],
  });
  const worst = densestSpan(view, all, 30 * MICROS_PER_MINUTE);
  return {
    wholeRun,
    windows: factWindows(view, facts).map((plan) => windowOf(view, plan)),
    worst24h: worstDay(view),
    worst30MinutesShare: worst === null ? null : ratio(worst.usd, wholeRun.total!.usd),
    worst30MinutesEnd: worst === null ? null : formatIsoTime(worst.endMicros),
    timeline: timeline(view),
  };
}

/** Every window of a fact on liquidations once, by end, then by start. */
function factWindows(view: LiquidationView, facts: readonly Fact[]): WindowPlan[] {
  const windows = new Map<string, { fromMicros: number; toMicros: number; factIds: string[] }>();
  for (const fact of facts) {
    if (!LIQUIDATION_KINDS.has(fact.kind)) continue;
    const { fromMicros, toMicros } = factWindow(view.run, fact);
    const key = `${fromMicros} ${toMicros}`;
    const found = windows.get(key) ?? { fromMicros, toMicros, factIds: [] };
    found.factIds.push(fact.id);
    windows.set(key, found);
  }
  return [...windows.values()]
    .sort((a, b) => a.toMicros - b.toMicros || a.fromMicros - b.fromMicros)
    .map((window) => ({
      ...window,
      label: `${lengthInWords(window.toMicros - window.fromMicros)} to ${formatIsoTime(window.toMicros)}`,
      covered: isCovered(view.run, window),
      notCompared: false,
    }));
}

function worstDay(view: LiquidationView): LiquidationWindow | null {
  const { run } = view;
  if (run.reachedMicros - run.startMicros < MICROS_PER_DAY) return null;
  const all = { firstRow: view.firstRow, endRow: view.rows };
  const worst = densestSpan(view, all, MICROS_PER_DAY);
  if (worst === null) return null;
  // One microsecond past the last order, which a half-open window would leave out.
  const toMicros = Math.max(worst.endMicros + 1, run.startMicros + MICROS_PER_DAY);
  return windowOf(view, {
    label: "worst 24 h",
    fromMicros: toMicros - MICROS_PER_DAY,
    toMicros,
    covered: true,
    notCompared: true,
    factIds: [],
  });
}

function windowOf(view: LiquidationView, plan: WindowPlan): LiquidationWindow {
  const filter = rowsBetween(view, plan.fromMicros, plan.toMicros);
  return {
    label: plan.label,
    from: formatIsoTime(plan.fromMicros),
    to: formatIsoTime(plan.toMicros),
    hours: (plan.toMicros - plan.fromMicros) / MICROS_PER_HOUR,
    covered: plan.covered,
    notCompared: plan.notCompared,
    factIds: plan.factIds,
    total: plan.covered ? liquidationTotals(view, filter) : null,
    coins: plan.covered
      ? view.run.coins.map(({ name }, coin) => ({
          coin: name,
          ...liquidationTotals(view, { ...filter, coin }),
        }))
      : [],
  };
}

function timeline(view: LiquidationView): LiquidationTimeline {
  const { run } = view;
  const minutes = (run.reachedMicros - run.startMicros) / MICROS_PER_MINUTE;
  const bucketMinutes = BUCKET_MINUTES.find((m) => minutes / m <= MOST_BUCKETS) ?? BUCKET_MINUTES.at(-1)!;
  const buckets = Math.max(1, Math.ceil(minutes / bucketMinutes));
  const coins = run.coins.map(({ name }) => ({
    coin: name,
    longUsd: new Array<number>(buckets).fill(0),
    shortUsd: new Array<number>(buckets).fill(0),
  }));
  const width = bucketMinutes * MICROS_PER_MINUTE;
  for (let row = view.firstRow; row < view.rows; row++) {
    const bucket = Math.min(buckets - 1, Math.floor((view.timeMicros[row] - run.startMicros) / width));
    const of = coins[view.coin[row]];
    const amounts = run.liquidations.side[row] > 0 ? of.longUsd : of.shortUsd;
    amounts[bucket] = amounts[bucket] + view.usd[row];
  }
  return { bucketMinutes, start: formatIsoTime(run.startMicros), coins };
}

function lengthInWords(micros: number): string {
  const hours = micros / MICROS_PER_HOUR;
  if (hours > 48) return `${Number((hours / 24).toFixed(1))} d`;
  return `${Number(hours.toFixed(1))} h`;
}
