/**
 * What an exchange keeps of one market's prices between looks at them: sources, averages, premium, mark.
 *
 * Samples are taken on the venue's clocks by prices.ts and funding.ts. Prices are doubles in quote units; the mark
 * is in whole ticks, because accounts are judged by it.
 */
import type { IndexSource } from "../mechanics/index-price.ts";
import { EMPTY_EMA, type EmaState } from "../mechanics/moving-averages.ts";
import type { VenueMarkRules } from "./venue-rules.ts";

export interface PriceState {
  /** As they were set, and when. */
  sources: readonly IndexSource[];
  setMicros: number;
  /** Quote units; 0 before the first. */
  index: number;
  /** Ticks; 0 before the first. */
  markTicks: number;
  previousMarkTicks: number;
  /** Ring of basis samples, and how many of them were taken. */
  readonly basis: number[];
  basisCount: number;
  basisEma: EmaState;
  bookEma: EmaState;
  /** Weighted prices of other venues' perpetuals. */
  external: readonly IndexSource[];
  /** Premium samples of the running interval: their number, sum, and sum weighted 1 .. n. */
  premiumCount: number;
  premiumSum: number;
  premiumWeighted: number;
  /** Votes of the running interval in parts per million, by sample; only under `vote-median`. */
  votesPpm: (number[] | undefined)[];
  /** Rate of the last payment. */
  fundingRate: number;
}

export function newPrices(mark: VenueMarkRules): PriceState {
  const window = mark.kind === "median-of-three" || mark.kind === "mean-basis" ? mark.samples : 0;
  return {
    sources: [],
    setMicros: 0,
    index: 0,
    markTicks: 0,
    previousMarkTicks: 0,
    basis: new Array<number>(window).fill(0),
    basisCount: 0,
    basisEma: EMPTY_EMA,
    bookEma: EMPTY_EMA,
    external: [],
    premiumCount: 0,
    premiumSum: 0,
    premiumWeighted: 0,
    votesPpm: [],
    fundingRate: 0,
  };
}
