/**
 * The frame of every page: head with its policy, contents, bar, sections, and the scripts that draw the charts.
 *
 * The page loads nothing and sends nothing. Texts in `main` must be safe HTML; title and names are escaped here.
 */
import { readAssets } from "./assets.ts";
import type { ChartSpec, ReportData } from "./chart-spec.ts";
import { figureHtml, type Figure } from "./figure.ts";
import { escapeText, scriptJson, shorten } from "./html.ts";
import { reportStyle } from "./styles.ts";

/** A part of a page with its charts. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly html: string;
  readonly charts: readonly ChartSpec[];
}

/** A section of words and tables. */
export function textSection(id: string, title: string, html: string): Section {
  return { id, title, html, charts: [] };
}

/** A section of figures, with HTML after them. */
export function figureSection(id: string, title: string, figures: readonly Figure[], after: string): Section {
  const html =
    figures.map(figureHtml).join("\n") + (after === "" ? "" : `\n<div class="plain">${after}</div>`);
  return { id, title, html, charts: figures.map((figure) => figure.chart) };
}

/** A whole page. */
export interface Page {
  readonly title: string;
  /** Version of the command that wrote it. */
  readonly version: string;
  /** Title and main figures, HTML. */
  readonly opening: string;
  /** What stands in the bar below: buttons, HTML. */
  readonly bar: string;
  readonly sections: readonly Section[];
  /** Last words, plain text. */
  readonly footer: string;
  readonly data: ReportData;
}

/** The page as an HTML document. */
export function pageHtml({ title, version, opening, bar, sections, footer, data }: Page): string {
  const assets = readAssets();
  const links = sections.map((part) => `<li><a href="#${part.id}">${escapeText(part.title)}</a></li>`);
  const body = sections.map(
    (part) =>
      `<section id="${part.id}" aria-labelledby="${part.id}-title">\n<h2 id="${part.id}-title">${escapeText(part.title)}</h2>\n${part.html}\n</section>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none';script-src 'unsafe-inline';style-src 'unsafe-inline';img-src data:;base-uri 'none';form-action 'none'">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="undertow ${escapeText(shorten(version, 40))}">
<link rel="icon" href="data:,">
<title>${escapeText(shorten(title, 120))} – Undertow</title>
<style>${assets.chartStyle}</style>
<style>${reportStyle}</style>
</head>
<body>
<a class="skip" href="#${sections[0].id}">Skip to the results</a>
<div class="layout">
<nav class="contents" aria-label="Contents"><ol>${links.join("")}</ol></nav>
<main>
${opening}
${bar}
<noscript><p class="notice">Charts need JavaScript. Every number behind them is in the tables below each caption.</p></noscript>
${body.join("\n")}
<footer>${escapeText(footer)}</footer>
</main>
</div>
<script type="application/json" id="report-data">${scriptJson(data)}</script>
<script>${assets.chartScript}</script>
<script type="module">${assets.pageScript}</script>
</body>
</html>
`;
}

/** The button that changes the theme. */
export const themeButton = `<button type="button" id="theme"><span data-name>Dark</span><span class="narrow-hidden"> theme</span></button>`;
