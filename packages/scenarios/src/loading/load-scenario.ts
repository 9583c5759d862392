/**
 * Loads a scenario: file or object -> merged tree -> overrides -> expressions -> schema -> checks -> resolved.
 *
 * Every problem that can be found is found before anything is thrown. Nothing here runs code or reads outside the
 * scenario's folder and the bundled ones, but for the agents modules that a scenario names (agent-modules/).
 */
import { agentTypes as bundledTypes } from "@undertow/agents";
import { type AgentType, formatProblem, type Problem, UserError } from "@undertow/core";
import { loadAgents, type LoadedAgents } from "../agent-modules/load-agents.ts";
import { type PopulationData, type ScenarioData, scenarioSchema } from "../schema/scenario-schema.ts";
import type { RuleNote } from "../venues/rule-forms.ts";
import { loadTables, type LoadedTables } from "../tables/load-tables.ts";
import { momentMicros } from "../values/moment.ts";
import { showFound } from "../values/quantity.ts";
import { resolveParams } from "./agent-params.ts";
import { crossCheck, type Sections } from "./cross-checks.ts";
import { evaluateExpressions } from "./evaluate.ts";
import { findScenario, mergeExtended, readMerged } from "./find-scenario.ts";
import {
  type Located,
  type LocatedMap,
  locate,
  nodeAt,
  type Path,
  toPlain,
  valuePositionAt,
} from "./located.ts";
import { applyPatches, applySets } from "./overrides.ts";
import { problemAt, schemaProblems, sortProblems, unknownOfMany } from "./problems.ts";
import { type Provenance, provenanceOf } from "./provenance.ts";
import {
  LOADED_AGENTS,
  LOADED_TABLES,
  type ResolvedPopulation,
  type ResolvedScenario,
  scenarioHash,
} from "./resolved-scenario.ts";
import { scaleAgents } from "./scale-agents.ts";
import {
  coinsOfPopulation,
  listVenues,
  marketNames,
  shareOf,
  venuesOfPopulation,
} from "./scenario-venues.ts";
import { type RulesOfVenue, rulesOfVenues } from "./venue-rules.ts";

/** How a scenario is changed on the way in. */
export interface LoadOptions {
  /** Assignments such as `driver.shockScale=0.04`, applied after patches. */
  readonly set?: readonly string[];
  /** Names of patches or ablations to apply, in order. */
  readonly patch?: readonly string[];
  /** Agent types by name beside those of the scenario's agents modules; default those of @undertow/agents. */
  readonly agentTypes?: Readonly<Record<string, AgentType>>;
}

/**
 * Loads a bundled scenario by name, or a file by path.
 *
 * @throws UserError with every problem of the files, positions included.
 * @example
 * const scenario = await loadScenario("quickstart", { set: ["driver.shockScale=0"] });
 */
export async function loadScenario(nameOrPath: string, options: LoadOptions = {}): Promise<ResolvedScenario> {
  const file = await findScenario(nameOrPath);
  const problems: Problem[] = [];
  const root = await readMerged(file, problems);
  return resolveTree(root, file.name, options, problems);
}

/**
 * Resolves a scenario given as an object: the TypeScript form of a file, with the same keys and values.
 *
 * @throws UserError as `loadScenario`; problems carry the path but no line.
 */
export async function resolveScenario(
  scenario: object,
  name: string,
  options: LoadOptions = {},
): Promise<ResolvedScenario> {
  const problems: Problem[] = [];
  const located: Located = locate(scenario, { file: name });
  if (located.kind !== "map")
    throw new UserError("scenario", {
      message: "a scenario must be a map",
      expected: "keys such as title, coins, populations",
      found: showFound(scenario),
      file: name,
    });
  const root = await mergeExtended(located, problems);
  return resolveTree(root, name, options, problems);
}

async function resolveTree(
  merged: LocatedMap,
  name: string,
  options: LoadOptions,
  problems: Problem[],
): Promise<ResolvedScenario> {
  const applied = options.patch ?? [];
  const patched = applyPatches(merged, applied, problems);
  const root = applySets(patched, options.set ?? [], scenarioSchema, problems);
  const types = options.agentTypes ?? bundledTypes;
  const checked = await checkTree(root, types, problems);
  const tables = await tablesOf(checked, problems);
  if (problems.length === 0) await checkPatches(root, applied, types, problems);
  if (problems.length > 0) throw new UserError("scenario", distinct(sortProblems(problems)));
  const { venues, agents: _named, ...data } = checked.sections as Omit<ScenarioData, "extends">;
  const { populations, agents } = checked;
  const rules = checked.rules as readonly RulesOfVenue[];
  const provenance = withRuleNotes(
    provenanceOf(checked.root),
    rules.flatMap(({ notes }) => notes),
  );
  const modules = agents.listed.length === 0 ? {} : { agents: agents.listed, [LOADED_AGENTS]: agents };
  const unhashed = {
    ...data,
    ...provenance,
    name,
    applied,
    ...withRules(venues, rules),
    populations,
    ...modules,
    ...(tables.listed.length === 0 ? {} : { tables: tables.listed, [LOADED_TABLES]: tables.byPopulation }),
  };
  return { ...unhashed, hash: scenarioHash(unhashed) };
}

