/**
 * Each statistic of the stylised facts on series whose answer is known: by hand, in closed form, or by construction.
 * Draws are keyed and sample sizes stated; tolerances are a few standard errors of the statistic at that size.
 */
import { createKeys, randomSource } from "@undertow/core";
import {
  autocorrelation,
  blockSums,
  correlation,
  decayExponent,
  excessKurtosis,
  hillExponent,
  hurstExponent,
  impactCurve,
  logLogFit,
  logReturns,
  magnitudes,
  averagedHill,
} from "@undertow/core/metrics";
import { describe, expect, test } from "vitest";

const random = randomSource(createKeys("stylised"));
const normals = (n: number, subject: number): Float64Array =>
  Float64Array.from({ length: n }, (_, k) => random.normal(7, subject, k));
const uniforms = (n: number, subject: number): Float64Array =>
  Float64Array.from({ length: n }, (_, k) => random.uniform(8, subject, k));

/** Student's t with whole degrees of freedom: a normal over the root of a mean of squared normals. */
function students(n: number, degrees: number, subject: number): Float64Array {
  const draws = normals(n * (degrees + 1), subject);
  return Float64Array.from({ length: n }, (_, k) => {
    let squares = 0;
    for (let i = 1; i <= degrees; i++) squares += draws[k * (degrees + 1) + i] ** 2;
    return draws[k * (degrees + 1)] / Math.sqrt(squares / degrees);
  });
}

/** Fractional Gaussian noise with Hurst exponent h, exact, by the recursion of Durbin and Levinson (Hosking 1984). */
function fractionalNoise(n: number, h: number, subject: number): Float64Array {
  const rho = (k: number): number =>
    0.5 * (Math.abs(k + 1) ** (2 * h) - 2 * Math.abs(k) ** (2 * h) + Math.abs(k - 1) ** (2 * h));
  const rhos = Float64Array.from({ length: n }, (_, k) => rho(k));
  const draws = normals(n, subject);
  const values = new Float64Array(n);
  const phi = new Float64Array(n);
  const before = new Float64Array(n);
  let variance = 1;
  values[0] = draws[0];
  for (let t = 1; t < n; t++) {
    let top = rhos[t];
    for (let k = 1; k < t; k++) top -= before[k] * rhos[t - k];
    phi[t] = top / variance;
    for (let k = 1; k < t; k++) phi[k] = before[k] - phi[t] * before[t - k];
    variance *= 1 - phi[t] ** 2;
    let mean = 0;
    for (let k = 1; k <= t; k++) mean += phi[k] * values[t - k];
    values[t] = mean + Math.sqrt(variance) * draws[t];
    before.set(phi.subarray(0, t + 1));
  }
  return values;
}

/** Hill's estimator of a whole distribution with tail function `tail`, beyond u; integrated in ln x. */
function populationHill(tail: (x: number) => number, u: number, to: number): number {
  const steps = 2_000;
  const width = Math.log(to / u) / steps;
  let sum = 0;
  for (let k = 0; k < steps; k++) sum += tail(u * Math.exp((k + 0.5) * width)) * width;
  return tail(u) / sum;
}

/** P(|z| > x) of a normal variable, by integration of the density. */
function normalTail(x: number): number {
  let sum = 0;
  for (let z = x + 0.005; z < x + 8; z += 0.01) sum += Math.exp((-z * z) / 2) * 0.01;
  return Math.sqrt(2 / Math.PI) * sum;
}

describe("log returns", () => {
  test("are non-overlapping and leave out a rest", () => {
    const returns = logReturns([100, 110, 121, 100, 90], 2);
    expect([...returns]).toHaveLength(2);
    expect(returns[0]).toBeCloseTo(2 * Math.log(1.1), 12);
    expect(returns[1]).toBeCloseTo(Math.log(90 / 121), 12);
  });

  test("carry the last price over an empty book and begin at the first price", () => {
    expect([...logReturns([NaN, 0, 50, NaN, 100])].map((r) => +r.toFixed(6))).toEqual([0, 0.693147]);
    expect(logReturns([NaN, NaN])).toHaveLength(0);
  });

  test("line up with sums of flows", () => {
    expect([...blockSums([1, 2, 3, 4, 5], 2)]).toEqual([3, 7]);
    expect([...magnitudes([-1, 2])]).toEqual([1, 2]);
  });
});

