/**
 * Leaves of a venue profile: numbers with their unit, choices with their meaning, rules told apart by `kind`.
 *
 * Each leaf carries its label and unit in the schema, so that `undertow describe venue` and the checks read the
 * same definition. Sources are not part of a leaf: `origins.ts` takes them off the tree before it is checked.
 */
import * as z from "zod";
import { momentMicros } from "../values/moment.ts";
import { coinName, type LeafOptions, quantity } from "../schema/leaves.ts";

/**
 * How a number is shown: a share as percent, a multiple as `20x`, money in the settlement currency, and so on.
 * In data: fractions, plain multiples, settlement units, coins, dollars, microseconds.
 */
export type Unit = "percent" | "multiple" | "money" | "coins" | "dollars" | "count" | "duration";

/** What a schema says of itself beside its type. */
export interface ProfileMeta {
  /** Label of a row. */
  readonly description?: string;
  readonly unit?: Unit;
  /** What each value of a choice means. */
  readonly meanings?: Readonly<Record<string, string>>;
}

type Bounds = Omit<LeafOptions, "description" | "sourced">;

/** A share of something, 0 to 1 unless other bounds are given. */
export function share(description: string, bounds: Bounds = { min: 0, max: 1 }): z.ZodType<number> {
  return quantity("ratio", { description, ...bounds }).meta({ unit: "percent" });
}

/** A multiple such as a leverage. */
export function multiple(description: string, bounds: Bounds = { above: 0 }): z.ZodType<number> {
  return quantity("ratio", { description, ...bounds }).meta({ unit: "multiple" });
}

/** An amount of the settlement currency. */
export function money(description: string, bounds: Bounds = { above: 0 }): z.ZodType<number> {
  return quantity("money", { description, ...bounds }).meta({ unit: "money" });
}

/** A price or price step in the currency of quotation. */
export function dollars(description: string): z.ZodType<number> {
  return quantity("money", { description, above: 0 }).meta({ unit: "dollars" });
}

/** An amount of the traded coin, or contracts of an inverse one. */
export function size(description: string): z.ZodType<number> {
  return quantity("count", { description, above: 0 }).meta({ unit: "coins" });
}

/** A plain number. */
export function count(description: string, bounds: Bounds = { min: 1, whole: true }): z.ZodType<number> {
  return quantity("count", { description, ...bounds }).meta({ unit: "count" });
}

/** A length of time, in microseconds once read. */
export function duration(description: string): z.ZodType<number> {
  return quantity("duration", { description, above: 0 }).meta({ unit: "duration" });
}

/** A day such as `2024-10-24`. */
export function day(description: string): z.ZodString {
  return z
    .string()
    .refine((text) => text.length === 10 && momentMicros(text) !== undefined, {
      error: "a date such as 2024-10-24",
      params: { expected: "a date such as 2024-10-24" },
    })
    .meta({ description });
}

/** One of a few words, each with its meaning. */
export function choice<const Word extends string>(
  description: string,
  meanings: Readonly<Record<Word, string>>,
): z.ZodType<Word> {
  return z.enum(Object.keys(meanings) as [Word, ...Word[]]).meta({ description, meanings });
}

/** A value for all coins, and another for some. */
export function byCoin<Leaf extends z.ZodType>(description: string, leaf: Leaf) {
  return z
    .strictObject({
      coins: z.record(coinName, leaf).default({}).meta({ description }),
      others: leaf,
    })
    .meta({ description });
}

/** A rule of one of several kinds; the rest of its keys depend on `kind`. */
export function rule<const Options extends readonly [RuleSchema, ...RuleSchema[]]>(
  description: string,
  options: Options,
): z.ZodDiscriminatedUnion<Options, "kind"> {
  const kinds = options.map(({ shape }) => shape.kind.value).join(", ");
  return z
    .discriminatedUnion("kind", options, {
      error: (issue) => (issue.code === "invalid_union" ? `one of ${kinds}` : undefined),
    })
    .meta({ description });
}

/** One kind of a rule: what it does in words, and its keys. */
export function kind<const Name extends string, const Shape extends z.ZodRawShape>(
  name: Name,
  meaning: string,
  shape: Shape,
) {
  return z.strictObject({ kind: z.literal(name), ...shape }).meta({ description: meaning });
}

type RuleSchema = z.ZodObject<{ kind: z.ZodLiteral<string> }, z.core.$strict>;
