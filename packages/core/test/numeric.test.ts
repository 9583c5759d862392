/** Numeric: exact products and sums, elementary functions that are the same on every engine, and hashes. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CEIL,
  FLOOR,
  HALF_UP,
  InvariantError,
  MAX_EXACT,
  StateHash,
  TRUNCATE,
  TwoLimbSum,
  cos,
  exp,
  hash32,
  ln,
  mix32,
  mulDiv,
  normalQuantile,
  pow,
  sin,
  tanh,
} from "@undertow/core";
import type { Rounding } from "@undertow/core";

/** The readable twin of mulDiv. */
function mulDivTwin(a: number, b: number, c: number, rounding: Rounding): bigint {
  const product = BigInt(a) * BigInt(b);
  const divisor = BigInt(c);
  const towardsZero = product / divisor;
  const rest = product % divisor;
  if (rest === 0n || rounding === TRUNCATE) return towardsZero;
  const away = towardsZero + (product < 0n ? -1n : 1n);
  if (rounding === FLOOR) return product < 0n ? away : towardsZero;
  if (rounding === CEIL) return product < 0n ? towardsZero : away;
  return 2n * (rest < 0n ? -rest : rest) >= divisor ? away : towardsZero;
}

const roundings: readonly Rounding[] = [FLOOR, CEIL, TRUNCATE, HALF_UP];

function expectSameAsTwin(a: number, b: number, c: number): void {
  for (const rounding of roundings) {
    const exact = mulDivTwin(a, b, c, rounding);
    const fits = exact <= BigInt(MAX_EXACT) && exact >= -BigInt(MAX_EXACT);
    let found: number | string;
    try {
      found = mulDiv(a, b, c, rounding);
    } catch (error) {
      found = (error as InvariantError).code;
    }
    const expected = fits ? Number(exact) : "mul-div-overflow";
    if (!Object.is(found, expected)) {
      throw new Error(`mulDiv(${a}, ${b}, ${c}, ${rounding}) = ${found}, not ${expected}`);
    }
  }
}

describe("mulDiv", () => {
  /** Integers of every size up to 2^53 - 1, both signs, with the neighbourhoods of powers of two. */
  const size = fc
    .tuple(
      fc.integer({ min: 1, max: 53 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: -2, max: 2 }),
    )
    .map(([bits, share, nudge]) => {
      const value = share < 0.1 ? 2 ** bits + nudge : Math.floor(share * 2 ** bits);
      return Math.min(MAX_EXACT, Math.max(0, value));
    });
  const signed = fc.tuple(size, fc.boolean()).map(([value, negative]) => (negative ? 0 - value : value));
  const divisor = size.map((value) => Math.max(1, value));

  test("equals big integers for any arguments", () => {
    fc.assert(fc.property(signed, signed, divisor, expectSameAsTwin), { numRuns: 20_000, seed: 1 });
  });

  test("equals big integers when the quotient is large but fits", () => {
    const nearOne = fc.tuple(signed, divisor, fc.integer({ min: -1000, max: 1000 }));
    fc.assert(
      fc.property(nearOne, ([a, c, nudge]) =>
        expectSameAsTwin(a, Math.max(0, Math.min(MAX_EXACT, c + nudge)), c),
      ),
      { numRuns: 10_000, seed: 2 },
    );
  });

  test("equals big integers at exact multiples, next to them and at halves", () => {
    fc.assert(
      fc.property(divisor, signed, fc.constantFrom(-1, 0, 1), fc.boolean(), (factor, a, nudge, half) => {
        // a * factor / factor is exact; moving one argument by 1 puts the product next to a multiple.
        expectSameAsTwin(a, factor, Math.max(1, Math.min(MAX_EXACT, factor + nudge)));
        expectSameAsTwin(a, 1, factor);
        if (half) expectSameAsTwin(a, 1, 2);
        const multiple = Math.min(MAX_EXACT, Math.floor(Math.abs(a) / factor) * factor);
        expectSameAsTwin(Math.max(0, Math.min(MAX_EXACT, multiple + nudge)), 1, factor);
        expectSameAsTwin(multiple, Math.max(1, factor - 1), factor);
      }),
      { numRuns: 10_000, seed: 3 },
    );
  });

  test("corners", () => {
    const corners = [0, 1, 2, 3, 2 ** 26, 2 ** 27 + 1, 2 ** 52, 2 ** 53 - 3, 2 ** 53 - 2, MAX_EXACT];
    for (const a of corners) {
      for (const b of corners) {
        for (const c of corners.slice(1)) {
          expectSameAsTwin(a, b, c);
          expectSameAsTwin(-a, b, c);
          expectSameAsTwin(-a, -b, c);
        }
      }
    }
  });

  test("rounding at a glance", () => {
    expect(roundings.map((rounding) => mulDiv(7, 1, 2, rounding))).toEqual([3, 4, 3, 4]);
    expect(roundings.map((rounding) => mulDiv(-7, 1, 2, rounding))).toEqual([-4, -3, -3, -4]);
    expect(Object.is(mulDiv(-1, 1, 3, CEIL), 0)).toBe(true);
    expect(Object.is(mulDiv(-0, 5, 3, FLOOR), 0)).toBe(true);
  });

  test.each([
    [0.5, 2, 1],
    [1, 1.5, 3],
    [10, 10, 0],
    [10, 10, -1],
    [10, 10, 2.5],
    [NaN, 1, 1],
    [1, Infinity, 1],
    [2 ** 53, 1, 1],
    [1, 1, 2 ** 53],
  ])("refuses %d * %d / %d", (a, b, c) => {
    expect(() => mulDiv(a, b, c, FLOOR)).toThrow(InvariantError);
  });

  test("refuses a result of 2^53", () => {
    expect(() => mulDiv(2 ** 52, 2, 1, FLOOR)).toThrow(/mul-div-overflow/);
    expect(() => mulDiv(MAX_EXACT, MAX_EXACT, 1, FLOOR)).toThrow(/mul-div-overflow/);
    // 2^53 - 1/2: the floor fits, the ceiling does not.
    const [a, b, c] = [6_004_799_503_160_661, 3, 2];
    expect(mulDivTwin(a, b, c, FLOOR)).toBe(BigInt(MAX_EXACT));
    expect(mulDiv(a, b, c, FLOOR)).toBe(MAX_EXACT);
    expect(() => mulDiv(a, b, c, CEIL)).toThrow(/mul-div-overflow/);
  });
});

