/**
 * The metaorder executor's schedules: slices worked out from the formulas, volume shares, and that it stops.
 *
 * One parent of 75,000,000 in the BTC perpetual is 1,000,000 lots of 75.
 */
import { describe, expect, test } from "vitest";
import { metaorderExecutor } from "@undertow/agents";
import { CAUSE_EXOGENOUS, NOTICE_LIQUIDATED } from "@undertow/core";
import { BTC_PERP, BTC_SPOT, Stage, UNIT, only } from "./harness.ts";

const DAY = 86_400e6;
const params = {
  interval: 600e6,
  startAfter: 0,
  horizon: 3600e6,
  notional: 75_000_000 * UNIT,
  maxDepthShare: 1,
  leverage: 10,
};

function executor(changes: Record<string, number> = {}): Stage {
  const made = new Stage(metaorderExecutor, { ...params, ...changes }, 1, [0]);
  made.cash[0] = 1e9 * UNIT;
  made.view.askDepthLots[BTC_PERP] = made.view.bidDepthLots[BTC_PERP] = 1e9;
  return made;
}

/** Wakes and fills; signed lots of each slice. */
function slices(made: Stage, count: number, interval = 600e6): number[] {
  return Array.from({ length: count }, () => {
    const orders = only(made.wake(interval), "market");
    made.fill(orders);
    return orders.reduce((sum, { side, lots }) => sum + side * lots, 0);
  });
}

describe("schedules", () => {
  test("TWAP: equal slices, then nothing", () => {
    const made = executor();
    const sent = slices(made, 9);
    expect(sent.slice(0, 6)).toEqual([166_667, 166_666, 166_667, 166_667, 166_666, 166_667]);
    expect(sent.slice(6)).toEqual([0, 0, 0]);
    expect(made.held[BTC_PERP][0]).toBe(1_000_000);
  });

  test("Almgren-Chriss: five days, kappa 0.60708 a day, holdings sinh(kappa (5 - j)) / sinh(5 kappa)", () => {
    const made = executor({ interval: DAY, horizon: 5 * DAY, mode: 2, urgency: 5 * 0.60708, side: -1 });
    let left = 1_000_000;
    const holdings = slices(made, 5, DAY).map((lots) => (left += lots));
    const exact = [1, 2, 3, 4, 5].map((j) => (1e6 * Math.sinh(0.60708 * (5 - j))) / Math.sinh(5 * 0.60708));
    for (const [j, value] of exact.entries()) expect(Math.abs(holdings[j] - value)).toBeLessThanOrEqual(0.5);
    // The first slice is the largest: 46 % of the parent.
    expect(holdings[0]).toBeGreaterThan(538_000);
    expect(holdings[0]).toBeLessThan(542_000);
    expect(slices(made, 2, DAY)).toEqual([0, 0]);
  });

  test("without urgency the trajectory is TWAP, with very much it trades at once", () => {
    expect(slices(executor({ mode: 2, urgency: 0 }), 6)).toEqual(slices(executor(), 6));
    expect(slices(executor({ mode: 2, urgency: 500 }), 1)).toEqual([1_000_000]);
  });

  test("POV: its share of the taker volume of each interval, until the parent is done", () => {
    const made = executor({ mode: 1, participation: 0.2, notional: 75 * 5000 * UNIT, interval: 60e6 });
    // 10 min of flow: 6,000 + 4,000 lots, that is 1,000 a minute. The first look only begins.
    made.view.takerBuyLots[BTC_PERP] = 6000;
    made.view.takerSellLots[BTC_PERP] = 4000;
    const sent = slices(made, 30, 60e6);
    expect(sent.slice(0, 4)).toEqual([0, 200, 200, 200]);
    expect(sent.reduce((sum, lots) => sum + lots)).toBe(5000);
    expect(sent.slice(26)).toEqual([0, 0, 0, 0]);
  });
});

test("a share of daily volume: 1 % of 144 times the 10-min volume seen until the start", () => {
  const made = executor({ volumeShare: 0.01, startAfter: 1200e6 });
  made.view.takerBuyLots[BTC_PERP] = 5000;
  made.view.takerSellLots[BTC_PERP] = 5000;
  expect(slices(made, 1)).toEqual([0]);
  made.view.takerBuyLots[BTC_PERP] = 15_000;
  const sent = slices(made, 8);
  // Looks at 10 and 20 min saw 10,000 and 20,000: mean 15,000 a 10 min, 2,160,000 a day.
  expect(sent.reduce((sum, lots) => sum + lots)).toBe(21_600);
  expect(sent[0]).toBe(3600);
});

test("begins at its time after the start of the run, counted by its cause as exogenous", () => {
  const made = executor({ startAfter: 3600e6 });
  expect(slices(made, 5)).toEqual([0, 0, 0, 0, 0]);
  expect(only(made.wake(600e6), "market")).toMatchObject([{ side: 1, cause: CAUSE_EXOGENOUS }]);
});

test("what the book cannot bear waits for the next look", () => {
  const made = executor({ maxDepthShare: 0.5 });
  made.view.askDepthLots[BTC_PERP] = 200_000;
  expect(slices(made, 11)).toEqual([...new Array<number>(10).fill(100_000), 0]);
});

test("sells only coins that it holds, buys only what it can pay", () => {
  const made = executor({ spot: 1, side: -1 });
  made.view.bidDepthLots[BTC_SPOT] = 1e9;
  made.hold(BTC_SPOT, 200_000);
  expect(slices(made, 3)).toEqual([-166_667, -33_333, 0]);
  const poor = executor({ leverage: 2 });
  poor.cash[0] = 750 * UNIT;
  // 750 x 0.95 x 2 = 1,425, that is 19 lots.
  expect(slices(poor, 1)).toEqual([19]);
});

test("ends when its position is closed by force", () => {
  const made = executor();
  slices(made, 2);
  expect(made.wake(600e6, NOTICE_LIQUIDATED)).toHaveLength(0);
  expect(slices(made, 3)).toEqual([0, 0, 0]);
});
