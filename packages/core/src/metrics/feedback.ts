/**
 * 4. The feedback in one place: forced share of selling, generations, fund, ADL and bad debt. Metrics phase.
 *
 * Formulas are in `selling.ts` and `reproduction.ts`. The fund's use is its balance at the start less its lowest balance.
 */
import { closedBy } from "./liquidation-view.ts";
import type { LiquidationView } from "./liquidation-view.ts";
import { generations, reproduction, REPRODUCTION_RULE } from "./reproduction.ts";
import { toUsd, wholeRange } from "./run-view.ts";
import type { RunView, SampleRange } from "./run-view.ts";
import { sellingShares } from "./selling.ts";
import type { FeedbackSummary } from "./summary.ts";

export function summariseFeedback(
  view: RunView,
  liquidations: LiquidationView,
  crash: SampleRange,
): FeedbackSummary {
  const { totals } = view.run;
  const everyCoin = view.coins.map((_, coin) => coin);
  const closed = closedBy(liquidations);
  return {
    wholeRun: sellingShares(view, everyCoin, wholeRange(view)),
    crash: sellingShares(view, everyCoin, crash),
    coins: view.coins.map((name, coin) => ({
      coin: name,
      ...sellingShares(view, [coin], wholeRange(view)),
      reproduction: reproduction(liquidations, coin),
    })),
    generations: generations(liquidations),
    reproduction: reproduction(liquidations),
    reproductionRule: REPRODUCTION_RULE,
    fund: {
      startUsd: toUsd(view, totals.fundStart),
      lowUsd: toUsd(view, totals.fundLow),
      endUsd: toUsd(view, totals.fundEnd),
      usedUsd: toUsd(view, Math.max(0, totals.fundStart - totals.fundLow)),
    },
    closedInBookUsd: closed.book,
    closedByFundUsd: closed.fund,
    closedByAdlUsd: closed.adl,
    adlUsd: toUsd(view, totals.adlNotional),
    badDebtUsd: toUsd(view, totals.badDebt),
  };
}
