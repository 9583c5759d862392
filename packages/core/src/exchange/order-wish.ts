/**
 * Orders as a trader writes them, in words and display units, made into requests of a market's desk and back.
 *
 * The one place where words become codes. What the market can refuse is left to the desk, whose rejects are data; only a
 * word that means nothing is an error.
 */
import * as codes from "../market/codes.ts";
import {
  ON_LAST,
  ON_MARK,
  TRIGGER_NONE,
  TRIGGER_STOP,
  TRIGGER_TAKE_PROFIT,
  TRIGGER_TRAILING,
} from "../market/conditional-orders.ts";
import { ORDER_LIMIT, ORDER_MARKET, type OrderRequest } from "../market/order-request.ts";
import { priceToTicks, sizeToLots } from "../market/order-rules.ts";
import { fail, finite } from "../mechanics/checked.ts";
import { BUY, PPM, SELL } from "../units.ts";
import { type Position, ownerOf } from "./accounts.ts";
import { afterDesk } from "./desk-events.ts";
import { type ExchangeState, type MarketState, accountOf, marketOf } from "./exchange-state.ts";
import { ownedPosition } from "./order-port.ts";

/** An order. A price makes it a limit order, without one it is a market order. */
export interface OrderWish {
  readonly account: number;
  readonly market: string;
  readonly side: "buy" | "sell";
  /** Base units, or contracts of an inverse market. */
  readonly size: number;
  readonly price?: number;
  /** `rest` until it is filled (default), the rest expires (`immediate`), all or nothing, or only rest. */
  readonly time?: "rest" | "immediate" | "fill-or-kill" | "post-only";
  readonly reduceOnly?: boolean;
  /** Of an account in hedge mode: the position that the order is about. */
  readonly leg?: "long" | "short";
  /** Waits until the price of its source reaches `price`, or has turned from its extreme by `callback`. */
  readonly trigger?: {
    readonly kind: "stop" | "take-profit" | "trailing";
    readonly on?: "mark" | "last";
    readonly price?: number;
    readonly callback?: number;
    readonly activationPrice?: number;
  };
}

const TIMES = {
  rest: 0,
  immediate: codes.IMMEDIATE,
  "fill-or-kill": codes.FILL_OR_KILL,
  "post-only": codes.POST_ONLY,
};
const TRIGGERS = { stop: TRIGGER_STOP, "take-profit": TRIGGER_TAKE_PROFIT, trailing: TRIGGER_TRAILING };

/** Submits an order; returns its number, 0 when it is rejected. */
export function submitWish(state: ExchangeState, wish: OrderWish): number {
  const account = accountOf(state, wish.account);
  const market = marketOf(state, wish.market);
  const { rules } = market.desk;
  const side = wish.side === "buy" ? BUY : SELL;
  if (wish.side !== "buy" && wish.side !== "sell") fail("side", '"buy" or "sell"', wish.side);
  const time = TIMES[wish.time ?? "rest"];
  if (time === undefined) fail("time", "rest, immediate, fill-or-kill or post-only", wish.time);
  const leg = legOf(account.mode === "hedge", wish);
  const reduceOnly = wish.reduceOnly === true || (leg !== 0 && leg !== side);
  const request: OrderRequest = {
    owner: ownerOf(account, leg),
    side,
    type: wish.price === undefined ? ORDER_MARKET : ORDER_LIMIT,
    lots: sizeToLots(rules, finite("size", wish.size)),
    flags: time | (reduceOnly ? codes.REDUCE_ONLY : 0),
    ...(wish.price === undefined ? {} : { limitTicks: priceToTicks(rules, finite("price", wish.price)) }),
  };
  if (wish.trigger !== undefined) addTrigger(request, wish.trigger, (price) => priceToTicks(rules, price));
  const position = ownedPosition(state, market, request.owner);
  if (leg !== 0 && wish.trigger === undefined) expireOtherLeg(market, position, request);
  const handle = market.desk.submit(request);
  if (handle > 0) {
    market.orders.set(handle, {
      handle,
      position,
      side,
      reduceOnly,
      ticks: request.limitTicks ?? 0,
      left: request.lots,
      waiting: (request.trigger ?? TRIGGER_NONE) !== TRIGGER_NONE,
    });
  }
  afterDesk(state, market);
  return handle;
}

/**
 * The legs of a hedged account are two owners to the desk, so it would let them trade with each other: orders of the
 * other leg that the new one reaches are cancelled before it is placed. Orders that a trigger fires are not looked at.
 */
function expireOtherLeg(market: MarketState, position: Position, request: OrderRequest): void {
  const { side, limitTicks } = request;
  for (const order of market.orders.values()) {
    const isOther = order.position.account === position.account && order.position !== position;
    if (!isOther || order.waiting || order.side === side) continue;
    const isReached = limitTicks === undefined || (order.ticks - limitTicks) * side <= 0;
    if (isReached) market.desk.cancel(order.position.owner, order.handle);
  }
}

/** Amends a resting order; false when it is rejected. */
export function amendWish(
  state: ExchangeState,
  wish: {
    readonly account: number;
    readonly market: string;
    readonly order: number;
    readonly price: number;
    readonly size: number;
  },
): boolean {
  const account = accountOf(state, wish.account);
  const market = marketOf(state, wish.market);
  const live = market.orders.get(wish.order);
  const owner = live?.position.account === account ? live.position.owner : ownerOf(account, 1);
  const { rules } = market.desk;
  const ticks = priceToTicks(rules, finite("price", wish.price));
  const done = market.desk.amend(owner, wish.order, ticks, sizeToLots(rules, finite("size", wish.size)));
  afterDesk(state, market);
  return done;
}

function legOf(isHedged: boolean, wish: OrderWish): 1 | -1 | 0 {
  if (!isHedged) {
    if (wish.leg !== undefined) fail("leg", "none, unless the account is in hedge mode", wish.leg);
    return 0;
  }
  if (wish.leg === "long") return 1;
  if (wish.leg === "short") return -1;
  return fail("leg", '"long" or "short" for an account in hedge mode', wish.leg);
}

function addTrigger(
  request: OrderRequest,
  trigger: NonNullable<OrderWish["trigger"]>,
  ticksOf: (price: number) => number,
): void {
  const kind = TRIGGERS[trigger.kind];
  if (kind === undefined) fail("trigger.kind", "stop, take-profit or trailing", trigger.kind);
  request.trigger = kind;
  request.triggerOn = trigger.on === "last" ? ON_LAST : ON_MARK;
  if (trigger.price !== undefined) request.triggerTicks = ticksOf(finite("trigger.price", trigger.price));
  if (trigger.callback !== undefined) {
    request.callbackPpm = Math.round(finite("trigger.callback", trigger.callback) * PPM);
  }
  if (trigger.activationPrice !== undefined) {
    request.activationTicks = ticksOf(finite("trigger.activationPrice", trigger.activationPrice));
  }
}
