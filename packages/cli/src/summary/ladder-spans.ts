/**
 * A liquidation ladder in the spans that a table shows: single per cents first, then wider ones.
 *
 * Pure, and read by the terminal and the report.
 */
import type { LadderLine, LiquidationLadder } from "@undertow/core/metrics";

/** Moves from above `from` up to `to`, in per cent. */
export interface LadderSpan {
  readonly from: number;
  readonly to: number;
}

/** Ends of the spans, per cent. */
const ENDS = [1, 2, 3, 4, 5, 7, 10, 15, 20, 25, 30, 40, 50];

/** Spans of the tables. */
export const ladderSpans: readonly LadderSpan[] = ENDS.map((to, k) => ({ from: ENDS[k - 1] ?? 0, to }));

/** A column of a ladder table. */
export interface LadderColumn {
  readonly name: string;
  /** Dollars at each rung. */
  readonly usd: readonly number[];
}

/** For each coin: what its own fall or rise, alone, liquidates, whatever the coin of the position. */
export function aloneColumns(
  ladder: LiquidationLadder,
  direction: LadderLine["direction"],
  coins: readonly string[],
): LadderColumn[] {
  return coins.map((name) => ({
    name,
    usd: added(
      ladder,
      ladder.lines.filter(
        (line) => line.move === "alone" && line.direction === direction && line.moved === name,
      ),
    ),
  }));
}

/** For each coin: what is liquidated of it when all coins move; the last column is the sum. */
export function togetherColumns(
  ladder: LiquidationLadder,
  direction: LadderLine["direction"],
  coins: readonly string[],
): LadderColumn[] {
  const lines = ladder.lines.filter((line) => line.move === "together" && line.direction === direction);
  return [
    ...coins.map((name) => ({
      name,
      usd: added(
        ladder,
        lines.filter((line) => line.coin === name),
      ),
    })),
    ...(coins.length > 1 ? [{ name: "all", usd: added(ladder, lines) }] : []),
  ];
}

/** Dollars per 1 % within a span, and of all moves up to its end. */
export function spanUsd({ usd }: LadderColumn, { from, to }: LadderSpan): { perRung: number; upTo: number } {
  const sum = (end: number): number => usd.slice(0, end).reduce((total, value) => total + value, 0);
  const upTo = sum(to);
  return { perRung: (upTo - sum(from)) / (to - from), upTo };
}

function added({ rungs }: LiquidationLadder, lines: readonly LadderLine[]): number[] {
  return Array.from({ length: rungs }, (_, rung) => lines.reduce((sum, line) => sum + line.usd[rung], 0));
}
