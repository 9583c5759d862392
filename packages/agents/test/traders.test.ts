/**
 * Reactions of the other agent types, each stepped against a hand-made view.
 *
 * Random decisions use a fixed seed; where a share is tested the tolerance is stated beside it.
 */
import { describe, expect, test } from "vitest";
import * as agentsEntry from "@undertow/agents";
import {
  agentTypes,
  basisArbitrageur,
  largeHolder,
  leveragedTrader,
  momentumTrader,
  noiseTrader,
  portfolioFund,
  valueInvestor,
} from "@undertow/agents";
import { CAUSE_CAPITULATION, CAUSE_RISK_LIMIT, NOTICE_LIQUIDATED, parseDistribution } from "@undertow/core";
import { BTC_PERP, BTC_SPOT, SOL_PERP, SOL_SPOT, Stage, UNIT, only, totalLots } from "./harness.ts";

describe("noise trader", () => {
  test("inventory stays bounded and orders stay within the visible depth", () => {
    const made = new Stage(noiseTrader, { notional: 50_000 * UNIT, pull: 0.5, maxDepthShare: 0.1 }, 20);
    made.cash.fill(10e6 * UNIT);
    const start = made.lotsOf(BTC_SPOT, 2e6);
    for (let agent = 0; agent < 20; agent++) {
      made.hold(BTC_SPOT, start, agent);
      made.hold(SOL_SPOT, made.lotsOf(SOL_SPOT, 2e6), agent);
    }
    let sent = 0;
    let worst = 0;
    for (let k = 0; k < 3000; k++) {
      const orders = made.wake(600e6);
      for (const order of [...only(orders, "market"), ...only(orders, "reduce")]) {
        sent++;
        expect(order.lots).toBeLessThanOrEqual(0.1 * made.view.bidDepthLots[order.market]);
      }
      made.fill(orders);
      for (let agent = 0; agent < 20; agent++) {
        worst = Math.max(worst, Math.abs(made.moneyOf(BTC_PERP, made.held[BTC_PERP][agent])));
        expect(made.held[BTC_SPOT][agent]).toBeGreaterThanOrEqual(0);
      }
    }
    expect(sent).toBeGreaterThan(50_000);
    // 20 typical orders of deviation make the pull certain; one heavy order may come on top.
    expect(worst).toBeLessThan(50_000 * 80);
    expect(worst).toBeGreaterThan(50_000 * 5);
  });

  test("orders shrink with the square root of depth", () => {
    const mean = (depth: number): number => {
      const made = new Stage(
        noiseTrader,
        { notional: 20_000 * UNIT, notionalSigma: 0, perpShare: 1 },
        50,
        [0],
      );
      made.cash.fill(1e9 * UNIT);
      made.wake(600e6);
      made.view.bidDepthLots.fill(made.view.bidDepthLots[BTC_PERP] * depth);
      made.view.askDepthLots.fill(made.view.askDepthLots[BTC_PERP] * depth);
      return totalLots(only(made.wake(600e6), "market")) / 50;
    };
    expect(mean(0.25) / mean(1)).toBeCloseTo(0.5, 1);
  });

  /** Sides of the orders of each of many agents over many wakes; 0 where none was sent. */
  function sides(
    changes: Record<string, number>,
    wakes: number,
    prepare?: (made: Stage) => void,
  ): number[][] {
    const agents = 400;
    const made = new Stage(noiseTrader, { notional: 1000 * UNIT, pull: 0, ...changes }, agents, [0]);
    made.cash.fill(1e9 * UNIT);
    for (let agent = 0; agent < agents; agent++) made.hold(BTC_SPOT, made.lotsOf(BTC_SPOT, 1e9), agent);
    prepare?.(made);
    const seen: number[][] = Array.from({ length: agents }, () => []);
    for (let k = 0; k < wakes; k++) {
      const orders = made.wake(20e6);
      for (const list of seen) list.push(0);
      for (const order of [...only(orders, "market"), ...only(orders, "reduce")])
        seen[order.agent][k] = order.side;
    }
    return seen;
  }

  test("a decision goes on in pieces of one side whose number has the asked tail", () => {
    // A decision begins at one wake in a hundred: runs of wakes with orders are single decisions, but for a few.
    const runs: number[] = [];
    for (const list of sides({ splitExponent: 1.5, beginProbability: 0.01, mostPieces: 100 }, 2000)) {
      let run = 0;
      for (let k = 0; k < list.length; k++) {
        if (list[k] !== 0) run++;
        if (run > 0 && (list[k] === 0 || (k + 1 < list.length && list[k + 1] === -list[k]))) {
          runs.push(run);
          run = 0;
        }
      }
    }
    const beyond = (pieces: number): number => runs.filter((run) => run >= pieces).length / runs.length;
    expect(runs.length).toBeGreaterThan(4000);
    expect(Math.max(...runs)).toBeGreaterThan(60);
    // P(N >= n) = n^-1.5: 0.35 and 0.089.
    expect(beyond(2)).toBeGreaterThan(0.32);
    expect(beyond(2)).toBeLessThan(0.39);
    expect(beyond(5)).toBeGreaterThan(0.075);
    expect(beyond(5)).toBeLessThan(0.11);
  });

  test("volatility lets it begin more often, by the asked power", () => {
    const sent = (unrest: number): number => {
      const changes = { beginProbability: 0.02, volatilityResponse: 2 };
      const all = sides(changes, 400, ({ view }) => {
        for (let m = 0; m < view.volatilityFast.length; m++)
          view.volatilityFast[m] = unrest * view.volatilitySlow[m];
      });
      return all.flat().filter((side) => side !== 0).length;
    };
    const calm = sent(1);
    expect(sent(2) / calm).toBeGreaterThan(3.6);
    expect(sent(2) / calm).toBeLessThan(4.4);
    // Ten times at most.
    expect(sent(9) / calm).toBeGreaterThan(9);
    expect(sent(9) / calm).toBeLessThan(11);
  });
});

