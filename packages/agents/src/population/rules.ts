/**
 * Rules from which a population's endowment is built: plain values, one set per population.
 *
 * Amounts of money are quanta of the settlement currency and totals for an agent's weight unless said
 * otherwise; distributions are plain data (core's `DistributionSpec`), drawn once per agent.
 */
import type { DistributionSpec } from "@undertow/core";

/** How a population's agents are endowed at the start. */
export interface EndowmentRule {
  /** Cash per agent; drawn. Added to what the other rules give, and split evenly over the agent's venues. */
  readonly cash?: DistributionSpec;
  /** Free cash on top of each position's margin, as a multiple of that margin (leveraged traders). */
  readonly cashPerMargin?: number;
  /**
   * Share of each traded coin's open interest on the home venue that the population holds long and short; an agent
   * holds one side.
   */
  readonly perpLongShare?: number;
  readonly perpShortShare?: number;
  /**
   * Share of the population's traders that are long, met to one agent; by default each agent is long with the chance of
   * perpLongShare over both shares. Only for populations that hold both sides.
   */
  readonly longAccounts?: number;
  /** Median notional of one trader's position, quanta: `fitWeights` gives the weights that have it. One coin only. */
  readonly medianPositionQuanta?: number;
  /** Relative size of a position; normalised so that shares are met exactly. */
  readonly size?: DistributionSpec;
  /** Leverage at entry; the size-weighted distribution of the population. */
  readonly leverage?: DistributionSpec;
  /** Probability that an agent uses cross margin instead of isolated. */
  readonly crossProbability?: number;
  /** Age of the entry in microseconds: the entry price is drawn from the modelled path that long ago. */
  readonly entryAge?: DistributionSpec;
  /** Probability of a stop and the share of margin lost at which it stands. */
  readonly stopProbability?: number;
  readonly stopAtMarginLoss?: DistributionSpec;
  /** Value of spot coins per agent and traded coin, quanta; drawn. */
  readonly spot?: DistributionSpec;
  /** Hold spot coins equal to the short perpetual position (cash and carry). */
  readonly spotHedge?: boolean;
  /** Cost basis of spot coins as a multiple of the start price; drawn; default 1. */
  readonly spotCostBasis?: DistributionSpec;
}

/** One coin's aggregates to be met. */
export interface CoinAggregates {
  /** Open interest (one side) on all venues together, in lots of the perpetual. */
  readonly openInterestLots: number;
  readonly dailyVolatility: number;
  /** Traders long over traders short, all populations together; by default what their own rules give. */
  readonly longShortAccounts?: number;
}
