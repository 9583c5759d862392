/**
 * Parameters of the leveraged trader: how it bets, when it leaves, when it comes back.
 *
 * Leverage and risk appetite are drawn per agent from the scenario's distributions. `calmAttention` thins the
 * scheduled wakes while the market is quiet: at an interval of 1 h and 0.125 a trader looks every 8 h in calm and
 * every hour in a storm; the wake times themselves never depend on the market.
 */
import type { ParamSpec } from "@undertow/core";
import { depthShareParam } from "./order-size.ts";

/** All parameters of the type. */
export const leveragedTraderParams = {
  interval: {
    unit: "duration",
    description: "mean time between scheduled looks",
    default: 8 * 3600e6,
    min: 1e6,
  },
  calmAttention: {
    unit: "ratio",
    description: "share of scheduled looks that happen while 30-min moves stay under 2 standard deviations",
    default: 1,
    min: 0.001,
    max: 1,
  },
  riskAppetite: {
    unit: "ratio",
    description: "share of free cash staked on an entry",
    default: 0.5,
    min: 0,
    max: 1,
  },
  leverage: {
    unit: "ratio",
    description: "leverage of an entry",
    default: "lognormal(median=4.5, sigma=0.8, min=1, max=100)",
    min: 1,
    max: 125,
  },
  takeProfit: { unit: "ratio", description: "gain at which it closes, in margins", default: 1, min: 0.01 },
  horizon: {
    unit: "duration",
    description: "mean holding time without other reasons",
    default: 100 * 3600e6,
    min: 1e6,
  },
  fearThreshold: {
    unit: "ratio",
    description: "30-min move against it, in standard deviations, that frightens",
    default: 3,
    min: 0,
  },
  fearHazard: {
    unit: "ratio",
    description: "probability per look and standard deviation beyond the threshold to flee",
    default: 0.1,
    min: 0,
    max: 1,
  },
  fearCut: { unit: "ratio", description: "share of the position closed in fear", default: 1, min: 0, max: 1 },
  leaderWeight: {
    unit: "ratio",
    description: "share of the first coin in what frightens; 0 watches the own coin alone",
    default: 0.5,
    min: 0,
    max: 1,
  },
  reentryDelay: {
    unit: "duration",
    description: "mean wait after a liquidation, stop or deleveraging",
    default: 24 * 3600e6,
    min: 0,
  },
  entryProbability: {
    unit: "ratio",
    description: "probability per look to enter when flat",
    default: 0.5,
    min: 0,
    max: 1,
  },
  longBias: {
    unit: "ratio",
    description: "probability that an entry is long in calm",
    default: 0.5,
    min: 0,
    max: 1,
  },
  sentimentBeta: {
    unit: "ratio",
    description: "effect of sentiment: relative on entering, half of it on the side",
    default: 0.5,
    min: 0,
    max: 1,
  },
  trendBeta: {
    unit: "ratio",
    description: "addition to the long probability per standard deviation of the 4-h move",
    default: 0.02,
    min: 0,
    max: 1,
  },
  stopProbability: {
    unit: "ratio",
    description: "probability that an entry has a stop",
    default: 0.25,
    min: 0,
    max: 1,
  },
  stopAtMarginLoss: {
    unit: "ratio",
    description: "share of the margin lost at which the stop stands",
    default: "uniform(0.4, 0.9)",
    min: 0.01,
    max: 0.99,
  },
  maxDepthShare: depthShareParam("largest order over visible depth"),
  riskAversion: {
    unit: "ratio",
    description:
      "constant relative risk aversion that sets the leverage of an entry; 0: `leverage` is taken as it is",
    default: 0,
    min: 0,
  },
  conviction: {
    unit: "ratio",
    description:
      "gain expected over the horizon, as a fraction of the price; used with `riskAversion` above 0",
    default: 0.05,
    min: 0,
    max: 10,
  },
  topUps: {
    unit: "count",
    description: "how often it defends an isolated position by adding margin; 0 for those who do not",
    default: 0,
    min: 0,
  },
  topUpAtMarginLoss: {
    unit: "ratio",
    description: "share of the margin lost at which it tops up",
    default: 0.5,
    min: 0.01,
    max: 0.99,
  },
  topUpSize: {
    unit: "ratio",
    description: "cash added over the margin at the time, as far as it is free",
    default: 0.5,
    min: 0.01,
  },
} satisfies Record<string, ParamSpec>;
