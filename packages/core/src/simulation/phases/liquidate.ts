/**
 * Phase 8, liquidate: one round. Accounts below maintenance have their orders cancelled and close, in at most
 * one market each, with an immediate-or-cancel order at the venue's price, fixed from the equity at
 * the start of the round. What the book does not take goes to the backstop, then to auto-deleveraging;
 * all liquidations first, then takeovers by account, then all deleveraging. The fills move the next step's
 * marks, not this one's. Each venue has a round of its own.
 */
import { type ClosePlan, type Doomed, plansOf } from "../close-plan.ts";
import { closeInBook, liquidationEvent } from "../forced-close.ts";
import type { LiquidationEvent } from "../observer.ts";
import {
  type Shortfall,
  bankruptVault,
  coverDeficits,
  takeOver,
  unwindFund,
  vaultIsBankrupt,
} from "../takeover.ts";
import type { Venue, World } from "../world.ts";
import { deleverageAll } from "./deleverage.ts";

/** Runs the round; a step in which nobody is looked at allocates nothing. */
export function liquidate(world: World): void {
  // Before the check: what funds sell may close or heal a position, and plans are made of what the check finds.
  for (const venue of world.venues) unwindFund(world, venue);
  const count = world.margin.check();
  coverDeficits(world);
  if (isRound(world, count)) runRound(world, doomedByVenue(world, count));
}

/** Whether a venue that liquidates has somebody to look at. */
function isRound(world: World, count: number): boolean {
  for (const venue of world.venues) {
    if (venue.spec.liquidation.enabled && (count > 0 || vaultIsBankrupt(world, venue))) return true;
  }
  return false;
}

function runRound(world: World, doomed: Doomed[][]): void {
  const events: LiquidationEvent[] = [];
  const left = world.venues.flatMap((venue) => closeOnVenue(world, venue, doomed[venue.index], events));
  deleverageAll(world, left);
  if (events.length === 0) return;
  for (const event of events) {
    event.closed = world.slots.lots[world.ledger.findSlot(event.account, event.market.index)] === 0;
  }
  world.observer?.liquidations(world, events);
}

/** One venue's forced orders and takeovers; what of them and of its vault is to be deleveraged. */
function closeOnVenue(world: World, venue: Venue, doomed: Doomed[], events: LiquidationEvent[]): Shortfall[] {
  if (!venue.spec.liquidation.enabled) return [];
  const left = doomed.length === 0 ? [] : closeAndTakeOver(world, venue, doomed, events);
  left.push(...bankruptVault(world, venue));
  return left;
}

/** Forced orders, then takeovers by account; what is to be deleveraged. */
function closeAndTakeOver(
  world: World,
  venue: Venue,
  doomed: Doomed[],
  events: LiquidationEvent[],
): Shortfall[] {
  const plans = plansOf(world, venue, doomed);
  const shortfalls: Shortfall[] = [];
  const budget = venue.spec.liquidation.ordersPerRound ?? Infinity;
  for (let k = 0; k < plans.length && k < budget; k++) {
    const shortfall = plans[k].market.halted ? undefined : close(world, plans[k], events);
    if (shortfall !== undefined) shortfalls.push(shortfall);
  }
  shortfalls.sort((a, b) => a.plan.account - b.plan.account || a.plan.slot - b.plan.slot);
  const left: Shortfall[] = [];
  for (const shortfall of shortfalls) {
    const lots = takeOver(world, shortfall, events);
    if (lots > 0) left.push({ ...shortfall, lots });
  }
  return left;
}

/** Sends the forced order; what is to be looked at afterwards. */
function close(world: World, plan: ClosePlan, events: LiquidationEvent[]): Shortfall | undefined {
  const { backstop } = plan.market.venue.spec;
  // Without a backstop an account that has nothing left goes straight to deleveraging.
  const isPast = backstop.kind === "none" && plan.equity < 0;
  const event = isPast ? liquidationEvent(world, plan) : closeInBook(world, plan);
  if (event === undefined) return undefined;
  events.push(event);
  const rest = plan.lots - event.bookLots;
  const wholeUnit = backstop.kind === "vault" || backstop.kind === "none";
  return rest > 0 || wholeUnit ? { plan, lots: rest, event } : undefined;
}

/** Those found below maintenance, by venue; they are handled now and stay marked for the next round. */
function doomedByVenue(world: World, count: number): Doomed[][] {
  const { slot, account, ratio } = world.margin.below;
  const doomed = world.venues.map((): Doomed[] => []);
  for (let row = 0; row < count; row++) {
    const venue = world.venueOfAccount[account[row]];
    if (!world.venues[venue].spec.liquidation.enabled) continue;
    doomed[venue].push({ slot: slot[row], account: account[row], ratio: ratio[row] });
  }
  return doomed;
}
