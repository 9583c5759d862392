/**
 * Published figures beside simulated ones inside a section: the short form; the scorecard has ranges and sources.
 */
import type { FactRow, RunSummary } from "@undertow/core/metrics";
import { factsOfKinds, formatFactValue } from "../fact-text.ts";
import { table, type TableBlock, type Tone } from "../page.ts";

/** One block with the covered facts of these kinds, or none. */
export function factTable(summary: RunSummary, kinds: readonly string[]): TableBlock[] {
  const rows = factsOfKinds(summary, kinds);
  if (rows.length === 0) return [];
  return [
    table(
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
    ),
  ];
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
