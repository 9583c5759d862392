/**
 * `--threads`: what the user may write, and what `auto` stands for. Results do not depend on it.
 */
import { availableParallelism, loadavg } from "node:os";
import {
  DEAL_FROM,
  MOST_THREADS,
  expectedDuePerStep,
  type Problem,
  type SimulationInputs,
} from "@undertow/core";

/** Most threads that `auto` takes; a user who wants more names the number. */
const MOST_AUTOMATIC = 8;

/** A number of threads, or `auto`. */
export type ThreadWish = number | "auto";

/** What `--threads` says; anything but `auto` and 1 to 256 is a problem. */
export function readThreads(text: string, problems: Problem[]): ThreadWish {
  if (text === "auto") return "auto";
  const threads = Number(text);
  if (/^\d+$/.test(text) && threads >= 1 && threads <= MOST_THREADS) return threads;
  problems.push({
    path: "--threads",
    message: "not a number of threads",
    expected: `auto or a whole number from 1 to ${MOST_THREADS}`,
    found: text,
  });
  return "auto";
}

/** Processors that nobody uses: all that the process may run on less the 1-minute load, rounded. May be negative. */
export function freeProcessors(): number {
  return availableParallelism() - Math.round(loadavg()[0]);
}

/**
 * Threads to run a scenario on.
 *
 * @param free processors that nobody uses, as they were before the command began to use some itself
 * @returns the wish; for `auto` what is free, 1 to 8, and 1 when so few agents decide in a step on average that none
 *   would be dealt to another thread
 */
export function threadsFor(wish: ThreadWish, inputs: SimulationInputs, free: number): number {
  if (wish !== "auto") return wish;
  if (expectedDuePerStep(inputs) < DEAL_FROM) return 1;
  return Math.min(MOST_AUTOMATIC, Math.max(1, free));
}
