/**
 * `undertow run` with an agent type that fails, since scenario files cannot name types of one's own: the handler
 * behind the command with other agent types, in a process of its own.
 *
 * Arguments: export of failing-agents.mjs, seeds to run, seed that fails or `all`, threads.
 */
import { agentTypes } from "@undertow/agents";
import { compileScenario } from "@undertow/scenarios";
import { runSeeds } from "../dist/command/run.js";

const [name, seeds, failingSeed, threads] = process.argv.slice(2);
const url = new URL("./failing-agents.mjs", import.meta.url).href;
const { [name]: failing } = await import(url);

process.exitCode = await runSeeds(
  {
    scenario: "quickstart",
    seeds: seeds.split(","),
    threads: Number(threads),
    // In steps of a minute about 200 agents decide in each, so that some do on a second thread.
    set: ["time.end=2026-02-05T01:00Z", "time.warmUp=10m", "time.step=1m"],
    patch: [],
    out: "runs",
    json: false,
    quiet: true,
    report: true,
  },
  (scenario, { seed }) =>
    failingSeed === "all" || seed === failingSeed
      ? compileScenario(scenario, {
          seed,
          agentTypes: { ...agentTypes, "noise-trader": failing },
          agentModules: { "noise-trader": { url, export: name } },
        })
      : compileScenario(scenario, { seed }),
);
