/**
 * Synthetic runs for tests of metrics, tables, terminal output and reports: no simulation is involved.
 *
 * `makeRunData()` is a plausible crash of five coins in 36 hours with liquidations, large holders and levels. Same
 * options, same data. Its figures are invented and must never be quoted as a result of the simulator.
 */
import type {
  AgentColumns,
  HolderColumns,
  LevelColumns,
  LiquidationColumns,
  RunData,
  SeriesColumns,
} from "../recorder/run-data.ts";
import { blockColumns } from "../recorder/table-kinds.ts";
import { MICROS_PER_HOUR, MICROS_PER_MINUTE, MICROS_PER_SECOND } from "../units.ts";
import { makeSeries, QUANTA_PER_UNIT, relativePrice } from "./synthetic-series.ts";
import type { Plan } from "./synthetic-series.ts";

/** 2026-02-05T00:00:00Z. */
const DEFAULT_START_MICROS = 1_770_249_600 * MICROS_PER_SECOND;

export interface RunDataOptions {
  /** Default `synthetic`. Changes the noise. */
  readonly seed?: string;
  /** Default 2026-02-05T00:00Z, in microseconds. */
  readonly startMicros?: number;
  /** Default 36. */
  readonly hours?: number;
  /** Default 1; these samples lie before `startMicros`. */
  readonly warmUpHours?: number;
  /** Default 60. */
  readonly sampleSeconds?: number;
  /** Scales the default fall of 18 %; 0 is a flat market. Default 1. */
  readonly depth?: number;
  /** Default BTC, ETH, SOL, XRP, DOGE. */
  readonly coins?: readonly { readonly name: string; readonly price: number; readonly beta: number }[];
  /** Spot price over the start price, instead of the default path; noise-free. `hour` is negative in the warm-up. */
  readonly path?: (coin: number, hour: number) => number;
  /** Instead of the default liquidations. */
  readonly liquidations?: readonly LiquidationRow[];
  /** Followed prices of the first coin. Default 70,000, 60,000 and 55,000. */
  readonly levels?: readonly number[];
  /** Stopped after this many hours (a partial run). */
  readonly stopAfterHours?: number;
}

/** One liquidation order; amounts in units of the settlement currency. */
export interface LiquidationRow {
  /** After the start. */
  readonly hour: number;
  readonly coin: number;
  /** +1 a long was closed, -1 a short. */
  readonly side: 1 | -1;
  readonly usd: number;
  /** Default 1. */
  readonly traders?: number;
  /** Index in the population of leveraged traders. Default: the row's own index. */
  readonly agent?: number;
  /** Default 0. */
  readonly generation?: number;
  /** Default 0.1. */
  readonly forcedShare?: number;
  /** Default true. */
  readonly closed?: boolean;
  /** Share taken over by the fund, and closed by ADL; the rest went into the book. Default 0. */
  readonly fundShare?: number;
  readonly adlShare?: number;
}

/** Population indices of a synthetic run. */
export const LEVERAGED_POPULATION = 1;
export const HOLDER_POPULATION = 2;
const LEVERAGED_COUNT = 2_000;
const LEVERAGED_WEIGHT = 20;
const HOLDER_COUNT = 12;

const DEFAULT_COINS = [
  { name: "BTC", price: 73_000, beta: 1 },
  { name: "ETH", price: 2_150, beta: 1.25 },
  { name: "SOL", price: 92, beta: 1.35 },
  { name: "XRP", price: 1.52, beta: 1.4 },
  { name: "DOGE", price: 0.103, beta: 1.2 },
];

/** Totals of the one venue, which are those of the run. */
const ALL_VENUES = {
  fundStart: 500_000_000 * QUANTA_PER_UNIT,
  fundEnd: 495_000_000 * QUANTA_PER_UNIT,
  fundLow: 480_000_000 * QUANTA_PER_UNIT,
  adlNotional: 0,
  insolvent: 0,
  fees: 9_000_000 * QUANTA_PER_UNIT,
  fundingPaid: 2_000_000 * QUANTA_PER_UNIT,
};
const VENUE_TOTALS = { ...ALL_VENUES, transfersIn: 0, transfersOut: 0, haltedMicros: 0 };

