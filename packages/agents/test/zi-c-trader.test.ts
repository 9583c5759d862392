/**
 * The ZI-C trader keeps inside its values, cash and coins, and markets of such traders are efficient.
 *
 * The market is the textbook's double auction: 20 buyers and 20 sellers of one unit each on linear schedules.
 */
import { describe, expect, test } from "vitest";
import { ziCTrader } from "@undertow/agents";
import { BTC_SPOT, SOL_SPOT, Stage, UNIT, only } from "./harness.ts";

/** A lot of SOL at 100 is worth 1. */
const LOT = UNIT;

describe("quotes", () => {
  const params = { notional: 10 * LOT, valuation: 0, slope: 0.01, range: 0.2, maxDepthShare: 1 };

  test("bids lie between the range's low and the value of the next unit", () => {
    const made = new Stage(ziCTrader, { ...params, buyShare: 1 }, 500, [1]);
    made.cash.fill(1000 * UNIT);
    made.wake();
    // Three units bought: the next is worth 100 x (1 - 0.03) = 97, that is 9,700 ticks.
    made.held[SOL_SPOT].fill(30);
    const ticks = only(made.wake(), "limit").map((order) => order.ticks);
    expect(ticks).toHaveLength(500);
    expect(Math.max(...ticks)).toBeLessThanOrEqual(9700);
    expect(Math.max(...ticks)).toBeGreaterThan(9680);
    expect(Math.min(...ticks)).toBeGreaterThanOrEqual(8000);
    expect(Math.min(...ticks)).toBeLessThan(8020);
    // Even over [80, 97]: mean 88.5, standard error 0.22.
    expect(ticks.reduce((sum, value) => sum + value) / 500 / 100).toBeCloseTo(88.5, 0);
  });

  test("offers lie between the cost of the last unit and the range's high", () => {
    const made = new Stage(ziCTrader, { ...params, buyShare: 0 }, 500, [1]);
    made.wake();
    made.held[SOL_SPOT].fill(30);
    // The third unit was worth 100 x (1 - 0.02).
    const ticks = only(made.wake(), "limit").map((order) => order.ticks);
    expect(Math.min(...ticks)).toBeGreaterThanOrEqual(9800);
    expect(Math.min(...ticks)).toBeLessThan(9820);
    expect(Math.max(...ticks)).toBeLessThanOrEqual(12_000);
  });

  test("never bids more than its cash pays, over all coins, nor offers more than it holds", () => {
    const made = new Stage(ziCTrader, { ...params, notional: 1000 * UNIT }, 200, [0, 1]);
    made.cash.fill(300 * UNIT);
    made.held[SOL_SPOT].fill(7);
    const orders = only(made.wake(), "limit");
    let bids = 0;
    for (const { market, side, ticks, lots } of orders) {
      if (side === 1)
        expect(lots * ticks * made.view.quantaPerTickLot[market]).toBeLessThanOrEqual(150 * UNIT);
      else expect([market, lots]).toEqual([SOL_SPOT, 7]);
      if (side === 1) bids++;
    }
    expect(bids).toBeGreaterThan(50);
    expect(orders.length).toBeGreaterThan(bids);
  });

  test("one quote a coin: the old one is withdrawn first", () => {
    const made = new Stage(ziCTrader, { ...params, buyShare: 1 }, 1, [0]);
    made.cash[0] = 1e6 * UNIT;
    made.resting[BTC_SPOT][0] = 1;
    expect(made.wake().map((order) => order.kind)).toEqual(["cancel"]);
    made.params.notional[0] = 1000 * UNIT;
    expect(made.wake().map((order) => order.kind)).toEqual(["cancel", "limit"]);
  });

  test("a quote that crosses is limited by visible depth, one that rests is not", () => {
    const sizes = (ask: number): number[] => {
      const made = new Stage(
        ziCTrader,
        { ...params, notional: 1000 * LOT, maxDepthShare: 0.01, buyShare: 1 },
        50,
        [1],
      );
      made.cash.fill(1e6 * UNIT);
      made.view.askTicks[SOL_SPOT] = ask;
      made.view.askDepthLots[SOL_SPOT] = 5000;
      return only(made.wake(), "limit").map((order) => order.lots);
    };
    expect(new Set(sizes(8000))).toEqual(new Set([50]));
    expect(new Set(sizes(10_001))).toEqual(new Set([1000]));
  });
});

describe("a double auction of 20 buyers and 20 sellers", () => {
  /** Surplus of one market over the largest possible, 450: values 145, 140, ..., 50; costs 55, 60, ..., 150. */
  function efficiency(seed: string): number {
    const made = new Stage(
      ziCTrader,
      { notional: LOT, valuation: 0, slope: 1, range: 1, buyShare: 1, maxDepthShare: 1 },
      40,
      [1],
      seed,
    );
    made.view.askTicks[SOL_SPOT] = made.view.bidTicks[SOL_SPOT] = 0;
    const worth = Float64Array.from({ length: 40 }, (_, k) => (k < 20 ? 145 - 5 * k : 55 + 5 * (k - 20)));
    for (let agent = 0; agent < 40; agent++) {
      const isBuyer = agent < 20;
      made.cash[agent] = isBuyer ? 1000 * UNIT : 0;
      made.held[SOL_SPOT][agent] = isBuyer ? 0 : 1;
      // A seller's unit is its last: v(-1) = value x (1 + slope), so half the cost is its value.
      made.params.valuation[agent] = Math.log((isBuyer ? worth[agent] : worth[agent] / 2) / 100);
      made.params.buyShare[agent] = isBuyer ? 1 : 0;
    }
    let surplus = 0;
    const done = new Set<number>();
    let bid = { agent: -1, ticks: 0 };
    let ask = { agent: -1, ticks: Infinity };
    for (let round = 0; round < 120; round++) {
      const quotes = only(made.wake(), "limit");
      // In another order each round: start and stride depend on it, and 40 and 7, 11, 13 have no common factor.
      const stride = [7, 11, 13][round % 3];
      for (let k = 0; k < quotes.length; k++) {
        const quote = quotes[(round * 17 + k * stride) % quotes.length];
        if (done.has(quote.agent)) continue;
        if (quote.side === 1 && quote.ticks > bid.ticks) bid = quote;
        if (quote.side === -1 && quote.ticks < ask.ticks) ask = quote;
        if (bid.ticks < ask.ticks) continue;
        expect(bid.ticks).toBeLessThanOrEqual(worth[bid.agent] * 100 + 1e-6);
        expect(ask.ticks).toBeGreaterThanOrEqual(worth[ask.agent] * 100 - 1e-6);
        surplus += worth[bid.agent] - worth[ask.agent];
        for (const { agent, side } of [
          { agent: bid.agent, side: 1 },
          { agent: ask.agent, side: -1 },
        ]) {
          made.held[SOL_SPOT][agent] += side;
          done.add(agent);
        }
        bid = { agent: -1, ticks: 0 };
        ask = { agent: -1, ticks: Infinity };
      }
    }
    return surplus / 450;
  }

  test("realises nearly the whole surplus: mean of 50 markets in 0.94 to 1, none above 1", () => {
    const results = Array.from({ length: 50 }, (_, k) => efficiency(`market ${k}`));
    const mean = results.reduce((sum, value) => sum + value) / results.length;
    expect(Math.max(...results)).toBeLessThanOrEqual(1 + 1e-12);
    expect(mean).toBeGreaterThan(0.94);
    expect(mean).toBeLessThan(1);
  });
});
