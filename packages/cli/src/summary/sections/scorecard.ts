/**
 * Section 8: every published figure with its accepted range beside the simulated one. Misses stay visible.
 *
 * A long scorecard would bury the rest of the page: it is counted by what the facts are about, a mark for each.
 */
import type { FactRow, Scorecard } from "@undertow/core/metrics";
import { formatFactRange, formatFactValue } from "../fact-text.ts";
import { groupFacts, VERDICT_MARKS } from "../fact-groups.ts";
import { formatCount } from "../format.ts";
import { table, text, type Block, type Section } from "../page.ts";
import { verdictText, verdictTone } from "./facts-beside.ts";

/** Facts listed one by one; of more, only the marks. */
const MOST_LISTED = 30;

/** Section 8 of the summary. */
export function scorecardSection(facts: readonly FactRow[], scorecard: Scorecard): Section {
  const covered = facts.filter((row) => row.verdict !== "outside-run");
  const blocks: Block[] = [text(countsText(scorecard), "strong"), text(scorecard.note)];
  if (covered.length > MOST_LISTED) {
    blocks.push(
      groupTable(covered),
      text("Each with its range and source: summary.json and the report.", "faint"),
    );
  } else if (covered.length > 0) blocks.push(scoreTable(covered));
  const outside = facts.length - covered.length;
  if (outside > 0) {
    blocks.push(
      text(`${formatCount(outside, "published figure")} outside the run: see summary.json.`, "faint"),
    );
  }
  return { title: "8. Scorecard", blocks };
}

/** `12 hits, 5 misses; 3 not graded, 2 outside the run`. */
export function countsText(scorecard: Scorecard): string {
  return (
    `${formatCount(scorecard.hits, "hit")}, ${formatCount(scorecard.misses, "miss", "misses")}; ` +
    `${scorecard.notGraded} not graded, ${scorecard.outsideRun} outside the run.`
  );
}

/** Marks in the order of the facts, so that the misses of a group can be found in the list. */
function groupTable(covered: readonly FactRow[]): Block {
  return table(
    [
      { header: "facts about", align: "left" },
      { header: "hits" },
      { header: "misses" },
      { header: "not graded" },
      { header: `each: ${VERDICT_MARKS.hit} hit, ${VERDICT_MARKS.miss} miss`, align: "left" },
    ],
    groupFacts(covered).map(({ name, hits, misses, notGraded, rows }) => [
      name,
      String(hits),
      String(misses),
      String(notGraded),
      rows.map((row) => VERDICT_MARKS[row.verdict]).join(""),
    ]),
  );
}

function scoreTable(rows: readonly FactRow[]): Block {
  return table(
    [
      { header: "fact", align: "left", wrap: true },
      { header: "published" },
      { header: "accepted range", wrap: true },
      { header: "simulated" },
      { header: "", align: "left" },
    ],
    rows.map((row) => [
      row.fact.title,
      formatFactValue(row.fact, row.fact.value),
      formatFactRange(row),
      formatFactValue(row.fact, row.simulated),
      verdictText(row),
    ]),
    rows.map(verdictTone),
  );
}
