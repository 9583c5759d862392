/**
 * The six forms in which venues state margin rates, behind one function that gives the rates of a position.
 *
 * Brackets (Binance, Bybit, Hyperliquid), steps on the whole position (BitMEX), tiers on the whole position (OKX), a flat
 * rate whose initial part scales with open interest (dYdX v4), linear in size (Deribit), and a power law of the
 * notional (Orderly).
 * Only the first is continuous and marginal; the others apply their rate to the whole notional.
 */
import { pow } from "../numeric/power.ts";
import { between, fail, nonNegative, positive } from "./checked.ts";
import { bracketOf } from "./tiers.ts";
import type { Bracket } from "./tiers.ts";

/** Marginal brackets; initial margin is 1 / leverage, capped by the bracket's highest leverage. */
export interface BracketRule {
  readonly kind: "brackets";
  readonly brackets: readonly Bracket[];
}

/** BitMEX risk limits: the rate of the whole position rises by a step per `step` of value. */
export interface StepRule {
  readonly kind: "steps";
  readonly baseMaintenanceRate: number;
  readonly baseInitialRate: number;
  /** Values below this have the base rates, in settlement units (XBT for XBTUSD). */
  readonly baseLimit: number;
  /** Width of each further step, same unit. */
  readonly step: number;
}

/** One tier of a table whose rate holds for the whole position. */
export interface WholeTier {
  /** The tier holds notionals above this, in settlement units; 0 in the first. */
  readonly notionalFloor: number;
  readonly maintenanceRate: number;
  /** Highest leverage allowed, from 1 to 1 / maintenanceRate. */
  readonly maxLeverage: number;
}

/** OKX position tiers: the rate of the position's tier on all of it, so that margin jumps at a floor. */
export interface WholeTierRule {
  readonly kind: "whole-tiers";
  /** By ascending floor; rates must not fall, leverage must not rise. */
  readonly tiers: readonly WholeTier[];
  /** Value of the largest position, settlement units; none unless told. */
  readonly largestNotional?: number;
}

/** dYdX v4 liquidity tier: one rate per market; open interest raises the initial rate only. */
export interface FlatRule {
  readonly kind: "flat";
  readonly initialRate: number;
  /** Maintenance rate = initialRate x this (on the base rate, never the scaled one). */
  readonly maintenanceFraction: number;
  /** Open interest (quote units) from which the initial rate rises, and at which it is 1; both or none. */
  readonly openInterestLower?: number;
  readonly openInterestUpper?: number;
}

/** Deribit: both rates rise linearly with the position's size. */
export interface LinearSizeRule {
  readonly kind: "linear-size";
  readonly initialRate: number;
  readonly maintenanceRate: number;
  /** Added to both rates per unit of size, for example 0.00005 per BTC. */
  readonly ratePerUnit: number;
}

/** Orderly: rate = max(base, base / baseInitialRate x factor x notional^power). */
export interface PowerLawRule {
  readonly kind: "power-law";
  readonly baseInitialRate: number;
  readonly baseMaintenanceRate: number;
  readonly factor: number;
  /** 0.8 at the venue. */
  readonly power: number;
}

/** A venue's margin rule for one market. */
export type MarginRule = BracketRule | StepRule | WholeTierRule | FlatRule | LinearSizeRule | PowerLawRule;

/** What a rule asks of one position: initial = N x initialRate, maintenance = N x maintenanceRate - amount. */
export interface MarginRates {
  /** Lowest initial margin rate (the reciprocal of the highest leverage). */
  readonly initialRate: number;
  readonly maintenanceRate: number;
  /** In settlement units; 0 except for brackets. */
  readonly maintenanceAmount: number;
}

/** What the rates depend on. `size` matters to linear-size, `openInterest` to flat rules with caps. */
export interface RatedPosition {
  readonly rule: MarginRule;
  /** Position value, settlement units. */
  readonly notional: number;
  /** Absolute size in base units; needed by linear-size rules. */
  readonly size?: number;
  /** The market's open interest in quote units; needed by flat rules with caps. */
  readonly openInterest?: number;
}

/**
 * Rates that a rule asks of a position.
 *
 * @throws UserError `invalid-argument`
 * Source: the venue documents named at each form.
 *
 * @example
 * // Deribit BTC, 25 BTC at 100,000: initial 53,125, maintenance 28,125.
 * const rates = marginRates({
 *   rule: { kind: "linear-size", initialRate: 0.02, maintenanceRate: 0.01, ratePerUnit: 0.00005 },
 *   notional: 2_500_000,
 *   size: 25,
 * });
 * 2_500_000 * rates.maintenanceRate; // 28,125
 */
