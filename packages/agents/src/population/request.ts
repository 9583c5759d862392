/**
 * What the population builder is asked for: coins with their aggregates, markets, populations with their rules.
 *
 * Plain values; the scenario package compiles them from its files.
 */
import type { MarketSpec, RandomSource } from "@undertow/core";
import type { CoinAggregates, EndowmentRule } from "./rules.ts";

/** A population to be endowed. */
export interface EndowedPopulation {
  readonly name: string;
  readonly count: number;
  /** Traders each agent stands for. */
  readonly weight: Float64Array;
  /** Indices of the coins it trades. */
  readonly coins: Int32Array;
  /** Indices of the venues on which its agents have an account. The first is home: positions and coins are there. */
  readonly venues: Int32Array;
  readonly rule: EndowmentRule;
}

/** A coin with the aggregates that the agents' positions must add up to. */
export interface EndowedCoin {
  readonly name: string;
  /** Units of the settlement currency; the markets' `startTicks` are this price in ticks. */
  readonly startPrice: number;
  readonly aggregates: CoinAggregates;
  /** Relative parts of the open interest by venue, 0 where the coin is not listed. */
  readonly venueShares: Float64Array;
}

/** Input of `buildEndowments`. */
export interface EndowmentRequest {
  readonly coins: readonly EndowedCoin[];
  readonly markets: readonly MarketSpec[];
  readonly populations: readonly EndowedPopulation[];
  readonly random: RandomSource;
  /** Quanta in one unit of the settlement currency. */
  readonly quantaPerUnit: number;
}
