/**
 * Index and mark of every market on the venue's clocks: sources age, averages take their samples, the mark is made.
 *
 * A book that has one side only gives no basis; the forms do without it. Reads the simulated books and what was set
 * from outside, never an account.
 */
import { MICROS_PER_SECOND, microsOf } from "../units.ts";
import { type IndexPrice, type IndexSource } from "../mechanics/index-price.ts";
import {
  droppingMeanIndex,
  weightedMeanIndex,
  weightedMedian,
  weightedMedianIndex,
} from "../mechanics/index-price.ts";
import {
  bandedMark,
  basisMark,
  bookPrice,
  fundingBasisMark,
  medianMark,
  oracleMark,
  oracleMedianMark,
} from "../mechanics/mark-forms.ts";
import { emaValue, simpleMean, updateEma } from "../mechanics/moving-averages.ts";
import { type ExchangeState, type MarketState, priceOf, secondsOf } from "./exchange-state.ts";
import type { IndexRules } from "./venue-rules.ts";

/** Times that a clock of `seconds` has ticked in (from, to], microseconds. */
export function clockTicks(seconds: number, fromMicros: number, toMicros: number): number {
  const period = microsOf(seconds);
  return Math.floor(toMicros / period) - Math.floor(fromMicros / period);
}

/** Index of a market's sources, which have aged since they were set. */
export function indexOf(rules: IndexRules, sources: readonly IndexSource[], agedSeconds: number): IndexPrice {
  const aged = sources.map((source) => ({ ...source, ageSeconds: (source.ageSeconds ?? 0) + agedSeconds }));
  const rule = {
    ...(rules.maxDeviation === undefined ? {} : { maxDeviation: rules.maxDeviation }),
    ...(rules.staleAfterSeconds === undefined ? {} : { staleAfterSeconds: rules.staleAfterSeconds }),
    ...(rules.fallbackShare === undefined ? {} : { fallbackShare: rules.fallbackShare }),
  };
  if (rules.kind === "weighted-mean") return weightedMeanIndex(aged, rule);
  if (rules.kind === "dropping-mean") return droppingMeanIndex(aged, rule);
  return weightedMedianIndex(aged, rule);
}

/** Takes in new sources; the first ones also set the mark, so that the market can open, with linear
 * impact at that price. */
export function setSources(state: ExchangeState, market: MarketState, sources: readonly IndexSource[]): void {
  const { prices } = market;
  const { price } = indexOf(state.rules.index, sources, 0);
  prices.sources = sources.map((source) => ({ ...source }));
  prices.setMicros = state.nowMicros;
  prices.index = price;
  if (prices.markTicks === 0) setMark(state, market, toTicks(market, price));
  market.desk.openAt(prices.markTicks);
}

/** Moves index and averages of a market over (from, now], and its mark when the mark's clock has ticked. */
export function movePrices(state: ExchangeState, market: MarketState, fromMicros: number): void {
  const { prices } = market;
  if (prices.sources.length === 0) return;
  const aged = (state.nowMicros - prices.setMicros) / MICROS_PER_SECOND;
  prices.index = indexOf(state.rules.index, prices.sources, aged).price;
  const elapsed = (state.nowMicros - fromMicros) / MICROS_PER_SECOND;
  sampleBasis(state, market, fromMicros, elapsed);
  const { updateSeconds } = state.rules.mark;
  if (clockTicks(updateSeconds, fromMicros, state.nowMicros) === 0) return;
  prices.previousMarkTicks = prices.markTicks;
  setMark(state, market, toTicks(market, markPrice(state, market)));
}

function setMark(state: ExchangeState, market: MarketState, ticks: number): void {
  const { prices } = market;
  if (prices.previousMarkTicks === 0) prices.previousMarkTicks = ticks;
  if (ticks === prices.markTicks) return;
  prices.markTicks = ticks;
  state.events.push({
    type: "mark",
    at: secondsOf(state),
    market: market.spec.name,
    mark: priceOf(market, ticks),
    index: prices.index,
  });
}

/** Price of the middle of the book, undefined while a side is empty. */
export function middle(market: MarketState): number | undefined {
  const { book } = market.desk;
  const bid = book.bestBid();
  const ask = book.bestAsk();
  return bid === 0 || ask === 0 ? undefined : priceOf(market, bid + ask) / 2;
}

/**
 * Prices for which the impact notional trades, quote units; a side too thin for it is left out. Between two ticks where
 * more than one level is needed.
 */
