#!/usr/bin/env node
/**
 * Validation: how much the length of a step matters. Each seed runs with a step and with half of it, each with forced
 * liquidation and without. The runs share their wake times and draws; what differs is when the loop looks.
 *
 * Usage: node validation/step-halving.js [--seeds 40] [--step 1s] [--scenario quickstart] [--start 2026-02-05T12:00Z]
 *        [--end 2026-02-06T02:00Z] [--json]
 * The step is 1 second, the default of a scenario, unless given; the bundled scenarios choose 5 seconds. Compared are BTC's
 * fall, the forced notional and the amplification (fall over fall without liquidation): the 90 % interval of the paired mean
 * difference has to lie within 5 % of the mean. Exit 1 if one does not.
 */
import { parseArgs } from "node:util";
import { loadScenario } from "@undertow/scenarios";
import { comparePairs, lineOf, outcomeOf, percent, seedCount } from "./paired-runs.js";

const MARGIN = 0.05;

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "40" },
    step: { type: "string", default: "1s" },
    scenario: { type: "string", default: "quickstart" },
    start: { type: "string", default: "2026-02-05T12:00Z" },
    end: { type: "string", default: "2026-02-06T02:00Z" },
    json: { type: "boolean", default: false },
  },
});
const seeds = seedCount("step-halving", values.seeds);
const window = [
  `time.start=${values.start}`,
  `time.end=${values.end}`,
  `time.step=${values.step}`,
  "time.warmUp=1h",
];
const whole = (await loadScenario(values.scenario, { set: window })).time.step;
const pairs = [];
for (let k = 1; k <= seeds; k++) {
  const pair = [await outcome(`halving-${k}`, whole), await outcome(`halving-${k}`, whole / 2)];
  pairs.push(pair);
  if (!values.json) console.log(`halving-${k}`.padEnd(12), ...pair.map(describe));
}
const results = ["fall", "forced", "amplification"].map((name) => comparePairs(name, pairs, MARGIN));
if (values.json) console.log(JSON.stringify({ seeds, stepMicros: whole, results }));
else for (const result of results) console.log(lineOf(result, "half step"));
process.exitCode = results.every(({ equivalent }) => equivalent) ? 0 : 1;

/** Fall of the first coin, forced notional, and amplification of a seed at a step in microseconds. */
async function outcome(seed, stepMicros) {
  const set = [...window, `time.step=${stepMicros / 1000}ms`];
  const on = await outcomeOf(values.scenario, seed, set);
  const off = await outcomeOf(values.scenario, seed, [...set, "venue.liquidation.enabled=false"]);
  return { ...on, amplification: on.fall / off.fall };
}

function describe({ fall, forced, amplification }) {
  return `fall ${percent(fall)}, forced $${(forced / 1e6).toFixed(0)}M, amplification ${amplification.toFixed(3)}  `;
}
