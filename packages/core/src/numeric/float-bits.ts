/**
 * The exponent of a double, powers of two, and the splitting of a double, for the elementary functions.
 *
 * One scratch cell per thread; a value is written and read at once, so nothing is kept in it between calls.
 * It must never be exported from the package.
 */

const value = new Float64Array(1);
const words = new Int32Array(value.buffer);
value[0] = 1;
/** Position of the word with sign and exponent: 1 on little-endian hosts, 0 on big-endian ones. */
const HIGH = words[1] === 0 ? 0 : 1;

/** Sign, exponent and the top 20 bits of the mantissa, as a signed integer. */
export function highWord(x: number): number {
  value[0] = x;
  return words[HIGH];
}

/** 2^32 + 1. */
const SPLITTER = 4_294_967_297;

/** x rounded to 21 significant bits (Veltkamp 1968); products of two such values are exact. |x| < 2^900. */
export function topBits(x: number): number {
  const scaled = SPLITTER * x;
  return scaled - (scaled - x);
}

/** 2^-1074 ... 2^1023, made by exact doubling and halving. */
const POWERS_OF_TWO = makePowersOfTwo();

function makePowersOfTwo(): Float64Array {
  const powers = new Float64Array(1074 + 1024);
  powers[1074] = 1;
  for (let k = 1075; k < powers.length; k++) powers[k] = powers[k - 1] * 2;
  for (let k = 1073; k >= 0; k--) powers[k] = powers[k + 1] * 0.5;
  return powers;
}

/** 2^k for an integer k in [-1074, 1023]. */
export function powerOfTwo(k: number): number {
  return POWERS_OF_TWO[k + 1074];
}

/** x * 2^k for an integer k in [-1100, 1024] and x in [0.25, 2.5): rounded once, also when the result is subnormal. */
export function scaleByPowerOfTwo(x: number, k: number): number {
  if (k >= -1020 && k <= 1023) return x * POWERS_OF_TWO[k + 1074];
  if (k > 1023) return x * 2 * POWERS_OF_TWO[k + 1073];
  return x * POWERS_OF_TWO[k + 1000 + 1074] * POWERS_OF_TWO[74];
}
