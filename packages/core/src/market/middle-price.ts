/**
 * The middle price of a book, robust against a side that is all but empty.
 *
 * With a usual spread it is the middle of the best prices. A spread wider than 2 % says that one side has gone and
 * only a far order is left there; the middle would then be nobody's price, and the last trade, kept between the best
 * prices, stands in. With a side empty the last trade stands alone.
 */

/** Spread over the bid beyond which the middle means nothing. */
const WIDE_SPREAD = 0.02;

/**
 * Middle in ticks, may be a half; 0 when there is nothing to go by.
 *
 * @param bidTicks best bid, 0 when there is none; `askTicks` likewise
 * @param lastTicks last trade, 0 before the first
 * @param knownTicks what to answer when a side is empty and nothing has traded
 */
export function middlePrice(
  bidTicks: number,
  askTicks: number,
  lastTicks: number,
  knownTicks: number,
): number {
  if (bidTicks <= 0 || askTicks <= 0) return lastTicks > 0 ? lastTicks : knownTicks;
  if (askTicks - bidTicks <= WIDE_SPREAD * bidTicks || lastTicks <= 0) return (bidTicks + askTicks) / 2;
  return Math.max(bidTicks, Math.min(askTicks, lastTicks));
}
