/**
 * Compiled inputs of a run: everything the step loop needs, as plain values.
 *
 * A scenario package turns its files into this; core knows no file format and no exchange by name.
 * All prices are ticks, sizes lots, money quanta, times microseconds, rates ppm (units.ts); the venue's rules are in
 * display units (`VenueSpec`).
 */
import type {
  AdlRules,
  BackstopRules,
  FundingRules,
  IndexRules,
  LinearImpactClearing,
  LiquidationRules,
  MarkRules,
} from "../exchange/venue-rules.ts";
import type { DistributionSpec } from "../rng/distributions.ts";
import type { AgentType } from "./agent-port.ts";
import type { DriverFactory } from "./driver-port.ts";

/** A currency in which money is counted. Index 0 of `SimulationInputs.currencies` is the settlement currency. */
export interface CurrencySpec {
  /** For example `USDT`. */
  readonly name: string;
  /** How many quanta make one unit; 100_000 means a quantum of 1e-5. */
  readonly quantaPerUnit: number;
}

/** A coin whose spot market and perpetual are simulated. */
export interface CoinSpec {
  /** For example `BTC`. */
  readonly name: string;
  /** Price at the start of the run, in units of the settlement currency. */
  readonly startPrice: number;
  /** Beta of hourly returns to the first coin before the crash. 1 for the first coin. */
  readonly preCrashBeta: number;
  /** Daily volatility before the crash, as a fraction (0.03 is 3 %). */
  readonly preCrashDailyVolatility: number;
}

/** One bracket of a maintenance-margin table ("tax brackets": margin is continuous across floors). */
export interface MarginTier {
  /** The bracket holds notionals above this amount. */
  readonly floorQuanta: number;
  /** ... up to and including this amount; the last bracket has Infinity. */
  readonly capQuanta: number;
  /** Highest leverage allowed in the bracket. */
  readonly maxLeverage: number;
  /** Maintenance margin rate. */
  readonly maintenancePpm: number;
  /** Maintenance amount ("cum") subtracted so that margin is continuous. */
  readonly maintenanceAmountQuanta: number;
}

/** One market: an order book, or with `clearing` a market without one. */
export interface MarketSpec {
  /** `BTC-SPOT` or `BTC-PERP`; with several venues `BTC-PERP@NAME`. */
  readonly name: string;
  /** Index into `SimulationInputs.venues`. */
  readonly venue: number;
  /** Index into `SimulationInputs.coins`. */
  readonly coin: number;
  readonly kind: "spot" | "perpetual";
  /** Settlement-currency units per tick. */
  readonly tickSize: number;
  /** Coins per lot. */
  readonly lotSize: number;
  /** Notional quanta = ticks * lots * this, exactly. */
  readonly quantaPerTickLot: number;
  /** Book accepts prices in [1, maxTicks). */
  readonly maxTicks: number;
  /** Mid price at the start. */
  readonly startTicks: number;
  /** Resting orders the book can hold at once. */
  readonly orderCapacity: number;
  readonly makerFeePpm: number;
  readonly takerFeePpm: number;
  /** A market order may trade at most this far from the mark (index for spot). */
  readonly priceBandPpm: number;
  /** Empty for spot. Sorted by floor. */
  readonly tiers: readonly MarginTier[];
  /** Notional for which impact bid and ask are measured (funding). */
  readonly impactNotionalQuanta: number;
  /** Linear impact against the run's clearing account in place of an order book; an order book if absent. */
  readonly clearing?: LinearImpactClearing;
}

/**
 * Something scheduled to happen to the venue in [from, to). Markets are indices.
 *
 * halt: books match nothing and orders are rejected, marks go on, liquidations wait. outage: agents reach the venue
 * with neither orders nor cancels; matching of what rests, marks and liquidations go on. oracle-lag: the index is
 * that of `lagMicros` before. fee-change: other fees. transfer-halt: nobody sends cash from or to the venue, what is
 * on its way to it arrives when the halt ends.
 */
