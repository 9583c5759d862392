/**
 * The index price: what a venue makes of the spot prices of several exchanges.
 *
 * Three forms: weighted mean with outliers capped, the older mean that drops them, and the weighted median.
 * All leave out stale sources, and all say what they did. Prices in quote units, weights in any one unit.
 * Never reads a perpetual or the fundamental.
 */
import { belowOne, between, nonNegative, positive } from "./checked.ts";
import { median, midpoint, weightedMean } from "./moving-averages.ts";

/** One exchange's spot price. */
export interface IndexSource {
  /** Last price, quote units, above 0. */
  readonly price: number;
  /** Share in the index, at least 0; only ratios count. */
  readonly weight: number;
  /** Seconds since the price was last updated; default 0. */
  readonly ageSeconds?: number | undefined;
}

/** When a source is capped or dropped, and when it is stale. */
export interface IndexRule {
  /** Farthest from the median, as a fraction of it, in [0, 1). Capped mean 0.03 (BTC, ETH 0.01), dropping 0.05. */
  readonly maxDeviation?: number | undefined;
  /** A source older than this counts for nothing; default 10. */
  readonly staleAfterSeconds?: number | undefined;
  /** Share of the weight, capped or stale, from which the median is taken instead, in (0, 1]; default 0.5. */
  readonly fallbackShare?: number | undefined;
}

/** How the price came about. `frozen`: all sources are stale, the last prices known are used. */
export type IndexMethod = "weighted-mean" | "weighted-median" | "median" | "frozen";

/** An index price and what it rests on. */
export interface IndexPrice {
  /** Quote units. */
  readonly price: number;
  readonly method: IndexMethod;
  /** Weight of fresh sources beyond the allowed deviation, capped or dropped. */
  readonly outlyingWeight: number;
  readonly staleWeight: number;
  readonly totalWeight: number;
  /** Age of the oldest source that was used. */
  readonly oldestUsedSeconds: number;
}

/**
 * A price held to a band around the median: at most median (1 + d), at least median (1 - d).
 *
 * Source: Binance, "Price index" (text current in 2026): a source more than 3 % (BTC, ETH: 1 %) from the median of all
 * sources counts as 1.03 or 0.97 times the median.
 *
 * @param capped `price` and `median` in quote units, above 0; `maxDeviation` d as a fraction, in [0, 1)
 * @throws UserError `invalid-argument`
 * @example
 * capToMedian({ price: 21_400, median: 20_000, maxDeviation: 0.03 }); // 20600
 * capToMedian({ price: 18_800, median: 20_000, maxDeviation: 0.03 }); // 19400
 */
export function capToMedian(capped: {
  readonly price: number;
  readonly median: number;
  readonly maxDeviation: number;
}): number {
  const price = positive("price", capped.price);
  const middle = positive("median", capped.median);
  const deviation = checkedDeviation(capped.maxDeviation);
  return Math.min(middle * (1 + deviation), Math.max(middle * (1 - deviation), price));
}

/**
 * All sources with their prices capped to the median of their prices. Capping keeps the median, so capping
 * again changes nothing.
 *
 * @param sources at least one, all taken as fresh
 * @param maxDeviation fraction of the median, in [0, 1); default 0.03
 * @throws UserError `invalid-argument`
 * @example
 * const at = (price) => ({ price, weight: 1 });
 * capSources([at(20_000), at(21_400), at(18_800)]).map((source) => source.price); // [20000, 20600, 19400]
 */
export function capSources(sources: readonly IndexSource[], maxDeviation = 0.03): IndexSource[] {
  checkedSources(sources);
  const middle = median(sources.map((source) => source.price));
  return sources.map((source) => ({
    ...source,
    price: capToMedian({ price: source.price, median: middle, maxDeviation }),
  }));
}

/**
 * Index as the weighted mean of fresh sources, each capped to the (unweighted) median of the fresh ones.
 *
 * When half the weight or more is capped or stale the median of the fresh sources is taken instead. When all
 * are stale the median of the last prices is returned with method `frozen`. Source: Binance, "Price index"
 * (text current in 2026); the fallback is this project's reading of "use the median" in the text of 2019-22.
 *
 * @param sources at least one with weight above 0
 * @param rule defaults: 3 %, 10 s, half
 * @throws UserError `invalid-argument`
 * @example
 * const at = (price) => ({ price, weight: 1 });
 * weightedMeanIndex([at(20_000), at(20_000), at(21_400)]).price; // 20200 = (2 x 20,000 + 20,600) / 3
 */
export function weightedMeanIndex(sources: readonly IndexSource[], rule: IndexRule = {}): IndexPrice {
  const fresh = freshSources(sources, rule);
  if (fresh.length === 0) return frozen(sources);
  const capped = capSources(fresh, rule.maxDeviation ?? 0.03);
  const outlying = totalWeight(fresh.filter((source, i) => source.price !== capped[i].price));
  const total = totalWeight(sources);
  const stale = total - totalWeight(fresh);
  const share = between(
    "rule.fallbackShare",
    positive("rule.fallbackShare", rule.fallbackShare ?? 0.5),
    0,
    1,
  );
  const fallback = outlying + stale >= share * total || totalWeight(fresh) === 0;
  const prices = capped.map((source) => source.price);
  return {
    price: fallback ? median(prices) : weightedMean(prices, (i) => capped[i].weight),
    method: fallback ? "median" : "weighted-mean",
    outlyingWeight: outlying,
    staleWeight: stale,
    totalWeight: total,
    oldestUsedSeconds: oldest(fresh),
  };
}

