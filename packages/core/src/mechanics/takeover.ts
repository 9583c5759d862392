/**
 * Takeovers: who becomes the owner of a position that the book did not take, and on what terms.
 *
 * Between the order into the book and deleveraging. A rule sees one position and one fund or vault; the caller
 * asks in the order of accounts and updates the fund between questions.
 */
import { between, fail, finite, nonNegative, positive, side as checkedSide } from "./checked.ts";
import { type ContractForm, profitBetween, unitNotional } from "./contract-form.ts";

/** A venue's rule. */
export type TakeoverRule =
  /**
   * The insurance fund takes the position at its bankruptcy price while the net notional of what it holds stays
   * within `capRatio` of its equity (Binance; the cap of 1 is assumed).
   */
  | { readonly kind: "fund"; readonly capRatio: number }
  /**
   * A vault takes the position and its margin once equity is below `equityRatio` of maintenance margin and not
   * below zero (Hyperliquid: 2/3). Maintenance margin is not handed back.
   */
  | { readonly kind: "vault"; readonly equityRatio: number }
  /**
   * The engine owns the position at its bankruptcy price while the fund can pay the loss at the mark (BitMEX,
   * Bybit).
   */
  | { readonly kind: "fund-pays" }
  /**
   * As `fund-pays`, while the fund then stays above its peak less `share` of it (OKX: 0.3, not confirmed in a
   * primary page).
   */
  | { readonly kind: "fund-drawdown"; readonly share: number }
  /** Nobody: deleveraging follows as soon as equity is below zero (dYdX). */
  | { readonly kind: "none" };

/** The position that is left, and the fund. Fields that the rule does not read may be left out. */
export interface TakeoverInput {
  /** Side of the position, 1 long, -1 short. */
  readonly side: number;
  /** Size without sign that is left, above 0. */
  readonly size: number;
  /** Mark price, above 0. */
  readonly markPrice: number;
  readonly contract?: ContractForm;
  /** Bankruptcy price; read by `fund-pays` and `fund-drawdown`. */
  readonly bankruptcyPrice?: number;
  /** Equity behind the position (isolated) or of the account (cross) at the mark, may be negative. */
  readonly equity?: number;
  /** Maintenance margin that belongs to `equity`. */
  readonly maintenance?: number;
  /** Equity of the fund, at least 0; read by all rules with a fund. */
  readonly fund?: number;
  /** Highest equity that the fund has had, at least what it has; read by `fund-drawdown`. */
  readonly fundPeak?: number;
  /** Signed notional that the fund already holds in this market, 0 when left out; read by `fund`. */
  readonly fundNotionalHere?: number;
  /** Sum of |net notional| that the fund holds in all other markets, 0 when left out; read by `fund`. */
  readonly fundNotionalElsewhere?: number;
}

/**
 * - `keep`: the account keeps the position, the next round may try the book again.
 * - `take`: fund, vault or engine takes it.
 * - `deleverage`: nobody can take it.
 */
export type TakeoverAction = "keep" | "take" | "deleverage";

/** The answer of `takeover`. */
export interface Takeover {
  readonly action: TakeoverAction;
  /**
   * Margin that goes over with the position, in settlement units: all of `equity` for a vault (cross: the whole
   * account goes), 0 for a takeover at the bankruptcy price, whose settlement leaves the account with nothing.
   */
  readonly marginHandedOver: number;
}

/**
 * Decides a takeover.
 *
 *     fund        |held here + side x notional| + held elsewhere <= capRatio x fund      else deleverage
 *     vault       equity < 0: deleverage; equity < equityRatio x maintenance: take; else keep
 *     fund-pays   fund + side x (mark - bankruptcy price) x size >= 0                    else deleverage
 *     fund-drawdown   the same sum > (1 - share) x peak, and >= 0                        else deleverage
 *     none        equity < 0: deleverage; else keep
 *
 * Sources: Binance FAQ 360033525271 and 360033525471; Hyperliquid documentation *Liquidations* and
 * *Auto-deleveraging*; BitMEX *Liquidation*; dYdX v4 `deleveraging.go`.
 *
 * @throws UserError `invalid-argument` for an unknown rule, a size or price not above 0, a ratio not above 0, or a
 *   missing field that the rule reads
 * @example
 * const rule = { kind: "vault", equityRatio: 2 / 3 } as const;
 * takeover(rule, { side: 1, size: 1, markPrice: 100, equity: 3, maintenance: 6 });
 * // { action: "take", marginHandedOver: 3 }
 */
export function takeover(rule: TakeoverRule, input: TakeoverInput): Takeover {
  const side = checkedSide("side", input.side);
  const size = positive("size", input.size);
  const mark = positive("markPrice", input.markPrice);
  switch (rule.kind) {
    case "fund":
      return { action: withinCap(rule.capRatio, input, side, size, mark), marginHandedOver: 0 };
    case "vault":
      return vaultTakes(rule.equityRatio, input);
    case "fund-pays": {
      const isPaid = fundAfter(input, side, size, mark) >= 0;
      return { action: isPaid ? "take" : "deleverage", marginHandedOver: 0 };
    }
    case "fund-drawdown": {
      const share = between("rule.share", rule.share, 0, 1);
      const fund = nonNegative("fund", input.fund ?? NaN);
      const peak = nonNegative("fundPeak", input.fundPeak ?? NaN);
      if (peak < fund) fail("fundPeak", `at least the fund (${fund})`, peak);
      const left = fundAfter(input, side, size, mark);
      const isPaid = left >= 0 && left > (1 - share) * peak;
      return { action: isPaid ? "take" : "deleverage", marginHandedOver: 0 };
    }
    case "none": {
      const equity = finite("equity", input.equity ?? NaN);
      return { action: equity < 0 ? "deleverage" : "keep", marginHandedOver: 0 };
    }
    default:
      return fail("rule.kind", "a kind of TakeoverRule", (rule as { kind: unknown }).kind);
  }
}

/** What the fund has once it has taken the position at its bankruptcy price, valued at the mark. */
function fundAfter(input: TakeoverInput, side: 1 | -1, size: number, mark: number): number {
  const from = positive("bankruptcyPrice", input.bankruptcyPrice ?? NaN);
  const delta = profitBetween({ contract: input.contract, side, size, from, to: mark });
  return nonNegative("fund", input.fund ?? NaN) + delta;
}

function withinCap(
  capRatio: number,
  input: TakeoverInput,
  side: 1 | -1,
  size: number,
  mark: number,
): TakeoverAction {
  const cap = positive("rule.capRatio", capRatio) * nonNegative("fund", input.fund ?? NaN);
  const notional = size * unitNotional(input.contract, mark);
  const here = finite("fundNotionalHere", input.fundNotionalHere ?? 0) + side * notional;
  const elsewhere = nonNegative("fundNotionalElsewhere", input.fundNotionalElsewhere ?? 0);
  return Math.abs(here) + elsewhere <= cap ? "take" : "deleverage";
}

function vaultTakes(equityRatio: number, input: TakeoverInput): Takeover {
  const ratio = positive("rule.equityRatio", equityRatio);
  const equity = finite("equity", input.equity ?? NaN);
  const maintenance = positive("maintenance", input.maintenance ?? NaN);
  if (equity < 0) return { action: "deleverage", marginHandedOver: 0 };
  if (equity < ratio * maintenance) return { action: "take", marginHandedOver: equity };
  return { action: "keep", marginHandedOver: 0 };
}
