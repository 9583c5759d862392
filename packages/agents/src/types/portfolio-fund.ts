/**
 * Portfolio fund: long-biased perpetual positions in several coins under one cross-margin account and one limit.
 * VaR = 2.33 x sigma x sqrt(horizon), sigma^2 = rho (sum |w_i| s_i)^2 + (1 - rho) sum (w_i s_i)^2, w signed notional over equity.
 * When VaR / equity passes `varLimit`, or equity falls `drawdownLimit` under its peak, it cuts every position by `cutShare`. Below
 * half of both limits, with sentiment above `sentimentFloor`, it returns to its start by `reLever` each `reLeverInterval`. `volatilityTarget` caps gross
 * leverage at target / daily sigma; `redemptionBeta` x loss of a period is set aside for investors who leave (Thurner 2012).
 * In a crash: a loss in one coin sells all coins, also those that have not fallen; `perCoinLimits` cuts this coupling.
 * Source: Aymanns & Farmer 2015 (VaR limits make leverage pro-cyclical).
 */
import {
  BUY,
  CAUSE_DISCRETIONARY,
  CAUSE_RISK_LIMIT,
  MICROS_PER_DAY,
  MICROS_PER_MINUTE,
  SELL,
  defineAgent,
} from "@undertow/core";
import type { DecideContext } from "@undertow/core";
import { MAX_COINS, collect, numberedMemory } from "./coin-columns.ts";
import { clamp, lotsWithinDepth } from "./order-size.ts";
import { portfolioFundParams } from "./portfolio-fund-params.ts";

/** 99 % quantile of the standard normal. */
const QUANTILE_99 = 2.33;
/** Positions are rebuilt only while both measures are under this share of their limits. */
const RELEVER_SHARE = 0.5;

const initialMemory: Record<string, number> = {
  /** 1 once the starting positions are known. */
  started: 0,
  /** Equity from which drawdown counts, quanta. */
  peak: 0,
  /** With redemptions: money set aside for investors who left, quanta; what was managed at the last date; that date. */
  redeemed: 0,
  managedBefore: 0,
  redemptionMicros: 0,
  /** Per coin: starting lots; and the profit from which the coin's own drawdown counts (per-coin limits). */
  ...numberedMemory("base", MAX_COINS),
  ...numberedMemory("coinPeak", MAX_COINS),
  /** Per coin, with per-coin limits: lots at the last check. */
  ...numberedMemory("lotsBefore", MAX_COINS),
  /** Per coin: moment of the last cut or purchase back. */
  ...numberedMemory("movedMicros", MAX_COINS),
};

type Context = DecideContext<keyof typeof portfolioFundParams>;

const base: Float64Array[] = [];
const coinPeak: Float64Array[] = [];
const lotsBefore: Float64Array[] = [];
const movedMicros: Float64Array[] = [];

/** The portfolio fund type. */
export const portfolioFund = defineAgent({
  name: "portfolio-fund",
  summary: "Holds several coins on one margin account and cuts all of them when its risk limit binds.",
  source: "Aymanns & Farmer 2015; Caccioli et al. 2014 (overlapping portfolios)",
  params: portfolioFundParams,
  memory: initialMemory,
  wake: { interval: "interval", kind: "fixed" },
  trades: "perpetual",
  decide(context: Context) {
    const { due, coins, account, memory: own } = context;
    collect(own, "base", coins.length, base);
    collect(own, "coinPeak", coins.length, coinPeak);
    collect(own, "lotsBefore", coins.length, lotsBefore);
    collect(own, "movedMicros", coins.length, movedMicros);
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      if (own.started[agent] === 0) start(context, agent, account.equityQuanta(agent));
      if (context.params.redemptionBeta[agent] > 0) payInvestors(context, agent);
      const equity = account.equityQuanta(agent) - own.redeemed[agent];
      if (!(equity > 0)) continue;
      if (context.params.perCoinLimits[agent] !== 0) judgeCoins(context, agent, equity);
      else judgeWhole(context, agent, equity);
    }
  },
});

function start(context: Context, agent: number, equity: number): void {
  const { coins, view, account, orders, params, memory: own } = context;
  own.started[agent] = 1;
  own.peak[agent] = equity;
  for (let c = 0; c < coins.length; c++) {
    const market = view.perpMarket[coins[c]];
    base[c][agent] = account.lots(agent, market);
    coinPeak[c][agent] = profit(context, agent, market);
    orders.setLeverage(agent, market, params.leverage[agent]);
  }
}

