/**
 * Inputs of a small real run round one population of the type under test: two coins, spot and perpetual each, quoters
 * that follow a fundamental which drifts, falls by a fifth in the middle and recovers, and takers at random.
 *
 * A lot is worth about a unit of money in every market, whatever the price. Built on core's public entry only.
 */
import { BUY, SELL, sin } from "@undertow/core";
import type {
  AgentTable,
  AgentType,
  Endowment,
  MarketSpec,
  PopulationSpec,
  SimulationInputs,
  TableSpec,
  VenueEventSpec,
  VenueSpec,
} from "@undertow/core";
import { quoter, taker } from "./world-traders.ts";

/** Quanta in a unit of money. */
export const QUANTA = 100_000;
export const TESTED = "tested";
export const STEP_MICROS = 5e6;
/** Moment at which every world starts, microseconds. */
export const KIT_START_MICROS = 1_700_006_400e6;
const MINUTE = 60e6;
const COINS = ["BTC", "SOL"];

/** How a world is made. */
export interface WorldOptions {
  readonly type: AgentType;
  readonly count: number;
  /** One column for each parameter. */
  readonly params: Readonly<Record<string, Float64Array>>;
  readonly tables?: Readonly<Record<string, AgentTable>>;
  readonly seed: string;
  readonly minutes: number;
  /** Cash of each agent in units of money; default 100,000. */
  readonly cash?: readonly number[];
  /** Spot coins and perpetual positions at the start; default true. */
  readonly endowed?: boolean;
  /** Quoters and takers; default true. Without them the books are empty. */
  readonly market?: boolean;
  /** Price of a coin in ticks at the start; default 10,000. */
  readonly startTicks?: number;
  /** Factor on the size of a tick; default 1, a hundredth of a unit. */
  readonly tickScale?: number;
  readonly events?: readonly VenueEventSpec[];
  /** Minutes from the start after which the fundamental goes another way. */
  readonly turnAfter?: number;
}

/** Moment so many minutes after the start. */
export function minuteOf(minutes: number): number {
  return KIT_START_MICROS + minutes * MINUTE;
}

/** Inputs of such a world. */
export function smallWorld(options: WorldOptions): SimulationInputs {
  const { type, count, seed, minutes } = options;
  const venues = Math.max(1, type.minVenues ?? 1);
  const markets = marketsOf(options, venues);
  const others =
    (options.market ?? true)
      ? [quoters(markets, venues, options), takers(venues)]
      : [holders(markets, venues, options)];
  const populations = [testedPopulation(options, markets, venues), ...others];
  return {
    title: `conformance of ${type.name}`,
    scenarioHash: `conformance ${type.name} ${count} ${minutes}`,
    seed,
    startMicros: KIT_START_MICROS,
    endMicros: minuteOf(minutes),
    warmUpMicros: 0,
    stepMicros: STEP_MICROS,
    sampleMicros: MINUTE,
    currencies: [{ name: "USDT", quantaPerUnit: QUANTA }],
    coins: COINS.map((name, coin) => ({
      name,
      startPrice: priceOf(options),
      preCrashBeta: 1 + 0.2 * coin,
      preCrashDailyVolatility: 0.03,
    })),
    markets,
    venues: Array.from({ length: venues }, (_, venue) => venueSpec(venue, options)),
    levels: [],
    populations,
    agentTypes: { [type.name]: type, [quoter.name]: quoter, [taker.name]: taker },
    driver: () => ({
      sample(timeMicros, out) {
        const at = (timeMicros - KIT_START_MICROS) / MINUTE;
        for (let coin = 0; coin < COINS.length; coin++) {
          out.fundamental[coin] = priceOf(options) * pathAt(at, coin, options);
        }
        out.sentiment[0] = at > 0.4 * minutes && at < 0.6 * minutes ? -0.6 : 0;
      },
    }),
    auditEverySteps: 60,
  };
}

function priceOf({ startTicks = 10_000, tickScale = 1 }: WorldOptions): number {
  return startTicks * 0.01 * tickScale;
}

