/**
 * Tables of the population at the start: who there is, what they hold, and the inputs met or missed.
 *
 * The same figures as `undertow describe`, from the description that the record holds.
 */
import type { Quantiles } from "@undertow/core/metrics";
import type { PopulationDescription } from "@undertow/scenarios";
import { formatCount, formatNumber, formatPercent, formatUsd, MISSING } from "../../summary/format.ts";
import { checkedValue, inputCounts, VERDICT_WORDS } from "../../summary/sections/population-inputs.ts";
import { coinName } from "../figure.ts";
import { type Cell, dataTable, escapeText, numberCell, outsideText, textCell } from "../html.ts";

/** Sentence and tables, the longer ones folded. */
export function populationHtml(population: PopulationDescription): string {
  const { agents, traders, capitalUsd, belowMaintenance, inputs } = population;
  const below =
    belowMaintenance === 0
      ? "nobody is below maintenance margin"
      : `${formatCount(belowMaintenance, "position")} below maintenance margin`;
  const lead = `Before the first step ${formatNumber(agents)} agents for ${formatCount(traders, "trader")} have ${formatUsd(capitalUsd)}; ${below}. Inputs of the population: ${inputCounts(inputs)}.`;
  return [
    `<p>${escapeText(lead)}</p>`,
    positionsTable(population),
    folded("Populations", populationsTable(population)),
    folded("Inputs and what was built", inputsTable(population)),
  ].join("\n");
}

function folded(title: string, html: string): string {
  return `<details><summary>${escapeText(title)}</summary>${html}</details>`;
}

function positionsTable({ coins }: PopulationDescription): string {
  return dataTable({
    caption: "Perpetual positions at the start by coin",
    head: [
      "Coin",
      "Open interest",
      "Traders long",
      "Traders short",
      "Long / short",
      "Leverage, 10 to 90 %",
      "Position, median",
      "99 %",
      "Tail exponent",
      "Cross margin",
      "Longs in profit",
    ],
    rows: coins.map((coin) => [
      textCell(coinName(coin.coin)),
      numberCell(formatUsd(coin.openInterestUsd)),
      numberCell(formatNumber(coin.longTraders)),
      numberCell(formatNumber(coin.shortTraders)),
      numberCell(formatNumber(coin.longShortAccounts, 2)),
      numberCell(spread(coin.leverage)),
      numberCell(formatUsd(coin.size?.p50)),
      numberCell(formatUsd(coin.size?.p99)),
      numberCell(formatNumber(coin.tailExponent, 2)),
      numberCell(formatPercent(coin.crossShare, 0)),
      numberCell(formatPercent(coin.longsInProfit, 0)),
    ]),
  });
}

function populationsTable({ populations }: PopulationDescription): string {
  return dataTable({
    caption: "Populations at the start",
    head: [
      "Population",
      "Type",
      "Agents",
      "Traders",
      "Capital",
      "Longs",
      "Shorts",
      "Leverage, 10 / 50 / 90 %",
      "Cross",
    ],
    rows: populations.map((row): Cell[] => [
      { html: outsideText(row.population, 60) },
      { html: outsideText(row.type, 60) },
      numberCell(formatNumber(row.agents)),
      numberCell(formatNumber(row.traders)),
      numberCell(formatUsd(row.capitalUsd)),
      numberCell(row.longUsd === 0 ? MISSING : formatUsd(row.longUsd)),
      numberCell(row.shortUsd === 0 ? MISSING : formatUsd(row.shortUsd)),
      numberCell(spread(row.leverage)),
      numberCell(formatPercent(row.crossShare, 0)),
    ]),
  });
}

function inputsTable({ inputs }: PopulationDescription): string {
  return dataTable({
    caption: "Inputs of the population and what was built",
    head: ["Figure", "Of", "Input", "Built", "Verdict", "Rule", "Source"],
    rows: inputs.map((check): Cell[] => [
      textCell(check.figure),
      { html: outsideText(check.of ?? "all", 60) },
      numberCell(checkedValue(check, check.input)),
      numberCell(checkedValue(check, check.built)),
      textCell(VERDICT_WORDS[check.verdict]),
      textCell(check.rule),
      {
        html: outsideText(check.source ?? (check.origin === "rule" ? "" : "assumed"), 300),
        className: "source",
      },
    ]),
  });
}

function spread(quantiles: Quantiles | null): string {
  if (quantiles === null) return MISSING;
  return [quantiles.p10, quantiles.p50, quantiles.p90].map((value) => formatNumber(value, 1)).join(" / ");
}
