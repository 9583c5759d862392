/**
 * Kurtosis of a series and correlation of two. Metrics phase; pure.
 *
 * Excess kurtosis: m4 / m2^2 - 3 with central sample moments (0 for a normal distribution; with a tail exponent of 4 or
 * less the population has none, and the sample's grows with its size).
 * Correlation (Pearson): cov(x, y) / sqrt(var(x) var(y)).
 */

/**
 * Excess kurtosis.
 *
 * @returns NaN for a constant or empty series
 */
export function excessKurtosis(values: ArrayLike<number>): number {
  const n = values.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += values[i];
  mean /= n;
  let second = 0;
  let fourth = 0;
  for (let i = 0; i < n; i++) {
    const square = (values[i] - mean) * (values[i] - mean);
    second += square;
    fourth += square * square;
  }
  return second > 0 ? (n * fourth) / (second * second) - 3 : NaN;
}

/**
 * Correlation of two series, over their common length.
 *
 * @returns NaN when one of them does not vary
 */
export function correlation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const n = Math.min(x.length, y.length);
  let meanX = 0;
  let meanY = 0;
  for (let i = 0; i < n; i++) {
    meanX += x[i] / n;
    meanY += y[i] / n;
  }
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (let i = 0; i < n; i++) {
    const dx = x[i] - meanX;
    const dy = y[i] - meanY;
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : NaN;
}
