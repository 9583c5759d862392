/**
 * The stylised facts of a calm market that a run is compared with, and their bands. Metrics phase; pure.
 *
 * Bands are those of calibrated large coins, collected from Cont 2001, Takaishi 2020 (arXiv:2009.06874), Tang et al. 2024
 * (arXiv:2402.11930), Schnaubelt et al. 2019, Pessa et al. 2023 (arXiv:2302.12319), Lillo & Farmer 2004 and Donier &
 * Bonart 2015; docs/validation/stylised-facts.md says which is which, and defines every line. None was fitted to, and none may be widened here.
 */
import { spreadOf } from "../quantile.ts";
import { autocorrelationAt } from "./autocorrelation.ts";
import { bestOverFullest, bookAsymmetry, humpDistance, type BookProfile } from "./average-book.ts";
import { decayExponent } from "./decay-exponent.ts";
import { hurstExponent } from "./hurst-exponent.ts";
import { blockSums, logReturns, magnitudes } from "./log-returns.ts";
import { correlation, excessKurtosis } from "./moments.ts";
import type { MarketObservation } from "./observation.ts";
import { HORIZONS, type CoinEvidence, type Horizon, type Statistic } from "./statistic.ts";
import { averagedHill } from "./tail-exponent.ts";

/** Fewer returns than this say nothing about tails or memory; the line is then left out. */
const FEWEST_RETURNS = 200;
const FEWEST_SIGNS = 5_000;
/** Taker orders apart, up to which the memory of signs is fitted. */
const FARTHEST_SIGN = 1_000;
const FEWEST_FUNDINGS = 20;
/** Per 8 h: the interest that a venue's formula gives while the perpetual keeps to its index. */
const USUAL_FUNDING = 1e-4;
/** A crash's spread is the highest mean over so many minutes. */
const SPREAD_MINUTES = 10;
/** Returns of 5 minutes in the crash's window: half a day up to the low. */
const CRASH_RETURNS = 144;

/** A statistic of the calm returns at a horizon. */
function ofReturns(
  about: Pick<Statistic, "fact" | "name" | "use"> & { readonly low?: number; readonly high?: number },
  horizon: Horizon,
  measure: (returns: Float64Array, calm: MarketObservation) => number,
): Statistic {
  const size = ({ calm }: CoinEvidence): number => {
    const count = Math.floor((calm.price.length - 1) / horizon);
    return count < FEWEST_RETURNS ? 0 : count;
  };
  return {
    ...about,
    horizon,
    size,
    measure: ({ calm }) => measure(logReturns(calm.price, horizon), calm),
  };
}

/** Bands by horizon: 1 min, 5 min, 1 h. */
type Bands = Readonly<Record<Horizon, { readonly low?: number; readonly high?: number }>>;

function atHorizons(
  about: Pick<Statistic, "fact" | "name" | "use">,
  bands: Bands,
  measure: (returns: Float64Array, calm: MarketObservation, horizon: Horizon) => number,
): Statistic[] {
  return HORIZONS.map((horizon) =>
    ofReturns({ ...about, ...bands[horizon] }, horizon, (returns, calm) => measure(returns, calm, horizon)),
  );
}

/** Autocorrelation of |r| at a lag. */
function magnitudeMemory(horizon: Horizon, lag: number, low: number, high?: number): Statistic {
  const name = `ACF of |r|, lag ${lag}`;
  return ofReturns(
    { fact: "S3", name, use: "gate", low, ...(high === undefined ? {} : { high }) },
    horizon,
    (returns) => autocorrelationAt(magnitudes(returns), [lag])[0],
  );
}

function magnitudeDecay(horizon: Horizon, to: number): Statistic {
  return ofReturns(
    { fact: "S3", name: `decay, lags to ${to}`, use: "gate", low: 0.1, high: 0.4 },
    horizon,
    (returns) => decayExponent(magnitudes(returns), { to }).exponent,
  );
}

/** Largest |autocorrelation| over a range of lags. */
function largestMemory(returns: Float64Array, from: number, to: number): number {
  const lags = Array.from({ length: to - from + 1 }, (_, k) => from + k);
  return autocorrelationAt(returns, lags).reduce((most, rho) => Math.max(most, Math.abs(rho)), 0);
}

