/** Which accounts a liquidation round takes first, and which orders it cancels, under every rule of a venue. */
import { describe, expect, it } from "vitest";
import { type VenueSpec, simulate } from "@undertow/core";
import { buildWorld, step } from "@undertow/core/testing";
import {
  PERP,
  SPOT,
  START_TICKS,
  UNIT,
  cascadeMarket,
  fundVenue,
  holder,
  ladderMaker,
  population,
  smallMarket,
} from "./support/small-market.ts";

type Liquidation = VenueSpec["liquidation"];
const { liquidation } = fundVenue;

describe("accounts below maintenance", () => {
  /** Agents of the first round in which several longs closed; their leverage rises with their index. */
  const firstRound = async (change: Partial<Liquidation>): Promise<number[]> => {
    const run = await simulate(cascadeMarket(2500, { minutes: 4, liquidation: change }));
    const { timeMicros, agent, rows } = run.liquidations;
    const rounds = new Map<number, number[]>();
    for (let row = 0; row < rows; row++) {
      rounds.set(timeMicros[row], [...(rounds.get(timeMicros[row]) ?? []), agent[row]]);
    }
    return [...rounds.values()].find((agents) => agents.length > 2) ?? [];
  };
  const ascending = (agents: readonly number[]): number[] => [...agents].sort((a, b) => a - b);

  it("close by equity over maintenance, by account, or by the distance of their fillable price", async () => {
    const byRatio = await firstRound({});
    expect(byRatio).toEqual(ascending(byRatio).reverse());
    const byAccount = await firstRound({ order: "account-key" });
    expect(byAccount).toEqual(ascending(byAccount));
    // All but those that have lost all of their margin: their fillable prices are equally far away.
    const price = { kind: "fillable", bankruptcyAdjustment: 0.1, spreadToMaintenanceRatio: 1.5 } as const;
    const byDistance = await firstRound({ order: "fillable-distance", price });
    expect(byDistance.length).toBeGreaterThan(2);
    expect(byDistance).toEqual(ascending(byDistance).reverse());
  });

  it("wait when the round has sent the orders that a venue sends at once", async () => {
    const run = await simulate(cascadeMarket(2500, { minutes: 4, liquidation: { ordersPerRound: 1 } }));
    expect(run.liquidations.rows).toBeGreaterThan(3);
    expect(new Set(run.liquidations.timeMicros).size).toBe(run.liquidations.rows);
  });
});

describe("orders of a liquidated cross account", () => {
  /** Whether it rests orders in the spot market and in the perpetual that closes, after the round. */
  const resting = (cancel: Liquidation["cancel"]) => {
    const positions = [
      { agent: 0, market: PERP, lots: 1000, entryTicks: START_TICKS, leverage: 50 },
      { agent: 0, market: SPOT, lots: 10_000, entryTicks: START_TICKS },
    ];
    const quoter = population("quoter", ladderMaker, 1, { depth: 5 }, 1000 * START_TICKS * UNIT, positions, {
      cross: true,
    });
    const inputs = smallMarket({ populations: [quoter], liquidation: { ...liquidation, cancel } });
    const world = buildWorld({ ...inputs, auditEverySteps: 1000 });
    for (let k = 0; k < 8; k++) step(world);
    const [spot, perp] = [SPOT, PERP].map((market) => world.ledger.findSlot(0, market));
    const heads = (): boolean[] => [spot, perp].map((slot) => world.slots.orderHead[slot] !== -1);
    expect(heads()).toEqual([true, true]);
    world.accounts.cash[0] = 100_000;
    world.margin.touch(0);
    step(world);
    expect(world.accounts.liquidations[0]).toBe(1);
    return heads();
  };

  it("are all cancelled, or those of the market that closes, or none", () => {
    expect(resting("all")).toEqual([false, false]);
    expect(resting("market")).toEqual([true, false]);
    expect(resting("none")).toEqual([true, true]);
  });
});

describe("a vault", () => {
  // A long of 10^7 quanta needs 50,000; 20,000 are left.
  const position = { agent: 0, market: PERP, lots: 100, entryTicks: START_TICKS, leverage: 50 };
  const after = (cash: number, margin: number, cross: boolean) => {
    const long = population("long", holder, 1, {}, cash, [{ ...position, margin }], { cross });
    const backstop = { kind: "vault", equityRatio: 2 / 3, unwindSeconds: 3600 } as const;
    const world = buildWorld(smallMarket({ populations: [long], fund: 5000, venue: { backstop } }));
    step(world);
    const held = (account: number): number => world.slots.lots[world.ledger.slotOf(account, PERP)];
    const { accounts, venues } = world;
    const { fundAccount } = venues[0];
    return {
      long: [held(0), accounts.cash[0]],
      vault: [held(fundAccount), accounts.cash[fundAccount]],
    };
  };

  it("takes the position with what is left of its margin, or of the whole cross account", () => {
    expect(after(70_000, 20_000, false)).toEqual({ long: [0, 70_000], vault: [100, 25_000] });
    expect(after(20_000, 0, true)).toEqual({ long: [0, 0], vault: [100, 25_000] });
  });

  it("leaves an account that has two thirds of its maintenance margin", () => {
    expect(after(70_000, 34_000, false)).toEqual({ long: [100, 70_000], vault: [0, 5000] });
  });
});
