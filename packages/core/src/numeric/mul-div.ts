/**
 * a * b / c of integers, exact, with a stated rounding: the one primitive for products of money.
 *
 * The product may need 106 bits; it is held as an unevaluated sum of two doubles (Dekker 1971, Veltkamp
 * 1968), so no BigInt is made. Used in every phase that computes fees, margin, funding or notional. It must
 * never return an approximation: what does not fit below 2^53 throws.
 */
import { InvariantError } from "../errors.ts";
import { MAX_EXACT } from "../limits.ts";

/** Rounds towards minus infinity. */
export const FLOOR = 0;
/** Rounds towards plus infinity. */
export const CEIL = 1;
/** Rounds towards zero. */
export const TRUNCATE = 2;
/** Rounds to the nearest integer, halves away from zero. */
export const HALF_UP = 3;
/** One of `FLOOR`, `CEIL`, `TRUNCATE`, `HALF_UP`. */
export type Rounding = 0 | 1 | 2 | 3;

/** 2^27 + 1: multiplying by it splits a double into two halves of 26 bits. */
const SPLITTER = 134_217_729;

/**
 * The integer a * b / c under the given rounding, exactly.
 *
 * @param a integer, |a| < 2^53
 * @param b integer, |b| < 2^53
 * @param c integer, 0 < c < 2^53
 * @param rounding `FLOOR`, `CEIL`, `TRUNCATE` or `HALF_UP`
 * @throws InvariantError when an argument is out of its range or the result is 2^53 or more in size
 * @example
 * mulDiv(9_000_000_000_000_000, 400, 1_000_000, FLOOR); // 3_600_000_000_000
 */
export function mulDiv(a: number, b: number, c: number, rounding: Rounding): number {
  const product = a * b;
  // A rounded product at or below 2^53 - 1 is the exact product. For such a product and an integer c the
  // rounded quotient never reaches the next integer, so truncating it is exact, and so is the rest.
  if (product <= MAX_EXACT && product >= -MAX_EXACT && c >= 1 && c <= MAX_EXACT) {
    if (Math.floor(a) !== a || Math.floor(b) !== b || Math.floor(c) !== c) throwOutOfRange(a, b, c);
    const quotient = Math.trunc(product / c) + 0; // adding 0 turns minus zero into zero
    const rest = product - quotient * c;
    return rest === 0 || rounding === TRUNCATE ? quotient : quotient + adjustment(rest, c, rounding);
  }
  return mulDivWide(a, b, c, rounding);
}

/** What to add to a truncated quotient whose rest (of the product's sign) is not 0. */
function adjustment(rest: number, c: number, rounding: Rounding): -1 | 0 | 1 {
  if (rounding === FLOOR) return rest < 0 ? -1 : 0;
  if (rounding === CEIL) return rest > 0 ? 1 : 0;
  if (rest > 0) return rest >= c - rest ? 1 : 0;
  return -rest >= c + rest ? -1 : 0;
}

/** The general case: sizes first, then the sign. */
function mulDivWide(a: number, b: number, c: number, rounding: Rounding): number {
  if (!(Number.isSafeInteger(a) && Number.isSafeInteger(b) && Number.isSafeInteger(c) && c > 0)) {
    throwOutOfRange(a, b, c);
  }
  const negative = a < 0 !== b < 0;
  const left = a < 0 ? -a : a;
  const right = b < 0 ? -b : b;
  const high = left * right;
  const low = productError(left, right, high);
  let quotient = Math.floor(high / c);
  if (quotient > 2 * MAX_EXACT) throwOverflow(a, b, c);
  if (quotient > MAX_EXACT) quotient = MAX_EXACT;
  // The estimate is off by at most a few; each turn measures the rest exactly whenever it lies in [0, c),
  // and otherwise on the right side of that interval.
  for (;;) {
    const back = quotient * c;
    const backLow = productError(quotient, c, back);
    const difference = high - back;
    const shift = difference - high;
    const differenceLow = high - (difference - shift) + (-back - shift);
    const rest = difference + (low - backLow + differenceLow);
    if (rest >= 0 && rest < c) return roundSigned(quotient, rest, c, negative, rounding);
    const correction = Math.floor(rest / c);
    if (quotient + correction > MAX_EXACT) throwOverflow(a, b, c);
    quotient += correction;
  }
}

/** Rounds quotient + rest / c of sizes and gives it its sign; never minus zero. */
function roundSigned(
  quotient: number,
  rest: number,
  c: number,
  negative: boolean,
  rounding: Rounding,
): number {
  let size = quotient;
  if (rest !== 0) {
    const away = rounding === HALF_UP ? rest >= c - rest : rounding === (negative ? FLOOR : CEIL);
    if (away) size += 1;
  }
  if (size > MAX_EXACT) throw new InvariantError("mul-div-overflow", `a result of ${size} is not below 2^53`);
  return negative ? 0 - size : size;
}

/** left * right - product, exactly, for the rounded product (Dekker's two-product). */
function productError(left: number, right: number, product: number): number {
  const leftScaled = SPLITTER * left;
  const leftHigh = leftScaled - (leftScaled - left);
  const leftLow = left - leftHigh;
  const rightScaled = SPLITTER * right;
  const rightHigh = rightScaled - (rightScaled - right);
  const rightLow = right - rightHigh;
  return leftLow * rightLow - (product - leftHigh * rightHigh - leftLow * rightHigh - leftHigh * rightLow);
}

function throwOutOfRange(a: number, b: number, c: number): never {
  throw new InvariantError(
    "mul-div-range",
    `mulDiv takes integers below 2^53 and a positive divisor, found ${a} * ${b} / ${c}`,
  );
}

function throwOverflow(a: number, b: number, c: number): never {
  throw new InvariantError("mul-div-overflow", `${a} * ${b} / ${c} is not below 2^53`);
}
