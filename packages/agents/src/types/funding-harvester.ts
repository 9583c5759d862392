/**
 * Funding harvester: long spot and short the perpetual of the same coin for the funding, without a view on the price.
 *
 * carry = the funding rate smoothed with `carryHalfLife`. Above `entryRate` it builds the pair, below `exitRate` it takes
 * it down; between the two it keeps what it has. Wished notional of a coin = `capitalShare` x equity / coins x
 * min(1, carry / fullRate); a look moves it by at most `pace` of that, `maxDepthShare` of visible depth, and what is free
 * (the coins share it, in their order).
 * In a crash: funding turns, so it sells spot and buys back perpetuals; when its short is liquidated or auto-deleveraged
 * (NOTICE_ADL) its coins are naked, and it sells them at once, into the fall; then it stays out for `reentryDelay`.
 * Source: Schmeling, Schrimpf & Todorov 2023 (crypto carry); the lost leg: own.
 */
import { BUY, NOTICE_ADL, NOTICE_LIQUIDATED, SELL, defineAgent, exp } from "@undertow/core";
import type { DecideContext, ParamSpec } from "@undertow/core";
import { CASH_USE, PRICE_BAND } from "./arbitrage-pace.ts";
import { MAX_COINS, collect, numberedMemory } from "./coin-columns.ts";
import { depthShareParam, lotsForNotional, lotsWithinDepth } from "./order-size.ts";
import { lotRatio } from "./signals.ts";

/** Coins without a short against them are sold when they are worth more than this share of the wished pair. */
const NAKED_SHARE = 0.02;

const paramSpecs = {
  interval: { unit: "duration", description: "time between looks", default: 300e6, min: 1e6 },
  carryHalfLife: {
    unit: "duration",
    description: "half-life of the smoothed funding rate",
    default: 28_800e6,
    min: 1e6,
  },
  entryRate: {
    unit: "ratio",
    description: "smoothed funding rate per interval above which pairs are built",
    default: 0.00015,
    min: -0.05,
    max: 0.05,
  },
  exitRate: {
    unit: "ratio",
    description: "smoothed funding rate per interval below which pairs are taken down",
    default: 0,
    min: -0.05,
    max: 0.05,
  },
  fullRate: {
    unit: "ratio",
    description: "smoothed funding rate per interval at which all capital is used",
    default: 0.0003,
    min: 1e-6,
    max: 0.05,
  },
  capitalShare: {
    unit: "ratio",
    description: "notional of one leg over equity at full carry, over all coins",
    default: 0.6,
    min: 0,
    max: 5,
  },
  pace: {
    unit: "ratio",
    description: "largest change per look over the wished notional",
    default: 0.1,
    min: 0.001,
    max: 1,
  },
  maxDepthShare: depthShareParam("largest leg over visible depth", 0.05),
  leverage: { unit: "ratio", description: "leverage of the short leg", default: 2, min: 1, max: 125 },
  reentryDelay: {
    unit: "duration",
    description: "time out of a coin after its short was closed by force",
    default: 86_400e6,
    min: 0,
  },
} satisfies Record<string, ParamSpec>;

const initialMemory: Record<string, number> = {
  /** Moment of the last look; 0 before the first. */
  lastMicros: 0,
  /** Per coin: smoothed funding rate; coins kept that belong to no pair, in spot lots; moment from which it may enter. */
  ...numberedMemory("carry", MAX_COINS),
  ...numberedMemory("kept", MAX_COINS),
  ...numberedMemory("ready", MAX_COINS),
};

type Context = DecideContext<keyof typeof paramSpecs>;

const carry: Float64Array[] = [];
const kept: Float64Array[] = [];
const ready: Float64Array[] = [];
/** Free cash that the agent at hand has not spent at this look, quanta: scratch. */
const cash = { leftQuanta: 0 };

