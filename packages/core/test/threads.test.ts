/** Agents on worker threads: one result whatever their number, and failures that end the run with their cause. */
import { describe, expect, it } from "vitest";
import {
  type AgentModule,
  type AgentType,
  type RunData,
  simulate,
  type SimulationInputs,
  UserError,
} from "@undertow/core";
import {
  afterDecisions,
  beforeDecisions,
  buildWorld,
  type Deal,
  Pace,
  stateHash as hashOf,
  step as stepAlone,
  WAKES,
  WAKES_TAKEN,
  WorkerError,
  Workers,
  type World,
} from "@undertow/core/testing";
import { cleared } from "./support/linear-impact-market.ts";
import { population, smallMarket, SPOT, START_TICKS } from "./support/small-market.ts";
import { onB, twoVenues } from "./support/two-venues.ts";

const url = new URL("./support/threaded-agents.mjs", import.meta.url).href;
const types = (await import(url)) as Record<string, AgentType>;
const moduleOf = (name: string): AgentModule => ({ url, export: name });

const AGENTS = 600;

function crowdOf(name: string, options: { minutes?: number; seed?: string } = {}): SimulationInputs {
  const stock = Array.from({ length: AGENTS }, (_, agent) => ({
    agent,
    market: SPOT,
    lots: 50,
    entryTicks: START_TICKS,
  }));
  const crowd = population("crowd", types[name], AGENTS, {}, 3e6, stock);
  return withType(smallMarket({ populations: [crowd], minutes: 3, ...options }), name);
}

function withType(inputs: SimulationInputs, name: string): SimulationInputs {
  return {
    ...inputs,
    agentTypes: { ...inputs.agentTypes, [name]: types[name] },
    agentModules: { [name]: moduleOf(name) },
  };
}

/** What must not depend on the threads. */
function resultOf({ stateHash, totals, liquidations, agents, failure }: RunData) {
  const { decisions, orders, cancels, fills, triggers, rejects } = totals;
  return {
    stateHash,
    counts: [decisions, orders, cancels, fills, triggers, rejects],
    liquidated: [...liquidations.agent],
    equity: [...agents.endEquity],
    failure,
  };
}

describe("a run on several threads", () => {
  it("has one result on 1, 2, 3, 4 and 7 threads, whatever is dealt", async () => {
    const alone = resultOf(await simulate(crowdOf("busy")));
    // Everything that a type may do has been done, and much of it refused.
    for (const count of alone.counts) expect(count).toBeGreaterThan(20);
    expect(alone.liquidated.length).toBeGreaterThan(0);
    for (const [threads, dealFrom] of [
      [2, 1],
      [2, 200],
      [3, 1],
      [4, 1],
      [7, 1],
    ]) {
      const run = await simulate(crowdOf("busy"), { threads, dealFrom });
      expect(resultOf(run)).toEqual(alone);
      expect(run.totals.auditResidual).toBe(0);
    }
  });

  it("has one result on markets with linear impact, where nothing rests", async () => {
    const inputs = cleared(crowdOf("busy"), 1, 4);
    const alone = resultOf(await simulate(inputs));
    const [decisions, orders, , fills] = alone.counts;
    for (const count of [decisions, orders, fills]) expect(count).toBeGreaterThan(20);
    for (const threads of [2, 4]) {
      const run = await simulate(inputs, { threads, dealFrom: 1 });
      expect(resultOf(run)).toEqual(alone);
      expect(run.totals.auditResidual).toBe(0);
    }
  });

  it("differs by seed and not by repetition", async () => {
    const [a, again, b] = [
      await simulate(crowdOf("busy", { minutes: 1 }), { threads: 2, dealFrom: 1 }),
      await simulate(crowdOf("busy", { minutes: 1 }), { threads: 2, dealFrom: 1 }),
      await simulate(crowdOf("busy", { minutes: 1, seed: "b" }), { threads: 2, dealFrom: 1 }),
    ];
    expect(again.stateHash).toBe(a.stateHash);
    expect(b.stateHash).not.toBe(a.stateHash);
  });

  it("has one result on two venues", async () => {
    const crowd = crowdOf("busy").populations[0];
    const inputs = (): SimulationInputs => {
      const base = twoVenues({ minutes: 1, weights: [1, 1] });
      const populations = [crowd, onB(crowd)];
      return withType({ ...base, populations }, "busy");
    };
    const alone = resultOf(await simulate(inputs()));
    expect(resultOf(await simulate(inputs(), { threads: 3, dealFrom: 1 }))).toEqual(alone);
    expect(alone.counts[3]).toBeGreaterThan(50);
  });
});

