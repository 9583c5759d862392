/**
 * Value investor: buys spot coins below its belief and sells above, more than in proportion to the distance.
 *
 * Belief = fundamental x exp(own error), the error a slow mean-reverting walk. With d = distance beyond
 * `threshold` over `fullDistance`, the share of capital wished in the coin is min(1, d^convexity); below belief it
 * buys up to start + that share of its starting cash, above belief it sells down to start x (1 - share). It takes
 * with market orders (at most `maxDepthShare` of visible depth) and rests the further steps of the schedule as
 * bids at round prices below and offers at round prices above: these are the support levels.
 * In a crash: the buyer of last resort, until its cash is gone; it never borrows and never sells in fear.
 * Source: Thurner, Farmer & Geanakoplos 2012 (value funds, no borrowing here); convexity and round prices: own.
 */
import {
  BUY,
  CAUSE_DISCRETIONARY,
  MICROS_PER_DAY,
  NOTICE_FILLED,
  SELL,
  defineAgent,
  exp,
  pow,
} from "@undertow/core";
import type { DecideContext, ParamSpec } from "@undertow/core";
import { MAX_COINS, collect, numberedMemory } from "./coin-columns.ts";
import { depthShareParam, lotsForNotional, lotsWithinDepth } from "./order-size.ts";
import { roundAbove, roundBelow } from "./round-prices.ts";

/** Round prices on each side at which orders rest. */
const LEVELS = 5;
/** Resting orders are kept while belief moves less than this share, */
const RELAY_MOVE = 0.01;
/** and at most this long. */
const RELAY_MICROS = MICROS_PER_DAY;

const paramSpecs = {
  interval: { unit: "duration", description: "mean time between looks", default: 1200e6, min: 1e6 },
  beliefError: {
    unit: "ratio",
    description: "standard deviation of the log belief error",
    default: 0.03,
    min: 0,
    max: 1,
  },
  errorMemory: {
    unit: "duration",
    description: "memory of the belief error",
    default: 10 * MICROS_PER_DAY,
    min: 1e6,
  },
  threshold: {
    unit: "ratio",
    description: "distance from belief that is ignored",
    default: 0.01,
    min: 0,
    max: 0.5,
  },
  fullDistance: {
    unit: "ratio",
    description: "further distance at which all cash is spent (or all coins sold)",
    default: 0.3,
    min: 0.01,
    max: 1,
  },
  convexity: {
    unit: "ratio",
    description: "exponent of the wished share in the distance",
    default: 1.5,
    min: 0.1,
    max: 5,
  },
  restingShare: {
    unit: "ratio",
    description: "share of the schedule's further steps that rests in the book",
    default: 0.5,
    min: 0,
    max: 1,
  },
  maxDepthShare: depthShareParam("largest market order over visible depth"),
} satisfies Record<string, ParamSpec>;

const initialMemory: Record<string, number> = {
  /** Moment of the last wake; 0 before the first. */
  lastMicros: 0,
  /** Current log belief error in standard deviations. */
  error: 0,
  /** Starting cash, quanta. */
  capital: 0,
  /** Per coin: starting lots; belief and moment when orders were last laid. */
  ...numberedMemory("base", MAX_COINS),
  ...numberedMemory("laidBelief", MAX_COINS),
  ...numberedMemory("laidMicros", MAX_COINS),
};

type Context = DecideContext<keyof typeof paramSpecs>;

const base: Float64Array[] = [];
const laidBelief: Float64Array[] = [];
const laidMicros: Float64Array[] = [];

/** The value investor type. */
export const valueInvestor = defineAgent({
  name: "value-investor",
  summary: "Buys spot below its belief of value and sells above, convexly, with orders at round prices.",
  source: "Thurner, Farmer & Geanakoplos 2012; Chiarella & Iori 2002, fundamental component",
  params: paramSpecs,
  memory: initialMemory,
  wake: { interval: "interval", kind: "poisson" },
  trades: "spot",
  decide(context: Context) {
    const { due, coins } = context;
    collect(context.memory, "base", coins.length, base);
    collect(context.memory, "laidBelief", coins.length, laidBelief);
    collect(context.memory, "laidMicros", coins.length, laidMicros);
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      const optimism = updateError(context, agent);
      const filled = (due.notice[k] & NOTICE_FILLED) !== 0;
      for (let c = 0; c < coins.length; c++) visitCoin(context, agent, c, optimism, filled);
    }
  },
});

/** Advances the agent's error and returns exp(error): how it over- or underrates all its coins. */
function updateError(context: Context, agent: number): number {
  const { view, params, memory, random, coins, account } = context;
  if (memory.lastMicros[agent] === 0) {
    memory.error[agent] = random.normal(agent, 0);
    memory.capital[agent] = account.cashQuanta(agent);
    for (let c = 0; c < coins.length; c++) base[c][agent] = account.lots(agent, view.spotMarket[coins[c]]);
  } else {
    const keep = exp(-(view.nowMicros - memory.lastMicros[agent]) / params.errorMemory[agent]);
    const fresh = Math.sqrt(1 - keep * keep);
    memory.error[agent] = keep * memory.error[agent] + fresh * random.normal(agent, 0);
  }
  memory.lastMicros[agent] = view.nowMicros;
  return exp(params.beliefError[agent] * memory.error[agent]);
}

