/**
 * The port of an exogenous driver: what moves from outside the market.
 *
 * A driver is a function of time and seed, never of steps or of the market, so that halving the step or
 * switching a mechanism off leaves it as it was.
 */
import type { RandomSource } from "../rng/streams.ts";

/** What a driver writes at a moment. */
export interface DriverSample {
  /** Fundamental value per coin in settlement-currency units; one entry per coin. */
  readonly fundamental: Float64Array;
  /** Index 0: macro sentiment, 0 neutral, -1 very sour, +1 euphoric. */
  readonly sentiment: Float64Array;
}

export interface Driver {
  /** Writes the sample at `timeMicros`. Must be a pure function of time. Called with non-decreasing times. */
  sample(timeMicros: number, out: DriverSample): void;
}

/** Makes a driver for a run; `random` gives stateless draws. */
export type DriverFactory = (context: {
  readonly random: RandomSource;
  readonly startMicros: number;
  readonly endMicros: number;
  readonly warmUpMicros: number;
  readonly coins: readonly string[];
}) => Driver;
