/**
 * The limit price of a forced order: bankruptcy price, dYdX's fillable price, a market order with a cap, or a step past
 * the last trade.
 *
 * The limit decides how far a liquidation may push the book and what is left for fund and deleveraging. Prices
 * are rounded to ticks in favour of the liquidated account (a sale up, a purchase down), so that no rounding is
 * ever paid by the fund.
 */
import { between, fail, finite, nonNegative, positive, side as checkedSide } from "./checked.ts";
import { bankruptcyTickPrice } from "./tick-rounding.ts";

/** What `fillablePrice` needs to know of the account and the position. */
export interface FillablePriceInput {
  /** Signed size in base units, long above 0, not 0 (PS). */
  readonly signedSize: number;
  /** Oracle price, above 0. */
  readonly oraclePrice: number;
  /** Maintenance margin of the position, at least 0 (PMMR). */
  readonly maintenance: number;
  /** Total net collateral of the account at the oracle prices, may be negative (TNC). */
  readonly equity: number;
  /** Maintenance margin of the whole account, above 0 (TMMR). */
  readonly totalMaintenance: number;
  /** BA: how fast the price falls as collateral is lost; genesis 1. */
  readonly bankruptcyAdjustment: number;
  /** SMMR: largest spread over the position's maintenance margin; genesis 1.5. */
  readonly spreadToMaintenanceRatio: number;
}

/**
 * dYdX's fillable price, the limit of its liquidation orders:
 *
 *     ABR = clamp(BA (1 - TNC / TMMR), 0, 1)
 *     price = (PNNV - ABR x SMMR x PMMR) / PS,   PNNV = PS x oracle
 *
 * It starts at the oracle price when the account has just its maintenance margin and moves away (down for a
 * long, up for a short) as collateral is lost. Never below 0.
 *
 * Source: dYdX v4 `GetFillablePrice`, `x/clob/keeper/liquidations.go` (2026-03-04).
 *
 * @returns price in quote units, not rounded to a tick
 * @throws UserError `invalid-argument` for a size of 0, a price or total maintenance not above 0, an adjustment
 *   not above 0, or anything that is not finite
 * @example
 * // +0.1 BTC, quote balance -4,501, oracle 50,000, 10 % maintenance
 * fillablePrice({
 *   signedSize: 0.1, oraclePrice: 50_000, maintenance: 500, equity: 499, totalMaintenance: 500,
 *   bankruptcyAdjustment: 1, spreadToMaintenanceRatio: 0.1,
 * }); // 49,999
 */
export function fillablePrice(input: FillablePriceInput): number {
  const size = finite("signedSize", input.signedSize);
  if (size === 0) fail("signedSize", "a size other than 0", size);
  const oracle = positive("oraclePrice", input.oraclePrice);
  const maintenance = nonNegative("maintenance", input.maintenance);
  const total = positive("totalMaintenance", input.totalMaintenance);
  if (maintenance > total) fail("maintenance", `at most totalMaintenance (${total})`, maintenance);
  const adjustment = positive("bankruptcyAdjustment", input.bankruptcyAdjustment);
  const spread = nonNegative("spreadToMaintenanceRatio", input.spreadToMaintenanceRatio);
  const rating = adjustment * (1 - finite("equity", input.equity) / total);
  const bounded = Math.max(0, Math.min(1, rating));
  return Math.max(0, (size * oracle - bounded * spread * maintenance) / size);
}

/** A venue's rule for the limit of a forced order. */
export type LiquidationPriceRule =
  /** At the bankruptcy price (Binance, BitMEX, Bybit). */
  | { readonly kind: "bankruptcy" }
  /** At dYdX's fillable price. */
  | {
      readonly kind: "fillable";
      readonly bankruptcyAdjustment: number;
      readonly spreadToMaintenanceRatio: number;
    }
  /** Market order that may go `slippageCap` (a fraction) past the mark (Hyperliquid; the cap is assumed, 0.1). */
  | { readonly kind: "market"; readonly slippageCap: number }
  /**
   * `offset` (a fraction) past the last trade, never past the bankruptcy price, made anew each `repriceSeconds` (OKX:
   * "slightly better than the last price", about 60 s; the offset is not published).
   */
  | { readonly kind: "past-last"; readonly offset: number; readonly repriceSeconds: number };