describe("TwoLimbSum", () => {
  const terms = fc.array(fc.maxSafeInteger(), { maxLength: 200 });

  test("equals a big integer, in any order and in any split", () => {
    fc.assert(
      fc.property(terms, fc.nat(), (values, cut) => {
        const whole = new TwoLimbSum();
        const reversed = new TwoLimbSum();
        const parts = [new TwoLimbSum(), new TwoLimbSum()];
        const exact = values.reduce((sum, value) => sum + BigInt(value), 0n);
        values.forEach((value, k) => {
          whole.add(value);
          parts[k < cut % (values.length + 1) ? 0 : 1]!.add(value);
        });
        for (const value of [...values].reverse()) reversed.add(value);
        parts[0]!.addSum(parts[1]!);
        expect([whole, reversed, parts[0]!].map((sum) => sum.toBigInt())).toEqual([exact, exact, exact]);
        expect(whole.toNumber()).toBe(Number(exact));
        expect(whole.isZero()).toBe(exact === 0n);
      }),
      { numRuns: 500, seed: 4 },
    );
  });

  test("notices a quantum among the largest amounts", () => {
    const sum = new TwoLimbSum();
    for (let k = 0; k < 1000; k++) sum.add(MAX_EXACT);
    sum.add(1);
    for (let k = 0; k < 1000; k++) sum.add(-MAX_EXACT);
    expect(sum.isZero()).toBe(false);
    expect(sum.toNumber()).toBe(1);
    sum.add(-1);
    expect(sum.isZero()).toBe(true);
  });

  test("refuses fractions and what is too large, and resets", () => {
    const sum = new TwoLimbSum();
    for (const value of [0.5, 2 ** 53, NaN, Infinity]) expect(() => sum.add(value)).toThrow(InvariantError);
    sum.add(5);
    sum.reset();
    expect(sum.isZero()).toBe(true);
  });
});

const functions = { ln, exp, tanh, sin, cos, pow } as const;

