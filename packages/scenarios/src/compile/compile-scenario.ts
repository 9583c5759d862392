/**
 * Turns a resolved scenario and a seed into the inputs of a run.
 *
 * Units become ticks, lots, quanta, microseconds and ppm; parameters and weights are drawn, one draw per agent
 * and name; start positions are built. Pure: same scenario and seed, same inputs. Refuses with a UserError what
 * would not fit (money beyond 2^53 quanta, too many agents).
 */
import { agentTypes as bundledTypes, agentTypesModule, buildEndowments, fitWeights } from "@undertow/agents";
import type { CoinAggregates, EndowmentRequest } from "@undertow/agents";
import {
  type AgentModule,
  type AgentType,
  assertCapacity,
  createKeys,
  type LevelSpec,
  type PopulationSpec,
  type RecordSpec,
  proveMoneyBounds,
  randomSource,
  type SimulationInputs,
  UserError,
} from "@undertow/core";
import { factorModelDriver } from "../drivers/factor-model.ts";
import { quantaPerUnit } from "../loading/load-scenario.ts";
import type { CoinData, RecordData } from "../schema/scenario-schema.ts";
import { LOADED_AGENTS, LOADED_TABLES, type ResolvedScenario } from "../loading/resolved-scenario.ts";
import { shareOf, venuesOf } from "../loading/scenario-venues.ts";
import { momentMicros } from "../values/moment.ts";
import { latencySpec } from "./latency.ts";
import { coinSpecs, marketSpecs, openInterestLots } from "./markets.ts";
import { drawPopulations, endowmentRule, type DrawnPopulation } from "./populations.ts";
import { venueSpecs } from "./venue.ts";

/** Factor by which an account's cash may grow in a run without leaving exact arithmetic. */
const CASH_GROWTH = 10;

/** What a run needs beside the scenario. */
export interface CompileOptions {
  /** Any string. */
  readonly seed: string;
  /** Agent types by name; default those of @undertow/agents. Those of the scenario's agents modules come on top. */
  readonly agentTypes?: Readonly<Record<string, AgentType>>;
  /** Modules of those agent types, by name, for runs on several threads; bundled types and agents modules have theirs. */
  readonly agentModules?: Readonly<Record<string, AgentModule>>;
  /** Steps between audits of the ledger; default about once in a simulated hour. */
  readonly auditEverySteps?: number;
}

/**
 * The inputs of one run.
 *
 * @throws UserError `money-bound`, `capacity`, `agents-not-loaded` or `tables-not-loaded` for a scenario with such that was not loaded
 *   in this process, or what the population builder refuses.
 */
export function compileScenario(scenario: ResolvedScenario, options: CompileOptions): SimulationInputs {
  const { types, modules } = agentsOf(scenario, options);
  const random = randomSource(createKeys(options.seed));
  const quanta = quantaPerUnit(scenario);
  const names = Object.keys(scenario.coins);
  const venues = venuesOf(scenario);
  const coins = coinSpecs(scenario);
  const drawn = drawPopulations(scenario, types, random);
  const agents = drawn.reduce((sum, population) => sum + population.count, 0);
  assertCapacity({ agents, markets: venues.reduce((sum, venue) => sum + 2 * venue.coins.length, 0) });
  const markets = marketSpecs(scenario, venues, drawn, types);
  const latency = latencySpec(scenario, venues);
  const request: EndowmentRequest = {
    coins: coins.map((coin) => ({
      name: coin.name,
      startPrice: coin.startPrice,
      aggregates: aggregatesOf(scenario.coins[coin.name]),
      venueShares: Float64Array.from(venues, (_, v) => shareOf(venues, v, coin.name)),
    })),
    markets,
    populations: drawn.map((population) => ({
      name: population.name,
      count: population.count,
      weight: population.weight,
      coins: population.coins,
      venues: population.venues,
      rule: endowmentRule(scenario.populations[population.name], quanta),
    })),
    random,
    quantaPerUnit: quanta,
  };
  checkTables(scenario);
  const populations = endowed(scenario, request, drawn);
  proveBounds(scenario, markets, populations);
  return {
    title: scenario.title,
    scenarioHash: scenario.hash,
    seed: options.seed,
    startMicros: momentMicros(scenario.time.start)!,
    endMicros: momentMicros(scenario.time.end)!,
    warmUpMicros: scenario.time.warmUp,
    stepMicros: scenario.time.step,
    sampleMicros: scenario.time.sample,
    record: recordSpec(scenario.record),
    currencies: [{ name: scenario.settlement.currency, quantaPerUnit: quanta }],
    coins,
    markets,
    venues: venueSpecs(venues, quanta),
    levels: scenario.levels.map((level): LevelSpec => ({
      coin: names.indexOf(level.coin),
      price: level.price,
    })),
    populations,
    ...(latency === undefined ? {} : { latency }),
    agentTypes: usedTypes(drawn, types),
    agentModules: modulesOf(drawn, types, modules),
    driver: driverOf(scenario),
    auditEverySteps: options.auditEverySteps ?? Math.max(1, Math.round(3_600_000_000 / scenario.time.step)),
  };
}

