/**
 * After every call to a market's desk: its events become records, live orders are kept up, and orders whose holds no
 * longer cover what they would open are topped up or cancelled, the newest first.
 *
 * A resting order that was only reducing opens once the position it reduced is gone. Cancelling never trades, so one
 * pass ends it.
 */
import * as codes from "../market/codes.ts";
import * as desk from "../market/order-events.ts";
import type { Position } from "./accounts.ts";
import type { OrderEvent } from "./exchange-events.ts";
import {
  type ExchangeState,
  type FillDetail,
  type LiveOrder,
  type MarketState,
  priceOf,
  secondsOf,
  sizeOf,
  unitsOf,
} from "./exchange-state.ts";
import { holdQuanta } from "./order-port.ts";
import { freeQuanta } from "./risk.ts";

const STATES: Readonly<Record<number, OrderEvent["state"]>> = {
  [desk.EVENT_ACCEPTED]: "accepted",
  [desk.EVENT_REJECTED]: "rejected",
  [desk.EVENT_CANCELLED]: "cancelled",
  [desk.EVENT_TRIGGERED]: "triggered",
  [desk.EVENT_AMENDED]: "amended",
  [desk.EVENT_TRIMMED]: "trimmed",
  [desk.EVENT_ACTIVATED]: "activated",
};

/** Tells what the desk did and looks at the orders of positions that have changed. */
export function afterDesk(state: ExchangeState, market: MarketState): void {
  tellDesk(state, market);
  const touched = [...market.touched];
  market.touched.clear();
  for (const position of touched) reviewOrders(state, market, position);
  tellDesk(state, market);
}

/** To be called when a position has changed otherwise than by a fill: reduce-only orders are trimmed, too. */
export function afterMove(state: ExchangeState, market: MarketState, positions: readonly Position[]): void {
  for (const position of positions) market.desk.positionChanged(position.owner);
  afterDesk(state, market);
}

/** Cancels a position's live orders; returns how many. */
export function cancelOrders(state: ExchangeState, market: MarketState, position: Position): number {
  const cancelled = market.desk.cancelAll(position.owner);
  afterDesk(state, market);
  return cancelled;
}

function tellDesk(state: ExchangeState, market: MarketState): void {
  const { events } = market.desk;
  for (; market.eventCursor < events.end; market.eventCursor++) {
    const row = events.row(market.eventCursor);
    if (events.kind[row] >= desk.EVENT_HALTED) {
      const type = events.kind[row] === desk.EVENT_HALTED ? "halt" : "resume";
      state.events.push({ type, at: secondsOf(state), market: market.spec.name });
    } else {
      keepOrder(market, row);
      if (events.kind[row] === desk.EVENT_FILLED) tellFill(state, market, row);
      else tellOrder(state, market, row);
    }
  }
}

function keepOrder(market: MarketState, row: number): void {
  const { events } = market.desk;
  const order = market.orders.get(events.order[row]);
  if (order === undefined || events.kind[row] === desk.EVENT_REJECTED) return;
  order.left = events.left[row];
  if (events.kind[row] === desk.EVENT_TRIGGERED) order.waiting = false;
  if (events.kind[row] === desk.EVENT_AMENDED) order.ticks = events.ticks[row];
  if (order.left === 0) market.orders.delete(order.handle);
  // What is held beside the book was for orders as they were.
  if (order.position.extraHeld > 0) market.touched.add(order.position);
}

function tellOrder(state: ExchangeState, market: MarketState, row: number): void {
  const { events } = market.desk;
  const field = codes.fieldName(events.field[row]);
  const reason = events.reason[row] === codes.RESULT_OK ? "" : codes.resultName(events.reason[row]);
  state.events.push({
    type: "order",
    at: secondsOf(state),
    state: STATES[events.kind[row]],
    account: state.accounts[Math.floor(events.owner[row] / 2)]?.name ?? "",
    market: market.spec.name,
    order: events.order[row],
    side: events.side[row] === 1 ? "buy" : "sell",
    price: priceOf(market, events.ticks[row]),
    size: sizeOf(market, events.lots[row]),
    reason: field === "" ? reason : `${reason} (${field})`,
  });
}

function tellFill(state: ExchangeState, market: MarketState, row: number): void {
  const { events } = market.desk;
  // The desk tells trades in the order in which it settled them, taker first.
  const detail = market.details.shift() as FillDetail;
  state.events.push({
    type: "fill",
    at: secondsOf(state),
    account: state.accounts[Math.floor(events.owner[row] / 2)].name,
    market: market.spec.name,
    order: events.order[row],
    side: events.side[row] === 1 ? "buy" : "sell",
    price: priceOf(market, events.ticks[row]),
    size: sizeOf(market, events.lots[row]),
    liquidity: events.isTaker[row] === 1 ? "taker" : "maker",
    fee: unitsOf(state, market.currency, detail.feeQuanta),
    realised: unitsOf(state, market.currency, detail.realisedQuanta),
    forced: detail.forced,
  });
}

/** Holds beside the book what the book's holds lack; cancels the newest orders that cannot be held for. */
function reviewOrders(state: ExchangeState, market: MarketState, position: Position): void {
  const { account } = position;
  account.held[market.currency] -= position.extraHeld;
  position.extraHeld = 0;
  const live = [...market.orders.values()].filter((order) => order.position === position);
  for (;;) {
    const lacking = requiredQuanta(state, market, position, live) - position.bookHeld;
    if (lacking <= 0) return;
    if (lacking <= freeQuanta(state, account, market.currency)) {
      position.extraHeld = lacking;
      account.held[market.currency] += lacking;
      return;
    }
    const newest = live.findLastIndex(
      (order) => !order.reduceOnly && !order.waiting && opens(position, order),
    );
    if (newest < 0) return;
    market.desk.cancel(position.owner, live[newest].handle);
    live.splice(newest, 1);
  }
}

/** An order on the position's own side, or one that is larger than it. */
function opens(position: Position, order: LiveOrder): boolean {
  return order.side * position.lots >= 0 || order.left > Math.abs(position.lots);
}

function requiredQuanta(
  state: ExchangeState,
  market: MarketState,
  position: Position,
  live: readonly LiveOrder[],
): number {
  let sum = 0;
  for (const side of [1, -1]) {
    let reducible = Math.max(0, -side * position.lots);
    for (const { side: orderSide, ticks, left: lots, reduceOnly, waiting } of live) {
      if (orderSide !== side || reduceOnly || waiting) continue;
      const reducing = Math.min(reducible, lots);
      reducible -= reducing;
      // What only reduces was let in with whatever fee it could hold.
      if (reducing < lots) sum += holdQuanta(state, market, position, { side, ticks, lots, reducing });
    }
  }
  return sum;
}
