/**
 * Prices of the range trader's quotes: a file of its own, to show that the module's hash covers what it imports.
 */

/** Whole ticks so far below and above a price, a tick apart at least. */
export function quotePrices(midTicks: number, width: number): { readonly bid: number; readonly ask: number } {
  const bid = Math.max(1, Math.floor(midTicks * (1 - width)));
  return { bid, ask: Math.max(bid + 1, Math.ceil(midTicks * (1 + width))) };
}