export function impactPrices({ terms, prices, spec, desk }: MarketState): {
  readonly bid: number | undefined;
  readonly ask: number | undefined;
} {
  const quanta = spec.impactNotional * terms.perUnit;
  const indexTicks = prices.index / terms.tickSize;
  // Tick-lots whose value at the index is the impact notional.
  const tickLots = terms.inverse
    ? (quanta * indexTicks * indexTicks) / terms.unitQuanta
    : quanta / terms.unitQuanta;
  const bidTicks = desk.book.averageTicksFor(-1, tickLots);
  const askTicks = desk.book.averageTicksFor(1, tickLots);
  return {
    bid: bidTicks === 0 ? undefined : bidTicks * terms.tickSize,
    ask: askTicks === 0 ? undefined : askTicks * terms.tickSize,
  };
}

function topPrice(market: MarketState): number | undefined {
  const { book, lastTicks } = market.desk;
  const bid = book.bestBid();
  const ask = book.bestAsk();
  return bookPrice({
    bid: bid === 0 ? undefined : priceOf(market, bid),
    ask: ask === 0 ? undefined : priceOf(market, ask),
    last: lastTicks === 0 ? undefined : priceOf(market, lastTicks),
  });
}

function sampleBasis(state: ExchangeState, market: MarketState, fromMicros: number, elapsed: number): void {
  const { prices } = market;
  const { mark } = state.rules;
  const mid = middle(market);
  if (mark.kind === "oracle-median") {
    if (mid !== undefined) {
      const update = { sample: mid - prices.index, elapsedSeconds: elapsed };
      prices.basisEma = updateEma(prices.basisEma, { ...update, timeConstantSeconds: mark.basisTauSeconds });
    }
    const top = topPrice(market);
    if (top !== undefined) {
      const update = { sample: top, elapsedSeconds: elapsed };
      prices.bookEma = updateEma(prices.bookEma, { ...update, timeConstantSeconds: mark.bookTauSeconds });
    }
  } else if (mark.kind === "banded-basis") {
    const { bid, ask } = impactPrices(market);
    if (bid === undefined || ask === undefined) return;
    const update = { sample: (bid + ask) / 2 - prices.index, elapsedSeconds: elapsed };
    prices.basisEma = updateEma(prices.basisEma, { ...update, timeConstantSeconds: mark.basisTauSeconds });
  } else if ((mark.kind === "median-of-three" || mark.kind === "mean-basis") && mid !== undefined) {
    const ticks = Math.min(clockTicks(mark.sampleSeconds, fromMicros, state.nowMicros), mark.samples);
    for (let k = 0; k < ticks; k++) {
      prices.basis[prices.basisCount % mark.samples] = mid - prices.index;
      prices.basisCount++;
    }
  }
}

function markPrice(state: ExchangeState, market: MarketState): number {
  const { prices, desk } = market;
  const { mark, funding } = state.rules;
  const { index } = prices;
  const interval = microsOf(funding.intervalSeconds);
  const toFunding = interval - (state.nowMicros % interval);
  const basis = {
    index,
    fundingRate: prices.fundingRate,
    timeToFunding: toFunding,
    fundingInterval: interval,
  };
  const last = desk.lastTicks === 0 ? undefined : priceOf(market, desk.lastTicks);
  // Before the window is full it holds as many samples as were taken.
  const taken = prices.basis.slice(0, prices.basisCount);
  const meanBasis = taken.length === 0 ? undefined : simpleMean(taken);
  switch (mark.kind) {
    case "median-of-three":
      return medianMark({ ...basis, meanBasis: middle(market) === undefined ? undefined : meanBasis, last });
    case "mean-basis":
      return basisMark(index, meanBasis ?? 0);
    case "funding-basis":
      return fundingBasisMark(basis);
    case "banded-basis":
      return bandedMark({ index, basisEma: emaValue(prices.basisEma) ?? 0, band: mark.band });
    case "oracle":
      return oracleMark(index);
    case "oracle-median":
      return oracleMedianMark({
        oracle: index,
        basisEma: emaValue(prices.basisEma),
        book: topPrice(market),
        bookEma: emaValue(prices.bookEma),
        external: prices.external.length === 0 ? undefined : weightedMedian(prices.external),
      });
  }
}

function toTicks(market: MarketState, price: number): number {
  const { tickSize, maxTicks } = market.terms;
  return Math.min(maxTicks, Math.max(1, Math.round(price / tickSize)));
}