/** Bits of each value, checked once against 2,400-bit arithmetic: all within 0.75 of the last place. */
const knownAnswers: readonly (readonly [keyof typeof functions, readonly number[], string])[] = [
  ["ln", [0.1], "c0026bb1bbb55515"],
  ["ln", [0.5], "bfe62e42fefa39ef"],
  ["ln", [0.9999999], "be7ad7f2b1049b9f"],
  ["ln", [1.0000001], "3e7ad7f2847b6492"],
  ["ln", [2], "3fe62e42fefa39ef"],
  ["ln", [3], "3ff193ea7aad030a"],
  ["ln", [10], "40026bb1bbb55516"],
  ["ln", [123456.789], "40277281cad8a844"],
  ["ln", [1e-300], "c085963447f87fb5"],
  ["ln", [1e300], "4085963447f87fb5"],
  ["ln", [5e-324], "c0874385446d71c3"],
  ["exp", [-745], "0000000000000001"],
  ["exp", [-708.5], "000e6cf6d08897ac"],
  ["exp", [-20.25], "3e1b93de1e27ca3b"],
  ["exp", [-1], "3fd78b56362cef38"],
  ["exp", [-0.3], "3fe7b4c869c37c05"],
  ["exp", [1e-10], "3ff000000006df38"],
  ["exp", [0.25], "3ff48b5e3c3e8186"],
  ["exp", [1], "4005bf0a8b14576a"],
  ["exp", [2.5], "40285d6fd931e0bb"],
  ["exp", [10], "40d5829dcf950560"],
  ["exp", [100.125], "48f5daaf24221d5e"],
  ["exp", [709.5], "7fe81e9b4b52d0c9"],
  ["tanh", [-3], "bfefd77d111a0b00"],
  ["tanh", [-0.75], "bfe45323e552f228"],
  ["tanh", [1e-5], "3ee4f8b588e06854"],
  ["tanh", [0.2], "3fc9439830b3a590"],
  ["tanh", [0.5], "3fdd9353d7568af3"],
  ["tanh", [1], "3fe85efab514f394"],
  ["tanh", [1.9], "3fee997f4c3bcd48"],
  ["tanh", [5], "3fefff419668df11"],
  ["tanh", [19], "3fefffffffffffff"],
  ["sin", [0.1], "3fb98eaecb8bcb2c"],
  ["cos", [0.1], "3fefd712f9a817c1"],
  ["sin", [0.7], "3fe49d6e694619b8"],
  ["cos", [0.7], "3fe87996529f9d93"],
  ["sin", [1], "3feaed548f090cee"],
  ["cos", [1], "3fe14a280fb5068c"],
  ["sin", [2], "3fed18f6ead1b446"],
  ["cos", [2], "bfdaa22657537205"],
  ["sin", [3], "3fc210386db6d55b"],
  ["cos", [3], "bfefae04be85e5d2"],
  ["sin", [-4.5], "3fef47ed3dc74080"],
  ["cos", [-4.5], "bfcafb5b54583d6a"],
  ["sin", [10], "bfe1689ef5f34f52"],
  ["cos", [10], "bfead9ac890c6b1f"],
  ["sin", [1000.5], "3fefd948c50a7a0d"],
  ["cos", [1000.5], "3fb8dbff75eb664f"],
  ["sin", [823548.5], "bfed655d1f7d4374"],
  ["cos", [823548.5], "3fd949dffd760f95"],
  ["sin", [1000000], "bfd6664b2568d867"],
  ["cos", [1000000], "3fedf9df9906d32c"],
  ["sin", [123456789.125], "3feffefcc2ee7d37"],
  ["cos", [123456789.125], "3f9019b317c2d95e"],
  ["sin", [1e22], "bfeb453ab76bf397"],
  ["cos", [1e22], "3fe0be2cef01c8f4"],
  ["sin", [1e300], "bfea2c16b010e385"],
  ["cos", [1e300], "bfe2699022adc4c1"],
  ["pow", [2, 0.3], "3ff3b2c47bff8329"],
  ["pow", [1.0001, 10000], "4005bec34aabbfd3"],
  ["pow", [0.97, 365], "3eef23bc4adb9dd3"],
  ["pow", [10, -3.7], "3f2a26fd472780c1"],
  ["pow", [123.456, 7.89], "435c37e53d5e93d2"],
  ["pow", [1e-5, 0.1], "3fd43d136248490e"],
  ["pow", [3, -200.5], "2c12924df6b68b58"],
  ["pow", [1.5, 1.5], "3ffd64d51e0db1c6"],
  ["pow", [0.5, 1074], "0000000000000001"],
  ["pow", [1.0000000009313226, 8589934592], "40a749ea7bd26dc6"],
];

