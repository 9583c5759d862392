/**
 * Leveraged trader: the crowd; one coin, one perpetual position at a time.
 * Holding: closes at `takeProfit` x margin gained, by age (hazard interval / horizon), or in fear: when the 30-min
 * move against it (own coin and leader blended) exceeds `fearThreshold` standard deviations it cuts `fearCut` with
 * probability fearHazard x excess. Flat, after `reentryDelay`: enters with probability entryProbability x
 * (1 + sentimentBeta x sentiment), long with probability longBias + trendBeta x trend + sentimentBeta x sentiment / 2,
 * notional = riskAppetite x free cash x leverage, which `targetLeverage` may lower. `topUps` times it adds margin to an
 * isolated position at a loss. In a crash: longs flee, stop out, defend or are liquidated and stay out.
 * Source: own, after Thurner et al. 2012 (leverage, re-entry delay) and BitMEX margins in Cheng et al. 2021.
 */
import {
  BUY,
  CAUSE_DISCRETIONARY,
  MICROS_PER_MINUTE,
  NOTICE_ADL,
  NOTICE_LIQUIDATED,
  NOTICE_STOPPED,
  SELL,
  defineAgent,
  exp,
  valueOf,
} from "@undertow/core";
import type { DecideContext } from "@undertow/core";
import { leveragedTraderParams } from "./leveraged-trader-params.ts";
import { clamp, lotsForNotional, lotsWithinDepth } from "./order-size.ts";
import { moveScore30m, moveScore4h } from "./signals.ts";

/** Moves above this score make every trader look, whatever its attention. */
const ALARM_SCORE = 2;
/** Free cash kept for fees and slippage. */
const CASH_USE = 0.95;
/** The computed hazard may pass the rate by rounding, by less than this. */
const ROUNDING = 1e-12;
const THROWN_OUT = NOTICE_LIQUIDATED | NOTICE_STOPPED | NOTICE_ADL;

const initialMemory = {
  /** Moment from which a flat trader may enter. */
  readyMicros: 0,
  /** Top-ups of the position at hand. */
  toppedUp: 0,
};

type Context = DecideContext<keyof typeof leveragedTraderParams, keyof typeof initialMemory>;

/**
 * The leveraged trader type.
 *
 * Calm balance: open interest / start = e / (e + c) x riskAppetite x (1 + cashPerMargin), with e = entryProbability and
 * c = interval / horizon.
 */
export const leveragedTrader = defineAgent({
  name: "leveraged-trader",
  summary: "Opens leveraged perpetual positions, takes profit, stops out, flees in fear, comes back later.",
  source: "own, after Thurner, Farmer & Geanakoplos 2012 and Cheng, Deng, Wang & Yu 2021",
  params: leveragedTraderParams,
  memory: initialMemory,
  wake: { interval: "interval", kind: "poisson" },
  trades: "perpetual",
  decide(context: Context) {
    const { due, view, account, packed: params, random } = context;
    const market = view.perpMarket[context.coins[0]];
    const mid = view.midTicks[market];
    if (!(mid > 0)) return;
    readAhead(context, market);
    const own = moveScore30m(view, market);
    const lead = moveScore30m(view, view.perpMarket[0]) - own;
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      const held = account.lots(agent, market);
      if ((due.notice[k] & THROWN_OUT) !== 0 && held === 0) startWaiting(context, agent);
      // As `blendedScore30m`, of which the agent's weight is the only part that differs between agents.
      const score = own + valueOf(params.leaderWeight, agent) * lead;
      const attention = valueOf(params.calmAttention, agent);
      // Draws are below 1, so full attention needs none.
      const looks = attention >= 1 || Math.abs(score) > ALARM_SCORE || random.uniform(agent, 0) < attention;
      if (!looks) continue;
      if (held !== 0) manage(context, agent, market, held, score);
      else if (view.nowMicros >= context.memory.readyMicros[agent]) enter(context, agent, market);
    }
  },
});

/** Takes the sum of what was read, so that the reads are not left out. */
const readSum = new Float64Array(1);

/**
 * Reads what most decisions read: when a flat trader may enter, and the leverage. Among a million agents each is a read
 * from memory; here they overlap, where decisions would wait for them one by one. Changes nothing.
 */
function readAhead({ due, account, packed: params, memory: own }: Context, market: number): void {
  let sum = 0;
  for (let k = 0; k < due.count; k++) {
    const agent = due.agents[k];
    sum += account.lots(agent, market) === 0 ? own.readyMicros[agent] : valueOf(params.leverage, agent);
  }
  readSum[0] = sum;
}

function startWaiting(context: Context, agent: number): void {
  const { view, packed: params, random, memory: own } = context;
  own.readyMicros[agent] =
    view.nowMicros + valueOf(params.reentryDelay, agent) * random.exponential(agent, 1);
}

