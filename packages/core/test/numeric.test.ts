/** Numeric: products and sums of money are exact, held to big integers. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CEIL,
  FLOOR,
  HALF_UP,
  InvariantError,
  MAX_EXACT,
  TRUNCATE,
  TwoLimbSum,
  mulDiv,
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
          parts[k < cut % (values.length + 1) ? 0 : 1].add(value);
        });
        for (const value of [...values].reverse()) reversed.add(value);
        parts[0].addSum(parts[1]);
        expect([whole, reversed, parts[0]].map((sum) => sum.toBigInt())).toEqual([exact, exact, exact]);
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
