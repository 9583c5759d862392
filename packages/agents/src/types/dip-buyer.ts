/**
 * Dip buyer: buys spot with a share of its cash at each drawdown threshold, sells what it bought on the rebound.
 *
 * High: rises with the mid at once and sinks towards it with memory `highMemory`. Drawdown = 1 - mid / high. Threshold
 * k = 1, 2, ... lies at firstDip + (k - 1) x dipStep; while the drawdown is past it, spent + owed = k x buyShare x
 * starting cash of the coin, so after 1 / buyShare thresholds the cash is gone. A mid `takeProfit` above their average
 * cost sells the lots bought; thresholds used then stay used until the drawdown is below half of `firstDip`.
 * In a crash: steps of support on the way down that end with its cash; below them nobody of its kind is left.
 * Source: own; retail buys after falls in Kaniel, Saar & Titman 2008 (contrarian individuals), sizes are assumed.
 */
import { BUY, CAUSE_DISCRETIONARY, MICROS_PER_DAY, SELL, defineAgent, exp } from "@undertow/core";
import type { DecideContext, ParamSpec } from "@undertow/core";
import { MAX_COINS, collect, numberedMemory } from "./coin-columns.ts";
import { depthShareParam, lotsForNotional, lotsWithinDepth } from "./order-size.ts";

/** Share of the free cash that an order may use; the rest is for fees and slippage. */
const CASH_USE = 0.98;

const paramSpecs = {
  interval: { unit: "duration", description: "mean time between looks", default: 900e6, min: 1e6 },
  highMemory: {
    unit: "duration",
    description: "time in which the remembered high sinks to the price, by a factor e",
    default: 14 * MICROS_PER_DAY,
    min: 1e6,
  },
  firstDip: {
    unit: "ratio",
    description: "drawdown from the high at which it first buys",
    default: "uniform(0.05, 0.15)",
    min: 0.001,
    max: 0.95,
  },
  dipStep: {
    unit: "ratio",
    description: "further drawdown to each next threshold",
    default: "uniform(0.03, 0.08)",
    min: 0.001,
    max: 1,
  },
  buyShare: {
    unit: "ratio",
    description: "share of the starting cash spent at each threshold",
    default: 0.25,
    min: 0.01,
    max: 1,
  },
  takeProfit: {
    unit: "ratio",
    description: "rise above the average cost of what it bought at which it sells that",
    default: "uniform(0.05, 0.2)",
    min: 0.001,
  },
  maxDepthShare: depthShareParam("largest order over visible depth"),
} satisfies Record<string, ParamSpec>;

const initialMemory: Record<string, number> = {
  /** Moment of the last look; 0 before the first. */
  lastMicros: 0,
  /** Starting cash, quanta. */
  capital: 0,
  /** Per coin: starting lots; remembered high, ticks; deepest threshold reached, and those sold again. */
  ...numberedMemory("base", MAX_COINS),
  ...numberedMemory("high", MAX_COINS),
  ...numberedMemory("deepest", MAX_COINS),
  ...numberedMemory("used", MAX_COINS),
  /** Per coin, with starting coins: their part of the account's cost, quanta; lots bought beyond them at the last look. */
  ...numberedMemory("baseCost", MAX_COINS),
  ...numberedMemory("boughtBefore", MAX_COINS),
};

type Context = DecideContext<keyof typeof paramSpecs>;

const base: Float64Array[] = [];
const high: Float64Array[] = [];
const deepest: Float64Array[] = [];
const used: Float64Array[] = [];
const baseCost: Float64Array[] = [];
const boughtBefore: Float64Array[] = [];

/** The dip buyer type. */
export const dipBuyer = defineAgent({
  name: "dip-buyer",
  summary: "Buys spot in steps of its cash as the price falls from its high, sells on the rebound.",
  source: "own, after Kaniel, Saar & Titman 2008 (contrarian individuals)",
  params: paramSpecs,
  memory: initialMemory,
  wake: { interval: "interval", kind: "poisson" },
  trades: "spot",
  decide(context: Context) {
    const { due, coins, view } = context;
    const { lastMicros } = context.memory;
    collect(context.memory, "base", coins.length, base);
    collect(context.memory, "high", coins.length, high);
    collect(context.memory, "deepest", coins.length, deepest);
    collect(context.memory, "used", coins.length, used);
    collect(context.memory, "baseCost", coins.length, baseCost);
    collect(context.memory, "boughtBefore", coins.length, boughtBefore);
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      if (lastMicros[agent] === 0) start(context, agent);
      const keep = exp((lastMicros[agent] - view.nowMicros) / context.params.highMemory[agent]);
      lastMicros[agent] = view.nowMicros;
      for (let c = 0; c < coins.length; c++) visitCoin(context, agent, c, keep);
    }
  },
});

