/**
 * Market maker: quotes a ladder in spot and perpetual of each coin; withdraws when volatility or losses rise.
 * Reference (unrounded): takes news over at once; follows the mid, a share of beta x the first coin's moves beyond its news, and
 * in perpetuals the index; what is left returns to the fundamental. Centre = reference x (1 + lift - skew x inventory / limit);
 * lift sums impact x 1 % x sqrt(f (f + impactKnee)) over looks, f = taker buys (less: sales) / 1 % depth, and fades. Depth =
 * target x max(depthFloor, calm x health) x refill; calm = (slow / fast volatility)^withdrawal; health = 1 / (1 + loss / riskCapital).
 * In a crash: spreads widen and depth goes, with `sharedCapital` in all coins; forced sales weigh more in thin books.
 * Sources: Avellaneda & Stoikov 2008 (skew); Lillo, Farmer & Mantegna 2003 (impact); Brunnermeier & Pedersen 2009 (loss spiral).
 */
import { defineAgent, exp, pow } from "@undertow/core";
import type { DecideContext } from "@undertow/core";
import { MAX_COINS, collect } from "./coin-columns.ts";
import { marketMakerParams, type MarketMakerParam } from "./market-maker-params.ts";
import { collectSlots, emptySlotMemory, marketMakerMemory } from "./market-maker-state.ts";
import { clamp } from "./order-size.ts";
import { type LadderQuote, writeLadder } from "./quote-ladder.ts";
import { fundamentalTicks } from "./signals.ts";

/** Requote also when a side's wished size differs by this share from the quoted one, */
const REQUOTE_SIZE_SHARE = 0.15;
/** or fills since the last quote exceed this share of the 1 % depth. */
const REQUOTE_FILL_SHARE = 0.02;
/** The skew grows with the variance, at most this many times. */
const MAX_SKEW_GROWTH = 2;
/** The spread grows at most this many times. */
const MAX_SPREAD_GROWTH = 20;
/** A side shrinks from half of the inventory limit on; at and beyond the limit this share is left. */
const LEAST_SIDE_SHARE = 0.3;
/** A single update never takes more than this many 1 % depths of taker orders at face value. */
const MAX_TAPE_DEPTHS = 5;
/** Quotes are lifted by at most this share of the reference, either way. */
const MAX_LIFT = 0.5;
/** Spot bids of one coin may take this share of free money. */
const SPOT_CASH_USE = 0.5;
/** Largest move of the first coin that is taken over in one update. */
const MAX_LEADER_MOVE = 0.05;
/** A mid older than this is not followed. */
const STALE_MID_MICROS = 60e6;

type Context = DecideContext<MarketMakerParam>;

const slots = emptySlotMemory();
const perpDepth: Float64Array[] = [];
const spotDepth: Float64Array[] = [];
const coinLoss: Float64Array[] = [];
const lastValue: Float64Array[] = [];
/** Relative move of each coin's fundamental since the agent's last wake; refilled per agent. */
const newsMove = new Float64Array(MAX_COINS);
/** What has faded since the agent's last wake, as shares in [0, 1]; refilled per agent. */
let leaderMove = 0;
const faded = { follow: 0, news: 0, lift: 0, index: 0, withdraw: 0, refill: 0, loss: 0 };
const quote: LadderQuote = {
  bidCentre: 0,
  askCentre: 0,
  halfSpread: 0,
  power: 1,
  givesWay: true,
  bidLots: 0,
  askLots: 0,
  maxBidLots: 0,
  maxAskLots: 0,
  written: 0,
};

/** The market maker type. */
export const marketMaker = defineAgent({
  name: "market-maker",
  summary:
    "Quotes both sides around a reference, skews with inventory, withdraws with volatility and losses.",
  source: "Avellaneda & Stoikov 2008; Brunnermeier & Pedersen 2009; Obizhaeva & Wang 2013",
  params: marketMakerParams,
  memory: marketMakerMemory,
  wake: { interval: "interval", kind: "fixed" },
  decide(context: Context) {
    const { due, coins, account, params, memory } = context;
    collect(params, "perpDepth", coins.length, perpDepth);
    collect(params, "spotDepth", coins.length, spotDepth);
    collect(memory, "coinLoss", coins.length, coinLoss);
    collect(memory, "lastValue", coins.length, lastValue);
    collectSlots(memory, 2 * coins.length, slots);
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      if (memory.lastMicros[agent] === 0) start(context, agent);
      measureFading(context, agent);
      measureNews(context, agent);
      measureLeader(context, agent);
      updateLosses(context, agent);
      if (account.equityQuanta(agent) <= 0) {
        standAside(context, agent);
        continue;
      }
      const capitalPerDepth = fencedCapital(context, agent);
      for (let c = 0; c < coins.length; c++) {
        const health = riskHealth(context, agent, c, capitalPerDepth);
        quoteMarket(context, agent, c, 0, health);
        quoteMarket(context, agent, c, 1, health);
      }
    }
  },
});

