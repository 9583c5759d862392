/**
 * Benchmark: a crash day with a crowd of leveraged traders: ten coins, twenty books, steps of 1 s, one shock.
 *
 * Small: 10,000 agents for half an hour. Full: a million agents for 24 hours, with an insurance fund that takes what the
 * book leaves; the small one leaves it to the venue's own rule, which deleverages. Alone, any size:
 *   node benchmarks/crash-day.js [--agents 100000] [--hours 1] [--threads 1] [--seed text] [--takeover-cap 200]
 * Counts are of the engine; `liquidated` are accounts with at least one liquidation order. The first step belongs to
 * the building of the world, as it files every account in the margin index.
 */
import { simulate } from "@undertow/core";
import { compileScenario, resolveScenario } from "@undertow/scenarios";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { crashScenario } from "./support/crash-scenario.js";
import { multiplesOf, referenceSeconds, round } from "./support/reference-loop.js";

const SIZES = {
  small: { agents: 10_000, hours: 0.5 },
  full: { agents: 1_000_000, hours: 24, takeoverCap: 200 },
};
const SEED = "benchmark";
const MEGABYTE = 1 << 20;

/** Runs a size, or `{ agents, hours, threads, seed, takeoverCap }`. */
export async function run(size) {
  const { agents, hours, threads = 1, seed = SEED, takeoverCap } = SIZES[size] ?? size;
  const started = performance.now();
  const scenario = await resolveScenario(crashScenario({ agents, hours, takeoverCap }), "crash-day");
  const inputs = compileScenario(scenario, { seed });
  const compiled = performance.now();
  const memoryOfInputs = process.memoryUsage.rss() / MEGABYTE;
  const clock = stepClock(Math.round(hours * 3600));
  const data = await simulate(inputs, {
    threads,
    progressEverySteps: 1,
    onProgress: () => clock.afterStep(),
  });
  const ended = performance.now();
  const { steps, orders, cancels, fills, triggers, decisions, rejects, adlNotional } = data.totals;
  const loopSeconds = clock.loopSeconds();
  const events = orders + cancels + fills + triggers;
  return {
    name: `crash-day ${agents} agents ${hours} h`,
    populationSeconds: (compiled - started) / 1000,
    worldSeconds: (clock.firstStepEnd() - compiled) / 1000,
    buildSeconds: (clock.firstStepEnd() - started) / 1000,
    loopSeconds,
    // Time of the processor, all threads: tells how much of the loop's time was waiting on a busy machine.
    loopProcessorSeconds: clock.processorSeconds(),
    closeSeconds: (ended - clock.lastStepEnd()) / 1000,
    decisionsPerSecond: decisions / loopSeconds,
    eventsPerSecond: events / loopSeconds,
    ...clock.quantiles(),
    agents: data.agents.rows,
    threads,
    steps,
    decisions,
    orders,
    cancels,
    fills,
    triggers,
    rejects,
    liquidationOrders: data.liquidations.rows,
    liquidated: data.agents.liquidations.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0),
    deleveragedMillions: adlNotional / data.quantaPerUnit / 1e6,
    fallOfFirstCoin: fallOf(data.series),
    memoryOfInputsMB: memoryOfInputs,
    memoryOfWorldMB: clock.memoryOfWorld(),
    // Peak of the process; benchmarks run in a process of their own.
    peakMemoryMB: process.resourceUsage().maxRSS / 1024,
    resultHash: data.stateHash,
  };
}

/** When each step ended; the time of a step is from the end of the one before. */
function stepClock(steps) {
  const ends = new Float64Array(steps);
  let count = 0;
  let memory = 0;
  let processor;
  return {
    afterStep() {
      ends[count++] = performance.now();
      if (count > 1) return;
      memory = process.memoryUsage.rss() / MEGABYTE;
      processor = process.cpuUsage();
    },
    firstStepEnd: () => ends[0],
    lastStepEnd: () => ends[count - 1],
    loopSeconds: () => (ends[count - 1] - ends[0]) / 1000,
    processorSeconds() {
      const { user, system } = process.cpuUsage(processor);
      return (user + system) / 1e6;
    },
    memoryOfWorld: () => memory,
    quantiles() {
      const spans = new Float64Array(count - 1);
      for (let k = 1; k < count; k++) spans[k - 1] = (ends[k] - ends[k - 1]) / 1000;
      spans.sort();
      const at = (share) => spans[Math.min(count - 2, Math.floor(share * (count - 1)))];
      return { medianStepSeconds: at(0.5), slowStepSeconds: at(0.99), slowestStepSeconds: spans[count - 2] };
    },
  };
}

/** From the first spot price of the first coin to its lowest. */
function fallOf({ rows, coin, spot, spotLow }) {
  let first = 0;
  let low = Infinity;
  for (let row = 0; row < rows; row++) {
    if (coin[row] !== 0) continue;
    if (first === 0) first = spot[row];
    low = Math.min(low, spotLow[row]);
  }
  return 1 - low / first;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const text = { type: "string" };
  const options = { agents: text, hours: text, threads: text, seed: text, "takeover-cap": text };
  const { values } = parseArgs({ options });
  const cap = values["takeover-cap"];
  const size = {
    agents: positive("agents", values.agents ?? "10000", true),
    hours: positive("hours", values.hours ?? "0.5", false),
    threads: positive("threads", values.threads ?? "1", true),
    seed: values.seed ?? SEED,
    takeoverCap: cap === undefined ? undefined : positive("takeover-cap", cap, false),
  };
  const before = referenceSeconds();
  const entry = await run(size);
  const measured = { ...entry, referenceSeconds: round(Math.min(before, referenceSeconds())) };
  console.log(JSON.stringify({ ...measured, multiples: multiplesOf(measured) }, null, 2));
}

function positive(name, text, whole) {
  const value = Number(text);
  if (value > 0 && value !== Infinity && (!whole || Number.isInteger(value))) return value;
  process.stderr.write(
    `crash-day: --${name} must be a positive ${whole ? "whole " : ""}number; found ${text}\n`,
  );
  process.exit(2);
}
