/**
 * Latencies of a scenario as inputs of a run: the table of delays between regions and venues, the jitter, each agent's
 * region, and the pairs of a population.
 *
 * A region is drawn once per agent, keyed by population and agent like every other draw. Nothing is made of agents by
 * venues, nor of agents by agents.
 */
import {
  type DistributionSpec,
  drawDistribution,
  hash32,
  type LatencyPair,
  type LatencySpec,
  type PopulationSpec,
  PURPOSE_PARAM,
  purposeOf,
  type RandomSource,
} from "@undertow/core";
import type { ResolvedPopulation, ResolvedScenario } from "../loading/resolved-scenario.ts";
import type { ListedVenue } from "../loading/scenario-venues.ts";

/** The table of delays and the jitter; undefined for a scenario without the section. */
export function latencySpec(
  { latency }: Pick<ResolvedScenario, "latency">,
  venues: readonly ListedVenue[],
): LatencySpec | undefined {
  if (latency === undefined) return undefined;
  const { regions, jitter } = latency;
  const delays = Object.values(regions).flatMap(({ delay, venues: own }) =>
    venues.map(({ key }) => (key !== undefined && Object.hasOwn(own, key) ? own[key] : delay)),
  );
  return { baseMicros: Float64Array.from(delays, Math.round), jitter: factorOf(jitter) };
}

/** What a population has of latencies beside its column. */
export function populationLatency(
  { latency }: Pick<ResolvedScenario, "latency">,
  venues: readonly ListedVenue[],
  { name, population, random }: { name: string; population: ResolvedPopulation; random: RandomSource },
): Pick<PopulationSpec, "region" | "latencyPairs"> {
  const pairs = (latency?.pairs ?? []).filter((pair) => pair.population === name);
  return {
    ...(population.region === undefined
      ? {}
      : { region: regionColumn(Object.keys(latency!.regions), name, population, random) }),
    ...(pairs.length === 0
      ? {}
      : {
          latencyPairs: pairs.map(({ venue, agents, delay }): LatencyPair => ({
            venue: venue === undefined ? 0 : venues.findIndex(({ key }) => key === venue),
            from: agents?.[0] ?? 0,
            to: agents === undefined ? population.count : agents[1] + 1,
            micros: Math.round(delay),
          })),
        }),
  };
}

/** A plain number is half the width of a uniform factor round 1. */
function factorOf(jitter: DistributionSpec): DistributionSpec {
  if (jitter.kind !== "constant") return jitter;
  return { kind: "uniform", min: 1 - jitter.value, max: 1 + jitter.value };
}

/** One region for all agents, or one for each. */
function regionColumn(
  known: readonly string[],
  name: string,
  { region, count }: ResolvedPopulation,
  random: RandomSource,
): Uint8Array {
  const values = region!.names.map((found) => known.indexOf(found));
  if (values.length === 1) return Uint8Array.of(values[0]);
  const spec: DistributionSpec = { kind: "choice", values, weights: region!.weights };
  const purpose = purposeOf(PURPOSE_PARAM, hash32("region"));
  const column = new Uint8Array(new SharedArrayBuffer(count));
  for (let k = 0; k < count; k++) column[k] = drawDistribution(spec, random, purpose, hash32(name), k);
  return column;
}
