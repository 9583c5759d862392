/**
 * Cross-venue arbitrageur: buys a perpetual where it is cheap and sells it where it is dear, with cash on each venue.
 *
 * gap = best bid of the dearest venue / best ask of the cheapest - 1, among venues that list the coin, are not halted
 * and show both sides. Beyond `threshold` it trades both legs: the population together closes `gapShare` of the gap per
 * interval at visible depth, each agent at most `maxDepthShare` of either side, `maxNotionalPerMinute` (token bucket)
 * and what either account can carry. Uneven legs are repaired first; cash is levelled by slow transfers.
 * In a crash: carries forced selling from venue to venue until cash, depth or a halt stops it; then the gap stays open.
 * Source: Makarov & Schoar 2020 (gaps between exchanges); Hautsch, Scheuch & Voigt 2024 (slow settlement as a limit to
 * arbitrage). Sizes, pace and the rule against overshoot are own.
 */
import { BUY, SELL, defineAgent } from "@undertow/core";
import type { DecideContext, ParamSpec } from "@undertow/core";
import {
  CASH_USE,
  PRICE_BAND,
  paceMemory,
  paceParams,
  refillAllowance,
  UNEVEN_SHARE,
} from "./arbitrage-pace.ts";
import { MAX_COINS, collect, numberedMemory } from "./coin-columns.ts";
import { lotRatio } from "./signals.ts";

const paramSpecs = {
  interval: { unit: "duration", description: "time between looks", default: 10e6, min: 1e6 },
  threshold: {
    unit: "ratio",
    description: "gap that pays the taker fees of both legs and risk",
    default: 0.0012,
    min: 0,
    max: 0.5,
  },
  ...paceParams,
  leverage: {
    unit: "ratio",
    description: "most perpetual notional over equity on each venue",
    default: 3,
    min: 1,
  },
  repairPause: {
    unit: "duration",
    description: "time after the repair of a leg in which only repairs are sent",
    default: 60e6,
    min: 0,
  },
  minCashShare: {
    unit: "ratio",
    description: "free cash of an account over an equal split below which cash is sent there",
    default: 0.5,
    min: 0,
    max: 1,
  },
  levelInterval: {
    unit: "duration",
    description: "least time between two transfers, sent or refused",
    default: 300e6,
    min: 1e6,
  },
} satisfies Record<string, ParamSpec>;

const initialMemory: Record<string, number> = {
  ...paceMemory,
  /** Until then only repairs. */
  pausedUntil: 0,
  /** Moment of the last transfer. */
  levelledMicros: 0,
  /** Per coin: perpetuals of all venues at the start, in lots of the home venue; what counts as even. */
  ...numberedMemory("base", MAX_COINS),
};

type Context = DecideContext<keyof typeof paramSpecs>;

const base: Float64Array[] = [];
/** Per venue of the population: what the agent may still open at this wake, by leverage and by free cash, quanta. */
const notionalLeft: number[] = [];
const cashLeft: number[] = [];

/** The cross-venue arbitrageur type. */
export const crossVenueArbitrageur = defineAgent({
  name: "cross-venue-arbitrageur",
  summary: "Trades a perpetual between venues when their prices differ, within its cash on each of them.",
  source: "Makarov & Schoar 2020; Hautsch, Scheuch & Voigt 2024; sizes and pace: own",
  minVenues: 2,
  params: paramSpecs,
  memory: initialMemory,
  wake: { interval: "interval", kind: "fixed" },
  trades: "perpetual",
  decide(context: Context) {
    const { due, coins, memory } = context;
    collect(memory, "base", coins.length, base);
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      if (memory.lastMicros[agent] === 0) start(context, agent);
      refillAllowance(context, agent);
      measureRoom(context, agent);
      levelCash(context, agent);
      for (let c = 0; c < coins.length; c++) visitCoin(context, agent, c);
    }
  },
});

function start(context: Context, agent: number): void {
  const { coins, venues, view, orders, params, memory } = context;
  memory.lastMicros[agent] = view.nowMicros;
  memory.allowance[agent] = params.maxNotionalPerMinute[agent];
  for (let c = 0; c < coins.length; c++) {
    base[c][agent] = netHomeLots(context, agent, coins[c]);
    for (let v = 0; v < venues.length; v++) {
      const market = view.perpMarketAt[venues[v] * view.coinCount + coins[c]];
      if (market >= 0) orders.setLeverage(agent, market, params.leverage[agent]);
    }
  }
}

function measureRoom(context: Context, agent: number): void {
  const { venues, account, params } = context;
  for (let v = 0; v < venues.length; v++) {
    const equity = account.equityQuanta(agent, venues[v]);
    notionalLeft[v] = params.leverage[agent] * equity - account.perpNotionalQuanta(agent, venues[v]);
    cashLeft[v] = account.freeQuanta(agent, venues[v]);
  }
}

