/**
 * A chart with its words: title, unit, caption, legend that shows values, table behind it, download.
 *
 * Everything a reader without eyes for the chart needs is in the HTML itself and works without the script.
 */
import { MICROS_PER_HOUR } from "@undertow/core";
import { formatShortTime, isoTime } from "../summary/format.ts";
import type { ChartLine, ChartSpec, ValueFormat } from "./chart-spec.ts";
import { dataTable, escapeText, numberCell, shorten, textCell } from "./html.ts";
import { valueText } from "./value-text.ts";

/** A chart and what is said about it. Texts are plain; they are escaped here. */
export interface Figure {
  readonly title: string;
  /** What to see, with its numbers. */
  readonly caption: string;
  readonly chart: ChartSpec;
  /** The numbers behind the chart as a table, HTML. */
  readonly table: string;
}

/** A column of a table over time: one value per hour. */
export interface HourlyColumn {
  readonly name: string;
  readonly values: ArrayLike<number>;
  readonly format: ValueFormat;
  /** Whether longer intervals hold the sum or the last value of their hours. */
  readonly combine: "sum" | "last";
}

const MAX_TABLE_ROWS = 200;
const INTERVALS = [1, 2, 3, 4, 6, 8, 12, 24, 48, 96, 168, 336];

/** Name of a coin as shown: short enough for legends and columns. */
export function coinName(name: string): string {
  return shorten(name, 16);
}

/** Colour of the coin or group with an index. */
export function colorName(index: number): string {
  return `c${index % 8}`;
}

/** A table over time with at most 200 rows; hours are joined to longer intervals as needed. */
export function hourlyTable(
  title: string,
  hours: readonly number[],
  columns: readonly HourlyColumn[],
): string {
  const wanted = Math.ceil(hours.length / MAX_TABLE_ROWS);
  const interval = INTERVALS.find((hoursEach) => hoursEach >= wanted) ?? wanted;
  const rows = [];
  for (let from = 0; from < hours.length; from += interval) {
    const to = Math.min(hours.length, from + interval);
    const end = hours[to - 1] + MICROS_PER_HOUR;
    const cells = columns.map((column) => numberCell(valueText(combined(column, from, to), column.format)));
    rows.push([textCell(formatShortTime(isoTime(end))), ...cells]);
  }
  const span = interval === 1 ? "hour" : `${interval} h`;
  return dataTable({
    caption: `${title}, by ${span}`,
    head: [`End of ${span}, UTC`, ...columns.map((column) => column.name)],
    rows,
  });
}

function combined(column: HourlyColumn, from: number, to: number): number {
  if (column.combine === "last") {
    for (let k = to - 1; k >= from; k--) {
      if (Number.isFinite(column.values[k])) return column.values[k];
    }
    return NaN;
  }
  let sum = 0;
  for (let k = from; k < to; k++) sum += column.values[k];
  return sum;
}

/** The figure as HTML. */
export function figureHtml(figure: Figure): string {
  const { chart } = figure;
  const id = escapeText(chart.id);
  const onTime = typeof chart.x === "string";
  const about = `${figure.title}, ${chart.unit}. ${figure.caption}`;
  return `<figure id="figure-${id}" aria-labelledby="title-${id}">
<div class="figure-head"><h3 id="title-${id}">${escapeText(figure.title)}</h3><p class="unit">${escapeText(chart.unit)}</p></div>
<figcaption id="caption-${id}">${escapeText(figure.caption)}</figcaption>
<div class="plot" data-plot="${id}" style="--plot-height:${chart.height}px" tabindex="0" role="group" aria-roledescription="chart" aria-label="${escapeText(shorten(about, 600))}" aria-describedby="${onTime ? "chart-keys" : `caption-${id}`}"></div>
<div class="legend" role="group" aria-label="Lines of the chart; press to hide or show"><span class="when" data-when=""></span>${chart.lines.map(legendButton).join("")}</div>
${momentList(chart)}<p class="hidden" aria-live="polite" data-spoken></p>
<div class="behind"><details><summary>Table: ${escapeText(figure.title)}</summary>${figure.table}</details><button type="button" data-csv="${id}">Download CSV<span class="hidden">: ${escapeText(figure.title)}</span></button></div>
</figure>`;
}

function legendButton(line: ChartLine, index: number): string {
  const mark =
    line.style === "bar"
      ? `<rect x="3" y="1" width="12" height="8" />`
      : `<path d="M0 5H18"${line.dash === true ? ' stroke-dasharray="4 3"' : ""} />`;
  const swatch = `<svg class="swatch" viewBox="0 0 18 10" aria-hidden="true" style="--line:var(--${line.color})">${mark}</svg>`;
  return `<button type="button" aria-pressed="true" data-line="${index}">${swatch}<bdi>${escapeText(line.name)}</bdi><span class="value" data-value="${index}"></span></button>`;
}

function momentList(chart: ChartSpec): string {
  if (chart.moments === undefined || chart.moments.length === 0) return "";
  const items = chart.moments.map((moment) => `<li>${escapeText(moment.label)}</li>`).join("");
  return `<ol class="moments">${items}</ol>\n`;
}
