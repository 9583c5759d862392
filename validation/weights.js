#!/usr/bin/env node
/**
 * Validation: whether it matters how many traders an agent stands for. Each seed runs as the scenario is written, and with
 * twice as many of the agents whose weight is above 1, at half the weight (the scenario's `agentCount`). The market and its news
 * are the same; those agents are drawn anew.
 *
 * Usage: node validation/weights.js [--seeds 24] [--margin 0.05] [--scenario quickstart] [--start 2026-02-05T12:00Z]
 *        [--end 2026-02-06T02:00Z] [--json]
 * Compared are BTC's fall, the forced notional and the traders liquidated: the 90 % interval of the paired mean difference has
 * to lie within the margin. Exit 1 if one does not.
 */
import { parseArgs } from "node:util";
import { loadScenario } from "@undertow/scenarios";
import { comparePairs, lineOf, outcomeOf, percent, seedCount } from "./paired-runs.js";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "24" },
    margin: { type: "string", default: "0.05" },
    scenario: { type: "string", default: "quickstart" },
    start: { type: "string", default: "2026-02-05T12:00Z" },
    end: { type: "string", default: "2026-02-06T02:00Z" },
    json: { type: "boolean", default: false },
  },
});
const seeds = seedCount("weights", values.seeds);
const margin = Number(values.margin);
if (!(margin > 0 && margin < 1)) {
  process.stderr.write(`weights: --margin must be above 0 and below 1; found ${values.margin}\n`);
  process.exit(2);
}

const window = [`time.start=${values.start}`, `time.end=${values.end}`, "time.warmUp=1h"];
const { populations } = await loadScenario(values.scenario, { set: window });
const counts = Object.values(populations).map(({ count, weight }) => [count, weight.value !== 1]);
const agents = counts.reduce((sum, [count, isWeighted]) => sum + (isWeighted ? 2 : 1) * count, 0);
const pairs = [];
for (let k = 1; k <= seeds; k++) {
  const seed = `weights-${k}`;
  const pair = [
    await outcomeOf(values.scenario, seed, window),
    await outcomeOf(values.scenario, seed, [...window, `agentCount=${agents}`]),
  ];
  pairs.push(pair);
  if (!values.json) console.log(seed.padEnd(12), ...pair.map(describe));
}
const results = ["fall", "forced", "traders"].map((name) => comparePairs(name, pairs, margin));
if (values.json) console.log(JSON.stringify({ seeds, agents, results }));
else for (const result of results) console.log(lineOf(result, "half the weight"));
process.exitCode = results.every(({ equivalent }) => equivalent) ? 0 : 1;

function describe({ fall, forced, traders }) {
  return `fall ${percent(fall)}, forced $${(forced / 1e6).toFixed(0)}M, ${Math.round(traders)} traders  `;
}