/** What `liquidationOrderPrice` needs; fields that the rule does not read may be left out. */
export interface LiquidationPriceInput {
  /** Side of the position: 1 long (the order sells), -1 short (the order buys). */
  readonly side: number;
  /** Mark or oracle price, above 0. */
  readonly markPrice: number;
  /** Tick size; the result is a whole multiple of it, at least one. Without it nothing is rounded. */
  readonly tickSize?: number;
  /** Bankruptcy price of the position; read by `bankruptcy` and `past-last`. */
  readonly bankruptcyPrice?: number;
  /** Last trade, above 0, the mark before the first; read by `past-last`. */
  readonly lastPrice?: number;
  /** Size without sign in base units; read by `fillable`. */
  readonly size?: number;
  /** Read by `fillable`, as in `FillablePriceInput`. */
  readonly maintenance?: number;
  readonly equity?: number;
  readonly totalMaintenance?: number;
}

/**
 * Limit price of the order that closes a liquidated position.
 *
 * Sources: Binance FAQ 360033525271 and BitMEX *Liquidation* (bankruptcy price), dYdX v4 (fillable price and, in
 * `ConvertFillablePriceToSubticks`, the rounding: up for a sale, down for a purchase, at least one tick), Hyperliquid documentation *Liquidations*
 * (market order; its cap is not published), OKX partial liquidation rules (past the last trade).
 *
 * @returns price in quote units: an immediate-or-cancel limit, the lowest of a sale, the highest of a purchase
 * @throws UserError `invalid-argument` for an unknown rule, a missing field that the rule reads, or a value out of
 *   range
 * @example
 * // long 10 @ 100, equity 99.5, tick 0.1: bankruptcy price 90.05, the sale's limit is 90.1
 * liquidationOrderPrice({ kind: "bankruptcy" }, { side: 1, markPrice: 95, bankruptcyPrice: 90.05, tickSize: 0.1 });
 */
export function liquidationOrderPrice(rule: LiquidationPriceRule, input: LiquidationPriceInput): number {
  const side = checkedSide("side", input.side);
  const mark = positive("markPrice", input.markPrice);
  const price = rawPrice(rule, input, side, mark);
  if (input.tickSize === undefined) return price;
  return Math.max(input.tickSize, bankruptcyTickPrice({ price, side, tickSize: input.tickSize }));
}

function rawPrice(
  rule: LiquidationPriceRule,
  input: LiquidationPriceInput,
  side: 1 | -1,
  mark: number,
): number {
  switch (rule.kind) {
    case "bankruptcy":
      return nonNegative("bankruptcyPrice", input.bankruptcyPrice ?? NaN);
    case "fillable":
      return fillablePrice({
        signedSize: side * positive("size", input.size ?? NaN),
        oraclePrice: mark,
        maintenance: input.maintenance ?? NaN,
        equity: input.equity ?? NaN,
        totalMaintenance: input.totalMaintenance ?? NaN,
        bankruptcyAdjustment: rule.bankruptcyAdjustment,
        spreadToMaintenanceRatio: rule.spreadToMaintenanceRatio,
      });
    case "market":
      return mark * (1 - side * between("rule.slippageCap", rule.slippageCap, 0, 1));
    case "past-last": {
      const past = 1 - side * between("rule.offset", rule.offset, 0, 1);
      const limit = positive("lastPrice", input.lastPrice ?? NaN) * past;
      const worst = nonNegative("bankruptcyPrice", input.bankruptcyPrice ?? NaN);
      return side === 1 ? Math.max(limit, worst) : Math.min(limit, worst);
    }
    default:
      return fail("rule.kind", "a kind of LiquidationPriceRule", (rule as { kind: unknown }).kind);
  }
}
