/**
 * Relative-value trader: trades each altcoin against beta x the first coin when their moves part.
 *
 * gap = return over 4 h of the coin - beta x that of the leader, over residualShare x the coin's slow volatility x sqrt(4 h).
 * Beyond `entryScore` it sells what ran ahead and buys what lags; wished notional = -gap / (2 entryScore) x riskAppetite x
 * leverage x equity / coins, at most that at twice the entry. Inside `exitScore` it closes. Beyond `stopScore` it gives up
 * and stays out for `reentryDelay`. The leader's perpetual hedges all at once, with their causes: -sum of beta x notional.
 * In a crash: an altcoin that falls less than beta x BTC is sold, so BTC's fall is carried to it; one that falls more is
 * bought against BTC, until the stop sells it again. `ownSignals` cuts this: the coin's own move alone, no hedge.
 * Source: Gatev, Goetzmann & Rouwenhorst 2006 (pairs); stops of crowded convergence trades: Khandani & Lo 2011.
 */
import { BUY, CAUSE_DISCRETIONARY, CAUSE_RISK_LIMIT, SELL, defineAgent } from "@undertow/core";
import type { DecideContext, ParamSpec } from "@undertow/core";
import { MAX_COINS, collect, numberedMemory } from "./coin-columns.ts";
import { clamp, depthShareParam, lotsForNotional, lotsWithinDepth } from "./order-size.ts";

const SQRT_4_HOURS = Math.sqrt(240);
/** Wished sizes grow up to this many entry scores. */
const FULL_SIZE_SCORES = 2;
/** Differences from the wished position up to this share of it are left alone. */
const TOLERANCE = 0.1;

const paramSpecs = {
  interval: { unit: "duration", description: "time between looks", default: 120e6, min: 1e6 },
  entryScore: {
    unit: "ratio",
    description: "gap, in its standard deviations, at which it trades",
    default: 1.5,
    min: 0.1,
    max: 20,
  },
  exitScore: {
    unit: "ratio",
    description: "gap at which it closes",
    default: 0.4,
    min: 0,
    max: 20,
  },
  stopScore: {
    unit: "ratio",
    description: "gap at which it gives up",
    default: 5,
    min: 0.2,
    max: 100,
  },
  reentryDelay: {
    unit: "duration",
    description: "time out of a coin after it gave up",
    default: 43_200e6,
    min: 0,
  },
  residualShare: {
    unit: "ratio",
    description: "standard deviation of the gap over the coin's own volatility",
    default: 0.6,
    min: 0.01,
    max: 5,
  },
  riskAppetite: {
    unit: "ratio",
    description: "share of equity put at risk",
    default: "uniform(0.2, 0.8)",
    min: 0,
    max: 1,
  },
  leverage: {
    unit: "ratio",
    description: "leverage of its positions",
    default: "choice([2, 3, 5], [0.4, 0.4, 0.2])",
    min: 1,
    max: 125,
  },
  ownSignals: {
    unit: "flag",
    description: "1: judges a coin by its own move alone and does not hedge",
    default: 0,
    min: 0,
    max: 1,
  },
  maxDepthShare: depthShareParam("largest order over visible depth"),
} satisfies Record<string, ParamSpec>;

const initialMemory: Record<string, number> = {
  /** 1 once the leverage is set. */
  started: 0,
  /** Per coin: moment from which it may trade again. */
  ...numberedMemory("ready", MAX_COINS),
  /** Per coin: lots of its perpetual when the leader was last in line with them all. */
  ...numberedMemory("even", MAX_COINS),
};

type Context = DecideContext<keyof typeof paramSpecs>;

const ready: Float64Array[] = [];
const even: Float64Array[] = [];

/** The relative-value trader type. */
export const relativeValueTrader = defineAgent({
  name: "relative-value-trader",
  summary:
    "Trades altcoins against beta x the first coin when they part, and gives up when they part too far.",
  source: "Gatev, Goetzmann & Rouwenhorst 2006; Khandani & Lo 2011",
  params: paramSpecs,
  memory: initialMemory,
  wake: { interval: "interval", kind: "fixed" },
  trades: "perpetual",
  decide(context: Context) {
    const { due, coins, account, memory } = context;
    collect(memory, "ready", coins.length, ready);
    collect(memory, "even", coins.length, even);
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      if (memory.started[agent] === 0) start(context, agent);
      const equity = account.equityQuanta(agent);
      if (!(equity > 0)) continue;
      for (let c = 0; c < coins.length; c++) if (coins[c] !== 0) visitCoin(context, agent, c, equity);
      if (coins.includes(0) && context.params.ownSignals[agent] === 0) hedge(context, agent);
    }
  },
});

function start(context: Context, agent: number): void {
  const { coins, view, orders, params, memory } = context;
  memory.started[agent] = 1;
  for (let c = 0; c < coins.length; c++)
    orders.setLeverage(agent, view.perpMarket[coins[c]], params.leverage[agent]);
  rememberEven(context, agent);
}

