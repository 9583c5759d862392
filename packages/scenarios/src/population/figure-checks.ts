/**
 * Checks of traders and their sizes: account ratios and median positions that the builder has to meet, and published
 * figures of the start that it does not read.
 *
 * A published figure is met inside its range; without one, within 25 % of its value, as facts are.
 */
import type { PopulationSpec, SimulationInputs } from "@undertow/core";
import { type CoinPositions, quantilesOf, weightedSample } from "@undertow/core/metrics";
import type { ResolvedScenario } from "../loading/resolved-scenario.ts";
import type { StartFigureData, StartFigureKind } from "../schema/start-figures.ts";
import { type CheckUnit, type InputCheck, originOf, verdictOf } from "./check-row.ts";

const TOLERANCE = 0.25;
/** Slack for sums in floating point. */
const ROUNDING = 1e-9;

/** The ratio of traders that a coin asks for. */
export function accountRatioChecks(
  scenario: ResolvedScenario,
  { populations, coins }: SimulationInputs,
  held: CoinPositions,
): InputCheck[] {
  const input = scenario.coins[held.coin].longShortAccounts;
  if (input === undefined) return [];
  const { longTraders, shortTraders, longShortAccounts: built } = held;
  const traders = longTraders + shortTraders;
  const heaviest = Math.max(
    1,
    ...populations
      .filter(({ coins: own }) => own.some((coin) => coins[coin].name === held.coin))
      .map(({ weight }) => weight.reduce((most, traderCount) => Math.max(most, traderCount), 0)),
  );
  const missed = Math.abs(longTraders - (input / (1 + input)) * traders);
  return [
    {
      figure: "traders long / short",
      of: held.coin,
      unit: "ratio",
      input,
      built,
      rule: "to one agent's traders, or 0.1 %",
      verdict: verdictOf(missed <= Math.max(heaviest, 0.001 * traders)),
      ...originOf(scenario, held.coin, "longShortAccounts"),
    },
  ];
}

/** Shares of long traders and median positions that populations ask for. */
export function populationChecks(scenario: ResolvedScenario, inputs: SimulationInputs): InputCheck[] {
  return inputs.populations.flatMap((population): InputCheck[] => {
    const { longAccounts, medianPosition } = scenario.populations[population.name].endowment;
    const assumed = { of: population.name, origin: "assumed", source: null } as const;
    const checks: InputCheck[] = [];
    if (longAccounts !== undefined) {
      const { longs, all, heaviest } = countTraders(population, inputs);
      checks.push({
        figure: "share of traders long",
        unit: "fraction",
        input: longAccounts,
        built: all > 0 ? longs / all : null,
        rule: "to one agent's traders",
        verdict: verdictOf(Math.abs(longs - longAccounts * all) <= heaviest),
        ...assumed,
      });
    }
    if (medianPosition !== undefined) {
      const built = medianOf(population, inputs);
      // The weight is a whole number; half of one is what rounding can miss.
      const slack = Math.max(0.001, 0.5 / (population.weight[0] - 0.5));
      checks.push({
        figure: "median position",
        unit: "USD",
        input: medianPosition,
        built,
        rule: "to a whole weight",
        verdict: verdictOf(built !== null && Math.abs(built / medianPosition - 1) <= slack + ROUNDING),
        ...assumed,
      });
    }
    return checks;
  });
}

/** Traders with a position, those who are long, and the most that one agent stands for. */
function countTraders(
  { endowment: { positions }, weight }: PopulationSpec,
  { markets }: SimulationInputs,
): { longs: number; all: number; heaviest: number } {
  const counts = { longs: 0, all: 0, heaviest: weight.reduce((most, traders) => Math.max(most, traders), 0) };
  const seen = new Set<number>();
  for (let row = 0; row < positions.agent.length; row++) {
    const agent = positions.agent[row];
    if (markets[positions.market[row]].kind !== "perpetual" || seen.has(agent)) continue;
    seen.add(agent);
    counts.all += weight[agent];
    if (positions.lots[row] > 0) counts.longs += weight[agent];
  }
  return counts;
}

function medianOf(
  { endowment: { positions }, weight }: PopulationSpec,
  { markets, currencies }: SimulationInputs,
): number | null {
  const rows = Array.from(positions.agent.keys()).filter(
    (row) => markets[positions.market[row]].kind === "perpetual",
  );
  const usd = rows.map((row) => {
    const { startTicks, quantaPerTickLot } = markets[positions.market[row]];
    const quanta = Math.abs(positions.lots[row]) * startTicks * quantaPerTickLot;
    return quanta / currencies[0].quantaPerUnit / weight[positions.agent[row]];
  });
  const traders = rows.map((row) => weight[positions.agent[row]]);
  return quantilesOf(weightedSample(usd, traders))?.p50 ?? null;
}

interface Figure {
  readonly words: string;
  readonly unit: CheckUnit;
  readonly built: (held: CoinPositions) => number | null;
}

const FIGURES: Readonly<Record<StartFigureKind, Figure>> = {
  "long-short-accounts": {
    words: "traders long / short",
    unit: "ratio",
    built: (held) => held.longShortAccounts,
  },
  "position-median": { words: "median position", unit: "USD", built: (held) => held.size?.p50 ?? null },
  "position-p90": {
    words: "90 % of positions below",
    unit: "USD",
    built: (held) => held.size?.p90 ?? null,
  },
  "position-p99": {
    words: "99 % of positions below",
    unit: "USD",
    built: (held) => held.size?.p99 ?? null,
  },
  "position-tail": {
    words: "tail exponent of positions",
    unit: "exponent",
    built: (held) => held.tailExponent,
  },
  "top-1-share": { words: "held by the largest 1 %", unit: "fraction", built: (held) => held.top1Share },
  "top-10-share": { words: "held by the largest 10 %", unit: "fraction", built: (held) => held.top10Share },
  "leverage-below-3x": {
    words: "open interest below 3x",
    unit: "fraction",
    built: (held) => held.leverageShares?.below3x ?? null,
  },
  "leverage-3x-to-7x": {
    words: "open interest from 3x to 7x",
    unit: "fraction",
    built: (held) => held.leverageShares?.from3xTo7x ?? null,
  },
  "leverage-above-7x": {
    words: "open interest above 7x",
    unit: "fraction",
    built: (held) => held.leverageShares?.above7x ?? null,
  },
  "cross-share": {
    words: "open interest in cross margin",
    unit: "fraction",
    built: (held) => held.crossShare,
  },
};

/** The published figures of a coin beside what was built. */
export function figureChecks({ startFigures }: ResolvedScenario, held: CoinPositions): InputCheck[] {
  return startFigures
    .filter(({ coin }) => coin === held.coin)
    .map((published): InputCheck => {
      const { words, unit, built: read } = FIGURES[published.kind];
      const built = read(held);
      const { low, high, rule } = accepted(published);
      return {
        figure: words,
        of: held.coin,
        unit,
        input: published.value,
        built,
        rule,
        verdict: verdictOf(built !== null && built >= low - ROUNDING && built <= high + ROUNDING),
        origin: "published",
        source: published.source,
      };
    });
}

function accepted({ value, low, high }: Pick<StartFigureData, "value" | "low" | "high">): {
  low: number;
  high: number;
  rule: string;
} {
  if (low === undefined && high === undefined)
    return { low: value * (1 - TOLERANCE), high: value * (1 + TOLERANCE), rule: "within 25 %" };
  return { low: low ?? value, high: high ?? value, rule: "in the published range" };
}
