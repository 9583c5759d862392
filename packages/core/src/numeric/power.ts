/**
 * x^y from + - * / and integer work on the bits: the same bits on every engine.
 *
 * log2(x) is held as a sum of two doubles so that multiplying by y loses nothing that matters. Reduction and
 * minimax coefficients are those of fdlibm 5.3, whose notice is kept here:
 *
 * Copyright (C) 2004 by Sun Microsystems, Inc. All rights reserved. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved.
 */
import { expRational } from "./elementary.ts";
import { highWord, powerOfTwo, scaleByPowerOfTwo, topBits } from "./float-bits.ts";

const LN2 = 6.93147180559945286227e-1;
const LN2_HIGH = 6.93147182464599609375e-1;
const LN2_LOW = -1.90465429995776804525e-9;
/** 2 / (3 ln 2) and its parts of 24 and 53 bits. */
const CP = 9.61796693925975554329e-1;
const CP_HIGH = 9.61796700954437255859e-1;
const CP_LOW = -7.02846165095275826516e-9;
const INVERSE_LN2 = 1.442695040888963387;
const INVERSE_LN2_HIGH = 1.44269502162933349609;
const INVERSE_LN2_LOW = 1.92596299112661746887e-8;
/** log2(1.5) in two parts. */
const LOG2_OF_1_5_HIGH = 5.84962487220764160156e-1;
const LOG2_OF_1_5_LOW = 1.35003920212974897128e-8;
/** Past 2^31 in size of y every x but those within 2^-20 of 1 overflows or underflows, past 2^70 every x. */
const LARGE_EXPONENT = 2147483648;
const HUGE_EXPONENT = 1180591620717411303424;

/**
 * x to the power y, within 1 unit in the last place, with the special cases of `Math.pow`
 * (a negative x needs a whole y, else NaN; pow(x, 0) = 1; pow(1, Infinity) = NaN as in ECMAScript).
 */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  if (x !== x || y !== y) return NaN;
  if (y === 1) return x;
  if (y === 2) return x * x;
  if (y === 0.5 && x >= 0 && x !== Infinity) return Math.sqrt(x + 0);
  const size = Math.abs(x);
  if (y === Infinity || y === -Infinity) {
    if (size === 1) return NaN;
    return size > 1 === y > 0 ? Infinity : 0;
  }
  const negativeBase = x < 0 || (x === 0 && 1 / x < 0);
  const negate = negativeBase && isOdd(y);
  if (size === 0 || size === Infinity || size === 1) {
    if (size === 1 && negativeBase && Math.floor(y) !== y) return NaN;
    const result = size === 1 ? 1 : (size === 0) === y > 0 ? 0 : Infinity;
    return negate ? -result : result;
  }
  if (negativeBase && Math.floor(y) !== y) return NaN;
  const result = powOfPositive(size, y);
  return negate ? -result : result;
}

/** Whether y is an odd integer; every double from 2^53 up is even. */
function isOdd(y: number): boolean {
  return Math.floor(y) === y && Math.abs(y) < 9007199254740992 && Math.abs(y) % 2 === 1;
}

/** High and low part of the last log2; read at once by the caller. */
let log2High = 0;
let log2Low = 0;

function powOfPositive(x: number, y: number): number {
  if (Math.abs(y) > LARGE_EXPONENT) {
    const near = x > 0.9999990463256836 && x < 1.0000009536743164;
    if (!near || Math.abs(y) > HUGE_EXPONENT) return x < 1 === y < 0 ? Infinity : 0;
    log2NearOne(x);
  } else {
    log2OfPositive(x);
  }
  // y log2(x) in two parts.
  const yHigh = topBits(y);
  const low = (y - yHigh) * log2High + y * log2Low;
  const high = yHigh * log2High;
  const sum = low + high;
  if (sum >= 1024) {
    if (sum > 1024 || low + 8.0085662595372944372e-17 > sum - high) return Infinity;
  } else if (sum <= -1075) {
    if (sum < -1075 || low <= sum - high) return 0;
  }
  return exp2(high, low);
}

