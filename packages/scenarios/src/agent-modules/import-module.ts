/**
 * Imports an agents module, and says where it fails when it does: file, line and column of the module.
 *
 * The one place where code of a scenario runs. A module is imported once in a process; if its files have changed since,
 * it is refused, as the record would name code that has not run.
 */
import { execFile } from "node:child_process";
import { basename, dirname, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { ProblemParts } from "../loading/problems.ts";
import type { ModuleContent } from "./content-hash.ts";

/** Content of the modules that this process has imported, by URL. */
const imported = new Map<string, string>();

/** A place in a module. */
export interface ModulePlace {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** The module's exports, or why there are none. */
export type Imported =
  { readonly exports: Readonly<Record<string, unknown>> } | { readonly flaw: ProblemParts };

/**
 * Imports a module.
 *
 * @param name as the scenario says it, for messages
 */
export async function importModule(name: string, url: string, content: ModuleContent): Promise<Imported> {
  const before = imported.get(url);
  if (before !== undefined && before !== content.hash) {
    const message = `the agents module ${name} has changed since this process has loaded it`;
    return { flaw: { message, remedy: "Start a new process." } };
  }
  try {
    const exports = await settled(import(url) as Promise<Record<string, unknown>>);
    imported.set(url, content.hash);
    return { exports };
  } catch (error) {
    return { flaw: await failureOf(name, url, content, error) };
  }
}

/** The module's exports; throws when its top-level `await` waits for what nothing is left to bring about. */
async function settled<T>(loading: Promise<T>): Promise<T> {
  let stop = (): void => {};
  const stuck = new Promise<never>((_, reject) => {
    // Nothing is left to do, so that Node would end here without a word; the timer keeps it from that.
    const onIdle = (): void => void setTimeout(() => reject(new Error("its top-level await never ends")));
    process.once("beforeExit", onIdle);
    stop = () => process.off("beforeExit", onIdle);
  });
  try {
    return await Promise.race([loading, stuck]);
  } finally {
    stop();
  }
}

async function failureOf(
  name: string,
  url: string,
  { files }: ModuleContent,
  error: unknown,
): Promise<ProblemParts> {
  const reason = error instanceof Error ? error.message : String(error);
  const folder = dirname(fileURLToPath(url));
  const isSyntax = error instanceof SyntaxError;
  const place = placeIn(error, files, folder) ?? (isSyntax ? await syntaxErrorIn(files, folder) : undefined);
  const at = place === undefined ? "" : ` (${showPlace(place)})`;
  const said = withoutFolder(reason, folder);
  // Anything can be thrown, null too.
  if ((error as NodeJS.ErrnoException | null | undefined)?.code === "ERR_MODULE_NOT_FOUND") {
    const missing = /Cannot find package '([^']+)'/.exec(reason)?.[1];
    return {
      message: `the agents module ${name} imports what is not there: ${said}`,
      remedy:
        missing === undefined
          ? "Correct the import."
          : `Install it where the module is: npm install ${missing}.`,
    };
  }
  return { message: `the agents module ${name} ${isSyntax ? "cannot be read" : "throws"}: ${said}${at}` };
}

/** Machine paths are of no use to the reader. */
function withoutFolder(text: string, folder: string): string {
  return text.replaceAll(`${folder}/`, "");
}

/**
 * The first place of an error's stack that is in one of these files.
 *
 * @param folder relative to which the file is named
 */
export function placeIn(error: unknown, files: readonly string[], folder: string): ModulePlace | undefined {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  for (const [, path, line, column] of stack.matchAll(
    /file:\/\/(\/[^\n:?]+?):(\d+)(?::(\d+))?(?=[)\n]|$)/g,
  )) {
    const file = files.find((known) => known === decodeURIComponent(path));
    if (file === undefined) continue;
    const at = { file: relative(folder, file) || basename(file), line: Number(line) };
    return column === undefined ? at : { ...at, column: Number(column) };
  }
  return undefined;
}

/** `file:line:column`, as far as known. */
export function showPlace({ file, line, column }: ModulePlace): string {
  return [file, line, column].filter((part) => part !== undefined).join(":");
}

/** The engine tells the line of a syntax error only on its own error output. */
async function syntaxErrorIn(files: readonly string[], folder: string): Promise<ModulePlace | undefined> {
  for (const file of files) {
    const output = await new Promise<string>((done) => {
      execFile(process.execPath, ["--check", file], (_error, _stdout, stderr) => done(stderr));
    });
    const line = /^(?:file:\/\/)?\/[^\n]*:(\d+)$/m.exec(output)?.[1];
    if (line !== undefined) return { file: relative(folder, file), line: Number(line) };
  }
  return undefined;
}
