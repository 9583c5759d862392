/**
 * Level trader: bids at a round price or at support, with a stop just below it and its profit at the next round price.
 *
 * Levels below the mid, nearest first: round prices, and support, the remembered low (falls with the mid at once, rises
 * towards it with memory `supportMemory`). Flat, it rests one bid of riskAppetite x cash x leverage at its `rank`-th
 * level within `reach`; the stop on the mark stands `stopGap` below the level, so that the stops of all who chose the
 * level stand together. It sells at the first round price that is at least `minProfit` above the level. A long that it
 * holds without having bid for it is as one bought at the nearest level.
 * In a crash: the level holds until its bids are eaten; then the stops below it fire together and speed the fall.
 * Source: Osler 2003 (take-profits at round numbers, stops just beyond), 2005 (stops and price cascades); one level: own.
 */
import {
  BUY,
  CAUSE_DISCRETIONARY,
  MICROS_PER_DAY,
  NOTICE_ADL,
  NOTICE_LIQUIDATED,
  NOTICE_STOPPED,
  SELL,
  defineAgent,
  exp,
} from "@undertow/core";
import type { DecideContext, ParamSpec } from "@undertow/core";
import { depthShareParam, lotsForNotional, lotsWithinDepth } from "./order-size.ts";
import { roundAbove, roundBelow } from "./round-prices.ts";

/** Cash kept for fees. */
const CASH_USE = 0.95;
/** Support nearer to a round price than this is the same level. */
const SAME_LEVEL = 0.002;
const THROWN_OUT = NOTICE_LIQUIDATED | NOTICE_STOPPED | NOTICE_ADL;

const paramSpecs = {
  interval: { unit: "duration", description: "mean time between looks", default: 900e6, min: 1e6 },
  riskAppetite: {
    unit: "ratio",
    description: "share of its cash staked on a bid",
    default: 0.5,
    min: 0,
    max: 1,
  },
  leverage: {
    unit: "ratio",
    description: "leverage of positions",
    default: "lognormal(median=5, sigma=0.6, min=1, max=50)",
    min: 1,
    max: 125,
  },
  rank: {
    unit: "count",
    description: "which level below the mid it bids at; 1 is the nearest",
    default: "choice([1, 2, 3], [0.5, 0.3, 0.2])",
    min: 1,
    max: 20,
  },
  reach: {
    unit: "ratio",
    description: "farthest level below the mid at which it bids",
    default: 0.2,
    min: 0.001,
    max: 1,
  },
  supportMemory: {
    unit: "duration",
    description:
      "time in which the remembered low rises to the price, by a factor e; 0 for round prices only",
    default: 7 * MICROS_PER_DAY,
    min: 0,
  },
  stopGap: {
    unit: "ratio",
    description: "distance of the stop below the level",
    default: "uniform(0.001, 0.008)",
    min: 0.0001,
    max: 0.5,
  },
  minProfit: {
    unit: "ratio",
    description: "least distance of the profit's round price above the level",
    default: 0.02,
    min: 0.001,
    max: 1,
  },
  reentryDelay: {
    unit: "duration",
    description: "mean wait after a stop or liquidation",
    default: 12 * 3600e6,
    min: 0,
  },
  maxDepthShare: depthShareParam("largest market order over visible depth"),
} satisfies Record<string, ParamSpec>;

const initialMemory = {
  /** Moment of the last look, and from which it may bid. */
  lastMicros: 0,
  readyMicros: 0,
  /** Remembered low, ticks; 0 before the first look. */
  low: 0,
  /** Level of the bid or position, ticks; 0 for none. */
  level: 0,
};

type Context = DecideContext<keyof typeof paramSpecs, keyof typeof initialMemory>;

/** The level trader type; one coin, its perpetual. */
export const levelTrader = defineAgent({
  name: "level-trader",
  summary: "Bids at round prices and support, with stops clustered just below.",
  source: "Osler 2003, 2005",
  params: paramSpecs,
  memory: initialMemory,
  wake: { interval: "interval", kind: "poisson" },
  trades: "perpetual",
  restingOrders: 3,
  decide(context: Context) {
    const { due, view, account } = context;
    const market = view.perpMarket[context.coins[0]];
    const mid = view.midTicks[market];
    if (!(mid > 0)) return;
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      const support = rememberLow(context, agent, mid);
      const held = account.lots(agent, market);
      if (held !== 0) manage(context, agent, market, held, support);
      else {
        if ((due.notice[k] & THROWN_OUT) !== 0) startWaiting(context, agent);
        bid(context, agent, market, support);
      }
    }
  },
});

