/**
 * Section 10, with several venues: what happened on each, and how far their prices were apart.
 */
import type { PriceGap, RunSummary, VenueSummary } from "@undertow/core/metrics";
import {
  formatCoins,
  formatDuration,
  formatNumber,
  formatPercent,
  formatShortTime,
  formatUsd,
  MISSING,
} from "../format.ts";
import { table, text, type Section, type TableBlock } from "../page.ts";

/** Section 10 of the summary. */
export function venuesSection(summary: RunSummary): Section {
  const { venues, gaps } = summary.venues;
  return {
    title: "10. Venues",
    blocks: [
      liquidationsTable(venues),
      moneyTable(venues),
      openInterestTable(summary),
      ...(gaps.length === 0
        ? [text("No coin is listed on more than one venue.")]
        : [
            gapsTable(summary),
            text(
              "Gap: the highest less the lowest mid of a coin, over the price at the first of its venues; venues where " +
                "it is halted are left out. Times UTC.",
              "faint",
            ),
          ]),
    ],
  };
}

function liquidationsTable(venues: readonly VenueSummary[]): TableBlock {
  return table(
    [
      { header: "venue", align: "left", wrap: true },
      { header: "coverage" },
      { header: "liquidated" },
      { header: "longs" },
      { header: "traders" },
      { header: "in the\nbook" },
      { header: "by the\nfund" },
      { header: "ADL" },
      { header: "insolvent" },
    ],
    venues.map((venue) => [
      venue.venue,
      formatPercent(venue.coverage),
      formatUsd(venue.liquidations.usd),
      formatPercent(venue.liquidations.longShare),
      formatNumber(venue.liquidations.traders),
      formatPercent(venue.bookShare),
      formatPercent(venue.fundShare),
      formatPercent(venue.adlShare),
      formatNumber(venue.insolvent),
    ]),
  );
}

function moneyTable(venues: readonly VenueSummary[]): TableBlock {
  return table(
    [
      { header: "venue", align: "left", wrap: true },
      { header: "fund\nat start" },
      { header: "low" },
      { header: "end" },
      { header: "ADL\nvolume" },
      { header: "fees" },
      { header: "transfers\nin" },
      { header: "out" },
      { header: "halted\n(min)" },
    ],
    venues.map((venue) => [
      venue.venue,
      formatUsd(venue.fund.startUsd),
      formatUsd(venue.fund.lowUsd),
      formatUsd(venue.fund.endUsd),
      formatUsd(venue.adlUsd),
      formatUsd(venue.feesUsd),
      formatUsd(venue.transfersInUsd),
      formatUsd(venue.transfersOutUsd),
      formatNumber(venue.haltedMinutes),
    ]),
  );
}

/** Coins down, venues across: start and end in coins. */
function openInterestTable({ run, venues: { venues } }: RunSummary): TableBlock {
  const rows = run.coins.map((coin) => [
    coin,
    ...venues.flatMap(({ coins }) => {
      const found = coins.find((entry) => entry.coin === coin);
      return [formatCoins(found?.openInterestStartCoins), formatCoins(found?.openInterestEndCoins)];
    }),
  ]);
  const heads = venues.flatMap(({ venue }) => [
    { header: `open interest\n${venue},\nstart (coins)` },
    { header: "\n\nend" },
  ]);
  return table([{ header: "coin", align: "left" }, ...heads], rows);
}

function gapsTable({ venues: { gaps } }: RunSummary): TableBlock {
  return table(
    [
      { header: "coin", align: "left" },
      { header: "market", align: "left" },
      { header: "largest\ngap" },
      { header: "at", align: "left" },
      { header: "lowest price on", align: "left", wrap: true },
      { header: "highest on", align: "left", wrap: true },
      { header: "mean" },
      { header: "above\n1%" },
    ],
    gaps.flatMap(({ coin, spot, perpetual }) => [
      [coin, "spot", ...gapCells(spot)],
      [coin, "perpetual", ...gapCells(perpetual)],
    ]),
  );
}

function gapCells(gap: PriceGap): string[] {
  return [
    formatPercent(gap.largest, 2),
    formatShortTime(gap.largestTime),
    gap.cheapest ?? MISSING,
    gap.dearest ?? MISSING,
    formatPercent(gap.mean, 2),
    gap.samples === 0 ? MISSING : formatDuration(gap.minutesAboveOnePercent * 60),
  ];
}