/** A scenario whose tables are only listed, as in a manifest, lacks their contents. */
function checkTables(scenario: ResolvedScenario): void {
  if (scenario.tables === undefined || scenario[LOADED_TABLES] !== undefined) return;
  throw new UserError("tables-not-loaded", {
    message: `the tables ${scenario.tables.map(({ file }) => file).join(", ")} are not loaded`,
    path: "tables",
    remedy: "Load the scenario from its file.",
  });
}

function tablesOf(scenario: ResolvedScenario, population: string): Pick<PopulationSpec, "tables"> {
  const tables = scenario[LOADED_TABLES]?.[population];
  return tables === undefined ? {} : { tables };
}

/** The types that populations may have, and the modules of those that have one. */
function agentsOf(
  scenario: ResolvedScenario,
  { agentTypes = bundledTypes, agentModules = {} }: CompileOptions,
): {
  readonly types: Readonly<Record<string, AgentType>>;
  readonly modules: Readonly<Record<string, AgentModule>>;
} {
  const loaded = scenario[LOADED_AGENTS];
  const wanted = scenario.agents?.flatMap((module) => module.types) ?? [];
  const missing = wanted.filter((name) => loaded === undefined && !Object.hasOwn(agentTypes, name));
  if (missing.length > 0) {
    throw new UserError("agents-not-loaded", {
      message: `the agent types ${missing.join(", ")} of the scenario's agents modules are not loaded`,
      path: "agents",
      remedy: "Load the scenario from its file, or pass the types as `agentTypes`.",
    });
  }
  return { types: { ...loaded?.types, ...agentTypes }, modules: { ...loaded?.modules, ...agentModules } };
}

/** What a coin's positions have to add up to. */
function aggregatesOf(coin: CoinData): CoinAggregates {
  const { dailyVolatility, longShortAccounts } = coin;
  return {
    openInterestLots: openInterestLots(coin),
    dailyVolatility,
    ...(longShortAccounts === undefined ? {} : { longShortAccounts }),
  };
}

/** The populations with their weights and what they start with. */
function endowed(
  scenario: ResolvedScenario,
  request: EndowmentRequest,
  drawn: readonly DrawnPopulation[],
): PopulationSpec[] {
  const weights = fitWeights(request);
  const endowments = buildEndowments({
    ...request,
    populations: request.populations.map((population, k) => ({ ...population, weight: weights[k] })),
  });
  return drawn.map((population, k) => ({
    ...population,
    ...tablesOf(scenario, population.name),
    weight: weights[k],
    endowment: endowments[k],
  }));
}

/** What is recorded beside the series. */
function recordSpec({ tape, books }: RecordData): RecordSpec {
  return {
    orders: tape === "orders" || tape === "both",
    fills: tape === "fills" || tape === "both",
    ...(books === undefined ? {} : { books: { everyMicros: books.every, levels: books.levels } }),
  };
}

