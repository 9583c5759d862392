/**
 * Leaves of the scenario schema: values with units, distributions, moments, names.
 *
 * Each leaf is one zod type that reads what a person writes, reports what it expected and found, and
 * describes itself to JSON Schema. Output is always the base unit of `values/quantity.ts`.
 */
import type { DistributionSpec } from "@undertow/core";
import * as z from "zod";
import { Computed } from "../loading/located.ts";
import { parseDistributionText } from "../values/distribution.ts";
import { EXPECTED_MOMENT, momentMicros, momentText } from "../values/moment.ts";
import { type Dimension, EXPECTED, parseAnyQuantity, parseQuantity, showFound } from "../values/quantity.ts";

/** Bounds and documentation of a leaf. Bounds are in the base unit and inclusive unless `above` is set. */
export interface LeafOptions {
  readonly description: string;
  readonly min?: number;
  readonly max?: number;
  /** Exclusive lower bound. */
  readonly above?: number;
  readonly whole?: boolean;
  /** May be written `{ value, source, asOf, note }`. */
  readonly sourced?: boolean;
}

/** Message of an issue about a value whose problem has been reported where it arose. */
export const ALREADY_REPORTED = "already reported";

const SOURCED_KEYS = ["value", "source", "asOf", "note"];
type Context = z.core.$RefinementCtx;

/** One number with a unit. */
export function quantity(dimension: Dimension, options: LeafOptions): z.ZodType<number> {
  const read = (input: unknown, context: Context): number => {
    const { raw, path } = unwrapSourced(input, options, context);
    if (raw === undefined) return z.NEVER;
    if (failed(raw)) return refuseAgain(context);
    const parsed = parseQuantity(baseNumber(raw, dimension), dimension);
    if (!parsed.ok) return refuse(context, path, "wrong value", parsed.expected, showFound(shown(raw)));
    const value = parsed.value;
    const bound = boundProblem(value, dimension, options);
    return bound === undefined
      ? value
      : refuse(context, path, "impossible value", bound, showFound(shown(raw)));
  };
  return z.any().transform(read).meta(jsonSchema(EXPECTED[dimension], options));
}

/** A number, or a distribution of numbers, with units. Constants become a constant distribution. */
export function distribution(dimension: Dimension, options: LeafOptions): z.ZodType<DistributionSpec> {
  const expected = `${EXPECTED[dimension]}, or a distribution such as lognormal(median=8, sigma=0.9)`;
  const read = (input: unknown, context: Context): DistributionSpec => {
    if (input === undefined) return refuse(context, [], "is missing", expected, "nothing");
    if (failed(input)) return refuseAgain(context);
    const parsed = parseDistributionText(baseNumber(input, dimension), dimension);
    if (!parsed.ok) {
      for (const { message, expected: wanted, found } of parsed.problems) {
        refuse(context, [], message, wanted ?? expected, found ?? showFound(shown(input)));
      }
      return z.NEVER;
    }
    const spec = parsed.spec;
    const bound = spec.kind === "constant" ? boundProblem(spec.value, dimension, options) : undefined;
    return bound === undefined
      ? spec
      : refuse(context, [], "impossible value", bound, showFound(shown(input)));
  };
  return z.any().transform(read).meta(jsonSchema(expected, options));
}

/** A number in whatever unit it is written (a parameter for expressions); durations count in seconds. */
export function anyQuantity(description: string): z.ZodType<number> {
  const read = (input: unknown, context: Context): number => {
    if (failed(input)) return refuseAgain(context);
    if (input instanceof Computed) return input.value;
    const parsed = parseAnyQuantity(input);
    return parsed.ok ? parsed.value : refuse(context, [], "wrong value", parsed.expected, parsed.found);
  };
  const meta = jsonSchema("a number, or one with a unit", { description });
  return z.any().transform(read).meta(meta);
}

/** A UTC moment, normalised to `2026-01-05T00:00:00Z`. */
export function moment(description: string): z.ZodType<string> {
  const read = (input: unknown, context: Context): string => {
    const micros = typeof input === "string" ? momentMicros(input) : undefined;
    return micros === undefined
      ? refuse(context, [], "wrong value", EXPECTED_MOMENT, showFound(shown(input)))
      : momentText(micros);
  };
  const meta = { type: "string", description: `${description} Expected: ${EXPECTED_MOMENT}.` } as const;
  return z.any().transform(read).meta(meta);
}

