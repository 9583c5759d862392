/**
 * Draws what differs between the agents of a population: parameters, latency, weights; and scales the
 * endowment rule to quanta.
 *
 * One draw per agent and parameter, keyed by (parameter, population, agent): a change of one distribution, or a
 * further population, shifts nobody else's draws. Draws beyond a parameter's bounds are moved to the bound.
 */
import type { EndowmentRule } from "@undertow/agents";
import {
  type AgentType,
  type DistributionSpec,
  drawColumn,
  hash32,
  type ParamSpec,
  type PopulationSpec,
  PURPOSE_PARAM,
  purposeOf,
  type RandomSource,
} from "@undertow/core";
import type { ResolvedPopulation, ResolvedScenario } from "../loading/resolved-scenario.ts";
import { coinsOfPopulation, listVenues, venuesOfPopulation } from "../loading/scenario-venues.ts";
import { scaleDistribution } from "../values/distribution.ts";
import { populationLatency } from "./latency.ts";

/** A population without its endowment. */
export type DrawnPopulation = Omit<PopulationSpec, "endowment">;

/** Name of the parameter column that holds each agent's latency in microseconds. */
export const LATENCY_COLUMN = "latencyMicros";

/** Every population with its columns drawn, in file order. */
export function drawPopulations(
  scenario: ResolvedScenario,
  types: Readonly<Record<string, AgentType>>,
  random: RandomSource,
): DrawnPopulation[] {
  const names = Object.keys(scenario.coins);
  const venues = listVenues(scenario);
  return Object.entries(scenario.populations).map(([name, population]): DrawnPopulation => {
    const coins = coinsOfPopulation(venues, population);
    return {
      name,
      type: population.type,
      count: population.count,
      weight: drawWeight(population, name, random),
      coins: Int32Array.from(coins, (coin) => names.indexOf(coin)),
      venues: Int32Array.from(venuesOfPopulation(venues, population)),
      params: drawParams(population, name, types[population.type], random),
      ...populationLatency(scenario, venues, { name, population, random }),
      tracked: population.tracked,
    };
  });
}

/** The endowment rule in quanta and microseconds. */
export function endowmentRule(population: ResolvedPopulation, quantaPerUnit: number): EndowmentRule {
  const { cash, spot, ...rest } = population.endowment;
  const rule: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(rest)) {
    if (value !== undefined) rule[key] = value;
  }
  if (cash !== undefined) rule["cash"] = scaleDistribution(cash, quantaPerUnit);
  if (spot !== undefined) rule["spot"] = scaleDistribution(spot, quantaPerUnit);
  return rule;
}

function drawParams(
  population: ResolvedPopulation,
  name: string,
  type: AgentType,
  random: RandomSource,
): Record<string, Float64Array> {
  const columns: Record<string, Float64Array> = {};
  const specs = type.params;
  for (const [param, spec] of Object.entries(specs)) {
    const column = draw(population.params[param], param, name, population.count, random);
    bound(column, spec);
    columns[param] = column;
  }
  const latency = draw(population.latency, LATENCY_COLUMN, name, population.count, random);
  for (let k = 0; k < latency.length; k++) latency[k] = Math.max(0, Math.round(latency[k]));
  columns[LATENCY_COLUMN] = latency;
  return columns;
}

function drawWeight(population: ResolvedPopulation, name: string, random: RandomSource): Float64Array {
  const weight = draw(population.weight, "weight", name, population.count, random);
  for (let k = 0; k < weight.length; k++) weight[k] = Math.max(1, Math.round(weight[k]));
  return weight;
}

function draw(
  spec: DistributionSpec,
  param: string,
  population: string,
  count: number,
  random: RandomSource,
): Float64Array {
  return drawColumn(spec, random, purposeOf(PURPOSE_PARAM, hash32(param)), hash32(population), count);
}

function bound(column: Float64Array, spec: ParamSpec): void {
  const min = spec.min ?? -Infinity;
  const max = spec.max ?? Infinity;
  const whole =
    spec.unit === "duration" || spec.unit === "quanta" || spec.unit === "count" || spec.unit === "flag";
  for (let k = 0; k < column.length; k++) {
    const value = Math.min(max, Math.max(min, column[k]));
    column[k] = whole ? Math.round(value) : value;
  }
}
