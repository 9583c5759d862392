/** Checkpoints of a bundled scenario across numbers of threads: who decided before and after makes no difference. */
import { expect, it } from "vitest";
import { type RunData, simulate, type SimulationInputs } from "@undertow/core";
import { compileScenario, loadScenario } from "@undertow/scenarios";

const EVERY = 300;

async function inputsOf(): Promise<SimulationInputs> {
  // Five hours, in which forced orders begin; steps so long that most are dealt to both threads.
  const set = ["time.end=2026-02-05T05:00:00Z", "time.warmUp=1h", "time.step=30s"];
  return compileScenario(await loadScenario("quickstart", { set }), { seed: "golden" });
}

interface Taken {
  readonly run: RunData;
  readonly checkpoints: readonly Uint8Array[];
}

async function runOn(threads: number): Promise<Taken> {
  const checkpoints: Uint8Array[] = [];
  const onCheckpoint = (bytes: Uint8Array): void => void checkpoints.push(bytes);
  const run = await simulate(await inputsOf(), { threads, checkpointEverySteps: EVERY, onCheckpoint });
  return { run, checkpoints };
}

it("a run goes on from its checkpoints to the same record, on any number of threads", async () => {
  const one = await runOn(1);
  const two = await runOn(2);
  const { decisions, steps } = one.run.totals;
  expect(decisions / steps).toBeGreaterThan(64);
  expect(two.run).toEqual(one.run);
  expect(one.checkpoints).toHaveLength(2);
  for (const [from, threads] of [
    [one, 2],
    [two, 1],
    [two, 2],
  ] as const) {
    for (const resumeFrom of from.checkpoints) {
      expect(await simulate(await inputsOf(), { threads, resumeFrom })).toEqual(one.run);
    }
  }
});
