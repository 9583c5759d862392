/** Latency: regions, jitter and pairs, from the file to the moment at which an order arrives. */
import { join } from "node:path";
import { agentTypes } from "@undertow/agents";
import {
  type AgentType,
  CAUSE_DISCRETIONARY,
  defineAgent,
  memoryPlan,
  simulate,
  type SimulationInputs,
  UserError,
} from "@undertow/core";
import { buildWorld } from "@undertow/core/testing";
import { compileScenario, loadScenario, type ResolvedScenario, resolveScenario } from "@undertow/scenarios";
import { describe, expect, it } from "vitest";
import { reachableBytes } from "../../core/test/support/reachable-bytes.ts";
import { folderWith, problemsOf, TWO } from "./scenario-text.ts";

const LATENCY = `latency:
  regions:
    tokyo: { delay: { value: 2ms, source: "A paper" }, venues: { dex: 80ms } }
    europe: { delay: 240ms, venues: { dex: 20ms } }
  pairs:
    - { population: racers-far, agents: [3, 4], venue: main, delay: 1ms }
    - { population: racers-far, agents: [4, 4], venue: main, delay: 100ms }
`;
/** Two populations that differ in nothing but their region. */
const NEAR = `  racers-near:
    type: racer
    count: 20
    coins: [BTC]
    venues: [main, dex]
    latency: 8ms
    region: tokyo
    endowment: { cash: $10k }
`;
const RACERS = `${NEAR}${NEAR.replace("near", "far").replace("tokyo", "europe")}    params: { far: 1 }\n`;
const RACE = TWO.replace("end: 2026-01-01T02:00Z", "end: 2026-01-01T00:05Z")
  .replace(/ {4}events:\n.*\n/, "")
  .replace("patches:", `${RACERS}patches:`)
  .replace(/ {2}calm: .*\n/, "  none: {}\n")
  .replace("populations:\n", `${LATENCY}record: { tape: orders }\npopulations:\n`);

/** Wakes by population and agent, noted as they happen. */
type Wakes = Map<string, number[]>;

/** Buys a lot on both venues at each wake. */
function racer(wakes: Wakes): AgentType {
  return defineAgent({
    name: "racer",
    summary: "Sends an order to each venue now and then.",
    source: "own, for this test",
    params: {
      interval: { unit: "duration", description: "time between orders", default: 7e6 },
      far: { unit: "flag", description: "which of the two populations", default: 0 },
    },
    memory: {},
    wake: { interval: "interval", kind: "fixed" },
    decide({ due, params, orders }) {
      for (let k = 0; k < due.count; k++) {
        const agent = due.agents[k];
        const key = `${params.far[agent]}:${agent}`;
        wakes.set(key, [...(wakes.get(key) ?? []), due.wakeMicros[k]]);
        for (const market of [PERP_MAIN, PERP_DEX]) orders.market(agent, market, 1, 1, CAUSE_DISCRETIONARY);
      }
    },
  });
}

const PERP_MAIN = 1;
const PERP_DEX = 5;

async function loadText(text: string, types?: Record<string, AgentType>): Promise<ResolvedScenario> {
  const file = join(folderWith({ "a.yaml": text }), "a.yaml");
  return loadScenario(file, types === undefined ? {} : { agentTypes: types });
}

interface Order {
  readonly far: boolean;
  readonly agent: number;
  readonly market: number;
  readonly arrivalMicros: number;
  readonly travelMicros: number;
  readonly stepOfDecision: number;
}

