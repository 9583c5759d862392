/**
 * A market that stands still: nobody quotes, marks stay at the start price, and positions begin where a test wants
 * them, below maintenance too. One step of it is one funding and liquidation round with known numbers.
 */
import { BUY, type SimulationInputs, type VenueSpec } from "@undertow/core";
import { type World, buildWorld } from "@undertow/core/testing";
import {
  PERP,
  type PositionRow,
  START_TICKS,
  UNIT,
  holder,
  population,
  smallMarket,
} from "./small-market.ts";

/** One agent's position in the perpetual; isolated unless it has no margin. */
export interface StillPosition {
  /** Signed. */
  readonly lots: number;
  readonly entryTicks: number;
  /** Quanta; left out for a cross account. */
  readonly margin?: number;
  readonly leverage?: number;
  readonly cash?: number;
}

/** What differs from the usual. */
export interface StillOptions {
  readonly fund?: number;
  readonly ordersPerRound?: number;
  readonly funding?: Partial<VenueSpec["funding"]>;
  readonly tiers?: SimulationInputs["markets"][number]["tiers"];
  readonly backstop?: VenueSpec["backstop"];
}

/** A world with one population per position, in their order, and a cross account that holds the other side. */
export function stillWorld(positions: readonly StillPosition[], options: StillOptions = {}): World {
  const net = positions.reduce((sum, { lots }) => sum + lots, 0);
  const rows = net === 0 ? positions : [...positions, { lots: -net, entryTicks: START_TICKS, cash: 1e13 }];
  const inputs = smallMarket({
    fund: options.fund ?? 0,
    liquidation: { ordersPerRound: options.ordersPerRound ?? Infinity },
    populations: rows.map(({ lots, entryTicks, margin, leverage, cash }, k) => {
      const row: PositionRow = { agent: 0, market: PERP, lots, entryTicks };
      if (margin !== undefined) row.margin = margin;
      row.leverage = leverage ?? 10;
      return population(`holder ${k}`, holder, 1, {}, cash ?? 0, [row], { cross: margin === undefined });
    }),
  });
  const { venues, markets } = inputs;
  const [venue] = venues;
  return buildWorld({
    ...inputs,
    venues: [
      {
        ...venue,
        funding: { ...venue.funding, ...options.funding },
        backstop: options.backstop ?? venue.backstop,
      },
    ],
    markets: markets.map((market, k) =>
      k === PERP && options.tiers !== undefined ? { ...market, tiers: options.tiers } : market,
    ),
  });
}

/** Lots of an agent in the perpetual. */
export function lotsOf(world: World, account: number): number {
  const slot = world.ledger.findSlot(account, PERP);
  return slot === -1 ? 0 : world.slots.lots[slot];
}

/** Slot of an agent's position in the perpetual. */
export function slotOf(world: World, account: number): number {
  return world.ledger.findSlot(account, PERP);
}

/** Rests a bid of an agent in the perpetual's book; nothing is held for it. */
export function restBid(world: World, account: number, ticks: number, lots: number): void {
  world.markets[PERP].book.place(BUY, ticks, lots, slotOf(world, account), 0, 0, 0);
}

/** Two brackets: 0.5 % up to 5 million quanta, 1 % above. */
export const TWO_BRACKETS: NonNullable<StillOptions["tiers"]> = [
  { floorQuanta: 0, capQuanta: 5e6, maxLeverage: 100, maintenancePpm: 5_000, maintenanceAmountQuanta: 0 },
  {
    floorQuanta: 5e6,
    capQuanta: Infinity,
    maxLeverage: 50,
    maintenancePpm: 10_000,
    maintenanceAmountQuanta: 25_000,
  },
];

/** Value of lots at the start price. */
export function startValue(lots: number): number {
  return lots * START_TICKS * UNIT;
}
