/**
 * Basis arbitrageur: sells the rich leg and buys the cheap leg of spot and perpetual, with limited capital.
 *
 * gap = perp bid / spot ask - 1 (or perp ask / spot bid - 1) + fundingIntervals x funding rate. Beyond `threshold` it trades both legs at once:
 * the population together closes `gapShare` of the gap per interval at visible depth, each agent at most
 * `maxDepthShare` of either side, `maxNotionalPerMinute` (token bucket) and its capital. A negative gap can only
 * unwind, since spot is never sold short. An uneven fill is repaired in the perpetual. Both legs inherit the cause
 * of the market whose price moved more in the last minute, so forced selling passes through.
 * In a crash: carries perpetual selling into spot until capital or depth is gone; then the basis stays open.
 * Source: He, Manela, Ross & von Wachter 2022 (arbitrage within bounds); the 0.3 rule against overshoot is own.
 */
import { BUY, SELL, defineAgent } from "@undertow/core";
import type { DecideContext, MarketView, ParamSpec } from "@undertow/core";
import { CASH_USE, paceMemory, paceParams, refillAllowance, UNEVEN_SHARE } from "./arbitrage-pace.ts";
import { MAX_COINS, collect, numberedMemory } from "./coin-columns.ts";
import { lotRatio } from "./signals.ts";

const paramSpecs = {
  interval: { unit: "duration", description: "time between looks", default: 10e6, min: 1e6 },
  threshold: { unit: "ratio", description: "gap that pays fees and risk", default: 0.0012, min: 0, max: 0.5 },
  fundingIntervals: {
    unit: "ratio",
    description: "funding intervals that count as certain carry",
    default: 1,
    min: 0,
    max: 100,
  },
  ...paceParams,
  leverage: {
    unit: "ratio",
    description: "most perpetual notional over equity; also of new shorts",
    default: 2,
    min: 1,
  },
} satisfies Record<string, ParamSpec>;

const initialMemory: Record<string, number> = {
  ...paceMemory,
  /** Per coin: spot plus perpetual at the start, in spot lots; what counts as even. */
  ...numberedMemory("base", MAX_COINS),
};

type Context = DecideContext<keyof typeof paramSpecs>;

const base: Float64Array[] = [];

/** The spot-perpetual arbitrageur type. */
export const basisArbitrageur = defineAgent({
  name: "basis-arbitrageur",
  summary: "Trades spot against the perpetual when the basis pays, within capital, depth and pace.",
  source: "He, Manela, Ross & von Wachter 2022; pace limit: own",
  params: paramSpecs,
  memory: initialMemory,
  wake: { interval: "interval", kind: "fixed" },
  decide(context: Context) {
    const { due, coins } = context;
    collect(context.memory, "base", coins.length, base);
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      if (context.memory.lastMicros[agent] === 0) start(context, agent);
      refillAllowance(context, agent);
      for (let c = 0; c < coins.length; c++) tradeCoin(context, agent, c);
    }
  },
});

function start(context: Context, agent: number): void {
  const { coins, view, orders, params, memory } = context;
  memory.lastMicros[agent] = view.nowMicros;
  memory.allowance[agent] = params.maxNotionalPerMinute[agent];
  for (let c = 0; c < coins.length; c++) {
    base[c][agent] = unevenSpotLots(context, agent, coins[c]);
    orders.setLeverage(agent, view.perpMarket[coins[c]], params.leverage[agent]);
  }
}

/** Spot plus perpetual position in spot lots. */
function unevenSpotLots(context: Context, agent: number, coin: number): number {
  const { view, account } = context;
  const spot = view.spotMarket[coin];
  const perpetual = view.perpMarket[coin];
  return account.lots(agent, spot) + account.lots(agent, perpetual) * lotRatio(view, perpetual, spot);
}

