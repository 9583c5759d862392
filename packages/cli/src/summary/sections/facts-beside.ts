/**
 * Published figures beside simulated ones inside a section: the short form; the scorecard has ranges and sources.
 */
import type { FactRow, RunSummary } from "@undertow/core/metrics";
import { factsOfKinds, formatFactValue } from "../fact-text.ts";
import { table, text, type Block, type Tone } from "../page.ts";

/** More would make a section as long as the list of all facts, which is elsewhere; fewer when that list is long. */
const ROWS_SHOWN = 10;
const ROWS_SHOWN_OF_MANY = 5;
const MANY_FACTS = 40;

/**
 * The covered facts of these kinds as a table, or nothing.
 *
 * @param kinds most telling first: when there are too many facts, later kinds are left to the scorecard
 */
export function factTable(summary: RunSummary, kinds: readonly string[]): Block[] {
  const all = factsOfKinds(summary, kinds);
  if (all.length === 0) return [];
  const most = summary.facts.length > MANY_FACTS ? ROWS_SHOWN_OF_MANY : ROWS_SHOWN;
  const rank = (row: FactRow) => kinds.indexOf(row.fact.kind);
  const chosen = [...all].sort((a, b) => rank(a) - rank(b)).slice(0, most);
  // Facts that contradict each other are shown together or not at all.
  const shown = new Set(chosen.flatMap((row) => [row.fact.id, ...row.conflictsWith]));
  const rows = all.filter((row) => shown.has(row.fact.id));
  const facts = table(
    [
      { header: "published figure", align: "left", wrap: true },
      { header: "simulated" },
      { header: "published" },
      { header: "", align: "left" },
    ],
    rows.map((row) => [
      row.fact.title,
      formatFactValue(row.fact, row.simulated),
      formatFactValue(row.fact, row.fact.value),
      verdictText(row),
    ]),
    rows.map(verdictTone),
  );
  const more = all.length - rows.length;
  return more === 0
    ? [facts]
    : [facts, text(`${more} more of this kind are in summary.json and the report.`, "faint")];
}

/** `hit`, `miss`, `conflicting`, `not graded`, `outside the run`. */
export function verdictText(row: Pick<FactRow, "verdict" | "conflictsWith">): string {
  if (row.verdict === "outside-run") return "outside the run";
  if (row.verdict !== "not-graded") return row.verdict;
  return row.conflictsWith.length > 0 ? "conflicting" : "not graded";
}

/** Colour of a row by its verdict. */
export function verdictTone(row: Pick<FactRow, "verdict">): Tone | undefined {
  if (row.verdict === "hit") return "good";
  if (row.verdict === "miss") return "bad";
  return row.verdict === "outside-run" ? "faint" : undefined;
}
