/**
 * Public names of `@undertow/core/metrics`: from the columns of a run to its summary.
 *
 * Metrics read recorded runs and facts; they never run or change a simulation.
 */
export { combineSummaries } from "./combine.ts";
export type {
  CombinedFactRow,
  CombinedSummary,
  CombinedVenue,
  CombinedVenueGaps,
  Spread,
} from "./combined-summary.ts";
export { MOMENT_KINDS } from "./fact-window.ts";
export { FACT_KINDS } from "./facts.ts";
export type { Fact, FactKind } from "./facts.ts";
export { formatIsoTime, parseIsoTime } from "./iso-time.ts";
export {
  LADDER_RUNGS,
  liquidationLadder,
  rungMarks,
  type LadderLine,
  type LadderMove,
  type LiquidationLadder,
} from "./liquidation-ladder.ts";
export { ladderSlots, type ReachedSlots, type RungMarks } from "./ladder-slots.ts";
export { openingAccounts, type OpeningAccounts } from "./opening-accounts.ts";
export type {
  CoinPositions,
  LeverageShares,
  PopulationRow,
  PopulationSummary,
  VenuePositions,
} from "./population-summary.ts";
export { summarise } from "./summarise.ts";
export { summarisePopulation } from "./summarise-population.ts";
export type {
  CapitulatedHolder,
  CoinLiquidations,
  CoinLiquidity,
  CoinOpenInterest,
  CoinPrices,
  FactRow,
  FeedbackSummary,
  HolderPopulation,
  HolderSummary,
  IsoTime,
  LevelSummary,
  LiquidationSummary,
  LiquidationTimeline,
  LiquidationTotals,
  LiquidationWindow,
  LiquiditySummary,
  MoneySummary,
  OpenInterestChange,
  OpenInterestChanges,
  OpenInterestSummary,
  PriceGap,
  PriceSummary,
  Rally,
  Reproduction,
  RunIdentity,
  RunSummary,
  Scorecard,
  SellingShares,
  StabilisationSummary,
  VenueCoin,
  VenueGaps,
  VenuesSummary,
  VenueSummary,
  Verdict,
} from "./summary.ts";
export { autocorrelation, autocorrelationAt } from "./stylised/autocorrelation.ts";
export { AverageBook, BOOK_EDGES_BP, type BookProfile } from "./stylised/average-book.ts";
export { decayExponent, type DecayFit } from "./stylised/decay-exponent.ts";
export { hurstExponent } from "./stylised/hurst-exponent.ts";
export {
  impactCurve,
  type ImpactCurve,
  type ImpactPoint,
  type ImpactSample,
} from "./stylised/impact-curve.ts";
export { blockSums, logReturns, magnitudes } from "./stylised/log-returns.ts";
export { logLogFit, type LogLogFit } from "./stylised/log-log-fit.ts";
export { correlation, excessKurtosis } from "./stylised/moments.ts";
export { observeMarket, type MarketObservation } from "./stylised/observation.ts";
export { OrderSigns } from "./stylised/order-signs.ts";
export {
  evaluateImpact,
  evaluateStatistics,
  HORIZONS,
  type CoinEvidence,
  type Horizon,
  type Statistic,
  type StylisedRow,
} from "./stylised/statistic.ts";
export { stylisedStatistics } from "./stylised/statistics.ts";
export { averagedHill, hillExponent } from "./stylised/tail-exponent.ts";
export {
  quantilesOf,
  shareOfLargest,
  tailExponent,
  weightedSample,
  type Quantiles,
  type WeightedSample,
} from "./weighted-sample.ts";