describe("basis arbitrageur", () => {
  function withGap(gap: number, changes: Record<string, number> = {}): Stage {
    const made = new Stage(basisArbitrageur, { threshold: 0.001, maxDepthShare: 0.1, ...changes });
    made.cash[0] = 100e6 * UNIT;
    made.hold(BTC_SPOT, made.lotsOf(BTC_SPOT, 5e6));
    made.wake();
    for (const column of [made.view.midTicks, made.view.bidTicks, made.view.askTicks])
      column[BTC_PERP] *= 1 + gap;
    return made;
  }

  test("does nothing inside the threshold", () => {
    expect(only(withGap(0.0009).wake(), "hedge")).toHaveLength(0);
  });

  test("sells the rich perpetual and buys the same number of coins, 0.3 of the gap at visible depth", () => {
    const made = withGap(0.004, { maxDepthShare: 1, maxNotionalPerMinute: 1e9 * UNIT });
    made.view.return1m[BTC_PERP] = 0.004;
    const [perp, spot] = only(made.wake(), "hedge");
    expect([perp.market, perp.side, spot.market, spot.side]).toEqual([BTC_PERP, -1, BTC_SPOT, 1]);
    expect(perp.lots).toBe(spot.lots);
    expect(perp.source).toBe(BTC_PERP);
    // Both books bear $30M per 1 %: 0.4 % x 0.3 / (1 / 30M + 1 / 30M per 1 %) = $1.8M.
    expect(made.moneyOf(BTC_PERP, perp.lots)).toBeCloseTo(1.8e6, -5);
  });

  test("an ask that is eaten away for a moment opens no gap: what counts is what can be traded", () => {
    const made = withGap(0);
    made.view.askTicks[BTC_PERP] *= 1.01;
    made.view.midTicks[BTC_PERP] *= 1.005;
    expect(only(made.wake(), "hedge")).toHaveLength(0);
    made.view.bidTicks[BTC_PERP] *= 1.01;
    expect(only(made.wake(), "hedge")).toHaveLength(2);
  });

  test("the whole population together closes 0.3 of the gap", () => {
    const made = new Stage(basisArbitrageur, { maxDepthShare: 1, maxNotionalPerMinute: 1e9 * UNIT }, 6, [0]);
    made.cash.fill(100e6 * UNIT);
    made.wake();
    for (const column of [made.view.midTicks, made.view.bidTicks, made.view.askTicks])
      column[BTC_PERP] *= 1.004;
    expect(made.moneyOf(BTC_PERP, totalLots(only(made.wake(), "hedge", BTC_PERP)))).toBeCloseTo(1.8e6, -5);
  });

  test("is limited by pace, depth and capital", () => {
    const size = (made: Stage): number =>
      made.moneyOf(BTC_PERP, totalLots(only(made.wake(), "hedge", BTC_PERP)));
    const paced = withGap(0.05, { maxNotionalPerMinute: 200_000 * UNIT });
    expect(size(paced)).toBeLessThanOrEqual(200_000);
    expect(size(paced)).toBeLessThan(50_000);
    const thin = withGap(0.05);
    thin.view.bidDepthLots[BTC_PERP] = 1000;
    expect(totalLots(only(thin.wake(), "hedge", BTC_PERP))).toBeLessThanOrEqual(100);
    const poor = withGap(0.05);
    poor.cash[0] = 30_000 * UNIT;
    expect(size(poor)).toBeLessThanOrEqual(30_000);
  });

  test("a negative basis is only unwound out of coins held", () => {
    const made = withGap(-0.02, { maxNotionalPerMinute: 1e9 * UNIT });
    made.hold(BTC_SPOT, 40);
    made.memory.base0[0] = 40;
    const [perp, spot] = only(made.wake(), "hedge");
    expect([perp.side, spot.side]).toEqual([1, -1]);
    expect(spot.lots).toBeLessThanOrEqual(40);
  });

  test("a leg that was closed by force is repaired in the perpetual", () => {
    const made = withGap(0);
    made.hold(BTC_SPOT, made.held[BTC_SPOT][0] + 10_000);
    const [repair, ...rest] = only(made.wake(), "hedge");
    expect([repair.market, repair.side, rest.length]).toEqual([BTC_PERP, -1, 0]);
  });
});