/** The orders of the racers in the order in which they arrived, with the time that each travelled. */
async function race(text = RACE): Promise<Order[]> {
  const wakes: Wakes = new Map();
  const types = { ...agentTypes, racer: racer(wakes) };
  const inputs = compileScenario(await loadText(text, types), { seed: "r", agentTypes: types });
  expect(inputs.markets.map(({ name }) => name)[PERP_DEX]).toBe("BTC-PERP@dex");
  const run = await simulate(inputs);
  const names = inputs.populations.map(({ name }) => name);
  const orders: Order[] = [];
  const { rows, population, agent, market, timeMicros } = run.orders!;
  for (let row = 0; row < rows; row++) {
    const name = names[population[row]];
    if (!name.startsWith("racers")) continue;
    const far = name === "racers-far";
    const decided = wakes.get(`${far ? 1 : 0}:${agent[row]}`)!.filter((wake) => wake <= timeMicros[row]);
    orders.push({
      far,
      agent: agent[row],
      market: market[row],
      arrivalMicros: timeMicros[row],
      travelMicros: timeMicros[row] - decided.at(-1)!,
      stepOfDecision: Math.floor(decided.at(-1)! / inputs.stepMicros),
    });
  }
  return orders;
}

function travels(orders: readonly Order[], far: boolean, market: number): number[] {
  return orders
    .filter((order) => order.far === far && order.market === market && order.agent > 4)
    .map(({ travelMicros }) => travelMicros);
}

describe("an order", () => {
  it("travels its agent's latency and the delay from its region to the venue, within jitter", async () => {
    const orders = await race();
    for (const [far, market, millis] of [
      [false, PERP_MAIN, 10],
      [true, PERP_MAIN, 248],
      [false, PERP_DEX, 88],
      [true, PERP_DEX, 28],
    ] as const) {
      const found = travels(orders, far, market);
      expect(found.length).toBeGreaterThan(300);
      expect(Math.min(...found)).toBeGreaterThanOrEqual(750 * millis);
      expect(Math.max(...found)).toBeLessThanOrEqual(1250 * millis);
      expect(Math.max(...found) / Math.min(...found)).toBeGreaterThan(1.5);
    }
  });

  it("of the near region arrives before those of the far one that were decided in the same step", async () => {
    // Base delays far beyond a step, so that the moment of the wake inside it cannot turn the order round.
    const orders = await race(RACE.replace("delay: 240ms", "delay: 3s"));
    const atMain = orders.filter(({ market, agent }) => market === PERP_MAIN && agent > 4);
    let pairs = 0;
    for (const near of atMain.filter(({ far }) => !far)) {
      for (const [place, other] of atMain.entries()) {
        if (!other.far || other.stepOfDecision !== near.stepOfDecision) continue;
        pairs++;
        expect(atMain.indexOf(near)).toBeLessThan(place);
      }
    }
    expect(pairs).toBeGreaterThan(300);
  });

  it("of a pair takes the pair's delay, the last one that names its agent", async () => {
    const orders = (await race()).filter(({ far, market }) => far && market === PERP_MAIN);
    const of = (agent: number): number[] =>
      orders.filter((order) => order.agent === agent).map(({ travelMicros }) => travelMicros);
    expect(Math.max(...of(3))).toBeLessThanOrEqual(1250);
    expect(Math.min(...of(4))).toBeGreaterThanOrEqual(75_000);
    expect(Math.max(...of(4))).toBeLessThanOrEqual(125_000);
    expect(Math.min(...of(2))).toBeGreaterThan(180_000);
  });

  it("varies as the scenario says: not at all, or by a distribution of the factor", async () => {
    const still = await race(RACE.replace("  pairs:", "  jitter: 0\n  pairs:"));
    expect(new Set(travels(still, true, PERP_MAIN))).toEqual(new Set([248_000]));
    const heavy = await race(
      RACE.replace("  pairs:", "  jitter: lognormal(median=1, sigma=0.5, max=3)\n  pairs:"),
    );
    const found = travels(heavy, false, PERP_DEX).sort((a, b) => a - b);
    // 840 draws by 20 agents: the median within 4 standard errors (1.25 * 0.5 / sqrt(840) = 2 %) of 88 ms.
    expect(Math.abs(found[Math.floor(found.length / 2)] / 88_000 - 1)).toBeLessThan(0.09);
    expect(found.at(-1)!).toBeGreaterThan(2 * 88_000);
    expect(found.at(-1)!).toBeLessThanOrEqual(3 * 88_000);
  });
});

const MIXED = TWO.replace("populations:\n", `${LATENCY.replace(/ {2}pairs:[^]*/, "")}populations:\n`).replace(
  "    count: 50\n",
  "    count: 4000\n    region: choice([tokyo, europe], [0.7, 0.3])\n",
);

