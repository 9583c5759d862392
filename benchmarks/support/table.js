/**
 * Entries as rows of figure, value and multiple of the reference loop: for the terminal, and for the page in docs.
 */
import { REFERENCE_ITERATIONS, round } from "./reference-loop.js";

const NO_FIGURE = [
  "benchmark",
  "name",
  "size",
  "referenceSeconds",
  "multiples",
  "limits",
  "repetitions",
  "spread",
];

/** One row for each figure of an entry: name, median, multiple, least and most of the repetitions. */
export function rowsOf(entry) {
  return Object.entries(entry)
    .filter(([key]) => !NO_FIGURE.includes(key))
    .map(([key, value]) => [
      key,
      shown(value),
      shown(entry.multiples[key] ?? ""),
      rangeOf(entry.spread?.[key]),
    ]);
}

/** Least and most of several repetitions. */
function rangeOf(spread) {
  return spread === undefined || spread[0] === spread[1] ? "" : spread.map(shown).join(" to ");
}

/** Whole numbers above a thousand with commas, five digits below; text as it is. */
export function shown(value) {
  if (typeof value !== "number") return String(value);
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString("en-US");
  return String(round(value));
}

/** The whole run on standard output. */
export function printTable({ node, cores, processor, load, size, repetitions, seconds, entries }) {
  const reference = entries.map((entry) => entry.referenceSeconds.toFixed(3)).join(", ");
  console.log(`Node ${node}, ${cores} x ${processor}, load ${load.join(" to ")}, size ${size}, ${seconds} s`);
  console.log(`medians of up to ${repetitions} repetitions in turn`);
  console.log(`reference loop (${REFERENCE_ITERATIONS / 1e6}M turns) beside each, s: ${reference}\n`);
  const rows = [["benchmark", "figure", "value", "x reference", "least to most"]];
  for (const entry of entries) {
    rowsOf(entry).forEach((row, k) => rows.push([k === 0 ? (entry.name ?? entry.benchmark) : "", ...row]));
  }
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows) {
    const cells = row.map((cell, k) => (k < 2 ? cell.padEnd(widths[k]) : cell.padStart(widths[k])));
    console.log(cells.join("  ").trimEnd());
  }
}
