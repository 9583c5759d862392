/**
 * One row of the comparison of a population's inputs with what was built: its shape, its verdict, its origin.
 */
import type { ResolvedScenario } from "../loading/resolved-scenario.ts";

/** Unit of a checked figure. */
export type CheckUnit = "coins" | "USD" | "ratio" | "fraction" | "exponent" | "positions";

/** One input and what came of it. */
export interface InputCheck {
  /** The figure in words, for example `open interest`. */
  readonly figure: string;
  /** Coin or population that it is of; null for the whole. */
  readonly of: string | null;
  readonly unit: CheckUnit;
  readonly input: number;
  /** Null when the figure cannot be counted. */
  readonly built: number | null;
  /** When it is met, or why it is neither met nor missed. */
  readonly rule: string;
  readonly verdict: InputVerdict;
  /** Whether the input was published, was assumed, or is a rule of every population. */
  readonly origin: "published" | "assumed" | "rule";
  /** Where it was published. */
  readonly source: string | null;
}

/** In part: left to other agents by the scenario. Not used: nothing is built from it. */
export type InputVerdict = "met" | "missed" | "in-part" | "not-used";

/** Met or missed. */
export function verdictOf(met: boolean): InputVerdict {
  return met ? "met" : "missed";
}

/** Where a coin's value is from. */
export function originOf(
  scenario: ResolvedScenario,
  coin: string,
  key: string,
): Pick<InputCheck, "origin" | "source"> {
  const source = scenario.sources[`coins.${coin}.${key}`]?.source ?? null;
  return { origin: source === null ? "assumed" : "published", source };
}
