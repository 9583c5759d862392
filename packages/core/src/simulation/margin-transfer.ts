/**
 * Cash into the isolated margin of a position, and free margin out of it: what a trader does who defends a position,
 * or takes back what it does not need. Part of the arrive phase; money stays inside the account.
 *
 * A top-up is at most the cash that no order holds. Taking out, what stays must cover the open loss and the initial
 * margin of the position at the mark, at its leverage; an open profit counts for nothing. So nobody comes nearer to
 * maintenance than an entry at this mark would be.
 * Source: Binance, "How to adjust isolated margin": removable = margin + min(0, unrealised profit) - initial margin.
 */
import { allowedLeverage, initialMarginQuanta } from "../accounts/tiers.ts";
import { markForCheck, type Market, type World } from "./world.ts";

/**
 * Moves `quanta` from an account's cash into the margin of its position in a market; negative out of it.
 *
 * @returns whether it was done: false in an outage, for a cross account, without a position, or when so much is not free
 */
export function moveMargin(world: World, market: Market, account: number, quanta: number): boolean {
  const { accounts, slots, ledger } = world;
  if (!market.perpetual || market.venue.outage || accounts.cross[account] === 1) return false;
  const slot = ledger.findSlot(account, market.index);
  if (slot < 0 || slots.lots[slot] === 0) return false;
  const most =
    quanta > 0 ? ledger.freeQuanta(account, world.markTicks) : freeMarginQuanta(world, market, slot);
  if (Math.abs(quanta) > most) return false;
  accounts.cash[account] -= quanta;
  slots.margin[slot] += quanta;
  markForCheck(world, account);
  return true;
}

/** What of an isolated position's margin could be taken out at the mark, quanta. */
function freeMarginQuanta(
  { slots, accounts, ledger, markTicks }: World,
  market: Market,
  slot: number,
): number {
  const value = ledger.valueQuanta(slot, markTicks[market.index]);
  const notional = Math.abs(value);
  const weight = accounts.weight[slots.account[slot]];
  const leverage = allowedLeverage(market.tiers, notional, weight, slots.leverage[slot]);
  const loss = Math.min(0, value - slots.cost[slot]);
  return slots.margin[slot] + loss - initialMarginQuanta(notional, leverage);
}