/** Text that is not empty. */
export function text(description: string): z.ZodString {
  return z.string().min(1, "some text").meta({ description });
}

/** Keys of coins, for example `BTC`. */
export const coinName = z
  .string()
  .regex(/^(?=.*[A-Z])[A-Z0-9]{1,12}$/, "capital letters and digits such as BTC");
/** Keys of populations, patches and ablations, for example `market-makers`. */
export const lowerName = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, "lower-case words joined by hyphens");
/** Keys of parameters, for example `perpDepth`. */
export const paramName = z.string().regex(/^[a-z][A-Za-z0-9]*$/, "a name such as perpDepth");

/** Adds an issue and returns the value that stands for "refused". */
function refuse(context: Context, path: string[], message: string, expected: string, found: string): never {
  context.issues.push({ code: "custom", message, path, params: { expected, found }, input: undefined });
  return z.NEVER;
}

/** Refuses what an expression's own problem already explains; `schemaProblems` leaves it out. */
function refuseAgain(context: Context): never {
  return refuse(context, [], ALREADY_REPORTED, "a number", "nothing");
}

/** True for the value of an expression that could not be evaluated. */
function failed(raw: unknown): boolean {
  return raw instanceof Computed && Number.isNaN(raw.value);
}

function unwrapSourced(
  input: unknown,
  options: LeafOptions,
  context: Context,
): { raw: unknown; path: string[] } {
  const isMap =
    typeof input === "object" && input !== null && !Array.isArray(input) && !(input instanceof Computed);
  if (input === undefined) {
    refuse(context, [], "is missing", options.description, "nothing");
    return { raw: undefined, path: [] };
  }
  if (options.sourced !== true || !isMap) return { raw: input, path: [] };
  const map = input as Record<string, unknown>;
  const unknown = Object.keys(map).filter((key) => !SOURCED_KEYS.includes(key));
  for (const key of unknown) {
    refuse(context, [key], `unknown key "${key}"`, `one of ${SOURCED_KEYS.join(", ")}`, showFound(map[key]));
  }
  checkSource(map, context);
  if (map["value"] === undefined) refuse(context, ["value"], "is missing", "the value itself", "nothing");
  return { raw: map["value"], path: ["value"] };
}

function checkSource(map: Record<string, unknown>, context: Context): void {
  for (const key of ["source", "note"]) {
    const value = map[key];
    if (value !== undefined && (typeof value !== "string" || value === "")) {
      refuse(context, [key], "wrong value", "some text", showFound(value));
    }
  }
  const asOf = map["asOf"];
  if (asOf !== undefined && (typeof asOf !== "string" || momentMicros(asOf) === undefined)) {
    refuse(context, ["asOf"], "wrong value", "a date such as 2026-01-06", showFound(asOf));
  }
}

function shown(raw: unknown): unknown {
  return raw instanceof Computed ? raw.value : raw;
}

/** An expression's result as the base unit: durations are computed in seconds. */
function baseNumber(raw: unknown, dimension: Dimension): unknown {
  if (!(raw instanceof Computed)) return raw;
  return dimension === "duration" ? `${raw.value}s` : raw.value;
}

function boundProblem(value: number, dimension: Dimension, options: LeafOptions): string | undefined {
  if (options.whole === true && !Number.isInteger(value)) return "a whole number";
  if (options.above !== undefined && !(value > options.above))
    return `more than ${show(options.above, dimension)}`;
  const low = options.min !== undefined && value < options.min;
  const high = options.max !== undefined && value > options.max;
  if (!low && !high) return undefined;
  if (options.min !== undefined && options.max !== undefined) {
    return `between ${show(options.min, dimension)} and ${show(options.max, dimension)}`;
  }
  return low ? `at least ${show(options.min, dimension)}` : `at most ${show(options.max!, dimension)}`;
}

function show(bound: number, dimension: Dimension): string {
  return dimension === "duration" && bound !== 0 ? `${bound / 1_000_000}s` : String(bound);
}

function jsonSchema(expected: string, options: LeafOptions): Record<string, unknown> {
  const plain = [
    { type: "number" },
    { type: "string", description: `${expected}; or an expression such as =params.depth * 2` },
  ];
  const sourced = {
    type: "object",
    properties: {
      value: { anyOf: plain },
      source: { type: "string" },
      asOf: { type: "string" },
      note: { type: "string" },
    },
    required: ["value"],
    additionalProperties: false,
  };
  return { description: options.description, anyOf: options.sourced === true ? [...plain, sourced] : plain };
}
