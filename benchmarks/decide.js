/**
 * Benchmark: decisions a second on one thread for each built-in agent type at full activity: every agent of the type is
 * due at every step. Through the engine's Decider, which also draws the next wake.
 *
 * A world of the crash day for each type, with more agents of it; the cross-venue arbitrageur has one of two venues.
 * After a minute of ordinary steps every step is a whole one: what is written arrives, is matched and settled, so later
 * decisions see what the earlier ones did. Timed are the calls of the Decider for the type alone; others decide when due.
 */
import { MICROS_PER_SECOND } from "@undertow/core";
import {
  afterDecisions,
  audit,
  beforeDecisions,
  forEachChunk,
  stateHash,
  takeDue,
} from "@undertow/core/testing";
import { pathToFileURL } from "node:url";
import { crashWorld, runSteps } from "./support/crash-world.js";
import { decideSubjects } from "./support/decide-subjects.js";
import { collectGarbage } from "./support/memory.js";

const AGENTS = 20_000;
const ORDINARY_STEPS = 60;
const STEPS = { small: 30, full: 600 };
/** Types with few agents are timed over more steps. */
const LEAST_DECISIONS = { small: 30_000, full: 600_000 };

/** One entry for each agent type. */
export async function run(size) {
  const sizes = size === "full" ? size : "small";
  const entries = [];
  for (const subject of decideSubjects) {
    entries.push(await measure(subject, STEPS[sizes], LEAST_DECISIONS[sizes]));
    collectGarbage();
  }
  return entries;
}

async function measure({ type, change }, leastSteps, leastDecisions) {
  const world = await crashWorld({ agents: AGENTS, change });
  runSteps(world, ORDINARY_STEPS);
  const subjects = world.members.filter((member) => member.spec.type === type);
  const agents = subjects.reduce((sum, { spec }) => sum + spec.count, 0);
  // At most ten times the least, as the rest of a step costs more than few agents do.
  const steps = Math.min(10 * leastSteps, Math.max(leastSteps, Math.ceil(leastDecisions / agents)));
  const warmUp = Math.ceil(steps / 3);
  let milliseconds = 0;
  let before = 0;
  for (let k = 0; k < warmUp + steps; k++) {
    if (k === warmUp) before = world.counters.orders + world.counters.cancels;
    const took = stepAtFullActivity(world, type);
    if (k >= warmUp) milliseconds += took;
  }
  audit(world);
  const decisions = agents * steps;
  const { orders, cancels } = world.counters;
  return {
    name: `decide ${type}`,
    decisionsPerSecond: decisions / (milliseconds / 1000),
    agents,
    coinsEach: subjects[0].spec.coins.length,
    decisions,
    steps,
    ordersAndCancels: orders + cancels - before,
    resultHash: stateHash(world),
  };
}

/** One step in which all agents of a type decide, and others that are due; milliseconds that the type's took. */
function stepAtFullActivity(world, type) {
  const { due, wheel, members, decider, counters } = world;
  beforeDecisions(world);
  const scheduledCount = takeDue(world);
  const scheduled = due.slice(0, scheduledCount);
  let count = 0;
  let next = 0;
  for (const { spec, firstAccount } of members) {
    const end = firstAccount + spec.count;
    const isSubject = spec.type === type;
    for (; next < scheduled.length && scheduled[next] < end; next++)
      if (!isSubject) due[count++] = scheduled[next];
    if (!isSubject) continue;
    for (let account = firstAccount; account < end; account++) {
      // They are not filed any more; their wakes of this step are spread over it.
      wheel.wakeMicros[account] = world.nowMicros + ((account * 7919) % MICROS_PER_SECOND);
      due[count++] = account;
    }
  }
  const own = [];
  forEachChunk(world, count, (member, from, to) => {
    if (members[member].spec.type === type) own.push(member, from, to);
    else {
      decider.run(member, from, to);
      for (let k = from; k < to; k++) wheel.file(due[k]);
    }
  });
  const started = performance.now();
  for (let k = 0; k < own.length; k += 3) decider.run(own[k], own[k + 1], own[k + 2]);
  const took = performance.now() - started;
  counters.decisions += count;
  afterDecisions(world);
  return took;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const entry of await run(process.argv.includes("--full") ? "full" : "small"))
    console.log(JSON.stringify(entry));
}
