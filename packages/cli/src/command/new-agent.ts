/**
 * `undertow new-agent`: writes a folder with a working agent type, its test, a scenario and a page.
 *
 * Nothing that exists is overwritten. Where the packages that the files import cannot be found from the new folder, they
 * are linked there, so that everything runs as it stands.
 */
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { agentTypes } from "@undertow/agents";
import { type Problem, UserError } from "@undertow/core";
import { agentFiles } from "../new-agent/agent-template.ts";
import type { ParsedOptions } from "./commands.ts";
import { printResult } from "./output.ts";
import { EXIT_DONE } from "./program.ts";

/** What the files import. */
const PACKAGES = ["@undertow/core", "@undertow/agents"];

/** Handler of `undertow new-agent`. */
export async function newAgentCommand(parsed: ParsedOptions): Promise<number> {
  const name = parsed.name ?? "";
  const folder = join(parsed.texts.get("out") ?? ".", name);
  const files = agentFiles(name);
  const problems = [...nameProblems(name), ...fileProblems(folder, Object.keys(files))];
  if (problems.length > 0) throw new UserError("new-agent", problems);
  try {
    mkdirSync(folder, { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text, { flag: "wx" });
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new UserError("new-agent", { message: `cannot write to ${folder}`, path: "--out", found: reason });
  }
  const linked = PACKAGES.filter((wanted) => link(folder, wanted));
  printResult(resultText(name, folder, Object.keys(files), linked));
  return EXIT_DONE;
}

function nameProblems(name: string): Problem[] {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    const expected = "lower-case words joined by hyphens, such as patient-buyer";
    return [{ message: "not a name for an agent type", path: "NAME", expected, found: name }];
  }
  if (!Object.hasOwn(agentTypes, name)) return [];
  return [
    { message: `"${name}" is the name of a bundled agent type`, path: "NAME", remedy: "Choose another." },
  ];
}

function fileProblems(folder: string, files: readonly string[]): Problem[] {
  return files
    .map((file) => join(folder, file))
    .filter((path) => existsSync(path))
    .map((path) => ({ message: `${path} exists`, remedy: "Nothing was written." }));
}

/** Links a package of this installation into the folder, unless one can be imported from there. */
function link(folder: string, wanted: string): boolean {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(join(at, "node_modules", wanted, "package.json"))) return false;
    if (at === dirname(at)) break;
  }
  const place = join(folder, "node_modules", wanted);
  mkdirSync(dirname(place), { recursive: true });
  // Entry points lie in `dist` of their packages.
  symlinkSync(dirname(dirname(fileURLToPath(import.meta.resolve(wanted)))), place, "junction");
  return true;
}

function resultText(
  name: string,
  folder: string,
  files: readonly string[],
  linked: readonly string[],
): string {
  const shown = relative(".", folder) || ".";
  const note =
    linked.length === 0 ? [] : ["", `Linked in ${join(shown, "node_modules")}: ${linked.join(", ")}.`];
  return [
    `New agent type ${name} in ${shown}:`,
    ...files.map((file) => `  ${join(shown, file)}`),
    ...note,
    "",
    "Next:",
    `  node --test ${shown}/`,
    `  undertow run ${join(shown, `${name}.yaml`)}`,
  ].join("\n");
}
