/**
 * A step in which nobody wakes and no trigger is reached touches no agent, however many there are.
 *
 * Counted are the elements read or written of every array that is longer with more agents: accounts, slots, parameters,
 * memory, wakes, triggers, the margin index and its work space. Two passes over all accounts are meant to be, each on a
 * clock of its own, and left out here: the audit and the payment of funding.
 */
import { describe, expect, it } from "vitest";
import { audit, buildWorld, step, type World } from "@undertow/core/testing";
import { START_TICKS, PERP, holder, ladderMaker, population, smallMarket } from "./support/small-market.ts";
import { countTouches } from "./support/touched-elements.ts";

const MINUTES = 60e6;
const QUIET_STEPS = 90;
const FOR_EVER = 1e8 * MINUTES;

/** A crowd with isolated and cross positions and stops, which sleeps; two makers who have quoted and sleep for a while. */
function worldOf(count: number, sleepMicros = FOR_EVER): World {
  const positions = Array.from({ length: count }, (_, agent) => {
    const side = agent % 2 === 0 ? 1 : -1;
    return { agent, market: PERP, lots: side, entryTicks: START_TICKS, leverage: 5 };
  });
  const isolated = positions.map((row) => ({
    ...row,
    margin: 20_000,
    stopTicks: START_TICKS - row.lots * 1_000,
  }));
  const sleep = { interval: sleepMicros };
  const inputs = smallMarket({
    populations: [
      population("makers", ladderMaker, 2, { interval: 60 * MINUTES }, 1e9),
      population("isolated", holder, count, sleep, 1e6, isolated),
      population("cross", holder, count, sleep, 1e6, positions, { cross: true }),
    ],
    minutes: 240,
  });
  const world = buildWorld({ ...inputs, auditEverySteps: 1e9 });
  while (!makersSleep(world)) step(world);
  return world;
}

/** Whether both makers have quoted and sleep for the time of the test. */
function makersSleep({ members, wheel, nowMicros }: World): boolean {
  const until = nowMicros + 2 * QUIET_STEPS * 1e6;
  return [0, 1].every((maker) => members[0].ordinal[maker] > 0 && wheel.wakeMicros[maker] > until);
}

describe("a quiet step", () => {
  it("touches no agent, of a thousand or of a hundred thousand", () => {
    const [few, many] = [worldOf(500), worldOf(50_000)];
    const touches = [countTouches(few, worldOf(1)), countTouches(many, worldOf(1))];
    expect(touches[0].fields).toBeGreaterThan(50);
    expect(touches[1].fields).toBeGreaterThanOrEqual(touches[0].fields);
    for (const [k, world] of [few, many].entries()) {
      expect(world.markets[PERP].book.bestBid()).toBeGreaterThan(0);
      const { decisions, fills, triggers } = world.counters;
      for (let n = 0; n < QUIET_STEPS; n++) step(world);
      expect(world.counters).toMatchObject({ decisions, fills, triggers });
      // One read a step: whether the venue's insurance fund, an account as well, has a position to sell.
      expect(touches[k].count).toBe(QUIET_STEPS);
    }
  });
});

describe("the count", () => {
  it("sees a pass over all accounts", () => {
    const world = worldOf(500);
    const touches = countTouches(world, worldOf(1));
    audit(world);
    expect(touches.count).toBeGreaterThan(1000);
  });

  it("sees each agent that wakes, and no other", () => {
    const perWake = [500, 5000].map((count) => {
      const world = worldOf(count, 10 * MINUTES);
      const touches = countTouches(world, worldOf(1));
      const before = world.counters.decisions;
      for (let n = 0; n < QUIET_STEPS; n++) step(world);
      return touches.count / (world.counters.decisions - before);
    });
    expect(perWake[0]).toBeGreaterThan(10);
    expect(perWake[1]).toBeLessThan(1.5 * perWake[0]);
  });
});