function tradeCoin(context: Context, agent: number, position: number): void {
  const { coins, view, params, memory } = context;
  const coin = coins[position];
  const spot = view.spotMarket[coin];
  const perpetual = view.perpMarket[coin];
  if (!(view.midTicks[spot] > 0) || !(view.midTicks[perpetual] > 0)) return;
  if (repairLegs(context, agent, position)) return;
  const gap = tradableGap(view, spot, perpetual, params.fundingIntervals[agent]);
  const size = Math.abs(gap) > params.threshold[agent] ? sizeQuanta(context, agent, coin, gap) : 0;
  if (!(size > 0)) return;
  // Whole lots of the coarser leg decide; the other leg follows in coins.
  const ratio = lotRatio(view, perpetual, spot);
  let perpLots = Math.floor(size / (view.midTicks[perpetual] * view.quantaPerTickLot[perpetual]));
  const spotLots = Math.floor(perpLots * ratio);
  if (ratio < 1) perpLots = Math.floor(spotLots / ratio);
  if (perpLots < 1 || spotLots < 1) return;
  const source = Math.abs(view.return1m[perpetual]) >= Math.abs(view.return1m[spot]) ? perpetual : spot;
  const perpSide = gap > 0 ? SELL : BUY;
  context.orders.hedge(agent, perpetual, perpSide, perpLots, source);
  context.orders.hedge(agent, spot, -perpSide, spotLots, source);
  memory.allowance[agent] -= perpLots * view.midTicks[perpetual] * view.quantaPerTickLot[perpetual];
}

/**
 * What selling the perpetual at its bid and buying spot at its ask gives, or else what the reverse does, with a minus sign;
 * with the funding that is counted as certain. 0 between the two. An ask that is eaten away for a moment opens no gap.
 */
function tradableGap(view: MarketView, spot: number, perpetual: number, fundingIntervals: number): number {
  const carry = fundingIntervals * view.fundingRate[perpetual];
  const ratio = view.tickSize[perpetual] / view.tickSize[spot];
  const rich = (view.bidTicks[perpetual] * ratio) / view.askTicks[spot] - 1 + carry;
  if (rich > 0) return rich;
  const cheap = (view.askTicks[perpetual] * ratio) / view.bidTicks[spot] - 1 + carry;
  return cheap < 0 ? cheap : 0;
}

/** Notional of one leg in quanta: gap at visible depth, pace and capital. */
function sizeQuanta(context: Context, agent: number, coin: number, gap: number): number {
  const { view, account, params, memory } = context;
  const spot = view.spotMarket[coin];
  const perpetual = view.perpMarket[coin];
  const spotLot = view.midTicks[spot] * view.quantaPerTickLot[spot];
  const perpLot = view.midTicks[perpetual] * view.quantaPerTickLot[perpetual];
  const sellsPerp = gap > 0;
  const perpDepth = (sellsPerp ? view.bidDepthLots[perpetual] : view.askDepthLots[perpetual]) * perpLot;
  const spotDepth = (sellsPerp ? view.askDepthLots[spot] : view.bidDepthLots[spot]) * spotLot;
  if (!(perpDepth > 0) || !(spotDepth > 0)) return 0;
  // x quanta move a leg by 1 % of x / depth; both legs move towards each other.
  const closing = (Math.abs(gap) * 100) / (1 / perpDepth + 1 / spotDepth);
  let size = (closing * params.gapShare[agent]) / context.count;
  size = Math.min(
    size,
    Math.min(perpDepth, spotDepth) * params.maxDepthShare[agent],
    memory.allowance[agent],
  );
  if (!sellsPerp) return Math.min(size, account.lots(agent, spot) * spotLot);
  const leverage = params.leverage[agent];
  const room = leverage * account.equityQuanta(agent) - account.perpNotionalQuanta(agent);
  const affordable = (account.freeQuanta(agent) * CASH_USE) / (1 + 1 / leverage);
  return Math.min(size, room, affordable);
}

/** Trades the perpetual back to even legs after a partial fill, reject or forced close; true if it did. */
function repairLegs(context: Context, agent: number, position: number): boolean {
  const { coins, view, params, orders } = context;
  const spot = view.spotMarket[coins[position]];
  const perpetual = view.perpMarket[coins[position]];
  const perpLot = view.midTicks[perpetual] * view.quantaPerTickLot[perpetual];
  const uneven = unevenSpotLots(context, agent, coins[position]) - base[position][agent];
  const lots = Math.abs(uneven) * lotRatio(view, spot, perpetual);
  if (lots * perpLot <= UNEVEN_SHARE * params.maxNotionalPerMinute[agent]) return false;
  const side = uneven > 0 ? SELL : BUY;
  const depth = side === SELL ? view.bidDepthLots[perpetual] : view.askDepthLots[perpetual];
  const sent = Math.floor(Math.min(lots, depth * params.maxDepthShare[agent]));
  if (sent < 1) return false;
  const source = Math.abs(view.return1m[perpetual]) >= Math.abs(view.return1m[spot]) ? perpetual : spot;
  orders.hedge(agent, perpetual, side, sent, source);
  return true;
}
