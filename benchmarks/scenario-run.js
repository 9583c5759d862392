/**
 * Benchmark: a bundled scenario from its file to the end of the run, through the public API.
 *
 * Small: `quickstart`. Full: `2026-02-deleveraging`. The state hash says whether two timings did the same
 * work; a timing under another hash is not comparable.
 */
import { simulate } from "@undertow/core";
import { compileScenario, loadScenario } from "@undertow/scenarios";

const SEED = "benchmark";

/** Loads, compiles and runs the scenario of a size once. */
export async function run(size) {
  const name = size === "full" ? "2026-02-deleveraging" : "quickstart";
  const started = performance.now();
  const inputs = compileScenario(await loadScenario(name), { seed: SEED });
  const compiled = performance.now();
  const data = await simulate(inputs);
  const wallSeconds = (performance.now() - compiled) / 1000;
  const { steps, orders, cancels, fills, triggers, decisions } = data.totals;
  const events = orders + cancels + fills + triggers + decisions;
  return {
    name: `scenario-run ${name}`,
    compileSeconds: (compiled - started) / 1000,
    wallSeconds,
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
