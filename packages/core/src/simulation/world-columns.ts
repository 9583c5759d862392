/**
 * The columns of a run's accounts and position slots: names and kinds, in the order in which they are laid out
 * and hashed.
 */
import type { SlotColumns } from "../accounts/ledger.ts";

/** Slots with their stop triggers. */
export interface RunSlotColumns extends SlotColumns {
  readonly stopTicks: Int32Array;
  readonly stopDirection: Int8Array;
  readonly stopNext: Int32Array;
  readonly stopPrevious: Int32Array;
}

export const ACCOUNT_KINDS = {
  cash: "f64",
  reserved: "f64",
  weight: "f64",
  firstSlot: "i32",
  liquidations: "i32",
  cross: "u8",
  notice: "u8",
} as const;

export const SLOT_KINDS = {
  lots: "f64",
  cost: "f64",
  margin: "f64",
  leverage: "f64",
  reserved: "f64",
  reservedLots: "f64",
  pending: "f64",
  account: "i32",
  market: "i32",
  nextOfAccount: "i32",
  orderHead: "i32",
  stopTicks: "i32",
  stopNext: "i32",
  stopPrevious: "i32",
  stopDirection: "i8",
} as const;
