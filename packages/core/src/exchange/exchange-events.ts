/**
 * What happens on an exchange, as plain records that a trader can read: display units, names, no handles to state.
 *
 * Amounts are doubles nearest to the exact integers that were moved. `at` is the exchange's own time in seconds since
 * it was opened. Records are never changed after they were written.
 */

/** What became of a part of a liquidated position. */
export type LiquidationOutcome = "book" | "fund" | "vault" | "adl" | "insolvent";

interface At {
  /** Seconds since the exchange was opened. */
  readonly at: number;
}

/** Money that came in, went out, or moved inside. */
export interface CashEvent extends At {
  readonly type: "deposit" | "withdrawal" | "transfer" | "margin-change" | "debt-covered";
  readonly account: string;
  /** Other account of a transfer; who paid a debt. */
  readonly with?: string;
  readonly currency: string;
  readonly amount: number;
}

/** An order changed its state without a trade. */
export interface OrderEvent extends At {
  readonly type: "order";
  readonly state: "accepted" | "rejected" | "cancelled" | "triggered" | "amended" | "trimmed" | "activated";
  readonly account: string;
  readonly market: string;
  /** 0 for an order that never got a number. */
  readonly order: number;
  readonly side: "buy" | "sell";
  readonly price: number;
  readonly size: number;
  /** Why, in words; empty when there is nothing to say. */
  readonly reason: string;
}

/** One side of a trade. */
export interface FillEvent extends At {
  readonly type: "fill";
  readonly account: string;
  readonly market: string;
  readonly order: number;
  readonly side: "buy" | "sell";
  readonly price: number;
  readonly size: number;
  readonly liquidity: "maker" | "taker";
  readonly fee: number;
  /** Profit of what it closed, before fees. */
  readonly realised: number;
  /** True for the forced order of a liquidation. */
  readonly forced: boolean;
}

/** A market's mark moved. */
export interface MarkEvent extends At {
  readonly type: "mark";
  readonly market: string;
  readonly mark: number;
  readonly index: number;
}

/** A funding time. */
export interface FundingEvent extends At {
  readonly type: "funding";
  readonly market: string;
  /** Fraction of the notional; positive when longs pay. */
  readonly rate: number;
  /** Price that the notional was taken at. */
  readonly price: number;
  /** Cash changes; negative when the account pays. */
  readonly payments: readonly { readonly account: string; readonly amount: number }[];
  /** What rounding left over, for the fee account. */
  readonly dust: number;
}

/** A part of a position was taken from an account below its maintenance margin, or could not be. */
export interface LiquidationEvent extends At {
  readonly type: "liquidation";
  readonly outcome: LiquidationOutcome;
  readonly account: string;
  readonly market: string;
  /** Side of the position. */
  readonly side: "long" | "short";
  readonly size: number;
  /** Mean price of the fills, or the price of the transfer; 0 when nothing moved. */
  readonly price: number;
  readonly bankruptcyPrice: number;
  /** Change of the fund's or vault's equity at the mark: fees, improvements, losses taken. */
  readonly fundDelta: number;
  /** Who was deleveraged, in the order of the queue. */
  readonly counterparties?: readonly { readonly account: string; readonly size: number }[];
  /** Debt that nobody paid; of outcome `insolvent`. */
  readonly debt?: number;
}

/** Collateral was sold to the venue's desk to cover a negative balance. */
export interface AutoExchangeEvent extends At {
  readonly type: "auto-exchange";
  readonly account: string;
  readonly sold: string;
  readonly amount: number;
  readonly received: number;
  readonly currency: string;
}

/** Trading was stopped or goes on. */
export interface HaltEvent extends At {
  readonly type: "halt" | "resume";
  readonly market: string;
}

/** Everything that an exchange tells. */
export type ExchangeEvent =
  | CashEvent
  | OrderEvent
  | FillEvent
  | MarkEvent
  | FundingEvent
  | LiquidationEvent
  | AutoExchangeEvent
  | HaltEvent;
