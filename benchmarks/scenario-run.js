/**
 * Benchmark: a bundled scenario from its file to the end of the run, through the public API.
 *
 * Small: twelve hours of `quickstart`. Full: `2026-02-deleveraging`, 33 days, as it is and with 500,000 agents. The state
 * hash says whether two timings did the same work; a timing under another hash is not comparable.
 */
import { simulate } from "@undertow/core";
import { compileScenario, loadScenario } from "@undertow/scenarios";

const SEED = "benchmark";

/** Run in processes of their own. */
export const parts = {
  small: [{ scenario: "quickstart", set: ["time.end=2026-02-05T12:00Z"] }],
  full: [
    { scenario: "2026-02-deleveraging" },
    { scenario: "2026-02-deleveraging", set: ["agentCount=500000"] },
  ],
};

/** Loads, compiles and runs a scenario once. */
export async function run({ scenario, set = [] }) {
  const started = performance.now();
  const resolved = await loadScenario(scenario, { set });
  const inputs = compileScenario(resolved, { seed: SEED });
  const compiled = performance.now();
  const before = process.cpuUsage();
  const data = await simulate(inputs);
  const wallSeconds = (performance.now() - compiled) / 1000;
  const { user, system } = process.cpuUsage(before);
  const { steps, orders, cancels, fills, triggers, decisions } = data.totals;
  const events = orders + cancels + fills + triggers + decisions;
  return {
    name: `scenario-run ${[scenario, ...set].join(" ")}`,
    compileSeconds: (compiled - started) / 1000,
    wallSeconds,
    // All threads of the process: tells how much of the wall time was waiting on a busy machine.
    processorSeconds: (user + system) / 1e6,
    steps,
    events,
    stepsPerSecond: steps / wallSeconds,
    eventsPerSecond: events / wallSeconds,
    agents: data.agents.rows,
    // Peak of the process; benchmarks run in a process of their own.
    peakMemoryMB: process.resourceUsage().maxRSS / 1024,
    resultHash: data.stateHash,
  };
}
