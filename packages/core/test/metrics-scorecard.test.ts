/** Facts beside a run: every kind of fact, the rules of hit and miss, several seeds, and the size a summary must stand. */
import { describe, expect, it } from "vitest";
import type { Fact, FactKind } from "@undertow/core/metrics";
import { combineSummaries, FACT_KINDS, summarise } from "@undertow/core/metrics";
import { makeRunData } from "@undertow/core/testing";
import type { LiquidationRow } from "@undertow/core/testing";

const COINS = [
  { name: "BTC", price: 100, beta: 1 },
  { name: "ETH", price: 10, beta: 1.5 },
];

/** BTC falls from 100 to 80 in ten hours and stays; ETH falls from 10 to 6 in eleven. */
function path(coin: number, hour: number): number {
  const h = Math.max(0, hour);
  return coin === 0 ? 1 - 0.02 * Math.min(10, h) : 1 - (0.4 * Math.min(11, h)) / 11;
}

const LIQUIDATIONS: LiquidationRow[] = [
  { hour: 1, coin: 0, side: 1, usd: 600, traders: 5 },
  { hour: 4, coin: 0, side: -1, usd: 200, traders: 2 },
  { hour: 9, coin: 1, side: 1, usd: 1_000, traders: 4 },
];

const run = makeRunData({ coins: COINS, hours: 20, path, liquidations: LIQUIDATIONS });

function fact(over: Partial<Fact> & { kind: FactKind; value: number }): Fact {
  return {
    id: `${over.kind}-${over.coin ?? "ALL"}`,
    title: "A fact",
    unit: "USD",
    source: "test",
    confidence: "high",
    graded: true,
    from: "2026-02-05T00:00:00Z",
    to: "2026-02-05T12:00:00Z",
    ...over,
  };
}

function rowOf(over: Partial<Fact> & { kind: FactKind; value: number }) {
  return summarise(run, [fact(over)]).facts[0];
}

describe("the simulated figure of each kind of fact", () => {
  const markOf = (row: number): number => run.series.mark[row];
  const oiOf = (row: number): number => run.series.openInterest[row];
  const start = 120;
  const noon = start + 12 * 60 * 2;
  const cases: [FactKind, Partial<Fact>, number][] = [
    ["liquidations-usd", {}, 1_800],
    ["liquidations-usd", { coin: "BTC", side: "short" }, 200],
    ["traders-liquidated", {}, 11],
    ["long-share", { unit: "fraction" }, 1_600 / 1_800],
    ["largest-liquidation-usd", {}, 250],
    ["liquidation-peak-4h-usd", {}, 1_000],
    ["liquidation-peak-4h-usd", { coin: "BTC" }, 800],
    ["price-low", { coin: "BTC" }, 80],
    ["price-at", { coin: "BTC", to: "2026-02-05T05:00:00Z" }, 90],
    ["fall", { coin: "ETH", unit: "fraction" }, 0.4],
    ["change", { coin: "BTC", unit: "fraction", from: "2026-02-05T05:00:00Z" }, 80 / 90 - 1],
    ["open-interest-usd", { coin: "BTC" }, oiOf(noon) * markOf(noon)],
    ["open-interest-usd-change", { coin: "BTC" }, oiOf(noon) * markOf(noon) - oiOf(start) * markOf(start)],
    ["open-interest-coins-change", { coin: "BTC", unit: "fraction" }, 1 - 0.2 * (12 / 30) - 1],
    ["open-interest-coins-change", { coin: "BTC", unit: "coins" }, oiOf(noon) - oiOf(start)],
    ["funding", { coin: "BTC", unit: "fraction per year" }, run.series.funding[noon] * 1095],
    ["funding", { coin: "BTC", unit: "fraction per interval" }, run.series.funding[noon]],
    ["trough-lag", { coin: "ETH", unit: "minutes" }, 60],
    ["level-broken", { coin: "BTC" }, 80],
  ];

  it.each(cases)("%s %o", (kind, over, expected) => {
    const { simulated } = rowOf({ kind, value: 1, ...over });
    expect(simulated! / expected).toBeCloseTo(1, 9);
  });

  it("covers every kind", () => {
    expect(new Set(cases.map(([kind]) => kind))).toEqual(new Set(FACT_KINDS));
  });
});

