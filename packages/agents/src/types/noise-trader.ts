/**
 * Noise trader: trades for reasons of its own, around a constant inventory, in decisions of one or more pieces.
 * A wake begins a decision with `beginProbability` x (fast / slow volatility)^volatilityResponse, or sends the next piece of the one
 * at hand, as a market order. Coin, leg, side and size of a piece are the decision's; the number of pieces N has P(N >= n) =
 * n^-splitExponent (Lillo, Mike & Farmer 2005). P(buy) = (1 - pull x deviation / limit) / 2; deviation: value held beyond the
 * start, limit: `limitOrders` typical orders. Size: lognormal around `notional`, times sqrt(depth / usual depth).
 * In a crash: begins more decisions, of smaller size as depth falls; it neither runs nor helps.
 * Source: noise component of Chiarella & Iori 2002; sizing rule against the volatility-depth spiral is own.
 */
import {
  BUY,
  CAUSE_DISCRETIONARY,
  MICROS_PER_DAY,
  SELL,
  defineAgent,
  exp,
  pow,
  valueOf,
} from "@undertow/core";
import type { DecideContext, ParamSpec } from "@undertow/core";
import { MAX_COINS, collect, numberedMemory } from "./coin-columns.ts";
import { clamp, depthShareParam, lotsForNotional, lotsWithinDepth } from "./order-size.ts";

/** The chance to begin grows and falls with volatility at most this many times. */
const MAX_UNREST = 10;
/** Memory of the usual depth. */
const USUAL_DEPTH_MICROS = MICROS_PER_DAY;
const CASH_USE = 0.9;

const paramSpecs = {
  interval: { unit: "duration", description: "mean time between orders", default: 600e6, min: 1e6 },
  notional: {
    unit: "quanta",
    description: "mean notional of an order, total for the weight",
    default: 2_000_000_000,
    min: 0,
  },
  notionalSigma: {
    unit: "ratio",
    description: "sigma of the lognormal order size",
    default: 1,
    min: 0,
    max: 3,
  },
  perpShare: {
    unit: "ratio",
    description: "share of orders sent to perpetuals",
    default: 0.7,
    min: 0,
    max: 1,
  },
  pull: { unit: "ratio", description: "pull back to the starting inventory", default: 0.5, min: 0, max: 1 },
  limitOrders: {
    unit: "ratio",
    description: "typical orders of deviation at which the pull works in full",
    default: 10,
    min: 1,
  },
  splitExponent: {
    unit: "ratio",
    description: "tail exponent of the number of equal pieces of a decision, one per wake; 0: one piece",
    default: 0,
    min: 0,
    max: 10,
  },
  mostPieces: { unit: "ratio", description: "most pieces of a decision", default: 200, min: 1, max: 1e6 },
  beginProbability: {
    unit: "ratio",
    description: "chance that a wake without open pieces begins a decision",
    default: 1,
    min: 0,
    max: 1,
  },
  volatilityResponse: {
    unit: "ratio",
    description: "exponent of (fast / slow volatility) in that chance; 0: none",
    default: 0,
    min: 0,
    max: 3,
  },
  leverage: { unit: "ratio", description: "leverage of perpetual positions", default: 3, min: 1 },
  maxDepthShare: depthShareParam("largest order as a share of the visible 1 % depth"),
} satisfies Record<string, ParamSpec>;

const initialMemory = {
  /** 1 once the starting inventory is known. */
  started: 0,
  /** Pieces still to be sent of the decision at hand, its position in `coins`, leg, side and size of a piece. */
  piecesLeft: 0,
  openPosition: 0,
  openPerp: 0,
  openSide: 0,
  openNotional: 0,
  /** Spot lots at the start, per coin. */
  ...numberedMemory("base", MAX_COINS),
  /** Slow mean of the perpetual's visible depth in lots, per coin. */
  ...numberedMemory("usualDepth", MAX_COINS),
};

type Context = DecideContext<keyof typeof paramSpecs, keyof typeof initialMemory>;

const base: Float64Array[] = [];
const usualDepth: Float64Array[] = [];

/** The noise trader type. */
export const noiseTrader = defineAgent({
  name: "noise-trader",
  summary: "Buys and sells at random around a constant inventory, smaller when the book is thin.",
  source: "Chiarella & Iori 2002, noise component; size limit by depth: own",
  params: paramSpecs,
  memory: initialMemory,
  wake: { interval: "interval", kind: "poisson" },
  decide(context: Context) {
    const { due, coins } = context;
    const { started } = context.memory;
    collect(context.memory, "base", coins.length, base);
    collect(context.memory, "usualDepth", coins.length, usualDepth);
    readAhead(context, started);
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      if (started[agent] === 0) start(context, agent, started);
      trade(context, agent);
    }
  },
});

/** Takes the sum of what was read, so that the reads are not left out. */
const readSum = new Float64Array(1);

/** Reads what every decision reads of its agent: among very many these reads overlap here, and would wait there. */
function readAhead({ due }: Context, started: Float64Array): void {
  let sum = 0;
  for (let k = 0; k < due.count; k++) {
    const agent = due.agents[k];
    sum += started[agent] + base[0][agent] + usualDepth[0][agent];
  }
  readSum[0] = sum;
}

