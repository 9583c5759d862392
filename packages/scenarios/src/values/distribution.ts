/**
 * Distributions in scenario files, with units: `lognormal(median=$5k, sigma=0.9)`, `uniform(5m, 2h)`.
 *
 * Core reads the form; this file reads the numbers in it, and refuses a duration without a unit as well as a
 * shape (sigma, exponent, weights) with one.
 */
import { type DistributionSpec, parseDistribution, type Problem, UserError } from "@undertow/core";
import { type Dimension, EXPECTED, parseQuantity } from "./quantity.ts";

/** Default of a population's latency: from decision to arrival. Assumed; retail order latency over the internet. */
export const DEFAULT_LATENCY = "lognormal(median=200ms, sigma=0.5)";

/** A distribution in the dimension's base unit, or everything that is wrong with its text. */
export type ParsedDistribution =
  | { readonly ok: true; readonly spec: DistributionSpec }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads a number, a quantity or a distribution; a number is a constant distribution. */
export function parseDistributionText(input: unknown, dimension: Dimension): ParsedDistribution {
  if (typeof input === "string" && input.includes("(")) return readForm(input, dimension);
  const parsed = parseQuantity(input, dimension);
  if (parsed.ok) return { ok: true, spec: { kind: "constant", value: parsed.value } };
  const expected = `${parsed.expected}, or a distribution such as lognormal(median=8, sigma=0.9)`;
  return { ok: false, problems: [{ message: "wrong value", expected, found: parsed.found }] };
}

/**
 * Reads an agent type's own default: plain numbers are already in the parameter's unit (microseconds,
 * quanta), numbers with a unit are converted.
 */
export function parseTypeDefault(
  value: number | string,
  dimension: Dimension,
  baseUnitsPerUnit: number,
): DistributionSpec {
  if (typeof value === "number") return { kind: "constant", value };
  return parseDistribution(value, (text) => {
    const plain = plainNumber(text);
    if (plain !== undefined) return plain;
    return readNumber(text, dimension) * (dimension === "money" ? baseUnitsPerUnit : 1);
  });
}

/** The distribution of `factor` times the variable. `factor` is above 0. */
export function scaleDistribution(spec: DistributionSpec, factor: number): DistributionSpec {
  const bounds = {
    ...("min" in spec && spec.min !== undefined ? { min: spec.min * factor } : {}),
    ...("max" in spec && spec.max !== undefined ? { max: spec.max * factor } : {}),
  };
  switch (spec.kind) {
    case "constant":
      return { kind: "constant", value: spec.value * factor };
    case "uniform":
      return { kind: "uniform", min: spec.min * factor, max: spec.max * factor };
    case "normal":
      return { ...bounds, kind: "normal", mean: spec.mean * factor, sd: spec.sd * factor };
    case "lognormal":
      return { ...bounds, kind: "lognormal", median: spec.median * factor, sigma: spec.sigma };
    case "exponential":
      return { ...bounds, kind: "exponential", mean: spec.mean * factor };
    case "pareto":
      return { ...bounds, kind: "pareto", min: spec.min * factor, exponent: spec.exponent };
    case "choice":
      return { kind: "choice", values: spec.values.map((value) => value * factor), weights: spec.weights };
  }
}

function readForm(text: string, dimension: Dimension): ParsedDistribution {
  try {
    const spec = parseDistribution(text, (number) => plainNumber(number) ?? readNumber(number, dimension));
    if (dimension === "duration") checkDurations(text, spec);
    return { ok: true, spec };
  } catch (error) {
    if (error instanceof UserError) return { ok: false, problems: error.problems };
    throw error;
  }
}

/**
 * Which arguments were written without a unit: those that move when every plain number is read as one more.
 * Times must not move, shapes must.
 */
function checkDurations(text: string, spec: DistributionSpec): void {
  const moved = parseDistribution(text, (number) => {
    const plain = plainNumber(number);
    return plain === undefined ? readNumber(number, "duration") : plain + 1;
  });
  const after = moved as unknown as Record<string, unknown>;
  const problems: Problem[] = [];
  for (const [name, value] of Object.entries(spec)) {
    if (name === "kind") continue;
    const isShape = name === "sigma" || name === "exponent" || name === "weights";
    const pairs = Array.isArray(value)
      ? value.map((item, k) => [item, (after[name] as number[])[k]])
      : [[value, after[name]]];
    const isPlain = pairs.some(([before, now]) => before !== now);
    if (isShape === isPlain || (isShape && name === "weights")) continue;
    const expected = isShape ? "a plain number" : EXPECTED.duration;
    problems.push({
      message: `${spec.kind}: ${name} ${isShape ? "has" : "needs"} a unit`,
      expected,
      found: text,
    });
  }
  if (problems.length > 0) throw new UserError("distribution", problems);
}

function readNumber(text: string, dimension: Dimension): number {
  const parsed = parseQuantity(text, dimension);
  if (parsed.ok) return parsed.value;
  throw new UserError("quantity", { message: "wrong value", expected: parsed.expected, found: parsed.found });
}

function plainNumber(text: string): number | undefined {
  return /^[+-]?(\d[\d_]*(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text)
    ? Number(text.replaceAll("_", ""))
    : undefined;
}