describe("value investor", () => {
  const params = { beliefError: 0, threshold: 0.01, fullDistance: 0.3, maxDepthShare: 1, restingShare: 0.5 };
  function investor(discount: number, changes: Record<string, number> = {}): Stage {
    const made = new Stage(valueInvestor, { ...params, ...changes }, 1, [0]);
    made.cash[0] = 1e6 * UNIT;
    made.hold(BTC_SPOT, made.lotsOf(BTC_SPOT, 1e6));
    made.wake();
    made.view.fundamental[0] = 75_000 / (1 - discount);
    return made;
  }

  test("buys more than in proportion to the discount and nothing within the threshold", () => {
    const bought = (discount: number): number =>
      totalLots(only(investor(discount).wake(1200e6), "market"), 1);
    expect(bought(0.009)).toBe(0);
    expect(bought(0.21) / bought(0.11)).toBeCloseTo(Math.SQRT2 * 2, 1);
    expect(bought(0.5)).toBe(investor(0).lotsOf(BTC_SPOT, 1e6));
  });

  test("stays within visible depth and cash", () => {
    expect(totalLots(only(investor(0.3, { maxDepthShare: 1e-4 }).wake(), "market"))).toBe(40);
    const poor = investor(0.3);
    poor.cash[0] = 1000 * UNIT;
    expect(totalLots(only(poor.wake(), "market"))).toBe(13);
  });

  test("does not buy again what it already bought", () => {
    const made = investor(0.2);
    made.fill(made.wake(1200e6));
    expect(totalLots(only(made.wake(1200e6), "market"))).toBe(0);
  });

  test("sells symmetrically above its belief", () => {
    const sold = totalLots(only(investor(-0.3).wake(1200e6), "market"), -1);
    expect(sold).toBeGreaterThan(0.8 * investor(0).lotsOf(BTC_SPOT, 1e6));
  });

  test("rests bids at round prices under the market, larger further down, within its cash", () => {
    const made = new Stage(valueInvestor, params, 1, [0]);
    made.cash[0] = 1e6 * UNIT;
    made.move(BTC_SPOT, 76 / 75);
    made.view.fundamental[0] = 80_000;
    const bids = only(made.wake(), "level").filter((level) => level.side === 1);
    const prices = bids.map((level) => level.ticks * 0.01);
    expect(prices).toEqual([75_000, 70_000, 65_000, 60_000, 55_000]);
    expect(bids[2].lots).toBeGreaterThan(bids[0].lots);
    expect(bids.reduce((sum, level) => sum + level.lots * level.ticks, 0)).toBeLessThanOrEqual(1e6 * UNIT);
  });

  test("keeps its orders while belief stands still", () => {
    const made = investor(0);
    made.hold(BTC_SPOT, made.lotsOf(BTC_SPOT, 1e6));
    made.wake(1200e6);
    expect(made.wake(1200e6)).toHaveLength(0);
  });
});

