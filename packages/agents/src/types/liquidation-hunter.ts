/**
 * Liquidation hunter: trades towards visible clusters of liquidations to set them off, and covers into the cascade.
 *
 * Pull of a bin of the public liquidation estimate within `reach` = its lots / visible depth on the way. At a pull of
 * `minPull` it attacks with `attackProbability`: sells above longs, buys below shorts, attackShare x the bin's lots, at
 * most riskAppetite x free cash x leverage, with a stop. At the bin's far edge it covers `coverSlice` at each look; it
 * gives up after `patience`, then rests; an attack that the venue rejects is none, and needs no rest. In a crash: deepens
 * the fall before each cluster and buys inside it.
 * Source: own, after Brunnermeier & Pedersen 2005: sell ahead of forced sellers, buy back from them.
 */
import {
  BUY,
  CAUSE_DISCRETIONARY,
  LIQUIDATION_BINS,
  LIQUIDATION_BIN_LOG,
  NOTICE_ADL,
  NOTICE_FILLED,
  NOTICE_LIQUIDATED,
  NOTICE_REJECTED,
  NOTICE_STOPPED,
  SELL,
  defineAgent,
  exp,
} from "@undertow/core";
import type { DecideContext, MarketView, ParamSpec } from "@undertow/core";
import { depthShareParam, lotsForNotional, lotsWithinDepth } from "./order-size.ts";

/** Free cash kept for fees and slippage. */
const CASH_USE = 0.95;
const THROWN_OUT = NOTICE_LIQUIDATED | NOTICE_STOPPED | NOTICE_ADL;

const paramSpecs = {
  interval: { unit: "duration", description: "mean time between looks", default: 60e6, min: 1e6 },
  reach: {
    unit: "ratio",
    description: "distance from the price up to which a cluster is attacked",
    default: "uniform(0.02, 0.06)",
    min: 0.01,
    max: 0.3,
  },
  minPull: {
    unit: "ratio",
    description: "lots of a cluster over visible depth within 1 % that make it worth an attack",
    default: "uniform(0.5, 2)",
    min: 0,
  },
  attackProbability: {
    unit: "ratio",
    description: "probability per look to attack such a cluster",
    default: 0.1,
    min: 0,
    max: 1,
  },
  attackShare: {
    unit: "ratio",
    description: "lots sent over lots of the cluster",
    default: 0.1,
    min: 0,
    max: 1,
  },
  riskAppetite: {
    unit: "ratio",
    description: "share of free cash staked on an attack",
    default: 0.5,
    min: 0,
    max: 1,
  },
  leverage: { unit: "ratio", description: "leverage of an attack", default: 5, min: 1, max: 125 },
  stopDistance: {
    unit: "ratio",
    description: "stop against it, from the mid",
    default: 0.02,
    min: 0,
    max: 1,
  },
  coverSlice: {
    unit: "ratio",
    description: "share of the position covered at each look once the cluster is reached",
    default: 0.34,
    min: 0.01,
    max: 1,
  },
  patience: {
    unit: "duration",
    description: "time after which it gives an attack up",
    default: 1800e6,
    min: 1e6,
  },
  rest: { unit: "duration", description: "mean wait after an attack", default: 3600e6, min: 0 },
  maxDepthShare: depthShareParam("largest order over visible depth"),
} satisfies Record<string, ParamSpec>;

const initialMemory = {
  /** Moment from which it may attack, and by which it gives an attack up. */
  readyMicros: 0,
  giveUpMicros: 0,
  /** Perpetual attacked, plus 1; 0 while flat. */
  market: 0,
  /** Far edge of the cluster, ticks; lots of the position at its largest. */
  targetTicks: 0,
  largest: 0,
};

type Context = DecideContext<keyof typeof paramSpecs, keyof typeof initialMemory>;

/** The cluster found last: scratch, valid until the next look. */
const found = { market: -1, side: 0, bin: 0, lots: 0, pull: 0 };

/** The liquidation hunter type. */
export const liquidationHunter = defineAgent({
  name: "liquidation-hunter",
  summary:
    "Sells ahead of visible clusters of liquidations (buys below those of shorts), covers into the cascade.",
  source: "own, after Brunnermeier & Pedersen 2005, Predatory Trading; sizes and times assumed",
  params: paramSpecs,
  memory: initialMemory,
  wake: { interval: "interval", kind: "poisson", on: ["level"] },
  trades: "perpetual",
  decide(context: Context) {
    const { due, memory, view } = context;
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      if (memory.market[agent] > 0) {
        pursue(context, agent, memory.market[agent] - 1, due.notice[k]);
      } else if (view.nowMicros >= memory.readyMicros[agent]) {
        attack(context, agent);
      }
    }
  },
});

