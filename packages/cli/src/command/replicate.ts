/**
 * One replicate of `undertow run`: compile, simulate with progress and Ctrl-C, summarise, write the record.
 */
import {
  MemorySink,
  simulate,
  tablesOf,
  type RecordSink,
  type RunData,
  type SimulationInputs,
} from "@undertow/core";
import { summarise, type Fact, type RunSummary } from "@undertow/core/metrics";
import { compileScenario, type ResolvedScenario } from "@undertow/scenarios";
import { buildManifest } from "../record/build-manifest.ts";
import { CheckpointFolder, inFile } from "../record/checkpoint-files.ts";
import { recordFolder } from "../record/folder.ts";
import type { Manifest } from "../record/manifest.ts";
import { RecordFolder, tapeTables } from "../record/record-folder.ts";
import { contextOf } from "../record/tables.ts";
import { createdBy, finishRecord } from "../record/write-record.ts";
import { checkpointing, refuseTape } from "./checkpointing.ts";
import { yieldToEvents, type Interrupt } from "./interrupt.ts";
import { createProgress } from "./progress.ts";
import type { RunOptions } from "./run-options.ts";

/** Often enough for a smooth bar and a prompt Ctrl-C, rare enough to cost nothing. */
const PROGRESS_EVERY_STEPS = 100;

/** Tables that summary and report are made of; the tape is on disk only. */
const SUMMARISED = ["series", "liquidations", "holders", "levels", "venues"] as const;

/** What a replicate leaves: its record is on disk, its columns are not kept. */
export interface FinishedReplicate {
  readonly summary: RunSummary;
  readonly manifest: Manifest;
  /** Path of the record, relative if `--out` was. */
  readonly folder: string;
}

/** Everything that stays the same over the replicates of one command. */
export interface ReplicateContext {
  readonly options: RunOptions;
  readonly resolved: ResolvedScenario;
  readonly undertowVersion: string;
  readonly interrupt: Interrupt;
}

/**
 * Run the replicate with this index (from 0).
 *
 * @returns undefined when it was stopped before the measured part began, so that there is nothing to record
 */
export async function runReplicate(
  context: ReplicateContext,
  index: number,
): Promise<FinishedReplicate | undefined> {
  const { options, resolved, undertowVersion } = context;
  const seed = options.seeds[index];
  const inputs = compileScenario(resolved, { seed });
  const tape = tapeTables(inputs.record);
  refuseTape(options, tape);
  const chooseFolder = (): string => recordFolder(options.out, resolved.name, seed);
  const checkpoints = new CheckpointFolder(chooseFolder);
  const started = new RecordFolder(chooseFolder(), {
    context: contextOf(inputs),
    tape,
    createdBy: createdBy(undertowVersion),
  });
  try {
    const { run, wallTimeSeconds } = await simulateWatched(context, index, {
      inputs,
      disk: started,
      checkpoints,
    });
    if (run.partial && run.reachedMicros < run.startMicros + run.sampleMicros) {
      started.discard();
      return undefined;
    }
    const manifest = buildManifest(run, resolved, {
      set: options.set,
      scenario: options.scenario,
      replicate: { index: index + 1, of: options.seeds.length },
      undertowVersion,
      wallTimeSeconds,
      withReport: options.report,
      resumed: options.resume?.checkpoint.run,
      tape,
    });
    const summary = timed(summarise(run, factsOf(resolved)), manifest);
    const report = options.report ? await reportOf(run, summary, manifest) : undefined;
    // Another run may have taken the name meanwhile.
    const folder = checkpoints.record ?? chooseFolder();
    finishRecord(started, folder, { run, summary, manifest, report });
    return { summary, manifest, folder };
  } catch (error) {
    started.discard();
    throw error;
  }
}

interface WatchedRun {
  readonly inputs: SimulationInputs;
  readonly disk: RecordSink;
  readonly checkpoints: CheckpointFolder;
}

/** Simulates with everything going to disk, and in memory what summary and report need. */
async function simulateWatched(
  { options, resolved, interrupt }: ReplicateContext,
  index: number,
  { inputs, disk, checkpoints }: WatchedRun,
): Promise<{ run: RunData; wallTimeSeconds: number }> {
  const seed = options.seeds[index];
  const kept = new MemorySink(SUMMARISED);
  const count = options.seeds.length;
  const progress = await createProgress({
    quiet: options.quiet,
    stream: process.stderr,
    label: count === 1 ? resolved.name : `seed ${seed} (${index + 1}/${count})`,
  });
  interrupt.beforeNotice = () => progress.stop();
  const started = performance.now();
  try {
    const run = await simulate(inputs, {
      sink: {
        write(table, columns, rows) {
          disk.write(table, columns, rows);
          kept.write(table, columns, rows);
        },
        rowsOf: (table) => kept.rowsOf(table),
      },
      progressEverySteps: PROGRESS_EVERY_STEPS,
      onProgress: async (report) => {
        if (!interrupt.requested) progress.update(report);
        await yieldToEvents();
        return !interrupt.requested;
      },
      ...checkpointing(options, inputs, checkpoints),
    });
    return { run: { ...run, ...tablesOf(kept) }, wallTimeSeconds: (performance.now() - started) / 1000 };
  } catch (error) {
    throw options.resume === undefined ? error : inFile(error, options.resume.file);
  } finally {
    progress.stop();
    interrupt.beforeNotice = () => {};
  }
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
