/**
 * Argument checks shared by all venue mechanics, and by the checks of an exchange's rules.
 *
 * Every public function of this folder is a pure formula over plain numbers; these helpers are the one place
 * where a bad argument is refused, so that no formula ever returns NaN or clamps what it was given. Those of
 * numbers return the checked value, so that a check can stand where the value is used.
 */
import { UserError } from "../errors.ts";

/**
 * Refuses an argument.
 *
 * @param name the argument, as a dotted path (`position.size`)
 * @param expected the accepted range, in words (`above 0`)
 * @param found what was given
 * @throws UserError `invalid-argument`, always
 */
export function fail(name: string, expected: string, found: unknown): never {
  throw new UserError("invalid-argument", {
    message: "invalid argument",
    path: name,
    expected,
    found: describe(found),
  });
}

/** The value, unless it is NaN or infinite. */
export function finite(name: string, value: number): number {
  if (!Number.isFinite(value)) fail(name, "a finite number", value);
  return value;
}

/** The value, unless it is not a finite number above zero. */
export function positive(name: string, value: number): number {
  if (!(Number.isFinite(value) && value > 0)) fail(name, "a finite number above 0", value);
  return value;
}

/** The value, unless it is not a finite number of at least zero. */
export function nonNegative(name: string, value: number): number {
  if (!(Number.isFinite(value) && value >= 0)) fail(name, "a finite number of at least 0", value);
  return value;
}

/** The value, unless it lies outside [low, high], both ends included. */
export function between(name: string, value: number, low: number, high: number): number {
  if (!(Number.isFinite(value) && value >= low && value <= high)) {
    fail(name, `a number from ${low} to ${high}`, value);
  }
  return value;
}

/** The value, unless it is not an integer that a float64 holds exactly (at most 2^53 - 1 in size). */
export function exactInteger(name: string, value: number): number {
  if (!Number.isSafeInteger(value)) fail(name, "an integer of at most 2^53 - 1 in size", value);
  return value;
}

/** The side, unless it is neither +1 (long, buy) nor -1 (short, sell). */
export function side(name: string, value: number): 1 | -1 {
  if (value !== 1 && value !== -1) fail(name, "1 (long) or -1 (short)", value);
  return value;
}

/** The value, unless it is not a whole number. */
export function whole(name: string, value: number): number {
  if (!Number.isInteger(value)) fail(name, "a whole number", value);
  return value;
}

/** The fraction, unless it lies outside [0, 1). */
export function belowOne(name: string, value: number): number {
  if (!(value >= 0 && value < 1)) fail(name, "a fraction from 0 to below 1", value);
  return value;
}

/** The share, unless it is 0 or less, or more than all. */
export function someShare(name: string, value: number): number {
  if (!(value > 0 && value <= 1)) fail(name, "a fraction above 0, at most 1", value);
  return value;
}

/** The seconds of a clock, which ticks in whole microseconds. */
export function clock(name: string, seconds: number): number {
  if (!(Number.isFinite(seconds) && seconds >= 1e-6)) fail(name, "at least a microsecond", seconds);
  return seconds;
}

/** Refuses a word that is none of those allowed. */
export function oneOf(name: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value)) fail(name, `one of ${allowed.join(", ")}`, value);
}

/** Refuses what is neither true nor false. */
export function yesOrNo(name: string, value: unknown): void {
  if (typeof value !== "boolean") fail(name, "true or false", value);
}

function describe(found: unknown): string {
  if (typeof found === "string") return JSON.stringify(found);
  if (Object.is(found, -0)) return "0";
  return String(found);
}
