/**
 * The command lines that the summary and the report show to be copied, quoted for a POSIX shell. With `npx`, so that
 * they work in a clone as they stand.
 */
import type { Manifest } from "../record/manifest.ts";

/**
 * `npx undertow run` with a run's scenario, patches and settings.
 *
 * @param options further options in their place, before the patches and settings
 * @param scenario as the user named it; the manifest's unless told
 */
export function runCommand(
  { scenarioArgument, patch, set }: Pick<Manifest, "scenarioArgument" | "patch" | "set">,
  options: readonly string[],
  scenario = scenarioArgument,
): string {
  const settings = [
    ...patch.flatMap((name) => ["--patch", name]),
    ...set.flatMap((assignment) => ["--set", assignment]),
  ];
  return ["npx", "undertow", "run", scenario, ...options, ...settings].map(shellWord).join(" ");
}

/** A word, quoted where the shell needs it. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
