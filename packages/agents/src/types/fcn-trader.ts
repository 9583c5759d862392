/**
 * FCN trader: weights of fundamental, chart and noise make an expected return, and that the price and size of an order.
 *
 * Per minute r = (gF ln(F / p) / tauF + gC rbar + gN eps) / (gF + |gC| + gN): p mid, F fundamental, rbar mean return of
 * a past window near the horizon, eps normal of sd noiseScale x sigma / sqrt(T), sigma slow volatility, T minutes =
 * horizon x (1 + gF) / (1 + |gC|). Wished exposure over equity = riskAppetite x rT / (sigma^2 T), within +-leverage.
 * One order towards it: a bid at p exp(rT)(1 - k) or an offer at p exp(rT)(1 + k), k even in [0, orderMargin].
 * In a crash: fundamentalists buy the fall, chartists deepen it; what crosses is limited by the visible depth.
 * Source: Chiarella & Iori 2002; Chiarella, Iori & Perello 2009 (horizon, CARA demand); noise scale and limits: own.
 */
import { BUY, MICROS_PER_MINUTE, SELL, defineAgent, exp, ln } from "@undertow/core";
import type { DecideContext, MarketView, ParamSpec } from "@undertow/core";
import { clamp, depthShareParam, lotsForNotional, lotsWithinDepth } from "./order-size.ts";
import { fundamentalTicks } from "./signals.ts";

/** Free cash kept for fees and slippage. */
const CASH_USE = 0.95;
/** Expected log returns are kept within this, so that a wild chart cannot ask for absurd prices. */
const FARTHEST = 0.5;
/** No order while the position is within this share of full leverage from its wish. */
const DEAD_BAND = 0.05;

const paramSpecs = {
  interval: { unit: "duration", description: "mean time between orders", default: 1800e6, min: 1e6 },
  fundamentalWeight: {
    unit: "ratio",
    description: "weight gF of the fundamental",
    default: "exponential(mean=1)",
    min: 0,
  },
  chartistWeight: {
    unit: "ratio",
    description: "weight gC of the past return; below 0 bets against it",
    default: "exponential(mean=1)",
  },
  noiseWeight: { unit: "ratio", description: "weight gN of noise", default: "exponential(mean=1)", min: 0 },
  horizon: {
    unit: "duration",
    description: "horizon of a trader without fundamental and chartist weights",
    default: 4 * 3600e6,
    min: 60e6,
  },
  reversion: {
    unit: "duration",
    description: "time tauF in which the price is expected to return to the fundamental",
    default: 24 * 3600e6,
    min: 60e6,
  },
  noiseScale: {
    unit: "ratio",
    description: "sd of the noise over the horizon, in standard deviations of the price",
    default: 1,
    min: 0,
  },
  orderMargin: {
    unit: "ratio",
    description: "largest distance k of the limit from the expected price",
    default: 0.02,
    min: 0,
    max: 0.9,
  },
  riskAppetite: {
    unit: "ratio",
    description: "inverse of the risk aversion in the demand",
    default: "lognormal(median=0.02, sigma=1)",
    min: 0,
  },
  leverage: {
    unit: "ratio",
    description: "largest exposure over equity",
    default: "lognormal(median=3, sigma=0.6, min=1, max=50)",
    min: 1,
    max: 125,
  },
  maxDepthShare: depthShareParam("largest crossing order over visible depth"),
} satisfies Record<string, ParamSpec>;

const initialMemory = {
  /** 1 once leverage is set. */
  started: 0,
};

type Context = DecideContext<keyof typeof paramSpecs, keyof typeof initialMemory>;

/** The FCN trader type; perpetuals of its coins. */
export const fcnTrader = defineAgent({
  name: "fcn-trader",
  summary: "Weighs fundamental, trend and noise into an expected price and quotes around it.",
  source: "Chiarella & Iori 2002; Chiarella, Iori & Perello 2009 (horizon, CARA demand); size limits: own",
  params: paramSpecs,
  memory: initialMemory,
  wake: { interval: "interval", kind: "poisson" },
  trades: "perpetual",
  restingOrders: 2,
  decide(context: Context) {
    const { due, coins, view, orders, params, random } = context;
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      if (context.memory.started[agent] === 0) {
        context.memory.started[agent] = 1;
        for (let c = 0; c < coins.length; c++) {
          orders.setLeverage(agent, view.perpMarket[coins[c]], params.leverage[agent]);
        }
      }
      requote(context, agent, view.perpMarket[coins[Math.floor(random.uniform(agent, 0) * coins.length)]]);
    }
  },
});

