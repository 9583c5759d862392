/**
 * A chart's values as text, on axes, in readouts and in tables; the same in Node and in the page.
 *
 * Inlined into the report for the browser, so it may import only modules that run there unchanged.
 */
import { formatCoins, formatNumber, formatPrice, formatUsd, isNumber, MISSING } from "../summary/format.ts";
import type { ValueFormat } from "./chart-spec.ts";

/** A value in the format of a chart. Charts hold percentages times 100. */
export function valueText(value: number | null | undefined, format: ValueFormat): string {
  if (!isNumber(value)) return MISSING;
  switch (format) {
    case "percent":
      return `${formatNumber(value, 1)}%`;
    case "fundingPercent":
      return `${formatNumber(value, 4)}%`;
    case "dollars":
      return formatUsd(value);
    case "price":
      return formatPrice(value);
    case "basisPoints":
      return `${formatNumber(value, Math.abs(value) < 100 ? 1 : 0)} bp`;
    case "coins":
      return formatCoins(value);
    case "decimal":
      return formatNumber(value, 3);
    case "number":
      return formatNumber(value);
  }
}
