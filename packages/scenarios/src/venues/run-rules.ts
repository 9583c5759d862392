/**
 * The part of a venue profile that the step loop runs, for the coins and the start of one scenario.
 *
 * The step loop knows one set of forms so far: linear contracts, brackets, median mark, insurance fund. A profile
 * with another form is refused here by name, never run as something that it is not. Words and sources stay
 * behind, so that they are no part of a scenario's hash.
 */
import type { ProfileData } from "./profile-schema.ts";
import { type Bracket, latestAt, tiersAt } from "./margin-tables.ts";
import type { VenueProfile } from "./venue-profile.ts";

/** Rules in base units: fractions, settlement-currency units, microseconds. */
export interface RunRules {
  readonly name: string;
  readonly fees: ProfileData["fees"];
  /** Farthest a market order may trade from the mark. */
  readonly priceBand: number;
  /** Impact notional times the lowest initial margin rate. */
  readonly impactNotionalPerInitialMargin: number;
  readonly funding: {
    readonly interval: number;
    readonly sample: number;
    readonly interest: number;
    readonly clamp: number;
    /** Cap of the rate over the first bracket's maintenance rate. */
    readonly capOfMaintenance: number;
  };
  readonly mark: { readonly basisSample: number; readonly basisSamples: number };
  readonly liquidation: {
    readonly clearanceFee: number;
    readonly takeoverCap: number;
    readonly unwind: number;
    readonly ordersPerStep?: number;
  };
  readonly tiers: Readonly<Record<string, readonly Bracket[]>>;
}

/** A rule in a form that the step loop does not run. */
export interface UnsupportedRule {
  /** For example `mark.kind`. */
  readonly path: string;
  readonly expected: string;
  readonly found: string;
}

/** Rules of a run, or everything that stands in the way. */
export type RunRulesResult =
  | { readonly ok: true; readonly rules: RunRules; readonly coinsByRule: readonly CoinByRule[] }
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
  const { mark, funding, liquidation, backstop, impactNotional, margin } = profile;
  const { rate, cap } = funding;
  const { clearanceFee } = liquidation;
  if (
    profile.contract.kind !== "linear" ||
    margin.initial.kind !== "leverage" ||
    (margin.maintenance.kind !== "brackets" && margin.maintenance.kind !== "half-of-initial") ||
    mark.kind !== "median-of-three" ||
    rate.kind !== "clamped-interest" ||
    cap.kind !== "maintenance-share" ||
    funding.ratePeriod !== funding.interval ||
    impactNotional.kind !== "per-initial-margin" ||
    liquidation.step.kind !== "bracket-step" ||
    liquidation.price.kind !== "bankruptcy" ||
    clearanceFee.kind !== "share-of-notional" ||
    backstop.kind !== "insurance-fund"
  )
    return { ok: false, unsupported: unsupportedRules(profile) };
  const coinsByRule: CoinByRule[] = [];
  const tiers: Record<string, readonly Bracket[]> = {};
  for (const coin of scenario.coins) {
    const { table, byRule, className } = tiersAt(profile, coin, scenario.start);
    if (table.kind === "brackets") tiers[coin] = table.brackets;
    if (byRule)
      coinsByRule.push({
        coin,
        note: `${coin} has no margin table of its own: that of the class ${className}`,
      });
  }
  const { ordersPerStep } = liquidation;
  return {
    ok: true,
    coinsByRule,
    rules: {
      name: profile.name,
      fees: profile.fees,
      priceBand: profile.orders.marketBand,
      impactNotionalPerInitialMargin: impactNotional.amount,
      funding: {
        interval: funding.interval,
        sample: funding.sample,
        interest: rate.interest,
        clamp: rate.clamp,
        capOfMaintenance: cap.share,
      },
      mark: { basisSample: mark.basisSample, basisSamples: mark.basisSamples },
      liquidation: {
        clearanceFee: clearanceFee.rates[latestAt(clearanceFee.rates, scenario.start)].rate,
        takeoverCap: backstop.takeoverCap,
        unwind: backstop.unwind,
        ...(ordersPerStep === undefined ? {} : { ordersPerStep }),
      },
      tiers,
    },
  };
}

/** Every rule whose form differs from the one that the step loop runs. */
function unsupportedRules(profile: VenueProfile): UnsupportedRule[] {
  const { contract, margin, mark, funding, liquidation, backstop, impactNotional } = profile;
  const rows: readonly (readonly [path: string, expected: string, found: string])[] = [
    ["contract.kind", "linear", contract.kind],
    ["margin.initial.kind", "leverage", margin.initial.kind],
    ["margin.maintenance.kind", "brackets or half-of-initial", margin.maintenance.kind],
    ["mark.kind", "median-of-three", mark.kind],
    ["funding.rate.kind", "clamped-interest", funding.rate.kind],
    ["funding.cap.kind", "maintenance-share", funding.cap.kind],
    ["funding.ratePeriod", `${funding.interval / 1e6}s, the interval`, `${funding.ratePeriod / 1e6}s`],
    ["impactNotional.kind", "per-initial-margin", impactNotional.kind],
    ["liquidation.step.kind", "bracket-step", liquidation.step.kind],
    ["liquidation.price.kind", "bankruptcy", liquidation.price.kind],
    ["liquidation.clearanceFee.kind", "share-of-notional", liquidation.clearanceFee.kind],
    ["backstop.kind", "insurance-fund", backstop.kind],
  ];
  return rows
    .filter(([, expected, found]) => !expected.split(/ or |, the /).includes(found))
    .map(([path, expected, found]) => ({ path, expected, found }));
}
