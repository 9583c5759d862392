/** Half the step gives the same market: the validation's check at 4 of its 40 seeds, over the steepest twelve hours. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test(
  "half the step changes fall, forced notional and amplification by less than 5 %",
  { timeout: 180_000 },
  async () => {
    const root = fileURLToPath(new URL("..", import.meta.url));
    const words = ["validation/step-halving.js", "--seeds", "4", "--json"];
    const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: root });
    const { results } = JSON.parse(stdout) as {
      results: { name: string; mean: number; low: number; high: number; equivalent: boolean }[];
    };
    expect(results.map(({ name }) => name)).toEqual(["fall", "forced", "amplification"]);
    for (const { mean, low, high, equivalent } of results) {
      expect(mean).toBeGreaterThan(0);
      expect(high).toBeGreaterThan(low);
      expect(equivalent).toBe(true);
    }
  },
);