function visitCoin(
  context: Context,
  agent: number,
  position: number,
  optimism: number,
  filled: boolean,
): void {
  const { coins, view, account } = context;
  const coin = coins[position];
  const market = view.spotMarket[coin];
  const mid = view.midTicks[market];
  const belief = (view.fundamental[coin] * optimism) / view.tickSize[market];
  if (!(mid > 0) || !(belief > 0)) return;
  const taken = takeDistance(context, agent, position, market, mid, belief);
  const moved = Math.abs(belief / laidBelief[position][agent] - 1) > RELAY_MOVE;
  const old = view.nowMicros - laidMicros[position][agent] > RELAY_MICROS;
  const gone = account.restingOrders(agent, market) === 0;
  if (!moved && !old && !(gone && filled) && taken === 0) return;
  laidBelief[position][agent] = belief;
  laidMicros[position][agent] = view.nowMicros;
  layOrders(context, agent, position, market, belief, taken);
}

/** Share of capital wished at a distance from belief, in [0, 1]. */
function wishedShare(context: Context, agent: number, distance: number): number {
  const { params } = context;
  const beyond = (distance - params.threshold[agent]) / params.fullDistance[agent];
  if (!(beyond > 0)) return 0;
  return beyond >= 1 ? 1 : pow(beyond, params.convexity[agent]);
}

/** Starting cash per coin in lots at a price. */
function capitalLots(context: Context, agent: number, market: number, ticks: number): number {
  const { memory, view, coins } = context;
  return lotsForNotional(memory.capital[agent] / coins.length, ticks, view.quantaPerTickLot[market]);
}

/** Market order towards the schedule at the current price; returns signed lots sent. */
function takeDistance(
  context: Context,
  agent: number,
  position: number,
  market: number,
  mid: number,
  belief: number,
): number {
  const { view, account, params, orders } = context;
  const held = account.lots(agent, market);
  const start = base[position][agent];
  const buyShare = wishedShare(context, agent, 1 - mid / belief);
  if (buyShare > 0) {
    const wished = start + Math.floor(buyShare * capitalLots(context, agent, market, mid)) - held;
    const affordable = lotsForNotional(account.freeQuanta(agent), mid, view.quantaPerTickLot[market]);
    const lots = lotsWithinDepth(
      Math.min(wished, affordable),
      view.askDepthLots[market],
      params.maxDepthShare[agent],
    );
    if (lots < 1) return 0;
    orders.market(agent, market, BUY, lots, CAUSE_DISCRETIONARY);
    return lots;
  }
  if (mid / belief - 1 <= params.threshold[agent]) return 0;
  const sellShare = wishedShare(context, agent, mid / belief - 1);
  const excess = Math.min(held, held - Math.ceil(start * (1 - sellShare)));
  const lots = lotsWithinDepth(excess, view.bidDepthLots[market], params.maxDepthShare[agent]);
  if (lots < 1) return 0;
  orders.market(agent, market, SELL, lots, CAUSE_DISCRETIONARY);
  return -lots;
}

/** Replaces the resting orders: each round price holds the step of the schedule that it reaches. */
function layOrders(
  context: Context,
  agent: number,
  position: number,
  market: number,
  belief: number,
  taken: number,
): void {
  const { view, account, params, orders } = context;
  const unit = view.tickSize[market];
  const share = params.restingShare[agent];
  const start = base[position][agent];
  let held = account.lots(agent, market) + taken;
  orders.beginLadder(agent, market);
  const bestBid = view.bidTicks[market] > 0 ? view.bidTicks[market] : view.midTicks[market];
  let price = Math.min(bestBid, belief) * unit;
  let cash = (account.cashQuanta(agent) / context.coins.length) * share;
  let wishedBefore = held;
  for (let level = 0; level < LEVELS; level++) {
    price = roundBelow(price);
    const ticks = Math.floor(price / unit + 1e-6);
    if (ticks < 1) break;
    const wished =
      start + wishedShare(context, agent, 1 - ticks / belief) * capitalLots(context, agent, market, ticks);
    const step = Math.floor((wished - wishedBefore) * share);
    const lots = Math.min(step, lotsForNotional(cash, ticks, view.quantaPerTickLot[market]));
    if (lots < 1) continue;
    orders.level(BUY, ticks, lots);
    cash -= lots * ticks * view.quantaPerTickLot[market];
    wishedBefore = wished;
  }
  const bestAsk = view.askTicks[market] > 0 ? view.askTicks[market] : view.midTicks[market];
  price = Math.max(bestAsk, belief * (1 + params.threshold[agent])) * unit;
  for (let level = 0; level < LEVELS && held > 0; level++) {
    price = roundAbove(price);
    const ticks = Math.ceil(price / unit - 1e-6);
    const kept = start * (1 - wishedShare(context, agent, ticks / belief - 1));
    const lots = Math.floor(Math.min(held, (held - kept) * share));
    if (lots < 1) continue;
    orders.level(SELL, ticks, lots);
    held -= lots;
  }
}