function visitCoin(context: Context, agent: number, position: number, equity: number): void {
  const { coins, view, account, params } = context;
  const market = view.perpMarket[coins[position]];
  if (!(view.midTicks[market] > 0)) return;
  const held = account.lots(agent, market);
  const gap = gapScore(context, agent, coins[position]);
  const size = Math.abs(gap);
  if (size > params.stopScore[agent]) {
    ready[position][agent] = view.nowMicros + params.reentryDelay[agent];
    moveTo(context, agent, market, held, 0, CAUSE_RISK_LIMIT);
    return;
  }
  if (size <= params.exitScore[agent] || view.nowMicros < ready[position][agent]) {
    moveTo(context, agent, market, held, 0, CAUSE_DISCRETIONARY);
    return;
  }
  if (size < params.entryScore[agent]) {
    // The gap has passed through zero between two looks: the position bets on its growth now.
    if (held * gap > 0) moveTo(context, agent, market, held, 0, CAUSE_DISCRETIONARY);
    return;
  }
  const scale =
    clamp(-gap / params.entryScore[agent], -FULL_SIZE_SCORES, FULL_SIZE_SCORES) / FULL_SIZE_SCORES;
  const notional =
    (Math.abs(scale) * params.riskAppetite[agent] * params.leverage[agent] * equity) / coins.length;
  const lots = lotsForNotional(notional, view.midTicks[market], view.quantaPerTickLot[market]);
  const wished = scale > 0 ? lots : -lots;
  if (Math.abs(wished - held) <= TOLERANCE * lots) return;
  // A smaller gap than that of the entry is no reason to take profit early.
  if (Math.sign(wished) === Math.sign(held) && Math.abs(held) > lots) return;
  moveTo(context, agent, market, held, wished, CAUSE_DISCRETIONARY);
}

/** How far the coin is ahead of beta x the leader, in standard deviations; 0 while its volatility is unknown. */
function gapScore({ view, params }: Context, agent: number, coin: number): number {
  const market = view.perpMarket[coin];
  const deviation = params.residualShare[agent] * view.volatilitySlow[market] * SQRT_4_HOURS;
  if (!(deviation > 0)) return 0;
  const leader = params.ownSignals[agent] === 0 ? view.beta[coin] * view.return4h[view.perpMarket[0]] : 0;
  return (view.return4h[market] - leader) / deviation;
}

/**
 * Brings the leader's perpetual to minus the sum of beta x notional of the other coins. The order inherits the causes of the
 * flow in the coin whose position has changed most; it is the trader's own when prices alone have moved.
 */
function hedge(context: Context, agent: number): void {
  const { coins, view, account } = context;
  const market = view.perpMarket[0];
  const lot = view.midTicks[market] * view.quantaPerTickLot[market];
  if (!(lot > 0)) return;
  let exposure = 0;
  let gross = 0;
  for (let c = 0; c < coins.length; c++) {
    const coin = coins[c];
    if (coin === 0) continue;
    const other = view.perpMarket[coin];
    const notional = account.lots(agent, other) * view.midTicks[other] * view.quantaPerTickLot[other];
    exposure += view.beta[coin] * notional;
    gross += Math.abs(view.beta[coin] * notional);
  }
  const held = account.lots(agent, market);
  const wished = exposure > 0 ? -Math.floor(exposure / lot) : Math.floor(-exposure / lot);
  const closes = gross === 0 && held !== 0;
  if (!closes && Math.abs(wished - held) * lot <= TOLERANCE * gross) {
    rememberEven(context, agent);
    return;
  }
  const source = hedgedMarket(context, agent, wished - held);
  if (source < 0) moveTo(context, agent, market, held, wished, CAUSE_DISCRETIONARY);
  else sendHedge(context, agent, market, held, wished, source);
}

function rememberEven({ coins, view, account }: Context, agent: number): void {
  for (let c = 0; c < coins.length; c++) even[c][agent] = account.lots(agent, view.perpMarket[coins[c]]);
}

/**
 * The perpetual whose change of position since the leader was in line calls for most of an order of this sign: a coin
 * that was filled or closed by force, or the leader itself, closed by force. -1 when no position has changed so.
 */
function hedgedMarket({ coins, view, account }: Context, agent: number, side: number): number {
  let source = -1;
  let most = 0;
  for (let c = 0; c < coins.length; c++) {
    const market = view.perpMarket[coins[c]];
    const lots = account.lots(agent, market) - even[c][agent];
    const notional = view.beta[coins[c]] * lots * view.midTicks[market] * view.quantaPerTickLot[market];
    if (!(-Math.sign(side) * notional > most)) continue;
    source = market;
    most = Math.abs(notional);
  }
  return source;
}

/** One order towards a position: a reducing one first, through zero only at the next look. */
function moveTo(
  context: Context,
  agent: number,
  market: number,
  held: number,
  wished: number,
  cause: number,
): void {
  const { orders } = context;
  const lots = lotsTowards(context, agent, market, held, wished);
  if (lots < 1) return;
  const side = wished > held ? BUY : SELL;
  if (held * side < 0) orders.reduce(agent, market, side, lots, cause);
  else orders.market(agent, market, side, lots, cause);
}

/** As `moveTo`, with the causes of the flow in `source`. */
function sendHedge(
  context: Context,
  agent: number,
  market: number,
  held: number,
  wished: number,
  source: number,
): void {
  const lots = lotsTowards(context, agent, market, held, wished);
  if (lots >= 1) context.orders.hedge(agent, market, wished > held ? BUY : SELL, lots, source);
}

/** Lots of one order: as far as depth goes, and never through zero. */
function lotsTowards(context: Context, agent: number, market: number, held: number, wished: number): number {
  const { view, params } = context;
  const side = wished > held ? BUY : SELL;
  const depth = side === BUY ? view.askDepthLots[market] : view.bidDepthLots[market];
  const difference = Math.abs(wished - held);
  const most = held * side < 0 ? Math.min(difference, Math.abs(held)) : difference;
  return lotsWithinDepth(most, depth, params.maxDepthShare[agent]);
}
