/**
 * 4. What the selling was made of: taker sells by cause. Metrics phase.
 *
 * share = taker sells of the cause / all taker sells, spot and perpetual together, by notional. "Other" is the rest:
 * discretionary and exogenous selling, hedges and arbitrage.
 */
import { ratio } from "./quantile.ts";
import { coinColumn, sumFlow, timeOfSample, toUsd } from "./run-view.ts";
import type { RunView, SampleRange } from "./run-view.ts";
import type { SellingShares } from "./summary.ts";

/** Shares over a range of samples, summed over the given coins. */
export function sellingShares(view: RunView, coins: readonly number[], range: SampleRange): SellingShares {
  const { series } = view.run;
  const sum = (column: Float64Array): number => {
    let quanta = 0;
    for (const coin of coins) quanta += sumFlow(coinColumn(view, column, coin), range);
    return quanta;
  };
  const all = sum(series.takerSell);
  const forced = sum(series.forcedSell);
  const stop = sum(series.stopSell);
  const riskLimit = sum(series.riskLimitSell);
  const capitulation = sum(series.capitulationSell);
  return {
    from: timeOfSample(view, range.first),
    to: timeOfSample(view, range.last),
    takerSellUsd: toUsd(view, all),
    forcedUsd: toUsd(view, forced),
    forced: ratio(forced, all),
    stop: ratio(stop, all),
    riskLimit: ratio(riskLimit, all),
    capitulation: ratio(capitulation, all),
    other: ratio(all - forced - stop - riskLimit - capitulation, all),
  };
}
