/**
 * The modelled past of a coin's price, back from the start, on which positions were entered.
 *
 * One random walk per coin with its pre-crash volatility, hour by hour, so entries of the same age share a price.
 * It is keyed by coin and hour: a longer look back or another coin changes no earlier value. Nothing after the
 * start reads it.
 */
import { PURPOSE_ENDOWMENT, exp, hash32, purposeOf } from "@undertow/core";
import type { RandomSource } from "@undertow/core";

const HOURS_PER_DAY = 24;
/** Entries older than 90 days count as 90 days old. */
const HOURS = 90 * HOURS_PER_DAY;

/** Log prices relative to the start, by age in hours. */
export interface EntryPath {
  readonly logPrice: Float64Array;
  /** Lowest and highest log price since that age, the start included. */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** What an entry of some age paid and what it has been through, as multiples of the start price. */
export interface EntryPoint {
  entry: number;
  low: number;
  high: number;
}

/** The path of one coin. `dailyVolatility` is a fraction per square-root day. */
export function makeEntryPath(random: RandomSource, coin: string, dailyVolatility: number): EntryPath {
  const purpose = purposeOf(PURPOSE_ENDOWMENT, hash32("entry-path"));
  const subject = hash32(coin);
  const deviation = dailyVolatility / Math.sqrt(HOURS_PER_DAY);
  const logPrice = new Float64Array(HOURS + 1);
  const low = new Float64Array(HOURS + 1);
  const high = new Float64Array(HOURS + 1);
  for (let hour = 1; hour <= HOURS; hour++) {
    logPrice[hour] = logPrice[hour - 1] + deviation * random.normal(purpose, subject, hour);
    low[hour] = Math.min(low[hour - 1], logPrice[hour]);
    high[hour] = Math.max(high[hour - 1], logPrice[hour]);
  }
  return { logPrice, low, high };
}

/** Reads the path at an age in hours (between hours: straight in the logarithm) into `point`. */
export function readEntry(path: EntryPath, ageHours: number, point: EntryPoint): void {
  const age = ageHours > 0 ? Math.min(ageHours, HOURS) : 0;
  const hour = Math.floor(age);
  const next = Math.min(hour + 1, HOURS);
  const entry = path.logPrice[hour] + (age - hour) * (path.logPrice[next] - path.logPrice[hour]);
  point.entry = exp(entry);
  point.low = exp(Math.min(path.low[hour], entry));
  point.high = exp(Math.max(path.high[hour], entry));
}
