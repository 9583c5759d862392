/**
 * Maintenance-margin tiers of one market as columns, and the margin formulas over them.
 *
 * An account stands for `weight` identical traders: brackets apply to notional / weight, amounts are totals.
 * Margin never reads a book or an index; it is given the notional at the mark.
 */
import { CEIL, FLOOR, mulDiv } from "../numeric/mul-div.ts";
import { PPM } from "../units.ts";

/** Brackets of one market, sorted by floor. */
export interface TierTable {
  readonly count: number;
  readonly floorQuanta: Float64Array;
  readonly maxLeverage: Float64Array;
  readonly maintenancePpm: Float64Array;
  readonly maintenanceAmountQuanta: Float64Array;
}

/** One bracket as data; `MarginTier` of the compiled inputs has this shape. */
export interface TierRow {
  readonly floorQuanta: number;
  readonly maxLeverage: number;
  readonly maintenancePpm: number;
  readonly maintenanceAmountQuanta: number;
}

/** Columns of a list of brackets; an empty list (spot) gives a table that asks for nothing. */
export function tierTable(tiers: readonly TierRow[]): TierTable {
  const column = (read: (tier: TierRow) => number): Float64Array => Float64Array.from(tiers, read);
  return {
    count: tiers.length,
    floorQuanta: column((tier) => tier.floorQuanta),
    maxLeverage: column((tier) => tier.maxLeverage),
    maintenancePpm: column((tier) => tier.maintenancePpm),
    maintenanceAmountQuanta: column((tier) => tier.maintenanceAmountQuanta),
  };
}

/** Index of the bracket of one trader's notional: `floor < notional <= cap`. */
export function tierIndex(table: TierTable, notionalPerTrader: number): number {
  const { count, floorQuanta } = table;
  let index = 0;
  while (index + 1 < count && floorQuanta[index + 1] < notionalPerTrader) index++;
  return index;
}

/**
 * Maintenance margin of a position, in quanta: notional x rate - weight x maintenance amount, rounded up.
 *
 * Continuous in the notional because each bracket's amount is cum_n = cum_(n-1) + floor_n (rate_n - rate_(n-1)).
 */
export function maintenanceQuanta(table: TierTable, notionalQuanta: number, weight: number): number {
  if (notionalQuanta === 0 || table.count === 0) return 0;
  const tier = tierIndex(table, notionalQuanta / weight);
  const gross = mulDiv(notionalQuanta, table.maintenancePpm[tier], PPM, CEIL);
  return Math.max(0, gross - table.maintenanceAmountQuanta[tier] * weight);
}

/** Initial margin of a notional at a leverage, in quanta, rounded up. Leverage is honoured to 1/1000. */
export function initialMarginQuanta(notionalQuanta: number, leverage: number): number {
  return mulDiv(notionalQuanta, 1000, Math.max(1000, Math.floor(leverage * 1000)), CEIL);
}

/** Leverage allowed for a notional: the wish, capped by the bracket, at least 1. */
export function allowedLeverage(
  table: TierTable,
  notionalQuanta: number,
  weight: number,
  wish: number,
): number {
  if (table.count === 0) return 1;
  const cap = table.maxLeverage[tierIndex(table, notionalQuanta / weight)];
  return Math.max(1, Math.min(wish, cap));
}

/**
 * Mark at which an isolated position's equity falls to its maintenance margin, as a tick that is never late:
 * for a long the trigger lies at or above the exact price, for a short at or below. 0: no such price.
 *
 * Maintenance is the upper envelope of its brackets' lines (convex), so the exact price is the most adverse
 * one over brackets: p = (cost - margin - cum) / (lots k (1 - rate)) for a long, with 1 + rate for a short.
 */
export function isolatedTriggerTicks(
  table: TierTable,
  lots: number,
  costQuanta: number,
  marginQuanta: number,
  quantaPerTickLot: number,
  weight: number,
): number {
  const long = lots > 0;
  const size = Math.abs(lots) * quantaPerTickLot;
  let ticks = long ? 0 : Infinity;
  for (let tier = 0; tier < table.count; tier++) {
    const rate = table.maintenancePpm[tier] / PPM;
    const amount = table.maintenanceAmountQuanta[tier] * weight;
    if (long) ticks = Math.max(ticks, (costQuanta - marginQuanta - amount) / (size * (1 - rate)));
    else ticks = Math.min(ticks, (marginQuanta - costQuanta + amount) / (size * (1 + rate)));
  }
  if (long) return ticks <= 0 ? 0 : Math.floor(ticks) + 1;
  return ticks === Infinity ? 0 : Math.max(1, Math.ceil(ticks) - 1);
}

/**
 * Lots to close so that a position falls to the floor of the bracket below; all of them in the first bracket.
 *
 * Source: Binance "smart liquidation" read as one bracket per order (docs/assumptions, liquidation).
 */
export function partialCloseLots(
  table: TierTable,
  lots: number,
  markTicks: number,
  quantaPerTickLot: number,
  weight: number,
): number {
  const size = Math.abs(lots);
  const unit = markTicks * quantaPerTickLot;
  const tier = tierIndex(table, (size * unit) / weight);
  if (tier === 0) return size;
  const kept = mulDiv(table.floorQuanta[tier], weight, unit, FLOOR);
  return Math.max(1, Math.min(size, size - kept));
}
