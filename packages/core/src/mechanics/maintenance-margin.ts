/**
 * Maintenance margin of positions and accounts: below it an account is liquidated.
 *
 * maintenance = notional x rate - amount, at the mark. Hedge mode keeps one requirement per leg: a long and a
 * short of the same market do not net. Results are in settlement units and at least 0.
 */
import { CEIL, FLOOR, mulDiv } from "../numeric/mul-div.ts";
import { PPM } from "../units.ts";
import { between, exactInteger, nonNegative, positive } from "./checked.ts";
import { marginRates } from "./margin-rules.ts";
import type { MarginRule } from "./margin-rules.ts";

/** One position as far as maintenance margin is concerned; in hedge mode each leg is one. */
export interface MaintainedPosition {
  readonly rule: MarginRule;
  /** Absolute size, base units. */
  readonly size: number;
  /** Mark price, quote units per base unit. */
  readonly markPrice: number;
}

/**
 * Maintenance margin of one linear position: N x rate - amount with N = size x mark.
 *
 * @returns settlement units, at least 0
 * @throws UserError `invalid-argument`
 * Source: Binance support 360033525271; Hyperliquid docs, Margin tiers; Bybit, Maintenance margin; BitMEX, Risk
 * Limits Examples; Deribit, Linear perpetual; dYdX v4 x/perpetuals (commit 84d4664b).
 *
 * @example
 * // dYdX large-cap: 2 % x 60 % = 1.2 % of 60,000.
 * maintenanceMargin({
 *   rule: { kind: "flat", initialRate: 0.02, maintenanceFraction: 0.6 }, size: 1, markPrice: 60_000,
 * }); // 720
 */
export function maintenanceMargin(position: MaintainedPosition): number {
  const size = nonNegative("size", position.size);
  const notional = size * positive("markPrice", position.markPrice);
  return maintenanceOfNotional({ rule: baseRule(position.rule), notional, size });
}

/**
 * Maintenance margin of a position value, whatever the contract: N x rate - amount.
 *
 * @param position `notional` in settlement units (coins for an inverse contract); `size` only for rules linear
 *   in size
 * @returns settlement units, at least 0
 * @throws UserError `invalid-argument`
 *
 * @example
 * // BitMEX XBTUSD, 180 XBT below the first risk limit: 0.90 XBT.
 * maintenanceOfNotional({
 *   rule: { kind: "steps", baseMaintenanceRate: 0.005, baseInitialRate: 0.01, baseLimit: 200, step: 150 },
 *   notional: 180,
 * });
 */
export function maintenanceOfNotional(position: {
  readonly rule: MarginRule;
  readonly notional: number;
  readonly size?: number;
}): number {
  const { notional } = position;
  const rates = marginRates({ ...position, rule: baseRule(position.rule) });
  return Math.max(0, notional * rates.maintenanceRate - rates.maintenanceAmount);
}

/**
 * Maintenance margin of a cross account: the sum over its positions, hedge legs counted separately.
 *
 * @throws UserError `invalid-argument` naming the position
 *
 * @example
 * const rule = { kind: "flat", initialRate: 0.2, maintenanceFraction: 0.5 };
 * crossMaintenanceMargin([
 *   { rule, size: 0.004, markPrice: 50_000 },
 *   { rule, size: 0.1, markPrice: 3_000 },
 * ]); // 50
 */
export function crossMaintenanceMargin(positions: readonly MaintainedPosition[]): number {
  let total = 0;
  for (const [index, position] of positions.entries()) {
    nonNegative(`positions[${index}].size`, position.size);
    positive(`positions[${index}].markPrice`, position.markPrice);
    total += maintenanceMargin(position);
  }
  return total;
}

/**
 * Maintenance margin rate of a flat tier in parts per million, rounded down.
 *
 * floor(initialPpm x maintenanceFractionPpm / 10^6). Source: dYdX v4, x/perpetuals/types/liquidity_tier.go.
 *
 * @throws UserError `invalid-argument` unless both are integers from 0 to 1,000,000
 *
 * @example
 * flatMaintenancePpm({ initialPpm: 20_000, maintenanceFractionPpm: 600_000 }); // 12_000
 */
export function flatMaintenancePpm(tier: {
  readonly initialPpm: number;
  readonly maintenanceFractionPpm: number;
}): number {
  between("initialPpm", exactInteger("initialPpm", tier.initialPpm), 0, PPM);
  const fraction = exactInteger("maintenanceFractionPpm", tier.maintenanceFractionPpm);
  between("maintenanceFractionPpm", fraction, 0, PPM);
  return mulDiv(tier.initialPpm, fraction, PPM, FLOOR);
}

/**
 * Maintenance margin of a whole notional at a rate, in quanta, rounded up.
 *
 * @throws UserError `invalid-argument` unless both are integers, not negative
 *
 * @example
 * maintenanceMarginQuanta({ notionalQuanta: 5_000_000_001, ratePpm: 100_000 }); // 500_000_001
 */
export function maintenanceMarginQuanta(position: {
  readonly notionalQuanta: number;
  readonly ratePpm: number;
}): number {
  nonNegative("notionalQuanta", exactInteger("notionalQuanta", position.notionalQuanta));
  between("ratePpm", exactInteger("ratePpm", position.ratePpm), 0, PPM);
  return mulDiv(position.notionalQuanta, position.ratePpm, PPM, CEIL);
}

/** Open interest never moves maintenance margin (dYdX v4), so the caps are left out of the rule. */
function baseRule(rule: MarginRule): MarginRule {
  if (rule.kind !== "flat") return rule;
  return { kind: "flat", initialRate: rule.initialRate, maintenanceFraction: rule.maintenanceFraction };
}
