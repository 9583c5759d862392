/** Single lines of the engine's margin arithmetic, by numbers worked out by hand: what the mutation check asks for. */
import { maintenanceQuanta } from "@undertow/core";
import { describe, expect, test } from "vitest";
import { PERP, START_TICKS, UNIT } from "./support/small-market.ts";
import { TWO_BRACKETS, slotOf, startValue, stillWorld } from "./support/still-market.ts";

const SAFE = 1e9;

describe("maintenance margin of the engine", () => {
  const { tiers } = stillWorld([], { tiers: TWO_BRACKETS }).markets[PERP];

  test("is rounded up to the quantum", () => {
    // 12,345 x 0.5 % = 61.725
    expect(maintenanceQuanta(tiers, 12_345, 1)).toBe(62);
  });

  test("takes the bracket's amount off once for every trader that an account stands for", () => {
    // 10 million x 1 % - 25,000, and ten times as much for ten traders
    expect(maintenanceQuanta(tiers, 10_000_000, 1)).toBe(75_000);
    expect(maintenanceQuanta(tiers, 100_000_000, 10)).toBe(750_000);
  });
});

describe("the ledger", () => {
  test("lets a cross account back orders with cash and profit less the initial margin of its position", () => {
    const world = stillWorld([{ lots: 100, entryTicks: 9_900, leverage: 20, cash: 5_000_000 }]);
    // 5,000,000 + 100 lots x 100 ticks x 10 - 10,000,000 / 20
    expect(world.ledger.freeQuanta(0, world.markTicks)).toBe(
      5_000_000 + 100 * 100 * UNIT - startValue(100) / 20,
    );
  });

  test("takes an isolated partial close's loss from the margin that is left, never from cash", () => {
    const world = stillWorld([{ lots: 100, entryTicks: START_TICKS, margin: 100_000, cash: SAFE }]);
    const slot = slotOf(world, 0);
    // Half of it at 9,700: -150,000 against the 50,000 of margin that the half frees.
    world.ledger.settle(slot, -50, 50 * 9_700 * UNIT, 0, 0);
    expect(world.accounts.cash[0]).toBe(SAFE);
    expect(world.slots.margin[slot]).toBe(-50_000);
  });

  test("pays an isolated partial close's gain and freed margin into cash", () => {
    const world = stillWorld([{ lots: 100, entryTicks: START_TICKS, margin: 100_000, cash: SAFE }]);
    const slot = slotOf(world, 0);
    world.ledger.settle(slot, -50, 50 * 10_100 * UNIT, 0, 0);
    expect(world.accounts.cash[0]).toBe(SAFE + 50_000 + 50_000);
    expect(world.slots.margin[slot]).toBe(50_000);
  });
});