/** Bits of normal quantiles, checked the same way: within 1.6 of the last place. */
const knownQuantiles: readonly (readonly [number, string])[] = [
  [1e-300, "c04286074064c26e"],
  [1e-12, "c01c234fba57a32a"],
  [1e-5, "c0110f3f8843a3da"],
  [0.01, "c0029c5c4630ff0e"],
  [0.1, "bff4813c36e26d33"],
  [0.3, "bfe0c7e39582c5fa"],
  [0.6, "3fd036d6c4a04b59"],
  [0.9, "3ff4813c36e26d33"],
  [0.975, "3fff5c0331eeff82"],
  [0.999999, "40130381a97985f1"],
];

function bitsOf(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, "0");
}

/** Numbers in [0, 1) for tests; the tested draws are not used to test themselves. */
function testNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe("elementary functions", () => {
  test.each(knownAnswers)("%s(%j) has the known bits", (name, args, bits) => {
    const [x, y] = args as [number, number];
    expect(bitsOf(name === "pow" ? pow(x, y) : functions[name](x, y))).toBe(bits);
  });

  test.each(knownQuantiles)("the normal quantile of %d has the known bits", (p, bits) => {
    expect(bitsOf(normalQuantile(p))).toBe(bits);
  });

  /** Largest relative difference to the engine's own function; engines are within 1 unit in the last place. */
  function largestError(ours: (x: number) => number, theirs: (x: number) => number, x: () => number): number {
    let largest = 0;
    for (let k = 0; k < 50_000; k++) {
      const at = x();
      const expected = theirs(at);
      const error = Math.abs(ours(at) - expected) / Math.max(Math.abs(expected), 1e-290);
      if (!(error <= largest)) largest = error;
    }
    return largest;
  }

  const next = testNumbers(7);
  test.each([
    ["ln", ln, Math.log, () => Math.exp((next() - 0.5) * 1400)],
    ["ln near 1", ln, Math.log, () => 0.5 + next()],
    ["exp", exp, Math.exp, () => (next() - 0.5) * 1300],
    ["exp near 0", exp, Math.exp, () => next() - 0.5],
    ["tanh", tanh, Math.tanh, () => (next() - 0.5) * 44],
    ["tanh near 0", tanh, Math.tanh, () => next() - 0.5],
    ["sin", sin, Math.sin, () => (next() - 0.5) * 1000],
    ["cos", cos, Math.cos, () => (next() - 0.5) * 1000],
    ["sin of large numbers", sin, Math.sin, () => (next() - 0.5) * 1.6e6],
    [
      "pow 0.3",
      (x: number) => pow(x, 0.3),
      (x: number) => Math.pow(x, 0.3),
      () => Math.exp((next() - 0.5) * 200),
    ],
    ["pow -41.7", (x: number) => pow(x, -41.7), (x: number) => Math.pow(x, -41.7), () => 0.5 + 2 * next()],
    ["pow 1e5", (x: number) => pow(x, 1e5), (x: number) => Math.pow(x, 1e5), () => 0.995 + 0.01 * next()],
  ] as const)("%s is within 4.5e-16 of the engine's", (_, ours, theirs, x) => {
    expect(largestError(ours, theirs, x)).toBeLessThan(4.5e-16);
  });

  test("huge arguments are reduced exactly", () => {
    const numbers = testNumbers(9);
    for (let k = 0; k < 500; k++) {
      const x = (numbers() - 0.5) * 10 ** (6 + 300 * numbers());
      expect(Math.abs(sin(x) - Math.sin(x))).toBeLessThan(3e-16);
      expect(Math.abs(cos(x) - Math.cos(x))).toBeLessThan(3e-16);
    }
  });

  const special = [0, -0, 1, -1, 2, -2, 0.5, -0.5, 3, -3, Infinity, -Infinity, NaN, 5e-324, -5e-324];
  const extreme = [1e308, -1e308, 2 ** 53, -(2 ** 53), 1 - 2 ** -53, 1 + 2 ** -52, 1e-310, 710, -746, 1024.5];

  test("special cases are those of ECMAScript", () => {
    const arguments_ = [...special, ...extreme];
    const expectNear = (found: number, expected: number, label: string): void => {
      const near = Math.abs(found - expected) <= 4.5e-16 * Math.abs(expected) + 5e-324;
      if (!Object.is(found, expected) && !near) throw new Error(`${label} = ${found}, not ${expected}`);
      if (expected === 0 && !Object.is(found, expected))
        throw new Error(`${label} has the wrong sign of zero`);
    };
    for (const x of arguments_) {
      expectNear(ln(x), Math.log(x), `ln(${x})`);
      expectNear(exp(x), Math.exp(x), `exp(${x})`);
      expectNear(tanh(x), Math.tanh(x), `tanh(${x})`);
      expectNear(sin(x), Math.sin(x), `sin(${x})`);
      expectNear(cos(x), Math.cos(x), `cos(${x})`);
      for (const y of arguments_) expectNear(pow(x, y), Math.pow(x, y), `pow(${x}, ${y})`);
    }
  });

  test("normal quantiles invert the distribution function and are symmetric", () => {
    // Abramowitz and Stegun, table 26.1 and 26.5.
    expect(normalQuantile(0.8413447460685429)).toBeCloseTo(1, 14);
    expect(normalQuantile(0.9772498680518208)).toBeCloseTo(2, 14);
    expect(normalQuantile(0.5)).toBe(0);
    for (const p of [0.03125, 2 ** -20, 2 ** -40]) expect(normalQuantile(1 - p)).toBe(-normalQuantile(p));
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
    expect([normalQuantile(-0.1), normalQuantile(1.1), normalQuantile(NaN)]).toEqual([NaN, NaN, NaN]);
  });
});

