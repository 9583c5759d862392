/**
 * Section 1: how far each coin fell, when, and how the fall compares with BTC's and with its own value's.
 */
import type { CoinPrices, RunSummary } from "@undertow/core/metrics";
import { factTable } from "./facts-beside.ts";
import {
  formatNumber,
  formatPercent,
  formatPrice,
  formatShortTime,
  isNumber,
  MISSING,
  type Maybe,
} from "../format.ts";
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
    isReference ? MISSING : lagText(coin.lagToBtcMinutes),
    isReference ? MISSING : formatNumber(coin.fallOverBtc, 2),
    isReference ? MISSING : formatNumber(coin.crashBeta, 2),
    isReference ? MISSING : formatNumber(coin.preCrashBeta, 2),
  ];
}

/** Minutes as `+1h05`, days from two on; a lead of the coin over BTC is negative. */
function lagText(minutes: Maybe): string {
  if (!isNumber(minutes)) return MISSING;
  const size = Math.round(Math.abs(minutes));
  const sign = minutes < 0 ? "-" : "+";
  if (size > 2 * 1440) return `${sign}${formatNumber(size / 1440, 1)} d`;
  if (size < 60) return `${sign}${size} min`;
  return `${sign}${Math.floor(size / 60)}h${String(size % 60).padStart(2, "0")}`;
}

function readingText(summary: RunSummary): string {
  const fall = formatPercent(summary.prices.medianAltcoinFall);
  const ratio = formatNumber(summary.prices.medianAltcoinFallOverBtc, 2);
  return (
    `Median altcoin: fell ${fall}, ${ratio} times ${summary.prices.referenceCoin}'s fall. ` +
    `"Its value" is the simulated fundamental, which knows only the news; the rest of a fall is the market's own.`
  );
}
