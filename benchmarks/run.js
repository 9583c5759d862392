#!/usr/bin/env node
/**
 * Runs the benchmarks of this folder and prints one table, or JSON with `--json`.
 *
 * Usage: node benchmarks/run.js [--full] [--json] [NAME...]. Each file runs in a process of its own. A fixed
 * reference loop is timed beside it, and every figure is also given as a multiple of that loop, so that
 * figures of two machines, or of one machine on two days, can be compared.
 */
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath, pathToFileURL } from "node:url";
import { join } from "node:path";
import { multiplesOf, REFERENCE_ITERATIONS, referenceSeconds, round } from "./support/reference-loop.js";

const folder = fileURLToPath(new URL(".", import.meta.url));

const flags = process.argv.slice(2).filter((word) => word.startsWith("-"));
const names = process.argv.slice(2).filter((word) => !word.startsWith("-"));
const unknown = flags.filter((flag) => !["--full", "--json", "--alone"].includes(flag));
if (unknown.length > 0) stop(`unknown option ${unknown.join(", ")}; known: --full, --json`);
const size = flags.includes("--full") ? "full" : "small";

if (flags.includes("--alone")) {
  process.stdout.write(JSON.stringify(await measureAlone(names[0])));
} else {
  const entries = selected().flatMap((name) => inOwnProcess(name));
  if (flags.includes("--json")) process.stdout.write(`${JSON.stringify(document(entries), null, 2)}\n`);
  else printTable(entries);
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

function inOwnProcess(name) {
  const script = fileURLToPath(import.meta.url);
  const options = ["--alone", name, ...(size === "full" ? ["--full"] : [])];
  process.stderr.write(`running ${name} (${size})\n`);
  const output = execFileSync(process.execPath, [script, ...options], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 1 << 26,
  });
  return JSON.parse(output);
}

/** Runs one benchmark between two timings of the reference loop; the faster one counts. */
async function measureAlone(name) {
  const module = await import(pathToFileURL(join(folder, `${name}.js`)).href);
  const before = referenceSeconds();
  const result = await module.run(size);
  const reference = Math.min(before, referenceSeconds());
  const entries = Array.isArray(result) ? result : [result];
  return entries.map((entry) => ({ benchmark: name, size, ...entry, referenceSeconds: round(reference) }));
}

function document(entries) {
  const multiples = entries.map((entry) => ({ ...entry, multiples: multiplesOf(entry) }));
  return {
    node: process.version,
    processor: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    size,
    entries: multiples,
  };
}

function printTable(entries) {
  const reference = entries.map((entry) => entry.referenceSeconds.toFixed(3)).join(", ");
  console.log(
    `Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? "unknown processor"}, size ${size}`,
  );
  console.log(`reference loop (${REFERENCE_ITERATIONS / 1e6}M turns) beside each, s: ${reference}\n`);
  const rows = [["benchmark", "figure", "value", "x reference"]];
  for (const entry of entries) {
    const multiples = multiplesOf(entry);
    let label = entry.name ?? entry.benchmark;
    for (const [key, value] of Object.entries(entry)) {
      if (["benchmark", "name", "size", "referenceSeconds"].includes(key)) continue;
      rows.push([label, key, shown(value), shown(multiples[key] ?? "")]);
      label = "";
    }
  }
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const [name, figure, value, multiple] of rows) {
    console.log(
      `${name.padEnd(widths[0])}  ${figure.padEnd(widths[1])}  ${value.padStart(widths[2])}  ${multiple.padStart(widths[3])}`.trimEnd(),
    );
  }
}

function shown(value) {
  if (typeof value !== "number") return String(value);
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString("en-US");
  return String(round(value));
}

function stop(message) {
  process.stderr.write(`benchmarks: ${message}\n`);
  process.exit(2);
}
