/**
 * Section 5: the followed price levels: when touched, whether they held, the bids that stood there.
 */
import type { LevelSummary, RunSummary } from "@undertow/core/metrics";
import { factTable } from "./facts-beside.ts";
import { formatChange, formatPercent, formatPrice, formatShortTime, formatUsd, MISSING } from "../format.ts";
import { table, text, type Section } from "../page.ts";

/** Section 5 of the summary. */
export function levelsSection(summary: RunSummary): Section {
  const title = "5. Levels";
  if (summary.levels.length === 0)
    return { title, blocks: [text("The scenario follows no level.", "faint")] };
  const columns = [
    { header: "level", align: "left" as const },
    { header: "outcome", align: "left" as const },
    { header: "first touch\n(UTC)" },
    { header: "broken for\ngood" },
    { header: "deepest" },
    { header: "below,\nof time" },
    { header: "bids\nbefore" },
    { header: "bids at\nstart" },
  ];
  const note =
    "Below: of the time after the touch. Bids: within 0.5% of the level, mean of the hour before it.";
  const blocks = [table(columns, summary.levels.map(levelRow)), text(note, "faint")];
  return { title, blocks: [...blocks, ...factTable(summary, ["level-broken"])] };
}

function levelRow(level: LevelSummary): string[] {
  const touched = level.status !== "untouched";
  return [
    `${level.coin} ${formatPrice(level.price)}`,
    level.status,
    formatShortTime(level.firstTouch),
    formatShortTime(level.brokenForGood),
    formatChange(level.deepest),
    touched ? formatPercent(level.shareOfTimeBelow) : MISSING,
    formatUsd(level.bidsBeforeTouchUsd),
    formatUsd(level.bidsAtStartUsd),
  ];
}
