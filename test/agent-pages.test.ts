/**
 * Pages and examples of the agent types: each type has both, the pages are what the generator writes, and each example
 * runs with its population sending orders that are admitted.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { simulate } from "@undertow/core";
import { agentTypes } from "@undertow/agents";
import { compileScenario, loadScenario } from "@undertow/scenarios";
import { describe, expect, test } from "vitest";
import { agentPages, exampleOf } from "../docs/agents/generate.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const names = Object.keys(agentTypes);
/** Its orders come from outside: packages/agents/test/market-env.test.ts. */
const trading = names.filter((name) => name !== "strategy-under-test");

describe("pages of agent types", () => {
  test("are what node docs/agents/generate.js writes", async () => {
    const pages = await agentPages();
    expect(pages.size).toBe(names.length + 1);
    for (const [path, text] of pages) expect(readFileSync(`${root}${path}`, "utf8"), path).toBe(text);
  });

  test.each(names)("%s: what it does, its source and what it does in a crash are said", async (name) => {
    const page = (await agentPages()).get(`docs/agents/${name}.md`) ?? "";
    expect(page).toContain("In a crash:");
    expect(page).toContain("- Source: ");
    expect(page).not.toContain("undefined");
  });
});

describe("examples of agent types", () => {
  test.each(trading)("%s: its agents trade", { timeout: 240_000 }, async (name) => {
    const scenario = await loadScenario(`${root}${exampleOf(name)}`, { set: ["record.tape=orders"] });
    const inputs = compileScenario(scenario, { seed: "a" });
    const run = await simulate(inputs);
    expect(run.totals.auditResidual).toBe(0);
    const { orders } = run;
    if (orders === undefined) throw new Error("the run has no tape");
    // An example adds its population last.
    const population = run.populations.findLastIndex(({ type }) => type === name);
    expect(population).toBeGreaterThanOrEqual(0);
    let admitted = 0;
    for (let row = 0; row < orders.rows; row++)
      if (orders.population[row] === population && orders.kind[row] !== 4) admitted += orders.admitted[row];
    expect(admitted).toBeGreaterThan(0);
  });
});
