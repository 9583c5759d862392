/**
 * The parts of `summary.json` on the market's state: prices, open interest, liquidity, levels, stabilisation, holders.
 *
 * Units as in `summary.ts`: money in USD, sizes in coins, shares as fractions, times in ISO 8601 UTC, null for undefined.
 */

/** A moment, for example `2026-02-06T00:20:00Z`. */
export type IsoTime = string;

/** 1. Prices. All of the spot mid. */
export interface PriceSummary {
  /** The coin that lags, multiples and betas refer to: BTC, or the first coin. */
  readonly referenceCoin: string;
  readonly coins: readonly CoinPrices[];
  /** Medians over the coins other than the reference; null without any. */
  readonly medianAltcoinFall: number | null;
  readonly medianAltcoinFallOverBtc: number | null;
}

export interface CoinPrices {
  readonly coin: string;
  readonly start: number | null;
  readonly end: number | null;
  /** End over start less one. */
  readonly totalReturn: number | null;
  /** High and low of the largest fall from a high to a later low. */
  readonly peak: number | null;
  readonly peakTime: IsoTime | null;
  readonly trough: number | null;
  readonly troughTime: IsoTime | null;
  /** 1 - trough / peak, positive. */
  readonly fall: number | null;
  /** Trough after the reference coin's, minutes (negative: before). */
  readonly lagToBtcMinutes: number | null;
  readonly fallOverBtc: number | null;
  /** Slope of 5-minute log returns on the reference coin's, inside the reference coin's peak-to-trough window. */
  readonly crashBeta: number | null;
  readonly preCrashBeta: number;
  /** Correlation of the same returns. */
  readonly correlation: number | null;
  /** Returns used for beta and correlation. */
  readonly returns: number;
  /** Largest fall of the fundamental between the coin's peak and trough times. */
  readonly fundamentalFall: number | null;
}

/** 3. Open interest, one side. Dollars are coins times the mark. */
export interface OpenInterestSummary {
  readonly coins: readonly CoinOpenInterest[];
  /** Sum over coins in dollars; in coins, the change at constant start-of-window prices. */
  readonly total: OpenInterestChanges;
  /** Facts on open interest, to be shown together (conflicting ones are not graded). */
  readonly factIds: readonly string[];
}

export interface OpenInterestChanges {
  readonly startUsd: number | null;
  readonly endUsd: number | null;
  readonly highUsd: number | null;
  readonly lowUsd: number | null;
  /** Most negative change over 24 h (or over the run, when it is shorter), found separately for coins and dollars. */
  readonly worstDayCoins: OpenInterestChange | null;
  readonly worstDayUsd: OpenInterestChange | null;
  /** Change over the last 30 days, or over the whole run when it is shorter. */
  readonly thirtyDays: OpenInterestChange | null;
}

export interface CoinOpenInterest extends OpenInterestChanges {
  readonly coin: string;
  readonly startCoins: number | null;
  readonly endCoins: number | null;
}

export interface OpenInterestChange {
  readonly from: IsoTime;
  readonly to: IsoTime;
  readonly days: number;
  /** In coins; null for the total over coins. */
  readonly coins: number | null;
  readonly coinsFraction: number | null;
  readonly usd: number | null;
  readonly usdFraction: number | null;
}

/** 3. Funding, spread and depth before the crash and round the reference coin's low. */
export interface LiquiditySummary {
  /** First 24 h, or the first quarter of a run of less than four days. */
  readonly beforeFrom: IsoTime;
  readonly beforeTo: IsoTime;
  /** 30 minutes either side of the reference coin's trough. */
  readonly lowFrom: IsoTime;
  readonly lowTo: IsoTime;
  readonly coins: readonly CoinLiquidity[];
}

