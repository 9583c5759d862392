/**
 * Bankruptcy prices: where a closing order leaves its account with exactly nothing.
 *
 * They limit the closing order, and settle the insurance fund and auto-deleveraging. With several positions the
 * equity is dealt out in proportion to maintenance margin (the dYdX rule), so that closing them one after the
 * other, in any order, ends at 0. Integer quotes are rounded towards +infinity: the fund never pays for rounding.
 */
import { FLOOR, mulDiv } from "../numeric/mul-div.ts";
import { checkPosition } from "./account-equity.ts";
import type { LinearPosition } from "./account-equity.ts";
import { exactInteger, fail, finite, nonNegative, positive } from "./checked.ts";

/**
 * Bankruptcy price of one linear position: entry - side x margin / size, in quote units.
 *
 * Isolated: `margin` is the position's margin; at leverage L this is entry (1 - 1/L) for a long, entry (1 + 1/L)
 * for a short. Cross with this position alone: `margin` is the wallet balance.
 *
 * @returns undefined when no price above 0 takes the whole margin of a long (or any price takes a short's)
 * @throws UserError `invalid-argument`
 * Source: Bybit help centre, Bankruptcy price; Binance support 360033525271.
 *
 * @example
 * // 10,000 at 50x long.
 * bankruptcyPrice({ side: 1, size: 1, entryPrice: 10_000, margin: 200 }); // 9800
 */
export function bankruptcyPrice(position: LinearPosition & { readonly margin: number }): number | undefined {
  checkPosition("", position);
  const size = positive("size", position.size);
  const price = position.entryPrice - (position.side * finite("margin", position.margin)) / size;
  return price > 0 ? price : undefined;
}

/** One closing trade of a cross account with several positions, and the account before it. */
export interface ClosingTrade {
  /** Signed change of the position: negative closes a long, positive closes a short; base units, not 0. */
  readonly sizeDelta: number;
  /** Mark or oracle price, quote units. */
  readonly markPrice: number;
  /** Equity of the account at the marks; may be negative. */
  readonly equity: number;
  /** Maintenance margin that the trade frees, at least 0. */
  readonly maintenanceReleased: number;
  /** Maintenance margin of the whole account, above 0. */
  readonly totalMaintenance: number;
}

/**
 * Quote balance that a closing trade must bring at the bankruptcy price, in quote units (negative: it costs).
 *
 * -(notional change) - equity x |maintenance released| / total maintenance.
 *
 * @throws UserError `invalid-argument`
 * Source: dYdX v4 x/clob/keeper/liquidations.go, GetBankruptcyPriceInQuoteQuantums (commit 84d4664b).
 *
 * @example
 * // Quote -490, long 0.004 BTC at 50,000 and 0.1 ETH at 3,000: equity 10, maintenance 20 + 30.
 * bankruptcyQuote({
 *   sizeDelta: -0.1, markPrice: 3_000, equity: 10, maintenanceReleased: 30, totalMaintenance: 50,
 * }); // 294
 */
export function bankruptcyQuote(trade: ClosingTrade): number {
  const { sizeDelta } = trade;
  if (finite("sizeDelta", sizeDelta) === 0) fail("sizeDelta", "a signed size other than 0", sizeDelta);
  const notionalDelta = sizeDelta * positive("markPrice", trade.markPrice);
  return -notionalDelta - equityShare(trade);
}

/**
 * Bankruptcy price of a closing trade of a cross account: its bankruptcy quote per unit, in quote units.
 *
 * May be 0 or negative for a long whose share of equity exceeds its value: such a position cannot lose it all.
 *
 * @throws UserError `invalid-argument`
 * Source: dYdX v4 x/clob/keeper/liquidations.go (commit 84d4664b).
 *
 * @example
 * // Quote 80,800, short 1 BTC at 50,000 and 10 ETH at 3,000: equity 800, maintenance 5,000 + 3,000.
 * crossBankruptcyPrice({
 *   sizeDelta: 1, markPrice: 50_000, equity: 800, maintenanceReleased: 5_000, totalMaintenance: 8_000,
 * }); // 50_500
 */
export function crossBankruptcyPrice(trade: ClosingTrade): number {
  return bankruptcyQuote(trade) / -trade.sizeDelta;
}

/**
 * The bankruptcy quote in integer quanta, rounded towards +infinity.
 *
 * -(notional change) - floor(equity x maintenance released / total maintenance). Flooring the share leaves the
 * account up to one quantum too little and never asks the fund for it.
 *
 * @param trade all integers; `notionalDeltaQuanta` has the sign of the size change
 * @throws UserError `invalid-argument`
 * Source: dYdX v4 x/clob/keeper/liquidations.go (commit 84d4664b).
 *
 * @example
 * bankruptcyQuoteQuanta({
 *   notionalDeltaQuanta: -300, equityQuanta: 10, maintenanceReleasedQuanta: 30, totalMaintenanceQuanta: 51,
 * }); // 300 - floor(5.88) = 295
 */
export function bankruptcyQuoteQuanta(trade: {
  readonly notionalDeltaQuanta: number;
  readonly equityQuanta: number;
  readonly maintenanceReleasedQuanta: number;
  readonly totalMaintenanceQuanta: number;
}): number {
  const notionalDelta = exactInteger("notionalDeltaQuanta", trade.notionalDeltaQuanta);
  const equity = exactInteger("equityQuanta", trade.equityQuanta);
  const total = exactInteger("totalMaintenanceQuanta", trade.totalMaintenanceQuanta);
  const released = exactInteger("maintenanceReleasedQuanta", trade.maintenanceReleasedQuanta);
  checkReleased("Quanta", released, total);
  return exactInteger("bankruptcy quote", -notionalDelta - mulDiv(equity, released, total, FLOOR));
}

function equityShare(trade: ClosingTrade): number {
  const { equity, maintenanceReleased, totalMaintenance } = trade;
  checkReleased("", maintenanceReleased, totalMaintenance);
  return finite("equity", equity) * (maintenanceReleased / totalMaintenance);
}

function checkReleased(unit: string, released: number, total: number): void {
  positive(`totalMaintenance${unit}`, total);
  nonNegative(`maintenanceReleased${unit}`, released);
  if (released > total * (1 + 1e-9))
    fail(`maintenanceReleased${unit}`, `at most the total, ${total}`, released);
}
