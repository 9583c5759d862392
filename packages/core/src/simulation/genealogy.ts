/**
 * Whose child a liquidation is: the rule behind generations.
 *
 * The taker flow of the coin's spot and perpetual on all venues over the last ten minutes (exponential memory), in the
 * direction that hurt the account, is split by cause. With the probability of the forced share the liquidation
 * descends from it, in generation g + 1 where g is drawn from the forced flow's mixture; otherwise it is of
 * generation 0, set off by other flows. The draw is seeded by agent and time and changes no trade.
 */
import { PURPOSE_CAUSE } from "../rng/streams.ts";
import { SELL, BUY } from "../units.ts";
import { GENERATIONS } from "./capacities.ts";
import type { Market, World } from "./world.ts";

/** Share of the adverse taker flow that was forced. */
export function forcedShareOf(world: World, market: Market, positionSide: number): number {
  const side = positionSide > 0 ? SELL : BUY;
  const total = totalFlow(world, market.coin, side);
  if (total <= 0) return 0;
  let forced = 0;
  for (let g = 0; g < GENERATIONS; g++) forced += forcedFlow(world, market.coin, side, g);
  return forced / total;
}

/** Generation of a liquidation in the market; see the header. */
export function drawGeneration(
  world: World,
  market: Market,
  positionSide: number,
  account: number,
  forcedShare: number,
): number {
  const u = world.random.uniform(PURPOSE_CAUSE, world.agentKeys[account], world.nowMicros);
  if (u >= forcedShare) return 0;
  const side = positionSide > 0 ? SELL : BUY;
  let left = u * totalFlow(world, market.coin, side);
  for (let g = 0; g < GENERATIONS; g++) {
    left -= forcedFlow(world, market.coin, side, g);
    if (left < 0) return Math.min(GENERATIONS - 1, g + 1);
  }
  return GENERATIONS - 1;
}

/** Taker flow of a coin's markets on all venues that list it. */
function totalFlow({ venues, flow }: World, coin: number, side: number): number {
  let sum = 0;
  for (const { spotOfCoin, perpOfCoin } of venues) {
    if (perpOfCoin[coin] >= 0) sum += flow.total(spotOfCoin[coin], side) + flow.total(perpOfCoin[coin], side);
  }
  return sum;
}

/** As `totalFlow`, of forced orders of one generation. */
function forcedFlow({ venues, flow }: World, coin: number, side: number, generation: number): number {
  let sum = 0;
  for (const { spotOfCoin, perpOfCoin } of venues) {
    if (perpOfCoin[coin] < 0) continue;
    sum += flow.forced(spotOfCoin[coin], side, generation) + flow.forced(perpOfCoin[coin], side, generation);
  }
  return sum;
}
