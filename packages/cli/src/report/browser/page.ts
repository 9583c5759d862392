/**
 * The report's page at work: draws all charts, ties their cursors and zooms, keyboard, legends, downloads,
 * theme and print.
 *
 * Runs in the reader's browser, inlined into the report; it never loads or sends anything.
 */
/// <reference lib="dom" />
import type { ChartSpec, ReportData } from "../chart-spec.ts";
import { valueText } from "../value-text.ts";
import { seriesOf } from "./marks.ts";
import { createPlot, plotData, type Plot } from "./plot.ts";
import { openForPrint, startScorecard } from "./scorecard-marks.ts";
import { forgetColors } from "./theme-colors.ts";

const report = JSON.parse(document.getElementById("report-data")!.textContent) as ReportData;
const grid = report.axes["grid"] ?? [];
const whole: readonly [number, number] = [grid[0] ?? 0, grid.at(-1) ?? 1];
const plots: Plot[] = [];
let zooming = false;

function start(): void {
  for (const spec of report.charts) {
    const host = document.querySelector<HTMLElement>(`[data-plot="${spec.id}"]`);
    if (host !== null) addPlot(spec, host);
  }
  zoomAll(...whole);
  document.querySelectorAll<HTMLButtonElement>("[data-preset]").forEach((button) => {
    const preset = report.presets[Number(button.dataset["preset"])];
    button.addEventListener("click", () => zoomAll(preset.from, preset.to));
  });
  document.getElementById("theme")?.addEventListener("click", switchTheme);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);
  addEventListener("beforeprint", () => setPrinting(true));
  addEventListener("afterprint", () => setPrinting(false));
  startScorecard();
  showTheme();
  document.documentElement.dataset["ready"] = "true";
}

function addPlot(spec: ChartSpec, host: HTMLElement): void {
  const plot = createPlot(spec, report, host, {
    zoomed: zoomAll,
    reset: () => zoomAll(...whole),
    pointed: showValues,
  });
  plots.push(plot);
  new ResizeObserver(() => resize(plot)).observe(host);
  host.addEventListener("keydown", (event) => onKey(plot, event));
  const figure = host.closest("figure")!;
  figure.querySelectorAll<HTMLButtonElement>("[data-line]").forEach((button) => {
    button.addEventListener("click", () => toggleLine(plot, button));
  });
  figure.querySelector("[data-csv]")?.addEventListener("click", () => downloadCsv(plot));
}

function resize(plot: Plot): void {
  const width = Math.max(200, plot.host.clientWidth);
  if (width !== plot.chart.width) plot.chart.setSize({ width, height: plot.spec.height });
}

function zoomAll(from: number, to: number): void {
  if (zooming || !(to > from)) return;
  zooming = true;
  for (const plot of plots) {
    if (!plot.onTime) continue;
    const { min, max } = plot.chart.scales["x"];
    if (min !== from || max !== to) plot.chart.setScale("x", { min: from, max: to });
    plot.host.dataset["from"] = String(Math.round(from));
    plot.host.dataset["to"] = String(Math.round(to));
  }
  report.presets.forEach((preset, index) => {
    const button = document.querySelector(`[data-preset="${index}"]`);
    button?.setAttribute("aria-pressed", String(preset.from === from && preset.to === to));
  });
  // uPlot applies scales in a microtask and calls back then; what follows is the reader's again.
  queueMicrotask(() => queueMicrotask(() => (zooming = false)));
}

function showValues(plot: Plot): void {
  const figure = plot.host.closest("figure")!;
  const index = plot.chart.cursor.idx ?? null;
  const pointed = index !== null && (plot.chart.cursor.left ?? -1) >= 0;
  const when = figure.querySelector<HTMLElement>("[data-when]");
  if (when !== null) when.textContent = pointed ? xText(plot, index) : (when.dataset["when"] ?? "");
  figure.querySelectorAll<HTMLElement>("[data-value]").forEach((element) => {
    const line = plot.spec.lines[Number(element.dataset["value"])];
    element.textContent = pointed ? valueText(line.values[index], plot.spec.format) : "";
  });
}

