/**
 * Initial margin: what opening a position or resting an order takes.
 *
 * Initial margin = notional / leverage, with leverage capped by the tier of the position plus the open orders on
 * its side. Orders that only reduce a position need none. Everything is in settlement units.
 */
import { CEIL, mulDiv } from "../numeric/mul-div.ts";
import { PPM } from "../units.ts";
import {
  between,
  exactInteger,
  fail,
  finite,
  nonNegative,
  positive,
  side as checkedSide,
} from "./checked.ts";
import { marginRates } from "./margin-rules.ts";
import type { MarginRule } from "./margin-rules.ts";
import { bracketOf } from "./tiers.ts";
import type { Bracket } from "./tiers.ts";

/**
 * Initial margin of a linear position at a chosen leverage: size x price / leverage.
 *
 * @param position price: the fill price (Binance) or the mark (Hyperliquid); `sameSideOrders` is the notional of
 *   open orders on the position's side, which counts for the tier but not for the margin (default 0)
 * @throws UserError `invalid-argument`, also when leverage exceeds the tier's maximum or the total notional
 *   exceeds the largest position of the table
 * Source: Binance support 360033162192 (leverage and margin); Hyperliquid docs, Margining.
 *
 * @example
 * const brackets = marginalBrackets([{ notionalFloor: 0, maintenanceRate: 0.004, maxLeverage: 125 }]);
 * initialMargin({ size: 1, price: 60_000, leverage: 20, brackets }); // 3000
 */
export function initialMargin(position: {
  readonly size: number;
  readonly price: number;
  readonly leverage: number;
  readonly brackets: readonly Bracket[];
  readonly sameSideOrders?: number;
}): number {
  const notional = nonNegative("size", position.size) * positive("price", position.price);
  const total = notional + nonNegative("sameSideOrders", position.sameSideOrders ?? 0);
  checkLeverage({ leverage: position.leverage, brackets: position.brackets, notional: total });
  return notional / position.leverage;
}

/**
 * Refuses a leverage below 1 or above the maximum of the notional's tier, and a notional above the table's cap.
 *
 * @throws UserError `invalid-argument`
 *
 * @example
 * checkLeverage({ leverage: 50, brackets: flatBracket({ maintenanceRate: 0.01 }), notional: 1000 });
 */
export function checkLeverage(wish: {
  readonly leverage: number;
  readonly brackets: readonly Bracket[];
  readonly notional: number;
}): void {
  const { maxLeverage, notionalCap } = bracketOf(wish);
  if (wish.notional > notionalCap)
    fail("notional", `at most ${notionalCap}, the table's largest`, wish.notional);
  if (!(wish.leverage >= 1 && wish.leverage <= maxLeverage)) {
    fail("leverage", `from 1 to ${maxLeverage}, the maximum of the tier`, wish.leverage);
  }
}

/**
 * Lowest initial margin a rule asks of a position: notional x initial rate, without a chosen leverage.
 *
 * @param position `openInterest` (quote units) for flat rules with caps
 * @throws UserError `invalid-argument`
 * Source: dYdX v4 x/perpetuals (commit 84d4664b); Deribit, Linear perpetual; BitMEX, Risk Limits Examples.
 *
 * @example
 * // Deribit BTC, 25 BTC at 100,000.
 * leastInitialMargin({
 *   rule: { kind: "linear-size", initialRate: 0.02, maintenanceRate: 0.01, ratePerUnit: 0.00005 },
 *   size: 25,
 *   price: 100_000,
 * }); // 53,125
 */
export function leastInitialMargin(position: {
  readonly rule: MarginRule;
  readonly size: number;
  readonly price: number;
  readonly openInterest?: number;
}): number {
  const size = nonNegative("size", position.size);
  const notional = size * positive("price", position.price);
  return notional * marginRates({ ...position, notional }).initialRate;
}

/**
 * Initial margin of a notional at a rate, in quanta, rounded up: ceil(N x ppm / 10^6).
 *
 * @throws UserError `invalid-argument` unless both are integers, not negative
 * Source: dYdX v4 x/perpetuals (commit 84d4664b).
 *
 * @example
 * initialMarginAtRateQuanta({ notionalQuanta: 1_000_001, ratePpm: 50_000 }); // 50_001
 */
export function initialMarginAtRateQuanta(position: {
  readonly notionalQuanta: number;
  readonly ratePpm: number;
}): number {
  nonNegative("notionalQuanta", exactInteger("notionalQuanta", position.notionalQuanta));
  between("ratePpm", exactInteger("ratePpm", position.ratePpm), 0, PPM);
  return mulDiv(position.notionalQuanta, position.ratePpm, PPM, CEIL);
}

/**
 * Cost of opening with an order: initial margin plus open loss, size x max(0, side (order price - mark)).
 *
 * A buy above the mark, or a sell below it, loses the difference the moment it fills.
 *
 * @param order side +1 buys, -1 sells; margin is taken at the order's price
 * @throws UserError `invalid-argument`
 * Source: Binance support, Cost required to open a position (2020).
 *
 * @example
 * openingCost({ side: 1, size: 1, orderPrice: 10_100, markPrice: 10_000, leverage: 20 }); // 505 + 100
 */
