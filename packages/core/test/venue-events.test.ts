/** Scheduled events of the venue in the engine: what stops, what goes on, and nothing before they begin. */
import { describe, expect, it } from "vitest";
import type { VenueEventSpec } from "@undertow/core";
import { buildWorld, step, type World } from "@undertow/core/testing";
import { PERP, SPOT, START_MICROS, START_TICKS, cascadeMarket } from "./support/small-market.ts";

const minute = (m: number): number => START_MICROS + m * 60e6;
const between = (from: number, to: number) => ({ fromMicros: minute(from), toMicros: minute(to) });

function worldWith(events: VenueEventSpec[], sold = 2500): World {
  return buildWorld(cascadeMarket(sold, { minutes: 10, events }));
}

function run(world: World, toMinute: number): void {
  while (world.nowMicros < minute(toMinute)) step(world);
}

describe("venue events", () => {
  it("halts a market: nothing trades, marks go on, liquidations wait for the reopening", () => {
    const halt: VenueEventSpec = { kind: "halt", ...between(2, 4), markets: [PERP], cancels: true };
    const world = worldWith([halt]);
    run(world, 2);
    const { lots } = world.slots;
    const perpetual = (): number[] =>
      [...lots.subarray(0, world.ledger.slotCount)].filter((_, slot) => world.slots.market[slot] === PERP);
    const before = perpetual();
    const liquidations = world.accounts.liquidations.reduce((sum, count) => sum + count, 0);
    expect(liquidations).toBeGreaterThan(0);
    run(world, 4);
    expect(perpetual()).toEqual(before);
    expect(world.accounts.liquidations.reduce((sum, count) => sum + count, 0)).toBe(liquidations);
    run(world, 6);
    expect(perpetual()).not.toEqual(before);
  });

  it("cuts agents off in an outage while liquidations go on", () => {
    const world = worldWith([{ kind: "outage", ...between(2, 4) }]);
    run(world, 2);
    const { orders, cancels } = world.counters;
    const rejects = world.counters.rejects;
    const liquidations = (): number => world.accounts.liquidations.reduce((sum, count) => sum + count, 0);
    const before = liquidations();
    run(world, 4);
    expect(world.counters.rejects).toBeGreaterThan(rejects + 20);
    // Ladders are replaced every five seconds otherwise; what is sent now comes from the venue.
    expect(world.counters.cancels).toBe(cancels);
    expect(liquidations()).toBeGreaterThanOrEqual(before);
    run(world, 5);
    expect(world.counters.orders).toBeGreaterThan(orders + 100);
  });

  it("shows the venue the index of a while ago when its oracle is late", () => {
    const lag: VenueEventSpec = { kind: "oracle-lag", ...between(0, 10), markets: [PERP], lagMicros: 60e6 };
    const [late, fresh] = [worldWith([lag], 4000), worldWith([], 4000)];
    const seen: number[] = [];
    for (let second = 0; second < 240; second++) {
      step(late);
      step(fresh);
      seen.push(late.view.indexTicks[SPOT]);
      if (second > 60) expect(late.view.indexTicks[PERP]).toBe(seen[second - 60]);
      expect(fresh.view.indexTicks[PERP]).toBe(fresh.view.indexTicks[SPOT]);
    }
    expect(Math.min(...seen)).toBeLessThan(START_TICKS * 0.99);
  });

  it("changes fees from its moment on and touches nothing before", () => {
    const change: VenueEventSpec = {
      kind: "fee-change",
      fromMicros: minute(3),
      toMicros: Infinity,
      markets: [PERP],
      takerFeePpm: 0,
    };
    const [changed, plain] = [worldWith([change]), worldWith([])];
    run(changed, 3);
    run(plain, 3);
    expect(changed.fillHash).toBe(plain.fillHash);
    expect(changed.venues[0].totals.fees).toBe(plain.venues[0].totals.fees);
    run(changed, 4);
    expect(changed.markets[PERP].takerFeePpm).toBe(0);
    expect(plain.markets[PERP].takerFeePpm).toBe(500);
  });
});
