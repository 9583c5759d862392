/**
 * One coin, one venue, few agents: the smallest market in which a cascade can run. Used by the engine's tests.
 */
import {
  defineAgent,
  type AgentType,
  type Endowment,
  type PopulationSpec,
  type SimulationInputs,
  type VenueSpec,
} from "@undertow/core";

export const SPOT = 0;
export const PERP = 1;
export const START_TICKS = 10_000;
/** Ten quanta per tick and lot. */
export const UNIT = 10;
const DAY = 86_400e6;
export const START_MICROS = Math.floor(1_770_000_000e6 / DAY) * DAY;

/** Rests a constant ladder around a centre that gives way to its inventory: linear, lasting impact. */
export const ladderMaker = defineAgent({
  name: "ladder-maker",
  summary: "Constant ladder around a centre that gives way to its inventory.",
  source: "own, for tests",
  params: {
    interval: { unit: "duration", description: "between quotes", default: 5e6 },
    depth: { unit: "count", description: "lots per level", default: 50 },
    spacing: { unit: "count", description: "ticks between levels", default: 10 },
    impact: { unit: "ratio", description: "ticks per lot of inventory", default: 0.1 },
  },
  memory: { stock: -1 },
  wake: { interval: "interval", kind: "fixed" },
  decide({ due, account, orders, params, memory, view }) {
    const [spot, perp] = [view.spotMarket[0], view.perpMarket[0]];
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      if (memory.stock[agent] < 0) memory.stock[agent] = account.lots(agent, spot);
      for (const market of [spot, perp]) {
        const inventory = account.lots(agent, market) - (market === spot ? memory.stock[agent] : 0);
        const centre = START_TICKS - params.impact[agent] * inventory;
        orders.beginLadder(agent, market);
        for (let level = 1; level <= 20; level++) {
          orders.level(1, Math.floor(centre - level * params.spacing[agent]), params.depth[agent]);
          orders.level(-1, Math.ceil(centre + level * params.spacing[agent]), params.depth[agent]);
        }
      }
    }
  },
});

/** Sells `lots` of spot and perpetual at market at its first wake, once. */
export const seller = defineAgent({
  name: "seller",
  summary: "Sells once.",
  source: "own, for tests",
  params: {
    interval: { unit: "duration", description: "until it sells", default: 60e6 },
    lots: { unit: "count", description: "lots of each market", default: 0 },
  },
  memory: { sold: 0 },
  wake: { interval: "interval", kind: "fixed" },
  decide({ due, orders, params, memory, view }) {
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      if (memory.sold[agent] === 1 || params.lots[agent] === 0) continue;
      memory.sold[agent] = 1;
      orders.market(agent, view.spotMarket[0], -1, params.lots[agent], 6);
      orders.market(agent, view.perpMarket[0], -1, params.lots[agent], 6);
    }
  },
});

/** Keeps perpetual and spot together: trades the gap away. */
export const arbitrageur = defineAgent({
  name: "arbitrageur",
  summary: "Buys the cheaper leg, sells the dearer one.",
  source: "own, for tests",
  params: {
    interval: { unit: "duration", description: "between looks", default: 2e6 },
    lots: { unit: "count", description: "lots per trade", default: 20 },
  },
  memory: {},
  wake: { interval: "interval", kind: "fixed" },
  decide({ due, orders, params, view }) {
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      const [spot, perp] = [view.spotMarket[0], view.perpMarket[0]];
      const gap = view.midTicks[perp] - view.midTicks[spot];
      if (Math.abs(gap) < 15) continue;
      const side = gap > 0 ? -1 : 1;
      orders.hedge(agent, perp, side, params.lots[agent], perp);
      orders.hedge(agent, spot, -side, params.lots[agent], perp);
    }
  },
});

/** Does nothing. */
export const holder = defineAgent({
  name: "holder",
  summary: "Holds what it has.",
  source: "own, for tests",
  params: { interval: { unit: "duration", description: "never", default: 0 } },
  memory: {},
  wake: { interval: "interval", kind: "fixed" },
  decide() {},
});

export interface PositionRow {
  agent: number;
  market: number;
  lots: number;
  /** Entry in ticks. */
  entryTicks: number;
  /** 0 for cross and spot. */
  margin?: number;
  leverage?: number;
  stopTicks?: number;
}

export function population(
  name: string,
  type: AgentType,
  count: number,
  params: Record<string, number>,
  cash: number,
  positions: readonly PositionRow[] = [],
  options: { cross?: boolean; weight?: number } = {},
): PopulationSpec {
  const endowment: Endowment = {
    cashQuanta: new Float64Array(count).fill(cash),
    crossMargin: new Uint8Array(count).fill(options.cross === true ? 1 : 0),
    positions: {
      agent: Int32Array.from(positions, (row) => row.agent),
      market: Int32Array.from(positions, (row) => row.market),
      lots: Float64Array.from(positions, (row) => row.lots),
      costQuanta: Float64Array.from(positions, (row) => row.lots * row.entryTicks * UNIT),
      marginQuanta: Float64Array.from(positions, (row) => row.margin ?? 0),
      leverage: Float64Array.from(positions, (row) => row.leverage ?? 1),
      stopTicks: Float64Array.from(positions, (row) => row.stopTicks ?? 0),
    },
  };
  const columns = Object.fromEntries(
    Object.keys(type.params).map((key) => [
      key,
      new Float64Array(count).fill(params[key] ?? Number(type.params[key].default)),
    ]),
  );
  return {
    name,
    type: type.name,
    count,
    weight: new Float64Array(count).fill(options.weight ?? 1),
    coins: Int32Array.of(0),
    venues: Int32Array.of(0),
    params: columns,
    endowment,
    tracked: false,
  };
}

