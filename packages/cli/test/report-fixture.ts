/**
 * A synthetic run with summary and manifest for the tests of the report; no simulation is involved.
 */
import type { RunData } from "@undertow/core";
import { type Fact, type RunSummary, summarise } from "@undertow/core/metrics";
import { makeRunData, type RunDataOptions } from "@undertow/core/testing";
import type { Manifest } from "@undertow/cli";

export interface ReportInput {
  readonly run: RunData;
  readonly summary: RunSummary;
  readonly manifest: Manifest;
}

const FACTS: readonly Fact[] = [
  {
    id: "btc-fall",
    title: "BTC's fall in the wave",
    kind: "fall",
    coin: "BTC",
    from: "2026-02-05T00:00:00Z",
    to: "2026-02-06T12:00:00Z",
    value: 0.18,
    low: 0.15,
    high: 0.2,
    unit: "fraction",
    source: "Example Research, The wave <https://example.org/wave?a=1&b=2>",
    confidence: "high",
    graded: true,
  },
  {
    id: "liquidated-24h",
    title: "Liquidations in 24 hours",
    kind: "liquidations-usd",
    from: "2026-02-05T06:00:00Z",
    to: "2026-02-06T06:00:00Z",
    value: 1e12,
    unit: "USD",
    source: "An aggregator",
    confidence: "medium",
    graded: true,
    note: "lower bound",
  },
  {
    id: "long-share",
    title: "Share of longs",
    kind: "long-share",
    value: 0.9,
    unit: "fraction",
    source: "An aggregator",
    confidence: "low",
    graded: false,
  },
  {
    id: "january-low",
    title: "Low of 20 January",
    kind: "price-low",
    coin: "BTC",
    from: "2026-01-20T00:00:00Z",
    to: "2026-01-21T00:00:00Z",
    value: 87_800,
    unit: "USD",
    source: "A newspaper",
    confidence: "medium",
    graded: true,
  },
];

/** Two venues, of which the second lists fewer coins, trades apart from the first for a while and is halted for a while. */
export const TWO_VENUES: NonNullable<RunDataOptions["venues"]> = [
  { name: "main", coverage: 0.4 },
  {
    name: "dex",
    coverage: 0.1,
    coins: [0, 1],
    premium: (_coin, hour) => (hour > 20 && hour <= 22 ? -0.03 : 0.002),
    haltedHours: [15, 16.5],
  },
];

/** A run of 36 hours unless the options say otherwise. */
export function reportInput(
  options: RunDataOptions = {},
  change: { readonly run?: Partial<RunData>; readonly manifest?: Partial<Manifest> } = {},
): ReportInput {
  const run: RunData = { ...makeRunData(options), ...change.run };
  const iso = (micros: number): string => new Date(micros / 1000).toISOString();
  const manifest: Manifest = {
    format: 1,
    scenarioName: "synthetic",
    scenarioArgument: "synthetic",
    title: run.title,
    scenario: {},
    scenarioHash: run.scenarioHash,
    seed: run.seed,
    replicate: { index: 1, of: 1 },
    set: ["shocks.scale=0.5"],
    patch: [],
    versions: { undertow: "0.1.0", engine: run.engineVersion, node: "v20.19.0" },
    stateHash: run.stateHash,
    window: { start: iso(run.startMicros), end: iso(run.endMicros) },
    partial: run.partial,
    reached: iso(run.reachedMicros),
    wallTimeSeconds: 8.4,
    steps: run.totals.steps,
    events: 5_000_000,
    eventsPerSecond: 595_238,
    threads: 1,
    assumed: [
      { path: "coins.BTC.spread", note: "typical of the venue" },
      { path: "populations.noise.count" },
    ],
    sourced: [{ path: "coins.BTC.startPrice", source: "CoinDesk, 2026-01-05 <https://www.coindesk.com/x>" }],
    files: ["manifest.json", "summary.json", "series.parquet", "liquidations.parquet", "report.html"],
    ...change.manifest,
  };
  return { run, summary: summarise(run, [...FACTS]), manifest };
}

/** Text that would break a careless page. */
export const HOSTILE_TEXT = `</script></style><script>window.harmed=1</script><img src=x onerror="window.harmed=2">"'\`&\u202Eabc \u05E9\u05DC\u05D5\u05DD <!-- \u2028 ${"long ".repeat(2_000)}`;

/** The data that a page's script reads, as far as tests look at it. */
export interface PageData {
  readonly axes: Record<string, number[]>;
  readonly charts: {
    id: string;
    x: string | string[];
    lines: { name: string; stack?: string; values: (number | null)[] }[];
    spans?: { from: number; to: number; color: string }[];
  }[];
}

export function pageData(page: string): PageData {
  const [, json] = /<script type="application\/json" id="report-data">(.*?)<\/script>/s.exec(page)!;
  return JSON.parse(json) as PageData;
}

/** The values of a line of a chart. */
export function lineOf(data: PageData, chart: string, name: string): (number | null)[] {
  return data.charts.find(({ id }) => id === chart)!.lines.find((line) => line.name === name)!.values;
}
