/**
 * What `--threads auto` stands for, on scenarios as they are compiled.
 */
import { describe, expect, test } from "vitest";
import { DEAL_FROM, expectedDuePerStep, simulate, type SimulationInputs } from "@undertow/core";
import { compileScenario, loadScenario } from "@undertow/scenarios";
import { threadsFor } from "../src/command/threads.ts";

async function quickstart(...set: string[]): Promise<SimulationInputs> {
  return compileScenario(await loadScenario("quickstart", { set }), { seed: "t" });
}

describe("the agents expected in a step", () => {
  test("are those that decide, within 5 %", async () => {
    for (const step of ["5s", "1m"]) {
      const inputs = await quickstart(`time.step=${step}`, "time.end=2026-02-05T01:00Z", "time.warmUp=0s");
      const { totals } = await simulate(inputs);
      const found = totals.decisions / totals.steps;
      expect(Math.abs(expectedDuePerStep(inputs) / found - 1)).toBeLessThan(0.05);
    }
  });

  test.each(["poisson", "fixed"] as const)("count an agent once a step, %s wakes", async (kind) => {
    const inputs = await quickstart();
    const [first] = inputs.populations;
    const type = inputs.agentTypes[first.type];
    const { interval } = type.wake;
    const alone = (micros: number): number =>
      expectedDuePerStep({
        ...inputs,
        agentTypes: { ...inputs.agentTypes, [first.type]: { ...type, wake: { ...type.wake, kind } } },
        populations: [
          { ...first, params: { ...first.params, [interval]: new Float64Array(first.count).fill(micros) } },
        ],
      });
    // The chance that a step holds a wake, at a quarter of a wake a step and at four.
    const [rare, often] = kind === "fixed" ? [1 / 4, 1] : [1 - Math.exp(-1 / 4), 1 - Math.exp(-4)];
    expect(alone(inputs.stepMicros * 4)).toBeCloseTo(first.count * rare, 6);
    expect(alone(inputs.stepMicros / 4)).toBeCloseTo(first.count * often, 6);
    // One that never wakes is not counted.
    expect(alone(0)).toBe(0);
    expect(alone(Infinity)).toBe(0);
  });
});

describe("auto", () => {
  test("takes what is free, from 1 to 8, where steps are worth dealing", async () => {
    const busy = await quickstart("time.step=1m");
    expect(expectedDuePerStep(busy)).toBeGreaterThan(DEAL_FROM);
    expect([-3, 0, 1, 4, 8, 64].map((free) => threadsFor("auto", busy, free))).toEqual([1, 1, 1, 4, 8, 8]);
  });

  test("takes one where too few agents decide in a step", async () => {
    const quiet = await quickstart();
    expect(expectedDuePerStep(quiet)).toBeLessThan(DEAL_FROM);
    expect(threadsFor("auto", quiet, 8)).toBe(1);
  });

  test("is not asked when a number is given", async () => {
    expect(threadsFor(16, await quickstart(), 1)).toBe(16);
  });
});
