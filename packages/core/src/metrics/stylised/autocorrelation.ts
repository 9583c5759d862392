/**
 * Autocorrelation of a series. Metrics phase; pure.
 *
 * rho(l) = sum_{t=1..n-l} (x_t - m)(x_{t+l} - m) / sum_{t=1..n} (x_t - m)^2, m the mean of all n values (the usual biased
 * form, which is never above 1). For independent values its standard error is about 1 / sqrt(n).
 */

/**
 * Autocorrelations at lags 0 to `maxLag`.
 *
 * @returns entry l is rho(l); NaN at lags that the series is too short for, and everywhere for a constant one
 * @example autocorrelation(logReturns(prices), 30)[1];
 */
export function autocorrelation(values: ArrayLike<number>, maxLag: number): Float64Array {
  return autocorrelationAt(
    values,
    Array.from({ length: maxLag + 1 }, (_, lag) => lag),
  );
}

/** Autocorrelations at the given lags only, for long series. */
export function autocorrelationAt(values: ArrayLike<number>, lags: readonly number[]): Float64Array {
  const n = values.length;
  let mean = 0;
  for (let t = 0; t < n; t++) mean += values[t];
  mean /= n;
  const centred = new Float64Array(n);
  let total = 0;
  for (let t = 0; t < n; t++) {
    centred[t] = values[t] - mean;
    total += centred[t] * centred[t];
  }
  return Float64Array.from(lags, (lag) => {
    if (lag >= n || !(total > 0)) return NaN;
    let sum = 0;
    for (let t = 0; t + lag < n; t++) sum += centred[t] * centred[t + lag];
    return sum / total;
  });
}
