/** The crowd's fear: what starts it, that it spreads and dies out as an SIS process does, and what it sells and buys back. */
import { describe, expect, test } from "vitest";
import { crowdTrader } from "@undertow/agents";
import { CAUSE_DISCRETIONARY } from "@undertow/core";
import { BTC_PERP, BTC_SPOT, SOL_PERP, SOL_SPOT, Stage, UNIT, only, totalLots } from "./harness.ts";

const HOUR = 3600e6;
const COINS = 1000;

function crowd(changes: Record<string, number> = {}, count = 1, coins = [0]): Stage {
  const params = { interval: 600e6, fearThreshold: 3, leaderWeight: 0, maxDepthShare: 1, ...changes };
  const made = new Stage(crowdTrader, params, count, coins);
  made.cash.fill(1e6 * UNIT);
  for (let agent = 0; agent < count; agent++) for (const c of coins) made.hold(2 * c, COINS, agent);
  return made;
}

function score(made: Stage, market: number, z: number): void {
  made.view.return30m[market] = z * made.view.volatilitySlow[market] * Math.sqrt(30);
}

const afraid = (made: Stage): number => made.shared["afraid"].reduce((sum, one) => sum + one, 0);

function frighten(made: Stage, agents: Iterable<number>): void {
  for (const agent of agents) made.shared["afraid"][agent] = made.publish["afraid"][agent] = 1;
}

describe("fear", () => {
  test("starts with a fall beyond the threshold, at its rate, and not with a rise", () => {
    const shareAt = (z: number): number => {
      const made = crowd({ neighbours: 0, panicTime: HOUR }, 4000);
      score(made, BTC_PERP, z);
      made.wake(600e6);
      return afraid(made) / 4000;
    };
    expect([shareAt(-2.9), shareAt(9)]).toEqual([0, 0]);
    // One sd beyond: 1 - exp(-10 / 60) = 0.154, three: 1 - exp(-0.5) = 0.393; binomial sd 0.006 and 0.008.
    expect(shareAt(-4)).toBeGreaterThan(0.154 - 0.02);
    expect(shareAt(-4)).toBeLessThan(0.154 + 0.02);
    expect(shareAt(-6)).toBeGreaterThan(0.393 - 0.024);
    expect(shareAt(-6)).toBeLessThan(0.393 + 0.024);
  });

  test("of the leader's fall frightens as far as it is watched", () => {
    const shareWith = (leaderWeight: number): number => {
      const made = crowd({ neighbours: 0, leaderWeight }, 500, [1]);
      score(made, BTC_PERP, -9);
      made.wake(600e6);
      return afraid(made);
    };
    expect(shareWith(0)).toBe(0);
    expect(shareWith(1)).toBeGreaterThan(200);
  });

  test("is caught from neighbours alone: those far off on a ring catch nothing", () => {
    const made = crowd({ neighbours: 4, rewiring: 0, infectionTime: 600e6, recoveryTime: 1e6 * HOUR }, 100);
    made.wake(600e6);
    frighten(made, [50]);
    for (let n = 0; n < 3; n++) {
      made.wake(600e6);
      const reached = [...made.shared["afraid"].keys()].filter((agent) => made.shared["afraid"][agent] === 1);
      expect(reached.every((agent) => Math.abs(agent - 50) <= 2 * (n + 1))).toBe(true);
    }
    expect(afraid(made)).toBeGreaterThan(2);
    const wide = crowd({ neighbours: 4, rewiring: 1, infectionTime: 600e6, recoveryTime: 1e6 * HOUR }, 100);
    wide.wake(600e6);
    frighten(wide, [50]);
    for (let n = 0; n < 3; n++) wide.wake(600e6);
    const far = [...wide.shared["afraid"].keys()].filter(
      (k) => wide.shared["afraid"][k] === 1 && Math.abs(k - 50) > 6,
    );
    expect(far.length).toBeGreaterThan(0);
  });

  test("of all neighbours is caught at the infection rate, with a number of them drawn as a fraction too", () => {
    const made = crowd(
      { neighbours: 1.5, rewiring: 0, infectionTime: 600e6, recoveryTime: 1e6 * HOUR },
      4000,
    );
    frighten(
      made,
      Array.from({ length: 2000 }, (_, k) => 2 * k),
    );
    made.wake(600e6);
    // 1 - exp(-1) = 0.632 of the 2000 in between; binomial sd 0.011.
    expect(Math.abs((afraid(made) - 2000) / 2000 - 0.632)).toBeLessThan(0.04);
  });

  test("dies out below the threshold of the SIS process and stays at 1 - 1 / R0 above it", () => {
    const shareAfter = (ratio: number): number => {
      const recoveryTime = HOUR;
      const infectionTime = recoveryTime / ratio;
      const made = crowd({ neighbours: 32, rewiring: 1, infectionTime, recoveryTime, sellShare: 0 }, 2000);
      made.wake(60e6);
      frighten(
        made,
        Array.from({ length: 400 }, (_, k) => 5 * k),
      );
      let sum = 0;
      for (let n = 0; n < 300; n++) {
        made.wake(120e6);
        if (n >= 200) sum += afraid(made) / 2000 / 100;
      }
      return sum;
    };
    expect(shareAfter(0.5)).toBeLessThan(0.01);
    // Mean field: 2/3. Random links with 32 neighbours lie below it by about 1 / 32; the run's own noise is 0.01.
    expect(shareAfter(3)).toBeGreaterThan(0.62);
    expect(shareAfter(3)).toBeLessThan(0.69);
  });
});

describe("what it does", () => {
  test("afraid, it sells a share of its coins and of long perpetuals, leaves shorts, and stays within depth", () => {
    const made = crowd({ recoveryTime: 1e6 * HOUR, sellShare: 0.3 }, 1, [0, 1]);
    made.hold(BTC_PERP, 50);
    made.hold(SOL_PERP, -50);
    made.wake();
    frighten(made, [0]);
    expect(made.wake()).toMatchObject([
      { kind: "market", market: BTC_SPOT, side: -1, lots: 300, cause: CAUSE_DISCRETIONARY },
      { kind: "reduce", market: BTC_PERP, side: -1, lots: 15 },
      { kind: "market", market: SOL_SPOT, side: -1, lots: 300 },
    ]);
    made.view.bidDepthLots.fill(40);
    expect(only(made.wake(), "market").map((order) => order.lots)).toEqual([40, 40]);
  });

  test("calm again, it buys back what it sold, slowly and no more, as far as its cash goes", () => {
    const made = crowd({ recoveryTime: 1, rebuyShare: 0.25, neighbours: 0 });
    expect(made.wake()).toEqual([]);
    made.hold(BTC_SPOT, 600);
    expect(made.wake()).toMatchObject([{ kind: "market", market: BTC_SPOT, side: 1, lots: 100 }]);
    for (let n = 0; n < 40; n++) made.fill(made.wake());
    expect(made.held[BTC_SPOT][0]).toBe(COINS);
    made.hold(BTC_SPOT, 0);
    made.cash[0] = 10 * 75 * UNIT;
    // A lot is 75 dollars: 98 % of ten lots' cash pays for nine.
    expect(totalLots(made.wake())).toBe(9);
  });
});
