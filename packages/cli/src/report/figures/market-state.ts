/**
 * The state of the markets over time: open interest, depth, spread and funding.
 */
import type { CoinLiquidity, RunSummary } from "@undertow/core/metrics";
import {
  formatChange,
  formatCoins,
  formatNumber,
  formatPercent,
  formatShortTime,
  formatUsd,
  isoTime,
} from "../../summary/format.ts";
import type { ChartLine, ChartSpec } from "../chart-spec.ts";
import { coinName, colorName, hourlyTable, type Figure, type HourlyColumn } from "../figure.ts";
import { dataTable, numberCell, textCell } from "../html.ts";
import {
  extremes,
  firstValue,
  hourlyLast,
  line,
  medians,
  type Samples,
  type SeriesName,
} from "../sampling.ts";

interface StateChart extends Omit<ChartSpec, "x" | "lines" | "height"> {
  readonly title: string;
  readonly caption: string;
  readonly column: SeriesName;
  /** What a recorded value is multiplied by, per coin. */
  readonly scale: (coin: number) => number;
  readonly columnUnit: string;
  /** Draw medians of equal intervals: for quantities that jump from sample to sample. */
  readonly medians?: boolean;
}

function stateFigure(samples: Samples, options: StateChart): Figure {
  const { title, caption, column, scale, columnUnit, medians: calm = false, ...spec } = options;
  const { coins } = samples.run;
  const lines = coins.map((coin, index): ChartLine => {
    const name = coinName(coin.name);
    const values = calm
      ? medians(samples, index, column, scale(index))
      : line(samples, index, column, { scale: scale(index) });
    return { name, color: colorName(index), style: "line", values, endLabel: name.slice(0, 5) };
  });
  const columns = coins.map((coin, index): HourlyColumn => ({
    name: `${coinName(coin.name)}, ${columnUnit}`,
    values: hourlyLast(samples, column, index).map((value) => value * scale(index)),
    format: spec.format,
    combine: "last",
  }));
  return {
    title,
    caption,
    chart: { ...spec, x: calm ? "intervals" : "grid", lines, height: 260 },
    table: hourlyTable(title, samples.hours, columns),
  };
}

/** Open interest in coins as per cent of the start, which is free of the price's own fall. */
export function openInterestFigure(samples: Samples, summary: RunSummary): Figure {
  return stateFigure(samples, {
    id: "open-interest",
    title: "Open interest in coins",
    unit: "per cent of the start, one side",
    format: "percent",
    column: "openInterest",
    columnUnit: "% of start",
    scale: (coin) => 100 / firstValue(samples, "openInterest", coin),
    caption: openInterestCaption(summary),
  });
}

function openInterestCaption(summary: RunSummary): string {
  const { coins, total } = summary.openInterest;
  const parts: string[] = [];
  const first = coins[0];
  if (first?.startCoins != null && first.endCoins !== null && first.startCoins > 0) {
    const change = first.endCoins / first.startCoins - 1;
    parts.push(
      `${coinName(first.coin)}: ${formatCoins(first.startCoins)} coins at the start, ${formatCoins(first.endCoins)} at the end (${formatChange(change)}).`,
    );
    if (first.worstDayCoins !== null) {
      parts.push(
        `Its worst day, to ${formatShortTime(first.worstDayCoins.to)} UTC, took ${formatChange(first.worstDayCoins.coinsFraction)}.`,
      );
    }
  }
  if (total.startUsd !== null && total.endUsd !== null) {
    parts.push(`All coins in dollars: ${formatUsd(total.startUsd)} to ${formatUsd(total.endUsd)}.`);
  }
  parts.push("Dollars of open interest also contain the fall of the price; coins show positions closed.");
  return parts.join(" ");
}

/** Changes of open interest per coin, in coins and in dollars. */
export function openInterestTable(summary: RunSummary): string {
  const rows = [
    ...summary.openInterest.coins,
    { ...summary.openInterest.total, coin: "all coins", startCoins: null, endCoins: null },
  ].map((coin) => [
    textCell(coinName(coin.coin)),
    numberCell(formatCoins(coin.startCoins)),
    numberCell(formatCoins(coin.endCoins)),
    numberCell(formatUsd(coin.startUsd)),
    numberCell(formatUsd(coin.endUsd)),
    numberCell(formatChange(coin.worstDayCoins?.coinsFraction)),
    numberCell(formatChange(coin.worstDayUsd?.usdFraction)),
    numberCell(formatChange(coin.thirtyDays?.coinsFraction)),
    numberCell(formatChange(coin.thirtyDays?.usdFraction)),
  ]);
  const days = summary.openInterest.total.thirtyDays?.days;
  const span = days === undefined ? "Last 30 days" : `Last ${formatNumber(days, days < 3 ? 1 : 0)} days`;
  return dataTable({
    caption: "Open interest of each coin",
    head: [
      "Coin",
      "Start, coins",
      "End, coins",
      "Start",
      "End",
      "Worst day, coins",
      "Worst day, dollars",
      `${span}, coins`,
      `${span}, dollars`,
    ],
    rows,
  });
}

