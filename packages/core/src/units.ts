/**
 * Scalars with a unit in their type, and their constants.
 *
 * Prices are integer ticks, sizes integer lots, money integer quanta of its currency, time integer
 * microseconds, rates integer parts per million. All are float64 integers below 2^53.
 */

declare const unit: unique symbol;
type Branded<Unit extends string> = number & { readonly [unit]?: Unit };

/** A price as an integer number of the market's tick size. */
export type Ticks = Branded<"ticks">;
/** A size as an integer number of the market's lot size. */
export type Lots = Branded<"lots">;
/** An amount of money as an integer number of its currency's quantum. */
export type Quanta = Branded<"quanta">;
/** A moment (UTC, since 1970) or a duration in integer microseconds. */
export type Micros = Branded<"micros">;
/** A rate in parts per million. */
export type Ppm = Branded<"ppm">;

/** Microseconds in one second. */
export const MICROS_PER_SECOND = 1_000_000;
/** Microseconds in one minute. */
export const MICROS_PER_MINUTE = 60 * MICROS_PER_SECOND;
/** Microseconds in one hour. */
export const MICROS_PER_HOUR = 3600 * MICROS_PER_SECOND;
/** Microseconds in one day. */
export const MICROS_PER_DAY = 24 * MICROS_PER_HOUR;
/** Parts per million in one. */
export const PPM = 1_000_000;

/** Whole microseconds of a time in seconds. */
export function microsOf(seconds: number): Micros {
  return Math.round(seconds * MICROS_PER_SECOND);
}

/** Side of an order or of the taker in a fill. */
export const BUY = 1;
export const SELL = -1;
/** +1 buys, -1 sells. */
export type Side = 1 | -1;
