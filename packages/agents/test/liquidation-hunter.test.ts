/** The hunter's choice of a cluster, its size, its covering inside the cluster, and when it gives up. */
import { expect, test } from "vitest";
import { liquidationHunter } from "@undertow/agents";
import {
  LIQUIDATION_BINS,
  LIQUIDATION_BIN_LOG,
  NOTICE_FILLED,
  NOTICE_REJECTED,
  NOTICE_STOPPED,
  TRIGGER_LEVEL,
} from "@undertow/core";
import { BTC_PERP, SOL_PERP, Stage, UNIT, only } from "./harness.ts";

const params = {
  reach: 0.05,
  minPull: 1,
  attackProbability: 1,
  attackShare: 0.1,
  riskAppetite: 0.5,
  leverage: 5,
  stopDistance: 0.02,
  coverSlice: 0.5,
  patience: 1800e6,
  rest: 3600e6,
  maxDepthShare: 1,
};
const DEPTH = 1000;

function hunter(changes: Record<string, number> = {}, count = 1, coins = [0]): Stage {
  const made = new Stage(liquidationHunter, { ...params, ...changes }, count, coins);
  made.cash.fill(1e6 * UNIT);
  made.view.bidDepthLots.fill(DEPTH);
  made.view.askDepthLots.fill(DEPTH);
  return made;
}

function cluster(made: Stage, side: "below" | "above", bin: number, lots: number, market = BTC_PERP): void {
  const column = side === "below" ? made.view.liquidationBelowLots : made.view.liquidationAboveLots;
  column[market * LIQUIDATION_BINS + bin] = lots;
}

test("sells ahead of longs below, with a stop and a wake at the far edge of their bin", () => {
  const made = hunter();
  cluster(made, "below", 3, 2000);
  const edge = made.view.liquidationGridTicks[BTC_PERP] * Math.exp(-3 * LIQUIDATION_BIN_LOG);
  expect(made.wake()).toMatchObject([
    { kind: "leverage", lots: 5 },
    { kind: "market", market: BTC_PERP, side: -1, lots: 200 },
    { kind: "stop", ticks: 765_000 },
    { kind: "wake", market: BTC_PERP, ticks: Math.floor(edge) },
  ]);
});

test("buys below shorts, where they pull more, in the coin where they pull most", () => {
  const made = hunter({}, 1, [0, 1]);
  cluster(made, "below", 2, 1500);
  cluster(made, "above", 4, 1800);
  expect(only(made.wake(), "market")).toMatchObject([{ market: BTC_PERP, side: 1, lots: 180 }]);
  const other = hunter({}, 1, [0, 1]);
  cluster(other, "below", 2, 1500);
  cluster(other, "above", 4, 1800, SOL_PERP);
  expect(only(other.wake(), "market")).toMatchObject([{ market: SOL_PERP, side: 1, lots: 180 }]);
});

test("leaves alone what is out of reach, too small, or at the price already", () => {
  const attacks = (bin: number, lots: number): number => {
    const made = hunter();
    cluster(made, "below", bin, lots);
    return only(made.wake(), "market").length;
  };
  expect([attacks(5, 1000), attacks(6, 9000), attacks(5, 999), attacks(0, 9000)]).toEqual([1, 0, 0, 0]);
});

test("attacks with its probability, within money and depth", () => {
  const made = hunter({ attackProbability: 0.3 }, 1000);
  cluster(made, "below", 2, 5000);
  // Binomial sd 0.0145.
  expect(only(made.wake(), "market").length / 1000).toBeCloseTo(0.3, 1);
  const poor = hunter();
  poor.cash[0] = 1000 * UNIT;
  cluster(poor, "below", 2, 5000);
  // Half of 1,000 at 5x is 33 lots at 75.
  expect(only(poor.wake(), "market")).toMatchObject([{ lots: 33 }]);
  const thin = hunter({ maxDepthShare: 0.1 });
  cluster(thin, "below", 2, 5000);
  expect(only(thin.wake(), "market")).toMatchObject([{ lots: 100 }]);
});

function attacking(changes: Record<string, number> = {}): Stage {
  const made = hunter(changes);
  cluster(made, "below", 3, 2000);
  made.fill(made.wake());
  expect(made.held[BTC_PERP][0]).toBe(-200);
  return made;
}

test("waits on the way and covers slice by slice once the far edge is reached, also when the price turns", () => {
  const made = attacking();
  expect(made.wake()).toEqual([]);
  made.move(BTC_PERP, 0.98);
  expect(made.wake()).toEqual([]);
  made.move(BTC_PERP, 0.985);
  const first = made.wake(1e6, 0, TRIGGER_LEVEL);
  expect(first).toMatchObject([{ kind: "reduce", side: 1, lots: 100 }]);
  made.fill(first);
  made.move(BTC_PERP, 1.01);
  const second = made.wake();
  expect(second).toMatchObject([{ kind: "reduce", side: 1, lots: 100 }]);
  made.fill(second);
  expect(made.held[BTC_PERP][0]).toBe(0);
  // Flat: forgets its level, rests, and does not attack again at once.
  expect(made.wake()).toMatchObject([{ kind: "wake", ticks: 0 }]);
  expect(made.wake()).toEqual([]);
  expect(only(made.wake(1e3 * 3600e6), "market")).toHaveLength(1);
});

test("gives up after its patience, all at once", () => {
  const made = attacking();
  expect(made.wake(1700e6)).toEqual([]);
  expect(made.wake(100e6)).toMatchObject([{ kind: "reduce", side: 1, lots: 200 }]);
});

test("forgets an attack that its stop has ended, or that never came about", () => {
  const made = attacking();
  made.held[BTC_PERP][0] = 0;
  expect(made.wake(10e6, NOTICE_STOPPED)).toMatchObject([{ kind: "wake", ticks: 0 }]);
  const refused = hunter();
  cluster(refused, "below", 3, 2000);
  refused.wake();
  expect(refused.wake()).toEqual([]);
  expect(refused.wake(1800e6)).toMatchObject([{ kind: "wake", ticks: 0 }]);
});

test("forgets an attack that was rejected at its next look, and may attack at the one after", () => {
  const made = hunter();
  cluster(made, "below", 3, 2000);
  made.wake();
  expect(made.wake(60e6, NOTICE_REJECTED)).toMatchObject([{ kind: "wake", ticks: 0 }]);
  expect(only(made.wake(60e6), "market")).toHaveLength(1);
});

test("an attack that was filled goes on, and rests once it is over, whatever was rejected beside it", () => {
  const made = attacking();
  expect(made.wake(60e6, NOTICE_FILLED | NOTICE_REJECTED)).toEqual([]);
  made.held[BTC_PERP][0] = 0;
  expect(made.wake(60e6, NOTICE_STOPPED | NOTICE_REJECTED)).toMatchObject([{ kind: "wake", ticks: 0 }]);
  expect(made.wake(1e6)).toEqual([]);
});
