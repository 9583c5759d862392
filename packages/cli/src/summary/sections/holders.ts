/**
 * Section 7: large holders: how deep under water they were at the low, and who gave up.
 */
import type { CapitulatedHolder, HolderPopulation, RunSummary } from "@undertow/core/metrics";
import {
  formatChange,
  formatNumber,
  formatPercent,
  formatShortTime,
  formatTime,
  formatUsd,
} from "../format.ts";
import { table, text, type Block, type Section } from "../page.ts";

const HOLDERS_SHOWN = 3;

/** Section 7 of the summary. */
export function holdersSection(summary: RunSummary): Section {
  const { holders } = summary;
  const title = "7. Large holders";
  if (holders.populations.length === 0)
    return { title, blocks: [text("The scenario follows no holder.", "faint")] };
  const columns = [
    { header: "population", align: "left" as const },
    { header: "holders" },
    { header: "cost" },
    { header: "unrealised\nat the low" },
    { header: "over\ncost" },
    { header: "in\nloss" },
    { header: "capitu-\nlated" },
    { header: "sold" },
  ];
  const blocks: Block[] = [table(columns, holders.populations.map(populationRow))];
  blocks.push(...capitulatedBlocks(holders.capitulated));
  const more = holders.capitulatedCount - Math.min(HOLDERS_SHOWN, holders.capitulated.length);
  const rest = [
    ...(more > 0 ? [`${formatNumber(more)} more in summary.json.`] : []),
    ...(holders.asOf === null ? [] : [`State as of ${formatTime(holders.asOf)} UTC.`]),
  ];
  if (rest.length > 0) blocks.push(text(rest.join(" "), "faint"));
  return { title, blocks };
}

function populationRow(population: HolderPopulation): string[] {
  return [
    population.population,
    formatNumber(population.holders),
    formatUsd(population.costUsd),
    formatUsd(population.unrealisedUsd),
    formatChange(population.unrealisedOverCost),
    formatNumber(population.holdersInLoss),
    formatNumber(population.capitulated),
    formatUsd(population.soldUsd),
  ];
}

function capitulatedBlocks(capitulated: readonly CapitulatedHolder[]): Block[] {
  if (capitulated.length === 0) return [text("Nobody capitulated (sold 10% or more of a coin).")];
  const shown = capitulated.slice(0, HOLDERS_SHOWN);
  const rows = shown.map((holder) => [
    `${holder.population} no. ${holder.agent + 1}`,
    holder.coin,
    formatShortTime(holder.time),
    formatPercent(holder.soldShare, 0),
    formatUsd(holder.soldUsd),
  ]);
  const columns = [
    { header: "capitulated", align: "left" as const },
    { header: "coin", align: "left" as const },
    { header: "since (UTC)" },
    { header: "share sold" },
    { header: "sold" },
  ];
  return [table(columns, rows)];
}
