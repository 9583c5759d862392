/**
 * Prices of all coins as per cent of their start, with the fundamental they are worth to value investors.
 */
import type { CoinPrices, RunSummary } from "@undertow/core/metrics";
import {
  formatLag,
  formatNumber,
  formatPercent,
  formatPrice,
  formatRatio,
  formatShortTime,
  MISSING,
} from "../../summary/format.ts";
import type { ChartLine } from "../chart-spec.ts";
import { coinName, colorName, hourlyTable, type Figure, type HourlyColumn } from "../figure.ts";
import { dataTable, numberCell, textCell } from "../html.ts";
import { firstValue, hourlyLast, line, type Samples } from "../sampling.ts";

/** The chart of all prices. */
export function pricesFigure(samples: Samples, summary: RunSummary): Figure {
  const lines: ChartLine[] = [];
  const columns: HourlyColumn[] = [];
  samples.run.coins.forEach((coin, index) => {
    const name = coinName(coin.name);
    const toPercent = 100 / firstValue(samples, "spot", index);
    lines.push({
      name,
      color: colorName(index),
      style: "line",
      width: index === 0 ? 2 : 1.5,
      values: line(samples, index, "spot", { scale: toPercent, low: "spotLow", high: "spotHigh" }),
      endLabel: name.slice(0, 5),
    });
    columns.push({
      name: `${name}, % of start`,
      values: hourlyLast(samples, "spot", index).map((price) => price * toPercent),
      format: "percent",
      combine: "last",
    });
  });
  samples.run.coins.forEach((coin, index) => {
    const toPercent = 100 / firstValue(samples, "fundamental", index);
    lines.push({
      name: `${coinName(coin.name)} fundamental`,
      color: colorName(index),
      style: "line",
      dash: true,
      width: 1,
      values: line(samples, index, "fundamental", { scale: toPercent }),
    });
  });
  const title = "Spot prices and fundamentals";
  return {
    title,
    caption: pricesCaption(summary),
    chart: { id: "prices", x: "grid", unit: "per cent of the start", format: "percent", lines, height: 420 },
    table: hourlyTable(title, samples.hours, columns),
  };
}

function pricesCaption(summary: RunSummary): string {
  const { prices } = summary;
  const reference = prices.coins.find((coin) => coin.coin === prices.referenceCoin) ?? prices.coins[0];
  if (reference === undefined || reference.fall === null) return "No coin has a price in the measured time.";
  const parts = [
    `${coinName(reference.coin)} fell ${formatPercent(reference.fall)}, from ${formatPrice(reference.peak)} on ${formatShortTime(reference.peakTime)} to ${formatPrice(reference.trough)} on ${formatShortTime(reference.troughTime)} UTC, while its fundamental fell ${formatPercent(reference.fundamentalFall)}.`,
  ];
  const deepest = deepestFall(prices.coins);
  if (prices.medianAltcoinFall !== null) {
    parts.push(
      `The median altcoin fell ${formatPercent(prices.medianAltcoinFall)} (${formatRatio(prices.medianAltcoinFallOverBtc)} ${coinName(reference.coin)}).`,
    );
  }
  if (deepest !== undefined && deepest.coin !== reference.coin) {
    parts.push(`The deepest fall is ${coinName(deepest.coin)}'s, ${formatPercent(deepest.fall)}.`);
  }
  parts.push(
    "Solid lines are simulated spot prices, dashed lines the fundamentals; the distance between them is how far trading moved prices from value.",
  );
  return parts.join(" ");
}

function deepestFall(coins: readonly CoinPrices[]): CoinPrices | undefined {
  let deepest: CoinPrices | undefined;
  for (const coin of coins) {
    if (coin.fall !== null && (deepest?.fall == null || coin.fall > deepest.fall)) deepest = coin;
  }
  return deepest;
}

/** Lag, ratio, betas and correlation; the reference coin's own would say nothing. */
function besideReference(coin: CoinPrices, reference: string): string[] {
  if (coin.coin === reference) return [MISSING, MISSING, MISSING, MISSING, MISSING];
  return [
    formatLag(coin.lagToBtcMinutes),
    formatRatio(coin.fallOverBtc),
    formatNumber(coin.crashBeta, 2),
    formatNumber(coin.preCrashBeta, 2),
    formatNumber(coin.correlation, 2),
  ];
}

/** Falls, lags and betas of each coin as a table. */
export function pricesTable(summary: RunSummary): string {
  const rows = summary.prices.coins.map((coin) => [
    textCell(coinName(coin.coin)),
    numberCell(formatPercent(coin.fall)),
    numberCell(formatPercent(coin.fundamentalFall)),
    numberCell(formatPrice(coin.peak)),
    numberCell(formatPrice(coin.trough)),
    numberCell(formatShortTime(coin.troughTime)),
    ...besideReference(coin, summary.prices.referenceCoin).map(numberCell),
  ]);
  const reference = coinName(summary.prices.referenceCoin);
  return dataTable({
    caption: "Fall from peak to trough of each coin",
    head: [
      "Coin",
      "Fall",
      "Fundamental's fall",
      "Peak",
      "Trough",
      "Trough at, UTC",
      `Lag to ${reference}`,
      `Fall over ${reference}'s`,
      "Beta in the crash",
      "Beta before",
      "Correlation",
    ],
    rows,
  });
}
