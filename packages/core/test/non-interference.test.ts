/**
 * Non-interference: what an agent decides depends on the view, its own account, its notices and its neighbours' shared
 * memory, and on nothing else. Changed here are other accounts and memories, the future, and the order of agents and
 * populations; compared is every message and setting, by agent.
 */
import { describe, expect, it } from "vitest";
import { type AgentType, defineAgent, type PopulationSpec, type SimulationInputs } from "@undertow/core";
import { afterDecisions, beforeDecisions, buildWorld, decide, type World } from "@undertow/core/testing";
import { type Decisions, decisionsOf, nameOf } from "./support/decisions.ts";
import { cascadeMarket, PERP, population, SPOT, START_MICROS, START_TICKS } from "./support/small-market.ts";

const url = new URL("./support/threaded-agents.mjs", import.meta.url).href;
const { busy, neighbour, watchful } = (await import(url)) as Record<string, AgentType>;
const COUNT = 60;
/** Steps before anything is changed: the crash has begun. */
const BEFORE = 75;

const types: Readonly<Record<string, AgentType>> = { busy, neighbour, watchful };

function people(name: string): PopulationSpec {
  const stock = Array.from({ length: COUNT }, (_, agent) => ({
    agent,
    market: SPOT,
    lots: 50,
    entryTicks: START_TICKS,
  }));
  return population(name, types[name], COUNT, { interval: 3e6 }, 3e6, stock);
}

function inputsOf(changes: Partial<SimulationInputs> = {}): SimulationInputs {
  const inputs = cascadeMarket(2500, { minutes: 5 });
  return {
    ...inputs,
    populations: [...inputs.populations, ...Object.keys(types).map((name) => people(name))],
    agentTypes: { ...inputs.agentTypes, ...types },
    ...changes,
  };
}

/** A world after some steps, with all that has been decided. */
function worldAfter(inputs: SimulationInputs, steps: number): { world: World; past: Decisions[] } {
  const world = buildWorld(inputs);
  const past: Decisions[] = [];
  for (let n = 0; n < steps; n++) past.push(stepOf(world));
  return { world, past };
}

function stepOf(world: World, change: () => void = () => {}): Decisions {
  beforeDecisions(world);
  change();
  const decisions = decisionsOf(world, () => decide(world));
  afterDecisions(world);
  return decisions;
}

/** What the agents of one kind decided, in an order that does not depend on the run. */
function ordered(decisions: Decisions, keep: (name: string) => boolean = () => true): [string, string[]][] {
  return [...decisions].filter(([name]) => keep(name)).sort(([a], [b]) => (a < b ? -1 : 1));
}

const isOther = (name: string): boolean => Number(name.split(" ").at(-1)) % 2 === 1;

/** Changes everything of every second agent that is not public. */
function changeOthers(world: World): void {
  const { accounts, slots, members } = world;
  for (let account = 0; account < world.traderCount; account++) {
    if (!isOther(nameOf(world, account))) continue;
    accounts.cash[account] = accounts.cash[account] * 3 + 17;
    accounts.notice[account] = 31;
    for (let slot = accounts.firstSlot[account]; slot !== -1; slot = slots.nextOfAccount[slot]) {
      slots.lots[slot] = -2 * slots.lots[slot] + 5;
      slots.cost[slot] += 1000;
      slots.margin[slot] *= 2;
    }
  }
  for (const { memory, publish, spec } of members) {
    for (const column of [...Object.values(memory), ...Object.values(publish)]) {
      for (let agent = 1; agent < spec.count; agent += 2) column[agent] += 3;
    }
  }
}

