/**
 * The example of two venues prints what stands beside it, run as a user runs it; its patches do what its page says.
 *
 * The text ends with the state hash, so that any change of results shows here.
 */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

async function printed(...words: string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ["examples/03-two-venues/run.js", ...words],
    { cwd: root },
  );
  expect(stderr).toBe("");
  return stdout;
}

/** Mean distances of BTC and ETH in a row of the table, percent. */
function means(text: string, row: string): number[] {
  const line = text.split("\n").find((candidate) => candidate.trim().startsWith(row)) ?? "";
  return [...line.matchAll(/(?:BTC|ETH) ([\d.]+) %/g)].map(([, number]) => Number(number));
}

/** What the first venue liquidated, millions. */
function liquidated(text: string): number {
  return Number(/liquidated \$([\d,.]+)M/.exec(text)?.[1].replaceAll(",", ""));
}

describe("examples/03-two-venues", () => {
  test("prints its expected text", { timeout: 120_000 }, async () => {
    const text = await printed();
    expect(text).toBe(await readFile(`${root}examples/03-two-venues/expected.txt`, "utf8"));
    expect(text).toContain("conservation residual: 0 quanta");
    expect(text).toMatch(/main, 40 % of the market, halted for 20 min\n/);
  });

  test(
    "shares everything with a run without the halt until it begins, and drifts apart in it",
    {
      timeout: 120_000,
    },
    async () => {
      const [halted, open] = await Promise.all([printed("2"), printed("2", "no-halt")]);
      expect(means(halted, "before the halt")).toEqual(means(open, "before the halt"));
      const [inHalt, otherwise] = [means(halted, "in the halt"), means(open, "in the halt")];
      expect(inHalt).toHaveLength(2);
      inHalt.forEach((mean, coin) => expect(mean).toBeGreaterThan(2 * otherwise[coin]));
    },
  );

  test("of seed 1 is as its page compares it: with the traders between and without, with the halt and without", async () => {
    const [whole, alone, open] = await Promise.all([
      printed("1"),
      printed("1", "no-arbitrage"),
      printed("1", "no-halt"),
    ]);
    const [before, halt, after] = ["before the halt", "in the halt", "20 minutes after"];
    expect([means(whole, before), means(alone, before)]).toEqual([
      [0.05, 0.11],
      [0.05, 0.1],
    ]);
    expect([means(whole, halt), means(open, halt)]).toEqual([
      [1.9, 2.57],
      [0.14, 0.21],
    ]);
    means(alone, halt).forEach((mean, coin) => expect(mean).toBeLessThan(means(whole, halt)[coin]));
    expect([means(whole, after), means(alone, after)]).toEqual([
      [0.18, 1.19],
      [0.51, 0.75],
    ]);
    expect([liquidated(whole), liquidated(open)]).toEqual([1450.8, 1362.8]);
    for (const text of [alone, open]) expect(text).toContain("conservation residual: 0 quanta");
  });
});