/** Sends half of the difference from the richest to the poorest account, unless something is still on its way. */
function levelCash(context: Context, agent: number): void {
  const { venues, view, account, orders, params, memory } = context;
  const last = memory.levelledMicros[agent];
  if (last > 0 && view.nowMicros - last < params.levelInterval[agent]) return;
  let rich = 0;
  let poor = 0;
  let total = 0;
  for (let v = 0; v < venues.length; v++) {
    if (account.inTransitQuanta(agent, venues[v]) > 0) return;
    total += cashLeft[v];
    if (cashLeft[v] > cashLeft[rich]) rich = v;
    if (cashLeft[v] < cashLeft[poor]) poor = v;
  }
  if (!(cashLeft[poor] < (params.minCashShare[agent] * total) / venues.length)) return;
  // Unrealised profit is free for orders, but cannot be sent.
  const sendable = Math.min(cashLeft[rich], account.cashQuanta(agent, venues[rich])) * CASH_USE;
  const quanta = Math.floor(Math.min((cashLeft[rich] - cashLeft[poor]) / 2, sendable));
  if (!(quanta >= 1)) return;
  orders.transfer(agent, venues[rich], venues[poor], quanta);
  memory.levelledMicros[agent] = view.nowMicros;
  cashLeft[rich] -= quanta;
  notionalLeft[rich] -= params.leverage[agent] * quanta;
}

function visitCoin(context: Context, agent: number, position: number): void {
  const { coins, view, params, memory } = context;
  const coin = coins[position];
  const home = view.perpMarket[coin];
  const uneven = netHomeLots(context, agent, coin) - base[position][agent];
  const unevenQuanta = Math.abs(uneven) * lotQuanta(context, home);
  if (unevenQuanta > UNEVEN_SHARE * params.maxNotionalPerMinute[agent]) {
    if (repairLegs(context, agent, coin, uneven)) {
      memory.pausedUntil[agent] = view.nowMicros + params.repairPause[agent];
    }
    return;
  }
  if (view.nowMicros >= memory.pausedUntil[agent]) tradeGap(context, agent, coin);
}

/** Perpetuals of a coin on all of the agent's venues in lots of the home venue. */
function netHomeLots(context: Context, agent: number, coin: number): number {
  const { venues, view, account } = context;
  const home = view.perpMarket[coin];
  let net = 0;
  for (let v = 0; v < venues.length; v++) {
    const market = view.perpMarketAt[venues[v] * view.coinCount + coin];
    if (market >= 0) net += account.lots(agent, market) * lotRatio(view, market, home);
  }
  return net;
}

/** The coin's perpetual on a venue if one can trade there now: not halted, with both sides shown; else -1. */
function openMarket(context: Context, venue: number, coin: number): number {
  const { view } = context;
  const market = view.perpMarketAt[venue * view.coinCount + coin];
  if (market < 0 || view.halted[market] !== 0) return -1;
  return view.bidTicks[market] > 0 && view.askTicks[market] > 0 ? market : -1;
}

function tradeGap(context: Context, agent: number, coin: number): void {
  const { venues, view, params, orders, memory } = context;
  let cheap = -1;
  let dear = -1;
  let ask = Infinity;
  let bid = 0;
  for (let v = 0; v < venues.length; v++) {
    const market = openMarket(context, venues[v], coin);
    if (market < 0) continue;
    if (view.askTicks[market] * view.tickSize[market] < ask) {
      ask = view.askTicks[market] * view.tickSize[market];
      cheap = v;
    }
    if (view.bidTicks[market] * view.tickSize[market] > bid) {
      bid = view.bidTicks[market] * view.tickSize[market];
      dear = v;
    }
  }
  // In one book the bid is below the ask, so that beyond the threshold the two venues differ.
  const gap = bid / ask - 1;
  if (!(gap > params.threshold[agent])) return;
  const bought = openMarket(context, venues[cheap], coin);
  const sold = openMarket(context, venues[dear], coin);
  const size = gapQuanta(context, agent, bought, sold, gap);
  const buySize = Math.min(size, roomQuanta(context, agent, cheap, bought, BUY));
  const sellSize = Math.min(size, roomQuanta(context, agent, dear, sold, SELL));
  // Whole lots of the coarser leg decide; the other leg follows in coins.
  const ratio = lotRatio(view, bought, sold);
  let buyLots = Math.floor(buySize / lotQuanta(context, bought));
  const sellLots = Math.floor(Math.min(buyLots * ratio, sellSize / lotQuanta(context, sold)));
  buyLots = Math.floor(Math.min(buyLots, sellLots / ratio));
  if (buyLots < 1 || sellLots < 1) return;
  const source = Math.abs(view.return1m[bought]) >= Math.abs(view.return1m[sold]) ? bought : sold;
  orders.hedge(agent, bought, BUY, buyLots, source);
  orders.hedge(agent, sold, SELL, sellLots, source);
  spendRoom(context, agent, cheap, bought, BUY, buyLots);
  spendRoom(context, agent, dear, sold, SELL, sellLots);
  memory.allowance[agent] -= Math.max(
    buyLots * lotQuanta(context, bought),
    sellLots * lotQuanta(context, sold),
  );
}

