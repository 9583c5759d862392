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
export {
  quantilesOf,
  shareOfLargest,
  tailExponent,
  weightedSample,
  type Quantiles,
  type WeightedSample,
} from "./weighted-sample.ts";