/** Builds a synthetic run. Every column of `RunData` is filled and consistent in its units. */
export function makeRunData(options: RunDataOptions = {}): RunData {
  const plan = makePlan(options);
  const series = makeSeries(plan);
  const rows = options.liquidations ?? defaultLiquidations(plan, series);
  const levels = (options.levels ?? [70_000, 60_000, 55_000]).map((price) => ({ coin: 0, price }));
  const stopped = options.stopAfterHours !== undefined;
  return {
    title: "Synthetic crash",
    seed: options.seed ?? "synthetic",
    scenarioHash: "5ce0a12000000000",
    stateHash: "57a7e00000000000",
    engineVersion: "0.1.0",
    startMicros: plan.startMicros,
    endMicros: plan.endMicros,
    stepMicros: MICROS_PER_SECOND,
    sampleMicros: plan.sampleMicros,
    partial: stopped,
    reachedMicros: plan.lastMicros,
    quantaPerUnit: QUANTA_PER_UNIT,
    coins: plan.coins.map((c) => ({
      name: c.name,
      preCrashBeta: c.beta,
      preCrashDailyVolatility: 0.025 * c.beta,
    })),
    venues: [{ name: "test-venue", coverage: 1 }],
    markets: plan.coins.flatMap((c, coin) => [
      { name: `${c.name}-SPOT`, venue: 0, coin, kind: "spot" as const, tickSize: 0.01, lotSize: 0.001 },
      { name: `${c.name}-PERP`, venue: 0, coin, kind: "perpetual" as const, tickSize: 0.01, lotSize: 0.001 },
    ]),
    populations: [
      { name: "makers", type: "market-maker", count: 5, tracked: false },
      { name: "leveraged", type: "leveraged-trader", count: LEVERAGED_COUNT, tracked: false },
      { name: "treasuries", type: "large-holder", count: HOLDER_COUNT, tracked: true },
    ],
    levels,
    series,
    liquidations: liquidationColumns(rows, plan.startMicros, plan.coins),
    agents: makeAgents(rows),
    holders: makeHolders(plan),
    levelBids: makeLevelBids(plan, levels.length),
    venueSeries: { rows: 0, ...blockColumns("venues", 0) },
    venueTotals: [VENUE_TOTALS],
    totals: {
      steps: (plan.lastMicros - plan.startMicros) / MICROS_PER_SECOND,
      orders: 1_200_000,
      cancels: 400_000,
      fills: 900_000,
      triggers: 3_000,
      decisions: 2_500_000,
      rejects: 1_500,
      badDebt: 0,
      ...ALL_VENUES,
      externalFlow: 50_000_000 * QUANTA_PER_UNIT,
      auditResidual: 0,
      audits: 360,
    },
  };
}

/** Liquidation orders as columns; every order is in the coin's perpetual. Rows are sorted by time. */
export function liquidationColumns(
  rows: readonly LiquidationRow[],
  startMicros: number,
  coins: readonly { readonly price: number }[],
): LiquidationColumns {
  const sorted = [...rows].sort((a, b) => a.hour - b.hour);
  const numbers = (value: (row: LiquidationRow, index: number) => number): Float64Array =>
    Float64Array.from(sorted, value);
  const size = (r: LiquidationRow): number => r.usd / coins[r.coin].price;
  return {
    rows: sorted.length,
    timeMicros: numbers((r) => startMicros + Math.round(r.hour * MICROS_PER_HOUR)),
    population: Int32Array.from(sorted, () => LEVERAGED_POPULATION),
    agent: Int32Array.from(sorted, (r, i) => r.agent ?? i % LEVERAGED_COUNT),
    market: Int32Array.from(sorted, (r) => 2 * r.coin + 1),
    side: Int8Array.from(sorted, (r) => r.side),
    bookSize: numbers((r) => size(r) * (1 - (r.fundShare ?? 0) - (r.adlShare ?? 0))),
    fundSize: numbers((r) => size(r) * (r.fundShare ?? 0)),
    adlSize: numbers((r) => size(r) * (r.adlShare ?? 0)),
    notional: numbers((r) => Math.round(r.usd * QUANTA_PER_UNIT)),
    traders: numbers((r) => r.traders ?? 1),
    bankruptcyPrice: numbers((r) => coins[r.coin].price * (1 - 0.02 * r.side)),
    fillPrice: numbers((r) => coins[r.coin].price * (1 - 0.015 * r.side)),
    fundDelta: numbers((r) => Math.round(r.usd * 0.001 * QUANTA_PER_UNIT)),
    generation: Int32Array.from(sorted, (r) => r.generation ?? 0),
    forcedShare: numbers((r) => r.forcedShare ?? 0.1),
    cross: Uint8Array.from(sorted, () => 0),
    closed: Uint8Array.from(sorted, (r) => (r.closed === false ? 0 : 1)),
  };
}

function makePlan(options: RunDataOptions): Plan {
  const startMicros = options.startMicros ?? DEFAULT_START_MICROS;
  const endMicros = startMicros + Math.round((options.hours ?? 36) * MICROS_PER_HOUR);
  const stop = options.stopAfterHours;
  let state = 12_345;
  for (const character of options.seed ?? "synthetic")
    state = (state * 31 + character.charCodeAt(0)) % 233_280;
  return {
    path: options.path,
    depth: options.depth ?? 1,
    coins: options.coins ?? DEFAULT_COINS,
    startMicros,
    endMicros,
    sampleMicros: (options.sampleSeconds ?? 60) * MICROS_PER_SECOND,
    firstMicros: startMicros - Math.round((options.warmUpHours ?? 1) * MICROS_PER_HOUR),
    lastMicros: stop === undefined ? endMicros : startMicros + Math.round(stop * MICROS_PER_HOUR),
    // A linear congruential generator is noise enough here; the simulator's streams are not touched.
    noise: () => {
      state = (state * 9_301 + 49_297) % 233_280;
      return state / 233_280;
    },
  };
}