describe("tail exponent", () => {
  test("by hand", () => {
    expect(hillExponent([1, Math.E, Math.exp(2)], 2)).toBeCloseTo(2 / 3, 12);
    expect(hillExponent([1, 1, 1], 2)).toBeNaN();
    expect(hillExponent([3, -1, -2], 1)).toBeNaN();
  });

  test.each([2, 3.5])("finds the exponent %d of a Pareto distribution", (alpha) => {
    const values = uniforms(50_000, alpha * 10).map((u) => (1 - u) ** (-1 / alpha));
    // Standard error about alpha / sqrt(2500).
    expect(Math.abs(averagedHill(values) - alpha)).toBeLessThan(0.08 * alpha);
  });

  test("of Student's t and of normal data at 5 % is what the distribution gives", () => {
    // 1 / E[ln X/u given X > u] = P(X > u) / integral of P(X > x) / x from u on; exact forms of P(|X| > x).
    const student = (x: number): number =>
      1 - (2 / Math.PI) * (Math.atan(x / Math.sqrt(3)) + x / Math.sqrt(3) / (1 + (x * x) / 3));
    const fat = hillExponent(magnitudes(students(50_000, 3, 31)), 2_500);
    // P(|t_3| > 3.1824) = 0.05, P(|z| > 1.95996) = 0.05.
    expect(Math.abs(fat - populationHill(student, 3.1824, 1e5))).toBeLessThan(0.15);
    const thin = hillExponent(magnitudes(normals(50_000, 32)), 2_500);
    expect(populationHill(normalTail, 1.95996, 10)).toBeGreaterThan(5.5);
    expect(Math.abs(thin - populationHill(normalTail, 1.95996, 10))).toBeLessThan(0.35);
  });
});

describe("autocorrelation", () => {
  test("by hand, and not defined for a constant", () => {
    expect([...autocorrelation([1, 2, 3, 4], 3)].map((r) => +r.toFixed(4))).toEqual([1, 0.25, -0.3, -0.45]);
    expect(autocorrelation([2, 2, 2], 1)[1]).toBeNaN();
    expect(autocorrelation([1, 2], 4)[4]).toBeNaN();
  });

  test("of a first-order autoregression is phi^l", () => {
    const draws = normals(100_000, 41);
    const values = new Float64Array(draws.length);
    for (let t = 1; t < values.length; t++) values[t] = 0.6 * values[t - 1] + draws[t];
    const rho = autocorrelation(values, 4);
    for (let lag = 1; lag <= 4; lag++) expect(Math.abs(rho[lag] - 0.6 ** lag)).toBeLessThan(0.015);
  });
});

describe("power laws", () => {
  test("a fit in logarithms is exact on one, and counts what has no logarithm", () => {
    const x = [1, 2, 4, 8, 16];
    const fit = logLogFit(
      x,
      x.map((value) => 3 * value ** -0.7),
    );
    expect(fit.slope).toBeCloseTo(-0.7, 12);
    expect(Math.exp(fit.intercept)).toBeCloseTo(3, 12);
    expect(fit.slopeError).toBeCloseTo(0, 7);
    expect(logLogFit([1, 2, 3], [1, -1, 0])).toMatchObject({ points: 1, leftOut: 2, slope: NaN });
  });

  test("signs of orders split into runs of Pareto length decay with the exponent less one (Lillo, Mike & Farmer)", () => {
    const lengths = uniforms(400_000, 51);
    const sides = uniforms(400_000, 52);
    const signs = new Int8Array(1_000_000);
    let at = 0;
    for (let k = 0; at < signs.length; k++) {
      const end = Math.min(signs.length, at + Math.ceil((1 - lengths[k]) ** (-1 / 1.5)));
      signs.fill(sides[k] < 0.5 ? -1 : 1, at, end);
      at = end;
    }
    const { exponent, lags, correlations } = decayExponent(signs, { to: 200 });
    expect(Math.abs(exponent - 0.5)).toBeLessThan(0.1);
    expect(lags).toHaveLength(correlations.length);
  });

  test("independent signs have no exponent", () => {
    const signs = uniforms(50_000, 53).map((u) => (u < 0.5 ? -1 : 1));
    expect(decayExponent(signs, { to: 1_000, bins: 15 }).exponent).toBeNaN();
  });
});

