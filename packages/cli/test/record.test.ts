/**
 * Run records: what is written can be read back with another program's reader, in the right units, whole or not at all.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { recordFiles, writeRunRecord, type Manifest } from "@undertow/cli";
import { MemorySink, simulate, type RunData } from "@undertow/core";
import { summarise } from "@undertow/core/metrics";
import { makeRunData } from "@undertow/core/testing";
import { compileScenario, describePopulation, loadScenario } from "@undertow/scenarios";
import { RecordFolder } from "../src/record/record-folder.ts";
import { finishRecord } from "../src/record/write-record.ts";
import { outputProblem, recordFolder, safeName } from "../src/record/folder.ts";
import { TWO_VENUES } from "./report-fixture.ts";
import { manifestOf } from "./synthetic.ts";

type Row = Record<string, unknown>;

/** The reader is the writer's own dependency, found from there because pnpm hides it from this package. */
async function readParquet(file: string): Promise<Row[]> {
  const writer = createRequire(import.meta.url).resolve("hyparquet-writer");
  const reader = createRequire(writer).resolve("hyparquet");
  const { parquetReadObjects } = (await import(pathToFileURL(reader).href)) as {
    parquetReadObjects: (options: { file: ArrayBuffer }) => Promise<Row[]>;
  };
  const bytes = readFileSync(file);
  return parquetReadObjects({
    file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
  });
}

let scratch = "";
let run: RunData;
let manifest: Manifest;

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "undertow-record-"));
  run = makeRunData({ hours: 6 });
  manifest = manifestOf(run);
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

function write(folder: string): void {
  writeRunRecord(folder, { run, summary: summarise(run, []), manifest, report: "<!doctype html><p>report" });
}

