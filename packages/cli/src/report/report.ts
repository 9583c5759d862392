/**
 * The report of a run: one self-contained HTML page for reading, printing and checking.
 *
 * It shows what the summary says and what the record holds; it computes nothing that is not in them. The page
 * loads nothing, sends nothing and works from disk. All text from outside is escaped (html.ts).
 */
import type { RunData } from "@undertow/core";
import type { RunSummary } from "@undertow/core/metrics";
import type { PopulationDescription } from "@undertow/scenarios";
import type { Manifest } from "../record/manifest.ts";
import type { ReportData, ZoomPreset } from "./chart-spec.ts";
import { generationsFigure, sellingFigure, sellingTable } from "./figures/feedback.ts";
import { holderColumns, holderFigures } from "./figures/holders.ts";
import { levelFigures, levelsTable, ralliesTable } from "./figures/levels.ts";
import { liquidationsFigure, liquidationsTable } from "./figures/liquidations.ts";
import {
  depthFigure,
  fundingFigure,
  liquidityTable,
  openInterestFigure,
  openInterestTable,
  spreadFigure,
} from "./figures/market-state.ts";
import { ladderFigures } from "./figures/ladder.ts";
import { pricesFigure, pricesTable } from "./figures/prices.ts";
import { venueFigures, venuesTables } from "./figures/venues.ts";
import { escapeText } from "./html.ts";
import { figureSection, pageHtml, type Section, textSection, themeButton } from "./page-shell.ts";
import { sampleRun, type Samples } from "./sampling.ts";
import { populationHtml } from "./sections/population.ts";
import { openingHtml } from "./sections/opening.ts";
import { assumedHtml, leftOutHtml, madeHtml, moneyHtml } from "./sections/provenance.ts";
import { scorecardHtml } from "./sections/scorecard.ts";

/**
 * Renders a run as one HTML page.
 *
 * @param run the recorded columns; charts are empty without a measured sample
 * @param summary what `summarise` made of the run
 * @param manifest how the run was made
 * @param population who held what at the start; its section is left out without it
 * @returns a complete HTML document, under 2 MB for 33 days of five coins
 */
export function renderReport(
  run: RunData,
  summary: RunSummary,
  manifest: Manifest,
  population?: PopulationDescription,
): string {
  const samples = sampleRun(run);
  const holders = holderColumns(samples);
  const sections = makeSections(samples, summary, { manifest, holders, population });
  const presets = zoomPresets(samples, summary);
  const data: ReportData = {
    fileName: fileName(manifest),
    axes: {
      grid: samples.grid,
      intervals: samples.intervals.middles,
      hours: samples.hours.map((micros) => micros / 1e6),
      holders: (holders?.times ?? []).map((micros) => micros / 1e6),
    },
    charts: sections.flatMap((section) => section.charts),
    presets,
  };
  return page({ summary, manifest, sections, presets, data });
}

