/**
 * The terminal summary beside the report: short for a month with many facts, in the same number style, and neither
 * fails on a run that was stopped before anything was measured.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { renderReport, renderSummary } from "@undertow/cli";
import { summarise, type Fact } from "@undertow/core/metrics";
import { makeRunData } from "@undertow/core/testing";
import { loadScenario } from "@undertow/scenarios";
import { paintFor } from "../src/command/output.ts";
import { formatPercent, formatPrice, formatUsd } from "../src/summary/format.ts";
import { reportInput } from "./report-fixture.ts";
import { manifestOf } from "./synthetic.ts";

const BIN = fileURLToPath(new URL("../bin/undertow.js", import.meta.url));
const plain = paintFor({ isTTY: false });

describe("the terminal summary of 33 days with the facts of the crash", async () => {
  const scenario = await loadScenario("2026-02-deleveraging");
  const facts: readonly Fact[] = JSON.parse(JSON.stringify(scenario.facts));
  const startMicros = Date.parse("2026-01-05T00:00:00Z") * 1000;
  const run = makeRunData({ startMicros, hours: 33 * 24 });
  const summary = summarise(run, facts);
  const layout = { width: 100, paint: plain, folder: "runs/synthetic-1" };
  const text = renderSummary(summary, manifestOf(run), layout);

  test("stays within 170 lines of 100 columns", () => {
    expect(summary.facts.length).toBeGreaterThan(70);
    expect(text.split("\n").length).toBeLessThanOrEqual(170);
    expect(text.split("\n").filter((line) => [...line].length > 100)).toEqual([]);
  });

  test("keeps the windows with figures of one coin, the worst 24 h and the whole run, and counts the others", () => {
    const [, section] = /^2\. Forced liquidations\n(.*?)^3\. /ms.exec(text)!;
    for (const window of ["7 d", "28.7 d", "worst 24 h *", "whole run"])
      expect(section).toMatch(new RegExp(`^  ${window.replace(/[.*]/g, "\\$&")} `, "m"));
    const named = section.match(/^ {2}(?:\S+ [hd] |worst).* longs/gm)!.length;
    const others = Number(/(\d+) more windows of published figures/.exec(section)![1]);
    const worst = 1;
    const covered = summary.liquidations.windows.filter((window) => window.covered).length;
    expect(named - worst + others).toBe(covered);
  });

  test("marks every fact in the scorecard, by what it is about", () => {
    const [, section] = /^8\. Scorecard\n(.*?)^9\. /ms.exec(text)!;
    const strips = [...section.matchAll(/ ([✓✗·]+)$/gm)].map(([, strip]) => strip).join("");
    const count = (mark: string): number => strips.split(mark).length - 1;
    const { hits, misses, notGraded } = summary.scorecard;
    expect([count("✓"), count("✗"), count("·")]).toEqual([hits, misses, notGraded]);
  });
});

describe("one number style", () => {
  test.each([0.02, 0.5, 1, 3])("in headline and tables of a fall %d times the default", (depth) => {
    const summary = summarise(makeRunData({ depth }), []);
    const { prices, liquidations, feedback } = summary;
    const [btc] = prices.coins;
    expect(summary.headline).toContain(
      `BTC fell ${formatPercent(btc.fall)} from ${formatPrice(btc.peak)} to ${formatPrice(btc.trough)} on `,
    );
    expect(summary.headline).toContain(`median altcoin ${formatPercent(prices.medianAltcoinFall)} (`);
    expect(summary.headline).toContain(`; ${formatUsd(liquidations.wholeRun.total!.usd)} of positions`);
    expect(summary.headline).toContain(`${formatPercent(feedback.crash.forced)} of taker selling`);
  });
});

describe("a run stopped in the warm-up", () => {
  test("is shown as such, without figures", () => {
    const { run, summary, manifest } = reportInput({ stopAfterHours: -0.5 });
    const text = renderSummary(summary, manifestOf(run), { width: 100, paint: plain });
    const page = renderReport(run, summary, manifest).replace(/<(script|style)[ >].*?<\/\1>/gs, "");
    for (const shown of [text, page]) {
      expect(shown).toContain("stopped in the warm-up: nothing was measured");
      expect(shown).not.toMatch(/\b(?:NaN|undefined|null|Infinity)\b/);
    }
  });

  test("by Ctrl-C leaves no record, says so and exits with 130", async () => {
    const cwd = mkdtempSync(join(tmpdir(), "undertow-warm-up-"));
    try {
      const words = [
        "run",
        "quickstart",
        "--set",
        "time.warmUp=2d",
        "--set",
        "time.end=2026-02-05T01:00:00Z",
      ];
      const child = spawn(process.execPath, [BIN, ...words], { cwd, stdio: ["ignore", "pipe", "pipe"] });
      let stdout = "";
      let stderr = "";
      child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.on("data", (chunk: Buffer) => {
        if (!stderr.includes("(warm-up)") && chunk.includes("(warm-up)")) child.kill("SIGINT");
        stderr += chunk.toString();
      });
      const code = await new Promise((resolve) => child.on("close", resolve));
      expect(stderr).toContain("Stopped before the measured part began: nothing was recorded.");
      expect(stderr).not.toMatch(/series-disordered|^\s+at /m);
      expect({ code, stdout, left: readdirSync(cwd) }).toEqual({ code: 130, stdout: "", left: [] });
    } finally {
      rmSync(cwd, { recursive: true, force: true });
    }
  }, 60_000);
});
