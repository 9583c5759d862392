/** What an agent may write: causes that are its own, leverage that is a number; the rest is a reject with a notice. */
import { describe, expect, it } from "vitest";
import { defineAgent, NOTICE_REJECTED } from "@undertow/core";
import { buildWorld, step } from "@undertow/core/testing";
import { PERP, population, smallMarket } from "./support/small-market.ts";

/** Rejects and written messages of an agent that sends one market, one reduce and one immediate order with a cause. */
function sent(cause: number): { rejects: number; messages: number; noticed: boolean } {
  const type = defineAgent({
    name: "writer",
    summary: "Writes three orders.",
    source: "own, for tests",
    params: { interval: { unit: "duration", description: "until it writes", default: 1 } },
    memory: {},
    wake: { interval: "interval", kind: "fixed" },
    decide({ due, orders }) {
      for (let k = 0; k < due.count; k++) {
        orders.market(due.agents[k], PERP, 1, 1, cause);
        orders.reduce(due.agents[k], PERP, 1, 1, cause);
        orders.immediate(due.agents[k], PERP, 1, 10, 1, cause);
      }
    },
  });
  const inputs = smallMarket({ populations: [population("writers", type, 1, { interval: 1e6 }, 1e9)] });
  const world = buildWorld({ ...inputs, agentTypes: { ...inputs.agentTypes, [type.name]: type } });
  while (world.counters.decisions === 0) step(world);
  return {
    rejects: world.counters.rejects,
    messages: world.queue.size,
    noticed: (world.accounts.notice[0] & NOTICE_REJECTED) !== 0,
  };
}

describe("the cause of an order", () => {
  it.each([0, 2, 5, 6, 8])("%d is an agent's", (cause) => {
    const { rejects, messages } = sent(cause);
    // Those that have arrived may have been rejected there: nothing is held, and there is nothing to reduce.
    expect(messages + rejects).toBeLessThanOrEqual(3);
    expect(rejects).toBeLessThan(3);
  });

  it.each([1, 3, 4, 7, 9, 16, -1, 0.5, NaN])("%d is not: rejected and noticed", (cause) => {
    expect(sent(cause)).toEqual({ rejects: 3, messages: 0, noticed: true });
  });
});

describe("a leverage that is no number of at least 1", () => {
  it.each([NaN, Infinity, 0, -5])("%d stands for 1", (leverage) => {
    const type = defineAgent({
      name: "setter",
      summary: "Sets leverage.",
      source: "own, for tests",
      params: { interval: { unit: "duration", description: "until it does", default: 1 } },
      memory: {},
      wake: { interval: "interval", kind: "fixed" },
      decide({ due, orders }) {
        for (let k = 0; k < due.count; k++) {
          orders.setLeverage(due.agents[k], PERP, 7);
          orders.setLeverage(due.agents[k], PERP, leverage);
        }
      },
    });
    const inputs = smallMarket({ populations: [population("setters", type, 1, { interval: 1e6 }, 1e9)] });
    const world = buildWorld({ ...inputs, agentTypes: { ...inputs.agentTypes, [type.name]: type } });
    while (world.counters.decisions === 0) step(world);
    expect(world.slots.leverage[world.ledger.findSlot(0, PERP)]).toBe(1);
  });
});
