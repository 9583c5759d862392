/**
 * The report of a run of several venues: prices on each with halts, tables, and the bounds of the page.
 */
import { describe, expect, test } from "vitest";
import { renderReport } from "@undertow/cli";
import { formatUsd } from "../src/summary/format.ts";
import { HOSTILE_TEXT, lineOf, pageData, reportInput, TWO_VENUES } from "./report-fixture.ts";

const one = reportInput();
const html = renderReport(one.run, one.summary, one.manifest);

describe("several venues", () => {
  const two = reportInput({ venues: TWO_VENUES });
  const page = renderReport(two.run, two.summary, two.manifest);
  const data = pageData(page);
  const section = /<section id="venues".*?<\/section>/s.exec(page)?.[0] ?? "";

  test("have a section and a chart for each shared coin, which one venue does not have", () => {
    expect(html).not.toContain('id="venues"');
    expect(page.match(/<section id="[^"]+"/g)).toHaveLength(html.match(/<section id="[^"]+"/g)!.length + 1);
    const charts = data.charts.filter(({ id }) => id.startsWith("venues-"));
    expect(charts.map(({ id }) => id)).toEqual(["venues-0", "venues-1"]);
    expect(charts[0].lines.map(({ name }) => name)).toEqual([
      "main spot",
      "dex spot",
      "main perpetual",
      "dex perpetual",
    ]);
  });

  test("draw each venue's own prices", () => {
    const { venueSeries, startMicros } = two.run;
    const drawn = lineOf(data, "venues-1", "dex spot");
    const recorded: number[] = [];
    for (let row = 0; row < venueSeries.rows; row++) {
      const measured = venueSeries.timeMicros[row] >= startMicros;
      if (measured && venueSeries.venue[row] === 1 && venueSeries.coin[row] === 1)
        recorded.push(venueSeries.spot[row]);
    }
    expect(drawn).toHaveLength(recorded.length);
    for (const [k, value] of drawn.entries()) expect(value! / recorded[k]).toBeCloseTo(1, 4);
    expect(lineOf(data, "venues-1", "main spot")).not.toEqual(drawn);
  });

  test("shade halts at their times and name them", () => {
    const from = two.run.startMicros / 1e6 + 15 * 3600;
    const { spans } = data.charts.find(({ id }) => id === "venues-0")!;
    expect(spans).toEqual([{ from, to: from + 1.5 * 3600, color: "c1" }]);
    expect(section).toContain("dex was halted 02-05 15:00 to 02-05 16:30.");
    expect(section).not.toContain("main was halted");
  });

  test("stand side by side in tables", () => {
    const row = (caption: string, name: string): string[] => {
      const [, body] = new RegExp(`<caption class="hidden">${caption}</caption>(.*?)</table>`, "s").exec(
        section,
      )!;
      const [, cells] = new RegExp(`<th scope="row">${name}</th>(.*?)</tr>`, "s").exec(body)!;
      return [...cells.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, text]) => text);
    };
    const [, dex] = two.summary.venues.venues;
    expect(row("Liquidations on each venue", "dex").slice(0, 4)).toEqual([
      "10.0%",
      formatUsd(dex.liquidations.usd),
      formatUsd(dex.liquidations.longUsd),
      formatUsd(dex.liquidations.shortUsd),
    ]);
    expect(dex.liquidations.usd).toBeGreaterThan(0);
    const money = ["$100M", "$96.0M", "$99.0M", "$0", "$1.80M", "$400k", "$1.00M", "$0", "1 h 30 min"];
    expect(row("Money and halts of each venue", "dex")).toEqual(money);
    expect(row("Gaps between the venues&#39; prices", "BTC")).toMatchObject({
      0: "spot",
      1: "3.00%",
      3: "dex",
      4: "main",
    });
    expect(section).not.toMatch(/\b(?:NaN|undefined|null|Infinity)\b/);
  });

  test("chart the three coins with the largest gaps and say so", () => {
    const wide = reportInput({
      venues: [
        TWO_VENUES[0],
        { name: HOSTILE_TEXT, coverage: 0.1, premium: (coin) => 0.001 * ((coin * 3) % 5) },
      ],
    });
    const harmless = renderReport(wide.run, wide.summary, wide.manifest);
    const ids = pageData(harmless).charts.flatMap(({ id }) => (id.startsWith("venues-") ? [id] : []));
    // Premiums of 0, 3, 1, 4 and 2 thousandths.
    expect(ids).toEqual(["venues-1", "venues-3", "venues-4"]);
    expect(harmless).toContain("The charts show the 3 coins with the largest gaps");
    expect(harmless.match(/<script/g)).toHaveLength(html.match(/<script/g)!.length);
    expect(harmless.includes("\u202E")).toBe(false);
  });

  test("keep a page of 33 days with four venues under 2 MB", () => {
    const venues = ["a", "b", "c", "d"].map((name, k) => ({ name, coverage: 0.1, premium: () => 0.002 * k }));
    const long = reportInput({ hours: 792, venues });
    expect(Buffer.byteLength(renderReport(long.run, long.summary, long.manifest))).toBeLessThan(2_000_000);
  });
});
