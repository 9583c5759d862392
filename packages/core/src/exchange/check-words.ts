/**
 * Checks of words and switches in the rules of a venue, shared by the files that check them.
 *
 * Figures are checked by mechanics/checked.ts.
 */
import { fail } from "../mechanics/checked.ts";

/** Refuses a word that is none of those allowed. */
export function oneOf(name: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value)) fail(name, `one of ${allowed.join(", ")}`, value);
}

/** Refuses what is neither true nor false. */
export function yesOrNo(name: string, value: unknown): void {
  if (typeof value !== "boolean") fail(name, "true or false", value);
}
