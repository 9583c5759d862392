/**
 * How much of a position one forced order closes: the partial liquidation rules of the venues.
 *
 * A rule sees one position at one moment and returns a size; it never looks at the book. Where a rule aims at a
 * tier or a margin level the size is rounded up to whole lots, so that the aim is reached; where it is a cap
 * (share, portion) it is rounded down, with one lot as the least.
 */
import { between, fail, finite, nonNegative, positive } from "./checked.ts";
import { type ContractForm, unitNotional } from "./contract-form.ts";

/** One tier of maintenance margin as this file needs it, sorted by floor from 0; `Bracket` has this shape. */
export interface MaintenanceStep {
  /** Notional above which the tier applies, in settlement units. */
  readonly notionalFloor: number;
  /** Maintenance margin rate, a fraction. */
  readonly maintenanceRate: number;
}

/** A venue's rule. */
export type PartialSizeRule =
  /** The whole position. */
  | { readonly kind: "all" }
  /**
   * Down to the floor of the tier below, everything in the first tier. Binance "smart liquidation" read as one
   * bracket per order, BitMEX and Bybit "next lower risk limit" (venue documents, 2021-2024).
   */
  | { readonly kind: "tier-step"; readonly tiers: readonly MaintenanceStep[] }
  /**
   * Two tiers down while the position is in the third tier or above and equity / notional is not below the first
   * tier's rate; everything otherwise (OKX partial liquidation rules).
   */
  | { readonly kind: "two-tiers"; readonly tiers: readonly MaintenanceStep[] }
  /**
   * A share of positions above a notional; everything at or below it, and during the cooldown that follows a
   * partial order (Hyperliquid: 0.2 above 100,000, 30 s).
   */
  | {
      readonly kind: "share";
      readonly share: number;
      readonly aboveNotional: number;
      readonly cooldownSeconds: number;
    }
  /**
   * At most a portion of the position per block, at least a notional, at most a notional per account and block
   * (dYdX v4 genesis: 0.1, 1,000, 100,000).
   */
  | {
      readonly kind: "portion";
      readonly maxPortion: number;
      readonly minNotional: number;
      readonly maxNotionalPerBlock: number;
    }
  /**
   * As much as brings equity back to maintenance: shortage / (price (rate - liquidation fee - fund fee)), the
   * whole position when closing cannot help (Drift `calculate_base_asset_amount_to_cover_margin_shortage`).
   */
  | {
      readonly kind: "shortage";
      readonly maintenanceRate: number;
      readonly liquidationFeeRate: number;
      readonly fundFeeRate: number;
    };

/** The position that is to be reduced. */
export interface PartialSizePosition {
  /** Size without sign in base units (inverse: contracts), above 0. */
  readonly size: number;
  /** Price that values it (mark or oracle), above 0. */
  readonly price: number;
  /** Linear when left out. Notionals and shortage are in settlement units. */
  readonly contract?: ContractForm;
  /** Smallest tradable size; the result is a multiple of it. Without it nothing is rounded. */
  readonly lotSize?: number;
  /** Equity behind the position; read by `two-tiers`. */
  readonly equity?: number;
  /** Maintenance margin less equity, above 0; read by `shortage`. */
  readonly shortage?: number;
  /** Seconds since this account's last partial order, left out when there was none; read by `share`. */
  readonly secondsSincePartial?: number;
  /** Notional of this account already liquidated in this block, 0 when left out; read by `portion`. */
  readonly notionalThisBlock?: number;
}

/** The answer of `partialSize`. */
export interface PartialSize {
  /** Units of size to close, above 0 unless the block's limit is used up, at most the position. */
  readonly size: number;
  /** True when that is the whole position. A partial order starts the `share` rule's cooldown. */
  readonly whole: boolean;
}

/**
 * Size of the next forced order for a position under a venue's rule.
 *
 * Sources: the venue named at each member of `PartialSizeRule`.
 *
 * @throws UserError `invalid-argument` for a size or price that is not above 0, unsorted tiers, rates outside
 *   [0, 1], or a missing field that the rule reads
 * @example
 * // Drift: shortage 10, price 100, 10 % maintenance, 1 % fee to the liquidator, 1 % to the fund
 * const rule = { kind: "shortage", maintenanceRate: 0.1, liquidationFeeRate: 0.01, fundFeeRate: 0.01 } as const;
 * partialSize(rule, { size: 5, price: 100, shortage: 10 }); // { size: 1.25, whole: false }
 */
export function partialSize(rule: PartialSizeRule, position: PartialSizePosition): PartialSize {
  const size = positive("position.size", position.size);
  const unit = unitNotional(position.contract, positive("position.price", position.price));
  if (position.lotSize !== undefined) positive("position.lotSize", position.lotSize);
  switch (rule.kind) {
    case "all":
      return { size, whole: true };
    case "tier-step":
      return tierStep(rule.tiers, 1, size, unit, position.lotSize);
    case "two-tiers":
      return twoTiers(rule.tiers, size, unit, position);
    case "share":
      return shareOf(rule, size, unit, position);
    case "portion":
      return portionOf(rule, size, unit, position);
    case "shortage":
      return coverShortage(rule, size, unit, position);
    default:
      return fail("rule.kind", "a kind of PartialSizeRule", (rule as { kind: unknown }).kind);
  }
}

