/**
 * The market maker's reactions: depth on target, withdrawal with volatility and losses, skew, impact, quiet steps.
 *
 * Each test steps one agent against a hand-made view.
 */
import { describe, expect, test } from "vitest";
import { marketMaker } from "@undertow/agents";
import { BTC_PERP, BTC_SPOT, SOL_PERP, Stage, UNIT, only, totalLots } from "./harness.ts";

const DEPTH = 10e6;
const params = {
  perpDepth0: DEPTH * UNIT,
  spotDepth0: DEPTH * UNIT,
  perpDepth1: 1e6 * UNIT,
  spotDepth1: 1e6 * UNIT,
  riskCapital: 5e6 * UNIT,
};

function stage(changes: Record<string, number> = {}): Stage {
  const made = new Stage(marketMaker, { ...params, ...changes });
  made.cash[0] = 1e9 * UNIT;
  made.hold(BTC_SPOT, made.lotsOf(BTC_SPOT, 100e6));
  made.hold(2, made.lotsOf(2, 100e6));
  return made;
}

/** Money within 1 % of the mid on a side. */
function depthWithin(
  made: Stage,
  orders: ReturnType<Stage["wake"]>,
  market: number,
  side: number,
  share = 0.01,
): number {
  const mid = made.view.midTicks[market];
  const near = only(orders, "level", market).filter((level) => Math.abs(level.ticks / mid - 1) <= share);
  return made.moneyOf(market, totalLots(near, side));
}

function centre(orders: ReturnType<Stage["wake"]>, market: number): number {
  const levels = only(orders, "level", market);
  const bid = Math.max(...levels.filter((level) => level.side === 1).map((level) => level.ticks));
  const ask = Math.min(...levels.filter((level) => level.side === -1).map((level) => level.ticks));
  return (bid + ask) / 2;
}

describe("quotes", () => {
  test("hold the target within 1 % and as much again up to 5 %, on both sides", () => {
    const made = stage();
    const orders = made.wake();
    for (const market of [BTC_SPOT, BTC_PERP]) {
      for (const side of [1, -1]) {
        expect(depthWithin(made, orders, market, side) / DEPTH).toBeCloseTo(1, 2);
        expect(depthWithin(made, orders, market, side, 0.0501) / DEPTH).toBeCloseTo(2, 2);
      }
    }
    expect(depthWithin(made, orders, SOL_PERP, 1)).toBeCloseTo(1e6, -4);
  });

  test("are left alone while nothing changes", () => {
    const made = stage();
    expect(only(made.wake(), "ladder")).toHaveLength(4);
    expect(made.wake()).toHaveLength(0);
  });

  test("stay behind the opposite best price", () => {
    const made = stage();
    made.view.bidTicks[BTC_PERP] = 752_000;
    made.view.askTicks[BTC_PERP] = 752_010;
    const asks = only(made.wake(), "level", BTC_PERP).filter((level) => level.side === -1);
    expect(Math.min(...asks.map((level) => level.ticks))).toBeGreaterThan(752_000);
    expect(made.moneyOf(BTC_PERP, totalLots(asks)) / DEPTH).toBeCloseTo(2, 2);
  });

  test("never offer more spot than held", () => {
    const made = stage();
    made.hold(BTC_SPOT, 50);
    expect(totalLots(only(made.wake(), "level", BTC_SPOT), -1)).toBeLessThanOrEqual(50);
  });
});

describe("money", () => {
  test("spot bids of a coin take at most half of the free money", () => {
    const made = stage();
    made.cash[0] = 4e6 * UNIT;
    const bids = only(made.wake(), "level", BTC_SPOT).filter((level) => level.side === 1);
    expect(made.moneyOf(BTC_SPOT, totalLots(bids))).toBeLessThanOrEqual(2e6);
    expect(made.moneyOf(BTC_SPOT, totalLots(bids))).toBeGreaterThan(1.9e6);
  });
});