describe("momentum trader", () => {
  test("targets a position with the trend within leverage, closes first when the trend turns", () => {
    const made = new Stage(
      momentumTrader,
      { leverage: 3, riskAppetite: 1, leaderWeight: 0, maxDepthShare: 1 },
      1,
      [0],
    );
    made.cash[0] = 1e6 * UNIT;
    made.view.return30m.fill(0.1);
    made.view.return4h.fill(0.1);
    const up = made.wake();
    expect(only(up, "market")[0].side).toBe(1);
    expect(made.moneyOf(BTC_PERP, totalLots(only(up, "market")))).toBeLessThanOrEqual(3e6);
    expect(made.moneyOf(BTC_PERP, totalLots(only(up, "market")))).toBeGreaterThan(2.5e6);
    expect(only(up, "stop")[0].ticks).toBe(Math.round(750_000 * 0.95));
    made.fill(up);
    made.view.return30m.fill(-0.1);
    made.view.return4h.fill(-0.1);
    const down = made.wake();
    expect(totalLots(only(down, "reduce"), -1)).toBe(made.held[BTC_PERP][0]);
    expect(only(down, "market")).toHaveLength(0);
  });

  test("does nothing without a trend", () => {
    const made = new Stage(momentumTrader, {});
    made.cash[0] = 1e6 * UNIT;
    expect(only(made.wake(), "market")).toHaveLength(0);
  });
});

