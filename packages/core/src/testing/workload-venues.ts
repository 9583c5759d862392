/**
 * Four venues for the workload: rules of the structure that venues publish, with small markets around a price of 100.
 *
 * binance-like (linear, brackets, fund), hyperliquid-like (vault), dydx-like (pools, no backstop) and bitmex-like
 * (inverse, steps). Values are chosen so that tiers, bands, caps and limits are reached often, not to be any venue's.
 */
import type { PerpetualSpec } from "../exchange/market-spec.ts";
import type { VenueRules } from "../exchange/venue-rules.ts";
import type { MarginRule } from "../mechanics/margin-rules.ts";
import { marginalBrackets } from "../mechanics/tiers.ts";

/** A venue of the workload. */
export interface WorkloadVenue {
  readonly name: string;
  readonly rules: VenueRules;
  readonly markets: readonly PerpetualSpec[];
  /** Settlement currency of all markets. */
  readonly currency: string;
  /** What a trader starts with, in that currency; makers have a few thousand times as much. */
  readonly stake: number;
  /** Highest leverage of the smallest position. */
  readonly maxLeverage: number;
  /** Value of the largest position, settlement units; Infinity without a bound. */
  readonly largestNotional: number;
}

/** Currencies of every workload venue. */
export const WORKLOAD_CURRENCIES = [
  { name: "USDT", decimals: 6 },
  { name: "COIN", decimals: 8 },
] as const;

const LARGEST_NOTIONAL = 2_000_000;

const binanceRules: VenueRules = {
  modes: ["isolated", "cross", "hedge"],
  initialMargin: { leverage: "chosen", openLoss: true, withdrawal: { kind: "wallet" } },
  collateral: {
    kind: "multi-asset",
    settlement: "USDT",
    assets: [{ currency: "COIN", ratio: 0.95, source: "index", autoExchangeRatio: 0.975 }],
    autoExchangeThreshold: 100,
  },
  index: { kind: "weighted-mean", maxDeviation: 0.03, staleAfterSeconds: 30 },
  mark: { kind: "median-of-three", updateSeconds: 1, sampleSeconds: 5, samples: 30 },
  funding: {
    intervalSeconds: 28_800,
    periodSeconds: 28_800,
    sampleSeconds: 5,
    averaging: "linear-weights",
    rate: { kind: "clamped-interest", interest: 0.0001, clamp: 0.0005 },
    cap: { kind: "maintenance-share", share: 0.75 },
    paidOn: "mark",
  },
  liquidation: {
    order: "equity-ratio",
    cancel: "all",
    partial: { kind: "tier-step", order: "immediate" },
    price: { kind: "bankruptcy" },
    clearanceFee: { kind: "notional-share", rate: 0.0125 },
    takerFee: true,
    pick: "largest-maintenance",
    remainder: "at-once",
    ordersPerRound: 8,
  },
  backstop: { kind: "fund", capRatio: 1, unwindSeconds: 60 },
  adl: { ranking: "pnl-margin-ratio", settlement: "bankruptcy", cancelOrders: true },
  fees: { maker: 0.0002, taker: 0.0005 },
  selfTradePrevention: "expire-maker",
  bands: { market: 0.05, limitUp: 0.15, limitDown: 0.15 },
};

const hyperliquidRules: VenueRules = {
  ...binanceRules,
  modes: ["isolated", "cross"],
  initialMargin: { leverage: "chosen", openLoss: false, withdrawal: { kind: "equity", keptShare: 0.1 } },
  collateral: { kind: "per-currency" },
  index: { kind: "weighted-median", staleAfterSeconds: 30 },
  mark: { kind: "oracle-median", updateSeconds: 3, basisTauSeconds: 150, bookTauSeconds: 30 },
  funding: {
    ...binanceRules.funding,
    intervalSeconds: 3_600,
    averaging: "mean",
    cap: { kind: "fixed", perPayment: 0.04 },
    paidOn: "index",
  },
  liquidation: {
    ...binanceRules.liquidation,
    cancel: "none",
    partial: { kind: "share", share: 0.2, aboveNotional: 2_000, cooldownSeconds: 30 },
    price: { kind: "market", slippageCap: 0.1 },
    clearanceFee: { kind: "none" },
  },
  backstop: { kind: "vault", equityRatio: 2 / 3, unwindSeconds: 60 },
  adl: { ranking: "price-ratio-leverage", settlement: "previous-mark", cancelOrders: false },
  fees: { maker: 0.00015, taker: 0.00045 },
  bands: { market: 0.08 },
};