it("leaves the state as it is when the threads end", async () => {
  for (let repetition = 0; repetition < 8; repetition++) {
    const world = buildWorld(crowdOf("busy"));
    const workers = await Workers.start(world, 6, { dealFrom: 1 });
    for (let step = 0; step < 5; step++) {
      beforeDecisions(world);
      await workers.decide();
      afterDecisions(world);
    }
    await workers.settle();
    const { memory, ordinal } = world.members[0];
    const before = [memory["wakes"], memory["seen"], ordinal, world.wheel.wakeMicros].map((column) => [
      ...column,
    ]);
    await workers.stop();
    const after = [memory["wakes"], memory["seen"], ordinal, world.wheel.wakeMicros].map((column) => [
      ...column,
    ]);
    expect(after).toEqual(before);
  }
});

it("runs ahead of the market by one step's wakes, and comes back", async () => {
  const alone = buildWorld(crowdOf("busy"));
  const world = buildWorld(crowdOf("busy"));
  const workers = await Workers.start(world, 2, { dealFrom: 1 });
  const wakesOf = ({ wheel, members }: World): number[][] =>
    [wheel.wakeMicros, members[0].ordinal].map((column) => [...column]);
  const asleep = ({ wheel }: World): number => wheel.filedCount;
  let ahead = 0;
  for (let k = 0; k < 40; k++) {
    beforeDecisions(world);
    await workers.decide();
    afterDecisions(world);
    stepAlone(alone);
    if (asleep(world) !== asleep(alone)) ahead++;
    if (k % 3 !== 2) continue;
    await workers.settle();
    expect(wakesOf(world)).toEqual(wakesOf(alone));
    expect(asleep(world)).toBe(asleep(alone));
  }
  await workers.settle();
  expect(hashOf(world)).toBe(hashOf(alone));
  expect(ahead).toBeGreaterThan(0);
  await workers.stop();
});

describe("when the main thread goes on alone", () => {
  const dealtOf = (
    pace: Pace,
    steps: number,
    note: (step: number) => [stalled: boolean, absent: boolean],
  ) => {
    let dealt = 0;
    for (let k = 0; k < steps; k++) {
      if (!pace.mayDeal()) continue;
      dealt++;
      pace.note(...note(k));
    }
    return dealt;
  };

  it("is never while workers do their part", () => {
    expect(dealtOf(new Pace(), 1000, () => [false, false])).toBe(1000);
  });

  it("is for some steps after each stall", () => {
    expect(dealtOf(new Pace(), 1000, (k) => [k % 100 === 50, false])).toBe(1000 - 10 * 8);
  });

  it("is not for long where most steps have to be waited for", () => {
    expect(dealtOf(new Pace(), 1000, () => [true, false])).toBeGreaterThan(900);
  });

  it("is nearly always while workers stay away, and no longer once they are back", () => {
    const pace = new Pace();
    expect(dealtOf(pace, 10_000, () => [false, true])).toBeLessThan(600);
    expect(dealtOf(pace, 2_000, () => [false, false])).toBeGreaterThan(1400);
  });
});

