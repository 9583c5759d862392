/** Distributions: draws against their formulas, and what the text form accepts and refuses. */
import { describe, expect, test } from "vitest";
import {
  PURPOSE_PARAM,
  UserError,
  createKeys,
  drawColumn,
  drawDistribution,
  hash32,
  meanOf,
  parseDistribution,
  quantileOf,
  randomSource,
} from "@undertow/core";
import type { DistributionSpec } from "@undertow/core";

const random = randomSource(createKeys("tests of rng"));

/** Draws per test; a share of them is within 0.008 (five standard errors) of its probability. */
const COUNT = 100_000;

describe("distributions", () => {
  const specs: readonly (readonly [string, { mean: number; median: number; p90: number; sd: number }])[] = [
    ["3.5", { mean: 3.5, median: 3.5, p90: 3.5, sd: 0 }],
    ["uniform(min=2, max=6)", { mean: 4, median: 4, p90: 5.6, sd: 1.1547 }],
    ["normal(mean=10, sd=2)", { mean: 10, median: 10, p90: 12.5631, sd: 2 }],
    ["lognormal(median=8, sigma=0.9)", { mean: 11.9944, median: 8, p90: 25.3519, sd: 13.383 }],
    ["exponential(mean=5)", { mean: 5, median: 3.4657, p90: 11.5129, sd: 5 }],
    ["pareto(min=2, exponent=3)", { mean: 3, median: 2.5198, p90: 4.3089, sd: 1.7321 }],
    ["choice([2,5,10], [.5,.3,.2])", { mean: 4.5, median: 2, p90: 10, sd: 3.0414 }],
  ];

  test.each(specs)("%s has its mean and quantiles", (text, { mean, median, p90, sd }) => {
    const spec = parseDistribution(text);
    expect(meanOf(spec)).toBeCloseTo(mean, 3);
    const column = drawColumn(spec, random, PURPOSE_PARAM, hash32(text), COUNT);
    const drawn = column.reduce((sum, value) => sum + value, 0) / COUNT;
    expect(Math.abs(drawn - mean)).toBeLessThanOrEqual((5 * sd) / Math.sqrt(COUNT) + 1e-9);
    column.sort();
    // Of 100,000 draws the share below a quantile is within 0.008 (five standard errors) of its level.
    const within = (level: number, value: number): void => {
      expect(column[Math.floor((level - 0.008) * COUNT)]).toBeLessThanOrEqual(value + 1e-3);
      expect(column[Math.floor((level + 0.008) * COUNT)]).toBeGreaterThanOrEqual(value - 1e-3);
    };
    if (!text.startsWith("choice")) within(0.5, median);
    within(0.9, p90);
  });

  test("a choice draws each value with its share, and never one of weight 0", () => {
    const spec = parseDistribution("choice([1,2,3,4], [5,0,3,2])");
    const column = drawColumn(spec, random, 1, 1, COUNT);
    const share = (value: number): number => column.filter((drawn) => drawn === value).length / COUNT;
    for (const [value, expected] of [
      [1, 0.5],
      [3, 0.3],
      [4, 0.2],
    ] as const) {
      expect(Math.abs(share(value) - expected)).toBeLessThan(0.008);
    }
    expect(share(2)).toBe(0);
    expect(quantileOf(spec, 1 - 2 ** -53)).toBe(4);
    expect(quantileOf({ ...spec, weights: [1, 1, 1, 0] } as DistributionSpec, 1 - 2 ** -53)).toBe(3);
  });

  test.each([
    "normal(0, 1, min=-0.5, max=2)",
    "normal(mean=3, sd=2, min=4)",
    "normal(mean=3, sd=2, max=1)",
    "lognormal(median=8, sigma=0.9, max=20)",
    "lognormal(median=8, sigma=2.2, min=1, max=1000)",
    "exponential(mean=5, min=2, max=9)",
    "exponential(mean=5, min=-1)",
    "exponential(mean=5, max=-1)",
    "pareto(min=1, exponent=0.8, max=500)",
    "pareto(min=1, exponent=1, max=500)",
    "uniform(1, 4)",
  ])("%s: the mean counts the draws that land on a bound", (text) => {
    const spec = parseDistribution(text);
    // Even quantiles instead of draws: the midpoint rule, exact to well below 0.1 %.
    const levels = 400_000;
    let sum = 0;
    for (let k = 0; k < levels; k++) sum += quantileOf(spec, (k + 0.5) / levels);
    expect(Math.abs(meanOf(spec) - sum / levels)).toBeLessThan(0.0005 * Math.abs(meanOf(spec)) + 1e-5);
  });

  test("bounds hold and are reached", () => {
    const column = drawColumn(parseDistribution("lognormal(8, 0.9, min=5, max=20)"), random, 2, 2, COUNT);
    column.sort();
    expect([column[0], column[COUNT - 1]]).toEqual([5, 20]);
    expect(meanOf(parseDistribution("pareto(min=1, exponent=1)"))).toBe(Infinity);
    expect(meanOf(parseDistribution("lognormal(8, 0, max=5)"))).toBe(5);
  });

  test("every quantile rises with the uniform, so a changed distribution keeps ranks", () => {
    for (const [text] of specs) {
      const spec = parseDistribution(text);
      let last = -Infinity;
      for (let k = 0; k < 1000; k++) {
        const value = quantileOf(spec, k / 1000);
        expect(value).toBeGreaterThanOrEqual(last);
        expect(Number.isFinite(value)).toBe(true);
        last = value;
      }
    }
  });

  test("a draw is a number of its own: other subjects, purposes and counts shift nothing", () => {
    const spec = parseDistribution("lognormal(8, 0.9)");
    const alone = drawColumn(spec, random, PURPOSE_PARAM, hash32("takers"), 100);
    drawColumn(spec, random, PURPOSE_PARAM, hash32("makers"), 100);
    expect(drawColumn(spec, random, PURPOSE_PARAM, hash32("takers"), 200).subarray(0, 100)).toEqual(alone);
    expect(drawDistribution(spec, random, PURPOSE_PARAM, hash32("takers"), 42)).toBe(alone[42]);
    expect(drawColumn(spec, random, PURPOSE_PARAM, hash32("makers"), 100)).not.toEqual(alone);
  });

  test("draws of a fixed seed never change", () => {
    const source = randomSource(createKeys("golden"));
    expect(specs.map(([text]) => drawDistribution(parseDistribution(text), source, 1, 2, 3)))
      .toMatchInlineSnapshot(`
      [
        3.5,
        4.685410730226403,
        10.887302808227336,
        11.92608246477337,
        5.563850433283477,
        2.898144030934322,
        5,
      ]
    `);
  });
});

