/**
 * The forced order of a liquidation: cancels what the venue cancels, sends the order into the book, settles the
 * clearance fee and what the fund gains or pays. Part of phase 8.
 *
 * An isolated position never costs its account more than its margin: what is missing is the fund's, and a debt of
 * the position (negative margin) when the fund is empty.
 */
import { clearanceFeeQuanta, ppmRule } from "../mechanics/clearance-fee.ts";
import { IMMEDIATE } from "../market/codes.ts";
import { BUY, SELL } from "../units.ts";
import { CAUSE_LIQUIDATION, NOTICE_LIQUIDATED } from "./agent-port.ts";
import { type ClosePlan, lotsLeft } from "./close-plan.ts";
import { makeTag } from "./flow.ts";
import { drawGeneration, forcedShareOf } from "./genealogy.ts";
import type { LiquidationEvent } from "./observer.ts";
import { cancelOrders, placeOrder } from "./phases/match.ts";
import { settle } from "./phases/settle.ts";
import { markForCheck, type Market, type World, notify } from "./world.ts";

/** Runs one plan's order; its event, undefined when the position is already gone. */
export function closeInBook(world: World, plan: ClosePlan): LiquidationEvent | undefined {
  const { fills, accounts, partialMicros, nowMicros } = world;
  const { slot, account, market, side } = plan;
  cancelBefore(world, account, slot);
  const held = lotsLeft(world, plan);
  const lots = Math.min(plan.lots, held);
  if (lots === 0) return undefined;
  const event = liquidationEvent(world, plan);
  const tag = makeTag(CAUSE_LIQUIDATION, event.generation, -1);
  const from = fills.count;
  const cashBefore = accounts.cash[account];
  const allowed = payableLots(world, plan, lots);
  if (allowed > 0) {
    const closing = side > 0 ? SELL : BUY;
    world.observer?.orderTape?.forced(world, market, slot, closing, plan.limitTicks, allowed, tag);
    placeOrder(world, market, closing, plan.limitTicks, allowed, slot, tag, 0, IMMEDIATE);
  }
  const filled = allowed > 0 ? allowed - market.book.remainingLots : 0;
  let tickLots = 0;
  for (let fill = from; fill < fills.count; fill++) tickLots += fills.lots[fill] * fills.ticks[fill];
  settle(world);
  if (lots < held) partialMicros[slot] = nowMicros;
  const fundDelta = settleWithFund(world, plan, filled, tickLots, cashBefore);
  publish(world, market, side, filled);
  return { ...event, bookLots: filled, bookTickLots: tickLots, fundDelta };
}

/** Counts a liquidation and tells the account; its event, of which nothing has traded in the book. */
export function liquidationEvent(world: World, plan: ClosePlan): LiquidationEvent {
  const { account, market, side, bankruptcyTicks } = plan;
  world.accounts.liquidations[account]++;
  notify(world, account, NOTICE_LIQUIDATED);
  const forcedShare = forcedShareOf(world, market, side);
  return {
    account,
    market,
    side,
    bookLots: 0,
    bookTickLots: 0,
    fundLots: 0,
    adlLots: 0,
    movedTickLots: 0,
    bankruptcyTicks,
    fundDelta: 0,
    generation: drawGeneration(world, market, side, account, forcedShare),
    forcedShare,
    cross: world.accounts.cross[account] === 1,
    closed: false,
  };
}

/** Cancels what the venue cancels: all orders of the account, those of the market, or none. */
function cancelBefore(world: World, account: number, slot: number): void {
  const { accounts, slots, markets } = world;
  const { cancel } = markets[slots.market[slot]].venue.spec.liquidation;
  if (cancel === "none") return;
  if (accounts.cross[account] === 0 || cancel === "market") {
    cancelOrders(world, markets[slots.market[slot]], slot);
    return;
  }
  for (let own = accounts.firstSlot[account]; own !== -1; own = slots.nextOfAccount[own]) {
    cancelOrders(world, markets[slots.market[own]], own);
  }
}

