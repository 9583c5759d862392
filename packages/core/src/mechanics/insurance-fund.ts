/**
 * The insurance fund: what a forced fill brings or costs it, and what it may still pay.
 *
 * Sign convention: a delta above 0 is paid by the liquidated account to the fund, below 0 by the fund. The fund is
 * never taken below zero; what it cannot pay is returned to the caller, for deleveraging, socialised loss or
 * insolvency.
 */
import { FLOOR, mulDiv } from "../numeric/mul-div.ts";
import { PPM } from "../units.ts";
import { between, exactInteger, nonNegative, finite, positive, side as checkedSide } from "./checked.ts";
import { type ContractForm, profitBetween, unitNotional } from "./contract-form.ts";

/**
 * What one forced fill brings the fund, in settlement units:
 *
 *     delta = side x (fill price - bankruptcy price) x size
 *
 * For an inverse contract side x (1 / bankruptcy price - 1 / fill price) x contracts. With `maxFeeRate` a positive
 * delta is at most that share of the filled notional, the rest stays with the account (dYdX); without it the
 * fund gains all of it (BitMEX).
 *
 * Sources: BitMEX *Liquidation examples*; dYdX v4 `GetLiquidationInsuranceFundDelta`.
 *
 * @returns above 0: the fund gains; below 0: the fund pays
 * @throws UserError `invalid-argument` for prices not above 0, a negative size, a side that is no side or a rate
 *   outside [0, 1]
 * @example
 * insuranceDelta({ side: 1, fillPrice: 99.25, bankruptcyPrice: 99, size: 1 }); // +0.25
 * insuranceDelta({ side: 1, fillPrice: 51_051, bankruptcyPrice: 51_000, size: 0.1, maxFeeRate: 0.005 }); // 5.1
 */
export function insuranceDelta(fill: {
  /** Side of the liquidated position, 1 long, -1 short. */
  readonly side: number;
  readonly fillPrice: number;
  readonly bankruptcyPrice: number;
  /** Size without sign. */
  readonly size: number;
  readonly maxFeeRate?: number;
  readonly contract?: ContractForm;
}): number {
  const side = checkedSide("side", fill.side);
  const from = positive("bankruptcyPrice", fill.bankruptcyPrice);
  const to = positive("fillPrice", fill.fillPrice);
  const size = nonNegative("size", fill.size);
  const delta = profitBetween({ contract: fill.contract, side, size, from, to });
  if (fill.maxFeeRate === undefined) return delta;
  const most = between("maxFeeRate", fill.maxFeeRate, 0, 1) * size * unitNotional(fill.contract, to);
  return Math.min(most, delta);
}

/**
 * `insuranceDelta` in exact quanta from the signed quote amounts of the closing order: what the account receives
 * (a sale above 0, a purchase below 0) less what it would receive at its bankruptcy price.
 *
 * The cap is rounded down (dYdX `BigIntMulPpm`).
 *
 * @throws UserError `invalid-argument` for an amount that is not a whole number or a rate outside [0, 1,000,000]
 * @example
 * // 0.1 BTC sold at 50,490 against a bankruptcy price of 51,000, quanta of one millionth
 * insuranceDeltaQuanta({ fillQuoteQuanta: 5_049_000_000, bankruptcyQuoteQuanta: 5_100_000_000 }); // -51,000,000
 */
export function insuranceDeltaQuanta(fill: {
  readonly fillQuoteQuanta: number;
  readonly bankruptcyQuoteQuanta: number;
  readonly maxFeePpm?: number;
}): number {
  const quote = exactInteger("fillQuoteQuanta", fill.fillQuoteQuanta);
  const delta = quote - exactInteger("bankruptcyQuoteQuanta", fill.bankruptcyQuoteQuanta);
  exactInteger("fillQuoteQuanta - bankruptcyQuoteQuanta", delta);
  if (fill.maxFeePpm === undefined) return delta;
  const ppm = between("maxFeePpm", exactInteger("maxFeePpm", fill.maxFeePpm), 0, PPM);
  return Math.min(delta, mulDiv(Math.abs(quote), ppm, PPM, FLOOR));
}

/**
 * Whether a forced fill may happen: only while the fund stays at or above zero after it, and, with a limit, while
 * the account has not cost the fund more than `maxLossPerBlock` in this block. A fill that may not happen leaves
 * its size to deleveraging.
 *
 * Source: dYdX v4 `IsValidInsuranceFundDelta`, `validateLiquidationAgainstSubaccountBlockLimits` (genesis limit
 * 1,000,000 USDC per subaccount and block).
 *
 * @throws UserError `invalid-argument` for a negative fund, limit or loss, or a delta that is not finite
 * @example
 * fundAllowsFill({ fund: 0.25, delta: -0.25 }); // true: the fund is empty after it
 * fundAllowsFill({ fund: 0.25, delta: -0.26 }); // false
 */
export function fundAllowsFill(fill: {
  readonly fund: number;
  readonly delta: number;
  /** What this account has cost the fund in this block so far; 0 when left out. */
  readonly lossThisBlock?: number;
  /** No limit when left out. */
  readonly maxLossPerBlock?: number;
}): boolean {
  const fund = nonNegative("fund", fill.fund);
  const delta = finite("delta", fill.delta);
  const lost = nonNegative("lossThisBlock", fill.lossThisBlock ?? 0);
  if (fund + delta < 0) return false;
  if (fill.maxLossPerBlock === undefined || delta >= 0) return true;
  return lost - delta <= nonNegative("maxLossPerBlock", fill.maxLossPerBlock);
}

/** The answer of `coverDeficit`. */
export interface DeficitCover {
  /** What the fund pays, at most what it holds. */
  readonly paid: number;
  /** What the fund holds afterwards, at least 0. */
  readonly fundAfter: number;
  /** What nobody has paid yet: for deleveraging, socialised loss, or insolvency. paid + uncovered = deficit. */
  readonly uncovered: number;
}

/**
 * Lets the fund pay the deficit of a closed account, as far as it reaches: pays min(fund, deficit).
 *
 * Exact when both amounts are whole numbers (quanta). Whoever books it moves `paid` from the fund's account to the
 * trader's.
 *
 * Source: the waterfall of all venues; worked case: margin 60, loss 84, fee 0.258, fund 20 -> deficit 24.258,
 * 20 paid, 4.258 left.
 *
 * @throws UserError `invalid-argument` for a negative or non-finite amount
 * @example
 * coverDeficit({ fund: 20, deficit: 24.258 }); // { paid: 20, fundAfter: 0, uncovered: 4.258 }
 */
export function coverDeficit(input: { readonly fund: number; readonly deficit: number }): DeficitCover {
  const fund = nonNegative("fund", input.fund);
  const deficit = nonNegative("deficit", input.deficit);
  const paid = Math.min(fund, deficit);
  return { paid, fundAfter: fund - paid, uncovered: deficit - paid };
}