describe("hit and miss", () => {
  it("accepts the published range, else 25 % of the value, else 5 % of a price", () => {
    const fall = { kind: "fall", coin: "BTC", unit: "fraction" } as const;
    expect(rowOf({ ...fall, value: 0.3, low: 0.19, high: 0.31 })).toMatchObject({
      verdict: "hit",
      rule: "published range",
    });
    expect(rowOf({ ...fall, value: 0.3, low: 0.25, high: 0.31 }).verdict).toBe("miss");
    expect(rowOf({ ...fall, value: 0.16 })).toMatchObject({
      verdict: "hit",
      acceptLow: 0.12,
      acceptHigh: 0.2,
    });
    expect(rowOf({ ...fall, value: 0.15 }).verdict).toBe("miss");
    expect(rowOf({ kind: "change", coin: "BTC", unit: "fraction", value: -0.24 }).verdict).toBe("hit");
    expect(rowOf({ kind: "change", coin: "BTC", unit: "fraction", value: 0.2 }).verdict).toBe("miss");
    expect(rowOf({ kind: "price-low", coin: "BTC", value: 83 }).verdict).toBe("hit");
    expect(rowOf({ kind: "price-low", coin: "BTC", value: 85 }).verdict).toBe("miss");
    expect(rowOf({ kind: "level-broken", coin: "BTC", value: 81 }).verdict).toBe("hit");
    expect(rowOf({ kind: "level-broken", coin: "BTC", value: 79 }).verdict).toBe("miss");
  });

  const cuts: [FactKind, Partial<Fact> & { value: number }, object][] = [
    [
      "long-share",
      { unit: "fraction", value: 0.9 },
      { acceptLow: 0.675, acceptHigh: 1, rule: "within 25%, at most 100%" },
    ],
    ["long-share", { unit: "fraction", value: 0.4 }, { acceptHigh: 0.5, rule: "within 25%" }],
    [
      "long-share",
      { unit: "fraction", value: 0.9, low: 0.8, high: 1.2 },
      { acceptLow: 0.8, acceptHigh: 1, rule: "published range, at most 100%" },
    ],
    [
      "fall",
      { unit: "fraction", value: 0.9, coin: "BTC" },
      { acceptHigh: 1, rule: "within 25%, at most 100%" },
    ],
    [
      "fall",
      { unit: "fraction", value: 0.1, low: -0.05, high: 0.2, coin: "BTC" },
      { acceptLow: 0, acceptHigh: 0.2, rule: "published range, at least 0" },
    ],
    [
      "traders-liquidated",
      { unit: "traders", value: 10, low: -5, high: 20 },
      { acceptLow: 0, acceptHigh: 20, rule: "published range, at least 0" },
    ],
    ["liquidations-usd", { value: 10, low: -5, high: 20 }, { acceptLow: 0, acceptHigh: 20 }],
    ["price-low", { value: 100, coin: "BTC" }, { acceptLow: 95, acceptHigh: 105, rule: "within 5%" }],
    [
      "change",
      { unit: "fraction", value: -0.9, coin: "BTC" },
      { acceptLow: -1, rule: "within 25%, at least -100%" },
    ],
    [
      "change",
      { unit: "fraction", value: 2, coin: "BTC" },
      { acceptLow: 1.5, acceptHigh: 2.5, rule: "within 25%" },
    ],
    ["open-interest-usd-change", { value: -4e9 }, { acceptLow: -5e9, acceptHigh: -3e9 }],
    ["funding", { unit: "fraction per year", value: -2, coin: "BTC" }, { acceptLow: -2.5, acceptHigh: -1.5 }],
    ["trough-lag", { unit: "minutes", value: -60, coin: "ETH" }, { acceptLow: -75, acceptHigh: -45 }],
  ];

  it.each(cuts)("accepts no %s that cannot be: %o", (kind, over, expected) => {
    expect(rowOf({ kind, ...over })).toMatchObject(expected);
  });

  it("accepts nothing for a fact that claims the impossible", () => {
    const allLongs = LIQUIDATIONS.filter(({ side }) => side === 1);
    const longs = makeRunData({ coins: COINS, hours: 20, path, liquidations: allLongs });
    const claim = fact({ kind: "long-share", unit: "fraction", value: 1.5, low: 1.4, high: 1.6 });
    expect(summarise(longs, [claim]).facts[0]).toMatchObject({ simulated: 1, verdict: "miss" });
  });

  it("judges nothing that the run does not cover or simulate", () => {
    const fall = { kind: "fall", unit: "fraction", value: 0.2 } as const;
    expect(rowOf({ ...fall, coin: "BTC", from: "2026-02-04T23:59:00Z" })).toMatchObject({
      verdict: "outside-run",
      simulated: null,
    });
    expect(rowOf({ ...fall, coin: "BTC", to: "2026-02-05T20:01:00Z" }).verdict).toBe("outside-run");
    expect(rowOf({ ...fall, coin: "BNB" })).toMatchObject({
      verdict: "outside-run",
      note: "BNB is not simulated",
    });
    const stopped = makeRunData({ coins: COINS, hours: 20, path, stopAfterHours: 6 });
    expect(summarise(stopped, [fact({ ...fall, coin: "BTC" })]).facts[0].verdict).toBe("outside-run");
  });

  it("shows conflicting facts together and grades neither", () => {
    const change = { kind: "open-interest-usd-change", unit: "fraction" } as const;
    const facts = [
      fact({ ...change, id: "one", value: -0.044 }),
      fact({ ...change, id: "other", value: 0.04 }),
      fact({ ...change, id: "elsewhere", value: 0.04, coin: "BTC" }),
      fact({ kind: "liquidations-usd", id: "ungraded", value: 1_800, graded: false }),
    ];
    const summary = summarise(run, facts);
    expect(summary.facts.map((row) => [row.verdict, row.conflictsWith])).toEqual([
      ["not-graded", ["other"]],
      ["not-graded", ["one"]],
      ["miss", []],
      ["not-graded", []],
    ]);
    expect(summary.facts[0].simulated).toBeLessThan(0);
    expect(summary.openInterest.factIds).toEqual(["one", "other", "elsewhere"]);
    expect(summary.scorecard).toMatchObject({ hits: 0, misses: 1, notGraded: 3, outsideRun: 0 });
    expect(summary.scorecard.note).toMatch(/one seed/i);
  });

  it("counts a figure that is undefined in the run as a miss", () => {
    const calm = makeRunData({ coins: COINS, hours: 20, path, liquidations: [] });
    const [row] = summarise(calm, [fact({ kind: "long-share", unit: "fraction", value: 0.9 })]).facts;
    expect(row).toMatchObject({ verdict: "miss", simulated: null, note: "undefined in this run" });
  });
});