describe("an agent's orders do not change", () => {
  it("when other accounts, positions, notices and memories do", () => {
    for (const steps of [BEFORE, BEFORE + 40]) {
      const [as, changed] = [worldAfter(inputsOf(), steps).world, worldAfter(inputsOf(), steps).world];
      const before = stepOf(as);
      const after = stepOf(changed, () => changeOthers(changed));
      expect(ordered(after, (name) => !isOther(name))).toEqual(ordered(before, (name) => !isOther(name)));
      expect(ordered(before, (name) => !isOther(name)).length).toBeGreaterThan(20);
      // The changed ones do act otherwise, so there was something to see.
      expect(ordered(after, isOther)).not.toEqual(ordered(before, isOther));
    }
  });

  it("when the future does: drivers, events, the end of the run", () => {
    const at = START_MICROS + BEFORE * 1e6;
    const { past } = worldAfter(inputsOf(), BEFORE);
    const future = inputsOf({
      endMicros: START_MICROS + 3600e6,
      driver: () => ({
        sample(time, out) {
          out.fundamental[0] = time < at ? 100 : 3;
          out.sentiment[0] = time < at ? 0 : -1;
        },
      }),
    });
    const venues = future.venues.map((venue): (typeof future.venues)[number] => ({
      ...venue,
      events: [
        { kind: "halt", fromMicros: at, toMicros: at + 60e6, markets: [SPOT, PERP], cancels: false },
        { kind: "outage", fromMicros: at + 90e6, toMicros: at + 99e6 },
      ],
    }));
    const other = worldAfter({ ...future, venues }, BEFORE);
    expect(other.past.map((step) => ordered(step))).toEqual(past.map((step) => ordered(step)));
    expect(past.reduce((sum, step) => sum + step.size, 0)).toBeGreaterThan(2000);
  });

  it("when agents decide in another order", () => {
    const [as, turned] = [worldAfter(inputsOf(), BEFORE).world, worldAfter(inputsOf(), BEFORE).world];
    const before = stepOf(as);
    beforeDecisions(turned);
    const after = decisionsOf(turned, () => decideBackwards(turned));
    const scheduled = new Set(after.keys());
    expect(ordered(after)).toEqual(ordered(before, (name) => scheduled.has(name)));
    expect(scheduled.size).toBeGreaterThan(30);
  });

  it("when the populations are listed the other way round", () => {
    const inputs = inputsOf();
    const turned = { ...inputs, populations: inputs.populations.toReversed() };
    const [a, b] = [worldAfter(inputs, BEFORE), worldAfter(turned, BEFORE)];
    expect(b.past.map((step) => ordered(step))).toEqual(a.past.map((step) => ordered(step)));
  });
});

/** Each agent that is due by schedule on its own, the last one first. */
function decideBackwards(world: World): void {
  const count = world.wheel.take(world.step, world.due);
  for (let k = count - 1; k >= 0; k--) {
    const { index } = world.members.findLast(({ firstAccount }) => firstAccount <= world.due[k])!;
    world.decider.run(index, k, k + 1);
  }
}

describe("the comparison", () => {
  it("sees a type that looks at what is not its own", () => {
    let total = 0;
    const spy = defineAgent({
      name: "spy",
      summary: "Counts the decisions of others in a variable of its module.",
      source: "own, for tests",
      params: { interval: { unit: "duration", description: "between wakes", default: 1e6 } },
      memory: {},
      wake: { interval: "interval", kind: "fixed" },
      decide({ due, orders, view }) {
        for (let k = 0; k < due.count; k++) {
          orders.limit(due.agents[k], PERP, 1, view.markTicks[PERP] - 100 - (++total % 97), 1);
        }
      },
    });
    const base = inputsOf();
    const spies = population("spies", spy, COUNT, {}, 1e9);
    const inputs = (): SimulationInputs => {
      total = 0;
      return {
        ...base,
        populations: [...base.populations, spies],
        agentTypes: { ...base.agentTypes, spy },
      };
    };
    const as = stepOf(worldAfter(inputs(), 20).world);
    const { world } = worldAfter(inputs(), 20);
    beforeDecisions(world);
    const turned = decisionsOf(world, () => decideBackwards(world));
    expect(ordered(turned, (name) => name.startsWith("spies"))).not.toEqual(
      ordered(as, (name) => name.startsWith("spies")),
    );
  });
});