/** Modules of the types that are used: the caller's, and those of the bundled types. */
function modulesOf(
  drawn: readonly DrawnPopulation[],
  types: Readonly<Record<string, AgentType>>,
  given: Readonly<Record<string, AgentModule>>,
): Record<string, AgentModule> {
  const modules: Record<string, AgentModule> = {};
  for (const { type } of drawn) {
    const module = given[type] ?? (types[type] === bundledTypes[type] ? agentTypesModule : undefined);
    if (module !== undefined) modules[type] = module;
  }
  return modules;
}

function usedTypes(
  drawn: readonly DrawnPopulation[],
  types: Readonly<Record<string, AgentType>>,
): Record<string, AgentType> {
  const used: Record<string, AgentType> = {};
  for (const { type } of drawn) used[type] = types[type]!;
  return used;
}

function driverOf(scenario: ResolvedScenario): SimulationInputs["driver"] {
  const { shockScale, shocks, sentiment, reversionHalfLife, news } = scenario.driver;
  return factorModelDriver({
    coins: Object.entries(scenario.coins).map(([name, coin]) => ({
      name,
      startPrice: coin.price,
      beta: coin.preCrashBeta,
      dailyVolatility: coin.dailyVolatility,
      commonShare: coin.idiosyncraticCommonShare,
    })),
    shockScale,
    ...(reversionHalfLife === undefined ? {} : { reversionHalfLifeMicros: reversionHalfLife }),
    ...(news === undefined
      ? {}
      : {
          gridMicros: news.grid,
          newsClusters: { intermittency: news.intermittency, longestMicros: news.longest },
        }),
    shocks: shocks.map((shock) => ({
      atMicros: momentMicros(shock.at)!,
      overMicros: shock.over,
      size: shock.size,
      ...(shock.coins === undefined ? {} : { coins: shock.coins }),
    })),
    sentiment: { base: sentiment.base, shockImpact: sentiment.shockImpact, memoryMicros: sentiment.memory },
  });
}

/**
 * The largest account must stay exact: its start positions at the highest prices that the books accept, and ten
 * times its cash (winnings, or cash turned into coins that trebled).
 */
function proveBounds(
  scenario: ResolvedScenario,
  markets: SimulationInputs["markets"],
  populations: readonly PopulationSpec[],
): void {
  let largest: { bound: number; cash: number; lots: Float64Array } = {
    bound: -1,
    cash: 0,
    lots: new Float64Array(markets.length),
  };
  for (const { count, endowment } of populations) {
    const bounds = new Float64Array(count);
    const { agent, market, lots } = endowment.positions;
    const cash = cashOf(count, endowment);
    for (let k = 0; k < count; k++) bounds[k] = CASH_GROWTH * cash[k];
    for (let k = 0; k < lots.length; k++) bounds[agent[k]] += notionalBound(markets[market[k]], lots[k]);
    for (let k = 0; k < count; k++) {
      if (!(bounds[k] > largest.bound)) continue;
      largest = {
        bound: bounds[k],
        cash: cash[k],
        lots: lotsOf(k, endowment, markets.length),
      };
    }
  }
  proveMoneyBounds({
    name: scenario.settlement.currency,
    largestCashQuanta: CASH_GROWTH * largest.cash,
    markets: markets.map(({ name, quantaPerTickLot, maxTicks }, k) => ({
      name,
      quantaPerTickLot,
      maxTicks,
      largestLots: largest.lots[k],
    })),
  });
}

/** Each agent's cash on all its venues, as transfers may bring it into one account. */
function cashOf(count: number, { cashQuanta }: PopulationSpec["endowment"]): Float64Array {
  const cash = new Float64Array(count);
  for (let k = 0; k < cashQuanta.length; k++) cash[k % count] += cashQuanta[k];
  return cash;
}

function notionalBound(
  { maxTicks, quantaPerTickLot }: SimulationInputs["markets"][number],
  lots: number,
): number {
  return 3 * Math.abs(lots) * maxTicks * quantaPerTickLot;
}

function lotsOf(
  wanted: number,
  { positions }: PopulationSpec["endowment"],
  marketCount: number,
): Float64Array {
  const held = new Float64Array(marketCount);
  for (let k = 0; k < positions.lots.length; k++) {
    if (positions.agent[k] === wanted) held[positions.market[k]] += Math.abs(positions.lots[k]);
  }
  return held;
}