/** The funding harvester type. */
export const fundingHarvester = defineAgent({
  name: "funding-harvester",
  summary:
    "Holds spot against a short perpetual while funding pays; sells the coins when it loses the short.",
  source: "Schmeling, Schrimpf & Todorov 2023 (crypto carry); lost leg: own",
  params: paramSpecs,
  memory: initialMemory,
  wake: { interval: "interval", kind: "fixed" },
  decide(context: Context) {
    const { due, coins, memory } = context;
    collect(memory, "carry", coins.length, carry);
    collect(memory, "kept", coins.length, kept);
    collect(memory, "ready", coins.length, ready);
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      const isFirst = memory.lastMicros[agent] === 0;
      if (isFirst) start(context, agent);
      const thrownOut = (due.notice[k] & (NOTICE_ADL | NOTICE_LIQUIDATED)) !== 0;
      const fading = fadingSince(context, agent);
      cash.leftQuanta = context.account.freeQuanta(agent);
      for (let c = 0; c < coins.length; c++) visitCoin(context, agent, c, fading, thrownOut);
    }
  },
});

function start(context: Context, agent: number): void {
  const { coins, view, orders, params } = context;
  for (let c = 0; c < coins.length; c++) {
    const perpetual = view.perpMarket[coins[c]];
    carry[c][agent] = view.fundingRate[perpetual];
    kept[c][agent] = Math.max(0, nakedSpotLots(context, agent, coins[c]));
    orders.setLeverage(agent, perpetual, params.leverage[agent]);
  }
}

/** Share of an old value that is gone since the last look. */
function fadingSince({ view, params, memory }: Context, agent: number): number {
  const last = memory.lastMicros[agent];
  memory.lastMicros[agent] = view.nowMicros;
  if (last === 0) return 0;
  return 1 - exp((-Math.LN2 * (view.nowMicros - last)) / params.carryHalfLife[agent]);
}

/** Coins beyond those that the short covers, in spot lots; negative when the short is the larger leg. */
function nakedSpotLots({ view, account }: Context, agent: number, coin: number): number {
  const spot = view.spotMarket[coin];
  const perpetual = view.perpMarket[coin];
  return account.lots(agent, spot) + account.lots(agent, perpetual) * lotRatio(view, perpetual, spot);
}

function visitCoin(
  context: Context,
  agent: number,
  position: number,
  fading: number,
  thrownOut: boolean,
): void {
  const { coins, view, params } = context;
  const coin = coins[position];
  const spot = view.spotMarket[coin];
  const perpetual = view.perpMarket[coin];
  const spotLot = view.midTicks[spot] * view.quantaPerTickLot[spot];
  if (!(spotLot > 0) || !(view.midTicks[perpetual] > 0)) return;
  const column = carry[position];
  column[agent] += (view.fundingRate[perpetual] - column[agent]) * fading;
  const wished = wishedQuanta(context, agent, column[agent]);
  const naked = nakedSpotLots(context, agent, coin) - kept[position][agent];
  if (naked * spotLot > NAKED_SHARE * fullQuanta(context, agent)) {
    if (thrownOut) ready[position][agent] = view.nowMicros + params.reentryDelay[agent];
    sellNaked(context, agent, spot, perpetual, naked);
    return;
  }
  if (naked < 0 && buyBackShort(context, agent, spot, perpetual, -naked)) return;
  const heldQuanta = Math.max(
    0,
    -context.account.lots(agent, perpetual) * lotRatio(view, perpetual, spot) * spotLot,
  );
  const change = wished - heldQuanta;
  if (change > 0 && column[agent] > params.entryRate[agent] && view.nowMicros >= ready[position][agent])
    build(context, agent, coin, change);
  else if (change < 0 && column[agent] < params.exitRate[agent]) takeDown(context, agent, coin, -change);
}

/** Notional of one leg of one coin at full carry. */
function fullQuanta({ account, coins, params }: Context, agent: number): number {
  return (params.capitalShare[agent] * Math.max(0, account.equityQuanta(agent))) / coins.length;
}

