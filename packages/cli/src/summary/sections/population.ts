/**
 * Sections 1 to 3 of `undertow describe`: populations, positions by coin, venues.
 */
import type { CoinPositions, PopulationSummary, Quantiles } from "@undertow/core/metrics";
import { formatCoins, formatNumber, formatPercent, formatRatio, formatUsd, MISSING } from "../format.ts";
import { table, text, type Section, type TableBlock } from "../page.ts";

/** 1. Who there is. */
export function populationsSection({ populations }: PopulationSummary): Section {
  return {
    title: "1. Populations",
    blocks: [
      table(
        [
          { header: "population", align: "left" },
          { header: "type", align: "left", wrap: true },
          { header: "agents" },
          { header: "traders" },
          { header: "capital" },
          { header: "longs" },
          { header: "shorts" },
          { header: "leverage\n10 / 50 / 90 %" },
          { header: "cross" },
        ],
        populations.map((row) => [
          row.population,
          row.type,
          formatNumber(row.agents),
          formatNumber(row.traders),
          formatUsd(row.capitalUsd),
          moneyOrNone(row.longUsd),
          moneyOrNone(row.shortUsd),
          spread(row.leverage, (value) => formatNumber(value, 1)),
          formatPercent(row.crossShare, 0),
        ]),
      ),
      text(
        "Capital: cash, margins, unrealised results and spot coins at start prices. Leverage as chosen and the share of " +
          "cross margin, by notional of perpetual positions.",
        "faint",
      ),
    ],
  };
}

/** 2. What they hold. */
export function positionsSection({ coins }: PopulationSummary): Section {
  return {
    title: "2. Perpetual positions",
    blocks: [
      interestTable(coins),
      leverageTable(coins),
      sizeTable(coins),
      entryTable(coins),
      text(
        "Leverage and entries by notional. A position is one trader's: an agent's over the traders that it stands for; " +
          "tail exponent by Hill's estimator over the largest 5 %. Entry price over start price.",
        "faint",
      ),
    ],
  };
}

const coinColumn = { header: "coin", align: "left" } as const;

function interestTable(coins: readonly CoinPositions[]): TableBlock {
  return table(
    [
      coinColumn,
      { header: "open interest" },
      { header: "in coins" },
      { header: "traders long" },
      { header: "traders short" },
      { header: "long / short" },
      { header: "cross" },
    ],
    coins.map((coin) => [
      coin.coin,
      formatUsd(coin.openInterestUsd),
      formatCoins(coin.longCoins),
      formatNumber(coin.longTraders),
      formatNumber(coin.shortTraders),
      formatNumber(coin.longShortAccounts, 2),
      formatPercent(coin.crossShare, 0),
    ]),
  );
}

function leverageTable(coins: readonly CoinPositions[]): TableBlock {
  return table(
    [
      coinColumn,
      { header: "leverage 10 %" },
      { header: "50 %" },
      { header: "90 %" },
      { header: "99 %" },
      { header: "highest" },
      { header: "below 3x" },
      { header: "3x to 7x" },
      { header: "above 7x" },
    ],
    coins.map(({ coin, leverage, leverageShares: shares }) => [
      coin,
      ...[leverage?.p10, leverage?.p50, leverage?.p90, leverage?.p99, leverage?.max].map((value) =>
        formatRatio(value, 1),
      ),
      ...[shares?.below3x, shares?.from3xTo7x, shares?.above7x].map((share) => formatPercent(share, 0)),
    ]),
  );
}

function sizeTable(coins: readonly CoinPositions[]): TableBlock {
  return table(
    [
      coinColumn,
      { header: "position 50 %" },
      { header: "90 %" },
      { header: "99 %" },
      { header: "largest" },
      { header: "top 1 % hold" },
      { header: "top 10 %" },
      { header: "tail exponent" },
    ],
    coins.map((coin) => [
      coin.coin,
      ...[coin.size?.p50, coin.size?.p90, coin.size?.p99, coin.size?.max].map(formatUsd),
      formatPercent(coin.top1Share, 0),
      formatPercent(coin.top10Share, 0),
      formatNumber(coin.tailExponent, 2),
    ]),
  );
}

function entryTable(coins: readonly CoinPositions[]): TableBlock {
  return table(
    [
      coinColumn,
      { header: "longs entered at\n10 / 50 / 90 %" },
      { header: "longs in profit" },
      { header: "shorts entered at\n10 / 50 / 90 %" },
      { header: "shorts in profit" },
    ],
    coins.map((coin) => [
      coin.coin,
      spread(coin.longEntry, (value) => formatNumber(value, 3)),
      formatPercent(coin.longsInProfit, 0),
      spread(coin.shortEntry, (value) => formatNumber(value, 3)),
      formatPercent(coin.shortsInProfit, 0),
    ]),
  );
}

/** 3. Where they hold it. */
export function venuePositionsSection({ venues }: PopulationSummary): Section {
  return {
    title: "3. Venues",
    blocks: [
      table(
        [
          { header: "venue", align: "left" },
          { header: "coverage" },
          { header: "accounts" },
          { header: "liquidates" },
          { header: "coin", align: "left" },
          { header: "open interest" },
          { header: "longs" },
          { header: "shorts" },
        ],
        venues.flatMap((venue) =>
          venue.coins.map((coin, k) => [
            ...(k === 0
              ? [
                  venue.venue,
                  formatPercent(venue.coverage),
                  formatNumber(venue.accounts),
                  venue.liquidates ? "yes" : "no",
                ]
              : ["", "", "", ""]),
            coin.coin,
            formatUsd(coin.openInterestUsd),
            formatCoins(coin.longCoins),
            formatCoins(coin.shortCoins),
          ]),
        ),
      ),
      text("Coverage: share of the whole market's open interest, volume and depth. Sizes in coins.", "faint"),
    ],
  };
}

function moneyOrNone(usd: number): string {
  return usd === 0 ? MISSING : formatUsd(usd);
}

function spread(quantiles: Quantiles | null, show: (value: number) => string): string {
  if (quantiles === null) return MISSING;
  return [quantiles.p10, quantiles.p50, quantiles.p90].map(show).join(" / ");
}
