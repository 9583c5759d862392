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
  readonly rule: EndowmentRule;
}

/** A coin with the aggregates that the agents' positions must add up to. */
export interface EndowedCoin {
  readonly name: string;
  /** Units of the settlement currency; the markets' `startTicks` are this price in ticks. */
  readonly startPrice: number;
  readonly aggregates: CoinAggregates;
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
