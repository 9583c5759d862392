/**
 * The largest fall of a price path from a high to a later low. Metrics phase; a pure function of columns.
 *
 * fall = max over t of 1 - low(t) / max(high(s), s < t). Within one sample the order of high and low is unknown, so a
 * sample's low is set against earlier highs only. At the first sample of a range only its mid counts: its low and high
 * belong to the time before. Non-finite prices (a side of the book empty) are passed over.
 */
import type { CoinPath, SampleRange } from "./run-view.ts";

export interface Fall {
  /** Positive fraction; 0 for a path that never falls, whose peak and trough are then its first sample. */
  readonly fall: number;
  readonly peak: number;
  readonly peakSample: number;
  readonly trough: number;
  readonly troughSample: number;
}

/** Null without any finite price. */
export function largestFall(path: Pick<CoinPath, "spot" | "low" | "high">, range: SampleRange): Fall | null {
  const { spot, low, high } = path;
  let highest = NaN;
  let highestSample = -1;
  let best: Fall | null = null;
  for (let i = range.first; i <= range.last; i++) {
    const sampleLow = i === range.first ? spot[i] : low[i];
    const sampleHigh = i === range.first ? spot[i] : high[i];
    if (Number.isFinite(sampleLow)) {
      if (highestSample < 0) {
        best = { fall: 0, peak: sampleLow, peakSample: i, trough: sampleLow, troughSample: i };
      } else if (1 - sampleLow / highest > best!.fall) {
        const fall = 1 - sampleLow / highest;
        best = { fall, peak: highest, peakSample: highestSample, trough: sampleLow, troughSample: i };
      }
    }
    if (Number.isFinite(sampleHigh) && best !== null && !(sampleHigh <= highest)) {
      highest = sampleHigh;
      highestSample = i;
    }
  }
  return best;
}

/** Lowest price of a range and its first sample; null without any finite price. */
export function lowestPrice(
  path: Pick<CoinPath, "spot" | "low">,
  range: SampleRange,
): { readonly price: number; readonly sample: number } | null {
  let lowest = Infinity;
  let sample = -1;
  for (let i = range.first; i <= range.last; i++) {
    const price = i === range.first ? path.spot[i] : path.low[i];
    if (Number.isFinite(price) && price < lowest) {
      lowest = price;
      sample = i;
    }
  }
  return sample < 0 ? null : { price: lowest, sample };
}

/** Largest fall of a single column, such as the fundamental. */
export function largestFallOfColumn(column: Float64Array, range: SampleRange): number | null {
  return largestFall({ spot: column, low: column, high: column }, range)?.fall ?? null;
}