export function marginRates(position: RatedPosition): MarginRates {
  const { rule, notional } = position;
  nonNegative("notional", notional);
  switch (rule.kind) {
    case "brackets": {
      const bracket = bracketOf({ brackets: rule.brackets, notional });
      return {
        initialRate: 1 / bracket.maxLeverage,
        maintenanceRate: bracket.maintenanceRate,
        maintenanceAmount: bracket.maintenanceAmount,
      };
    }
    case "steps":
      return stepRates({ ...rule, value: notional });
    case "whole-tiers":
      return wholeTierRates({ ...rule, value: notional });
    case "flat":
      return flatRates(rule, position.openInterest);
    case "linear-size": {
      if (position.size === undefined) fail("size", "the position's size, for a rule linear in size", "none");
      const extra = nonNegative("ratePerUnit", rule.ratePerUnit) * nonNegative("size", position.size);
      return wholeRates(rule.initialRate + extra, rule.maintenanceRate + extra);
    }
    case "power-law":
      return powerLawRates(rule, notional);
  }
}

/**
 * BitMEX risk limit of a position: maintenance = base (1 + k), initial = baseInitial + k base, where k = 0 below
 * the base limit and floor((value - base limit) / step) + 1 from it on. The rate holds for the whole position,
 * so margin jumps at a limit.
 *
 * @param position `value` in settlement units
 * @throws UserError `invalid-argument`
 * Source: BitMEX, Risk Limits Examples (step 150 XBT after August 2021; 100 XBT before).
 *
 * @example
 * const base = { baseMaintenanceRate: 0.005, baseInitialRate: 0.01, baseLimit: 200, step: 150 };
 * stepRates({ ...base, value: 180 }).maintenanceRate; // 0.005: 0.90 XBT
 * stepRates({ ...base, value: 230 }).maintenanceRate; // 0.01
 */
export function stepRates(position: Omit<StepRule, "kind"> & { readonly value: number }): MarginRates {
  const { baseMaintenanceRate, baseInitialRate, baseLimit, step, value } = position;
  positive("baseMaintenanceRate", baseMaintenanceRate);
  positive("baseInitialRate", baseInitialRate);
  positive("baseLimit", baseLimit);
  positive("step", step);
  nonNegative("value", value);
  const steps = value < baseLimit ? 0 : Math.floor((value - baseLimit) / step) + 1;
  return wholeRates(baseInitialRate + steps * baseMaintenanceRate, baseMaintenanceRate * (1 + steps));
}

/**
 * Rates of a position under tiers that hold for the whole of it: those of the tier with floor < value <= next floor.
 *
 * @param position `value` in settlement units; a value above the largest position is in the last tier
 * @throws UserError `invalid-argument` naming tier and field, for floors that do not ascend from 0, rates outside
 *   (0, 1) or falling, a leverage below 1, above 1 / rate or rising
 * Source: OKX, Tiered maintenance margin ratio rules (read 2026-11): value x rate of its tier. Its tier table as
 * in freqtrade's OKX test, commit c9ae5e1e: 2,000 is in the first tier, 2,001 in the second.
 *
 * @example
 * const tiers = [
 *   { notionalFloor: 0, maintenanceRate: 0.01, maxLeverage: 75 },
 *   { notionalFloor: 2_000, maintenanceRate: 0.015, maxLeverage: 50 },
 * ];
 * wholeTierRates({ tiers, value: 2_000 }).maintenanceRate; // 0.01: margin 20
 * wholeTierRates({ tiers, value: 2_001 }).maintenanceRate; // 0.015: margin 30.015
 */
export function wholeTierRates(
  position: Omit<WholeTierRule, "kind"> & { readonly value: number },
): MarginRates {
  const { tiers, largestNotional } = position;
  const value = nonNegative("value", position.value);
  if (tiers.length === 0) fail("tiers", "at least one tier", "none");
  let found = tiers[0];
  for (const [k, tier] of tiers.entries()) {
    checkWholeTier(`tiers[${k}]`, tier, k === 0 ? undefined : tiers[k - 1]);
    if (k > 0 && tier.notionalFloor < value) found = tier;
  }
  const last = tiers[tiers.length - 1].notionalFloor;
  if (largestNotional !== undefined && !(largestNotional > last))
    fail("largestNotional", `above the last floor, ${last}`, largestNotional);
  return wholeRates(Math.max(1 / found.maxLeverage, found.maintenanceRate), found.maintenanceRate);
}

