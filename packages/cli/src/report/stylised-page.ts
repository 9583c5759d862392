/**
 * The page of `undertow facts`: the table with its verdicts, and the pictures behind it. Computes no verdict itself.
 */
import { factsByOutcome, countGates, FACT_TITLES, stylisedLines } from "../summary/render-stylised.ts";
import { bandText, horizonText, valueWithError, type StylisedLine } from "../summary/render-stylised.ts";
import { formatNumber, formatTime } from "../summary/format.ts";
import type { StylisedReport } from "@undertow/scenarios";
import type { StylisedRow } from "@undertow/core/metrics";
import { bookFigures, impactFigures, memoryFigures, tailFigures } from "./figures/stylised.ts";
import { dataTable, escapeText, numberCell, outsideText, textCell, type Cell } from "./html.ts";
import { figureSection, pageHtml, textSection, themeButton, type Section } from "./page-shell.ts";

/**
 * The page as an HTML document.
 *
 * @param version of the command
 */
export function renderStylisedPage(report: StylisedReport, version: string): string {
  const sections: Section[] = [
    textSection("table", "Facts and bands", tableHtml(report)),
    figureSection("tails", "Tails", tailFigures(report), ""),
    figureSection("memory", "Memory", memoryFigures(report), ""),
    ...section("impact", "Impact", impactFigures(report)),
    ...section("book", "The average book", bookFigures(report)),
    textSection("made", "How it was made", madeHtml(report)),
  ];
  return pageHtml({
    title: `Stylised facts of ${report.scenario}`,
    version,
    opening: openingHtml(report),
    bar: `<div class="bar" role="group" aria-label="Theme"><span class="spacer"></span>${themeButton}</div>`,
    sections,
    footer: "Pictures are of the first seed; the table is the mean over seeds.",
    data: {
      fileName: "undertow-facts",
      axes: {},
      charts: sections.flatMap((part) => part.charts),
      presets: [],
    },
  });
}

function section(id: string, title: string, figures: Parameters<typeof figureSection>[2]): Section[] {
  return figures.length === 0 ? [] : [figureSection(id, title, figures, "")];
}

function openingHtml(report: StylisedReport): string {
  const { passed, gates } = countGates(report.rows);
  const { met, missed } = factsByOutcome(report.rows);
  const names = (facts: readonly string[]): string =>
    facts.map((fact) => `${fact} ${(FACT_TITLES[fact] ?? "").toLowerCase()}`).join(", ") || "none";
  return `<header class="top">
<p class="kicker">Undertow, stylised facts of a simulated market: ${outsideText(report.scenario, 60)}, ${escapeText(formatTime(report.start))} to ${escapeText(formatTime(report.end))} UTC</p>
<h1>${outsideText(report.title, 200)}</h1>
<p class="lede">${passed} of ${gates} gates passed. Every gate passed: ${escapeText(names(met))}. At least one failed: ${escapeText(names(missed))}.</p>
</header>`;
}

function tableHtml(report: StylisedReport): string {
  const rows = stylisedLines(report).map((line) => lineCells(line));
  return dataTable({
    caption: "Stylised facts, their bands and what was measured",
    head: [
      "Fact",
      "Statistic",
      "Returns over",
      "Band",
      ...report.coins.flatMap((coin) => [coin, `${coin} verdict`]),
      "Values",
    ],
    rows,
    cards: true,
  });
}

function lineCells({ about, byCoin }: StylisedLine): Cell[] {
  return [
    textCell(`${about.fact} ${FACT_TITLES[about.fact] ?? ""}`),
    textCell(about.name),
    textCell(horizonText(about)),
    numberCell(bandText(about)),
    ...byCoin.flatMap((row) =>
      row === undefined
        ? [numberCell(""), textCell("")]
        : [numberCell(valueWithError(row)), verdictCell(row)],
    ),
    numberCell(formatNumber(about.size)),
  ];
}

function verdictCell({ verdict }: StylisedRow): Cell {
  const className = verdict === "pass" ? "verdict hit" : verdict === "fail" ? "verdict miss" : "";
  return { html: escapeText(verdict), ...(className === "" ? {} : { className }) };
}

function madeHtml(report: StylisedReport): string {
  const seeds = report.seeds.join(", ");
  const impact =
    report.impactSeeds.length === 0
      ? "Impact was not measured."
      : `Impact: paired runs with and without a metaorder, seeds ${report.impactSeeds.join(", ")}.`;
  const crash =
    report.crash === undefined
      ? "No crash was compared."
      : `Crash: ${report.crash.scenario}, state hash ${report.crash.stateHash}.`;
  return `<p>Seeds ${outsideText(seeds)}. ${escapeText(impact)} ${escapeText(crash)}</p>
<p>Scenario hash ${escapeText(report.scenarioHash)}; state hashes ${escapeText(report.stateHashes.join(", "))}.</p>
<p>Values inside or outside a band that is for information are marked so and decide nothing. n is of one seed.</p>`;
}