/** Moves the remembered low to the present; returns it, or 0 for an agent without support. */
function rememberLow(context: Context, agent: number, mid: number): number {
  const { view, params, memory } = context;
  const memoryMicros = params.supportMemory[agent];
  if (!(memoryMicros > 0)) return 0;
  const before = memory.low[agent];
  const keep = exp((memory.lastMicros[agent] - view.nowMicros) / memoryMicros);
  memory.low[agent] = before > 0 && before < mid ? mid - (mid - before) * keep : mid;
  memory.lastMicros[agent] = view.nowMicros;
  return memory.low[agent];
}

function startWaiting(context: Context, agent: number): void {
  const { view, params, random, memory } = context;
  memory.readyMicros[agent] = view.nowMicros + params.reentryDelay[agent] * random.exponential(agent, 0);
}

/** The level of a rank below the mid, ticks. */
function levelBelow({ view }: Context, market: number, support: number, rank: number): number {
  const unit = view.tickSize[market];
  const low = support * unit;
  let price = view.midTicks[market] * unit;
  for (let n = 0; n < rank; n++) {
    const round = roundBelow(price);
    price = low < price * (1 - SAME_LEVEL) && low > round * (1 + SAME_LEVEL) ? low : round;
  }
  return Math.floor(price / unit + 1e-6);
}

/** The agent's level in ticks, or 0 when it lies beyond reach. */
function levelOf(context: Context, agent: number, market: number, support: number): number {
  const { view, params } = context;
  const level = levelBelow(context, market, support, params.rank[agent]);
  return level > view.midTicks[market] * (1 - params.reach[agent]) ? level : 0;
}

/** Keeps one bid at the level while flat and ready. */
function bid(context: Context, agent: number, market: number, support: number): void {
  const { view, account, params, orders, memory } = context;
  const isReady = view.nowMicros >= memory.readyMicros[agent];
  const level = isReady ? levelOf(context, agent, market, support) : 0;
  const resting = account.restingOrders(agent, market) > 0;
  if (resting && level === memory.level[agent]) return;
  if (resting) orders.cancelAll(agent, market);
  memory.level[agent] = level;
  if (level < 2) return;
  const leverage = params.leverage[agent];
  // Flat, so its cash is all there once the old bid is gone.
  const stake = account.cashQuanta(agent) * Math.min(CASH_USE, params.riskAppetite[agent]);
  const lots = lotsForNotional(stake * leverage, level, view.quantaPerTickLot[market]);
  if (lots < 1) return;
  orders.setLeverage(agent, market, leverage);
  orders.limit(agent, market, BUY, level, lots);
  setStopBelow(context, agent, market, level);
}

function setStopBelow({ params, orders }: Context, agent: number, market: number, level: number): void {
  orders.setStop(agent, market, Math.max(1, Math.floor(level * (1 - params.stopGap[agent]))));
}

/** Takes the profit at its round price; a short that it never meant to have is closed. */
function manage(context: Context, agent: number, market: number, held: number, support: number): void {
  const { view, account, params, orders, memory } = context;
  if (held > 0 && memory.level[agent] === 0) {
    memory.level[agent] = Math.max(1, levelBelow(context, market, support, 1));
    setStopBelow(context, agent, market, memory.level[agent]);
  }
  const level = memory.level[agent];
  if (held > 0 && view.midTicks[market] < profitTicks(view.tickSize[market], level, params.minProfit[agent]))
    return;
  if (account.restingOrders(agent, market) > 0) orders.cancelAll(agent, market);
  const side = held > 0 ? SELL : BUY;
  const depth = side === BUY ? view.askDepthLots[market] : view.bidDepthLots[market];
  const lots = lotsWithinDepth(Math.abs(held), depth, params.maxDepthShare[agent]);
  if (lots >= 1) orders.reduce(agent, market, side, lots, CAUSE_DISCRETIONARY);
}

/** The first round price that is far enough above the level, ticks. */
function profitTicks(unit: number, level: number, minProfit: number): number {
  const least = level * (1 + minProfit) * unit;
  let price = roundAbove(level * unit);
  while (price < least) price = roundAbove(price);
  return price / unit;
}
