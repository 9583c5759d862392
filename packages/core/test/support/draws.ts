/**
 * Seeded draws for tests that play long random streams (mulberry32: 32 bits of state, good enough to vary inputs).
 */
export function draws(seed: number) {
  let state = seed;

  /** Uniform in [0, 1). */
  function share(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Uniform whole number in [low, high]. */
  function whole(low: number, high: number): number {
    return low + Math.floor(share() * (high - low + 1));
  }

  function pick<Value>(values: readonly Value[]): Value {
    return values[whole(0, values.length - 1)];
  }

  return { share, whole, pick };
}
