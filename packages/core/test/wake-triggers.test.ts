/** Triggered wakes: when, by what, with draws of their own; scheduled wakes stay as they are. */
import { describe, expect, it } from "vitest";
import {
  type AgentType,
  defineAgent,
  NOTICE_FILLED,
  NOTICE_LIQUIDATED,
  NOTICE_STOPPED,
  simulate,
  type SimulationInputs,
  TRIGGER_LEVEL,
  UserError,
  type WakeTrigger,
} from "@undertow/core";
import { buildWorld, step, type World } from "@undertow/core/testing";
import { countTouches } from "./support/touched-elements.ts";
import { cascadeMarket, PERP, population, smallMarket, SPOT, START_TICKS } from "./support/small-market.ts";
import { B, twoVenues } from "./support/two-venues.ts";

const url = new URL("./support/threaded-agents.mjs", import.meta.url).href;
const { watchful } = (await import(url)) as Record<string, AgentType>;

interface Wake {
  readonly nowMicros: number;
  readonly wakeMicros: number;
  readonly agent: number;
  readonly trigger: number;
  readonly draw: number;
  readonly mark: number;
}

interface Plan {
  readonly on?: readonly WakeTrigger[];
  /** Sets a level at its first wake: distance from the mark in ticks, in this market. */
  readonly level?: number;
  readonly market?: number;
  readonly buys?: boolean;
}

/** A type that notes its wakes; what it notes is read by assertions alone. */
function sleeper(wakes: Wake[], { on = [], level, market = PERP, buys = false }: Plan): AgentType {
  return defineAgent({
    name: "sleeper",
    summary: "Sleeps until something happens.",
    source: "own, for tests",
    params: { interval: { unit: "duration", description: "between wakes", default: 0 } },
    memory: { set: 0 },
    wake: { interval: "interval", kind: "fixed", on },
    decide({ due, view, orders, random, memory }) {
      for (let k = 0; k < due.count; k++) {
        const agent = due.agents[k];
        const { nowMicros } = view;
        const [trigger, wakeMicros] = [due.trigger[k], due.wakeMicros[k]];
        const draw = random.uniform(agent, 0);
        wakes.push({ nowMicros, wakeMicros, agent, trigger, draw, mark: view.markTicks[market] });
        if (memory.set[agent] === 1) continue;
        memory.set[agent] = 1;
        if (level !== undefined) orders.wakeAt(agent, market, view.markTicks[market] + level);
        if (buys) orders.market(agent, PERP, 1, 1, 0);
      }
    },
  });
}

interface Made {
  readonly world: World;
  readonly wakes: Wake[];
  /** Mark of the watched market at the end of each step, from before the first on. */
  readonly marks: number[];
}

function runOf(
  plan: Plan,
  options: { sold?: number; interval?: number; minutes?: number; count?: number } = {},
): Made {
  const { sold = 2500, interval = 400e6, minutes = 8, count = 1 } = options;
  const wakes: Wake[] = [];
  const type = sleeper(wakes, plan);
  const inputs = cascadeMarket(sold, { minutes });
  const world = buildWorld({
    ...inputs,
    populations: [...inputs.populations, population("sleepers", type, count, { interval }, 1e9)],
    agentTypes: { ...inputs.agentTypes, sleeper: type },
  });
  const at = plan.market ?? PERP;
  const marks = [world.markTicks[at]];
  while (world.nowMicros < inputs.endMicros) {
    step(world);
    marks.push(world.markTicks[at]);
  }
  return { world, wakes, marks };
}