export function openingCost(order: {
  readonly side: 1 | -1;
  readonly size: number;
  readonly orderPrice: number;
  readonly markPrice: number;
  readonly leverage: number;
}): number {
  const side = checkedSide("side", order.side);
  const size = nonNegative("size", order.size);
  const orderPrice = positive("orderPrice", order.orderPrice);
  const markPrice = positive("markPrice", order.markPrice);
  const margin = (size * orderPrice) / atLeastOne("leverage", order.leverage);
  return margin + size * Math.max(0, side * (orderPrice - markPrice));
}

/** A resting order as far as margin is concerned. */
export interface RestingOrder {
  /** +1 buys, -1 sells. */
  readonly side: 1 | -1;
  /** Unfilled size, base units. */
  readonly size: number;
  /** Limit price, quote units. */
  readonly price: number;
  /** True: may only reduce, so it never needs margin. Default false. */
  readonly reduceOnly?: boolean;
}

/**
 * Margin held for open orders in one-way mode: the notional of what they would open, over leverage.
 *
 * An order against the position needs none for the part that only reduces it; earlier orders of the list take up
 * the reduction first. Every other order is charged in full, buys and sells alike.
 *
 * @param account `position` is the signed size (+ long, - short)
 * @throws UserError `invalid-argument`
 * Source: Binance support 360033162192; reduce-only per the venues' order documentation.
 *
 * @example
 * // Long 2: selling 3 at 100 opens 1 at most.
 * orderMargin({ position: 2, leverage: 10, orders: [{ side: -1, size: 3, price: 100 }] }); // 10
 */
export function orderMargin(account: {
  readonly position: number;
  readonly leverage: number;
  readonly orders: readonly RestingOrder[];
}): number {
  const leverage = atLeastOne("leverage", account.leverage);
  const direction = Math.sign(finite("position", account.position));
  let reducible = Math.abs(account.position);
  let notional = 0;
  for (const [index, order] of account.orders.entries()) {
    checkOrder(`orders[${index}]`, order);
    if (order.reduceOnly === true) continue;
    const reducing = order.side === -direction ? Math.min(reducible, order.size) : 0;
    reducible -= reducing;
    notional += (order.size - reducing) * order.price;
  }
  return notional / leverage;
}

/** Margin of both legs of one market in hedge mode, and what is charged. */
export interface HedgeMargin {
  /** Long leg with the orders that open it, settlement units. */
  readonly long: number;
  /** Short leg with the orders that open it. */
  readonly short: number;
  /** The larger of the two: both legs cannot lose at once. */
  readonly charged: number;
}

/**
 * Initial margin of one market in hedge mode: position plus opening orders of each leg over leverage, the larger
 * leg charged. Orders that close a leg need none.
 *
 * @param account leg sizes are absolute; opening orders: buys for the long leg, sells for the short leg
 * @throws UserError `invalid-argument`
 * Source: the larger-side reading of hedge mode; no dated venue page states it in full.
 *
 * @example
 * hedgeMargin({
 *   longSize: 2, shortSize: 1, markPrice: 100, leverage: 10,
 *   openingOrders: [{ side: -1, size: 3, price: 101 }],
 * }); // long 20, short 40.3, charged 40.3
 */
export function hedgeMargin(account: {
  readonly longSize: number;
  readonly shortSize: number;
  readonly markPrice: number;
  readonly leverage: number;
  readonly openingOrders: readonly RestingOrder[];
}): HedgeMargin {
  const leverage = atLeastOne("leverage", account.leverage);
  const markPrice = positive("markPrice", account.markPrice);
  let long = nonNegative("longSize", account.longSize) * markPrice;
  let short = nonNegative("shortSize", account.shortSize) * markPrice;
  for (const [index, order] of account.openingOrders.entries()) {
    checkOrder(`openingOrders[${index}]`, order);
    if (order.reduceOnly === true) continue;
    if (order.side === 1) long += order.size * order.price;
    else short += order.size * order.price;
  }
  return { long: long / leverage, short: short / leverage, charged: Math.max(long, short) / leverage };
}

/**
 * What may be withdrawn while positions are open: equity above max(initial margin, share of total notional).
 *
 * @param account `keptShare` of the notional must stay, default 0.1
 * @returns settlement units, at least 0
 * @throws UserError `invalid-argument`
 * Source: Hyperliquid docs, Margining (2025).
 *
 * @example
 * withdrawable({ equity: 1_500, initialMargin: 500, totalNotional: 10_000 }); // 500
 */
export function withdrawable(account: {
  readonly equity: number;
  readonly initialMargin: number;
  readonly totalNotional: number;
  readonly keptShare?: number;
}): number {
  const share = between("keptShare", account.keptShare ?? 0.1, 0, 1);
  const kept = Math.max(
    nonNegative("initialMargin", account.initialMargin),
    nonNegative("totalNotional", account.totalNotional) * share,
  );
  return Math.max(0, finite("equity", account.equity) - kept);
}

function checkOrder(name: string, order: RestingOrder): void {
  checkedSide(`${name}.side`, order.side);
  nonNegative(`${name}.size`, order.size);
  positive(`${name}.price`, order.price);
}

function atLeastOne(name: string, leverage: number): number {
  if (!(Number.isFinite(leverage) && leverage >= 1)) fail(name, "a finite number of at least 1", leverage);
  return leverage;
}
