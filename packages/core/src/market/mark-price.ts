/**
 * The mark price of a perpetual: median of three, as one venue clock drives it.
 *
 * mark = median(index (1 + funding rate x time to funding), index + mean basis, last trade), where the basis
 * is (bid + ask) / 2 - index, sampled on the venue's clock (5 s) over a window (30 samples, 150 s).
 * Source: Binance USD-M futures, "Mark price", 2023 form. Never reads the fundamental.
 */

/** Ring of basis samples with an exact running sum, in half ticks. */
export class BasisAverage {
  private readonly samples: Float64Array;
  private cursor = 0;
  private sum = 0;

  /** Starts with a window of zero basis. */
  constructor(samples: number) {
    this.samples = new Float64Array(samples);
  }

  /** Takes one sample, in whole half ticks. */
  sample(basisHalfTicks: number): void {
    this.sum += basisHalfTicks - this.samples[this.cursor];
    this.samples[this.cursor] = basisHalfTicks;
    this.cursor = this.cursor + 1 === this.samples.length ? 0 : this.cursor + 1;
  }

  /** Mean basis in ticks. */
  meanTicks(): number {
    return this.sum / (2 * this.samples.length);
  }
}

/** Middle of three numbers. */
export function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

/**
 * Mark in whole ticks, at least 1.
 *
 * @param indexTicks index price, may be a half
 * @param fundingFraction funding rate of the interval times the share of the interval still to run
 * @param meanBasisTicks mean basis of the window
 * @param lastTicks last trade of the perpetual; 0 before the first, when the median is of the other two and the index
 */
export function markPriceTicks(
  indexTicks: number,
  fundingFraction: number,
  meanBasisTicks: number,
  lastTicks: number,
): number {
  const funded = indexTicks * (1 + fundingFraction);
  const based = indexTicks + meanBasisTicks;
  return Math.max(1, Math.round(medianOfThree(funded, based, lastTicks > 0 ? lastTicks : indexTicks)));
}