describe("several seeds", () => {
  const depths = [0.5, 1, 1.1, 1.2, 3];
  const facts = [
    fact({
      kind: "fall",
      coin: "BTC",
      unit: "fraction",
      value: 0.2,
      from: "2026-02-05T00:00:00Z",
      to: "2026-02-06T12:00:00Z",
    }),
  ];
  const summaries = depths.map((depth, i) =>
    summarise(makeRunData({ seed: `s${i}`, depth, warmUpHours: 0 }), facts),
  );
  const combined = combineSummaries(summaries);

  it("judges facts on the median and keeps the share of seeds that hit", () => {
    const [row] = combined.facts;
    expect(row.simulated.median).toBe(summaries[2].facts[0].simulated);
    expect(row).toMatchObject({ verdict: "hit", hitShare: 3 / 5 });
    expect(combined.scorecard).toMatchObject({ hits: 1, misses: 0, note: "Median of 5 seeds." });
  });

  it("gives median and 10-90 % range of the headline figures, and the seeds they are of", () => {
    const falls = summaries.map((s) => s.prices.coins[0].fall!);
    const { btcFall } = combined.measures;
    expect(btcFall).toMatchObject({ median: falls[2], runs: 5 });
    expect(btcFall.p10).toBeCloseTo(falls[0] + 0.4 * (falls[1] - falls[0]), 12);
    expect(btcFall.p90).toBeCloseTo(falls[3] + 0.6 * (falls[4] - falls[3]), 12);
    expect(combined.seeds).toEqual(["s0", "s1", "s2", "s3", "s4"]);
    expect(combined.headline).toMatch(/^Median of 5 seeds: BTC fell 19\.\d%, the median altcoin/);
  });

  it("refuses to mix scenarios", () => {
    const other = { ...summaries[0], run: { ...summaries[0].run, scenarioHash: "other" } };
    expect(() => combineSummaries([summaries[0], other])).toThrow(/different scenarios/);
    expect(() => combineSummaries([])).toThrow(/no run/);
  });
});

