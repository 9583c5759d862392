/**
 * The port of an agent type: what an agent may read, and what it may do.
 *
 * An agent type is one object; how many agents there are, how they differ and on which thread they run is not its business.
 * `decide` is one plain loop over the agents that are due, without allocation; state lives in memory columns only.
 */
import type { PackedColumn } from "../columns/packed-column.ts";
import type { AgentRandom } from "../rng/streams.ts";

/** Declares one parameter: constant or distribution in a scenario, one drawn number per agent here. */
export interface ParamSpec {
  /** What the value is: "ratio", "duration" (microseconds), "quanta", "count", "flag". */
  readonly unit: "ratio" | "duration" | "quanta" | "count" | "flag";
  readonly description: string;
  /** A number in the unit (durations in microseconds), or a distribution expression such as `lognormal(median=8, sigma=0.9)`. */
  readonly default: number | string;
  readonly min?: number;
  readonly max?: number;
}

/** One column of a table that agents read, as a file holds it and as a number here. */
export interface TableColumnSpec {
  /**
   * What a number is: "time" (microseconds since 1970), "market" (its index), "quanta", "number" (as it is written), or
   * "word", the number that `words` gives it.
   */
  readonly unit: "time" | "market" | "quanta" | "number" | "word";
  readonly description: string;
  readonly words?: Readonly<Record<string, number>>;
  /** Value of an empty cell or a column left out; without it both are mistakes. */
  readonly default?: number;
  readonly min?: number;
  readonly max?: number;
}

/** A table that a population's agents read: its columns, and what a row must satisfy beyond them. */
export interface TableSpec {
  readonly description: string;
  readonly columns: Readonly<Record<string, TableColumnSpec>>;
  /** Column whose values must not fall from row to row. */
  readonly sortedBy?: string;
  /** What is wrong with a row, without the place and without a full stop; undefined if nothing. */
  readonly check?: (columns: AgentTable["columns"], row: number) => string | undefined;
}

/** A loaded table: numbers in columns of one length, in the units of its specification. */
export interface AgentTable {
  readonly rows: number;
  readonly columns: Readonly<Record<string, Float64Array>>;
}

/** What wakes an agent beside its schedule, in the step after it happened. */
export type WakeTrigger = "level" | "filled" | "rejected" | "stopped" | "liquidated" | "adl" | "transferred";

/**
 * When agents wake. Scheduled wakes never depend on the market; of several in a step the first counts. A triggered wake
 * is at the start of the step, has draws of its own, and moves no scheduled one; an agent that is scheduled in the same
 * step decides once, at its scheduled wake.
 */
export interface WakeSpec {
  /** Parameter that holds each agent's mean interval in microseconds. */
  readonly interval: string;
  /** "fixed": every interval, phases spread; "poisson": exponential gaps. */
  readonly kind: "fixed" | "poisson";
  /**
   * What wakes an agent besides; default nothing. "level": the mark has reached what it set with `orders.wakeAt`; the
   * others: a notice of that kind. What the writer itself refuses ("rejected" without a message) wakes nobody.
   */
  readonly on?: readonly WakeTrigger[];
}

/** A scalar array that agents read; one entry per market unless said otherwise. */
export type ViewColumn = Float64Array;