function start(context: Context, agent: number): void {
  const { coins, view, account, orders, params } = context;
  for (let c = 0; c < coins.length; c++) {
    for (let leg = 0; leg < 2; leg++) {
      const slot = 2 * c + leg;
      const market = leg === 1 ? view.perpMarket[coins[c]] : view.spotMarket[coins[c]];
      const lots = account.lots(agent, market);
      slots.baseLots[slot][agent] = leg === 1 ? 0 : lots;
      slots.lastLots[slot][agent] = lots;
      slots.lastMid[slot][agent] = view.midTicks[market];
      slots.calm[slot][agent] = 1;
      slots.bought[slot][agent] = view.boughtLots[market];
      slots.sold[slot][agent] = view.soldLots[market];
      slots.bidRefill[slot][agent] = 1;
      slots.askRefill[slot][agent] = 1;
      if (leg === 1) orders.setLeverage(agent, market, params.leverage[agent]);
    }
  }
}

function measureFading(context: Context, agent: number): void {
  const { params, view, memory } = context;
  const last = memory.lastMicros;
  const micros = last[agent] === 0 ? 0 : view.nowMicros - last[agent];
  last[agent] = view.nowMicros;
  faded.follow = 1 - exp((-Math.LN2 * micros) / params.followHalfLife[agent]);
  faded.news = 1 - exp((-Math.LN2 * micros) / params.newsHalfLife[agent]);
  faded.lift = 1 - exp((-Math.LN2 * micros) / params.impactHalfLife[agent]);
  faded.index = 1 - exp((-Math.LN2 * micros) / params.indexHalfLife[agent]);
  faded.withdraw = 1 - exp(-micros / params.withdrawMemory[agent]);
  faded.refill = 1 - exp((-Math.LN2 * micros) / params.refillHalfLife[agent]);
  faded.loss = 1 - exp((-Math.LN2 * micros) / params.lossHalfLife[agent]);
}

/** News since the last wake: it is in the quotes at once. */
function measureNews({ coins, view }: Context, agent: number): void {
  for (let c = 0; c < coins.length; c++) {
    const value = view.fundamental[coins[c]];
    const last = lastValue[c][agent];
    newsMove[c] = last > 0 && value > 0 ? value / last - 1 : 0;
    lastValue[c][agent] = value;
  }
}

/** Relative move of the first coin since the last wake beyond its news, of which the agent makes news for the others. */
function measureLeader(context: Context, agent: number): void {
  const { view, memory, params } = context;
  const mid = view.midTicks[view.spotMarket[0]];
  const last = memory.leaderMid[agent];
  const beyond = last > 0 && mid > 0 ? mid / last - 1 - newsMove[0] : 0;
  const move = clamp(beyond, -MAX_LEADER_MOVE, MAX_LEADER_MOVE);
  leaderMove = params.leaderShare[agent] * move;
  memory.leaderMid[agent] = mid;
}

/** Marks the inventory carried since the last wake: losses add up, gains set off, both fade. */
function updateLosses(context: Context, agent: number): void {
  const { coins, view, memory } = context;
  let total = 0;
  for (let c = 0; c < coins.length; c++) {
    let gain = 0;
    for (let leg = 0; leg < 2; leg++) {
      const slot = 2 * c + leg;
      const market = leg === 1 ? view.perpMarket[coins[c]] : view.spotMarket[coins[c]];
      const mid = view.midTicks[market];
      const before = slots.lastMid[slot][agent];
      const carried = slots.lastLots[slot][agent] - slots.baseLots[slot][agent];
      if (before > 0) gain += carried * (mid - before) * view.quantaPerTickLot[market];
      slots.lastMid[slot][agent] = mid;
    }
    coinLoss[c][agent] = Math.max(0, coinLoss[c][agent] * (1 - faded.loss) - gain);
    total += gain;
  }
  memory.loss[agent] = Math.max(0, memory.loss[agent] * (1 - faded.loss) - total);
}