/** Horizon of an agent in minutes: fundamentalists look further ahead than chartists. */
function horizonMinutes(context: Context, agent: number): number {
  const { horizon, fundamentalWeight, chartistWeight } = context.params;
  const factor = (1 + fundamentalWeight[agent]) / (1 + Math.abs(chartistWeight[agent]));
  return Math.max(1, (horizon[agent] / MICROS_PER_MINUTE) * factor);
}

/** Mean return per minute over the window of the view that is nearest below the horizon. */
function pastReturn(view: MarketView, market: number, minutes: number): number {
  if (minutes < 30) return view.return5m[market] / 5;
  if (minutes < 240) return view.return30m[market] / 30;
  return minutes < 1440 ? view.return4h[market] / 240 : view.return24h[market] / 1440;
}

/** Expected log return over the horizon. */
function expectedReturn(context: Context, agent: number, market: number, minutes: number): number {
  const { view, params, random } = context;
  const gF = params.fundamentalWeight[agent];
  const gC = params.chartistWeight[agent];
  const gN = params.noiseWeight[agent];
  const weight = gF + Math.abs(gC) + gN;
  if (!(weight > 0)) return 0;
  const value = fundamentalTicks(view, market);
  const towards = value > 0 ? ln(value / view.midTicks[market]) : 0;
  const fundamental = (towards * MICROS_PER_MINUTE) / params.reversion[agent];
  const sd = (params.noiseScale[agent] * view.volatilitySlow[market]) / Math.sqrt(minutes);
  const perMinute =
    gF * fundamental + gC * pastReturn(view, market, minutes) + gN * sd * random.normal(agent, 1);
  return clamp((perMinute / weight) * minutes, -FARTHEST, FARTHEST);
}

/** Replaces the order in a market by one towards the wished exposure. */
function requote(context: Context, agent: number, market: number): void {
  const { view, account, params, orders, random, coins } = context;
  const mid = view.midTicks[market];
  const equity = account.equityQuanta(agent);
  if (account.restingOrders(agent, market) > 0) orders.cancelAll(agent, market);
  if (!(mid > 0) || !(equity > 0)) return;
  const minutes = horizonMinutes(context, agent);
  const expected = expectedReturn(context, agent, market, minutes);
  const volatility = view.volatilitySlow[market];
  const variance = volatility * volatility * minutes;
  const leverage = params.leverage[agent];
  const demand = variance > 0 ? (params.riskAppetite[agent] * expected) / variance : 0;
  const wished = clamp(demand, -leverage, leverage);
  const full = lotsForNotional((equity * CASH_USE) / coins.length, mid, view.quantaPerTickLot[market]);
  const change = Math.round(wished * full) - account.lots(agent, market);
  if (Math.abs(change) < Math.max(1, DEAD_BAND * leverage * full)) return;
  const k = random.uniform(agent, 2) * params.orderMargin[agent];
  place(context, agent, market, change, mid * exp(expected) * (1 - (change > 0 ? k : -k)));
}

/** One limit order; a turn closes first, and what crosses is limited by visible depth. */
function place(context: Context, agent: number, market: number, change: number, price: number): void {
  const { view, account, params, orders } = context;
  const side = change > 0 ? BUY : SELL;
  const ticks = Math.max(1, side === BUY ? Math.floor(price) : Math.ceil(price));
  const held = account.lots(agent, market);
  let lots = Math.abs(change);
  if (held * side < 0) lots = Math.min(lots, Math.abs(held));
  const best = side === BUY ? view.askTicks[market] : view.bidTicks[market];
  if (best > 0 && (ticks - best) * side >= 0) {
    const depth = side === BUY ? view.askDepthLots[market] : view.bidDepthLots[market];
    lots = lotsWithinDepth(lots, depth, params.maxDepthShare[agent]);
  }
  if (lots >= 1) orders.limit(agent, market, side, ticks, lots);
}