/** The readable twin: MurmurHash3_x86_128 as published, seed 0, on bytes. */
function murmur128(bytes: Uint8Array): string {
  const mask = 0xffffffffn;
  const rotate = (x: bigint, by: bigint): bigint => ((x << by) | (x >> (32n - by))) & mask;
  const c = [0x239b961bn, 0xab0e9789n, 0x38b34ae5n, 0xa1e38b93n];
  const turns = [15n, 16n, 17n, 18n];
  const steps: readonly (readonly [bigint, bigint])[] = [
    [19n, 0x561ccd1bn],
    [17n, 0x0bcaa747n],
    [15n, 0x96cd1c35n],
    [13n, 0x32ac3b17n],
  ];
  const h = [0n, 0n, 0n, 0n];
  const scramble = (k: bigint, lane: number): bigint =>
    (rotate((k * c[lane]!) & mask, turns[lane]!) * c[(lane + 1) % 4]!) & mask;
  const wordAt = (at: number): bigint =>
    [0, 1, 2, 3].reduce((word, k) => word | (BigInt(bytes[at + k] ?? 0) << BigInt(8 * k)), 0n);
  const whole = bytes.length - (bytes.length % 16);
  for (let at = 0; at < whole; at += 16) {
    for (let lane = 0; lane < 4; lane++) {
      h[lane]! ^= scramble(wordAt(at + 4 * lane), lane);
      h[lane] = ((rotate(h[lane]!, steps[lane]![0]) + h[(lane + 1) % 4]!) * 5n + steps[lane]![1]) & mask;
    }
  }
  for (let lane = 0; lane < 4; lane++) h[lane]! ^= scramble(wordAt(whole + 4 * lane), lane);
  const spread = (): void => {
    h[0] = (h[0]! + h[1]! + h[2]! + h[3]!) & mask;
    for (const lane of [1, 2, 3]) h[lane] = (h[lane]! + h[0]!) & mask;
  };
  for (let lane = 0; lane < 4; lane++) h[lane]! ^= BigInt(bytes.length);
  spread();
  for (let lane = 0; lane < 4; lane++) h[lane] = BigInt(mix32(Number(h[lane]!)));
  spread();
  return h.map((word) => word.toString(16).padStart(8, "0")).join("");
}

/** A record of a StateHash as bytes. */
function recordBytes(kind: number, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(16 + Math.ceil(content.length / 16) * 16);
  new DataView(bytes.buffer).setUint32(0, content.length, true);
  bytes[8] = kind;
  bytes.set(content, 16);
  return bytes;
}

