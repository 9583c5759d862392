/**
 * The two forms of a perpetual contract, and what a size is worth in each.
 *
 * Linear: sizes in base units, money in the quote currency. Inverse: sizes in contracts of one quote unit, money
 * in the base coin. The waterfall's formulas are the same in both once notional and profit are taken from here.
 */
import { fail } from "./checked.ts";

/** `linear` (settled in the quote currency, the default) or `inverse` (settled in the coin). */
export type ContractForm = "linear" | "inverse";

/** Notional of one unit of size at a price, in settlement units: the price, or 1 / price. */
export function unitNotional(contract: ContractForm | undefined, price: number): number {
  if (contract === undefined || contract === "linear") return price;
  if (contract === "inverse") return 1 / price;
  return fail("contract", '"linear" or "inverse"', contract);
}

/**
 * Profit of a position that is moved from one price to another, in settlement units.
 *
 * Linear: side x size x (to - from). Inverse: side x size x (1 / from - 1 / to).
 */
export function profitBetween(position: {
  readonly contract?: ContractForm | undefined;
  readonly side: number;
  readonly size: number;
  readonly from: number;
  readonly to: number;
}): number {
  const { contract, side, size, from, to } = position;
  if (contract === "inverse") return side * size * (1 / from - 1 / to);
  return side * size * (unitNotional(contract, to) - from);
}