/** Relative fundamental: waves, a fall of a fifth between 45 % and 55 % of the run, half of it taken back after. */
function pathAt(minute: number, coin: number, { minutes, turnAfter = Infinity }: WorldOptions): number {
  const share = minute / minutes;
  const fall = 0.2 * Math.max(0, Math.min(1, (share - 0.45) / 0.1));
  const rebound = 0.1 * Math.max(0, Math.min(1, (share - 0.7) / 0.1));
  const wave = 0.004 * sin(minute * (0.9 + 0.3 * coin)) + 0.01 * sin(minute * 0.21 + coin);
  const turn = minute > turnAfter ? 0.05 * sin((minute - turnAfter) * 0.7) + 0.03 : 0;
  return 1 + wave - fall + rebound + turn;
}

function marketsOf({ startTicks = 10_000, tickScale = 1 }: WorldOptions, venues: number): MarketSpec[] {
  const markets: MarketSpec[] = [];
  // A lot is a unit of money at the start: quanta per tick and lot are whole for starts up to 100,000 ticks.
  const quantaPerTickLot = Math.max(1, Math.round(QUANTA / startTicks));
  const tickSize = 0.01 * tickScale;
  for (let venue = 0; venue < venues; venue++) {
    for (const [coin, name] of COINS.entries()) {
      for (const kind of ["spot", "perpetual"] as const) {
        const suffix = venues === 1 ? "" : `@venue-${venue}`;
        markets.push({
          name: `${name}-${kind === "spot" ? "SPOT" : "PERP"}${suffix}`,
          venue,
          coin,
          kind,
          tickSize,
          lotSize: quantaPerTickLot / QUANTA / tickSize,
          quantaPerTickLot,
          maxTicks: 4 * startTicks + 16,
          startTicks,
          orderCapacity: 16_384,
          makerFeePpm: 200,
          takerFeePpm: 500,
          priceBandPpm: 100_000,
          impactNotionalQuanta: 200 * QUANTA,
          tiers:
            kind === "spot"
              ? []
              : [
                  {
                    floorQuanta: 0,
                    capQuanta: Infinity,
                    maxLeverage: 100,
                    maintenancePpm: 5000,
                    maintenanceAmountQuanta: 0,
                  },
                ],
        });
      }
    }
  }
  return markets;
}

