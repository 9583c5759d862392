/**
 * docs/benchmarks.md as text, from one run of the benchmarks: conditions, one table for each file, other systems.
 */
import { TOLERANCE } from "./baseline.js";
import { PEER_CONDITIONS, PEER_FIGURES } from "./peer-figures.js";
import { REFERENCE_ITERATIONS } from "./reference-loop.js";
import { rowsOf } from "./table.js";

/** What each file of the folder measures, in the order of the page. */
export const SECTIONS = {
  "order-book":
    "One book on a random stream: 45 % passive orders, 40 % cancels, 15 % orders that trade at once. Beside it the npm package nodejs-order-book on the first tenth of the stream; both end with the same depth.",
  "order-desk":
    "The same flow through the desk in front of the book, and a mark that moves while 100,000 conditional orders wait.",
  "margin-index":
    "Who is below maintenance after a mark has moved, by the index and by a full scan of the same accounts; both find the same.",
  wakes:
    "Scheduled wakes without anybody deciding: taken off the timing wheel, the next one drawn and filed.",
  draws:
    "Blocks of random numbers, and exponential gaps between wakes, for 32 agents together: in 128-bit lanes of WebAssembly, and in plain arithmetic. Both draw the same numbers.",
  decide:
    "Decisions a second on one thread when every agent of a type is due at every step; the rest of the step is not timed. Types that trade ten coins look at all ten in one decision.",
  settle:
    "Fills a second into accounts, positions, fees and the margin index's list of touched accounts; the ledger is audited afterwards.",
  events:
    "Engine events a second end to end, when most decisions send an order: 20,000 noise traders who wake once a second on average, in the crash day's twenty books with its other agents. Events are orders, cancels, fills and triggers; a level of a quote ladder is an order when placed and a cancel when withdrawn. Messages are what agents sent, a ladder once.",
  "crash-day":
    "End to end: ten coins, twenty books, steps of 1 s, leveraged traders at weight 1. One size also on two threads, and on one and two while a process spins on every core but one; the benchmark fails when one and two threads end in another state.",
  "quiet-step":
    "A step in which nobody is due, after a busy minute. The larger world should take no more than twice as long. Bytes per agent are all that is in use, scenario and inputs too, over the difference of the two sizes.",
  "flat-memory": "Memory of a run that is ten times as long.",
  "record-tape":
    "What a tape of orders, fills and snapshots of books costs beside a run without one: processor time, rows, bytes on disk, memory. A record changes no result.",
  "toy-agents":
    "A toy model that agent frameworks of npm can run too: traders who mark a position to a random-walk price and change it with a chance of 2 % a step, each with a generator of its own. All end with the same positions. It measures the framework, not the model; the plain loop is what none would cost.",
  "scenario-run":
    "A bundled scenario from its file to the end of the run. `agentCount=500000` are the same people as more agents of less weight.",
  summarise: "From a run's columns to its summary.",
};

/** The page of a run. */
export function pageOf(run) {
  const known = Object.keys(SECTIONS);
  const missing = run.entries.filter(({ benchmark }) => !known.includes(benchmark));
  if (missing.length > 0) throw new Error(`no section for the benchmark ${missing[0].benchmark}`);
  return [introduction(run), ...known.map((name) => section(name, run)), others()].join("\n\n");
}

function introduction({
  node,
  platform,
  processor,
  cores,
  memoryGB,
  load,
  seconds,
  size,
  repetitions,
  entries,
}) {
  const reference = entries.map(({ referenceSeconds }) => referenceSeconds).sort((a, b) => a - b);
  return `# Benchmarks

This page is written by \`node benchmarks/run.js${size === "full" ? " --full" : ""} --write-docs\`; do not edit it. What each file measures and
how to run one is in [benchmarks/README.md](../benchmarks/README.md).

${table(
  ["condition", "of this run"],
  [
    ["processor", `${processor}, ${cores} cores`],
    ["memory", `${memoryGB.toFixed(1)} GiB`],
    ["system", platform],
    ["Node", node],
    ["load (processes that want to run, mean of a minute), before and after", load.join(" and ")],
    ["sizes", size],
    ["repetitions", String(repetitions)],
    ["time for all", `${seconds} s`],
    ["reference loop, seconds: least, median, most", spread(reference)],
  ],
)}

${conditionOf(load, cores)}

Each benchmark, and each size of one, ran in a process of its own, all of them one after the other, then all of them again. A
value is the median of the repetitions; those without "least to most" were measured once, or are no timings. "x reference"
relates a figure to a fixed loop of ${REFERENCE_ITERATIONS / 1e6} million turns over typed arrays that was timed in the same process, before and after: times are
divided by its time, rates are per time of the loop; of these multiples, too, it is the median. Compare these multiples between machines. Two figures are comparable when their result hashes are equal: they
did the same work. Names ending in Seconds are seconds; MB are 2^20 bytes.

Continuous integration runs the small sizes and warns of a figure that is more than ${TOLERANCE} times slower, in multiples of the
loop, than \`benchmarks/baseline.json\`. A warning fails nothing; a wrong result does.`;
}

function conditionOf(load, cores) {
  return Math.max(...load) > cores
    ? `The machine was busy with other work: ${Math.max(...load)} processes wanted ${cores} cores. Times are of the clock on the wall,\nso they are too long and\nrates too low, by a factor that differs from line to line.`
    : "The machine had cores to spare.";
}

function spread(sorted) {
  return [sorted[0], sorted[sorted.length >> 1], sorted[sorted.length - 1]].join(", ");
}

function section(name, { entries }) {
  const rows = entries
    .filter(({ benchmark }) => benchmark === name)
    .flatMap((entry) =>
      rowsOf(entry).map((row, k) => [k === 0 ? (entry.name ?? entry.benchmark) : "", ...row]),
    );
  return `## ${name}\n\n${SECTIONS[name]}\n\n${table(["entry", "figure", "value", "x reference", "least to most"], rows)}`;
}

function others() {
  const rows = PEER_FIGURES.map(({ system, run, figure, memory }) => [system, run, figure, memory]);
  return `## Other systems, not run here

Measured separately by this project on 22 November 2026, from checkouts of the versions named, and copied into this page; the
benchmarks do not run them. Machine:
${PEER_CONDITIONS}.
They do different work: a message of ABIDES is not an operation of a book, and neither Mesa's toy trader nor the Bristol
Stock Exchange has margin. FLOX was driven through its C++ classes with a synthetic portfolio.

${table(["system", "what was run", "figure", "memory"], rows)}`;
}

function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map((row) => line(row))].join("\n");
}
