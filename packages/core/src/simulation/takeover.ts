/**
 * The backstop of a venue: the insurance fund takes what the book did not within its cap, a vault takes accounts that have
 * little of their margin left; both sell it again with a time constant. Part of phase 8.
 *
 * Positions move by one and the same integer on both sides. The vault is the account of the fund.
 */
import { takeover } from "../mechanics/takeover.ts";
import { MAX_EXACT } from "../limits.ts";
import { IMMEDIATE } from "../market/codes.ts";
import { FLOOR, mulDiv } from "../numeric/mul-div.ts";
import { BUY, PPM, SELL, microsOf } from "../units.ts";
import { CAUSE_FUND_UNWIND } from "./agent-port.ts";
import { crossBankruptcyTicks } from "./bankruptcy.ts";
import { type ClosePlan, lotsLeft, marginOf } from "./close-plan.ts";
import { makeTag } from "./flow.ts";
import { coverDebt, liquidationEvent } from "./forced-close.ts";
import type { LiquidationEvent } from "./observer.ts";
import { bandTicks } from "./phases/arrive.ts";
import { placeOrder } from "./phases/match.ts";
import { settle } from "./phases/settle.ts";
import { markForCheck, type Market, type Venue, type World } from "./world.ts";

/** Quanta by which a rounded product below 2^53 may be off. */
const ROUGHNESS = 8;

/** What is left of a liquidation after the book. */
export interface Shortfall {
  readonly plan: ClosePlan;
  readonly lots: number;
  /** Undefined for the vault's own positions. */
  readonly event: LiquidationEvent | undefined;
}

/**
 * Lets the backstop look at a shortfall; the lots that are to be deleveraged, 0 when none are.
 *
 * @param events further events of the round are added: positions that a vault takes with the one in question
 */
export function takeOver(world: World, shortfall: Shortfall, events: LiquidationEvent[]): number {
  const { plan } = shortfall;
  const { backstop, liquidation } = plan.market.venue.spec;
  const held = lotsLeft(world, plan);
  if (held === 0) return 0;
  if (backstop.kind === "vault" || backstop.kind === "none") {
    const { equity, maintenance } = marginOf(world, plan.slot);
    const markPrice = world.markTicks[plan.market.index];
    const size = held * plan.market.quantaPerTickLot;
    const { action } = takeover(backstop, { side: plan.side, size, markPrice, equity, maintenance });
    if (action === "take") takeUnit(world, shortfall, events);
    return action === "deleverage" ? held : 0;
  }
  const lots = Math.min(shortfall.lots, held);
  if (liquidation.remainder === "when-bankrupt" && marginOf(world, plan.slot).equity > 0) return 0;
  return fundTakes(world, shortfall, lots) ? 0 : lots;
}

/** The fund takes the rest at the bankruptcy price if its positions stay within its cap. */
function fundTakes(world: World, { plan, event }: Shortfall, lots: number): boolean {
  const { ledger, slots, accounts, markTicks } = world;
  const { slot, market, side, bankruptcyTicks: ticks } = plan;
  const { fundAccount, spec } = market.venue;
  const { backstop } = spec;
  if (backstop.kind !== "fund") return false;
  const fundSlot = ledger.slotOf(fundAccount, market.index);
  const equity = ledger.crossEquity(fundAccount, markTicks);
  const cap = capQuanta(Math.max(0, equity), Math.round(backstop.capRatio * PPM));
  let held = lots * markTicks[market.index] * market.quantaPerTickLot;
  for (let own = accounts.firstSlot[fundAccount]; own !== -1; own = slots.nextOfAccount[own]) {
    held += Math.abs(ledger.valueQuanta(own, markTicks[slots.market[own]]));
  }
  if (held > cap) return false;
  movePosition(world, slot, fundSlot, market, side, lots, ticks);
  if (event !== undefined) {
    event.fundLots += lots;
    event.movedTickLots += lots * ticks;
    event.fundDelta += side * (markTicks[market.index] - ticks) * lots * market.quantaPerTickLot;
  }
  return true;
}

/** Largest notional of the fund's positions. A cap beyond what is exact, which a fund may grow into, binds no position. */
function capQuanta(equity: number, capPpm: number): number {
  const rough = (equity / PPM) * capPpm;
  return rough > MAX_EXACT - ROUGHNESS ? MAX_EXACT : mulDiv(equity, capPpm, PPM, FLOOR);
}

/** The vault takes the isolated position, or all of a cross account's, at the marks, with the margin that is left. */
function takeUnit(world: World, { plan, event }: Shortfall, events: LiquidationEvent[]): void {
  const { accounts } = world;
  const { account } = plan;
  const cashBefore = accounts.cash[account];
  const cross = accounts.cross[account] === 1;
  if (event !== undefined) takeSlot(world, plan.slot, event);
  if (cross) takeOthers(world, plan, events);
  // An isolated position hands over what its close put into cash, a pool all cash that no order holds.
  const left = cross
    ? accounts.cash[account] - accounts.reserved[account]
    : accounts.cash[account] - cashBefore;
  const handed = Math.max(0, left);
  world.ledger.transfer(account, plan.market.venue.fundAccount, handed);
  if (event !== undefined) event.fundDelta += handed;
}

