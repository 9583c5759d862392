/**
 * The liquidation ladder: dollars that 1 %, 2 %, ... of fall or rise from the start would liquidate. Metrics phase.
 *
 * "alone": one coin's mark moves on every venue, the others stand still. "together": the reference coin moves by x, every
 * other by (1 + x)^beta, its pre-crash beta. An isolated position counts by itself; of a cross account the one with the
 * most maintenance, which venues close first. Each counts once, whole, at start prices, at the first rung that brings its
 * account below maintenance (ladder-slots.ts). Nobody trades in between: no fill, stop, funding or deleveraging.
 */
import { pow } from "../numeric/power.ts";
import type { SimulationInputs } from "../simulation/inputs.ts";
import { type RungMarks, ladderSlots } from "./ladder-slots.ts";
import type { OpeningAccounts } from "./opening-accounts.ts";

/** Moves of 1 %, 2 %, ... to this one. */
export const LADDER_RUNGS = 50;
const RUNG = 0.01;

/** What falls or rises: one coin, or all of them by their betas. */
export type LadderMove = "alone" | "together";

/** What one kind of move liquidates of one coin's longs or shorts, rung by rung. */
export interface LadderLine {
  readonly move: LadderMove;
  readonly direction: "fall" | "rise";
  /** The coin whose move the rungs count. */
  readonly moved: string;
  /** Coin and side of the positions that are liquidated. */
  readonly coin: string;
  readonly side: "long" | "short";
  /** Notional at start prices reached at a move of k + 1 per cent and at no smaller one. */
  readonly usd: readonly number[];
  /** The same, of all moves up to k + 1 per cent. */
  readonly cumulativeUsd: readonly number[];
  /** Traders whose positions are reached at the rung. */
  readonly traders: readonly number[];
}

/** All lines of a start. */
export interface LiquidationLadder {
  readonly rungs: number;
  /** Size of a rung, as a fraction. */
  readonly rung: number;
  /** The coin whose move the rungs of `together` count: the first of the scenario. */
  readonly reference: string;
  /** Lines in which something is liquidated; falls before rises, coins in the scenario's order. */
  readonly lines: readonly LadderLine[];
}

/**
 * Whole marks at the start and at each rung.
 *
 * @param moved index of the coin that moves alone, or -1 for all together
 * @param direction -1 falls, +1 rises
 */
export function rungMarks(inputs: SimulationInputs, moved: number, direction: number): RungMarks {
  const { markets, coins } = inputs;
  return Array.from({ length: LADDER_RUNGS + 1 }, (_, k) =>
    Float64Array.from(markets, ({ coin, startTicks }) => {
      const percent = 100 + direction * k;
      if (moved >= 0) return coin === moved ? ticks((startTicks * percent) / 100) : startTicks;
      return ticks(startTicks * pow(percent / 100, coins[coin].preCrashBeta));
    }),
  );
}

function ticks(price: number): number {
  return Math.max(1, Math.round(price));
}

/** The ladder of the accounts as they stand at the start. */
export function liquidationLadder(inputs: SimulationInputs, opening: OpeningAccounts): LiquidationLadder {
  const lines: LadderLine[] = [];
  for (const direction of [-1, 1]) {
    inputs.coins.forEach((_, coin) => lines.push(...linesOf(inputs, opening, coin, direction)));
    lines.push(...linesOf(inputs, opening, -1, direction));
  }
  return { rungs: LADDER_RUNGS, rung: RUNG, reference: inputs.coins[0]?.name ?? "", lines };
}

function linesOf(
  inputs: SimulationInputs,
  opening: OpeningAccounts,
  moved: number,
  direction: number,
): LadderLine[] {
  const reached = ladderSlots(opening, rungMarks(inputs, moved, direction));
  const { slots, accounts, markets } = opening.columns;
  const { quantaPerUnit } = inputs.currencies[0];
  const usd = inputs.coins.flatMap(() => [rungColumn(), rungColumn()]);
  const traders = usd.map(rungColumn);
  reached.slot.forEach((slot, k) => {
    const market = slots.market[slot];
    const line = 2 * inputs.markets[market].coin + (slots.lots[slot] > 0 ? 0 : 1);
    const value = Math.abs(slots.lots[slot]) * markets.markTicks[market] * markets.quantaPerTickLot[market];
    usd[line][reached.rung[k] - 1] += value / quantaPerUnit;
    traders[line][reached.rung[k] - 1] += accounts.weight[slots.account[slot]];
  });
  return usd.flatMap((column, line): LadderLine[] => {
    if (column.every((value) => value === 0)) return [];
    const move = moved < 0 ? "together" : "alone";
    return [
      {
        move,
        direction: direction < 0 ? "fall" : "rise",
        moved: inputs.coins[Math.max(0, moved)].name,
        coin: inputs.coins[line >> 1].name,
        side: line % 2 === 0 ? "long" : "short",
        usd: Array.from(column),
        cumulativeUsd: runningSum(column),
        traders: Array.from(traders[line]),
      },
    ];
  });
}

function rungColumn(): Float64Array {
  return new Float64Array(LADDER_RUNGS);
}

function runningSum(column: Float64Array): number[] {
  let sum = 0;
  return Array.from(column, (value) => (sum += value));
}
