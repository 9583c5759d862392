/** The scenario's `agentCount`: counts times weights stay, and so does what agents hold; what cannot be is told of. */
import { join } from "node:path";
import { meanOf, type SimulationInputs } from "@undertow/core";
import { compileScenario, loadScenario, type ResolvedScenario } from "@undertow/scenarios";
import { describe, expect, it } from "vitest";
import { folderWith, problemsOf, SMALL } from "./scenario-text.ts";

const WEIGHTED = SMALL.replace("    count: 50\n", "    count: 50\n    weight: 30\n").replace(
  "patches:\n",
  `  noise:
    type: noise-trader
    count: 40
    weight: uniform(10, 20)
    endowment: { cash: "lognormal(median=$2k, sigma=0.5)", spot: $1k }
    params: { notional: $500 }
patches:
`,
);

async function load(text: string, ...set: string[]): Promise<ResolvedScenario> {
  return loadScenario(join(folderWith({ "a.yaml": text }), "a.yaml"), { set });
}

/** Counts, and totals over the agents of each population. */
async function totals(...set: string[]) {
  const inputs: SimulationInputs = compileScenario(await load(WEIGHTED, ...set), { seed: "a" });
  const sum = (column: ArrayLike<number>): number =>
    Array.from(column).reduce((total, value) => total + value, 0);
  return inputs.populations.map(({ name, count, weight, endowment, params }) => ({
    name,
    count,
    traders: sum(weight),
    cash: sum(endowment.cashQuanta),
    lots: sum(Array.from(endowment.positions.lots, Math.abs)),
    notional: params["notional"] === undefined ? 0 : sum(params["notional"]),
  }));
}

describe("agents of a scenario", () => {
  it("multiply counts and divide weights, cash and amounts of money", async () => {
    const asWritten = await totals();
    const more = await totals("agentCount=722");
    expect(asWritten.map(({ count }) => count)).toEqual([50, 2, 40]);
    expect(more.map(({ count }) => count)).toEqual([400, 2, 320]);
    for (const [k, { traders, cash, lots, notional }] of asWritten.entries()) {
      // Weights are drawn whole: 320 of them have a standard error of about 3 % of the 40's, cash of 10 %.
      expect(Math.abs(more[k].traders / traders - 1)).toBeLessThan(0.1);
      expect(Math.abs(more[k].cash / cash - 1)).toBeLessThan(0.3);
      expect(Math.abs(more[k].lots / Math.max(1, lots) - 1) * lots).toBeLessThan(1e-3 * Math.max(1, lots));
      expect(more[k].notional).toBeCloseTo(notional, -2);
    }
  });

  it("divide a constant weight so that the mean is kept", async () => {
    const { populations } = await load(WEIGHTED, "agentCount=402");
    expect(populations["crowd"].count).toBe(222);
    expect(meanOf(populations["crowd"].weight)).toBeCloseTo((50 * 30) / 222, 9);
    expect(populations["crowd"].weight.kind).toBe("choice");
    expect(populations["makers"]).toEqual((await load(WEIGHTED)).populations["makers"]);
  });

  it("are as many as the scenario says, fewer than written too", async () => {
    for (const agents of [4, 17, 92, 93, 1000]) {
      const { populations } = await load(WEIGHTED, `agentCount=${agents}`);
      expect(Object.values(populations).reduce((sum, { count }) => sum + count, 0)).toBe(agents);
    }
  });

  it("cannot stand for less than one trader, nor be fewer than a population each", async () => {
    const flaw = (found: string): string =>
      `a.yaml:1:1 agentCount: so many agents cannot be made of these populations (expected between 4 and 1352, found ${found})`;
    const remedy = "Populations of weight 1 stay as they are, and no agent stands for less than one trader.";
    for (const [agents, found] of [
      ["3", "3"],
      ["1353", "1353"],
    ]) {
      const [problem] = await problemsOf(`agentCount: ${agents}\n${WEIGHTED}`);
      expect(problem).toContain(flaw(found).slice(12));
      expect(problem).toContain(remedy);
    }
    const [none] = await problemsOf(`agentCount: 100\n${SMALL}`);
    expect(none).toContain("a.yaml:1:13 agentCount: no population has a weight above 1");
  });
});
