/**
 * The mark of a perpetual by the venue's form: averages on the venue's clock, then the price in whole ticks.
 *
 * Part of phase 7. The median of three is computed on exact samples (market/mark-price.ts), the other forms by
 * mechanics/mark-forms.ts in ticks. Reads books and the index, never the fundamental.
 */
import { PPB } from "../market/funding-rate.ts";
import { markPriceTicks } from "../market/mark-price.ts";
import { middlePrice } from "../market/middle-price.ts";
import {
  basisMark,
  bookPrice,
  fundingBasisMark,
  oracleMark,
  oracleMedianMark,
} from "../mechanics/mark-forms.ts";
import { emaValue, updateEma } from "../mechanics/moving-averages.ts";
import { MICROS_PER_SECOND, microsOf } from "../units.ts";
import { clockTicks } from "./clock.ts";
import type { Market, World } from "./world.ts";

/** Middle of a market's book; the last trade or the last middle while a side is empty. */
export function middleTicks(world: World, market: Market): number {
  const { book, lastTradeTicks, index } = market;
  return middlePrice(book.bestBid(), book.bestAsk(), lastTradeTicks, world.view.midTicks[index]);
}

/** Takes the samples of the basis and of the book that the mark is made of. */
export function sampleBasis(world: World, market: Market, indexTicks: number, endMicros: number): void {
  const { mark } = market.venue.spec;
  if (mark.kind === "median-of-three" || mark.kind === "mean-basis") {
    if (!clockTicks(world.nowMicros, endMicros, microsOf(mark.sampleSeconds))) return;
    market.basis.sample(Math.round(2 * (middleTicks(world, market) - indexTicks)));
  } else if (mark.kind === "oracle-median") {
    const { book } = market;
    const elapsedSeconds = world.inputs.stepMicros / MICROS_PER_SECOND;
    const price = topTicks(market);
    if (price === undefined) return;
    const sample = (book.bestBid() + book.bestAsk()) / 2 - indexTicks;
    const basis = { sample, elapsedSeconds, timeConstantSeconds: mark.basisTauSeconds };
    market.basisEma = updateEma(market.basisEma, basis);
    const top = { sample: price, elapsedSeconds, timeConstantSeconds: mark.bookTauSeconds };
    market.bookEma = updateEma(market.bookEma, top);
  }
}

/** The book's price for an oracle-median mark; undefined while a side is empty. */
function topTicks({ book, lastTradeTicks }: Market): number | undefined {
  const given = (ticks: number): number | undefined => (ticks === 0 ? undefined : ticks);
  return bookPrice({
    bid: given(book.bestBid()),
    ask: given(book.bestAsk()),
    last: given(lastTradeTicks),
  });
}

/**
 * The mark in whole ticks, at least 1 and inside the book.
 *
 * @param indexTicks index that the venue sees, may be a half
 */
export function markTicksOf(market: Market, indexTicks: number, endMicros: number): number {
  const interval = microsOf(market.venue.spec.funding.intervalSeconds);
  const toFunding = interval - (endMicros % interval);
  const ticks = priceByForm(market, indexTicks, toFunding, interval);
  return Math.max(1, Math.min(market.maxTicks - 1, ticks));
}

function priceByForm(market: Market, indexTicks: number, toFunding: number, interval: number): number {
  const { mark } = market.venue.spec;
  const fundingRate = market.fundingPpb / PPB;
  switch (mark.kind) {
    case "median-of-three": {
      const fundingFraction = fundingRate * (toFunding / interval);
      return markPriceTicks(indexTicks, fundingFraction, market.basis.meanTicks(), market.lastTradeTicks);
    }
    case "mean-basis":
      return Math.round(basisMark(indexTicks, Math.max(1 - indexTicks, market.basis.meanTicks())));
    case "funding-basis":
      return Math.round(
        fundingBasisMark({
          index: indexTicks,
          fundingRate,
          timeToFunding: toFunding,
          fundingInterval: interval,
        }),
      );
    case "oracle":
      return Math.round(oracleMark(indexTicks));
    case "oracle-median": {
      const basisEma = emaValue(market.basisEma);
      return Math.round(
        oracleMedianMark({
          oracle: indexTicks,
          // A basis that would leave no price is cut to one tick.
          basisEma: basisEma === undefined ? undefined : Math.max(1 - indexTicks, basisEma),
          book: topTicks(market),
          bookEma: emaValue(market.bookEma),
          external: Math.max(0.5, market.freshIndexTicks),
        }),
      );
    }
  }
}
