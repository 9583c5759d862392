/**
 * The bits of a double as two 32-bit words, for the elementary functions.
 *
 * One scratch cell per thread; a value is written, read or patched at once, so nothing is kept in it between
 * calls. It must never be exported from the package.
 */

const value = new Float64Array(1);
const words = new Int32Array(value.buffer);
value[0] = 1;
/** Position of the word with sign and exponent: 1 on little-endian hosts, 0 on big-endian ones. */
const HIGH = words[1] === 0 ? 0 : 1;
const LOW = 1 - HIGH;

/** Sign, exponent and the top 20 bits of the mantissa, as a signed integer. */
export function highWord(x: number): number {
  value[0] = x;
  return words[HIGH];
}

/** The double with the same low word and another high word. */
export function withHighWord(x: number, high: number): number {
  value[0] = x;
  words[HIGH] = high;
  return value[0];
}

/** The double with its low 32 bits cleared: a value of at most 21 significant bits. */
export function clearLowWord(x: number): number {
  value[0] = x;
  words[LOW] = 0;
  return value[0];
}

/** 2^-1022 ... 2^1023, made by exact doubling and halving. */
const POWERS_OF_TWO = makePowersOfTwo();

function makePowersOfTwo(): Float64Array {
  const powers = new Float64Array(2046);
  powers[1022] = 1;
  for (let k = 1023; k < 2046; k++) powers[k] = powers[k - 1] * 2;
  for (let k = 1021; k >= 0; k--) powers[k] = powers[k + 1] * 0.5;
  return powers;
}

/** x * 2^k for an integer k in [-1100, 1024] and x in [0.5, 2.5): rounded once, also when the result is subnormal. */
export function scaleByPowerOfTwo(x: number, k: number): number {
  if (k >= -1021 && k <= 1023) return x * POWERS_OF_TWO[k + 1022];
  if (k > 1023) return x * 2 * POWERS_OF_TWO[k + 1021];
  return x * POWERS_OF_TWO[k + 1000 + 1022] * POWERS_OF_TWO[22];
}
