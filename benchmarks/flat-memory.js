/**
 * Benchmark: memory of a run ten times as long, with 10,000 agents of the crash day.
 *
 * Each run has a process of its own. Peak is the largest resident size of the process; in use is what is left after a
 * collection at the end, with the run's data, which keeps one row a sample and one a liquidation.
 */
import { simulate } from "@undertow/core";
import { compileScenario, resolveScenario } from "@undertow/scenarios";
import { crashScenario } from "./support/crash-scenario.js";
import { bytesInUse } from "./support/memory.js";

const AGENTS = 10_000;
const MEGABYTE = 2 ** 20;
/** Peak of the long run over that of the short one. */
const RATIO_LIMIT = 1.25;

/** Run in processes of their own. */
export const parts = {
  small: [{ hours: 0.2 }, { hours: 2 }],
  full: [{ hours: 2.4 }, { hours: 24 }],
};

/** Memory is no timing: once. */
export const repeated = 1;

/** One run. */
export async function run({ hours }) {
  const scenario = await resolveScenario(crashScenario({ agents: AGENTS, hours }), "crash-day");
  const data = await simulate(compileScenario(scenario, { seed: "benchmark" }));
  const peak = process.resourceUsage().maxRSS / 1024;
  const inUse = (await bytesInUse()) / MEGABYTE;
  return {
    name: `flat-memory ${hours} h`,
    peakMB: peak,
    inUseMB: inUse,
    steps: data.totals.steps,
    rows: data.series.rows + data.liquidations.rows,
    resultHash: data.stateHash,
  };
}

/** The long run against the short one. */
export function conclude([short, long]) {
  return {
    name: "flat-memory, ten times as long",
    ratio: long.peakMB / short.peakMB,
    inUseRatio: long.inUseMB / short.inUseMB,
    limits: { ratio: RATIO_LIMIT },
    resultHash: `${short.resultHash}-${long.resultHash}`,
  };
}
