/**
 * Everything that @undertow/core offers to libraries, tests and the command: explicit names, nothing else.
 */
export { type PackedColumn, packColumns, valueOf } from "./columns/packed-column.ts";
export { type AllocateColumn, allocatePlain } from "./market/allocate.ts";
export type { MakerGuard, OrderBookOptions } from "./market/book-ladder.ts";
export {
  FIELD_ACTIVATION_TICKS,
  FIELD_CALLBACK_PPM,
  FIELD_CLIENT_ID,
  FIELD_FLAGS,
  FIELD_LIMIT_TICKS,
  FIELD_LOTS,
  FIELD_NONE,
  FIELD_NOTIONAL,
  FIELD_OWNER,
  FIELD_SIDE,
  FIELD_TAG,
  FIELD_TRIGGER,
  FIELD_TRIGGER_ON,
  FIELD_TRIGGER_TICKS,
  FIELD_TYPE,
  FILL_OR_KILL,
  IMMEDIATE,
  POST_ONLY,
  REASON_BAD_FIELD,
  REASON_BELOW_MIN_NOTIONAL,
  REASON_DESK_FULL,
  REASON_DUPLICATE_ID,
  REASON_HALTED,
  REASON_IMMEDIATE,
  REASON_MARGIN,
  REASON_MARKET_BAND,
  REASON_NO_PRICE,
  REASON_OFF_LOT,
  REASON_OFF_TICK,
  REASON_OUTSIDE_BAND,
  REASON_REDUCE_ONLY,
  REASON_REQUESTED,
  REASON_WOULD_TRIGGER,
  REDUCE_ONLY,
  RESULT_BAD_SIZE,
  RESULT_BOOK_FULL,
  RESULT_FOK_UNFILLED,
  RESULT_NO_ORDER,
  RESULT_OK,
  RESULT_POST_ONLY_WOULD_TRADE,
  RESULT_PRICE_OUT_OF_RANGE,
  RESULT_SELF_TRADE,
  STP_EXPIRE_BOTH,
  STP_EXPIRE_MAKER,
  STP_EXPIRE_TAKER,
  fieldName,
  resultName,
} from "./market/codes.ts";
export { type Clearing, checkClearing } from "./market/clearing.ts";
export { FillBuffer } from "./market/fill-buffer.ts";
export { LinearImpactBook, type LinearImpactBookOptions } from "./market/linear-impact-book.ts";
export { OrderBook } from "./market/order-book.ts";
export {
  CAUSE_ADL,
  CAUSE_CAPITULATION,
  CAUSE_COUNT,
  CAUSE_DISCRETIONARY,
  CAUSE_EXOGENOUS,
  CAUSE_FUND_UNWIND,
  CAUSE_HEDGE,
  CAUSE_LIQUIDATION,
  CAUSE_RISK_LIMIT,
  CAUSE_STOP,
  NOTICE_ADL,
  NOTICE_FILLED,
  NOTICE_LIQUIDATED,
  NOTICE_REJECTED,
  NOTICE_STOPPED,
  NOTICE_TRANSFERRED,
  defineAgent,
} from "./simulation/agent-port.ts";
export type {
  AccountReader,
  AgentType,
  Cause,
  DecideContext,
  DueAgents,
  MarketView,
  OrderWriter,
  ParamSpec,
  ViewColumn,
  WakeSpec,
} from "./simulation/agent-port.ts";
export { InvariantError, UserError, formatProblem, invariant, nearestName } from "./errors.ts";
export type { Problem, RunContext } from "./errors.ts";
export {
  MAX_AGENTS,
  MAX_EXACT,
  MAX_MARKETS,
  assertCapacity,
  assertMoneyBound,
  proveFundBounds,
  proveMoneyBounds,
} from "./limits.ts";
export type { CurrencyBound, MarketBound } from "./limits.ts";
export { exp, ln, tanh } from "./numeric/elementary.ts";
export { CEIL, FLOOR, HALF_UP, TRUNCATE, mulDiv } from "./numeric/mul-div.ts";
export type { Rounding } from "./numeric/mul-div.ts";
export { pow } from "./numeric/power.ts";
export { hash32, mix32 } from "./numeric/text-hash.ts";
export { cos, sin } from "./numeric/trigonometry.ts";
export { TwoLimbSum } from "./numeric/two-limb-sum.ts";
export { drawColumn, drawDistribution, meanOf, quantileOf } from "./rng/distributions.ts";
export type { ClampBounds, DistributionSpec } from "./rng/distributions.ts";
export { normalQuantile } from "./rng/normal-quantile.ts";
export { parseDistribution } from "./rng/parse-distribution.ts";
export type { NumberParser } from "./rng/parse-distribution.ts";
export { philox4x32 } from "./rng/philox.ts";
export {
  PURPOSE_CAUSE,
  PURPOSE_DECIDE,
  PURPOSE_DRIVER,
  PURPOSE_ENDOWMENT,
  PURPOSE_LATENCY,
  PURPOSE_PARAM,
  PURPOSE_TRIGGERED,
  PURPOSE_WAKE_TIME,
  WakeRandom,
  createKeys,
  purposeOf,
  randomSource,
} from "./rng/streams.ts";
export type { AgentRandom, Keys, RandomSource } from "./rng/streams.ts";
export { BUY, SELL, type Side } from "./units.ts";
export { ColumnPlan, ColumnStore } from "./columns/allocator.ts";
export type {
  ColumnArray,
  ColumnArrays,
  ColumnDescription,
  ColumnGroup,
  ColumnKind,
  ColumnKinds,
  ColumnsOf,
} from "./columns/allocator.ts";
export { StateHash } from "./numeric/state-hash.ts";
export { MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_MINUTE, MICROS_PER_SECOND, PPM } from "./units.ts";
export type { Lots, Micros, Ppm, Quanta, Ticks } from "./units.ts";
export { simulate } from "./recorder/simulate.ts";
export { MemorySink } from "./recorder/record-sink.ts";
export type { RecordSink } from "./recorder/record-sink.ts";
export { LASTING_TABLES, tapeTables } from "./recorder/table-kinds.ts";
export type { ColumnsOfTable, RecordTable, RecordTables, TapeTable } from "./recorder/table-kinds.ts";
export type { Progress, SimulateOptions } from "./recorder/simulate.ts";
export { CHECKPOINT_FORMAT, decodeCheckpoint, encodeCheckpoint } from "./checkpoint/format.ts";
export type { Checkpoint } from "./checkpoint/format.ts";
export type { CheckpointRun } from "./checkpoint/header.ts";
export type { PlaceArray, PlaceKind, PlaceValue } from "./checkpoint/places.ts";
export type { SavedColumn } from "./checkpoint/saved-column.ts";
export type { SavedState } from "./checkpoint/state.ts";
export { memoryPlan, type MemoryPart, type MemoryPlan } from "./recorder/memory-plan.ts";
export { expectedDuePerStep } from "./parallel/expected-due.ts";
export { DEAL_FROM, MOST_THREADS } from "./parallel/workers.ts";
export { CAUSE_NAMES, ORDER_KINDS } from "./recorder/run-data.ts";
export type {
  AgentColumns,
  BookColumns,
  FillColumns,
  HolderColumns,
  LevelColumns,
  LiquidationColumns,
  OrderColumns,
  RecordedTables,
  RunData,
  RunFailure,
  RunTotals,
  SeriesColumns,
  VenueRunTotals,
  VenueSeriesColumns,
} from "./recorder/run-data.ts";
export type {
  AgentModule,
  CoinSpec,
  CurrencySpec,
  Endowment,
  IndexSourceSpec,
  LatencyPair,
  LatencySpec,
  LevelSpec,
  MarginTier,
  MarketSpec,
  PopulationSpec,
  RecordSpec,
  SimulationInputs,
  TransferSpec,
  VenueEventSpec,
  VenueSpec,
} from "./simulation/inputs.ts";
export type { Driver, DriverFactory, DriverSample } from "./simulation/driver-port.ts";
export {
  allowedLeverage,
  initialMarginQuanta,
  isolatedTriggerTicks,
  maintenanceQuanta,
  partialCloseLots,
  tierIndex,
  tierTable,
} from "./accounts/tiers.ts";
export type { TierRow, TierTable } from "./accounts/tiers.ts";
export { middlePrice } from "./market/middle-price.ts";
export { BasisAverage, markPriceTicks, medianOfThree } from "./market/mark-price.ts";
export { PPB, PremiumAverage, fundingRatePpb, premiumPpb } from "./market/funding-rate.ts";
export type { FundingRule } from "./market/funding-rate.ts";
export { crossBankruptcyTicks, isolatedBankruptcyTicks } from "./simulation/bankruptcy.ts";
export { ENGINE_VERSION } from "./version.ts";
export { adlSettlementPrice, allocateAdl, takeFromProfits } from "./mechanics/adl-allocation.ts";
export type {
  AdlAllocation,
  AdlCounterparty,
  AdlFill,
  AdlOutcome,
  AdlWinner,
  ProfitHaircuts,
} from "./mechanics/adl-allocation.ts";
export { adlQuantiles, adlQueue, adlScore } from "./mechanics/adl-ranking.ts";
export type { AdlCandidate, AdlRanked, AdlScoreFunction, AdlScoreRule } from "./mechanics/adl-ranking.ts";
export { clearanceFee, clearanceFeeQuanta } from "./mechanics/clearance-fee.ts";
export type { ClearanceFeeInput, ClearanceFeeRule } from "./mechanics/clearance-fee.ts";
export type { ContractForm } from "./mechanics/contract-form.ts";
export { fillablePrice, liquidationOrderPrice } from "./mechanics/fillable-price.ts";
export type {
  FillablePriceInput,
  LiquidationPriceInput,
  LiquidationPriceRule,
} from "./mechanics/fillable-price.ts";
export {
  coverDeficit,
  fundAllowsFill,
  insuranceDelta,
  insuranceDeltaQuanta,
} from "./mechanics/insurance-fund.ts";
export type { DeficitCover } from "./mechanics/insurance-fund.ts";
export {
  linearImpactFill,
  linearImpactTickLots,
  linearImpactTicks,
  runLadder,
} from "./mechanics/linear-impact.ts";
export type { LadderCascade, LadderRung } from "./mechanics/linear-impact.ts";
export { orderLiquidations } from "./mechanics/liquidation-order.ts";
export type { LiquidationCandidate, LiquidationOrderRule } from "./mechanics/liquidation-order.ts";
export { isCoolingDown, partialSize } from "./mechanics/partial-size.ts";
export type {
  MaintenanceStep,
  PartialSize,
  PartialSizePosition,
  PartialSizeRule,
} from "./mechanics/partial-size.ts";
export { shareLossQuanta, socialisedLossPerUnit } from "./mechanics/socialised-loss.ts";
export type { LossShares } from "./mechanics/socialised-loss.ts";
export { takeover } from "./mechanics/takeover.ts";
export type { Takeover, TakeoverAction, TakeoverInput, TakeoverRule } from "./mechanics/takeover.ts";
export {
  EMPTY_EMA,
  emaValue,
  linearlyWeightedMean,
  median,
  minuteMedianMeanPpm,
  simpleMean,
  timeWeightedMean,
  updateEma,
} from "./mechanics/moving-averages.ts";
export type { EmaState } from "./mechanics/moving-averages.ts";
export {
  capSources,
  capToMedian,
  droppingMeanIndex,
  weightedMeanIndex,
  weightedMedian,
  weightedMedianIndex,
} from "./mechanics/index-price.ts";
export type { IndexMethod, IndexPrice, IndexRule, IndexSource } from "./mechanics/index-price.ts";
export {
  bandedMark,
  basisMark,
  bookPrice,
  fundingBasisMark,
  medianMark,
  oracleMark,
  oracleMedianMark,
} from "./mechanics/mark-forms.ts";
export type { BookTop, FundingBasis, MedianMarkInputs, OracleMedianInputs } from "./mechanics/mark-forms.ts";
export {
  cappedPremium,
  impactNotional,
  impactPremium,
  impactPremiumPpm,
  perpetualSpotRatio,
  premiumVotePpm,
  relativePremium,
} from "./mechanics/premium.ts";
export {
  clampedFundingRate,
  defaultedFundingRatePpm,
  interestRate,
  maintenanceCap,
  marginGapCap,
  neutralBand,
  premiumFundingRate,
} from "./mechanics/funding-forms.ts";
export type { ClampedFundingRule } from "./mechanics/funding-forms.ts";
export {
  fundingIndexDelta,
  fundingIndexPaymentsQuanta,
  fundingPayment,
  fundingPaymentsQuanta,
  inverseFundingPayment,
} from "./mechanics/funding-payment.ts";
export type { FundingPayments } from "./mechanics/funding-payment.ts";
export { bracketOf, flatBracket, marginalBrackets, nextMaintenanceAmount } from "./mechanics/tiers.ts";
export type { Bracket, BracketRow } from "./mechanics/tiers.ts";
export { marginRates, openInterestScaledRate, stepRates, wholeTierRates } from "./mechanics/margin-rules.ts";
export type {
  BracketRule,
  FlatRule,
  LinearSizeRule,
  MarginRates,
  MarginRule,
  PowerLawRule,
  RatedPosition,
  StepRule,
  WholeTier,
  WholeTierRule,
} from "./mechanics/margin-rules.ts";
export {
  checkLeverage,
  hedgeMargin,
  initialMargin,
  initialMarginAtRateQuanta,
  leastInitialMargin,
  openingCost,
  orderMargin,
  withdrawable,
} from "./mechanics/initial-margin.ts";
export type { HedgeMargin, RestingOrder } from "./mechanics/initial-margin.ts";
export {
  crossMaintenanceMargin,
  flatMaintenancePpm,
  maintenanceMargin,
  maintenanceMarginQuanta,
  maintenanceOfNotional,
} from "./mechanics/maintenance-margin.ts";
export type { MaintainedPosition } from "./mechanics/maintenance-margin.ts";
export {
  crossEquity,
  isLiquidatable,
  isolatedEquity,
  marginRatio,
  netCollateral,
  unrealisedProfit,
} from "./mechanics/account-equity.ts";
export type { LinearPosition, MarkedPosition } from "./mechanics/account-equity.ts";
export {
  crossLiquidationPrice,
  crossLiquidationPrices,
  hedgeLiquidationPrice,
  hedgeSafePrices,
  isolatedLiquidationPrice,
} from "./mechanics/liquidation-price.ts";
export type { BracketedPosition, HedgedAccount, SafePrices } from "./mechanics/liquidation-price.ts";
export { factorMoves } from "./mechanics/factor-move.ts";
export type { FactorPosition, SafeMoves } from "./mechanics/factor-move.ts";
export {
  entryMarginLiquidationPrice,
  feeLiquidationPrice,
  hyperliquidLiquidationPrice,
  powerLawLiquidationPrice,
} from "./mechanics/liquidation-price-forms.ts";
export { bankruptcyTickPrice, firstLiquidationTick, roundToTick } from "./mechanics/tick-rounding.ts";
export {
  bankruptcyPrice,
  bankruptcyQuote,
  bankruptcyQuoteQuanta,
  crossBankruptcyPrice,
} from "./mechanics/bankruptcy-price.ts";
export type { ClosingTrade } from "./mechanics/bankruptcy-price.ts";
export {
  inverseBankruptcyPrice,
  inverseCrossBankruptcyPrice,
  inverseCrossEntryLiquidationPrice,
  inverseCrossLiquidationPrice,
  inverseLiquidationPrice,
  inverseProfit,
  inverseValue,
} from "./mechanics/inverse.ts";
export type { InverseCrossAccount, InversePosition } from "./mechanics/inverse.ts";
export {
  autoExchange,
  autoExchangeValue,
  collateralPrice,
  collateralValue,
  isAutoExchangeDue,
  liabilityTransfer,
} from "./mechanics/collateral.ts";
export type { AutoExchange, CollateralAsset, CollateralPriceSource } from "./mechanics/collateral.ts";
export {
  ON_LAST,
  ON_MARK,
  TRIGGER_NONE,
  TRIGGER_STOP,
  TRIGGER_TAKE_PROFIT,
  TRIGGER_TRAILING,
} from "./market/conditional-orders.ts";
export { OrderDesk } from "./market/order-desk.ts";
export type { OrderDeskOptions } from "./market/order-desk.ts";
export {
  EVENT_ACCEPTED,
  EVENT_ACTIVATED,
  EVENT_AMENDED,
  EVENT_CANCELLED,
  EVENT_FILLED,
  EVENT_HALTED,
  EVENT_REJECTED,
  EVENT_RESUMED,
  EVENT_TRIGGERED,
  EVENT_TRIMMED,
  OrderEvents,
} from "./market/order-events.ts";
export { ORDER_LIMIT, ORDER_MARKET } from "./market/order-request.ts";
export type { OrderRequest } from "./market/order-request.ts";
export { orderRules, priceToTicks, sizeToLots } from "./market/order-rules.ts";
export type { OrderRules, OrderRulesSpec } from "./market/order-rules.ts";
export { PositionTally } from "./market/position-tally.ts";
export type { DeskAccounts } from "./market/position-tally.ts";
export { trailingTriggerTicks } from "./market/trailing-stops.ts";
export {
  accruedFundingQuanta,
  collateralQuanta,
  holdingQuanta,
  settleFunding,
} from "./accounts/margin-index-columns.ts";
export type {
  CollateralColumns,
  FundingColumns,
  MarginColumns,
  MarginMarkets,
} from "./accounts/margin-index-columns.ts";
export { emptyBelowMaintenance, recheckAll } from "./accounts/margin-index-recheck.ts";
export type { BelowMaintenance } from "./accounts/margin-index-recheck.ts";
export { MarginIndex } from "./accounts/margin-index.ts";
export { Exchange } from "./exchange/exchange.ts";
export type { AccountWish, LeverageSetting } from "./exchange/account-wishes.ts";
export type { ExchangeAudit } from "./exchange/exchange-audit.ts";
export type {
  AutoExchangeEvent,
  CashEvent,
  ExchangeEvent,
  FillEvent,
  FundingEvent,
  HaltEvent,
  LiquidationEvent,
  LiquidationOutcome,
  MarkEvent,
  OrderEvent,
} from "./exchange/exchange-events.ts";
export type { CollateralPrices, ExchangeOptions } from "./exchange/exchange-state.ts";
export type {
  AccountView,
  MarketView as ExchangeMarketView,
  PositionView,
  QueueView,
} from "./exchange/exchange-views.ts";
export type { CashFlow, CashTransfer, MarginChange } from "./exchange/cash-flows.ts";
export type { CurrencySpec as ExchangeCurrency, PerpetualSpec } from "./exchange/market-spec.ts";
export type { OrderWish } from "./exchange/order-wish.ts";
export type {
  AdlRules,
  BackstopRules,
  CancelScope,
  CollateralAssetRule,
  CollateralRules,
  FundingCapRule,
  FundingRules,
  IndexRules,
  InitialMarginRules,
  LinearImpactClearing,
  LiquidationRules,
  MaintenanceRules,
  MarginMode,
  MarkRules,
  PartialRule,
  VenueFundingRules,
  VenueMarkRules,
  VenueRules,
} from "./exchange/venue-rules.ts";
