/**
 * The shape of the summary of several seeds of one scenario, as plain JSON. Result of the metrics phase.
 *
 * Units are those of `summary.ts`; a figure that no run had is null.
 */
import type { FactRow, Scorecard } from "./summary.ts";

/** Median and 10-90 % range over runs; `runs` that had the figure. */
export interface Spread {
  readonly median: number | null;
  readonly p10: number | null;
  readonly p90: number | null;
  readonly runs: number;
}

/** Several seeds of one scenario. */
export interface CombinedSummary {
  readonly format: 1;
  readonly title: string;
  readonly headline: string;
  readonly scenarioHash: string;
  readonly seeds: readonly string[];
  readonly stateHashes: readonly string[];
  readonly measures: {
    readonly btcFall: Spread;
    readonly medianAltcoinFall: Spread;
    readonly medianAltcoinFallOverBtc: Spread;
    readonly liquidatedUsd: Spread;
    readonly liquidatedTraders: Spread;
    readonly forcedShareInCrash: Spread;
    readonly reproductionByCount: Spread;
    readonly adlUsd: Spread;
    readonly badDebtUsd: Spread;
  };
  readonly coins: readonly {
    readonly coin: string;
    readonly fall: Spread;
    readonly fallOverBtc: Spread;
    readonly lagToBtcMinutes: Spread;
    readonly crashBeta: Spread;
    readonly liquidatedUsd: Spread;
  }[];
  /** By venue, the reference first. */
  readonly venues: readonly CombinedVenue[];
  /** By coin, of those that at least two venues list; none with one venue. */
  readonly venueGaps: readonly CombinedVenueGaps[];
  /** Verdicts are those of the median. */
  readonly facts: readonly CombinedFactRow[];
  readonly scorecard: Scorecard;
  /** Largest residual of any run. */
  readonly residual: number;
}

/** A venue over the runs; figures as in `VenueSummary`. */
export interface CombinedVenue {
  readonly venue: string;
  readonly coverage: number;
  readonly liquidatedUsd: Spread;
  readonly liquidatedLongShare: Spread;
  readonly liquidatedTraders: Spread;
  readonly bookShare: Spread;
  readonly fundShare: Spread;
  readonly adlShare: Spread;
  readonly adlUsd: Spread;
  readonly insolvent: Spread;
  readonly fundUsedUsd: Spread;
  readonly feesUsd: Spread;
  readonly transfersInUsd: Spread;
  readonly transfersOutUsd: Spread;
  readonly haltedMinutes: Spread;
}

/** Gaps between the venues over the runs; figures as in `PriceGap`. */
export interface CombinedVenueGaps {
  readonly coin: string;
  readonly venues: readonly string[];
  readonly spot: CombinedPriceGap;
  readonly perpetual: CombinedPriceGap;
}

export interface CombinedPriceGap {
  readonly largest: Spread;
  readonly mean: Spread;
  readonly minutesAboveOnePercent: Spread;
}

/** A fact beside the runs. */
export interface CombinedFactRow extends Omit<FactRow, "simulated"> {
  readonly simulated: Spread;
  /** Share of the runs that hit on their own, among those that cover and grade the fact. */
  readonly hitShare: number | null;
}
