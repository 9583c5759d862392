/**
 * Benchmark: scheduled wakes, without anybody deciding: the timing wheel and the draws of the next wakes.
 *
 * Agents with intervals of about an hour at steps of 1 s, as in the crash day, and of 10 s, so that a tenth of them is
 * due at each step. Poisson wakes draw every gap, fixed ones only their first. The hash covers who woke when.
 */
import { StateHash, createKeys, hash32, packColumns, randomSource } from "@undertow/core";
import { WakeWheel, drawNextWakes, firstWakeMicros } from "@undertow/core/testing";
import { pathToFileURL } from "node:url";

const STEP_MICROS = 1e6;
const WAKES = { small: 1_000_000, full: 10_000_000 };

/** One entry for each kind of wake and interval. */
export function run(size) {
  const agents = size === "full" ? 1_000_000 : 100_000;
  const wakes = WAKES[size] ?? WAKES.small;
  return [
    measure({ kind: "poisson", agents, seconds: 3600, wakes }),
    measure({ kind: "poisson", agents, seconds: 10, wakes }),
    measure({ kind: "fixed", agents, seconds: 10, wakes }),
  ];
}

/** Steps until so many wakes are through; the first tenth is not timed. */
function measure({ kind, agents, seconds, wakes }) {
  const random = randomSource(createKeys("benchmark"));
  const wheel = new WakeWheel(agents, STEP_MICROS, 0);
  const member = {
    type: { wake: { interval: "interval", kind } },
    packed: packColumns({
      interval: Float64Array.from({ length: agents }, (_, k) => intervalOf(k, seconds)),
    }),
    firstAccount: 0,
    ordinal: new Float64Array(agents),
    nameHash: hash32("sleepers"),
  };
  for (let agent = 0; agent < agents; agent++)
    wheel.schedule(agent, firstWakeMicros(member, random, agent, 0));
  const due = new Int32Array(agents);
  const hash = new StateHash();
  let step = 0;
  let woken = 0;
  let timedWakes = 0;
  let milliseconds = 0;
  while (woken < wakes) {
    const started = performance.now();
    const count = wheel.take(step++, due);
    drawNextWakes(member, random, due, 0, count, wheel.wakeMicros, step * STEP_MICROS);
    for (let k = 0; k < count; k++) wheel.file(due[k]);
    if (woken > wakes / 10) {
      milliseconds += performance.now() - started;
      timedWakes += count;
    }
    woken += count;
    hash.updateInt32(due.subarray(0, count));
  }
  hash.updateFloat64(wheel.wakeMicros);
  return {
    name: `wakes ${kind}, every ${seconds} s`,
    wakesPerSecond: timedWakes / (milliseconds / 1000),
    agents,
    wakes: woken,
    steps: step,
    resultHash: hash.digest(),
  };
}

/** Spread over 0.5 to 1.5 times the mean. */
function intervalOf(agent, seconds) {
  return seconds * 1e6 * (0.5 + ((agent * 2_654_435_761) % 1000) / 1000);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const entry of run(process.argv.includes("--full") ? "full" : "small"))
    console.log(JSON.stringify(entry));
}
