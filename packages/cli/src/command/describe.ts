/**
 * `undertow describe SCENARIO`: who holds what before the first step, and what a fall or rise would liquidate.
 *
 * Resolves and compiles the scenario for a seed and counts what was built; runs nothing and writes no file.
 */
import { nearestName, UserError } from "@undertow/core";
import {
  compileScenario,
  describePopulation,
  loadScenario,
  type ResolvedScenario,
} from "@undertow/scenarios";
import { renderPopulation } from "../summary/render-population.ts";
import type { ParsedOptions } from "./commands.ts";
import { outputWidth, paintFor, printResult } from "./output.ts";
import { EXIT_DONE } from "./program.ts";
import { seedsOf } from "./run-options.ts";

/** Handler of `undertow describe`. */
export async function describeCommand(parsed: ParsedOptions): Promise<number> {
  const resolved = await load(parsed);
  const [seed] = seedsOf(parsed.texts.get("seed"), undefined);
  const description = describePopulation(resolved, compileScenario(resolved, { seed }));
  const layout = { width: outputWidth(), paint: paintFor(process.stdout) };
  printResult(
    parsed.flags.has("json") ? JSON.stringify(description, null, 2) : renderPopulation(description, layout),
  );
  return EXIT_DONE;
}

/** `describe vneue` is no scenario either, but it is clear what was meant. */
async function load({ scenario = "", lists }: ParsedOptions): Promise<ResolvedScenario> {
  const [set, patch] = ["set", "patch"].map((option) => lists.get(option) ?? []);
  try {
    return await loadScenario(scenario, { set, patch });
  } catch (error) {
    const isUnknown = error instanceof UserError && error.code === "unknown-scenario";
    if (!isUnknown || nearestName(scenario, ["venue"]) === undefined) throw error;
    throw new UserError(
      error.code,
      error.problems.map((problem) => ({
        ...problem,
        remedy: "A venue is shown by `undertow describe venue`",
      })),
    );
  }
}
