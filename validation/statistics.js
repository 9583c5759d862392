/**
 * Means, variances and Student's intervals of the validation scripts, and how they are printed.
 */

export function meanOf(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Unbiased. */
export function varianceOf(values) {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}

/** Mean and 95 % interval (Student's t) of paired differences; printed in hundredths. */
export function interval(name, values, unit = "") {
  const n = values.length;
  const mean = meanOf(values);
  const half = studentQuantile(n - 1) * Math.sqrt(varianceOf(values) / n);
  console.log(
    `${name}: ${percent(mean)}${unit}, 95 % interval ${percent(mean - half)} to ${percent(mean + half)}`,
  );
  return { mean, low: mean - half, high: mean + half };
}

/** 97.5 % quantiles of Student's t for 1 to 7 degrees of freedom (tables). */
const SMALL_QUANTILES = [12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646];

/** 97.5 % quantile of Student's t; from 8 degrees on by the Cornish-Fisher expansion round the normal's, exact to 0.001. */
function studentQuantile(degrees) {
  if (degrees <= SMALL_QUANTILES.length) return SMALL_QUANTILES[degrees - 1];
  const z = 1.959964;
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + first / degrees + second / degrees ** 2 + third / degrees ** 3;
}

export function percent(fraction) {
  return `${(100 * fraction).toFixed(2)}%`.padStart(7);
}
