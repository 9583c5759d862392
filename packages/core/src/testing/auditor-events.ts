/**
 * What an auditor reads of an exchange: events, views and terms as plain shapes of its own.
 *
 * Declared here and not imported, so that the auditor shares no code with what it audits. An exchange's own events
 * and views fit these shapes. Display units throughout; the auditor's books turn them into whole quanta.
 */

/** Money that moved. */
interface CashSeen {
  readonly type: "deposit" | "withdrawal" | "transfer" | "margin-change" | "debt-covered";
  readonly account: string;
  readonly with?: string;
  readonly currency: string;
  readonly amount: number;
}

/** An order changed its state. */
export interface OrderSeen {
  readonly type: "order";
  readonly state: "accepted" | "rejected" | "cancelled" | "triggered" | "amended" | "trimmed" | "activated";
  readonly account: string;
  readonly market: string;
  readonly order: number;
  readonly side: "buy" | "sell";
  readonly price: number;
  readonly size: number;
  readonly reason: string;
}

/** One side of a trade; taker first, its maker directly after. */
export interface FillSeen {
  readonly type: "fill";
  readonly account: string;
  readonly market: string;
  readonly order: number;
  readonly side: "buy" | "sell";
  readonly price: number;
  readonly size: number;
  readonly liquidity: "maker" | "taker";
  readonly fee: number;
  readonly realised: number;
  readonly forced: boolean;
}

/** A funding time. */
export interface FundingSeen {
  readonly type: "funding";
  readonly market: string;
  readonly rate: number;
  readonly price: number;
  readonly payments: readonly { readonly account: string; readonly amount: number }[];
  readonly dust: number;
}

/** A part of a liquidated position. */
export interface LiquidationSeen {
  readonly type: "liquidation";
  readonly outcome: "book" | "fund" | "vault" | "adl" | "insolvent";
  readonly account: string;
  readonly market: string;
  readonly side: "long" | "short";
  readonly size: number;
  readonly price: number;
  readonly fundDelta: number;
  readonly counterparties?: readonly { readonly account: string; readonly size: number }[];
}

/** Everything that an auditor is told. */
export type AuditedEvent =
  | CashSeen
  | OrderSeen
  | FillSeen
  | FundingSeen
  | LiquidationSeen
  | { readonly type: "mark"; readonly market: string; readonly mark: number }
  | { readonly type: "halt" | "resume"; readonly market: string }
  | {
      readonly type: "auto-exchange";
      readonly account: string;
      readonly sold: string;
      readonly amount: number;
      readonly received: number;
      readonly currency: string;
    };

/** A market's published terms. */
export interface AuditedMarket {
  readonly name: string;
  readonly contract: "linear" | "inverse";
  readonly settlement: string;
  readonly contractValue?: number;
  readonly tickSize: number;
  readonly lotSize: number;
  /** No order book but linear impact against the account `clearing`. */
  readonly clearing?: { readonly impactTicks: number; readonly perLots: number };
}

/** What an auditor knows of a venue before the first event. */
export interface AuditedTerms {
  readonly currencies: readonly { readonly name: string; readonly decimals: number }[];
  readonly markets: readonly AuditedMarket[];
  readonly fees: { readonly maker: number; readonly taker: number };
  /** Whether forced orders pay the taker fee. */
  readonly takerFee: boolean;
  /** Name of the account that takes over positions and pays debts. */
  readonly holder: "fund" | "vault";
}

/** An account as its holder knows it. */
export interface AuditedAccount {
  readonly key: number;
  readonly name: string;
  readonly mode: "isolated" | "cross" | "hedge";
}

/** What the sender of an order knows of it and no event repeats. */
export interface OrderTicket {
  readonly leg: 1 | -1 | 0;
  readonly conditional: boolean;
  readonly reduceOnly: boolean;
}

/** The views of an exchange that are compared. */
export interface AuditedVenue {
  account(key: number): {
    readonly balances: readonly {
      readonly currency: string;
      readonly cash: number;
      readonly debt: number;
    }[];
    readonly positions: readonly {
      readonly market: string;
      readonly side: "long" | "short";
      readonly size: number;
      readonly margin: number;
      readonly unrealisedProfit: number;
    }[];
    readonly openOrders: number;
  };
  market(name: string): {
    readonly mark: number;
    readonly last: number;
    readonly openInterest: number;
    readonly halted: boolean;
  };
  depth(market: string, side: "bid" | "ask", levels: number): readonly { price: number; size: number }[];
}
