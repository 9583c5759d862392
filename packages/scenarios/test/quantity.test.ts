/** Units in scenario files: what is read, and what is refused with which words. */
import { parseDistributionText, parseQuantity } from "@undertow/scenarios";
import { describe, expect, it } from "vitest";

const value = (text: unknown, dimension: "ratio" | "money" | "count" | "duration"): number | string => {
  const parsed = parseQuantity(text, dimension);
  return parsed.ok ? parsed.value : parsed.expected;
};

describe("quantities", () => {
  it.each([
    ["5%", "ratio", 0.05],
    ["20bp", "ratio", 0.002],
    ["-4.4%", "ratio", -0.044],
    ["125x", "ratio", 125],
    [0.3, "ratio", 0.3],
    ["$40B", "money", 40e9],
    ["$237M", "money", 237e6],
    ["$5k", "money", 5000],
    ["-$26bn", "money", -26e9],
    ["$92,966", "money", 92_966],
    ["2B", "count", 2e9],
    ["1e-5", "count", 1e-5],
    ["30m", "duration", 1800e6],
    ["2h", "duration", 7200e6],
    ["90d", "duration", 90 * 86_400e6],
    ["5s", "duration", 5e6],
    ["200ms", "duration", 200_000],
    ["6h30m", "duration", 23_400e6],
  ] as const)("reads %s as a %s", (text, dimension, expected) => {
    expect(value(text, dimension)).toBe(expected);
  });

  it.each([
    ["30m", "money"],
    ["5%", "money"],
    ["$5", "ratio"],
    ["30m", "ratio"],
    [30, "duration"],
    ["30", "duration"],
    ["30 parsecs", "duration"],
    ["5M", "duration"],
    ["", "count"],
    ["1,23", "count"],
    [NaN, "ratio"],
    [Infinity, "money"],
    [null, "count"],
    [[1], "count"],
    ["1e999", "count"],
  ] as const)("refuses %j as a %s", (text, dimension) => {
    expect(parseQuantity(text, dimension).ok).toBe(false);
  });
});

describe("distributions with units", () => {
  it("converts every number that has the dimension and leaves shapes alone", () => {
    expect(parseDistributionText("lognormal(median=$5k, sigma=0.9, max=$1M)", "money")).toEqual({
      ok: true,
      spec: { kind: "lognormal", median: 5000, sigma: 0.9, max: 1e6 },
    });
    expect(parseDistributionText("choice([5m, 2h], [1, 3])", "duration")).toEqual({
      ok: true,
      spec: { kind: "choice", values: [300e6, 7200e6], weights: [1, 3] },
    });
    expect(parseDistributionText("20%", "ratio")).toEqual({
      ok: true,
      spec: { kind: "constant", value: 0.2 },
    });
  });

  it("refuses a duration without a unit and a shape with one", () => {
    const parsed = parseDistributionText("lognormal(median=5, sigma=3s)", "duration");
    expect(parsed.ok ? [] : parsed.problems.map(({ message }) => message)).toEqual([
      "lognormal: median needs a unit",
      "lognormal: sigma has a unit",
    ]);
  });
});