describe("leveraged trader", () => {
  const params = {
    leverage: 10,
    stopAtMarginLoss: 0.5,
    riskAppetite: 1,
    entryProbability: 1,
    maxDepthShare: 1,
  };

  test("never takes more than its leverage of its free cash", () => {
    const made = new Stage(leveragedTrader, { ...params, stopProbability: 1, longBias: 0.5 }, 200, [0]);
    made.cash.fill(1000 * UNIT);
    const orders = made.wake();
    expect(only(orders, "market")).toHaveLength(200);
    for (const order of only(orders, "market")) {
      expect(made.moneyOf(BTC_PERP, order.lots)).toBeLessThanOrEqual(10_000);
    }
    expect(only(orders, "leverage")[0].lots).toBe(10);
    const [entry] = only(orders, "market");
    // Half of a tenth: 5 % on the losing side.
    expect(only(orders, "stop")[0].ticks).toBe(Math.round(750_000 * (1 - entry.side * 0.05)));
    const longs = only(orders, "market").filter((order) => order.side === 1).length;
    // Binomial 200, 1/2: sd 7.
    expect(Math.abs(longs - 100)).toBeLessThan(25);
  });

  test("takes profit once the gain exceeds the margin's multiple", () => {
    const made = new Stage(leveragedTrader, { ...params, takeProfit: 1, horizon: 1e15 }, 1, [0]);
    made.hold(BTC_PERP, 100);
    made.margin[BTC_PERP][0] = made.cost[BTC_PERP][0] / 10;
    made.move(BTC_PERP, 1.09);
    expect(only(made.wake(), "reduce")).toHaveLength(0);
    made.move(BTC_PERP, 1.02);
    expect(only(made.wake(), "reduce")).toMatchObject([{ side: -1, lots: 100 }]);
  });

  test("flees a fall beyond its threshold with its hazard; shorts flee rises; calm moves frighten nobody", () => {
    const fled = (move: number, lots: number): number => {
      const made = new Stage(
        leveragedTrader,
        { ...params, fearThreshold: 3, fearHazard: 0.2, leaderWeight: 0, horizon: 1e15 },
        1000,
        [0],
      );
      for (let agent = 0; agent < 1000; agent++) made.hold(BTC_PERP, lots, agent);
      made.view.return30m[BTC_PERP] = move * made.view.volatilitySlow[BTC_PERP] * Math.sqrt(30);
      return only(made.wake(), "reduce").length / 1000;
    };
    // Two beyond the threshold: 0.4, binomial sd 0.015.
    expect(fled(-5, 100)).toBeCloseTo(0.4, 1);
    expect(fled(5, -100)).toBeCloseTo(0.4, 1);
    expect(fled(5, 100)).toBe(0);
    expect(fled(-2.9, 100)).toBe(0);
  });

  test("the leader's fall frightens holders of another coin, unless it is cut", () => {
    const fled = (leaderWeight: number): number => {
      const made = new Stage(
        leveragedTrader,
        { ...params, fearHazard: 1, leaderWeight, horizon: 1e15 },
        50,
        [1],
      );
      for (let agent = 0; agent < 50; agent++) made.hold(SOL_PERP, 100, agent);
      made.view.return30m[BTC_PERP] = -0.05;
      return only(made.wake(), "reduce").length;
    };
    expect(fled(0.5)).toBe(50);
    expect(fled(0)).toBe(0);
  });

  test("waits after a liquidation, then comes back", () => {
    const made = new Stage(leveragedTrader, { ...params, reentryDelay: 24 * 3600e6 }, 400, [0]);
    made.cash.fill(1000 * UNIT);
    const back = only(made.wake(3600e6, NOTICE_LIQUIDATED), "market").length;
    expect(back).toBe(0);
    // After one mean wait 1 - 1/e have come back; binomial sd 0.024.
    expect(only(made.wake(24 * 3600e6), "market").length / 400).toBeCloseTo(0.632, 1);
  });

  test("calm openings match calm closings: the holding share settles at e / (e + c)", () => {
    const interval = 8 * 3600e6;
    const made = new Stage(
      leveragedTrader,
      {
        ...params,
        interval,
        horizon: 40 * 3600e6,
        entryProbability: 0.5,
        takeProfit: 1e9,
        riskAppetite: 0.5,
      },
      2000,
      [0],
    );
    made.cash.fill(1000 * UNIT);
    for (let k = 0; k < 60; k++) made.fill(made.wake(interval));
    const holding = made.held[BTC_PERP].filter((lots) => lots !== 0).length / 2000;
    const closing = 1 - Math.exp(-0.2);
    expect(holding).toBeCloseTo(0.5 / (0.5 + closing), 1);
  });

  test("inattentive traders look rarely in calm and always in a storm", () => {
    const looks = (move: number): number => {
      const made = new Stage(leveragedTrader, { ...params, calmAttention: 0.1 }, 1000, [0]);
      made.cash.fill(1000 * UNIT);
      made.view.return30m.fill(move);
      return only(made.wake(), "market").length / 1000;
    };
    expect(looks(0)).toBeCloseTo(0.1, 1);
    expect(looks(0.05)).toBe(1);
  });
});

