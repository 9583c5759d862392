/**
 * Phase 8, liquidate: one round. Accounts below maintenance have their orders cancelled and close, in at most
 * one market each, with an immediate-or-cancel order limited at a bankruptcy price taken from the equity at
 * the start of the round. What the book does not take goes to the insurance fund, then to auto-deleveraging;
 * all liquidations first, then takeovers by account, then all deleveraging. The fills move the next step's
 * marks, not this one's.
 */
import { maintenanceQuanta, partialCloseLots } from "../../accounts/tiers.ts";
import { PPM, BUY, SELL } from "../../units.ts";
import { FLOOR, mulDiv } from "../../numeric/mul-div.ts";
import { IMMEDIATE } from "../../market/codes.ts";
import { CAUSE_FUND_UNWIND, CAUSE_LIQUIDATION, NOTICE_LIQUIDATED } from "../agent-port.ts";
import { crossBankruptcyTicks, feeQuanta, isolatedBankruptcyTicks } from "../bankruptcy.ts";
import { makeTag } from "../flow.ts";
import { drawGeneration, forcedShareOf } from "../genealogy.ts";
import type { LiquidationEvent } from "../observer.ts";
import { deleverage, type Shortfall } from "./deleverage.ts";
import { bandTicks } from "./arrive.ts";
import { cancelOrders, placeOrder } from "./match.ts";
import { settle } from "./settle.ts";
import { markForCheck, type Market, type World } from "../world.ts";

/** Runs the round. */
export function liquidate(world: World): void {
  const doomed = checkMarked(world);
  unwindFund(world);
  coverDeficits(world);
  if (doomed.length === 0 || !world.inputs.venue.liquidation.enabled) return;
  doomed.sort((a, b) => a.ratio - b.ratio || a.account - b.account || a.slot - b.slot);
  const shortfalls: Shortfall[] = [];
  const events: LiquidationEvent[] = [];
  const { ordersPerStep } = world.inputs.venue.liquidation;
  const plans = doomed.map((entry) => planOf(world, entry));
  for (let k = 0; k < plans.length; k++) {
    if (k < ordersPerStep && !plans[k].market.halted) closeInBook(world, plans[k], events, shortfalls);
  }
  shortfalls.sort((a, b) => a.account - b.account || a.slot - b.slot);
  const rest = shortfalls.filter((shortfall) => !takeOver(world, shortfall));
  for (const shortfall of rest) deleverage(world, shortfall);
  for (const event of events) {
    event.closed = world.slots.lots[world.ledger.findSlot(event.account, event.market.index)] === 0;
  }
  world.observer?.liquidations(world, events);
}

/** What is to be closed, with prices fixed from the equity at the start of the round. */
interface ClosePlan {
  readonly slot: number;
  readonly account: number;
  readonly market: Market;
  readonly side: number;
  readonly lots: number;
  readonly bankruptcyTicks: number;
}

/** A position below maintenance; the lower the ratio of equity to maintenance, the more urgent. */
interface Doomed {
  readonly slot: number;
  readonly account: number;
  readonly ratio: number;
}

/** Checks every marked account once; those found are handled now and stay marked for the next round. */
function checkMarked(world: World): Doomed[] {
  const count = world.margin.check();
  const { slot, account, ratio } = world.margin.below;
  const doomed: Doomed[] = [];
  for (let row = 0; row < count; row++) {
    doomed.push({ slot: slot[row], account: account[row], ratio: ratio[row] });
  }
  return doomed;
}

function planOf(world: World, entry: Doomed): ClosePlan {
  const { slots, ledger, accounts, markets, markTicks } = world;
  const { slot, account } = entry;
  const market = markets[slots.market[slot]];
  const mark = markTicks[market.index];
  const lots = slots.lots[slot];
  const size = Math.abs(lots);
  const perTick = size * market.quantaPerTickLot;
  const weight = accounts.weight[account];
  const cross = accounts.cross[account] === 1;
  const equity = cross ? ledger.crossEquity(account, markTicks) : ledger.isolatedEquity(slot, mark);
  const value = ledger.valueQuanta(slot, mark);
  const bankruptcyTicks = cross
    ? crossBankruptcyTicks(
        lots,
        value,
        equity,
        maintenanceQuanta(market.tiers, Math.abs(value), weight),
        totalMaintenance(world, account),
        perTick,
      )
    : isolatedBankruptcyTicks(lots, slots.cost[slot], slots.margin[slot], perTick);
  const closing =
    equity <= 0 ? size : partialCloseLots(market.tiers, lots, mark, market.quantaPerTickLot, weight);
  return { slot, account, market, side: lots > 0 ? 1 : -1, lots: closing, bankruptcyTicks };
}

