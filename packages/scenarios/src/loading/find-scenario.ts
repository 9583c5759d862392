/**
 * From a name or path to one merged tree: bundled scenarios by name, files by path, `extends` chains.
 *
 * A file may extend a bundled scenario or a file in its own folder, nothing else; a chain that returns to
 * itself is refused with the whole chain. Reads files, interprets no values.
 */
import { readdir, readFile, realpath } from "node:fs/promises";
import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { type Problem, UserError } from "@undertow/core";
import { type Located, type LocatedMap, nodeAt, type Position, toPlain, valuePositionAt } from "./located.ts";
import { mergeOver } from "./merge.ts";
import { problemAt, sortProblems, unknownName } from "./problems.ts";
import { parseYaml } from "./yaml-file.ts";
import { showFound } from "../values/quantity.ts";

/** Folder of the bundled scenarios. */
export const LIBRARY_FOLDER = fileURLToPath(new URL("../../library/", import.meta.url));

/** A scenario file that was found. */
export interface ScenarioFile {
  /** Name without folder and ending. */
  readonly name: string;
  /** Where to read it. */
  readonly path: string;
  /** How problems name it: the path as given, or `library/NAME.yaml`. */
  readonly shown: string;
  readonly bundled: boolean;
}

/** Names of the bundled scenarios, sorted. */
export async function bundledNames(): Promise<string[]> {
  const files = await readdir(LIBRARY_FOLDER);
  return files
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.slice(0, -5))
    .sort();
}

/**
 * Finds a bundled scenario by name, or a file by path (anything with a slash or ending in .yaml or .yml).
 *
 * @throws UserError `unknown-scenario`
 */
export async function findScenario(nameOrPath: string): Promise<ScenarioFile> {
  if (isPath(nameOrPath)) return fileAt(nameOrPath, resolve(nameOrPath));
  const names = await bundledNames();
  if (names.includes(nameOrPath)) return bundled(nameOrPath);
  throw new UserError("unknown-scenario", {
    ...unknownName(`there is no scenario named "${nameOrPath}"`, nameOrPath, names),
    expected: `${names.join(", ")}, or the path of a file ending in .yaml`,
  });
}

/**
 * The scenario's tree with everything it extends merged in, without its `extends` key.
 *
 * @throws UserError if a file is missing, is not YAML or extends itself; other flaws go to `problems`.
 */
export async function readMerged(file: ScenarioFile, problems: Problem[]): Promise<LocatedMap> {
  return readChain(file, [], problems);
}

/** Merges a TypeScript object over the bundled scenario it extends, if any. */
export async function mergeExtended(root: LocatedMap, problems: Problem[]): Promise<LocatedMap> {
  const base = extendsOf(root, problems);
  if (base === undefined) return root;
  const file = isPath(base.target) ? undefined : await findScenario(base.target).catch(() => undefined);
  if (file === undefined) throw notFound(base, await bundledNames());
  return mergeOver(await readChain(file, [], problems), withoutExtends(root), problems);
}

interface Extends {
  readonly target: string;
  readonly position: Position;
}

async function readChain(
  file: ScenarioFile,
  chain: readonly ScenarioFile[],
  problems: Problem[],
): Promise<LocatedMap> {
  const root = await readRoot(file, problems);
  const base = extendsOf(root, problems);
  if (base === undefined) return withoutExtends(root);
  const next = await findBase(file, base);
  const longer = [...chain, file];
  if (longer.some(({ path }) => path === next.path)) {
    const names = [...longer, next].map(({ shown }) => shown).join(" -> ");
    throw new UserError(
      "cyclic-extends",
      problemAt(base.position, ["extends"], { message: `extends goes round in a circle: ${names}` }),
    );
  }
  return mergeOver(await readChain(next, longer, problems), withoutExtends(root), problems);
}

async function readRoot(file: ScenarioFile, problems: Problem[]): Promise<LocatedMap> {
  let text: string;
  try {
    text = await readFile(file.path, "utf8");
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : (error as Error).message;
    throw new UserError("missing-file", { message: `cannot read the scenario: ${reason}`, file: file.shown });
  }
  const before = problems.length;
  const root: Located = parseYaml(text, file.shown, problems);
  if (root.kind === "map" && (root.entries.size > 0 || problems.length === before)) return root;
  if (problems.length === before)
    problems.push(
      problemAt(root.position, [], {
        message: "a scenario must be a map",
        expected: "keys such as title, coins, populations",
      }),
    );
  throw new UserError("scenario", sortProblems(problems));
}

async function findBase(file: ScenarioFile, base: Extends): Promise<ScenarioFile> {
  if (!isPath(base.target)) {
    const names = await bundledNames();
    if (names.includes(base.target)) return bundled(base.target);
    throw notFound(base, names);
  }
  const folder = await realpath(dirname(file.path));
  const path = resolve(folder, base.target);
  const real = await realpath(path).catch(() => path);
  const inside = relative(folder, real);
  if (isAbsolute(base.target) || inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    throw new UserError(
      "outside-folder",
      problemAt(base.position, ["extends"], {
        message: "a scenario may only extend a bundled scenario or a file in its own folder",
        found: `"${base.target}"`,
      }),
    );
  }
  if (path !== real || (await exists(path)))
    return { ...fileAt(base.target, real), shown: shownBeside(file, base.target) };
  throw new UserError(
    "missing-file",
    problemAt(base.position, ["extends"], { message: "there is no such file", found: `"${base.target}"` }),
  );
}

function extendsOf(root: LocatedMap, problems: Problem[]): Extends | undefined {
  const node = nodeAt(root, ["extends"]);
  if (node === undefined) return undefined;
  const position = valuePositionAt(root, ["extends"]);
  if (node.kind === "scalar" && typeof node.value === "string" && node.value !== "")
    return { target: node.value, position };
  problems.push(
    problemAt(position, ["extends"], {
      message: "wrong value",
      expected: "the name of a scenario or the path of a file",
      found: showFound(toPlain(node)),
    }),
  );
  return undefined;
}

function withoutExtends(root: LocatedMap): LocatedMap {
  const entries = new Map(root.entries);
  entries.delete("extends");
  return { ...root, entries };
}

function notFound(base: Extends, names: readonly string[]): UserError {
  const problem = {
    ...unknownName(`there is no bundled scenario named "${base.target}"`, base.target, names),
    expected: `one of ${names.join(", ")}, or a path`,
  };
  return new UserError("unknown-scenario", problemAt(base.position, ["extends"], problem));
}

function isPath(text: string): boolean {
  return /[\\/]/.test(text) || /\.ya?ml$/.test(text);
}

function bundled(name: string): ScenarioFile {
  return {
    name,
    path: resolve(LIBRARY_FOLDER, `${name}.yaml`),
    shown: `library/${name}.yaml`,
    bundled: true,
  };
}

function fileAt(shown: string, path: string): ScenarioFile {
  const name = (path.split(/[\\/]/).at(-1) ?? path).replace(/\.ya?ml$/, "");
  return { name, path, shown, bundled: false };
}

/** A base file as seen from where the user stands: beside the file that extends it. */
function shownBeside(file: ScenarioFile, target: string): string {
  const folder = file.shown.split(/[\\/]/).slice(0, -1).join("/");
  const clean = target.replace(/^\.\//, "");
  return folder === "" ? clean : `${folder}/${clean}`;
}

async function exists(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    () => false,
  );
}
