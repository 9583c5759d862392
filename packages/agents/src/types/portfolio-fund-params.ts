/**
 * Parameters of the portfolio fund: its risk limit, its drawdown limit, and two modes that are off unless asked for,
 * a volatility target and redemptions.
 */
import { MICROS_PER_DAY } from "@undertow/core";
import type { ParamSpec } from "@undertow/core";
import { depthShareParam } from "./order-size.ts";

/** The parameters with units, defaults and bounds. */
export const portfolioFundParams = {
  interval: { unit: "duration", description: "time between risk checks", default: 900e6, min: 1e6 },
  varLimit: { unit: "ratio", description: "largest VaR over equity", default: 0.25, min: 0.001 },
  horizon: { unit: "duration", description: "horizon of the VaR", default: MICROS_PER_DAY, min: 1e6 },
  correlation: {
    unit: "ratio",
    description: "correlation of coins assumed in the VaR",
    default: 0.8,
    min: 0,
    max: 1,
  },
  drawdownLimit: {
    unit: "ratio",
    description: "fall of equity from its peak that forces a cut",
    default: 0.15,
    min: 0.001,
    max: 1,
  },
  cutShare: {
    unit: "ratio",
    description: "share of every position closed per cut",
    default: 0.25,
    min: 0,
    max: 1,
  },
  reLever: {
    unit: "ratio",
    description: "share of the missing position bought back at a time",
    default: 0.01,
    min: 0,
    max: 1,
  },
  reLeverInterval: {
    unit: "duration",
    description: "least time after a cut, and between two purchases back",
    default: 900e6,
    min: 1e6,
  },
  sentimentFloor: {
    unit: "ratio",
    description: "no buying back below this sentiment",
    default: -0.2,
    min: -1,
    max: 1,
  },
  leverage: {
    unit: "ratio",
    description: "most perpetual notional over equity when buying back",
    default: 3,
    min: 1,
    max: 125,
  },
  perCoinLimits: {
    unit: "flag",
    description: "1: limits per coin, without coupling",
    default: 0,
    min: 0,
    max: 1,
  },
  maxDepthShare: depthShareParam("largest order over visible depth", 0.2),
  volatilityTarget: {
    unit: "ratio",
    description: "daily volatility over equity that it aims at; 0: no target",
    default: 0,
    min: 0,
    max: 5,
  },
  volatilityBand: {
    unit: "ratio",
    description: "excess over the target, as a share of it, from which it sells",
    default: 0.2,
    min: 0,
    max: 10,
  },
  redemptionBeta: {
    unit: "ratio",
    description: "share of the fund that leaves per unit of return below zero; 0: nobody leaves",
    default: 0,
    min: 0,
    max: 20,
  },
  redemptionInterval: {
    unit: "duration",
    description: "time between redemption dates",
    default: MICROS_PER_DAY,
    min: 60e6,
  },
} satisfies Record<string, ParamSpec>;
