/**
 * The scorecard: hits and misses by what the facts are about, a mark for each fact, and the full table behind them.
 *
 * A mark is a link to its fact's row; its words are for screen readers and show when it is pointed at or focused. The
 * page's script makes each strip of marks one stop of the Tab key; without it every mark is one.
 */
import type { RunSummary } from "@undertow/core/metrics";
import { groupFacts, VERDICT_MARKS, type GroupedFacts } from "../../summary/fact-groups.ts";
import { formatFactRange, formatFactValue } from "../../summary/fact-text.ts";
import { formatCount } from "../../summary/format.ts";
import { escapeText, outsideText } from "../html.ts";
import { factId, factTable, verdictWords, type PlacedFact } from "./fact-table.ts";

/** Counts, the note on seeds, marks by group, and the tables. */
export function scorecardHtml(summary: RunSummary): string {
  const { scorecard } = summary;
  const facts = summary.facts.map((row, place): PlacedFact => ({ ...row, place }));
  if (facts.length === 0) return "<p>The scenario brings no published facts to compare with.</p>";
  const inside = facts.filter((row) => row.verdict !== "outside-run");
  const outside = facts.filter((row) => row.verdict === "outside-run");
  const counts = `${formatCount(scorecard.hits, "hit")}, ${formatCount(scorecard.misses, "miss", "misses")}, ${scorecard.notGraded} not graded`;
  const table =
    inside.length === 0
      ? ""
      : `${groupTable(groupFacts(facts))}\n<details class="plain" data-print-open><summary>All ${formatCount(inside.length, "fact")}: published, accepted, simulated, source</summary>${factTable("Published facts and simulated figures", inside)}</details>`;
  const lie = outside.length === 1 ? "fact lies" : "facts lie";
  const rest =
    outside.length === 0
      ? ""
      : `<details class="plain"><summary>${outside.length} more ${lie} outside the time that was simulated</summary>${factTable("Facts outside the run", outside)}</details>`;
  return `<p><strong>${counts}.</strong> ${outsideText(scorecard.note, 400)} <span class="soft">A hit lies inside the accepted range. Facts that contradict each other, and those published without a firm window, are shown but not graded.</span></p>
${table}${rest}`;
}

/** Explicit roles keep it a table where narrow screens lay it out as a grid. */
function groupTable(groups: readonly GroupedFacts<PlacedFact>[]): string {
  const head = ["About", "Hits", "Misses", "Not graded", "Each fact, in order of the list"]
    .map((name, k) => `<th scope="col" role="columnheader"${numberClass(k)}>${escapeText(name)}</th>`)
    .join("");
  const rows = groups.map(({ name, rows: facts, hits, misses, notGraded }) => {
    const counts = [hits, misses, notGraded]
      .map((count) => `<td role="cell" class="n${count === 0 ? " nil" : ""}">${count}</td>`)
      .join("");
    return `<tr role="row"><th scope="row" role="rowheader">${escapeText(name)}</th>${counts}<td role="cell" class="strip"><div class="marks" role="group" aria-label="${escapeText(name)}: ${formatCount(facts.length, "fact")}, left and right arrow keys move" data-marks>${facts.map(markHtml).join("")}</div></td></tr>`;
  });
  return `<table class="groups" role="table"><caption class="hidden">Hits and misses by what the facts are about</caption><thead role="rowgroup"><tr role="row">${head}</tr></thead><tbody role="rowgroup">\n${rows.join("\n")}\n</tbody></table>`;
}

function numberClass(column: number): string {
  return column > 0 && column < 4 ? ' class="n"' : "";
}

function markHtml(row: PlacedFact): string {
  const { fact, verdict } = row;
  const { words, tone } = verdictWords(verdict);
  const said = `: published ${formatFactValue(fact, fact.value)}, accepted ${formatFactRange(row)}, simulated ${formatFactValue(fact, row.simulated)}: ${words}`;
  return `<a class="mark ${tone}" href="#${factId(row)}"><span aria-hidden="true">${VERDICT_MARKS[verdict]}</span><span class="tip">${outsideText(fact.title, 120)}${escapeText(said)}</span></a>`;
}
