/** Rng: known answers, and independence of draws from each other. */
import { describe, expect, test } from "vitest";
import {
  PURPOSE_CAUSE,
  PURPOSE_DECIDE,
  PURPOSE_DRIVER,
  PURPOSE_ENDOWMENT,
  PURPOSE_LATENCY,
  PURPOSE_PARAM,
  PURPOSE_TRIGGERED,
  PURPOSE_WAKE_TIME,
  WakeRandom,
  createKeys,
  hash32,
  philox4x32,
  purposeOf,
  randomSource,
} from "@undertow/core";

const random = randomSource(createKeys("tests of rng"));

/** Chi-square of values in [0, 1) over 256 even bins: 255 +- 23 (one standard deviation). */
function chiSquare(values: Float64Array): number {
  const bins = new Float64Array(256);
  for (const value of values) bins[Math.floor(value * 256)] += 1;
  const expected = values.length / 256;
  return bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** Sample correlation; for independent columns 0 +- 1 / sqrt(length). */
function correlation(left: Float64Array, right: Float64Array): number {
  const n = left.length;
  const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / n;
  const [leftMean, rightMean] = [mean(left), mean(right)];
  let [product, leftSquare, rightSquare] = [0, 0, 0];
  for (let k = 0; k < n; k++) {
    product += (left[k] - leftMean) * (right[k] - rightMean);
    leftSquare += (left[k] - leftMean) ** 2;
    rightSquare += (right[k] - rightMean) ** 2;
  }
  return product / Math.sqrt(leftSquare * rightSquare);
}

/** 100,000 draws; five standard deviations for correlations is 0.016, for chi-square 255 +- 115. */
const COUNT = 100_000;
const fill = (draw: (k: number) => number): Float64Array =>
  Float64Array.from({ length: COUNT }, (_, k) => draw(k));

function expectIndependent(left: Float64Array, right: Float64Array): void {
  expect(Math.abs(correlation(left, right))).toBeLessThan(0.016);
  expect(Math.abs(chiSquare(left) - 255)).toBeLessThan(115);
  expect(Math.abs(chiSquare(right) - 255)).toBeLessThan(115);
}

describe("philox", () => {
  const block = (counter: readonly number[], key: readonly number[]): string => {
    const [c0, c1, c2, c3] = counter as [number, number, number, number];
    const out = new Uint32Array(4);
    philox4x32(c0, c1, c2, c3, key[0], key[1], out);
    return Array.from(out, (word) => word.toString(16).padStart(8, "0")).join(" ");
  };

  test("has the known answers of Random123", () => {
    expect(block([0, 0, 0, 0], [0, 0])).toBe("6627e8d5 e169c58d bc57ac4c 9b00dbd8");
    const ones = 0xffffffff;
    expect(block([ones, ones, ones, ones], [ones, ones])).toBe("408f276d 41c83b0e a20bc7c6 6d5451fd");
    expect(block([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])).toBe(
      "d16cfe09 94fdcceb 5001e420 24126ea1",
    );
  });
});

describe("keys", () => {
  test("any string is a seed, and different strings give different runs", () => {
    const seeds = ["", " ", "a", "b", "aa", "A", "0", "1", "日本", "é", "e\u0301", "🌊", "x".repeat(10_000)];
    const keys = seeds.map((seed) => JSON.stringify(createKeys(seed)));
    expect(new Set(keys).size).toBe(seeds.length);
    expect(createKeys("a")).toEqual(createKeys("a"));
    for (const { k0, k1 } of seeds.map(createKeys)) {
      for (const word of [k0, k1]) expect(Number.isInteger(word) && word >= 0 && word < 2 ** 32).toBe(true);
    }
  });

  test("100,000 neighbouring seeds give as many keys", () => {
    const keys = new Set<bigint>();
    for (let k = 0; k < COUNT; k++) {
      const { k0, k1 } = createKeys(`${k}`);
      keys.add((BigInt(k0) << 32n) | BigInt(k1));
    }
    expect(keys.size).toBe(COUNT);
  });

  test("the keys of a seed never change", () => {
    expect(["", "undertow", "1"].map(createKeys)).toMatchInlineSnapshot(`
      [
        {
          "k0": 715789690,
          "k1": 2091287642,
        },
        {
          "k0": 3766422135,
          "k1": 2959620008,
        },
        {
          "k0": 2259355072,
          "k1": 526750310,
        },
      ]
    `);
  });

  test("streams of neighbouring seeds are uncorrelated", () => {
    const [left, right] = ["7", "8"].map((seed) => randomSource(createKeys(seed)));
    expectIndependent(
      fill((n) => left.uniform(1, 2, n)),
      fill((n) => right.uniform(1, 2, n)),
    );
    // The same counter over many seeds.
    const first = fill((k) => randomSource(createKeys(`S:${k}`)).uniform(1, 2, 3));
    expectIndependent(first.subarray(0, COUNT - 1), first.subarray(1));
  });
});

describe("random source", () => {
  test("a draw depends on its counter only", () => {
    const other = randomSource(createKeys("tests of rng"));
    const expected = other.uniform(1, 2, 3);
    random.normal(9, 9, 9);
    random.uniform(1, 3, 3);
    expect(random.uniform(1, 2, 3)).toBe(expected);
    expect(random.uniform(1, 2, 3)).toBe(expected);
  });

  test("purpose, subject and n each make another draw, n beyond 2^32 too", () => {
    const draws = [
      random.uniform(1, 2, 3),
      random.uniform(2, 2, 3),
      random.uniform(1, 3, 3),
      random.uniform(1, 2, 4),
      random.uniform(1, 2, 3 + 2 ** 32),
      random.uniform(1, 2, 3 + 2 ** 52),
      random.uniform(1, 2, -3),
    ];
    expect(new Set(draws).size).toBe(draws.length);
  });

  test("neighbouring n, subjects and purposes are uncorrelated", () => {
    const base = fill((n) => random.uniform(1, 2, n));
    expectIndependent(base.subarray(0, COUNT - 1), base.subarray(1));
    const subjects = fill((k) => random.uniform(1, k, 0));
    expectIndependent(subjects.subarray(0, COUNT - 1), subjects.subarray(1));
    expectIndependent(
      base,
      fill((n) => random.uniform(1, 3, n)),
    );
    expectIndependent(
      base,
      fill((n) => random.uniform(2, 2, n)),
    );
  });

  test("uniforms have the moments and the range of [0, 1)", () => {
    const values = fill((n) => random.uniform(4, 4, n));
    const mean = values.reduce((sum, value) => sum + value, 0) / COUNT;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.0046); // five standard errors
    for (const value of values) if (!(value >= 0 && value < 1)) throw new Error(`${value}`);
    // All 53 bits are used: the lowest one is set in half of the draws.
    const odd = values.filter((value) => (value * 2 ** 53) % 2 === 1).length;
    expect(Math.abs(odd / COUNT - 0.5)).toBeLessThan(0.008);
  });

  test("normals have the moments of a normal and are independent of the uniforms of their counters", () => {
    const values = fill((n) => random.normal(5, 5, n));
    const moment = (power: number): number => values.reduce((sum, value) => sum + value ** power, 0) / COUNT;
    // Five standard errors: sqrt(1, 2, 15, 96 / n).
    expect(Math.abs(moment(1))).toBeLessThan(0.016);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.023);
    expect(Math.abs(moment(3))).toBeLessThan(0.062);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.16);
    expect(
      Math.abs(
        correlation(
          values,
          fill((n) => random.uniform(5, 5, n)),
        ),
      ),
    ).toBeLessThan(0.016);
  });

  test("purposes are distinct, and named ones too", () => {
    const purposes = [
      PURPOSE_PARAM,
      PURPOSE_WAKE_TIME,
      PURPOSE_DECIDE,
      PURPOSE_TRIGGERED,
      PURPOSE_LATENCY,
      PURPOSE_DRIVER,
      PURPOSE_CAUSE,
      PURPOSE_ENDOWMENT,
    ];
    const named = purposes.flatMap((purpose) =>
      ["leverage", "interval"].map((name) => purposeOf(purpose, hash32(name))),
    );
    expect(new Set([...purposes, ...named]).size).toBe(24);
  });
});

