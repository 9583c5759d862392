/**
 * What the report draws over a chart: zero line, price levels, numbered moments, names at the ends of lines; and behind
 * its lines: shaded spans.
 *
 * Runs in the reader's browser, inlined into the report; called at every drawing, so it keeps no state.
 */
/// <reference lib="dom" />
import type UPlot from "uplot";
import type { ChartSpec } from "../chart-spec.ts";
import { color } from "./theme-colors.ts";

declare const uPlot: typeof UPlot;

/** Opacity of shaded spans; two of them over each other are seen as two. */
const SHADE = 0.18;

/** Draws everything that belongs on top of the lines of a chart. */
export function drawMarks(chart: UPlot, spec: ChartSpec, hidden: ReadonlySet<number>): void {
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
    ctx.textBaseline = "middle";
    ctx.fillText(level.label, bbox.left + bbox.width + 5 * ratio, y);
  }
  // The rightmost marker of each row so far: neighbours that would cover each other go to the next row.
  const rows: number[] = [];
  (spec.moments ?? []).forEach((moment, index) => drawMoment(chart, moment.time, String(index + 1), rows));
  drawEndLabels(chart, spec, hidden);
  ctx.restore();
}

/** Shades the spans of a chart; called before its grid and lines are drawn. */
export function drawSpans(chart: UPlot, spec: ChartSpec): void {
  const { ctx, bbox } = chart;
  const right = bbox.left + bbox.width;
  ctx.save();
  ctx.globalAlpha = SHADE;
  for (const span of spec.spans ?? []) {
    const from = Math.max(bbox.left, chart.valToPos(span.from, "x", true));
    const to = Math.min(right, chart.valToPos(span.to, "x", true));
    if (to <= bbox.left || from >= right) continue;
    ctx.fillStyle = color(span.color);
    // A halt of a minute in a run of a month is still seen.
    ctx.fillRect(from, bbox.top, Math.max(uPlot.pxRatio, to - from), bbox.height);
  }
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
  const { min, max } = chart.scales["y"];
  if (spec.fromZero !== true || min == null || max == null || min > 0 || max < 0) return;
  const y = Math.round(chart.valToPos(0, "y", true));
  ctx.strokeStyle = color("ink-soft");
  ctx.lineWidth = uPlot.pxRatio;
  strokeLine(ctx, [bbox.left, y], [bbox.left + bbox.width, y]);
}

function drawMoment(chart: UPlot, time: number, label: string, rows: number[]): void {
  const { ctx, bbox } = chart;
  const ratio = uPlot.pxRatio;
  const x = Math.round(chart.valToPos(time, "x", true));
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  ctx.strokeStyle = color("accent");
  ctx.lineWidth = ratio;
  ctx.setLineDash([3 * ratio, 3 * ratio]);
  strokeLine(ctx, [x, bbox.top], [x, bbox.top + bbox.height]);
  ctx.setLineDash([]);
  const free = rows.findIndex((last) => x - last >= 18 * ratio);
  const row = free < 0 ? rows.length : free;
  rows[row] = x;
  const y = bbox.top + (9 + row * 18) * ratio;
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
  const last = chart.scales["x"].max ?? Infinity;
  const labels: { text: string; y: number; color: string }[] = [];
  spec.lines.forEach((line, index) => {
    if (line.endLabel === undefined || hidden.has(index)) return;
    const values = chart.data[seriesOf(spec, index)];
    for (let k = chart.data[0].length - 1; k >= 0; k--) {
      const value = values[k];
      if (value == null || chart.data[0][k] > last) continue;
      const y = chart.valToPos(value, "y", true);
      labels.push({ text: line.endLabel, y, color: color(line.color) });
      break;
    }
  });
  labels.sort((a, b) => a.y - b.y);
  const gap = 13 * ratio;
  for (let k = 1; k < labels.length; k++) labels[k].y = Math.max(labels[k].y, labels[k - 1].y + gap);
  const floor = bbox.top + bbox.height;
  for (let k = labels.length - 1; k >= 0; k--) {
    labels[k].y = Math.min(labels[k].y, floor - (labels.length - 1 - k) * gap);
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

/** Series index in uPlot of a line: stacks are drawn from the outside in, so all lines are in reverse order. */
export function seriesOf(spec: ChartSpec, lineIndex: number): number {
  return spec.lines.length - lineIndex;
}
