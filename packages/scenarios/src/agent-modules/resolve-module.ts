/**
 * Where an agents module is: a path relative to the scenario file that names it, or a package that can be imported from
 * there. Finds files and runs nothing.
 */
import { stat } from "node:fs/promises";
import { resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { moduleResolve } from "import-meta-resolve";
import type { ProblemParts } from "../loading/problems.ts";

const EXPECTED =
  "the path of a .js or .mjs file relative to the scenario, such as ./my-agents.mjs, or the name of a package";
const CONDITIONS = new Set(["node", "import", "module-sync", "node-addons"]);

/** Whether a name of a module is a path and not that of a package. */
export function isRelative(name: string): boolean {
  return /^\.\.?\//.test(name);
}

/**
 * The URL of a module, or what is wrong with its name.
 *
 * @param name as the scenario says it
 * @param folder of the file that says it
 */
export async function resolveModule(
  name: string,
  folder: string,
): Promise<{ readonly url: string } | { readonly flaw: ProblemParts }> {
  if (/^(\/|[A-Za-z]:|[a-z]+:)/.test(name)) {
    const message = "an agents module is named by a relative path or the name of a package";
    return { flaw: { message, expected: EXPECTED, found: `"${name}"` } };
  }
  if (isRelative(name)) return resolveFile(name, folder);
  // A bare file name is a slip, and would be taken for a package.
  const beside =
    /\.m?js$/.test(name) && !name.includes("/") ? await resolveFile(`./${name}`, folder) : undefined;
  if (beside !== undefined && "url" in beside) return beside;
  try {
    const from = pathToFileURL(`${resolve(folder)}${sep}scenario.yaml`);
    const { href, protocol } = moduleResolve(name, from, CONDITIONS);
    if (protocol === "file:") return { url: href };
  } catch {
    // Said below, in the words of a scenario.
  }
  return {
    flaw: {
      message: `there is no package "${name}" that can be imported from the scenario's folder`,
      expected: EXPECTED,
      remedy: `Install it there (npm install ${name}), or name a file.`,
    },
  };
}

async function resolveFile(
  name: string,
  folder: string,
): Promise<{ readonly url: string } | { readonly flaw: ProblemParts }> {
  const path = resolve(folder, name);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    return { flaw: { message: "there is no such agents module", expected: EXPECTED, found: `"${name}"` } };
  }
  if (found.isDirectory()) {
    return {
      flaw: { message: "an agents module is a file", expected: EXPECTED, found: `the folder "${name}"` },
    };
  }
  if (/\.[cm]?tsx?$/.test(name)) {
    const remedy = "Build it (tsc) and name the JavaScript file that comes out.";
    return {
      flaw: { message: "an agents module is JavaScript", expected: EXPECTED, found: `"${name}"`, remedy },
    };
  }
  if (!/\.m?js$/.test(name)) {
    return { flaw: { message: "not an agents module", expected: EXPECTED, found: `"${name}"` } };
  }
  return { url: pathToFileURL(path).href };
}
