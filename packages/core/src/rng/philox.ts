/**
 * Philox4x32-10: a block of four 32-bit words as a function of a counter and a key.
 *
 * Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011; checked against the
 * known answers of Random123. Stateless: what a draw is depends on its counter only, never on what was drawn
 * before. `out` is the caller's, so nothing is allocated and nothing is shared between callers.
 */

const KEY_STEP_0 = 0x9e3779b9;
const KEY_STEP_1 = 0xbb67ae85;

/**
 * Writes the block of counter (c0, c1, c2, c3) under key (k0, k1) to out[0..3].
 *
 * All words are taken modulo 2^32, so signed and unsigned integers are the same word.
 */
export function philox4x32(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
  out: Uint32Array,
): void {
  let x0 = c0 | 0;
  let x1 = c1 | 0;
  let x2 = c2 | 0;
  let x3 = c3 | 0;
  let key0 = k0 | 0;
  let key1 = k1 | 0;
  for (let round = 0; round < 10; round++) {
    // High words of 0xd2511f53 * x0 and 0xcd9e8d57 * x2, from products of 16-bit halves.
    const low0 = x0 & 0xffff;
    const top0 = x0 >>> 16;
    const middle0 = (Math.imul(top0, 0x1f53) + (Math.imul(low0, 0x1f53) >>> 16)) | 0;
    const cross0 = (Math.imul(low0, 0xd251) + (middle0 & 0xffff)) | 0;
    const high0 = (Math.imul(top0, 0xd251) + (middle0 >>> 16) + (cross0 >>> 16)) | 0;
    const low2 = x2 & 0xffff;
    const top2 = x2 >>> 16;
    const middle2 = (Math.imul(top2, 0x8d57) + (Math.imul(low2, 0x8d57) >>> 16)) | 0;
    const cross2 = (Math.imul(low2, 0xcd9e) + (middle2 & 0xffff)) | 0;
    const high2 = (Math.imul(top2, 0xcd9e) + (middle2 >>> 16) + (cross2 >>> 16)) | 0;
    const next1 = Math.imul(x2, 0xcd9e8d57);
    const next3 = Math.imul(x0, 0xd2511f53);
    x0 = high2 ^ x1 ^ key0;
    x2 = high0 ^ x3 ^ key1;
    x1 = next1;
    x3 = next3;
    key0 = (key0 + KEY_STEP_0) | 0;
    key1 = (key1 + KEY_STEP_1) | 0;
  }
  out[0] = x0;
  out[1] = x1;
  out[2] = x2;
  out[3] = x3;
}