/** 2^(high + low). */
function exp2(high: number, low: number): number {
  const sum = low + high;
  const k = sum > 0.5 || sum < -0.5 ? Math.floor(sum + 0.5) : 0;
  const rest = high - k;
  const t = topBits(low + rest);
  const u = t * LN2_HIGH;
  const v = (low - (t - rest)) * LN2 + t * LN2_LOW;
  const z = u + v;
  const w = v - (z - u);
  const c = z - expRational(z * z);
  const y = 1 - ((z * c) / (c - 2) - (w + z * w) - z);
  return k === 0 ? y : scaleByPowerOfTwo(y, k);
}

/** log2(x) for |x - 1| < 2^-20, where four terms of the series do. */
function log2NearOne(x: number): void {
  const t = x - 1;
  const w = t * t * (0.5 - t * (0.3333333333333333 - t * 0.25));
  const u = INVERSE_LN2_HIGH * t;
  const v = t * INVERSE_LN2_LOW - w * INVERSE_LN2;
  log2High = topBits(u + v);
  log2Low = v - (log2High - u);
}

/** log2(x) for any finite x > 0. */
function log2OfPositive(x: number): void {
  let mantissa = x;
  let exponent = 0;
  let high = highWord(x);
  if (high < 0x00100000) {
    mantissa = x * 9007199254740992; // subnormal: 2^53 brings it into range
    exponent = -53;
    high = highWord(mantissa);
  }
  // The mantissa is compared with 1 below sqrt(3/2), with 1.5 below sqrt(3), else halved.
  const fraction = high & 0x000fffff;
  const half = fraction > 0x3988e && fraction < 0xbb67a ? 1 : 0;
  const shift = (high >> 20) - 0x3ff + (fraction >= 0xbb67a ? 1 : 0);
  exponent += shift;
  mantissa *= powerOfTwo(-shift);
  const base = half === 1 ? 1.5 : 1;
  // s = (m - base) / (m + base) in two parts.
  const u = mantissa - base;
  const v = 1 / (mantissa + base);
  const s = u * v;
  const sHigh = topBits(s);
  const tHigh = topBits(mantissa + base);
  const tLow = mantissa - (tHigh - base);
  const sLow = v * (u - sHigh * tHigh - sHigh * tLow);
  combineLog2(s, sHigh, sLow, exponent, half);
}

/** log2 from s = (m - base) / (m + base): 2 / (3 ln 2) s (3 + s^2 + ...), plus log2(base), plus the exponent. */
function combineLog2(s: number, sHigh: number, sLow: number, exponent: number, half: number): void {
  const s2 = s * s;
  const series =
    s2 *
      s2 *
      (5.99999999999994648725e-1 +
        s2 *
          (4.28571428578550184252e-1 +
            s2 *
              (3.33333329818377432918e-1 +
                s2 *
                  (2.72728123808534006489e-1 +
                    s2 * (2.30660745775561754067e-1 + s2 * 2.06975017800338417784e-1))))) +
    sLow * (sHigh + s);
  const sHigh2 = sHigh * sHigh;
  const tHigh = topBits(3 + sHigh2 + series);
  const tLow = series - (tHigh - 3 - sHigh2);
  const u = sHigh * tHigh;
  const v = sLow * tHigh + tLow * s;
  const pHigh = topBits(u + v);
  const pLow = v - (pHigh - u);
  const zHigh = CP_HIGH * pHigh;
  const baseHigh = half === 1 ? LOG2_OF_1_5_HIGH : 0;
  const zLow = CP_LOW * pHigh + pLow * CP + (half === 1 ? LOG2_OF_1_5_LOW : 0);
  log2High = topBits(zHigh + zLow + baseHigh + exponent);
  log2Low = zLow - (log2High - exponent - baseHigh - zHigh);
}