describe("withdrawal", () => {
  test("depth falls to a third and the spread triples when fast volatility triples", () => {
    const made = stage();
    const calm = made.wake();
    made.view.volatilityFast.fill(3 * made.view.volatilitySlow[0]);
    // Five memories of 300 s.
    for (let k = 0; k < 150; k++) made.wake();
    made.resting[BTC_PERP][0] = 0;
    const wild = made.wake();
    expect(depthWithin(made, wild, BTC_PERP, 1) / depthWithin(made, calm, BTC_PERP, 1)).toBeCloseTo(1 / 3, 1);
    const bestAsk = Math.min(
      ...only(wild, "level", BTC_PERP)
        .filter((l) => l.side < 0)
        .map((l) => l.ticks),
    );
    const mid = made.view.midTicks[BTC_PERP];
    expect(bestAsk / mid - 1).toBeGreaterThan(2.5e-4);
  });

  test("depth never falls below the floor in volatility alone", () => {
    const made = stage({ depthFloor: 0.2 });
    made.view.volatilityFast.fill(1);
    for (let k = 0; k < 300; k++) made.wake();
    made.resting[BTC_PERP][0] = 0;
    const money = made.moneyOf(BTC_PERP, totalLots(only(made.wake(), "level", BTC_PERP), 1));
    expect(money / (2 * DEPTH)).toBeCloseTo(0.2, 2);
  });

  test("switched off, it does not react to volatility", () => {
    const made = stage({ withdrawal: 0 });
    made.view.volatilityFast.fill(5 * made.view.volatilitySlow[0]);
    for (let k = 0; k < 100; k++) made.wake();
    made.resting[BTC_PERP][0] = 0;
    expect(depthWithin(made, made.wake(), BTC_PERP, 1) / DEPTH).toBeCloseTo(1, 1);
  });

  test("a loss of the risk capital in one coin halves all books if capital is shared, only its own if fenced", () => {
    const size = (shared: number): [number, number] => {
      const made = stage({
        sharedCapital: shared,
        lossHalfLife: 1e15,
        skew: 0,
        inventoryLimit: 1e6,
        impact: 0,
      });
      made.wake();
      made.hold(BTC_PERP, made.lotsOf(BTC_PERP, 50e6));
      made.wake();
      for (let k = 0; k < 60; k++) made.wake();
      // 10 % of $50M: the $5M of risk capital.
      made.move(BTC_PERP, 0.9);
      made.wake();
      made.resting[BTC_PERP][0] = 0;
      made.resting[SOL_PERP][0] = 0;
      const orders = made.wake();
      const sol = depthWithin(made, orders, SOL_PERP, 1) / 1e6;
      return [made.moneyOf(BTC_PERP, totalLots(only(orders, "level", BTC_PERP), 1)) / (2 * DEPTH), sol];
    };
    const [btcShared, solShared] = size(1);
    expect(btcShared).toBeCloseTo(0.5, 1);
    expect(solShared).toBeCloseTo(0.5, 1);
    const [btcFenced, solFenced] = size(0);
    expect(btcFenced).toBeLessThan(0.55);
    expect(solFenced).toBeCloseTo(1, 1);
  });

  test("an agent without equity takes its quotes away", () => {
    const made = stage();
    made.wake();
    made.cash[0] = -1e12 * UNIT;
    const orders = made.wake();
    expect(only(orders, "cancel")).toHaveLength(4);
    expect(only(orders, "level")).toHaveLength(0);
  });
});

