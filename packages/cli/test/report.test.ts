/**
 * The report as a document: complete, self-contained, bounded in size, and harmless with hostile text.
 */
import { describe, expect, test } from "vitest";
import { renderReport } from "@undertow/cli";
import { FACT_KINDS } from "@undertow/core/metrics";
import { makeRunData } from "@undertow/core/testing";
import { FACT_GROUPS } from "../src/summary/fact-groups.ts";
import { formatPercent, formatPrice, formatUsd } from "../src/summary/format.ts";
import { HOSTILE_TEXT, lineOf, pageData, reportInput } from "./report-fixture.ts";

const { run, summary, manifest } = reportInput();
const html = renderReport(run, summary, manifest);

const SECTIONS = [
  "scorecard",
  "prices",
  "forced-liquidations",
  "interest",
  "liquidity",
  "funding-rate",
  "feedback",
  "levels",
  "large-holders",
  "money",
  "made",
  "assumed",
  "left-out",
];

const CHARTS = [
  "prices",
  "liquidations",
  "open-interest",
  "depth",
  "spread",
  "funding",
  "selling",
  "generations",
  "levels-0",
  "level-bids-0",
  "holders",
  "holdings",
];

describe("the page", () => {
  test("has every section, in order, after the headline", () => {
    const places = SECTIONS.map((id) => html.indexOf(`<section id="${id}"`));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(html.indexOf('<p class="lede">')).toBeLessThan(places[0]);
    expect(html.includes(summary.headline.slice(0, 20).replace(/'/g, "&#39;"))).toBe(true);
  });

  test("gives every chart a title, unit, caption, table and download", () => {
    expect(pageData(html).charts.map(({ id }) => id)).toEqual(CHARTS);
    const figures = html.split("<figure ").slice(1);
    expect(figures).toHaveLength(CHARTS.length);
    for (const figure of figures) {
      expect(figure).toMatch(/<h3 id="[^"]+">[^<]{5,}<\/h3>/);
      expect(figure).toMatch(/<p class="unit">[^<]{5,}<\/p>/);
      expect(figure).toMatch(/<figcaption [^>]+>[^<]{15,}<\/figcaption>/);
      expect(figure).toMatch(/<details><summary>Table: [^<]+<\/summary>.*<(table|p)/s);
      expect(figure).toContain("data-csv=");
      expect((figure.match(/<tr>/g) ?? []).length).toBeLessThanOrEqual(201);
    }
  });

  test("loads nothing: the only addresses are links to sources", () => {
    const outside = html
      .replace(/<script(?: type="module")?>.*?<\/script>/gs, "")
      .replace(/<a href="https:\/\/[^"]+" rel="noopener noreferrer">/g, "");
    expect(outside).not.toMatch(/https?:\/\//);
    expect(html).not.toMatch(/<(?:script|img|iframe|source|video|audio|object|embed)[^>]* src=/);
    expect(html).not.toMatch(/@import|url\(|sourceMappingURL|\bfetch\(|XMLHttpRequest|WebSocket/);
    expect(html.includes("default-src 'none'")).toBe(true);
  });

  test("prints no missing value as NaN, undefined, null or Infinity", () => {
    const text = html.replace(/<script.*?<\/script>/gs, "").replace(/<style>.*?<\/style>/gs, "");
    expect(text).not.toMatch(/\b(?:NaN|undefined|null|Infinity)\b/);
  });

  test("counts hits and misses by what the facts are about, with a mark that names each fact", () => {
    const covered = summary.facts.filter(({ verdict }) => verdict !== "outside-run");
    const [, groups] = /<table class="groups"(.*?)<\/table>/s.exec(html)!;
    const marks = [...groups.matchAll(/<a class="mark (\w+)" href="#(fact-\d+)">(.*?)<\/a>/gs)];
    expect(marks).toHaveLength(covered.length);
    for (const [, , id, inside] of marks) {
      const row = summary.facts[Number(id.slice(5))];
      expect(html.includes(`<tr role="row" id="${id}"`)).toBe(true);
      expect(inside).toContain(row.fact.title.replace(/'/g, "&#39;"));
      expect(inside).toMatch(/published .*, accepted .*, simulated .*: (hit|miss|not graded)<\/span>$/s);
    }
    const counts = [...groups.matchAll(/<td role="cell" class="n[^"]*">(\d+)<\/td>/g)].map(([, n]) =>
      Number(n),
    );
    expect(counts.reduce((sum, n) => sum + n, 0)).toBe(covered.length);
    expect(html).toMatch(/<p><strong>1 hit, 1 miss, 1 not graded\.<\/strong>/);
    expect(html).toMatch(/<details class="plain" data-print-open><summary>All 3 facts/);
  });

  test("puts every kind of fact into one group", () => {
    expect(FACT_GROUPS.flatMap(({ kinds }) => kinds).sort()).toEqual([...FACT_KINDS].sort());
  });

  test("writes a percentage and an amount in one style", () => {
    const text = html.replace(/<(script|style)[ >].*?<\/\1>/gs, "").replace(/<[^>]+>/g, " ");
    expect(text).not.toMatch(/\d %|\d ?bn\b/);
    const { liquidations, prices } = summary;
    expect(summary.headline).toContain(`${formatUsd(liquidations.wholeRun.total!.usd)} of positions`);
    expect(summary.headline).toContain(
      `BTC fell ${formatPercent(prices.coins[0].fall)} from ${formatPrice(prices.coins[0].peak)} to ${formatPrice(prices.coins[0].trough)}`,
    );
  });

  test("says hit, miss and not graded in words, and lists facts outside the run apart", () => {
    expect(html).toMatch(/class="verdict hit">.*? hit</);
    expect(html).toMatch(/class="verdict miss">.*? miss</);
    expect(html).toMatch(/class="verdict none">.*? not graded</);
    expect(html.includes("1 more fact lies outside the time that was simulated")).toBe(true);
    expect(html).toContain(
      '<a href="https://example.org/wave?a=1&amp;b=2" rel="noopener noreferrer">example.org</a>',
    );
  });

  test("says how to make the run again", () => {
    expect(html.includes("undertow run synthetic --seed synthetic --set shocks.scale=0.5")).toBe(true);
    const quoted = renderReport(run, summary, { ...manifest, seed: "it's; rm -rf /" });
    expect(quoted).toContain("--seed &#39;it&#39;\\&#39;&#39;s; rm -rf /&#39;");
    const ownFile = renderReport(run, summary, { ...manifest, scenarioArgument: "crashes/my crash.yaml" });
    expect(ownFile).toContain("undertow run &#39;crashes/my crash.yaml&#39; --seed synthetic");
  });

  test("is the same for the same run", () => {
    expect(renderReport(run, summary, manifest)).toBe(html);
  });

  test("says when a run was stopped early", () => {
    expect(html.includes("Partial run.")).toBe(false);
    const partial = reportInput({ stopAfterHours: 20 });
    expect(renderReport(partial.run, partial.summary, partial.manifest)).toContain(
      "<strong>Partial run.</strong>",
    );
  });
});

describe("thinned lines", () => {
  // 33 days at a sample a minute, with noise: 47,521 samples a coin.
  const long = reportInput({ hours: 792, sampleSeconds: 60 });
  const page = renderReport(long.run, long.summary, long.manifest);
  const data = pageData(page);

  test("keep a page of 33 days under 2 MB and its lines under 2,500 points", () => {
    expect(Buffer.byteLength(page)).toBeLessThan(2_000_000);
    for (const { x, lines } of data.charts) {
      const points = typeof x === "string" ? data.axes[x].length : x.length;
      expect(points).toBeLessThanOrEqual(2_500);
      for (const line of lines) expect(line.values).toHaveLength(points);
    }
    expect(data.axes["grid"].length).toBeGreaterThan(1_500);
  });

  test("keep every extreme", () => {
    const { series, startMicros } = long.run;
    for (const [coin, { name }] of long.run.coins.entries()) {
      let first = NaN;
      let low = Infinity;
      let high = -Infinity;
      for (let row = 0; row < series.rows; row++) {
        if (series.coin[row] !== coin || series.timeMicros[row] < startMicros) continue;
        if (Number.isNaN(first)) first = series.spot[row]!;
        low = Math.min(low, series.spotLow[row]);
        high = Math.max(high, series.spotHigh[row]);
      }
      const drawn = lineOf(data, "prices", name).filter((value) => value !== null);
      expect(Math.min(...drawn)).toBeCloseTo((100 * low) / first, 2);
      expect(Math.max(...drawn)).toBeCloseTo((100 * high) / first, 2);
    }
  });

  test("of spreads are medians of the hour", () => {
    const { series, startMicros } = long.run;
    const spreads: number[] = [];
    for (let row = 0; row < series.rows; row++) {
      const minutes = (series.timeMicros[row] - startMicros) / 60e6;
      if (series.coin[row] === 1 && minutes > 600 && minutes <= 660) spreads.push(series.spreadBp[row]);
    }
    spreads.sort((a, b) => a - b);
    expect(spreads).toHaveLength(60);
    const drawn = lineOf(data, "spread", "ETH")[10]!;
    expect(drawn).toBeCloseTo((spreads[29] + spreads[30]) / 2, 3);
    expect(data.axes["intervals"][10]).toBe(startMicros / 1e6 + 10.5 * 3600);
  });

  test("have strictly rising times", () => {
    for (const axis of Object.values(data.axes)) {
      for (let k = 1; k < axis.length; k++) expect(axis[k]).toBeGreaterThan(axis[k - 1]);
    }
  });

  test("of liquidations add up to the record", () => {
    const { liquidations, quantaPerUnit } = long.run;
    const recorded = liquidations.notional.reduce((sum, quanta) => sum + quanta / quantaPerUnit, 0);
    const bars = data.charts.find(({ id }) => id === "liquidations")!.lines;
    const drawn = bars.flatMap((line) => line.values).reduce<number>((sum, value) => sum + (value ?? 0), 0);
    expect(drawn / recorded).toBeCloseTo(1, 4);
    expect(bars.filter((line) => line.stack === "down")).toHaveLength(long.run.coins.length);
  });
});

describe("text from outside", () => {
  test("is shown as text, shortened, and cannot end a script or a style", () => {
    const populations = run.populations.map((population) => ({ ...population, name: HOSTILE_TEXT }));
    const hostile = reportInput(
      {
        coins: [
          { name: HOSTILE_TEXT, price: 70_000, beta: 1 },
          { name: "=1+1", price: 2, beta: 1 },
        ],
      },
      {
        run: { title: HOSTILE_TEXT, seed: HOSTILE_TEXT, populations },
        manifest: {
          scenarioName: HOSTILE_TEXT,
          scenarioArgument: HOSTILE_TEXT,
          title: HOSTILE_TEXT,
          seed: HOSTILE_TEXT,
          assumed: [{ path: HOSTILE_TEXT, note: HOSTILE_TEXT }],
          sourced: [
            { path: "x", source: HOSTILE_TEXT + 'https://a.example/"><script>window.harmed=3</script>' },
          ],
          files: [HOSTILE_TEXT],
        },
      },
    );
    const page = renderReport(hostile.run, hostile.summary, hostile.manifest);
    expect(page.match(/<script/g)).toHaveLength(html.match(/<script/g)!.length);
    expect(page.match(/<\/script/gi)).toHaveLength(html.match(/<\/script/gi)!.length);
    expect(page.match(/<\/style/gi)).toHaveLength(html.match(/<\/style/gi)!.length);
    expect(page.includes("<img")).toBe(false);
    expect(page.includes("\u202E")).toBe(false);
    expect(page.includes("\u2028")).toBe(false);
    expect(Buffer.byteLength(page)).toBeLessThan(1_500_000);
  });

  test("may leave the run without liquidations, holders, levels and facts", () => {
    const bare = makeRunData({ liquidations: [], levels: [] });
    const none = { rows: 0, timeMicros: new Float64Array(0), population: new Int32Array(0) };
    const holders = {
      ...none,
      agent: new Int32Array(0),
      coin: new Int32Array(0),
      holding: new Float64Array(0),
      unrealised: new Float64Array(0),
    };
    const empty = reportInput(
      { liquidations: [], levels: [] },
      { run: { holders }, manifest: { assumed: [], sourced: [] } },
    );
    const page = renderReport({ ...bare, holders }, { ...empty.summary, facts: [] }, empty.manifest);
    expect(page.includes("No account was liquidated")).toBe(true);
    expect(page.includes("tracks no large holders")).toBe(true);
    expect(page.includes("brings no published facts")).toBe(true);
  });
});

test("names the venues, and what lies beyond them", () => {
  expect(html).toContain("<dt>Venue</dt>");
  expect(html).toContain("one venue stands for its stated share of the market");
  const venues = [
    { name: "main", coverage: 0.4 },
    { name: "<b>dex", coverage: 0.1 },
  ];
  const two = reportInput({ venues });
  const page = renderReport(two.run, two.summary, two.manifest);
  expect(page).toMatch(
    /<dt>Venues<\/dt><dd>.*main.* \(40\.0% of the market\), .*&lt;b&gt;dex.* \(10\.0% of the market\)/,
  );
  expect(page).toContain("Venues beyond the 2 simulated ones");
  expect(page).toContain("<dt>Insurance funds, together</dt>");
  expect(page).not.toContain("one venue stands for");
});
