/**
 * The summary of several seeds: medians with their 10-90 % range, per run one line, and the scorecard of medians.
 */
import type { CombinedSummary, RunSummary, Spread } from "@undertow/core/metrics";
import type { Paint } from "../command/output.ts";
import { formatFactRange, formatFactValue } from "./fact-text.ts";
import {
  formatCount,
  formatNumber,
  formatPercent,
  formatUsd,
  isNumber,
  MISSING,
  type Maybe,
} from "./format.ts";
import { layoutSection, table, text, type Section } from "./page.ts";
import { verdictText, verdictTone } from "./sections/facts-beside.ts";
import { countsText } from "./sections/scorecard.ts";
import { wrapText } from "./table.ts";

/** A finished replicate as the combined page shows it. */
export interface Replicate {
  readonly summary: RunSummary;
  readonly folder: string;
}

/**
 * The page that several seeds end with.
 *
 * @returns text without a final line feed
 */
export function renderCombined(
  combined: CombinedSummary,
  replicates: readonly Replicate[],
  options: { readonly width: number; readonly paint: Paint },
): string {
  const { width, paint } = options;
  const count = formatCount(combined.seeds.length, "seed");
  const lines = [
    paint.bold(`${combined.title}: ${count}`),
    "",
    ...wrapText(combined.headline, width).map((line) => paint.bold(line)),
  ];
  for (const section of [
    measures(combined),
    coins(combined),
    ...(combined.venues.length > 1 ? [venues(combined)] : []),
    scorecard(combined),
    runs(replicates, combined),
  ]) {
    lines.push(...layoutSection(section, width, paint));
  }
  return lines.join("\n");
}

function measures(combined: CombinedSummary): Section {
  const { measures: m } = combined;
  const row = (name: string, spread: Spread, format: (value: Maybe) => string) => [
    name,
    ...spreadCells(spread, format),
  ];
  const rows = [
    row("BTC's fall", m.btcFall, formatPercent),
    row("median altcoin's fall", m.medianAltcoinFall, formatPercent),
    row("median altcoin's fall over BTC's", m.medianAltcoinFallOverBtc, twoDigits),
    row("liquidated", m.liquidatedUsd, formatUsd),
    row("traders liquidated", m.liquidatedTraders, (value) => formatNumber(value)),
    row("forced share of taker selling in the crash", m.forcedShareInCrash, formatPercent),
    row("genealogical reproduction number, by count", m.reproductionByCount, twoDigits),
    row("auto-deleveraging", m.adlUsd, formatUsd),
    row("bad debt", m.badDebtUsd, formatUsd),
  ];
  const columns = [{ header: "measure", align: "left" as const, wrap: true }];
  return {
    title: "Over all seeds",
    blocks: [
      table(
        [...columns, { header: "median" }, { header: "10%" }, { header: "90%" }, { header: "runs" }],
        rows,
      ),
    ],
  };
}

function coins(combined: CombinedSummary): Section {
  const rows = combined.coins.map((coin) => [
    coin.coin,
    rangeText(coin.fall, formatPercent),
    rangeText(coin.fallOverBtc, twoDigits),
    rangeText(coin.crashBeta, twoDigits),
    rangeText(coin.lagToBtcMinutes, (value) => formatNumber(value)),
    rangeText(coin.liquidatedUsd, formatUsd),
  ]);
  const columns = [
    { header: "coin", align: "left" as const },
    { header: "fall" },
    { header: "fall / BTC's" },
    { header: "crash beta" },
    { header: "lag to BTC, min" },
    { header: "liquidated" },
  ];
  return { title: "Per coin: median (10% to 90%)", blocks: [table(columns, rows)] };
}

function venues(combined: CombinedSummary): Section {
  const each = combined.venues.map((venue) => [
    venue.venue,
    rangeText(venue.liquidatedUsd, formatUsd),
    rangeText(venue.fundUsedUsd, formatUsd),
    rangeText(venue.adlUsd, formatUsd),
    rangeText(venue.insolvent, (value) => formatNumber(value)),
  ]);
  const gaps = combined.venueGaps.map(({ coin, spot, perpetual }) => [
    coin,
    rangeText(spot.largest, twoDigitPercent),
    rangeText(spot.mean, twoDigitPercent),
    rangeText(perpetual.largest, twoDigitPercent),
    rangeText(perpetual.mean, twoDigitPercent),
  ]);
  const venueColumns = [
    { header: "venue", align: "left" as const, wrap: true },
    { header: "liquidated" },
    { header: "used of the fund" },
    { header: "auto-deleveraging" },
    { header: "insolvent" },
  ];
  const gapColumns = [
    { header: "coin", align: "left" as const },
    { header: "largest gap\nof spot" },
    { header: "mean" },
    { header: "largest gap of\nperpetuals" },
    { header: "mean" },
  ];
  return {
    title: "Venues: median (10% to 90%)",
    blocks: [table(venueColumns, each), ...(gaps.length === 0 ? [] : [table(gapColumns, gaps)])],
  };
}

function scorecard(combined: CombinedSummary): Section {
  const covered = combined.facts.filter((row) => row.verdict !== "outside-run");
  const rows = covered.map((row) => [
    row.fact.title,
    formatFactValue(row.fact, row.fact.value),
    formatFactRange({ ...row, simulated: row.simulated.median }),
    rangeText(row.simulated, (value) => formatFactValue(row.fact, value)),
    formatPercent(row.hitShare, 0),
    verdictText(row),
  ]);
  const columns = [
    { header: "fact", align: "left" as const, wrap: true },
    { header: "published" },
    { header: "accepted range", wrap: true },
    { header: "simulated", wrap: true },
    { header: "runs\nhit" },
    { header: "", align: "left" as const },
  ];
  const body = rows.length === 0 ? [] : [table(columns, rows, covered.map(verdictTone))];
  return {
    title: "Scorecard (of medians)",
    blocks: [text(countsText(combined.scorecard), "strong"), text(combined.scorecard.note), ...body],
  };
}

function runs(replicates: readonly Replicate[], combined: CombinedSummary): Section {
  const rows = replicates.map(({ summary, folder }) => [
    summary.run.seed,
    formatPercent(summary.prices.coins[0]?.fall),
    formatPercent(summary.prices.medianAltcoinFall),
    formatUsd(summary.liquidations.wholeRun.total?.usd),
    summary.stateHash.slice(0, 12),
    folder,
  ]);
  const columns = [
    { header: "seed", align: "left" as const },
    { header: "fall of\nBTC" },
    { header: "median\naltcoin" },
    { header: "liquidated" },
    { header: "state hash", align: "left" as const },
    { header: "record", align: "left" as const },
  ];
  const conserved = combined.residual === 0;
  const audit = conserved
    ? "Money is conserved exactly in every run: residual 0."
    : `MONEY IS NOT CONSERVED: residual ${formatNumber(combined.residual)} quanta; please report this.`;
  return { title: "Runs", blocks: [table(columns, rows), text(audit, conserved ? "good" : "bad")] };
}

function spreadCells(spread: Spread, format: (value: Maybe) => string): string[] {
  return [format(spread.median), format(spread.p10), format(spread.p90), formatNumber(spread.runs)];
}

function rangeText(spread: Spread, format: (value: Maybe) => string): string {
  if (!isNumber(spread.median)) return MISSING;
  return `${format(spread.median)} (${format(spread.p10)} to ${format(spread.p90)})`;
}

function twoDigitPercent(value: Maybe): string {
  return formatPercent(value, 2);
}

function twoDigits(value: Maybe): string {
  return formatNumber(value, 2);
}
