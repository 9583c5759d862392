/**
 * What a liquidated account pays to the fund on top of its losses: the venues' clearance fees.
 *
 * Every form is at most what the account has left, so a fee never makes a deficit. The forms in quanta are the
 * ones for ledgers: exact integers, rounded as the venue rounds.
 */
import { FLOOR, CEIL, mulDiv } from "../numeric/mul-div.ts";
import { PPM } from "../units.ts";
import { between, exactInteger, fail, finite, nonNegative } from "./checked.ts";

/** A venue's form of the fee. */
export type ClearanceFeeRule =
  /**
   * `rate` of the filled notional, at most what is left of the equity (Binance: 0.003 for BTCUSDT in the 2020 text,
   * 0.0125 in later samples of `liquidationFee`).
   */
  | { readonly kind: "notional-share"; readonly rate: number }
  /**
   * The improvement over the bankruptcy price, at most `maxRate` of the filled notional (dYdX v4: genesis 0.015, code
   * default 0.005).
   */
  | { readonly kind: "capped-improvement"; readonly maxRate: number }
  /** All that is left of the position's margin (BitMEX, Bybit). */
  | { readonly kind: "all-residual" }
  /** Nothing (Hyperliquid). */
  | { readonly kind: "none" };

/** What one forced fill left behind. */
export interface ClearanceFeeInput {
  /** Notional filled, in settlement units, at least 0. */
  readonly filledNotional: number;
  /**
   * Equity left behind the closed part after profit, loss and taker fee; may be negative, then nothing is owed. For
   * `capped-improvement` this is the improvement side x (fill - bankruptcy price) x size.
   */
  readonly residual: number;
}

/**
 * Clearance fee of a forced fill, in settlement units, paid by the account to the fund.
 *
 *     notional-share, capped-improvement   min(rate x notional, max(0, residual))
 *     all-residual                         max(0, residual)
 *     none                                 0
 *
 * Sources: Binance FAQ 360033525271 and exchangeInfo samples; dYdX v4 `GetLiquidationInsuranceFundDelta`; BitMEX
 * *Liquidation*; Hyperliquid documentation *Liquidations*.
 *
 * @throws UserError `invalid-argument` for an unknown rule, a rate outside [0, 1], a negative notional or a
 *   residual that is not finite
 * @example
 * // dYdX, 0.1 BTC sold at 56,100 with bankruptcy price 51,000: improvement 510, cap 0.5 % of 5,610
 * clearanceFee({ kind: "capped-improvement", maxRate: 0.005 }, { filledNotional: 5_610, residual: 510 }); // 28.05
 */
export function clearanceFee(rule: ClearanceFeeRule, fill: ClearanceFeeInput): number {
  const notional = nonNegative("filledNotional", fill.filledNotional);
  const residual = Math.max(0, finite("residual", fill.residual));
  switch (rule.kind) {
    case "notional-share":
      return Math.min(between("rule.rate", rule.rate, 0, 1) * notional, residual);
    case "capped-improvement":
      return Math.min(between("rule.maxRate", rule.maxRate, 0, 1) * notional, residual);
    case "all-residual":
      return residual;
    case "none":
      return 0;
    default:
      return fail("rule.kind", "a kind of ClearanceFeeRule", (rule as { kind: unknown }).kind);
  }
}

/**
 * `clearanceFee` in exact quanta, for a rate in parts per million.
 *
 * A share of notional is rounded up (fees with positive rates are), dYdX's cap down (`BigIntMulPpm`); neither
 * passes the residual.
 *
 * @param rule with `ratePpm` in place of a fraction
 * @param fill whole quanta
 * @throws UserError `invalid-argument` for an unknown rule, an amount that is not a whole number, a rate outside
 *   [0, 1,000,000], a negative notional
 * @example
 * const rule = { kind: "notional-share", ratePpm: 12_500 } as const;
 * clearanceFeeQuanta(rule, { filledNotionalQuanta: 99_999, residualQuanta: 5_000 }); // 1,250
 */
export function clearanceFeeQuanta(
  rule:
    | { readonly kind: "notional-share" | "capped-improvement"; readonly ratePpm: number }
    | { readonly kind: "all-residual" | "none" },
  fill: { readonly filledNotionalQuanta: number; readonly residualQuanta: number },
): number {
  const notional = nonNegative(
    "filledNotionalQuanta",
    exactInteger("filledNotionalQuanta", fill.filledNotionalQuanta),
  );
  const residual = Math.max(0, exactInteger("residualQuanta", fill.residualQuanta));
  switch (rule.kind) {
    case "notional-share":
      return Math.min(residual, mulDiv(notional, checkedPpm(rule.ratePpm), PPM, CEIL));
    case "capped-improvement":
      return Math.min(residual, mulDiv(notional, checkedPpm(rule.ratePpm), PPM, FLOOR));
    case "all-residual":
      return residual;
    case "none":
      return 0;
    default:
      return fail("rule.kind", "a kind of clearance fee", (rule as { kind: unknown }).kind);
  }
}

function checkedPpm(ratePpm: number): number {
  return between("rule.ratePpm", exactInteger("rule.ratePpm", ratePpm), 0, PPM);
}

/** A rule with its rate in whole parts per million, as `clearanceFeeQuanta` takes it. */
export function ppmRule(rule: ClearanceFeeRule): Parameters<typeof clearanceFeeQuanta>[0] {
  if (rule.kind === "notional-share") return { kind: rule.kind, ratePpm: Math.round(rule.rate * PPM) };
  if (rule.kind === "capped-improvement") return { kind: rule.kind, ratePpm: Math.round(rule.maxRate * PPM) };
  return rule;
}
