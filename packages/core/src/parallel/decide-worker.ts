/**
 * Entry of a worker thread: waits for chunks of due agents and lets them decide, until the run ends. Started by
 * workers.ts from the emitted JavaScript. A failure is written down for the main thread, which may be waiting.
 */
import { parentPort, workerData } from "node:worker_threads";
import { Decider } from "../simulation/decider.ts";
import { failureText } from "./failure.ts";
import { DEALT, DONE, FAILED, STOPPED, takeTicket, type WorkerParts } from "./shared-parts.ts";
import { workerWorld } from "./worker-world.ts";

/** Looks at the control word this often before the thread sleeps. */
const SPINS = 300;

const parts = workerData as WorkerParts;
const { control } = parts.deal;
const { world, log } = await workerWorld(parts);
const decider = new Decider(world);
parentPort!.postMessage("ready");

for (let seen = 0; Atomics.load(control, STOPPED) === 0; seen = waitForMore(seen)) {
  for (let ticket = takeTicket(control); ticket >= 0; ticket = takeTicket(control)) decide(ticket);
}

/** Waits until more chunks have been dealt than were seen, or the run has ended; chunks dealt by then. */
function waitForMore(seen: number): number {
  for (let spin = 0; spin < SPINS; spin++) {
    if (Atomics.load(control, DEALT) !== seen) return Atomics.load(control, DEALT);
  }
  Atomics.wait(control, DEALT, seen);
  return Atomics.load(control, DEALT);
}

function decide(ticket: number): void {
  const { deal, thread, views } = parts;
  const row = ticket % deal.member.length;
  const member = deal.member[row];
  for (const view of views) view.nowMicros = deal.clock[0];
  world.step = deal.clock[1];
  log.ticket = ticket;
  deal.thread[row] = thread;
  try {
    decider.run(member, deal.from[row], deal.to[row]);
  } catch (error) {
    report(error);
  }
  Atomics.add(control, DONE, 1);
  Atomics.notify(control, DONE);
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
