/**
 * The dip buyer's steps: what it spends at each threshold, when its cash is gone, when it sells.
 *
 * Thresholds at 10, 15, 20 and 25 % below the high, a quarter of 100,000 at each.
 */
import { expect, test } from "vitest";
import { dipBuyer } from "@undertow/agents";
import { BTC_SPOT, Stage, UNIT, only, totalLots } from "./harness.ts";

const params = {
  firstDip: 0.1,
  dipStep: 0.05,
  buyShare: 0.25,
  takeProfit: 0.1,
  highMemory: 1e18,
  maxDepthShare: 1,
};

function buyer(changes: Record<string, number> = {}): Stage {
  const made = new Stage(dipBuyer, { ...params, ...changes }, 1, [0]);
  made.cash[0] = 100_000 * UNIT;
  expect(made.wake()).toHaveLength(0);
  return made;
}

/** Sets the mid to a share of the starting 75,000, wakes, fills; money bought (+) or sold (-). */
function at(made: Stage, share: number): number {
  made.move(BTC_SPOT, (share * 7.5e6) / made.view.midTicks[BTC_SPOT]);
  const orders = made.wake();
  made.fill(orders);
  return made.moneyOf(BTC_SPOT, totalLots(orders, 1) - totalLots(orders, -1));
}

test("spends a quarter of its starting cash at each threshold, once, until nothing is left", () => {
  const made = buyer();
  expect(at(made, 0.905)).toBe(0);
  // Whole lots of 0.001 coins: up to $68 less.
  expect(at(made, 0.895)).toBeGreaterThan(25_000 - 68);
  expect(at(made, 0.89)).toBe(0);
  expect(at(made, 0.91)).toBe(0);
  expect(at(made, 0.845)).toBeGreaterThan(25_000 - 132);
  // Two thresholds in one fall; 2 % of what is free is kept for fees.
  const rest = at(made, 0.745);
  expect(rest).toBeGreaterThan(0.98 * 50_000 - 132);
  expect(rest).toBeLessThanOrEqual(0.98 * 50_200);
  expect(at(made, 0.5)).toBeLessThan(1300);
  for (let k = 0; k < 20; k++) at(made, 0.5);
  expect(at(made, 0.4)).toBe(0);
  expect(made.cash[0]).toBeGreaterThanOrEqual(0);
});

test("sells all that it bought a tenth above its average cost, and not its starting coins", () => {
  const made = new Stage(dipBuyer, params, 1, [0]);
  made.cash[0] = 100_000 * UNIT;
  made.hold(BTC_SPOT, 100);
  made.cost[BTC_SPOT][0] *= 0.895;
  made.wake();
  at(made, 0.895);
  const bought = made.held[BTC_SPOT][0] - 100;
  expect(bought).toBe(372);
  expect(at(made, 0.98)).toBe(0);
  expect(at(made, 0.986)).toBeLessThan(-27_000);
  expect(made.held[BTC_SPOT][0]).toBe(100);
});

test.each([0.5, 1, 1.5])("the cost of its starting coins, %s of the price, does not count", (share) => {
  const made = new Stage(dipBuyer, params, 1, [0]);
  made.cash[0] = 100_000 * UNIT;
  made.hold(BTC_SPOT, 100);
  made.cost[BTC_SPOT][0] *= share;
  made.wake();
  at(made, 0.895);
  expect(made.held[BTC_SPOT][0]).toBe(472);
  expect(at(made, 0.98)).toBe(0);
  // In three parts, with a pause under the threshold.
  made.view.bidDepthLots[BTC_SPOT] = 150;
  expect(at(made, 0.986)).toBeLessThan(-11_000);
  expect(at(made, 0.98)).toBe(0);
  for (let k = 0; k < 3; k++) at(made, 0.986);
  expect(made.held[BTC_SPOT][0]).toBe(100);
});

test("does not buy a threshold again that it has sold, until the high is near", () => {
  const made = buyer({ takeProfit: 0.01 });
  at(made, 0.88);
  expect(at(made, 0.895)).toBeLessThan(0);
  expect(at(made, 0.88)).toBe(0);
  expect(at(made, 0.84)).toBeGreaterThan(24_000);
  expect(at(made, 0.88)).toBeLessThan(0);
  at(made, 0.96);
  expect(at(made, 0.895)).toBeGreaterThan(24_000);
});

test("the high sinks towards the price with its memory", () => {
  const made = buyer({ highMemory: 1000e6, firstDip: 0.2 });
  made.move(BTC_SPOT, 0.81);
  expect(made.wake(1)).toHaveLength(0);
  // One memory later the lead of 19 has sunk to 19 / e = 7: a further fall of 13 % is 18.6 % below that high.
  made.move(BTC_SPOT, 0.87);
  expect(only(made.wake(1000e6), "market")).toHaveLength(0);
  expect(made.memory.high0[0] / 7.5e6).toBeCloseTo(0.7047 + (1 - 0.7047) / Math.E, 3);
});

test("works a large step off within the visible depth", () => {
  const made = buyer({ maxDepthShare: 0.1 });
  made.view.askDepthLots[BTC_SPOT] = 1000;
  made.move(BTC_SPOT, 0.88);
  for (let k = 0; k < 3; k++) {
    const orders = made.wake();
    expect(totalLots(orders)).toBe(100);
    made.fill(orders);
  }
  const last = made.wake();
  expect(totalLots(last)).toBe(78);
});
