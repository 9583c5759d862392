/**
 * The memory plan against what is really allocated: the typed arrays that can be reached from a world as it was built,
 * its recorder and its inputs.
 */
import { describe, expect, it } from "vitest";
import { memoryPlan, type MemoryPlan, MemorySink, simulate, type SimulationInputs } from "@undertow/core";
import { buildWorld, Recorder, Workers } from "@undertow/core/testing";
import { compileScenario, loadScenario, resolveScenario } from "@undertow/scenarios";
import { reachableBuffers, reachableBytes } from "../../core/test/support/reachable-bytes.ts";

async function inputsOf(name: string, ...set: string[]): Promise<SimulationInputs> {
  return compileScenario(await loadScenario(name, { set }), { seed: "m" });
}

function part(plan: MemoryPlan, name: string): number {
  return plan.parts.find((candidate) => candidate.name === name)!.bytes;
}

/** Bytes that `value` reaches and `others` do not. */
function bytesBeside(value: unknown, ...others: unknown[]): number {
  const known = new Set(reachableBuffers(others));
  return reachableBuffers(value)
    .filter((buffer) => !known.has(buffer))
    .reduce((sum, buffer) => sum + buffer.byteLength, 0);
}

/** What a built world takes, with the results by agent that a run adds: all but the tables, which have a test below. */
function expectPlanned(plan: MemoryPlan, world: ReturnType<typeof buildWorld>, inputs: SimulationInputs) {
  const found = reachableBytes([world, inputs]) + 40 * world.agentCount;
  const planned = plan.bytes - part(plan, KEPT);
  expect(Math.abs(planned / found - 1)).toBeLessThan(0.03);
}

const KEPT = "tables kept for the summary";
const LARGER = ["populations.retail-btc.count=60000", "populations.hedgers-sol.count=20000"];

const TWO_VENUES = {
  extends: "quickstart",
  title: "Two venues",
  venue: null,
  venues: {
    main: { insuranceFund: 3e9, coverage: 0.7 },
    dex: { profile: "hyperliquid-like", coverage: 0.1, insuranceFund: 5e7, coins: ["SOL"] },
  },
  populations: {
    "crowd-dex": {
      type: "leveraged-trader",
      count: 20_000,
      venues: ["dex", "main"],
      endowment: { perpLongShare: 1, perpShortShare: 1 },
    },
  },
};

