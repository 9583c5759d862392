/**
 * The part of a venue profile that the step loop runs, for the coins and the start of one scenario.
 *
 * The step loop trades linear contracts under the forms of `rule-forms.ts`. A profile with another form is refused
 * here by name, never run as something that it is not; what is followed in part is noted. Words and sources stay
 * behind, so that they are no part of a scenario's hash.
 */
import type {
  AdlRules,
  BackstopRules,
  FundingRules,
  IndexRules,
  LiquidationRules,
  MarkRules,
} from "@undertow/core";
import type { ProfileData } from "./profile-schema.ts";
import { type Bracket, type MarginTable, tiersAt } from "./margin-tables.ts";
import {
  adlRules,
  backstopRules,
  deleveragingTrigger,
  fundingRules,
  indexRules,
  liquidationRules,
  markRules,
  type RuleNote,
} from "./rule-forms.ts";
import type { VenueProfile } from "./venue-profile.ts";

/** Rules as the step loop reads them: fractions, settlement-currency units, seconds. */
export interface RunRules {
  readonly name: string;
  readonly fees: ProfileData["fees"];
  /** Farthest a market order may trade from the mark. */
  readonly priceBand: number;
  /** Notional for which impact bid and ask are measured, by coin. */
  readonly impactNotional: Readonly<Record<string, number>>;
  readonly mark: MarkRules;
  readonly funding: FundingRules;
  readonly liquidation: LiquidationRules;
  readonly backstop: BackstopRules;
  readonly adl: AdlRules;
  readonly tiers: Readonly<Record<string, readonly Bracket[]>>;
}

/** A rule in a form that the step loop does not run. */
export interface UnsupportedRule {
  /** For example `contract.kind`. */
  readonly path: string;
  readonly expected: string;
  readonly found: string;
}

/** Rules of a run, or everything that stands in the way. */
export type RunRulesResult =
  | {
      readonly ok: true;
      readonly rules: RunRules;
      /** How the index is made of spot markets; beside the rules, as it cannot change a run with one source. */
      readonly indexRules: IndexRules;
      /** What the index follows in part, where it has several sources. */
      readonly indexNotes: readonly RuleNote[];
      readonly coinsByRule: readonly CoinByRule[];
      /** Rules that the run follows in part, or by an assumption. */
      readonly notes: readonly RuleNote[];
    }
  | { readonly ok: false; readonly unsupported: readonly UnsupportedRule[] };

/** A coin without a margin table of its own. */
export interface CoinByRule {
  readonly coin: string;
  /** Class whose table it takes, and why. */
  readonly note: string;
}

/**
 * Rules for the coins of a scenario that starts at a moment; margin tables and fees are those of that date.
 *
 * @param profile a venue profile
 * @param scenario its coins, and its start as ISO 8601 UTC
 */
export function runRules(
  profile: VenueProfile,
  scenario: { readonly coins: readonly string[]; readonly start: string },
): RunRulesResult {
  const unsupported = unsupportedRules(profile);
  const notes: RuleNote[] = [];
  const indexNotes: RuleNote[] = [];
  const index = indexRules(profile, scenario.coins, indexNotes);
  const mark = markRules(profile, notes);
  const funding = fundingRules(profile, notes);
  const liquidation = liquidationRules(profile, scenario.start, notes);
  const backstop = backstopRules(profile);
  if (
    unsupported.length > 0 ||
    index === undefined ||
    funding === undefined ||
    liquidation === undefined ||
    backstop === undefined
  ) {
    return { ok: false, unsupported };
  }
  const coinsByRule: CoinByRule[] = [];
  const tiers: Record<string, readonly Bracket[]> = {};
  const impactNotional: Record<string, number> = {};
  for (const coin of scenario.coins) {
    const { table, byRule, className } = tiersAt(profile, coin, scenario.start);
    tiers[coin] = bracketsOf(table);
    impactNotional[coin] = impactOf(profile, coin, table, tiers[coin]);
    if (byRule)
      coinsByRule.push({
        coin,
        note: `${coin} has no margin table of its own: that of the class ${className}`,
      });
    if (table.kind === "open-interest-scaled" && table.lowerCap !== undefined)
      notes.push({
        path: `margin.initial.${coin}`,
        note: `the initial rate of ${coin} stays at its base: a run does not raise it with open interest`,
      });
  }
  return {
    ok: true,
    coinsByRule,
    notes,
    indexRules: index,
    indexNotes,
    rules: {
      name: profile.name,
      fees: profile.fees,
      priceBand: profile.orders.marketBand,
      impactNotional,
      mark,
      funding,
      liquidation,
      backstop,
      adl: adlRules(profile),
      tiers,
    },
  };
}

/** A table as brackets; one rate for all notionals is one bracket. */
function bracketsOf(table: MarginTable): readonly Bracket[] {
  if (table.kind === "brackets") return table.brackets;
  if (table.kind === "position-steps") return [];
  const { initial, maintenanceFraction } = table;
  return [{ floor: 0, maxLeverage: 1 / initial, maintenance: initial * maintenanceFraction, amount: 0 }];
}

function impactOf(
  { impactNotional: rule }: VenueProfile,
  coin: string,
  table: MarginTable,
  brackets: readonly Bracket[],
): number {
  switch (rule.kind) {
    case "per-initial-margin":
      return rule.amount * brackets[0].maxLeverage;
    case "by-coin":
      return rule.amounts.coins[coin] ?? rule.amounts.others;
    case "fixed":
      return rule.amount;
    case "margin-table":
      return table.kind === "open-interest-scaled" ? table.impactNotional : 0;
  }
}

/** Every rule whose form is not one that the step loop runs. */
function unsupportedRules(profile: VenueProfile): UnsupportedRule[] {
  const { contract, margin, index, funding, liquidation, backstop, deleveraging, impactNotional } = profile;
  const { cap } = funding;
  const { price } = liquidation;
  const change = cap.kind === "margin-gap" ? cap.changeOfMaintenance : undefined;
  const isScaled = margin.initial.kind === "open-interest-scaled";
  const rows: readonly (readonly [path: string, expected: readonly string[], found: string])[] = [
    ["contract.kind", ["linear"], contract.kind],
    ["margin.initial.kind", ["leverage", "open-interest-scaled"], margin.initial.kind],
    [
      "margin.maintenance.kind",
      isScaled ? ["fraction-of-initial"] : ["brackets", "half-of-initial"],
      margin.maintenance.kind,
    ],
    ["index.kind", ["capped-mean", "weighted-median", "median"], index.kind],
    ["funding.cap.changeOfMaintenance", ["none"], String(change ?? "none")],
    [
      "impactNotional.kind",
      isScaled
        ? ["per-initial-margin", "by-coin", "fixed", "margin-table"]
        : ["per-initial-margin", "by-coin", "fixed"],
      impactNotional.kind,
    ],
    [
      "liquidation.step.kind",
      ["bracket-step", "share-with-cooldown", "capped-portion"],
      liquidation.step.kind,
    ],
    [
      "liquidation.price.timeInForce",
      ["immediate-or-cancel"],
      price.kind === "bankruptcy" ? price.timeInForce : "immediate-or-cancel",
    ],
    ["backstop.kind", ["insurance-fund", "vault", "none"], backstop.kind],
    ["deleveraging.trigger", [deleveragingTrigger(profile)], deleveraging.trigger],
  ];
  return rows
    .filter(([, expected, found]) => !expected.includes(found))
    .map(([path, expected, found]) => ({ path, expected: expected.join(" or "), found }));
}
