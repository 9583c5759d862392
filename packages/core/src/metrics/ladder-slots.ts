/**
 * Which position a move of the marks brings to liquidation first, and at which rung of the move. Metrics phase.
 *
 * The test at a rung is the engine's own (`margin-index-recheck.ts`): on whole ticks and quanta, equity below
 * maintenance margin. Rungs that cannot be the first are passed over by bounds that are never late, so the result is
 * that of testing every account at every rung; `metrics-ladder.test.ts` holds the two together.
 */
import type { MarginColumns } from "../accounts/margin-index-columns.ts";
import { isolatedTriggerTicks, maintenanceQuanta } from "../accounts/tiers.ts";
import type { OpeningAccounts } from "./opening-accounts.ts";

/** Marks in whole ticks of every market at every rung of a move; row 0 is the start. */
export type RungMarks = readonly Float64Array[];

/** Slots that a move reaches and the rung, from 1, at which it does; a slot at most once. */
export interface ReachedSlots {
  readonly slot: readonly number[];
  readonly rung: readonly number[];
}

/** What a search works on. */
interface Search {
  readonly columns: MarginColumns;
  readonly marks: RungMarks;
  /** Per market: its marks by rung. */
  readonly byMarket: readonly Float64Array[];
  /** Per market: -1 when its mark falls with the rungs, +1 when it rises, 0 when it stands still. */
  readonly direction: Int8Array;
  readonly found: { readonly slot: number[]; readonly rung: number[] };
}

/**
 * The first position of each isolated margin and of each cross account that the move brings below maintenance.
 *
 * Accounts in which no mark moves are passed over. One that is below maintenance before the move counts at rung 1.
 */
export function ladderSlots(opening: OpeningAccounts, marks: RungMarks): ReachedSlots {
  const { columns } = opening;
  const byMarket = columns.markets.tiers.map((_, market) => Float64Array.from(marks, (row) => row[market]));
  const last = marks.length - 1;
  const direction = Int8Array.from(byMarket, (column) => Math.sign(column[last] - column[0]));
  const search: Search = { columns, marks, byMarket, direction, found: { slot: [], rung: [] } };
  for (let account = 0; account < opening.accountCount; account++) {
    if (columns.accounts.cross[account] === 1) reachCross(search, account);
    else reachIsolated(search, account);
  }
  return search.found;
}

function reachIsolated(search: Search, account: number): void {
  const { accounts, slots } = search.columns;
  for (let slot = accounts.firstSlot[account]; slot !== -1; slot = slots.nextOfAccount[slot]) {
    if (!moves(search, slot)) continue;
    const rung = firstRung(search, slot, slots.margin[slot]);
    if (rung > 0) add(search, slot, rung);
  }
}

/** Whether a slot is a perpetual position whose mark moves. */
function moves({ columns: { slots, markets }, direction }: Search, slot: number): boolean {
  const market = slots.market[slot];
  return markets.perpetual[market] === 1 && slots.lots[slot] !== 0 && direction[market] !== 0;
}

/** First rung at which a position with this margin behind it alone is below maintenance; 0 for none. */
function firstRung({ columns, byMarket }: Search, slot: number, margin: number): number {
  const { accounts, slots, markets } = columns;
  const market = slots.market[slot];
  const marks = byMarket[market];
  const tiers = markets.tiers[market];
  const lotQuanta = markets.quantaPerTickLot[market];
  const lots = slots.lots[slot];
  const cost = slots.cost[slot];
  const weight = accounts.weight[slots.account[slot]];
  // Never late: on the safe side of the trigger the position is not below maintenance.
  const trigger = isolatedTriggerTicks(tiers, lots, cost, margin, lotQuanta, weight);
  if (trigger === 0) return 0;
  for (let rung = 1; rung < marks.length; rung++) {
    if (lots > 0 ? marks[rung] > trigger : marks[rung] < trigger) continue;
    const value = lots * marks[rung] * lotQuanta;
    if (margin + value - cost < maintenanceQuanta(tiers, Math.abs(value), weight)) return rung;
  }
  return 0;
}

function reachCross(search: Search, account: number): void {
  const { accounts, slots } = search.columns;
  let moved = -1;
  let count = 0;
  let losing = 0;
  for (let slot = accounts.firstSlot[account]; slot !== -1; slot = slots.nextOfAccount[slot]) {
    if (!moves(search, slot)) continue;
    moved = slot;
    count++;
    if (slots.lots[slot] > 0 === search.direction[slots.market[slot]] < 0) losing++;
  }
  if (losing === 0) return;
  const rung =
    count === 1
      ? firstRung(search, moved, marginBehind(search.columns, moved))
      : losing === count
        ? firstByHalving(search, account)
        : firstByTrial(search, account);
  if (rung > 0) add(search, worstOfCross(search.columns, account, search.marks[rung]), rung);
}

/** What stands behind one position of a cross account while all its others stand still: equity less maintenance. */
function marginBehind({ accounts, slots, markets }: MarginColumns, own: number): number {
  const account = slots.account[own];
  let margin = accounts.cash[account];
  for (let slot = accounts.firstSlot[account]; slot !== -1; slot = slots.nextOfAccount[slot]) {
    const market = slots.market[slot];
    if (slot === own || markets.perpetual[market] === 0) continue;
    const value = slots.lots[slot] * markets.markTicks[market] * markets.quantaPerTickLot[market];
    margin += value - slots.cost[slot];
    margin -= maintenanceQuanta(markets.tiers[market], Math.abs(value), accounts.weight[account]);
  }
  return margin;
}

/** Every position that moves loses, so that an account once below maintenance stays below at greater moves. */
function firstByHalving({ columns, marks }: Search, account: number): number {
  let safe = 0;
  let below = marks.length;
  while (below - safe > 1) {
    const middle = (safe + below) >> 1;
    if (worstOfCross(columns, account, marks[middle]) < 0) safe = middle;
    else below = middle;
  }
  return below < marks.length ? below : 0;
}

function firstByTrial({ columns, marks }: Search, account: number): number {
  for (let rung = 1; rung < marks.length; rung++) {
    if (worstOfCross(columns, account, marks[rung]) >= 0) return rung;
  }
  return 0;
}

/** The position with the most maintenance of a cross account that is below maintenance at these marks; else -1. */
function worstOfCross(
  { accounts, slots, markets }: MarginColumns,
  account: number,
  marks: Float64Array,
): number {
  let equity = accounts.cash[account];
  let maintenance = 0;
  let worst = -1;
  let most = -1;
  for (let slot = accounts.firstSlot[account]; slot !== -1; slot = slots.nextOfAccount[slot]) {
    const market = slots.market[slot];
    if (markets.perpetual[market] === 0) continue;
    const value = slots.lots[slot] * marks[market] * markets.quantaPerTickLot[market];
    equity += value - slots.cost[slot];
    if (slots.lots[slot] === 0) continue;
    const needed = maintenanceQuanta(markets.tiers[market], Math.abs(value), accounts.weight[account]);
    maintenance += needed;
    if (needed > most) {
      most = needed;
      worst = slot;
    }
  }
  return maintenance > 0 && equity < maintenance ? worst : -1;
}

function add({ found }: Search, slot: number, rung: number): void {
  found.slot.push(slot);
  found.rung.push(rung);
}