/** The market as frozen at the start of the step. Prices in ticks, sizes in lots. */
export interface MarketView {
  readonly nowMicros: number;
  readonly stepMicros: number;
  /** Moment at which the warm-up ends and the run proper begins. */
  readonly startMicros: number;
  readonly marketCount: number;
  readonly coinCount: number;
  /**
   * Per coin: its spot market and its perpetual on the population's home venue. A coin that the venue does not list
   * has those of the first venue that does: to be read, not traded.
   */
  readonly spotMarket: Int32Array;
  readonly perpMarket: Int32Array;
  readonly venueCount: number;
  /** Per venue and coin, at venue * coinCount + coin: markets there, -1 where the coin is not listed. */
  readonly spotMarketAt: Int32Array;
  readonly perpMarketAt: Int32Array;
  readonly venueOfMarket: Uint8Array;
  /** Per market: 1 while it is halted. */
  readonly halted: Uint8Array;
  /** Per market: coin index; notional quanta per tick and lot. */
  readonly coinOfMarket: Int32Array;
  readonly quantaPerTickLot: ViewColumn;
  /** Settlement-currency units per tick; display and fundamentals use it. */
  readonly tickSize: ViewColumn;
  /** Coins per lot. */
  readonly lotSize: ViewColumn;
  /** Best prices; 0 when that side is empty. */
  readonly bidTicks: ViewColumn;
  readonly askTicks: ViewColumn;
  /** Middle of the book, may be a half; the last trade while the spread is absurd, last known with a side empty. */
  readonly midTicks: ViewColumn;
  /** Microseconds since `midTicks` was last defined by two sides. */
  readonly midAgeMicros: ViewColumn;
  readonly lastTicks: ViewColumn;
  /** Mark (spot: its own mid rounded) and index in ticks of the market. */
  readonly markTicks: ViewColumn;
  readonly indexTicks: ViewColumn;
  /** Resting lots within 1 % of the mid, refreshed on the venue's 30 s clock. */
  readonly bidDepthLots: ViewColumn;
  readonly askDepthLots: ViewColumn;
  /** Log return of the mid over windows (1 min clock): 1, 5, 30, 240 and 1440 minutes. */
  readonly return1m: ViewColumn;
  readonly return5m: ViewColumn;
  readonly return30m: ViewColumn;
  readonly return4h: ViewColumn;
  readonly return24h: ViewColumn;
  /** Volatility of the mid as a fraction per square-root minute: fast (30 min memory) and slow (24 h memory). */
  readonly volatilityFast: ViewColumn;
  readonly volatilitySlow: ViewColumn;
  /** Latest funding rate estimate per interval, as a fraction. */
  readonly fundingRate: ViewColumn;
  readonly openInterestLots: ViewColumn;
  /** Published forced liquidations of the last hour, lots: of longs (sold) and of shorts (bought). */
  readonly liquidatedLongLots: ViewColumn;
  readonly liquidatedShortLots: ViewColumn;
  /**
   * Public estimate of where positions would be liquidated, from published open interest and past prices as heat maps are
   * (market/liquidation-estimate.ts), each minute. Lots at market * LIQUIDATION_BINS + bin, b bins of LIQUIDATION_BIN_LOG
   * from the price, of longs below and shorts above it. Relative figures; 0 for spot.
   */
  readonly liquidationBelowLots: ViewColumn;
  readonly liquidationAboveLots: ViewColumn;
  /** Lower edge, in ticks, of the bin that held the mid then. */
  readonly liquidationGridTicks: ViewColumn;
  /** Taker lots of 10 min, exponential memory; and each step, since the warm-up began: an agent takes differences. */
  readonly takerBuyLots: ViewColumn;
  readonly takerSellLots: ViewColumn;
  readonly boughtLots: ViewColumn;
  readonly soldLots: ViewColumn;
  /** Per coin: beta of hourly returns to the first coin, as it was known before the run. */
  readonly beta: ViewColumn;
  /** Per coin: fundamental value in settlement-currency units. */
  readonly fundamental: ViewColumn;
  /** Index 0: macro sentiment in [-1, 1]. */
  readonly sentiment: ViewColumn;
}

/**
 * Read access to the accounts of the calling population; `agent` is the index in the population.
 *
 * An agent has one account on each of the population's venues. `venue` is a venue's index, the home venue unless
 * told; a venue where it has no account gives 0. A market is read in the account of its venue.
 */
export interface AccountReader {
  cashQuanta(agent: number, venue?: number): number;
  /** Cash plus margins plus value of spot and unrealised profit at marks. */
  equityQuanta(agent: number, venue?: number): number;
  /** What can back new orders. */
  freeQuanta(agent: number, venue?: number): number;
  /** Cash on its way to the agent's account on a venue. */
  inTransitQuanta(agent: number, venue?: number): number;
  /** Signed lots held in a market; 0 if none. */
  lots(agent: number, market: number): number;
  /** Signed cost of the lots held. */
  costQuanta(agent: number, market: number): number;
  /** Isolated margin of the position. */
  marginQuanta(agent: number, market: number): number;
  /** Leverage chosen in a market: that of the position, unless it was set anew since; 1 if none was. */
  leverage(agent: number, market: number): number;
  /** Number of resting orders in the market. */
  restingOrders(agent: number, market: number): number;
  /** Sum of |notional| of perpetual positions at marks. */
  perpNotionalQuanta(agent: number, venue?: number): number;
  readonly weight: Float64Array;
}