export type VenueEventSpec =
  | {
      readonly kind: "halt";
      readonly fromMicros: number;
      readonly toMicros: number;
      readonly markets: readonly number[];
      /** Resting orders may be cancelled meanwhile. */
      readonly cancels: boolean;
    }
  | { readonly kind: "outage"; readonly fromMicros: number; readonly toMicros: number }
  | { readonly kind: "transfer-halt"; readonly fromMicros: number; readonly toMicros: number }
  | {
      readonly kind: "oracle-lag";
      readonly fromMicros: number;
      readonly toMicros: number;
      readonly markets: readonly number[];
      readonly lagMicros: number;
    }
  | {
      readonly kind: "fee-change";
      readonly fromMicros: number;
      readonly toMicros: number;
      readonly markets: readonly number[];
      readonly makerFeePpm?: number;
      readonly takerFeePpm?: number;
    };

/** A spot market that an index draws on, on this venue or another. */
export interface IndexSourceSpec {
  /** Index of the spot market. */
  readonly market: number;
  /** Share in the index, above 0; only ratios count. */
  readonly weight: number;
}

/** How cash gets from and to a venue. */
export interface TransferSpec {
  /** From the request to leaving the venue, and from reaching it to being credited. */
  readonly withdrawalMicros: number;
  readonly depositMicros: number;
  /** Taken by the sending venue for each transfer. */
  readonly feeQuanta: number;
}

/**
 * The rules of one venue, in the words of an `Exchange`: rates as fractions, money in units
 * of the settlement currency, times in seconds. `buildWorld` refuses forms that the step loop does not run.
 *
 * An account stands for `weight` traders: amounts of a rule are per trader. A round of liquidations is one block.
 */
export interface VenueSpec {
  /** Different for each venue of a run. */
  readonly name: string;
  /** Share of the whole market's open interest, volume and depth that the venue stands for, (0, 1]. */
  readonly coverage: number;
  /** The index of each coin that the venue lists: the rule, and the spot markets it draws on. */
  readonly index: { readonly rules: IndexRules; readonly sources: readonly IndexSourceSpec[] };
  /** With `updateSeconds` 0 the mark moves with every step. */
  readonly mark: MarkRules;
  readonly funding: FundingRules;
  readonly liquidation: LiquidationRules & {
    /** False is the counterfactual "liquidations off": negative equity is allowed, orders needing margin are rejected. */
    readonly enabled: boolean;
  };
  readonly backstop: BackstopRules;
  readonly adl: AdlRules;
  /** Cash of the insurance fund, or of the vault, at the start. */
  readonly insuranceFundQuanta: number;
  /** Scheduled halts, outages, oracle lags and fee changes; none if absent. */
  readonly events?: readonly VenueEventSpec[];
  /** Cash from and to the venue; free and credited a step later if absent. */
  readonly transfers?: TransferSpec;
}

/** What a population's agents hold when the run begins. */
export interface Endowment {
  /**
   * Settlement-currency cash per agent, total for its weight; with several venues one block of `count` per venue, in
   * the order of `PopulationSpec.venues`.
   */
  readonly cashQuanta: Float64Array;
  /** 1 = cross margin, 0 = isolated, per agent. */
  readonly crossMargin: Uint8Array;
  /** Positions and spot holdings, one entry each. */
  readonly positions: {
    /** Index in the population. */
    readonly agent: Int32Array;
    /** Tells the venue too, which must be one of the population's. */
    readonly market: Int32Array;
    /** Signed lots (spot: positive). */
    readonly lots: Float64Array;
    /** Signed cost of the lots at their entry price. */
    readonly costQuanta: Float64Array;
    /** Isolated margin, taken from the agent's cash; 0 for cross and spot. */
    readonly marginQuanta: Float64Array;
    /** Chosen leverage, at least 1. */
    readonly leverage: Float64Array;
    /** Stop price on the mark, 0 for none. */
    readonly stopTicks: Float64Array;
  };
}

