/**
 * The bundled scenarios: what there is to run.
 */
import { resolve } from "node:path";
import { bundledNames, LIBRARY_FOLDER } from "./loading/find-scenario.ts";
import { loadScenario } from "./loading/load-scenario.ts";

/** One bundled scenario, in a line. */
export interface ScenarioListing {
  readonly name: string;
  readonly title: string;
  /** ISO 8601 UTC. */
  readonly start: string;
  readonly end: string;
  readonly coins: readonly string[];
  readonly path: string;
  /** Number of agents over all populations. */
  readonly agents: number;
}

/** The bundled scenarios, sorted by name. */
export async function listScenarios(): Promise<ScenarioListing[]> {
  const names = await bundledNames();
  return Promise.all(
    names.map(async (name): Promise<ScenarioListing> => {
      const scenario = await loadScenario(name);
      return {
        name,
        title: scenario.title,
        start: scenario.time.start,
        end: scenario.time.end,
        coins: Object.keys(scenario.coins),
        path: resolve(LIBRARY_FOLDER, `${name}.yaml`),
        agents: Object.values(scenario.populations).reduce((sum, { count }) => sum + count, 0),
      };
    }),
  );
}
