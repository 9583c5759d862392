/**
 * Shape of a quote ladder: ten levels per side with geometric offsets from the half spread to 5 %.
 *
 * Cumulative depth grows with a power of the offset to D within 1 %, and evenly by another D up to 5 %. A power of 1 moves
 * the price in proportion to a small order; above 1 the book is thin at best. A side that gives way never crosses the
 * opposite best price seen: it shifts whole, so that nothing is refused. One that does not may lose the levels that cross on
 * arrival. Used in the decide phase; allocates nothing.
 */
import { BUY, SELL, ln, exp } from "@undertow/core";
import type { MarketView, OrderWriter } from "@undertow/core";

/** One market's wished quotes, reused for every call. */
export interface LadderQuote {
  /** Prices around which the sides are placed, ticks, not rounded. */
  bidCentre: number;
  askCentre: number;
  /** Offset of the best level as a fraction of the centre. */
  halfSpread: number;
  /** Exponent of the offset in the cumulative depth within 1 %: 1 even, 2 a density that grows in proportion. */
  power: number;
  /** Whether a side that would cross the best price seen gives way; else its crossing levels may be refused. */
  givesWay: boolean;
  /** Lots within 1 % on each side. */
  bidLots: number;
  askLots: number;
  /** Most lots a side may hold in total. */
  maxBidLots: number;
  maxAskLots: number;
  /** Orders that the last call wrote. */
  written: number;
}

const INNER_LEVELS = 7;
const OUTER_LEVELS = 3;
/** Just inside 1 %, so that a small difference between mid and centre does not move a level across the edge. */
const EDGE = 0.0095;
const FAR = 0.05;
const OUTER_RATIO = exp(ln(FAR / EDGE) / OUTER_LEVELS);

/**
 * Replaces the agent's resting orders in the market by the ladder.
 *
 * Returns the middle of the two centres used, ticks: it differs from the wish when a side had to shift.
 */
export function writeLadder(
  orders: OrderWriter,
  view: MarketView,
  agent: number,
  market: number,
  quote: LadderQuote,
): number {
  const half = quote.halfSpread < EDGE / 2 ? quote.halfSpread : EDGE / 2;
  const bestBid = quote.givesWay ? view.bidTicks[market] : 0;
  const bestAsk = quote.givesWay ? view.askTicks[market] : 0;
  // A side that would cross rests at the first free price and keeps its shape.
  const askCentre = Math.max(quote.askCentre, bestBid > 0 ? (bestBid + 1) / (1 + half) : 0);
  const bidCentre = bestAsk > 0 ? Math.min(quote.bidCentre, (bestAsk - 1) / (1 - half)) : quote.bidCentre;
  const width = ln(EDGE / half);
  const innerRatio = exp(width / (INNER_LEVELS - 1));
  const shareRatio = exp((quote.power * width) / (INNER_LEVELS - 1));
  orders.beginLadder(agent, market);
  let offset = half;
  let share = exp(-quote.power * width);
  let bidDone = 0;
  let askDone = 0;
  quote.written = 0;
  for (let level = 0; level < INNER_LEVELS + OUTER_LEVELS; level++) {
    if (level >= INNER_LEVELS) {
      offset *= OUTER_RATIO;
      share = 1 + (offset - EDGE) / (FAR - EDGE);
    } else if (level > 0) {
      offset *= innerRatio;
      share *= shareRatio;
    }
    const bid = Math.floor(Math.min(quote.maxBidLots, quote.bidLots * share)) - bidDone;
    const ask = Math.floor(Math.min(quote.maxAskLots, quote.askLots * share)) - askDone;
    const bidTicks = Math.floor(bidCentre * (1 - offset));
    if (bid >= 1 && bidTicks >= 1) {
      orders.level(BUY, bidTicks, bid);
      bidDone += bid;
      quote.written++;
    }
    if (ask >= 1) {
      orders.level(SELL, Math.ceil(askCentre * (1 + offset)), ask);
      askDone += ask;
      quote.written++;
    }
  }
  return 0.5 * (bidCentre + askCentre);
}
