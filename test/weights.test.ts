/**
 * Half the weight and twice the agents give the same market: the validation's check at 6 of its 24 seeds, with a margin
 * twice as wide, as a quarter of the seeds give intervals that are.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

interface Result {
  readonly name: string;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly equivalent: boolean;
}

test(
  "half the weight changes fall, forced notional and traders by less than 10 %",
  {
    timeout: 240_000,
  },
  async () => {
    const root = fileURLToPath(new URL("..", import.meta.url));
    const words = ["validation/weights.js", "--seeds", "6", "--margin", "0.1", "--json"];
    const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: root });
    const { results, agents } = JSON.parse(stdout) as { results: Result[]; agents: number };
    expect(agents).toBe(42_750);
    expect(results.map(({ name }) => name)).toEqual(["fall", "forced", "traders"]);
    for (const { mean, low, high, equivalent } of results) {
      expect(mean).toBeGreaterThan(0);
      // Other agents are drawn, so that the runs differ at all.
      expect(high).toBeGreaterThan(low);
      expect(equivalent).toBe(true);
    }
  },
);
