/**
 * Golden hashes: results are an interface. A change of one of these is a change of results and says "results:" in
 * its commit. Continuous integration runs one Node; on 24 November 2026 the values were the same on 20.20, 22.23
 * and 24.21, x64.
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
  expect(await hashOf("quickstart")).toBe("c76d32d763f86e0c3ba881fb8081b999");
});

it("2026-02-deleveraging, its first twelve hours", async () => {
  expect(await hashOf("2026-02-deleveraging", ["time.end=2026-01-05T12:00Z"])).toBe(
    "4a2edf6713aba30c39ac0e69ec72e753",
  );
});

// Before its first shock 2026-02-deleveraging is a calm month too, so that both have one hash.
it("calm-month, its first twelve hours", async () => {
  expect(await hashOf("calm-month", ["time.end=2026-01-05T12:00Z"])).toBe("4a2edf6713aba30c39ac0e69ec72e753");
});