describe("a run record", () => {
  test("has every file of its manifest and leaves no temporary folder", () => {
    write(join(scratch, "deep", "record"));
    const files = readdirSync(join(scratch, "deep", "record"));
    expect(new Set(files)).toEqual(new Set(["manifest.json", ...manifest.files]));
    expect(readdirSync(join(scratch, "deep"))).toEqual(["record"]);
  });

  test("keeps summary and manifest as plain JSON", () => {
    const folder = join(scratch, "record");
    write(folder);
    expect(JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"))).toEqual(manifest);
    const summary = JSON.parse(readFileSync(join(folder, "summary.json"), "utf8")) as Row;
    expect(summary["stateHash"]).toBe(run.stateHash);
  });

  test("with a population: the description as JSON and the ladder as one row per line and rung", async () => {
    const scenario = await loadScenario("quickstart");
    const population = describePopulation(scenario, compileScenario(scenario, { seed: "1" }));
    const folder = join(scratch, "record");
    const withFiles = { ...manifest, files: recordFiles(false, run.venues.length, [], true) };
    writeRunRecord(folder, { run, summary: summarise(run, []), manifest: withFiles, population });
    expect(new Set(readdirSync(folder))).toEqual(new Set(["manifest.json", ...withFiles.files]));
    expect(JSON.parse(readFileSync(join(folder, "population.json"), "utf8"))).toEqual(
      JSON.parse(JSON.stringify(population)),
    );
    const rows = await readParquet(join(folder, "ladder.parquet"));
    const { lines, rungs } = population.ladder;
    expect(rows).toHaveLength(lines.length * rungs);
    const own = rows.filter(
      (row) => row["move"] === "together" && row["coin"] === "ETH" && row["side"] === "short",
    );
    const line = lines.find(
      ({ move, coin, side }) => move === "together" && coin === "ETH" && side === "short",
    )!;
    expect(own.map((row) => row["move_fraction"]).slice(0, 7)).toEqual([
      0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07,
    ]);
    expect(own.map((row) => row["liquidated_usd"])).toEqual(line.usd);
    expect(own.map((row) => row["cumulative_usd"])).toEqual(line.cumulativeUsd);
    expect([own[0]["direction"], own[0]["moved_coin"]]).toEqual(["rise", "BTC"]);
  });

  test("series: one row per sample and coin, dollars, times and warm-up", async () => {
    const folder = join(scratch, "record");
    write(folder);
    const rows = await readParquet(join(folder, "series.parquet"));
    expect(rows).toHaveLength(run.series.rows);
    const at = rows.length - 1;
    const row = rows[at];
    expect(row["coin"]).toBe(run.coins[run.series.coin[at]].name);
    expect(row["spot_usd"]).toBe(run.series.spot[at]);
    expect(row["bid_depth_1pct_usd"]).toBe(run.series.bidDepth[at] / run.quantaPerUnit);
    expect((row["time"] as Date).toISOString()).toBe(
      new Date(run.series.timeMicros[at] / 1000).toISOString(),
    );
    const warmUp = rows.filter((r) => r["warm_up"] === true);
    const expected = run.series.timeMicros.filter((time) => time < run.startMicros);
    expect(warmUp).toHaveLength(expected.length);
    expect(warmUp.length).toBeGreaterThan(0);
  });

  test("liquidations and cascade: the same rows, notional in dollars adds up", async () => {
    const folder = join(scratch, "record");
    write(folder);
    const liquidations = await readParquet(join(folder, "liquidations.parquet"));
    const cascade = await readParquet(join(folder, "cascade.parquet"));
    expect(liquidations).toHaveLength(run.liquidations.rows);
    expect(cascade.map((row) => row["liquidation"])).toEqual(liquidations.map((_, index) => index));
    expect(cascade.map((row) => row["notional_usd"])).toEqual(liquidations.map((row) => row["notional_usd"]));
    const total = liquidations.reduce((sum, row) => sum + (row["notional_usd"] as number), 0);
    const quanta = run.liquidations.notional.reduce((sum, value) => sum + value, 0);
    expect(total).toBeCloseTo(quanta / run.quantaPerUnit, 2);
    const longs = liquidations.filter((row) => row["side"] === "long");
    expect(longs).toHaveLength(run.liquidations.side.filter((side) => side === 1).length);
    expect(cascade.map((row) => row["generation"])).toEqual([...run.liquidations.generation]);
  });

  test("agents: one row each", async () => {
    const folder = join(scratch, "record");
    write(folder);
    const rows = await readParquet(join(folder, "agents.parquet"));
    expect(rows).toHaveLength(run.agents.rows);
    expect(rows[0]["start_equity_usd"]).toBe(run.agents.startEquity[0] / run.quantaPerUnit);
    expect(rows[0]["type"]).toBe(run.populations[run.agents.population[0]].type);
  });

  test("venues: one row per sample, venue and coin, of a run of several only", async () => {
    write(join(scratch, "one"));
    expect(existsSync(join(scratch, "one", "venues.parquet"))).toBe(false);
    run = makeRunData({ hours: 20, venues: TWO_VENUES });
    manifest = manifestOf(run);
    const folder = join(scratch, "two");
    write(folder);
    expect(manifest.files).toContain("venues.parquet");
    expect(new Set(readdirSync(folder))).toEqual(new Set(["manifest.json", ...manifest.files]));
    const { venueSeries, series, quantaPerUnit } = run;
    const rows = await readParquet(join(folder, "venues.parquet"));
    // Five coins on the first venue, two on the second.
    expect(rows).toHaveLength((series.rows / 5) * 7);
    const at = rows.length - 1;
    expect(rows[at]).toMatchObject({
      venue: "dex",
      coin: "ETH",
      warm_up: false,
      spot_usd: venueSeries.spot[at],
      perp_usd: venueSeries.perp[at],
      mark_usd: venueSeries.mark[at],
      index_usd: venueSeries.index[at],
      funding_per_interval: venueSeries.funding[at],
      open_interest_coins: venueSeries.openInterest[at],
      spread_bp: venueSeries.spreadBp[at],
      bid_depth_1pct_usd: venueSeries.bidDepth[at] / quantaPerUnit,
      ask_depth_1pct_usd: venueSeries.askDepth[at] / quantaPerUnit,
      fund_usd: venueSeries.fund[at] / quantaPerUnit,
    });
    expect((rows[at]["time"] as Date).getTime()).toBe(venueSeries.timeMicros[at] / 1000);
    expect(rows[0]).toMatchObject({ venue: "main", coin: "BTC", warm_up: true, halted: false });
    // Two coins, halted for 90 samples.
    expect(rows.filter((row) => row["halted"] === true).map((row) => row["venue"])).toEqual(
      Array.from({ length: 180 }, () => "dex"),
    );
  });

  test("is written for a run without a single liquidation", async () => {
    run = makeRunData({ hours: 3, liquidations: [] });
    manifest = manifestOf(run);
    write(join(scratch, "record"));
    expect(await readParquet(join(scratch, "record", "liquidations.parquet"))).toEqual([]);
  });

  test("leaves nothing behind when it cannot be finished", () => {
    const folder = join(scratch, "taken");
    mkdirSync(folder);
    writeFileSync(join(folder, "mine.txt"), "keep");
    expect(() => write(folder)).toThrow();
    expect(readdirSync(scratch)).toEqual(["taken"]);
    expect(readdirSync(folder)).toEqual(["mine.txt"]);
  });
});

describe("a record that is written while the run goes on", () => {
  /** Hands the rows of a run's table over in blocks of `size`, each in the same arrays, as a recorder does. */
  function stream(folder: RecordFolder, table: "series" | "liquidations", size: number): void {
    const { rows, ...columns } = run[table];
    const shared = new MemorySink([]).table(table);
    for (let first = 0; first < rows; first += size) {
      const block = Object.fromEntries(
        Object.entries(columns).map(([name, data]) => [name, data.slice(first, first + size)]),
      );
      folder.write(table, { ...shared, ...block }, Math.min(size, rows - first));
      for (const data of Object.values(block)) data.fill(0);
    }
  }

  function start(name: string): RecordFolder {
    return new RecordFolder(join(scratch, name), { context: run, tape: [], createdBy: "test" });
  }

  function finish(started: RecordFolder, choose: () => string, own?: string): string {
    return finishRecord(started, choose, { run, summary: summarise(run, []), manifest }, own);
  }

  function neverAsked(): string {
    throw new Error("a name was asked for");
  }

  test("holds the same rows as one that is written at the end", async () => {
    write(join(scratch, "whole"));
    const started = start("streamed");
    stream(started, "series", 100);
    stream(started, "liquidations", 7);
    finishRecord(started, () => join(scratch, "streamed"), { run, summary: summarise(run, []), manifest });
    expect(run.liquidations.rows).toBeGreaterThan(14);
    for (const table of ["series", "liquidations", "cascade", "agents"]) {
      const [whole, streamed] = await Promise.all(
        ["whole", "streamed"].map((folder) => readParquet(join(scratch, folder, `${table}.parquet`))),
      );
      expect(streamed).toEqual(whole);
      expect(streamed.length).toBeGreaterThan(0);
    }
  });

  test("has all files only under its last name", () => {
    const started = start("record");
    expect(readdirSync(scratch).filter((name) => !name.startsWith("."))).toEqual([]);
    stream(started, "series", 1000);
    stream(started, "liquidations", 1000);
    finishRecord(started, () => join(scratch, "record"), { run, summary: summarise(run, []), manifest });
    expect(readdirSync(scratch)).toEqual(["record"]);
  });

  test("joins the run's own checkpoints, and whatever else is there", () => {
    const own = join(scratch, "record");
    mkdirSync(join(own, "checkpoints"), { recursive: true });
    writeFileSync(join(own, "checkpoints", "step-1.checkpoint"), "mine");
    writeFileSync(join(own, "notes.txt"), "keep");
    const started = start("record");
    expect(finish(started, neverAsked, own)).toBe(own);
    const files = manifest.files.filter((name) => name !== "report.html");
    expect(new Set(readdirSync(own))).toEqual(
      new Set(["manifest.json", ...files, "checkpoints", "notes.txt"]),
    );
    expect(readdirSync(join(own, "checkpoints"))).toEqual(["step-1.checkpoint"]);
    expect(readdirSync(scratch)).toEqual(["record"]);
  });

  test("goes beside a record that lies with the checkpoints, or in their place when they are gone", () => {
    const own = join(scratch, "record");
    mkdirSync(own);
    writeFileSync(join(own, "summary.json"), "another's");
    const other = join(scratch, "record-2");
    expect(finish(start("record"), () => other, own)).toBe(other);
    expect(readdirSync(own)).toEqual(["summary.json"]);
    expect(readFileSync(join(own, "summary.json"), "utf8")).toBe("another's");
    expect(existsSync(join(other, "manifest.json"))).toBe(true);
    const third = join(scratch, "record-3");
    expect(finish(start("record"), () => third, join(scratch, "gone"))).toBe(third);
    expect(readdirSync(scratch).sort()).toEqual(["record", "record-2", "record-3"]);
  });

  test("asks for a name again when another run takes it", () => {
    const names = ["record", "record-2"].map((name) => join(scratch, name));
    write(names[0]);
    const before = readFileSync(join(names[0], "series.parquet"));
    const asked = names[Symbol.iterator]();
    expect(finish(start("record"), () => asked.next().value ?? "")).toBe(names[1]);
    expect(readFileSync(join(names[0], "series.parquet")).equals(before)).toBe(true);
    expect(readdirSync(scratch).sort()).toEqual(["record", "record-2"]);
  });

  test("is left where it is, and named, when no name can be given to it", () => {
    for (const place of [join(scratch, "none", "record"), join(scratch, "mine.txt")]) {
      writeFileSync(join(scratch, "mine.txt"), "keep");
      const started = start("record");
      expect(() => finish(started, () => place)).toThrow(started.temporary);
      started.discard();
      expect(existsSync(join(started.temporary, "manifest.json"))).toBe(true);
    }
    expect(readFileSync(join(scratch, "mine.txt"), "utf8")).toBe("keep");
  });

  test("has a folder of its own beside one that is being written under the same name", () => {
    const [first, second] = [start("record"), start("record")];
    expect(first.temporary).not.toBe(second.temporary);
    second.discard();
    finish(first, () => join(scratch, "record"));
    expect(existsSync(join(scratch, "record", "manifest.json"))).toBe(true);
    expect(readdirSync(scratch)).toEqual(["record"]);
    // As any folder that is made here: readable for others if the mask allows.
    mkdirSync(join(scratch, "plain"));
    expect(statSync(join(scratch, "record")).mode).toBe(statSync(join(scratch, "plain")).mode);
  });

  test("takes with it what it made when it is given up, and nothing else", () => {
    writeFileSync(join(scratch, "mine.txt"), "keep");
    const started = start(join("deep", "deeper", "record"));
    stream(started, "series", 100);
    started.discard();
    expect(readdirSync(scratch)).toEqual(["mine.txt"]);
  });
});

describe("a record with a tape", () => {
  test("has the orders, fills and books of the run, in dollars and coins", async () => {
    const resolved = await loadScenario("quickstart", {
      set: [
        "time.end=2026-02-05T00:10:00Z",
        "time.warmUp=0s",
        "record.tape=both",
        "record.books.every=1m",
        "record.books.levels=3",
      ],
    });
    run = await simulate(compileScenario(resolved, { seed: "tape" }));
    manifest = manifestOf(run);
    const folder = join(scratch, "record");
    write(folder);
    const [orders, fills, books] = await Promise.all(
      ["orders", "fills", "books"].map((table) => readParquet(join(folder, `${table}.parquet`))),
    );
    expect(fills).toHaveLength(run.totals.fills);
    const usd = fills.reduce(
      (sum, row) => sum + (row["price_usd"] as number) * (row["size_coins"] as number),
      0,
    );
    const quanta = [...run.series.takerBuy, ...run.series.takerSell].reduce((sum, value) => sum + value, 0);
    expect(usd).toBeCloseTo(quanta / run.quantaPerUnit, 3);
    expect(orders.filter((row) => row["admitted"] && row["side"] !== "")).toHaveLength(run.totals.orders);
    expect(new Set(orders.map((row) => row["population"]))).toContain("market-makers");
    expect(Number.isNaN(orders.find((row) => row["kind"] === "market")?.["price_usd"])).toBe(true);
    expect(orders.every((row) => Number.isNaN(row["margin_usd"]))).toBe(true);
    expect(new Set(books.map((row) => row["level"]))).toEqual(new Set([1, 2, 3]));
    expect(new Set(books.map((row) => (row["time"] as Date).toISOString())).size).toBe(10);
    expect(new Set(books.map((row) => row["side"]))).toEqual(new Set(["bid", "ask"]));
  });
});

describe("the output folder", () => {
  test("is accepted when it exists or can be made, and probing leaves nothing", () => {
    expect(outputProblem(scratch)).toBeUndefined();
    expect(outputProblem(join(scratch, "not", "yet"))).toBeUndefined();
    expect(readdirSync(scratch)).toEqual([]);
  });

  test("is refused when a file is in its place or in its path", () => {
    writeFileSync(join(scratch, "file"), "");
    expect(outputProblem(join(scratch, "file"))?.message).toContain("cannot write");
    expect(outputProblem(join(scratch, "file", "below"))?.message).toContain("cannot write");
  });

  test("gets a new name for every record", () => {
    expect(recordFolder(scratch, "quickstart", "a")).toBe(join(scratch, "quickstart-a"));
    mkdirSync(join(scratch, "quickstart-a"));
    expect(recordFolder(scratch, "quickstart", "a")).toBe(join(scratch, "quickstart-a-2"));
  });

  test("never leaves its parent through a seed", () => {
    expect(safeName("../../etc")).toBe("__.._etc");
    expect(safeName("")).toBe("_");
    expect(recordFolder(scratch, "q", "a/b c").startsWith(scratch)).toBe(true);
    expect(existsSync(join(scratch, "q-a"))).toBe(false);
  });
});
