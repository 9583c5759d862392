/**
 * Published figures of the population at the start, which `undertow describe` compares with what was built.
 *
 * They are read after the population is built and never fed to it, as facts are for a run. A scenario's own sizes and
 * leverages may follow the same sources; the figures then say whether the population came out so.
 */
import * as z from "zod";
import { anyQuantity, coinName, text } from "./leaves.ts";

/** What a figure is of; `description` of the schema says how each is counted. */
export const START_FIGURE_KINDS = [
  "long-short-accounts",
  "position-median",
  "position-p90",
  "position-p99",
  "position-tail",
  "top-1-share",
  "top-10-share",
  "leverage-below-3x",
  "leverage-3x-to-7x",
  "leverage-above-7x",
  "cross-share",
] as const;

/** One of the kinds. */
export type StartFigureKind = (typeof START_FIGURE_KINDS)[number];

/** One published figure of one coin. */
export const startFigure = z.strictObject({
  kind: z.enum(START_FIGURE_KINDS),
  coin: coinName,
  value: anyQuantity("Published value: USD, fraction, ratio or exponent."),
  low: anyQuantity("Lower end of the published range.").optional(),
  high: anyQuantity("Upper end of the published range.").optional(),
  source: text("Where it was published, and of what sample."),
  confidence: z.enum(["high", "medium", "low"]),
});

/** A figure as the schema returns it. */
export type StartFigureData = z.output<typeof startFigure>;
