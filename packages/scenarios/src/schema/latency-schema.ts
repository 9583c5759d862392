/**
 * The `latency` section of a scenario, and the region of a population: delays from regions to venues, jitter, and delays
 * of single agents.
 *
 * Names of regions, venues and populations are checked in `loading/latency-checks.ts`.
 */
import { parseDistribution, UserError } from "@undertow/core";
import * as z from "zod";
import { showFound } from "../values/quantity.ts";
import { distribution, lowerName, quantity, text } from "./leaves.ts";

const EXPECTED_REGION = "the name of a region, or choice([tokyo, europe], [0.7, 0.3])";
/** Regions are bytes in a run. */
const MOST_REGIONS = 255;
/** Each order looks through the pairs of its population. */
const MOST_PAIRS = 1000;

const delay = (description: string): z.ZodType<number> =>
  quantity("duration", { description, min: 0, sourced: true });

const region = z.strictObject({
  delay: delay("Delay to every venue that has none of its own."),
  venues: z
    .record(lowerName, delay("Delay to the venue."))
    .default({})
    .meta({ description: "Delays to single venues, by their names." }),
});

const pair = z.strictObject({
  population: lowerName.meta({ description: "Population whose agents have this delay." }),
  agents: z
    .array(quantity("count", { description: "Index in the population.", min: 0, whole: true }))
    .length(2, "first and last index")
    .optional()
    .meta({ description: "First and last agent, counted from 0; left out: all." }),
  venue: text("Venue to which they have it; default the one of the scenario.").optional(),
  delay: quantity("duration", { description: "From decision to arrival, before jitter.", min: 0 }),
});

/** Delays between regions and venues. */
export const latencySection = z.strictObject({
  regions: z
    .record(lowerName, region)
    .refine((regions) => Object.keys(regions).length <= MOST_REGIONS, `at most ${MOST_REGIONS} regions`)
    .default({})
    .meta({ description: "Where agents are, by name, and how far from the venues." }),
  jitter: distribution("ratio", {
    description:
      "How much an order's delay varies: a share (0.25: 75 to 125 %), or a distribution of the factor.",
    min: 0,
    max: 1,
  }).prefault(0.25),
  pairs: z
    .array(pair)
    .max(MOST_PAIRS, `at most ${MOST_PAIRS} pairs`)
    .default([])
    .meta({ description: "Delays of single agents to one venue, in place of latency and region." }),
});

/** Regions of a population with their relative weights. */
export interface RegionMix {
  readonly names: readonly string[];
  readonly weights: readonly number[];
}

/** Where the agents of a population are: one region, or several by weight, drawn once per agent. */
export const regionMix: z.ZodType<RegionMix> = z
  .any()
  .transform((input: unknown, context): RegionMix => {
    const read = typeof input === "string" ? readRegions(input) : [EXPECTED_REGION];
    if ("names" in read) return read;
    for (const expected of read) {
      const params = { expected, found: showFound(input) };
      context.issues.push({ code: "custom", message: "wrong value", params, input: undefined });
    }
    return z.NEVER;
  })
  .meta({
    type: "string",
    description: `Region of the agents: ${EXPECTED_REGION}; left out: no region, latency alone.`,
  });

/** The mixture, or what was expected instead. */
function readRegions(input: string): RegionMix | readonly string[] {
  const isName = lowerName.safeParse(input).success;
  if (isName) return { names: [input], weights: [1] };
  const names: string[] = [];
  const indexOf = (name: string): number => {
    if (/^[+-]?[\d.]/.test(name)) return Number(name);
    return lowerName.safeParse(name).success ? names.push(name) - 1 : NaN;
  };
  try {
    const spec = parseDistribution(input, indexOf);
    const isChoice = spec.kind === "choice" && spec.values.every((value, k) => value === k);
    return isChoice && names.length === spec.values.length
      ? { names, weights: spec.weights }
      : [EXPECTED_REGION];
  } catch (error) {
    if (error instanceof UserError)
      return error.problems.map(({ message, expected }) => `${expected ?? EXPECTED_REGION} (${message})`);
    throw error;
  }
}

/** The section as the schema returns it. */
export type LatencyData = z.output<typeof latencySection>;
