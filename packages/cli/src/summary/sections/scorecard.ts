/**
 * Section 8: every published figure with its accepted range beside the simulated one. Misses stay visible.
 */
import type { FactRow, Scorecard } from "@undertow/core/metrics";
import { formatFactRange, formatFactValue } from "../fact-text.ts";
import { formatCount } from "../format.ts";
import { table, text, type Block, type Section } from "../page.ts";
import { verdictText, verdictTone } from "./facts-beside.ts";

/** Section 8 of the summary. */
export function scorecardSection(facts: readonly FactRow[], scorecard: Scorecard): Section {
  const covered = facts.filter((row) => row.verdict !== "outside-run");
  const blocks: Block[] = [text(countsText(scorecard), "strong"), text(scorecard.note)];
  if (covered.length > 0) blocks.push(scoreTable(covered));
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
