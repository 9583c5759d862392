/**
 * Finishes a run record folder: manifest, summary and report beside the Parquet tables.
 *
 * Everything is written under a temporary name beside the target and renamed at the end, so that half a record
 * is never taken for a whole one. An existing folder is never touched, but for the one with the run's own checkpoints.
 */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RecordTable, RunData, TapeTable } from "@undertow/core";
import type { RunSummary } from "@undertow/core/metrics";
import type { PopulationDescription } from "@undertow/scenarios";
import type { Manifest } from "./manifest.ts";
import { ladderTable } from "./ladder-table.ts";
import { RecordFolder } from "./record-folder.ts";

/** What goes into a record. */
export interface RunRecord {
  readonly run: RunData;
  readonly summary: RunSummary;
  readonly manifest: Manifest;
  /** Who held what before the first step; left out when undefined. */
  readonly population?: PopulationDescription | undefined;
  /** The HTML page; left out when undefined. */
  readonly report?: string | undefined;
}

/** Files of a record, in the order of the manifest; `venues.parquet` with more than one venue. */
export function recordFiles(
  withReport: boolean,
  venues = 1,
  tape: readonly TapeTable[] = [],
  withPopulation = false,
): string[] {
  const files = [
    "summary.json",
    "series.parquet",
    "liquidations.parquet",
    "cascade.parquet",
    "agents.parquet",
    ...(withPopulation ? ["population.json", "ladder.parquet"] : []),
    ...(venues > 1 ? ["venues.parquet"] : []),
    ...tape.map((table) => `${table}.parquet`),
  ];
  return withReport ? [...files, "report.html"] : files;
}

/**
 * Write the record of a run whose data is in memory.
 *
 * @param folder path of the new folder; must not exist (its parents may be missing)
 * @throws the file system's error, and nothing is left then; UserError `record-left` when the finished record could not
 *   be given its name
 */
export function writeRunRecord(folder: string, record: RunRecord): void {
  if (existsSync(folder)) throw new Error(`cannot write a record to ${folder}: it exists`);
  const { run, manifest } = record;
  const tape = (["orders", "fills", "books"] as const).filter((table) => run[table] !== undefined);
  const started = new RecordFolder(folder, {
    context: run,
    tape,
    createdBy: createdBy(manifest.versions.undertow),
  });
  try {
    for (const table of ["series", "liquidations", ...tape] satisfies RecordTable[]) {
      const columns = run[table]!;
      started.write(table, columns, columns.rows);
    }
    started.write("venues", run.venueSeries, run.venueSeries.rows);
  } catch (error) {
    started.discard();
    throw error;
  }
  finishRecord(started, () => folder, record);
}

/**
 * Finish a record whose tables were written as the run went on.
 *
 * @param choose names a folder that does not exist; asked again when another run took the name
 * @param own folder that the run has made for its checkpoints, if any: the record goes there
 * @returns the record's folder
 * @throws the file system's error, and the temporary folder is gone then; UserError `record-left` when the finished
 *   record could not be given its name: it stays where it is
 */
export function finishRecord(
  started: RecordFolder,
  choose: () => string,
  record: RunRecord,
  own?: string,
): string {
  const { run, summary, manifest, report, population } = record;
  const at = (name: string): string => join(started.temporary, name);
  try {
    if (population !== undefined) {
      started.add("ladder.parquet", ladderTable(population.ladder));
      writeJson(at("population.json"), population);
    }
    started.close(run.agents, manifest);
    writeJson(at("summary.json"), summary);
    if (report !== undefined) writeFileSync(at("report.html"), report);
    // Last, so that a reader of the temporary folder cannot mistake it for complete.
    writeJson(at("manifest.json"), manifest);
  } catch (error) {
    started.discard();
    throw error;
  }
  return started.place(choose, own);
}

/** How Parquet files name the program that wrote them. */
export function createdBy(undertowVersion: string): string {
  return `undertow ${undertowVersion}`;
}

function writeJson(filename: string, value: unknown): void {
  writeFileSync(filename, `${JSON.stringify(value, null, 2)}\n`);
}
