/**
 * Crowd trader: holds coins, catches fear from a fall or from its neighbours, sells, calms down, buys back.
 *
 * Calm, it catches fear at the rate f / infectionTime + e / panicTime: f the share of its neighbours who are afraid, e the
 * fall of its worst coin beyond `fearThreshold` (30-min score, blended with the leader's). Afraid, it sells `sellShare`
 * of its coins at each look, closes long perpetuals, and calms down at 1 / recoveryTime; calm, it buys back `rebuyShare`
 * of what it misses. In a crash: selling that outlasts the fall; fear alone dies out while infectionTime > recoveryTime.
 * Source: SIS epidemics (Kermack & McKendrick 1927) as mood (Lux 1995), on the network of Watts & Strogatz 1998.
 */
import { BUY, CAUSE_DISCRETIONARY, SELL, defineAgent, exp, mix32 } from "@undertow/core";
import type { DecideContext, ParamSpec } from "@undertow/core";
import { MAX_COINS, collect, numberedMemory } from "./coin-columns.ts";
import { depthShareParam, lotsForNotional, lotsWithinDepth } from "./order-size.ts";
import { blendedScore30m } from "./signals.ts";

/** Share of the free cash that an order may use; the rest is for fees and slippage. */
const CASH_USE = 0.98;

const paramSpecs = {
  interval: { unit: "duration", description: "mean time between looks", default: 600e6, min: 1e6 },
  neighbours: { unit: "count", description: "others that it watches", default: 8, min: 0, max: 64 },
  rewiring: {
    unit: "ratio",
    description: "share of its links that go to anybody instead of those next to it",
    default: 0.1,
    min: 0,
    max: 1,
  },
  infectionTime: {
    unit: "duration",
    description: "mean time to catch fear while all neighbours are afraid",
    default: 2 * 3600e6,
    min: 1e6,
  },
  recoveryTime: { unit: "duration", description: "mean time afraid", default: 1.5 * 3600e6, min: 1e6 },
  panicTime: {
    unit: "duration",
    description: "mean time to catch fear from a fall one standard deviation beyond the threshold",
    default: 3600e6,
    min: 1e6,
  },
  fearThreshold: {
    unit: "ratio",
    description: "fall over 30 min, in standard deviations, that frightens nobody yet",
    default: "uniform(2, 4)",
    min: 0,
  },
  leaderWeight: {
    unit: "ratio",
    description: "share of the first coin in the score; 0 watches the own coins alone",
    default: 0.5,
    min: 0,
    max: 1,
  },
  sellShare: {
    unit: "ratio",
    description: "share of the coins it holds that it sells at a look in fear",
    default: 0.3,
    min: 0,
    max: 1,
  },
  rebuyShare: {
    unit: "ratio",
    description: "share of the coins it misses that it buys back at a calm look",
    default: 0.05,
    min: 0,
    max: 1,
  },
  maxDepthShare: depthShareParam("largest order over visible depth"),
} satisfies Record<string, ParamSpec>;

const initialMemory: Record<string, number> = {
  /** Moment of the last look; 0 before the first. */
  lastMicros: 0,
  /** What its links are drawn from; 0 before the first look. */
  network: 0,
  /** Per coin: spot lots that it began with. */
  ...numberedMemory("base", MAX_COINS),
};

const initialShared = {
  /** 1 while afraid. */
  afraid: 0,
};

type Context = DecideContext<keyof typeof paramSpecs, string, keyof typeof initialShared>;

const base: Float64Array[] = [];

/** The crowd trader type. */
export const crowdTrader = defineAgent({
  name: "crowd-trader",
  summary:
    "Catches fear from falls and from its neighbours on a network, sells while afraid, buys back when calm.",
  source: "Kermack & McKendrick 1927; Lux 1995; Watts & Strogatz 1998; sizes and times assumed",
  params: paramSpecs,
  memory: initialMemory,
  sharedMemory: initialShared,
  wake: { interval: "interval", kind: "poisson" },
  decide(context: Context) {
    const { due, memory } = context;
    collect(memory, "base", context.coins.length, base);
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      if (memory.network[agent] === 0) begin(context, agent);
      const afraid = moodOf(context, agent);
      context.publish.afraid[agent] = afraid;
      memory.lastMicros[agent] = context.view.nowMicros;
      for (let c = 0; c < context.coins.length; c++) {
        if (afraid === 1) sell(context, agent, c);
        else buyBack(context, agent, c);
      }
    }
  },
});

