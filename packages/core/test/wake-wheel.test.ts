/** The wake wheel against a plain list: the same agents in the same steps, ascending, whatever the gaps. */
import { describe, expect, it } from "vitest";
import { WakeWheel } from "@undertow/core/testing";

const STEP_MICROS = 1e6;
const ORIGIN = 5_000e6;
/** Three turns of the wheel and a bit. */
const STEPS = 3 * 4096 + 50;

/** Runs the wheel; each agent sleeps for `gapOf(agent, wakes so far)` steps. Compares every step with the list. */
function playAgainstList(agents: number, gapOf: (agent: number, wakes: number) => number): number {
  // Two wheels over the same columns, used in turn, as threads do.
  const one = new WakeWheel(agents, STEP_MICROS, ORIGIN);
  const other = new WakeWheel(agents, STEP_MICROS, ORIGIN, one.columns);
  let wheel = one;
  const due = new Int32Array(agents);
  const wakes = new Int32Array(agents);
  const list = new Map<number, number[]>();
  const file = (agent: number, step: number): void => {
    wheel.schedule(agent, ORIGIN + step * STEP_MICROS + (agent % STEP_MICROS));
    const those = list.get(step);
    if (those === undefined) list.set(step, [agent]);
    else those.push(agent);
  };
  for (let agent = 0; agent < agents; agent++) file(agent, gapOf(agent, 0) - 1);
  let taken = 0;
  for (let step = 0; step < STEPS; step++) {
    wheel = step % 3 === 0 ? other : one;
    const count = wheel.take(step, due);
    const expected = (list.get(step) ?? []).sort((a, b) => a - b);
    list.delete(step);
    expect(count).toBe(expected.length);
    for (let k = 0; k < count; k++) {
      if (due[k] !== expected[k]) throw new Error(`step ${step}: agent ${due[k]}, not ${expected[k]}`);
    }
    for (let k = 0; k < count; k++) file(due[k], step + gapOf(due[k], ++wakes[due[k]]));
    taken += count;
  }
  return taken;
}

const mixed = (agent: number, wakes: number): number => Math.imul(agent * 31 + wakes + 7, 0x9e3779b1) >>> 0;

describe("the wake wheel", () => {
  it("gives everybody back, with gaps of a few steps up to beyond a turn", () => {
    expect(playAgainstList(500, (agent, wakes) => 1 + (mixed(agent, wakes) % 9_000))).toBeGreaterThan(500);
  });

  it("gives many at once in ascending order", () => {
    expect(playAgainstList(5_000, (agent, wakes) => 1 + (mixed(agent, wakes) % 3) * 400)).toBeGreaterThan(
      1e5,
    );
  });

  it("keeps those who sleep to the end of time, and never files who never wakes", () => {
    const wheel = new WakeWheel(3, STEP_MICROS, ORIGIN);
    const due = new Int32Array(3);
    wheel.schedule(0, ORIGIN + 1e9 * STEP_MICROS * 8);
    wheel.schedule(1, Infinity);
    wheel.schedule(2, ORIGIN + 4096 * STEP_MICROS);
    const seen: [step: number, agent: number][] = [];
    for (let step = 0; step < 10_000; step++) {
      for (let k = wheel.take(step, due); k > 0; k--) seen.push([step, due[k - 1]]);
    }
    expect(seen).toEqual([[4096, 2]]);
  });
});
