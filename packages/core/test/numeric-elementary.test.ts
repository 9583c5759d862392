/** Elementary functions: known bits, the engine's values, and the special cases of ECMAScript. */
import { describe, expect, test } from "vitest";
import { cos, exp, ln, normalQuantile, pow, sin, tanh } from "@undertow/core";

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
    const result = name === "pow" ? pow(x, y) : functions[name](x);
    expect(bitsOf(result)).toBe(bits);
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
