/** Checkpoints of a bundled scenario across numbers of threads: who decided before and after makes no difference. */
import { beforeAll, expect, it } from "vitest";
import { type RunData, simulate, type SimulationInputs } from "@undertow/core";
import { compileScenario, loadScenario } from "@undertow/scenarios";

const EVERY = 120;

async function inputsOf(): Promise<SimulationInputs> {
  // Two hours after the warm-up, in steps so long that most are dealt to both threads.
  const set = ["time.end=2026-02-05T02:00:00Z", "time.warmUp=30m", "time.step=30s"];
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

let one: Taken;
let two: Taken;

beforeAll(async () => {
  one = await runOn(1);
  two = await runOn(2);
});

it("takes checkpoints without a trace in the record, on one thread and on two", () => {
  const { decisions, steps } = one.run.totals;
  expect(decisions / steps).toBeGreaterThan(64);
  expect(two.run).toEqual(one.run);
  expect([one.checkpoints.length, two.checkpoints.length]).toEqual([2, 2]);
});

it.each([
  [1, 2],
  [2, 1],
  [2, 2],
])("taken on %i, it goes on to the same record on %i", async (from, threads) => {
  for (const resumeFrom of (from === 1 ? one : two).checkpoints) {
    expect(await simulate(await inputsOf(), { threads, resumeFrom })).toEqual(one.run);
  }
});