describe("a level", () => {
  it.each([
    ["below", PERP, -30],
    ["above, reached by the rebound", PERP, 12],
    ["below, of spot", SPOT, -30],
  ])("wakes in the step after the mark has reached it: %s", (name, market, level) => {
    const above = level > 0;
    // Set by all agents at their first wakes, spread over the fall and what follows.
    const { world, wakes, marks } = runOf({ on: ["level"], level, market }, { count: 60, interval: 470e6 });
    const start = world.inputs.startMicros;
    const woken = wakes.filter(({ trigger }) => trigger !== 0);
    expect(woken.length, name).toBeGreaterThan(0);
    for (let agent = 0; agent < 60; agent++) {
      const [first, second] = wakes.filter((wake) => wake.agent === agent);
      if (first === undefined) continue;
      const stepOf = (micros: number): number => Math.round((micros - start) / 1e6);
      const ticks = first.mark + level;
      const from = stepOf(first.nowMicros) + 1;
      const reached = marks.findIndex((mark, k) => k >= from && (above ? mark >= ticks : mark <= ticks));
      if (reached < 0 || reached === marks.length - 1) {
        if (second !== undefined) expect(second.trigger).toBe(0);
        continue;
      }
      expect(second).toMatchObject({ trigger: TRIGGER_LEVEL, nowMicros: start + reached * 1e6 });
      expect(second.wakeMicros).toBe(second.nowMicros);
    }
  });

  it("at the mark itself wakes in the next step, once", () => {
    const { wakes } = runOf({ on: ["level"], level: 0 }, { sold: 0, interval: 200e6 });
    const [first, second, ...later] = wakes;
    expect(second.nowMicros - first.nowMicros).toBe(1e6);
    expect(later.every(({ trigger }) => trigger === 0)).toBe(true);
  });

  it("is refused without `level` in the type's triggers, and replaced or taken away by a later call", () => {
    const refused = runOf({ level: 0 }, { sold: 0 });
    expect(refused.world.counters.rejects).toBe(1);
    expect(refused.wakes.every(({ trigger }) => trigger === 0)).toBe(true);
    const wakes: Wake[] = [];
    const type: AgentType = {
      ...sleeper(wakes, { on: ["level"], level: 0 }),
      decide(context) {
        sleeper(wakes, { on: ["level"], level: 0 }).decide(context);
        const { due, orders } = context;
        for (let k = 0; k < due.count; k++) orders.wakeAt(due.agents[k], PERP, 0);
      },
    };
    const inputs = smallMarket({
      populations: [population("s", type, 1, { interval: 10e6 }, 1e6)],
      minutes: 1,
    });
    const world = buildWorld({ ...inputs, agentTypes: { sleeper: type } });
    for (let n = 0; n < 60; n++) step(world);
    expect(wakes.length).toBe(6);
  });
});

describe("a notice", () => {
  it("of a fill wakes in the step after", () => {
    const { wakes } = runOf({ on: ["filled"], buys: true }, { sold: 0, interval: 200e6, minutes: 3 });
    const filled = wakes.filter(({ trigger }) => trigger === NOTICE_FILLED);
    expect(filled).toHaveLength(1);
    expect(filled[0].nowMicros - wakes[0].nowMicros).toBe(1e6);
    const asleep = runOf({ on: ["liquidated"], buys: true }, { sold: 0, interval: 200e6, minutes: 3 });
    expect(asleep.wakes.every(({ trigger }) => trigger === 0)).toBe(true);
  });

  it("of a liquidation or a stop wakes those who never wake otherwise, and nobody else", () => {
    const wakes: Wake[] = [];
    const type = sleeper(wakes, { on: ["liquidated", "stopped"] });
    const inputs = cascadeMarket(2500, { minutes: 8 });
    const populations = inputs.populations.map((spec) => {
      if (spec.name !== "longs") return spec;
      const { positions } = spec.endowment;
      const stopTicks = positions.stopTicks.map((_, k) => (k % 2 === 0 ? START_TICKS - 40 - k : 0));
      return {
        ...spec,
        type: "sleeper",
        endowment: { ...spec.endowment, positions: { ...positions, stopTicks } },
      };
    });
    const world = buildWorld({ ...inputs, populations, agentTypes: { ...inputs.agentTypes, sleeper: type } });
    while (world.nowMicros < inputs.endMicros) step(world);
    const longs = Array.from({ length: 100 }, (_, agent) => agent);
    const woken = (kind: number): Set<number> =>
      new Set(wakes.filter(({ trigger }) => (trigger & kind) !== 0).map(({ agent }) => agent));
    const liquidated = longs.filter((agent) => world.accounts.liquidations[agent] > 0);
    expect(liquidated.length).toBeGreaterThan(10);
    expect(woken(NOTICE_LIQUIDATED)).toEqual(new Set(liquidated));
    const stopped = [...woken(NOTICE_STOPPED)];
    expect(stopped.length).toBeGreaterThan(5);
    expect(stopped.every((agent) => agent % 2 === 0)).toBe(true);
    expect(wakes.every(({ trigger }) => (trigger & ~(NOTICE_LIQUIDATED | NOTICE_STOPPED)) === 0)).toBe(true);
    expect(world.members[0].ordinal.every((n) => n === 0)).toBe(true);
  });

  it("that does not exist is refused with the nearest name", () => {
    const on = ["liquidate"] as unknown as readonly WakeTrigger[];
    expect(() => runOf({ on }, { minutes: 0 })).toThrow(UserError);
    expect(() => runOf({ on }, { minutes: 0 })).toThrow(/sleeper.*liquidated/s);
  });
});

