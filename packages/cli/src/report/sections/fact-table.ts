/**
 * The full table of published facts beside simulated figures: one row a fact, misses included.
 *
 * Verdicts are words first; colour only repeats them. Each row has an id for the marks of the scorecard to link to.
 */
import { MOMENT_KINDS, type FactRow, type Verdict } from "@undertow/core/metrics";
import { VERDICT_MARKS } from "../../summary/fact-groups.ts";
import { formatFactRange, formatFactValue } from "../../summary/fact-text.ts";
import { formatHours, formatShortTime, hoursBetween } from "../../summary/format.ts";
import { coinName } from "../figure.ts";
import { dataTable, escapeText, outsideText, sourceText, type Cell } from "../html.ts";

/** A fact with its place in the summary, from which its address on the page is made. */
export interface PlacedFact extends FactRow {
  readonly place: number;
}

const WORDS: Readonly<Record<Verdict, { readonly words: string; readonly tone: string }>> = {
  hit: { words: "hit", tone: "hit" },
  miss: { words: "miss", tone: "miss" },
  "not-graded": { words: "not graded", tone: "none" },
  "outside-run": { words: "outside the run", tone: "none" },
};

/** Address of a fact's row on the page. */
export function factId(row: PlacedFact): string {
  return `fact-${row.place}`;
}

/** How a verdict is said and coloured. */
export function verdictWords(verdict: Verdict): { readonly words: string; readonly tone: string } {
  return WORDS[verdict];
}

/** Facts as a table; narrow screens show each as a card. */
export function factTable(caption: string, facts: readonly PlacedFact[]): string {
  return dataTable({
    caption,
    head: ["Fact (times UTC)", "Published, confidence", "Accepted", "Simulated", "Verdict", "Source"],
    rows: facts.map(factCells),
    ids: facts.map(factId),
    className: "facts",
    cards: true,
  });
}

function factCells(row: PlacedFact): Cell[] {
  const { fact, verdict } = row;
  const { words, tone } = WORDS[verdict];
  const notes = [coinText(row), windowText(row), row.note, fact.note].filter(
    (text) => text !== null && text !== undefined && text !== "",
  );
  const detail = notes.map((text) => outsideText(text!, 400)).join(" · ");
  return [
    { html: `${outsideText(fact.title, 160)} <span class="sub">${detail}</span>` },
    {
      html: `${escapeText(formatFactValue(fact, fact.value))} <span class="sub">${escapeText(fact.confidence)}</span>`,
      number: true,
    },
    {
      html: `${escapeText(formatFactRange(row))} <span class="sub">${escapeText(row.rule)}</span>`,
      number: true,
      className: "range",
    },
    { html: escapeText(formatFactValue(fact, row.simulated)), number: true },
    {
      html: `<span class="verdict ${tone}"><span aria-hidden="true">${VERDICT_MARKS[verdict]}</span> ${words}</span>`,
    },
    { html: sourceText(fact.source), className: "source" },
  ];
}

/** The coin and side of a fact; nothing for all coins where the row's note already says which those are. */
function coinText({ fact, note }: FactRow): string {
  const all = fact.coin === undefined || fact.coin === "ALL";
  const coins = all ? (note === null ? "all coins" : "") : coinName(fact.coin);
  return [coins, fact.side === undefined ? "" : `${fact.side}s`].filter((text) => text !== "").join(", ");
}

function windowText({ fact }: FactRow): string {
  const { kind, from, to } = fact;
  if (from === undefined && to === undefined) return MOMENT_KINDS.has(kind) ? "end of the run" : "whole run";
  if (MOMENT_KINDS.has(kind)) return `at ${formatShortTime(to ?? from)}`;
  const end = to === undefined ? "end" : formatShortTime(to);
  if (from === undefined || to === undefined)
    return `${from === undefined ? "start" : formatShortTime(from)} to ${end}`;
  return `${formatHours(hoursBetween(from, to))} to ${end}`;
}
