/**
 * Stylised facts of a scenario: calm runs over seeds, a crash to compare with, and impact by paired runs, as one report.
 *
 * Runs are independent and repeatable: the report is a function of its options and the engine's version.
 */
import type { Progress } from "@undertow/core";
import {
  evaluateImpact,
  evaluateStatistics,
  stylisedStatistics,
  type CoinEvidence,
  type ImpactCurve,
  type MarketObservation,
  type StylisedRow,
} from "@undertow/core/metrics";
import { measureImpact } from "./impact.ts";
import { observeRun, type ObservedRun } from "./observe-run.ts";

export interface StylisedOptions {
  /** The calm scenario. */
  readonly scenario: string;
  readonly set?: readonly string[];
  readonly patch?: readonly string[];
  /** One calm run each. */
  readonly seeds: readonly string[];
  /** Two coins: the first of the scenario, and an altcoin. */
  readonly coins: readonly [string, string];
  /** Scenario with a crash, run with the first seed, for spread and correlation; left out if absent. */
  readonly crash?: string;
  /** Seeds of paired runs for impact; none if empty. */
  readonly impactSeeds: readonly string[];
  /** Called while runs go on, with what is being run; false stops. */
  readonly onProgress?: (label: string, progress: Progress | undefined) => boolean | Promise<boolean>;
}

/** All that was measured. */
export interface StylisedReport {
  readonly scenario: string;
  readonly scenarioHash: string;
  readonly title: string;
  readonly start: string;
  readonly end: string;
  readonly seeds: readonly string[];
  /** One per calm run. */
  readonly stateHashes: readonly string[];
  readonly crash?: { readonly scenario: string; readonly stateHash: string };
  readonly coins: readonly string[];
  readonly rows: readonly StylisedRow[];
  /** One per coin; empty without impact seeds. */
  readonly impact: readonly ImpactCurve[];
  readonly impactSeeds: readonly string[];
  /** Of the first seed, one per coin: what pictures are drawn from. */
  readonly observed: readonly MarketObservation[];
}

/** Measures everything; undefined when `onProgress` stopped it. */
export async function measureStylisedFacts(options: StylisedOptions): Promise<StylisedReport | undefined> {
  const runs: ObservedRun[] = [];
  for (const seed of options.seeds) {
    const run = await observed(options, options.scenario, seed, true);
    if (run === undefined) return undefined;
    runs.push(run);
  }
  const crash =
    options.crash === undefined ? undefined : await observed(options, options.crash, options.seeds[0], false);
  if (options.crash !== undefined && crash === undefined) return undefined;
  const impact = options.impactSeeds.length === 0 ? [] : await impactOf(options);
  if (impact === undefined) return undefined;
  const { scenario } = runs[0];
  return {
    scenario: options.scenario,
    scenarioHash: scenario.hash,
    title: scenario.title,
    start: scenario.time.start,
    end: scenario.time.end,
    seeds: options.seeds,
    stateHashes: runs.map((run) => run.stateHash),
    ...(crash === undefined ? {} : { crash: { scenario: options.crash!, stateHash: crash.stateHash } }),
    coins: options.coins,
    rows: options.coins.flatMap((_, coin) => rowsOf(options.coins, coin, runs, crash, impact[coin])),
    impact,
    impactSeeds: options.impactSeeds,
    observed: runs[0].markets,
  };
}

function rowsOf(
  coins: readonly string[],
  coin: number,
  runs: readonly ObservedRun[],
  crash: ObservedRun | undefined,
  curve: ImpactCurve | undefined,
): StylisedRow[] {
  const evidence = runs.map(({ markets }): CoinEvidence => ({
    calm: markets[coin],
    ...(coin === 0 ? {} : { reference: markets[0] }),
    ...(crash === undefined ? {} : { crash: crash.markets[coin], crashReference: crash.markets[0] }),
  }));
  const rows = evaluateStatistics(stylisedStatistics, evidence);
  const impact = curve === undefined ? [] : evaluateImpact(coins[coin], curve);
  const place = rows.findIndex(({ fact }) => Number(fact.slice(1)) > 11);
  return place < 0 ? [...rows, ...impact] : rows.toSpliced(place, 0, ...impact);
}

function observed(options: StylisedOptions, scenario: string, seed: string, isCalm: boolean) {
  const { set = [], patch = [], coins, onProgress } = options;
  return observeRun({
    scenario,
    // What changes the calm market need not exist in the other scenario.
    set: isCalm ? set : [],
    patch: isCalm ? patch : [],
    seed,
    coins,
    withTape: isCalm,
    ...(onProgress === undefined
      ? {}
      : { onProgress: (progress: Progress) => onProgress(`${scenario}, seed ${seed}`, progress) }),
  });
}

function impactOf(options: StylisedOptions): Promise<ImpactCurve[] | undefined> {
  const { scenario, set = [], patch = [], coins, impactSeeds, onProgress } = options;
  return measureImpact({
    scenario,
    set,
    patch,
    seeds: impactSeeds,
    coins,
    onRun: (done, of) => onProgress?.(`impact, ${done} of ${of} runs`, undefined),
  });
}
