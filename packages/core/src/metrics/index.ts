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
export { summarise } from "./summarise.ts";
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
