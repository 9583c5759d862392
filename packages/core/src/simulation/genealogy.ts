/**
 * Whose child a liquidation is: the rule behind generations.
 *
 * The taker flow of the coin's spot and perpetual over the last ten minutes (exponential memory), in the
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
  const { flow, spotOfCoin, perpOfCoin } = world;
  const side = positionSide > 0 ? SELL : BUY;
  const spot = spotOfCoin[market.coin];
  const perp = perpOfCoin[market.coin];
  const total = flow.total(spot, side) + flow.total(perp, side);
  if (total <= 0) return 0;
  let forced = 0;
  for (let g = 0; g < GENERATIONS; g++) forced += flow.forced(spot, side, g) + flow.forced(perp, side, g);
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
  const { flow, spotOfCoin, perpOfCoin } = world;
  const u = world.random.uniform(PURPOSE_CAUSE, world.agentKeys[account], world.nowMicros);
  if (u >= forcedShare) return 0;
  const side = positionSide > 0 ? SELL : BUY;
  const spot = spotOfCoin[market.coin];
  const perp = perpOfCoin[market.coin];
  let left = (u / forcedShare) * forcedShare * (flow.total(spot, side) + flow.total(perp, side));
  for (let g = 0; g < GENERATIONS; g++) {
    left -= flow.forced(spot, side, g) + flow.forced(perp, side, g);
    if (left < 0) return Math.min(GENERATIONS - 1, g + 1);
  }
  return GENERATIONS - 1;
}