/** A contiguous range of agents of one type. */
export interface PopulationSpec {
  readonly name: string;
  /** Name of an agent type in `SimulationInputs.agentTypes`. */
  readonly type: string;
  readonly count: number;
  /** Traders each agent stands for; columns hold totals. */
  readonly weight: Float64Array;
  /** Indices of the coins the population trades. */
  readonly coins: Int32Array;
  /** Venues on which each agent has an account, home first; usually one. */
  readonly venues: Int32Array;
  /** One drawn value per agent for every parameter of the type. */
  readonly params: Readonly<Record<string, Float64Array>>;
  readonly endowment: Endowment;
  /** Index of the region in `SimulationInputs.latency`: one for all agents, or one for each; none if absent. */
  readonly region?: Uint8Array;
  /** Delays of single agents to one venue, instead of all else; the last one that fits holds. */
  readonly latencyPairs?: readonly LatencyPair[];
  /** Follow each agent's unrealised result in the record (large holders). */
  readonly tracked: boolean;
}

/** Agents `from` to `to` (not included) of a population reach a venue in so many microseconds, before jitter. */
export interface LatencyPair {
  readonly venue: number;
  readonly from: number;
  readonly to: number;
  readonly micros: number;
}

/** Delays between regions and venues, and how much a delay varies from message to message. */
export interface LatencySpec {
  /** From each region to each venue, microseconds: `regions x venues`. An agent's own latency is added. */
  readonly baseMicros: Float64Array;
  /** Factor of a message's whole delay, drawn by agent and time; below 0 counts as 0. */
  readonly jitter: DistributionSpec;
}

/** What a run keeps of a population once its endowment has been deposited. */
export type RunPopulation = Omit<PopulationSpec, "endowment">;

/** A price level that the summary follows. */
export interface LevelSpec {
  readonly coin: number;
  readonly price: number;
}

/** Where to find an agent type: the export of a module, or an entry of an exported table of types. */
export interface AgentModule {
  /** URL of the module. */
  readonly url: string;
  /** `name` of an exported agent type, or of an exported record of them by type name. */
  readonly export: string;
}

/** What is recorded beside series, liquidations, holders and levels. Changes no result. */
export interface RecordSpec {
  /** Every order that arrives. */
  readonly orders: boolean;
  /** Every trade in a book. */
  readonly fills: boolean;
  /** Snapshots of so many of the best levels of each side of each book. */
  readonly books?: { readonly everyMicros: number; readonly levels: number };
}

/** Everything a run needs. */
export interface SimulationInputs {
  readonly title: string;
  readonly scenarioHash: string;
  /** Any string. */
  readonly seed: string;
  readonly startMicros: number;
  readonly endMicros: number;
  /** Simulated time before the start that is in no metric. */
  readonly warmUpMicros: number;
  readonly stepMicros: number;
  readonly sampleMicros: number;
  /** Default: no tape, no snapshots of books. */
  readonly record?: RecordSpec;
  readonly currencies: readonly CurrencySpec[];
  readonly coins: readonly CoinSpec[];
  readonly markets: readonly MarketSpec[];
  /** At least one; the first one is the reference of series and levels. */
  readonly venues: readonly VenueSpec[];
  readonly levels: readonly LevelSpec[];
  readonly populations: readonly PopulationSpec[];
  /** Regions and jitter; default: an agent's own latency alone, times 0.75 to 1.25. */
  readonly latency?: LatencySpec;
  readonly agentTypes: Readonly<Record<string, AgentType>>;
  /** Modules from which worker threads load the types, by name; needed for more than one thread. */
  readonly agentModules?: Readonly<Record<string, AgentModule>>;
  readonly driver: DriverFactory;
  /** Audit the ledger every so many steps (and at the end). */
  readonly auditEverySteps: number;
}

/** What a run keeps of its inputs: all but the endowments. */
export type RunInputs = Omit<SimulationInputs, "populations"> & {
  readonly populations: readonly RunPopulation[];
};
