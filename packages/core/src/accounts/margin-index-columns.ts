/**
 * What the margin index reads: plain columns that the caller owns and changes, and the exact amounts over them
 * that the index and its full re-check have in common.
 *
 * Money is integer quanta. Nothing here moves money, files a trigger or decides; a caller that changes an
 * account's columns has to say so to the index (`touch`).
 */
import { CEIL, FLOOR, mulDiv } from "../numeric/mul-div.ts";
import { PPM } from "../units.ts";
import type { AccountColumns, SlotColumns } from "./ledger.ts";
import type { TierTable } from "./tiers.ts";

/** Markets as columns: rules and the mark, which `moveMark` writes. */
export interface MarginMarkets {
  readonly perpetual: Uint8Array;
  readonly quantaPerTickLot: Float64Array;
  readonly tiers: readonly TierTable[];
  /** Whole ticks of at least 1. */
  readonly markTicks: Float64Array;
}

/** Funding that accrues in an index per market and is settled when an account is touched. */
export interface FundingColumns {
  /** Per market: what one long lot has paid since the start, millionths of a quantum; `moveFunding` writes it. */
  readonly index: Float64Array;
  /** Per slot: the index up to which the position has settled. */
  readonly settled: Float64Array;
}

/** Assets that count as collateral of cross accounts, and who holds them. */
export interface CollateralColumns {
  /** Per asset, written by `moveCollateral`: price in whole ticks of at least 1. */
  readonly priceTicks: Float64Array;
  /** Per asset: share of the value that counts, ppm, 0 to 1,000,000 (950,000: a haircut of 5 %). */
  readonly ratioPpm: Float64Array;
  /** Per asset: weight of a negative balance, ppm, at least 1,000,000. */
  readonly liabilityPpm: Float64Array;
  /** Per asset: quanta of value per tick and unit. */
  readonly quantaPerTickUnit: Float64Array;
  /** Per account: its first holding, or -1. */
  readonly firstHolding: Int32Array;
  /** Per holding. */
  readonly account: Int32Array;
  readonly asset: Int32Array;
  readonly nextOfAccount: Int32Array;
  /** Per holding: whole units, negative when borrowed. */
  readonly units: Float64Array;
}

/** All columns of a margin index. Accounts and slots are those of the ledger, or any of the same shape. */
export interface MarginColumns {
  readonly accounts: Pick<AccountColumns, "cash" | "cross" | "firstSlot" | "weight">;
  readonly slots: Pick<SlotColumns, "account" | "market" | "nextOfAccount" | "lots" | "cost" | "margin">;
  readonly markets: MarginMarkets;
  /** Left out: funding is paid in cash or margin as it falls due, and the account touched. */
  readonly funding?: FundingColumns | undefined;
  /** Left out: cash is the only collateral. */
  readonly collateral?: CollateralColumns | undefined;
}

/**
 * Funding that a position owes and has not settled, in quanta: lots x (index - settled), rounded up, so that
 * payers round up and receivers down. Negative: it is owed to the position.
 */
export function accruedFundingQuanta(columns: MarginColumns, slot: number): number {
  const { funding, slots } = columns;
  if (funding === undefined) return 0;
  const moved = funding.index[slots.market[slot]] - funding.settled[slot];
  return moved === 0 ? 0 : mulDiv(slots.lots[slot], moved, PPM, CEIL);
}

/**
 * Settles a position's funding: takes it from cash (cross) or margin (isolated) and returns what was taken, for the
 * account that collects funding and keeps the dust. Has to come before any change of the position's lots.
 */
export function settleFunding(columns: MarginColumns, slot: number): number {
  const { accounts, slots, funding } = columns;
  if (funding === undefined) return 0;
  const payment = accruedFundingQuanta(columns, slot);
  const account = slots.account[slot];
  if (accounts.cross[account] === 1) accounts.cash[account] -= payment;
  else slots.margin[slot] -= payment;
  funding.settled[slot] = funding.index[slots.market[slot]];
  return payment;
}

/** Value that a holding counts for as margin, in quanta, rounded down: units x price x ratio or liability weight. */
export function holdingQuanta(collateral: CollateralColumns, holding: number): number {
  const asset = collateral.asset[holding];
  const units = collateral.units[holding];
  const value = units * collateral.priceTicks[asset] * collateral.quantaPerTickUnit[asset];
  return mulDiv(value, (units < 0 ? collateral.liabilityPpm : collateral.ratioPpm)[asset], PPM, FLOOR);
}

/** Sum of `holdingQuanta` over an account's holdings. */
export function collateralQuanta(columns: MarginColumns, account: number): number {
  const { collateral } = columns;
  if (collateral === undefined) return 0;
  let sum = 0;
  let holding = collateral.firstHolding[account];
  for (; holding !== -1; holding = collateral.nextOfAccount[holding])
    sum += holdingQuanta(collateral, holding);
  return sum;
}
