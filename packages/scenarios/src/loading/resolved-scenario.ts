/**
 * A resolved scenario: every default filled in, every unit removed, plain JSON, with its hash.
 *
 * This is what a manifest stores and what `compileScenario` turns into the inputs of a run. Durations are
 * microseconds, ratios fractions, money settlement-currency units; agents' parameters are in the type's units.
 */
import { type IndexRules, StateHash } from "@undertow/core";
import type { AgentsModule, LoadedAgents } from "../agent-modules/load-agents.ts";
import type { ListedTable, LoadedTables } from "../tables/load-tables.ts";
import type { PopulationData, ScenarioData } from "../schema/scenario-schema.ts";
import type { NamedVenueData } from "../schema/venue-schema.ts";
import type { RunRules } from "../venues/run-rules.ts";
import type { ResolvedParams } from "./agent-params.ts";
import type { Provenance } from "./provenance.ts";

/** A population with its agent type's parameters resolved. */
export type ResolvedPopulation = Omit<PopulationData, "params"> & { readonly params: ResolvedParams };

/** One of several venues with its rules for the coins that it lists, on the first day. */
export type ResolvedVenue = NamedVenueData & {
  readonly rules: RunRules;
  readonly indexRules: IndexRules;
};

/** Key of the agent types that were loaded with a scenario. A symbol, so that it is in no JSON and no hash. */
export const LOADED_AGENTS: unique symbol = Symbol("loaded agents");

/** Key of the tables that were loaded with a scenario, by population and name. A symbol, as the types are. */
export const LOADED_TABLES: unique symbol = Symbol("loaded tables");

/** Everything a run needs, as plain values. It has `venue`, or `venues`; `venuesOf` lists either. */
export interface ResolvedScenario
  extends
    Omit<ScenarioData, "populations" | "extends" | "patches" | "ablations" | "venues" | "agents">,
    Provenance {
  readonly name: string;
  /** Patches and ablations that were applied, in order. */
  readonly applied: readonly string[];
  /** Agents modules with their content hashes; absent without any. */
  readonly agents?: readonly AgentsModule[];
  /** Their types; not in JSON, so that a scenario that was read from a manifest has to be loaded again. */
  readonly [LOADED_AGENTS]?: LoadedAgents;
  /** Tables of populations with their content hashes; absent without any. */
  readonly tables?: readonly ListedTable[];
  readonly [LOADED_TABLES]?: LoadedTables["byPopulation"];
  /** With `venue`: its rules for these coins on the first day. */
  readonly profile?: RunRules;
  /** With `venue`: how its index is made. It has one source, so that the form cannot change a run. */
  readonly indexRules?: IndexRules;
  /** Several venues by name, the reference first. */
  readonly venues?: Readonly<Record<string, ResolvedVenue>>;
  readonly populations: Readonly<Record<string, ResolvedPopulation>>;
  /** Named merge patches, as data. */
  readonly patches: Readonly<Record<string, unknown>>;
  readonly ablations: Readonly<Record<string, unknown>>;
  /** 32 hexadecimal digits; a function of everything above that can change a run. */
  readonly hash: string;
}

/** What does not change a run and is left out of the hash: words, sources, facts, tapes, patches not applied. */
const NOT_HASHED = new Set([
  "name",
  "title",
  "description",
  "sources",
  "assumed",
  "assumedNotes",
  "facts",
  "record",
  "patches",
  "ablations",
  "applied",
  "params",
  "indexRules",
  "hash",
]);

/** Hash of the canonical JSON (keys sorted) of what determines a run. */
export function scenarioHash(scenario: Omit<ResolvedScenario, "hash">): string {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(scenario)) {
    if (!NOT_HASHED.has(key)) kept[key] = value;
  }
  const order = [
    scenario.coins,
    scenario.populations,
    ...(scenario.venues === undefined ? [] : [scenario.venues]),
  ];
  // What a module holds determines a run, not where it lies.
  if (scenario.agents !== undefined) kept["agents"] = scenario.agents.map(({ contentHash }) => contentHash);
  kept["order"] = order.map((section) => Object.keys(section));
  const hash = new StateHash();
  hash.updateText(canonicalJson(kept));
  return hash.digest();
}

/** JSON with sorted keys and no white space, so that equal values give equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const map = value as Record<string, unknown>;
    const keys = Object.keys(map).filter((key) => map[key] !== undefined);
    const body = [...keys].sort().map((key) => `${JSON.stringify(key)}:${canonicalJson(map[key])}`);
    return `{${body.join(",")}}`;
  }
  return JSON.stringify(value);
}
