/**
 * One chart in the page: turns a `ChartSpec` into a uPlot and draws what uPlot does not know.
 *
 * Runs in the reader's browser, inlined into the report. It may not load anything, and reads colours from
 * the style sheet at every drawing so that themes and print share one set of charts.
 */
/// <reference lib="dom" />
import type UPlot from "uplot";
import type { ChartLine, ChartSpec, ReportData } from "../chart-spec.ts";
import { valueText } from "../value-text.ts";
import { drawMarks, drawSpans } from "./marks.ts";
import { color } from "./theme-colors.ts";

declare const uPlot: typeof UPlot;

/** A chart on the page and the parts of its figure that change with the cursor. */
export interface Plot {
  readonly spec: ChartSpec;
  readonly x: readonly number[];
  readonly onTime: boolean;
  readonly chart: UPlot;
  readonly host: HTMLElement;
  /** Lines that the reader switched off. */
  readonly hidden: Set<number>;
}

/** What the page does when a chart is zoomed, reset or pointed at. */
export interface PlotEvents {
  zoomed(from: number, to: number): void;
  reset(): void;
  pointed(plot: Plot): void;
}

/** The chart's columns for uPlot: x, then the lines in reverse order, stacked where they stack. */
export function plotData(
  spec: ChartSpec,
  x: readonly number[],
  hidden: ReadonlySet<number>,
): UPlot.AlignedData {
  const columns: (number | null)[][] = [];
  const sums = { up: new Float64Array(x.length), down: new Float64Array(x.length) };
  spec.lines.forEach((line, index) => {
    const stack = line.stack;
    if (stack === undefined || hidden.has(index)) {
      columns.push([...line.values]);
      return;
    }
    const sign = stack === "up" ? 1 : -1;
    columns.push(
      line.values.map((value, k) => {
        sums[stack][k] += sign * (value ?? 0);
        return sums[stack][k];
      }),
    );
  });
  return [[...x], ...columns.reverse()] as UPlot.AlignedData;
}

/** Draws a chart into its host element. */
export function createPlot(spec: ChartSpec, data: ReportData, host: HTMLElement, events: PlotEvents): Plot {
  const onTime = typeof spec.x === "string";
  const x = typeof spec.x === "string" ? (data.axes[spec.x] ?? []) : spec.x.map((_, k) => k);
  const hidden = new Set<number>();
  let ready = false;
  const hooks: UPlot.Hooks.Arrays = {
    drawClear: [(chart) => drawSpans(chart, spec)],
    draw: [(chart) => drawMarks(chart, spec, hidden)],
    setCursor: [() => ready && events.pointed(plot)],
    setScale: [
      (chart, key) => {
        const { min, max } = chart.scales[key];
        if (ready && onTime && key === "x" && min != null && max != null) events.zoomed(min, max);
      },
    ],
  };
  const options = plotOptions(spec, x, hidden, host.clientWidth);
  options.hooks = hooks;
  if (onTime) options.cursor!.bind = { dblclick: () => () => (events.reset(), null) };
  const chart = new uPlot(options, plotData(spec, x, hidden), host);
  const plot: Plot = { spec, x, onTime, chart, host, hidden };
  // The first scales are set in a microtask; only later changes are the reader's.
  setTimeout(() => (ready = true), 0);
  return plot;
}

function plotOptions(
  spec: ChartSpec,
  x: readonly number[],
  hidden: Set<number>,
  width: number,
): UPlot.Options {
  const onTime = typeof spec.x === "string";
  const series: UPlot.Series[] = spec.lines.map((line) => seriesOptions(line, x)).reverse();
  return {
    width: Math.max(200, width),
    height: spec.height,
    // Room for labels at the ends of lines, the same in all charts over time so that their times line up.
    padding: [14, onTime ? 54 : 12, 0, 0],
    legend: { show: false },
    series: [{}, ...series],
    scales: {
      x: { time: onTime, range: (_chart, min, max) => (onTime ? [min, max] : [-0.6, x.length - 0.4]) },
      y: { range: (_chart, min, max) => valueRange(spec, min, max) },
    },
    axes: [timeAxis(spec), valueAxis(spec)],
    cursor: {
      y: false,
      points: { size: 7, show: (_chart: UPlot, index: number) => pointElement(spec, index, hidden) },
      drag: { x: onTime, y: false, setScale: true, dist: 6 },
      ...(onTime
        ? {
            sync: {
              key: "time",
              setSeries: false,
              filters: {
                pub: (type: string) => type === "mousemove" || type === "mouseleave",
                sub: () => true,
              },
            },
          }
        : {}),
    } as UPlot.Cursor,
  };
}

