/** Prices, betas, levels, stabilisation and rallies on paths whose figures can be worked out by hand. */
import { describe, expect, it } from "vitest";
import { formatIsoTime, parseIsoTime, summarise } from "@undertow/core/metrics";
import { makeRunData } from "@undertow/core/testing";

const COINS = [
  { name: "BTC", price: 100, beta: 1 },
  { name: "ETH", price: 10, beta: 1.5 },
];

/** Straight lines between (hour, price) knots, flat outside. */
function knots(points: readonly (readonly [number, number])[]): (hour: number) => number {
  return (hour) => {
    const next = points.findIndex(([at]) => at >= hour);
    if (next === 0) return points[0][1];
    if (next < 0) return points.at(-1)![1];
    const [fromHour, from] = points[next - 1];
    const [toHour, to] = points[next];
    return from + ((to - from) * (hour - fromHour)) / (toHour - fromHour);
  };
}

describe("prices", () => {
  const btc = knots([
    [0, 1],
    [1, 1.1],
    [5, 0.88],
    [8, 0.99],
  ]);
  const eth = knots([
    [0, 1],
    [1.5, 1.2],
    [5.5, 0.6],
    [8, 0.9],
  ]);
  const run = makeRunData({
    coins: COINS,
    hours: 8,
    path: (coin, hour) => (coin === 0 ? btc(hour) : eth(hour)),
  });
  const { prices } = summarise(run, []);

  it("finds peak, trough, fall, lag and multiple of each coin", () => {
    const [first, second] = prices.coins;
    expect(first).toMatchObject({
      coin: "BTC",
      peakTime: "2026-02-05T01:00:00Z",
      troughTime: "2026-02-05T05:00:00Z",
    });
    expect(first.peak).toBeCloseTo(110, 9);
    expect(first.trough).toBeCloseTo(88, 9);
    expect(first.fall).toBeCloseTo(0.2, 9);
    expect(first.totalReturn).toBeCloseTo(-0.01, 9);
    expect(first.lagToBtcMinutes).toBe(0);
    expect(second.fall).toBeCloseTo(0.5, 9);
    expect(second.fallOverBtc).toBeCloseTo(2.5, 9);
    expect(second.lagToBtcMinutes).toBe(30);
    expect(prices.medianAltcoinFall).toBeCloseTo(0.5, 9);
  });

  it("sets the fundamental's own fall over the same window beside it", () => {
    // The synthetic fundamental moves by 45 % of the price's distance from its start.
    const high = 1 + 0.45 * 0.1;
    const low = 1 - 0.45 * 0.12;
    expect(prices.coins[0].fundamentalFall).toBeCloseTo(1 - low / high, 9);
  });

  it("leaves the warm-up out of every figure", () => {
    const crashed = makeRunData({
      coins: COINS,
      hours: 2,
      warmUpHours: 3,
      path: (_, hour) => (hour < 0 ? 5 : 1),
    });
    const summary = summarise(crashed, []);
    expect(summary.prices.coins[0]).toMatchObject({ peak: 100, fall: 0, totalReturn: 0 });
    expect(summary.prices.coins[1].fallOverBtc).toBeNull();
  });

  it("leaves a low of the warm-up out of troughs and levels", () => {
    const path = (_: number, hour: number): number => (hour < 0 ? 0.5 : hour <= 1 ? 1 : 0.9);
    const summary = summarise(
      makeRunData({ coins: COINS, hours: 2, warmUpHours: 3, path, levels: [60] }),
      [],
    );
    expect(summary.prices.coins[0].trough).toBeCloseTo(90, 9);
    expect(summary.stabilisation.lastNewLow).toBe("2026-02-05T01:01:00Z");
    expect(summary.levels[0].status).toBe("untouched");
  });

  it("takes the fall after the peak, not from a later high to an earlier low", () => {
    const path = knots([
      [0, 1],
      [1, 0.5],
      [2, 1.5],
      [3, 1.2],
    ]);
    const summary = summarise(makeRunData({ coins: COINS, hours: 3, path: (_, hour) => path(hour) }), []);
    expect(summary.prices.coins[0].fall).toBeCloseTo(0.5, 9);
    expect(summary.prices.coins[0].troughTime).toBe("2026-02-05T01:00:00Z");
  });

  it("passes over samples without a price", () => {
    const gaps = makeRunData({
      coins: COINS,
      hours: 8,
      path: (coin, hour) => (coin === 0 ? btc(hour) : eth(hour)),
    });
    for (const column of [gaps.series.spot, gaps.series.spotLow, gaps.series.spotHigh]) {
      for (let row = 400; row < 420; row++) column[row] = NaN;
    }
    const summary = summarise(gaps, []);
    expect(summary.prices.coins[1].fall).toBeCloseTo(0.5, 9);
    expect(JSON.stringify(summary)).not.toMatch(/NaN|Infinity/);
  });
});

