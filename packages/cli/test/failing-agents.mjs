/**
 * Agent types that fail when a simulated moment has come, in the place of the bundled noise trader: one throws, one
 * ends the worker thread on which it runs. Loaded by failing-run.mjs, and from there by worker threads.
 */
import { isMainThread } from "node:worker_threads";
import { agentTypes } from "@undertow/agents";

const noiseTrader = agentTypes["noise-trader"];
/** Half an hour into the run. */
const MEASURED = Date.UTC(2026, 1, 5, 0, 30) * 1000;
/** Half of the ten minutes before it. */
const WARM_UP = Date.UTC(2026, 1, 4, 23, 55) * 1000;

function failing(from, fail) {
  return {
    ...noiseTrader,
    decide(context) {
      if (context.view.nowMicros >= from) fail();
      noiseTrader.decide(context);
    },
  };
}

function blunder() {
  throw new Error("no such\ncoin");
}

export const measured = failing(MEASURED, blunder);
export const warmUp = failing(WARM_UP, blunder);
/** The main thread takes its time, so that the worker has some to take a chunk, however busy the machine is. */
export const leaving = failing(MEASURED, () => {
  if (!isMainThread) process.exit(3);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
});
