/**
 * Benchmark: engine events a second end to end on one thread, when nearly every decision sends an order.
 *
 * The crash day's ten coins and twenty books with 20,000 noise traders that wake once a second on average, and the
 * crash day's other agents at their usual pace. Timed are whole steps: deciding, arrival and margin check, matching,
 * settling, marks, margin index, liquidations. Events are orders that reached a book, cancels, fills and reached
 * triggers; wakes are none. A quote ladder counts once for each level placed or withdrawn: `ladderShare` says how
 * many of the events were sent by the types that write ladders.
 */
import { audit, stateHash } from "@undertow/core/testing";
import { pathToFileURL } from "node:url";
import { crashWorld, runSteps } from "./support/crash-world.js";

const AGENTS = 100_000;
const NOISE_TRADERS = 20_000;
const STEPS = { small: 100, full: 600 };
const WARM_UP_STEPS = 20;

export function run(size) {
  return measure(STEPS[size === "full" ? size : "small"]);
}

async function measure(steps) {
  const world = await crashWorld({ agents: AGENTS, hours: 24, change: withBusyNoise });
  runSteps(world, WARM_UP_STEPS);
  const before = { ...world.counters };
  const cpu = process.cpuUsage();
  const started = performance.now();
  runSteps(world, steps);
  const seconds = (performance.now() - started) / 1000;
  const c = process.cpuUsage(cpu);
  audit(world);
  const counted = (name) => world.counters[name] - before[name];
  const [orders, cancels, fills, triggers] = ["orders", "cancels", "fills", "triggers"].map(counted);
  const events = orders + cancels + fills + triggers;
  return {
    name: "events",
    eventsPerSecond: events / seconds,
    cpuEventsPerSecond: events / ((c.user + c.system) / 1e6),
    cpuSeconds: (c.user + c.system) / 1e6,
    decisionsPerSecond: counted("decisions") / seconds,
    events,
    decisions: counted("decisions"),
    orders,
    cancels,
    fills,
    triggers,
    rejects: counted("rejects"),
    resultHash: stateHash(world),
  };
}

/** Noise traders in the shares of the crowd, 2,000 dollars an order. */
function withBusyNoise(scenario) {
  const populations = {};
  for (const [name, population] of Object.entries(scenario.populations)) {
    const isNoise = population.type === "noise-trader";
    const coin = isNoise ? population.coins[0] : undefined;
    const crowd = isNoise ? scenario.populations[`crowd-${coin.toLowerCase()}`].count : 0;
    populations[name] = isNoise
      ? {
          ...population,
          count: Math.round((crowd / AGENTS) * NOISE_TRADERS),
          params: { interval: "1s", notional: 300 },
        }
      : population;
  }
  return { ...scenario, populations };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  console.log(JSON.stringify(await run(process.argv.includes("--full") ? "full" : "small"), null, 2));
