/**
 * Marginal maintenance brackets ("tax brackets"): one table type for Binance, Bybit and Hyperliquid.
 *
 * A bracket's rate applies to the part of the notional above its floor. Venues publish the same thing as
 * notional x rate - maintenance amount, where the amount makes the margin continuous at every floor (TIER-CUM).
 * A table that is unsorted, or whose published amounts do not follow from its rates, is refused.
 */
import { fail, finite, nonNegative, positive } from "./checked.ts";

/** One row of a venue's published table. */
export interface BracketRow {
  /** The bracket holds notionals above this, in settlement units; 0 in the first row. */
  readonly notionalFloor: number;
  /** Maintenance margin rate as a fraction, in (0, 1). */
  readonly maintenanceRate: number;
  /** Highest leverage allowed, at least 1. */
  readonly maxLeverage: number;
  /** The amount the venue publishes (Binance "cum", Bybit and Hyperliquid "deduction"), only to be checked. */
  readonly maintenanceAmount?: number;
}

/** One bracket of a checked table. */
export interface Bracket {
  /** The bracket holds notionals N with notionalFloor < N <= notionalCap. */
  readonly notionalFloor: number;
  /** Infinity when the venue names no largest position. */
  readonly notionalCap: number;
  readonly maintenanceRate: number;
  readonly maxLeverage: number;
  /** Deducted from notional x rate, in settlement units. */
  readonly maintenanceAmount: number;
}

/**
 * Builds a bracket table from published rows and checks it.
 *
 * amount_0 = 0, amount_n = amount_(n-1) + floor_n (rate_n - rate_(n-1)).
 *
 * @param rows by ascending floor, the first at 0; rates must rise and leverage must not
 * @param options `largestNotional` is the cap of the last bracket (default none); `amountTolerance` is how far
 *   a published amount may lie from the computed one (default 0.005: published to two decimals)
 * @throws UserError `invalid-argument` naming the row and field
 * Source: Binance support 360033525271 and b3c689c1f50a44cabb3a84e663b81d93 (maintenance amount); Hyperliquid
 * docs, Margin tiers (deduction).
 *
 * @example
 * const brackets = marginalBrackets([
 *   { notionalFloor: 0, maintenanceRate: 0.004, maxLeverage: 125 },
 *   { notionalFloor: 50_000, maintenanceRate: 0.005, maxLeverage: 100, maintenanceAmount: 50 },
 * ]);
 * brackets[1].maintenanceAmount; // 50
 */
export function marginalBrackets(
  rows: readonly BracketRow[],
  options: { readonly largestNotional?: number; readonly amountTolerance?: number } = {},
): readonly Bracket[] {
  const largestNotional = options.largestNotional ?? Infinity;
  const tolerance = nonNegative("amountTolerance", options.amountTolerance ?? 0.005);
  const brackets: Bracket[] = [];
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index];
    const last = brackets.at(-1);
    const maintenanceAmount =
      last === undefined
        ? 0
        : nextMaintenanceAmount({
            previousAmount: last.maintenanceAmount,
            previousRate: last.maintenanceRate,
            notionalFloor: row.notionalFloor,
            maintenanceRate: row.maintenanceRate,
          });
    const published = row.maintenanceAmount;
    if (published !== undefined && !(Math.abs(published - maintenanceAmount) <= tolerance)) {
      fail(`brackets[${index}].maintenanceAmount`, `${maintenanceAmount}, from the rates`, published);
    }
    brackets.push({
      notionalFloor: row.notionalFloor,
      notionalCap: index + 1 < rows.length ? rows[index + 1].notionalFloor : largestNotional,
      maintenanceRate: row.maintenanceRate,
      maxLeverage: row.maxLeverage,
      maintenanceAmount,
    });
  }
  checkBrackets("brackets", brackets);
  return brackets;
}

/**
 * A table of one bracket: one rate for every notional.
 *
 * @param options `maxLeverage` defaults to 1 / maintenanceRate (no bound of its own)
 * @throws UserError `invalid-argument`
 *
 * @example
 * flatBracket({ maintenanceRate: 0.005 })[0].maintenanceAmount; // 0
 */
export function flatBracket(options: {
  readonly maintenanceRate: number;
  readonly maxLeverage?: number;
}): readonly Bracket[] {
  const { maintenanceRate } = options;
  positive("maintenanceRate", maintenanceRate);
  return marginalBrackets([
    { notionalFloor: 0, maintenanceRate, maxLeverage: options.maxLeverage ?? 1 / maintenanceRate },
  ]);
}

/**
 * Maintenance amount of a bracket from the bracket below (TIER-CUM), in settlement units.
 *
 * amount = previousAmount + floor (rate - previousRate). Source: Binance support 360033525271 (2020).
 *
 * @throws UserError `invalid-argument`
 *
 * @example
 * // Binance BTCUSDT 2020, level 5: 141,300.
 * nextMaintenanceAmount({
 *   previousAmount: 16_300, previousRate: 0.025, notionalFloor: 5_000_000, maintenanceRate: 0.05,
 * });
 */