function judgeWhole(context: Context, agent: number, equity: number): void {
  const { coins, params, memory: own } = context;
  if (equity > own.peak[agent]) own.peak[agent] = equity;
  const drawdown = 1 - equity / own.peak[agent];
  const risk = valueAtRisk(context, agent, equity);
  if (risk > params.varLimit[agent] || drawdown > params.drawdownLimit[agent]) {
    for (let c = 0; c < coins.length; c++) cut(context, agent, c, params.cutShare[agent]);
    own.peak[agent] = equity;
    return;
  }
  if (params.volatilityTarget[agent] > 0 && sellToTarget(context, agent, risk)) return;
  const calm =
    risk < RELEVER_SHARE * params.varLimit[agent] && drawdown < RELEVER_SHARE * params.drawdownLimit[agent];
  if (!calm) return;
  for (let c = 0; c < coins.length; c++) buyBack(context, agent, c, equity);
}

/** Daily volatility over equity in a VaR over the horizon. */
function dailyVolatility({ params }: Context, agent: number, risk: number): number {
  return (risk / QUANTILE_99) * Math.sqrt(MICROS_PER_DAY / params.horizon[agent]);
}

/** Sells the share of every position that brings volatility back to its target; true if there was too much. */
function sellToTarget(context: Context, agent: number, risk: number): boolean {
  const { coins, params } = context;
  const target = params.volatilityTarget[agent];
  const volatility = dailyVolatility(context, agent, risk);
  if (volatility <= target * (1 + params.volatilityBand[agent])) return false;
  for (let c = 0; c < coins.length; c++) cut(context, agent, c, 1 - target / volatility);
  return true;
}

/** On a redemption date sets aside what investors take out and shrinks the start; sells what is too much at any time. */
function payInvestors(context: Context, agent: number): void {
  const { coins, view, account, params, memory: own } = context;
  const managed = account.equityQuanta(agent) - own.redeemed[agent];
  if (own.redemptionMicros[agent] === 0) {
    own.managedBefore[agent] = managed;
    own.redemptionMicros[agent] = view.nowMicros;
  }
  if (view.nowMicros - own.redemptionMicros[agent] >= params.redemptionInterval[agent]) {
    const before = own.managedBefore[agent];
    const loss = before > 0 ? 1 - managed / before : 0;
    const leaving = clamp(params.redemptionBeta[agent] * Math.max(0, loss), 0, 1);
    own.redeemed[agent] += leaving * Math.max(0, managed);
    own.managedBefore[agent] = Math.max(0, managed) * (1 - leaving);
    own.peak[agent] *= 1 - leaving;
    own.redemptionMicros[agent] = view.nowMicros;
    for (let c = 0; c < coins.length; c++) base[c][agent] *= 1 - leaving;
  }
  for (let c = 0; c < coins.length; c++) {
    const held = Math.abs(account.lots(agent, view.perpMarket[coins[c]]));
    const surplus = held - Math.ceil(Math.abs(base[c][agent]));
    if (surplus > 0) cut(context, agent, c, surplus / held);
  }
}

/** The same limits, each coin on its share of equity by notional, blind to the others. */
function judgeCoins(context: Context, agent: number, equity: number): void {
  const { coins, view, account, params } = context;
  const gross = account.perpNotionalQuanta(agent);
  for (let c = 0; c < coins.length; c++) {
    const market = view.perpMarket[coins[c]];
    const gain = profit(context, agent, market);
    const held = account.lots(agent, market);
    const notional = Math.abs(held) * view.midTicks[market] * view.quantaPerTickLot[market];
    // What was closed took its part of the profit along: no loss.
    const before = Math.abs(lotsBefore[c][agent]);
    if (Math.abs(held) < before) coinPeak[c][agent] *= Math.abs(held) / before;
    lotsBefore[c][agent] = held;
    if (gain > coinPeak[c][agent]) coinPeak[c][agent] = gain;
    const ownEquity = gross > 0 ? (equity * notional) / gross : 0;
    if (!(ownEquity > 0)) {
      buyBack(context, agent, c, equity);
      continue;
    }
    const drawdown = (coinPeak[c][agent] - gain) / ownEquity;
    const risk = (notional / ownEquity) * deviation(context, agent, market);
    if (risk > params.varLimit[agent] || drawdown > params.drawdownLimit[agent]) {
      cut(context, agent, c, params.cutShare[agent]);
      coinPeak[c][agent] = gain;
    } else if (
      risk < RELEVER_SHARE * params.varLimit[agent] &&
      drawdown < RELEVER_SHARE * params.drawdownLimit[agent]
    ) {
      buyBack(context, agent, c, equity);
    }
  }
}

