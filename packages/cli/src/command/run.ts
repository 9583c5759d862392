/**
 * `undertow run`: one run, or several seeds of one scenario, each with its own record folder.
 */
import { combineSummaries } from "@undertow/core/metrics";
import type { RunFailure } from "@undertow/core";
import { compileScenario, loadScenario } from "@undertow/scenarios";
import { failureText } from "../summary/failure-text.ts";
import { renderCombined } from "../summary/render-combined.ts";
import { renderSummary } from "../summary/render-summary.ts";
import type { ParsedOptions } from "./commands.ts";
import { listenForInterrupt, yieldToEvents } from "./interrupt.ts";
import { memoryLimit } from "./memory.ts";
import { outputWidth, paintFor, printNotice, printResult } from "./output.ts";
import { EXIT_DONE, EXIT_FAILED, EXIT_INTERRUPTED, packageVersion } from "./program.ts";
import { runReplicate, type FinishedReplicate, type ReplicateContext } from "./replicate.ts";
import { readRunOptions, type RunOptions } from "./run-options.ts";
import { freeProcessors } from "./threads.ts";

/** Handler of `undertow run`. */
export async function runCommand(parsed: ParsedOptions): Promise<number> {
  return runSeeds(readRunOptions(parsed), compileScenario);
}

/**
 * Runs every seed, prints what came of them and says what failed; a failure ends the command, and leaves what was
 * finished before it.
 *
 * @param compile from the scenario to the inputs of a run
 * @returns the exit code
 */
export async function runSeeds(options: RunOptions, compile: ReplicateContext["compile"]): Promise<number> {
  const resolved = await loadScenario(options.scenario, { set: options.set, patch: options.patch });
  const interrupt = listenForInterrupt();
  const context: ReplicateContext = {
    options,
    resolved,
    compile,
    memoryLimit: memoryLimit(),
    freeProcessors: freeProcessors(),
    undertowVersion: packageVersion(),
    interrupt,
  };
  const finished: FinishedReplicate[] = [];
  let failed: FailedReplicate | undefined;
  try {
    for (let index = 0; index < options.seeds.length && !interrupt.requested && !failed; index++) {
      const outcome = await runReplicate(context, index);
      if (outcome.finished !== undefined) finished.push(outcome.finished);
      if (outcome.failure !== undefined) failed = { seed: options.seeds[index], failure: outcome.failure };
      // Writing blocks; a signal that came meanwhile is seen here.
      await yieldToEvents();
    }
  } finally {
    interrupt.release();
  }
  if (finished.length > 0) printFinished(finished, options);
  else printNotice(`${failed ? "Failed" : "Stopped"} before the measured part began: nothing was recorded.`);
  if (failed !== undefined) return printFailure(failed, options);
  return interrupt.requested ? EXIT_INTERRUPTED : EXIT_DONE;
}

interface FailedReplicate {
  readonly seed: string;
  readonly failure: RunFailure;
}

/** Says what failed, with the seed when there are several. */
function printFailure({ seed, failure }: FailedReplicate, options: RunOptions): number {
  const which = options.seeds.length === 1 ? "" : `seed ${seed}: `;
  printNotice(`${paintFor(process.stderr).red("error:")} ${which}${failureText(failure)}`);
  return EXIT_FAILED;
}

function printFinished(finished: readonly FinishedReplicate[], options: RunOptions): void {
  if (options.seeds.length === 1) printSingle(finished[0], options);
  else printSeveral(finished, options);
}

function printSingle({ summary, manifest, folder }: FinishedReplicate, options: RunOptions): void {
  if (options.json) {
    printJson({ ...summary, record: folder });
    return;
  }
  const { scenario } = options;
  const layout = { width: outputWidth(), paint: paintFor(process.stdout), folder, scenario };
  printResult(renderSummary(summary, manifest, layout));
}

/** A partial replicate has its record, but its figures are of another window and join no median. */
function printSeveral(finished: readonly FinishedReplicate[], options: RunOptions): void {
  const whole = finished.filter((replicate) => !replicate.manifest.partial);
  const partial = finished.find((replicate) => replicate.manifest.partial);
  if (partial !== undefined)
    printNotice(`Partial record of seed ${partial.manifest.seed}: ${partial.folder}`);
  if (whole.length === 0) return;
  const combined = combineSummaries(whole.map((replicate) => replicate.summary));
  if (options.json) {
    const runs = whole.map(({ summary, folder }) => ({
      seed: summary.run.seed,
      stateHash: summary.stateHash,
      record: folder,
    }));
    printJson({ ...combined, money: { residual: combined.residual }, runs });
    return;
  }
  printResult(renderCombined(combined, whole, { width: outputWidth(), paint: paintFor(process.stdout) }));
}

function printJson(value: unknown): void {
  printResult(JSON.stringify(value, null, 2));
}
