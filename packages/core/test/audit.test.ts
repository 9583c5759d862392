/** The conservation audit: exact while running, and a corrupted ledger ends the run by name. */
import { describe, expect, it } from "vitest";
import { InvariantError } from "@undertow/core";
import { audit, buildWorld, residualOf, step } from "@undertow/core/testing";
import { cascadeMarket } from "./support/small-market.ts";

describe("audit", () => {
  it("finds nothing in 300 steps of a cascade", () => {
    const world = buildWorld(cascadeMarket(2500));
    for (let k = 0; k < 300; k++) {
      step(world);
      expect(residualOf(world)).toBe(0);
    }
    expect(world.counters.fills).toBeGreaterThan(100);
  });

  it("stops the run at the next audit when one quantum is missing, and names step and seed", () => {
    const world = buildWorld(cascadeMarket(2500, { seed: "tampered" }));
    for (let k = 0; k < 95; k++) step(world);
    world.accounts.cash[3] += 1;
    const run = (): void => {
      for (let k = 0; k < 10; k++) step(world);
    };
    expect(run).toThrow(InvariantError);
    expect(run).toThrow(/seed "tampered", step 1\d\d/);
  });

  it("sees lots that appear from nowhere", () => {
    const world = buildWorld(cascadeMarket(0));
    step(world);
    world.slots.lots[0] += 1;
    expect(() => audit(world)).toThrow(/conservation/);
  });

  it("sees a hold that no order explains", () => {
    const world = buildWorld(cascadeMarket(0));
    step(world);
    world.accounts.reserved[0] += 5;
    expect(() => audit(world)).toThrow(/holds of account 0/);
  });
});
