/**
 * 4. The feedback in one place: forced share of selling, generations, fund, ADL and bad debt. Metrics phase.
 *
 * Formulas are in `selling.ts` and `reproduction.ts`. The fund's use is its balance at the start less its lowest balance.
 */
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

/** Notional in the book, by the fund and by ADL: each order's notional split by the sizes closed in each way. */
function closedBy(view: LiquidationView): {
  readonly book: number;
  readonly fund: number;
  readonly adl: number;
} {
  const { bookSize, fundSize, adlSize } = view.run.liquidations;
  let book = 0;
  let fund = 0;
  let adl = 0;
  for (let row = view.firstRow; row < view.rows; row++) {
    const size = bookSize[row] + fundSize[row] + adlSize[row];
    if (size === 0) continue;
    book += (view.usd[row] * bookSize[row]) / size;
    fund += (view.usd[row] * fundSize[row]) / size;
    adl += (view.usd[row] * adlSize[row]) / size;
  }
  return { book, fund, adl };
}
