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
import { simulate } from "@undertow/core";
import { compileScenario, loadScenario } from "@undertow/scenarios";

const MARGIN = 0.05;
/** 95 % point of the normal distribution: a 90 % interval has 5 % on either side. */
const Z = 1.6448536;

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
const count = Number(values.seeds);
if (!(Number.isInteger(count) && count >= 3)) {
  process.stderr.write(`step-halving: --seeds must be a whole number of at least 3; found ${values.seeds}\n`);
  process.exit(2);
}

const window = [
  `time.start=${values.start}`,
  `time.end=${values.end}`,
  `time.step=${values.step}`,
  "time.warmUp=1h",
];
const whole = (await loadScenario(values.scenario, { set: window })).time.step;
const pairs = [];
for (let k = 1; k <= count; k++) {
  const pair = [await outcome(`halving-${k}`, whole), await outcome(`halving-${k}`, whole / 2)];
  pairs.push(pair);
  if (!values.json) console.log(`halving-${k}`.padEnd(12), ...pair.map(describe));
}
const results = ["fall", "forced", "amplification"].map(compare);
if (values.json) console.log(JSON.stringify({ seeds: count, stepMicros: whole, results }));
else for (const result of results) print(result);
process.exitCode = results.every(({ equivalent }) => equivalent) ? 0 : 1;

/** Fall of the first coin, forced notional, and amplification of a seed at a step in microseconds. */
async function outcome(seed, stepMicros) {
  const on = await runOnce(seed, stepMicros, []);
  const off = await runOnce(seed, stepMicros, ["venue.liquidation.enabled=false"]);
  return { fall: on.fall, forced: on.forced, amplification: on.fall / off.fall };
}

async function runOnce(seed, stepMicros, set) {
  const scenario = await loadScenario(values.scenario, {
    set: [...window, `time.step=${stepMicros / 1000}ms`, ...set],
  });
  const { series, liquidations, quantaPerUnit, startMicros } = await simulate(
    compileScenario(scenario, { seed }),
  );
  let first = 0;
  let low = Infinity;
  for (let row = 0; row < series.rows; row++) {
    if (series.coin[row] !== 0 || series.timeMicros[row] < startMicros) continue;
    if (first === 0) first = series.spot[row];
    low = Math.min(low, series.spotLow[row]);
  }
  const forced = liquidations.notional.reduce((sum, notional) => sum + notional, 0) / quantaPerUnit;
  return { fall: 1 - low / first, forced };
}

/** Mean difference, half step less whole step, with its interval, as shares of the mean. */
function compare(name) {
  const mean = average(pairs.map(([step]) => step[name]));
  const differences = pairs.map(([step, half]) => half[name] - step[name]);
  const difference = average(differences);
  const variance = average(differences.map((value) => (value - difference) ** 2)) * (count / (count - 1));
  const reach = studentPoint(count - 1) * Math.sqrt(variance / count);
  const [low, high] = [(difference - reach) / mean, (difference + reach) / mean];
  return { name, mean, difference: difference / mean, low, high, equivalent: low > -MARGIN && high < MARGIN };
}

/** 95 % point of Student's t by its expansion in 1 / df (Abramowitz & Stegun 26.7.5); 1 % low at 3 degrees. */
function studentPoint(df) {
  const [z3, z5, z7] = [Z ** 3, Z ** 5, Z ** 7];
  return (
    Z +
    (z3 + Z) / (4 * df) +
    (5 * z5 + 16 * z3 + 3 * Z) / (96 * df ** 2) +
    (3 * z7 + 19 * z5 + 17 * z3 - 15 * Z) / (384 * df ** 3)
  );
}

function average(numbers) {
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}

function describe({ fall, forced, amplification }) {
  return `fall ${percent(fall)}, forced $${(forced / 1e6).toFixed(0)}M, amplification ${amplification.toFixed(3)}  `;
}

function print({ name, difference, low, high, equivalent }) {
  const verdict = equivalent ? "equivalent" : "NOT EQUIVALENT";
  console.log(
    `${name.padEnd(14)} half step ${percent(difference)} of the mean, 90 % [${percent(low)}, ${percent(high)}]: ${verdict}`,
  );
}

function percent(share) {
  return `${(100 * share).toFixed(2)} %`;
}
