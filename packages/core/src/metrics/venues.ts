/**
 * 10. What happened on each venue: liquidations and who took them, fund, fees, transfers, halts, open interest. Metrics
 * phase.
 *
 * Sums over the venues are those of the run, except traders: one that was liquidated on two venues counts on each.
 */
import { MICROS_PER_MINUTE } from "../units.ts";
import { closedBy, liquidationTotals } from "./liquidation-view.ts";
import type { LiquidationView } from "./liquidation-view.ts";
import { finiteOrNull, ratio } from "./quantile.ts";
import { toUsd } from "./run-view.ts";
import type { RunView } from "./run-view.ts";
import { venueGaps } from "./venue-gaps.ts";
import type { VenueCoin, VenueSummary, VenuesSummary } from "./venue-summary.ts";
import { viewVenues } from "./venue-view.ts";
import type { VenuePath } from "./venue-view.ts";

/** @throws InvariantError when the table of venues does not fit the series. */
export function summariseVenues(view: RunView, liquidations: LiquidationView): VenuesSummary {
  const paths = viewVenues(view);
  return {
    venues: view.run.venues.map((_, venue) =>
      summariseVenue(
        view,
        liquidations,
        venue,
        paths.filter((path) => path.venue === venue),
      ),
    ),
    gaps: venueGaps(view, paths),
  };
}

function summariseVenue(
  view: RunView,
  liquidations: LiquidationView,
  venue: number,
  paths: readonly VenuePath[],
): VenueSummary {
  const totals = view.run.venueTotals[venue];
  const { name, coverage } = view.run.venues[venue];
  const all = { firstRow: liquidations.firstRow, endRow: liquidations.rows, venue };
  const liquidated = liquidationTotals(liquidations, all);
  const closed = closedBy(liquidations, venue);
  const closedUsd = closed.book + closed.fund + closed.adl;
  const usd = (quanta: number): number => toUsd(view, quanta);
  return {
    venue: name,
    coverage,
    liquidations: liquidated,
    closedInBookUsd: closed.book,
    closedByFundUsd: closed.fund,
    closedByAdlUsd: closed.adl,
    bookShare: ratio(closed.book, closedUsd),
    fundShare: ratio(closed.fund, closedUsd),
    adlShare: ratio(closed.adl, closedUsd),
    adlUsd: usd(totals.adlNotional),
    insolvent: totals.insolvent,
    fund: {
      startUsd: usd(totals.fundStart),
      lowUsd: usd(totals.fundLow),
      endUsd: usd(totals.fundEnd),
      usedUsd: usd(Math.max(0, totals.fundStart - totals.fundLow)),
    },
    feesUsd: usd(totals.fees),
    fundingPaidUsd: usd(totals.fundingPaid),
    transfersInUsd: usd(totals.transfersIn),
    transfersOutUsd: usd(totals.transfersOut),
    haltedMinutes: totals.haltedMicros / MICROS_PER_MINUTE,
    coins: paths.map((path) => ({
      ...openInterestOf(view, path),
      liquidatedUsd: liquidationTotals(liquidations, { ...all, coin: path.coin }).usd,
    })),
  };
}

function openInterestOf(view: RunView, path: VenuePath): Omit<VenueCoin, "liquidatedUsd"> {
  const { openInterest, mark } = path;
  const last = view.times.length - 1;
  return {
    coin: view.coins[path.coin],
    openInterestStartCoins: finiteOrNull(openInterest[0]),
    openInterestEndCoins: finiteOrNull(openInterest[last]),
    openInterestStartUsd: finiteOrNull(openInterest[0] * mark[0]),
    openInterestEndUsd: finiteOrNull(openInterest[last] * mark[last]),
  };
}