describe("draws", () => {
  it("of triggered wakes are their own, of the moment and the kind; scheduled ones stay as they are", () => {
    const plan: Plan = { on: ["level", "filled"], level: -30, buys: true };
    const options = { count: 30, interval: 90e6 };
    const { wakes } = runOf(plan, options);
    const quiet = runOf({ buys: true }, options).wakes;
    const scheduled = wakes.filter(({ wakeMicros, nowMicros }) => wakeMicros !== nowMicros);
    const triggered = wakes.filter((wake) => !scheduled.includes(wake));
    expect(triggered.length).toBeGreaterThan(30);
    expect(scheduled.map(({ agent, wakeMicros, draw }) => [agent, wakeMicros, draw])).toEqual(
      quiet.map(({ agent, wakeMicros, draw }) => [agent, wakeMicros, draw]),
    );
    const draws = new Set(wakes.map(({ draw }) => draw));
    expect(draws.size).toBe(wakes.length);
    // The same agent and moment, woken by another kind: another draw.
    const [level, filled] = [TRIGGER_LEVEL, NOTICE_FILLED].map((kind) => {
      const world = buildWorld(runInputs());
      const { decider, members, view } = world;
      view.nowMicros = 123e6;
      decider.runTriggered(0, kind, Int32Array.of(3), 0, 1);
      return members[0].memory.drawn[3];
    });
    expect(level).not.toBe(filled);
  });

  it("an agent decides at most once in a step, at its scheduled wake if it has one", () => {
    const { wakes } = runOf({ on: ["level"], level: 0 }, { sold: 0, interval: 1e6, minutes: 1 });
    const steps = wakes.map(({ nowMicros }) => nowMicros);
    expect(new Set(steps).size).toBe(steps.length);
    expect(wakes[1].trigger).toBe(TRIGGER_LEVEL);
    expect(wakes[1].wakeMicros).toBeGreaterThan(wakes[1].nowMicros);
    expect(wakes[2].trigger).toBe(0);
  });
});

function runInputs(seed = "a", minutes = 3): SimulationInputs {
  const stock = (count: number) =>
    Array.from({ length: count }, (_, agent) => ({ agent, market: SPOT, lots: 50, entryTicks: START_TICKS }));
  const inputs = smallMarket({
    populations: [population("watchful", watchful, 500, {}, 3e6, stock(500))],
    minutes,
    seed,
  });
  return {
    ...inputs,
    agentTypes: { watchful },
    agentModules: { watchful: { url, export: "watchful" } },
  };
}

