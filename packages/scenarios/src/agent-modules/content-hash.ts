/**
 * Content hash of an agents module: of its file and of all files that it imports by a relative path, and theirs.
 *
 * Packages that are imported by name enter with name and version; those of Undertow do not, as the engine's version is
 * part of a run's identity by itself. What a module reads in other ways (files it opens) is not seen, so an import whose
 * name is computed is refused. Reads files and runs nothing.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { init, ImportType, parse } from "es-module-lexer";
import { moduleResolve } from "import-meta-resolve";
import { isRelative } from "./resolve-module.ts";

/** A module with everything it imports from its own files. */
export interface ModuleContent {
  /** 64 hexadecimal digits (SHA-256). */
  readonly hash: string;
  /** Paths of the files, the module's own first. */
  readonly files: readonly string[];
}

/** Why a module's content is not known. */
export class UnhashableModule extends Error {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly remedy: string;

  constructor(file: string, line: number, message: string, remedy: string) {
    super(message);
    this.name = "UnhashableModule";
    this.file = file;
    this.line = line;
    this.remedy = remedy;
  }
}

/** Conditions of `exports` under which Node imports. */
const CONDITIONS = new Set(["node", "import", "module-sync", "node-addons"]);

/**
 * Hashes a module.
 *
 * @param url of the module's file
 * @throws UnhashableModule for computed imports and files that are no ES modules
 */
export async function moduleContent(url: string): Promise<ModuleContent> {
  await init;
  const entry = fileURLToPath(url);
  const texts = new Map<string, string>();
  const packages = new Set<string>();
  const waiting = [entry];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (texts.has(file)) continue;
    const text = await readFile(file, "utf8").catch(() => undefined);
    // A missing file is reported by the import, which names both sides.
    if (text === undefined) continue;
    texts.set(file, text);
    if (!/\.m?js$/.test(file)) continue;
    for (const name of importsOf(file, text)) {
      if (isRelative(name)) waiting.push(join(dirname(file), name));
      else packages.add(await versionOf(name, file));
    }
  }
  return { hash: hashOf(entry, texts, packages), files: [...texts.keys()] };
}

function hashOf(entry: string, texts: ReadonlyMap<string, string>, packages: ReadonlySet<string>): string {
  const hash = createHash("sha256");
  const shown = (file: string): string => relative(dirname(entry), file).split(sep).join("/");
  for (const [file, text] of [...texts].sort(([a], [b]) => (shown(a) < shown(b) ? -1 : 1))) {
    // The module's own file may be renamed.
    hash.update(`${file === entry ? "" : shown(file)}\n${text.length}\n${text}`);
  }
  for (const named of [...packages].sort()) if (named !== "") hash.update(`\n${named}`);
  return hash.digest("hex");
}

/** What a file imports; nothing for one that cannot be parsed, which the import reports. */
function importsOf(file: string, text: string): string[] {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(text, file);
  } catch {
    return [];
  }
  const [imports, , , hasModuleSyntax] = parsed;
  if (!hasModuleSyntax && !file.endsWith(".mjs")) {
    const remedy = "Write `export const myType = defineAgent({ ... })`, or name the file .mjs.";
    throw new UnhashableModule(file, 1, "the file is no ES module: it exports and imports nothing", remedy);
  }
  const names: string[] = [];
  for (const { n: name, t: type, ss: start } of imports) {
    if (type === ImportType.ImportMeta) continue;
    if (name !== undefined) names.push(name);
    else {
      const line = text.slice(0, start).split("\n").length;
      const remedy = "Import it by its name, so that the run's hash covers it.";
      throw new UnhashableModule(file, line, "the name of an import is computed", remedy);
    }
  }
  return names;
}

/** Name and version of an imported package; empty for Node's and Undertow's own, and for what is not found. */
async function versionOf(specifier: string, from: string): Promise<string> {
  if (/^(node:|@undertow\/)/.test(specifier)) return "";
  let folder: string;
  try {
    const resolved = moduleResolve(specifier, new URL(`file://${from}`), CONDITIONS);
    if (resolved.protocol !== "file:") return "";
    folder = dirname(fileURLToPath(resolved));
  } catch {
    return "";
  }
  for (; folder !== dirname(folder); folder = dirname(folder)) {
    const text = await readFile(join(folder, "package.json"), "utf8").catch(() => "{}");
    const { name, version } = JSON.parse(text) as { name?: string; version?: string };
    if (name !== undefined && version !== undefined) return `${name}@${version}`;
  }
  return "";
}
