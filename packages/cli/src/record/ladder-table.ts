/**
 * The liquidation ladder of a start as a table: one row per line of the ladder and rung.
 *
 * Lines in which nothing is liquidated have no rows. `_usd` columns are in units of the settlement currency.
 */
import type { LiquidationLadder } from "@undertow/core/metrics";
import type { TableColumn } from "./parquet.ts";

/** Columns of `ladder.parquet`. */
export function ladderTable({ lines, rung, rungs }: LiquidationLadder): TableColumn[] {
  const rows = lines.flatMap((line) => Array.from({ length: rungs }, (_, k) => ({ line, k })));
  const doubles = (name: string, read: (row: (typeof rows)[number]) => number): TableColumn => ({
    name,
    kind: "double",
    data: Float64Array.from(rows, read),
  });
  const texts = (name: string, key: "move" | "direction" | "moved" | "coin" | "side"): TableColumn => ({
    name,
    kind: "text",
    data: rows.map(({ line }) => line[key]),
  });
  return [
    texts("move", "move"),
    texts("direction", "direction"),
    texts("moved_coin", "moved"),
    texts("coin", "coin"),
    texts("side", "side"),
    // Whole per cents: 0.07 and not 7 x 0.01, which is more.
    doubles("move_fraction", ({ k }) => (k + 1) / Math.round(1 / rung)),
    doubles("liquidated_usd", ({ line, k }) => line.usd[k]),
    doubles("cumulative_usd", ({ line, k }) => line.cumulativeUsd[k]),
    doubles("traders", ({ line, k }) => line.traders[k]),
  ];
}
