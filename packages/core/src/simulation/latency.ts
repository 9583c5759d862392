/**
 * How long a message travels: an agent's own latency, the delay from its region to the venue, and jitter from message
 * to message; single agents may have a delay of their own to a venue.
 *
 * An agent costs eight bytes and, where a population lies in several regions, one more, however many agents, regions and
 * venues there are: delays are a table of regions by venues, never of agents by agents. Jitter is a function of agent and
 * time, so that it depends on no thread and on no other agent. Part of the decide phase; it changes nothing.
 */
import { sharedFloat64 } from "../columns/shared.ts";
import { UserError, type Problem } from "../errors.ts";
import { type DistributionSpec, quantileOf } from "../rng/distributions.ts";
import type { LatencySpec, PopulationSpec, SimulationInputs } from "./inputs.ts";

/** Name of the parameter column that holds each agent's own latency. */
export const LATENCY_PARAM = "latencyMicros";
const DEFAULT_LATENCY_MICROS = 200_000;
/** Factor of a message's delay where the inputs have none: 75 to 125 %. */
const DEFAULT_JITTER: DistributionSpec = { kind: "uniform", min: 0.75, max: 1.25 };
/** Regions are bytes. */
const MOST_REGIONS = 255;

/** The latencies of a population, as the threads read them. */
export interface PopulationLatency {
  /** Per agent: what it adds to every delay. */
  readonly ownMicros: Float64Array;
  /** One for all agents, one for each, or none: no region. */
  readonly region: Uint8Array;
  /** From region to venue, `regions x venues`. */
  readonly baseMicros: Float64Array;
  readonly venueCount: number;
  /** The factor of a delay is `low + width * u` with u from 0 to 1, or, with a shape, its quantile at u. */
  readonly low: number;
  readonly width: number;
  readonly shape: DistributionSpec | undefined;
  /** Overrides, a row each: agents `from` to `to` (not included) reach the venue in so many microseconds. */
  readonly pairs: {
    readonly venue: Int32Array;
    readonly from: Int32Array;
    readonly to: Int32Array;
    readonly micros: Float64Array;
  };
}

/** The latencies of a population in a run. */
export function latencyOf(
  spec: Pick<PopulationSpec, "count" | "params" | "region" | "latencyPairs">,
  { latency, venues }: Pick<SimulationInputs, "latency" | "venues">,
): PopulationLatency {
  const jitter = latency?.jitter ?? DEFAULT_JITTER;
  const isUniform = jitter.kind === "uniform";
  const pairs = spec.latencyPairs ?? [];
  return {
    ownMicros: spec.params[LATENCY_PARAM] ?? sharedFloat64(spec.count).fill(DEFAULT_LATENCY_MICROS),
    region: spec.region ?? new Uint8Array(0),
    baseMicros: latency?.baseMicros ?? new Float64Array(0),
    venueCount: venues.length,
    low: isUniform ? jitter.min : 0,
    width: isUniform ? jitter.max - jitter.min : 0,
    shape: isUniform ? undefined : jitter,
    pairs: {
      venue: Int32Array.from(pairs, ({ venue }) => venue),
      from: Int32Array.from(pairs, ({ from }) => from),
      to: Int32Array.from(pairs, ({ to }) => to),
      micros: Float64Array.from(pairs, ({ micros }) => micros),
    },
  };
}

/**
 * Microseconds that a message of an agent travels to a venue.
 *
 * @param tie 32 bits that are a hash of agent and time: what the jitter is drawn with
 */
export function travelMicros(latency: PopulationLatency, agent: number, venue: number, tie: number): number {
  const u = tie / 4294967296;
  const { shape } = latency;
  const factor = shape === undefined ? latency.low + latency.width * u : Math.max(0, quantileOf(shape, u));
  return Math.round(delayMicros(latency, agent, venue) * factor);
}

/** The delay without jitter: of the last pair that names agent and venue, or the agent's own and its region's. */
function delayMicros(latency: PopulationLatency, agent: number, venue: number): number {
  const { ownMicros, region, baseMicros, venueCount, pairs } = latency;
  for (let k = pairs.venue.length - 1; k >= 0; k--) {
    if (pairs.venue[k] === venue && pairs.from[k] <= agent && agent < pairs.to[k]) return pairs.micros[k];
  }
  if (region.length === 0) return ownMicros[agent];
  return ownMicros[agent] + baseMicros[region[region.length === 1 ? 0 : agent] * venueCount + venue];
}

/**
 * Refuses delays that name no region, venue or agent of the run, or are no times.
 *
 * @throws UserError `latency` with every flaw
 */
export function checkLatency({ latency, venues, populations }: SimulationInputs): void {
  const problems: Problem[] = [];
  const regions = latency === undefined ? 0 : latency.baseMicros.length / venues.length;
  if (latency !== undefined) problems.push(...tableFlaws(latency, regions));
  populations.forEach((population, k) => {
    problems.push(...populationFlaws(population, `populations.${k}`, regions, venues.length));
  });
  if (problems.length > 0) throw new UserError("latency", problems);
}

function tableFlaws({ baseMicros }: LatencySpec, regions: number): Problem[] {
  const path = "latency.baseMicros";
  if (!Number.isInteger(regions) || regions > MOST_REGIONS)
    return [
      {
        message: "a delay for each of at most 255 regions and each venue",
        path,
        found: String(baseMicros.length),
      },
    ];
  return baseMicros.every(isTime) ? [] : [{ message: "a delay is no time", path, expected: "0 or more" }];
}

function populationFlaws(
  { count, region, latencyPairs = [] }: PopulationSpec,
  path: string,
  regions: number,
  venues: number,
): Problem[] {
  const flaws: Problem[] = [];
  if (region !== undefined && region.length > 1 && region.length !== count)
    flaws.push({
      message: "a region for all agents, or for each",
      path: `${path}.region`,
      expected: `1 or ${count}`,
      found: String(region.length),
    });
  if (region?.some((index) => index >= regions) === true)
    flaws.push({ message: "no such region", path: `${path}.region`, expected: `below ${regions}` });
  latencyPairs.forEach(({ venue, from, to, micros }, k) => {
    const isKnown = venue >= 0 && venue < venues && from >= 0 && from < to && to <= count;
    if (!isKnown || !isTime(micros))
      flaws.push({
        message: "a delay of agents that are not there, to a venue that is not there, or no time",
        path: `${path}.latencyPairs.${k}`,
      });
  });
  return flaws;
}

function isTime(micros: number): boolean {
  return micros >= 0 && micros < Infinity;
}
