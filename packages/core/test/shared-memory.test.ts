/** Shared memory: what agents show each other is seen from the next step on, by all alike, on any number of threads. */
import { describe, expect, it } from "vitest";
import { type AgentType, defineAgent, simulate, type SimulationInputs } from "@undertow/core";
import {
  buildWorld,
  decide,
  type World,
  beforeDecisions,
  afterDecisions,
  step,
} from "@undertow/core/testing";
import { countTouches } from "./support/touched-elements.ts";
import { population, smallMarket } from "./support/small-market.ts";

const url = new URL("./support/threaded-agents.mjs", import.meta.url).href;
const { neighbour } = (await import(url)) as Record<string, AgentType>;

const COUNT = 40;

/** Shows how often it has decided; remembers the largest count that it has seen among all, in the same step too. */
const counter = defineAgent({
  name: "counter",
  summary: "Counts its decisions where all can see them.",
  source: "own, for tests",
  params: { interval: { unit: "duration", description: "between wakes", default: 3e6 } },
  memory: { most: 0 },
  sharedMemory: { wakes: 0 },
  wake: { interval: "interval", kind: "fixed" },
  decide({ due, count, memory, shared, publish }) {
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      for (let other = 0; other < count; other++) {
        memory.most[agent] = Math.max(memory.most[agent], shared.wakes[other]);
      }
      publish.wakes[agent]++;
    }
  },
});

function worldOf(type: AgentType, count: number, interval: number, others = 0): World {
  const before = population("others", type, others, { interval: 1e6 }, 1e6);
  const inputs = smallMarket({
    populations: [...(others > 0 ? [before] : []), population("sharers", type, count, { interval }, 1e6)],
  });
  const agentTypes = { ...inputs.agentTypes, [type.name]: type };
  return buildWorld({ ...inputs, agentTypes, auditEverySteps: 1e9 });
}

function run(world: World, steps: number): void {
  for (let n = 0; n < steps; n++) step(world);
}

describe("shared memory", () => {
  it("is seen from the next step on, also by those who decide later in the same step", () => {
    const world = worldOf(counter, COUNT, 1e6, 7);
    for (let n = 1; n <= 5; n++) {
      beforeDecisions(world);
      const seen = world.members.map(({ shared }) => [...shared.wakes]);
      decide(world);
      for (const [k, { memory, shared, ordinal }] of world.members.entries()) {
        expect([...shared.wakes]).toEqual([...ordinal]);
        // The largest count was that of the step's start for every agent that decided, whoever came before it.
        const most = Math.max(...seen[k]);
        for (let agent = 0; agent < shared.wakes.length; agent++) {
          if (shared.wakes[agent] > seen[k][agent]) expect(memory.most[agent]).toBe(most);
        }
      }
      afterDecisions(world);
    }
  });

  it("of a population is its own", () => {
    const world = worldOf(counter, COUNT, 3e6, 7);
    run(world, 9);
    const [others, sharers] = world.members;
    expect(Math.max(...others.memory.most)).toBe(8);
    expect(Math.max(...sharers.memory.most)).toBeLessThanOrEqual(3);
  });

  it("costs a step what its agents write, not what there are", () => {
    const touched = [2000, 20_000].map((count) => {
      const world = worldOf(holderOf(counter), count, count * 1e6);
      run(world, 2);
      const touches = countTouches(world, worldOf(holderOf(counter), 1, 1e6));
      const before = world.counters.decisions;
      run(world, 100);
      expect(world.counters.decisions - before).toBeGreaterThan(50);
      return touches.count / (world.counters.decisions - before);
    });
    expect(touched[1]).toBeLessThan(1.5 * touched[0]);
  });
});

/** The same without looking at the others. */
function holderOf(type: AgentType): AgentType {
  return {
    ...type,
    decide({ due, publish }) {
      for (let k = 0; k < due.count; k++) publish.wakes[due.agents[k]]++;
    },
  };
}

describe("a run with shared memory and margin moves", () => {
  const crowd = (seed = "a"): SimulationInputs => {
    const people = population("crowd", neighbour, 600, {}, 3e6);
    const inputs = smallMarket({ populations: [people], minutes: 3, seed });
    return {
      ...inputs,
      agentTypes: { neighbour },
      agentModules: { neighbour: { url, export: "neighbour" } },
    };
  };

  it("has one result on 1, 2 and 3 threads, and from a checkpoint", async () => {
    const alone = await simulate(crowd());
    expect(alone.totals.fills).toBeGreaterThan(200);
    expect(alone.totals.rejects).toBeGreaterThan(20);
    expect(alone.totals.auditResidual).toBe(0);
    for (const threads of [2, 3]) {
      expect((await simulate(crowd(), { threads, dealFrom: 1 })).stateHash).toBe(alone.stateHash);
    }
    expect((await simulate(crowd("b"))).stateHash).not.toBe(alone.stateHash);
    let taken: Uint8Array | undefined;
    await simulate(crowd(), { checkpointEverySteps: 97, onCheckpoint: (bytes) => void (taken ??= bytes) });
    const resumed = await simulate(crowd(), { resumeFrom: taken!, threads: 2, dealFrom: 1 });
    expect(resumed).toEqual(alone);
  });

  it("has what is shown in its hash", async () => {
    const quiet = (value: number): SimulationInputs => {
      const type: AgentType = { ...counter, sharedMemory: { wakes: value } };
      const people = population("people", type, 3, { interval: 0 }, 1e6);
      return { ...smallMarket({ populations: [people], minutes: 1 }), agentTypes: { counter: type } };
    };
    const [a, b] = [await simulate(quiet(0)), await simulate(quiet(1))];
    expect(a.stateHash).not.toBe(b.stateHash);
  });
});
