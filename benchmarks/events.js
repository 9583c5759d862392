/**
 * Benchmark: engine events a second end to end on one thread, when most decisions send an order.
 *
 * The crash day's ten coins and twenty books with 20,000 noise traders who wake once a second on average; its other
 * agents at their usual pace. Timed are whole steps: decisions, arrival and its margin check, matching, settling, marks,
 * the margin index, liquidations. Events are orders that came to a book, cancels, fills and reached triggers; wakes are
 * none. A level of a quote ladder counts as an order when it is placed and as a cancel when it is withdrawn; `messages`
 * are what agents sent, a ladder once.
 */
import { MICROS_PER_SECOND } from "@undertow/core";
import { audit, stateHash, step } from "@undertow/core/testing";
import { pathToFileURL } from "node:url";
import { crashWorld, runSteps } from "./support/crash-world.js";

const CROWD = 100_000;
const NOISE_TRADERS = 20_000;
const STEPS = { small: 100, full: 600 };
const WARM_UP_STEPS = 20;
const COUNTS = ["decisions", "orders", "cancels", "fills", "triggers", "rejects"];

export async function run(size) {
  const steps = STEPS[size === "full" ? size : "small"];
  const world = await crashWorld({ agents: CROWD, hours: 24, change: withBusyNoise });
  runSteps(world, WARM_UP_STEPS);
  const before = { ...world.counters };
  const writtenBefore = world.queue.written;
  const processorBefore = process.cpuUsage();
  const started = performance.now();
  for (let k = 0; k < steps; k++) step(world);
  const loopSeconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(processorBefore);
  const processorSeconds = (user + system) / MICROS_PER_SECOND;
  audit(world);
  const counts = Object.fromEntries(COUNTS.map((name) => [name, world.counters[name] - before[name]]));
  const { orders, cancels, fills, triggers } = counts;
  const events = orders + cancels + fills + triggers;
  return {
    eventsPerSecond: events / loopSeconds,
    // Of the processor's time, which a busy machine lengthens less.
    eventsPerProcessorSecond: events / processorSeconds,
    loopSeconds,
    processorSeconds,
    steps,
    events,
    ...counts,
    messages: world.queue.written - writtenBefore,
    resultHash: stateHash(world),
  };
}

/** Noise traders in the shares of the crowd, 300 dollars an order. */
function withBusyNoise(scenario) {
  const entries = Object.entries(scenario.populations).map(([name, population]) => {
    if (population.type !== "noise-trader") return [name, population];
    const crowd = scenario.populations[`crowd-${population.coins[0].toLowerCase()}`].count;
    const count = Math.round((crowd / CROWD) * NOISE_TRADERS);
    return [name, { ...population, count, params: { interval: "1s", notional: 300 } }];
  });
  return { ...scenario, populations: Object.fromEntries(entries) };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  console.log(JSON.stringify(await run(process.argv.includes("--full") ? "full" : "small"), null, 2));