describe("a built world", () => {
  it.each([
    ["quickstart", []],
    ["quickstart", ["time.end=2026-02-05T01:00Z", ...LARGER]],
    ["2026-02-deleveraging", []],
  ])("of %s with %j takes what was planned, within 3 % in all", async (name, set) => {
    const inputs = await inputsOf(name, ...set);
    const plan = memoryPlan(inputs);
    const world = buildWorld(inputs);
    world.observer = new Recorder(world, new MemorySink());
    expectPlanned(plan, world, inputs);
    expect(plan).toMatchObject({ agents: world.agentCount, books: world.markets.length, threads: 1 });
    expect(plan.accounts).toBe(world.accounts.cash.length);
    expect(plan.parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(plan.bytes);
  });

  it("of two venues, transfers between them and partial liquidations with a cooldown, too", async () => {
    const scenario = await resolveScenario(TWO_VENUES, "two");
    const inputs = compileScenario(scenario, { seed: "m" });
    const kinds = inputs.venues.map(({ liquidation }) => liquidation.partial.kind);
    expect(kinds).toContain("share");
    const world = buildWorld(inputs);
    world.observer = new Recorder(world, new MemorySink());
    const plan = memoryPlan(inputs);
    expectPlanned(plan, world, inputs);
    expect(world.partialMicros.length).toBe(world.slots.lots.length);
  });

  it("has parts as planned", async () => {
    const inputs = await inputsOf("quickstart", ...LARGER);
    const plan = memoryPlan(inputs);
    const world = buildWorld(inputs);
    const recorder = new Recorder(world, new MemorySink());
    const { fills, slots, ledger, accounts, queue } = world;
    const books = bytesBeside(
      world.markets.map(({ book }) => book),
      fills,
      slots,
    );
    expect(part(plan, "order books")).toBe(books);
    expect(part(plan, "queue and boxes")).toBe(reachableBytes([queue, fills]));
    const { venueOfAccount, agentOfAccount, triggered } = world;
    const state = reachableBytes([accounts, slots, ledger, venueOfAccount, agentOfAccount, triggered]);
    expect(Math.abs(part(plan, "accounts and slots") / state - 1)).toBeLessThan(0.01);
    expect(part(plan, "endowments")).toBe(
      reachableBytes(inputs.populations.map(({ endowment }) => endowment)),
    );
    const margin = bytesBeside(world.margin, accounts, slots, ledger, world.markTicks);
    expect(Math.abs(part(plan, "margin index") / margin - 1)).toBeLessThan(0.01);
    const results = 40 * world.agentCount;
    expect(Math.abs((part(plan, "recorder") - results) / reachableBytes(recorder) - 1)).toBeLessThan(0.02);
  });

  it("no longer holds the endowments", async () => {
    const inputs = await inputsOf("quickstart");
    const endowments = inputs.populations.map(({ endowment }) => endowment);
    const kept = new Set(reachableBuffers(buildWorld(inputs)));
    const buffers = reachableBuffers(endowments);
    expect(buffers.length).toBeGreaterThan(0);
    expect(buffers.filter((buffer) => kept.has(buffer))).toEqual([]);
  });
});

describe("further threads", () => {
  it("add a box each, and a log", async () => {
    const inputs = await inputsOf("quickstart");
    const world = buildWorld(inputs);
    const workers = await Workers.start(world, 2);
    try {
      const { threads: _threads, ...columns } = workers as unknown as Record<string, unknown>;
      const found = bytesBeside(columns, world);
      const planned = memoryPlan(inputs, { threads: 3 }).bytes - memoryPlan(inputs).bytes;
      expect(Math.abs(planned / found - 1)).toBeLessThan(0.03);
    } finally {
      await workers.stop();
    }
  });

  it("get copies of parameters that are not in shared memory", async () => {
    const inputs = await inputsOf("quickstart");
    const plain = {
      ...inputs,
      populations: inputs.populations.map((population) => ({
        ...population,
        weight: Float64Array.from(population.weight),
      })),
    };
    const agents = memoryPlan(inputs).agents;
    const grown = memoryPlan(plain, { threads: 3 }).bytes - memoryPlan(inputs, { threads: 3 }).bytes;
    expect(grown).toBe(2 * 8 * agents);
  });

  it.each([0, 1.5, 257])("are refused when they are %s", async (threads) => {
    const inputs = await inputsOf("quickstart");
    expect(() => memoryPlan(inputs, { threads })).toThrow("threads");
  });
});

describe("the tables of a finished run", () => {
  it.each([
    ["a warm-up", ["time.end=2026-02-05T03:00Z", "time.warmUp=1h", "time.step=1m"]],
    ["no warm-up", ["time.end=2026-02-05T02:30Z", "time.warmUp=0s", "time.step=1m", "time.sample=2m"]],
  ])("with %s take what was planned", async (_what, set) => {
    await expectKept(await inputsOf("quickstart", ...set));
  });

  it("of several venues, too", async () => {
    const time = { end: "2026-02-05T02:00Z", warmUp: "30m", step: "1m" };
    const scenario = await resolveScenario({ ...TWO_VENUES, time }, "two");
    await expectKept(compileScenario(scenario, { seed: "m" }));
  });

  async function expectKept(inputs: SimulationInputs): Promise<void> {
    const names = ["series", "holders", "levels", "venues"] as const;
    const kept = new MemorySink(names);
    await simulate(inputs, { sink: kept });
    for (const name of names.slice(0, 3)) expect(kept.table(name).rows, name).toBeGreaterThan(0);
    expect(part(memoryPlan(inputs), KEPT)).toBe(kept.bytes);
  }
});

it("results by agent take 36 bytes at the end of a run", async () => {
  const run = await simulate(await inputsOf("quickstart", "time.end=2026-02-05T00:10Z", "time.warmUp=0s"));
  expect(reachableBytes(run.agents)).toBe(36 * run.agents.rows);
});
