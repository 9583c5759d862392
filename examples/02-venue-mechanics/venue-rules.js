/**
 * The rules of the venue that this example opens: linear contracts, an insurance fund, deleveraging.
 *
 * Structure and figures follow what Binance publishes for USD-M futures (brackets of October 2024, clearance fee 1.25 %,
 * entry-tier fees); any other venue is another object of the same shape.
 */
import { marginalBrackets } from "@undertow/core";

/** @type {import("@undertow/core").VenueRules} */
export const rules = {
  modes: ["isolated", "cross", "hedge"],
  initialMargin: { leverage: "chosen", openLoss: true, withdrawal: { kind: "wallet" } },
  collateral: { kind: "per-currency" },
  index: { kind: "weighted-mean", maxDeviation: 0.01, staleAfterSeconds: 10 },
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

/** @type {import("@undertow/core").PerpetualSpec} */
export const market = {
  name: "BTC-PERP",
  contract: "linear",
  settlement: "USDT",
  tickSize: 0.1,
  lotSize: 0.001,
  maxPrice: 100_000,
  margin: {
    kind: "brackets",
    brackets: marginalBrackets([
      { notionalFloor: 0, maintenanceRate: 0.004, maxLeverage: 125 },
      { notionalFloor: 50_000, maintenanceRate: 0.005, maxLeverage: 100, maintenanceAmount: 50 },
      { notionalFloor: 600_000, maintenanceRate: 0.0065, maxLeverage: 75, maintenanceAmount: 950 },
    ]),
  },
  // 200 USDT over the lowest initial margin rate.
  impactNotional: 25_000,
};