export interface SmallMarketOptions {
  populations: readonly PopulationSpec[];
  seed?: string;
  minutes?: number;
  stepSeconds?: number;
  liquidation?: Partial<VenueSpec["liquidation"]>;
  /** Other rules of the venue. */
  venue?: Partial<VenueSpec>;
  fund?: number;
  warmUpMinutes?: number;
  events?: VenueSpec["events"];
}

const marketBase = {
  venue: 0,
  coin: 0,
  tickSize: 0.01,
  lotSize: 0.001,
  quantaPerTickLot: UNIT,
  maxTicks: 40_000,
  startTicks: START_TICKS,
  orderCapacity: 4096,
  makerFeePpm: 200,
  takerFeePpm: 500,
  priceBandPpm: 100_000,
  impactNotionalQuanta: 20_000_000,
};

/** A venue with a median mark, a capped insurance fund and deleveraging at the bankruptcy price. */
export const fundVenue: Pick<VenueSpec, "index" | "mark" | "funding" | "liquidation" | "backstop" | "adl"> = {
  index: { rules: { kind: "weighted-mean" }, sources: [{ market: SPOT, weight: 1 }] },
  mark: { kind: "median-of-three", updateSeconds: 0, sampleSeconds: 5, samples: 30 },
  funding: {
    intervalSeconds: 8 * 3600,
    periodSeconds: 8 * 3600,
    sampleSeconds: 5,
    averaging: "linear-weights",
    rate: { kind: "clamped-interest", interest: 0.0001, clamp: 0.0005 },
    cap: { kind: "maintenance-share", share: 0.75 },
    paidOn: "mark",
  },
  liquidation: {
    enabled: true,
    order: "equity-ratio",
    cancel: "all",
    partial: { kind: "tier-step", order: "immediate" },
    price: { kind: "bankruptcy" },
    clearanceFee: { kind: "notional-share", rate: 0.0125 },
    takerFee: false,
    pick: "largest-maintenance",
    remainder: "at-once",
  },
  backstop: { kind: "fund", capRatio: 1, unwindSeconds: 60 },
  adl: { ranking: "pnl-leverage", settlement: "bankruptcy", cancelOrders: false },
};

/** Inputs of a run on one coin with a spot and a perpetual market. */
export function smallMarket(options: SmallMarketOptions): SimulationInputs {
  const types = [ladderMaker, seller, arbitrageur, holder];
  return {
    title: "small market",
    scenarioHash: "test",
    seed: options.seed ?? "a",
    startMicros: START_MICROS,
    endMicros: START_MICROS + (options.minutes ?? 10) * 60e6,
    warmUpMicros: (options.warmUpMinutes ?? 0) * 60e6,
    stepMicros: (options.stepSeconds ?? 1) * 1e6,
    sampleMicros: 60e6,
    currencies: [{ name: "USDT", quantaPerUnit: 100_000 }],
    coins: [{ name: "BTC", startPrice: 100, preCrashBeta: 1, preCrashDailyVolatility: 0.02 }],
    markets: [
      { ...marketBase, name: "BTC-SPOT", kind: "spot", tiers: [] },
      {
        ...marketBase,
        name: "BTC-PERP",
        kind: "perpetual",
        tiers: [
          {
            floorQuanta: 0,
            capQuanta: Infinity,
            maxLeverage: 100,
            maintenancePpm: 5000,
            maintenanceAmountQuanta: 0,
          },
        ],
      },
    ],
    venues: [
      {
        name: "test-venue",
        coverage: 1,
        ...fundVenue,
        ...options.venue,
        liquidation: { ...(options.venue?.liquidation ?? fundVenue.liquidation), ...options.liquidation },
        insuranceFundQuanta: options.fund ?? 1e12,
        ...(options.events === undefined ? {} : { events: options.events }),
      },
    ],
    levels: [{ coin: 0, price: 95 }],
    populations: options.populations,
    agentTypes: Object.fromEntries(types.map((type) => [type.name, type])),
    driver: () => ({
      sample(_time, out) {
        out.fundamental[0] = 100;
        out.sentiment[0] = 0;
      },
    }),
    auditEverySteps: 10,
  };
}

/** Longs of 100 lots at the start price whose leverage rises from 5x to 50x, and one short against all of them. */
export function crowd(longs: number): PopulationSpec[] {
  const rows: PositionRow[] = [];
  for (let agent = 0; agent < longs; agent++) {
    const leverage = 5 + (45 * agent) / Math.max(1, longs - 1);
    const cost = 100 * START_TICKS * UNIT;
    rows.push({
      agent,
      market: PERP,
      lots: 100,
      entryTicks: START_TICKS,
      margin: Math.ceil(cost / leverage),
      leverage,
    });
  }
  const short: PositionRow[] = [
    { agent: 0, market: PERP, lots: -100 * longs, entryTicks: START_TICKS, leverage: 2 },
  ];
  return [
    population("longs", holder, longs, {}, 1e6, rows),
    population("short", holder, 1, {}, 100 * longs * START_TICKS * UNIT, short, { cross: true }),
  ];
}

/** Makers, an arbitrageur and a seller around a crowd of longs. */
export function cascadeMarket(sold: number, options: Partial<SmallMarketOptions> = {}): SimulationInputs {
  const stock = { agent: 0, market: SPOT, lots: 100_000, entryTicks: START_TICKS };
  const cash = 1e13;
  return smallMarket({
    populations: [
      ...crowd(100),
      population("makers", ladderMaker, 1, { depth: 200 }, cash, [stock], { cross: true }),
      population("arbitrageurs", arbitrageur, 1, { lots: 200 }, cash, [stock], { cross: true }),
      population("seller", seller, 1, { lots: sold }, cash, [stock], { cross: true }),
    ],
    ...options,
  });
}
