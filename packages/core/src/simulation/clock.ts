/**
 * Venue clocks: whether a clock of some period ticks between two moments. The step's length changes nothing
 * about when a clock ticks, only in which step.
 */

import { MICROS_PER_SECOND } from "../units.ts";

/** Whole microseconds of a time in seconds. */
export function microsOf(seconds: number): number {
  return Math.round(seconds * MICROS_PER_SECOND);
}

/** True when a multiple of `periodMicros` lies in (fromMicros, toMicros]. */
export function clockTicks(fromMicros: number, toMicros: number, periodMicros: number): boolean {
  return Math.floor(toMicros / periodMicros) > Math.floor(fromMicros / periodMicros);
}
