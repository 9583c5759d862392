/**
 * The terminal summary on synthetic runs: all sections, the facts beside the figures, widths, partial runs.
 */
import { describe, expect, test, vi } from "vitest";
import { renderCombined, renderSummary } from "@undertow/cli";
import { combineSummaries, summarise, type Fact, type RunSummary } from "@undertow/core/metrics";
import { makeRunData } from "@undertow/core/testing";
import { paintFor } from "../src/command/output.ts";
import {
  formatCoins,
  formatDuration,
  formatNumber,
  formatPercent,
  formatPrice,
  formatUsd,
} from "../src/summary/format.ts";
import { layoutTable } from "../src/summary/table.ts";
import { TWO_VENUES } from "./report-fixture.ts";
import { manifestOf } from "./synthetic.ts";

const plain = paintFor({ isTTY: false });
const publication = { source: "a publication", confidence: "high", graded: true } as const;
const day = { from: "2026-02-05T00:00:00Z", to: "2026-02-06T00:00:00Z" };
const facts: Fact[] = [
  {
    ...publication,
    id: "btc-24h",
    title: "BTC liquidations",
    kind: "liquidations-usd",
    coin: "BTC",
    ...day,
    value: 237e6,
    unit: "USD",
  },
  {
    ...publication,
    id: "traders",
    title: "Traders liquidated",
    kind: "traders-liquidated",
    ...day,
    value: 335_000,
    unit: "traders",
  },
  {
    ...publication,
    id: "low",
    title: "Lowest price",
    kind: "price-low",
    coin: "BTC",
    value: 60_062,
    unit: "USD",
  },
  {
    ...publication,
    id: "high-fall",
    title: "A fall that did not happen",
    kind: "fall",
    coin: "BTC",
    value: 0.9,
    unit: "fraction",
  },
  {
    ...publication,
    id: "month",
    title: "Before the run",
    kind: "liquidations-usd",
    from: "2026-01-05T00:00:00Z",
    to: "2026-02-02T16:48:00Z",
    value: 4.4e9,
    unit: "USD",
  },
];

function summaryOf(options: Parameters<typeof makeRunData>[0] = {}): RunSummary {
  const summary = summarise(makeRunData(options), facts);
  return { ...summary, run: { ...summary.run, wallSeconds: 8.2, eventsPerSecond: 122 } };
}

function page(width: number, options: Parameters<typeof makeRunData>[0] = {}): string {
  const run = makeRunData(options);
  return renderSummary(summaryOf(options), manifestOf(run), {
    width,
    paint: plain,
    folder: "runs/synthetic-1",
  });
}

describe("the summary", () => {
  test("opens with the headline and has the nine sections in order", () => {
    const text = page(100);
    const titles = text.match(/^\d\. .*$/gm)?.map((line) => line.slice(0, 2));
    expect(titles).toEqual(["1.", "2.", "3.", "4.", "5.", "6.", "7.", "8.", "9."]);
    expect(text.indexOf("BTC fell")).toBeGreaterThan(0);
    expect(text.indexOf("BTC fell")).toBeLessThan(text.indexOf("1. Prices"));
  });

  test.each([80, 100, 140])("keeps to %i columns", (width) => {
    const long = page(width)
      .split("\n")
      .filter((line) => [...line].length > width);
    expect(long).toEqual([]);
  });

  test("prints no undefined figure and no colour on a pipe", () => {
    for (const options of [{}, { liquidations: [] }, { depth: 0 }, { hours: 2 }]) {
      const text = page(80, options);
      expect(text).not.toMatch(/NaN|undefined|null|Infinity|\u001b/);
    }
  });

  test("shows published figures beside simulated ones, hits and misses alike", () => {
    const text = page(100);
    expect(text).toContain("$237M");
    expect(text).toMatch(/Lowest price .*\$60,062.*hit/);
    expect(text).toMatch(/A fall that did not happen .*90\.0%.*miss/);
    expect(text).toContain("pub. 335,000");
    expect(text).toMatch(/Published windows outside this run: 28\.7 d to 02-02 16:48/);
  });

  test("says that one seed is one seed, counts assumed values, names the record and what to do next", () => {
    const text = page(100);
    expect(text).toContain("One seed");
    expect(text).toContain("1 value of the scenario assumed");
    expect(text).toContain("runs/synthetic-1/report.html");
    expect(text).toContain("undertow run synthetic --seeds 8");
  });

  test("states that money is conserved, and shouts when it is not", () => {
    expect(page(100)).toContain("residual 0");
    const summary = summaryOf();
    const broken = { ...summary, money: { ...summary.money, residual: 3 } };
    const text = renderSummary(broken, manifestOf(makeRunData()), { width: 100, paint: plain });
    expect(text).toContain("MONEY IS NOT CONSERVED: residual 3 quanta");
  });

  test("marks a partial run at the top", () => {
    const head = page(100, { stopAfterHours: 12 }).split("\n").slice(0, 5).join("\n");
    expect(head).toContain("PARTIAL: stopped at 2026-02-05 12:00 UTC");
    expect(page(100)).not.toContain("PARTIAL");
  });
});

