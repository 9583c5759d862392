/**
 * The FCN trader's expected price and size, worked out by hand for each component alone.
 *
 * Slow volatility is 0.0005 per square-root minute, so that over 240 minutes sigma^2 T = 0.00006.
 */
import { describe, expect, test } from "vitest";
import { fcnTrader } from "@undertow/agents";
import { BTC_PERP, Stage, UNIT, only } from "./harness.ts";

const MID = 750_000;
const params = {
  fundamentalWeight: 0,
  chartistWeight: 0,
  noiseWeight: 0,
  horizon: 120 * 60e6,
  reversion: 24 * 3600e6,
  noiseScale: 1,
  orderMargin: 0,
  riskAppetite: 0.009,
  leverage: 3,
  maxDepthShare: 1,
};

function trader(changes: Record<string, number>, count = 1): Stage {
  const made = new Stage(fcnTrader, { ...params, ...changes }, count, [0]);
  made.cash.fill(1000 * UNIT);
  return made;
}

describe("the fundamentalist", () => {
  // T = 120 x (1 + 1) = 240 min, r T = 0.04 x 240 / 1440 = 1 / 150.
  function fundamentalist(changes: Record<string, number> = {}, towards = 0.04): Stage {
    const made = trader({ fundamentalWeight: 1, ...changes });
    made.view.fundamental[0] = 75_000 * Math.exp(towards);
    return made;
  }

  test("bids at the expected price for 0.009 x rT / (sigma^2 T) = 1 times its equity", () => {
    // 950 of 1,000 at 75 a lot.
    expect(only(fundamentalist().wake(), "limit")).toMatchObject([
      { side: 1, ticks: Math.floor(MID * Math.exp(1 / 150)), lots: 12 },
    ]);
    expect(only(fundamentalist({}, -0.04).wake(), "limit")).toMatchObject([
      { side: -1, ticks: Math.ceil(MID * Math.exp(-1 / 150)), lots: 12 },
    ]);
  });

  test("never wishes more than its leverage, and a turn closes first", () => {
    const [order] = only(fundamentalist({ riskAppetite: 1 }).wake(), "limit");
    expect(order.lots).toBe(36);
    const made = fundamentalist({ riskAppetite: 1 });
    made.hold(BTC_PERP, -5);
    expect(only(made.wake(), "limit")).toMatchObject([{ side: 1, lots: 5 }]);
  });

  test("rests when its margin takes it off the market, and is limited by depth when it crosses", () => {
    const made = fundamentalist({ riskAppetite: 1, maxDepthShare: 0.01 });
    made.view.askDepthLots[BTC_PERP] = 500;
    expect(only(made.wake(), "limit")[0].lots).toBe(5);
    const spread = new Stage(fcnTrader, { ...params, fundamentalWeight: 1, orderMargin: 0.02 }, 2000, [0]);
    spread.cash.fill(1000 * UNIT);
    spread.view.fundamental[0] = 75_000 * Math.exp(0.04);
    const ratios = only(spread.wake(), "limit").map(({ ticks }) => ticks / (MID * Math.exp(1 / 150)));
    expect(Math.max(...ratios)).toBeLessThanOrEqual(1);
    expect(Math.min(...ratios)).toBeGreaterThan(0.9799);
    // Even over 2 %: standard error of the mean 0.00013.
    expect(ratios.reduce((sum, value) => sum + value) / 2000).toBeCloseTo(0.99, 3);
  });

  test("leaves its wish alone when it is nearly held", () => {
    const made = fundamentalist();
    made.hold(BTC_PERP, 11);
    expect(only(made.wake(), "limit")).toHaveLength(0);
  });
});

describe("the chartist", () => {
  // T = 120 / (1 + 1) = 60 min, so the 30-min window; r T = 0.003 / 30 x 60 = 0.006.
  const price = (
    weight: number,
    window: "return5m" | "return30m" | "return4h",
    horizon = 120,
  ): number | undefined => {
    const made = trader({ chartistWeight: weight, horizon: horizon * 60e6, riskAppetite: 1 });
    made.view[window][BTC_PERP] = 0.003;
    return only(made.wake(), "limit")[0]?.ticks;
  };

  test("expects the past return to go on, or to turn with a negative weight", () => {
    expect(price(1, "return30m")).toBe(Math.floor(MID * Math.exp(0.006)));
    expect(price(-1, "return30m")).toBe(Math.ceil(MID * Math.exp(-0.006)));
  });

  test("looks at a window near its horizon", () => {
    expect(price(1, "return5m")).toBeUndefined();
    expect(price(1, "return5m", 40)).toBe(Math.floor(MID * Math.exp((0.003 / 5) * 20)));
    expect(price(1, "return4h", 1000)).toBe(Math.floor(MID * Math.exp((0.003 / 240) * 500)));
  });
});

test("noise alone has the price's own standard deviation over the horizon, and no mean", () => {
  const made = trader({ noiseWeight: 1, riskAppetite: 1 }, 4000);
  const logs = only(made.wake(), "limit").map(({ ticks }) => Math.log(ticks / MID));
  expect(logs.length).toBeGreaterThan(3500);
  const mean = logs.reduce((sum, value) => sum + value) / logs.length;
  const sd = Math.sqrt(logs.reduce((sum, value) => sum + value * value, 0) / 4000);
  // 0.0005 x sqrt(120) = 0.00548, standard error 1.1 %; of the mean 1.6 % of it. Those with no order are near 0.
  expect(sd / (0.0005 * Math.sqrt(120))).toBeCloseTo(1, 1);
  expect(Math.abs(mean)).toBeLessThan(0.0003);
});

test("weights share the expectation: two equal ones halve each", () => {
  const made = trader({ fundamentalWeight: 1, chartistWeight: 1, horizon: 240 * 60e6, riskAppetite: 1 });
  made.view.fundamental[0] = 75_000 * Math.exp(0.04);
  made.view.return4h[BTC_PERP] = 0.006;
  // T = 240; (0.04 x 240 / 1440 + 0.006) / 2.
  expect(only(made.wake(), "limit")[0].ticks).toBe(Math.floor(MID * Math.exp((1 / 150 + 0.006) / 2)));
});