describe("portfolio fund", () => {
  function fund(changes: Record<string, number> = {}): Stage {
    const made = new Stage(portfolioFund, {
      varLimit: 0.25,
      drawdownLimit: 0.15,
      cutShare: 0.25,
      maxDepthShare: 1,
      ...changes,
    });
    made.cash[0] = 10e6 * UNIT;
    made.hold(BTC_PERP, made.lotsOf(BTC_PERP, 10e6));
    made.hold(SOL_PERP, made.lotsOf(SOL_PERP, 5e6));
    made.wake(900e6);
    return made;
  }
  const cuts = (made: Stage): number[] =>
    only(made.wake(900e6), "reduce").map((order) => {
      expect(order.cause).toBe(CAUSE_RISK_LIMIT);
      return order.market;
    });

  test("holds still while its limits are far", () => {
    expect(cuts(fund())).toEqual([]);
  });

  test("cuts a quarter of everything when a fall of one coin brings the drawdown limit", () => {
    const made = fund();
    made.move(BTC_PERP, 0.83);
    const orders = only(made.wake(900e6), "reduce");
    expect(orders.map((order) => order.market)).toEqual([BTC_PERP, SOL_PERP]);
    for (const order of orders) expect(order.lots).toBe(Math.ceil(made.held[order.market][0] * 0.25));
    made.fill(orders);
    expect(cuts(made)).toEqual([]);
  });

  test("cuts everything when volatility brings the VaR limit", () => {
    const made = fund();
    made.view.volatilityFast[BTC_PERP] *= 8;
    expect(cuts(made)).toEqual([BTC_PERP, SOL_PERP]);
  });

  test("with limits per coin only the coin that fell is cut", () => {
    const made = fund({ perCoinLimits: 1 });
    made.move(BTC_PERP, 0.83);
    expect(cuts(made)).toEqual([BTC_PERP]);
  });

  test("with limits per coin a cut of a position in profit is no new loss", () => {
    const made = fund({ perCoinLimits: 1 });
    made.move(BTC_PERP, 4);
    made.move(SOL_PERP, 4);
    expect(cuts(made)).toEqual([]);
    made.move(BTC_PERP, 0.83);
    const orders = only(made.wake(900e6), "reduce");
    expect(orders.map(({ market }) => market)).toEqual([BTC_PERP]);
    made.fill(orders);
    for (let k = 0; k < 3; k++) expect(cuts(made)).toEqual([]);
  });

  test("buys back slowly when calm, not when sentiment is sour", () => {
    const made = fund({ reLever: 0.1 });
    made.held[BTC_PERP][0] = Math.floor(made.held[BTC_PERP][0] / 2);
    made.cost[BTC_PERP][0] = made.moneyOf(BTC_PERP, made.held[BTC_PERP][0]) * UNIT;
    made.view.volatilityFast.fill(1e-4);
    expect(only(made.wake(900e6), "market")).toMatchObject([{ market: BTC_PERP, side: 1 }]);
    made.view.sentiment[0] = -0.5;
    expect(only(made.wake(900e6), "market")).toHaveLength(0);
  });

  test("buys back no sooner than its interval after a cut or the last purchase", () => {
    const made = fund({ reLever: 0.2, reLeverInterval: 3600e6 });
    made.held[BTC_PERP][0] = Math.floor(made.held[BTC_PERP][0] / 2);
    made.cost[BTC_PERP][0] = made.moneyOf(BTC_PERP, made.held[BTC_PERP][0]) * UNIT;
    made.view.volatilityFast.fill(1e-4);
    const bought = Array.from({ length: 8 }, () => only(made.wake(900e6), "market").length);
    expect(bought).toEqual([1, 0, 0, 0, 1, 0, 0, 0]);
  });

  test("with a volatility target it sells down to it, and only beyond the band", () => {
    // Both coins move by 0.0005 x sqrt(1440) = 1.897 % a day; $15M on $10M, correlation 1: 2.846 % a day.
    const soldShares = (volatilityTarget: number): number[] => {
      const made = fund({ volatilityTarget, volatilityBand: 0.2, correlation: 1, varLimit: 10 });
      return only(made.wake(900e6), "reduce").map(({ lots, market }) => lots / made.held[market][0]);
    };
    expect(soldShares(0.0238)).toEqual([]);
    const sold = soldShares(0.01423);
    expect(sold).toHaveLength(2);
    for (const share of sold) expect(share).toBeCloseTo(0.5, 2);
  });

  test("redemptions after a loss set money aside and shrink the positions for good", () => {
    const day = 86_400e6;
    const made = fund({ redemptionBeta: 2, redemptionInterval: day, drawdownLimit: 1, varLimit: 10 });
    const start = made.held[BTC_PERP][0];
    made.move(BTC_PERP, 0.9);
    expect(only(made.wake(900e6), "reduce")).toEqual([]);
    // $10M has lost $1M: 2 x 10 % of the fund leaves at the date.
    const orders = only(made.wake(day), "reduce");
    expect(orders.map((order) => order.market)).toEqual([BTC_PERP, SOL_PERP]);
    expect(orders[0].lots / start).toBeCloseTo(0.2, 2);
    expect(made.memory.redeemed[0] / UNIT).toBeCloseTo(0.2 * 9e6, -3);
    made.fill(orders);
    made.view.volatilityFast.fill(1e-5);
    for (let k = 0; k < 5; k++) made.fill(made.wake(900e6));
    expect(made.held[BTC_PERP][0]).toBeLessThanOrEqual(Math.ceil(0.8 * start) + 1);
  });
});

