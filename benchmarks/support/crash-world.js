/**
 * The crash day's scenario as the state of a run, for benchmarks that step it themselves or look at one phase of it.
 */
import { buildWorld, step } from "@undertow/core/testing";
import { compileScenario, resolveScenario } from "@undertow/scenarios";
import { crashScenario } from "./crash-scenario.js";

const SEED = "benchmark";

/** A world of the crash day; `change` may alter the scenario before it is resolved. */
export async function crashWorld({ agents, hours = 1, change = (scenario) => scenario }) {
  const scenario = change(crashScenario({ agents, hours }));
  const resolved = await resolveScenario(scenario, "crash-day");
  return buildWorld(compileScenario(resolved, { seed: SEED }));
}

/** Runs steps of a world. */
export function runSteps(world, steps) {
  for (let k = 0; k < steps; k++) step(world);
}
