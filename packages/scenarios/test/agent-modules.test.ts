/** Agents modules from code: what travels with a resolved scenario, and what a process may load twice. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileScenario, loadScenario, type ResolvedScenario } from "@undertow/scenarios";
import { afterAll, expect, it } from "vitest";
import { problemsOf, SMALL } from "./scenario-text.ts";

const IDLER = `export const types = {
  idler: {
    name: "idler", summary: "Waits.", source: "own, for tests",
    params: { interval: { unit: "duration", description: "time between looks", default: 1e9 } },
    memory: {}, wake: { interval: "interval", kind: "fixed" }, decide() {},
  },
};
`;
const POPULATION = "  idlers:\n    type: idler\n    count: 3\n    endowment: { cash: 10 }\n";
const folder = mkdtempSync(join(tmpdir(), "undertow-idler-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(module: string, text = IDLER): string {
  writeFileSync(join(folder, module), text);
  const file = join(folder, module.replace(".mjs", ".yaml"));
  writeFileSync(file, SMALL.replace("patches:", `${POPULATION}agents: ./${module}\npatches:`));
  return file;
}

it("gives the type, its module and its hash, and keeps functions out of JSON", async () => {
  const scenario = await loadScenario(write("plain.mjs"));
  expect(scenario.agents).toEqual([
    { module: "./plain.mjs", contentHash: expect.stringMatching(/^[0-9a-f]{64}$/), types: ["idler"] },
  ]);
  const inputs = compileScenario({ ...scenario }, { seed: "a" });
  expect(inputs.agentTypes["idler"].name).toBe("idler");
  expect(inputs.agentModules?.["idler"]).toEqual({
    url: expect.stringMatching(/\/plain\.mjs$/),
    export: "types",
  });
  const text = JSON.stringify(scenario);
  expect(text).not.toContain(folder);
  const read = JSON.parse(text) as ResolvedScenario;
  expect(() => compileScenario(read, { seed: "a" })).toThrow(
    "the agent types idler of the scenario's agents modules are not loaded",
  );
  const { agentTypes } = inputs;
  expect(compileScenario(read, { seed: "a", agentTypes }).scenarioHash).toBe(inputs.scenarioHash);
});

it("has a hash of its own for each content, and none without modules", async () => {
  const one = await loadScenario(write("one.mjs"));
  const other = await loadScenario(write("other.mjs", IDLER.replace("Waits.", "Waits on.")));
  const same = await loadScenario(write("same.mjs"));
  expect(other.hash).not.toBe(one.hash);
  expect(same.hash).toBe(one.hash);
  expect("agents" in (await loadScenario("quickstart"))).toBe(false);
});

it("refuses a module that has changed since the process has loaded it", async () => {
  const file = write("changing.mjs");
  const first = await loadScenario(file);
  expect((await loadScenario(file)).hash).toBe(first.hash);
  write("changing.mjs", IDLER.replace("1e9", "2e9"));
  await expect(loadScenario(file)).rejects.toThrow(
    'the agents module ./changing.mjs has changed since this process has loaded it; without it there is no agent type "idler" of population idlers. Start a new process.',
  );
});

it.each([
  ["agents: 5", /^a\.yaml:\d+:9 agents: wrong value \(.*found 5\)$/],
  ["agents: []", /^a\.yaml:\d+:9 agents: wrong value/],
  ["agents: ./a.mts", /^a\.yaml:\d+:9 agents: there is no such agents module/],
  ["agents: ./", /^a\.yaml:\d+:9 agents: an agents module is a file \(.*found the folder "\.\/"\)$/],
])("refuses %s", async (line, message) => {
  const problems = await problemsOf(SMALL.replace("patches:", `${line}\npatches:`));
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(message);
});