/** Ten minutes of quickstart with changes. */
async function tenMinutes(changes: object): Promise<SimulationInputs> {
  const time = { start: "2026-02-05T00:00Z", end: "2026-02-05T00:10Z", warmUp: "0s" };
  const short = { title: "Short", extends: "quickstart", time, levels: [], facts: [] };
  return compileScenario(await resolveScenario({ ...short, ...changes }, "short"), { seed: "a" });
}

async function hashOf(changes: object): Promise<string> {
  return (await simulate(await tenMinutes(changes))).stateHash;
}

describe("a run with regions", () => {
  it(
    "is the same on two threads and from a checkpoint, and another than without",
    {
      timeout: 120_000,
    },
    async () => {
      const regions = { near: { delay: "2ms" }, far: { delay: "2s" } };
      const split = { region: "choice([near, far], [0.5, 0.5])" };
      const pairs = [{ population: "retail-btc", agents: [0, 99], delay: "7s" }];
      const inputs = await tenMinutes({
        latency: { regions, jitter: "exponential(mean=1)", pairs },
        populations: { "retail-btc": split, "professionals-btc": split },
      });
      const checkpoints: Uint8Array[] = [];
      const onCheckpoint = (bytes: Uint8Array): void => void checkpoints.push(bytes);
      const one = await simulate(inputs, { checkpointEverySteps: 50, onCheckpoint });
      expect((await simulate(inputs, { threads: 2, dealFrom: 1 })).stateHash).toBe(one.stateHash);
      expect(checkpoints.length).toBe(2);
      const resumed = await simulate(inputs, { threads: 2, dealFrom: 1, resumeFrom: checkpoints[0] });
      expect(resumed.stateHash).toBe(one.stateHash);
      expect(one.stateHash).not.toBe(await hashOf({}));
    },
  );

  it("is the run without, where the section says what holds anyway", { timeout: 60_000 }, async () => {
    const plain = await hashOf({});
    expect(await hashOf({ latency: { jitter: 0.25 } })).toBe(plain);
    expect(await hashOf({ latency: { jitter: 0.5 } })).not.toBe(plain);
  });

  it("draws each agent's region by its weight", async () => {
    const inputs = compileScenario(await loadText(MIXED), { seed: "a" });
    const { region } = inputs.populations[0];
    const shareOfTokyo = region!.filter((index) => index === 0).length / region!.length;
    // Standard error 0.72 % with 4,000 agents.
    expect(Math.abs(shareOfTokyo - 0.7)).toBeLessThan(0.029);
    expect(inputs.populations[1].region).toBeUndefined();
    expect([...inputs.latency!.baseMicros]).toEqual([2_000, 80_000, 240_000, 20_000]);
  });

  it("needs a byte an agent more, however many regions there are", async () => {
    const many = Array.from({ length: 100 }, (_, k) => `    r${k}: { delay: ${k}ms }\n`).join("");
    const bytesOf = async (text: string): Promise<[number, number]> => {
      const inputs = compileScenario(await loadText(text), { seed: "a" });
      const world = buildWorld(inputs);
      return [reachableBytes(world.members.map(({ latency }) => latency)), memoryPlan(inputs).bytes];
    };
    const [none, two, hundred] = await Promise.all([
      bytesOf(MIXED.replace(/ {4}region: .*\n/, "")),
      bytesOf(MIXED),
      bytesOf(MIXED.replace("  regions:\n", `  regions:\n${many}`)),
    ]);
    const table = 8 * 2 * 100;
    expect(two[0] - none[0]).toBe(4000);
    expect(hundred[0] - two[0]).toBe(table);
    expect(two[1] - none[1]).toBe(4000);
    expect(hundred[1] - two[1]).toBe(table);
  });

  it("names the sources of delays, and those that are assumed", async () => {
    const { sources, assumed, latency } = await loadText(MIXED);
    expect(sources["latency.regions.tokyo.delay"]).toEqual({ source: "A paper" });
    expect(assumed.filter((path) => path.startsWith("latency"))).toEqual([
      "latency.regions.tokyo.venues.dex",
      "latency.regions.europe.delay",
      "latency.regions.europe.venues.dex",
    ]);
    expect(latency!.regions["tokyo"]).toEqual({ delay: 2_000, venues: { dex: 80_000 } });
  });
});

