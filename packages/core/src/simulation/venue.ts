/**
 * One venue at run time: its rules, its markets, the accounts of its insurance fund and fee desk, what its scheduled
 * events have put in force, and its own totals. A run has one or more; nothing but agents, transfers and indices
 * connects them.
 */
import type { VenueSpec } from "./inputs.ts";
import type { Market } from "./market.ts";

export interface Venue {
  readonly index: number;
  readonly spec: VenueSpec;
  /** In order of their index; filled while the world is built. */
  readonly markets: Market[];
  /** Per coin: its spot market and its perpetual on this venue, -1 where it is not listed. */
  readonly spotOfCoin: Int32Array;
  readonly perpOfCoin: Int32Array;
  readonly fundAccount: number;
  readonly feeAccount: number;
  /** Agents reach the venue with neither orders nor cancels. */
  outage: boolean;
  /** Nobody sends cash from or to the venue. */
  transfersHalted: boolean;
  totals: VenueTotals;
}

/** Sums over the measured part of the run, quanta. */
export interface VenueTotals {
  fees: number;
  fundingPaid: number;
  adlNotional: number;
  /** Liquidations of which a part was left with the account. */
  insolvent: number;
  transfersIn: number;
  transfersOut: number;
}

/** Totals at their start. */
export function emptyVenueTotals(): VenueTotals {
  return {
    fees: 0,
    fundingPaid: 0,
    adlNotional: 0,
    insolvent: 0,
    transfersIn: 0,
    transfersOut: 0,
  };
}
