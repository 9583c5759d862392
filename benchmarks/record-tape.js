/**
 * Benchmark: what the record costs. The quickstart with everything going to Parquet files while it runs: without a tape,
 * with orders, with fills, with snapshots of all books (20 levels a minute), with all of them.
 *
 * Small: 20 minutes each. Full: two hours each. Peak memory is that of a process which runs nothing else, of one length
 * and of ten times that length with everything on tape. The hashes must be equal: a record changes no result.
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
  const minutes = size === "full" ? 120 : 20;
  await timed(minutes / 4, RECORDS.everything);
  const entries = [];
  for (const [name, set] of Object.entries(RECORDS)) {
    const [first, second] = [await timed(minutes, set), await timed(minutes, set)];
    const best = first.wallSeconds < second.wallSeconds ? first : second;
    const slowdown = entries.length === 0 ? 1 : best.wallSeconds / entries[0].wallSeconds;
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
    const started = performance.now();
    const data = await simulate(inputs, { sink });
    disk.close(data.agents, data);
    const wallSeconds = (performance.now() - started) / 1000;
    const figures = {};
    for (const table of tape) {
      figures[`${table}Rows`] = rows[table];
      figures[`${table}BytesPerRow`] = statSync(join(disk.temporary, `${table}.parquet`)).size / rows[table];
    }
    const keptMB = kept.bytes / MEGABYTE;
    return { wallSeconds, steps: data.totals.steps, ...figures, keptMB, resultHash: data.stateHash };
  } finally {
    disk.discard();
    rmSync(folder, { recursive: true, force: true });
  }
}

function endAfter(minutes) {
  return new Date(Date.parse("2026-02-05T00:00:00Z") + minutes * 60_000).toISOString();
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
    tapeRowsShort: short.tapeRows,
    tapeRowsLong: long.tapeRows,
    resultHash: long.resultHash,
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (process.argv[2] === "--memory") {
    const { keptMB, resultHash, ordersRows, fillsRows, booksRows } = await timed(
      Number(process.argv[3]),
      RECORDS.everything,
    );
    const peakMemoryMB = process.resourceUsage().maxRSS / 1024;
    const tapeRows = ordersRows + fillsRows + booksRows;
    console.log(JSON.stringify({ peakMemoryMB, keptMB, tapeRows, resultHash }));
  } else {
    console.log(JSON.stringify(await run(process.argv.includes("--full") ? "full" : "small"), null, 2));
  }
}
