/**
 * sin and cos from + - * / : the same bits on every engine, for any argument.
 *
 * Arguments up to 823,549 are reduced by multiples of pi / 2 in three parts (Cody and Waite), larger ones
 * with integers of 1,280 bits (correct, slow; no model needs them). Kernels' coefficients are those of fdlibm
 * 5.3, whose notice is kept here:
 *
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunSoft, a Sun
 * Microsystems, Inc. business. Permission to use, copy, modify, and distribute this software is freely
 * granted, provided that this notice is preserved.
 */
import { scaleByPowerOfTwo } from "./float-bits.ts";

const QUARTER_PI = 7.85398163397448278999e-1;
const TWO_OVER_PI = 6.36619772367581382433e-1;
/** pi / 2 in parts of 33 bits, each with the rest behind it. */
const HALF_PI_1 = 1.57079632673412561417;
const HALF_PI_1_REST = 6.0771005065061922491e-11;
const HALF_PI_2 = 6.0771005063039659766e-11;
const HALF_PI_2_REST = 2.02226624879595063154e-21;
const HALF_PI_3 = 2.0222662487111664558e-21;
const HALF_PI_3_REST = 8.47842766036889956997e-32;
/** 2^19 pi / 2: up to here the product of a part and the multiple is exact. */
const LARGEST_EASY = 823_549;

/** Sine of x radians, within 1 unit in the last place; NaN for infinite x. */
export function sin(x: number): number {
  if (x <= QUARTER_PI && x >= -QUARTER_PI) {
    return x < 1.4901161193847656e-8 && x > -1.4901161193847656e-8 ? x : sinKernel(x, 0);
  }
  const quadrant = reduce(x);
  const value = (quadrant & 1) === 0 ? sinKernel(rest, restLow) : cosKernel(rest, restLow);
  return (quadrant & 2) === 0 ? value : -value;
}

/** Cosine of x radians, within 1 unit in the last place; NaN for infinite x. */
export function cos(x: number): number {
  if (x <= QUARTER_PI && x >= -QUARTER_PI) return cosKernel(x, 0);
  const quadrant = reduce(x);
  const value = (quadrant & 1) === 0 ? cosKernel(rest, restLow) : sinKernel(rest, restLow);
  return ((quadrant + 1) & 2) === 0 ? value : -value;
}

/** x - quadrant pi / 2 in two parts, as left by `reduce` and read at once. */
let rest = 0;
let restLow = 0;

/** Leaves x - n pi / 2 in `rest` and `restLow`, at most pi / 4 in size, and returns n modulo 4 (or more). */
function reduce(x: number): number {
  if (!(x <= LARGEST_EASY && x >= -LARGEST_EASY)) return reduceLarge(x);
  const n = Math.floor(x * TWO_OVER_PI + 0.5);
  let from = x - n * HALF_PI_1;
  let correction = n * HALF_PI_1_REST;
  rest = from - correction;
  const size = Math.abs(x);
  if (Math.abs(rest) < size * 1.52587890625e-5) {
    const before = from;
    const part = n * HALF_PI_2;
    from = before - part;
    correction = n * HALF_PI_2_REST - (before - from - part);
    rest = from - correction;
    if (Math.abs(rest) < size * 1.7763568394002505e-15) {
      const previous = from;
      const third = n * HALF_PI_3;
      from = previous - third;
      correction = n * HALF_PI_3_REST - (previous - from - third);
      rest = from - correction;
    }
  }
  restLow = from - rest - correction;
  return n & 3;
}

/** Bits behind the binary point in the exact reduction: the largest exponent plus 200. */
const PRECISION = 1280n;
let halfPiFixed = 0n;

/** `reduce` for any finite x: x is an integer here or has few bits behind the point. */
function reduceLarge(x: number): number {
  if (!(x - x === 0)) {
    rest = NaN;
    restLow = 0;
    return 0;
  }
  if (halfPiFixed === 0n) halfPiFixed = makeHalfPi();
  // Every double above 2^19 is a multiple of 2^-33.
  const whole = Math.floor(x);
  const fixed = (BigInt(whole) << PRECISION) + (BigInt((x - whole) * 8589934592) << (PRECISION - 33n));
  // Nearest multiple of pi / 2; both sides carry `PRECISION` bits.
  let n = (2n * fixed + halfPiFixed) / (2n * halfPiFixed);
  if (2n * fixed + halfPiFixed < 0n) n -= 1n;
  const difference = fixed - n * halfPiFixed;
  rest = doubleOfFixed(difference);
  restLow = doubleOfFixed(difference - fixedOfDouble(rest));
  return Number(((n % 4n) + 4n) % 4n);
}

/** Nearest double of a fixed-point number below 2 (rounded by Number). */
function doubleOfFixed(fixed: bigint): number {
  const shift = 1000n; // keeps 280 bits, and the result in range
  return scaleByPowerOfTwo(Number(fixed >> shift), -140) * scaleByPowerOfTwo(1, -140);
}

function fixedOfDouble(value: number): bigint {
  return BigInt(scaleByPowerOfTwo(value * scaleByPowerOfTwo(1, 140), 140)) << 1000n;
}

/** pi / 2 with `PRECISION` bits by Machin's formula: pi / 4 = 4 arctan(1/5) - arctan(1/239). */
function makeHalfPi(): bigint {
  const guard = 32n;
  const one = 1n << (PRECISION + guard);
  return (2n * (4n * arctanOfInverse(5n, one) - arctanOfInverse(239n, one))) >> guard;
}

/** arctan(1 / q) = 1/q - 1/(3 q^3) + 1/(5 q^5) - ... */
function arctanOfInverse(q: bigint, one: bigint): bigint {
  let power = one / q;
  let sum = power;
  for (let k = 3n, sign = -1n; power > 0n; k += 2n, sign = -sign) {
    power /= q * q;
    sum += (sign * power) / k;
  }
  return sum;
}

/** sin(x + low) for |x| <= pi / 4. */
function sinKernel(x: number, low: number): number {
  const z = x * x;
  const v = z * x;
  const r =
    8.33333333332248946124e-3 +
    z *
      (-1.98412698298579493134e-4 +
        z * (2.75573137070700676789e-6 + z * (-2.50507602534068634195e-8 + z * 1.58969099521155010221e-10)));
  return x - (z * (0.5 * low - v * r) - low - v * -1.66666666666666324348e-1);
}

/** cos(x + low) for |x| <= pi / 4. */
function cosKernel(x: number, low: number): number {
  const z = x * x;
  const w = z * z;
  const r =
    z * (4.16666666666666019037e-2 + z * (-1.38888888888741095749e-3 + z * 2.48015872894767294178e-5)) +
    w * w * (-2.75573143513906633035e-7 + z * (2.0875723212981748279e-9 + z * -1.13596475577881948265e-11));
  const half = 0.5 * z;
  const near = 1 - half;
  return near + (1 - near - half + (z * r - x * low));
}
