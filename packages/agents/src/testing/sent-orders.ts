/**
 * An order writer that keeps what agents write as a list of plain values, in the order in which they wrote it.
 *
 * Checks nothing and executes nothing: a size of half a lot is in the list as it was written.
 */
import type { OrderWriter } from "@undertow/core";

/** One call of an order writer; what a call does not have is 0, and -1 for cause and source. */
export interface SentOrder {
  /** Name of the method; `cancel` for `cancelAll`, `ladder` for `beginLadder`, `leverage`, `stop` and `wake` for the settings. */
  readonly kind: string;
  readonly agent: number;
  readonly market: number;
  /** 1 buys, -1 sells. */
  readonly side: number;
  /** Lots; of a transfer quanta, of `leverage` the leverage. */
  readonly lots: number;
  readonly ticks: number;
  readonly cause: number;
  /** Market whose flow a hedge answers. */
  readonly source: number;
  /** Venue that a transfer leaves; its `market` is the venue where it goes. */
  readonly from?: number;
}

/**
 * A writer that appends to `sent`.
 *
 * @param resting per market and agent: number of resting orders, kept up to date with the ladders that are written
 * @param leverages per market and agent: leverage, kept up to date with what is set
 */
export function collectOrders(
  sent: SentOrder[],
  resting: readonly Float64Array[],
  leverages: readonly Float64Array[],
): OrderWriter {
  let ladder = { agent: 0, market: 0 };
  const none = { side: 0, lots: 0, ticks: 0, cause: -1, source: -1 };
  const push = (order: Partial<SentOrder> & { kind: string; agent: number; market: number }): void => {
    sent.push({ ...none, ...order });
  };
  return {
    market: (agent, market, side, lots, cause) => push({ kind: "market", agent, market, side, lots, cause }),
    reduce: (agent, market, side, lots, cause) => push({ kind: "reduce", agent, market, side, lots, cause }),
    hedge: (agent, market, side, lots, source) => push({ kind: "hedge", agent, market, side, lots, source }),
    limit: (agent, market, side, ticks, lots) => push({ kind: "limit", agent, market, side, ticks, lots }),
    immediate: (agent, market, side, ticks, lots, cause) =>
      push({ kind: "immediate", agent, market, side, ticks, lots, cause }),
    cancelAll: (agent, market) => push({ kind: "cancel", agent, market }),
    beginLadder: (agent, market) => {
      ladder = { agent, market };
      push({ kind: "ladder", agent, market });
      resting[market][agent] = 0;
    },
    level: (side, ticks, lots) => {
      push({ kind: "level", ...ladder, side, ticks, lots });
      resting[ladder.market][ladder.agent]++;
    },
    setLeverage: (agent, market, leverage) => {
      push({ kind: "leverage", agent, market, lots: leverage });
      leverages[market][agent] = leverage;
    },
    setStop: (agent, market, ticks) => push({ kind: "stop", agent, market, ticks }),
    wakeAt: (agent, market, ticks) => push({ kind: "wake", agent, market, ticks }),
    addMargin: (agent, market, quanta) => push({ kind: "margin", agent, market, lots: quanta }),
    transfer: (agent, from, to, quanta) => push({ kind: "transfer", agent, market: to, from, lots: quanta }),
  };
}

/** Orders of one kind, optionally in one market. */
export function only(orders: readonly SentOrder[], kind: string, market?: number): SentOrder[] {
  return orders.filter((order) => order.kind === kind && (market === undefined || order.market === market));
}

/** Sum of lots, optionally of one side. */
export function totalLots(orders: readonly SentOrder[], side?: number): number {
  return orders.reduce((sum, order) => sum + (side === undefined || order.side === side ? order.lots : 0), 0);
}
