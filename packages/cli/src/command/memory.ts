/**
 * Whether a run fits into memory: what it needs by its plan, against what the machine or the container has.
 */
import { totalmem } from "node:os";
import { UserError, type MemoryPlan } from "@undertow/core";
import { formatBytes } from "../summary/format.ts";

/** Node.js, the code and what the heap holds beside columns; for every further thread too. */
const PROGRAM_BYTES = 96e6;
const THREAD_BYTES = 24e6;
/** Parts that a refusal names. */
const NAMED_PARTS = 3;

/** Bytes that the process may use: the container's limit if it has one, else the machine's memory. */
export function memoryLimit(): number {
  const machine = totalmem();
  const container = process.constrainedMemory();
  // Without a limit it is 0, or more than there is.
  return container > 0 && container < machine ? container : machine;
}

/**
 * Refuses a run whose plan does not fit.
 *
 * @param limit bytes that the process may use
 * @throws UserError `memory`, naming what the run needs and the largest parts
 */
export function checkMemory(plan: MemoryPlan, limit: number): void {
  const program = PROGRAM_BYTES + (plan.threads - 1) * THREAD_BYTES;
  const needed = plan.bytes + program;
  if (needed <= limit) return;
  const largest = plan.parts.slice(0, NAMED_PARTS).map(({ name, bytes }) => `${name} ${formatBytes(bytes)}`);
  throw new UserError("memory", {
    message: `the run needs more memory than there is: ${largest.join(", ")}, the program itself ${formatBytes(program)}`,
    expected: `at most ${formatBytes(limit)}`,
    found: formatBytes(needed),
    remedy:
      "Lower the populations' counts (and raise their weights), the number of coins, or the fineness of ticks.",
  });
}
