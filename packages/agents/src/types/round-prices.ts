/**
 * Round prices, where people place orders: steps of one or a half in the second significant digit.
 *
 * A step is 5-10 % of the price: 1 in [1, 2) steps by 0.1, in [2, 5) by 0.2 and in [5, 10) by 0.5, times the power
 * of ten. So bitcoin at 78,000 has round prices 75,000, 70,000, 65,000. Pure functions, used by value investors.
 */

/** Distance of round prices at a price, in the price's unit; 0 for a price that is not positive. */
export function roundStep(price: number): number {
  if (!(price > 0) || price === Infinity) return 0;
  let decade = 1;
  while (decade * 10 <= price) decade *= 10;
  while (decade > price) decade /= 10;
  const lead = price / decade;
  if (lead < 2) return decade / 10;
  return lead < 5 ? decade / 5 : decade / 2;
}

/** The highest round price strictly below `price`. */
export function roundBelow(price: number): number {
  const step = roundStep(price);
  if (step === 0) return 0;
  const level = Math.floor(price / step) * step;
  return level < price ? level : level - step;
}

/** The lowest round price strictly above `price`. */
export function roundAbove(price: number): number {
  const step = roundStep(price);
  if (step === 0) return 0;
  const level = Math.ceil(price / step) * step;
  return level > price ? level : level + step;
}