describe("Hurst exponent", () => {
  test.each([
    [0.3, 61],
    [0.5, 62],
    [0.8, 63],
  ])("finds %d of fractional Gaussian noise", (h, subject) => {
    expect(Math.abs(hurstExponent(fractionalNoise(6_000, h, subject)) - h)).toBeLessThan(0.06);
  });

  test("is near 0.5 for independent values with fat tails, and not defined for a short series", () => {
    expect(Math.abs(hurstExponent(students(20_000, 3, 64)) - 0.5)).toBeLessThan(0.04);
    expect(hurstExponent(normals(199, 65))).toBeNaN();
  });
});

describe("moments", () => {
  test("excess kurtosis of known distributions", () => {
    expect(excessKurtosis([1, -1, 1, -1])).toBeCloseTo(-2, 12);
    expect(Math.abs(excessKurtosis(uniforms(50_000, 71)) + 1.2)).toBeLessThan(0.02);
    expect(Math.abs(excessKurtosis(normals(50_000, 72)))).toBeLessThan(0.1);
    // Laplace: 3. Its fourth moment's error at this size is about 0.2.
    const laplace = uniforms(50_000, 73).map(
      (u) => Math.sign(u - 0.5) * -Math.log(1 - 2 * Math.abs(u - 0.5)),
    );
    expect(Math.abs(excessKurtosis(laplace) - 3)).toBeLessThan(0.5);
    expect(excessKurtosis([5, 5])).toBeNaN();
  });

  test("correlation", () => {
    expect(correlation([1, 2, 3], [2, 4, 6])).toBeCloseTo(1, 12);
    expect(correlation([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12);
    expect(correlation([1, 1], [1, 2])).toBeNaN();
    const [x, e] = [normals(20_000, 74), normals(20_000, 75)];
    const y = x.map((value, k) => 0.6 * value + 0.8 * e[k]);
    expect(Math.abs(correlation(x, y) - 0.6)).toBeLessThan(0.02);
  });
});

describe("impact", () => {
  const shares = [0.0003, 0.001, 0.003, 0.01, 0.03];
  /** Pairs whose mean is the given power law, half a basis point apart. */
  const samples = (exponent: number, left: number) =>
    shares.map((share) => {
      const mean = 0.1 * share ** exponent;
      return { share, atEnd: [mean - 5e-5, mean + 5e-5], later: [left * mean, left * mean] };
    });

  test.each([0.5, 1])("finds the exponent %d and what is left", (exponent) => {
    const curve = impactCurve(samples(exponent, 0.6).toReversed());
    expect(curve.points.map((point) => point.share)).toEqual(shares);
    expect(curve.exponent).toBeCloseTo(exponent, 3);
    expect(curve.left).toBeCloseTo(0.6, 12);
    expect(curve.points[0].error).toBeCloseTo(5e-5, 12);
  });

  test("a size lost in noise weighs little, and impact of the wrong sign has no exponent", () => {
    const noisy = samples(0.5, 0.6);
    noisy[0] = { share: shares[0], atEnd: [-0.02, 0.019], later: [0, 0] };
    expect(Math.abs(impactCurve(noisy).exponent - 0.5)).toBeLessThan(0.02);
    const wrong = samples(0.5, 0.6).map((sample) => ({ ...sample, atEnd: sample.atEnd.map((x) => -x) }));
    expect(impactCurve(wrong).exponent).toBeNaN();
  });
});