function start(context: Context, agent: number, started: Float64Array): void {
  const { coins, view, account, orders, packed: params } = context;
  started[agent] = 1;
  for (let c = 0; c < coins.length; c++) {
    base[c][agent] = account.lots(agent, view.spotMarket[coins[c]]);
    orders.setLeverage(agent, view.perpMarket[coins[c]], valueOf(params.leverage, agent));
  }
}

/** Goes on with the decision at hand, or begins one; sends one piece. */
function trade(context: Context, agent: number): void {
  const { memory } = context;
  if (!(memory.piecesLeft[agent] > 0) && !begin(context, agent)) return;
  memory.piecesLeft[agent]--;
  sendPiece(context, agent);
}

/** Draws coin, leg, side, size and number of pieces; false: not now. */
function begin(context: Context, agent: number): boolean {
  const { coins, view, account, packed: params, random, memory } = context;
  const position = Math.floor(random.uniform(agent, 0) * coins.length);
  const coin = coins[position];
  const chance = valueOf(params.beginProbability, agent) * unrest(context, agent, view.perpMarket[coin]);
  if (chance < 1 && random.uniform(agent, 4) >= chance) return false;
  const perpetual = random.uniform(agent, 1) < valueOf(params.perpShare, agent);
  const market = perpetual ? view.perpMarket[coin] : view.spotMarket[coin];
  const mid = view.midTicks[market];
  const typical = valueOf(params.notional, agent);
  if (!(mid > 0) || !(typical > 0)) return false;
  const deviation = account.lots(agent, market) - (perpetual ? 0 : base[position][agent]);
  const deviationOrders = (deviation * mid * view.quantaPerTickLot[market]) / typical;
  const strength = valueOf(params.pull, agent) / valueOf(params.limitOrders, agent);
  const pull = clamp(strength * deviationOrders, -1, 1);
  const sigma = valueOf(params.notionalSigma, agent);
  const exponent = valueOf(params.splitExponent, agent);
  const pieces = exponent > 0 ? Math.floor(pow(1 - random.uniform(agent, 5), -1 / exponent)) : 1;
  memory.piecesLeft[agent] = Math.min(pieces, valueOf(params.mostPieces, agent));
  memory.openPosition[agent] = position;
  memory.openPerp[agent] = perpetual ? 1 : 0;
  memory.openSide[agent] = random.uniform(agent, 2) < 0.5 * (1 - pull) ? BUY : SELL;
  memory.openNotional[agent] = typical * exp(sigma * random.normal(agent, 3) - 0.5 * sigma * sigma);
  return true;
}

/** Fast over slow volatility to the power of the response. */
function unrest({ view, packed: params }: Context, agent: number, market: number): number {
  const response = valueOf(params.volatilityResponse, agent);
  const slow = view.volatilitySlow[market];
  if (response === 0 || !(slow > 0)) return 1;
  const ratio = view.volatilityFast[market] / slow;
  return clamp(response === 1 ? ratio : pow(ratio, response), 1 / MAX_UNREST, MAX_UNREST);
}

function sendPiece(context: Context, agent: number): void {
  const { coins, view, account, orders, packed: params, memory } = context;
  const position = memory.openPosition[agent];
  const coin = coins[position];
  const perpetual = memory.openPerp[agent] !== 0;
  const side = memory.openSide[agent];
  const market = perpetual ? view.perpMarket[coin] : view.spotMarket[coin];
  const mid = view.midTicks[market];
  const quantaPerTickLot = view.quantaPerTickLot[market];
  if (!(mid > 0)) return;
  const held = account.lots(agent, market);
  const health = depthHealth(context, agent, position);
  let lots = lotsForNotional(memory.openNotional[agent] * Math.sqrt(health), mid, quantaPerTickLot);
  const depth = side === BUY ? view.askDepthLots[market] : view.bidDepthLots[market];
  lots = lotsWithinDepth(lots, depth, valueOf(params.maxDepthShare, agent));
  if (perpetual && held * side < 0) {
    lots = Math.min(lots, Math.abs(held));
    if (lots >= 1) orders.reduce(agent, market, side, lots, CAUSE_DISCRETIONARY);
    return;
  }
  if (!perpetual && side === SELL) lots = Math.min(lots, held);
  const leverage = perpetual ? valueOf(params.leverage, agent) : 1;
  if (perpetual || side === BUY) {
    const affordable = account.freeQuanta(agent) * CASH_USE * leverage;
    lots = Math.min(lots, lotsForNotional(affordable, mid, quantaPerTickLot));
  }
  if (lots >= 1) orders.market(agent, market, side, lots, CAUSE_DISCRETIONARY);
}

/** Visible depth of the coin's perpetual over its slow mean, at most 1. */
function depthHealth(context: Context, agent: number, position: number): number {
  const { view, coins, packed: params } = context;
  const market = view.perpMarket[coins[position]];
  const depth = 0.5 * (view.bidDepthLots[market] + view.askDepthLots[market]);
  const usual = usualDepth[position];
  if (usual[agent] === 0) usual[agent] = depth;
  // An agent that sends at every wake visits one of its coins per wake: the time since the last visit is about interval x
  // coins. One that begins decisions seldom visits less often, and its usual depth adapts more slowly than in a day.
  const elapsed = valueOf(params.interval, agent) * coins.length;
  usual[agent] += (depth - usual[agent]) * Math.min(1, elapsed / USUAL_DEPTH_MICROS);
  return usual[agent] > 0 ? Math.min(1, depth / usual[agent]) : 0;
}
