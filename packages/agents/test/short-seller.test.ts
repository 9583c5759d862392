/**
 * The short seller's entry size and stop, its covering into the fall, the squeeze and the wait after it.
 *
 * Scores are set through the 30-min return: z standard deviations of the slow volatility.
 */
import { expect, test } from "vitest";
import { shortSeller } from "@undertow/agents";
import { CAUSE_DISCRETIONARY, CAUSE_RISK_LIMIT, NOTICE_STOPPED } from "@undertow/core";
import { BTC_PERP, SOL_PERP, Stage, UNIT, only } from "./harness.ts";

const params = {
  riskAppetite: 0.5,
  leverage: 5,
  entryScore: 2,
  entryProbability: 1,
  leaderWeight: 0,
  takeProfit: 0.05,
  coverSlice: 0.25,
  stopDistance: 0.04,
  squeezeScore: 3,
  reentryDelay: 3600e6,
  maxDepthShare: 1,
};

function seller(changes: Record<string, number> = {}, count = 1, coin = 0): Stage {
  const made = new Stage(shortSeller, { ...params, ...changes }, count, [coin]);
  made.cash.fill(1000 * UNIT);
  return made;
}

function score(made: Stage, market: number, z: number): void {
  made.view.return30m[market] = z * made.view.volatilitySlow[market] * Math.sqrt(30);
}

test("opens on weakness alone: half of 1,000 at 5x is 33 lots at 75,000, the stop 4 % above", () => {
  const made = seller();
  score(made, BTC_PERP, -1.9);
  expect(made.wake()).toHaveLength(0);
  score(made, BTC_PERP, -2.1);
  expect(made.wake()).toMatchObject([
    { kind: "leverage", lots: 5 },
    { kind: "market", market: BTC_PERP, side: -1, lots: 33, cause: CAUSE_DISCRETIONARY },
    { kind: "stop", ticks: 780_000 },
  ]);
});

test("opens with its probability, within visible depth", () => {
  const made = seller({ entryProbability: 0.3, maxDepthShare: 0.001 }, 1000);
  made.view.bidDepthLots[BTC_PERP] = 20_000;
  score(made, BTC_PERP, -4);
  const opened = only(made.wake(), "market");
  // Binomial sd 0.0145.
  expect(opened.length / 1000).toBeCloseTo(0.3, 1);
  expect(new Set(opened.map((order) => order.lots))).toEqual(new Set([20]));
});

test("the leader's fall counts as weakness as far as it is watched", () => {
  const opened = (leaderWeight: number): number => {
    const made = seller({ leaderWeight }, 1, 1);
    score(made, BTC_PERP, -6);
    return only(made.wake(), "market", SOL_PERP).length;
  };
  expect(opened(0.5)).toBe(1);
  expect(opened(0)).toBe(0);
});

test("covers a quarter of the position at each look once the fall pays, and all in a squeeze", () => {
  const made = seller();
  made.hold(BTC_PERP, -100);
  made.move(BTC_PERP, 0.951);
  expect(made.wake()).toHaveLength(0);
  made.move(BTC_PERP, 0.99);
  for (const left of [75, 50, 25, 0]) {
    const orders = made.wake();
    expect(orders).toMatchObject([{ kind: "reduce", side: 1, lots: 25, cause: CAUSE_DISCRETIONARY }]);
    const entry = made.cost[BTC_PERP][0] / made.held[BTC_PERP][0];
    made.fill(orders);
    expect(made.held[BTC_PERP][0]).toBe(left - 2 * left);
    made.cost[BTC_PERP][0] = -entry * left;
  }
  made.hold(BTC_PERP, -100);
  score(made, BTC_PERP, 2.9);
  expect(made.wake()).toHaveLength(0);
  score(made, BTC_PERP, 3.1);
  expect(made.wake()).toMatchObject([{ kind: "reduce", side: 1, lots: 100, cause: CAUSE_RISK_LIMIT }]);
});

test("waits after it was stopped out", () => {
  const made = seller({}, 400);
  score(made, BTC_PERP, -3);
  expect(made.wake(60e6, NOTICE_STOPPED)).toHaveLength(0);
  // After one mean wait 1 - 1/e are back; binomial sd 0.024.
  expect(only(made.wake(3600e6), "market").length / 400).toBeCloseTo(0.632, 1);
});
