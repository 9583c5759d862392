/** `clearing` of a coin: read in money and coins, compiled to ticks and lots, run without a book. */
import { describe, expect, it } from "vitest";
import { simulate } from "@undertow/core";
import { join } from "node:path";
import { compileScenario, loadScenario, type LoadOptions, type ResolvedScenario } from "@undertow/scenarios";
import { folderWith, problemsOf, SMALL } from "./scenario-text.ts";

const load = (text: string, options?: LoadOptions): Promise<ResolvedScenario> =>
  loadScenario(join(folderWith({ "a.yaml": text }), "a.yaml"), options);

const withClearing = (clearing: string): string =>
  SMALL.replace("    lot: 0.001\n", `    lot: 0.001\n    clearing: ${clearing}\n`);

describe("clearing in a scenario file", () => {
  it("is linear impact in ticks for lots where it says so, a book elsewhere", async () => {
    const text = withClearing("{ perpetual: { kind: linear-impact, move: $0.8, per: 10 } }");
    const { markets } = compileScenario(await load(text), { seed: "a" });
    expect(markets.map(({ clearing }) => clearing)).toEqual([
      undefined,
      { kind: "linear-impact", impactTicks: 8, perLots: 10_000 },
    ]);
    expect((await load(SMALL)).coins["BTC"].clearing).toBeUndefined();
  });

  it("runs: prices move by the impact alone, nothing rests, money is conserved", async () => {
    const linear = "{ kind: linear-impact, move: $0.1, per: 100 }";
    const scenario = await load(withClearing(`{ spot: ${linear}, perpetual: ${linear} }`), {
      set: ["time.end=2026-01-01T02:00Z", "time.warmUp=0s"],
    });
    const run = await simulate(compileScenario(scenario, { seed: "a" }));
    expect(run.totals.auditResidual).toBe(0);
    expect(run.totals.fills).toBeGreaterThan(0);
    expect(run.totals.cancels).toBe(0);
  });

  it.each([
    ["{ perpetual: { kind: linear-impact, move: $0.05, per: 1 } }", "coins.BTC.clearing.perpetual.move"],
    ["{ spot: { kind: linear-impact, move: $0.1, per: 0.0005 } }", "coins.BTC.clearing.spot.per"],
    ["{ perpetual: { kind: linear-impact, move: $0.1 } }", "coins.BTC.clearing.perpetual"],
    ["{ perpetual: { kind: quadratic } }", "coins.BTC.clearing.perpetual"],
    ["{ future: order-book }", "coins.BTC.clearing.future"],
  ])("refuses %s", async (clearing, path) => {
    const flaws = await problemsOf(withClearing(clearing));
    expect(flaws.some((flaw) => flaw.includes(path))).toBe(true);
  });
});
