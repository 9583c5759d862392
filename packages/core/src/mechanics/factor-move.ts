/**
 * How far one common factor must move to liquidate a cross account whose positions all follow it.
 *
 * Every mark moves to mark (1 + beta x) for a simple factor return x. Equity - maintenance is concave and
 * piecewise linear in x, so the safe returns form one interval, found exactly by Newton's method from outside.
 * With beta 1 for one market and 0 elsewhere this is that market's liquidation price.
 */
import { unrealisedProfit } from "./account-equity.ts";
import { fail, finite, positive } from "./checked.ts";
import type { BracketedPosition } from "./liquidation-price.ts";
import { checkBrackets } from "./tiers.ts";
import type { Bracket } from "./tiers.ts";

/** A position and its sensitivity to the factor. */
export interface FactorPosition extends BracketedPosition {
  /** Simple return of the mark per simple return of the factor. */
  readonly beta: number;
}

/** Factor returns between which the account is safe; an end that does not exist is undefined. */
export interface SafeMoves {
  /** Fall (negative) at which equity equals maintenance margin; positive if only a rise makes the account safe. */
  readonly down: number | undefined;
  /** Rise at which equity equals maintenance margin; negative if only a fall makes the account safe. */
  readonly up: number | undefined;
}

/**
 * Factor returns at which a cross account comes to its maintenance margin.
 *
 * Solves wallet + sum side q (mark (1 + beta x) - entry) = sum maintenance(q mark (1 + beta x)) on both sides of
 * 0, over the returns that leave every price at 0 or more.
 *
 * @returns undefined when the account is below maintenance at every return
 * @throws UserError `invalid-argument` naming the position
 * Source: closed form; Binance's cross-margin rule (support 360033525271) with marks that move together.
 *
 * @example
 * factorMoves({
 *   walletBalance: 1000,
 *   positions: [
 *     { side: 1, size: 0.1, entryPrice: 30_000, markPrice: 30_000, beta: 1,
 *       brackets: flatBracket({ maintenanceRate: 0.01 }) },
 *     { side: 1, size: 2, entryPrice: 1500, markPrice: 1500, beta: 1.4,
 *       brackets: flatBracket({ maintenanceRate: 0.02 }) },
 *   ],
 * }); // { down: -0.12842224103866778, up: undefined }
 */
export function factorMoves(account: {
  readonly walletBalance: number;
  readonly positions: readonly FactorPosition[];
}): SafeMoves | undefined {
  const { positions } = account;
  finite("walletBalance", account.walletBalance);
  let lowest = -Infinity;
  let highest = Infinity;
  for (const [index, position] of positions.entries()) {
    positive(`positions[${index}].size`, position.size);
    unrealisedProfit(position);
    checkBrackets(`positions[${index}].brackets`, position.brackets);
    const beta = finite(`positions[${index}].beta`, position.beta);
    if (beta > 0) lowest = Math.max(lowest, -1 / beta);
    if (beta < 0) highest = Math.min(highest, -1 / beta);
  }
  if (lowest === -Infinity && highest === Infinity) {
    fail("positions", "at least one beta other than 0", "none");
  }
  const down = rootFrom(account, { end: lowest, otherEnd: highest, inward: 1 });
  const up = rootFrom(account, { end: highest, otherEnd: lowest, inward: -1 });
  if (down === "unsafe" || up === "unsafe") return undefined;
  return { down, up };
}

type FactorAccount = { readonly walletBalance: number; readonly positions: readonly FactorPosition[] };

/** Equity - maintenance at the return x, and its slope there. */
function surplusAt(account: FactorAccount, x: number): { readonly value: number; readonly slope: number } {
  let value = account.walletBalance;
  let slope = 0;
  for (const { side, size, entryPrice, markPrice, beta, brackets } of account.positions) {
    const price = Math.max(0, markPrice * (1 + beta * x));
    const notional = size * price;
    const { maintenanceRate, maintenanceAmount } = bracketAt(brackets, notional);
    value += side * size * (price - entryPrice) - (notional * maintenanceRate - maintenanceAmount);
    slope += size * markPrice * beta * (side - maintenanceRate);
  }
  return { value, slope };
}

/** As `bracketOf`, without its checks: the table was checked once. */
function bracketAt(brackets: readonly Bracket[], notional: number): Bracket {
  let index = 0;
  while (index + 1 < brackets.length && brackets[index + 1].notionalFloor < notional) index++;
  return brackets[index];
}

/** Size of a return in the given direction beyond which no bracket changes any more. */
function reach(account: FactorAccount, direction: 1 | -1): number {
  let far = 1;
  for (const { size, markPrice, beta, brackets } of account.positions) {
    if (beta * direction <= 0) continue;
    const floor = brackets[brackets.length - 1].notionalFloor;
    far = Math.max(far, (floor / (size * markPrice) - 1) / Math.abs(beta) + 1);
  }
  return far;
}

/**
 * Walks from an end of the range towards the safe interval (inward +1 from the left end, -1 from the right).
 *
 * The tangent of a concave function lies above it, so its root never passes the interval's end; with finitely many
 * linear pieces the walk ends on it. A range is open where no price reaches 0: the walk then starts where no
 * bracket changes any more, and the last piece tells what lies further out.
 */
function rootFrom(
  account: FactorAccount,
  range: { readonly end: number; readonly otherEnd: number; readonly inward: 1 | -1 },
): number | undefined | "unsafe" {
  const { inward, otherEnd } = range;
  const open = !Number.isFinite(range.end);
  let x = open ? -inward * reach(account, inward === 1 ? -1 : 1) : range.end;
  let { value, slope } = surplusAt(account, x);
  if (value >= 0) return open && slope * inward > 0 ? x - value / slope : undefined;
  if (open && slope * inward < 0) return undefined;
  for (let turn = 0; turn < 10_000; turn++) {
    if (slope * inward <= 0) return "unsafe";
    const next = x - value / slope;
    if ((next - otherEnd) * inward > 0) return "unsafe";
    if ((next - x) * inward <= 0) return x;
    x = next;
    ({ value, slope } = surplusAt(account, x));
    if (value >= 0) return x;
  }
  return fail("positions", "a surplus that can be solved", "no root after 10,000 turns");
}
