/**
 * Auto-deleveraging, the end of the waterfall: what neither book nor backstop took is closed against
 * counterparties in the venue's ranking, at the bankruptcy price or at the previous mark.
 *
 * A counterparty is skipped when the price would take its equity below zero. What remains stays with the
 * account, which is insolvent until a later round finds a counterparty. Ties go by account id; a queue without a
 * ranking walks the agents' keys from a start that is drawn, so that it does not depend on account ids.
 */
import { NOTICE_ADL } from "../agent-port.ts";
import { lotsLeft } from "../close-plan.ts";
import { protectWallet } from "../forced-close.ts";
import { movePosition, type Shortfall } from "../takeover.ts";
import { notify, type World } from "../world.ts";

/** Closes the shortfalls of a round against ranked counterparties, one after the other. */
export function deleverageAll(world: World, shortfalls: readonly Shortfall[]): void {
  if (shortfalls.length === 0) return;
  world.counterparties.beginRound();
  for (const shortfall of shortfalls) deleverage(world, shortfall);
}

function deleverage(world: World, shortfall: Shortfall): void {
  const { accounts, counterparties } = world;
  const { plan, event } = shortfall;
  const { market, slot, account } = plan;
  const cashBefore = accounts.cash[account];
  const lots = Math.min(shortfall.lots, lotsLeft(world, plan));
  if (lots > 0 && closeAgainst(world, shortfall, lots) > 0) market.venue.totals.insolvent++;
  if (accounts.cross[account] === 0) {
    const paid = protectWallet(world, slot, cashBefore);
    if (event !== undefined) event.fundDelta -= paid;
  }
  counterparties.endWalk(world, slot);
}

/** Closes lots of the position against counterparties; those that nobody can take. */
function closeAgainst(world: World, { plan, event }: Shortfall, lots: number): number {
  const { slots, counterparties } = world;
  const { market, side, slot, account } = plan;
  const { spec, totals } = market.venue;
  const atBankruptcy = spec.adl.settlement === "bankruptcy";
  const ticks = atBankruptcy ? plan.bankruptcyTicks : world.previousMarkTicks[market.index];
  const walk = counterparties.walk(world, market, side, ticks, account);
  let left = lots;
  while (left > 0) {
    const other = walk.next();
    if (other === -1) break;
    const taken = Math.min(left, Math.abs(slots.lots[other]));
    movePosition(world, slot, other, market, side, taken, ticks);
    counterparties.took(other);
    notify(world, slots.account[other], NOTICE_ADL);
    totals.adlNotional += taken * ticks * market.quantaPerTickLot;
    if (event !== undefined) {
      event.adlLots += taken;
      event.movedTickLots += taken * ticks;
    }
    left -= taken;
  }
  return left;
}