describe("a flaw of latencies", () => {
  const withLatency = (section: string, region = ""): string =>
    TWO.replace("populations:\n", `latency:\n${section}populations:\n`).replace(
      "    count: 50\n",
      `    count: 50\n${region}`,
    );
  const tokyo = "  regions: { tokyo: { delay: 2ms } }\n";

  it.each([
    [
      "an unknown region",
      withLatency(tokyo, "    region: tokio\n"),
      'a.yaml:47:13 populations.crowd.region: there is no region "tokio" (expected one of tokyo; did you mean tokyo?)',
    ],
    [
      "a region without the section",
      TWO.replace("    count: 50\n", "    count: 50\n    region: tokyo\n"),
      'a.yaml:45:13 populations.crowd.region: there is no region "tokyo" (expected a region of "latency.regions", and the scenario has none)',
    ],
    [
      "a mixture that is none",
      withLatency(tokyo, "    region: uniform(1, 2)\n"),
      'a.yaml:47:13 populations.crowd.region: wrong value (expected the name of a region, or choice([tokyo, europe], [0.7, 0.3]), found "uniform(1, 2)")',
    ],
    [
      "an unknown venue",
      withLatency("  regions: { tokyo: { delay: 2ms, venues: { dx: 1ms } } }\n"),
      'a.yaml:42:45 latency.regions.tokyo.venues.dx: the scenario has no venue "dx" (expected one of main, dex; did you mean dex?)',
    ],
    [
      "a delay without a unit",
      withLatency("  regions: { tokyo: { delay: 2 } }\n"),
      "a.yaml:42:30 latency.regions.tokyo.delay: wrong value (expected a duration with its unit such as 200ms, 5s, 30m, 2h or 90d, found 2)",
    ],
    [
      "too much jitter",
      withLatency("  jitter: 150%\n"),
      'a.yaml:42:11 latency.jitter: impossible value (expected between 0 and 1, found "150%")',
    ],
    [
      "a pair of nobody",
      withLatency("  pairs: [{ population: crwd, venue: main, delay: 1ms }]\n"),
      'a.yaml:42:25 latency.pairs.0.population: there is no population "crwd" (expected one of crowd, crowd-sol, crowd-dex, makers, makers-dex; did you mean crowd?)',
    ],
    [
      "a pair of agents that are not there",
      withLatency("  pairs: [{ population: crowd, agents: [0, 50], venue: main, delay: 1ms }]\n"),
      "a.yaml:42:40 latency.pairs.0.agents: these are no agents of crowd (expected first and last, from 0 to 49, found [0, 50])",
    ],
    [
      "a pair with a venue where the population has no account",
      withLatency("  pairs: [{ population: crowd, venue: dex, delay: 1ms }]\n"),
      "a.yaml:42:39 latency.pairs.0.venue: crowd has no account on dex (expected one of main)",
    ],
    [
      "an unknown key",
      withLatency("  jiter: 10%\n"),
      'a.yaml:42:3 latency.jiter: unknown key "jiter" (did you mean jitter?)',
    ],
  ])("%s is told of at its place", async (_, text, expected) => {
    expect(await problemsOf(text)).toEqual([expected]);
  });

  it("in compiled inputs is refused before anything is built", async () => {
    const inputs = compileScenario(await loadText(MIXED), { seed: "a" });
    const [first, ...rest] = inputs.populations;
    const wrong = [{ ...first, region: Uint8Array.of(2) }, ...rest];
    expect(() => buildWorld({ ...inputs, populations: wrong })).toThrow(UserError);
    const pairs = [{ venue: 0, from: 0, to: first.count + 1, micros: 1 }];
    expect(() =>
      buildWorld({ ...inputs, populations: [{ ...first, latencyPairs: pairs }, ...rest] }),
    ).toThrow(UserError);
  });
});