describe("several venues", () => {
  const venues = TWO_VENUES;
  const liquidations = [
    { hour: 1, coin: 0, side: 1 as const, usd: 3e6, traders: 7, agent: 1 },
    {
      hour: 2,
      coin: 0,
      side: 1 as const,
      usd: 3e6,
      traders: 5,
      agent: 2,
      venue: 1,
      fundShare: 0.25,
      adlShare: 0.5,
    },
    { hour: 3, coin: 1, side: -1 as const, usd: 1e6, traders: 2, agent: 3, venue: 1, adlShare: 1 },
  ];

  test("have a section of their own, which one venue does not have", () => {
    const text = page(110, { venues, liquidations });
    expect(page(110)).not.toMatch(/Venues/);
    const section = text.slice(text.indexOf("10. Venues"));
    expect(section).toMatch(/^ {2}main +40\.0% +\$3\.00M +100\.0% +7 +100\.0% +0\.0% +0\.0% +0$/m);
    // 3 + 1 million: 0.75 in the book, 0.75 by the fund, 2.5 by ADL.
    expect(section).toMatch(/^ {2}dex +10\.0% +\$4\.00M +75\.0% +7 +18\.8% +18\.8% +62\.5% +0$/m);
    expect(section).toMatch(/^ {2}dex +\$100M +\$96\.0M +\$99\.0M +\$0 +\$1\.80M +\$1\.00M +\$0 +90$/m);
    expect(section).toMatch(/^ {2}BTC +spot +3\.00% +02-0\d \d\d:\d\d +dex +main +0\.36% +2 h$/m);
    expect(section).toMatch(/^ {2}SOL +\S+ +\S+ +— +—$/m);
    expect(section).not.toMatch(/^ {2}SOL +spot/m);
  });

  test.each([80, 100, 140])("keep to %i columns", (width) => {
    const long = page(width, {
      venues: [{ ...venues[0], name: "a-venue-with-a-rather-long-name" }, venues[1]],
    })
      .split("\n")
      .filter((line) => [...line].length > width);
    expect(long).toEqual([]);
  });

  test("print no undefined figure, however little they have in common", () => {
    const apart = [
      { name: "main", coverage: 0.4, haltedHours: [-2, 40] as const },
      { name: "dex", coverage: 0.1, coins: [] },
    ];
    for (const options of [
      { venues, liquidations: [] },
      { venues: apart },
      { venues, stopAfterHours: 0.01 },
    ]) {
      expect(page(80, options)).not.toMatch(/NaN|undefined|null|Infinity|\u001b/);
    }
    expect(page(80, { venues: apart })).toContain("No coin is listed on more than one venue.");
  });

  test("are medians over several seeds", () => {
    const more = liquidations.map((row) => ({ ...row, usd: 3 * row.usd }));
    const summaries = [
      summaryOf({ seed: "a", venues, liquidations }),
      summaryOf({ seed: "b", venues, liquidations: more }),
    ];
    const replicates = summaries.map((summary, k) => ({ summary, folder: `runs/synthetic-${k + 1}` }));
    const text = renderCombined(combineSummaries(summaries), replicates, { width: 110, paint: plain });
    expect(text).toMatch(/^ {2}dex +\$8\.00M \(\$4\.80M to \$11\.2M\) +\$4\.00M /m);
    expect(text).toMatch(/^ {2}BTC +3\.00% \(3\.00% to 3\.00%\) +0\.36%/m);
    expect(text).not.toMatch(/NaN|undefined|null/);
    const one = [summaryOf({ seed: "a" })];
    expect(renderCombined(combineSummaries(one), [], { width: 110, paint: plain })).not.toContain("Venues");
  });
});

