/**
 * The mark price in the forms that venues use: median of three, index plus funding basis, index plus mean
 * basis, banded basis, oracle, and the median of oracle, own book and other venues.
 *
 * Pure formulas over what the caller has averaged on the venue's clock (moving-averages.ts). An input that
 * does not exist is undefined, never 0. A median form lies within the range of its inputs. Never reads the
 * fundamental. The step loop's form in whole ticks is market/mark-price.ts; a test holds the two together.
 */
import { belowOne, fail, finite, nonNegative, positive } from "./checked.ts";
import { median } from "./moving-averages.ts";

/** An index with the funding that is still to be paid before the next funding time. */
export interface FundingBasis {
  /** Index price, quote units, above 0. */
  readonly index: number;
  /** Rate of the interval as a fraction; positive when longs pay. */
  readonly fundingRate: number;
  /** Time to the next payment, in the unit of `fundingInterval`, from 0 to the interval. */
  readonly timeToFunding: number;
  /** Length of the funding interval, above 0. */
  readonly fundingInterval: number;
}

/**
 * Index plus the funding basis that decays to 0 at the funding time: index (1 + rate x time left / interval).
 *
 * The whole mark of BitMEX ("Fair price marking", fair basis) and the first of the three prices of Binance and
 * Bybit.
 *
 * @returns quote units
 * @throws UserError `invalid-argument`
 * @example
 * fundingBasisMark({ index: 10_000, fundingRate: 0.0003, timeToFunding: 4, fundingInterval: 8 }); // 10001.5
 */
export function fundingBasisMark(basis: FundingBasis): number {
  const index = positive("index", basis.index);
  const rate = finite("fundingRate", basis.fundingRate);
  const interval = positive("fundingInterval", basis.fundingInterval);
  const left = nonNegative("timeToFunding", basis.timeToFunding);
  if (left > interval) fail("timeToFunding", `at most the interval of ${interval}`, left);
  return price("fundingRate", index * (1 + (rate * left) / interval));
}

/** What a median of three is taken of; what the book cannot give is left out. */
export interface MedianMarkInputs extends FundingBasis {
  /** Mean of (bid + ask) / 2 - index over the window, quote units; left out while a side of the book is empty. */
  readonly meanBasis?: number | undefined;
  /** Last trade, quote units; left out before the first. */
  readonly last?: number | undefined;
  /** EMA over 30 s of `bookPrice`, quote units; used only when exactly two prices exist. */
  readonly bookEma?: number | undefined;
}

/**
 * Median of (index with funding basis, index + mean basis, last trade).
 *
 * Sources: Binance USD-M, "Mark price" (form of 2023: basis each 5 s over 150 s; older windows 5 and 30 min);
 * Bybit, "Mark price" (basis each second over 5 min). With a side of the book empty the remaining two and the
 * 30 s EMA of the book's price are taken; without that average, their middle; with one left, that one.
 *
 * @returns quote units, within the range of the prices that exist
 * @throws UserError `invalid-argument`
 * @example
 * const funding = { index: 45_230, fundingRate: 0, timeToFunding: 4, fundingInterval: 8 };
 * medianMark({ ...funding, meanBasis: -5, last: 45_235 }); // 45230, of 45,230, 45,225 and 45,235
 */
export function medianMark(inputs: MedianMarkInputs): number {
  const based = inputs.meanBasis === undefined ? undefined : basisMark(inputs.index, inputs.meanBasis);
  return medianOfInputs([fundingBasisMark(inputs), based, optional("last", inputs.last)], inputs.bookEma);
}

/**
 * Index plus the mean basis: the mark of OKX, and the second of the three prices of Binance and Bybit.
 *
 * @param index quote units, above 0
 * @param meanBasis mean of book middle - index, quote units, above -index
 * @throws UserError `invalid-argument`
 * @example
 * basisMark(10_000, -12.5); // 9987.5
 */
export function basisMark(index: number, meanBasis: number): number {
  return price("meanBasis", positive("index", index) + finite("meanBasis", meanBasis));
}

/**
 * Index plus a basis held to a band: index + clamp(basis, +-band x index), the mark of Deribit, where the basis
 * is the 30 s EMA of (fair impact price - index). The bandwidth is not published; it has no default.
 *
 * @param banded `index` quote units above 0; `basisEma` quote units; `band` fraction of the index, in [0, 1)
 * @throws UserError `invalid-argument`
 * @example
 * bandedMark({ index: 10_000, basisEma: 80, band: 0.005 }); // 10050
 */