/** 99 % loss of one unit of notional over the horizon. */
function deviation(context: Context, agent: number, market: number): number {
  return (
    QUANTILE_99 *
    context.view.volatilityFast[market] *
    Math.sqrt(context.params.horizon[agent] / MICROS_PER_MINUTE)
  );
}

/** VaR over equity under one common correlation. */
function valueAtRisk(context: Context, agent: number, equity: number): number {
  const { coins, view, account, params } = context;
  let sum = 0;
  let squares = 0;
  for (let c = 0; c < coins.length; c++) {
    const market = view.perpMarket[coins[c]];
    const notional = account.lots(agent, market) * view.midTicks[market] * view.quantaPerTickLot[market];
    const loss = (notional / equity) * deviation(context, agent, market);
    sum += loss;
    squares += loss * loss;
  }
  const rho = params.correlation[agent];
  return Math.sqrt(rho * sum * sum + (1 - rho) * squares);
}

/** Unrealised profit of the position at the mark, quanta. */
function profit(context: Context, agent: number, market: number): number {
  const { view, account } = context;
  const value = account.lots(agent, market) * view.markTicks[market] * view.quantaPerTickLot[market];
  return value - account.costQuanta(agent, market);
}

function cut(context: Context, agent: number, position: number, share: number): void {
  const { coins, view, account, params, orders } = context;
  const market = view.perpMarket[coins[position]];
  const held = account.lots(agent, market);
  const side = held > 0 ? SELL : BUY;
  const depth = side === BUY ? view.askDepthLots[market] : view.bidDepthLots[market];
  const wished = Math.ceil(Math.abs(held) * share);
  const lots = lotsWithinDepth(wished, depth, params.maxDepthShare[agent]);
  if (lots < 1) return;
  movedMicros[position][agent] = view.nowMicros;
  orders.reduce(agent, market, side, lots, CAUSE_RISK_LIMIT);
}

function buyBack(context: Context, agent: number, position: number, equity: number): void {
  const { coins, view, account, params, orders } = context;
  if (view.sentiment[0] < params.sentimentFloor[agent]) return;
  if (view.nowMicros - movedMicros[position][agent] < params.reLeverInterval[agent]) return;
  const market = view.perpMarket[coins[position]];
  const missing = base[position][agent] - account.lots(agent, market);
  const side = base[position][agent] > 0 ? BUY : SELL;
  const lot = view.midTicks[market] * view.quantaPerTickLot[market];
  const room = leverageNow(context, agent, equity) * equity - account.perpNotionalQuanta(agent);
  if (!(missing * side > 0) || !(lot > 0) || !(room > 0)) return;
  const depth = side === BUY ? view.askDepthLots[market] : view.bidDepthLots[market];
  // Each coin gets an equal part of the room, so that one check cannot exceed it.
  const wished = Math.min(
    Math.ceil(Math.abs(missing) * params.reLever[agent]),
    Math.floor(room / lot / coins.length),
  );
  const lots = lotsWithinDepth(wished, depth, params.maxDepthShare[agent]);
  if (lots < 1) return;
  movedMicros[position][agent] = view.nowMicros;
  orders.market(agent, market, side, lots, CAUSE_DISCRETIONARY);
}

/** Most leverage when buying back: the limit, and what the volatility target leaves of it. */
function leverageNow(context: Context, agent: number, equity: number): number {
  const { account, params } = context;
  const limit = params.leverage[agent];
  const gross = account.perpNotionalQuanta(agent) / equity;
  if (params.volatilityTarget[agent] === 0 || !(gross > 0)) return limit;
  const perUnit = dailyVolatility(context, agent, valueAtRisk(context, agent, equity)) / gross;
  return perUnit > 0 ? Math.min(limit, params.volatilityTarget[agent] / perUnit) : limit;
}
