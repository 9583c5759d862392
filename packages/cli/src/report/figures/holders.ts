/**
 * Large holders: what they would lose by selling, and how much they still hold.
 */
import type { RunSummary } from "@undertow/core/metrics";
import {
  formatChange,
  formatCoins,
  formatNumber,
  formatPercent,
  formatShortTime,
  formatUsd,
} from "../../summary/format.ts";
import type { ChartLine } from "../chart-spec.ts";
import { coinName, colorName, type Figure } from "../figure.ts";
import { dataTable, numberCell, shorten, textCell } from "../html.ts";
import { rounded, type Samples } from "../sampling.ts";

/** Unrealised result and remaining holdings of each tracked population, hour by hour. */
export interface HolderColumns {
  readonly times: readonly number[];
  readonly populations: readonly number[];
  /** Per population and time: units of the settlement currency. */
  readonly unrealised: readonly Float64Array[];
  /** Per population and time: value of what is held over value of the first holdings, at first prices. */
  readonly held: readonly Float64Array[];
}

/** Sums the record of holders by population; undefined when no holder is tracked. */
export function holderColumns(samples: Samples): HolderColumns | undefined {
  const { holders, startMicros, quantaPerUnit, populations } = samples.run;
  const times: number[] = [];
  for (let row = 0; row < holders.rows; row++) {
    const time = holders.timeMicros[row];
    if (time >= startMicros && time !== times.at(-1)) times.push(time);
  }
  const tracked = populations.flatMap((population, index) => (population.tracked ? [index] : []));
  if (times.length === 0 || tracked.length === 0) return undefined;
  const unrealised = tracked.map(() => new Float64Array(times.length));
  const coins = tracked.map(() => samples.run.coins.map(() => new Float64Array(times.length)));
  let at = 0;
  for (let row = 0; row < holders.rows; row++) {
    const time = holders.timeMicros[row];
    const slot = tracked.indexOf(holders.population[row]);
    if (time < startMicros || slot < 0) continue;
    while (times[at] < time) at++;
    unrealised[slot][at] += holders.unrealised[row] / quantaPerUnit;
    coins[slot][holders.coin[row]][at] += holders.holding[row];
  }
  return { times, populations: tracked, unrealised, held: coins.map((byCoin) => heldShare(samples, byCoin)) };
}

/** Coins are weighted by their first price so that several coins make one share. */
function heldShare(samples: Samples, byCoin: readonly Float64Array[]): Float64Array {
  const { spot } = samples.run.series;
  const value = new Float64Array(byCoin[0].length);
  byCoin.forEach((held, coin) => {
    const firstRow = samples.rows[coin][0] ?? -1;
    const price = firstRow < 0 ? 0 : spot[firstRow];
    held.forEach((coins, k) => (value[k] += coins * price));
  });
  const first = value[0];
  return value.map((now) => (first > 0 ? (100 * now) / first : NaN));
}

/** The two charts of the section. */
export function holderFigures(samples: Samples, columns: HolderColumns, summary: RunSummary): Figure[] {
  const names = columns.populations.map((index) => shorten(samples.run.populations[index].name, 40));
  const lines = (values: readonly Float64Array[]): ChartLine[] =>
    names.map((name, k) => ({
      name,
      color: colorName(k),
      style: "line",
      values: Array.from(values[k], rounded),
    }));
  return [
    {
      title: "Unrealised result of large holders",
      caption: unrealisedCaption(summary),
      chart: {
        id: "holders",
        x: "holders",
        unit: "US dollars, value less cost",
        format: "dollars",
        lines: lines(columns.unrealised),
        height: 240,
      },
      table: populationsTable(summary),
    },
    {
      title: "What they still hold",
      caption: `${formatNumber(summary.holders.capitulatedCount)} holdings were cut by a tenth or more. Steps down are sales; buying back would be a step up.`,
      chart: {
        id: "holdings",
        x: "holders",
        unit: "per cent of the coins held at the start",
        format: "percent",
        lines: lines(columns.held),
        height: 220,
      },
      table: capitulatedTable(summary),
    },
  ];
}

function unrealisedCaption(summary: RunSummary): string {
  const texts = summary.holders.populations.map(
    (row) =>
      `${shorten(row.population, 40)}: ${formatUsd(row.unrealisedUsd)} at the low (${formatChange(row.unrealisedOverCost)} of cost), ${formatNumber(row.holdersInLoss)} of ${formatNumber(row.holders)} in loss, ${formatNumber(row.capitulated)} gave up, ${formatUsd(row.soldUsd)} sold net`,
  );
  return `${texts.slice(0, 8).join("; ")}.`;
}

function populationsTable(summary: RunSummary): string {
  const rows = summary.holders.populations.flatMap((row) =>
    row.coins.map((coin) => [
      textCell(shorten(row.population, 40)),
      textCell(coinName(coin.coin)),
      numberCell(formatCoins(coin.startCoins)),
      numberCell(formatCoins(coin.endCoins)),
      numberCell(formatPercent(coin.soldShare)),
    ]),
  );
  return dataTable({
    caption: "Coins held by large holders",
    head: ["Population", "Coin", "Coins at the start", "Coins at the end", "Sold"],
    rows,
  });
}

function capitulatedTable(summary: RunSummary): string {
  const rows = summary.holders.capitulated.map((row) => [
    textCell(`${shorten(row.population, 40)} no. ${row.agent + 1}`),
    textCell(coinName(row.coin)),
    numberCell(formatShortTime(row.time)),
    numberCell(formatCoins(row.startCoins)),
    numberCell(formatCoins(row.endCoins)),
    numberCell(formatPercent(row.soldShare)),
    numberCell(formatUsd(row.soldUsd)),
  ]);
  if (rows.length === 0) return "<p>No holding was cut by a tenth or more.</p>";
  return dataTable({
    caption: "Holdings cut by a tenth or more",
    head: [
      "Holder",
      "Coin",
      "First sale seen, UTC",
      "Coins at the start",
      "Coins at the end",
      "Sold",
      "Sold for",
    ],
    rows,
  });
}
