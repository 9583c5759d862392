/**
 * Parameters of the agents in the kit's worlds: the type's defaults or the caller's values, and fuzzed ones.
 *
 * All draws are keyed by seed, parameter and agent, so that a failure is repeated by its seed alone. Wakes are made
 * frequent, or a run of half an hour would see nothing of a type that looks once a day.
 */
import {
  PURPOSE_PARAM,
  createKeys,
  drawDistribution,
  exp,
  hash32,
  ln,
  parseDistribution,
  purposeOf,
  randomSource,
} from "@undertow/core";
import type { AgentType, ParamSpec } from "@undertow/core";

/** Values of parameters in the type's units: a number, or a distribution as text. */
export type CheckParams = Readonly<Record<string, number | string>>;

/** Mean time between wakes in the kit's worlds, where the bounds of the parameter allow it. */
const WAKE_MICROS = 20e6;
/** Name of the column with each agent's latency. */
const LATENCY = "latencyMicros";
/** Farthest that an unbounded parameter is fuzzed from its default, as a factor. */
const REACH = 1000;

/** Default parameters of `count` agents, with `given` in place of some. */
export function paramsOf(
  type: AgentType,
  count: number,
  given: CheckParams,
  seed: string,
): Record<string, Float64Array> {
  const random = randomSource(createKeys(seed));
  const columns: Record<string, Float64Array> = latency(count);
  for (const [name, spec] of Object.entries(type.params)) {
    const wish = given[name] ?? (name === type.wake.interval ? WAKE_MICROS : spec.default);
    const distribution = parseDistribution(String(wish));
    const purpose = purposeOf(PURPOSE_PARAM, hash32(name));
    columns[name] = Float64Array.from({ length: count }, (_, agent) =>
      bounded(drawDistribution(distribution, random, purpose, hash32("tested"), agent), spec),
    );
  }
  return columns;
}

/** Parameters anywhere between their bounds, each agent with its own; a tenth of them at either bound. */
export function fuzzedParams(
  type: AgentType,
  count: number,
  given: CheckParams,
  seed: string,
): Record<string, Float64Array> {
  const random = randomSource(createKeys(seed));
  const columns = paramsOf(type, count, given, seed);
  for (const [name, spec] of Object.entries(type.params)) {
    if (name === type.wake.interval) continue;
    const purpose = purposeOf(PURPOSE_PARAM, hash32(`fuzz/${name}`));
    const middle = columns[name][0];
    for (let agent = 0; agent < count; agent++) {
      const u = random.uniform(purpose, 0, agent);
      columns[name][agent] = bounded(fuzzed(spec, middle, u), spec);
    }
  }
  return columns;
}

/** Between two bounds evenly; without an upper one by factors, up to a thousand times the default either way. */
function fuzzed({ unit, min, max }: ParamSpec, middle: number, u: number): number {
  if (unit === "flag") return u < 0.5 ? 0 : 1;
  const inner = (u - 0.1) / 0.8;
  if (u < 0.1 && min !== undefined) return min;
  if (u > 0.9 && max !== undefined) return max;
  if (min !== undefined && max !== undefined) return min + (max - min) * Math.max(0, Math.min(1, inner));
  const size = Math.max(Math.abs(middle), Math.abs(min ?? 0), 1e-3);
  return size * exp((2 * inner - 1) * ln(REACH));
}

function bounded(value: number, { unit, min = -Infinity, max = Infinity }: ParamSpec): number {
  const inside = Math.min(max, Math.max(min, value));
  return unit === "ratio" ? inside : Math.round(inside);
}

function latency(count: number): Record<string, Float64Array> {
  return { [LATENCY]: new Float64Array(count).fill(200_000) };
}