describe("the whole summary", () => {
  it("is plain JSON and says in one sentence what happened", () => {
    const summary = summarise(run, []);
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
    expect(summary.headline).toMatch(
      /^BTC fell 20\.0% from \$100\.00 to \$80\.00 on 2026-02-05 at 10:00 UTC, the median altcoin 40\.0% \(2\.00 times BTC\); \$1\.80k of positions were liquidated, closing out 11 traders, and \d+\.\d% of taker selling in the fall was forced\.$/,
    );
    expect(summary.run).toMatchObject({
      wallSeconds: null,
      eventsPerSecond: null,
      events: 5_003_000,
      traders: 40_017,
    });
    expect(summary.money).toMatchObject({ residual: 0, feesUsd: 9e6 });
  });

  /** The fact without its window: it holds for the whole run. */
  const wholeRun = ({ from: _from, to: _to, ...rest }: Fact): Fact => rest;

  it("of a run stopped in the warm-up holds no figure, instead of failing", () => {
    const facts = [
      fact({ kind: "liquidations-usd", value: 1_800 }),
      wholeRun(fact({ kind: "price-at", coin: "BTC", value: 80 })),
      wholeRun(fact({ kind: "traders-liquidated", value: 11 })),
    ];
    const early = { hour: -0.8, coin: 0, side: 1, usd: 600 } as const;
    const stopped = makeRunData({ coins: COINS, path, liquidations: [early], stopAfterHours: -0.5 });
    expect(stopped.series.rows).toBeGreaterThan(0);
    const none = { ...stopped, series: { ...stopped.series, rows: 0 } };
    for (const unmeasured of [stopped, none]) {
      const summary = summarise(unmeasured, facts);
      expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
      expect(JSON.stringify(summary)).not.toMatch(/NaN|undefined/);
      expect(summary.headline).toBe("The run was stopped in the warm-up: nothing was measured.");
      expect(summary.run).toMatchObject({ partial: true, reached: "2026-02-04T23:30:00Z" });
      expect(summary.prices.coins.map(({ fall, start }) => [fall, start])).toEqual([
        [null, null],
        [null, null],
      ]);
      expect(summary.liquidations.wholeRun).toMatchObject({ hours: 0, total: { usd: 0, traders: 0 } });
      expect(summary.facts.map(({ verdict }) => verdict)).toEqual(facts.map(() => "outside-run"));
      expect(summary.stabilisation.time).toBeNull();
    }
    const unstopped = { ...stopped, partial: false };
    expect(() => summarise(unstopped, [])).toThrow(/series-disordered/);
  });

  it("throws on tables out of order instead of giving a wrong figure", () => {
    const swapped = makeRunData({ coins: COINS, hours: 2, path });
    swapped.series.coin[10] = 1;
    expect(() => summarise(swapped, [])).toThrow(/series-disordered.*seed "synthetic"/);
    const late = makeRunData({ coins: COINS, hours: 20, path, liquidations: LIQUIDATIONS });
    late.liquidations.timeMicros[0] = late.liquidations.timeMicros[2] + 1;
    expect(() => summarise(late, [])).toThrow(/liquidations-disordered/);
    expect(() => summarise(run, [fact({ kind: "fall", value: 1, from: "noon" })])).toThrow(/fact-time.*noon/);
  });

  it("takes 33 days with 100,000 liquidations and 60 facts", () => {
    const rows = Array.from({ length: 100_000 }, (_, i): LiquidationRow => ({
      hour: (i * 33 * 24) / 100_000,
      coin: i % 5,
      side: 1,
      usd: 1_000,
      agent: i % 2_000,
      traders: 20,
    }));
    const long = makeRunData({ hours: 33 * 24, liquidations: rows });
    const facts = Array.from({ length: 60 }, (_, i) =>
      fact({
        id: `f${i}`,
        kind: "liquidations-usd",
        value: 1,
        from: `2026-02-${String(10 + (i % 12))}T00:00:00Z`,
        to: `2026-03-0${1 + (i % 5)}T00:00:00Z`,
      }),
    );
    expect(summarise(long, facts).facts).toHaveLength(60);
  });
});
