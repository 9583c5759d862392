/**
 * Large holder: sits on spot coins with a cost basis and sells none, until the loss is too much.
 *
 * Unrealised loss of a coin = 1 - mid / average cost. Past `capitulationLoss` it decides once per coin to sell
 * `capitulationShare` of what it then holds, and works that off in slices: at each look at most `sliceShare` of the
 * decided amount and `maxDepthShare` of the visible bids. A recovery does not change its mind.
 * In a crash: silent supply at first, then spot selling that needs no margin call; it makes lows deeper and later.
 * Source: own; treasury and fund disclosures of early 2026 report cost bases, not rules.
 */
import { CAUSE_CAPITULATION, SELL, defineAgent } from "@undertow/core";
import type { DecideContext, ParamSpec } from "@undertow/core";
import { MAX_COINS, collect, numberedMemory } from "./coin-columns.ts";
import { depthShareParam, lotsWithinDepth } from "./order-size.ts";

const paramSpecs = {
  interval: { unit: "duration", description: "mean time between looks", default: 3600e6, min: 1e6 },
  capitulationLoss: {
    unit: "ratio",
    description: "unrealised loss over cost at which it gives up; 1 or more never does",
    default: "uniform(0.15, 0.6)",
    min: 0,
  },
  capitulationShare: {
    unit: "ratio",
    description: "share of the holding sold then",
    default: 0.3,
    min: 0,
    max: 1,
  },
  sliceShare: {
    unit: "ratio",
    description: "largest slice over the decided amount",
    default: 0.1,
    min: 0.001,
    max: 1,
  },
  maxDepthShare: depthShareParam("largest slice over visible bids"),
} satisfies Record<string, ParamSpec>;

const initialMemory: Record<string, number> = {
  /** Per coin: lots decided on (0 before capitulation) and lots held at which the sale is finished. */
  ...numberedMemory("decided", MAX_COINS),
  ...numberedMemory("keep", MAX_COINS),
};

type Context = DecideContext<keyof typeof paramSpecs>;

const decided: Float64Array[] = [];
const keep: Float64Array[] = [];

/** The large holder type. */
export const largeHolder = defineAgent({
  name: "large-holder",
  summary: "Holds spot through losses and sells part of it in slices once the loss passes its threshold.",
  source: "own: capitulation of holders with a known cost basis",
  params: paramSpecs,
  memory: initialMemory,
  wake: { interval: "interval", kind: "poisson" },
  trades: "spot",
  decide(context: Context) {
    const { due, coins } = context;
    collect(context.memory, "decided", coins.length, decided);
    collect(context.memory, "keep", coins.length, keep);
    for (let k = 0; k < due.count; k++) {
      for (let c = 0; c < coins.length; c++) visitCoin(context, due.agents[k], c);
    }
  },
});

function visitCoin(context: Context, agent: number, position: number): void {
  const { coins, view, account, params, orders } = context;
  const market = view.spotMarket[coins[position]];
  const held = account.lots(agent, market);
  if (!(held > 0)) return;
  if (decided[position][agent] === 0) {
    const cost = account.costQuanta(agent, market);
    const value = held * view.midTicks[market] * view.quantaPerTickLot[market];
    const loss = cost > 0 ? 1 - value / cost : 0;
    if (!(view.midTicks[market] > 0) || loss <= params.capitulationLoss[agent]) return;
    decided[position][agent] = Math.floor(held * params.capitulationShare[agent]);
    keep[position][agent] = held - decided[position][agent];
  }
  const remaining = held - keep[position][agent];
  const slice = Math.min(remaining, Math.ceil(decided[position][agent] * params.sliceShare[agent]));
  const lots = lotsWithinDepth(slice, view.bidDepthLots[market], params.maxDepthShare[agent]);
  if (lots >= 1) orders.market(agent, market, SELL, lots, CAUSE_CAPITULATION);
}
