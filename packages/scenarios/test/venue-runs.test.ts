/** Scenarios on other venues: twenty hours of quickstart under each profile that a run can follow. */
import { describe, expect, it } from "vitest";
import { type RunData, simulate } from "@undertow/core";
import { compileScenario, loadScenario } from "@undertow/scenarios";

async function runOn(profile: string, ...set: string[]): Promise<RunData> {
  const scenario = await loadScenario("quickstart", {
    set: [`venue.profile=${profile}`, "time.end=2026-02-05T20:00Z", ...set],
  });
  return simulate(compileScenario(scenario, { seed: "2" }));
}

const sum = (column: ArrayLike<number>): number =>
  Array.from(column).reduce((total, value) => total + value, 0);

describe.each(["hyperliquid-like", "dydx-like"])("quickstart on %s", (profile) => {
  it("runs twenty hours, liquidates, pays funding and conserves money", { timeout: 300_000 }, async () => {
    const run = await runOn(profile);
    expect(run.totals.auditResidual).toBe(0);
    expect(run.totals.audits).toBeGreaterThan(10);
    expect(run.totals.fundingPaid).toBeGreaterThan(0);
    expect(run.liquidations.rows).toBeGreaterThan(0);
    expect(sum(run.liquidations.bookSize)).toBeGreaterThan(0);
    const marks = run.series.mark.subarray(0, run.series.rows);
    expect(marks.every((mark) => mark > 0)).toBe(true);
    const again = await runOn(profile, "time.end=2026-02-05T01:00Z");
    const once = await runOn(profile, "time.end=2026-02-05T01:00Z");
    expect(again.stateHash).toBe(once.stateHash);
  });
});

it("conserves money on binance-like over the same hour", { timeout: 120_000 }, async () => {
  const run = await runOn("binance-like", "time.end=2026-02-05T01:00Z");
  expect(run.totals.auditResidual).toBe(0);
});
