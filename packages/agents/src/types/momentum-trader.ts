/**
 * Momentum trader: follows the trend with a leveraged perpetual position.
 *
 * Trend z = mean of the 30-min and 4-h moves, each in standard deviations of the slow volatility, blended with the
 * leader's (first coin) by `leaderWeight`. Target notional per coin = leverage x riskAppetite x equity / coins x
 * tanh(z / trendScale); it trades towards the target when off by more than a tenth of the full position, at most
 * `maxDepthShare` of visible depth. A stop on the mark limits the loss of a position.
 * In a crash: turns short after the fall has begun and covers when it slows; adds to both turns.
 * Source: Chiarella & Iori 2002, chartist component.
 */
import { BUY, CAUSE_DISCRETIONARY, SELL, defineAgent, tanh } from "@undertow/core";
import type { DecideContext, MarketView, ParamSpec } from "@undertow/core";
import { depthShareParam, lotsForNotional, lotsWithinDepth } from "./order-size.ts";
import { blendedScore30m, moveScore4h } from "./signals.ts";

/** No trade while the position is within this share of the full position from its target. */
const DEAD_BAND = 0.1;

const paramSpecs = {
  interval: { unit: "duration", description: "mean time between looks", default: 600e6, min: 1e6 },
  riskAppetite: {
    unit: "ratio",
    description: "share of equity put at risk in full trend",
    default: 0.5,
    min: 0,
    max: 1,
  },
  leverage: { unit: "ratio", description: "leverage of positions", default: 3, min: 1, max: 125 },
  trendScale: { unit: "ratio", description: "trend score at which tanh saturates", default: 2, min: 0.1 },
  leaderWeight: {
    unit: "ratio",
    description: "share of the first coin in the signal",
    default: 0.3,
    min: 0,
    max: 1,
  },
  stopLoss: {
    unit: "ratio",
    description: "stop distance from the mid; 0 for none",
    default: 0.05,
    min: 0,
    max: 1,
  },
  maxDepthShare: depthShareParam("largest order over visible depth"),
} satisfies Record<string, ParamSpec>;

const initialMemory = {
  /** 1 once leverage is set. */
  started: 0,
};

type Context = DecideContext<keyof typeof paramSpecs, keyof typeof initialMemory>;

/** The momentum trader type. */
export const momentumTrader = defineAgent({
  name: "momentum-trader",
  summary: "Buys after a rise, sells after a fall, sized by leverage and risk appetite.",
  source: "Chiarella & Iori 2002, chartist component",
  params: paramSpecs,
  memory: initialMemory,
  wake: { interval: "interval", kind: "poisson" },
  trades: "perpetual",
  decide(context: Context) {
    const { due, coins, view, orders } = context;
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      if (context.memory.started[agent] === 0) {
        context.memory.started[agent] = 1;
        for (let c = 0; c < coins.length; c++) {
          orders.setLeverage(agent, view.perpMarket[coins[c]], context.params.leverage[agent]);
        }
      }
      for (let c = 0; c < coins.length; c++) followTrend(context, agent, view.perpMarket[coins[c]]);
    }
  },
});

/** Mean of the two trend scores, in standard deviations. */
function trendScore(view: MarketView, market: number, leaderWeight: number): number {
  const own = moveScore4h(view, market);
  const slow = own + leaderWeight * (moveScore4h(view, view.perpMarket[0]) - own);
  return 0.5 * (blendedScore30m(view, market, leaderWeight) + slow);
}

function followTrend(context: Context, agent: number, market: number): void {
  const { view, account, params, orders, coins } = context;
  const mid = view.midTicks[market];
  const equity = account.equityQuanta(agent);
  if (!(mid > 0) || !(equity > 0)) return;
  const full = (params.leverage[agent] * params.riskAppetite[agent] * equity) / coins.length;
  const z = trendScore(view, market, params.leaderWeight[agent]);
  const fullLots = lotsForNotional(full, mid, view.quantaPerTickLot[market]);
  const target = Math.round(fullLots * tanh(z / params.trendScale[agent]));
  const held = account.lots(agent, market);
  const change = target - held;
  if (Math.abs(change) < 1 || Math.abs(change) < DEAD_BAND * fullLots) return;
  const side = change > 0 ? BUY : SELL;
  const depth = side === BUY ? view.askDepthLots[market] : view.bidDepthLots[market];
  const lots = lotsWithinDepth(Math.abs(change), depth, params.maxDepthShare[agent]);
  if (lots < 1) return;
  if (held * side < 0) {
    // Close first; the turn comes at a later wake.
    orders.reduce(agent, market, side, Math.min(lots, Math.abs(held)), CAUSE_DISCRETIONARY);
    return;
  }
  orders.market(agent, market, side, lots, CAUSE_DISCRETIONARY);
  const distance = params.stopLoss[agent];
  if (distance > 0) orders.setStop(agent, market, Math.max(1, Math.round(mid * (1 - side * distance))));
}