/**
 * The older index: weighted mean of fresh sources without one that deviates from the median; with more than
 * one such source the median.
 *
 * Source: Binance, "Price index", text of 2019-22 (5 %, stale after 10 s). All stale: as `weightedMeanIndex`.
 *
 * @param sources at least one with weight above 0
 * @param rule defaults: 5 %, 10 s; `fallbackShare` is not used
 * @throws UserError `invalid-argument`
 * @example
 * const at = (price) => ({ price, weight: 1 });
 * droppingMeanIndex([at(20_000), at(20_100), at(20_200), at(30_000)]).price; // 20100
 */
export function droppingMeanIndex(sources: readonly IndexSource[], rule: IndexRule = {}): IndexPrice {
  const fresh = freshSources(sources, rule);
  if (fresh.length === 0) return frozen(sources);
  const prices = fresh.map((source) => source.price);
  const middle = median(prices);
  const maxDeviation = rule.maxDeviation ?? 0.05;
  const kept = fresh.filter(({ price }) => capToMedian({ price, median: middle, maxDeviation }) === price);
  const fallback = fresh.length - kept.length > 1 || totalWeight(kept) === 0;
  const used = fallback ? fresh : kept;
  const total = totalWeight(sources);
  return {
    price: fallback
      ? middle
      : weightedMean(
          used.map((source) => source.price),
          (i) => used[i].weight,
        ),
    method: fallback ? "median" : "weighted-mean",
    outlyingWeight: totalWeight(fresh) - totalWeight(kept),
    staleWeight: total - totalWeight(fresh),
    totalWeight: total,
    oldestUsedSeconds: oldest(used),
  };
}

/**
 * Index as the weighted median of the fresh sources.
 *
 * Source: Hyperliquid documentation, "Oracle" (read 2026-11): Binance 3, OKX 2, Bybit 2, Kraken, Kucoin, Gate
 * and MEXC 1 each, every 3 s. All stale: the weighted median of the last prices, method `frozen`.
 *
 * @param sources at least one with weight above 0
 * @param rule `staleAfterSeconds` only, default 10
 * @throws UserError `invalid-argument`
 * @example
 * const prices = [100, 101, 102, 90, 90, 90, 90];
 * const weights = [3, 2, 2, 1, 1, 1, 1];
 * weightedMedianIndex(prices.map((price, i) => ({ price, weight: weights[i] }))).price; // 100
 */
export function weightedMedianIndex(sources: readonly IndexSource[], rule: IndexRule = {}): IndexPrice {
  const fresh = freshSources(sources, rule);
  const live = totalWeight(fresh) > 0;
  const used = live ? fresh : sources;
  const total = totalWeight(sources);
  return {
    price: weightedMedian(used),
    method: live ? "weighted-median" : "frozen",
    outlyingWeight: 0,
    staleWeight: total - totalWeight(fresh),
    totalWeight: total,
    oldestUsedSeconds: oldest(used),
  };
}

/**
 * The price with half of the weight on either side; when a price has exactly half of it below and with it, the
 * middle between it and the next one. With equal weights it is the median.
 *
 * @param prices quote units, above 0; weights at least 0, not all 0
 * @throws UserError `invalid-argument`
 * @example
 * weightedMedian([{ price: 100, weight: 3 }, { price: 104, weight: 2 }, { price: 102, weight: 2 }]); // 102
 */
export function weightedMedian(prices: readonly IndexSource[]): number {
  checkedSources(prices);
  const sorted = prices.filter(({ weight }) => weight > 0).toSorted((a, b) => a.price - b.price);
  const half = totalWeight(prices) / 2;
  let below = 0;
  for (let i = 0; i < sorted.length - 1; i++) {
    below += sorted[i].weight;
    if (below > half) return sorted[i].price;
    if (below === half) return midpoint(sorted[i].price, sorted[i + 1].price);
  }
  return sorted[sorted.length - 1].price;
}

function freshSources(sources: readonly IndexSource[], rule: IndexRule): readonly IndexSource[] {
  checkedSources(sources);
  const limit = nonNegative("rule.staleAfterSeconds", rule.staleAfterSeconds ?? 10);
  checkedDeviation(rule.maxDeviation ?? 0);
  return sources.filter((source) => (source.ageSeconds ?? 0) <= limit);
}

function frozen(sources: readonly IndexSource[]): IndexPrice {
  const total = totalWeight(sources);
  return {
    price: median(sources.map((source) => source.price)),
    method: "frozen",
    outlyingWeight: 0,
    staleWeight: total,
    totalWeight: total,
    oldestUsedSeconds: oldest(sources),
  };
}

function totalWeight(sources: readonly IndexSource[]): number {
  return sources.reduce((sum, source) => sum + source.weight, 0);
}

function oldest(sources: readonly IndexSource[]): number {
  return sources.reduce((most, source) => Math.max(most, source.ageSeconds ?? 0), 0);
}

function checkedDeviation(maxDeviation: number): number {
  return belowOne("maxDeviation", nonNegative("maxDeviation", maxDeviation));
}

function checkedSources(sources: readonly IndexSource[]): void {
  for (let i = 0; i < sources.length; i++) {
    positive(`sources[${i}].price`, sources[i].price);
    nonNegative(`sources[${i}].weight`, sources[i].weight);
    nonNegative(`sources[${i}].ageSeconds`, sources[i].ageSeconds ?? 0);
  }
  positive("total weight of the sources", totalWeight(sources));
}
