/** From rows of a run to lines of the table: signs of orders, average books, observations, bands and verdicts. */
import { createKeys, randomSource, type BookColumns, type FillColumns } from "@undertow/core";
import {
  AverageBook,
  BOOK_EDGES_BP,
  evaluateImpact,
  evaluateStatistics,
  impactCurve,
  observeMarket,
  OrderSigns,
  stylisedStatistics,
  type CoinEvidence,
  type MarketObservation,
  type Statistic,
} from "@undertow/core/metrics";
import { makeRunData } from "@undertow/core/testing";
import { describe, expect, test } from "vitest";

describe("signs of orders", () => {
  /** Time, market, taker, side of each fill. */
  const fillsOf = (rows: readonly (readonly number[])[]): FillColumns =>
    ({
      rows: rows.length,
      timeMicros: Float64Array.from(rows, (row) => row[0]),
      market: Int32Array.from(rows, (row) => row[1]),
      takerPopulation: new Int32Array(rows.length),
      taker: Int32Array.from(rows, (row) => row[2]),
      side: Int8Array.from(rows, (row) => row[3]),
    }) as unknown as FillColumns;

  test("fills of one order count once, also when a block ends between them", () => {
    const signs = new OrderSigns(1);
    const first = fillsOf([
      [5, 1, 7, 1],
      [5, 0, 7, -1],
      [5, 1, 7, 1],
    ]);
    const second = fillsOf([
      [5, 1, 7, 1],
      [5, 1, 8, 1],
      [6, 1, 8, 1],
      [6, 1, 8, -1],
    ]);
    signs.add(first, 3);
    signs.add(second, 4);
    expect([...signs.signs]).toEqual([1, 1, 1, -1]);
  });

  test("keeps more orders than its first block", () => {
    const signs = new OrderSigns(0);
    const rows = fillsOf(Array.from({ length: 1_000 }, (_, k) => [k, 0, 0, k % 2 === 0 ? 1 : -1]));
    for (let k = 0; k < 70; k++) signs.add(rows, 1_000);
    expect(signs.signs).toHaveLength(70_000);
    expect([...signs.signs.subarray(69_998)]).toEqual([1, -1]);
  });
});

describe("the average book", () => {
  /** Time, side, level, ticks, lots of each row of market 2. */
  const booksOf = (rows: readonly (readonly number[])[]): BookColumns => ({
    rows: rows.length,
    timeMicros: Float64Array.from(rows, (row) => row[0]),
    market: new Int32Array(rows.length).fill(2),
    side: Int8Array.from(rows, (row) => row[1]),
    level: Int32Array.from(rows, (row) => row[2]),
    ticks: Int32Array.from(rows, (row) => row[3]),
    lots: Float64Array.from(rows, (row) => row[4]),
    orders: new Int32Array(rows.length).fill(1),
  });

  test("means by level and by distance, over snapshots with both sides, in any cut into blocks", () => {
    const rows = [
      // Mid 100,000: bids 1 bp and 3 bp away, an ask 1 bp away.
      [1, 1, 1, 99_990, 10],
      [1, 1, 2, 99_970, 40],
      [1, -1, 1, 100_010, 20],
      [2, 1, 1, 99_990, 30],
      [2, -1, 1, 100_010, 60],
      // One side only: not counted.
      [3, 1, 1, 99_990, 500],
    ];
    for (const cut of [0, 2, 4]) {
      const book = new AverageBook(2);
      book.add(booksOf(rows.slice(0, cut)), cut);
      book.add(booksOf(rows.slice(cut)), rows.length - cut);
      const profile = book.profile();
      expect(profile.snapshots).toBe(2);
      expect(profile.bidByLevel.slice(0, 3)).toEqual([20, 20, 0]);
      expect(profile.askByLevel.slice(0, 2)).toEqual([40, 0]);
      expect(profile.halfSpreadBp).toBeCloseTo(1, 10);
      const [near, far] = [BOOK_EDGES_BP.indexOf(0.5), BOOK_EDGES_BP.indexOf(2)];
      // 1 bp from the mid lies on the edge of two bins, so either may hold it.
      expect(profile.bidDensity[near] * 0.5 + profile.bidDensity[near + 1]).toBeCloseTo(20, 6);
      expect(profile.bidDensity[far] * 2).toBeCloseTo(20, 10);
    }
  });

  test("a market without snapshots has none", () => {
    expect(new AverageBook(0).profile().snapshots).toBe(0);
  });
});

describe("an observation", () => {
  test("leaves the warm-up out and takes fundings at 8, 16 and 24 h", () => {
    const run = makeRunData({ hours: 24, warmUpHours: 2, coins: [{ name: "BTC", price: 100, beta: 1 }] });
    const observed = observeMarket(run, 0);
    expect(observed.price).toHaveLength(24 * 60 + 1);
    expect(observed.funding).toHaveLength(3);
    expect(observed.signs).toHaveLength(0);
  });

  test("a sample that is not a minute is refused", () => {
    const run = makeRunData({ hours: 2, sampleSeconds: 30 });
    expect(() => observeMarket(run, 0)).toThrow(/a sample each minute/);
  });
});

