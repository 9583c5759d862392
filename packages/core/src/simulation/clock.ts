/**
 * Venue clocks: whether a clock of some period ticks between two moments. The step's length changes nothing
 * about when a clock ticks, only in which step.
 */

/** True when a multiple of `periodMicros` lies in (fromMicros, toMicros]. */
export function clockTicks(fromMicros: number, toMicros: number, periodMicros: number): boolean {
  return Math.floor(toMicros / periodMicros) > Math.floor(fromMicros / periodMicros);
}