function standAside(context: Context, agent: number): void {
  const { coins, view, account, orders } = context;
  for (let c = 0; c < coins.length; c++) {
    const spot = view.spotMarket[coins[c]];
    const perpetual = view.perpMarket[coins[c]];
    if (account.restingOrders(agent, spot) > 0) orders.cancelAll(agent, spot);
    if (account.restingOrders(agent, perpetual) > 0) orders.cancelAll(agent, perpetual);
  }
}

/** Risk capital per quantum of wished depth: a coin's fenced share follows its depth. */
function fencedCapital(context: Context, agent: number): number {
  let depth = 0;
  for (let c = 0; c < context.coins.length; c++) depth += perpDepth[c][agent] + spotDepth[c][agent];
  return depth > 0 ? context.params.riskCapital[agent] / depth : 0;
}

/** 1 / (1 + loss / budget), of the whole account or of the coin behind its fence. */
function riskHealth(context: Context, agent: number, position: number, capitalPerDepth: number): number {
  const { params, memory } = context;
  if (params.sharedCapital[agent] !== 0) {
    return params.riskCapital[agent] / (params.riskCapital[agent] + memory.loss[agent]);
  }
  const budget = capitalPerDepth * (perpDepth[position][agent] + spotDepth[position][agent]);
  return budget > 0 ? budget / (budget + coinLoss[position][agent]) : 0;
}

function quoteMarket(context: Context, agent: number, position: number, leg: number, health: number): void {
  const { coins, view, account, params, orders } = context;
  const depthQuanta = leg === 1 ? perpDepth[position][agent] : spotDepth[position][agent];
  if (!(depthQuanta > 0)) return;
  const slot = 2 * position + leg;
  const market = leg === 1 ? view.perpMarket[coins[position]] : view.spotMarket[coins[position]];
  const held = account.lots(agent, market);
  const filled = held - slots.lastLots[slot][agent];
  slots.lastLots[slot][agent] = held;
  const size = Math.max(params.depthFloor[agent], updateCalm(context, agent, market, slot) * health);
  const reference = updateReference(context, agent, position, market, slot, size);
  if (!(reference > 0)) return;
  const depthLots = depthQuanta / (reference * view.quantaPerTickLot[market]);
  updateRefill(agent, slot, filled / depthLots);
  const lift = impactLift(context, agent, market, slot);
  const inventory = (held - slots.baseLots[slot][agent]) / (params.inventoryLimit[agent] * depthLots);
  const slow = view.volatilitySlow[market];
  const unrest = slow > 0 ? clamp(view.volatilityFast[market] / slow, 1, MAX_SPREAD_GROWTH) : 1;
  const skew = params.skew[agent] * Math.min(unrest * unrest, MAX_SKEW_GROWTH);
  const centre = reference * (1 + lift - skew * clamp(inventory, -1, 1));
  const bidShare = size * slots.bidRefill[slot][agent] * sideRoom(inventory);
  const askShare = size * slots.askRefill[slot][agent] * sideRoom(-inventory);
  quote.power = params.depthPower[agent];
  quote.halfSpread = params.halfSpreadBp[agent] * 1e-4 * unrest;
  const resting = account.restingOrders(agent, market);
  const isWhole = resting > 0 && resting >= slots.quotedOrders[slot][agent];
  const current =
    isWhole &&
    Math.abs(centre / slots.quotedCentre[slot][agent] - 1) <= params.requoteShare[agent] * quote.halfSpread &&
    Math.abs(bidShare / slots.quotedBid[slot][agent] - 1) <= REQUOTE_SIZE_SHARE &&
    Math.abs(askShare / slots.quotedAsk[slot][agent] - 1) <= REQUOTE_SIZE_SHARE &&
    Math.abs(held - slots.quotedLots[slot][agent]) <= REQUOTE_FILL_SHARE * depthLots;
  if (current) return;
  slots.quotedBid[slot][agent] = bidShare;
  slots.quotedAsk[slot][agent] = askShare;
  slots.quotedLots[slot][agent] = held;
  // Others follow news too: their stale quotes are gone by the time this one arrives. A quote that was refused gives way.
  quote.givesWay = !isWhole;
  quote.bidCentre = centre;
  quote.askCentre = centre;
  quote.bidLots = bidShare * depthLots;
  quote.askLots = askShare * depthLots;
  // Spot cannot be sold short nor bought on credit, and must not eat the margin of the perpetuals.
  const money = leg === 1 ? Infinity : Math.max(0, account.freeQuanta(agent)) * SPOT_CASH_USE;
  quote.maxBidLots = money / (reference * view.quantaPerTickLot[market]);
  quote.maxAskLots = leg === 1 ? Infinity : held;
  slots.quotedCentre[slot][agent] = writeLadder(orders, view, agent, market, quote);
  slots.quotedOrders[slot][agent] = quote.written;
}

