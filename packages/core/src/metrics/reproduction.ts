/**
 * 4. Generations of liquidations and the genealogical reproduction number. Metrics phase.
 *
 * R = sum_{k>=1} Z_k / sum_{k>=0} Z_k with Z_k the number (or notional) of liquidation orders of generation k: every
 * order of generation 1 or later is the offspring of another, so R is the offspring per order over all orders. It
 * depends on the rule that assigns parents and is not the effect of one more liquidation.
 */
import { ratio } from "./quantile.ts";
import type { LiquidationView } from "./liquidation-view.ts";
import type { Reproduction } from "./summary.ts";

export const REPRODUCTION_RULE =
  "Orders of generation 1 and later over all liquidation orders (by count, and by notional). Generation 0 was set off " +
  "by other flows, each later one by liquidations of the one before, as recorded when the order was sent. " +
  "Genealogical: it says where liquidations came from, not what one more of them would cause.";

/** Of all measured orders, or of one coin's. */
export function reproduction(view: LiquidationView, coin?: number): Reproduction {
  const { generation, forcedShare } = view.run.liquidations;
  let orders = 0;
  let offspring = 0;
  let usd = 0;
  let offspringUsd = 0;
  let weightedShare = 0;
  let weight = 0;
  for (let row = view.firstRow; row < view.rows; row++) {
    if (coin !== undefined && view.coin[row] !== coin) continue;
    const amount = view.usd[row];
    orders++;
    usd += amount;
    if (generation[row] >= 1) {
      offspring++;
      offspringUsd += amount;
    }
    if (Number.isFinite(forcedShare[row])) {
      weightedShare += amount * forcedShare[row];
      weight += amount;
    }
  }
  return {
    byCount: ratio(offspring, orders),
    byNotional: ratio(offspringUsd, usd),
    forcedShareOfTrigger: ratio(weightedShare, weight),
  };
}

/** Orders and notional by generation, from 0 to the highest seen. */
export function generations(
  view: LiquidationView,
): { readonly generation: number; readonly orders: number; readonly usd: number }[] {
  const counts: number[] = [];
  const amounts: number[] = [];
  for (let row = view.firstRow; row < view.rows; row++) {
    const generation = view.run.liquidations.generation[row];
    while (counts.length <= generation) {
      counts.push(0);
      amounts.push(0);
    }
    counts[generation] = counts[generation] + 1;
    amounts[generation] = amounts[generation] + view.usd[row];
  }
  return counts.map((orders, generation) => ({ generation, orders, usd: amounts[generation] }));
}
