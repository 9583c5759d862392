/**
 * Parameters of the metaorder executor: when it begins, how much it trades, along which schedule.
 *
 * With `count` executors and distributions for size and start a population is a sample of metaorders; `side` as
 * `choice([1, -1])` makes half of them sell.
 */
import type { ParamSpec } from "@undertow/core";
import { depthShareParam } from "./order-size.ts";

/** All parameters of the type. */
export const metaorderParams = {
  interval: { unit: "duration", description: "time between slices", default: 10e6, min: 1e6 },
  startAfter: {
    unit: "duration",
    description: "time from the start of the run (after the warm-up) to the start of the order",
    default: 3600e6,
    min: 0,
  },
  horizon: { unit: "duration", description: "length of the schedule", default: 3600e6, min: 1e6 },
  mode: {
    unit: "count",
    description: "schedule: 0 TWAP, 1 share of volume (POV), 2 Almgren-Chriss",
    default: 0,
    min: 0,
    max: 2,
  },
  side: { unit: "ratio", description: "1 buys, -1 sells", default: 1, min: -1, max: 1 },
  spot: { unit: "flag", description: "trades the spot market instead of the perpetual", default: 0 },
  notional: {
    unit: "quanta",
    description: "parent order at the mid when it begins, total for the weight; unused with a volume share",
    default: 10_000_000_000,
    min: 0,
  },
  volumeShare: {
    unit: "ratio",
    description: "parent order over a day's taker volume of the market; 0 for `notional`",
    default: 0,
    min: 0,
  },
  participation: {
    unit: "ratio",
    description: "POV: share of the taker volume, its own included",
    default: 0.1,
    min: 0.001,
    max: 0.9,
  },
  urgency: {
    unit: "ratio",
    description: "Almgren-Chriss: kappa x horizon; 0 is a straight line, 3 the paper's example",
    default: 3,
    min: 0,
    max: 500,
  },
  leverage: {
    unit: "ratio",
    description: "leverage of a perpetual position",
    default: 1,
    min: 1,
    max: 125,
  },
  maxDepthShare: depthShareParam("largest slice over visible depth; the rest waits for the next look", 0.5),
} satisfies Record<string, ParamSpec>;
