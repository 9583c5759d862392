/**
 * The average book of a market, from snapshots. Metrics phase; reads rows, keeps sums.
 *
 * Two pictures, both averaged over the snapshots in which both sides hold orders: lots by level (1 is the best), and
 * lots per basis point of distance from the mid, in bins that double from 0.25 bp on. The first says whether the best
 * quote is thin, the second whether liquidity lies away from the mid, which levels alone cannot say, because a level far
 * out stands for many prices.
 */
import type { BookColumns } from "../../recorder/run-data.ts";

/** Lower edges of the distance bins in basis points of the mid; the last ends at 512. */
export const BOOK_EDGES_BP: readonly number[] = [0, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512];
const BINS = BOOK_EDGES_BP.length - 1;
const LEVELS = 20;

/** One market's average book. Index 0 of level arrays is the best level. */
export interface BookProfile {
  readonly snapshots: number;
  /** Mean lots at each of the 20 best levels; a missing level counts as 0. */
  readonly bidByLevel: readonly number[];
  readonly askByLevel: readonly number[];
  /** Mean lots per basis point in each distance bin. */
  readonly bidDensity: readonly number[];
  readonly askDensity: readonly number[];
  /** Mean half spread, basis points of the mid. */
  readonly halfSpreadBp: number;
}

/** Collects the snapshots of one market. */
export class AverageBook {
  private readonly market: number;
  private readonly byLevel = { bid: new Float64Array(LEVELS), ask: new Float64Array(LEVELS) };
  private readonly byDistance = { bid: new Float64Array(BINS), ask: new Float64Array(BINS) };
  private snapshots = 0;
  private halfSpreads = 0;
  private micros = -1;
  /** Levels of the snapshot that is being read: side, level, ticks and lots in turn. */
  private readonly open: number[] = [];

  /** @param market index of the market */
  constructor(market: number) {
    this.market = market;
  }

  /** Takes the next rows of the table of books, in order; a snapshot may be cut between two calls. */
  add(books: Omit<BookColumns, "rows">, rows: number): void {
    for (let row = 0; row < rows; row++) {
      if (books.market[row] !== this.market) continue;
      if (books.timeMicros[row] !== this.micros) this.close();
      this.micros = books.timeMicros[row];
      this.open.push(books.side[row], books.level[row], books.ticks[row], books.lots[row]);
    }
  }

  /** The averages so far. */
  profile(): BookProfile {
    this.close();
    const n = this.snapshots;
    const mean = (sums: Float64Array): number[] => Array.from(sums, (sum) => sum / n);
    const density = (sums: Float64Array): number[] =>
      Array.from(sums, (sum, b) => sum / n / (BOOK_EDGES_BP[b + 1] - BOOK_EDGES_BP[b]));
    return {
      snapshots: n,
      bidByLevel: mean(this.byLevel.bid),
      askByLevel: mean(this.byLevel.ask),
      bidDensity: density(this.byDistance.bid),
      askDensity: density(this.byDistance.ask),
      halfSpreadBp: this.halfSpreads / n,
    };
  }

  /** Adds the snapshot that was being read to the sums. */
  private close(): void {
    const { open } = this;
    let bestBid = NaN;
    let bestAsk = NaN;
    for (let k = 0; k < open.length; k += 4) {
      if (open[k + 1] !== 1) continue;
      if (open[k] > 0) bestBid = open[k + 2];
      else bestAsk = open[k + 2];
    }
    const mid = (bestBid + bestAsk) / 2;
    if (mid > 0) {
      this.snapshots++;
      this.halfSpreads += (10_000 * (bestAsk - mid)) / mid;
      for (let k = 0; k < open.length; k += 4)
        this.count(open[k], open[k + 1], open[k + 2] / mid, open[k + 3]);
    }
    open.length = 0;
  }

  private count(side: number, level: number, relative: number, lots: number): void {
    const name = side > 0 ? "bid" : "ask";
    if (level <= LEVELS) this.byLevel[name][level - 1] += lots;
    const distance = 10_000 * Math.abs(relative - 1);
    for (let b = 0; b < BINS; b++) {
      if (distance < BOOK_EDGES_BP[b + 1]) {
        this.byDistance[name][b] += lots;
        return;
      }
    }
  }
}

/** Largest difference of the sides as a share of their sum, over the ten best levels. */
export function bookAsymmetry({ bidByLevel, askByLevel }: BookProfile): number {
  let most = 0;
  for (let k = 0; k < 10; k++) {
    const sum = bidByLevel[k] + askByLevel[k];
    if (sum > 0) most = Math.max(most, Math.abs(bidByLevel[k] - askByLevel[k]) / sum);
  }
  return most;
}

/** Lots at the best level over those of the fullest of the 20 levels, both sides together. */
export function bestOverFullest({ bidByLevel, askByLevel }: BookProfile): number {
  const both = bidByLevel.map((lots, k) => lots + askByLevel[k]);
  return both[0] / Math.max(...both);
}

/** Where lots per basis point are most, in half spreads: the middle of that distance bin over the mean half spread. */
export function humpDistance({ bidDensity, askDensity, halfSpreadBp }: BookProfile): number {
  const both = bidDensity.map((lots, k) => lots + askDensity[k]);
  const b = both.indexOf(Math.max(...both));
  return (BOOK_EDGES_BP[b] + BOOK_EDGES_BP[b + 1]) / 2 / halfSpreadBp;
}
