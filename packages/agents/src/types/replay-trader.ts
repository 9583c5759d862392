/**
 * Replay trader: plays recorded order flow from a table, row by row, in the step that holds each row's time.
 *
 * Row r belongs to agent r mod count, so a tape is played once however many agents share it. Size: `lots`, or
 * `size_coins` / coins per lot, or `notional_usd` at the limit price (the mid without one), times `scale`, whole lots
 * rounded down. Rows from before the first look are passed over. Rows are sent as they are recorded: no depth limit.
 * In a crash: repeats what was done, whether or not it fits the new prices; what is rejected is counted by the venue.
 * Source: own; the columns are those of a record's order tape, so that a tape of a run can be played in another.
 */
import { BUY, SELL, defineAgent } from "@undertow/core";
import type { AgentTable, DecideContext, ParamSpec, TableSpec } from "@undertow/core";
import {
  KIND_CANCEL,
  KIND_MARKET,
  ORDER_KIND_WORDS,
  type PlayedOrder,
  hasPrice,
  playOrder,
} from "./order-kinds.ts";
import { lotsForNotional } from "./order-size.ts";

const paramSpecs = {
  interval: {
    unit: "duration",
    description: "time between looks at the tape; rows wait for the next look",
    default: 1e6,
    min: 1e6,
  },
  scale: { unit: "ratio", description: "factor on every size", default: 1, min: 0 },
  leverage: { unit: "ratio", description: "leverage of perpetual positions", default: 1, min: 1, max: 125 },
} satisfies Record<string, ParamSpec>;

/** The table `flow`. */
const flowSpec: TableSpec = {
  description: "Recorded orders, one row each, in the order of time.",
  sortedBy: "time",
  columns: {
    time: { unit: "time", description: "when the order is sent" },
    market: { unit: "market", description: "market as in a record, for example BTC-PERP" },
    kind: {
      unit: "word",
      description: "market, limit, immediate, reduce, or cancel (all resting orders in the market)",
      words: ORDER_KIND_WORDS,
      default: KIND_MARKET,
    },
    side: {
      unit: "word",
      description: "buy or sell; may be empty for a cancel",
      words: { buy: BUY, sell: SELL },
      default: 0,
    },
    price_usd: { unit: "number", description: "limit price; empty without one", default: 0, min: 0 },
    lots: { unit: "number", description: "size in lots", default: 0, min: 0 },
    size_coins: { unit: "number", description: "size in coins", default: 0, min: 0 },
    notional_usd: { unit: "quanta", description: "size in money", default: 0, min: 0 },
  },
  check: checkRow,
};

/** What is wrong with a row of recorded flow beyond its cells. */
function checkRow(columns: AgentTable["columns"], row: number): string | undefined {
  const kind = columns.kind[row];
  if (kind === KIND_CANCEL) return undefined;
  if (columns.side[row] === 0) return "an order needs a side, buy or sell";
  if (hasPrice(kind) && !(columns.price_usd[row] > 0)) return "a limit or immediate order needs price_usd";
  const sizes = [columns.lots[row], columns.size_coins[row], columns.notional_usd[row]];
  return sizes.filter((size) => size > 0).length === 1
    ? undefined
    : "an order needs one size: lots, size_coins or notional_usd";
}

const initialMemory = {
  /** Next row that may be the agent's; -1 before the first look. */
  next: -1,
};

type Context = DecideContext<keyof typeof paramSpecs, keyof typeof initialMemory>;

const order: PlayedOrder = { kind: 0, side: 0, ticks: 0, lots: 0 };

/** The replay trader type. */
export const replayTrader = defineAgent({
  name: "replay-trader",
  summary: "Plays recorded order flow from a table.",
  source: "own",
  params: paramSpecs,
  memory: initialMemory,
  wake: { interval: "interval", kind: "fixed" },
  tables: { flow: flowSpec },
  decide(context: Context) {
    const { due, count, view, memory } = context;
    const flow = context.tables.flow;
    const until = view.nowMicros + view.stepMicros;
    const { time } = flow.columns;
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      let row = memory.next[agent];
      if (row < 0) row = start(context, agent);
      for (; row < flow.rows && time[row] < until; row += count) playRow(context, agent, row);
      memory.next[agent] = row;
    }
  },
});

/** Sets leverage on all of its venues and passes over what came before; the agent's first row. */
function start(context: Context, agent: number): number {
  const { view, orders, params, coins, venues, count } = context;
  const { rows, columns } = context.tables.flow;
  for (let v = 0; v < venues.length; v++) {
    for (let c = 0; c < coins.length; c++) {
      const market = view.perpMarketAt[venues[v] * view.coinCount + coins[c]];
      if (market >= 0) orders.setLeverage(agent, market, params.leverage[agent]);
    }
  }
  let row = agent;
  while (row < rows && columns.time[row] < view.nowMicros) row += count;
  return row;
}

function playRow(context: Context, agent: number, row: number): void {
  const { view, orders, params } = context;
  const { columns } = context.tables.flow;
  const market = columns.market[row];
  const price = columns.price_usd[row] / view.tickSize[market];
  order.kind = columns.kind[row];
  order.side = columns.side[row];
  order.ticks = Math.round(price);
  const scale = params.scale[agent];
  // A tape's coins are lots times the lot size; the addition undoes the rounding of that product.
  const coinLots = (columns.size_coins[row] / view.lotSize[market]) * scale * (1 + 1e-12);
  const reference = hasPrice(order.kind) ? order.ticks : view.midTicks[market];
  const moneyLots = lotsForNotional(
    columns.notional_usd[row] * scale,
    reference,
    view.quantaPerTickLot[market],
  );
  order.lots = Math.floor(columns.lots[row] * scale + coinLots + moneyLots);
  if (order.lots >= 1 || order.kind === KIND_CANCEL) playOrder(orders, agent, market, order);
}
