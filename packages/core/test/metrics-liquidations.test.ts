/** Liquidations, open interest, feedback and holders on small tables with figures worked out by hand. */
import { describe, expect, it } from "vitest";
import type { Fact } from "@undertow/core/metrics";
import { summarise } from "@undertow/core/metrics";
import { makeRunData } from "@undertow/core/testing";
import type { LiquidationRow } from "@undertow/core/testing";

const COINS = [
  { name: "BTC", price: 100, beta: 1 },
  { name: "ETH", price: 10, beta: 1.5 },
];

const ROWS: LiquidationRow[] = [
  { hour: 1, coin: 0, side: 1, usd: 1_000, traders: 10, agent: 1 },
  { hour: 1.2, coin: 1, side: 1, usd: 500, traders: 10, agent: 1, generation: 1, forcedShare: 0.5 },
  { hour: 2, coin: 0, side: -1, usd: 300, traders: 2, agent: 2, closed: false },
  {
    hour: 20,
    coin: 1,
    side: 1,
    usd: 800,
    traders: 4,
    agent: 3,
    generation: 2,
    fundShare: 0.25,
    adlShare: 0.5,
  },
  { hour: 30, coin: 0, side: 1, usd: 900, traders: 3, agent: 1, generation: 1 },
];

function liquidationFact(over: Partial<Fact>): Fact {
  return {
    id: "liquidations",
    title: "Liquidations",
    kind: "liquidations-usd",
    value: 1,
    unit: "USD",
    source: "test",
    confidence: "high",
    graded: true,
    ...over,
  };
}

const flat = (): number => 1;
const run = makeRunData({ coins: COINS, hours: 36, path: flat, liquidations: ROWS });

describe("liquidations", () => {
  const facts = [
    liquidationFact({ id: "day", from: "2026-02-05T00:00:00Z", to: "2026-02-06T00:00:00Z" }),
    liquidationFact({
      id: "share",
      kind: "long-share",
      from: "2026-02-05T00:00:00Z",
      to: "2026-02-06T00:00:00Z",
    }),
    liquidationFact({ id: "late", from: "2026-02-05T12:00:00Z", to: "2026-02-06T12:00:00Z" }),
    liquidationFact({ id: "early", from: "2026-02-01T16:48:00Z", to: "2026-02-05T16:48:00Z" }),
    liquidationFact({
      id: "price",
      kind: "price-low",
      from: "2026-02-05T03:00:00Z",
      to: "2026-02-05T04:00:00Z",
    }),
  ];
  const { liquidations } = summarise(run, facts);

  it("adds up coins, sides, orders and the largest order of one trader", () => {
    expect(liquidations.wholeRun.total).toEqual({
      usd: 3_500,
      longUsd: 3_200,
      shortUsd: 300,
      longShare: 3_200 / 3_500,
      orders: 5,
      traders: 14,
      largestUsd: 300,
    });
    expect(
      liquidations.wholeRun.coins.map((c) => [c.coin, c.longUsd, c.shortUsd, c.traders, c.largestUsd]),
    ).toEqual([
      ["BTC", 1_900, 300, 10, 300],
      ["ETH", 1_300, 0, 14, 200],
    ]);
  });

  it("makes one window per span of the facts on liquidations, and says which the run does not cover", () => {
    const windows = liquidations.windows.map((w) => [
      w.factIds,
      w.covered,
      w.total?.usd ?? null,
      w.notCompared,
    ]);
    expect(windows).toEqual([
      [["early"], false, null, false],
      [["day", "share"], true, 2_600, false],
      [["late"], true, 1_700, false],
    ]);
    expect(liquidations.windows[1]).toMatchObject({ label: "24 h to 2026-02-06T00:00:00Z", hours: 24 });
  });

  it("finds the worst 24 hours and 30 minutes and marks them as chosen from the run", () => {
    expect(liquidations.worst24h).toMatchObject({ notCompared: true, hours: 24 });
    expect(liquidations.worst24h!.total!.usd).toBe(2_600);
    expect(liquidations.worst30MinutesShare).toBeCloseTo(1_500 / 3_500, 12);
    expect(liquidations.worst30MinutesEnd).toBe("2026-02-05T01:12:00Z");
  });

  it("puts every dollar into the timeline once", () => {
    const { timeline } = liquidations;
    expect(timeline.bucketMinutes).toBe(5);
    const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
    expect(timeline.coins.map((c) => [sum(c.longUsd), sum(c.shortUsd)])).toEqual([
      [1_900, 300],
      [1_300, 0],
    ]);
    expect(timeline.coins[0].longUsd[12]).toBe(1_000);
    expect(timeline.coins[0].longUsd).toHaveLength(432);
  });

  it("leaves liquidations of the warm-up out", () => {
    const early = makeRunData({
      coins: COINS,
      hours: 36,
      path: flat,
      liquidations: [{ hour: -0.5, coin: 0, side: 1, usd: 1e9 }, ...ROWS],
    });
    expect(summarise(early, []).liquidations.wholeRun.total!.usd).toBe(3_500);
  });

  it("has no shares without liquidations", () => {
    const calm = summarise(makeRunData({ coins: COINS, path: flat, liquidations: [] }), []);
    expect(calm.liquidations.wholeRun.total).toMatchObject({ usd: 0, longShare: null, largestUsd: null });
    expect(calm.liquidations.worst24h).toBeNull();
    expect(calm.feedback.reproduction).toEqual({
      byCount: null,
      byNotional: null,
      forcedShareOfTrigger: null,
    });
    expect(calm.stabilisation.peakHourUsd).toBe(0);
  });
});

