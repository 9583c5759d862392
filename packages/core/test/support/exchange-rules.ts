/**
 * The rules of the workload's four venues as the tests of the exchange use them, and markets to go with them.
 *
 * Without what makes a single case hard to follow: collateral of several assets, price limits, a cap on orders a round.
 * Small tables, so that positions of a test cross their tiers. Changed by spreading.
 */
import { type PerpetualSpec, type VenueRules, flatBracket, marginalBrackets } from "@undertow/core";
import { WORKLOAD_VENUES } from "@undertow/core/testing";

const [binance, hyperliquid, dydx, bitmex] = WORKLOAD_VENUES.map((venue) => plain(venue.rules));

function plain(rules: VenueRules): VenueRules {
  const { ordersPerRound: _, ...liquidation } = rules.liquidation;
  return { ...rules, collateral: { kind: "per-currency" }, liquidation, bands: { market: 0.05 } };
}

/** Linear, brackets, median mark, clearance fee, insurance fund, deleveraging at the bankruptcy price. */
export const fundVenue: VenueRules = { ...binance, index: { ...binance.index, staleAfterSeconds: 10 } };

/** Linear, oracle and book mark, 20 % steps with a cooldown, vault, deleveraging at the previous mark. */
export const vaultVenue: VenueRules = {
  ...hyperliquid,
  index: { ...hyperliquid.index, staleAfterSeconds: 10 },
};

/** Linear pools, oracle mark, capped portions at the fillable price, no backstop, keyed draws. */
export const oracleVenue: VenueRules = { ...dydx, selfTradePrevention: "expire-maker" };

/** Inverse, steps on the whole position, funding-basis mark, all that is left to the fund, which pays for losses. */
export const inverseVenue: VenueRules = { ...bitmex, selfTradePrevention: "expire-maker" };

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

export { WORKLOAD_CURRENCIES as CURRENCIES } from "@undertow/core/testing";