function totalMaintenance(world: World, account: number): number {
  const { slots, ledger, accounts, markets, markTicks } = world;
  let sum = 0;
  for (let slot = accounts.firstSlot[account]; slot !== -1; slot = slots.nextOfAccount[slot]) {
    const market = markets[slots.market[slot]];
    if (!market.perpetual) continue;
    const notional = Math.abs(ledger.valueQuanta(slot, markTicks[market.index]));
    sum += maintenanceQuanta(market.tiers, notional, accounts.weight[account]);
  }
  return sum;
}

function closeInBook(
  world: World,
  plan: ClosePlan,
  events: LiquidationEvent[],
  shortfalls: Shortfall[],
): void {
  const { slots, fills, accounts } = world;
  const { slot, account, market, side, bankruptcyTicks } = plan;
  cancelAllOrders(world, account, slot);
  const lots = Math.min(plan.lots, Math.abs(slots.lots[slot]));
  if (lots === 0) return;
  const forcedShare = forcedShareOf(world, market, side);
  const generation = drawGeneration(world, market, side, account, forcedShare);
  const tag = makeTag(CAUSE_LIQUIDATION, generation, -1);
  const from = fills.count;
  const cashBefore = accounts.cash[account];
  const limit = Math.min(market.maxTicks - 1, bankruptcyTicks);
  placeOrder(world, market, side > 0 ? SELL : BUY, limit, lots, slot, tag, 0, IMMEDIATE);
  const rest = market.book.remainingLots;
  let tickLots = 0;
  for (let fill = from; fill < fills.count; fill++) tickLots += fills.lots[fill] * fills.ticks[fill];
  settle(world);
  const fundDelta = clearanceFee(world, slot, tickLots * market.quantaPerTickLot, cashBefore);
  publish(world, market, side, lots - rest);
  accounts.liquidations[account]++;
  accounts.notice[account] |= NOTICE_LIQUIDATED;
  const event: LiquidationEvent = {
    account,
    market,
    side,
    bookLots: lots - rest,
    bookTickLots: tickLots,
    fundLots: 0,
    adlLots: 0,
    bankruptcyTicks: limit,
    fundDelta,
    generation,
    forcedShare,
    cross: accounts.cross[account] === 1,
    closed: false,
  };
  events.push(event);
  if (rest > 0) shortfalls.push({ slot, account, market, side, lots: rest, ticks: limit, event });
}

/** Cancels the isolated position's orders, or all orders of a cross account. */
function cancelAllOrders(world: World, account: number, slot: number): void {
  const { accounts, slots, markets } = world;
  if (accounts.cross[account] === 0) {
    cancelOrders(world, markets[slots.market[slot]], slot);
    return;
  }
  for (let own = accounts.firstSlot[account]; own !== -1; own = slots.nextOfAccount[own]) {
    cancelOrders(world, markets[slots.market[own]], own);
  }
}

/**
 * The clearance fee goes to the fund, at most what is left: of the margin that the close freed for an isolated
 * position (its account's other cash is not touched), of the whole equity for a cross account.
 */
function clearanceFee(world: World, slot: number, quote: number, cashBefore: number): number {
  const { accounts, slots, ledger } = world;
  const account = slots.account[slot];
  const cash = accounts.cash[account];
  const cross = accounts.cross[account] === 1;
  const left = cross ? Math.min(cash, ledger.crossEquity(account, world.markTicks)) : cash - cashBefore;
  const residual = Math.max(0, left);
  const fee = Math.min(residual, feeQuanta(quote, world.inputs.venue.liquidation.clearanceFeePpm));
  ledger.transfer(account, world.fundAccount, fee);
  return fee;
}