describe("the reference", () => {
  test("bought inventory lowers the quotes by the skew, in proportion", () => {
    const moved = (lots: number): number => {
      const made = stage({
        skew: 0.005,
        inventoryLimit: 5,
        followHalfLife: 1e15,
        newsHalfLife: 1e15,
      });
      made.params.indexHalfLife[0] = 1e15;
      // Nobody else in the book: no side has to shift.
      made.view.bidTicks.fill(0);
      made.view.askTicks.fill(0);
      const before = centre(made.wake(), BTC_PERP);
      made.hold(BTC_PERP, lots);
      return centre(made.wake(), BTC_PERP) / before - 1;
    };
    const depthLots = Math.floor(DEPTH / 75);
    // 0.5 % x 1/5 of the limit.
    expect(moved(depthLots)).toBeCloseTo(-0.001, 5);
    expect(moved(2 * depthLots)).toBeCloseTo(-0.002, 5);
    expect(moved(-depthLots)).toBeCloseTo(0.001, 5);
  });

  /** Relative move of the quotes after takers bought so many 1 % depths, and again after the shift's half-life. */
  function lifted(depths: number, impactKnee: number): [number, number] {
    const made = stage({
      impact: 0.1,
      impactKnee,
      impactHalfLife: 7200e6,
      followHalfLife: 1e15,
      newsHalfLife: 1e15,
      indexHalfLife: 1e15,
    });
    made.view.bidTicks.fill(0);
    made.view.askTicks.fill(0);
    const before = centre(made.wake(), BTC_PERP);
    made.view.bidDepthLots[BTC_PERP] = made.view.askDepthLots[BTC_PERP] = 1e6;
    const tape = depths > 0 ? made.view.boughtLots : made.view.soldLots;
    tape[BTC_PERP] += Math.abs(depths) * 1e6;
    const first = centre(made.wake(), BTC_PERP) / before - 1;
    const later = centre(made.wake(7200e6), BTC_PERP) / before - 1;
    return [first, later];
  }

  test("taker orders move the quotes by impact per depth in bursts, by the square root of single orders, for hours", () => {
    // 0.1 x 1 % per depth.
    expect(lifted(1, 0)[0]).toBeCloseTo(0.001, 5);
    expect(lifted(-2, 0)[0]).toBeCloseTo(-0.002, 5);
    // Far below the knee four times as much moves twice as far: 0.1 x 1 % x sqrt(0.04 x 1.04) and x sqrt(0.16 x 1.16).
    expect(lifted(0.04, 1)[0]).toBeCloseTo(0.000204, 5);
    expect(lifted(0.16, 1)[0]).toBeCloseTo(0.000431, 5);
    const [first, later] = lifted(1, 0);
    expect(later / first).toBeCloseTo(0.5, 1);
  });

  test("takes news over at once, and lets the rest of a distance to it go by half in its half-life, however small", () => {
    const made = stage({ newsHalfLife: 1800e6, followHalfLife: 1e15, indexHalfLife: 1e15 });
    made.wake();
    made.view.fundamental[0] = 75_000 * 1.01;
    made.wake();
    expect(made.memory.reference1[0] / 757_500 - 1).toBeCloseTo(0, 9);
    made.memory.reference1[0] *= 1.0002;
    for (let k = 0; k < 180; k++) made.wake();
    expect(made.memory.reference1[0] / 757_500 - 1).toBeCloseTo(0.0001, 6);
  });

  test("a whole quote follows news past the others' old quotes, one of which part was refused gives way", () => {
    const made = stage({ impact: 0, skew: 0 });
    const first = made.wake();
    made.view.bidTicks[BTC_PERP] = 749_900;
    made.view.askTicks[BTC_PERP] = 750_100;
    made.resting[BTC_PERP][0] = only(first, "level", BTC_PERP).length;
    made.view.fundamental[0] *= 1.01;
    const best = (orders: ReturnType<Stage["wake"]>): number =>
      Math.max(
        ...only(orders, "level", BTC_PERP)
          .filter(({ side }) => side === 1)
          .map(({ ticks }) => ticks),
      );
    expect(best(made.wake())).toBeGreaterThan(757_000);
    made.resting[BTC_PERP][0] = 3;
    expect(best(made.wake())).toBeLessThan(750_100);
  });

  test("quotes held up by a stale best price follow once it is gone", () => {
    const made = stage({ impact: 0, skew: 0, newsHalfLife: 600e6 });
    made.wake();
    made.view.fundamental[0] = 74_000;
    made.view.indexTicks[BTC_PERP] = 740_000;
    for (let k = 0; k < 1000; k++) {
      const orders = made.wake();
      if (only(orders, "level", BTC_PERP).length === 0) continue;
      const levels = only(orders, "level", BTC_PERP);
      made.view.bidTicks[BTC_PERP] = Math.max(...levels.filter((l) => l.side > 0).map((l) => l.ticks));
      made.view.askTicks[BTC_PERP] = Math.min(...levels.filter((l) => l.side < 0).map((l) => l.ticks));
      made.view.midTicks[BTC_PERP] = centre(orders, BTC_PERP);
    }
    expect(made.view.midTicks[BTC_PERP] / 740_000).toBeCloseTo(1, 3);
  });

  test("does not chase its own skew", () => {
    const made = stage({ impact: 0, newsHalfLife: 1e15, indexHalfLife: 1e15 });
    made.wake();
    made.hold(BTC_PERP, made.lotsOf(BTC_PERP, 20e6));
    for (let k = 0; k < 200; k++) {
      const orders = made.wake();
      if (only(orders, "level", BTC_PERP).length > 0) made.view.midTicks[BTC_PERP] = centre(orders, BTC_PERP);
    }
    expect(Math.abs(made.memory.reference1[0] / 750_000 - 1)).toBeLessThan(1e-4);
  });

  test("eaten depth comes back with the refill half-life", () => {
    const made = stage({ refillHalfLife: 30e6, impact: 0, skew: 0 });
    made.wake();
    made.hold(BTC_PERP, Math.floor(DEPTH / 75));
    const first = totalLots(only(made.wake(1e6), "level", BTC_PERP), 1);
    for (let k = 0; k < 30; k++) made.wake();
    made.resting[BTC_PERP][0] = 0;
    const later = totalLots(only(made.wake(), "level", BTC_PERP), 1);
    expect(first / later).toBeCloseTo(0.51, 1);
  });
});