describe("large holder", () => {
  function holder(): Stage {
    const made = new Stage(
      largeHolder,
      { capitulationLoss: 0.2, capitulationShare: 0.3, sliceShare: 0.25, maxDepthShare: 0.5 },
      1,
      [0],
    );
    made.hold(BTC_SPOT, 1000);
    return made;
  }

  test("holds just before its threshold", () => {
    const made = holder();
    made.move(BTC_SPOT, 0.801);
    expect(made.wake(3600e6)).toHaveLength(0);
  });

  test("past it, sells its share once, in slices, even if the price comes back", () => {
    const made = holder();
    made.move(BTC_SPOT, 0.79);
    let sold = 0;
    for (let k = 0; k < 20; k++) {
      const orders = only(made.wake(3600e6), "market");
      for (const order of orders) {
        expect([order.side, order.cause]).toEqual([-1, CAUSE_CAPITULATION]);
        expect(order.lots).toBeLessThanOrEqual(75);
        sold += order.lots;
        made.held[BTC_SPOT][0] -= order.lots;
        made.cost[BTC_SPOT][0] -=
          (made.cost[BTC_SPOT][0] * order.lots) / (made.held[BTC_SPOT][0] + order.lots);
      }
      if (k === 1) made.move(BTC_SPOT, 1.3);
    }
    expect(sold).toBe(300);
  });
});

test("every type is registered under its name, with a readable default for every parameter", () => {
  const exported = Object.values(agentsEntry).filter(
    (value) => typeof value === "object" && "decide" in value && "wake" in value,
  );
  expect(new Set(Object.values(agentTypes))).toEqual(new Set(exported));
  for (const [name, type] of Object.entries(agentTypes)) {
    expect(type.name).toBe(name);
    expect(type.params[type.wake.interval]).toMatchObject({ unit: "duration" });
    for (const spec of Object.values(type.params)) {
      if (typeof spec.default === "string")
        expect(() => parseDistribution(spec.default as string)).not.toThrow();
    }
  }
});
