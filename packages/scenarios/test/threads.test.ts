/** Every bundled scenario has one result on 1, 2, 3, 4 and 7 threads; here its first half hour after a short warm-up. */
import { expect, it } from "vitest";
import { simulate } from "@undertow/core";
import { compileScenario, listScenarios, loadScenario } from "@undertow/scenarios";

const MINUTES = 30;

const names = (await listScenarios()).map(({ name }) => name);

it.each(names)("%s", { timeout: 120_000 }, async (name) => {
  const { time } = await loadScenario(name);
  const end = new Date(Date.parse(time.start) + MINUTES * 60_000).toISOString().slice(0, 16) + "Z";
  const scenario = await loadScenario(name, {
    set: [`time.end=${end}`, "time.warmUp=10m", "levels=[]", "facts=[]"],
  });
  const hashes: string[] = [];
  for (const threads of [1, 2, 3, 4, 7]) {
    const run = await simulate(compileScenario(scenario, { seed: "threads" }), { threads, dealFrom: 1 });
    expect(run.totals.auditResidual).toBe(0);
    expect(run.totals.fills).toBeGreaterThan(1_000);
    hashes.push(run.stateHash);
  }
  expect(new Set(hashes).size).toBe(1);
});
