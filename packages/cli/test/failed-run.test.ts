/**
 * Runs whose agent type fails: the message, the exit code, the partial record, and that finished runs stay.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Manifest } from "@undertow/cli";
import type { RunSummary } from "@undertow/core/metrics";

const SCRIPT = fileURLToPath(new URL("./failing-run.mjs", import.meta.url));
/** Which of the noise traders' populations is the first depends on the threads. */
const FAILED =
  /agent type "noise-trader" of population "noise-\w+" failed in step 40: no such coin \(failing-agents\.mjs:25:9\)/;

let scratch = "";
let cwd = "";
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "undertow-failed-"));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
beforeEach(() => {
  cwd = mkdtempSync(join(scratch, "run-"));
});

/** Runs failing-run.mjs in an empty folder. */
function run(...words: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [SCRIPT, ...words], { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

function read(...path: string[]): string {
  return readFileSync(join(cwd, "runs", ...path), "utf8");
}

test.each(["1", "2"])(
  "a type that throws on one of %s threads ends the run, which is recorded",
  async (threads) => {
    const { code, stdout, stderr } = await run("measured", "a", "all", threads);
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^error: ${FAILED.source}\n$`));
    const flat = stdout.replace(/\s+/g, " ");
    expect(flat).toMatch(
      new RegExp(`PARTIAL: failed at 2026-02-05 00:30 UTC \\(${FAILED.source}\\); every figure below`),
    );
    expect(flat).toContain(
      "npx undertow run quickstart --seed a --set time.end=2026-02-05T01:00Z --set time.warmUp=10m " +
        "--set time.step=1m repeats the failure",
    );
    const manifest = JSON.parse(read("quickstart-a", "manifest.json")) as Manifest;
    expect(manifest).toMatchObject({
      partial: true,
      reached: "2026-02-05T00:30:00Z",
      threads: Number(threads),
      failure: { agentType: "noise-trader", step: 40 },
    });
    expect(manifest.failure?.population).toMatch(/^noise-/);
    expect(new Set(readdirSync(join(cwd, "runs", "quickstart-a")))).toEqual(
      new Set(["manifest.json", ...manifest.files]),
    );
    const summary = JSON.parse(read("quickstart-a", "summary.json")) as RunSummary;
    expect(summary.run.partial).toBe(true);
    expect(summary.money.residual).toBe(0);
    expect(summary.money.audits).toBeGreaterThan(0);
    expect(flat).toContain(`residual 0 in ${summary.money.audits} audit`);
    expect(read("quickstart-a", "report.html")).toContain(
      "failed at 2026-02-05 00:30 UTC, before the end of its window",
    );
    expect(read("quickstart-a", "report.html")).toContain("failed in step 40: no such coin");
  },
);

test("a failure in the warm-up leaves no record", async () => {
  const { code, stdout, stderr } = await run("warmUp", "a", "all", "1");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("Failed before the measured part began: nothing was recorded.");
  expect(stderr).toMatch(
    /^error: agent type "noise-trader" of population "noise-btc" failed in step 5: no such coin \(failing-agents\.mjs:25:9\)$/m,
  );
  expect(existsSync(join(cwd, "runs"))).toBe(false);
});

test("of several seeds the finished ones stay, and none is begun after the failure", async () => {
  const { code, stdout, stderr } = await run("measured", "a,b,c", "b", "1");
  expect(code).toBe(1);
  expect(stderr).toMatch(new RegExp(`^error: seed b: ${FAILED.source}$`, "m"));
  expect(stderr).toMatch(/Partial record of seed b: runs.quickstart-b/);
  expect(stdout).toContain("quickstart-a");
  expect(readdirSync(join(cwd, "runs")).sort()).toEqual(["quickstart-a", "quickstart-b"]);
  const partial = (seed: string) =>
    (JSON.parse(read(`quickstart-${seed}`, "manifest.json")) as Manifest).partial;
  expect([partial("a"), partial("b")]).toEqual([false, true]);
});

test("a worker thread that ends is a failure too", async () => {
  const { code, stderr } = await run("leaving", "a", "all", "2");
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^error: a worker thread ended in the middle of the run, with code 3 \(step \d+\)\n$/,
  );
  const { failure, partial } = JSON.parse(read("quickstart-a", "manifest.json")) as Manifest;
  expect(partial).toBe(true);
  expect(failure?.step).toBeGreaterThanOrEqual(40);
  expect(failure).not.toHaveProperty("agentType");
  const { money } = JSON.parse(read("quickstart-a", "summary.json")) as RunSummary;
  expect(money.audits).toBeGreaterThan(0);
});
