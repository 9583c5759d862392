/**
 * Section 3: open interest in coins and dollars, funding, spread and depth, before the crash and at the low.
 */
import type { CoinLiquidity, OpenInterestChanges, RunSummary } from "@undertow/core/metrics";
import { factTable } from "./facts-beside.ts";
import {
  formatChange,
  formatCoins,
  formatNumber,
  formatShortTime,
  formatUsd,
  isNumber,
  MISSING,
  type Maybe,
} from "../format.ts";
import { table, text, type Section, type TableBlock } from "../page.ts";

const KINDS = ["open-interest-usd", "open-interest-usd-change", "open-interest-coins-change", "funding"];

/** Section 3 of the summary. */
export function openInterestSection(summary: RunSummary): Section {
  const { liquidity } = summary;
  const windows =
    `Before: ${formatShortTime(liquidity.beforeFrom)} to ${formatShortTime(liquidity.beforeTo)}; ` +
    `at the low: ${formatShortTime(liquidity.lowFrom)} to ${formatShortTime(liquidity.lowTo)} UTC; medians. ` +
    "Depth is resting notional within 1% of the mid, bids and asks, spot and perpetual.";
  return {
    title: "3. Open interest, funding, liquidity",
    blocks: [
      openInterestTable(summary),
      text("Dollars of open interest contain the fall of the price; coins do not.", "faint"),
      ...factTable(summary, KINDS),
      liquidityTable(liquidity.coins),
      text(windows, "faint"),
    ],
  };
}

function openInterestTable(summary: RunSummary): TableBlock {
  const days = summary.openInterest.total.thirtyDays?.days;
  const span = isNumber(days) && days < 29.5 ? "whole run" : "30 days";
  const columns = [
    { header: "coin", align: "left" as const },
    { header: "start\n(coins)" },
    { header: "end\n(coins)" },
    { header: "start\n($)" },
    { header: "end\n($)" },
    { header: "worst day\nin coins" },
    { header: "worst day\nin $" },
    { header: `${span}\nin coins` },
    { header: `${span}\nin $` },
  ];
  const coins = summary.openInterest.coins.map((coin) => [
    coin.coin,
    formatCoins(coin.startCoins),
    formatCoins(coin.endCoins),
    ...changeCells(coin),
  ]);
  return table(columns, [...coins, ["all", MISSING, MISSING, ...changeCells(summary.openInterest.total)]]);
}

function changeCells(changes: OpenInterestChanges): string[] {
  return [
    formatUsd(changes.startUsd),
    formatUsd(changes.endUsd),
    formatChange(changes.worstDayCoins?.coinsFraction),
    formatChange(changes.worstDayUsd?.usdFraction),
    formatChange(changes.thirtyDays?.coinsFraction),
    formatChange(changes.thirtyDays?.usdFraction),
  ];
}

function liquidityTable(coins: readonly CoinLiquidity[]): TableBlock {
  return table(
    [
      { header: "coin", align: "left" },
      { header: "funding\nbefore" },
      { header: "at the\nlow" },
      { header: "lowest" },
      { header: "spread\nbefore" },
      { header: "at the\nlow" },
      { header: "1% depth\nbefore" },
      { header: "at the\nlow" },
      { header: "bids\nonly" },
    ],
    coins.map((coin) => [
      coin.coin,
      fundingText(coin.fundingBefore),
      fundingText(coin.fundingAtLow),
      fundingText(coin.fundingLowest),
      basisPoints(coin.spreadBeforeBp),
      basisPoints(coin.spreadAtLowBp),
      formatUsd(coin.depthBeforeUsd),
      formatUsd(coin.depthAtLowUsd),
      formatUsd(coin.bidDepthAtLowUsd),
    ]),
  );
}

/** Funding per interval, with the digits that venues publish. */
function fundingText(fraction: Maybe): string {
  return formatChange(fraction, 4);
}

function basisPoints(value: Maybe): string {
  return isNumber(value) ? `${formatNumber(value, 1)} bp` : MISSING;
}
