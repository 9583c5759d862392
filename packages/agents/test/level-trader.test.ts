/**
 * The level trader's levels, its bid's size and stop, and the round price at which it takes the profit.
 *
 * Round prices near 76,000 are 75,000, 70,000, 65,000; above 80,000, 85,000.
 */
import { expect, test } from "vitest";
import { levelTrader } from "@undertow/agents";
import { NOTICE_STOPPED } from "@undertow/core";
import { BTC_PERP, Stage, UNIT, only } from "./harness.ts";

const params = {
  riskAppetite: 0.5,
  leverage: 5,
  rank: 1,
  reach: 0.2,
  supportMemory: 0,
  stopGap: 0.004,
  minProfit: 0.02,
  reentryDelay: 3600e6,
  maxDepthShare: 1,
};

/** One tick is 0.1. */
function trader(price: number, changes: Record<string, number> = {}): Stage {
  const made = new Stage(levelTrader, { ...params, ...changes }, 1, [0]);
  made.cash[0] = 1000 * UNIT;
  made.move(BTC_PERP, price / 75_000);
  return made;
}

const levelAt = (made: Stage): number | undefined => {
  const [order] = only(made.wake(), "limit");
  return order === undefined ? undefined : order.ticks / 10;
};

test("bids at the round price below with the stop just under it: 2,500 is 33 lots at 75,000", () => {
  expect(trader(76_000).wake()).toMatchObject([
    { kind: "leverage", lots: 5 },
    { kind: "limit", market: BTC_PERP, side: 1, ticks: 750_000, lots: 33 },
    { kind: "stop", ticks: 747_000 },
  ]);
});

test("deeper ranks bid at the next round prices, as far as they reach", () => {
  expect(levelAt(trader(76_000, { rank: 2 }))).toBe(70_000);
  expect(levelAt(trader(76_000, { rank: 3 }))).toBe(65_000);
  expect(levelAt(trader(76_000, { rank: 3, reach: 0.14 }))).toBeUndefined();
});

test("a recent low between round prices is a level of its own, unless it is one of them", () => {
  const bounced = (low: number, rank: number): number | undefined => {
    const made = trader(low, { supportMemory: 1e15, rank });
    made.wake();
    made.move(BTC_PERP, 79_000 / low);
    return levelAt(made);
  };
  expect(bounced(77_500, 1)).toBe(77_500);
  expect(bounced(77_500, 2)).toBe(75_000);
  expect(bounced(75_100, 1)).toBe(75_000);
  expect(bounced(75_100, 2)).toBe(70_000);
});

test("keeps its bid while the level stands, moves it with the level", () => {
  const made = trader(76_000);
  made.wake();
  made.resting[BTC_PERP][0] = 1;
  expect(made.wake()).toHaveLength(0);
  made.move(BTC_PERP, 81_000 / 76_000);
  const moved = made.wake();
  expect(moved.map((order) => order.kind)).toEqual(["cancel", "leverage", "limit", "stop"]);
  expect(moved[2].ticks).toBe(800_000);
});

test("holds until the next round price, or the one after when that is too near", () => {
  const sellsAt = (price: number, changes: Record<string, number> = {}): boolean => {
    const made = trader(76_000, changes);
    made.wake();
    made.hold(BTC_PERP, 33);
    made.move(BTC_PERP, price / 76_000);
    return only(made.wake(), "reduce").length > 0;
  };
  expect(sellsAt(79_900)).toBe(false);
  expect(sellsAt(80_001)).toBe(true);
  expect(sellsAt(80_001, { minProfit: 0.1 })).toBe(false);
  expect(sellsAt(85_001, { minProfit: 0.1 })).toBe(true);
});

test("waits after its stop, without a bid in the book", () => {
  const made = trader(76_000);
  made.wake();
  made.resting[BTC_PERP][0] = 1;
  expect(made.wake(60e6, NOTICE_STOPPED).map((order) => order.kind)).toEqual(["cancel"]);
  made.resting[BTC_PERP][0] = 0;
  expect(made.wake(1e6)).toHaveLength(0);
  expect(levelAt(made)).toBeUndefined();
  made.wake(100 * 3600e6);
  expect(made.memory.level[0]).toBe(750_000);
});

test("holds a long that it was given as one bought at the nearest level: same stop, same profit", () => {
  const made = trader(76_000, { rank: 3, reach: 0.001 });
  made.hold(BTC_PERP, 33);
  expect(made.wake()).toMatchObject([{ kind: "stop", market: BTC_PERP, ticks: 747_000 }]);
  made.move(BTC_PERP, 79_900 / 76_000);
  expect(made.wake()).toHaveLength(0);
  made.move(BTC_PERP, 80_001 / 79_900);
  expect(made.wake()).toMatchObject([{ kind: "reduce", side: -1, lots: 33 }]);
});
