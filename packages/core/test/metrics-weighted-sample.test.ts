/** Quantiles, shares of the largest and tail exponents of weighted samples, against answers known by hand. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDistribution, quantileOf } from "@undertow/core";
import { quantilesOf, shareOfLargest, tailExponent, weightedSample } from "@undertow/core/metrics";

describe("quantiles", () => {
  it("are values of the sample, by weight", () => {
    const sample = weightedSample([30, 10, 20, 99], [1, 5, 4, 0]);
    expect(quantilesOf(sample)).toEqual({ p10: 10, p25: 10, p50: 10, p75: 20, p90: 20, p99: 30, max: 30 });
    expect(quantilesOf(weightedSample([], []))).toBeNull();
  });

  it("do not change when a weight is split over equal values", () => {
    const entries = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 9 })), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(entries, (pairs) => {
        const whole = weightedSample(
          pairs.map(([value]) => value),
          pairs.map(([, weight]) => weight),
        );
        const values = pairs.flatMap(([value, weight]) => Array.from({ length: weight }, () => value));
        const split = weightedSample(
          values,
          values.map(() => 1),
        );
        expect(quantilesOf(split)).toEqual(quantilesOf(whole));
        for (const share of [0.01, 0.1, 1])
          expect(shareOfLargest(split, share)).toBeCloseTo(shareOfLargest(whole, share)!, 9);
      }),
      { numRuns: 200, seed: 5 },
    );
  });
});

describe("the largest", () => {
  it("hold their part of the sum, cut where the share ends", () => {
    const sample = weightedSample([100, 1], [1, 99]);
    expect(shareOfLargest(sample, 0.01)).toBeCloseTo(100 / 199, 12);
    expect(shareOfLargest(sample, 0.005)).toBeCloseTo(50 / 199, 12);
    expect(shareOfLargest(sample, 0.02)).toBeCloseTo(101 / 199, 12);
    expect(shareOfLargest(weightedSample([0], [1]), 0.1)).toBeNull();
  });
});

describe("the tail exponent", () => {
  /** Values at the middles of equal steps of probability: a sample without chance. */
  const exact = (text: string): number[] => {
    const spec = parseDistribution(text);
    return Array.from({ length: 20_000 }, (_, k) => quantileOf(spec, (k + 0.5) / 20_000));
  };
  const ones = new Float64Array(20_000).fill(1);

  it.each([0.74, 0.79, 1.5, 3])("of a Pareto distribution is its own: %s", (exponent) => {
    const sample = weightedSample(exact(`pareto(min=10, exponent=${exponent})`), ones);
    expect(tailExponent(sample)! / exponent).toBeCloseTo(1, 2);
  });

  it("of a lognormal one is higher than that of a Pareto tail as published", () => {
    const sample = weightedSample(exact("lognormal(median=1, sigma=1.2)"), ones);
    // Mean excess of ln x over its 95 % quantile: 1.2 (phi(1.645) / 0.05 - 1.645) = 0.501.
    expect(tailExponent(sample)).toBeCloseTo(1 / 0.501, 1);
  });

  it("needs ten values above the threshold", () => {
    expect(tailExponent(weightedSample([1, 2, 3], [1, 1, 1]))).toBeNull();
    expect(
      tailExponent(weightedSample(new Float64Array(1000).fill(4), new Float64Array(1000).fill(1))),
    ).toBeNull();
  });
});