function wishedQuanta(context: Context, agent: number, rate: number): number {
  const { params } = context;
  if (rate < params.exitRate[agent]) return 0;
  return fullQuanta(context, agent) * Math.max(0, Math.min(1, rate / params.fullRate[agent]));
}

/** The short is gone or smaller than the coins: what is naked goes, as deep as the bids allow. */
function sellNaked(context: Context, agent: number, spot: number, perpetual: number, naked: number): void {
  const { view, params, orders } = context;
  const lots = lotsWithinDepth(Math.floor(naked), view.bidDepthLots[spot], params.maxDepthShare[agent]);
  if (lots >= 1) orders.hedge(agent, spot, SELL, lots, perpetual);
}

/** The short is larger than the coins: buys it back; true if it sent an order. */
function buyBackShort(
  context: Context,
  agent: number,
  spot: number,
  perpetual: number,
  missing: number,
): boolean {
  const { view, account, params, orders } = context;
  const wished = Math.min(
    Math.floor(missing * lotRatio(view, spot, perpetual)),
    Math.max(0, -account.lots(agent, perpetual)),
  );
  const lots = lotsWithinDepth(wished, view.askDepthLots[perpetual], params.maxDepthShare[agent]);
  if (lots < 1) return false;
  orders.hedge(agent, perpetual, BUY, lots, spot);
  return true;
}

function build(context: Context, agent: number, coin: number, missing: number): void {
  const { view, params, orders } = context;
  const spot = view.spotMarket[coin];
  const perpetual = view.perpMarket[coin];
  // What the venue holds for a pair over its notional: the coins, the margin, and the loss that the short opens with.
  const held = (1 + PRICE_BAND + 1 / params.leverage[agent] + PRICE_BAND) / CASH_USE;
  const pace = params.pace[agent] * fullQuanta(context, agent);
  const pair = pairLots(context, agent, coin, Math.min(missing, cash.leftQuanta / held, pace), BUY);
  if (pair < 1) return;
  cash.leftQuanta -= pair * view.midTicks[spot] * view.quantaPerTickLot[spot] * held;
  orders.hedge(agent, perpetual, SELL, Math.floor(pair * lotRatio(view, spot, perpetual)), perpetual);
  orders.hedge(agent, spot, BUY, pair, perpetual);
}

function takeDown(context: Context, agent: number, coin: number, surplus: number): void {
  const { view, params, orders } = context;
  const spot = view.spotMarket[coin];
  const perpetual = view.perpMarket[coin];
  const pace = Math.max(params.pace[agent] * fullQuanta(context, agent), params.pace[agent] * surplus);
  const pair = pairLots(context, agent, coin, Math.min(surplus, pace), SELL);
  if (pair < 1) return;
  orders.hedge(agent, perpetual, BUY, Math.floor(pair * lotRatio(view, spot, perpetual)), perpetual);
  orders.hedge(agent, spot, SELL, pair, perpetual);
}

/** Spot lots of a pair within visible depth of both legs, a whole number of lots in both; 0 if there is none. */
function pairLots(context: Context, agent: number, coin: number, quanta: number, spotSide: number): number {
  const { view, params } = context;
  const spot = view.spotMarket[coin];
  const perpetual = view.perpMarket[coin];
  const ratio = lotRatio(view, perpetual, spot);
  const [spotDepth, perpDepth] =
    spotSide === BUY
      ? [view.askDepthLots[spot], view.bidDepthLots[perpetual]]
      : [view.bidDepthLots[spot], view.askDepthLots[perpetual]];
  const wished = lotsForNotional(quanta, view.midTicks[spot], view.quantaPerTickLot[spot]);
  const lots = lotsWithinDepth(wished, Math.min(spotDepth, perpDepth * ratio), params.maxDepthShare[agent]);
  // Whole lots of the coarser leg decide.
  return ratio > 1 ? Math.floor(Math.floor(lots / ratio) * ratio) : lots;
}
