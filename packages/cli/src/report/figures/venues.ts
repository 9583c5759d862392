/**
 * The venues of a run of several: prices of a coin on each with its halts, and what happened on each as tables.
 */
import type { PriceGap, RunSummary, VenueGaps, VenueSummary } from "@undertow/core/metrics";
import {
  formatCoins,
  formatDuration,
  formatNumber,
  formatPercent,
  formatShortTime,
  formatUsd,
  isoTime,
  MISSING,
} from "../../summary/format.ts";
import type { ChartLine } from "../chart-spec.ts";
import { coinName, colorName, hourlyTable, type Figure, type HourlyColumn } from "../figure.ts";
import { dataTable, numberCell, shorten, textCell } from "../html.ts";
import type { Samples } from "../sampling.ts";
import {
  haltSpans,
  venueHourly,
  venueLine,
  venueRows,
  type Span,
  type VenueRows,
} from "../venue-sampling.ts";

/** Coins with a chart; those with the largest gaps. */
const MOST_CHARTS = 3;
/** Halts of a venue that a caption names one by one. */
const MOST_HALTS = 3;

/** One chart for each of the coins whose prices were furthest apart, in the order of the coins. */
export function venueFigures(samples: Samples, summary: RunSummary): Figure[] {
  const rows = venueRows(samples);
  const { gaps } = summary.venues;
  const drawn = [...gaps].sort((a, b) => largestOf(b) - largestOf(a)).slice(0, MOST_CHARTS);
  return gaps
    .filter((gap) => drawn.includes(gap))
    .map((gap) => {
      const coin = summary.run.coins.indexOf(gap.coin);
      return pricesFigure(
        samples,
        gap,
        coin,
        rows.filter((entry) => entry.coin === coin),
      );
    });
}

function largestOf({ spot, perpetual }: VenueGaps): number {
  return Math.max(spot.largest ?? 0, perpetual.largest ?? 0);
}

function pricesFigure(samples: Samples, gap: VenueGaps, coin: number, rows: readonly VenueRows[]): Figure {
  const nameOf = ({ venue }: VenueRows): string => venueName(samples.run.venues[venue].name);
  const lines = (["spot", "perp"] as const).flatMap((column) =>
    rows.map((entry): ChartLine => {
      const perpetual = column === "perp";
      return {
        name: `${nameOf(entry)} ${perpetual ? "perpetual" : "spot"}`,
        color: colorName(entry.venue),
        style: "line",
        dash: perpetual,
        width: perpetual ? 1 : 1.5,
        values: venueLine(samples, entry, column),
        ...(perpetual ? {} : { endLabel: nameOf(entry).slice(0, 5) }),
      };
    }),
  );
  const halts = rows.map((entry) => ({ entry, spans: haltSpans(samples, entry) }));
  const columns = rows.flatMap((entry): HourlyColumn[] => [
    hourly(`${nameOf(entry)} spot`, venueHourly(samples, entry, "spot")),
    hourly(`${nameOf(entry)} perpetual`, venueHourly(samples, entry, "perp")),
  ]);
  const title = `${coinName(gap.coin)} on each venue`;
  return {
    title,
    caption: [
      gapText("spot", gap.spot),
      gapText("perpetuals", gap.perpetual),
      "Solid lines are spot, dashed lines perpetuals.",
      ...halts.flatMap(({ entry, spans }) => haltText(nameOf(entry), spans)),
    ].join(" "),
    chart: {
      id: `venues-${coin}`,
      x: "grid",
      unit: "US dollars, spot and perpetual; halts shaded in the venue's colour",
      format: "price",
      lines,
      spans: halts.flatMap(({ entry, spans }) =>
        spans.map(({ from, to }) => ({ from: from / 1e6, to: to / 1e6, color: colorName(entry.venue) })),
      ),
      height: 340,
    },
    table: hourlyTable(title, samples.hours, columns),
  };
}

function hourly(name: string, values: Float64Array): HourlyColumn {
  return { name, values, format: "price", combine: "last" };
}

function gapText(market: string, gap: PriceGap): string {
  if (gap.largest === null || gap.cheapest === null || gap.dearest === null) {
    return `Largest gap of ${market}: none, no two venues traded at the same time.`;
  }
  return (
    `Largest gap of ${market}: ${formatPercent(gap.largest, 2)} on ${formatShortTime(gap.largestTime)} UTC, ` +
    `lowest on ${venueName(gap.cheapest)}, highest on ${venueName(gap.dearest)}; ` +
    `mean ${formatPercent(gap.mean, 2)}, above 1% for ${formatDuration(gap.minutesAboveOnePercent * 60)}.`
  );
}

function haltText(venue: string, spans: readonly Span[]): string[] {
  if (spans.length === 0) return [];
  const shown = spans
    .slice(0, MOST_HALTS)
    .map(({ from, to }) => `${formatShortTime(isoTime(from))} to ${formatShortTime(isoTime(to))}`);
  const more = spans.length - shown.length;
  return [
    `${venue} was halted ${shown.join(", ")}${more > 0 ? ` and ${formatNumber(more)} more times` : ""}.`,
  ];
}

