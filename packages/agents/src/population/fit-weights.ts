/**
 * How many traders an agent stands for, where a population is asked for a median position instead of a weight.
 *
 * Sizes and shares fix each agent's position; the more traders it is split over, the smaller each trader's. So the
 * weight is the median agent's position over the wanted median, a whole number, the same for the whole population.
 */
import { type Problem, UserError } from "@undertow/core";
import { dealOpenInterest } from "./open-interest.ts";
import type { EndowmentRequest } from "./request.ts";

/** Rounds in which weights and sides, which depend on each other through a coin's account ratio, settle. */
const ROUNDS = 8;

/**
 * The weights of all populations: as given, or for `medianPositionQuanta` those that give it.
 *
 * @returns one column per population; the given one where nothing has to be fitted
 * @throws UserError `median-position` where even a weight of 1 gives smaller positions; and what dealing refuses
 */
export function fitWeights(request: EndowmentRequest): readonly Float64Array[] {
  let weights = request.populations.map(({ weight }) => weight);
  if (request.populations.every(({ rule }) => rule.medianPositionQuanta === undefined)) return weights;
  for (let round = 0; round < ROUNDS; round++) {
    const next = fitted(request, weights);
    const settled = next.every((weight, p) => weight[0] === weights[p][0]);
    weights = next;
    if (settled) break;
  }
  return weights;
}

function fitted(request: EndowmentRequest, weights: readonly Float64Array[]): Float64Array[] {
  const problems: Problem[] = [];
  const dealt = dealOpenInterest({
    ...request,
    populations: request.populations.map((population, p) => ({ ...population, weight: weights[p] })),
  });
  const next = request.populations.map((population, p): Float64Array => {
    const wanted = population.rule.medianPositionQuanta;
    if (wanted === undefined) return weights[p];
    const spec = request.markets.find(
      ({ venue, coin, kind }) =>
        venue === population.venues[0] && coin === population.coins[0] && kind === "perpetual",
    );
    const value = (lots: number): number =>
      spec === undefined ? 0 : Math.abs(lots) * spec.startTicks * spec.quantaPerTickLot;
    const median = medianOf(dealt[p][0].map(value).filter((quanta) => quanta > 0));
    if (median < wanted) {
      problems.push(tooMany(population.name, population.count, median, wanted, request.quantaPerUnit));
      return weights[p];
    }
    return new Float64Array(population.count).fill(Math.max(1, Math.round(median / wanted)));
  });
  if (problems.length > 0) throw new UserError("median-position", problems);
  return next;
}

/** The smallest value with at least half of the sample at or below it; 0 for none. */
function medianOf(values: Float64Array): number {
  return values.length === 0 ? 0 : values.sort()[Math.ceil(values.length / 2) - 1];
}

function tooMany(
  name: string,
  count: number,
  median: number,
  wanted: number,
  quantaPerUnit: number,
): Problem {
  return {
    message: `population ${name} has too many agents for its median position`,
    path: `populations.${name}.endowment.medianPosition`,
    expected: `at most ${Math.floor(median / quantaPerUnit)}, or at most ${Math.floor((count * median) / wanted)} agents`,
    found: String(wanted / quantaPerUnit),
  };
}
