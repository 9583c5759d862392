/** The hand-made stage by itself: parameters, draws, time and fills. */
import { BUY, defineAgent } from "@undertow/core";
import { BTC_PERP, BTC_SPOT, Stage, START_MICROS, UNIT } from "@undertow/agents/testing";
import { expect, it } from "vitest";

const echo = defineAgent({
  name: "echo",
  summary: "Buys as many lots as its parameter says.",
  source: "own, for tests",
  params: {
    interval: { unit: "duration", description: "time between looks", default: 1e6 },
    size: { unit: "count", description: "lots", default: "normal(mean=5, sd=3)", min: 2, max: 7 },
  },
  memory: { wakes: 0 },
  wake: { interval: "interval", kind: "fixed" },
  decide({ due, params, memory, orders, random }) {
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      memory.wakes[agent]++;
      const market = random.uniform(agent, 0) < 0.5 ? BTC_SPOT : BTC_PERP;
      orders.market(agent, market, BUY, params.size[agent], 0);
    }
  },
});

it("draws a distribution for each agent inside the bounds, by the seed", () => {
  const sizes = (seed: string): number[] => [...new Stage(echo, { count: 200, seed }).params["size"]];
  const drawn = sizes("a");
  expect(Math.min(...drawn)).toBe(2);
  expect(Math.max(...drawn)).toBe(7);
  expect(new Set(drawn).size).toBeGreaterThan(50);
  expect(sizes("a")).toEqual(drawn);
  expect(sizes("b")).not.toEqual(drawn);
});

it("takes one value for all or one for each, and refuses what does not fit", () => {
  expect([...new Stage(echo, { count: 2, params: { size: 3 } }).params["size"]]).toEqual([3, 3]);
  expect([...new Stage(echo, { count: 2, params: { size: [3, 4] } }).params["size"]]).toEqual([3, 4]);
  expect(() => new Stage(echo, { count: 3, params: { size: [3, 4] } })).toThrow(
    "params.size: one value for each agent is needed (expected 3 values, found 2)",
  );
  expect(() => new Stage(echo, { params: { sise: 3 } })).toThrow(
    'params.sise: echo has no parameter "sise" (expected one of interval, size; did you mean size?)',
  );
});

it("lets time pass, draws anew at each wake, and fills at the mid", () => {
  const stage = new Stage(echo, { params: { size: 4 } });
  stage.cash[0] = 1_000 * UNIT;
  const markets = Array.from({ length: 20 }, () => stage.wake(1e6)[0].market);
  expect(stage.view.nowMicros).toBe(START_MICROS + 20e6);
  expect(stage.memory["wakes"][0]).toBe(20);
  expect(new Set(markets)).toEqual(new Set([BTC_SPOT, BTC_PERP]));
  const bought = {
    kind: "market",
    agent: 0,
    market: BTC_SPOT,
    side: 1,
    lots: 4,
    ticks: 0,
    cause: 0,
    source: -1,
  };
  stage.fill(Array.of(bought));
  expect(stage.held[BTC_SPOT][0]).toBe(4);
  expect(stage.cash[0] / UNIT).toBeCloseTo(1_000 - stage.moneyOf(BTC_SPOT, 4), 6);
});

it("closes at average cost, as the ledger does, and pays the profit of a perpetual in cash", () => {
  const stage = new Stage(echo);
  stage.cash[0] = 1_000_000 * UNIT;
  const order = { kind: "market" as const, agent: 0, market: BTC_PERP, side: 1, lots: 40, ticks: 0 };
  const fill = (side: number, lots: number): void =>
    stage.fill(Array.of({ ...order, side, lots, cause: 0, source: -1 }));
  fill(1, 40);
  const bought = stage.cost[BTC_PERP][0];
  stage.move(BTC_PERP, 1.5);
  fill(-1, 10);
  expect(stage.cost[BTC_PERP][0]).toBeCloseTo(0.75 * bought, 3);
  expect(stage.cash[0]).toBeCloseTo(1_000_000 * UNIT + 0.125 * bought, 3);
  // Through zero: the short begins at the mid.
  fill(-1, 50);
  expect(stage.held[BTC_PERP][0]).toBe(-20);
  expect(stage.cost[BTC_PERP][0]).toBeCloseTo(-0.75 * bought, 3);
  expect(stage.cash[0]).toBeCloseTo(1_000_000 * UNIT + 0.5 * bought, 3);
});
