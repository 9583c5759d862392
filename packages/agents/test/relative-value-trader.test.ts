/**
 * Relative-value trader on a hand-made stage. SOL's beta is 1.2, its slow volatility 0.0005 a minute: with residualShare
 * 0.6 one standard deviation of the 4-hour gap is 0.6 x 0.0005 x sqrt(240) = 0.465 %.
 */
import { describe, expect, test } from "vitest";
import { relativeValueTrader } from "@undertow/agents";
import { CAUSE_DISCRETIONARY, CAUSE_RISK_LIMIT } from "@undertow/core";
import { BTC_PERP, SOL_PERP, Stage, UNIT, only } from "./harness.ts";
import type { SentOrder } from "./harness.ts";

/** $2M at leverage 2 and risk appetite 0.5: at most $1M in SOL. */
function trader(btc: number, sol: number, changes: Record<string, number> = {}): Stage {
  const made = new Stage(relativeValueTrader, {
    riskAppetite: 0.5,
    leverage: 2,
    maxDepthShare: 1,
    reentryDelay: 3600e6,
    ...changes,
  });
  made.cash[0] = 2e6 * UNIT;
  made.view.return4h[BTC_PERP] = btc;
  made.view.return4h[SOL_PERP] = sol;
  return made;
}

describe("relative-value trader", () => {
  test("sells an altcoin that fell less than beta x BTC, then buys BTC against it", () => {
    // Gap = -1 % + 1.2 x 2 % = 1.4 %, 3.01 deviations: twice the entry, the full size.
    const made = trader(-0.02, -0.01);
    const orders = only(made.wake(120e6), "market");
    expect(orders).toMatchObject([{ market: SOL_PERP, side: -1, cause: CAUSE_DISCRETIONARY }]);
    expect(made.moneyOf(SOL_PERP, orders[0].lots)).toBeCloseTo(1e6, -2);
    made.fill(orders);
    const hedge = only(made.wake(120e6), "hedge");
    expect(hedge).toMatchObject([{ market: BTC_PERP, side: 1, source: SOL_PERP }]);
    expect(made.moneyOf(BTC_PERP, hedge[0].lots)).toBeCloseTo(1.2e6, -2);
    made.fill(hedge);
    expect(made.wake(120e6)).toHaveLength(0);
  });

  test("three quarters of the full size at three quarters of the gap, nothing inside the entry", () => {
    const gap = 2.25 * 0.6 * 0.0005 * Math.sqrt(240);
    const orders = only(trader(0, gap).wake(120e6), "market");
    expect(trader(0, gap).moneyOf(SOL_PERP, orders[0].lots)).toBeCloseTo(750_000, -2);
    expect(only(trader(-0.02, -0.02).wake(120e6), "market")).toHaveLength(0);
  });

  test("closes both legs when the gap has closed", () => {
    const made = trader(-0.02, -0.01);
    made.fill(made.wake(120e6));
    made.fill(made.wake(120e6));
    made.view.return4h[SOL_PERP] = -0.024;
    const closing = only(made.wake(120e6), "reduce");
    expect(closing).toMatchObject([
      { market: SOL_PERP, side: 1, lots: -made.held[SOL_PERP][0], cause: CAUSE_DISCRETIONARY },
    ]);
    made.fill(closing);
    const unwinding = made.wake(120e6);
    expect(unwinding).toMatchObject([{ kind: "hedge", market: BTC_PERP, side: -1, source: SOL_PERP }]);
    made.fill(unwinding);
    expect([made.held[SOL_PERP][0], made.held[BTC_PERP][0]]).toEqual([0, 0]);
  });

  test("closes, too, when the gap has passed to the other side between two looks", () => {
    const made = trader(-0.02, -0.01);
    made.fill(made.wake(120e6));
    // Gap = -0.5 %, 1.07 deviations below: outside the exit, inside the entry, and the short would lose from here.
    made.view.return4h[SOL_PERP] = -0.029;
    expect(only(made.wake(120e6), "reduce")).toMatchObject([
      { market: SOL_PERP, side: 1, lots: -made.held[SOL_PERP][0] },
    ]);
  });

  test("gives up beyond the stop, as a risk limit, and stays out for the delay", () => {
    const made = trader(-0.02, -0.01);
    made.fill(made.wake(120e6));
    made.view.return4h[SOL_PERP] = 0.01;
    const stop = only(made.wake(120e6), "reduce");
    expect(stop).toMatchObject([{ market: SOL_PERP, side: 1, cause: CAUSE_RISK_LIMIT }]);
    made.fill(stop);
    made.fill(made.wake(120e6));
    made.view.return4h[SOL_PERP] = -0.01;
    expect(only(made.wake(120e6), "market", SOL_PERP)).toHaveLength(0);
    expect(only(made.wake(3600e6), "market", SOL_PERP)).toHaveLength(1);
  });

  test("on its own signals it buys the same coin, and hedges nothing", () => {
    const made = trader(-0.02, -0.01, { ownSignals: 1 });
    const orders = only(made.wake(120e6), "market");
    expect(orders).toMatchObject([{ market: SOL_PERP, side: 1 }]);
    made.fill(orders);
    expect(made.wake(120e6)).toHaveLength(0);
  });
});

describe("an order in the leader", () => {
  /** Short SOL, long BTC against it, both in line. */
  function paired(changes: Record<string, number> = {}): Stage {
    const made = trader(-0.02, -0.01, changes);
    for (let look = 0; look < 20; look++) made.fill(made.wake(120e6));
    expect(made.wake(120e6)).toHaveLength(0);
    return made;
  }

  test("is a hedge of SOL until all of a fill is hedged, in as many orders as depth asks for", () => {
    const made = trader(-0.02, -0.01);
    made.fill(made.wake(120e6));
    made.view.askDepthLots[BTC_PERP] = 4000;
    for (const lots of [4000, 4000, 4000, 4000])
      made.fill(expectOne(made, { kind: "hedge", source: SOL_PERP, lots }));
    expect(made.wake(120e6)).toHaveLength(0);
  });

  test("follows a forced close of SOL, or of the leader itself, with that market's causes", () => {
    const made = paired();
    made.view.return4h[SOL_PERP] = made.view.return4h[BTC_PERP] = 0;
    made.hold(SOL_PERP, 0);
    made.fill(expectOne(made, { kind: "hedge", market: BTC_PERP, side: -1, source: SOL_PERP }));
    const other = paired();
    other.hold(BTC_PERP, 0);
    expectOne(other, { kind: "hedge", market: BTC_PERP, side: 1, source: BTC_PERP });
  });

  test("is the trader's own when prices alone have moved the pair apart", () => {
    const made = paired();
    made.move(SOL_PERP, 1.2);
    expectOne(made, { kind: "market", market: BTC_PERP, side: 1, cause: CAUSE_DISCRETIONARY });
  });
});

/** The one order of the next look. */
function expectOne(made: Stage, order: object): SentOrder[] {
  const orders = made.wake(120e6);
  expect(orders).toMatchObject([order]);
  return orders;
}
