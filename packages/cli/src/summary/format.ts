/**
 * Numbers as a reader wants them: short, with their unit, never more digits than are worth reading.
 *
 * Every function takes a plain number in the unit its name ends with and returns text; a value that does
 * not exist (null, undefined, NaN) becomes an em dash, so no table ever prints "NaN".
 */

/** What is printed for a value that does not exist. */
export const MISSING = "—";

/** A number that may be absent. */
export type Maybe = number | null | undefined;

/** Group digits by thousands; `digits` after the point. */
export function formatNumber(value: Maybe, digits = 0): string {
  if (!isNumber(value)) return MISSING;
  const fixed = Math.abs(value).toFixed(digits);
  const [whole = "0", fraction] = fixed.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const sign = value < 0 && Number(fixed) !== 0 ? "-" : "";
  return sign + (fraction === undefined ? grouped : `${grouped}.${fraction}`);
}

/** Dollars with three significant digits: `$4.40B`, `$237M`, `$950`, `-$12.3k`. */
export function formatUsd(value: Maybe): string {
  if (!isNumber(value)) return MISSING;
  const [scaled, suffix] = scale(Math.abs(value));
  const text = significant(scaled);
  const sign = value < 0 && Number(text) !== 0 ? "-" : "";
  return `${sign}$${text}${suffix}`;
}

/** A quantity of coins with three significant digits: `61.2k`, `1.04B`, `12.5`. */
export function formatCoins(value: Maybe): string {
  if (!isNumber(value)) return MISSING;
  const [scaled, suffix] = scale(Math.abs(value));
  const text = significant(scaled);
  return `${value < 0 && Number(text) !== 0 ? "-" : ""}${text}${suffix}`;
}

/** A price in dollars: whole dollars from 10,000, four or five significant digits below. */
export function formatPrice(value: Maybe): string {
  if (!isNumber(value)) return MISSING;
  const size = Math.abs(value);
  const digits = size >= 10_000 ? 0 : size >= 1000 ? 1 : size >= 10 ? 2 : size >= 1 ? 3 : 5;
  return `$${formatNumber(value, digits)}`;
}

/** A fraction as percent: 0.123 is `12.3%`. */
export function formatPercent(fraction: Maybe, digits = 1): string {
  if (!isNumber(fraction)) return MISSING;
  return `${formatNumber(fraction * 100, digits)}%`;
}

/** A fraction as percent with its sign: `-12.3%`, `+4.0%`. */
export function formatChange(fraction: Maybe, digits = 1): string {
  if (!isNumber(fraction)) return MISSING;
  const text = formatPercent(fraction, digits);
  return fraction > 0 && Number.parseFloat(text) !== 0 ? `+${text}` : text;
}

/** A ratio with two digits: `2.13x`. */
export function formatRatio(value: Maybe, digits = 2): string {
  return isNumber(value) ? `${formatNumber(value, digits)}x` : MISSING;
}

/** A moment (ISO 8601) as `2026-02-05 14:03`, UTC. */
export function formatTime(iso: string | null | undefined): string {
  return iso ? iso.slice(0, 16).replace("T", " ") : MISSING;
}

/** A moment (ISO 8601) without its year, for tables: `02-05 14:03`, UTC. */
export function formatShortTime(iso: string | null | undefined): string {
  return iso ? iso.slice(5, 16).replace("T", " ") : MISSING;
}

/** A moment in microseconds since 1970 as ISO 8601 with seconds: `2026-02-05T14:03:00Z`. */
export function isoTime(timeMicros: number): string {
  return new Date(timeMicros / 1000).toISOString().replace(/\.\d{3}Z$/, "Z");
}

/** Hours between two moments (ISO 8601). */
export function hoursBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 3_600_000;
}

/** The length of a window: `24 h`, `1.5 h`, from three days on `7 d`, `28.7 d`. */
export function formatHours(hours: number): string {
  const [amount, unit] = hours <= 72 ? [hours, "h"] : [hours / 24, "d"];
  return `${formatNumber(amount, Math.abs(amount - Math.round(amount)) < 0.05 ? 0 : 1)} ${unit}`;
}

/** A duration in seconds in its two largest units: `33 d`, `3 h 20 min`, `45 s`, `0.4 s`. */
export function formatDuration(seconds: Maybe): string {
  if (!isNumber(seconds)) return MISSING;
  const sign = seconds < 0 ? "-" : "";
  const size = Math.abs(seconds);
  if (size < 10 && !Number.isInteger(size)) return `${sign}${size.toFixed(1)} s`;
  const total = Math.round(size);
  if (total < 60) return `${sign}${total} s`;
  const days = Math.floor(total / 86_400);
  const hours = Math.floor((total % 86_400) / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  if (days > 0) return sign + join([days, "d"], [hours, "h"]);
  if (hours > 0) return sign + join([hours, "h"], [minutes, "min"]);
  return sign + join([minutes, "min"], [total % 60, "s"]);
}

/** Minutes between two moments as `+1h05`, days from two on; negative is earlier. */
export function formatLag(minutes: Maybe): string {
  if (!isNumber(minutes)) return MISSING;
  const size = Math.round(Math.abs(minutes));
  const sign = minutes < 0 ? "-" : "+";
  if (size > 2 * 1440) return `${sign}${formatNumber(size / 1440, 1)} d`;
  if (size < 60) return `${sign}${size} min`;
  return `${sign}${Math.floor(size / 60)}h${String(size % 60).padStart(2, "0")}`;
}

/** `1 trader`, `2 traders`: a count with its noun. */
export function formatCount(count: Maybe, singular: string, plural = `${singular}s`): string {
  return `${formatNumber(count)} ${count === 1 ? singular : plural}`;
}

/** True for a finite number. */
export function isNumber(value: Maybe): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function join(...parts: [number, string][]): string {
  return parts
    .filter(([count], index) => index === 0 || count > 0)
    .map(([count, name]) => `${count} ${name}`)
    .join(" ");
}

function scale(size: number): [number, string] {
  // Half a unit below the next power keeps 999,960 from printing as "1000k".
  if (size >= 999.5e9) return [size / 1e12, "T"];
  if (size >= 999.5e6) return [size / 1e9, "B"];
  if (size >= 999.5e3) return [size / 1e6, "M"];
  if (size >= 999.5) return [size / 1e3, "k"];
  return [size, ""];
}

function significant(scaled: number): string {
  if (scaled === 0) return "0";
  if (scaled >= 99.95) return scaled.toFixed(0);
  if (scaled >= 9.995) return scaled.toFixed(1);
  return scaled.toFixed(2);
}

/** `842 MB`, `1.4 GB`: a million and a thousand million bytes. */
export function formatBytes(bytes: number): string {
  if (bytes >= 999.5e6) return `${formatNumber(bytes / 1e9, 1)} GB`;
  return `${formatNumber(bytes / 1e6, bytes < 9.95e6 ? 1 : 0)} MB`;
}
