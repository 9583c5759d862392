/**
 * Benchmark: from a run's columns to its summary. Full size: 33 days of five coins, 100,000 liquidations, 60 facts.
 */
import { StateHash } from "@undertow/core";
import { summarise } from "@undertow/core/metrics";
import { makeRunData } from "@undertow/core/testing";
import { pathToFileURL } from "node:url";

/** One entry. Small: a tenth of the days and liquidations. */
export function run(size) {
  const scale = size === "full" ? 1 : 0.1;
  const hours = Math.round(33 * 24 * scale);
  const count = 100_000 * scale;
  const liquidations = Array.from({ length: count }, (_, i) => ({
    hour: (i * hours) / count,
    coin: i % 5,
    side: 1,
    usd: 1_000,
    agent: i % 2_000,
    traders: 20,
  }));
  const data = makeRunData({ hours, liquidations });
  const facts = Array.from({ length: 60 }, (_, i) => ({
    id: `f${i}`,
    title: `figure ${i}`,
    kind: "liquidations-usd",
    value: 1,
    unit: "USD",
    from: new Date(data.startMicros / 1000 + (i % 12) * 3_600_000).toISOString(),
    to: new Date(data.endMicros / 1000 - (i % 5) * 3_600_000).toISOString(),
    source: "made for the benchmark",
    confidence: "low",
    graded: true,
  }));
  summarise(data, facts);
  const started = performance.now();
  const summary = summarise(data, facts);
  const summariseSeconds = (performance.now() - started) / 1000;
  const hash = new StateHash();
  hash.updateText(JSON.stringify(summary));
  return {
    name: "summarise",
    rows: data.series.rows,
    liquidations: count,
    summariseSeconds,
    resultHash: hash.digest(),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(JSON.stringify(run(process.argv.includes("--full") ? "full" : "small")));
}