function makeSections(
  samples: Samples,
  summary: RunSummary,
  {
    manifest,
    holders,
    population,
  }: {
    readonly manifest: Manifest;
    readonly holders: ReturnType<typeof holderColumns>;
    readonly population: PopulationDescription | undefined;
  },
): Section[] {
  const { run } = samples;
  return [
    textSection("scorecard", "Scorecard", scorecardHtml(summary)),
    figureSection("prices", "Prices", [pricesFigure(samples, summary)], pricesTable(summary)),
    figureSection(
      "forced-liquidations",
      "Forced liquidations",
      [liquidationsFigure(samples, summary)],
      details("Totals by window and coin", liquidationsTable(summary)),
    ),
    ...(population === undefined
      ? []
      : [
          figureSection(
            "population",
            "Population at the start",
            ladderFigures(population),
            populationHtml(population),
          ),
        ]),
    figureSection(
      "interest",
      "Open interest",
      [openInterestFigure(samples, summary)],
      openInterestTable(summary),
    ),
    figureSection(
      "liquidity",
      "Depth and spread",
      [depthFigure(samples, summary), spreadFigure(samples, summary)],
      liquidityTable(summary),
    ),
    figureSection("funding-rate", "Funding", [fundingFigure(samples, summary)], ""),
    ...(run.venues.length > 1
      ? [figureSection("venues", "Venues", venueFigures(samples, summary), venuesTables(summary))]
      : []),
    figureSection(
      "feedback",
      "Feedback",
      [sellingFigure(samples, summary), generationsFigure(summary)],
      sellingTable(summary),
    ),
    figureSection(
      "levels",
      "Levels and stabilisation",
      levelFigures(samples, summary),
      `${levelsTable(summary)}</div><div class="plain">${ralliesTable(summary)}`,
    ),
    holders === undefined
      ? textSection("large-holders", "Large holders", "<p>The scenario tracks no large holders.</p>")
      : figureSection("large-holders", "Large holders", holderFigures(samples, holders, summary), ""),
    textSection("money", "Money", moneyHtml(run, summary)),
    textSection("made", "How it was made", madeHtml(run, summary, manifest)),
    textSection("assumed", "What is assumed", assumedHtml(manifest)),
    textSection("left-out", "What the model leaves out", leftOutHtml(run)),
  ];
}

function details(title: string, html: string): string {
  return `<details><summary>${escapeText(title)}</summary>${html}</details>`;
}

/** Spans a reader wants to look at: all, the worst day, the hours round the low. */
function zoomPresets(samples: Samples, summary: RunSummary): ZoomPreset[] {
  const from = samples.grid[0] ?? 0;
  const to = samples.grid.at(-1) ?? 1;
  const presets: ZoomPreset[] = [{ label: "Whole run", from, to }];
  const add = (label: string, start: number, end: number): void => {
    const span = { label, from: Math.max(from, start), to: Math.min(to, end) };
    const known = presets.some((preset) => preset.from === span.from && preset.to === span.to);
    if (span.to > span.from && !known) presets.push(span);
  };
  const worst = summary.liquidations.worst24h;
  if (worst !== null) add("Worst 24 h", Date.parse(worst.from) / 1000, Date.parse(worst.to) / 1000);
  const low = summary.stabilisation.lastNewLow;
  if (low !== null) {
    const hours = to - from > 4 * 86_400 ? 24 : 3;
    add(`Low ± ${hours} h`, Date.parse(low) / 1000 - hours * 3600, Date.parse(low) / 1000 + hours * 3600);
  }
  return presets;
}

/** A name for downloads that is safe on every file system. */
function fileName(manifest: Manifest): string {
  const plain = `${manifest.scenarioName}-${manifest.seed}`
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return `undertow-${plain.slice(0, 60)}`;
}

function page(parts: {
  summary: RunSummary;
  manifest: Manifest;
  sections: readonly Section[];
  presets: readonly ZoomPreset[];
  data: ReportData;
}): string {
  const { summary, manifest, sections, presets, data } = parts;
  const buttons = presets.map(
    ({ label }, index) =>
      `<button type="button" data-preset="${index}" aria-pressed="${index === 0}">${escapeText(label)}</button>`,
  );
  return pageHtml({
    title: summary.title,
    version: manifest.versions.undertow,
    opening: openingHtml(summary, manifest),
    bar: `<div class="bar" role="group" aria-label="Time shown in all charts, and theme"><span class="label">Time shown</span>${buttons.join("")}<span class="spacer"></span>${themeButton}</div>
<p class="hidden" id="chart-keys">Arrow keys read values, shift and arrow keys move in time, plus and minus zoom, 0 shows the whole run. The table below the chart holds the numbers.</p>`,
    sections,
    footer:
      "Times are UTC. Drag across a chart to zoom all of them, double-click to see the whole run; lines are thinned to at most 2,500 points that keep every extreme, and series.parquet holds every sample.",
    data,
  });
}
