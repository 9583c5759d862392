/**
 * Writes a run record folder: manifest, summary, Parquet tables, report.
 *
 * Everything is written under a temporary name beside the target and renamed at the end, so that half a record
 * is never taken for a whole one. An existing folder is never touched, but for the one with the run's own checkpoints.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { RunData } from "@undertow/core";
import type { RunSummary } from "@undertow/core/metrics";
import { moveCheckpoints } from "./checkpoint-files.ts";
import type { Manifest } from "./manifest.ts";
import { writeTable, type TableOrigin } from "./parquet.ts";
import { agentsTable, cascadeTable, liquidationsTable, seriesTable, venuesTable } from "./tables.ts";

/** What goes into a record. */
export interface RunRecord {
  readonly run: RunData;
  readonly summary: RunSummary;
  readonly manifest: Manifest;
  /** The HTML page; left out when undefined. */
  readonly report?: string | undefined;
}

/** Files of a record, in the order of the manifest; `venues.parquet` with more than one venue. */
export function recordFiles(withReport: boolean, venues = 1): string[] {
  const files = [
    "summary.json",
    "series.parquet",
    "liquidations.parquet",
    "cascade.parquet",
    "agents.parquet",
    ...(venues > 1 ? ["venues.parquet"] : []),
  ];
  return withReport ? [...files, "report.html"] : files;
}

/**
 * Write a record.
 *
 * @param folder path of the new folder; must not exist (its parents may be missing), or hold the checkpoints of this
 *   run and nothing else: they move into the record
 * @throws the file system's error; nothing is left under `folder` then
 */
export function writeRunRecord(folder: string, record: RunRecord): void {
  const temporary = join(dirname(folder), `.${basename(folder)}.writing-${process.pid}`);
  mkdirSync(temporary, { recursive: true });
  try {
    writeFiles(temporary, record);
    moveCheckpoints(folder, temporary);
    renameSync(temporary, folder);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
}

function writeFiles(folder: string, { run, summary, manifest, report }: RunRecord): void {
  const origin: TableOrigin = {
    scenarioHash: manifest.scenarioHash,
    seed: manifest.seed,
    stateHash: manifest.stateHash,
    createdBy: `undertow ${manifest.versions.undertow}`,
  };
  writeTable(join(folder, "series.parquet"), seriesTable(run), origin);
  writeTable(join(folder, "liquidations.parquet"), liquidationsTable(run), origin);
  writeTable(join(folder, "cascade.parquet"), cascadeTable(run), origin);
  writeTable(join(folder, "agents.parquet"), agentsTable(run), origin);
  if (run.venues.length > 1) writeTable(join(folder, "venues.parquet"), venuesTable(run), origin);
  writeJson(join(folder, "summary.json"), summary);
  if (report !== undefined) writeFileSync(join(folder, "report.html"), report);
  // Last, so that a reader of the temporary folder cannot mistake it for complete.
  writeJson(join(folder, "manifest.json"), manifest);
}

function writeJson(filename: string, value: unknown): void {
  writeFileSync(filename, `${JSON.stringify(value, null, 2)}\n`);
}
