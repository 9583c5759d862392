/**
 * Turns a resolved scenario and a seed into the inputs of a run.
 *
 * Units become ticks, lots, quanta, microseconds and ppm; parameters and weights are drawn, one draw per agent
 * and name; start positions are built. Pure: same scenario and seed, same inputs. Refuses with a UserError what
 * would not fit (money beyond 2^53 quanta, too many agents).
 */
import { agentTypes as bundledTypes, buildEndowments } from "@undertow/agents";
import {
  type AgentType,
  assertCapacity,
  createKeys,
  type LevelSpec,
  type PopulationSpec,
  proveMoneyBounds,
  randomSource,
  type SimulationInputs,
} from "@undertow/core";
import { factorModelDriver } from "../drivers/factor-model.ts";
import { quantaPerUnit } from "../loading/load-scenario.ts";
import type { ResolvedScenario } from "../loading/resolved-scenario.ts";
import { momentMicros } from "../values/moment.ts";
import { coinSpecs, marketSpecs, openInterestLots } from "./markets.ts";
import { drawPopulations, endowmentRule, type DrawnPopulation } from "./populations.ts";
import { venueSpec } from "./venue.ts";

/** What a run needs beside the scenario. */
export interface CompileOptions {
  /** Any string. */
  readonly seed: string;
  /** Agent types by name; default those of @undertow/agents. */
  readonly agentTypes?: Readonly<Record<string, AgentType>>;
  /** Steps between audits of the ledger; default about once in a simulated hour. */
  readonly auditEverySteps?: number;
}

/**
 * The inputs of one run.
 *
 * @throws UserError `money-bound`, `capacity`, or what the population builder refuses.
 */
export function compileScenario(scenario: ResolvedScenario, options: CompileOptions): SimulationInputs {
  const types = options.agentTypes ?? bundledTypes;
  const random = randomSource(createKeys(options.seed));
  const quanta = quantaPerUnit(scenario);
  const names = Object.keys(scenario.coins);
  const coins = coinSpecs(scenario);
  const drawn = drawPopulations(scenario, types, random);
  const agents = drawn.reduce((sum, population) => sum + population.count, 0);
  assertCapacity({ agents, markets: 2 * names.length });
  const markets = marketSpecs(scenario, drawn);
  const endowments = buildEndowments({
    coins: coins.map((coin, k) => ({
      name: coin.name,
      startPrice: coin.startPrice,
      aggregates: {
        openInterestLots: openInterestLots(scenario.coins[coin.name]!, markets[2 * k + 1]!),
        dailyVolatility: coin.preCrashDailyVolatility,
      },
    })),
    markets,
    populations: drawn.map((population) => ({
      name: population.name,
      count: population.count,
      weight: population.weight,
      coins: population.coins,
      rule: endowmentRule(scenario.populations[population.name]!, quanta),
    })),
    random,
    quantaPerUnit: quanta,
  });
  const populations = drawn.map((population, k): PopulationSpec => ({
    ...population,
    endowment: endowments[k]!,
  }));
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
    currencies: [{ name: scenario.settlement.currency, quantaPerUnit: quanta }],
    coins,
    markets,
    venue: venueSpec(scenario, quanta),
    levels: scenario.levels.map((level): LevelSpec => ({
      coin: names.indexOf(level.coin),
      price: level.price,
    })),
    populations,
    agentTypes: usedTypes(drawn, types),
    driver: driverOf(scenario),
    auditEverySteps: options.auditEverySteps ?? Math.max(1, Math.round(3_600_000_000 / scenario.time.step)),
  };
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
  const { shockScale, shocks, sentiment } = scenario.driver;
  return factorModelDriver({
    coins: Object.entries(scenario.coins).map(([name, coin]) => ({
      name,
      startPrice: coin.price,
      beta: coin.preCrashBeta,
      dailyVolatility: coin.dailyVolatility,
      commonShare: coin.idiosyncraticCommonShare,
    })),
    shockScale,
    shocks: shocks.map((shock) => ({
      atMicros: momentMicros(shock.at)!,
      overMicros: shock.over,
      size: shock.size,
      ...(shock.coins === undefined ? {} : { coins: shock.coins }),
    })),
    sentiment: { base: sentiment.base, shockImpact: sentiment.shockImpact, memoryMicros: sentiment.memory },
  });
}

/** The largest account at the start, allowed to grow tenfold in cash and twofold in lots, must stay exact. */
function proveBounds(
  scenario: ResolvedScenario,
  markets: SimulationInputs["markets"],
  populations: readonly PopulationSpec[],
): void {
  const largestLots = new Float64Array(markets.length);
  let largestCash = 0;
  for (const { endowment } of populations) {
    for (const cash of endowment.cashQuanta) largestCash = Math.max(largestCash, cash);
    const { market, lots } = endowment.positions;
    for (let k = 0; k < lots.length; k++) {
      const index = market[k]!;
      largestLots[index] = Math.max(largestLots[index]!, Math.abs(lots[k]!));
    }
  }
  proveMoneyBounds({
    name: scenario.settlement.currency,
    largestCashQuanta: 10 * largestCash,
    markets: markets.map((market, k) => ({
      name: market.name,
      quantaPerTickLot: market.quantaPerTickLot,
      maxTicks: market.maxTicks,
      largestLots: largestLots[k]!,
    })),
  });
}
