/**
 * The agent types that a scenario may name: the bundled ones and those of its agents modules, `agents:` in the file.
 *
 * Every flaw of a module is a problem with its place: that of the name in the scenario, or the line of the module. A
 * type whose declaration is wrong is not offered.
 */
import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { AgentModule, AgentType, Problem } from "@undertow/core";
import {
  type Located,
  type LocatedMap,
  nodeAt,
  type Path,
  toPlain,
  valuePositionAt,
} from "../loading/located.ts";
import { problemAt, type ProblemParts } from "../loading/problems.ts";
import { type ModuleContent, moduleContent, UnhashableModule } from "./content-hash.ts";
import { importModule } from "./import-module.ts";
import { resolveModule } from "./resolve-module.ts";
import { type ExportedType, exportedTypes, showExports } from "./usable-types.ts";

/** An agents module of a resolved scenario. */
export interface AgentsModule {
  /** As the scenario names it: a relative path, or the name of a package. */
  readonly module: string;
  /** SHA-256 of the module and the files that it imports, hexadecimal; part of the scenario's hash. */
  readonly contentHash: string;
  /** Names of its agent types. */
  readonly types: readonly string[];
}

/** The types that the populations of a scenario may have. */
export interface LoadedAgents {
  readonly types: Readonly<Record<string, AgentType>>;
  /** Where worker threads find those that come from modules, by type. */
  readonly modules: Readonly<Record<string, AgentModule>>;
  /** Name of the module that a type comes from, as the scenario says it. */
  readonly moduleOf: ReadonlyMap<string, string>;
  readonly listed: readonly AgentsModule[];
  /** Types that a module exports and that cannot be used. */
  readonly unusable: ReadonlySet<string>;
  /** Whether every module could be loaded, so that a type that is missing is really unknown. */
  readonly complete: boolean;
}

interface Collected {
  readonly types: Record<string, AgentType>;
  readonly modules: Record<string, AgentModule>;
  readonly moduleOf: Map<string, string>;
  readonly listed: AgentsModule[];
  readonly unusable: Set<string>;
  complete: boolean;
}

/**
 * Loads the agents modules of a scenario's tree, in the order named.
 *
 * @param bundled types that need no module
 */
export async function loadAgents(
  root: LocatedMap,
  bundled: Readonly<Record<string, AgentType>>,
  problems: Problem[],
): Promise<LoadedAgents> {
  const collected: Collected = {
    types: { ...bundled },
    modules: {},
    moduleOf: new Map(),
    listed: [],
    unusable: new Set(),
    complete: true,
  };
  const failed: { readonly path: Path; readonly flaw: ProblemParts }[] = [];
  for (const { name, path } of namedModules(root)) {
    const before = problems.length;
    const flaw = await loadOne(root, { name, path, bundled }, collected, problems);
    if (flaw !== undefined) failed.push({ path, flaw });
    if (flaw !== undefined || problems.length > before) collected.complete = false;
  }
  const missing = missingTypes(root, collected);
  for (const { path, flaw } of failed) {
    const message = `${flaw.message}${missing === "" ? "" : `; without it there is no ${missing}`}`;
    problems.push(problemAt(valuePositionAt(root, path), path, { ...flaw, message }));
  }
  return collected;
}

/** The types that populations name and no module has, with the populations: what a failed module was to bring. */
function missingTypes(root: LocatedMap, { types, unusable }: Collected): string {
  const missing = new Map<string, string[]>();
  for (const [population, type] of typesOfPopulations(root)) {
    if (Object.hasOwn(types, type) || unusable.has(type)) continue;
    missing.set(type, [...(missing.get(type) ?? []), population]);
  }
  return [...missing].map(([type, users]) => `agent type "${type}"${whose(users)}`).join(" and ");
}

/** The names under `agents`; what is no text is the schema's to report. */
function namedModules(root: LocatedMap): { readonly name: string; readonly path: Path }[] {
  const node = nodeAt(root, ["agents"]);
  const named = (value: Located, path: Path) =>
    value.kind === "scalar" && typeof value.value === "string" && value.value !== ""
      ? [{ name: value.value, path }]
      : [];
  if (node?.kind === "list") return node.items.flatMap((item, k) => named(item, ["agents", k]));
  return node === undefined ? [] : named(node, ["agents"]);
}

interface NamedModule {
  readonly name: string;
  readonly path: Path;
  readonly bundled: Readonly<Record<string, AgentType>>;
}