function venueSpec(venue: number, { events }: WorldOptions): VenueSpec {
  return {
    name: `venue-${venue}`,
    coverage: 0.5,
    index: {
      rules: { kind: "weighted-mean" },
      sources: COINS.map((_, coin) => ({ market: 4 * venue + 2 * coin, weight: 1 })),
    },
    mark: { kind: "median-of-three", updateSeconds: 0, sampleSeconds: 5, samples: 30 },
    funding: {
      intervalSeconds: 600,
      periodSeconds: 600,
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
    backstop: { kind: "fund", capRatio: 1, unwindSeconds: 600 },
    adl: { ranking: "pnl-leverage", settlement: "bankruptcy", cancelOrders: false },
    insuranceFundQuanta: 1e7 * QUANTA,
    ...(events === undefined ? {} : { events }),
  };
}

interface Holding {
  readonly agent: number;
  readonly market: number;
  readonly lots: number;
  /** Share of the cost put down as margin; 0 for spot and cross. */
  readonly margin?: number;
}

const POSITION_LOTS = 5_000;
const SPOT_LOTS = 20_000;

/** Half of the agents hold spot coins; of every three one is long with leverage 5 and one short. */
function testedPopulation(
  options: WorldOptions,
  markets: readonly MarketSpec[],
  venues: number,
): PopulationSpec {
  const { type, count, params, cash, endowed = true, tables = {} } = options;
  const holdings: Holding[] = [];
  const amounts = Float64Array.from({ length: count }, (_, agent) => (cash?.[agent] ?? 100_000) * QUANTA);
  const holding = endowed ? count : 0;
  for (let agent = 0; agent < holding; agent++) holdings.push(...heldByTested(agent, markets));
  const population = populationOf(TESTED, type, { count, params, cash: amounts, venues, markets, holdings });
  const declared = Object.entries(type.tables ?? {});
  if (declared.length === 0) return population;
  const given = declared.map(([name, spec]) => [name, tables[name] ?? emptyTable(spec)] as const);
  return { ...population, tables: Object.fromEntries(given) };
}

function emptyTable({ columns }: TableSpec): AgentTable {
  const names = Object.keys(columns);
  return { rows: 0, columns: Object.fromEntries(names.map((name) => [name, new Float64Array(0)])) };
}

function heldByTested(agent: number, markets: readonly MarketSpec[]): Holding[] {
  return markets.flatMap(({ kind, venue }, market): Holding[] => {
    if (venue > 0) return [];
    if (kind === "spot") return agent % 2 === 0 ? [{ agent, market, lots: SPOT_LOTS }] : [];
    if (agent % 3 === 2) return [];
    return [{ agent, market, lots: (agent % 3 === 0 ? BUY : SELL) * POSITION_LOTS, margin: 0.2 }];
  });
}

/** What the first agents of another population hold against the tested ones, so that contracts sum to zero. */
function against(
  markets: readonly MarketSpec[],
  { count, endowed = true }: WorldOptions,
): Map<number, number> {
  const sums = new Map<number, number>();
  const holding = endowed ? count : 0;
  for (let agent = 0; agent < holding; agent++) {
    for (const { market, lots } of heldByTested(agent, markets)) {
      if (markets[market].kind === "perpetual") sums.set(market, (sums.get(market) ?? 0) - lots);
    }
  }
  return sums;
}

function quoters(markets: readonly MarketSpec[], venues: number, options: WorldOptions): PopulationSpec {
  const counter = against(markets, options);
  const holdings = [0, 1].flatMap((agent) =>
    markets.map(({ kind }, market): Holding => ({
      agent,
      market,
      lots: kind === "spot" ? 1e7 : agent === 0 ? (counter.get(market) ?? 0) : 0,
    })),
  );
  const params = { interval: new Float64Array(2).fill(10e6), lots: new Float64Array(2).fill(4000) };
  const cash = new Float64Array(2).fill(1e9 * QUANTA);
  return populationOf("quoters", quoter, { count: 2, params, cash, venues, markets, holdings, cross: true });
}

function takers(venues: number): PopulationSpec {
  const count = 12;
  const params = { interval: new Float64Array(count).fill(20e6), lots: new Float64Array(count).fill(2000) };
  const cash = new Float64Array(count).fill(1e6 * QUANTA);
  return populationOf("takers", taker, {
    count,
    params,
    cash,
    venues,
    markets: [],
    holdings: [],
    cross: true,
  });
}

/** In a world without a market: the counterparty of the positions, which never wakes. */
function holders(markets: readonly MarketSpec[], venues: number, options: WorldOptions): PopulationSpec {
  const holdings = [...against(markets, options)].map(([market, lots]): Holding => ({
    agent: 0,
    market,
    lots,
  }));
  const params = { interval: new Float64Array(1), lots: new Float64Array(1) };
  const cash = new Float64Array(1).fill(1e9 * QUANTA);
  return populationOf("holders", taker, { count: 1, params, cash, venues, markets, holdings, cross: true });
}

interface PopulationParts {
  readonly count: number;
  readonly params: Readonly<Record<string, Float64Array>>;
  /** Quanta per agent, split evenly over the venues. */
  readonly cash: Float64Array;
  readonly venues: number;
  readonly markets: readonly MarketSpec[];
  readonly holdings: readonly Holding[];
  readonly cross?: boolean;
}

function populationOf(name: string, type: AgentType, parts: PopulationParts): PopulationSpec {
  const { count, params, cash, venues, markets, cross = false } = parts;
  const held = parts.holdings.filter(({ lots }) => lots !== 0);
  const cost = ({ lots, market }: Holding): number =>
    lots * markets[market].startTicks * markets[market].quantaPerTickLot;
  const endowment: Endowment = {
    cashQuanta: Float64Array.from({ length: count * venues }, (_, k) => Math.floor(cash[k % count] / venues)),
    crossMargin: new Uint8Array(count).fill(cross ? 1 : 0),
    positions: {
      agent: Int32Array.from(held, ({ agent }) => agent),
      market: Int32Array.from(held, ({ market }) => market),
      lots: Float64Array.from(held, ({ lots }) => lots),
      costQuanta: Float64Array.from(held, cost),
      marginQuanta: Float64Array.from(held, (holding) =>
        Math.ceil(Math.abs(cost(holding)) * (holding.margin ?? 0)),
      ),
      leverage: Float64Array.from(held, ({ margin = 1 }) => 1 / margin),
      stopTicks: new Float64Array(held.length),
    },
  };
  return {
    name,
    type: type.name,
    count,
    weight: new Float64Array(count).fill(1),
    coins: Int32Array.from(COINS, (_, coin) => coin),
    venues: Int32Array.from({ length: venues }, (_, venue) => venue),
    params,
    endowment,
    tracked: false,
  };
}