/** What happened to an agent since it last decided; bits of `due.notice`. */
export const NOTICE_FILLED = 1;
export const NOTICE_REJECTED = 2;
export const NOTICE_STOPPED = 4;
export const NOTICE_LIQUIDATED = 8;
export const NOTICE_ADL = 16;
export const NOTICE_TRANSFERRED = 32;
/** A level of `orders.wakeAt` was reached; a bit of `due.trigger`, beside those of NOTICE_*. */
export const TRIGGER_LEVEL = 64;

/** Why an order is sent; recorded with every fill. */
export const CAUSE_DISCRETIONARY = 0;
export const CAUSE_STOP = 1;
export const CAUSE_RISK_LIMIT = 2;
export const CAUSE_LIQUIDATION = 3;
export const CAUSE_ADL = 4;
export const CAUSE_HEDGE = 5;
export const CAUSE_EXOGENOUS = 6;
export const CAUSE_FUND_UNWIND = 7;
export const CAUSE_CAPITULATION = 8;
export const CAUSE_COUNT = 9;
export type Cause = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/**
 * Writes orders; they arrive after the agent's latency. Sizes are positive whole lots, prices whole ticks. A cause is one
 * of discretionary, risk limit, hedge, exogenous and capitulation; the others are the venue's and are rejected.
 */
export interface OrderWriter {
  /** Immediate-or-cancel within the venue's price band. */
  market(agent: number, market: number, side: number, lots: number, cause: number): void;
  /** As `market`, but only reduces an existing position and needs no margin. */
  reduce(agent: number, market: number, side: number, lots: number, cause: number): void;
  /** As `market`, with the cause's mixture inherited from the recent flow of `source`'s market (hedges, arbitrage). */
  hedge(agent: number, market: number, side: number, lots: number, source: number): void;
  /** Rests what does not trade. */
  limit(agent: number, market: number, side: number, ticks: number, lots: number): void;
  /** Immediate-or-cancel at a limit price. */
  immediate(agent: number, market: number, side: number, ticks: number, lots: number, cause: number): void;
  /** Cancels all of the agent's resting orders in the market. */
  cancelAll(agent: number, market: number): void;
  /** Starts a quote ladder that replaces all of the agent's resting orders in the market in one go. */
  beginLadder(agent: number, market: number): void;
  /** Adds a post-only level to the ladder begun last. */
  level(side: number, ticks: number, lots: number): void;
  /** Leverage for positions opened from now on (at least 1; capped by the bracket). */
  setLeverage(agent: number, market: number, leverage: number): void;
  /**
   * Stop on the mark that closes the whole position with a market order; below the mark it fires at or below, above
   * it at or above. May be set with the entry order; goes with the position. 0 removes it.
   */
  setStop(agent: number, market: number, ticks: number): void;
  /**
   * Wakes the agent in the step after the mark (spot: the rounded mid) has reached a price: at or below it when that is
   * not above the mark now, at or above it otherwise. One level for each agent and market, gone once reached; 0 takes
   * it away. A reject when the type's `wake.on` has no "level".
   */
  wakeAt(agent: number, market: number, ticks: number): void;
  /**
   * Moves cash into the isolated margin of the agent's position, whole quanta; negative: takes margin out. Done when
   * the message arrives, in a halt too. A reject when there is no such position or it is cross, when so much is not
   * free, or when what stays of the margin, less an open loss, would be under the initial margin at the mark.
   */
  addMargin(agent: number, market: number, quanta: number): void;
  /**
   * Sends cash between two of the agent's accounts, whole quanta. It leaves when the message arrives, if so much and
   * the fee are free (else a reject), and is credited after the delays of both venues.
   */
  transfer(agent: number, fromVenue: number, toVenue: number, quanta: number): void;
}