/** Liquidations in proportion to the forced flow of the series, about one order every two minutes and coin. */
function defaultLiquidations(plan: Plan, series: SeriesColumns): LiquidationRow[] {
  const rows: LiquidationRow[] = [];
  const pending = new Float64Array(plan.coins.length);
  for (let row = 0; row < series.rows; row++) {
    const hour = (series.timeMicros[row] - plan.startMicros) / MICROS_PER_HOUR;
    if (hour <= 0) continue;
    const coin = series.coin[row];
    pending[coin] = pending[coin] + series.liquidatedLong[row] / QUANTA_PER_UNIT;
    if (plan.noise() > 0.5 || pending[coin] < 1_000) continue;
    const draw = plan.noise();
    rows.push({
      hour,
      coin,
      side: draw < 0.88 ? 1 : -1,
      usd: pending[coin] * (0.5 + plan.noise()),
      traders: LEVERAGED_WEIGHT,
      generation: draw < 0.8 ? 0 : draw < 0.95 ? 1 : 2,
      forcedShare: 0.3 * plan.noise(),
      closed: draw > 0.1,
      fundShare: draw < 0.05 ? 0.2 : 0,
    });
    pending[coin] = 0;
  }
  return rows;
}

function makeAgents(rows: readonly LiquidationRow[]): AgentColumns {
  const counts = [5, LEVERAGED_COUNT, HOLDER_COUNT];
  const population = Int32Array.from(counts.flatMap((count, p) => new Array<number>(count).fill(p)));
  const agent = Int32Array.from(counts.flatMap((count) => Array.from({ length: count }, (_, i) => i)));
  const liquidations = new Int32Array(population.length);
  rows.forEach((r, i) => {
    const at = counts[0] + (r.agent ?? i % LEVERAGED_COUNT);
    liquidations[at] = liquidations[at] + 1;
  });
  const startEquity = Float64Array.from(population, (p) => [5e7, 2e5, 1e9][p] * QUANTA_PER_UNIT);
  return {
    rows: population.length,
    population,
    agent,
    weight: Float64Array.from(population, (p) => (p === LEVERAGED_POPULATION ? LEVERAGED_WEIGHT : 1)),
    startEquity,
    endEquity: startEquity.map((equity, i) => (liquidations[i] > 0 ? 0 : Math.round(equity * 0.9))),
    liquidations,
  };
}

/** Each holder has one coin, bought 5 to 60 % above the start price; every fourth sells a third from hour 20 on. */
function makeHolders(plan: Plan): HolderColumns {
  const hours = Math.floor((plan.lastMicros - plan.startMicros) / MICROS_PER_HOUR) + 1;
  const rows = hours * HOLDER_COUNT;
  const at = (row: number): { hour: number; agent: number; coin: number } => {
    const agent = row % HOLDER_COUNT;
    return { hour: (row - agent) / HOLDER_COUNT, agent, coin: agent % Math.min(2, plan.coins.length) };
  };
  const index = Array.from({ length: rows }, (_, row) => at(row));
  const holding = Float64Array.from(index, ({ hour, agent, coin }) => {
    const start = ((1 + agent) * 1e8) / plan.coins[coin].price;
    return agent % 4 === 3 && hour >= 20 ? start * 0.67 : start;
  });
  return {
    rows,
    timeMicros: Float64Array.from(index, ({ hour }) => plan.startMicros + hour * MICROS_PER_HOUR),
    population: Int32Array.from(index, () => HOLDER_POPULATION),
    agent: Int32Array.from(index, ({ agent }) => agent),
    coin: Int32Array.from(index, ({ coin }) => coin),
    holding,
    unrealised: Float64Array.from(index, ({ hour, agent, coin }, row) => {
      const cost = 1.05 + 0.05 * agent;
      const { price } = plan.coins[coin];
      return Math.round(holding[row] * price * (relativePrice(plan, coin, hour) - cost) * QUANTA_PER_UNIT);
    }),
  };
}

function makeLevelBids(plan: Plan, levels: number): LevelColumns {
  const samples = Math.floor((plan.lastMicros - plan.firstMicros) / plan.sampleMicros) + 1;
  const rows = samples * levels;
  const micros = (row: number): number => plan.firstMicros + Math.floor(row / levels) * plan.sampleMicros;
  return {
    rows,
    timeMicros: Float64Array.from({ length: rows }, (_, row) => micros(row)),
    level: Int32Array.from({ length: rows }, (_, row) => row % levels),
    bids: Float64Array.from({ length: rows }, (_, row) => {
      const minutes = (micros(row) - plan.firstMicros) / MICROS_PER_MINUTE;
      return Math.round((2e7 + 1e3 * minutes) * (1 + (row % levels)) * QUANTA_PER_UNIT);
    }),
  };
}
