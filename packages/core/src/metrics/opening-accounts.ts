/**
 * The accounts of a run as they stand before its first step: cash, positions and margins as columns. Metrics phase.
 *
 * Read from the compiled inputs, with the account and slot order that `buildWorld` gives them, but without a world: no
 * books, no agents' memory. The venues' own accounts are left out. Holds nothing of the inputs and changes nothing.
 */
import type { MarginColumns } from "../accounts/margin-index-columns.ts";
import { tierTable } from "../accounts/tiers.ts";
import { accountMap } from "../simulation/account-map.ts";
import type { PopulationSpec, SimulationInputs } from "../simulation/inputs.ts";

/** Traders' accounts and their positions at the start. */
export interface OpeningAccounts {
  /** Accounts, slots and markets in the shape of the margin index; `markTicks` are the start prices. */
  readonly columns: MarginColumns;
  readonly accountCount: number;
  readonly slotCount: number;
  /** Per account: index of its population, of its venue, and whether it is the home account of its agent. */
  readonly population: Int32Array;
  readonly venue: Int32Array;
  readonly isHome: Uint8Array;
  /** Per slot: the leverage chosen, at least 1. */
  readonly leverage: Float64Array;
}

/**
 * Lays out the traders' accounts.
 *
 * @example
 *     const opening = openingAccounts(compileScenario(await loadScenario("quickstart"), { seed: "1" }));
 *     opening.columns.slots.lots.subarray(0, opening.slotCount);
 */
export function openingAccounts(inputs: SimulationInputs): OpeningAccounts {
  const map = accountMap(inputs);
  const count = map.traderCount;
  const rows = inputs.populations.reduce((sum, { endowment }) => sum + endowment.positions.agent.length, 0);
  const accounts = {
    cash: new Float64Array(count),
    cross: new Uint8Array(count),
    firstSlot: new Int32Array(count).fill(-1),
    weight: new Float64Array(count),
  };
  const slots = {
    account: new Int32Array(rows),
    market: new Int32Array(rows),
    nextOfAccount: new Int32Array(rows).fill(-1),
    lots: new Float64Array(rows),
    cost: new Float64Array(rows),
    margin: new Float64Array(rows),
  };
  const opening = {
    columns: { accounts, slots, markets: marketColumns(inputs) },
    accountCount: count,
    slotCount: 0,
    population: new Int32Array(count),
    venue: new Int32Array(count),
    isHome: new Uint8Array(count),
    leverage: new Float64Array(rows),
  };
  inputs.populations.forEach((population, index) => {
    depositCash(opening, population, index, map.firstOf[index]);
    openPositions(opening, population, map.firstOf[index], inputs);
  });
  return opening;
}

type Filling = OpeningAccounts & { slotCount: number };

function marketColumns({ markets }: SimulationInputs): MarginColumns["markets"] {
  return {
    perpetual: Uint8Array.from(markets, ({ kind }) => (kind === "perpetual" ? 1 : 0)),
    quantaPerTickLot: Float64Array.from(markets, ({ quantaPerTickLot }) => quantaPerTickLot),
    tiers: markets.map(({ tiers }) => tierTable(tiers)),
    markTicks: Float64Array.from(markets, ({ startTicks }) => startTicks),
  };
}

function depositCash(
  { columns: { accounts }, population: populationOf, venue: venueOf, isHome }: Filling,
  { count, weight, venues, endowment }: PopulationSpec,
  index: number,
  firstOf: Int32Array,
): void {
  venues.forEach((venue, k) => {
    for (let agent = 0; agent < count; agent++) {
      const account = firstOf[venue] + agent;
      accounts.cash[account] = endowment.cashQuanta[k * count + agent];
      accounts.cross[account] = endowment.crossMargin[agent];
      accounts.weight[account] = weight[agent];
      populationOf[account] = index;
      venueOf[account] = venue;
      isHome[account] = k === 0 ? 1 : 0;
    }
  });
}

function openPositions(
  opening: Filling,
  { endowment: { positions } }: PopulationSpec,
  firstOf: Int32Array,
  { markets }: SimulationInputs,
): void {
  const { slots } = opening.columns;
  for (let row = 0; row < positions.agent.length; row++) {
    const market = positions.market[row];
    const slot = slotOf(opening, firstOf[markets[market].venue] + positions.agent[row], market);
    slots.lots[slot] += positions.lots[row];
    slots.cost[slot] += positions.costQuanta[row];
    slots.margin[slot] += positions.marginQuanta[row];
    opening.leverage[slot] = positions.leverage[row];
  }
}

/** The account's slot in a market; a new one goes first in the account's list, as in the ledger. */
function slotOf(opening: Filling, account: number, market: number): number {
  const { accounts, slots } = opening.columns;
  for (let slot = accounts.firstSlot[account]; slot !== -1; slot = slots.nextOfAccount[slot]) {
    if (slots.market[slot] === market) return slot;
  }
  const slot = opening.slotCount++;
  slots.account[slot] = account;
  slots.market[slot] = market;
  slots.nextOfAccount[slot] = accounts.firstSlot[account];
  accounts.firstSlot[account] = slot;
  return slot;
}