describe("lines and verdicts", () => {
  const random = randomSource(createKeys("table"));
  /** A random walk of normal returns: what no fact of a real market is true of. */
  const walk = (days: number, subject: number): MarketObservation => {
    const price = new Float64Array(1440 * days + 1).fill(100);
    for (let k = 1; k < price.length; k++)
      price[k] = price[k - 1] * Math.exp(5e-4 * random.normal(3, subject, k));
    return {
      coin: "WALK",
      price,
      volume: Float64Array.from(price, (_, k) => random.uniform(4, subject, k)),
      spreadBp: new Float64Array(price.length).fill(2),
      funding: new Float64Array(3 * days).fill(1e-4),
      signs: Int8Array.from(price, (_, k) => (random.uniform(5, subject, k) < 0.5 ? 1 : -1)),
    };
  };
  const verdictsOf = (rows: ReturnType<typeof evaluateStatistics>, fact: string): (string | undefined)[] =>
    rows.filter((row) => row.fact === fact && row.use === "gate").map((row) => row.verdict);

  test("a random walk fails tails, clusters, long memory, volume and signs, and passes diffusion", () => {
    const rows = evaluateStatistics(stylisedStatistics, [{ calm: walk(20, 1) }]);
    expect(verdictsOf(rows, "S1")).toEqual(["fail", "fail", "fail"]);
    expect(new Set(verdictsOf(rows, "S3"))).toEqual(new Set(["fail"]));
    expect(verdictsOf(rows, "S4").slice(0, 2)).toEqual(["pass", "pass"]);
    expect(new Set(verdictsOf(rows, "S5"))).toEqual(new Set(["fail"]));
    expect(new Set(verdictsOf(rows, "S8"))).toEqual(new Set(["fail"]));
    expect(verdictsOf(rows, "S10")).toEqual(["fail"]);
    // Funding that never moves is centred, and has no tail.
    expect(verdictsOf(rows, "S18")).toEqual(["pass", "fail"]);
  });

  test("several seeds give the mean, its standard error, and the verdict of the mean", () => {
    const statistic: Statistic = {
      fact: "S8",
      name: "first price",
      use: "gate",
      low: 2,
      high: 3,
      size: ({ calm }) => calm.price.length,
      measure: ({ calm }) => calm.price[0],
    };
    const evidence = (price: number): CoinEvidence => ({
      calm: { ...walk(1, 2), price: Float64Array.of(price) },
    });
    const [row] = evaluateStatistics([statistic], [evidence(1), evidence(3)]);
    expect(row).toMatchObject({ value: 2, error: 1, seeds: 2, size: 1, verdict: "pass", coin: "WALK" });
    const [outside] = evaluateStatistics([statistic], [evidence(1), evidence(2.9)]);
    expect(outside).toMatchObject({ value: 1.95, verdict: "fail" });
    const [info] = evaluateStatistics([{ ...statistic, use: "info" }], [evidence(1)]);
    expect(info).toMatchObject({ value: 1, error: null, verdict: "outside" });
    const [undefinedValue] = evaluateStatistics([statistic], [evidence(NaN)]);
    expect(undefinedValue).toMatchObject({ value: null, verdict: "fail" });
  });

  test("what cannot be measured has no line", () => {
    const few = evaluateStatistics(stylisedStatistics, [{ calm: walk(1, 3) }]);
    expect(few.some((row) => row.horizon === 60)).toBe(false);
    expect(few.some((row) => row.fact === "S13" || row.fact === "S16" || row.fact === "S10")).toBe(false);
  });

  test("two coins and a crash give correlations, their rise, and the widening of the spread", () => {
    const [reference, alone] = [walk(2, 4), walk(2, 5)];
    const calm = { ...alone, spreadBp: alone.spreadBp };
    const crash = { ...reference, spreadBp: reference.spreadBp.map((bp, k) => (k < 10 ? 12 * bp : bp)) };
    const rows = evaluateStatistics(stylisedStatistics, [
      { calm, reference, crash, crashReference: reference },
    ]);
    const rise = rows.find((row) => row.fact === "S16" && row.use === "gate");
    expect(rise!.value).toBeGreaterThan(0.9);
    expect(rows.find((row) => row.name === "spread in crash over it")!.value).toBeCloseTo(12, 10);
  });

  test("an exponent of 1 fails the gate of impact, one of 0.5 with decay passes", () => {
    const curve = (exponent: number, left: number) =>
      impactCurve(
        [0.001, 0.01, 0.1].map((share) => {
          const impact = share ** exponent;
          return { share, atEnd: [0.99 * impact, 1.01 * impact], later: [left * impact, left * impact] };
        }),
      );
    expect(evaluateImpact("X", curve(0.5, 0.7)).map((row) => row.verdict)).toEqual(["pass", "pass"]);
    expect(evaluateImpact("X", curve(1, 1.2)).map((row) => row.verdict)).toEqual(["fail", "fail"]);
  });
});
