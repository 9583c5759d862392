/**
 * Four venues' rules written by hand, and markets to go with them, for the tests of the exchange.
 *
 * The structure of each venue as published (binance-like, hyperliquid-like, dydx-like, bitmex-like), with small
 * tables, so that positions of a test cross their tiers. Changed by spreading.
 */
import { type PerpetualSpec, type VenueRules, flatBracket, marginalBrackets } from "@undertow/core";

/** Linear, brackets, median mark, clearance fee, insurance fund, deleveraging at the bankruptcy price. */
export const fundVenue: VenueRules = {
  modes: ["isolated", "cross", "hedge"],
  initialMargin: { leverage: "chosen", openLoss: true, withdrawal: { kind: "wallet" } },
  collateral: { kind: "per-currency" },
  index: { kind: "weighted-mean", maxDeviation: 0.03, staleAfterSeconds: 10 },
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
  },
  backstop: { kind: "fund", capRatio: 1, unwindSeconds: 60 },
  adl: { ranking: "pnl-margin-ratio", settlement: "bankruptcy", cancelOrders: true },
  fees: { maker: 0.0002, taker: 0.0005 },
  selfTradePrevention: "expire-maker",
  bands: { market: 0.05 },
};

/** Linear, oracle and book mark, 20 % steps with a cooldown, vault, deleveraging at the previous mark. */
export const vaultVenue: VenueRules = {
  ...fundVenue,
  modes: ["isolated", "cross"],
  initialMargin: { leverage: "chosen", openLoss: false, withdrawal: { kind: "equity", keptShare: 0.1 } },
  index: { kind: "weighted-median", staleAfterSeconds: 10 },
  mark: { kind: "oracle-median", updateSeconds: 3, basisTauSeconds: 150, bookTauSeconds: 30 },
  funding: {
    intervalSeconds: 3_600,
    periodSeconds: 28_800,
    sampleSeconds: 5,
    averaging: "mean",
    rate: { kind: "clamped-interest", interest: 0.0001, clamp: 0.0005 },
    cap: { kind: "fixed", perPayment: 0.04 },
    paidOn: "index",
  },
  liquidation: {
    order: "equity-ratio",
    cancel: "none",
    partial: { kind: "share", share: 0.2, aboveNotional: 2_000, cooldownSeconds: 30 },
    price: { kind: "market", slippageCap: 0.1 },
    clearanceFee: { kind: "none" },
    takerFee: true,
    pick: "largest-maintenance",
    remainder: "at-once",
  },
  backstop: { kind: "vault", equityRatio: 2 / 3, unwindSeconds: 60 },
  adl: { ranking: "price-ratio-leverage", settlement: "previous-mark", cancelOrders: false },
  fees: { maker: 0.00015, taker: 0.00045 },
};

/** Linear pools, oracle mark, capped portions at the fillable price, no backstop, keyed draws. */
export const oracleVenue: VenueRules = {
  ...fundVenue,
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
    order: "fillable-distance",
    cancel: "none",
    partial: { kind: "portion", maxPortion: 0.1, minNotional: 500, maxNotionalPerBlock: 100_000 },
    price: { kind: "fillable", bankruptcyAdjustment: 1, spreadToMaintenanceRatio: 1.5 },
    clearanceFee: { kind: "capped-improvement", maxRate: 0.015 },
    takerFee: false,
    pick: "keyed-draw",
    remainder: "at-once",
  },
  backstop: { kind: "none", unwindSeconds: 0 },
  adl: { ranking: "random-start", settlement: "bankruptcy", cancelOrders: false },
  fees: { maker: 0.0001, taker: 0.0005 },
};

/** Inverse, steps on the whole position, funding-basis mark, all that is left to the fund, which pays for losses. */
export const inverseVenue: VenueRules = {
  ...fundVenue,
  initialMargin: { leverage: "chosen", openLoss: true, withdrawal: { kind: "wallet" } },
  index: { kind: "weighted-mean", maxDeviation: 0.5, staleAfterSeconds: 60 },
  mark: { kind: "funding-basis", updateSeconds: 1 },
  funding: {
    intervalSeconds: 28_800,
    periodSeconds: 28_800,
    sampleSeconds: 60,
    averaging: "mean",
    rate: { kind: "clamped-interest", interest: 0.0001, clamp: 0.0005 },
    cap: { kind: "margin-gap", factor: 0.75, changeShare: 0.75 },
    paidOn: "mark",
  },
  liquidation: {
    order: "account-key",
    cancel: "market",
    partial: { kind: "tier-step", order: "fill-or-kill" },
    price: { kind: "bankruptcy" },
    clearanceFee: { kind: "all-residual" },
    takerFee: true,
    pick: "largest-maintenance",
    remainder: "when-bankrupt",
  },
  backstop: { kind: "fund-pays", unwindSeconds: 60 },
  adl: { ranking: "pnl-leverage", settlement: "bankruptcy", cancelOrders: true },
  fees: { maker: -0.00025, taker: 0.00075 },
};

/** A small linear market around 100 with two brackets. */
export const linearMarket: PerpetualSpec = {
  name: "A-PERP",
  contract: "linear",
  settlement: "USDT",
  tickSize: 0.1,
  lotSize: 0.1,
  maxPrice: 400,
  margin: {
    kind: "brackets",
    brackets: marginalBrackets([
      { notionalFloor: 0, maintenanceRate: 0.01, maxLeverage: 50 },
      { notionalFloor: 2_000, maintenanceRate: 0.02, maxLeverage: 25 },
    ]),
  },
  impactNotional: 200,
  orderCapacity: 128,
};

/** A small inverse market around 100: contracts of 1 quote unit, margin in coins. */
export const inverseMarket: PerpetualSpec = {
  name: "B-INVERSE",
  contract: "inverse",
  settlement: "COIN",
  contractValue: 1,
  tickSize: 0.1,
  lotSize: 1,
  maxPrice: 400,
  margin: { kind: "steps", baseMaintenanceRate: 0.005, baseInitialRate: 0.01, baseLimit: 20, step: 10 },
  impactNotional: 1,
  orderCapacity: 128,
};

/** One maintenance rate, leverage up to 1 / rate. */
export const flatMargin = (maintenanceRate: number): PerpetualSpec["margin"] => ({
  kind: "brackets",
  brackets: flatBracket({ maintenanceRate }),
});

export const CURRENCIES = [
  { name: "USDT", decimals: 6 },
  { name: "COIN", decimals: 8 },
];
