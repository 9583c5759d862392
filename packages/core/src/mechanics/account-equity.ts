/**
 * Equity of positions and accounts, and the test for liquidation.
 *
 * equity = cash (or collateral value) + unrealised profit, against maintenance margin, both at the mark. The test
 * is strict: an account exactly at its maintenance margin is safe. Amounts are in settlement units and may be
 * negative.
 */
import { fail, finite, nonNegative, positive, side as checkedSide } from "./checked.ts";

/** A linear position; in hedge mode each leg is one. */
export interface LinearPosition {
  /** +1 long, -1 short. */
  readonly side: 1 | -1;
  /** Absolute size, base units. */
  readonly size: number;
  /** Average entry price, quote units. */
  readonly entryPrice: number;
}

/** A linear position with the price at which it is valued. */
export interface MarkedPosition extends LinearPosition {
  /** Mark (or oracle) price, quote units. */
  readonly markPrice: number;
}

/**
 * Unrealised profit of a linear position: side x size x (mark - entry); losses are negative.
 *
 * @throws UserError `invalid-argument`
 *
 * @example
 * unrealisedProfit({ side: 1, size: 10, entryPrice: 100, markPrice: 90.5 }); // -95
 */
export function unrealisedProfit(position: MarkedPosition): number {
  return profitOf("", position);
}

/**
 * Equity of an isolated position: its margin plus its unrealised profit. Nothing else of the account is at stake.
 *
 * @param position `margin` allotted to the position; may be negative after funding
 * @throws UserError `invalid-argument`
 * Source: Binance support 360033525271 (isolated margin).
 *
 * @example
 * isolatedEquity({ side: 1, size: 10, entryPrice: 100, markPrice: 90.5, margin: 100 }); // 5
 */
export function isolatedEquity(position: MarkedPosition & { readonly margin: number }): number {
  return finite("margin", position.margin) + profitOf("", position);
}

/**
 * Equity of a cross account: wallet balance (or collateral value) plus the unrealised profit of every position.
 *
 * Hedge mode changes nothing here: both legs are listed, and their profits add up.
 *
 * @param account `walletBalance` without isolated margins
 * @throws UserError `invalid-argument` naming the position
 * Source: Binance support 360033525271 (cross margin).
 *
 * @example
 * crossEquity({
 *   walletBalance: 50,
 *   positions: [
 *     { side: 1, size: 1, entryPrice: 100, markPrice: 90 },
 *     { side: -1, size: 1, entryPrice: 95, markPrice: 90 },
 *   ],
 * }); // 45
 */
export function crossEquity(account: {
  readonly walletBalance: number;
  readonly positions: readonly MarkedPosition[];
}): number {
  let equity = finite("walletBalance", account.walletBalance);
  for (const [index, position] of account.positions.entries()) {
    equity += profitOf(`positions[${index}].`, position);
  }
  return equity;
}

/**
 * Total net collateral as dYdX writes equity: quote balance plus signed size x oracle price of every position.
 *
 * The quote balance already holds what was paid for longs and received for shorts, so no entry price is needed.
 *
 * @throws UserError `invalid-argument` naming the position
 * Source: dYdX v4 x/subaccounts (commit 84d4664b).
 *
 * @example
 * netCollateral({ quoteBalance: -4_501, positions: [{ signedSize: 0.1, oraclePrice: 50_000 }] }); // 499
 */
export function netCollateral(account: {
  readonly quoteBalance: number;
  readonly positions: readonly { readonly signedSize: number; readonly oraclePrice: number }[];
}): number {
  let total = finite("quoteBalance", account.quoteBalance);
  for (const [index, position] of account.positions.entries()) {
    const size = finite(`positions[${index}].signedSize`, position.signedSize);
    total += size * positive(`positions[${index}].oraclePrice`, position.oraclePrice);
  }
  return total;
}

/**
 * Whether an account must be liquidated: maintenance margin above 0 and equity strictly below it.
 *
 * Works on display units and on integer quanta alike.
 *
 * @throws UserError `invalid-argument`
 * Source: dYdX v4 x/clob liquidations_test.go (-4,500 is safe, -4,501 is not); Binance: the ratio reaches 100 %.
 *
 * @example
 * isLiquidatable({ equity: 500, maintenanceMargin: 500 }); // false
 * isLiquidatable({ equity: 499, maintenanceMargin: 500 }); // true
 */
export function isLiquidatable(account: {
  readonly equity: number;
  readonly maintenanceMargin: number;
}): boolean {
  const equity = finite("equity", account.equity);
  const maintenance = nonNegative("maintenanceMargin", account.maintenanceMargin);
  return maintenance > 0 && equity < maintenance;
}

/**
 * Margin ratio as Binance shows it: maintenance margin / equity, a fraction; liquidation beyond 1.
 *
 * @returns Infinity when equity is 0 or less while margin is required; 0 when none is
 * @throws UserError `invalid-argument`
 * Source: Binance support 360033525271.
 *
 * @example
 * marginRatio({ equity: 1_000, maintenanceMargin: 250 }); // 0.25
 */
export function marginRatio(account: {
  readonly equity: number;
  readonly maintenanceMargin: number;
}): number {
  const equity = finite("equity", account.equity);
  const maintenance = nonNegative("maintenanceMargin", account.maintenanceMargin);
  if (maintenance === 0) return 0;
  return equity > 0 ? maintenance / equity : Infinity;
}

/**
 * Refuses a position with a bad side, a negative size or prices that are not above 0.
 *
 * @param name prefix of the path, for example `positions[2].`, or empty
 * @throws UserError `invalid-argument`
 */
export function checkPosition(name: string, position: LinearPosition): void {
  checkedSide(`${name}side`, position.side);
  nonNegative(`${name}size`, position.size);
  positive(`${name}entryPrice`, position.entryPrice);
  if (!Number.isFinite(position.size * position.entryPrice)) {
    fail(`${name}size`, "a size whose value is finite", position.size);
  }
}

function profitOf(name: string, position: MarkedPosition): number {
  checkPosition(name, position);
  const markPrice = positive(`${name}markPrice`, position.markPrice);
  return position.side * position.size * (markPrice - position.entryPrice);
}
