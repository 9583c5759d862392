/**
 * Who holds how much of each coin's open interest: shares checked, sides chosen, whole lots dealt.
 *
 * Lots go to venues first, then to the populations at home there. Longs equal shorts per contract exactly. Within a population each agent holds one side, the same in all its
 * coins, and its size is proportional to a drawn per-trader notional times its weight.
 */
import { PURPOSE_ENDOWMENT, UserError, drawDistribution, hash32, purposeOf } from "@undertow/core";
import type { Problem } from "@undertow/core";
import { apportion } from "./apportion.ts";
import type { EndowedPopulation, EndowmentRequest } from "./request.ts";
import { chooseSides } from "./sides.ts";

/** Shares may miss 1 by this much before they are refused. */
const TOLERANCE = 1e-6;

/** Signed lots: one column over agents per population and coin position. */
export type DealtLots = readonly (readonly Float64Array[])[];

/**
 * Deals every coin's open interest to the agents.
 *
 * @throws UserError `open-interest-shares` with all problems; `account-ratio`
 */
export function dealOpenInterest(request: EndowmentRequest): DealtLots {
  refuseBadShares(request);
  const { populations, coins } = request;
  const sides = chooseSides(
    request,
    populations.map(({ weight }) => weight),
  );
  const sizes = populations.map((population) => drawSizes(request, population));
  const dealt = populations.map((population) =>
    Array.from(population.coins, () => new Float64Array(population.count)),
  );
  for (let coin = 0; coin < coins.length; coin++) {
    const onVenues = apportion(coins[coin].aggregates.openInterestLots, coins[coin].venueShares);
    for (let venue = 0; venue < onVenues.length; venue++) {
      for (const side of [1, -1]) {
        const shares = Float64Array.from(populations, (holder) => shareOf(holder, venue, coin, side));
        const lots = apportion(onVenues[venue], shares);
        for (let p = 0; p < populations.length; p++) {
          if (lots[p] === 0) continue;
          const onSide = sizes[p].map((size, agent) => (sides[p][agent] === side ? size : 0));
          const column = dealt[p][populations[p].coins.indexOf(coin)];
          const parts = apportion(lots[p], onSide);
          for (let agent = 0; agent < parts.length; agent++) column[agent] += side * parts[agent];
        }
      }
    }
  }
  return dealt;
}

/** Part of a coin's open interest on a venue that the population holds on a side. */
function shareOf(population: EndowedPopulation, venue: number, coin: number, side: number): number {
  if (population.venues[0] !== venue || !population.coins.includes(coin)) return 0;
  const { perpLongShare = 0, perpShortShare = 0 } = population.rule;
  return side > 0 ? perpLongShare : perpShortShare;
}

function refuseBadShares(request: EndowmentRequest): void {
  const problems: Problem[] = [];
  for (const [coin, { name, aggregates, venueShares }] of request.coins.entries()) {
    if (aggregates.openInterestLots === 0) continue;
    for (let venue = 0; venue < venueShares.length; venue++) {
      if (venueShares[venue] === 0) continue;
      const where = venueShares.length > 1 ? ` on venue ${venue}` : "";
      for (const side of [1, -1]) {
        const key = side > 0 ? "perpLongShare" : "perpShortShare";
        let sum = 0;
        for (const population of request.populations) sum += shareOf(population, venue, coin, side);
        if (Math.abs(sum - 1) <= TOLERANCE) continue;
        problems.push({
          message: `the populations' ${key} of ${name}${where} do not add up to its open interest`,
          path: `populations.*.endowment.${key}`,
          expected: "a sum of 1",
          found: String(Math.round(sum * 1e6) / 1e6),
          remedy: `Change ${key} of the populations that trade ${name}${where} so that they sum to 1.`,
        });
      }
    }
  }
  for (const population of request.populations) {
    const { perpLongShare = 0, perpShortShare = 0 } = population.rule;
    const needed = (perpLongShare > 0 ? 1 : 0) + (perpShortShare > 0 ? 1 : 0);
    if (population.count >= needed) continue;
    problems.push({
      message: `population ${population.name} has too few agents for the sides it holds`,
      path: `populations.${population.name}.count`,
      expected: `at least ${needed}, as an agent holds one side`,
      found: String(population.count),
    });
  }
  if (problems.length > 0) throw new UserError("open-interest-shares", problems);
}

/** Relative sizes: a per-trader draw times the traders that the agent stands for. */
function drawSizes(request: EndowmentRequest, population: EndowedPopulation): Float64Array {
  const { count, weight, rule, name } = population;
  const purpose = purposeOf(PURPOSE_ENDOWMENT, hash32("size"));
  const subject = hash32(name);
  const sizes = new Float64Array(count);
  for (let agent = 0; agent < count; agent++) {
    const perTrader = rule.size ? drawDistribution(rule.size, request.random, purpose, subject, agent) : 1;
    sizes[agent] = Math.max(0, perTrader) * weight[agent];
  }
  return sizes;
}
