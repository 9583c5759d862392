/**
 * The other traders of the kit's small worlds: quoters that make a two-sided market round the fundamental, and takers
 * that trade at random. Plain enough to be read at a glance; they are there to move the market, not to be a model.
 */
import { BUY, CAUSE_DISCRETIONARY, SELL, defineAgent } from "@undertow/core";

/** Levels on each side, and ticks between them as a share of the price. */
const LEVELS = 16;
const SPACING = 0.001;
/** Shift of the centre per level's worth of inventory, as a share of the price. */
const LEAN = 0.0005;

/** Rests a ladder round the fundamental that gives way to its inventory. */
export const quoter = defineAgent({
  name: "kit-quoter",
  summary: "Rests a ladder round the fundamental that gives way to its inventory.",
  source: "own, for tests",
  params: {
    interval: { unit: "duration", description: "time between quotes", default: 10e6 },
    lots: { unit: "count", description: "lots of a level", default: 1000 },
  },
  memory: {},
  wake: { interval: "interval", kind: "fixed" },
  decide({ due, coins, params, view, account, orders }) {
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      const lots = params["lots"][agent];
      for (let market = 0; market < view.marketCount; market++) {
        if (!coins.includes(view.coinOfMarket[market])) continue;
        const isPerpetual = view.perpMarketAt.includes(market);
        const fair = view.fundamental[view.coinOfMarket[market]] / view.tickSize[market];
        const inventory = isPerpetual ? account.lots(agent, market) / lots : 0;
        const centre = fair * (1 - LEAN * Math.max(-100, Math.min(100, inventory)));
        orders.beginLadder(agent, market);
        for (let level = 1; level <= LEVELS; level++) {
          const away = centre * SPACING * level;
          orders.level(BUY, Math.max(1, Math.floor(centre - away)), lots);
          orders.level(SELL, Math.max(2, Math.ceil(centre + away)), lots);
        }
      }
    }
  },
});

/** Buys or sells one of its markets at random. */
export const taker = defineAgent({
  name: "kit-taker",
  summary: "Buys or sells at random.",
  source: "own, for tests",
  params: {
    interval: { unit: "duration", description: "mean time between orders", default: 20e6 },
    lots: { unit: "count", description: "largest order", default: 500 },
  },
  memory: {},
  wake: { interval: "interval", kind: "poisson" },
  decide({ due, view, params, orders, random }) {
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      const market = Math.floor(random.uniform(agent, 0) * view.marketCount);
      const side = random.uniform(agent, 1) < 0.5 ? BUY : SELL;
      const lots = 1 + Math.floor(random.uniform(agent, 2) * params["lots"][agent]);
      orders.market(agent, market, side, lots, CAUSE_DISCRETIONARY);
    }
  },
});
