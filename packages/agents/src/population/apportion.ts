/**
 * Deals whole lots among holders in proportion to their sizes, exactly, by the largest remainder.
 *
 * Used when populations and then agents get their share of a coin's open interest; the total is met to the lot.
 */

/**
 * Whole parts of `total`, proportional to `sizes`, that add up to `total` exactly.
 *
 * Every holder gets the floor of its share; the lots left go to the largest remainders, ties to the lower index.
 * All parts are 0 if no size is positive.
 *
 * @param total whole lots to deal
 * @param sizes relative sizes, not negative
 */
export function apportion(total: number, sizes: Float64Array): Float64Array {
  const parts = new Float64Array(sizes.length);
  let sum = 0;
  for (let i = 0; i < sizes.length; i++) sum += sizes[i];
  if (!(sum > 0)) return parts;
  const remainders = new Float64Array(sizes.length);
  let dealt = 0;
  for (let i = 0; i < sizes.length; i++) {
    const share = (total / sum) * sizes[i];
    parts[i] = Math.floor(share);
    remainders[i] = share - parts[i];
    dealt += parts[i];
  }
  const order = Array.from(sizes.keys()).filter((i) => sizes[i] > 0);
  order.sort((a, b) => remainders[b] - remainders[a] || a - b);
  // Rounding of the shares can leave a little more or less than one lot per holder, so both directions wrap around.
  for (let k = 0; dealt < total; k = (k + 1) % order.length) {
    parts[order[k]]++;
    dealt++;
  }
  for (let k = order.length - 1; dealt > total; k = k > 0 ? k - 1 : order.length - 1) {
    if (parts[order[k]] === 0) continue;
    parts[order[k]]--;
    dealt--;
  }
  return parts;
}