/** Medians over the samples of the two windows. */
export interface CoinLiquidity {
  readonly coin: string;
  /** Funding estimate per interval. */
  readonly fundingBefore: number | null;
  readonly fundingAtLow: number | null;
  readonly fundingLowest: number | null;
  readonly spreadBeforeBp: number | null;
  readonly spreadAtLowBp: number | null;
  /** Resting notional within 1 % of the mid, spot and perpetual together. */
  readonly bidDepthBeforeUsd: number | null;
  readonly bidDepthAtLowUsd: number | null;
  readonly askDepthBeforeUsd: number | null;
  readonly askDepthAtLowUsd: number | null;
  /** Bids and asks together. */
  readonly depthBeforeUsd: number | null;
  readonly depthAtLowUsd: number | null;
}

/** 5. A followed price level. */
export interface LevelSummary {
  readonly coin: string;
  readonly price: number;
  /** `untouched`; `held`: touched, above it at the end; `broken`: below it at the end. */
  readonly status: "untouched" | "held" | "broken";
  readonly firstTouch: IsoTime | null;
  /** Since when the spot price has been below it without a break until the end. */
  readonly brokenForGood: IsoTime | null;
  /** Lowest spot price over the level less one; negative when it was crossed. */
  readonly deepest: number | null;
  /** Share of the run's samples after the first touch with the spot price below the level. */
  readonly shareOfTimeBelow: number | null;
  /** Bids within 0.5 % of the level: mean over the hour before the first touch, and at the start. */
  readonly bidsBeforeTouchUsd: number | null;
  readonly bidsAtStartUsd: number | null;
}

/** 6. When and how it ended. */
export interface StabilisationSummary {
  /** From when the reference coin made no new low and forced flow stayed below 10 % of its peak; null if not reached. */
  readonly time: IsoTime | null;
  readonly hoursAfterPeak: number | null;
  /** The run's lowest spot price of the reference coin. */
  readonly lastNewLow: IsoTime | null;
  /** Last moment with liquidations of the past hour at or above 10 % of the peak hour. */
  readonly lastForcedFlow: IsoTime | null;
  readonly peakHourUsd: number;
  readonly peakHourEnd: IsoTime | null;
  /** Rebounds of at least 3 % between the reference coin's peak and trough. */
  readonly rallies: readonly Rally[];
  /** Highest price after the trough over the trough less one. */
  readonly reboundAfterTrough: number | null;
  /** Share of the fall from peak to trough regained at the end of the run. */
  readonly recoveredAtEnd: number | null;
}

export interface Rally {
  readonly start: IsoTime;
  readonly end: IsoTime;
  readonly low: number;
  readonly high: number;
  /** high / low - 1. */
  readonly height: number;
  /** Lowest price before the next rally. */
  readonly nextLow: number;
  /** (high - nextLow) / (high - low); above 1 when the rally's start was undercut. */
  readonly givenBack: number;
}

/** 7. Holders in tracked populations. */
export interface HolderSummary {
  /** State nearest to the reference coin's trough. */
  readonly asOf: IsoTime | null;
  readonly populations: readonly HolderPopulation[];
  /** Holders that sold at least 10 % of a coin they held at the start, by dollars sold, at most 100. */
  readonly capitulated: readonly CapitulatedHolder[];
  readonly capitulatedCount: number;
}

export interface HolderPopulation {
  readonly population: string;
  readonly holders: number;
  /** Value less cost at the low; negative is a loss. */
  readonly unrealisedUsd: number | null;
  readonly costUsd: number | null;
  /** unrealisedUsd / costUsd. */
  readonly unrealisedOverCost: number | null;
  readonly holdersInLoss: number;
  readonly capitulated: number;
  /** Net sold from start to end, at the prices of the hourly records. */
  readonly soldUsd: number;
  readonly coins: readonly {
    readonly coin: string;
    readonly startCoins: number;
    readonly endCoins: number;
    readonly soldCoins: number;
    readonly soldShare: number | null;
  }[];
}

export interface CapitulatedHolder {
  readonly population: string;
  readonly agent: number;
  readonly coin: string;
  /** First hourly record with at least 10 % sold. */
  readonly time: IsoTime;
  readonly startCoins: number;
  readonly endCoins: number;
  readonly soldShare: number;
  readonly soldUsd: number;
}