describe("crash beta", () => {
  it("recovers the slope and correlation of log returns inside the reference coin's fall", () => {
    const step = (hour: number): number => ((Math.round(hour * 12) * 37) % 11) / 1000;
    // ln(alt) = 1.7 ln(BTC) during the fall, 0.2 ln(BTC) afterwards: a regression over the whole run would see both.
    const btc = (hour: number): number =>
      Math.exp(hour <= 6 ? -0.05 * hour + step(hour) : -0.3 + 0.02 * (hour - 6));
    const slope = (hour: number): number => (hour <= 6.2 ? 1.7 : 0.2);
    const path = (coin: number, hour: number): number =>
      coin === 0 ? btc(hour) : Math.exp(slope(hour) * Math.log(btc(hour)));
    const { coins } = summarise(makeRunData({ coins: COINS, hours: 10, path }), []).prices;
    expect(coins[1].crashBeta).toBeCloseTo(1.7, 6);
    expect(coins[1].correlation).toBeCloseTo(1, 6);
    expect(coins[1].preCrashBeta).toBe(1.5);
    expect(coins[0].crashBeta).toBeCloseTo(1, 9);
    expect(coins[0].returns).toBeGreaterThanOrEqual(70);
  });

  it("is null with too few returns", () => {
    const run = makeRunData({
      coins: COINS,
      hours: 3,
      path: (_, hour) => (hour > 2 && hour < 2.2 ? 0.9 : 1),
    });
    expect(summarise(run, []).prices.coins[1]).toMatchObject({ crashBeta: null, correlation: null });
  });
});

describe("levels", () => {
  const path = knots([
    [0, 1],
    [2, 0.9],
    [3, 1],
    [5, 0.8],
    [8, 0.86],
  ]);
  const run = makeRunData({
    coins: COINS,
    hours: 8,
    path: (_, hour) => path(hour),
    levels: [95, 85.001, 79, 88],
  });
  const [twice, held, untouched, broken] = summarise(run, []).levels;

  it("tells the first touch from the break for good", () => {
    expect(twice).toMatchObject({ status: "broken", firstTouch: "2026-02-05T01:00:00Z" });
    expect(twice.brokenForGood).toBe("2026-02-05T03:31:00Z");
    expect(twice.deepest).toBeCloseTo(80 / 95 - 1, 9);
    expect(broken).toMatchObject({ status: "broken", firstTouch: "2026-02-05T04:12:00Z" });
  });

  it("knows a level that held and one that was not touched", () => {
    expect(held).toMatchObject({ status: "held", firstTouch: "2026-02-05T04:30:00Z", brokenForGood: null });
    expect(held.shareOfTimeBelow).toBeGreaterThan(0.5);
    expect(untouched).toMatchObject({ status: "untouched", firstTouch: null, bidsBeforeTouchUsd: null });
  });

  it("averages the bids of the hour before the first touch", () => {
    // Level 0 of the synthetic run rests 2e7 + 1,000 a minute since the first sample (an hour of warm-up before).
    const minutes = 60 + (0 + 59) / 2;
    expect(twice.bidsBeforeTouchUsd).toBeCloseTo(2e7 + 1000 * minutes, 3);
    expect(twice.bidsAtStartUsd).toBeCloseTo(2e7 + 1000 * 60, 3);
  });
});

