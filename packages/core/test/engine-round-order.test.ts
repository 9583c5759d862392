/** Within a round: what earlier forced orders and the fund's sales do to a position is seen before more is done to it. */
import { describe, expect, it } from "vitest";
import { BUY, SELL, type VenueSpec } from "@undertow/core";
import { buildWorld, residualOf, step, type World } from "@undertow/core/testing";
import {
  fundVenue,
  holder,
  PERP,
  population,
  type PositionRow,
  smallMarket,
  START_TICKS,
  UNIT,
} from "./support/small-market.ts";

const lotsOf = (world: World, account: number): number =>
  world.slots.lots[world.ledger.findSlot(account, PERP)];

/** A resting order of an account, written into the book as an arrival would. */
function rest(world: World, account: number, side: number, ticks: number, lots: number): void {
  const slot = world.ledger.slotOf(account, PERP);
  world.markets[PERP].book.place(side, ticks, lots, slot, 0, 0, 0);
}

const isolated = (name: string, lots: number, entryTicks: number, margin: number) => {
  const row: PositionRow = { agent: 0, market: PERP, lots, entryTicks, margin, leverage: 10 };
  return population(name, holder, 1, {}, 0, [row]);
};
const others = (lots: number) => {
  const row: PositionRow = { agent: 0, market: PERP, lots, entryTicks: START_TICKS };
  return population("others", holder, 1, {}, 1e13, [row], { cross: true });
};

describe("a position that an earlier forced order of the round has turned round", () => {
  // The short is far beyond its margin and buys first, from what the long rests: twice its position.
  const world = (backstop: VenueSpec["backstop"]): World => {
    const short = isolated("short", -20, 8000, 20 * 8000);
    const long = isolated("long", 10, 11_000, 1000);
    const built = buildWorld(smallMarket({ populations: [short, long, others(10)], venue: { backstop } }));
    rest(built, 1, SELL, 8500, 20);
    return built;
  };

  it.each([fundVenue.backstop, { kind: "vault", equityRatio: 2 / 3, unwindSeconds: 3600 } as const])(
    "is not closed further with backstop %j",
    (backstop) => {
      const built = world(backstop);
      step(built);
      expect(built.accounts.liquidations[0]).toBe(1);
      expect(lotsOf(built, 1)).toBe(-10);
      expect(residualOf(built)).toBe(0);
    },
  );
});

describe("a position that the fund's sales have closed", () => {
  it.each([
    fundVenue.liquidation.partial,
    { kind: "share", share: 0.2, aboveNotional: 0, cooldownSeconds: 30 } as const,
  ])("is not liquidated, under partial rule %j", (partial) => {
    const short = isolated("short", -10, 9500, 10 * UNIT);
    const world = buildWorld(
      smallMarket({
        populations: [short, others(10)],
        liquidation: { partial },
        venue: { backstop: { kind: "fund", capRatio: 1, unwindSeconds: 1 } },
      }),
    );
    const { ledger, venues } = world;
    // The fund holds ten lots of the others'.
    ledger.settle(ledger.slotOf(venues[0].fundAccount, PERP), 10, 10 * START_TICKS * UNIT, 0, 0);
    ledger.settle(ledger.slotOf(1, PERP), -10, 10 * START_TICKS * UNIT, 0, 0);
    rest(world, 0, BUY, START_TICKS - 100, 10);
    step(world);
    expect(lotsOf(world, venues[0].fundAccount)).toBe(0);
    expect(lotsOf(world, 0)).toBe(0);
    expect(world.accounts.liquidations[0]).toBe(0);
    expect(residualOf(world)).toBe(0);
  });
});

describe("a leverage above the bracket's", () => {
  const tiers = [
    {
      floorQuanta: 0,
      capQuanta: Infinity,
      maxLeverage: 20,
      maintenancePpm: 25_000,
      maintenanceAmountQuanta: 0,
    },
  ];
  const world = (cross: boolean): World => {
    const inputs = smallMarket({ populations: [population("a", holder, 1, {}, 1e7, [], { cross })] });
    const markets = inputs.markets.map((market, k) => (k === PERP ? { ...market, tiers } : market));
    return buildWorld({ ...inputs, markets });
  };
  const quote = 10 * START_TICKS * UNIT;

  it("opens an isolated position with the margin of the bracket", () => {
    const built = world(false);
    const slot = built.ledger.slotOf(0, PERP);
    built.slots.leverage[slot] = 50;
    built.ledger.settle(slot, 10, quote, 0, quote);
    expect(built.slots.margin[slot]).toBe(quote / 20);
  });

  it("takes the initial margin of the bracket from what is free to a cross account", () => {
    const built = world(true);
    const slot = built.ledger.slotOf(0, PERP);
    built.slots.leverage[slot] = 50;
    built.ledger.settle(slot, 10, quote, 0, 0);
    expect(built.ledger.freeQuanta(0, built.markTicks)).toBe(1e7 - quote / 20);
  });
});