/** The vault takes what else a cross account holds, each with an event of its own. */
function takeOthers(world: World, plan: ClosePlan, events: LiquidationEvent[]): void {
  const { accounts, slots, markets, markTicks } = world;
  for (let own = accounts.firstSlot[plan.account]; own !== -1; own = slots.nextOfAccount[own]) {
    const market = markets[slots.market[own]];
    const lots = slots.lots[own];
    if (!market.perpetual || lots === 0) continue;
    const bankruptcyTicks = markTicks[market.index];
    const event = liquidationEvent(world, {
      ...plan,
      slot: own,
      market,
      side: lots > 0 ? 1 : -1,
      bankruptcyTicks,
    });
    takeSlot(world, own, event);
    events.push(event);
  }
}

function takeSlot(world: World, slot: number, event: LiquidationEvent): void {
  const { ledger, slots, markTicks } = world;
  const { market } = event;
  const lots = slots.lots[slot];
  const ticks = markTicks[market.index];
  const vault = ledger.slotOf(market.venue.fundAccount, market.index);
  movePosition(world, slot, vault, market, lots > 0 ? 1 : -1, Math.abs(lots), ticks);
  event.fundLots += Math.abs(lots);
  event.movedTickLots += Math.abs(lots) * ticks;
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

/** Orders of a fund that sells, per time constant; at longer steps, one a step. */
const UNWIND_ORDERS = 60;

/** The fund sells what it took over with a fixed time constant, an order each sixtieth of it; with a constant of 0 it keeps it. */
export function unwindFund(world: World, { fundAccount, spec }: Venue): void {
  const { accounts, slots, markets, inputs } = world;
  const unwindMicros = microsOf(spec.backstop.unwindSeconds);
  if (unwindMicros === 0) return;
  const every = Math.max(unwindMicros / UNWIND_ORDERS, inputs.stepMicros);
  const { nowMicros } = world;
  if (Math.floor(nowMicros / every) === Math.floor((nowMicros - inputs.stepMicros) / every)) return;
  const share = Math.min(1, every / unwindMicros);
  for (let slot = accounts.firstSlot[fundAccount]; slot !== -1; slot = slots.nextOfAccount[slot]) {
    const lots = slots.lots[slot];
    const market = markets[slots.market[slot]];
    if (lots === 0 || market.halted) continue;
    const side = lots > 0 ? SELL : BUY;
    const size = Math.max(1, Math.floor(Math.abs(lots) * share));
    const tag = makeTag(CAUSE_FUND_UNWIND, 0, market.index);
    const limit = bandTicks(world, market, side);
    world.observer?.orderTape?.forced(world, market, slot, side, limit, size, tag);
    placeOrder(world, market, side, limit, size, slot, tag, 0, IMMEDIATE);
  }
  settle(world);
}

/** Whether the venue's backstop is a vault that owes more than it has. */
export function vaultIsBankrupt({ ledger, markTicks }: World, { fundAccount, spec }: Venue): boolean {
  return spec.backstop.kind === "vault" && ledger.crossEquity(fundAccount, markTicks) < 0;
}

/** Positions of a vault that has nothing left; they are deleveraged like a trader's, each by its share of the debt. */
export function bankruptVault(world: World, venue: Venue): Shortfall[] {
  if (!vaultIsBankrupt(world, venue)) return [];
  const { accounts, slots, markets, ledger, markTicks } = world;
  const { fundAccount } = venue;
  const equity = ledger.crossEquity(fundAccount, markTicks);
  const open: number[] = [];
  for (let slot = accounts.firstSlot[fundAccount]; slot !== -1; slot = slots.nextOfAccount[slot]) {
    if (slots.lots[slot] !== 0) open.push(slot);
  }
  const notional = (slot: number): number =>
    Math.abs(ledger.valueQuanta(slot, markTicks[slots.market[slot]]));
  const total = open.reduce((sum, slot) => sum + notional(slot), 0);
  return open.map((slot) => {
    const market = markets[slots.market[slot]];
    const lots = slots.lots[slot];
    const value = ledger.valueQuanta(slot, markTicks[market.index]);
    const size = Math.abs(lots) * market.quantaPerTickLot;
    const ticks = crossBankruptcyTicks(lots, value, equity, notional(slot), total, size);
    const bankruptcyTicks = Math.min(market.maxTicks - 1, ticks);
    const side = lots > 0 ? 1 : -1;
    const plan = { slot, account: fundAccount, market, side, lots: Math.abs(lots), bankruptcyTicks };
    return {
      plan: { ...plan, limitTicks: bankruptcyTicks, equity },
      lots: Math.abs(lots),
      event: undefined,
    };
  });
}

/** Accounts left with negative cash and nothing else are topped up by their venue's fund, as far as it reaches. */
export function coverDeficits(world: World): void {
  const { accounts, slots, ledger } = world;
  const { lastCount, lastChecked } = world.margin;
  for (let k = 0; k < lastCount; k++) {
    const account = lastChecked[k];
    const { fundAccount, spec } = world.venues[world.venueOfAccount[account]];
    if (!spec.liquidation.enabled) continue;
    if (accounts.cross[account] === 0) {
      for (let slot = accounts.firstSlot[account]; slot !== -1; slot = slots.nextOfAccount[slot]) {
        if (slots.lots[slot] === 0) coverDebt(world, slot);
      }
    }
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
