/**
 * ln, exp and tanh from + - * / and integer work on the bits: the same bits on every engine.
 *
 * `Math.log` and its kin may differ in the last bit between versions of V8; a run's state hash must not.
 * Reductions and minimax coefficients are those of fdlibm 5.3, whose notice is kept here:
 *
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunSoft, a Sun
 * Microsystems, Inc. business. Permission to use, copy, modify, and distribute this software is freely
 * granted, provided that this notice is preserved.
 */
import { highWord, powerOfTwo, scaleByPowerOfTwo } from "./float-bits.ts";

/** ln 2 in two parts: the first has 33 significant bits, so that k times it is exact. */
const LN2_HIGH = 6.9314718036912381649e-1;
const LN2_LOW = 1.90821492927058770002e-10;
const INVERSE_LN2 = 1.442695040888963387;

/**
 * Natural logarithm, within 1 unit in the last place.
 *
 * @returns NaN for negative x, -Infinity for 0
 */
export function ln(x: number): number {
  let high = highWord(x);
  let mantissa = x;
  let exponent = 0;
  if (high < 0x00100000 || high >= 0x7ff00000) {
    if (x === 0) return -Infinity;
    if (!(x > 0) || x === Infinity) return x > 0 ? x : NaN;
    mantissa = x * 18014398509481984; // subnormal: 2^54 brings it into range
    exponent = -54;
    high = highWord(mantissa);
  }
  if (x === 1) return 0;
  // x = 2^exponent * mantissa with the mantissa in [sqrt(1/2), sqrt(2)); the product is exact.
  const shift = (high + (0x3ff00000 - 0x3fe6a09e)) >> 20;
  exponent += shift - 0x3ff;
  mantissa *= powerOfTwo(0x3ff - shift);
  // ln(1 + f) = f - f^2 / 2 + s (f^2 / 2 + R(s^2)) with s = f / (2 + f).
  const f = mantissa - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1));
  const odd =
    z *
    (6.66666666666673513e-1 +
      w * (2.857142874366239149e-1 + w * (1.818357216161805012e-1 + w * 1.479819860511658591e-1)));
  const halfSquare = 0.5 * f * f;
  return exponent * LN2_HIGH - (halfSquare - (s * (halfSquare + (odd + even)) + exponent * LN2_LOW) - f);
}

/**
 * e^x, within 1 unit in the last place.
 *
 * @returns Infinity above 709.78, 0 below -745.13
 */
export function exp(x: number): number {
  if (!(x <= 709.782712893383973096 && x >= -745.13321910194110842)) {
    return x > 0 ? Infinity : x < 0 ? 0 : NaN;
  }
  if (x < 3.7252902984619140625e-9 && x > -3.7252902984619140625e-9) return 1 + x;
  // x = k ln 2 + r with |r| <= ln(2) / 2; e^r = 1 + r + r c / (2 - c).
  let k = 0;
  let high = x;
  let low = 0;
  if (x > 0.34657359027997264 || x < -0.34657359027997264) {
    k = Math.floor(INVERSE_LN2 * x + 0.5);
    high = x - k * LN2_HIGH;
    low = k * LN2_LOW;
  }
  const r = high - low;
  const c = r - expRational(r * r);
  const y = 1 + ((r * c) / (2 - c) - low + high);
  return k === 0 ? y : scaleByPowerOfTwo(y, k);
}

/** r2 (P1 + r2 (P2 + ...)): the even part of r coth(r / 2) - 2; shared with pow. */
export function expRational(r2: number): number {
  return (
    r2 *
    (1.66666666666666019037e-1 +
      r2 *
        (-2.77777777770155933842e-3 +
          r2 *
            (6.61375632143793436117e-5 + r2 * (-1.6533902205465251539e-6 + r2 * 4.13813679705723846039e-8))))
  );
}

/** Hyperbolic tangent, within 1 unit in the last place. */
export function tanh(x: number): number {
  const size = Math.abs(x);
  if (size < 3.7252902984619140625e-9) return x;
  if (size >= 22) return x > 0 ? 1 : -1;
  if (size >= 1) {
    const t = expm1(2 * size);
    const z = 1 - 2 / (t + 2);
    return x > 0 ? z : -z;
  }
  const t = expm1(-2 * size);
  const z = -t / (t + 2);
  return x > 0 ? z : x < 0 ? -z : NaN;
}

/** e^x - 1 for |x| in [2^-29, 44], without cancellation near 0. */
function expm1(x: number): number {
  let k = 0;
  let r = x;
  let correction = 0;
  if (x > 0.34657359027997264 || x < -0.34657359027997264) {
    k = Math.floor(INVERSE_LN2 * x + 0.5);
    const high = x - k * LN2_HIGH;
    const low = k * LN2_LOW;
    r = high - low;
    correction = high - r - low;
  }
  const half = 0.5 * r;
  const halfSquare = r * half;
  const r1 =
    1 +
    halfSquare *
      (-3.33333333333331316428e-2 +
        halfSquare *
          (1.58730158725481460165e-3 +
            halfSquare *
              (-7.93650757867487942473e-5 +
                halfSquare * (4.00821782732936239552e-6 + halfSquare * -2.01099218183624371326e-7))));
  const t = 3 - r1 * half;
  let e = halfSquare * ((r1 - t) / (6 - r * t));
  if (k === 0) return r - (r * e - halfSquare);
  e = r * (e - correction) - correction - halfSquare;
  if (k === -1) return 0.5 * (r - e) - 0.5;
  if (k === 1) return r < -0.25 ? -2 * (e - (r + 0.5)) : 1 + 2 * (r - e);
  if (k < -1 || k > 56) return scaleByPowerOfTwo(1 - (e - r), k) - 1;
  const inverse = scaleByPowerOfTwo(1, -k);
  return scaleByPowerOfTwo(k < 20 ? 1 - inverse - (e - r) : r - (e + inverse) + 1, k);
}
