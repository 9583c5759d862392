#!/usr/bin/env node
/**
 * Runs the benchmarks of this folder and prints one table, or JSON with `--json`.
 *
 * Usage: node benchmarks/run.js [--full] [--json] [--write-docs] [--write-baseline] [NAME...]. Each file, and each of the
 * `parts` of a file that has some, runs in a process of its own. A fixed reference loop is timed beside it, and every
 * figure is also given as a multiple of that loop, so that figures of two machines, or of one machine on two days, can be
 * compared. The small run names what is much slower than baseline.json, as a warning.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { fileURLToPath, pathToFileURL } from "node:url";
import { join } from "node:path";
import { baselineOf, beyondLimits, slowerThan } from "./support/baseline.js";
import { pageOf } from "./support/page.js";
import { multiplesOf, referenceSeconds, round } from "./support/reference-loop.js";
import { printTable } from "./support/table.js";

const folder = fileURLToPath(new URL(".", import.meta.url));
const baselineFile = join(folder, "baseline.json");
const pageFile = join(folder, "../docs/benchmarks.md");

const known = ["--full", "--json", "--write-docs", "--write-baseline"];
const flags = process.argv.slice(2).filter((word) => word.startsWith("-"));
const names = process.argv.slice(2).filter((word) => !word.startsWith("-"));
const size = flags.includes("--full") ? "full" : "small";

if (flags[0] === "--alone") {
  process.stdout.write(JSON.stringify(await measureAlone(names[0], names[1])));
} else {
  await main();
}

async function main() {
  const unknown = flags.filter((flag) => !known.includes(flag));
  if (unknown.length > 0) stop(`unknown option ${unknown.join(", ")}; known: ${known.join(", ")}`);
  const writesBaseline = flags.includes("--write-baseline");
  if (names.length > 0 && (writesBaseline || flags.includes("--write-docs")))
    stop("the page and the baseline are written from all benchmarks; leave the names out");
  if (size === "full" && writesBaseline) stop("the baseline is of the small sizes; leave --full out");
  const started = performance.now();
  const loadBefore = loadavg()[0];
  const entries = [];
  for (const name of selected()) entries.push(...(await entriesOf(name)));
  const run = document(entries, [loadBefore, loadavg()[0]], (performance.now() - started) / 1000);
  if (flags.includes("--json")) process.stdout.write(`${JSON.stringify(run, null, 2)}\n`);
  else printTable(run);
  if (flags.includes("--write-docs")) await write(pageFile, pageOf(run), "markdown");
  if (writesBaseline) await write(baselineFile, JSON.stringify(baselineOf(run)), "json");
  else warn(run);
}

/** Benchmarks asked for: all files of the folder but this one, or those named. */
function selected() {
  const all = readdirSync(folder)
    .filter((file) => file.endsWith(".js") && file !== "run.js")
    .map((file) => file.slice(0, -3))
    .sort();
  const missing = names.filter((name) => !all.includes(name));
  if (missing.length > 0) stop(`no benchmark ${missing.join(", ")}; there are: ${all.join(", ")}`);
  return names.length > 0 ? names : all;
}

/** A benchmark's entries, with what it concludes from those of its parts. */
async function entriesOf(name) {
  const { parts, conclude } = await moduleOf(name);
  if (parts === undefined) return inOwnProcess(name);
  const entries = parts[size].flatMap((part) => inOwnProcess(name, JSON.stringify(part)));
  if (conclude === undefined) return entries;
  const reference = Math.min(...entries.map((entry) => entry.referenceSeconds));
  return [...entries, { benchmark: name, size, ...conclude(entries), referenceSeconds: reference }];
}

function moduleOf(name) {
  return import(pathToFileURL(join(folder, `${name}.js`)).href);
}

function inOwnProcess(name, part) {
  const script = fileURLToPath(import.meta.url);
  const options = ["--alone", name, ...(part === undefined ? [] : [part])];
  process.stderr.write(`running ${name} (${size}${part === undefined ? "" : ` ${part}`})\n`);
  const output = execFileSync(
    process.execPath,
    [script, ...options, ...(size === "full" ? ["--full"] : [])],
    {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
      maxBuffer: 1 << 26,
    },
  );
  return JSON.parse(output);
}

/** Runs one benchmark, or one part of it, between two timings of the reference loop; the faster one counts. */
async function measureAlone(name, part) {
  const module = await moduleOf(name);
  const before = referenceSeconds();
  const result = await module.run(part === undefined ? size : JSON.parse(part));
  const reference = Math.min(before, referenceSeconds());
  const entries = Array.isArray(result) ? result : [result];
  return entries.map((entry) => ({ benchmark: name, size, ...entry, referenceSeconds: round(reference) }));
}

function document(entries, load, seconds) {
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model ?? "unknown processor",
    cores: cpus().length,
    memoryGB: round(totalmem() / 2 ** 30),
    // Processes that want to run, the mean of a minute, before and after.
    load: load.map((value) => Math.round(value * 10) / 10),
    seconds: Math.round(seconds),
    size,
    entries: entries.map((entry) => ({ ...entry, multiples: multiplesOf(entry) })),
  };
}

/** Says on standard error what is beyond a limit, and what has become slower since the baseline was written. */
function warn({ entries }) {
  const lines = beyondLimits(entries);
  if (size === "small") lines.push(...slowerThan(JSON.parse(readFileSync(baselineFile, "utf8")), entries));
  for (const line of lines) process.stderr.write(`warning: ${line}\n`);
}

async function write(file, text, parser) {
  const { format, resolveConfig } = await import("prettier");
  writeFileSync(file, await format(text, { ...(await resolveConfig(file)), parser }));
  process.stderr.write(`written: ${file}\n`);
}

function stop(message) {
  process.stderr.write(`benchmarks: ${message}\n`);
  process.exit(2);
}
