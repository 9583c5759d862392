/**
 * The population of a scenario as it is built for a seed, beside what the scenario asked for.
 *
 * The figures are core's `summarisePopulation`; here they get the scenario's name, and each input that the builder has to
 * meet stands beside what came out. Runs nothing.
 */
import type { SimulationInputs } from "@undertow/core";
import { formatIsoTime, summarisePopulation, type PopulationSummary } from "@undertow/core/metrics";
import type { ResolvedScenario } from "../loading/resolved-scenario.ts";
import { checkInputs, type InputCheck } from "./input-checks.ts";

/** What `undertow describe` prints and `population.json` holds. */
export interface PopulationDescription extends PopulationSummary {
  readonly scenario: {
    readonly name: string;
    readonly title: string;
    readonly scenarioHash: string;
    readonly seed: string;
    /** Start of the measured run; positions are built for it and open before the warm-up. */
    readonly start: string;
  };
  /** Inputs beside what was built. */
  readonly inputs: readonly InputCheck[];
}

/**
 * Describes the population of a scenario.
 *
 * @param inputs of the same scenario; the seed is theirs
 *
 * @example
 *     const scenario = await loadScenario("quickstart");
 *     const { inputs } = describePopulation(scenario, compileScenario(scenario, { seed: "1" }));
 *     inputs.filter(({ verdict }) => verdict === "missed"); // what was missed
 */
export function describePopulation(
  scenario: ResolvedScenario,
  inputs: SimulationInputs,
): PopulationDescription {
  const summary = summarisePopulation(inputs);
  return {
    scenario: {
      name: scenario.name,
      title: inputs.title,
      scenarioHash: inputs.scenarioHash,
      seed: inputs.seed,
      start: formatIsoTime(inputs.startMicros),
    },
    inputs: checkInputs(scenario, inputs, summary),
    ...summary,
  };
}
