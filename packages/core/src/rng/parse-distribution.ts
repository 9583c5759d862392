/**
 * Reads a distribution from the text form used in scenarios: `lognormal(median=8, sigma=0.9, max=100)`.
 *
 * Arguments are `name=value` or stand in the declared order; values are numbers, or lists in brackets. What
 * a number looks like is the caller's (units such as `$5k` or `30m`). All mistakes of one text are reported
 * together. It must never evaluate anything.
 */
import { UserError, nearestName } from "../errors.ts";
import type { Problem } from "../errors.ts";
import type { DistributionSpec } from "./distributions.ts";

/** Turns the text of one number into its value, or throws (a UserError's problems are passed on). */
export type NumberParser = (text: string) => number;

interface Parameter {
  readonly name: string;
  readonly list?: boolean;
  readonly optional?: boolean;
  /** What the value must be; checked by `holds`. */
  readonly expected?: string;
  readonly holds?: (value: number) => boolean;
}

const positive = { expected: "a number above 0", holds: (value: number) => value > 0 };
const notNegative = { expected: "0 or more", holds: (value: number) => value >= 0 };
const clampMin: Parameter = { name: "min", optional: true };
const clampMax: Parameter = { name: "max", optional: true };

/** Kinds in the order in which messages list them, with their parameters in positional order. */
const KINDS: readonly { readonly kind: string; readonly parameters: readonly Parameter[] }[] = [
  { kind: "constant", parameters: [{ name: "value" }] },
  { kind: "uniform", parameters: [{ name: "min" }, { name: "max" }] },
  { kind: "normal", parameters: [{ name: "mean" }, { name: "sd", ...notNegative }, clampMin, clampMax] },
  {
    kind: "lognormal",
    parameters: [{ name: "median", ...positive }, { name: "sigma", ...notNegative }, clampMin, clampMax],
  },
  { kind: "exponential", parameters: [{ name: "mean", ...positive }, clampMin, clampMax] },
  {
    kind: "pareto",
    parameters: [{ name: "min", ...positive }, { name: "exponent", ...positive }, clampMax],
  },
  {
    kind: "choice",
    parameters: [
      { name: "values", list: true },
      { name: "weights", list: true, optional: true, ...notNegative },
    ],
  },
];

/**
 * The distribution that a text describes; a plain number is a constant. `choice` without weights is even.
 *
 * @param text for example `0.5`, `uniform(1, 2)`, `choice([2,5,10], [.5,.3,.2])`
 * @param parseNumber reads one number; by default plain decimals
 * @throws UserError `distribution` with all problems of the text
 */
export function parseDistribution(
  text: string,
  parseNumber: NumberParser = parsePlainNumber,
): DistributionSpec {
  const trimmed = text.trim();
  const call = /^([A-Za-z][A-Za-z-]*)\s*\(([\s\S]*)\)$/.exec(trimmed);
  const problems: Problem[] = [];
  if (call === null) {
    const value = readNumber(trimmed, parseNumber, "value", problems);
    if (/^[A-Za-z]/.test(trimmed) && problems.length > 0)
      throw new UserError("distribution", unreadable(trimmed));
    if (problems.length > 0) throw new UserError("distribution", problems);
    return { kind: "constant", value };
  }
  const name = call[1];
  const entry = KINDS.find(({ kind }) => kind === name);
  if (entry === undefined) throw new UserError("distribution", unknownKind(name));
  const argumentsText = splitTopLevel(call[2]);
  if (argumentsText === undefined) throw new UserError("distribution", unreadable(trimmed));
  const values = readArguments(name, entry.parameters, argumentsText, parseNumber, problems);
  if (problems.length === 0) checkTogether(name, values, problems);
  if (problems.length > 0) throw new UserError("distribution", problems);
  return buildSpec(name, values);
}

