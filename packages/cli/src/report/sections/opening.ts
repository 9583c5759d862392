/**
 * The top of the page: title, one sentence, the main numbers, and whether the run ended early.
 */
import type { RunSummary } from "@undertow/core/metrics";
import { failureText } from "../../summary/failure-text.ts";
import { formatNumber, formatPercent, formatRatio, formatTime, formatUsd } from "../../summary/format.ts";
import type { Manifest } from "../../record/manifest.ts";
import { coinName } from "../figure.ts";
import { escapeText, outsideText } from "../html.ts";

/** Title, headline and key figures. */
export function openingHtml(summary: RunSummary, manifest: Manifest): string {
  const span = `${formatTime(manifest.window.start)} to ${formatTime(manifest.window.end)} UTC`;
  return `<header class="top">
<p class="kicker">Undertow, report of a simulated run: ${outsideText(manifest.scenarioName, 60)}, seed ${outsideText(manifest.seed, 40)}, ${escapeText(span)}</p>
<h1>${outsideText(summary.title, 200)}</h1>
<p class="lede">${outsideText(summary.headline, 800)}</p>
${partialNotice(manifest)}${tiles(summary)}
</header>`;
}

function partialNotice(manifest: Manifest): string {
  if (!manifest.partial) return "";
  const { failure, reached } = manifest;
  const how = failure === undefined ? "was stopped" : "failed";
  const why = failure === undefined ? "" : `: ${outsideText(failureText(failure), 1000)}`;
  return `<p class="notice" role="note"><strong>Partial run.</strong> It ${how} at ${escapeText(formatTime(reached))} UTC, before the end of its window${why}. All figures are of the part that was simulated.</p>\n`;
}

function tiles(summary: RunSummary): string {
  const { prices, liquidations, feedback, scorecard } = summary;
  const reference = prices.coins.find((coin) => coin.coin === prices.referenceCoin);
  const total = liquidations.wholeRun.total;
  const graded = scorecard.hits + scorecard.misses;
  const items: readonly (readonly [name: string, value: string, beside: string])[] = [
    [
      `${coinName(prices.referenceCoin)} fell, peak to low`,
      formatPercent(reference?.fall),
      `its fundamental ${formatPercent(reference?.fundamentalFall)}`,
    ],
    [
      "Median altcoin fell",
      formatPercent(prices.medianAltcoinFall),
      `${formatRatio(prices.medianAltcoinFallOverBtc)} ${coinName(prices.referenceCoin)}`,
    ],
    ["Forced liquidations", formatUsd(total?.usd), `${formatPercent(total?.longShare, 0)} longs`],
    ["Traders liquidated", formatNumber(total?.traders), `of ${formatNumber(summary.run.traders)}`],
    ["Forced share of selling", formatPercent(feedback.crash.forced), "peak to low"],
    [
      "Published facts met",
      graded === 0 ? "—" : `${scorecard.hits} of ${graded}`,
      `${scorecard.notGraded} shown, not graded`,
    ],
  ];
  const html = items.map(
    ([name, value, beside]) =>
      `<div><dt>${escapeText(name)}</dt><dd>${escapeText(value)} <small>${escapeText(beside)}</small></dd></div>`,
  );
  return `<dl class="tiles">${html.join("")}</dl>`;
}