describe("wake random", () => {
  const keys = createKeys("tests of wakes");
  const AGENTS = COUNT;
  const make = (ordinals: Float64Array, population = "takers", purpose = PURPOSE_DECIDE): WakeRandom => {
    const wake = new WakeRandom(keys);
    wake.begin(hash32(population), ordinals, purpose);
    return wake;
  };

  test("a draw depends on agent, wake number, k, population and kind of wake only", () => {
    const ordinals = new Float64Array(AGENTS).fill(3);
    const wake = make(ordinals);
    const expected = wake.uniform(5, 1);
    wake.uniform(6, 1);
    wake.uniform(5, 0);
    wake.normal(5, 7);
    expect(wake.uniform(5, 1)).toBe(expected);
    expect(make(Float64Array.of(0, 0, 0, 0, 0, 3)).uniform(5, 1)).toBe(expected);
    const others = [
      expected,
      wake.uniform(4, 1),
      wake.uniform(5, 2),
      make(ordinals.map(() => 4)).uniform(5, 1),
      make(ordinals.map(() => 3 + 2 ** 32)).uniform(5, 1),
      make(ordinals, "makers").uniform(5, 1),
      make(ordinals, "takers", PURPOSE_TRIGGERED).uniform(5, 1),
    ];
    expect(new Set(others).size).toBe(others.length);
  });

  test("a new wake, population or purpose never sees the block of the last one", () => {
    const ordinals = new Float64Array(10);
    const wake = make(ordinals);
    const first = wake.uniform(1, 0);
    ordinals[1] = 1;
    expect(wake.uniform(1, 0)).not.toBe(first);
    ordinals[1] = 0;
    wake.uniform(1, 0);
    wake.begin(hash32("makers"), ordinals, PURPOSE_DECIDE);
    expect(wake.uniform(1, 0)).toBe(make(ordinals, "makers").uniform(1, 0));
    expect(wake.uniform(1, 0)).not.toBe(first);
  });

  test("the eight draws of a wake are distinct and uncorrelated, and so are neighbours and wakes", () => {
    const ordinals = new Float64Array(AGENTS).fill(11);
    const wake = make(ordinals);
    expect(new Set([0, 1, 2, 3, 4, 5, 6, 7].map((k) => wake.uniform(0, k))).size).toBe(8);
    const first = fill((agent) => wake.uniform(agent, 0));
    expectIndependent(
      first,
      fill((agent) => wake.uniform(agent, 1)),
    );
    expectIndependent(
      first,
      fill((agent) => wake.uniform(agent, 2)),
    );
    expectIndependent(first.subarray(0, AGENTS - 1), first.subarray(1));
    const next = make(new Float64Array(AGENTS).fill(12));
    expectIndependent(
      first,
      fill((agent) => next.uniform(agent, 0)),
    );
    const makers = make(ordinals, "makers");
    expectIndependent(
      first,
      fill((agent) => makers.uniform(agent, 0)),
    );
    const triggered = make(ordinals, "takers", PURPOSE_TRIGGERED);
    expectIndependent(
      first,
      fill((agent) => triggered.uniform(agent, 0)),
    );
  });

  test("normal and exponential are shapes of the same draw with the right moments", () => {
    const wake = make(new Float64Array(AGENTS).fill(2));
    const exponentials = fill((agent) => wake.exponential(agent, 3));
    const normals = fill((agent) => wake.normal(agent, 3));
    const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / AGENTS;
    expect(Math.abs(mean(exponentials) - 1)).toBeLessThan(0.016);
    expect(Math.abs(mean(exponentials.map((value) => value * value)) - 2)).toBeLessThan(0.071);
    expect(Math.abs(mean(normals))).toBeLessThan(0.016);
    expect(exponentials.every((value) => value >= 0)).toBe(true);
    expect(correlation(exponentials, normals)).toBeGreaterThan(0.85);
  });
});