describe("feedback", () => {
  const { feedback } = summarise(run, []);

  it("counts generations and the genealogical reproduction number", () => {
    expect(feedback.generations).toEqual([
      { generation: 0, orders: 2, usd: 1_300 },
      { generation: 1, orders: 2, usd: 1_400 },
      { generation: 2, orders: 1, usd: 800 },
    ]);
    expect(feedback.reproduction.byCount).toBeCloseTo(3 / 5, 12);
    expect(feedback.reproduction.byNotional).toBeCloseTo(2_200 / 3_500, 12);
    expect(feedback.reproduction.forcedShareOfTrigger).toBeCloseTo((0.1 * 3_000 + 0.5 * 500) / 3_500, 12);
    expect(feedback.coins[0].reproduction.byCount).toBeCloseTo(1 / 3, 12);
  });

  it("splits what was closed between book, fund and ADL", () => {
    expect(feedback.closedByFundUsd).toBeCloseTo(200, 9);
    expect(feedback.closedByAdlUsd).toBeCloseTo(400, 9);
    expect(feedback.closedInBookUsd).toBeCloseTo(2_900, 9);
    expect(feedback.fund).toEqual({ startUsd: 5e8, lowUsd: 4.8e8, endUsd: 4.95e8, usedUsd: 2e7 });
  });

  it("divides taker selling by cause, shares adding to one, in the crash more of it forced", () => {
    const crashed = summarise(makeRunData(), []).feedback;
    for (const shares of [crashed.wholeRun, crashed.crash, ...crashed.coins]) {
      const sum = shares.forced! + shares.stop! + shares.riskLimit! + shares.capitulation! + shares.other!;
      expect(sum).toBeCloseTo(1, 12);
      expect(shares.forced).toBeCloseTo(shares.forcedUsd / shares.takerSellUsd, 12);
    }
    expect(crashed.crash.forced!).toBeGreaterThan(crashed.wholeRun.forced!);
  });

  it("does not count the flow before the start", () => {
    const quiet = makeRunData({ coins: COINS, hours: 1, path: flat });
    // Ten million (synthetic share 0.5 and 0.25 of a million) of taker sells per sample; sixty samples after the start.
    expect(summarise(quiet, []).feedback.wholeRun.takerSellUsd).toBeCloseTo(60 * 7_500_000, 0);
  });
});

