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

const colors = new Map<string, string>();

/** Colour of a style-sheet variable under the theme in force. */
export function color(name: string): string {
  let value = colors.get(name);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
    colors.set(name, value);
  }
  return value;
}

/** Forgets the colours read so far; call when the theme changed, before redrawing. */
export function forgetColors(): void {
  colors.clear();
}

/** Series index in uPlot of a line: stacks are drawn from the outside in, so all lines are in reverse order. */
export function seriesOf(spec: ChartSpec, lineIndex: number): number {
  return spec.lines.length - lineIndex;
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
        sums[stack][k]! += sign * (value ?? 0);
        return sums[stack][k]!;
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
  let plot: Plot | undefined;
  let ready = false;
  const hooks: UPlot.Hooks.Arrays = {
    draw: [(chart) => drawMarks(chart, spec, hidden)],
    setCursor: [() => plot !== undefined && events.pointed(plot)],
    setScale: [
      (chart, key) => {
        const { min, max } = chart.scales[key]!;
        if (ready && onTime && key === "x" && min != null && max != null) events.zoomed(min, max);
      },
    ],
  };
  const options = plotOptions(spec, x, hidden, host.clientWidth);
  options.hooks = hooks;
  if (onTime) options.cursor!.bind = { dblclick: () => () => (events.reset(), null) };
  const chart = new uPlot(options, plotData(spec, x, hidden), host);
  plot = { spec, x, onTime, chart, host, hidden };
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
  const labelled = spec.lines.some((line) => line.endLabel !== undefined);
  return {
    width: Math.max(200, width),
    height: spec.height,
    padding: [14, labelled ? 50 : 12, 0, 0],
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
        align: x.length > 0 && x[0]! > 1e6 ? 1 : 0,
      }),
      fillTo: () => 0,
    } as UPlot.Series;
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
  const names = typeof spec.x === "string" ? null : spec.x;
  const axis: UPlot.Axis = {
    stroke: () => color("ink-soft"),
    grid: { show: names === null, stroke: () => color("grid"), width: 1 },
    ticks: { stroke: () => color("grid"), width: 1, size: 4 },
    font: axisFont(),
    size: 40,
    gap: 4,
    space: names === null ? 76 : 24,
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
  const step = splits.length > 1 ? Math.abs(splits[1]! - splits[0]!) : 1;
  const shown = spec.lines.some((line) => line.stack === "down") ? Math.abs(value) : value;
  const digits = Math.max(0, Math.min(5, Math.ceil(-Math.log10(step) - 1e-9)));
  switch (spec.format) {
    case "percent":
    case "fundingPercent":
      return `${shown.toFixed(digits)}%`;
    case "basisPoints":
    case "number":
      return shown.toFixed(digits);
    default:
      return valueText(shown, spec.format);
  }
}

function axisFont(): string {
  return '12px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
}

function drawMarks(chart: UPlot, spec: ChartSpec, hidden: ReadonlySet<number>): void {
  const { ctx, bbox } = chart;
  const ratio = uPlot.pxRatio;
  ctx.save();
  ctx.font = `${11.5 * ratio}px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif`;
  drawZero(chart, spec);
  for (const level of spec.levels ?? []) {
    const y = Math.round(chart.valToPos(level.value, "y", true));
    if (y < bbox.top || y > bbox.top + bbox.height) continue;
    ctx.strokeStyle = color("ink-soft");
    ctx.lineWidth = ratio;
    ctx.setLineDash([2 * ratio, 3 * ratio]);
    strokeLine(ctx, [bbox.left, y], [bbox.left + bbox.width, y]);
    ctx.setLineDash([]);
    ctx.fillStyle = color("ink-soft");
    ctx.textAlign = "left";
    ctx.textBaseline = "bottom";
    ctx.fillText(level.label, bbox.left + 6 * ratio, y - 3 * ratio);
  }
  (spec.moments ?? []).forEach((moment, index) => drawMoment(chart, moment.time, String(index + 1), index));
  drawEndLabels(chart, spec, hidden);
  ctx.restore();
}

function strokeLine(ctx: CanvasRenderingContext2D, from: [number, number], to: [number, number]): void {
  ctx.beginPath();
  ctx.moveTo(...from);
  ctx.lineTo(...to);
  ctx.stroke();
}

function drawZero(chart: UPlot, spec: ChartSpec): void {
  const { ctx, bbox } = chart;
  const { min, max } = chart.scales["y"]!;
  if (spec.fromZero !== true || min == null || max == null || min > 0 || max < 0) return;
  const y = Math.round(chart.valToPos(0, "y", true));
  ctx.strokeStyle = color("ink-soft");
  ctx.lineWidth = uPlot.pxRatio;
  strokeLine(ctx, [bbox.left, y], [bbox.left + bbox.width, y]);
}

function drawMoment(chart: UPlot, time: number, label: string, index: number): void {
  const { ctx, bbox } = chart;
  const ratio = uPlot.pxRatio;
  const x = Math.round(chart.valToPos(time, "x", true));
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  ctx.strokeStyle = color("accent");
  ctx.lineWidth = ratio;
  ctx.setLineDash([3 * ratio, 3 * ratio]);
  strokeLine(ctx, [x, bbox.top], [x, bbox.top + bbox.height]);
  ctx.setLineDash([]);
  // Neighbouring moments would cover each other, so markers take turns on three heights.
  const y = bbox.top + (9 + (index % 3) * 18) * ratio;
  ctx.fillStyle = color("accent");
  ctx.beginPath();
  ctx.arc(x, y, 8 * ratio, 0, 2 * Math.PI);
  ctx.fill();
  ctx.fillStyle = color("page");
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(label, x, y + 0.5 * ratio);
}

function drawEndLabels(chart: UPlot, spec: ChartSpec, hidden: ReadonlySet<number>): void {
  const { ctx, bbox } = chart;
  const ratio = uPlot.pxRatio;
  const last = chart.scales["x"]!.max ?? Infinity;
  const labels: { text: string; y: number; color: string }[] = [];
  spec.lines.forEach((line, index) => {
    if (line.endLabel === undefined || hidden.has(index)) return;
    const values = chart.data[seriesOf(spec, index)]!;
    for (let k = chart.data[0]!.length - 1; k >= 0; k--) {
      const value = values[k];
      if (value == null || chart.data[0]![k]! > last) continue;
      const y = chart.valToPos(value, "y", true);
      labels.push({ text: line.endLabel, y, color: color(line.color) });
      break;
    }
  });
  labels.sort((a, b) => a.y - b.y);
  const gap = 13 * ratio;
  for (let k = 1; k < labels.length; k++) labels[k]!.y = Math.max(labels[k]!.y, labels[k - 1]!.y + gap);
  const floor = bbox.top + bbox.height;
  for (let k = labels.length - 1; k >= 0; k--) {
    labels[k]!.y = Math.min(labels[k]!.y, floor - (labels.length - 1 - k) * gap);
  }
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  const left = bbox.left + bbox.width;
  for (const label of labels) {
    ctx.fillStyle = label.color;
    ctx.fillRect(left + 3 * ratio, label.y - 1.5 * ratio, 5 * ratio, 3 * ratio);
    ctx.fillStyle = color("ink");
    ctx.fillText(label.text, left + 11 * ratio, label.y);
  }
}