/** Resting bids within 1 % of the mid. */
export function depthFigure(samples: Samples, summary: RunSummary): Figure {
  return stateFigure(samples, {
    id: "depth",
    title: "Bids within 1% of the mid",
    unit: `US dollars, spot and perpetual together, ${medianUnit(samples)}`,
    medians: true,
    format: "dollars",
    column: "bidDepth",
    columnUnit: "bids",
    scale: () => 1 / samples.run.quantaPerUnit,
    fromZero: true,
    caption: `${beforeAndLow(summary, (coin) => [formatUsd(coin.bidDepthBeforeUsd), formatUsd(coin.bidDepthAtLowUsd)])} ${extremeText(samples, "bidDepth", "low", (quanta) => formatUsd(quanta / samples.run.quantaPerUnit))} In a thin book the same forced order moves the price further.`,
  });
}

/** Spread of the perpetuals. */
export function spreadFigure(samples: Samples, summary: RunSummary): Figure {
  return stateFigure(samples, {
    id: "spread",
    title: "Spread of the perpetuals",
    unit: `basis points of the mid, ${medianUnit(samples)}`,
    medians: true,
    format: "basisPoints",
    column: "spreadBp",
    columnUnit: "bp",
    scale: () => 1,
    fromZero: true,
    caption: `${beforeAndLow(summary, (coin) => [bp(coin.spreadBeforeBp), bp(coin.spreadAtLowBp)])} ${extremeText(samples, "spreadBp", "high", bp)} Gaps are times with one side of a book empty.`,
  });
}

/** Funding estimates. */
export function fundingFigure(samples: Samples, summary: RunSummary): Figure {
  const first = summary.liquidity.coins[0];
  const lowest =
    first === undefined
      ? ""
      : ` ${coinName(first.coin)}'s lowest estimate was ${formatChange(first.fundingLowest, 4)}.`;
  return stateFigure(samples, {
    id: "funding",
    title: "Funding rate",
    unit: "per cent per funding interval, estimate; negative when shorts pay",
    format: "fundingPercent",
    column: "funding",
    columnUnit: "% per interval",
    scale: () => 100,
    caption: `${beforeAndLow(summary, (coin) => [formatChange(coin.fundingBefore, 4), formatChange(coin.fundingAtLow, 4)])}${lowest}`,
  });
}

function medianUnit(samples: Samples): string {
  const { minutes } = samples.intervals;
  return minutes % 60 === 0 ? `medians of ${minutes / 60} h` : `medians of ${minutes} min`;
}

function extremeText(
  samples: Samples,
  name: SeriesName,
  end: "low" | "high",
  format: (value: number) => string,
): string {
  const coin = samples.run.coins[0];
  const found = extremes(samples, name, 0);
  if (coin === undefined || !Number.isFinite(found[end])) return "";
  const micros = end === "low" ? found.lowMicros : found.highMicros;
  const word = end === "low" ? "thinnest" : "widest";
  return `${coinName(coin.name)}'s ${word} single sample: ${format(found[end])} on ${formatShortTime(isoTime(micros))} UTC.`;
}

function bp(value: number | null): string {
  return value === null ? "—" : `${formatNumber(value, 1)} bp`;
}

function beforeAndLow(summary: RunSummary, values: (coin: CoinLiquidity) => [string, string]): string {
  const texts = summary.liquidity.coins.map((coin) => {
    const [before, low] = values(coin);
    return `${coinName(coin.coin)} ${before} to ${low}`;
  });
  if (texts.length === 0) return "";
  return `Medians before the crash and within 30 minutes of the low: ${texts.slice(0, 8).join(", ")}.`;
}

/** Spread, depth and funding before the crash and at the low. */
export function liquidityTable(summary: RunSummary): string {
  const { liquidity } = summary;
  const rows = liquidity.coins.map((coin) => [
    textCell(coinName(coin.coin)),
    numberCell(bp(coin.spreadBeforeBp)),
    numberCell(bp(coin.spreadAtLowBp)),
    numberCell(formatUsd(coin.bidDepthBeforeUsd)),
    numberCell(formatUsd(coin.bidDepthAtLowUsd)),
    numberCell(formatUsd(coin.askDepthBeforeUsd)),
    numberCell(formatUsd(coin.askDepthAtLowUsd)),
    numberCell(
      coin.depthBeforeUsd === null || coin.depthAtLowUsd === null || coin.depthBeforeUsd === 0
        ? "—"
        : formatPercent(coin.depthAtLowUsd / coin.depthBeforeUsd, 0),
    ),
  ]);
  return dataTable({
    caption: "Spread and depth before the crash and at the low",
    head: [
      "Coin",
      "Spread before",
      "Spread at the low",
      "Bids before",
      "Bids at the low",
      "Asks before",
      "Asks at the low",
      "Depth left",
    ],
    rows,
  });
}