describe("open interest", () => {
  it("gives coins and dollars apart, worst day and 30 days", () => {
    const falling = makeRunData({ coins: COINS, hours: 48, path: (_, hour) => 1 - Math.max(0, hour) / 96 });
    const { openInterest } = summarise(falling, []);
    const btc = openInterest.coins[0];
    // The synthetic open interest falls by a fifth in a straight line over the first 30 hours.
    expect(btc.endCoins! / btc.startCoins!).toBeCloseTo(0.8, 9);
    expect(btc.thirtyDays).toMatchObject({ days: 2 });
    expect(btc.thirtyDays!.coinsFraction).toBeCloseTo(-0.2, 9);
    expect(btc.thirtyDays!.usdFraction!).toBeCloseTo(
      0.8 * (falling.series.mark.at(-2)! / falling.series.mark[120]) - 1,
      9,
    );
    expect(btc.worstDayCoins!.days).toBe(1);
    expect(btc.worstDayCoins!.coinsFraction).toBeCloseTo(0.8 / (1 - 0.2 * 0.2) - 1, 6);
    expect(openInterest.total.thirtyDays!.coins).toBeNull();
    expect(openInterest.total.thirtyDays!.coinsFraction).toBeCloseTo(-0.2, 9);
  });
});

describe("large holders", () => {
  it("values them at the reference coin's low and lists who sold a tenth or more", () => {
    const path = (_: number, hour: number): number =>
      hour <= 24 ? 1 - Math.max(0, hour) / 96 : 0.75 + (hour - 24) / 96;
    const { holders } = summarise(makeRunData({ coins: COINS, hours: 36, path, liquidations: [] }), []);
    expect(holders.asOf).toBe("2026-02-06T00:00:00Z");
    const [population] = holders.populations;
    // Holder a holds (1 + a) times 1e8 at the start price, bought at 1.05 + 0.05 a; every fourth sold 33 % at hour 20.
    let cost = 0;
    let value = 0;
    for (let a = 0; a < 12; a++) {
      const held = (1 + a) * 1e8 * (a % 4 === 3 ? 0.67 : 1);
      cost += held * (1.05 + 0.05 * a);
      value += held * 0.75;
    }
    expect(population.costUsd! / cost).toBeCloseTo(1, 9);
    expect(population.unrealisedOverCost).toBeCloseTo(value / cost - 1, 9);
    expect(population).toMatchObject({ holders: 12, holdersInLoss: 12, capitulated: 3 });
    const sold = (4 + 8 + 12) * 1e8 * 0.33 * (1 - 20 / 96);
    expect(population.soldUsd / sold).toBeCloseTo(1, 9);
    expect(holders.capitulated.map((h) => [h.agent, h.coin, h.time])).toEqual([
      [11, "ETH", "2026-02-05T20:00:00Z"],
      [7, "ETH", "2026-02-05T20:00:00Z"],
      [3, "ETH", "2026-02-05T20:00:00Z"],
    ]);
    expect(holders.capitulated[0].soldShare).toBeCloseTo(0.33, 9);
  });

  it("takes a holder that is missing from later records to have sold everything", () => {
    const base = makeRunData({ coins: COINS, hours: 36, path: flat, liquidations: [] });
    const kept = Array.from({ length: base.holders.rows }, (_, row) => row).filter(
      (row) => base.holders.agent[row] !== 0 || base.holders.timeMicros[row] < base.startMicros + 10 * 3.6e9,
    );
    const pick = <T extends Float64Array | Int32Array>(column: T): T =>
      column.slice(0, kept.length).map((_, i) => column[kept[i]]) as T;
    const holders = {
      rows: kept.length,
      timeMicros: pick(base.holders.timeMicros),
      population: pick(base.holders.population),
      agent: pick(base.holders.agent),
      coin: pick(base.holders.coin),
      holding: pick(base.holders.holding),
      unrealised: pick(base.holders.unrealised),
    };
    const { capitulated } = summarise({ ...base, holders }, []).holders;
    const gone = capitulated.find((h) => h.agent === 0)!;
    expect(gone).toMatchObject({ time: "2026-02-05T10:00:00Z", endCoins: 0, soldShare: 1 });
    expect(gone.soldUsd).toBeCloseTo(1e8, 0);
  });
});
