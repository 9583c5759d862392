/**
 * Section 1: how far each coin fell, when, and how the fall compares with BTC's and with its own value's.
 */
import type { CoinPrices, RunSummary } from "@undertow/core/metrics";
import { factTable } from "./facts-beside.ts";
import { formatLag, formatNumber, formatPercent, formatPrice, formatShortTime, MISSING } from "../format.ts";
import { table, text, type Section } from "../page.ts";

const KINDS = ["fall", "trough-lag", "price-low", "price-at", "change"];

/** Section 1 of the summary. */
export function pricesSection(summary: RunSummary): Section {
  const reference = summary.prices.referenceCoin;
  const columns = [
    { header: "coin", align: "left" as const },
    { header: "peak" },
    { header: "trough" },
    { header: "trough at\n(UTC)" },
    { header: "fall" },
    { header: "its value\nfell" },
    { header: `lag to\n${reference}` },
    { header: `fall /\n${reference}'s` },
    { header: "crash\nbeta" },
    { header: "beta\nbefore" },
  ];
  const rows = summary.prices.coins.map((coin) => priceRow(coin, coin.coin === reference));
  const blocks = [table(columns, rows), text(readingText(summary), "faint")];
  return { title: "1. Prices (spot)", blocks: [...blocks, ...factTable(summary, KINDS)] };
}

function priceRow(coin: CoinPrices, isReference: boolean): string[] {
  return [
    coin.coin,
    formatPrice(coin.peak),
    formatPrice(coin.trough),
    formatShortTime(coin.troughTime),
    formatPercent(coin.fall),
    formatPercent(coin.fundamentalFall),
    isReference ? MISSING : formatLag(coin.lagToBtcMinutes),
    isReference ? MISSING : formatNumber(coin.fallOverBtc, 2),
    isReference ? MISSING : formatNumber(coin.crashBeta, 2),
    isReference ? MISSING : formatNumber(coin.preCrashBeta, 2),
  ];
}

function readingText(summary: RunSummary): string {
  const fall = formatPercent(summary.prices.medianAltcoinFall);
  const ratio = formatNumber(summary.prices.medianAltcoinFallOverBtc, 2);
  return (
    `Median altcoin: ${fall}, ${ratio} times ${summary.prices.referenceCoin}. ` +
    `"Its value": the fundamental, which knows only the news.`
  );
}
