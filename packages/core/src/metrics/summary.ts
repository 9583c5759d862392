/**
 * The shape of `summary.json`: every figure a run is summarised by, as plain JSON. Result of the metrics phase.
 *
 * Money in USD (units of the settlement currency), sizes in coins, shares and changes as fractions (0.05 is 5 %),
 * times as ISO 8601 UTC. A figure that is undefined is null, never NaN. Warm-up is in no figure.
 */
import type { Fact } from "./facts.ts";
import type {
  IsoTime,
  PriceSummary,
  OpenInterestSummary,
  LiquiditySummary,
  LevelSummary,
  StabilisationSummary,
  HolderSummary,
} from "./market-summary.ts";
import type { VenuesSummary } from "./venue-summary.ts";

export type { PriceGap, VenueCoin, VenueGaps, VenuesSummary, VenueSummary } from "./venue-summary.ts";
export type {
  IsoTime,
  PriceSummary,
  CoinPrices,
  OpenInterestSummary,
  OpenInterestChanges,
  CoinOpenInterest,
  OpenInterestChange,
  LiquiditySummary,
  CoinLiquidity,
  LevelSummary,
  StabilisationSummary,
  Rally,
  HolderSummary,
  HolderPopulation,
  CapitulatedHolder,
} from "./market-summary.ts";

export interface RunSummary {
  /** Version of this shape. */
  readonly format: 1;
  readonly title: string;
  /** One plain sentence with the main numbers. */
  readonly headline: string;
  readonly stateHash: string;
  readonly run: RunIdentity;
  readonly prices: PriceSummary;
  readonly liquidations: LiquidationSummary;
  readonly openInterest: OpenInterestSummary;
  readonly liquidity: LiquiditySummary;
  readonly feedback: FeedbackSummary;
  readonly levels: readonly LevelSummary[];
  readonly stabilisation: StabilisationSummary;
  readonly holders: HolderSummary;
  /** The scorecard, in the order of the facts given. */
  readonly facts: readonly FactRow[];
  readonly scorecard: Scorecard;
  readonly money: MoneySummary;
  readonly venues: VenuesSummary;
}

/** Which run this is and what it cost. */
export interface RunIdentity {
  readonly seed: string;
  readonly scenarioHash: string;
  readonly engineVersion: string;
  readonly start: IsoTime;
  readonly end: IsoTime;
  /** Moment reached; before `end` when the run was stopped. */
  readonly reached: IsoTime;
  readonly partial: boolean;
  readonly stepSeconds: number;
  readonly sampleSeconds: number;
  readonly coins: readonly string[];
  readonly agents: number;
  /** Traders the agents stand for (sum of weights). */
  readonly traders: number;
  readonly steps: number;
  readonly orders: number;
  readonly cancels: number;
  readonly fills: number;
  readonly triggers: number;
  readonly decisions: number;
  readonly rejects: number;
  /** Orders, cancels, fills, triggers and decisions together. */
  readonly events: number;
  /** Filled in by whoever timed the run; null here. */
  readonly wallSeconds: number | null;
  readonly eventsPerSecond: number | null;
}

/** 2. Forced liquidations. Amounts are notional closed in the book, by the fund and by ADL together. */
export interface LiquidationSummary {
  readonly wholeRun: LiquidationWindow;
  /** The windows of the facts on liquidations, by end then start; each once. */
  readonly windows: readonly LiquidationWindow[];
  /** The 24 hours with the most liquidated notional over all coins; never compared with a fact. */
  readonly worst24h: LiquidationWindow | null;
  /** Most notional in any 30 minutes over the whole run's, and when those 30 minutes ended. */
  readonly worst30MinutesShare: number | null;
  readonly worst30MinutesEnd: IsoTime | null;
  readonly timeline: LiquidationTimeline;
}

export interface LiquidationWindow {
  readonly label: string;
  readonly from: IsoTime;
  readonly to: IsoTime;
  readonly hours: number;
  /** False when part of the window is outside the run; its totals are then null. */
  readonly covered: boolean;
  /** True for windows chosen from the run itself (worst 24 h), which no fact may be compared with. */
  readonly notCompared: boolean;
  readonly factIds: readonly string[];
  readonly total: LiquidationTotals | null;
  readonly coins: readonly CoinLiquidations[];
}

