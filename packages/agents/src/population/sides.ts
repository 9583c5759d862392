/**
 * Which side each agent holds: long or short, the same in all its coins.
 *
 * Without further inputs an agent is long with the chance of its population's long share. `longAccounts` of a population,
 * or `longShortAccounts` of a coin, fix the number of traders on each side, to one agent; the draws stay the same, so
 * that an input moves as few agents as it can. Who is on a side says nothing of how much that side holds: sizes are
 * dealt afterwards.
 */
import { PURPOSE_ENDOWMENT, type Problem, UserError, hash32, purposeOf } from "@undertow/core";
import type { EndowedPopulation, EndowmentRequest } from "./request.ts";

/** Sides of all populations: +1 or -1 per agent, 0 where a population holds no perpetuals. */
export type Sides = readonly Int8Array[];

/**
 * Chooses the sides of all agents.
 *
 * @throws UserError `account-ratio` for a ratio of a coin that its populations cannot have
 */
export function chooseSides(request: EndowmentRequest, weights: readonly Float64Array[]): Sides {
  const sides = request.populations.map((population, p) => ownSides(request, population, weights[p]));
  const problems: Problem[] = [];
  request.coins.forEach(({ aggregates }, coin) => {
    const ratio = aggregates.longShortAccounts;
    if (ratio === undefined || aggregates.openInterestLots === 0) return;
    const problem = fixRatio(request, weights, sides, { coin, longPart: ratio / (1 + ratio) });
    if (problem !== undefined) problems.push(problem);
  });
  if (problems.length > 0) throw new UserError("account-ratio", problems);
  return sides;
}

/** The sides that a population has for itself. */
function ownSides(request: EndowmentRequest, population: EndowedPopulation, weight: Float64Array): Int8Array {
  const { perpLongShare = 0, perpShortShare = 0, longAccounts } = population.rule;
  const both = perpLongShare + perpShortShare;
  if (!(both > 0)) return new Int8Array(population.count);
  const draws = sideDraws(request, population);
  if (longAccounts !== undefined && isTwoSided(population))
    return longsByDraw(draws, weight, longAccounts * sumOf(weight));
  return byChance(draws, population);
}

function sideDraws(request: EndowmentRequest, { name, count }: EndowedPopulation): Float64Array {
  const purpose = purposeOf(PURPOSE_ENDOWMENT, hash32("side"));
  const subject = hash32(name);
  const draws = new Float64Array(count);
  for (let agent = 0; agent < count; agent++) draws[agent] = request.random.uniform(purpose, subject, agent);
  return draws;
}

/** Long with probability long share / both shares; each side that is needed has an agent. */
function byChance(draws: Float64Array, { rule, count }: EndowedPopulation): Int8Array {
  const { perpLongShare = 0, perpShortShare = 0 } = rule;
  const longChance = perpLongShare / (perpLongShare + perpShortShare);
  const sides = new Int8Array(count);
  let lowest = 0;
  let highest = 0;
  let longs = 0;
  for (let agent = 0; agent < count; agent++) {
    sides[agent] = draws[agent] < longChance ? 1 : -1;
    if (sides[agent] > 0) longs++;
    if (draws[agent] < draws[lowest]) lowest = agent;
    if (draws[agent] > draws[highest]) highest = agent;
  }
  if (perpLongShare > 0 && longs === 0) sides[lowest] = 1;
  if (perpShortShare > 0 && longs === count) sides[highest] = -1;
  return sides;
}

/**
 * The agents of the lowest draws are long, as many as bring the traders on that side nearest to `wanted`; at least one
 * agent on each side.
 */
function longsByDraw(draws: Float64Array, weight: Float64Array, wanted: number): Int8Array {
  const order = Array.from(draws.keys()).sort((a, b) => draws[a] - draws[b] || a - b);
  const sides = new Int8Array(draws.length).fill(-1);
  let longs = 0;
  for (let k = 0; k < order.length - 1; k++) {
    const traders = weight[order[k]];
    if (k > 0 && longs + traders - wanted > wanted - longs) break;
    sides[order[k]] = 1;
    longs += traders;
  }
  return sides;
}

/** Holds both sides, and so can have any ratio of traders. */
function isTwoSided({ rule, count }: EndowedPopulation): boolean {
  return (rule.perpLongShare ?? 0) > 0 && (rule.perpShortShare ?? 0) > 0 && count > 1;
}

/** A coin and the part of its traders that is to be long. */
interface Wish {
  readonly coin: number;
  readonly longPart: number;
}

/**
 * Changes the sides of the populations that trade this coin alone, hold both sides and have no ratio of their own, so
 * that all traders of the coin have the ratio. The others stay as they are.
 */
function fixRatio(
  request: EndowmentRequest,
  weights: readonly Float64Array[],
  sides: Int8Array[],
  { coin, longPart }: Wish,
): Problem | undefined {
  const { populations } = request;
  const traders = { all: 0, fixedLongs: 0, free: 0 };
  const free: number[] = [];
  populations.forEach((population, p) => {
    if (!population.coins.includes(coin)) return;
    const isFree =
      population.coins.length === 1 && isTwoSided(population) && population.rule.longAccounts === undefined;
    if (isFree) free.push(p);
    for (let agent = 0; agent < population.count; agent++) {
      if (sides[p][agent] === 0) continue;
      traders.all += weights[p][agent];
      if (isFree) traders.free += weights[p][agent];
      else if (sides[p][agent] > 0) traders.fixedLongs += weights[p][agent];
    }
  });
  const part = (longPart * traders.all - traders.fixedLongs) / traders.free;
  if (!(part > 0 && part < 1)) return unreachable(request, coin, traders, longPart);
  // What one population misses by its last agent, the next makes up for.
  let missing = 0;
  for (const p of free) {
    const wanted = part * sumOf(weights[p]) + missing;
    sides[p] = longsByDraw(sideDraws(request, populations[p]), weights[p], wanted);
    missing = wanted - weights[p].reduce((sum, weight, agent) => sum + (sides[p][agent] > 0 ? weight : 0), 0);
  }
  return undefined;
}

function unreachable(
  { coins }: EndowmentRequest,
  coin: number,
  { all, fixedLongs, free }: { readonly all: number; readonly fixedLongs: number; readonly free: number },
  longPart: number,
): Problem {
  const ratio = (longs: number): string => (longs / (all - longs)).toPrecision(3);
  return {
    message: `the populations of ${coins[coin].name} cannot have this ratio of traders long to short`,
    path: `coins.${coins[coin].name}.longShortAccounts`,
    expected:
      free === 0
        ? `${ratio(fixedLongs)}, as no population of two sides trades ${coins[coin].name} alone without longAccounts`
        : `above ${ratio(fixedLongs)} and below ${ratio(fixedLongs + free)}`,
    found: (longPart / (1 - longPart)).toPrecision(3),
  };
}

function sumOf(column: Float64Array): number {
  return column.reduce((sum, value) => sum + value, 0);
}
