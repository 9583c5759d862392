/**
 * Kinds of orders that scripts and recorded flow name by a number, and the one place that turns a number into an order.
 *
 * The numbers are part of scenario files (`kind0: 2`) and of tables; do not renumber. Used in the decide phase.
 */
import { CAUSE_EXOGENOUS } from "@undertow/core";
import type { OrderWriter } from "@undertow/core";

/** No order. */
export const KIND_NONE = 0;
export const KIND_MARKET = 1;
/** Rests what does not trade. */
export const KIND_LIMIT = 2;
/** Immediate-or-cancel at a limit price. */
export const KIND_IMMEDIATE = 3;
/** Market order that only reduces the position. */
export const KIND_REDUCE = 4;
/** Cancels all of the agent's resting orders in the market. */
export const KIND_CANCEL = 5;

/** Kinds by the words that tables use for them. */
export const ORDER_KIND_WORDS: Readonly<Record<string, number>> = {
  market: KIND_MARKET,
  limit: KIND_LIMIT,
  immediate: KIND_IMMEDIATE,
  reduce: KIND_REDUCE,
  cancel: KIND_CANCEL,
};

/** Whether a kind has a limit price. */
export function hasPrice(kind: number): boolean {
  return kind === KIND_LIMIT || kind === KIND_IMMEDIATE;
}

/** What is sent: `ticks` counts for kinds with a price only, `lots` not for a cancel. */
export interface PlayedOrder {
  kind: number;
  side: number;
  ticks: number;
  lots: number;
}

/** Sends one order of a script or tape; its cause is exogenous. Kind 0 sends nothing. */
export function playOrder(orders: OrderWriter, agent: number, market: number, order: PlayedOrder): void {
  const { kind, side, ticks, lots } = order;
  switch (kind) {
    case KIND_MARKET:
      orders.market(agent, market, side, lots, CAUSE_EXOGENOUS);
      break;
    case KIND_LIMIT:
      orders.limit(agent, market, side, ticks, lots);
      break;
    case KIND_IMMEDIATE:
      orders.immediate(agent, market, side, ticks, lots, CAUSE_EXOGENOUS);
      break;
    case KIND_REDUCE:
      orders.reduce(agent, market, side, lots, CAUSE_EXOGENOUS);
      break;
    case KIND_CANCEL:
      orders.cancelAll(agent, market);
      break;
  }
}
