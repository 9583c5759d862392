/**
 * Benchmark: what the record costs. The quickstart with everything going to Parquet files while it runs: without a tape,
 * with orders, with fills, with snapshots of all books (20 levels a minute), with all of them.
 *
 * Small: 40 minutes each. Full: four hours each. `slowdown` is of the processor's time of all threads, the least of three
 * runs. Peak memory is that of a process which runs nothing else, with everything on tape, of one length and of ten times
 * that length. The hashes of equal lengths must be equal: a record changes no result.
 */
import { contextOf, RecordFolder, tapeTables } from "@undertow/cli";
import { MemorySink, simulate } from "@undertow/core";
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

/** One entry for each kind of record, and one for memory. */
export async function run(size) {
  const minutes = size === "full" ? 240 : 40;
  await timed(minutes, RECORDS.everything);
  const entries = [];
  for (const [name, set] of Object.entries(RECORDS)) {
    const runs = [];
    for (let k = 0; k < 3; k++) runs.push(await timed(minutes, set));
    const best = runs.reduce((least, next) =>
      next.processorSeconds < least.processorSeconds ? next : least,
    );
    const slowdown = entries.length === 0 ? 1 : best.processorSeconds / entries[0].processorSeconds;
    entries.push({ name: `record-tape ${name}`, slowdown, ...best });
  }
  return [...entries, memoryEntry(minutes)];
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
  const kept = new MemorySink(["series", "liquidations", "holders", "levels", "venues"]);
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

/** Peak memory of a run of one length and of ten times the length. */
function memoryEntry(minutes) {
  const [short, long] = [minutes, 10 * minutes].map((length) => {
    const output = execFileSync(process.execPath, [fileURLToPath(import.meta.url), "--memory", `${length}`]);
    return JSON.parse(output.toString());
  });
  return {
    name: `record-tape memory ${minutes} and ${10 * minutes} minutes`,
    peakMemoryShortMB: short.peakMemoryMB,
    peakMemoryLongMB: long.peakMemoryMB,
    keptShortMB: short.keptMB,
    keptLongMB: long.keptMB,
    ordersRowsShort: short.ordersRows,
    ordersRowsLong: long.ordersRows,
    resultHash: long.resultHash,
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (process.argv[2] === "--memory") {
    console.log(
      JSON.stringify(await timed(Number(process.argv[3]), RECORDS[process.argv[4] ?? "everything"])),
    );
  } else {
    console.log(JSON.stringify(await run(process.argv.includes("--full") ? "full" : "small"), null, 2));
  }
}