describe("reading a distribution", () => {
  test.each<readonly [string, DistributionSpec]>([
    ["2.5", { kind: "constant", value: 2.5 }],
    [" -1_000e-1 ", { kind: "constant", value: -100 }],
    [".5", { kind: "constant", value: 0.5 }],
    ["constant(3)", { kind: "constant", value: 3 }],
    ["uniform(1, 2)", { kind: "uniform", min: 1, max: 2 }],
    ["uniform( max = 2 , min = 1 )", { kind: "uniform", min: 1, max: 2 }],
    ["normal(0, sd=1)", { kind: "normal", mean: 0, sd: 1 }],
    ["lognormal(median=8, sigma=0.9, max=100)", { kind: "lognormal", median: 8, sigma: 0.9, max: 100 }],
    ["exponential(5, min=1)", { kind: "exponential", mean: 5, min: 1 }],
    ["pareto(min=1, exponent=1.5, max=9)", { kind: "pareto", min: 1, exponent: 1.5, max: 9 }],
    ["choice([2,5,10],[.5,.3,.2])", { kind: "choice", values: [2, 5, 10], weights: [0.5, 0.3, 0.2] }],
    ["choice(values=[1, 2])", { kind: "choice", values: [1, 2], weights: [1, 1] }],
  ])("%s", (text, spec) => {
    expect(parseDistribution(text)).toEqual(spec);
  });

  const problemsOf = (text: string, parseNumber?: (text: string) => number): string[] => {
    try {
      parseDistribution(text, parseNumber);
    } catch (error) {
      if (error instanceof UserError) return error.message.split("\n");
      throw error;
    }
    return [];
  };

  test.each([
    [
      "lognormol(8, 1)",
      [
        /unknown distribution \(expected a number or one of constant, .*found lognormol; did you mean lognormal\?\)/,
      ],
    ],
    [
      "lognormal(median=8)",
      [/lognormal: sigma is missing \(expected lognormal\(median, sigma, min, max\)\)/],
    ],
    ["lognormal(medain=8, sigma=1)", [/unknown argument \(.*found medain; did you mean median\?\)/]],
    [
      "lognormal(0, -1)",
      [/median is out of range \(expected a number above 0, found 0\)/, /sigma is out of range/],
    ],
    ["lognormal(8, 1, min=5, max=2)", [/min is above max/]],
    ["uniform(1, 2, 3)", [/too many arguments \(expected uniform\(min, max\), found 3\)/]],
    ["uniform(1, min=2)", [/min is given twice/, /max is missing/]],
    ["uniform(1, x)", [/max is not a number \(expected a number, found x\)/]],
    ["uniform(1,)", [/max is not a number \(expected a number, found nothing\)/]],
    ["choice(3)", [/values is not a list/]],
    ["choice([])", [/values is not a list/]],
    ["choice([1,2],[1])", [/as many weights as values are needed \(expected 2 weights, found 1\)/]],
    ["choice([1,2],[0,0])", [/all weights are 0/]],
    ["choice([1,2],[1,-1])", [/weights is out of range \(expected 0 or more, found -1\)/]],
    ["normal(0, 1", [/not a distribution/]],
    ["normal(0, 1))", [/not a distribution/]],
    ["lognormal", [/not a distribution/]],
    ["", [/not a number \(expected a number, found nothing\)/]],
    ["Infinity", [/not a distribution/]],
    ["0x10", [/not a number/]],
  ] as const)("%j is refused with every problem", (text, patterns) => {
    const problems = problemsOf(text);
    expect(problems).toHaveLength(patterns.length);
    patterns.forEach((pattern, k) => expect(problems[k]).toMatch(pattern));
  });

  test("numbers may carry the caller's units, and the caller's problems are passed on", () => {
    const parseMoney = (text: string): number => {
      const match = /^\$([\d.]+)(k|M)?$/.exec(text);
      if (match === null) throw new UserError("unit", { message: "no amount", expected: "$1k", found: text });
      return Number(match[1]) * (match[2] === "k" ? 1e3 : match[2] === "M" ? 1e6 : 1);
    };
    expect(parseDistribution("lognormal(median=$5k, sigma=$1, max=$2M)", parseMoney)).toEqual({
      kind: "lognormal",
      median: 5000,
      sigma: 1,
      max: 2e6,
    });
    expect(problemsOf("uniform($1, 30m)", parseMoney)).toEqual([
      "uniform: max: no amount (expected $1k, found 30m)",
    ]);
  });
});
