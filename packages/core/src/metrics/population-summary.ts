/**
 * The shape of `population.json`: who holds what before the first step, as plain JSON. Result of the metrics phase.
 *
 * Money in USD (units of the settlement currency) at start prices, sizes in coins, shares as fractions. A figure that is
 * undefined is null. Traders are the sum of weights: an agent stands for that many.
 */
import type { LiquidationLadder } from "./liquidation-ladder.ts";
import type { Quantiles } from "./weighted-sample.ts";

export interface PopulationSummary {
  /** Version of this shape. */
  readonly format: 1;
  readonly agents: number;
  readonly traders: number;
  /** Traders' accounts on all venues. */
  readonly accounts: number;
  /** Cash, margins, unrealised results and spot coins of all agents. */
  readonly capitalUsd: number;
  /** Isolated positions and cross accounts below maintenance margin; a start has none. */
  readonly belowMaintenance: number;
  readonly populations: readonly PopulationRow[];
  readonly coins: readonly CoinPositions[];
  readonly venues: readonly VenuePositions[];
  readonly ladder: LiquidationLadder;
}

/** One population. */
export interface PopulationRow {
  readonly population: string;
  readonly type: string;
  /** Names of the venues on which its agents have accounts, home first. */
  readonly venues: readonly string[];
  readonly agents: number;
  readonly traders: number;
  readonly capitalUsd: number;
  /** Cash that is in no isolated margin. */
  readonly cashUsd: number;
  readonly spotUsd: number;
  readonly longUsd: number;
  readonly shortUsd: number;
  /** Chosen leverage of its perpetual positions, weighted by notional. */
  readonly leverage: Quantiles | null;
  /** Share of its perpetual notional in cross accounts. */
  readonly crossShare: number | null;
}

/** The perpetual positions of one coin, all venues together. */
export interface CoinPositions {
  readonly coin: string;
  readonly price: number;
  /** One side; longs and shorts in coins are equal. */
  readonly longCoins: number;
  readonly shortCoins: number;
  readonly openInterestUsd: number;
  readonly longTraders: number;
  readonly shortTraders: number;
  /** longTraders / shortTraders: the long/short account ratio. */
  readonly longShortAccounts: number | null;
  /** Chosen leverage, weighted by notional, both sides. */
  readonly leverage: Quantiles | null;
  /** Shares of the notional by chosen leverage; they add to 1. */
  readonly leverageShares: LeverageShares | null;
  /** Notional of one trader's position, weighted by traders, both sides. */
  readonly size: Quantiles | null;
  /** Share of the notional held by the largest 1 % and 10 % of traders' positions. */
  readonly top1Share: number | null;
  readonly top10Share: number | null;
  /** Exponent of the tail of sizes over the largest 5 % of traders' positions. */
  readonly tailExponent: number | null;
  /** Share of the notional in cross accounts, both sides. */
  readonly crossShare: number | null;
  /** Entry price over start price, weighted by notional. */
  readonly longEntry: Quantiles | null;
  readonly shortEntry: Quantiles | null;
  /** Share of the notional whose entry is better than the start price. */
  readonly longsInProfit: number | null;
  readonly shortsInProfit: number | null;
}

/** Bands of the published distribution of open interest by leverage. */
export interface LeverageShares {
  readonly below3x: number;
  readonly from3xTo7x: number;
  readonly above7x: number;
}

/** One venue. */
export interface VenuePositions {
  readonly venue: string;
  /** Share of the whole market that it stands for. */
  readonly coverage: number;
  /** False when forced liquidation is switched off: nobody will climb down the ladder. */
  readonly liquidates: boolean;
  readonly accounts: number;
  readonly coins: readonly {
    readonly coin: string;
    readonly longCoins: number;
    readonly shortCoins: number;
    readonly openInterestUsd: number;
  }[];
}