describe("a run that cannot go on", () => {
  it("ends at a decision that returns something", async () => {
    const odd = { ...types["busy"], decide: () => 5 } as unknown as AgentType;
    const run = await simulate({ ...crowdOf("busy"), agentTypes: { busy: odd } });
    expect(run.failure?.message).toMatch(
      /^agent type "busy" of population "crowd" failed in step \d+: decide must return nothing, and returned number$/,
    );
  });

  it.each([1, 2, 4])("ends with the type, population and step that threw, on %i threads", async (threads) => {
    const run = await simulate(crowdOf("thrower"), { threads, dealFrom: 1 });
    expect(run.partial).toBe(true);
    expect(run.failure).toEqual({
      message: expect.stringMatching(
        new RegExp(
          `^agent type "thrower" of population "crowd" failed in step ${run.failure?.step}: no idea what to do` +
            String.raw` \(threaded-agents\.mjs:\d+:\d+\)$`,
        ),
      ),
      agentType: "thrower",
      population: "crowd",
      step: run.failure?.step,
    });
    // Agent 40 decides every two seconds, so for the tenth time after 18 to 20 steps.
    expect(run.failure?.step).toBeGreaterThanOrEqual(18);
    expect(run.failure?.step).toBeLessThan(21);
  });

  it("ends when a worker ends itself, and does not hang", async () => {
    const run = await simulate(crowdOf("quitter", { minutes: 10 }), { threads: 2, dealFrom: 1 });
    expect(run.partial).toBe(true);
    expect(run.failure?.message).toContain("a worker thread ended in the middle of the run, with code 3");
  });

  it.each(["decide", "settle"] as const)(
    "ends in %s when the worker that draws the next wakes has gone",
    async (call) => {
      const world = buildWorld(crowdOf("busy"));
      const workers = await Workers.start(world, 1, { dealFrom: 1 });
      for (let step = 0; step < 5; step++) {
        beforeDecisions(world);
        await workers.decide();
        afterDecisions(world);
      }
      await workers.settle();
      // As a worker leaves it that ends between taking the wakes up and having drawn them.
      const { deal } = workers as unknown as { deal: Deal };
      Atomics.store(deal.control, WAKES, WAKES_TAKEN);
      const going = workers[call]();
      void workers.threads[0].terminate();
      await expect(going).rejects.toThrow(WorkerError);
      await workers.stop();
    },
  );

  it("ends when a worker is ended from outside", async () => {
    const world = buildWorld(crowdOf("busy", { minutes: 60 }));
    const workers = await Workers.start(world, 2, { dealFrom: 1 });
    const going = async (): Promise<void> => {
      for (let step = 0; step < 3000; step++) {
        beforeDecisions(world);
        await workers.decide();
        afterDecisions(world);
        if (step === 20) void workers.threads[1].terminate();
        if (step % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await expect(going()).rejects.toThrow(WorkerError);
    await workers.stop();
  });
});

describe("what is refused", () => {
  const start = (
    agentModules: SimulationInputs["agentModules"] | undefined,
    threads = 2,
  ): Promise<RunData> => {
    const { agentModules: _own, ...inputs } = crowdOf("busy", { minutes: 1 });
    return simulate(agentModules === undefined ? inputs : { ...inputs, agentModules }, { threads });
  };

  it("a type without a module, by its name", async () => {
    await expect(start(undefined)).rejects.toMatchObject({
      code: "agent-module",
      problems: [{ path: "agentModules.busy" }],
    });
    expect((await start(undefined, 1)).failure).toBeUndefined();
  });

  it.each(["missing", "notAType", "thrower"])("a module whose export %s is no such type", async (name) => {
    await expect(start({ busy: moduleOf(name) })).rejects.toThrow(/no agent type "busy"/);
  });

  it("a module that is not there", async () => {
    await expect(start({ busy: { url: "file:///nowhere/agents.mjs", export: "busy" } })).rejects.toThrow(
      /nowhere/,
    );
  });

  it.each([0, 1.5, -1, NaN, 257])("%d threads", async (threads) => {
    await expect(start({ busy: moduleOf("busy") }, threads)).rejects.toThrow(UserError);
  });
});
