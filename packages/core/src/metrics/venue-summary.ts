/**
 * The part of `summary.json` on venues: what happened on each, and how far their prices were apart.
 *
 * Units as in `summary.ts`: money in USD, sizes in coins, shares and gaps as fractions, times in ISO 8601 UTC, null for
 * undefined. A run of one venue has one entry and no gaps.
 */
import type { IsoTime } from "./market-summary.ts";
import type { LiquidationTotals } from "./summary.ts";

/** 10. The venues. */
export interface VenuesSummary {
  /** In the scenario's order; the first is the reference venue. */
  readonly venues: readonly VenueSummary[];
  /** By coin, of those that at least two venues list. */
  readonly gaps: readonly VenueGaps[];
}

export interface VenueSummary {
  readonly venue: string;
  /** Its share of the whole market: open interest, volume and depth. */
  readonly coverage: number;
  /** Liquidations on the venue in the whole run; a trader liquidated on two venues counts on each. */
  readonly liquidations: LiquidationTotals;
  /** Notional of these liquidations closed in each way. */
  readonly closedInBookUsd: number;
  readonly closedByFundUsd: number;
  readonly closedByAdlUsd: number;
  /** The same as fractions of the liquidated notional, adding to 1; null without any. */
  readonly bookShare: number | null;
  readonly fundShare: number | null;
  readonly adlShare: number | null;
  /** Notional of ADL as the venue counts it. */
  readonly adlUsd: number;
  /** Liquidations that ended insolvent; one that waits for later rounds counts in each of them. */
  readonly insolvent: number;
  /** Its insurance fund or vault; used is the start less the low. */
  readonly fund: {
    readonly startUsd: number;
    readonly lowUsd: number;
    readonly endUsd: number;
    readonly usedUsd: number;
  };
  readonly feesUsd: number;
  readonly fundingPaidUsd: number;
  /** Cash that arrived from other venues, and that left for them. */
  readonly transfersInUsd: number;
  readonly transfersOutUsd: number;
  /** Time during which at least one of the venue's markets was halted. */
  readonly haltedMinutes: number;
  /** The coins that the venue lists. */
  readonly coins: readonly VenueCoin[];
}

/** Open interest of a coin on one venue, one side; dollars are coins times the venue's mark. */
export interface VenueCoin {
  readonly coin: string;
  readonly openInterestStartCoins: number | null;
  readonly openInterestEndCoins: number | null;
  readonly openInterestStartUsd: number | null;
  readonly openInterestEndUsd: number | null;
  /** Of liquidations of the coin on the venue. */
  readonly liquidatedUsd: number;
}

export interface VenueGaps {
  readonly coin: string;
  /** The venues that list the coin. */
  readonly venues: readonly string[];
  readonly spot: PriceGap;
  readonly perpetual: PriceGap;
}

/**
 * How far the mids of one coin were apart between venues. The gap of a sample is the highest less the lowest price, over
 * the price at the first venue, among the venues where the coin is not halted: a halted price is nobody's price.
 * With a side of the book empty the mid is the last trade's price, as everywhere.
 */
export interface PriceGap {
  /** Null when fewer than two venues traded at every sample. */
  readonly largest: number | null;
  readonly largestTime: IsoTime | null;
  /** The venues with the lowest and the highest price at that moment. */
  readonly cheapest: string | null;
  readonly dearest: string | null;
  /** Mean over the samples with a gap. */
  readonly mean: number | null;
  /** Time with a gap of more than 1 %; a sample stands for the time since the one before. */
  readonly minutesAboveOnePercent: number;
  /** Samples with a gap. */
  readonly samples: number;
}