export function nextMaintenanceAmount(step: {
  readonly previousAmount: number;
  readonly previousRate: number;
  readonly notionalFloor: number;
  readonly maintenanceRate: number;
}): number {
  nonNegative("previousAmount", step.previousAmount);
  nonNegative("previousRate", step.previousRate);
  nonNegative("notionalFloor", step.notionalFloor);
  nonNegative("maintenanceRate", step.maintenanceRate);
  return step.previousAmount + step.notionalFloor * (step.maintenanceRate - step.previousRate);
}

/**
 * The bracket of a notional: `floor < notional <= cap`; notionals above the last cap are in the last bracket.
 *
 * At a boundary the margin is the same in both brackets, the highest leverage is not: 2,000 is still in a
 * first bracket that ends at 2,000, 2,001 is not. Source: freqtrade's OKX tier test, commit c9ae5e1e.
 *
 * @throws UserError `invalid-argument`
 *
 * @example
 * const brackets = marginalBrackets([
 *   { notionalFloor: 0, maintenanceRate: 0.01, maxLeverage: 75 },
 *   { notionalFloor: 2000, maintenanceRate: 0.015, maxLeverage: 50 },
 * ]);
 * bracketOf({ brackets, notional: 2000 }).maxLeverage; // 75
 */
export function bracketOf(options: {
  readonly brackets: readonly Bracket[];
  readonly notional: number;
}): Bracket {
  const { brackets, notional } = options;
  checkBrackets("brackets", brackets);
  nonNegative("notional", notional);
  let index = 0;
  while (index + 1 < brackets.length && brackets[index + 1].notionalFloor < notional) index++;
  return brackets[index];
}

/**
 * Refuses a table that is empty, unsorted, discontinuous or out of range; for functions that take brackets.
 *
 * @throws UserError `invalid-argument` naming the row and field
 */
export function checkBrackets(name: string, brackets: readonly Bracket[]): void {
  if (brackets.length === 0) fail(name, "at least one bracket", "none");
  for (let index = 0; index < brackets.length; index++) {
    const path = `${name}[${index}]`;
    const bracket = brackets[index];
    const { notionalFloor, notionalCap, maintenanceRate, maxLeverage, maintenanceAmount } = bracket;
    if (!(maintenanceRate > 0 && maintenanceRate < 1)) {
      fail(`${path}.maintenanceRate`, "a fraction above 0 and below 1", maintenanceRate);
    }
    if (!(maxLeverage >= 1 && maxLeverage * maintenanceRate <= 1 + 1e-9)) {
      fail(`${path}.maxLeverage`, `from 1 to 1 / maintenanceRate = ${1 / maintenanceRate}`, maxLeverage);
    }
    finite(`${path}.maintenanceAmount`, maintenanceAmount);
    if (!(notionalCap > notionalFloor)) fail(`${path}.notionalCap`, `above ${notionalFloor}`, notionalCap);
    if (index === 0) {
      if (notionalFloor !== 0) fail(`${path}.notionalFloor`, "0 in the first bracket", notionalFloor);
      if (maintenanceAmount !== 0)
        fail(`${path}.maintenanceAmount`, "0 in the first bracket", maintenanceAmount);
      continue;
    }
    const below = brackets[index - 1];
    if (!(notionalFloor > below.notionalFloor && Number.isFinite(notionalFloor))) {
      fail(`${path}.notionalFloor`, `above the floor before, ${below.notionalFloor}`, notionalFloor);
    }
    if (below.notionalCap !== notionalFloor)
      fail(`${path}.notionalFloor`, `${below.notionalCap}`, notionalFloor);
    if (!(maintenanceRate > below.maintenanceRate)) {
      fail(`${path}.maintenanceRate`, `above the rate before, ${below.maintenanceRate}`, maintenanceRate);
    }
    if (!(maxLeverage <= below.maxLeverage)) {
      fail(`${path}.maxLeverage`, `at most the leverage before, ${below.maxLeverage}`, maxLeverage);
    }
    checkContinuity(`${path}.maintenanceAmount`, below, bracket);
  }
}

/** Both brackets ask the same margin at the edge between them. */
function checkContinuity(name: string, below: Bracket, above: Bracket): void {
  const lower = above.notionalFloor * below.maintenanceRate - below.maintenanceAmount;
  const upper = above.notionalFloor * above.maintenanceRate - above.maintenanceAmount;
  const scale = above.notionalFloor * above.maintenanceRate;
  if (Math.abs(upper - lower) > 1e-9 * scale) {
    fail(
      name,
      `${above.maintenanceAmount + upper - lower}, so that the margin is continuous`,
      above.maintenanceAmount,
    );
  }
}