describe("hashes", () => {
  test("hash32 has its known values", () => {
    // The finaliser of FNV-1a's offset basis; then values that must never change.
    expect(hash32("")).toBe(mix32(0x811c9dc5));
    expect(["", "a", "leveraged-traders", "é", "日本"].map(hash32)).toMatchInlineSnapshot(`
      [
        2872998923,
        2448022055,
        4222710049,
        2705881783,
        3490853225,
      ]
    `);
  });

  test("the finaliser is that of MurmurHash3", () => {
    expect([0, 1, 2, 0xffffffff].map(mix32)).toEqual([0, 0x514e28b7, 0x30f4c306, 0x81f16f39]);
  });

  test("near names land far apart", () => {
    const hashes = new Set<number>();
    let flips = 0;
    for (let k = 0; k < 20_000; k++) {
      const hash = hash32(`population-${k}`);
      hashes.add(hash);
      let changed = hash ^ hash32(`population-${k + 1}`);
      for (; changed !== 0; changed &= changed - 1) flips++;
    }
    expect(hashes.size).toBeGreaterThan(19_998); // 0.05 collisions are expected
    expect(flips / 20_000).toBeCloseTo(16, 0);
  });

  test("the twin is MurmurHash3", () => {
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    expect(murmur128(bytes(""))).toBe("00000000000000000000000000000000");
    expect(murmur128(bytes("The quick brown fox jumps over the lazy dog"))).toBe(
      "2f1583c3ecee2c675d7bf66ce5e91d2c",
    );
    expect(murmur128(bytes("I will not buy this record, it is scratched."))).toBe(
      "a0a9683b25ac5e40d9af2895890dddf5",
    );
  });

  test("a state hash is MurmurHash3 of its records, aligned or not", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 100 }),
        fc.uint8Array({ maxLength: 100 }),
        fc.nat(3),
        (a, b, shift) => {
          const shifted = new Uint8Array(b.length + shift);
          shifted.set(b, shift);
          const hash = new StateHash();
          hash.updateBytes(a);
          hash.updateBytes(shifted.subarray(shift));
          const records = [...recordBytes(1, a), ...recordBytes(1, b)];
          expect(hash.digest()).toBe(murmur128(Uint8Array.from(records)));
        },
      ),
      { numRuns: 300, seed: 5 },
    );
  });

  const digestOf = (update: (hash: StateHash) => void): string => {
    const hash = new StateHash();
    update(hash);
    return hash.digest();
  };

  test("kinds, splits, single bits and the sign of zero tell states apart", () => {
    const digests = [
      digestOf(() => {}),
      digestOf((hash) => hash.updateInt32(Int32Array.of(1, 2))),
      digestOf((hash) => hash.updateUint32(Uint32Array.of(1, 2))),
      digestOf((hash) => hash.updateBytes(new Uint8Array(Int32Array.of(1, 2).buffer))),
      digestOf((hash) => hash.updateInt16(new Int16Array(Int32Array.of(1, 2).buffer))),
      digestOf((hash) => {
        hash.updateInt32(Int32Array.of(1));
        hash.updateInt32(Int32Array.of(2));
      }),
      digestOf((hash) => hash.updateText("ab")),
      digestOf((hash) => {
        hash.updateText("a");
        hash.updateText("b");
      }),
      digestOf((hash) => hash.updateBytes(new Uint8Array(3))),
      digestOf((hash) => hash.updateBytes(new Uint8Array(4))),
      digestOf((hash) => hash.updateFloat64(Float64Array.of(0, 1))),
      digestOf((hash) => hash.updateFloat64(Float64Array.of(-0, 1))),
      digestOf((hash) => hash.updateFloat64(Float64Array.of(0, 1 + 2 ** -52))),
      digestOf((hash) => hash.updateFloat64(Float64Array.of(NaN, 1))),
    ];
    expect(new Set(digests).size).toBe(digests.length);
    for (const digest of digests) expect(digest).toMatch(/^[0-9a-f]{32}$/);
  });

  test("all bits of NaN are one value, and values around them still count", () => {
    const withNaN = (high: number, last: number): Float64Array => {
      const values = new Float64Array(10_000).fill(1.5);
      new Uint32Array(values.buffer).set([7, high], 2 * 5000);
      values[9_999] = last;
      return values;
    };
    const digest = (values: Float64Array): string => digestOf((hash) => hash.updateFloat64(values));
    expect(digest(withNaN(0xfff80000, 1))).toBe(digest(withNaN(0x7ff80001, 1)));
    expect(digest(withNaN(0x7ff80000, 1))).not.toBe(digest(withNaN(0x7ff80000, 2)));
  });

  test("the digest of a fixed state never changes", () => {
    expect(
      digestOf((hash) => {
        hash.updateText("undertow");
        hash.updateFloat64(Float64Array.of(1, -2.5, NaN));
        hash.updateInt32(Int32Array.of(-1));
      }),
    ).toMatchInlineSnapshot(`"0b66626d04710817cefe60ba2892efbf"`);
  });
});
