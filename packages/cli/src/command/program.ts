/**
 * The command's frame: parse, dispatch, and turn every way of failing into a message and an exit code.
 *
 * 0 done; 1 the run failed; 2 wrong input (one line per problem, nothing written); 130 stopped by Ctrl-C.
 */
import { readFileSync } from "node:fs";
import type { Problem } from "@undertow/core";
import { outputWidth, paintFor, printNotice, printResult } from "./output.ts";
import { parseCommandLine } from "./parse.ts";

export const EXIT_DONE = 0;
export const EXIT_FAILED = 1;
export const EXIT_WRONG_INPUT = 2;
export const EXIT_INTERRUPTED = 130;

/** Version of the installed package. */
export function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/**
 * Run one command line.
 *
 * @param words arguments after the program's name
 * @returns the exit code
 */
export async function execute(words: readonly string[]): Promise<number> {
  try {
    const parsed = await parseCommandLine(words, packageVersion(), Math.min(100, outputWidth()));
    if (parsed.kind === "text") {
      printResult(parsed.text);
      return EXIT_DONE;
    }
    if (parsed.kind === "problems") {
      await reportProblems(parsed.problems);
      return EXIT_WRONG_INPUT;
    }
    const handler = await parsed.command.load();
    return await handler(parsed.options);
  } catch (error) {
    return await reportError(error);
  }
}

/** Print one line per problem on standard error. */
async function reportProblems(problems: readonly Problem[]): Promise<void> {
  const { formatProblem } = await import("@undertow/core");
  const paint = paintFor(process.stderr);
  for (const problem of problems) printNotice(`${paint.red("error:")} ${formatProblem(problem)}`);
}

async function reportError(error: unknown): Promise<number> {
  const { InvariantError, UserError } = await import("@undertow/core");
  const paint = paintFor(process.stderr);
  if (error instanceof UserError) {
    await reportProblems(error.problems);
    return EXIT_WRONG_INPUT;
  }
  if (error instanceof InvariantError) {
    printNotice(`${paint.red("error:")} ${error.message}`);
    return EXIT_FAILED;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  printNotice(`${paint.red("error:")} the run failed unexpectedly; please report this\n${text}`);
  return EXIT_FAILED;
}
