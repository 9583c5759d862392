/**
 * Facts as text: a published or simulated figure in the unit its fact is published in.
 */
import type { Fact, FactRow, RunSummary } from "@undertow/core/metrics";
import {
  formatChange,
  formatCoins,
  formatNumber,
  formatPercent,
  formatPrice,
  formatUsd,
  isNumber,
  MISSING,
  type Maybe,
} from "./format.ts";

const PRICE_KINDS: readonly string[] = ["price-low", "price-at", "level-broken"];
const CHANGE_KINDS: readonly string[] = ["change", "open-interest-usd-change", "open-interest-coins-change"];

/** A figure in the unit of its fact, for example `$2.16B`, `-12.5%`, `335,000`, `+12 min`. */
export function formatFactValue(fact: Pick<Fact, "kind" | "unit">, value: Maybe): string {
  if (!isNumber(value)) return MISSING;
  if (fact.unit === "USD") return PRICE_KINDS.includes(fact.kind) ? formatPrice(value) : formatUsd(value);
  if (fact.unit === "coins") return `${formatCoins(value)} coins`;
  if (fact.unit === "traders") return formatNumber(value);
  if (fact.unit === "minutes") return `${value > 0 ? "+" : ""}${formatNumber(value)} min`;
  if (fact.unit === "fraction per year") return `${formatChange(value)}/year`;
  if (fact.unit === "fraction per interval") return `${formatChange(value, 4)}/interval`;
  if (fact.unit === "fraction")
    return CHANGE_KINDS.includes(fact.kind) ? formatChange(value) : formatPercent(value);
  return `${formatNumber(value, 2)} ${fact.unit}`;
}

/** The accepted interval of a row, for example `$178M to $296M`. */
export function formatFactRange(row: FactRow): string {
  if (!isNumber(row.acceptLow) && !isNumber(row.acceptHigh)) return MISSING;
  const fromZero = row.acceptLow === 0 && row.fact.value > 0;
  if (!isNumber(row.acceptLow) || fromZero) return `up to ${formatFactValue(row.fact, row.acceptHigh)}`;
  if (!isNumber(row.acceptHigh)) return `from ${formatFactValue(row.fact, row.acceptLow)}`;
  const low = formatFactValue(row.fact, row.acceptLow);
  const high = formatFactValue(row.fact, row.acceptHigh);
  // "-42.5 to -25.5%", "-930k to -558k coins": a unit that follows the number is said once, its scale is not.
  const unit = /(?:%| ).*$/.exec(high)?.[0] ?? "";
  const once = row.fact.unit !== "USD" && low.endsWith(unit) ? low.slice(0, low.length - unit.length) : low;
  return `${once} to ${high}`;
}

/** Rows of the facts with one of these kinds whose window the run covers. */
export function factsOfKinds(summary: RunSummary, kinds: readonly string[]): FactRow[] {
  return summary.facts.filter((row) => kinds.includes(row.fact.kind) && row.verdict !== "outside-run");
}