function pointElement(spec: ChartSpec, series: number, hidden: ReadonlySet<number>): HTMLElement | undefined {
  const line = spec.lines[spec.lines.length - series];
  if (line === undefined || line.style === "bar" || hidden.has(spec.lines.length - series)) return undefined;
  const point = document.createElement("div");
  point.style.background = `var(--${line.color})`;
  return point;
}

function seriesOptions(line: ChartLine, x: readonly number[]): UPlot.Series {
  const paint = () => color(line.color);
  if (line.style === "bar") {
    const dense = x.length > 120;
    return {
      label: line.name,
      stroke: paint,
      fill: paint,
      width: 0,
      points: { show: false },
      paths: uPlot.paths.bars!({
        size: dense ? [1, Infinity] : [0.78, 90],
        align: x.length > 0 && x[0] > 1e6 ? 1 : 0,
      }),
      fillTo: () => 0,
    };
  }
  return {
    label: line.name,
    stroke: paint,
    width: line.width ?? 1.5,
    points: { show: false },
    spanGaps: false,
    ...(line.dash === true ? { dash: [5, 4] } : {}),
  };
}

function valueRange(spec: ChartSpec, min: number | null, max: number | null): UPlot.Range.MinMax {
  let low = min ?? 0;
  let high = max ?? 1;
  for (const level of spec.levels ?? []) {
    low = Math.min(low, level.value);
    high = Math.max(high, level.value);
  }
  if (spec.fromZero === true) {
    low = Math.min(0, low);
    high = Math.max(0, high);
  }
  if (low === high) high = low + (low === 0 ? 1 : Math.abs(low) * 0.05);
  const pad = (high - low) * 0.06;
  const bottom = spec.fromZero === true && low === 0 ? 0 : low - pad;
  const top = spec.fromZero === true && high === 0 ? 0 : high + pad;
  return [bottom, spec.most === undefined ? top : Math.min(spec.most, top)];
}

function timeAxis(spec: ChartSpec): UPlot.Axis {
  const names = typeof spec.x === "string" ? null : (spec.xLabels ?? spec.x);
  const axis: UPlot.Axis = {
    stroke: () => color("ink-soft"),
    grid: { show: names === null, stroke: () => color("grid"), width: 1 },
    ticks: { stroke: () => color("grid"), width: 1, size: 4 },
    font: axisFont(),
    size: 40,
    gap: 4,
    space: names === null ? 60 : 24,
    values: (_chart, splits, _axis, _space, increment) =>
      names === null ? timeLabels(splits, increment) : splits.map((value) => names[value] ?? ""),
  };
  if (names !== null) axis.splits = () => names.map((_, k) => k);
  return axis;
}

/** Days as "5 Feb"; finer steps as "06:00" with the day under the first label of each day. UTC throughout. */
function timeLabels(splits: readonly number[], increment: number): string[] {
  let shown = "";
  return splits.map((seconds) => {
    const date = new Date(seconds * 1000);
    const day = `${date.getUTCDate()} ${date.toUTCString().slice(8, 11)}`;
    if (increment >= 86_400) return day;
    const clock = date.toISOString().slice(11, 16);
    const label = day === shown ? clock : `${clock}\n${day}`;
    shown = day;
    return label;
  });
}

function valueAxis(spec: ChartSpec): UPlot.Axis {
  return {
    stroke: () => color("ink-soft"),
    grid: { stroke: () => color("grid"), width: 1 },
    ticks: { show: false },
    font: axisFont(),
    size: 62,
    gap: 6,
    space: 36,
    values: (_chart, splits) => splits.map((value) => axisText(value, splits, spec)),
  };
}

function axisText(value: number, splits: readonly number[], spec: ChartSpec): string {
  const step = splits.length > 1 ? Math.abs(splits[1] - splits[0]) : 1;
  const shown = spec.lines.some((line) => line.stack === "down") ? Math.abs(value) : value;
  let digits = 0;
  // 2.5 needs one digit, 0.25 two.
  while (digits < 5 && Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) > 1e-6) digits++;
  switch (spec.format) {
    case "percent":
    case "fundingPercent":
      return `${shown.toFixed(digits)}%`;
    case "basisPoints":
    case "decimal":
    case "number":
      return shown.toFixed(digits);
    default:
      // "$50.0M" is "$50M" on an axis; "$3.25B" stays.
      return valueText(shown, spec.format)
        .replace(/(\.\d*?)0+(?=[TBMk]?$)/, "$1")
        .replace(/\.(?=[TBMk]?$)/, "");
  }
}

function axisFont(): string {
  return '12px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
}