describe("colours", () => {
  test("are for terminals, unless NO_COLOR is set", () => {
    try {
      vi.stubEnv("TERM", "xterm");
      vi.stubEnv("NO_COLOR", "");
      expect(paintFor({ isTTY: true }).red("x")).not.toBe("x");
      expect(paintFor({ isTTY: false }).red("x")).toBe("x");
      vi.stubEnv("NO_COLOR", "1");
      expect(paintFor({ isTTY: true }).red("x")).toBe("x");
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

describe("the summary of several seeds", () => {
  test("shows medians with their range and one line per run", () => {
    const summaries = [summaryOf({ seed: "a" }), summaryOf({ seed: "b", depth: 1.5 })];
    const replicates = summaries.map((summary, k) => ({ summary, folder: `runs/synthetic-${k + 1}` }));
    const text = renderCombined(combineSummaries(summaries), replicates, { width: 100, paint: plain });
    expect(text).toContain("2 seeds");
    expect(text).toMatch(/BTC's fall +\d+\.\d% +\d+\.\d% +\d+\.\d% +2/);
    expect(text).toMatch(/^ {2}a .*runs\/synthetic-1$/m);
    expect(text).toMatch(/^ {2}b .*runs\/synthetic-2$/m);
    expect(text).not.toMatch(/NaN|undefined|null/);
  });
});

describe("numbers", () => {
  test.each([
    [formatUsd(237_400_000), "$237M"],
    [formatUsd(2_160_000_000), "$2.16B"],
    [formatUsd(999_960), "$1.00M"],
    [formatUsd(-12_340), "-$12.3k"],
    [formatUsd(0), "$0"],
    [formatUsd(null), "—"],
    [formatUsd(NaN), "—"],
    [formatCoins(1_040_000_000), "1.04B"],
    [formatNumber(1_234_567.5, 1), "1,234,567.5"],
    [formatNumber(-0.001, 1), "0.0"],
    [formatPercent(0.1234), "12.3%"],
    [formatPrice(60_062.4), "$60,062"],
    [formatPrice(0.10304), "$0.10304"],
    [formatDuration(33 * 86_400), "33 d"],
    [formatDuration(12_000), "3 h 20 min"],
    [formatDuration(0.4), "0.4 s"],
    [formatDuration(NaN), "—"],
  ])("%s", (text, expected) => expect(text).toBe(expected));
});

describe("the table printer", () => {
  const style = { header: (line: string) => line };

  test("aligns text left and numbers right under heads of several lines", () => {
    const columns = [{ header: "coin", align: "left" as const }, { header: "start\n($)" }];
    expect(
      layoutTable(
        columns,
        [
          ["BTC", "1"],
          ["DOGE", "12,345"],
        ],
        80,
        style,
      ),
    ).toEqual(["         start", "  coin     ($)", "  BTC        1", "  DOGE  12,345"]);
  });

  test("splits what does not fit into blocks that repeat the first column", () => {
    const columns = ["name", "aaaaaaaaaa", "bbbbbbbbbb", "cccccccccc"].map((header) => ({ header }));
    const lines = layoutTable(columns, [["x", "1", "2", "3"]], 30, style);
    expect(lines.filter((line) => line.includes("name"))).toHaveLength(2);
    expect(lines.every((line) => line.length <= 30)).toBe(true);
  });
});