/** The agents that decide now, in ascending order. */
export interface DueAgents {
  readonly count: number;
  /** Index in the population. */
  readonly agents: Int32Array;
  /** Bits of NOTICE_*: what happened since the last decision. */
  readonly notice: Uint8Array;
  /** What of its type's `wake.on` has happened in the step before: bits of NOTICE_* and TRIGGER_LEVEL. */
  readonly trigger: Uint8Array;
  /** Moment of the agent's first wake inside the step; further wakes in it are passed over. */
  readonly wakeMicros: Float64Array;
}

/** What `decide` gets. Arrays are columns over the population. */
export interface DecideContext<
  Params extends string = string,
  Memory extends string = string,
  Shared extends string = string,
> {
  readonly due: DueAgents;
  readonly count: number;
  readonly params: Readonly<Record<Params, Float64Array>>;
  /** The same parameters, packed; read them with `valueOf` in a type of which there are very many agents. */
  readonly packed: Readonly<Record<Params, PackedColumn>>;
  readonly memory: Readonly<Record<Memory, Float64Array>>;
  /**
   * Shared memory of the whole population as it stood at the step's start: what neighbours in a network show. To be
   * read at any agent, never written.
   */
  readonly shared: Readonly<Record<Shared, Float64Array>>;
  /** The same columns to write, each agent its own entry; all read it in `shared` from the next step on. */
  readonly publish: Readonly<Record<Shared, Float64Array>>;
  /** The population's tables by name, the same for all agents and never written; none unless the type declares some. */
  readonly tables: Readonly<Record<string, AgentTable>>;
  /** Coins that the population trades, as indices. */
  readonly coins: Int32Array;
  /** Venues on which its agents have accounts, as indices, home first. */
  readonly venues: Int32Array;
  readonly view: MarketView;
  readonly account: AccountReader;
  readonly orders: OrderWriter;
  /** Stateless draws: same agent, same wake, same `purpose` number gives the same value. */
  readonly random: AgentRandom;
}

/** A behaviour. Make one with `defineAgent`. */
export interface AgentType<
  Params extends string = string,
  Memory extends string = string,
  Shared extends string = string,
> {
  readonly name: string;
  readonly summary: string;
  /** Paper, documentation or "own" with the reason. */
  readonly source: string;
  /** Venues on which its agents need accounts; default 1. */
  readonly minVenues?: number;
  readonly params: Readonly<Record<Params, ParamSpec>>;
  /** Initial value of each memory column. */
  readonly memory: Readonly<Record<Memory, number>>;
  /** Initial value of each memory column that the agents of a population show each other; none if absent. */
  readonly sharedMemory?: Readonly<Record<Shared, number>>;
  readonly wake: WakeSpec;
  /** Tables that a population must be given, by name. */
  readonly tables?: Readonly<Record<string, TableSpec>>;
  /**
   * Kinds of markets in which its agents send orders; default both. Anything sent to the other kind is a reject. A
   * type that trades one kind takes less memory.
   */
  readonly trades?: "perpetual" | "spot" | "both";
  /**
   * Most orders that one agent rests in one market: what books are sized for. Default 12 each, for at most 2,000 agents of
   * a population; more are rejects once a book is full. 0 for a type that never rests one.
   */
  readonly restingOrders?: number;
  decide(context: DecideContext<Params, Memory, Shared>): void;
}

/**
 * Declares an agent type with its parameters and memory columns checked against their use in `decide`.
 *
 * @example
 * const buyer = defineAgent({
 *   name: "weekly-buyer", summary: "Buys one lot a week.", source: "own, for the docs",
 *   params: { interval: { unit: "duration", description: "time between buys", default: 604_800e6 } },
 *   memory: {}, wake: { interval: "interval", kind: "fixed" },
 *   decide({ due, coins, view, orders }) {
 *     for (let k = 0; k < due.count; k++) orders.market(due.agents[k]!, view.spotMarket[coins[0]!]!, 1, 1, 0);
 *   },
 * });
 */
export function defineAgent<
  const Params extends string,
  const Memory extends string,
  const Shared extends string = string,
>(type: AgentType<Params, Memory, Shared>): AgentType {
  return type;
}
