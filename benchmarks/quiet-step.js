/**
 * Benchmark: a step in which nobody is due, with 10,000 and with a million agents (small: 200,000); and memory per agent.
 *
 * The crash day runs for a minute, so that books hold orders and the margin index holds everybody; then all wakes are put
 * off by a month, travelling orders arrive, and steps are timed. Two processes, one for each size: the second step
 * should cost no more than twice the first. Bytes are what is in use after a collection: scenario, inputs and world.
 */
import { WakeWheel, afterDecisions, beforeDecisions, stateHash, takeDue } from "@undertow/core/testing";
import { crashWorld, runSteps } from "./support/crash-world.js";
import { bytesInUse } from "./support/memory.js";

const BUSY_STEPS = 60;
const SETTLING_STEPS = 120;
const MONTH_MICROS = 30 * 86_400e6;
/** The larger world's quiet step over the smaller one's. */
const RATIO_LIMIT = 2;

/** Run in processes of their own. */
export const parts = {
  small: [
    { agents: 10_000, steps: 2000 },
    { agents: 200_000, steps: 2000 },
  ],
  full: [
    { agents: 10_000, steps: 20_000 },
    { agents: 1_000_000, steps: 20_000 },
  ],
};

/** Median time of a quiet step. */
export async function run({ agents, steps }) {
  const bytesBefore = await bytesInUse();
  const world = await crashWorld({ agents });
  runSteps(world, BUSY_STEPS);
  const bytes = (await bytesInUse()) - bytesBefore;
  putOffWakes(world);
  const { counters } = world;
  runSteps(world, SETTLING_STEPS);
  const { fills } = counters;
  const spans = new Float64Array(steps);
  const wheelSpans = new Float64Array(steps);
  for (let k = 0; k < steps; k++) {
    const started = performance.now();
    beforeDecisions(world);
    const beforeTake = performance.now();
    if (takeDue(world) > 0) throw new Error("somebody was due in a quiet step");
    wheelSpans[k] = (performance.now() - beforeTake) / 1000;
    afterDecisions(world);
    spans[k] = (performance.now() - started) / 1000;
  }
  spans.sort();
  wheelSpans.sort();
  return {
    name: `quiet-step ${agents} agents`,
    medianStepSeconds: spans[steps >> 1],
    // The part of it that looks for wakes.
    medianWakesSeconds: wheelSpans[steps >> 1],
    slowStepSeconds: spans[Math.floor(0.99 * steps)],
    steps,
    agents: world.agentCount,
    fillsMeanwhile: counters.fills - fills,
    worldMB: bytes / 2 ** 20,
    resultHash: stateHash(world),
  };
}

/** Files everybody a month later. */
function putOffWakes(world) {
  const { inputs, agentCount } = world;
  const { wakeMicros } = world.wheel;
  const wheel = new WakeWheel(agentCount, inputs.stepMicros, inputs.startMicros - inputs.warmUpMicros);
  for (let agent = 0; agent < agentCount; agent++) wheel.schedule(agent, wakeMicros[agent] + MONTH_MICROS);
  world.wheel = wheel;
}

/** The large world against the small one. */
export function conclude([small, large]) {
  const bytes = (large.worldMB - small.worldMB) * 2 ** 20;
  return {
    name: `quiet-step, ${large.agents} over ${small.agents} agents`,
    // Fails nothing: above the limit the runner prints a warning.
    ratio: large.medianStepSeconds / small.medianStepSeconds,
    bytesPerAgent: bytes / (large.agents - small.agents),
    limits: { ratio: RATIO_LIMIT },
    resultHash: `${small.resultHash}-${large.resultHash}`,
  };
}
