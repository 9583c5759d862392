/**
 * Entry of a worker thread: lets chunks of due agents decide, draws wakes ahead, and waits for more, until the run ends.
 * Started by workers.ts from the emitted JavaScript. A failure is written down for the main thread, which may be waiting.
 */
import { parentPort, workerData } from "node:worker_threads";
import { failureText } from "./failure.ts";
import { ReadAhead } from "./read-ahead.ts";
import {
  BELL,
  CALM,
  DEALT,
  DONE,
  FAILED,
  SLEEPERS,
  STOPPED,
  TAKEN,
  takeTicket,
  WAKES,
  WAKES_OFFERED,
  WAKES_READY,
  type WorkerParts,
} from "./shared-parts.ts";
import { takeUpWakes } from "./wakes-ahead.ts";
import { workerWorld } from "./worker-world.ts";

/**
 * Looks for work this often before the thread sleeps: at most for longer than the main thread is mostly busy without it,
 * less when there was none on waking, as where two threads share a processor.
 */
const MOST_SPINS = 200_000;
const LEAST_SPINS = 6_000;

const parts = workerData as WorkerParts;
const { control } = parts.deal;
const { world, log } = await workerWorld(parts);
const { decider } = world;
const readAhead = new ReadAhead(world);
parentPort!.postMessage("ready");

let spins = LEAST_SPINS;
/** Whether there was no work since the thread last slept. */
let hasSlept = false;
for (let idle = 0; Atomics.load(control, STOPPED) === 0;) {
  if (decideChunks() || lookAhead()) {
    spins = Math.min(MOST_SPINS, 4 * spins);
    hasSlept = false;
    idle = 0;
  } else if (++idle > spins || Atomics.load(control, CALM) === 1) {
    if (idle > spins && hasSlept) spins = Math.max(LEAST_SPINS, spins >> 2);
    sleep();
    hasSlept = true;
    idle = 0;
  }
}

/** Decides as long as there are chunks; whether there was one. */
function decideChunks(): boolean {
  let ticket = takeTicket(control);
  if (ticket < 0) return false;
  for (; ticket >= 0; ticket = takeTicket(control)) decide(ticket);
  return true;
}

function decide(ticket: number): void {
  const { deal, thread, views } = parts;
  const row = ticket % deal.member.length;
  for (const view of views) view.nowMicros = deal.clock[0];
  world.step = deal.clock[1];
  log.ticket = ticket;
  deal.thread[row] = thread;
  try {
    decider.decideOnly(deal.member[row], deal.from[row], deal.to[row]);
  } catch (error) {
    report(error);
  }
  Atomics.add(control, DONE, 1);
  Atomics.notify(control, DONE);
}

/** Draws the next wakes if they are offered, and reads what those agents will need; whether it did. */
function lookAhead(): boolean {
  let count = -1;
  try {
    count = takeUpWakes(parts.deal, world);
  } catch (error) {
    count = 0;
    report(error);
  }
  if (count < 0) return false;
  Atomics.store(control, WAKES, WAKES_READY);
  Atomics.notify(control, WAKES);
  readAhead.read(count, isWanted);
  return true;
}

function isWanted(): boolean {
  return Atomics.load(control, TAKEN) < Atomics.load(control, DEALT);
}

/** Sleeps until the bell rings, unless there is work by now. */
function sleep(): void {
  const bell = Atomics.load(control, BELL);
  Atomics.add(control, SLEEPERS, 1);
  const isIdle = !isWanted() && Atomics.load(control, WAKES) !== WAKES_OFFERED;
  if (isIdle && Atomics.load(control, STOPPED) === 0) Atomics.wait(control, BELL, bell);
  Atomics.sub(control, SLEEPERS, 1);
}

/** Writes the first failure down. */
function report(error: unknown): void {
  if (Atomics.compareExchange(control, FAILED, 0, 1) !== 0) return;
  const { failure } = parts.deal;
  const bytes = new TextEncoder().encode(failureText(error)).subarray(0, failure.length - 4);
  new DataView(failure.buffer, failure.byteOffset).setUint32(0, bytes.length, true);
  failure.set(bytes, 4);
  Atomics.store(control, FAILED, 2);
}
