/**
 * One replicate of `undertow run`: compile, simulate with progress and Ctrl-C, summarise, write the record.
 */
import {
  memoryPlan,
  simulate,
  type Progress,
  type RunData,
  type RunFailure,
  type SimulationInputs,
} from "@undertow/core";
import { summarise, type Fact, type RunSummary } from "@undertow/core/metrics";
import type { ResolvedScenario } from "@undertow/scenarios";
import { buildManifest } from "../record/build-manifest.ts";
import { CheckpointFolder, inFile } from "../record/checkpoint-files.ts";
import { recordFolder } from "../record/folder.ts";
import type { Manifest } from "../record/manifest.ts";
import { writeRunRecord } from "../record/write-record.ts";
import { checkpointing } from "./checkpointing.ts";
import { yieldToEvents, type Interrupt } from "./interrupt.ts";
import { checkMemory } from "./memory.ts";
import { createProgress } from "./progress.ts";
import type { RunOptions } from "./run-options.ts";
import { threadsFor } from "./threads.ts";

/** Often enough for a smooth bar and a prompt Ctrl-C, rare enough to cost nothing. */
const PROGRESS_EVERY_STEPS = 100;

/** A record that a replicate has left on disk; its columns are not kept. */
export interface FinishedReplicate {
  readonly summary: RunSummary;
  readonly manifest: Manifest;
  /** Path of the record, relative if `--out` was. */
  readonly folder: string;
}

/** How a replicate ended. */
export interface ReplicateOutcome {
  /** Absent when it ended before the measured part began, so that there is nothing to record. */
  readonly finished?: FinishedReplicate;
  /** What ended it early, if it was not the user; the record is partial then. */
  readonly failure?: RunFailure;
}

/** Everything that stays the same over the replicates of one command. */
export interface ReplicateContext {
  readonly options: RunOptions;
  readonly resolved: ResolvedScenario;
  /** From the scenario to the inputs of a run; `compileScenario`, or with agent types of one's own. */
  readonly compile: (scenario: ResolvedScenario, options: { readonly seed: string }) => SimulationInputs;
  /** Bytes that the process may use. */
  readonly memoryLimit: number;
  /** Processors that nobody used when the command began; what `--threads auto` may take. */
  readonly freeProcessors: number;
  readonly undertowVersion: string;
  readonly interrupt: Interrupt;
}

/** Run the replicate with this index (from 0). */
export async function runReplicate(context: ReplicateContext, index: number): Promise<ReplicateOutcome> {
  const { options, resolved } = context;
  const seed = options.seeds[index];
  const chooseFolder = (): string => recordFolder(options.out, resolved.name, seed);
  const checkpoints = new CheckpointFolder(chooseFolder);
  const { run, wallTimeSeconds, threads } = await simulateWatched(context, index, checkpoints);
  const failed = run.failure === undefined ? {} : { failure: run.failure };
  if (run.partial && run.reachedMicros < run.startMicros + run.sampleMicros) return failed;
  const manifest = buildManifest(run, resolved, {
    set: options.set,
    scenario: options.scenario,
    replicate: { index: index + 1, of: options.seeds.length },
    undertowVersion: context.undertowVersion,
    wallTimeSeconds,
    threads,
    withReport: options.report,
    resumed: options.resume?.checkpoint.run,
  });
  const summary = timed(summarise(run, factsOf(resolved)), manifest);
  const report = options.report ? await reportOf(run, summary, manifest) : undefined;
  const folder = checkpoints.record ?? chooseFolder();
  writeRunRecord(folder, { run, summary, manifest, report });
  return { finished: { summary, manifest, folder }, ...failed };
}

async function simulateWatched(
  context: ReplicateContext,
  index: number,
  checkpoints: CheckpointFolder,
): Promise<{ run: RunData; wallTimeSeconds: number; threads: number }> {
  const { options, resolved, interrupt } = context;
  const seed = options.seeds[index];
  const count = options.seeds.length;
  const progress = await createProgress({
    quiet: options.quiet,
    stream: process.stderr,
    label: count === 1 ? resolved.name : `seed ${seed} (${index + 1}/${count})`,
  });
  interrupt.beforeNotice = () => progress.stop();
  try {
    const { running, threads, started } = start(context, seed, checkpoints, async (report) => {
      if (!interrupt.requested) progress.update(report);
      await yieldToEvents();
      return !interrupt.requested;
    });
    const run = await running;
    return { run, wallTimeSeconds: (performance.now() - started) / 1000, threads };
  } catch (error) {
    throw options.resume === undefined ? error : inFile(error, options.resume.file);
  } finally {
    progress.stop();
    interrupt.beforeNotice = () => {};
  }
}

/**
 * Compiles and starts a run. A function of its own and not async, so that nothing here holds the compiled inputs while
 * the run goes on: the engine lets go of what agents start with.
 */
function start(
  { options, resolved, compile, freeProcessors, memoryLimit }: ReplicateContext,
  seed: string,
  checkpoints: CheckpointFolder,
  onProgress: (progress: Progress) => Promise<boolean>,
): { readonly running: Promise<RunData>; readonly threads: number; readonly started: number } {
  const inputs = compile(resolved, { seed });
  const threads = threadsFor(options.threads, inputs, freeProcessors);
  checkMemory(memoryPlan(inputs, { threads }), memoryLimit);
  const started = performance.now();
  const running = simulate(inputs, {
    threads,
    progressEverySteps: PROGRESS_EVERY_STEPS,
    onProgress,
    ...checkpointing(options, inputs, checkpoints),
  });
  return { running, threads, started };
}

/** A key without a value is absent after loading, which the schema's type cannot say. */
function factsOf(resolved: ResolvedScenario): readonly Fact[] {
  return resolved.facts as readonly Fact[];
}

/** `summarise` knows no clock; the wall time joins the summary here. */
function timed(summary: RunSummary, manifest: Manifest): RunSummary {
  const { wallTimeSeconds, eventsPerSecond } = manifest;
  return { ...summary, run: { ...summary.run, wallSeconds: wallTimeSeconds, eventsPerSecond } };
}

async function reportOf(run: RunData, summary: RunSummary, manifest: Manifest): Promise<string> {
  const { renderReport } = await import("../report/report.ts");
  return renderReport(run, summary, manifest);
}