function publish(world: World, market: Market, side: number, lots: number): void {
  const column = side > 0 ? world.view.liquidatedLongLots : world.view.liquidatedShortLots;
  column[market.index] += lots;
}

/** The fund takes the rest at the bankruptcy price if its positions stay within its cap. */
function takeOver(world: World, shortfall: Shortfall): boolean {
  const { ledger, slots, accounts, fundAccount, markTicks } = world;
  const { slot, market, side, ticks } = shortfall;
  const lots = Math.min(shortfall.lots, Math.abs(slots.lots[slot]));
  if (lots === 0) return true;
  const fundSlot = ledger.slotOf(fundAccount, market.index);
  const equity = ledger.crossEquity(fundAccount, markTicks);
  const cap = mulDiv(Math.max(0, equity), world.inputs.venue.liquidation.takeoverCapPpm, PPM, FLOOR);
  let held = lots * markTicks[market.index] * market.quantaPerTickLot;
  for (let own = accounts.firstSlot[fundAccount]; own !== -1; own = slots.nextOfAccount[own]) {
    held += Math.abs(ledger.valueQuanta(own, markTicks[slots.market[own]]));
  }
  if (held > cap) return false;
  movePosition(world, slot, fundSlot, market, side, lots, ticks);
  shortfall.event.fundLots += lots;
  shortfall.event.fundDelta += side * (markTicks[market.index] - ticks) * lots * market.quantaPerTickLot;
  return true;
}

/** Hands lots from one slot to another at a price; money moves by one and the same integer. */
export function movePosition(
  world: World,
  from: number,
  to: number,
  market: Market,
  side: number,
  lots: number,
  ticks: number,
): void {
  const { ledger, slots } = world;
  const quote = lots * ticks * market.quantaPerTickLot;
  const before = Math.max(0, slots.lots[from]) + Math.max(0, slots.lots[to]);
  ledger.settle(from, -side * lots, quote, 0, 0);
  ledger.settle(to, side * lots, quote, 0, 0);
  market.openInterestLots += Math.max(0, slots.lots[from]) + Math.max(0, slots.lots[to]) - before;
  for (const slot of [from, to]) {
    if (slots.lots[slot] === 0) market.stopTriggers.set(slot, 0, 1);
    markForCheck(world, slots.account[slot]);
  }
}

/** The fund sells what it took over with a fixed time constant. */
function unwindFund(world: World): void {
  const { accounts, slots, markets, fundAccount, inputs } = world;
  const share = Math.min(1, inputs.stepMicros / inputs.venue.liquidation.unwindMicros);
  for (let slot = accounts.firstSlot[fundAccount]; slot !== -1; slot = slots.nextOfAccount[slot]) {
    const lots = slots.lots[slot];
    const market = markets[slots.market[slot]];
    if (lots === 0 || market.halted) continue;
    const side = lots > 0 ? SELL : BUY;
    const size = Math.max(1, Math.floor(Math.abs(lots) * share));
    const tag = makeTag(CAUSE_FUND_UNWIND, 0, market.index);
    placeOrder(world, market, side, bandTicks(world, market, side), size, slot, tag, 0, IMMEDIATE);
  }
  settle(world);
}

/** Accounts left with negative cash and nothing else are topped up by the fund, as far as it reaches. */
function coverDeficits(world: World): void {
  if (!world.inputs.venue.liquidation.enabled) return;
  const { accounts, fundAccount, ledger } = world;
  for (const account of world.margin.lastChecked) {
    const deficit = -accounts.cash[account];
    if (deficit <= 0 || holdsPerpetuals(world, account)) continue;
    const covered = Math.min(deficit, Math.max(0, accounts.cash[fundAccount]));
    ledger.transfer(fundAccount, account, covered);
  }
}

function holdsPerpetuals(world: World, account: number): boolean {
  const { accounts, slots, markets } = world;
  for (let slot = accounts.firstSlot[account]; slot !== -1; slot = slots.nextOfAccount[slot]) {
    if (slots.lots[slot] !== 0 && markets[slots.market[slot]].perpetual) return true;
  }
  return false;
}
