/**
 * Where a run record goes: chosen and probed before the run, so that hours of work are never lost to a full stop
 * at the end. Probing leaves nothing behind.
 */
import { existsSync, mkdtempSync, rmdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Problem } from "@undertow/core";

/** Longest part of a folder name made from a seed or scenario. */
const NAME_LIMIT = 60;

/**
 * What stands in the way of writing records below a folder (which need not exist yet); undefined for nothing.
 *
 * The nearest folder that exists is tried by making and removing an empty one in it: permissions, read-only
 * disks and files in the way all show up as they would at the end of the run.
 */
export function outputProblem(out: string): Problem | undefined {
  let ancestor = resolve(out);
  while (!existsSync(ancestor) && dirname(ancestor) !== ancestor) ancestor = dirname(ancestor);
  try {
    if (!statSync(ancestor).isDirectory()) throw new Error("a file in its place");
    rmdirSync(mkdtempSync(join(ancestor, ".undertow-probe-")));
    return undefined;
  } catch (error) {
    return {
      message: `cannot write to the output folder ${out}`,
      path: "--out",
      expected: "a folder that can be written to",
      found: reason(error),
    };
  }
}

/**
 * A folder name for a run that is not taken yet: `<scenario>-<seed>`, then with `-2`, `-3`, ...
 *
 * @param out the folder that holds records
 */
export function recordFolder(out: string, scenarioName: string, seed: string): string {
  const base = `${safeName(scenarioName)}-${safeName(seed)}`;
  let folder = join(out, base);
  for (let n = 2; existsSync(folder); n++) folder = join(out, `${base}-${n}`);
  return folder;
}

/** A name for files from any text: letters, digits, dot, dash and underscore; never empty, never hidden. */
export function safeName(text: string): string {
  const cleaned = text.replace(/[^A-Za-z0-9._-]+/g, "_").replace(/^[.-]+/, "_");
  return cleaned.slice(0, NAME_LIMIT) || "_";
}

function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "EACCES" || code === "EPERM") return "permission denied";
  if (code === "EROFS") return "a read-only file system";
  if (code === "ENOSPC") return "a full disk";
  if (code === "ENOENT") return "a place where no folder can be made";
  if (code === "ENOTDIR") return "a file in its path";
  return error instanceof Error ? error.message : String(error);
}
