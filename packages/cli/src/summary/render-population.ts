/**
 * The page of `undertow describe`: the population of a scenario, its liquidation ladder, its inputs met or missed.
 *
 * Pure: from the description to text. Every number in it is in `--json` under its full precision.
 */
import type { PopulationDescription } from "@undertow/scenarios";
import type { Paint } from "../command/output.ts";
import { formatCount, formatNumber, formatTime, formatUsd } from "./format.ts";
import { layoutSection, type Section } from "./page.ts";
import { inputsSection } from "./sections/population-inputs.ts";
import { ladderSection } from "./sections/population-ladder.ts";
import { populationsSection, positionsSection, venuePositionsSection } from "./sections/population.ts";
import { wrapText } from "./table.ts";

/**
 * Lays out a description.
 *
 * @param layout characters a line may have, at least 60, and colours
 * @returns text without a final line feed
 */
export function renderPopulation(
  description: PopulationDescription,
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string {
  const { scenario } = description;
  const lines = [
    paint.bold(scenario.title),
    paint.dim(`${scenario.name}, ${formatTime(scenario.start)} UTC, seed "${scenario.seed}"`),
    "",
    ...wrapText(leadText(description), width).map((line) => paint.bold(line)),
  ];
  for (const section of sections(description)) lines.push(...layoutSection(section, width, paint));
  return lines.join("\n");
}

function sections(description: PopulationDescription): Section[] {
  return [
    populationsSection(description),
    positionsSection(description),
    venuePositionsSection(description),
    ladderSection(
      description.ladder,
      description.coins.map(({ coin }) => coin),
    ),
    inputsSection(description.inputs),
  ];
}

function leadText({ agents, traders, capitalUsd, coins, belowMaintenance }: PopulationDescription): string {
  const interest = coins.reduce((sum, coin) => sum + coin.openInterestUsd, 0);
  const below =
    belowMaintenance === 0
      ? "nobody is below maintenance margin"
      : `${formatCount(belowMaintenance, "position")} below maintenance margin`;
  return `${formatNumber(agents)} agents for ${formatCount(traders, "trader")} with ${formatUsd(capitalUsd)} hold perpetuals of ${formatUsd(interest)}, longs and shorts each; ${below}.`;
}
