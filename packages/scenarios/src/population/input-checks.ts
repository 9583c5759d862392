/**
 * Inputs of the population beside what was built from them: met, missed, or not used, with the rule in each row.
 *
 * What was built is counted from accounts and agents' parameters, never copied from the input. Changes nothing.
 */
import type { SimulationInputs } from "@undertow/core";
import type { PopulationSummary } from "@undertow/core/metrics";
import type { ResolvedScenario } from "../loading/resolved-scenario.ts";

/** Unit of a checked figure. */
export type CheckUnit = "coins" | "USD" | "ratio" | "fraction" | "exponent" | "positions";

/** One input and what came of it. */
export interface InputCheck {
  /** The figure in words, for example `open interest`. */
  readonly figure: string;
  /** Coin or population that it is of; null for the whole. */
  readonly of: string | null;
  readonly unit: CheckUnit;
  readonly input: number;
  /** Null when the figure cannot be counted. */
  readonly built: number | null;
  /** When it is met, or why it is neither met nor missed. */
  readonly rule: string;
  readonly verdict: InputVerdict;
  /** Whether the input was published, was assumed, or is a rule of every population. */
  readonly origin: "published" | "assumed" | "rule";
  /** Where it was published. */
  readonly source: string | null;
}

/** In part: left to other agents by the scenario. Not used: nothing is built from it. */
export type InputVerdict = "met" | "missed" | "in-part" | "not-used";

/** Totals are met to this share. */
const TOTAL_TOLERANCE = 0.001;
const TO_TOTAL = "within 0.1 %";

/** All checks, those of each coin together. */
export function checkInputs(
  scenario: ResolvedScenario,
  inputs: SimulationInputs,
  summary: PopulationSummary,
): InputCheck[] {
  return [
    {
      figure: "positions below maintenance margin",
      of: null,
      unit: "positions",
      input: 0,
      built: summary.belowMaintenance,
      rule: "none",
      verdict: verdictOf(summary.belowMaintenance === 0),
      ...BY_RULE,
    },
    ...inputs.coins.flatMap(({ name }) => coinChecks(scenario, inputs, summary, name)),
  ];
}

const BY_RULE = { origin: "rule", source: null } as const;

function verdictOf(met: boolean): InputVerdict {
  return met ? "met" : "missed";
}

/** Where a coin's value is from. */
function originOf(
  scenario: ResolvedScenario,
  coin: string,
  key: string,
): Pick<InputCheck, "origin" | "source"> {
  const source = scenario.sources[`coins.${coin}.${key}`]?.source ?? null;
  return { origin: source === null ? "assumed" : "published", source };
}

function coinChecks(
  scenario: ResolvedScenario,
  inputs: SimulationInputs,
  summary: PopulationSummary,
  coin: string,
): InputCheck[] {
  const data = scenario.coins[coin];
  const held = summary.coins.find((row) => row.coin === coin)!;
  return [
    {
      figure: "open interest",
      of: coin,
      unit: "coins",
      input: data.openInterest,
      built: held.longCoins,
      rule: TO_TOTAL,
      verdict: verdictOf(isNear(held.longCoins, data.openInterest)),
      ...originOf(scenario, coin, "openInterest"),
    },
    {
      figure: "shorts equal longs",
      of: coin,
      unit: "coins",
      input: held.longCoins,
      built: held.shortCoins,
      rule: "to the lot, on every venue",
      verdict: verdictOf(longsEqualShorts(inputs, coin)),
      ...BY_RULE,
    },
    ...depthChecks(scenario, inputs, coin),
    ...(data.funding === 0
      ? []
      : [
          {
            figure: "funding per 8 h",
            of: coin,
            unit: "fraction" as const,
            input: data.funding,
            built: null,
            rule: "the first premium is 0",
            verdict: "not-used" as const,
            ...originOf(scenario, coin, "funding"),
          },
        ]),
  ];
}

function isNear(built: number, input: number): boolean {
  return Math.abs(built - input) <= TOTAL_TOLERANCE * Math.abs(input);
}

/** Depth that makers are to quote; what a scenario leaves over is for others who rest orders. */
function depthChecks(scenario: ResolvedScenario, inputs: SimulationInputs, coin: string): InputCheck[] {
  const depth = quotedDepth(inputs, coin);
  return (["perpDepth", "spotDepth"] as const).flatMap((key): InputCheck[] => {
    const input = scenario.coins[coin][key];
    const built = depth[key];
    if (built === 0) return [];
    const isWhole = isNear(built, input);
    return [
      {
        figure: `${key === "perpDepth" ? "perpetual" : "spot"} depth, by makers`,
        of: coin,
        unit: "USD",
        input,
        built,
        rule: isWhole || built > input ? TO_TOTAL : "the rest is left to others",
        verdict: isWhole ? "met" : built < input ? "in-part" : "missed",
        ...originOf(scenario, coin, key),
      },
    ];
  });
}

/** Contracts of every perpetual of the coin sum to zero, exactly. */
function longsEqualShorts({ markets, populations, coins }: SimulationInputs, coin: string): boolean {
  return markets.every((spec, market) => {
    if (spec.kind !== "perpetual" || coins[spec.coin].name !== coin) return true;
    let sum = 0;
    for (const { endowment } of populations) {
      const { positions } = endowment;
      for (let row = 0; row < positions.lots.length; row++)
        if (positions.market[row] === market) sum += positions.lots[row];
    }
    return sum === 0;
  });
}

/** Notional of bids within 1 % that agents' parameters ask them to quote, all venues together. */
function quotedDepth(
  inputs: SimulationInputs,
  coin: string,
): Readonly<Record<"perpDepth" | "spotDepth", number>> {
  const { quantaPerUnit } = inputs.currencies[0];
  const sum = { perpDepth: 0, spotDepth: 0 };
  for (const { coins, params } of inputs.populations) {
    const position = Array.from(coins, (index) => inputs.coins[index].name).indexOf(coin);
    if (position < 0) continue;
    for (const depth of params[`perpDepth${position}`] ?? []) sum.perpDepth += depth / quantaPerUnit;
    for (const depth of params[`spotDepth${position}`] ?? []) sum.spotDepth += depth / quantaPerUnit;
  }
  return sum;
}