function checkWholeTier(path: string, tier: WholeTier, below: WholeTier | undefined): void {
  const { notionalFloor, maintenanceRate, maxLeverage } = tier;
  if (below === undefined && notionalFloor !== 0)
    fail(`${path}.notionalFloor`, "0 in the first tier", notionalFloor);
  if (below !== undefined && !(Number.isFinite(notionalFloor) && notionalFloor > below.notionalFloor))
    fail(`${path}.notionalFloor`, `above the floor before, ${below.notionalFloor}`, notionalFloor);
  const leastRate = below?.maintenanceRate ?? 0;
  if (!(maintenanceRate > 0 && maintenanceRate >= leastRate && maintenanceRate < 1))
    fail(`${path}.maintenanceRate`, `a fraction above 0, below 1, at least ${leastRate}`, maintenanceRate);
  const most = Math.min(below?.maxLeverage ?? Infinity, 1 / maintenanceRate);
  if (!(maxLeverage >= 1 && maxLeverage <= most * (1 + 1e-9)))
    fail(`${path}.maxLeverage`, `from 1 to ${most}`, maxLeverage);
}

/**
 * Initial margin fraction scaled by open interest (DYDX-OIMF).
 *
 * min(1, base + max(0, (open interest - lower) / (upper - lower)) (1 - base)), a fraction of the notional.
 *
 * @param market caps and open interest in the same quote unit, lower < upper
 * @throws UserError `invalid-argument`
 * Source: dYdX v4 protocol, x/perpetuals/types (commit 84d4664b).
 *
 * @example
 * openInterestScaledRate({
 *   baseRate: 0.2, openInterestLower: 1_000_000, openInterestUpper: 2_000_000, openInterest: 1_234_567,
 * }); // 0.3876536
 */
export function openInterestScaledRate(market: {
  readonly baseRate: number;
  readonly openInterestLower: number;
  readonly openInterestUpper: number;
  readonly openInterest: number;
}): number {
  const { baseRate, openInterestLower, openInterestUpper, openInterest } = market;
  between("baseRate", baseRate, 0, 1);
  nonNegative("openInterestLower", openInterestLower);
  nonNegative("openInterest", openInterest);
  if (!(Number.isFinite(openInterestUpper) && openInterestUpper > openInterestLower)) {
    fail("openInterestUpper", `above openInterestLower = ${openInterestLower}`, openInterestUpper);
  }
  const filled = (openInterest - openInterestLower) / (openInterestUpper - openInterestLower);
  return Math.min(1, baseRate + Math.max(0, filled) * (1 - baseRate));
}

function flatRates(rule: FlatRule, openInterest: number | undefined): MarginRates {
  const { initialRate, maintenanceFraction, openInterestLower, openInterestUpper } = rule;
  positive("initialRate", initialRate);
  between("maintenanceFraction", maintenanceFraction, 0, 1);
  const maintenanceRate = initialRate * maintenanceFraction;
  if (openInterestLower === undefined && openInterestUpper === undefined) {
    return wholeRates(initialRate, maintenanceRate);
  }
  if (openInterestLower === undefined || openInterestUpper === undefined) {
    fail("openInterestUpper", "both open interest caps or neither", openInterestUpper ?? openInterestLower);
  }
  if (openInterest === undefined)
    fail("openInterest", "the market's open interest, for a rule with caps", "none");
  const scaled = openInterestScaledRate({
    baseRate: initialRate,
    openInterestLower,
    openInterestUpper,
    openInterest,
  });
  return wholeRates(scaled, maintenanceRate);
}

function powerLawRates(rule: PowerLawRule, notional: number): MarginRates {
  const { baseInitialRate, baseMaintenanceRate, factor, power } = rule;
  positive("baseInitialRate", baseInitialRate);
  positive("baseMaintenanceRate", baseMaintenanceRate);
  nonNegative("factor", factor);
  positive("power", power);
  const scaled = notional === 0 ? 0 : factor * pow(notional, power);
  return wholeRates(
    Math.max(baseInitialRate, scaled),
    Math.max(baseMaintenanceRate, (baseMaintenanceRate / baseInitialRate) * scaled),
  );
}

/** Rates on the whole notional; an initial rate above 1 asks for more than the position's value and is kept. */
function wholeRates(initialRate: number, maintenanceRate: number): MarginRates {
  positive("initialRate", initialRate);
  nonNegative("maintenanceRate", maintenanceRate);
  if (maintenanceRate > initialRate)
    fail("maintenanceRate", `at most initialRate = ${initialRate}`, maintenanceRate);
  return { initialRate, maintenanceRate, maintenanceAmount: 0 };
}