function start({ coins, view, account, memory }: Context, agent: number): void {
  memory.lastMicros[agent] = view.nowMicros;
  memory.capital[agent] = account.cashQuanta(agent);
  for (let c = 0; c < coins.length; c++) {
    const market = view.spotMarket[coins[c]];
    base[c][agent] = account.lots(agent, market);
    baseCost[c][agent] = account.costQuanta(agent, market);
  }
}

/**
 * Average cost of the lots bought beyond the starting coins, quanta. A sale takes lots out of the account at the average
 * of all, so it moves cost between the two; here what was sold is of the bought ones.
 */
function averageOfBought(context: Context, agent: number, position: number, held: number): number {
  const { coins, view, account } = context;
  const cost = account.costQuanta(agent, view.spotMarket[coins[position]]);
  const starting = base[position][agent];
  if (!(held > 0)) return 0;
  if (!(starting > 0)) return cost / held;
  const bought = Math.max(0, held - starting);
  const before = boughtBefore[position][agent];
  if (bought < before) {
    const costBefore = (cost * (starting + before)) / held;
    const spent = ((costBefore - baseCost[position][agent]) * bought) / before;
    baseCost[position][agent] = cost - spent;
  }
  boughtBefore[position][agent] = bought;
  return bought > 0 ? (cost - baseCost[position][agent]) / bought : 0;
}

/** Sells on a rebound, otherwise buys what is owed; `keep` is the share of the high's lead that is kept. */
function visitCoin(context: Context, agent: number, position: number, keep: number): void {
  const { coins, view, account, params } = context;
  const market = view.spotMarket[coins[position]];
  const mid = view.midTicks[market];
  if (!(mid > 0)) return;
  const before = high[position][agent];
  high[position][agent] = before > mid ? mid + (before - mid) * keep : mid;
  const drawdown = 1 - mid / high[position][agent];
  const first = params.firstDip[agent];
  if (drawdown < 0.5 * first) deepest[position][agent] = used[position][agent] = 0;
  const reached = drawdown < first ? 0 : 1 + Math.floor((drawdown - first) / params.dipStep[agent]);
  if (reached > deepest[position][agent]) deepest[position][agent] = reached;
  const held = account.lots(agent, market);
  const bought = held - base[position][agent];
  const averageQuanta = averageOfBought(context, agent, position, held);
  const midQuanta = mid * view.quantaPerTickLot[market];
  if (bought > 0 && midQuanta > averageQuanta * (1 + params.takeProfit[agent])) {
    used[position][agent] = deepest[position][agent];
    sell(context, agent, market, bought);
    return;
  }
  const steps = reached - used[position][agent];
  if (steps > 0) buy(context, agent, market, steps, Math.max(0, bought) * averageQuanta);
}

/** Buys up to `steps` shares of the coin's starting cash, as far as they are not spent and cash is free. */
function buy(context: Context, agent: number, market: number, steps: number, spentQuanta: number): void {
  const { view, account, params, orders, memory, coins } = context;
  const share = Math.min(1, steps * params.buyShare[agent]);
  const owed = (share * memory.capital[agent]) / coins.length - spentQuanta;
  const money = Math.min(owed, account.freeQuanta(agent) * CASH_USE);
  const wished = lotsForNotional(money, view.midTicks[market], view.quantaPerTickLot[market]);
  const lots = lotsWithinDepth(wished, view.askDepthLots[market], params.maxDepthShare[agent]);
  if (lots >= 1) orders.market(agent, market, BUY, lots, CAUSE_DISCRETIONARY);
}

function sell(context: Context, agent: number, market: number, bought: number): void {
  const { view, params, orders } = context;
  const lots = lotsWithinDepth(bought, view.bidDepthLots[market], params.maxDepthShare[agent]);
  if (lots >= 1) orders.market(agent, market, SELL, lots, CAUSE_DISCRETIONARY);
}