export function bandedMark(banded: {
  readonly index: number;
  readonly basisEma: number;
  readonly band: number;
}): number {
  const index = positive("index", banded.index);
  const basis = finite("basisEma", banded.basisEma);
  const band = belowOne("band", nonNegative("band", banded.band));
  return index + Math.max(-band * index, Math.min(band * index, basis));
}

/**
 * The oracle price itself: the mark of dYdX v4, where no book enters.
 *
 * @param oracle median of the validators' prices, quote units, above 0
 * @throws UserError `invalid-argument`
 * @example
 * oracleMark(60_000); // 60000
 */
export function oracleMark(oracle: number): number {
  return positive("oracle", oracle);
}

/** What the mark of oracle, own book and other venues is taken of. */
export interface OracleMedianInputs {
  /** Oracle price, quote units, above 0. */
  readonly oracle: number;
  /** EMA over 150 s of (own middle - oracle), quote units; left out before its first sample. */
  readonly basisEma?: number | undefined;
  /** `bookPrice` of the own book; left out while a side is empty. */
  readonly book?: number | undefined;
  /** `weightedMedian` of other venues' perpetuals (Binance 3, OKX 2, Bybit 2, Gate 1, MEXC 1). */
  readonly external?: number | undefined;
  /** EMA over 30 s of `bookPrice`; used only when exactly two of the three prices exist. */
  readonly bookEma?: number | undefined;
}

/**
 * Median of (oracle + EMA of the own basis, own book's price, other venues' perpetuals).
 *
 * When exactly two of the three exist the 30 s EMA of the own book's price joins them. Source: Hyperliquid
 * documentation, "Robust price indices" (read 2026-11); about every 3 s. When none exists: the oracle.
 *
 * @returns quote units, within the range of the prices that exist
 * @throws UserError `invalid-argument`
 * @example
 * oracleMedianMark({ oracle: 100, basisEma: 1, book: 103, external: 102 }); // 102
 * oracleMedianMark({ oracle: 100, basisEma: 1, book: 103, bookEma: 102.5 }); // 102.5
 */
export function oracleMedianMark(inputs: OracleMedianInputs): number {
  const oracle = positive("oracle", inputs.oracle);
  const based =
    inputs.basisEma === undefined
      ? undefined
      : price("basisEma", oracle + finite("basisEma", inputs.basisEma));
  const book = optional("book", inputs.book);
  const external = optional("external", inputs.external);
  if (based === undefined && book === undefined && external === undefined) return oracle;
  return medianOfInputs([based, book, external], inputs.bookEma);
}

/** The own book's top and last trade; a side that is empty is left out. */
export interface BookTop {
  /** Quote units, above 0. */
  readonly bid?: number | undefined;
  /** Quote units, at least the bid. */
  readonly ask?: number | undefined;
  /** Quote units, above 0. */
  readonly last?: number | undefined;
}

/**
 * The own book's price: median of best bid, best ask and last trade; before the first trade the middle.
 *
 * Undefined while a side is empty: one side alone is no price. Source: Hyperliquid documentation, "Robust price
 * indices"; the rule for an empty side is this project's.
 *
 * @throws UserError `invalid-argument`, also for a bid above the ask
 * @example
 * bookPrice({ bid: 100, ask: 102, last: 99 }); // 100
 * bookPrice({ bid: 100, last: 99 }); // undefined
 */
export function bookPrice(top: BookTop): number | undefined {
  const bid = optional("bid", top.bid);
  const ask = optional("ask", top.ask);
  const last = optional("last", top.last);
  if (bid === undefined || ask === undefined) return undefined;
  if (bid > ask) fail("bid", `at most the ask of ${ask}`, bid);
  return last === undefined ? median([bid, ask]) : median([bid, ask, last]);
}

/** Median of those that exist; exactly two are joined by the average, if there is one. */
function medianOfInputs(inputs: readonly (number | undefined)[], bookEma: number | undefined): number {
  const existing = inputs.filter((input) => input !== undefined);
  const average = optional("bookEma", bookEma);
  if (existing.length === 2 && average !== undefined) existing.push(average);
  return median(existing);
}

function optional(name: string, value: number | undefined): number | undefined {
  return value === undefined ? undefined : positive(name, value);
}

/** A mark that is no price is the fault of the argument that made it. */
function price(name: string, value: number): number {
  if (!(Number.isFinite(value) && value > 0)) fail(name, "a value that leaves the mark above 0", value);
  return value;
}
