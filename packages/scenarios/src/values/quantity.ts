/**
 * Numbers with a unit as people write them: `5%`, `20bp`, `$40B`, `30m`, `125x`.
 *
 * Reads one text for one expected dimension and returns a plain number in the base unit: fractions for
 * ratios, settlement-currency units for money, microseconds for durations. Never guesses: a duration
 * without a unit, or a percentage where money belongs, is refused with what was expected.
 */
import { MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_MINUTE, MICROS_PER_SECOND } from "@undertow/core";

/** What a value measures. Base units: fraction, settlement-currency units, plain number, microseconds. */
export type Dimension = "ratio" | "money" | "count" | "duration";

/** Either the number in the dimension's base unit, or why the text is none. */
export type Parsed = { readonly ok: true; readonly value: number } | Refused;
/** What was expected and what stood there. */
export interface Refused {
  readonly ok: false;
  readonly expected: string;
  readonly found: string;
}

/** How each dimension is described to a user who wrote something else. */
export const EXPECTED: Readonly<Record<Dimension, string>> = {
  ratio: "a number, or one with %, bp or x such as 5%, 20bp or 3x",
  money: "an amount such as $40B, $5k or 0.15",
  count: "a number such as 660000 or 2B",
  duration: "a duration with its unit such as 200ms, 5s, 30m, 2h or 90d",
};

const DURATION_UNITS: ReadonlyMap<string, number> = new Map([
  ["us", 1],
  ["ms", 1000],
  ["s", MICROS_PER_SECOND],
  ["m", MICROS_PER_MINUTE],
  ["h", MICROS_PER_HOUR],
  ["d", MICROS_PER_DAY],
  ["w", 7 * MICROS_PER_DAY],
]);
/** Powers of ten, applied to the decimal text, so that 4.4% is the float64 nearest to 0.044. */
const MAGNITUDES: ReadonlyMap<string, number> = new Map([
  ["", 0],
  ["k", 3],
  ["K", 3],
  ["M", 6],
  ["B", 9],
  ["bn", 9],
  ["T", 12],
]);
const RATIO_UNITS: ReadonlyMap<string, number> = new Map([
  ["", 0],
  ["x", 0],
  ["%", -2],
  ["bp", -4],
  ["ppm", -6],
]);

const NUMBER = String.raw`(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?`;
const QUANTITY = new RegExp(String.raw`^([+-]?)(\$?)(${NUMBER})\s*([A-Za-z%]*)$`);
const DURATION_PART = new RegExp(String.raw`(${NUMBER})\s*([A-Za-z]+)`, "y");

/**
 * Reads `input` as a value of `dimension`.
 *
 * Numbers are taken as they are, except for durations, which need a unit. Returns base units
 * (microseconds for durations); a refusal names the expected form.
 */
export function parseQuantity(input: unknown, dimension: Dimension): Parsed {
  if (typeof input === "number") {
    if (!Number.isFinite(input) || dimension === "duration") return refuse(dimension, input);
    return { ok: true, value: input };
  }
  if (typeof input !== "string") return refuse(dimension, input);
  const text = input.trim();
  const value = dimension === "duration" ? durationMicros(text) : scaled(text, dimension);
  return value === undefined || !Number.isFinite(value) ? refuse(dimension, input) : { ok: true, value };
}

/** Reads a quantity whose dimension only its own unit tells; durations come back in seconds. */
export function parseAnyQuantity(input: unknown): Parsed {
  for (const dimension of ["count", "money", "ratio"] as const) {
    const parsed = parseQuantity(input, dimension);
    if (parsed.ok) return parsed;
  }
  const duration = parseQuantity(input, "duration");
  if (duration.ok) return { ok: true, value: duration.value / MICROS_PER_SECOND };
  return {
    ok: false,
    expected: "a number, or one with a unit such as 5%, $40B, 30m or 3x",
    found: showFound(input),
  };
}

/** A short picture of a wrong value for messages. */
export function showFound(input: unknown): string {
  if (input === undefined) return "nothing";
  if (input === null) return "null";
  if (typeof input === "string") return input.length > 60 ? `"${input.slice(0, 57)}..."` : `"${input}"`;
  if (typeof input === "number" || typeof input === "boolean") return String(input);
  return Array.isArray(input) ? "a list" : "a map";
}

function refuse(dimension: Dimension, input: unknown): Refused {
  return { ok: false, expected: EXPECTED[dimension], found: showFound(input) };
}

function scaled(text: string, dimension: "ratio" | "money" | "count"): number | undefined {
  const match = QUANTITY.exec(text);
  if (match === null) return undefined;
  const [, sign, dollar, digits, suffix] = match as unknown as [string, string, string, string, string];
  if (dollar !== "" && dimension !== "money") return undefined;
  const power = (dimension === "ratio" ? RATIO_UNITS : MAGNITUDES).get(suffix);
  if (power === undefined) return undefined;
  const [mantissa, exponent] = digits.replaceAll(",", "").toLowerCase().split("e") as [
    string,
    string | undefined,
  ];
  const number = Number(`${mantissa}e${Number(exponent ?? 0) + power}`);
  return sign === "-" ? -number : number;
}

/** `1h30m` is the sum of its parts; a sign applies to all of it. Rounded to whole microseconds. */
function durationMicros(text: string): number | undefined {
  const negative = text.startsWith("-");
  let at = negative ? 1 : 0;
  if (at === text.length) return undefined;
  let total = 0;
  while (at < text.length) {
    DURATION_PART.lastIndex = at;
    const match = DURATION_PART.exec(text);
    const unit = match === null ? undefined : DURATION_UNITS.get(match[2]);
    if (match === null || unit === undefined) return undefined;
    total += Number(match[1].replaceAll(",", "")) * unit;
    at = DURATION_PART.lastIndex;
  }
  const micros = Math.round(total);
  return negative ? -micros : micros;
}