interface Checked {
  /** With expressions evaluated. */
  readonly root: LocatedMap;
  readonly sections: Sections;
  /** Of every venue; undefined for one with a flaw. */
  readonly rules: readonly (RulesOfVenue | undefined)[];
  readonly populations: Readonly<Record<string, ResolvedPopulation>>;
  readonly agents: LoadedAgents;
}

/** Everything that is checked of a merged tree; flaws go to `problems`. */
async function checkTree(
  tree: LocatedMap,
  types: Readonly<Record<string, AgentType>>,
  problems: Problem[],
): Promise<Checked> {
  const root = await evaluateExpressions(tree, problems);
  const sections = parseSections(root, problems);
  const rules = await rulesOfVenues(root, sections, problems);
  problems.push(...crossCheck(root, sections));
  const agents = await loadAgents(root, types, problems);
  const asWritten = resolvePopulations(root, sections, agents, problems);
  const populations = scaleAgents(root, sections.agentCount, asWritten, agents.types, problems);
  return { root, sections, rules, populations, agents };
}

/** The tables of the populations; those of patches that are not applied are not read. */
async function tablesOf(
  { root, sections, populations, agents }: Checked,
  problems: Problem[],
): Promise<LoadedTables> {
  const context = {
    markets: marketNames(listVenues(sections)),
    startMicros: momentMicros(sections.time?.start ?? "") ?? 0,
    quantaPerUnit: quantaPerUnit(sections),
  };
  return loadTables(root, populations, agents.types, context, problems);
}

/** Patches that were not applied are tried one by one, so that a typo in one is found before it is needed. */
async function checkPatches(
  root: LocatedMap,
  applied: readonly string[],
  types: Readonly<Record<string, AgentType>>,
  problems: Problem[],
): Promise<void> {
  for (const section of ["patches", "ablations"]) {
    const node = nodeAt(root, [section]);
    for (const name of node?.kind === "map" ? node.entries.keys() : []) {
      if (applied.includes(name)) continue;
      const found: Problem[] = [];
      const patched = applyPatches(root, [name], found);
      await checkTree(patched, types, found);
      for (const problem of found) {
        const path = [section, name, problem.path].filter((part) => part !== undefined).join(".");
        problems.push({ ...problem, path });
      }
    }
  }
}

/** Each top-level section on its own, so that a flaw in one leaves the others to be checked further. */
function parseSections(root: LocatedMap, problems: Problem[]): Sections {
  const plain = toPlain(root) as Record<string, unknown>;
  const whole = scenarioSchema.safeParse(plain);
  if (whole.success) return whole.data;
  problems.push(...schemaProblems(whole.error.issues, scenarioSchema, root));
  const sections: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(scenarioSchema.shape)) {
    const parsed = schema.safeParse(plain[key]);
    if (parsed.success) sections[key] = parsed.data;
  }
  return sections;
}

/** The rules beside the venue of a scenario with one, or in each of several. */
function withRules(
  venues: ScenarioData["venues"],
  rules: readonly RulesOfVenue[],
): Pick<ResolvedScenario, "profile" | "indexRules" | "venues"> {
  if (venues === undefined) return { profile: rules[0].rules, indexRules: rules[0].indexRules };
  const entries = Object.entries(venues).map(([name, settings], k) => {
    const { rules: own, indexRules } = rules[k];
    return [name, { ...settings, rules: own, indexRules }] as const;
  });
  return { venues: Object.fromEntries(entries) };
}

/** Margin tables of another coin and rules that are followed in part are assumed values like any other. */
function withRuleNotes(provenance: Provenance, ruleNotes: readonly RuleNote[]): Provenance {
  const notes = ruleNotes.map(({ path, note }) => [path, note] as const);
  return {
    ...provenance,
    assumed: [...provenance.assumed, ...notes.map(([path]) => path)],
    assumedNotes: { ...provenance.assumedNotes, ...Object.fromEntries(notes) },
  };
}

