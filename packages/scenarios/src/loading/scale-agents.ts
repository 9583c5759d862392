/**
 * The scenario's `agentCount`: the same people as more agents that stand for fewer each, or as fewer that stand for more.
 *
 * Populations whose agents stand for several traders get their counts multiplied and their weights divided by one factor,
 * and with the weights every amount of money per agent, as these are totals for the weight. What the population holds in
 * all, traders included, stays. Populations of weight 1 (makers, funds, large holders) stay as they are.
 */
import { type AgentType, type DistributionSpec, meanOf, type Problem } from "@undertow/core";
import { scaleDistribution } from "../values/distribution.ts";
import type { ResolvedParams } from "./agent-params.ts";
import { type LocatedMap, valuePositionAt } from "./located.ts";
import { problemAt } from "./problems.ts";
import type { ResolvedPopulation } from "./resolved-scenario.ts";

type Populations = Readonly<Record<string, ResolvedPopulation>>;

/** The populations with so many agents in all; as they are when `agentCount` is undefined or cannot be reached (a problem). */
export function scaleAgents(
  root: LocatedMap,
  agents: number | undefined,
  populations: Populations,
  types: Readonly<Record<string, AgentType>>,
  problems: Problem[],
): Populations {
  if (agents === undefined) return populations;
  const groups = Object.entries(populations).filter(([, { weight }]) => meanOf(weight) > 1);
  const scaled = groups.reduce((sum, [, { count }]) => sum + count, 0);
  const all = Object.values(populations).reduce((sum, { count }) => sum + count, 0);
  const fixed = all - scaled;
  const largest = Math.min(...groups.map(([, { weight }]) => meanOf(weight)));
  const [low, high] = [fixed + groups.length, fixed + Math.floor(scaled * largest)];
  const isPossible = groups.length > 0 && agents >= low && agents <= high;
  if (!isPossible) {
    problems.push(
      problemAt(valuePositionAt(root, ["agentCount"]), ["agentCount"], {
        message:
          groups.length > 0
            ? "so many agents cannot be made of these populations"
            : "no population has a weight above 1",
        expected:
          groups.length > 0 ? `between ${low} and ${high}` : "a population whose agents stand for several",
        found: String(agents),
        remedy: "Populations of weight 1 stay as they are, and no agent stands for less than one trader.",
      }),
    );
    return populations;
  }
  const counts = shares(
    groups.map(([, { count }]) => count),
    agents - fixed,
  );
  const changed = groups.map(([name, population], k) => {
    const factor = counts[k] / population.count;
    return [name, scaledBy(population, counts[k], factor, types[population.type])] as const;
  });
  return { ...populations, ...Object.fromEntries(changed) };
}

/** `total` dealt out in proportion, at least 1 each, by largest remainder; ties to the first. */
function shares(weights: readonly number[], total: number): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const exact = weights.map((weight) => 1 + ((total - weights.length) * weight) / sum);
  const counts = exact.map(Math.floor);
  const rest = total - counts.reduce((all, count) => all + count, 0);
  const order = exact
    .map((value, k) => ({ k, remainder: value - Math.floor(value) }))
    .sort((a, b) => b.remainder - a.remainder || a.k - b.k);
  for (const { k } of order.slice(0, rest)) counts[k]++;
  return counts;
}

function scaledBy(
  population: ResolvedPopulation,
  count: number,
  factor: number,
  type: AgentType,
): ResolvedPopulation {
  const { weight, endowment, params } = population;
  const { cash, spot } = endowment;
  const money = (spec: DistributionSpec): DistributionSpec => scaleDistribution(spec, 1 / factor);
  return {
    ...population,
    count,
    weight: weight.kind === "constant" ? wholeWeights(weight.value / factor) : money(weight),
    endowment: {
      ...endowment,
      ...(cash === undefined ? {} : { cash: money(cash) }),
      ...(spot === undefined ? {} : { spot: money(spot) }),
    },
    params: scaledParams(params, type, money),
  };
}

/** Whole weights with the mean `value`: the two round it, each as often as it takes. */
function wholeWeights(value: number): DistributionSpec {
  const low = Math.floor(value);
  const share = value - low;
  if (share < 1e-9) return { kind: "constant", value: low };
  return { kind: "choice", values: [low, low + 1], weights: [1 - share, share] };
}

function scaledParams(
  params: ResolvedParams,
  type: AgentType,
  money: (spec: DistributionSpec) => DistributionSpec,
): ResolvedParams {
  return Object.fromEntries(
    Object.entries(params).map(([name, spec]) => [
      name,
      type.params[name]?.unit === "quanta" ? money(spec) : spec,
    ]),
  );
}
