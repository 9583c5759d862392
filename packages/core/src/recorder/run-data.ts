/**
 * What a run leaves behind, as plain columns: the input of every metric, table and picture.
 *
 * Prices are in settlement-currency units, money in quanta of the settlement currency, sizes in coins,
 * times in microseconds since 1970 UTC. Warm-up samples have `timeMicros < startMicros` and are in no metric.
 */

/**
 * One row per sample and coin: prices and funding of the first venue that lists the coin, the rest summed over all
 * venues; column arrays have `rows` entries, sorted by time then coin.
 */
export interface SeriesColumns {
  readonly rows: number;
  readonly timeMicros: Float64Array;
  readonly coin: Int32Array;
  readonly fundamental: Float64Array;
  /** Mid of spot and perpetual at the sample. */
  readonly spot: Float64Array;
  readonly perp: Float64Array;
  /** Lowest and highest spot mid since the previous sample. */
  readonly spotLow: Float64Array;
  readonly spotHigh: Float64Array;
  readonly mark: Float64Array;
  readonly index: Float64Array;
  /** Funding estimate per interval, fraction. */
  readonly funding: Float64Array;
  /** Open interest (one side) in coins. */
  readonly openInterest: Float64Array;
  /** Perpetual's spread in basis points of the mid; NaN with a side empty. */
  readonly spreadBp: Float64Array;
  /** Resting notional within 1 % of the mid, perpetual and spot together, quanta. */
  readonly bidDepth: Float64Array;
  readonly askDepth: Float64Array;
  /** Since the previous sample, spot and perpetual together, quanta: taker sells and buys, and taker sells by cause. */
  readonly takerSell: Float64Array;
  readonly takerBuy: Float64Array;
  readonly forcedSell: Float64Array;
  readonly stopSell: Float64Array;
  readonly riskLimitSell: Float64Array;
  readonly capitulationSell: Float64Array;
  /** Perpetual taker sells and buys by liquidation orders, quanta, since the previous sample. */
  readonly liquidatedLong: Float64Array;
  readonly liquidatedShort: Float64Array;
  /** Macro sentiment (same for all coins). */
  readonly sentiment: Float64Array;
}

/** One row per liquidation order (an account closing or reducing in one market in one round). */
export interface LiquidationColumns {
  readonly rows: number;
  readonly timeMicros: Float64Array;
  readonly population: Int32Array;
  /** Index in the population. */
  readonly agent: Int32Array;
  readonly market: Int32Array;
  /** +1 a long was closed, -1 a short. */
  readonly side: Int8Array;
  /** Coins closed in the book, taken over by the fund, and by ADL. */
  readonly bookSize: Float64Array;
  readonly fundSize: Float64Array;
  readonly adlSize: Float64Array;
  /** Notional closed in all three ways, quanta. */
  readonly notional: Float64Array;
  /** Traders the account stands for. */
  readonly traders: Float64Array;
  readonly bankruptcyPrice: Float64Array;
  /** Mean price of the fills in the book; NaN without any. */
  readonly fillPrice: Float64Array;
  /** Change of the insurance fund through this liquidation, quanta. */
  readonly fundDelta: Float64Array;
  /** 0: set off by other flows; g: by liquidations of generation g - 1 (genealogical rule in the docs). */
  readonly generation: Int32Array;
  /** Share of the adverse taker flow behind the mark move that was liquidation flow. */
  readonly forcedShare: Float64Array;
  /** 1 for a cross-margin account, 0 for an isolated position. */
  readonly cross: Uint8Array;
  /** 1 when the account has no position left in the market afterwards. */
  readonly closed: Uint8Array;
}

/** Start and end of every agent. */
export interface AgentColumns {
  readonly rows: number;
  readonly population: Int32Array;
  readonly agent: Int32Array;
  readonly weight: Float64Array;
  readonly startEquity: Float64Array;
  readonly endEquity: Float64Array;
  readonly liquidations: Int32Array;
}

/** Hourly state of agents in tracked populations (large holders), sorted by time. */
export interface HolderColumns {
  readonly rows: number;
  readonly timeMicros: Float64Array;
  readonly population: Int32Array;
  readonly agent: Int32Array;
  readonly coin: Int32Array;
  /** Coins held spot. */
  readonly holding: Float64Array;
  /** Value at the spot mid less cost, quanta. */
  readonly unrealised: Float64Array;
}

