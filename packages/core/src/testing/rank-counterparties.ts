/**
 * Walks a queue of counterparties to its end, as a shortfall that takes nobody would: what tests of rankings look at.
 * Never used by a simulation.
 */
import type { Market, World } from "../simulation/world.ts";

/**
 * Counterparties on the other side of the market in the order in which a first shortfall of a round meets them.
 *
 * @param side side of the position to be closed; counterparties hold the other
 * @param ticks settlement price; those it would leave with negative equity are left out
 * @param account whose position is closed; a start is drawn for it
 */
export function rankCounterparties(
  world: World,
  market: Market,
  side: number,
  ticks: number,
  account: number,
): { readonly slot: number; readonly account: number }[] {
  world.counterparties.beginRound();
  const walk = world.counterparties.walk(world, market, side, ticks, account);
  const found: { slot: number; account: number }[] = [];
  for (let slot = walk.next(); slot !== -1; slot = walk.next()) {
    found.push({ slot, account: world.slots.account[slot] });
  }
  return found;
}