/** Profit, age, fear, in this order; at most one order. */
function manage(context: Context, agent: number, market: number, held: number, score: number): void {
  const { view, account, packed: params, random } = context;
  const long = held > 0;
  const cost = account.costQuanta(agent, market);
  const gain = held * view.markTicks[market] * view.quantaPerTickLot[market] - cost;
  const isolated = account.marginQuanta(agent, market);
  if (valueOf(params.topUps, agent) > 0) defend(context, agent, market, gain, isolated);
  const margin = isolated > 0 ? isolated : Math.abs(cost) / openedLeverage(context, agent, market);
  if (gain > valueOf(params.takeProfit, agent) * margin) {
    reduce(context, agent, market, held, 1);
    return;
  }
  const rate =
    valueOf(params.interval, agent) / (valueOf(params.horizon, agent) * valueOf(params.calmAttention, agent));
  const draw = random.uniform(agent, 2);
  // The hazard 1 - exp(-rate) is never above the rate: most draws need no exponential.
  if (draw < rate + ROUNDING && draw < 1 - exp(-rate)) {
    reduce(context, agent, market, held, 1);
    return;
  }
  const excess = (long ? -score : score) - valueOf(params.fearThreshold, agent);
  if (excess > 0 && random.uniform(agent, 3) < valueOf(params.fearHazard, agent) * excess) {
    reduce(context, agent, market, held, valueOf(params.fearCut, agent));
  }
}

/**
 * Adds margin to an isolated position that has lost `topUpAtMarginLoss` of it, at most `topUps` times; at its looks,
 * so a fast fall is over before.
 */
function defend(context: Context, agent: number, market: number, gain: number, isolated: number): void {
  const { account, packed: params, orders, memory: own } = context;
  if (!(isolated > 0) || -gain < valueOf(params.topUpAtMarginLoss, agent) * isolated) return;
  if (own.toppedUp[agent] >= valueOf(params.topUps, agent)) return;
  const quanta = Math.floor(Math.min(account.freeQuanta(agent), isolated * valueOf(params.topUpSize, agent)));
  if (!(quanta >= 1)) return;
  own.toppedUp[agent]++;
  orders.addMargin(agent, market, quanta);
}

/**
 * Leverage of an entry: as the parameter says, or what constant relative risk aversion g chooses for a gain m expected
 * over the horizon with variance v, m / (g v) (Merton 1969), at most the parameter; below 1 part of the stake stays cash.
 */
function targetLeverage({ view, packed: params }: Context, agent: number, market: number): number {
  const most = valueOf(params.leverage, agent);
  const aversion = valueOf(params.riskAversion, agent);
  if (!(aversion > 0)) return most;
  const volatility = view.volatilitySlow[market];
  const variance = (volatility * volatility * valueOf(params.horizon, agent)) / MICROS_PER_MINUTE;
  const wished = valueOf(params.conviction, agent) / (aversion * variance);
  return variance > 0 && wished < most ? wished : most;
}

/** Leverage with which its position was opened. */
function openedLeverage({ account, packed: params }: Context, agent: number, market: number): number {
  // Without risk aversion every entry has the parameter's, which is nearer at hand.
  return valueOf(params.riskAversion, agent) > 0
    ? account.leverage(agent, market)
    : valueOf(params.leverage, agent);
}

/** Closes a share of the position, limited by visible depth; the rest waits for a later wake. */
function reduce(context: Context, agent: number, market: number, held: number, share: number): void {
  const { view, packed: params, orders } = context;
  const side = held > 0 ? SELL : BUY;
  const depth = side === BUY ? view.askDepthLots[market] : view.bidDepthLots[market];
  const lots = lotsWithinDepth(
    Math.ceil(Math.abs(held) * share),
    depth,
    valueOf(params.maxDepthShare, agent),
  );
  if (lots >= 1) orders.reduce(agent, market, side, lots, CAUSE_DISCRETIONARY);
}

function enter(context: Context, agent: number, market: number): void {
  const { view, account, packed: params, random, orders } = context;
  const mood = valueOf(params.sentimentBeta, agent) * view.sentiment[0];
  if (random.uniform(agent, 4) >= valueOf(params.entryProbability, agent) * (1 + mood)) return;
  const trend = clamp(valueOf(params.trendBeta, agent) * moveScore4h(view, market), -0.5, 0.5);
  const longChance = clamp(valueOf(params.longBias, agent) + trend + mood / 2, 0, 1);
  const side = random.uniform(agent, 5) < longChance ? BUY : SELL;
  const leverage = targetLeverage(context, agent, market);
  const stake =
    Math.max(0, account.freeQuanta(agent)) * Math.min(CASH_USE, valueOf(params.riskAppetite, agent));
  const mid = view.midTicks[market];
  const wished = lotsForNotional(stake * leverage, mid, view.quantaPerTickLot[market]);
  const depth = side === BUY ? view.askDepthLots[market] : view.bidDepthLots[market];
  const lots = lotsWithinDepth(wished, depth, valueOf(params.maxDepthShare, agent));
  if (lots < 1) return;
  if (context.memory.toppedUp[agent] > 0) context.memory.toppedUp[agent] = 0;
  orders.setLeverage(agent, market, Math.max(1, leverage));
  orders.market(agent, market, side, lots, CAUSE_DISCRETIONARY);
  const stops = random.uniform(agent, 6) < valueOf(params.stopProbability, agent);
  const distance = valueOf(params.stopAtMarginLoss, agent) / Math.max(1, leverage);
  orders.setStop(agent, market, stops ? Math.max(1, Math.round(mid * (1 - side * distance))) : 0);
}
