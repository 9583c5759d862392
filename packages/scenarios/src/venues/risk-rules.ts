/**
 * Schemas of what a venue demands and does to accounts: contract, margin, collateral, liquidation, backstop, ADL.
 *
 * A position's margin comes from the tables of `margin-tables.ts`; here stands how they are applied. Meanings are
 * formulas in words; the numbers are in the profile's file with their sources.
 */
import * as z from "zod";
import { coinName, text } from "../schema/leaves.ts";
import {
  choice,
  count,
  day,
  dollars,
  duration,
  kind,
  money,
  multiple,
  rule,
  share,
} from "./profile-leaves.ts";

const settlement = text("Settlement currency");

/** What is traded. */
export const contractRule = rule("Contract", [
  kind("linear", "profit = size x price change, paid in the quote currency", { settlement }),
  kind("inverse", "profit = contracts x value x (1 / entry - 1 / exit), paid in the coin", {
    settlement,
    contractValue: dollars("Value of a contract"),
  }),
]);

const initialRule = rule("Initial margin", [
  kind("leverage", "notional / leverage, at most the bracket's highest leverage", {
    openLoss: z.boolean().meta({ description: "Orders also pay their loss against the mark" }),
  }),
  kind(
    "open-interest-scaled",
    "base rate, rising to 100 % between the open-interest caps of the margin table",
    {},
  ),
  kind("position-steps", "base initial rate + k x base maintenance rate, k steps of the whole position", {}),
]);

const maintenanceRule = rule("Maintenance margin", [
  kind("brackets", "notional x the bracket's rate - maintenance amount", {}),
  kind(
    "half-of-initial",
    "rate = 1 / (2 x highest leverage) of the bracket, less a deduction for continuity",
    {},
  ),
  kind("fraction-of-initial", "base initial rate x maintenance fraction of the margin table", {}),
  kind("position-steps", "base maintenance rate x (1 + k), k steps of the whole position", {}),
]);

/** What accounts must hold. */
export const marginRules = z.strictObject({
  modes: z
    .array(
      z.enum(["isolated", "cross", "multi-asset", "subaccount"], {
        error: "isolated, cross, multi-asset or subaccount",
      }),
    )
    .min(1, "at least one margin mode")
    .meta({ description: "Margin modes" }),
  initial: initialRule,
  maintenance: maintenanceRule,
  withdrawalFloor: share("Notional kept when profit is withdrawn").optional(),
});

/** What counts as collateral, and at what price. */
export const collateralRules = z.strictObject({
  priceSource: choice("Price of collateral", {
    index: "the index of spot venues",
    "local-book": "the venue's own order book",
    "redemption-ratio": "what the issuer pays for it",
  }),
  haircuts: z.record(coinName, share("Haircut")).meta({ description: "Haircut" }),
  autoExchange: z
    .strictObject({
      threshold: money("Debt at which collateral is sold"),
      ratio: share("Share of the sale that covers the deficit"),
    })
    .meta({ description: "Sale of collateral" })
    .optional(),
});

const stepRule = rule("Size of a liquidation order", [
  kind("bracket-step", "one order down to the next lower bracket, then all that is left", {}),
  kind("share-with-cooldown", "a share of positions above a notional, then nothing for a while, then all", {
    above: money("Notional from which a share is sent"),
    share: share("Share of the position"),
    cooldown: duration("Cooldown; then the whole position"),
  }),
  kind("capped-portion", "a portion of the position per block, within bounds", {
    portion: share("Largest portion of the position per block"),
    minNotional: money("Smallest notional of an order"),
    maxNotional: money("Largest notional per account and block"),
    maxFundLoss: money("Largest loss of the fund per account and block"),
  }),
  kind(
    "risk-limit-step",
    "the size that brings the position under a lower risk limit, fill or kill; then all",
    {},
  ),
]);