/** A plain decimal number: `12`, `-0.5`, `.3`, `1_000`, `2e6`. */
function parsePlainNumber(text: string): number {
  return /^[+-]?(\d[\d_]*(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text.replaceAll("_", "")) : NaN;
}

type ArgumentValues = Map<string, number | number[]>;

/** Matches arguments to parameters and reads their values; notes every mistake. */
function readArguments(
  kind: string,
  parameters: readonly Parameter[],
  texts: readonly string[],
  parseNumber: NumberParser,
  problems: Problem[],
): ArgumentValues {
  const values: ArgumentValues = new Map();
  const names = parameters.map(({ name }) => name);
  const misspelt = new Set<string>();
  let position = 0;
  for (const text of texts) {
    const named = /^([A-Za-z]\w*)\s*=\s*([\s\S]*)$/.exec(text);
    const parameter =
      named === null ? parameters[position++] : parameters.find(({ name }) => name === named[1]);
    if (parameter === undefined) {
      const problem = named === null ? surplus(kind, names, text) : unknownArgument(kind, names, named[1]);
      if (problem.nearest !== undefined) misspelt.add(problem.nearest);
      problems.push(problem);
      continue;
    }
    if (values.has(parameter.name)) {
      problems.push({ message: `${kind}: ${parameter.name} is given twice`, found: text });
      continue;
    }
    values.set(
      parameter.name,
      readValue(kind, parameter, named === null ? text : named[2], parseNumber, problems),
    );
  }
  for (const parameter of parameters) {
    if (parameter.optional === true || values.has(parameter.name) || misspelt.has(parameter.name)) continue;
    problems.push({ message: `${kind}: ${parameter.name} is missing`, expected: usage(kind, names) });
  }
  return values;
}

function readValue(
  kind: string,
  parameter: Parameter,
  text: string,
  parseNumber: NumberParser,
  problems: Problem[],
): number | number[] {
  const label = `${kind}: ${parameter.name}`;
  if (parameter.list !== true) return readChecked(label, parameter, text, parseNumber, problems);
  const inner = /^\[([\s\S]*)\]$/.exec(text.trim());
  const items = inner === null ? undefined : splitTopLevel(inner[1]);
  if (items === undefined || items.length === 0) {
    problems.push({ message: `${label} is not a list`, expected: "a list such as [2, 5, 10]", found: text });
    return [];
  }
  return items.map((item) => readChecked(label, parameter, item, parseNumber, problems));
}

function readChecked(
  label: string,
  parameter: Parameter,
  text: string,
  parseNumber: NumberParser,
  problems: Problem[],
): number {
  const before = problems.length;
  const value = readNumber(text.trim(), parseNumber, label, problems);
  if (problems.length === before && parameter.holds !== undefined && !parameter.holds(value)) {
    problems.push({ message: `${label} is out of range`, expected: parameter.expected ?? "", found: text });
  }
  return value;
}

function readNumber(text: string, parseNumber: NumberParser, label: string, problems: Problem[]): number {
  try {
    const value = parseNumber(text);
    if (Number.isFinite(value)) return value;
    problems.push({
      message: `${label} is not a number`,
      expected: "a number",
      found: text === "" ? "nothing" : text,
    });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    for (const problem of error.problems)
      problems.push({ ...problem, message: `${label}: ${problem.message}` });
  }
  return 0;
}

/** Rules that hold between arguments. */
function checkTogether(kind: string, values: ArgumentValues, problems: Problem[]): void {
  const min = values.get("min");
  const max = values.get("max");
  if (typeof min === "number" && typeof max === "number" && min > max) {
    problems.push({
      message: `${kind}: min is above max`,
      expected: "min at most max",
      found: `${min} and ${max}`,
    });
  }
  const list = values.get("values");
  const weights = values.get("weights");
  if (!Array.isArray(list) || !Array.isArray(weights)) return;
  if (weights.length !== list.length) {
    problems.push({
      message: `${kind}: as many weights as values are needed`,
      expected: `${list.length} weights`,
      found: `${weights.length}`,
    });
  } else if (!weights.some((weight) => weight > 0)) {
    problems.push({ message: `${kind}: all weights are 0`, expected: "a weight above 0" });
  }
}

function buildSpec(kind: string, values: ArgumentValues): DistributionSpec {
  const number = (name: string): number => values.get(name) as number;
  const bounds: { min?: number; max?: number } = {};
  if (values.has("min")) bounds.min = number("min");
  if (values.has("max")) bounds.max = number("max");
  switch (kind) {
    case "uniform":
      return { kind, min: number("min"), max: number("max") };
    case "normal":
      return { kind, mean: number("mean"), sd: number("sd"), ...bounds };
    case "lognormal":
      return { kind, median: number("median"), sigma: number("sigma"), ...bounds };
    case "exponential":
      return { kind, mean: number("mean"), ...bounds };
    case "pareto":
      return { kind, exponent: number("exponent"), ...bounds, min: number("min") };
    case "choice": {
      const list = values.get("values") as number[];
      return {
        kind,
        values: list,
        weights: (values.get("weights") as number[] | undefined) ?? list.map(() => 1),
      };
    }
    default:
      return { kind: "constant", value: number("value") };
  }
}

/** Parts between commas outside brackets, trimmed; undefined when brackets do not match. */
function splitTopLevel(text: string): string[] | undefined {
  if (text.trim() === "") return [];
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let k = 0; k <= text.length; k++) {
    const character = text[k];
    if (character === "(" || character === "[") depth++;
    else if (character === ")" || character === "]") depth--;
    if (depth < 0) return undefined;
    if (k === text.length || (character === "," && depth === 0)) {
      parts.push(text.slice(from, k).trim());
      from = k + 1;
    }
  }
  return depth === 0 ? parts : undefined;
}

const kindNames = KINDS.map(({ kind }) => kind);

function usage(kind: string, names: readonly string[]): string {
  return `${kind}(${names.join(", ")})`;
}

function withNearest(problem: Problem, name: string, candidates: readonly string[]): Problem {
  const nearest = nearestName(name, candidates);
  return nearest === undefined ? problem : { ...problem, nearest };
}

function unknownKind(name: string): Problem {
  return withNearest(
    { message: "unknown distribution", expected: `a number or one of ${kindNames.join(", ")}`, found: name },
    name,
    kindNames,
  );
}

function unknownArgument(kind: string, names: readonly string[], name: string): Problem {
  return withNearest(
    { message: `${kind}: unknown argument`, expected: usage(kind, names), found: name },
    name,
    names,
  );
}

function surplus(kind: string, names: readonly string[], text: string): Problem {
  return { message: `${kind}: too many arguments`, expected: usage(kind, names), found: text };
}

function unreadable(text: string): Problem {
  return {
    message: "not a distribution",
    expected: "a number, or a form such as lognormal(median=8, sigma=0.9)",
    found: text,
  };
}