describe("a run with triggered wakes", () => {
  it("has one result on 1, 2 and 3 threads", async () => {
    const alone = await simulate(runInputs());
    for (const threads of [2, 3]) {
      const run = await simulate(runInputs(), { threads, dealFrom: 1 });
      expect(run).toEqual(alone);
    }
    const world = buildWorld(runInputs());
    for (let n = 0; n < 180; n++) step(world);
    const { memory } = world.members[0];
    const triggered = memory.triggered.reduce((sum, n) => sum + n, 0);
    expect(triggered).toBeGreaterThan(300);
    const kinds = memory.kinds.reduce((bits, more) => bits | more, 0);
    // Fills, rejects, liquidations and levels.
    expect(kinds & (1 + 2 + 8 + 64)).toBe(1 + 2 + 8 + 64);
    expect(alone.totals.decisions).toBe(triggered + memory.scheduled.reduce((sum, n) => sum + n, 0));
    expect(alone.totals.auditResidual).toBe(0);
  });

  it("goes on from a checkpoint, on another number of threads too", async () => {
    const alone = await simulate(runInputs());
    for (const every of [50, 121]) {
      const taken: Uint8Array[] = [];
      await simulate(runInputs(), {
        checkpointEverySteps: every,
        onCheckpoint: (bytes) => void taken.push(bytes),
      });
      expect(await simulate(runInputs(), { resumeFrom: taken[0] })).toEqual(alone);
      expect(await simulate(runInputs(), { resumeFrom: taken[0], threads: 2, dealFrom: 1 })).toEqual(alone);
    }
  });

  it("has who waits in its hash", () => {
    const hashes = [-30, -31].map(async (level) => {
      const type = sleeper([], { on: ["level"], level });
      const inputs = smallMarket({
        populations: [population("s", type, 1, { interval: 30e6 }, 1e6)],
        minutes: 1,
      });
      return (await simulate({ ...inputs, agentTypes: { sleeper: type } })).stateHash;
    });
    return Promise.all(hashes).then(([a, b]) => expect(a).not.toBe(b));
  });

  it("reads nothing of those to whom nothing happens", () => {
    const worldOf = (count: number): World => {
      const type = sleeper([], { on: ["level", "filled", "liquidated"], level: -5000 });
      const people = population("sleepers", type, count, { interval: 3e6 }, 1e6);
      const still = { ...people, params: { interval: new Float64Array(count).fill(1e15) } };
      const inputs = smallMarket({ populations: [still], minutes: 10 });
      const world = buildWorld({ ...inputs, agentTypes: { sleeper: type }, auditEverySteps: 1e9 });
      // Levels of all agents, far from the mark, as if set at an earlier wake.
      const { perAgent, rankOf } = world.members[0].levelRows!;
      for (let agent = 0; agent < count; agent++) {
        world.settings.setWakeLevel(agent * perAgent + rankOf[PERP], PERP, START_TICKS - 5000);
      }
      for (let n = 0; n < 3; n++) step(world);
      return world;
    };
    const counts = [500, 50_000].map((count) => {
      const world = worldOf(count);
      const touches = countTouches(world, worldOf(1));
      for (let n = 0; n < 60; n++) step(world);
      return touches.count;
    });
    // One read a step, of the insurance fund's account, as in quiet-step.test.ts.
    expect(counts).toEqual([60, 60]);
  });
});

it("notices from an agent's further venues wake it too", () => {
  const wakes: Wake[] = [];
  const type = sleeper(wakes, { on: ["transferred"] });
  const spec = population("traveller", type, 1, { interval: 0 }, 0);
  const traveller = {
    ...spec,
    venues: Int32Array.of(B, 0),
    endowment: { ...spec.endowment, cashQuanta: Float64Array.of(1000, 0) },
  };
  const inputs = twoVenues({ minutes: 2, weights: [1, 1], further: [traveller] });
  const world = buildWorld({ ...inputs, agentTypes: { ...inputs.agentTypes, sleeper: type } });
  const { firstAccountAt } = world.members.at(-1)!;
  for (let n = 0; n < 3; n++) step(world);
  world.ledger.transfer(firstAccountAt[B], world.transfers.account, 500);
  world.transfers.add(firstAccountAt[0], 500, world.nowMicros + 5e6);
  for (let n = 0; n < 20; n++) step(world);
  expect(wakes).toHaveLength(1);
  expect(wakes[0].trigger).toBe(32);
});