export interface LiquidationTotals {
  readonly usd: number;
  readonly longUsd: number;
  readonly shortUsd: number;
  /** longUsd / usd; null without any. */
  readonly longShare: number | null;
  readonly orders: number;
  /** Traders with a position closed, each counted once in the window. */
  readonly traders: number;
  /** Largest order of one trader: notional over the traders the account stands for. */
  readonly largestUsd: number | null;
}

export interface CoinLiquidations extends LiquidationTotals {
  readonly coin: string;
}

/** Liquidated notional in equal intervals from the start of the run. */
export interface LiquidationTimeline {
  readonly bucketMinutes: number;
  readonly start: IsoTime;
  readonly coins: readonly {
    readonly coin: string;
    readonly longUsd: readonly number[];
    readonly shortUsd: readonly number[];
  }[];
}

/** 4. The feedback. */
export interface FeedbackSummary {
  readonly wholeRun: SellingShares;
  /** From the reference coin's peak to its trough. */
  readonly crash: SellingShares;
  /** Whole run, by coin. */
  readonly coins: readonly (SellingShares & { readonly coin: string; readonly reproduction: Reproduction })[];
  readonly generations: readonly {
    readonly generation: number;
    readonly orders: number;
    readonly usd: number;
  }[];
  readonly reproduction: Reproduction;
  /** How the counts in `reproduction` were made. */
  readonly reproductionRule: string;
  readonly fund: {
    readonly startUsd: number;
    readonly lowUsd: number;
    readonly endUsd: number;
    readonly usedUsd: number;
  };
  /** Notional closed in each way. */
  readonly closedInBookUsd: number;
  readonly closedByFundUsd: number;
  readonly closedByAdlUsd: number;
  /** Notional of ADL as the venue counts it. */
  readonly adlUsd: number;
  readonly badDebtUsd: number;
}

/** Taker sells of spot and perpetual by cause; shares are fractions of `takerSellUsd` and add to 1. */
export interface SellingShares {
  readonly from: IsoTime;
  readonly to: IsoTime;
  readonly takerSellUsd: number;
  readonly forcedUsd: number;
  readonly forced: number | null;
  readonly stop: number | null;
  readonly riskLimit: number | null;
  readonly capitulation: number | null;
  readonly other: number | null;
}

/** Genealogical reproduction number: liquidations of generation 1 and later over all liquidations. */
export interface Reproduction {
  readonly byCount: number | null;
  readonly byNotional: number | null;
  /** Mean, by notional, of the liquidation share of the flow that set each liquidation off. */
  readonly forcedShareOfTrigger: number | null;
}

export type Verdict = "hit" | "miss" | "not-graded" | "outside-run";

/** 8. A fact beside the run. */
export interface FactRow {
  readonly fact: Fact;
  /** Null when the window is outside the run or the figure is undefined. */
  readonly simulated: number | null;
  /** Accepted interval. */
  readonly acceptLow: number;
  readonly acceptHigh: number;
  /** Where the interval is from. */
  readonly rule: string;
  readonly verdict: Verdict;
  /** Ids of facts on the same figure whose intervals do not overlap this one's; such facts are not graded. */
  readonly conflictsWith: readonly string[];
  /** What to keep in mind when reading the row; null for nothing. */
  readonly note: string | null;
}

export interface Scorecard {
  readonly hits: number;
  readonly misses: number;
  readonly notGraded: number;
  readonly outsideRun: number;
  /** For example "one seed: ..." */
  readonly note: string;
}

/** 9. Money. */
export interface MoneySummary {
  /** Largest absolute residual of the conservation audit in quanta; 0 when conserved. */
  readonly residual: number;
  readonly audits: number;
  readonly feesUsd: number;
  readonly fundingPaidUsd: number;
  readonly externalFlowUsd: number;
}