/**
 * Whether a cooldown still runs: less than `cooldownSeconds` since the last event; false when there was none.
 *
 * Source: Hyperliquid documentation, Liquidations: 30 s after a partial liquidation, in which the next orders are
 * for the whole position.
 *
 * @throws UserError `invalid-argument` for negative or non-finite times
 * @example
 * isCoolingDown({ secondsSince: 29, cooldownSeconds: 30 }); // true
 */
export function isCoolingDown(times: {
  readonly secondsSince?: number | undefined;
  readonly cooldownSeconds: number;
}): boolean {
  const cooldown = nonNegative("cooldownSeconds", times.cooldownSeconds);
  if (times.secondsSince === undefined) return false;
  return nonNegative("secondsSince", times.secondsSince) < cooldown;
}

function tierStep(
  tiers: readonly MaintenanceStep[],
  down: number,
  size: number,
  unit: number,
  lotSize: number | undefined,
): PartialSize {
  const tier = tierOf(tiers, size * unit);
  if (tier < down) return { size, whole: true };
  // Kept: the cap of the tier that is `down` below, which is the floor of the one above it.
  return roundedUp(size - tiers[tier - down + 1].notionalFloor / unit, size, lotSize);
}

function twoTiers(
  tiers: readonly MaintenanceStep[],
  size: number,
  unit: number,
  position: PartialSizePosition,
): PartialSize {
  const equity = finite("position.equity", position.equity ?? NaN);
  const tier = tierOf(tiers, size * unit);
  if (tier < 2 || equity < size * unit * tiers[0].maintenanceRate) return { size, whole: true };
  return tierStep(tiers, 2, size, unit, position.lotSize);
}

function shareOf(
  rule: Extract<PartialSizeRule, { kind: "share" }>,
  size: number,
  unit: number,
  position: PartialSizePosition,
): PartialSize {
  const share = between("rule.share", rule.share, 0, 1);
  const above = nonNegative("rule.aboveNotional", rule.aboveNotional);
  const cooling = isCoolingDown({
    secondsSince: position.secondsSincePartial,
    cooldownSeconds: rule.cooldownSeconds,
  });
  if (cooling || size * unit <= above) return { size, whole: true };
  return roundedDown(size * share, size, position.lotSize);
}

function portionOf(
  rule: Extract<PartialSizeRule, { kind: "portion" }>,
  size: number,
  unit: number,
  position: PartialSizePosition,
): PartialSize {
  const portion = between("rule.maxPortion", rule.maxPortion, 0, 1);
  const least = nonNegative("rule.minNotional", rule.minNotional);
  const perBlock = nonNegative("rule.maxNotionalPerBlock", rule.maxNotionalPerBlock);
  const used = nonNegative("position.notionalThisBlock", position.notionalThisBlock ?? 0);
  const notional = size * unit;
  const most = Math.min(Math.max(notional * portion, Math.min(least, notional)), perBlock - used);
  if (most <= 0) return { size: 0, whole: false };
  if (notional <= most) return { size, whole: true };
  return roundedDown(most / unit, size, position.lotSize);
}

function coverShortage(
  rule: Extract<PartialSizeRule, { kind: "shortage" }>,
  size: number,
  unit: number,
  position: PartialSizePosition,
): PartialSize {
  const shortage = positive("position.shortage", position.shortage ?? NaN);
  const freed =
    between("rule.maintenanceRate", rule.maintenanceRate, 0, 1) -
    between("rule.liquidationFeeRate", rule.liquidationFeeRate, 0, 1) -
    between("rule.fundFeeRate", rule.fundFeeRate, 0, 1);
  if (freed <= 0) return { size, whole: true };
  return roundedUp(shortage / (unit * freed), size, position.lotSize);
}

/** Index of the tier of a notional, `floor < notional <= next floor`; refuses a table that cannot be one. */
function tierOf(tiers: readonly MaintenanceStep[], notional: number): number {
  if (tiers.length === 0 || tiers[0].notionalFloor !== 0)
    fail("rule.tiers[0].notionalFloor", "0", tiers[0]?.notionalFloor);
  let index = 0;
  for (let k = 0; k < tiers.length; k++) {
    nonNegative(`rule.tiers[${k}].notionalFloor`, tiers[k].notionalFloor);
    between(`rule.tiers[${k}].maintenanceRate`, tiers[k].maintenanceRate, 0, 1);
    if (k > 0 && !(tiers[k].notionalFloor > tiers[k - 1].notionalFloor)) {
      fail(
        `rule.tiers[${k}].notionalFloor`,
        `above ${tiers[k - 1].notionalFloor}, tiers ascend`,
        tiers[k].notionalFloor,
      );
    }
    if (k > 0 && tiers[k].notionalFloor < notional) index = k;
  }
  return index;
}

/** Lots that decimal inputs meet exactly may come out a rounding error off; this much is forgiven. */
const LOT_SLACK = 1e-9;

function roundedUp(wanted: number, size: number, lotSize: number | undefined): PartialSize {
  const lots =
    lotSize === undefined ? wanted : Math.max(1, Math.ceil(wanted / lotSize - LOT_SLACK)) * lotSize;
  return lots >= size ? { size, whole: true } : { size: lots, whole: false };
}

function roundedDown(wanted: number, size: number, lotSize: number | undefined): PartialSize {
  const lots =
    lotSize === undefined ? wanted : Math.max(1, Math.floor(wanted / lotSize + LOT_SLACK)) * lotSize;
  return lots >= size ? { size, whole: true } : { size: lots, whole: false };
}
