/**
 * How fast and how large an arbitrageur trades: the parameters that arbitrageur types share, and the allowance that
 * fills up with time (a token bucket). Own rules against overshoot; the types say how they use them.
 */
import { MICROS_PER_MINUTE } from "@undertow/core";
import type { DecideContext, ParamSpec } from "@undertow/core";
import { depthShareParam } from "./order-size.ts";

/** Uneven legs up to this share of the maximal notional per minute are left alone. */
export const UNEVEN_SHARE = 0.05;
/** Share of the free cash that a trade may use. */
export const CASH_USE = 0.9;
/** A venue holds margin at the far edge of its price band, and the loss to there; none of the bundled is wider. */
export const PRICE_BAND = 0.1;

/** Parameters of pace and size. */
export const paceParams = {
  gapShare: {
    unit: "ratio",
    description: "share of the gap that the population closes per interval",
    default: 0.3,
    min: 0,
    max: 1,
  },
  maxDepthShare: depthShareParam("largest leg as a share of visible depth"),
  maxNotionalPerMinute: {
    unit: "quanta",
    description: "most notional per leg and minute over all coins",
    default: 500_000_000_000,
    min: 0,
  },
} satisfies Record<string, ParamSpec>;

/** Initial values of the memory that the allowance needs. */
export const paceMemory = {
  /** Moment of the last wake; 0 before the first. */
  lastMicros: 0,
  /** Notional that may be traded now, quanta. */
  allowance: 0,
};

/** Adds to an agent's allowance what the time since its last wake gives, up to a minute's worth. */
export function refillAllowance(
  { view, params, memory }: DecideContext<"maxNotionalPerMinute", "lastMicros" | "allowance">,
  agent: number,
): void {
  const pace = params.maxNotionalPerMinute[agent];
  const minutes = (view.nowMicros - memory.lastMicros[agent]) / MICROS_PER_MINUTE;
  memory.lastMicros[agent] = view.nowMicros;
  memory.allowance[agent] = Math.min(pace, memory.allowance[agent] + pace * minutes);
}
