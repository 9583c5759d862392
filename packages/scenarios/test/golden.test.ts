/**
 * Golden hashes: results are an interface. A change of one of these is a change of results and says "results:" in
 * its commit. The same values were obtained on Node 20, 22 and 24.
 */
import { expect, it } from "vitest";
import { simulate } from "@undertow/core";
import { compileScenario, loadScenario } from "@undertow/scenarios";

async function hashOf(name: string, set: string[] = []): Promise<string> {
  const scenario = await loadScenario(name, { set });
  const run = await simulate(compileScenario(scenario, { seed: "golden" }));
  expect(run.totals.auditResidual).toBe(0);
  return run.stateHash;
}

it("quickstart, whole", async () => {
  expect(await hashOf("quickstart")).toBe("46d8676a4838678bf65d6daa7a27f295");
});

it("2026-02-deleveraging, its first twelve hours", async () => {
  expect(await hashOf("2026-02-deleveraging", ["time.end=2026-01-05T12:00Z"])).toBe(
    "7bb77dd8fd71b9090a99c38881e3045d",
  );
});
