/**
 * Budget-constrained zero-intelligence trader (ZI-C): random quotes, never at a loss against its own value.
 *
 * With n units (of `notional`) bought since its start a further one is worth v(n) = fundamental x exp(valuation) x
 * (1 - slope x n). At each wake it picks a coin, and a side by `buyShare`, and replaces its quote there by one drawn
 * evenly: a bid in [low, v(n)] or an offer in [v(n - 1), high]; low, high = fundamental x (1 -/+ range). It never bids
 * more than its cash pays nor offers coins that it has not; what crosses is limited by the visible depth.
 * In a crash: no fear and no courage. Values move with the fundamental alone, so its bids slow the fall.
 * Source: Gode & Sunder 1993, traders with budget constraint; values that follow the fundamental are own.
 */
import { BUY, SELL, defineAgent, exp } from "@undertow/core";
import type { DecideContext, ParamSpec } from "@undertow/core";
import { MAX_COINS, collect, numberedMemory } from "./coin-columns.ts";
import { depthShareParam, lotsForNotional, lotsWithinDepth } from "./order-size.ts";

/** Cash kept back for fees, as a share. */
const CASH_USE = 0.99;

const paramSpecs = {
  interval: { unit: "duration", description: "mean time between quotes", default: 300e6, min: 1e6 },
  notional: {
    unit: "quanta",
    description: "size of a quote at the fundamental, total for the weight",
    default: 500_000_000,
    min: 0,
  },
  valuation: {
    unit: "ratio",
    description: "log distance of its value from the fundamental",
    default: "normal(mean=0, sd=0.03, min=-1, max=1)",
    min: -1,
    max: 1,
  },
  slope: {
    unit: "ratio",
    description: "fall of its value with each unit bought, and rise with each sold",
    default: 0.002,
    min: 0,
    max: 1,
  },
  range: {
    unit: "ratio",
    description: "half width of the prices it draws from, over the fundamental; 1 is every price from 0 up",
    default: 0.1,
    min: 0.001,
    max: 1,
  },
  buyShare: {
    unit: "ratio",
    description: "probability that a quote is a bid; 1 is a buyer, 0 a seller as in the paper",
    default: 0.5,
    min: 0,
    max: 1,
  },
  maxDepthShare: depthShareParam("largest crossing quote over visible depth"),
} satisfies Record<string, ParamSpec>;

const initialMemory: Record<string, number> = {
  /** 1 once the starting coins are known. */
  started: 0,
  /** Per coin: starting lots. */
  ...numberedMemory("base", MAX_COINS),
};

type Context = DecideContext<keyof typeof paramSpecs>;

const base: Float64Array[] = [];

/** The ZI-C trader type. */
export const ziCTrader = defineAgent({
  name: "zi-c-trader",
  summary: "Quotes at random, never above its own value of a unit or below its cost, within its budget.",
  source: "Gode & Sunder 1993, zero intelligence with budget constraint",
  params: paramSpecs,
  memory: initialMemory,
  wake: { interval: "interval", kind: "poisson" },
  trades: "spot",
  restingOrders: 2,
  decide(context: Context) {
    const { due, coins, view, account, random } = context;
    const started = context.memory.started;
    collect(context.memory, "base", coins.length, base);
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      if (started[agent] === 0) {
        started[agent] = 1;
        for (let c = 0; c < coins.length; c++)
          base[c][agent] = account.lots(agent, view.spotMarket[coins[c]]);
      }
      quote(context, agent, Math.floor(random.uniform(agent, 0) * coins.length));
    }
  },
});

/** Replaces the quote in one coin. */
function quote(context: Context, agent: number, position: number): void {
  const { coins, view, account, params, orders, random } = context;
  const coin = coins[position];
  const market = view.spotMarket[coin];
  const fundamental = view.fundamental[coin] / view.tickSize[market];
  if (account.restingOrders(agent, market) > 0) orders.cancelAll(agent, market);
  const unit = lotsForNotional(params.notional[agent], fundamental, view.quantaPerTickLot[market]);
  if (unit < 1) return;
  const held = account.lots(agent, market);
  const bought = (held - base[position][agent]) / unit;
  const value = fundamental * exp(params.valuation[agent]);
  const spread = fundamental * params.range[agent];
  const draw = random.uniform(agent, 2);
  if (random.uniform(agent, 1) < params.buyShare[agent]) {
    const highest = Math.min(value * (1 - params.slope[agent] * bought), fundamental + spread);
    const lowest = fundamental - spread;
    if (highest > lowest) bid(context, agent, market, Math.floor(lowest + draw * (highest - lowest)), unit);
    return;
  }
  const lowest = Math.max(value * (1 - params.slope[agent] * (bought - 1)), fundamental - spread);
  const highest = fundamental + spread;
  if (highest > lowest) {
    offer(context, agent, market, Math.ceil(lowest + draw * (highest - lowest)), Math.min(unit, held));
  }
}

function bid(context: Context, agent: number, market: number, ticks: number, unit: number): void {
  const { view, account, params, orders, coins } = context;
  if (ticks < 1) return;
  // Not what is free: the old quote's hold is gone when the new one arrives. Each coin has its part of the cash.
  const cash = (account.cashQuanta(agent) * CASH_USE) / coins.length;
  let lots = Math.min(unit, lotsForNotional(cash, ticks, view.quantaPerTickLot[market]));
  const crosses = view.askTicks[market] > 0 && ticks >= view.askTicks[market];
  if (crosses) lots = lotsWithinDepth(lots, view.askDepthLots[market], params.maxDepthShare[agent]);
  if (lots >= 1) orders.limit(agent, market, BUY, ticks, lots);
}

function offer(context: Context, agent: number, market: number, ticks: number, available: number): void {
  const { view, params, orders } = context;
  let lots = available;
  const crosses = view.bidTicks[market] > 0 && ticks <= view.bidTicks[market];
  if (crosses) lots = lotsWithinDepth(lots, view.bidDepthLots[market], params.maxDepthShare[agent]);
  if (lots >= 1) orders.limit(agent, market, SELL, ticks, lots);
}