const orderPriceRule = rule("Price of a liquidation order", [
  kind("bankruptcy", "limit at the bankruptcy price", {
    timeInForce: choice("Time in force", {
      "immediate-or-cancel": "what does not trade at once expires",
      rest: "rests in the book until the mark crosses the bankruptcy price",
    }),
  }),
  kind("market", "market order within a slippage cap", {
    slippageCap: share("Largest distance from the mark"),
  }),
  kind(
    "fillable",
    "oracle moved against the account: (notional - adjustment x spread x maintenance) / size, adjustment = clamp(bankruptcyAdjustment x (1 - equity / maintenance), 0, 1)",
    {
      bankruptcyAdjustment: multiple("Bankruptcy adjustment"),
      spreadToMaintenance: multiple("Spread over maintenance margin"),
    },
  ),
]);

const datedRate = z.strictObject({
  date: day("Since"),
  rate: share("Clearance fee"),
  coins: z.record(coinName, share("Clearance fee")).default({}).meta({ description: "Clearance fee" }),
});

const clearanceFeeRule = rule("Clearance fee", [
  kind("share-of-notional", "a share of the liquidated notional, at most the equity that is left", {
    rates: z.array(datedRate).min(1, "at least one rate").meta({ description: "Clearance fee" }),
  }),
  kind(
    "gain-over-bankruptcy",
    "what the fill is better than the bankruptcy price, at most a share of the notional",
    {
      most: share("Largest fee over the filled notional"),
    },
  ),
  kind("all-residual", "all margin that is left", {}),
  kind("none", "no fee beyond the taker's; what is left stays with the account", {}),
]);

/** From the trigger to the orders in the book. */
export const liquidationRules = z.strictObject({
  trigger: choice("Trigger", {
    "equity-below-maintenance": "equity strictly below maintenance margin at the mark",
  }),
  cancels: choice("Orders cancelled first", {
    account: "all orders of the account",
    contract: "the orders in the contract",
    none: "none; new orders fail their margin check",
  }),
  accountOrder: choice("Order of accounts", {
    "margin-ratio": "lowest equity over maintenance first, then account",
    "fillable-distance": "farthest fillable price from the oracle first, then size",
  }),
  step: stepRule,
  price: orderPriceRule,
  clearanceFee: clearanceFeeRule,
  ordersPerStep: count("Most liquidation orders per step").optional(),
});

/** Who takes what the book did not. */
export const backstopRule = rule("Backstop", [
  kind("insurance-fund", "the fund takes the position at the bankruptcy price, within a cap", {
    takeoverCap: share("Largest net notional of the fund over its balance", { min: 0 }),
    unwind: duration("Time constant with which the fund sells"),
  }),
  kind("vault", "a vault takes position and margin of accounts below a share of maintenance", {
    takeoverRatio: share("Equity over maintenance at takeover"),
    unwind: duration("Time constant with which the vault sells"),
  }),
  kind(
    "liquidation-engine",
    "the engine owns the position and the fund pays for fills below the bankruptcy price",
    {},
  ),
  kind(
    "none",
    "no takeover: a fund pays for worse fills while it lasts, what is not filled is deleveraged",
    {},
  ),
]);

/** The last resort. */
export const deleveragingRules = z.strictObject({
  trigger: choice("Trigger of deleveraging", {
    "fund-cannot-take": "the fund cannot accept the position",
    "negative-equity": "the account's equity is below zero",
    "fund-exhausted": "the order is unfilled at the bankruptcy price and the fund is used up",
  }),
  ranking: choice("Ranking of counterparties", {
    "profit-times-margin-ratio": "profit over balance x maintenance over equity",
    "profit-times-leverage": "profit over entry value x effective leverage; losers by profit / leverage",
    "price-ratio-times-leverage": "(mark / entry)^side x notional / account value",
    "seeded-random": "from a random start, in order of accounts",
  }),
  settlement: choice("Price of deleveraging", {
    "bankruptcy-price": "bankruptcy price of the liquidated account",
    "previous-mark": "mark price of the update before",
  }),
});
