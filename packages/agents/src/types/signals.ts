/**
 * Signals that several agent types read from the market view: moves in units of usual volatility, value in ticks.
 *
 * Pure functions of the frozen view, used in the decide phase. The slow volatility (24 h memory) is the yardstick,
 * because a crash inflates the fast one and would hide itself.
 */
import type { MarketView } from "@undertow/core";

const SQRT_30_MINUTES = Math.sqrt(30);
const SQRT_4_HOURS = Math.sqrt(240);

/** Move of the mid over 30 min in standard deviations of the slow volatility; 0 while that is unknown. */
export function moveScore30m(view: MarketView, market: number): number {
  const deviation = view.volatilitySlow[market] * SQRT_30_MINUTES;
  return deviation > 0 ? view.return30m[market] / deviation : 0;
}

/** Move of the mid over 4 h in standard deviations of the slow volatility; 0 while that is unknown. */
export function moveScore4h(view: MarketView, market: number): number {
  const deviation = view.volatilitySlow[market] * SQRT_4_HOURS;
  return deviation > 0 ? view.return4h[market] / deviation : 0;
}

/**
 * The 30-min move score of a market blended with that of the first coin's perpetual (the leader).
 *
 * @param leaderWeight share of the leader in [0, 1]; 0 watches the own market alone
 */
export function blendedScore30m(view: MarketView, market: number, leaderWeight: number): number {
  const own = moveScore30m(view, market);
  if (leaderWeight === 0) return own;
  return own + leaderWeight * (moveScore30m(view, view.perpMarket[0]) - own);
}

/** Fundamental value of a market's coin in ticks of that market, not rounded. */
export function fundamentalTicks(view: MarketView, market: number): number {
  return view.fundamental[view.coinOfMarket[market]] / view.tickSize[market];
}

/** Lots of market `to` that hold as many coins as one lot of market `from` (both of one coin). */
export function lotRatio(view: MarketView, from: number, to: number): number {
  const coinsFrom = view.quantaPerTickLot[from] / view.tickSize[from];
  const coinsTo = view.quantaPerTickLot[to] / view.tickSize[to];
  return coinsFrom / coinsTo;
}
