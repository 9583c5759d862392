/** The leveraged trader's defence by margin and its choice of leverage by risk aversion; both off by default. */
import { describe, expect, test } from "vitest";
import { leveragedTrader } from "@undertow/agents";
import { BTC_PERP, Stage, UNIT, only } from "./harness.ts";

const base = {
  interval: 600e6,
  leverage: 20,
  entryProbability: 1,
  longBias: 1,
  stopProbability: 1,
  stopAtMarginLoss: 0.5,
  fearThreshold: 100,
  horizon: 100 * 3600e6,
  maxDepthShare: 1,
  sentimentBeta: 0,
};

function trader(changes: Record<string, number> = {}, count = 1): Stage {
  const made = new Stage(leveragedTrader, { ...base, ...changes }, count, [0]);
  made.cash.fill(10_000 * UNIT);
  return made;
}

describe("defence", () => {
  /** A long of 100 lots, 7,500 dollars, with a margin of 375. */
  function held(changes: Record<string, number>, loss: number): Stage {
    const made = trader({ horizon: 1e9 * 3600e6, ...changes });
    made.hold(BTC_PERP, 100);
    made.margin[BTC_PERP][0] = 375 * UNIT;
    made.move(BTC_PERP, 1 - (loss * 375) / 7500);
    return made;
  }
  const topUps = (made: Stage): number[] => only(made.wake(), "margin").map(({ lots }) => lots / UNIT);

  test("adds half the margin once the loss is half of it, at most as often as told", () => {
    expect(topUps(held({ topUps: 2 }, 0.49))).toEqual([]);
    const made = held({ topUps: 2 }, 0.51);
    expect([topUps(made), topUps(made), topUps(made)]).toEqual([[187.5], [187.5], []]);
    expect(topUps(held({ topUps: 1, topUpAtMarginLoss: 0.8, topUpSize: 2 }, 0.81))).toEqual([750]);
  });

  test("is limited by free cash, needs an isolated position, and is off by default", () => {
    const poor = held({ topUps: 1 }, 0.6);
    poor.cash[0] = 30 * UNIT;
    expect(topUps(poor)).toEqual([30]);
    const cross = held({ topUps: 1 }, 0.6);
    cross.margin[BTC_PERP][0] = 0;
    expect(topUps(cross)).toEqual([]);
    expect(topUps(held({}, 0.9))).toEqual([]);
  });

  test("begins anew with the next position", () => {
    const made = held({ topUps: 1, reentryDelay: 0 }, 0.6);
    expect(topUps(made)).toHaveLength(1);
    made.held[BTC_PERP][0] = 0;
    expect(only(made.wake(), "market")).toHaveLength(1);
    expect(made.memory["toppedUp"][0]).toBe(0);
  });
});

describe("leverage by risk aversion", () => {
  /** Leverage set, notional over the stake, and the stop's distance from the mid. */
  function entry(changes: Record<string, number>, volatility = 0.0005): readonly [number, number, number] {
    const made = trader(changes);
    made.view.volatilitySlow[BTC_PERP] = volatility;
    const sent = made.wake();
    const [order] = only(sent, "market");
    const stop = only(sent, "stop")[0].ticks;
    return [only(sent, "leverage")[0].lots, made.moneyOf(BTC_PERP, order.lots) / 5000, 1 - stop / 750_000];
  }

  test("is conviction / (aversion x variance over the horizon)", () => {
    // Variance 0.0005^2 x 6,000 min = 0.0015: 0.05 / (5 x 0.0015) = 6.67.
    const [leverage, used, distance] = entry({ riskAversion: 5, conviction: 0.05 });
    expect(leverage).toBeCloseTo(20 / 3, 9);
    expect(used).toBeCloseTo(20 / 3, 1);
    expect(distance).toBeCloseTo(0.5 / (20 / 3), 4);
    expect(entry({ riskAversion: 5, conviction: 0.05 }, 0.001)[0]).toBeCloseTo(20 / 12, 9);
    expect(entry({ riskAversion: 10, conviction: 0.05 })[0]).toBeCloseTo(20 / 6, 9);
  });

  test("is at most the parameter; below 1 part of the stake stays cash", () => {
    expect(entry({ riskAversion: 1, conviction: 0.1 })[0]).toBe(20);
    const [leverage, used, distance] = entry({ riskAversion: 20, conviction: 0.015 });
    expect(leverage).toBe(1);
    expect(used).toBeCloseTo(0.5, 1);
    expect(distance).toBeCloseTo(0.5, 4);
  });

  test("is that by which the profit of a cross position is measured", () => {
    // Opened at 6.67, so that a margin's gain is 15 % of the price, and not the 5 % of the parameter's 20.
    const profits = (gain: number): number => {
      const made = trader({ riskAversion: 5, conviction: 0.05, takeProfit: 1, horizon: 6000 * 60e6 });
      made.view.volatilitySlow[BTC_PERP] = 0.0005;
      made.fill(made.wake());
      // Volatility has changed since, the leverage of the position has not.
      made.view.volatilitySlow[BTC_PERP] = 0.005;
      made.move(BTC_PERP, 1 + gain);
      return only(made.wake(), "reduce").length;
    };
    expect([profits(0.06), profits(0.14), profits(0.16)]).toEqual([0, 0, 1]);
  });

  test("without risk aversion is the parameter, whatever the conviction", () => {
    expect(entry({ conviction: 0.001 })[0]).toBe(20);
    expect(entry({ conviction: 0.001 })).toEqual(entry({}));
  });
});
