/**
 * One replicate of `undertow run`: compile, simulate with progress and Ctrl-C, summarise, write the record.
 */
import {
  LASTING_TABLES,
  memoryPlan,
  MemorySink,
  simulate,
  tapeTables,
  type Progress,
  type RecordSink,
  type RunData,
  type RunFailure,
  type SimulationInputs,
  type TapeTable,
} from "@undertow/core";
import { summarise, type Fact, type RunSummary } from "@undertow/core/metrics";
import { describePopulation, type PopulationDescription, type ResolvedScenario } from "@undertow/scenarios";
import { buildManifest } from "../record/build-manifest.ts";
import { CheckpointFolder, inFile } from "../record/checkpoint-files.ts";
import { recordFolder } from "../record/folder.ts";
import type { Manifest } from "../record/manifest.ts";
import { RecordFolder } from "../record/record-folder.ts";
import { contextOf } from "../record/tables.ts";
import { createdBy, finishRecord } from "../record/write-record.ts";
import { checkpointing, refuseTape } from "./checkpointing.ts";
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
  const { options, resolved, undertowVersion } = context;
  const chooseFolder = (): string => recordFolder(options.out, resolved.name, options.seeds[index]);
  const folders: Folders = { chooseFolder, checkpoints: new CheckpointFolder(chooseFolder) };
  const watched = await simulateWatched(context, index, folders);
  const { run, disk, tape, population, wallTimeSeconds, threads } = watched;
  const failed = run.failure === undefined ? {} : { failure: run.failure };
  try {
    if (run.partial && run.reachedMicros < run.startMicros + run.sampleMicros) {
      disk.discard();
      return failed;
    }
    const manifest = buildManifest(run, resolved, {
      set: options.set,
      patch: options.patch,
      scenario: options.scenario,
      replicate: { index: index + 1, of: options.seeds.length },
      undertowVersion,
      wallTimeSeconds,
      threads,
      withReport: options.report,
      resumed: options.resume?.run,
      tape,
    });
    const summary = timed(summarise(run, factsOf(resolved)), manifest);
    const report = options.report ? await reportOf(run, summary, manifest, population) : undefined;
    const record = { run, summary, manifest, population, report };
    const folder = finishRecord(disk, chooseFolder, record, folders.checkpoints.record);
    return { finished: { summary, manifest, folder }, ...failed };
  } catch (error) {
    disk.discard();
    throw error;
  }
}

/** Where a replicate writes. */
interface Folders {
  readonly chooseFolder: () => string;
  readonly checkpoints: CheckpointFolder;
}

/** A run whose tables are on disk, in a folder that is not finished. */
interface WatchedRun {
  readonly run: RunData;
  readonly disk: RecordFolder;
  readonly tape: readonly TapeTable[];
  readonly population: PopulationDescription;
  readonly wallTimeSeconds: number;
  readonly threads: number;
}

/** Simulates with everything going to disk, and in memory what summary and report need. */
async function simulateWatched(
  context: ReplicateContext,
  index: number,
  folders: Folders,
): Promise<WatchedRun> {
  const { options, resolved, interrupt } = context;
  const seed = options.seeds[index];
  const count = options.seeds.length;
  const progress = await createProgress({
    quiet: options.quiet,
    stream: process.stderr,
    label: count === 1 ? resolved.name : `seed ${seed} (${index + 1}/${count})`,
  });
  interrupt.beforeNotice = () => progress.stop();
  let disk: RecordFolder | undefined;
  try {
    const started = start(context, seed, folders, async (report) => {
      if (!interrupt.requested) progress.update(report);
      await yieldToEvents();
      return !interrupt.requested;
    });
    const { running, tape, population, threads, startedAt } = started;
    disk = started.disk;
    const run = await running;
    const wallTimeSeconds = (performance.now() - startedAt) / 1000;
    return { run, disk, tape, population, threads, wallTimeSeconds };
  } catch (error) {
    disk?.discard();
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
  { options, resolved, compile, freeProcessors, memoryLimit, undertowVersion }: ReplicateContext,
  seed: string,
  { chooseFolder, checkpoints }: Folders,
  onProgress: (progress: Progress) => Promise<boolean>,
) {
  const inputs = compile(resolved, { seed });
  const tape = tapeTables(inputs.record);
  refuseTape(options, tape);
  const threads = threadsFor(options.threads, inputs, freeProcessors);
  checkMemory(memoryPlan(inputs, { threads }), memoryLimit);
  const population = describePopulation(resolved, inputs);
  const disk = new RecordFolder(chooseFolder(), {
    context: contextOf(inputs),
    tape,
    createdBy: createdBy(undertowVersion),
  });
  const startedAt = performance.now();
  const running = simulate(inputs, {
    sink: sinkOf(disk),
    threads,
    progressEverySteps: PROGRESS_EVERY_STEPS,
    onProgress,
    ...checkpointing(options, inputs, checkpoints),
  });
  return { running, disk, tape, population, threads, startedAt };
}

/** Rows go to disk, and those of the summary are kept as well; the tape is on disk only. */
function sinkOf(disk: RecordFolder): RecordSink {
  const kept = new MemorySink(LASTING_TABLES);
  return {
    write(table, columns, rows) {
      disk.write(table, columns, rows);
      kept.write(table, columns, rows);
    },
    rowsOf: (table) => kept.rowsOf(table),
  };
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

async function reportOf(
  run: RunData,
  summary: RunSummary,
  manifest: Manifest,
  population: PopulationDescription,
): Promise<string> {
  const { renderReport } = await import("../report/report.ts");
  return renderReport(run, summary, manifest, population);
}