/** Lots that may trade while the fund can pay for fills beyond the bankruptcy price; all where it does not come in. */
function payableLots(world: World, plan: ClosePlan, lots: number): number {
  const { market, side, bankruptcyTicks, limitTicks } = plan;
  const { fundAccount, spec } = market.venue;
  if (spec.backstop.kind !== "none" || (limitTicks - bankruptcyTicks) * side >= 0) return lots;
  let fund = Math.max(0, world.accounts.cash[fundAccount]);
  let taken = 0;
  market.book.forEachLevel(side > 0 ? BUY : SELL, 1_000, (ticks, levelLots) => {
    if (taken >= lots || (ticks - limitTicks) * side < 0) return;
    const here = Math.min(levelLots, lots - taken);
    const lossPerLot = Math.max(0, side * (bankruptcyTicks - ticks)) * market.quantaPerTickLot;
    const payable = lossPerLot === 0 ? here : Math.min(here, Math.floor(fund / lossPerLot));
    fund -= lossPerLot * payable;
    taken += payable;
    if (payable < here) fund = -1;
  });
  return taken;
}

/**
 * Clearance fee to the fund, losses beyond the bankruptcy price from it where the venue has it pay for them.
 *
 * A share of the notional is at most what is left: of the margin that the close freed for an isolated position (its
 * account's other cash is not touched), of the whole equity for a cross account.
 *
 * @returns what the fund gained, quanta
 */
function settleWithFund(
  world: World,
  plan: ClosePlan,
  filled: number,
  tickLots: number,
  cashBefore: number,
): number {
  const { accounts, ledger } = world;
  const { account, market, side, bankruptcyTicks, slot } = plan;
  const { fundAccount, spec } = market.venue;
  const rule = spec.liquidation.clearanceFee;
  const cross = accounts.cross[account] === 1;
  const cash = accounts.cash[account];
  const spare = cross ? Math.min(cash, ledger.crossEquity(account, world.markTicks)) : cash - cashBefore;
  const improvement = side * (tickLots - filled * bankruptcyTicks) * market.quantaPerTickLot;
  const byImprovement = rule.kind === "capped-improvement" || (rule.kind === "all-residual" && cross);
  const fee = clearanceFeeQuanta(ppmRule(rule), {
    filledNotionalQuanta: tickLots * market.quantaPerTickLot,
    residualQuanta: byImprovement ? Math.min(improvement, spare) : spare,
  });
  ledger.transfer(account, fundAccount, fee);
  let paid = 0;
  if (rule.kind === "capped-improvement" && improvement < 0) {
    paid = Math.min(-improvement, Math.max(0, accounts.cash[fundAccount]));
    accounts.cash[fundAccount] -= paid;
    if (cross) accounts.cash[account] += paid;
    else world.slots.margin[slot] += paid;
  }
  return fee - paid - (cross ? 0 : protectWallet(world, slot, cashBefore));
}

/**
 * Gives an isolated account back what a close cost it beyond the position's margin; the fund pays for a position
 * that is gone, as far as it reaches. What is unpaid stays as the position's debt.
 *
 * @returns what the fund paid, quanta
 */
export function protectWallet(world: World, slot: number, cashBefore: number): number {
  const { accounts, slots } = world;
  const account = slots.account[slot];
  const lost = Math.max(0, cashBefore - accounts.cash[account]);
  accounts.cash[account] += lost;
  slots.margin[slot] -= lost;
  if (slots.lots[slot] !== 0) return 0;
  if (slots.margin[slot] > 0) {
    accounts.cash[account] += slots.margin[slot];
    slots.margin[slot] = 0;
  }
  const paid = coverDebt(world, slot);
  if (slots.margin[slot] < 0) world.markets[slots.market[slot]].venue.totals.insolvent++;
  return paid;
}

/** Lets the fund pay the debt of an isolated position that is gone; what it paid, quanta. */
export function coverDebt(world: World, slot: number): number {
  const { accounts, slots } = world;
  const { fundAccount } = world.markets[slots.market[slot]].venue;
  const debt = Math.max(0, -slots.margin[slot]);
  const paid = Math.min(debt, Math.max(0, accounts.cash[fundAccount]));
  if (paid === 0) return 0;
  accounts.cash[fundAccount] -= paid;
  slots.margin[slot] += paid;
  markForCheck(world, slots.account[slot]);
  return paid;
}

function publish(world: World, market: Market, side: number, lots: number): void {
  const column = side > 0 ? world.view.liquidatedLongLots : world.view.liquidatedShortLots;
  column[market.index] += lots;
}
