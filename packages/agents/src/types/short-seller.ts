/**
 * Short seller: opens leveraged shorts on weakness, covers into the fall, is squeezed out by a rise.
 *
 * Flat and ready: when the 30-min score (move in standard deviations, blended with the leader's) is below -entryScore
 * it opens with probability `entryProbability`: notional = riskAppetite x free cash x leverage, with a stop on the mark
 * at mid x (1 + stopDistance). Short: gain g = 1 - mid / average entry. Past takeProfit it covers `coverSlice` of the
 * largest position it had at each look; a score above `squeezeScore` makes it cover everything at once.
 * In a crash: sells early in the fall and buys on the way down; in a rebound stops and squeezed shorts buy together.
 * Source: own; predatory entry and covering after Brunnermeier & Pedersen 2005, sizes are assumed.
 */
import {
  BUY,
  CAUSE_DISCRETIONARY,
  CAUSE_RISK_LIMIT,
  NOTICE_ADL,
  NOTICE_LIQUIDATED,
  NOTICE_STOPPED,
  SELL,
  defineAgent,
} from "@undertow/core";
import type { DecideContext, ParamSpec } from "@undertow/core";
import { depthShareParam, lotsForNotional, lotsWithinDepth } from "./order-size.ts";
import { blendedScore30m } from "./signals.ts";

/** Free cash kept for fees and slippage. */
const CASH_USE = 0.95;
const THROWN_OUT = NOTICE_LIQUIDATED | NOTICE_STOPPED | NOTICE_ADL;

const paramSpecs = {
  interval: { unit: "duration", description: "mean time between looks", default: 600e6, min: 1e6 },
  riskAppetite: {
    unit: "ratio",
    description: "share of free cash staked on an entry",
    default: 0.5,
    min: 0,
    max: 1,
  },
  leverage: {
    unit: "ratio",
    description: "leverage of an entry",
    default: "lognormal(median=5, sigma=0.6, min=1, max=50)",
    min: 1,
    max: 125,
  },
  entryScore: {
    unit: "ratio",
    description: "fall over 30 min, in standard deviations, that counts as weakness",
    default: "uniform(1, 3)",
    min: 0,
  },
  entryProbability: {
    unit: "ratio",
    description: "probability per look to open on weakness",
    default: 0.3,
    min: 0,
    max: 1,
  },
  leaderWeight: {
    unit: "ratio",
    description: "share of the first coin in the score; 0 watches the own coin alone",
    default: 0.3,
    min: 0,
    max: 1,
  },
  takeProfit: {
    unit: "ratio",
    description: "fall below the entry at which it begins to cover",
    default: "uniform(0.02, 0.1)",
    min: 0.001,
    max: 1,
  },
  coverSlice: {
    unit: "ratio",
    description: "share of the position covered at each look past the profit",
    default: 0.25,
    min: 0.01,
    max: 1,
  },
  stopDistance: {
    unit: "ratio",
    description: "stop above the mid at entry; 0 for none",
    default: "uniform(0.02, 0.06)",
    min: 0,
    max: 1,
  },
  squeezeScore: {
    unit: "ratio",
    description: "rise over 30 min, in standard deviations, that makes it cover all",
    default: 3,
    min: 0,
  },
  reentryDelay: {
    unit: "duration",
    description: "mean wait after a cover, stop or liquidation",
    default: 6 * 3600e6,
    min: 0,
  },
  maxDepthShare: depthShareParam("largest order over visible depth"),
} satisfies Record<string, ParamSpec>;

const initialMemory = {
  /** Moment from which it may open. */
  readyMicros: 0,
  /** Lots of the position at its largest; 0 while flat. */
  largest: 0,
};

type Context = DecideContext<keyof typeof paramSpecs, keyof typeof initialMemory>;

/** The short seller type; one coin, its perpetual. */
export const shortSeller = defineAgent({
  name: "short-seller",
  summary: "Opens leveraged shorts on weakness, covers in slices into the fall, is squeezed out by a rise.",
  source: "own, after Brunnermeier & Pedersen 2005",
  params: paramSpecs,
  memory: initialMemory,
  wake: { interval: "interval", kind: "poisson" },
  trades: "perpetual",
  decide(context: Context) {
    const { due, view, account, params, random, memory } = context;
    const market = view.perpMarket[context.coins[0]];
    if (!(view.midTicks[market] > 0)) return;
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      const held = account.lots(agent, market);
      const score = blendedScore30m(view, market, params.leaderWeight[agent]);
      if (held < 0) {
        if (-held > memory.largest[agent]) memory.largest[agent] = -held;
        manage(context, agent, market, -held, score);
        continue;
      }
      if (memory.largest[agent] > 0 || (due.notice[k] & THROWN_OUT) !== 0) startWaiting(context, agent);
      const isReady = view.nowMicros >= memory.readyMicros[agent] && held === 0;
      if (isReady && score < -params.entryScore[agent]) {
        if (random.uniform(agent, 0) < params.entryProbability[agent]) open(context, agent, market);
      }
    }
  },
});

function startWaiting(context: Context, agent: number): void {
  const { view, params, random, memory } = context;
  memory.largest[agent] = 0;
  memory.readyMicros[agent] = view.nowMicros + params.reentryDelay[agent] * random.exponential(agent, 1);
}

/** Squeezed out, or takes profit in slices; at most one order. */
function manage(context: Context, agent: number, market: number, short: number, score: number): void {
  const { view, account, params, memory } = context;
  if (score > params.squeezeScore[agent]) {
    cover(context, agent, market, short, CAUSE_RISK_LIMIT);
    return;
  }
  const entryQuanta = -account.costQuanta(agent, market) / short;
  const gain = 1 - (view.midTicks[market] * view.quantaPerTickLot[market]) / entryQuanta;
  if (gain <= params.takeProfit[agent]) return;
  const slice = Math.ceil(memory.largest[agent] * params.coverSlice[agent]);
  cover(context, agent, market, Math.min(short, slice), CAUSE_DISCRETIONARY);
}

function cover(context: Context, agent: number, market: number, wished: number, cause: number): void {
  const { view, params, orders } = context;
  const lots = lotsWithinDepth(wished, view.askDepthLots[market], params.maxDepthShare[agent]);
  if (lots >= 1) orders.reduce(agent, market, BUY, lots, cause);
}

function open(context: Context, agent: number, market: number): void {
  const { view, account, params, orders } = context;
  const leverage = params.leverage[agent];
  const mid = view.midTicks[market];
  const stake = Math.max(0, account.freeQuanta(agent)) * Math.min(CASH_USE, params.riskAppetite[agent]);
  const wished = lotsForNotional(stake * leverage, mid, view.quantaPerTickLot[market]);
  const lots = lotsWithinDepth(wished, view.bidDepthLots[market], params.maxDepthShare[agent]);
  if (lots < 1) return;
  orders.setLeverage(agent, market, leverage);
  orders.market(agent, market, SELL, lots, CAUSE_DISCRETIONARY);
  const distance = params.stopDistance[agent];
  orders.setStop(agent, market, distance > 0 ? Math.ceil(mid * (1 + distance)) : 0);
}
