/**
 * Benchmark: what the record costs. The quickstart with everything going to Parquet files while it runs: without a tape,
 * with orders, with fills, with snapshots of all books (20 levels a minute), with all of them.
 *
 * Small: 120 minutes each. Full: 2,000. Each runs once in a process of its own, so that peak memory is its own; the last
 * entry has everything on tape for a tenth of the time. `slowdown` is of the processor's time of all threads. The hashes of
 * equal lengths must be equal: a record changes no result.
 */
import { contextOf, RecordFolder } from "@undertow/cli";
import { LASTING_TABLES, MemorySink, simulate, tapeTables } from "@undertow/core";
import { compileScenario, loadScenario } from "@undertow/scenarios";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const SEED = "benchmark";
const RECORDS = {
  nothing: [],
  orders: ["record.tape=orders"],
  fills: ["record.tape=fills"],
  books: ["record.books.every=1m"],
  everything: ["record.tape=both", "record.books.every=1m"],
};
const MEGABYTE = 1 << 20;

/** Time of the processor beside a run without a tape, so that a busy machine matters little: once. */
export const repeated = 1;

/** One entry for each kind of record, and one for a tenth of the time. */
export function run(size) {
  const minutes = size === "full" ? 2_000 : 120;
  const entries = Object.keys(RECORDS).map((kind) => ({
    name: `record-tape ${kind}`,
    ...alone(minutes, kind),
  }));
  const base = entries[0].processorSeconds;
  return [
    ...entries.map((entry) => ({ ...entry, slowdown: entry.processorSeconds / base })),
    { name: "record-tape everything, a tenth", ...alone(minutes / 10, "everything") },
  ];
}

function alone(minutes, kind) {
  const words = [fileURLToPath(import.meta.url), "--alone", String(minutes), kind];
  return JSON.parse(execFileSync(process.execPath, words, { encoding: "utf8" }));
}

/** Runs once; rows and bytes a row of each table of the tape. */
async function timed(minutes, set) {
  const scenario = await loadScenario("quickstart", {
    set: [`time.end=${endAfter(minutes)}`, "time.warmUp=0s", ...set],
  });
  const inputs = compileScenario(scenario, { seed: SEED });
  const folder = mkdtempSync(join(tmpdir(), "undertow-tape-"));
  const tape = tapeTables(inputs.record);
  const disk = new RecordFolder(join(folder, "record"), {
    context: contextOf(inputs),
    tape,
    createdBy: "benchmark",
  });
  const kept = new MemorySink(LASTING_TABLES);
  const rows = Object.fromEntries(tape.map((table) => [table, 0]));
  const sink = {
    write(table, columns, count) {
      disk.write(table, columns, count);
      kept.write(table, columns, count);
      if (table in rows) rows[table] += count;
    },
  };
  try {
    let peak = 0;
    const onProgress = () => {
      peak = Math.max(peak, process.memoryUsage.rss());
    };
    const before = process.cpuUsage();
    const data = await simulate(inputs, { sink, onProgress, progressEverySteps: 10 });
    disk.close(data.agents, data);
    const { user, system } = process.cpuUsage(before);
    const processorSeconds = (user + system) / 1e6;
    onProgress();
    const figures = {};
    for (const table of tape) {
      figures[`${table}Rows`] = rows[table];
      figures[`${table}BytesPerRow`] = statSync(join(disk.temporary, `${table}.parquet`)).size / rows[table];
    }
    const memory = { keptMB: kept.bytes / MEGABYTE, peakMemoryMB: peak / MEGABYTE };
    return { processorSeconds, steps: data.totals.steps, ...figures, ...memory, resultHash: data.stateHash };
  } finally {
    disk.discard();
    rmSync(folder, { recursive: true, force: true });
  }
}

function endAfter(minutes) {
  return new Date(Date.parse("2026-02-05T00:00:00Z") + minutes * 60_000).toISOString().slice(0, 19) + "Z";
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [, , option, minutes, kind] = process.argv;
  const isAlone = option === "--alone";
  const result = isAlone
    ? await timed(Number(minutes), RECORDS[kind])
    : run(option === "--full" ? "full" : "small");
  console.log(JSON.stringify(result));
}
