/**
 * Forced liquidations by hour: longs above zero, shorts below, by coin.
 */
import { MICROS_PER_HOUR } from "@undertow/core";
import type { LiquidationWindow, RunSummary } from "@undertow/core/metrics";
import {
  formatHours,
  formatNumber,
  formatPercent,
  formatShortTime,
  formatUsd,
} from "../../summary/format.ts";
import type { ChartLine } from "../chart-spec.ts";
import { coinName, colorName, hourlyTable, type Figure, type HourlyColumn } from "../figure.ts";
import { dataTable, numberCell, textCell, type Cell } from "../html.ts";
import { rounded, type Samples } from "../sampling.ts";

/** The chart of liquidations by hour. */
export function liquidationsFigure(samples: Samples, summary: RunSummary): Figure {
  const { coins } = samples.run;
  const longs = liquidatedByHour(samples, 1);
  const shorts = liquidatedByHour(samples, -1);
  const bars = (sums: readonly Float64Array[], stack: "up" | "down", side: string): ChartLine[] =>
    coins.map((coin, index) => ({
      name: `${coinName(coin.name)} ${side}`,
      color: colorName(index),
      style: "bar",
      stack,
      values: Array.from(sums[index], rounded),
    }));
  const column = (values: Float64Array, name: string): HourlyColumn => ({
    name,
    values,
    format: "dollars",
    combine: "sum",
  });
  const columns = coins.flatMap((coin, index) => [
    column(longs[index], `${coinName(coin.name)} longs`),
    column(shorts[index], `${coinName(coin.name)} shorts`),
  ]);
  const title = "Forced liquidations by hour";
  return {
    title,
    caption: liquidationsCaption(summary),
    chart: {
      id: "liquidations",
      x: "hours",
      unit: "US dollars of notional per hour; longs above zero, shorts below",
      format: "dollars",
      lines: [...bars(longs, "up", "longs"), ...bars(shorts, "down", "shorts")],
      height: 300,
      fromZero: true,
    },
    table: hourlyTable(title, samples.hours, columns),
  };
}

function liquidatedByHour(samples: Samples, side: number): Float64Array[] {
  const { liquidations, markets, coins, quantaPerUnit, startMicros } = samples.run;
  const sums = coins.map(() => new Float64Array(samples.hours.length));
  const first = samples.hours[0];
  for (let row = 0; row < liquidations.rows; row++) {
    const time = liquidations.timeMicros[row];
    if (time < startMicros || liquidations.side[row] !== side) continue;
    const hour = Math.min(samples.hours.length - 1, Math.floor((time - first) / MICROS_PER_HOUR));
    sums[markets[liquidations.market[row]].coin][hour] += liquidations.notional[row] / quantaPerUnit;
  }
  return sums;
}

function liquidationsCaption(summary: RunSummary): string {
  const { wholeRun, worst24h, worst30MinutesShare, worst30MinutesEnd } = summary.liquidations;
  const total = wholeRun.total;
  if (total === null || total.orders === 0) return "No account was liquidated in the measured time.";
  const parts = [
    `${formatUsd(total.usd)} were closed by force, ${formatPercent(total.longShare)} of it longs, from ${formatNumber(total.traders)} traders; the largest single one was ${formatUsd(total.largestUsd)}.`,
  ];
  if (worst24h?.total) {
    parts.push(
      `The worst 24 hours, to ${formatShortTime(worst24h.to)} UTC, hold ${formatUsd(worst24h.total.usd)}.`,
    );
  }
  if (worst30MinutesShare !== null) {
    parts.push(
      `The worst 30 minutes, to ${formatShortTime(worst30MinutesEnd)} UTC, hold ${formatPercent(worst30MinutesShare)} of the run's.`,
    );
  }
  return parts.join(" ");
}

/** Totals by window, by coin and for all coins. */
export function liquidationsTable(summary: RunSummary): string {
  const { wholeRun, worst24h, windows } = summary.liquidations;
  const shown = [
    wholeRun,
    ...(worst24h === null ? [] : [worst24h]),
    ...windows.filter((window) => window.covered),
  ];
  return dataTable({
    caption: "Forced liquidations by window and coin",
    head: ["Window, UTC", "Coin", "Liquidated", "Longs", "Traders", "Largest single", "Orders"],
    rows: shown.flatMap((window) => windowRows(window, window === wholeRun)),
  });
}

function windowRows(window: LiquidationWindow, whole: boolean): Cell[][] {
  const name = window.notCompared ? window.label : formatHours(window.hours);
  const label = whole ? window.label : `${name} to ${formatShortTime(window.to)}`;
  const total = window.total;
  const all = total === null ? [] : [{ coin: "all coins", ...total }];
  return [...all, ...window.coins].map((row) => [
    textCell(label),
    textCell(coinName(row.coin)),
    numberCell(formatUsd(row.usd)),
    numberCell(formatPercent(row.longShare)),
    numberCell(formatNumber(row.traders)),
    numberCell(formatUsd(row.largestUsd)),
    numberCell(formatNumber(row.orders)),
  ]);
}
