#!/usr/bin/env node
/**
 * Runs the benchmarks of this folder and prints one table, or JSON with `--json`.
 *
 * Usage: node benchmarks/run.js [--full] [--json] [--write-docs] [--write-baseline] [--repetitions 3] [NAME...]. Each file,
 * and each of the `parts` of a file that has some, runs in a process of its own: all of them in turn, then all again, so that
 * a slow minute of the machine hits one repetition of many figures and not all of one. A fixed reference loop is timed in
 * the same process; figures and their multiples of that loop are medians. The small run names what is much slower than
 * baseline.json, as a warning.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { fileURLToPath, pathToFileURL } from "node:url";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { baselineOf, beyondLimits, slowerThan } from "./support/baseline.js";
import { pageOf } from "./support/page.js";
import { referenceSeconds as timeReference, round } from "./support/reference-loop.js";
import { mergeRepetitions } from "./support/repetitions.js";
import { printTable } from "./support/table.js";

const folder = fileURLToPath(new URL(".", import.meta.url));
const baselineFile = join(folder, "baseline.json");
const pageFile = join(folder, "../docs/benchmarks.md");

const MOST_REPETITIONS = 99;
const { values, positionals: names } = parsed();
const size = values.full ? "full" : "small";

if (values.alone) process.stdout.write(JSON.stringify(await measureAlone(names[0], names[1])));
else await main();

function parsed() {
  const flag = { type: "boolean", default: false };
  const options = {
    full: flag,
    json: flag,
    "write-docs": flag,
    "write-baseline": flag,
    repetitions: { type: "string", default: "3" },
    alone: flag,
  };
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    return stop(error.message);
  }
}

async function main() {
  const most = Number(values.repetitions);
  if (!Number.isInteger(most) || most < 1 || most > MOST_REPETITIONS)
    stop(`--repetitions must be a whole number from 1 to ${MOST_REPETITIONS}; found ${values.repetitions}`);
  const writesBaseline = values["write-baseline"];
  if (names.length > 0 && (writesBaseline || values["write-docs"]))
    stop("the page and the baseline are written from all benchmarks; leave the names out");
  if (size === "full" && writesBaseline) stop("the baseline is of the small sizes; leave --full out");
  const started = performance.now();
  const loadBefore = loadavg()[0];
  const entries = await entriesOfAll(selected(), most);
  const load = [loadBefore, loadavg()[0]];
  const run = document(entries, { load, repetitions: most, seconds: (performance.now() - started) / 1000 });
  if (values.json) process.stdout.write(`${JSON.stringify(run, null, 2)}\n`);
  else printTable(run);
  if (values["write-docs"]) await write(pageFile, pageOf(run), "markdown");
  if (writesBaseline) await write(baselineFile, JSON.stringify(baselineOf(run)), "json");
  else warn(run);
}

/** All benchmarks in turn, and again; a file may say that it is to be `repeated` less often, with its reason. */
async function entriesOfAll(all, most) {
  const repetitions = new Map(all.map((name) => [name, []]));
  for (let repetition = 0; repetition < most; repetition++) {
    for (const name of all) {
      const { repeated = most } = await moduleOf(name);
      if (repetition < repeated) repetitions.get(name).push(await entriesOf(name));
    }
  }
  return all.flatMap((name) => mergeRepetitions(repetitions.get(name)));
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
  const referenceSeconds = Math.min(...entries.map((entry) => entry.referenceSeconds));
  const conclusions = [conclude(entries)].flat();
  return [
    ...entries,
    ...conclusions.map((conclusion) => ({ benchmark: name, size, ...conclusion, referenceSeconds })),
  ];
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
  const before = timeReference();
  const result = await module.run(part === undefined ? size : JSON.parse(part));
  const reference = Math.min(before, timeReference());
  const entries = Array.isArray(result) ? result : [result];
  return entries.map((entry) => ({ benchmark: name, size, ...entry, referenceSeconds: round(reference) }));
}

function document(entries, { load, repetitions, seconds }) {
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
    repetitions,
    entries,
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
