/**
 * Half the step gives the same market: the validation's check at 4 of its 40 seeds, from the 5 seconds of the bundled
 * scenarios, which are quicker than the 1 second of the validation.
 *
 * Forced notional does not pass this check at 5 seconds (validation/README.md). Here its mean difference has a wider bound,
 * against regressions alone.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

interface Result {
  readonly name: string;
  readonly mean: number;
  /** Mean difference as a share of the mean. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly equivalent: boolean;
}

test("half the step changes fall and amplification by less than 5 %", { timeout: 240_000 }, async () => {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const words = ["validation/step-halving.js", "--seeds", "4", "--step", "5s", "--json"];
  // The script exits with 1 when a figure is not equivalent; its results are on standard output all the same.
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: root }).catch(
    (error: { stdout: string }) => error,
  );
  const { results } = JSON.parse(stdout) as { results: Result[] };
  expect(results.map(({ name }) => name)).toEqual(["fall", "forced", "amplification"]);
  for (const { name, mean, difference, low, high, equivalent } of results) {
    expect(mean).toBeGreaterThan(0);
    expect(high).toBeGreaterThan(low);
    expect(difference).toBeGreaterThanOrEqual(low);
    expect(difference).toBeLessThanOrEqual(high);
    if (name === "forced") expect(Math.abs(difference)).toBeLessThan(0.1);
    else expect(equivalent).toBe(true);
  }
});
