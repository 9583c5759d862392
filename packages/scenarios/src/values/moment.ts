/**
 * Moments in scenario files: ISO 8601, UTC only, to the microsecond on the inside.
 *
 * `2026-01-05`, `2026-01-05T00:00Z` and `2026-01-05T00:00:00Z` are accepted; local times are refused, because
 * a file must mean the same everywhere. Pure arithmetic, never the clock.
 */

const MOMENT = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2}))?Z)?$/;

/** What is expected where a moment belongs. */
export const EXPECTED_MOMENT = "a UTC time such as 2026-01-05T00:00Z";

/** Microseconds since 1970 of a moment, or undefined if the text is none (or no such day exists). */
export function momentMicros(text: string): number | undefined {
  const match = MOMENT.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const days = Date.UTC(year, month - 1, day) / 86_400_000;
  const back = new Date(days * 86_400_000);
  if (back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day) return undefined;
  return (days * 86_400 + hour * 3600 + minute * 60 + second) * 1_000_000;
}

/** The one way in which a moment is written out: `2026-01-05T00:00:00Z`. */
export function momentText(micros: number): string {
  return new Date(Math.floor(micros / 1000)).toISOString().replace(/\.000Z$/, "Z");
}
