/**
 * Schemas of a venue's order books: fees, price bands, self-trade prevention, price and size grids.
 *
 * Grids document the venue; a scenario states the tick and lot it runs with, with their own source.
 */
import * as z from "zod";
import { coinName } from "../schema/leaves.ts";
import { choice, count, dollars, kind, money, rule, share, size } from "./profile-leaves.ts";

const feePair = (
  market: string,
): z.ZodObject<{ maker: z.ZodType<number>; taker: z.ZodType<number> }, z.core.$strict> =>
  z.strictObject({
    maker: share(`Maker fee, ${market}`, { min: -0.01, max: 0.01 }),
    taker: share(`Taker fee, ${market}`, { min: 0, max: 0.01 }),
  });

/** Fees of the entry tier. */
export const feeRules = z.strictObject({ perpetual: feePair("perpetual"), spot: feePair("spot") });

/** What orders may do. */
export const orderRules = z.strictObject({
  marketBand: share("Band of market orders around the mark"),
  limitBand: share("Band of limit orders around the mark").optional(),
  selfTradePrevention: choice("Self-trade prevention", {
    "expire-maker": "the resting order is cancelled, the incoming one goes on",
    "expire-taker": "the incoming order is cancelled",
    "expire-both": "both are cancelled",
    none: "own orders trade with each other",
  }),
});

const grid = z.strictObject({
  tick: dollars("Tick"),
  lot: size("Lot").optional(),
  contracts: count("Lot in contracts").optional(),
  minNotional: money("Smallest notional of an order").optional(),
  maxMarketSize: size("Largest market order").optional(),
  maxLimitSize: size("Largest limit order").optional(),
});

/** Steps of price and size. */
export const gridRule = rule("Price and size steps", [
  kind("fixed", "a tick and a lot per coin; coins not named here have those of the scenario", {
    coins: z.record(coinName, grid).meta({ description: "Grid" }),
  }),
  kind("significant-figures", "prices of few significant figures and few decimals; whole numbers always", {
    figures: count("Significant figures of a price"),
    decimals: count("Decimals of a price, less the coin's size decimals"),
    sizeDecimals: z
      .record(coinName, count("Decimals of a size", { min: 0, whole: true }))
      .meta({ description: "Decimals of a size" }),
    minNotional: money("Smallest notional of an order"),
  }),
]);