/** Resting bids near each followed level, one row per sample and level. */
export interface LevelColumns {
  readonly rows: number;
  readonly timeMicros: Float64Array;
  readonly level: Int32Array;
  /** Notional of bids within 0.5 % of the level, spot and perpetual, quanta. */
  readonly bids: Float64Array;
}

/** Kinds of messages on the tape, by the number in `OrderColumns.kind`; transfers between venues are not on it. */
export const ORDER_KINDS = [
  "limit",
  "immediate",
  "market",
  "reduce",
  "cancel",
  "quote",
  "transfer",
  "margin",
] as const;

/** Causes of orders and fills, by the number in their `cause` columns (`CAUSE_*`). */
export const CAUSE_NAMES = [
  "discretionary",
  "stop",
  "risk-limit",
  "liquidation",
  "adl",
  "hedge",
  "exogenous",
  "fund-unwind",
  "capitulation",
] as const;

/**
 * The order tape: one row per order that reached the venue in the measured part, in arrival order, the venue's own
 * forced orders after those of their step. A maker's message is one row per level; it replaces all its orders in the
 * market, also as one row of side 0 that has no level.
 */
export interface OrderColumns {
  readonly rows: number;
  /** Arrival; the end of the step for the venue's own orders. */
  readonly timeMicros: Float64Array;
  /** -1 for the fund or vault of a venue, `agent` too. */
  readonly population: Int32Array;
  /** Index in the population. */
  readonly agent: Int32Array;
  readonly market: Int32Array;
  /** Index into ORDER_KINDS. */
  readonly kind: Uint8Array;
  /** +1 buy, -1 sell, 0 for a cancel and for margin. */
  readonly side: Int8Array;
  /** Limit in ticks of the market; 0 without one. */
  readonly ticks: Int32Array;
  /** Of margin: quanta moved into the position, negative out of it. */
  readonly lots: Float64Array;
  /** Index into CAUSE_NAMES. */
  readonly cause: Uint8Array;
  /** 1 when the order passed pre-trade risk, 0 for a reject. */
  readonly admitted: Uint8Array;
}

/** The fill tape: one row per trade in a book in the measured part. */
export interface FillColumns {
  readonly rows: number;
  /** End of the step in which it happened. */
  readonly timeMicros: Float64Array;
  readonly market: Int32Array;
  readonly ticks: Int32Array;
  readonly lots: Float64Array;
  /** -1 for the fund or vault of a venue. */
  readonly takerPopulation: Int32Array;
  readonly taker: Int32Array;
  readonly makerPopulation: Int32Array;
  readonly maker: Int32Array;
  /** +1: the taker bought. */
  readonly side: Int8Array;
  /** Why the taker traded: index into CAUSE_NAMES. */
  readonly cause: Uint8Array;
  /** Of a liquidation order; -1 of another. */
  readonly generation: Int32Array;
}

/** Snapshots of the books: one row per market, side and level that holds orders. */
export interface BookColumns {
  readonly rows: number;
  readonly timeMicros: Float64Array;
  readonly market: Int32Array;
  /** +1 bids, -1 asks. */
  readonly side: Int8Array;
  /** 1 is the best. */
  readonly level: Int32Array;
  readonly ticks: Int32Array;
  readonly lots: Float64Array;
  /** Orders that rest there. */
  readonly orders: Int32Array;
}

/** Sums over the measured part of the run. */
export interface RunTotals {
  readonly steps: number;
  readonly orders: number;
  readonly cancels: number;
  readonly fills: number;
  readonly triggers: number;
  readonly decisions: number;
  readonly rejects: number;
  /** Quanta. */
  readonly fundStart: number;
  readonly fundEnd: number;
  readonly fundLow: number;
  readonly adlNotional: number;
  /**
   * Liquidations that ended insolvent: neither book nor backstop nor counterparties took all of the position, or what
   * it cost beyond its margin stayed unpaid. One that waits for later rounds counts in each of them.
   */
  readonly insolvent: number;
  /** Deficits nobody covered. */
  readonly badDebt: number;
  readonly fees: number;
  readonly fundingPaid: number;
  /** Declared flows from outside during the run. */
  readonly externalFlow: number;
  /** Sum of all money and declared flows; 0 when conserved. Largest absolute residual over currencies and audits. */
  readonly auditResidual: number;
  readonly audits: number;
}

