/**
 * Section 6: when the reference coin stopped making lows and forced flow died down; the rallies on the way.
 */
import type { Rally, RunSummary } from "@undertow/core/metrics";
import {
  formatDuration,
  formatPercent,
  formatPrice,
  formatShortTime,
  formatTime,
  formatUsd,
  isNumber,
} from "../format.ts";
import { table, text, type Block, type Section } from "../page.ts";

const RALLIES_SHOWN = 8;

/** Section 6 of the summary. */
export function stabilisationSection(summary: RunSummary): Section {
  const { stabilisation: end } = summary;
  const reference = summary.prices.referenceCoin;
  const after = isNumber(end.hoursAfterPeak)
    ? `, ${formatDuration(end.hoursAfterPeak * 3600)} after the peak`
    : "";
  const when =
    end.time === null
      ? `${reference} did not stabilise inside the run.`
      : `${reference} stabilised at ${formatTime(end.time)} UTC${after}.`;
  const blocks: Block[] = [
    text(when),
    text(
      `Lowest price at ${formatTime(end.lastNewLow)}; forced flow last above 10% of its peak at ` +
        `${formatTime(end.lastForcedFlow)}; worst hour ${formatUsd(end.peakHourUsd)}, up to ${formatTime(end.peakHourEnd)} UTC.`,
    ),
    text(
      `Rebound after the trough ${formatPercent(end.reboundAfterTrough)}; ` +
        `${formatPercent(end.recoveredAtEnd)} of the fall regained at the end of the run.`,
    ),
  ];
  return { title: "6. Stabilisation", blocks: [...blocks, ...rallyBlocks(end.rallies)] };
}

function rallyBlocks(rallies: readonly Rally[]): Block[] {
  if (rallies.length === 0) return [text("No rally of 3% or more on the way down.")];
  const highest = [...rallies].sort((a, b) => b.height - a.height).slice(0, RALLIES_SHOWN);
  const shown = rallies.filter((rally) => highest.includes(rally));
  const rows = shown.map((rally) => [
    formatShortTime(rally.start),
    formatShortTime(rally.end),
    formatPrice(rally.low),
    formatPrice(rally.high),
    formatPercent(rally.height),
    formatPrice(rally.nextLow),
    formatPercent(rally.givenBack, 0),
  ]);
  const columns = [
    { header: "rally from\n(UTC)", align: "left" as const },
    { header: "to", align: "left" as const },
    { header: "low" },
    { header: "high" },
    { header: "height" },
    { header: "next low" },
    { header: "given back" },
  ];
  const more = rallies.length - shown.length;
  return [
    table(columns, rows),
    ...(more > 0 ? [text(`${more} smaller ones are in summary.json.`, "faint")] : []),
  ];
}