function xText(plot: Plot, index: number): string {
  if (!plot.onTime) return (plot.spec.x as readonly string[])[index] ?? "";
  return `${new Date(plot.x[index] * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function toggleLine(plot: Plot, button: HTMLButtonElement): void {
  const index = Number(button.dataset["line"]);
  const shown = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(shown));
  if (shown) plot.hidden.delete(index);
  else plot.hidden.add(index);
  const { min, max } = plot.chart.scales["x"];
  plot.chart.batch(() => {
    plot.chart.setSeries(seriesOf(plot.spec, index), { show: shown });
    plot.chart.setData(plotData(plot.spec, plot.x, plot.hidden), false);
    if (min != null && max != null) plot.chart.setScale("x", { min, max });
  });
}

function onKey(plot: Plot, event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { min, max } = plot.chart.scales["x"];
  if (min == null || max == null) return;
  const span = max - min;
  const direction = event.key === "ArrowLeft" ? -1 : 1;
  switch (event.key) {
    case "ArrowLeft":
    case "ArrowRight":
      if (event.shiftKey && plot.onTime) pan(direction * span * 0.2, min, max);
      else moveCursor(plot, direction);
      break;
    case "+":
    case "=":
      zoomAround(plot, min, max, 0.5);
      break;
    case "-":
      zoomAround(plot, min, max, 2);
      break;
    case "0":
    case "Escape":
      zoomAll(...whole);
      break;
    default:
      return;
  }
  event.preventDefault();
}

function pan(by: number, min: number, max: number): void {
  const shift = Math.max(whole[0] - min, Math.min(whole[1] - max, by));
  zoomAll(min + shift, max + shift);
}

function zoomAround(plot: Plot, min: number, max: number, factor: number): void {
  if (!plot.onTime) return;
  const index = plot.chart.cursor.idx;
  const pointed = (plot.chart.cursor.left ?? -1) >= 0 && index != null ? plot.x[index] : (min + max) / 2;
  const span = Math.max(600, (max - min) * factor);
  const from = Math.max(whole[0], pointed - ((pointed - min) / (max - min)) * span);
  zoomAll(from, Math.min(whole[1], from + span));
}

function moveCursor(plot: Plot, direction: number): void {
  const { chart, x } = plot;
  const first = chart.valToIdx(chart.scales["x"].min ?? 0);
  const last = chart.valToIdx(chart.scales["x"].max ?? 0);
  const step = Math.max(1, Math.round((last - first) / 120));
  const at = chart.cursor.idx == null || (chart.cursor.left ?? -1) < 0 ? null : chart.cursor.idx;
  const next =
    at === null ? (direction > 0 ? first : last) : Math.max(first, Math.min(last, at + direction * step));
  chart.setCursor({ left: chart.valToPos(x[next], "x"), top: 10 });
  const text = plot.host.closest("figure")!.querySelector<HTMLElement>("[data-spoken]");
  if (text === null) return;
  const values = plot.spec.lines.filter((_, index) => !plot.hidden.has(index));
  const spoken = values.map((line) => `${line.name} ${valueText(line.values[next], plot.spec.format)}`);
  text.textContent = `${xText(plot, next)}: ${spoken.join(", ")}`;
}

function csvCell(text: string): string {
  // A leading sign of a formula would run in a spreadsheet.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

function downloadCsv(plot: Plot): void {
  const { spec } = plot;
  const head = [
    plot.onTime ? "time_utc" : "group",
    ...spec.lines.map((line) => `${line.name} [${spec.unit}]`),
  ];
  const rows = plot.x.map((value, k) => {
    const first = plot.onTime ? new Date(value * 1000).toISOString() : csvCell(xText(plot, k));
    return [first, ...spec.lines.map((line) => String(line.values[k] ?? ""))].join(",");
  });
  const text = `${head.map(csvCell).join(",")}\n${rows.join("\n")}\n`;
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `${report.fileName}-${spec.id}.csv`;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function isDark(): boolean {
  const chosen = document.documentElement.dataset["theme"];
  return chosen === undefined ? matchMedia("(prefers-color-scheme: dark)").matches : chosen === "dark";
}

function switchTheme(): void {
  document.documentElement.dataset["theme"] = isDark() ? "light" : "dark";
  showTheme();
  redrawAll();
}

function showTheme(): void {
  const name = document.querySelector("#theme [data-name]");
  if (name !== null) name.textContent = isDark() ? "Light" : "Dark";
}

function redrawAll(): void {
  forgetColors();
  showTheme();
  for (const plot of plots) plot.chart.redraw(false, true);
}

function setPrinting(printing: boolean): void {
  if (printing) document.documentElement.dataset["printing"] = "true";
  else delete document.documentElement.dataset["printing"];
  openForPrint(printing);
  forgetColors();
  for (const plot of plots) {
    const width = printing ? 660 : Math.max(200, plot.host.clientWidth);
    plot.chart.setSize({ width, height: plot.spec.height });
    plot.chart.redraw(false, true);
  }
}

start();