/**
 * One row per sample, venue and coin that the venue lists; no rows in a run of one venue, whose figures are those of
 * the series. Prices in settlement-currency units, depth and fund in quanta.
 */
export interface VenueSeriesColumns {
  readonly rows: number;
  readonly timeMicros: Float64Array;
  readonly venue: Int32Array;
  readonly coin: Int32Array;
  readonly spot: Float64Array;
  readonly perp: Float64Array;
  readonly mark: Float64Array;
  readonly index: Float64Array;
  readonly funding: Float64Array;
  /** One side, in coins. */
  readonly openInterest: Float64Array;
  /** NaN with a side empty. */
  readonly spreadBp: Float64Array;
  /** Resting notional within 1 % of the mid, perpetual and spot together. */
  readonly bidDepth: Float64Array;
  readonly askDepth: Float64Array;
  /** 1 when the perpetual was halted in the step that the sample ends. */
  readonly halted: Uint8Array;
  /** Cash of the venue's insurance fund or vault. */
  readonly fund: Float64Array;
}

/** One venue's sums over the measured part of the run, quanta unless said otherwise. */
export interface VenueRunTotals {
  readonly fundStart: number;
  readonly fundEnd: number;
  readonly fundLow: number;
  readonly fees: number;
  readonly fundingPaid: number;
  readonly adlNotional: number;
  /** As in `RunTotals`. */
  readonly insolvent: number;
  /** Cash that arrived from other venues, and that left for them. */
  readonly transfersIn: number;
  readonly transfersOut: number;
  /** Time during which at least one of the venue's markets was halted. */
  readonly haltedMicros: number;
}

/** Why a run ended before its end. */
export interface RunFailure {
  readonly message: string;
  readonly step: number;
  /** The agent type that threw, and its population; absent when a worker thread ended. */
  readonly agentType?: string;
  readonly population?: string;
}

export interface RunData {
  readonly title: string;
  readonly seed: string;
  readonly scenarioHash: string;
  readonly stateHash: string;
  readonly engineVersion: string;
  readonly startMicros: number;
  readonly endMicros: number;
  readonly stepMicros: number;
  readonly sampleMicros: number;
  /** True when stopped before the end, by the user or by a failure. */
  readonly partial: boolean;
  /** What ended the run before its end, if it was not the user. */
  readonly failure?: RunFailure;
  /** Simulated moment reached. */
  readonly reachedMicros: number;
  readonly quantaPerUnit: number;
  readonly coins: readonly {
    readonly name: string;
    readonly preCrashBeta: number;
    readonly preCrashDailyVolatility: number;
  }[];
  readonly venues: readonly { readonly name: string; readonly coverage: number }[];
  readonly markets: readonly {
    readonly name: string;
    readonly venue: number;
    readonly coin: number;
    readonly kind: "spot" | "perpetual";
    /** Settlement-currency units per tick, coins per lot. */
    readonly tickSize: number;
    readonly lotSize: number;
  }[];
  readonly populations: readonly {
    readonly name: string;
    readonly type: string;
    readonly count: number;
    readonly tracked: boolean;
  }[];
  readonly levels: readonly { readonly coin: number; readonly price: number }[];
  readonly series: SeriesColumns;
  readonly liquidations: LiquidationColumns;
  readonly agents: AgentColumns;
  readonly holders: HolderColumns;
  readonly levelBids: LevelColumns;
  readonly venueSeries: VenueSeriesColumns;
  /** What the inputs' `record` asked for; absent with a sink that does not keep it. */
  readonly orders?: OrderColumns;
  readonly fills?: FillColumns;
  readonly books?: BookColumns;
  /** In the order of `venues`. */
  readonly venueTotals: readonly VenueRunTotals[];
  readonly totals: RunTotals;
}

/** The tables of run data that a recorder writes while the run goes on. */
export type RecordedTables = Pick<
  RunData,
  "series" | "liquidations" | "holders" | "levelBids" | "venueSeries" | "orders" | "fills" | "books"
>;