/** Takes the types of a module, or says why it has none. */
async function loadOne(
  root: LocatedMap,
  named: NamedModule,
  collected: Collected,
  problems: Problem[],
): Promise<ProblemParts | undefined> {
  const { name, path } = named;
  const found = await resolveModule(name, folderOf(valuePositionAt(root, path).file));
  if ("flaw" in found) return found.flaw;
  const { url } = found;
  let content: ModuleContent;
  try {
    content = await moduleContent(url);
  } catch (error) {
    if (!(error instanceof UnhashableModule)) throw error;
    return {
      message: `${error.message} (${basename(error.file)}:${error.line})`,
      remedy: error.remedy,
    };
  }
  const loaded = await importModule(name, url, content);
  if ("flaw" in loaded) return loaded.flaw;
  const types = exportedTypes(loaded.exports);
  if (types.length === 0) {
    return {
      message: `the agents module ${name} exports no agent type`,
      expected: "an export that defineAgent made, or a table of them by name",
      found: showExports(loaded.exports),
    };
  }
  for (const entry of types) await take(root, named, url, entry, collected, problems);
  const names = types.filter(({ flaws }) => flaws.length === 0).map(({ type }) => type.name);
  collected.listed.push({ module: name, contentHash: content.hash, types: names });
  return undefined;
}

/** Offers a type, or says why it cannot be used. */
async function take(
  root: LocatedMap,
  { name, path, bundled }: NamedModule,
  url: string,
  { type, export: exported, flaws }: ExportedType,
  collected: Collected,
  problems: Problem[],
): Promise<void> {
  const called = typeof type.name === "string" ? type.name : "";
  if (flaws.length > 0) {
    collected.unusable.add(called);
    problems.push(...(await flawsInModule(root, name, url, called, exported, flaws)));
    return;
  }
  const taken = Object.hasOwn(bundled, called)
    ? "is the name of a bundled agent type"
    : collected.types[called] !== undefined && collected.types[called] !== type
      ? `is an agent type of ${collected.moduleOf.get(called) ?? "another module"} too`
      : undefined;
  if (taken !== undefined) {
    const message = `"${called}" of the agents module ${name} ${taken}`;
    const parts = { message, remedy: "Give it another name." };
    problems.push(problemAt(valuePositionAt(root, path), path, parts));
    return;
  }
  collected.types[called] = type;
  collected.modules[called] = { url, export: exported };
  collected.moduleOf.set(called, name);
}

/** Flaws at the line of the module where the type is named, with the populations that use it. */
async function flawsInModule(
  root: LocatedMap,
  module: string,
  url: string,
  type: string,
  exported: string,
  flaws: ExportedType["flaws"],
): Promise<Problem[]> {
  const file = fileURLToPath(url);
  const text = await readFile(file, "utf8");
  const users = typesOfPopulations(root).flatMap(([population, used]) => (used === type ? [population] : []));
  const subject = type === "" ? `the export ${exported}` : `agent type "${type}"${whose(users)}`;
  return flaws.map((flaw): Problem => ({
    ...flaw,
    // What is missing has no line of its own.
    ...placeOf(text, type, exported, flaw.found === "nothing" ? "" : (flaw.path ?? "")),
    file: module,
    message: `${subject}: ${flaw.message}`,
  }));
}

/** Each population with the type that it names. */
function typesOfPopulations(root: LocatedMap): [population: string, type: string][] {
  const node = nodeAt(root, ["populations"]);
  const plain = node?.kind === "map" ? (toPlain(node) as Record<string, { type?: unknown } | null>) : {};
  return Object.entries(plain).flatMap(([name, population]): [string, string][] =>
    typeof population?.type === "string" ? [[name, population.type]] : [],
  );
}

function whose(populations: readonly string[]): string {
  if (populations.length === 0) return "";
  return ` of population${populations.length === 1 ? "" : "s"} ${populations.join(", ")}`;
}

/** Line and column, from 1, of the flaw's key behind the type's name, else of the name, else of the export. */
function placeOf(
  text: string,
  type: string,
  exported: string,
  path: string,
): Pick<Problem, "line" | "column"> {
  const literal = (word: string): string => word.replace(/[^\w]/g, "\\$&");
  const named = type === "" ? -1 : text.search(new RegExp(`\\bname\\s*:\\s*["'\`]${literal(type)}["'\`]`));
  const begin = named >= 0 ? named : text.search(new RegExp(`\\b${literal(exported)}\\b`));
  if (begin < 0) return {};
  let at = begin;
  for (const key of path === "" ? [] : path.split(".")) {
    const found = text.slice(at).search(new RegExp(`\\b${literal(key)}\\b\\s*[:(]`));
    if (found < 0) break;
    at += found;
  }
  const before = text.slice(0, at).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** The folder from which a name is meant: the file's, or the present one for what no file says. */
function folderOf(file: string): string {
  return file.startsWith("--set ") ? resolve(".") : dirname(resolve(file));
}