const dydxRules: VenueRules = {
  ...hyperliquidRules,
  modes: ["cross"],
  initialMargin: { leverage: "rule", openLoss: false, withdrawal: { kind: "equity", keptShare: 0 } },
  index: { kind: "weighted-median", staleAfterSeconds: 60 },
  mark: { kind: "oracle", updateSeconds: 1 },
  funding: {
    intervalSeconds: 3_600,
    periodSeconds: 28_800,
    sampleSeconds: 60,
    averaging: "mean",
    rate: { kind: "premium-plus-interest", interest: 0.0001 },
    cap: { kind: "margin-gap", factor: 6, premiumFactor: 60 },
    paidOn: "index",
  },
  liquidation: {
    ...hyperliquidRules.liquidation,
    order: "fillable-distance",
    partial: { kind: "portion", maxPortion: 0.1, minNotional: 500, maxNotionalPerBlock: 100_000 },
    price: { kind: "fillable", bankruptcyAdjustment: 1, spreadToMaintenanceRatio: 1.5 },
    clearanceFee: { kind: "capped-improvement", maxRate: 0.015 },
    takerFee: false,
    pick: "keyed-draw",
  },
  backstop: { kind: "none", unwindSeconds: 0 },
  adl: { ranking: "random-start", settlement: "bankruptcy", cancelOrders: false },
  fees: { maker: 0.0001, taker: 0.0005 },
  selfTradePrevention: "expire-taker",
};

const bitmexRules: VenueRules = {
  ...binanceRules,
  collateral: { kind: "per-currency" },
  index: { kind: "weighted-mean", maxDeviation: 0.5, staleAfterSeconds: 60 },
  mark: { kind: "funding-basis", updateSeconds: 1 },
  funding: {
    ...binanceRules.funding,
    sampleSeconds: 60,
    averaging: "mean",
    cap: { kind: "margin-gap", factor: 0.75, changeShare: 0.75 },
  },
  liquidation: {
    ...binanceRules.liquidation,
    order: "account-key",
    cancel: "market",
    partial: { kind: "tier-step", order: "fill-or-kill" },
    clearanceFee: { kind: "all-residual" },
    remainder: "when-bankrupt",
  },
  backstop: { kind: "fund-pays", unwindSeconds: 60 },
  adl: { ranking: "pnl-leverage", settlement: "bankruptcy", cancelOrders: true },
  fees: { maker: -0.00025, taker: 0.00075 },
  selfTradePrevention: "expire-both",
};

const brackets: MarginRule = {
  kind: "brackets",
  brackets: marginalBrackets(
    [
      { notionalFloor: 0, maintenanceRate: 0.01, maxLeverage: 50 },
      { notionalFloor: 2_000, maintenanceRate: 0.02, maxLeverage: 25 },
      { notionalFloor: 20_000, maintenanceRate: 0.05, maxLeverage: 10 },
    ],
    { largestNotional: LARGEST_NOTIONAL },
  ),
};
const flat: MarginRule = {
  kind: "flat",
  initialRate: 0.05,
  maintenanceFraction: 0.6,
  openInterestLower: 100_000,
  openInterestUpper: 1_000_000,
};
const steps: MarginRule = {
  kind: "steps",
  baseMaintenanceRate: 0.005,
  baseInitialRate: 0.01,
  baseLimit: 20,
  step: 100,
};

function linearMarkets(margin: MarginRule): PerpetualSpec[] {
  return ["A-PERP", "B-PERP"].map((name) => ({
    name,
    contract: "linear",
    settlement: "USDT",
    tickSize: 0.1,
    lotSize: 0.1,
    maxPrice: 400,
    margin,
    impactNotional: 200,
    minNotional: 5,
    // The second market leaves the size of orders to margin.
    ...(name.startsWith("A") ? { maxSize: 1_000_000 } : {}),
    maxMarketSize: 500,
    orderCapacity: 256,
  }));
}

function inverseMarkets(margin: MarginRule): PerpetualSpec[] {
  return ["A-INVERSE", "B-INVERSE"].map((name) => ({
    name,
    contract: "inverse",
    settlement: "COIN",
    contractValue: 1,
    tickSize: 0.1,
    lotSize: 1,
    maxPrice: 400,
    margin,
    impactNotional: 2,
    ...(name.startsWith("A") ? { maxSize: 10_000_000 } : {}),
    orderCapacity: 256,
  }));
}

/** The venues, in the order in which episodes go through them. */
export const WORKLOAD_VENUES: readonly WorkloadVenue[] = [
  {
    name: "binance-like",
    rules: binanceRules,
    markets: linearMarkets(brackets),
    currency: "USDT",
    stake: 1_000,
    maxLeverage: 50,
    largestNotional: LARGEST_NOTIONAL,
  },
  {
    name: "hyperliquid-like",
    rules: hyperliquidRules,
    markets: linearMarkets(brackets),
    currency: "USDT",
    stake: 1_000,
    maxLeverage: 50,
    largestNotional: LARGEST_NOTIONAL,
  },
  {
    name: "dydx-like",
    rules: dydxRules,
    markets: linearMarkets(flat),
    currency: "USDT",
    stake: 1_000,
    maxLeverage: 20,
    largestNotional: Infinity,
  },
  {
    name: "bitmex-like",
    rules: bitmexRules,
    markets: inverseMarkets(steps),
    currency: "COIN",
    stake: 10,
    maxLeverage: 100,
    largestNotional: Infinity,
  },
];