/** Populations with their parameters; types and parameters are checked even where other sections failed. */
function resolvePopulations(
  root: LocatedMap,
  sections: Sections,
  agents: LoadedAgents,
  problems: Problem[],
): Record<string, ResolvedPopulation> {
  const { types } = agents;
  const resolved: Record<string, ResolvedPopulation> = {};
  const node = nodeAt(root, ["populations"]);
  const coinsNode = nodeAt(root, ["coins"]);
  const allCoins = coinsNode?.kind === "map" ? [...coinsNode.entries.keys()] : [];
  const venues = listVenues(sections);
  for (const name of node?.kind === "map" ? node.entries.keys() : []) {
    const path = ["populations", name];
    const plain = (toPlain(nodeAt(root, path)!) ?? {}) as { type?: unknown; coins?: unknown };
    const type = typeof plain.type === "string" ? typeNamed(plain.type, types) : undefined;
    if (type === undefined) {
      if (typeof plain.type === "string") problems.push(...unknownType(root, name, plain.type, agents));
      continue;
    }
    const data = sections.populations?.[name];
    if (data !== undefined) problems.push(...tooFewVenues(root, path, data, type));
    const ofHome = data === undefined ? [] : coinsOfPopulation(venues, data);
    const unnamed = ofHome.length > 0 ? ofHome : allCoins;
    const coins = Array.isArray(plain.coins) ? plain.coins.map(String) : unnamed;
    const params = resolveParams(
      root,
      [...path, "params"],
      {
        type,
        typeName: shownType(type.name, agents),
        coins,
        quantaPerUnit: quantaPerUnit(sections),
        depthPerAgent: depthPerAgent(sections, coins, data),
      },
      problems,
    );
    if (data !== undefined) resolved[name] = { ...data, params };
  }
  return resolved;
}

function typeNamed(name: string, types: Readonly<Record<string, AgentType>>): AgentType | undefined {
  return Object.hasOwn(types, name) ? types[name] : undefined;
}

/** A type as messages name it: with its module, if it has one. */
function shownType(name: string, { moduleOf }: LoadedAgents): string {
  const module = moduleOf.get(name);
  return module === undefined ? name : `${name} (${module})`;
}

/** Of a module that could not be loaded it is not known whether it has the type; its own problem is enough. */
function unknownType(root: LocatedMap, population: string, type: string, agents: LoadedAgents): Problem[] {
  const { types, moduleOf, unusable, complete } = agents;
  const parts = unknownOfMany(`there is no agent type "${type}"`, type, Object.keys(types));
  if (unusable.has(type) || (!complete && parts.nearest === undefined)) return [];
  const path = ["populations", population, "type"];
  const remedy =
    moduleOf.size === 0 && parts.nearest === undefined
      ? "Types of your own come from a module that `agents:` names."
      : undefined;
  const own = [...moduleOf.keys()].map((name) => shownType(name, agents)).join(", ");
  const expected = own === "" ? parts.expected : `a bundled agent type, or ${own}`;
  return [problemAt(valuePositionAt(root, path), path, { ...parts, expected, remedy })];
}

/** The flaw of a population whose type needs accounts on more venues than it names. */
function tooFewVenues(
  root: LocatedMap,
  path: Path,
  { venue, venues }: PopulationData,
  { name, minVenues = 1 }: AgentType,
): Problem[] {
  const count = venues?.length ?? 1;
  if (count >= minVenues) return [];
  const at = [...path, venues !== undefined ? "venues" : venue !== undefined ? "venue" : "type"];
  return [
    problemAt(valuePositionAt(root, at), at, {
      message: `${name} needs accounts on several venues`,
      expected: `"venues" with at least ${minVenues} names`,
      found: String(count),
    }),
  ];
}

/** Quanta in one unit of the settlement currency. */
export function quantaPerUnit(sections: Pick<Sections, "settlement">): number {
  return Math.round(1 / (sections.settlement?.quantum ?? 1e-5));
}

/** The coins' depths on the home venue times the population's share of them, over its agents. */
function depthPerAgent(
  sections: Sections,
  coins: readonly string[],
  population: PopulationData | undefined,
): { perpDepth: number[]; spotDepth: number[] } {
  const venues = listVenues(sections);
  const home = venuesOfPopulation(venues, population ?? {})[0];
  const share = (population?.depthShare ?? 1) / (population?.count ?? 1);
  const depths = (key: "perpDepth" | "spotDepth"): number[] =>
    coins.map((coin) => (sections.coins?.[coin]?.[key] ?? 0) * shareOf(venues, home, coin) * share);
  return { perpDepth: depths("perpDepth"), spotDepth: depths("spotDepth") };
}

/** Without repeats, such as a flaw that a section and the whole both show. */
function distinct(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems.filter((problem) => {
    const key = formatProblem(problem);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}
