/**
 * Backstop vault: pooled capital that stands in the way of forced selling and works its position off afterwards.
 * pressure = forced lots of the last hour on a side / lots resting within 1 % on the side that they eat. Beyond `trigger` it
 * rests orders `discount` x (1 + pressure / trigger) from the mid (at most `maxDiscount`), `sliceShare` of the coin's budget
 * (capitalShare x leverage x equity / coins) at a time. It closes `unwindShare` per look once the pressure is below half of the
 * trigger or it has gained `takeProfit`; once equity is `lossLimit` under its high it only unwinds.
 * In a crash: bids where makers have left, until its capital is gone. An agent; a venue's own backstop is `venue.backstop`.
 * Source: own, after Hyperliquid's liquidator vault; Brunnermeier & Pedersen 2009 (capital).
 */
import { BUY, CAUSE_DISCRETIONARY, CAUSE_RISK_LIMIT, SELL, defineAgent } from "@undertow/core";
import type { DecideContext, ParamSpec } from "@undertow/core";
import { depthShareParam, lotsForNotional, lotsWithinDepth } from "./order-size.ts";

/** Levels of the resting orders, each further away by the discount. */
const LEVELS = 3;

const paramSpecs = {
  interval: { unit: "duration", description: "time between looks", default: 30e6, min: 1e6 },
  trigger: {
    unit: "ratio",
    description: "forced lots of the last hour over resting lots within 1 % from which it quotes",
    default: 0.25,
    min: 0.001,
    max: 1000,
  },
  discount: {
    unit: "ratio",
    description: "least distance of its orders from the mid",
    default: 0.004,
    min: 0.0001,
    max: 0.5,
  },
  maxDiscount: {
    unit: "ratio",
    description: "largest distance of its first order from the mid",
    default: 0.03,
    min: 0.0001,
    max: 0.5,
  },
  capitalShare: {
    unit: "ratio",
    description: "share of equity that stands behind positions",
    default: 0.8,
    min: 0,
    max: 1,
  },
  leverage: { unit: "ratio", description: "leverage of its positions", default: 2, min: 1, max: 125 },
  sliceShare: {
    unit: "ratio",
    description: "resting orders over a coin's budget",
    default: 0.1,
    min: 0.001,
    max: 1,
  },
  takeProfit: {
    unit: "ratio",
    description: "gain over cost at which it unwinds",
    default: 0.02,
    min: 0,
    max: 5,
  },
  unwindShare: {
    unit: "ratio",
    description: "share of the position closed per look",
    default: 0.02,
    min: 0.001,
    max: 1,
  },
  lossLimit: {
    unit: "ratio",
    description: "fall of equity from its high at which it stops buying",
    default: 0.2,
    min: 0.001,
    max: 1,
  },
  maxDepthShare: depthShareParam("largest closing order over visible depth", 0.05),
} satisfies Record<string, ParamSpec>;

const initialMemory = {
  /** Highest equity so far, quanta; 0 before the first look. */
  peak: 0,
};

type Context = DecideContext<keyof typeof paramSpecs, keyof typeof initialMemory>;

/** The backstop vault type. */
export const backstopVault = defineAgent({
  name: "backstop-vault",
  summary:
    "Bids below forced selling and offers above forced buying, at a discount, and works the position off.",
  source: "own, after Hyperliquid's liquidator vault; Brunnermeier & Pedersen 2009",
  params: paramSpecs,
  memory: initialMemory,
  wake: { interval: "interval", kind: "fixed" },
  trades: "perpetual",
  decide(context: Context) {
    const { due, coins, account, params, memory } = context;
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      const equity = account.equityQuanta(agent);
      if (memory.peak[agent] === 0) start(context, agent);
      memory.peak[agent] = Math.max(memory.peak[agent], equity);
      const isOpen = equity > 0 && equity >= memory.peak[agent] * (1 - params.lossLimit[agent]);
      const budget =
        (params.capitalShare[agent] * params.leverage[agent] * Math.max(0, equity)) / coins.length;
      for (let c = 0; c < coins.length; c++)
        visitCoin(context, agent, context.view.perpMarket[coins[c]], budget, isOpen);
    }
  },
});

function start({ coins, view, orders, params }: Context, agent: number): void {
  for (let c = 0; c < coins.length; c++)
    orders.setLeverage(agent, view.perpMarket[coins[c]], params.leverage[agent]);
}

function visitCoin(context: Context, agent: number, market: number, budget: number, isOpen: boolean): void {
  const { view, account, params, orders } = context;
  const mid = view.midTicks[market];
  if (!(mid > 0)) return;
  const held = account.lots(agent, market);
  const selling = pressure(view.liquidatedLongLots[market], view.bidDepthLots[market]);
  const buying = pressure(view.liquidatedShortLots[market], view.askDepthLots[market]);
  const budgetLots = lotsForNotional(budget, mid, view.quantaPerTickLot[market]);
  const bids = isOpen && selling > params.trigger[agent] && held < budgetLots;
  const asks = isOpen && buying > params.trigger[agent] && -held < budgetLots;
  if (bids || asks) {
    orders.beginLadder(agent, market);
    if (bids) rest(context, agent, market, BUY, selling, budgetLots, budgetLots - held);
    if (asks) rest(context, agent, market, SELL, buying, budgetLots, budgetLots + held);
  } else if (account.restingOrders(agent, market) > 0) orders.cancelAll(agent, market);
  if (held !== 0) unwind(context, agent, market, held, held > 0 ? selling : buying, isOpen);
}

/** Forced lots over the lots that stand against them; Infinity against an empty side. */
function pressure(forcedLots: number, depthLots: number): number {
  if (!(forcedLots > 0)) return 0;
  return depthLots > 0 ? forcedLots / depthLots : Infinity;
}

function rest(
  { view, params, orders }: Context,
  agent: number,
  market: number,
  side: number,
  pressureNow: number,
  budgetLots: number,
  roomLots: number,
): void {
  const mid = view.midTicks[market];
  const distance = Math.min(
    params.maxDiscount[agent],
    params.discount[agent] * (1 + pressureNow / params.trigger[agent]),
  );
  const size = Math.floor(Math.min(roomLots, params.sliceShare[agent] * budgetLots) / LEVELS);
  for (let level = 1; level <= LEVELS; level++) {
    const ticks = mid * (1 - side * distance * level);
    orders.level(side, side === BUY ? Math.floor(ticks) : Math.ceil(ticks), size);
  }
}

/** Closes a share when the pressure is off or the gain is enough; past the loss limit in any case. */
function unwind(
  { view, account, params, orders }: Context,
  agent: number,
  market: number,
  held: number,
  pressureNow: number,
  isOpen: boolean,
): void {
  const cost = Math.abs(account.costQuanta(agent, market));
  const value = Math.abs(held) * view.markTicks[market] * view.quantaPerTickLot[market];
  const gain = cost > 0 ? ((held > 0 ? 1 : -1) * (value - cost)) / cost : 0;
  const isOver = pressureNow < params.trigger[agent] / 2;
  if (isOpen && !isOver && gain < params.takeProfit[agent]) return;
  const side = held > 0 ? SELL : BUY;
  const depth = side === BUY ? view.askDepthLots[market] : view.bidDepthLots[market];
  const wished = Math.ceil(Math.abs(held) * params.unwindShare[agent]);
  const lots = lotsWithinDepth(wished, depth, params.maxDepthShare[agent]);
  if (lots >= 1) orders.reduce(agent, market, side, lots, isOpen ? CAUSE_DISCRETIONARY : CAUSE_RISK_LIMIT);
}
