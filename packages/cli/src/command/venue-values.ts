/**
 * Values of a venue profile as text: percent, multiples, money with its currency, durations, words with meaning.
 *
 * Numbers keep the digits they were published with; nothing is rounded to fewer than four decimals of a percent.
 */
import type { Origin, VenueParameter } from "@undertow/scenarios";
import { formatDuration } from "../summary/format.ts";

const GROUPED = /\B(?=(\d{3})+(?!\d))/g;

/** A value with its unit; a word is followed by its meaning. */
export function valueText({ value, unit, show, meaning }: VenueParameter): string {
  if (typeof value === "number")
    return show === undefined ? plainNumber(value) : numberText(value, show, unit ?? "");
  const word =
    typeof value === "boolean"
      ? value
        ? "yes"
        : "no"
      : typeof value === "string"
        ? value
        : value.join(", ");
  return meaning === undefined ? word : `${word}: ${meaning}`;
}

/** Where a value was read, or why it is assumed. */
export function originText({ source, note }: Origin): string {
  const remark = note?.replace(/^assumed: /, "");
  return [source, remark].filter((part) => part !== undefined).join("; ");
}

/** A share as percent with up to four decimals: 0.0125 is `1.25%`. */
export function percentText(fraction: number): string {
  return `${plainNumber(fraction * 100, 4)}%`;
}

/** Digits as they are, thousands grouped: `1,800,000,000`, `0.00001`, `1,333,333.33`. */
export function plainNumber(value: number, digits = Math.abs(value) >= 1 ? 2 : 8): string {
  const [whole, fraction] = value
    .toFixed(digits)
    .replace(/\.?0+$/, "")
    .split(".");
  const grouped = whole.replace(GROUPED, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

function numberText(value: number, show: NonNullable<VenueParameter["show"]>, unit: string): string {
  if (show === "percent") return percentText(value);
  if (show === "multiple") return `${plainNumber(value)}x`;
  if (show === "duration") return formatDuration(value);
  if (show === "count") return plainNumber(value);
  return `${plainNumber(value)} ${unit}`;
}