describe("stabilisation and rallies", () => {
  const path = knots([
    [0, 1],
    [2, 0.9],
    [3, 0.945],
    [4, 0.93],
    [6, 0.8],
    [7, 0.81],
    [8, 0.8],
    [9, 0.79],
    [10, 0.84],
    [14, 0.86],
  ]);
  const liquidations = [
    { hour: 8.5, coin: 0, side: 1 as const, usd: 1_000 },
    { hour: 9.75, coin: 1, side: 1 as const, usd: 120 },
    { hour: 11.5, coin: 1, side: 1 as const, usd: 90 },
  ];
  const run = makeRunData({ coins: COINS, hours: 14, path: (_, hour) => path(hour), liquidations });
  const { stabilisation } = summarise(run, []);

  it("waits for the last low and for forced flow below a tenth of its peak hour", () => {
    expect(stabilisation.lastNewLow).toBe("2026-02-05T09:00:00Z");
    expect(stabilisation.peakHourUsd).toBe(1_000);
    expect(stabilisation.lastForcedFlow).toBe("2026-02-05T10:44:00Z");
    expect(stabilisation.time).toBe("2026-02-05T10:44:00Z");
  });

  it("is null when the run ends before an hour of calm", () => {
    const late = [...liquidations, { hour: 13.5, coin: 0, side: 1 as const, usd: 500 }];
    const stirred = makeRunData({
      coins: COINS,
      hours: 14,
      path: (_, hour) => path(hour),
      liquidations: late,
    });
    expect(summarise(stirred, []).stabilisation.time).toBeNull();
  });

  it("finds the rallies of 3 % or more and what was given back of each", () => {
    expect(stabilisation.rallies).toHaveLength(1);
    const [rally] = stabilisation.rallies;
    expect(rally).toMatchObject({ start: "2026-02-05T02:00:00Z", end: "2026-02-05T03:00:00Z" });
    expect(rally.height).toBeCloseTo(0.05, 9);
    expect(rally.givenBack).toBeCloseTo((94.5 - 79) / (94.5 - 90), 6);
  });

  it("gives a rally that starts above an earlier low a share below one", () => {
    const steps = knots([
      [0, 1],
      [1, 0.9],
      [2, 0.98],
      [3, 0.94],
      [4, 0.97],
      [6, 0.8],
      [7, 0.8],
    ]);
    const found = summarise(makeRunData({ coins: COINS, hours: 7, path: (_, hour) => steps(hour) }), []);
    const shares = found.stabilisation.rallies.map((r) => r.givenBack);
    expect(shares).toHaveLength(2);
    expect(shares[0]).toBeCloseTo(0.5, 6);
    expect(shares[1]).toBeCloseTo(17 / 3, 6);
  });
});

describe("times", () => {
  it("goes between text and microseconds over leap days and centuries", () => {
    for (const text of [
      "1970-01-01T00:00:00Z",
      "2000-02-29T23:59:59Z",
      "2026-02-06T00:20:00Z",
      "2100-03-01T12:00:00Z",
    ]) {
      expect(formatIsoTime(parseIsoTime(text))).toBe(text);
      expect(parseIsoTime(text)).toBe(Date.parse(text) * 1000);
    }
    expect(parseIsoTime("2026-02-06")).toBe(Date.parse("2026-02-06") * 1000);
    expect(parseIsoTime("2026-02-06T00:20:00+01:00")).toBeNaN();
    expect(parseIsoTime("yesterday")).toBeNaN();
  });
});
