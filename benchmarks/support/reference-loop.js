/**
 * The machine's speed: a fixed loop over typed arrays, timed beside every benchmark, so that figures of two machines,
 * or of one machine on two days, can be compared as multiples of it.
 */

/** Turns of the loop. */
export const REFERENCE_ITERATIONS = 20_000_000;

/**
 * Seconds of a fixed loop over typed arrays: dependent integer arithmetic, a gather and a branch, the kind of
 * work that a step does. Best of two.
 */
export function referenceSeconds() {
  const values = new Float64Array(1 << 16);
  const next = new Int32Array(1 << 16);
  for (let i = 0; i < values.length; i++) next[i] = (i * 40_503 + 12_345) & 0xffff;
  let best = Infinity;
  for (let attempt = 0; attempt < 2; attempt++) {
    const start = performance.now();
    let at = 1;
    let sum = 0;
    for (let k = 0; k < REFERENCE_ITERATIONS; k++) {
      at = next[(at + k) & 0xffff];
      if ((at & 7) !== 0) values[at] += 1;
      else sum += values[at];
    }
    values[0] = sum % 2;
    best = Math.min(best, (performance.now() - start) / 1000);
  }
  return best;
}

/** True for the name of a time or a rate. */
export function isTiming(key) {
  return key.endsWith("PerSecond") || (/[sS]econds$/.test(key) && key !== "referenceSeconds");
}

/** Times and rates against the reference loop: times divided by its time, rates per time of the loop. */
export function multiplesOf(entry) {
  const multiples = {};
  for (const [key, value] of Object.entries(entry)) {
    if (typeof value !== "number" || !isTiming(key)) continue;
    const { referenceSeconds: loop } = entry;
    multiples[key] = round(key.endsWith("PerSecond") ? value * loop : value / loop);
  }
  return multiples;
}

/** Five significant digits. */
export function round(value) {
  return Number(value.toPrecision(5));
}