/** Sends the attack if a cluster is worth it and chance agrees. */
function attack(context: Context, agent: number): void {
  const { view, account, params, orders, memory, random } = context;
  findCluster(context, agent);
  const { market, side, bin, lots: cluster, pull } = found;
  if (market < 0 || pull < params.minPull[agent]) return;
  if (random.uniform(agent, 0) >= params.attackProbability[agent]) return;
  const mid = view.midTicks[market];
  const leverage = params.leverage[agent];
  const stake = Math.max(0, account.freeQuanta(agent)) * Math.min(CASH_USE, params.riskAppetite[agent]);
  const paid = lotsForNotional(stake * leverage, mid, view.quantaPerTickLot[market]);
  const wished = Math.min(paid, Math.floor(cluster * params.attackShare[agent]));
  const lots = lotsWithinDepth(wished, depthOf(view, market, side), params.maxDepthShare[agent]);
  if (lots < 1) return;
  orders.setLeverage(agent, market, leverage);
  orders.market(agent, market, side, lots, CAUSE_DISCRETIONARY);
  const distance = params.stopDistance[agent];
  if (distance > 0) orders.setStop(agent, market, Math.max(1, Math.round(mid * (1 - side * distance))));
  memory.market[agent] = market + 1;
  memory.largest[agent] = lots;
  memory.giveUpMicros[agent] = view.nowMicros + params.patience[agent];
  // Bin b ends, away from the price, b (below) or b + 1 (above) bins from the grid's edge.
  const away = side === SELL ? -bin : bin + 1;
  const target = view.liquidationGridTicks[market] * exp(away * LIQUIDATION_BIN_LOG);
  memory.targetTicks[agent] = Math.max(1, side === SELL ? Math.floor(target) : Math.ceil(target));
  orders.wakeAt(agent, market, memory.targetTicks[agent]);
}

/** Puts the cluster with the strongest pull within reach into `found`; its side is that of the attack. */
function findCluster({ view, coins, params }: Context, agent: number): void {
  found.market = -1;
  found.pull = 0;
  const bins = Math.min(LIQUIDATION_BINS - 1, Math.floor(params.reach[agent] / LIQUIDATION_BIN_LOG));
  for (let c = 0; c < coins.length; c++) {
    const market = view.perpMarket[coins[c]];
    lookAt(view.liquidationBelowLots, view, market, SELL, bins);
    lookAt(view.liquidationAboveLots, view, market, BUY, bins);
  }
}

function lookAt(
  lotsOfBins: Float64Array,
  view: MarketView,
  market: number,
  side: number,
  bins: number,
): void {
  const depth = depthOf(view, market, side);
  if (!(depth > 0)) return;
  // The bin that holds the price may be used up already.
  for (let bin = 1; bin <= bins; bin++) {
    const lots = lotsOfBins[market * LIQUIDATION_BINS + bin];
    if (lots <= found.pull * depth) continue;
    found.market = market;
    found.side = side;
    found.bin = bin;
    found.lots = lots;
    found.pull = lots / depth;
  }
}

/** Visible lots that an order of this side trades against. */
function depthOf(view: MarketView, market: number, side: number): number {
  return side === BUY ? view.askDepthLots[market] : view.bidDepthLots[market];
}

/** Waits for the cluster, covers inside it, gives up in time. */
function pursue(context: Context, agent: number, market: number, notice: number): void {
  const { view, account, params, orders, memory } = context;
  const held = account.lots(agent, market);
  const late = view.nowMicros >= memory.giveUpMicros[agent];
  if (held === 0) {
    const thrownOut = (notice & THROWN_OUT) !== 0;
    if ((notice & (THROWN_OUT | NOTICE_FILLED | NOTICE_REJECTED)) === NOTICE_REJECTED)
      forget(context, agent, market);
    // The order may still be on its way.
    else if (thrownOut || late || memory.largest[agent] < 0) end(context, agent, market);
    return;
  }
  const side = held > 0 ? SELL : BUY;
  const mark = view.markTicks[market];
  const target = memory.targetTicks[agent];
  if (held > 0 ? mark >= target : mark <= target) memory.largest[agent] = -Math.abs(memory.largest[agent]);
  const reached = memory.largest[agent] < 0;
  if (!reached && !late) return;
  const slice = late ? Math.abs(held) : Math.ceil(Math.abs(memory.largest[agent]) * params.coverSlice[agent]);
  const wished = Math.min(Math.abs(held), slice);
  const lots = lotsWithinDepth(wished, depthOf(view, market, side), params.maxDepthShare[agent]);
  if (lots >= 1) orders.reduce(agent, market, side, lots, CAUSE_DISCRETIONARY);
}

/** Forgets the attack and rests. */
function end(context: Context, agent: number, market: number): void {
  const { view, params, memory, random } = context;
  forget(context, agent, market);
  memory.readyMicros[agent] = view.nowMicros + params.rest[agent] * random.exponential(agent, 1);
}

function forget({ orders, memory }: Context, agent: number, market: number): void {
  memory.market[agent] = 0;
  memory.largest[agent] = 0;
  orders.wakeAt(agent, market, 0);
}
