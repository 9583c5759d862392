/**
 * The scorecard: every published fact beside the simulated figure, misses included.
 *
 * Verdicts are words first; colour only repeats them. Facts outside the run's window are listed apart.
 */
import type { FactRow, RunSummary, Verdict } from "@undertow/core/metrics";
import { formatFactRange, formatFactValue } from "../../summary/fact-text.ts";
import { formatShortTime } from "../../summary/format.ts";
import { coinName } from "../figure.ts";
import { dataTable, escapeText, outsideText, sourceText, type Cell } from "../html.ts";

const VERDICTS: Readonly<
  Record<Verdict, { readonly mark: string; readonly words: string; readonly tone: string }>
> = {
  hit: { mark: "✓", words: "hit", tone: "hit" },
  miss: { mark: "✗", words: "miss", tone: "miss" },
  "not-graded": { mark: "·", words: "not graded", tone: "none" },
  "outside-run": { mark: "·", words: "outside the run", tone: "none" },
};

/** Counts, the note on seeds and the table. */
export function scorecardHtml(summary: RunSummary): string {
  const { scorecard, facts } = summary;
  if (facts.length === 0) return "<p>The scenario brings no published facts to compare with.</p>";
  const inside = facts.filter((row) => row.verdict !== "outside-run");
  const outside = facts.filter((row) => row.verdict === "outside-run");
  const counts = `${scorecard.hits} hit, ${scorecard.misses} miss${scorecard.misses === 1 ? "" : "es"}, ${scorecard.notGraded} not graded`;
  const table =
    inside.length === 0
      ? ""
      : `<div class="plain">${factTable("Published facts and simulated figures", inside)}</div>`;
  const rest =
    outside.length === 0
      ? ""
      : `<details class="plain"><summary>${outside.length} more ${outside.length === 1 ? "fact lies" : "facts lie"} outside the time that was simulated</summary>${factTable("Facts outside the run", outside)}</details>`;
  return `<p><strong>${counts}.</strong> ${outsideText(scorecard.note, 400)}</p>
<p class="soft">A hit lies inside the accepted range. Facts that contradict each other, and those published without a firm window, are shown but not graded.</p>
${table}${rest}`;
}

function factTable(caption: string, facts: readonly FactRow[]): string {
  return dataTable({
    caption,
    head: ["Fact", "Published", "Accepted range", "Simulated", "Verdict", "Source"],
    rows: facts.map(factCells),
    cards: true,
  });
}

function factCells(row: FactRow): Cell[] {
  const { fact, verdict } = row;
  const { mark, words, tone } = VERDICTS[verdict];
  const notes = [windowText(row), row.note, fact.note].filter(
    (text) => text !== null && text !== undefined && text !== "",
  );
  const detail = notes.map((text) => `<span class="sub">${outsideText(text!, 400)}</span>`).join("");
  return [
    { html: `${outsideText(fact.title, 160)}${detail}` },
    { html: escapeText(formatFactValue(fact, fact.value)), number: true },
    {
      html: `${escapeText(formatFactRange(row))}<span class="sub">${escapeText(row.rule)}</span>`,
      number: true,
      className: "range",
    },
    { html: escapeText(formatFactValue(fact, row.simulated)), number: true },
    { html: `<span class="verdict ${tone}"><span aria-hidden="true">${mark}</span> ${words}</span>` },
    {
      html: `${sourceText(fact.source)} <span>(confidence ${escapeText(fact.confidence)})</span>`,
      className: "source",
    },
  ];
}

function windowText(row: FactRow): string {
  const { coin, side, from, to } = row.fact;
  const who = [
    coin === undefined || coin === "ALL" ? "all coins" : coinName(coin),
    ...(side === undefined ? [] : [`${side}s`]),
  ].join(", ");
  if (from === undefined && to === undefined) return `${who}, whole run`;
  const span = [
    from === undefined ? "start" : formatShortTime(from),
    to === undefined ? "end" : formatShortTime(to),
  ];
  return `${who}, ${span.join(" to ")} UTC`;
}