/** S1 to S6 and S8: returns and volume. */
const returnStatistics: readonly Statistic[] = [
  ...atHorizons(
    { fact: "S1", name: "tail exponent of |r|", use: "gate" },
    { 1: { low: 2.3, high: 4 }, 5: { low: 2.5, high: 4 }, 60: { low: 2.5, high: 4.5 } },
    (returns) => averagedHill(magnitudes(returns)),
  ),
  ofReturns(
    { fact: "S2", name: "ACF of r, lag 1", use: "gate", low: -0.15, high: 0.02 },
    1,
    (returns) => autocorrelationAt(returns, [1])[0],
  ),
  ofReturns({ fact: "S2", name: "largest |ACF| of r, 6-30", use: "gate", high: 0.03 }, 1, (returns) =>
    largestMemory(returns, 6, 30),
  ),
  ofReturns({ fact: "S2", name: "largest |ACF| of r, 1-6", use: "gate", high: 0.05 }, 5, (returns) =>
    largestMemory(returns, 1, 6),
  ),
  ofReturns(
    { fact: "S2", name: "ACF of r, lag 1", use: "gate", low: -0.05, high: 0.05 },
    60,
    (returns) => autocorrelationAt(returns, [1])[0],
  ),
  magnitudeMemory(1, 1, 0.2, 0.5),
  magnitudeMemory(1, 60, 0.05),
  magnitudeMemory(5, 12, 0.1),
  magnitudeMemory(60, 24, 0.05),
  magnitudeDecay(1, 1440),
  magnitudeDecay(5, 288),
  ...atHorizons(
    { fact: "S4", name: "Hurst exponent of r", use: "gate" },
    { 1: { low: 0.42, high: 0.52 }, 5: { low: 0.45, high: 0.55 }, 60: { low: 0.45, high: 0.55 } },
    (returns) => hurstExponent(returns),
  ),
  ...atHorizons(
    { fact: "S5", name: "Hurst exponent of |r|", use: "gate" },
    { 1: { low: 0.7, high: 0.95 }, 5: { low: 0.7, high: 0.95 }, 60: { low: 0.7, high: 0.9 } },
    (returns) => hurstExponent(magnitudes(returns)),
  ),
  ...atHorizons(
    { fact: "S6", name: "excess kurtosis of r", use: "info" },
    { 1: { low: 20 }, 5: { low: 10 }, 60: { low: 3 } },
    (returns) => excessKurtosis(returns),
  ),
  {
    fact: "S6",
    name: "smaller of its two drops",
    use: "gate",
    low: 0,
    size: ({ calm }) => (calm.price.length > 60 * FEWEST_RETURNS ? 3 : 0),
    measure: ({ calm }) => {
      const [minute, five, hour] = HORIZONS.map((h) => excessKurtosis(logReturns(calm.price, h)));
      return Math.min(minute - five, five - hour);
    },
  },
  ...atHorizons(
    { fact: "S8", name: "volume-|r| correlation", use: "gate" },
    { 1: { low: 0.2 }, 5: { low: 0.2 }, 60: { low: 0.2 } },
    (returns, calm, horizon) => correlation(blockSums(calm.volume.subarray(1), horizon), magnitudes(returns)),
  ),
];

/** S10, S12, S13: orders, spread and book. */
const bookStatistics: readonly Statistic[] = [
  {
    fact: "S10",
    name: "decay exponent of signs",
    use: "gate",
    low: 0.3,
    high: 0.8,
    size: ({ calm }) => (calm.signs.length < FEWEST_SIGNS ? 0 : calm.signs.length),
    measure: ({ calm }) => decayExponent(calm.signs, { to: FARTHEST_SIGN, bins: 15 }).exponent,
  },
  {
    fact: "S12",
    name: "median spread, bp",
    use: "info",
    low: 0.01,
    high: 1,
    size: ({ calm }) => calm.spreadBp.length,
    measure: ({ calm }) => spreadOf(calm.spreadBp).median ?? NaN,
  },
  {
    fact: "S12",
    name: "spread in crash over it",
    use: "gate",
    low: 10,
    size: ({ crash }) => crash?.spreadBp.length ?? 0,
    measure: ({ calm, crash }) =>
      highestMean(crash?.spreadBp ?? [], SPREAD_MINUTES) / (spreadOf(calm.spreadBp).median ?? NaN),
  },
  ofBook("sides differ by at most", { high: 0.1 }, bookAsymmetry),
  ofBook("best level over fullest", { high: 0.5 }, bestOverFullest),
  ofBook("hump, half spreads off", { low: 2 }, humpDistance),
];

