/** Scheduled wakes: nobody is lost, nobody decides twice in a step, and the market does not move them. */
import { describe, expect, it } from "vitest";
import { defineAgent } from "@undertow/core";
import { buildWorld, step } from "@undertow/core/testing";
import { population, smallMarket } from "./support/small-market.ts";

/** Wakes seen by each agent, in order: agent, moment; for assertions, never read by an agent. */
const seen: [agent: number, micros: number][] = [];

const sleeper = (kind: "fixed" | "poisson") =>
  defineAgent({
    name: `${kind} sleeper`,
    summary: "Wakes and does nothing.",
    source: "own, for tests",
    params: { interval: { unit: "duration", description: "mean between wakes", default: 60e6 } },
    memory: {},
    wake: { interval: "interval", kind },
    decide({ due }) {
      for (let k = 0; k < due.count; k++) seen.push([due.agents[k], due.wakeMicros[k]]);
    },
  });

function wakesOf(kind: "fixed" | "poisson", intervalSeconds: number, stepSeconds: number, minutes: number) {
  seen.length = 0;
  const type = sleeper(kind);
  const inputs = smallMarket({
    populations: [population("sleepers", type, 40, { interval: intervalSeconds * 1e6 }, 0)],
    stepSeconds,
    minutes,
  });
  const world = buildWorld({ ...inputs, agentTypes: { ...inputs.agentTypes, [type.name]: type } });
  for (let k = 0; k < (minutes * 60) / stepSeconds; k++) step(world);
  expect(world.counters.decisions).toBe(seen.length);
  return { wakes: [...seen], startMicros: inputs.startMicros };
}

describe("scheduled wakes", () => {
  it("go on for ever: each half of a long run has as many as the interval says", () => {
    // Mean 30 s, steps of 5 s: 40 agents x 240 half-minutes, less the 7.7 % that share a step with the one before.
    const { wakes, startMicros } = wakesOf("poisson", 30, 5, 240);
    const middle = startMicros + 120 * 60e6;
    const halves = [0, 0];
    for (const [, micros] of wakes) halves[micros < middle ? 0 : 1]++;
    // A step of length h holds at least one wake with probability 1 - exp(-h / mean).
    const expected = 40 * 1440 * (1 - Math.exp(-5 / 30));
    const deviation = 4 * Math.sqrt(expected * Math.exp(-5 / 30));
    for (const half of halves) expect(Math.abs(half - expected)).toBeLessThan(deviation);
    const last = new Map(wakes.map(([agent, micros]) => [agent, micros]));
    expect(last.size).toBe(40);
    for (const micros of last.values()) expect(micros).toBeGreaterThan(startMicros + 230 * 60e6);
  });

  it("at fixed intervals come once an interval, or once a step where the interval is shorter", () => {
    for (const [interval, stepSeconds, each] of [
      [10, 5, 60],
      [10, 1, 60],
      [1, 5, 120],
      [0.1, 1, 600],
    ]) {
      const { wakes } = wakesOf("fixed", interval, stepSeconds, 10);
      const counts = new Map<number, number>();
      for (const [agent] of wakes) counts.set(agent, (counts.get(agent) ?? 0) + 1);
      for (const count of counts.values()) expect(Math.abs(count - each)).toBeLessThanOrEqual(1);
      expect(counts.size).toBe(40);
    }
  });

  it("never come twice in a step, and at the same moments whatever the step where each has one", () => {
    const perStep = (micros: number, stepSeconds: number): number => Math.floor(micros / (stepSeconds * 1e6));
    const { wakes } = wakesOf("poisson", 30, 5, 60);
    const steps = new Set(wakes.map(([agent, micros]) => `${agent} ${perStep(micros, 5)}`));
    expect(steps.size).toBe(wakes.length);
    const fine = wakesOf("poisson", 30, 1, 60).wakes;
    const moments = new Set(fine.map(([agent, micros]) => `${agent} ${micros}`));
    const shared = wakes.filter(([agent, micros]) => moments.has(`${agent} ${micros}`));
    // The first wake of a coarse step is that of its fine step: wakes do not depend on the step.
    expect(shared.length).toBe(wakes.length);
  });
});