function begin({ memory, random, account, coins, view, params }: Context, agent: number): void {
  memory.network[agent] = 1 + Math.floor(random.uniform(agent, 7) * 0x7fff_ffff);
  memory.lastMicros[agent] = view.nowMicros - params.interval[agent];
  for (let c = 0; c < coins.length; c++) base[c][agent] = account.lots(agent, view.spotMarket[coins[c]]);
}

/** Whether the agent is afraid after this look, 0 or 1: one step of the SIS process since its last look. */
function moodOf(context: Context, agent: number): number {
  const { shared, params, view, memory, random } = context;
  const passed = view.nowMicros - memory.lastMicros[agent];
  const draw = random.uniform(agent, 0);
  if (shared.afraid[agent] === 1) {
    return draw < 1 - exp(-passed / params.recoveryTime[agent]) ? 0 : 1;
  }
  const fall = worstFall(context, agent) - params.fearThreshold[agent];
  const rate =
    afraidShare(context, agent) / params.infectionTime[agent] + Math.max(0, fall) / params.panicTime[agent];
  return rate > 0 && draw < 1 - exp(-passed * rate) ? 1 : 0;
}

/** Deepest fall among its coins, in standard deviations. */
function worstFall({ view, coins, params }: Context, agent: number): number {
  let worst = 0;
  for (let c = 0; c < coins.length; c++) {
    const score = blendedScore30m(view, view.perpMarket[coins[c]], params.leaderWeight[agent]);
    if (-score > worst) worst = -score;
  }
  return worst;
}

/**
 * Share of the agent's neighbours who were afraid when the step began. A small world: those next to it on a ring, each
 * link replaced with probability `rewiring` by one to anybody, the same at every look.
 */
function afraidShare({ shared, params, memory, count }: Context, agent: number): number {
  const links = Math.floor(Math.min(params.neighbours[agent], count - 1));
  if (links < 1) return 0;
  const replaced = params.rewiring[agent] * 4294967296;
  let afraid = 0;
  for (let link = 0; link < links; link++) {
    const word = mix32(memory.network[agent] ^ Math.imul(link + 1, 0x9e3779b1));
    // In turns to the right and left: +1, -1, +2, -2, ...
    const step = (link >> 1) + 1;
    const along = (link & 1) === 0 ? step : count - step;
    const ahead = word >>> 0 < replaced ? 1 + ((mix32(word + 1) >>> 0) % (count - 1)) : along;
    afraid += shared.afraid[(agent + ahead) % count];
  }
  return afraid / links;
}

/** Sells a share of the coins held and closes a long perpetual, both within visible depth. */
function sell({ view, account, params, orders, coins }: Context, agent: number, c: number): void {
  const [spot, perp] = [view.spotMarket[coins[c]], view.perpMarket[coins[c]]];
  const share = params.sellShare[agent];
  const most = params.maxDepthShare[agent];
  const held = account.lots(agent, spot);
  const lots = lotsWithinDepth(Math.ceil(held * share), view.bidDepthLots[spot], most);
  if (lots >= 1) orders.market(agent, spot, SELL, lots, CAUSE_DISCRETIONARY);
  const long = account.lots(agent, perp);
  const closed = long > 0 ? lotsWithinDepth(Math.ceil(long * share), view.bidDepthLots[perp], most) : 0;
  if (closed >= 1) orders.reduce(agent, perp, SELL, closed, CAUSE_DISCRETIONARY);
}

/** Buys back a share of the coins that it began with and has sold, as far as cash and visible depth go. */
function buyBack({ view, account, params, orders, coins }: Context, agent: number, c: number): void {
  const spot = view.spotMarket[coins[c]];
  const missing = base[c][agent] - account.lots(agent, spot);
  if (missing < 1) return;
  const cash = Math.max(0, account.freeQuanta(agent)) * (CASH_USE / coins.length);
  const paid = lotsForNotional(cash, view.askTicks[spot], view.quantaPerTickLot[spot]);
  const wished = Math.min(paid, Math.ceil(missing * params.rebuyShare[agent]));
  const lots = lotsWithinDepth(wished, view.askDepthLots[spot], params.maxDepthShare[agent]);
  if (lots >= 1) orders.market(agent, spot, BUY, lots, CAUSE_DISCRETIONARY);
}