/** S16 and S18: coins together, and funding. */
const jointStatistics: readonly Statistic[] = [
  ...HORIZONS.map((horizon): Statistic => ({
    fact: "S16",
    name: "correlation, first coin",
    use: "info",
    horizon,
    low: 0.4,
    high: 0.8,
    size: ({ calm, reference }) =>
      reference === undefined ? 0 : Math.floor((calm.price.length - 1) / horizon),
    measure: ({ calm, reference }) => returnCorrelation(calm, reference!, horizon),
  })),
  {
    fact: "S16",
    name: "its rise in the crash",
    use: "gate",
    horizon: 5,
    low: 0,
    size: ({ reference, crash }) => (reference === undefined || crash === undefined ? 0 : CRASH_RETURNS),
    measure: ({ calm, reference, crash, crashReference }) =>
      crashCorrelation(crash!, crashReference!) - returnCorrelation(calm, reference!, 5),
  },
  {
    fact: "S18",
    name: "median over 0.01 %",
    use: "gate",
    low: 0.75,
    high: 1.25,
    size: fundings,
    measure: ({ calm }) => (spreadOf(calm.funding).median ?? NaN) / USUAL_FUNDING,
  },
  {
    fact: "S18",
    name: "upper tail over lower",
    use: "gate",
    low: 1,
    size: fundings,
    measure: ({ calm }) => {
      const { median, p10, p90 } = spreadOf(calm.funding);
      return (p90! - median!) / (median! - p10!);
    },
  },
  {
    fact: "S18",
    name: "correlation, first coin",
    use: "gate",
    low: 0.2,
    size: (evidence) => (evidence.reference === undefined ? 0 : fundings(evidence)),
    measure: ({ calm, reference }) => correlation(calm.funding, reference!.funding),
  },
];

/** All lines of a coin but those of impact, in the order of the table. */
export const stylisedStatistics: readonly Statistic[] = [
  ...returnStatistics,
  ...bookStatistics,
  ...jointStatistics,
];

function ofBook(
  name: string,
  band: { readonly low?: number; readonly high?: number },
  measure: (book: BookProfile) => number,
): Statistic {
  return {
    fact: "S13",
    name,
    use: "gate",
    ...band,
    size: ({ calm }) => calm.book?.snapshots ?? 0,
    measure: ({ calm }) => measure(calm.book!),
  };
}

function fundings({ calm }: CoinEvidence): number {
  return calm.funding.length < FEWEST_FUNDINGS ? 0 : calm.funding.length;
}

function returnCorrelation(coin: MarketObservation, reference: MarketObservation, horizon: Horizon): number {
  return correlation(logReturns(coin.price, horizon), logReturns(reference.price, horizon));
}

/** Correlation of 5-minute returns in the half day that ends at the reference coin's low. */
function crashCorrelation(coin: MarketObservation, reference: MarketObservation): number {
  const low = reference.price.reduce((best, price, k) => (price < reference.price[best] ? k : best), 0);
  const first = Math.max(0, low - 5 * CRASH_RETURNS);
  const cut = ({ price }: MarketObservation): Float64Array => logReturns(price.subarray(first, low + 1), 5);
  return correlation(cut(coin), cut(reference));
}

/** Highest mean over so many values in a row; values that are NaN are left out of means. */
function highestMean(values: ArrayLike<number>, width: number): number {
  let most = NaN;
  for (let first = 0; first + width <= values.length; first++) {
    let sum = 0;
    let count = 0;
    for (let i = first; i < first + width; i++) {
      if (!Number.isFinite(values[i])) continue;
      sum += values[i];
      count++;
    }
    if (count > 0 && !(sum / count <= most)) most = sum / count;
  }
  return most;
}
