export { combineSummaries } from "./combine.ts";
export type { CombinedFactRow, CombinedSummary, Spread } from "./combined-summary.ts";
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
  PriceSummary,
  Rally,
  Reproduction,
  RunIdentity,
  RunSummary,
  Scorecard,
  SellingShares,
  StabilisationSummary,
  Verdict,
} from "./summary.ts";