/** Notional of one leg in quanta that the gap, visible depth and pace allow. */
function gapQuanta(context: Context, agent: number, bought: number, sold: number, gap: number): number {
  const { view, count, params, memory } = context;
  const askDepth = view.askDepthLots[bought] * lotQuanta(context, bought);
  const bidDepth = view.bidDepthLots[sold] * lotQuanta(context, sold);
  if (!(askDepth > 0) || !(bidDepth > 0)) return 0;
  // x quanta move a leg by 1 % of x / depth; both legs move towards each other.
  const closing = (gap * 100) / (1 / askDepth + 1 / bidDepth);
  return Math.min(
    (closing * params.gapShare[agent]) / count,
    Math.min(askDepth, bidDepth) * params.maxDepthShare[agent],
    memory.allowance[agent],
  );
}

/** Largest order in quanta that the account on venue `v` of the population can carry: what it closes, and its room. */
function roomQuanta(context: Context, agent: number, v: number, market: number, side: number): number {
  const closing = closableLots(context, agent, market, side) * lotQuanta(context, market);
  const leverage = context.params.leverage[agent];
  const affordable = (cashLeft[v] * CASH_USE) / ((1 + PRICE_BAND) / leverage + PRICE_BAND);
  return closing + Math.max(0, Math.min(notionalLeft[v] + closing, affordable));
}

/** Takes what an order opens from the room of its venue, so that the coins of one wake share it. */
function spendRoom(
  context: Context,
  agent: number,
  v: number,
  market: number,
  side: number,
  lots: number,
): void {
  const closing = closableLots(context, agent, market, side);
  const opening = Math.max(0, lots - closing) * lotQuanta(context, market);
  const leverage = context.params.leverage[agent];
  notionalLeft[v] -= opening;
  cashLeft[v] -= (opening * ((1 + PRICE_BAND) / leverage + PRICE_BAND)) / CASH_USE;
}

/** Lots of the agent's opposite position, which need no margin to be closed. */
function closableLots(context: Context, agent: number, market: number, side: number): number {
  return Math.max(0, -side * context.account.lots(agent, market));
}

function lotQuanta({ view }: Context, market: number): number {
  return view.midTicks[market] * view.quantaPerTickLot[market];
}

/**
 * Trades back to even legs after a reject, halt, partial fill or forced close: where most of it can be done, the better
 * price deciding between equals; true if it did.
 *
 * @param uneven what is held too much, in lots of the home venue
 */
function repairLegs(context: Context, agent: number, coin: number, uneven: number): boolean {
  const { venues, view, params, orders } = context;
  const home = view.perpMarket[coin];
  const side = uneven > 0 ? SELL : BUY;
  let best = -1;
  let bestLots = 0;
  let bestHomeLots = 0;
  let bestPrice = 0;
  for (let v = 0; v < venues.length; v++) {
    const market = openMarket(context, venues[v], coin);
    if (market < 0) continue;
    const depth = side === SELL ? view.bidDepthLots[market] : view.askDepthLots[market];
    const room = roomQuanta(context, agent, v, market, side) / lotQuanta(context, market);
    const wanted = Math.abs(uneven) * lotRatio(view, home, market);
    const lots = Math.floor(Math.min(wanted, depth * params.maxDepthShare[agent], room));
    const homeLots = lots * lotRatio(view, market, home);
    const ticks = side === SELL ? view.bidTicks[market] : view.askTicks[market];
    const price = -side * ticks * view.tickSize[market];
    if (lots < 1 || homeLots < bestHomeLots) continue;
    if (homeLots === bestHomeLots && price <= bestPrice) continue;
    best = v;
    bestLots = lots;
    bestHomeLots = homeLots;
    bestPrice = price;
  }
  if (best < 0) return false;
  const market = openMarket(context, venues[best], coin);
  const first = Math.abs(view.return1m[market]) >= Math.abs(view.return1m[home]) ? market : home;
  orders.hedge(agent, market, side, bestLots, first);
  spendRoom(context, agent, best, market, side, bestLots);
  return true;
}