/** News at once, then the mid, the leader and the index; ticks, never rounded (rounding would lose small drifts). */
function updateReference(
  context: Context,
  agent: number,
  position: number,
  market: number,
  slot: number,
  size: number,
): number {
  const { view } = context;
  const mid = view.midTicks[market];
  const value = fundamentalTicks(view, market);
  const column = slots.reference[slot];
  if (column[agent] === 0) column[agent] = mid > 0 ? mid : value;
  let reference = column[agent] * (1 + newsMove[position]);
  const centre = slots.quotedCentre[slot][agent];
  // The mid is compared with the middle of the own quotes, else the agent would chase its own skew.
  if (mid > 0 && centre > 0 && view.midAgeMicros[market] <= STALE_MID_MICROS) {
    reference += (mid - centre) * faded.follow;
  }
  const coin = view.coinOfMarket[market];
  if (coin !== 0) reference *= 1 + leaderMove * view.beta[coin];
  reference += (value - reference) * faded.news * size;
  const index = view.indexTicks[market];
  if (view.perpMarket[coin] === market && index > 0) {
    reference += (index - reference) * faded.index;
  }
  column[agent] = reference > 1 ? reference : 1;
  return column[agent];
}

/** Share by which the quotes stand above the reference: fades, and grows with what takers did since the last wake. */
function impactLift(context: Context, agent: number, market: number, slot: number): number {
  const { view } = context;
  const depth = 0.5 * (view.bidDepthLots[market] + view.askDepthLots[market]);
  const bought = sinceLast(view.boughtLots[market], slots.bought[slot], agent);
  const sold = sinceLast(view.soldLots[market], slots.sold[slot], agent);
  const column = slots.lift[slot];
  const fresh =
    depth > 0 ? shiftOf(context, agent, bought / depth) - shiftOf(context, agent, sold / depth) : 0;
  column[agent] = clamp(column[agent] + (fresh - column[agent] * faded.lift), -MAX_LIFT, MAX_LIFT);
  return column[agent];
}

/** Growth of a count since the last wake. */
function sinceLast(count: number, column: Float64Array, agent: number): number {
  const grown = count - column[agent];
  column[agent] = count;
  return grown;
}

/** Concave for single orders, in proportion for bursts. */
function shiftOf({ params }: Context, agent: number, depths: number): number {
  const size = Math.min(depths, MAX_TAPE_DEPTHS);
  return 0.01 * params.impact[agent] * Math.sqrt(size * (size + params.impactKnee[agent]));
}

/** Depth that volatility leaves, smoothed. */
function updateCalm(context: Context, agent: number, market: number, slot: number): number {
  const { view, params } = context;
  const fast = view.volatilityFast[market];
  const slow = view.volatilitySlow[market];
  const power = params.withdrawal[agent];
  const ratio = fast > slow && slow > 0 ? slow / fast : 1;
  const target = power === 1 ? ratio : pow(ratio, power);
  const column = slots.calm[slot];
  column[agent] += (target - column[agent]) * faded.withdraw;
  return column[agent];
}

/** Net fills empty the side that was hit (a side holds two depths within 5 %); the rest returns with time. */
function updateRefill(agent: number, slot: number, fillDepths: number): void {
  const bid = slots.bidRefill[slot];
  const ask = slots.askRefill[slot];
  if (fillDepths > 0) bid[agent] = Math.max(0, bid[agent] - fillDepths / 2);
  if (fillDepths < 0) ask[agent] = Math.max(0, ask[agent] + fillDepths / 2);
  bid[agent] += (1 - bid[agent]) * faded.refill;
  ask[agent] += (1 - ask[agent]) * faded.refill;
}

/** Share of a side left by the inventory it would add to: 1 up to half of the limit, then falling. */
function sideRoom(inventoryShare: number): number {
  return clamp(2 * (1 - inventoryShare), LEAST_SIDE_SHARE, 1);
}
