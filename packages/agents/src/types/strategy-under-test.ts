/**
 * Strategy under test: a seat in the market for somebody who decides outside of it.
 *
 * By itself it does nothing. It wakes every `interval`; there a `MarketEnv` (or a `MarketSession` of core) stops the run, shows
 * the frozen view, and takes orders for it, which leave at the wake and arrive by its latency like those of everybody else.
 * So a learning agent, or any strategy, trades against the population under the same rules as the population.
 * In a crash: whatever the strategy does; it can be liquidated and auto-deleveraged like anybody else.
 * Source: own; the conventions of reinforcement-learning environments (reset, step, terminated, truncated).
 */
import { defineAgent } from "@undertow/core";
import type { ParamSpec } from "@undertow/core";

const paramSpecs = {
  interval: {
    unit: "duration",
    description: "time between decisions",
    default: 60e6,
    min: 1e6,
  },
} satisfies Record<string, ParamSpec>;

/** The seat of a strategy that is stepped from outside. */
export const strategyUnderTest = defineAgent({
  name: "strategy-under-test",
  summary:
    "A seat for a strategy that decides outside of the run, through MarketEnv; does nothing by itself.",
  source: "own",
  params: paramSpecs,
  memory: {},
  wake: { interval: "interval", kind: "fixed" },
  decide() {},
});
