/**
 * Benchmark: a crash day with a crowd of leveraged traders: ten coins, twenty books, steps of 1 s, one shock.
 *
 * Three sizes, 10,000 to a million agents; one of them also on two threads, and on one and two threads while a process
 * spins on every core but one. Two threads must end in the same state as one. Small: minutes of the day. Full: 24 hours, a
 * million with a fund that takes what the book leaves; 6 hours beside the spinning. Alone, any size:
 *   node benchmarks/crash-day.js [--agents 100000] [--hours 1] [--threads 1] [--seed text] [--takeover-cap 200] [--spinning]
 *     [--mixed] [--phases]
 * `liquidated` are accounts with at least one liquidation order. The first step belongs to the building of the world, as
 * it files every account in the margin index. --phases prints the share of each phase in the loop's time, and no speeds.
 */
import { simulate } from "@undertow/core";
import { compileScenario, resolveScenario } from "@undertow/scenarios";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { crashScenario } from "./support/crash-scenario.js";
import { profilePhases } from "./support/phase-profile.js";
import { multiplesOf, referenceSeconds, round } from "./support/reference-loop.js";
import { startSpinners } from "./support/spinner.js";

/** Run in processes of their own. */
export const parts = {
  small: [
    { agents: 10_000, hours: 0.5 },
    { agents: 1_000_000, hours: 1 / 60 },
    { agents: 100_000, hours: 0.3 },
    { agents: 100_000, hours: 0.3, threads: 2 },
    { agents: 100_000, hours: 0.3, spinning: true },
    { agents: 100_000, hours: 0.3, spinning: true, threads: 2 },
  ],
  full: [
    { agents: 10_000, hours: 24 },
    { agents: 100_000, hours: 24 },
    { agents: 1_000_000, hours: 24, takeoverCap: 200 },
    { agents: 1_000_000, hours: 24, takeoverCap: 200, threads: 2 },
    { agents: 1_000_000, hours: 24, takeoverCap: 200, mixed: true },
    { agents: 1_000_000, hours: 24, takeoverCap: 200, mixed: true, threads: 2 },
    { agents: 1_000_000, hours: 6, takeoverCap: 200, spinning: true },
    { agents: 1_000_000, hours: 6, takeoverCap: 200, spinning: true, threads: 2 },
  ],
};
const SEED = "benchmark";
const MEGABYTE = 1 << 20;

/** Runs one part, or any other; beside processes that spin if it is to. */
export async function run(part) {
  if (part.spinning !== true) return measure(part);
  const endSpinners = await startSpinners();
  try {
    return await measure(part);
  } finally {
    endSpinners();
  }
}

/** `onLoop` is called when the first step has ended. */
async function measure(part) {
  const {
    agents,
    hours,
    threads = 1,
    seed = SEED,
    takeoverCap,
    spinning = false,
    mixed = false,
    onLoop,
  } = part;
  const started = performance.now();
  const scenario = await resolveScenario(crashScenario({ agents, hours, takeoverCap, mixed }), "crash-day");
  const inputs = compileScenario(scenario, { seed });
  const compiled = performance.now();
  const memoryOfInputs = process.memoryUsage.rss() / MEGABYTE;
  const clock = stepClock(Math.round(hours * 3600), onLoop);
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
    name: nameOf({ agents, hours, threads, spinning, mixed }),
    populationSeconds: (compiled - started) / 1000,
    worldSeconds: (clock.firstStepEnd() - compiled) / 1000,
    buildSeconds: (clock.firstStepEnd() - started) / 1000,
    loopSeconds,
    // Time of the processor, all threads: tells how much of the loop's time was waiting on a busy machine.
    loopProcessorSeconds: clock.processorSeconds(),
    closeSeconds: (ended - clock.lastStepEnd()) / 1000,
    decisionsPerSecond: decisions / loopSeconds,
    // Without the decisions, which are events of scenario-run and of manifests.
    engineEventsPerSecond: events / loopSeconds,
    ...clock.quantiles(),
    agents: data.agents.rows,
    threads,
    spinning: spinning ? "yes" : "no",
    mixed: mixed ? "yes" : "no",
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

function nameOf({ agents, hours, threads, spinning, mixed }) {
  const beside = `${mixed ? ", mixed" : ""}${spinning ? ", beside spinning" : ""}`;
  return `crash-day ${agents} agents ${Math.round(hours * 60)} min${threads === 1 ? "" : `, ${threads} threads`}${beside}`;
}

/** Every run on several threads against that on one; an error when they end in different states. */
export function conclude(entries) {
  return entries
    .filter(({ threads }) => threads > 1)
    .map((several) => {
      const one = entries.find(
        ({ agents, steps, spinning, mixed, threads }) =>
          agents === several.agents &&
          mixed === several.mixed &&
          steps === several.steps &&
          spinning === several.spinning &&
          threads === 1,
      );
      if (one.resultHash !== several.resultHash)
        throw new Error(`${several.threads} threads end in another state than ${one.threads}`);
      const beside = `${several.mixed === "yes" ? ", mixed" : ""}${several.spinning === "yes" ? ", beside spinning" : ""}`;
      return {
        name: `crash-day ${several.agents} agents, ${several.threads} threads over ${one.threads}${beside}`,
        speedUp: one.loopSeconds / several.loopSeconds,
        sameState: "yes",
        resultHash: one.resultHash,
      };
    });
}

/** When each step ended; the time of a step is from the end of the one before. */
function stepClock(steps, onLoop) {
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
      onLoop?.();
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
  const options = {
    agents: text,
    hours: text,
    threads: text,
    seed: text,
    "takeover-cap": text,
    spinning: { type: "boolean", default: false },
    mixed: { type: "boolean", default: false },
    phases: { type: "boolean", default: false },
  };
  const { values } = parseArgs({ options });
  const cap = values["takeover-cap"];
  const size = {
    agents: positive("agents", values.agents ?? "10000", true),
    hours: positive("hours", values.hours ?? "0.5", false),
    threads: positive("threads", values.threads ?? "1", true),
    seed: values.seed ?? SEED,
    spinning: values.spinning,
    mixed: values.mixed,
    takeoverCap: cap === undefined ? undefined : positive("takeover-cap", cap, false),
  };
  if (values.phases) await printPhases(size);
  else {
    const before = referenceSeconds();
    const entry = await run(size);
    const measured = { ...entry, referenceSeconds: round(Math.min(before, referenceSeconds())) };
    console.log(JSON.stringify({ ...measured, multiples: multiplesOf(measured) }, null, 2));
  }
}

/** Shares of the phases in the time of the loop, largest first. */
async function printPhases(size) {
  if (size.threads > 1) stop(`--phases is of one thread; found --threads ${size.threads}`);
  let end;
  const { name, resultHash } = await run({ ...size, onLoop: () => (end = profilePhases()) });
  const { samples, shares } = end();
  console.log(`${name}: ${samples} samples, result hash ${resultHash}`);
  for (const [phase, share] of Object.entries(shares).sort(([, a], [, b]) => b - a))
    console.log(`${phase.padEnd(10)} ${(100 * share).toFixed(1).padStart(5)} %`);
}

function positive(name, text, whole) {
  const value = Number(text);
  if (value > 0 && value !== Infinity && (!whole || Number.isInteger(value))) return value;
  return stop(`--${name} must be a positive ${whole ? "whole " : ""}number; found ${text}`);
}

function stop(message) {
  process.stderr.write(`crash-day: ${message}\n`);
  process.exit(2);
}