/** What happened on each venue, its open interest, and the gaps of every coin. */
export function venuesTables(summary: RunSummary): string {
  const { venues, gaps } = summary.venues;
  const charts =
    gaps.length > MOST_CHARTS
      ? `<p class="soft">The charts show the ${MOST_CHARTS} coins with the largest gaps; venues.parquet holds all.</p>`
      : "";
  return [
    charts,
    liquidationsTable(venues),
    moneyTable(venues),
    openInterestTable(venues),
    gaps.length === 0 ? "<p>No coin is listed on more than one venue.</p>" : gapsTable(gaps),
  ]
    .filter((html) => html !== "")
    .join(`</div>\n<div class="plain">`);
}

function liquidationsTable(venues: readonly VenueSummary[]): string {
  return dataTable({
    caption: "Liquidations on each venue",
    head: [
      "Venue",
      "Coverage",
      "Liquidated",
      "Longs",
      "Shorts",
      "Orders",
      "Traders",
      "In the book",
      "By the fund",
      "Auto-deleveraged",
      "Insolvent",
    ],
    rows: venues.map((venue) => [
      textCell(venueName(venue.venue)),
      numberCell(formatPercent(venue.coverage)),
      numberCell(formatUsd(venue.liquidations.usd)),
      numberCell(formatUsd(venue.liquidations.longUsd)),
      numberCell(formatUsd(venue.liquidations.shortUsd)),
      numberCell(formatNumber(venue.liquidations.orders)),
      numberCell(formatNumber(venue.liquidations.traders)),
      numberCell(formatPercent(venue.bookShare)),
      numberCell(formatPercent(venue.fundShare)),
      numberCell(formatPercent(venue.adlShare)),
      numberCell(formatNumber(venue.insolvent)),
    ]),
  });
}

function moneyTable(venues: readonly VenueSummary[]): string {
  return dataTable({
    caption: "Money and halts of each venue",
    head: [
      "Venue",
      "Fund at the start",
      "Lowest",
      "At the end",
      "Auto-deleveraging",
      "Fees",
      "Funding",
      "Transfers in",
      "Transfers out",
      "Halted",
    ],
    rows: venues.map((venue) => [
      textCell(venueName(venue.venue)),
      numberCell(formatUsd(venue.fund.startUsd)),
      numberCell(formatUsd(venue.fund.lowUsd)),
      numberCell(formatUsd(venue.fund.endUsd)),
      numberCell(formatUsd(venue.adlUsd)),
      numberCell(formatUsd(venue.feesUsd)),
      numberCell(formatUsd(venue.fundingPaidUsd)),
      numberCell(formatUsd(venue.transfersInUsd)),
      numberCell(formatUsd(venue.transfersOutUsd)),
      numberCell(venue.haltedMinutes === 0 ? MISSING : formatDuration(venue.haltedMinutes * 60)),
    ]),
  });
}

function openInterestTable(venues: readonly VenueSummary[]): string {
  return dataTable({
    caption: "Open interest of each coin on each venue",
    head: ["Venue", "Coin", "Start, coins", "End, coins", "Start", "End", "Liquidated"],
    rows: venues.flatMap(({ venue, coins }) =>
      coins.map((coin) => [
        textCell(venueName(venue)),
        textCell(coinName(coin.coin)),
        numberCell(formatCoins(coin.openInterestStartCoins)),
        numberCell(formatCoins(coin.openInterestEndCoins)),
        numberCell(formatUsd(coin.openInterestStartUsd)),
        numberCell(formatUsd(coin.openInterestEndUsd)),
        numberCell(formatUsd(coin.liquidatedUsd)),
      ]),
    ),
  });
}

function gapsTable(gaps: readonly VenueGaps[]): string {
  const cells = (coin: string, market: string, gap: PriceGap) => [
    textCell(coinName(coin)),
    textCell(market),
    numberCell(formatPercent(gap.largest, 2)),
    numberCell(formatShortTime(gap.largestTime)),
    textCell(venueName(gap.cheapest ?? MISSING)),
    textCell(venueName(gap.dearest ?? MISSING)),
    numberCell(formatPercent(gap.mean, 2)),
    numberCell(gap.samples === 0 ? MISSING : formatDuration(gap.minutesAboveOnePercent * 60)),
  ];
  return dataTable({
    caption: "Gaps between the venues' prices",
    head: [
      "Coin",
      "Market",
      "Largest gap",
      "At, UTC",
      "Lowest price on",
      "Highest price on",
      "Mean gap",
      "Above 1%",
    ],
    rows: gaps.flatMap(({ coin, spot, perpetual }) => [
      cells(coin, "spot", spot),
      cells(coin, "perpetual", perpetual),
    ]),
  });
}

function venueName(name: string): string {
  return shorten(name, 24);
}
