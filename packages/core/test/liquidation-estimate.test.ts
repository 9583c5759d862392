/** The public liquidation estimate: where it puts what, what the price clears, what lost open interest thins. */
import { describe, expect, it } from "vitest";
import { LIQUIDATION_BIN_LOG, LIQUIDATION_BINS, LiquidationEstimate } from "@undertow/core";
import { buildWorld, step } from "@undertow/core/testing";
import { cascadeMarket, PERP, SPOT, START_TICKS } from "./support/small-market.ts";

const MAINTENANCE = 0.005;

function made(maxLeverage = 100, maintenanceRate = MAINTENANCE) {
  const below = new Float64Array(LIQUIDATION_BINS);
  const above = new Float64Array(LIQUIDATION_BINS);
  return { below, above, estimate: new LiquidationEstimate(below, above, { maintenanceRate, maxLeverage }) };
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
/** Lower edges of bins in ticks, from the library's own logarithm so as to be a second way. */
const edge = (bin: number): number => Math.exp(bin * LIQUIDATION_BIN_LOG);

describe("the estimate", () => {
  it("puts what is gained where 10x to 100x would be liquidated", () => {
    const { below, above, estimate } = made();
    const price = edge(900) * 1.005;
    estimate.sample(price, 4000);
    expect(estimate.gridTicks).toBeCloseTo(edge(900), 6);
    expect([sum(below), sum(above)]).toEqual([4000, 4000]);
    for (const leverage of [10, 25, 50, 100]) {
      const long = price * (1 - 1 / leverage + MAINTENANCE);
      const short = price * (1 + 1 / leverage - MAINTENANCE);
      const down = Array.from(below.keys()).find((b) => long >= edge(900 - b))!;
      const up = Array.from(above.keys()).find((b) => short < edge(901 + b))!;
      expect(below[down]).toBeGreaterThanOrEqual(1000);
      expect(above[up]).toBeGreaterThanOrEqual(1000);
    }
    // 10x of longs lies 9.5 % below: ten bins.
    expect(below[9] + below[10]).toBe(1000);
  });

  it("leaves out leverages that the market does not allow", () => {
    const { below, estimate } = made(20, 0.02);
    estimate.sample(edge(900) * 1.005, 100);
    expect([...below].filter((lots) => lots > 0)).toEqual([100]);
    const low = made(3, 0.1);
    low.estimate.sample(edge(900) * 1.005, 100);
    expect(sum(low.below)).toBe(100);
    const none = made(2, 0.6);
    none.estimate.sample(edge(900), 100);
    expect(sum(none.below)).toBe(0);
  });

  it("clears what the price passes and keeps the rest where it lies", () => {
    const { below, above, estimate } = made();
    estimate.sample(edge(900) * 1.005, 4000);
    const before = [...below];
    estimate.sample(edge(896) * 1.005, 4000);
    expect([...below].slice(0, 36)).toEqual(before.slice(4));
    expect(sum(below)).toBe(sum(Float64Array.from(before.slice(4))));
    // Shorts lie four bins further off.
    expect(above.slice(0, 4)).toEqual(new Float64Array(4));
    expect(sum(above)).toBe(4000);
    estimate.sample(edge(940) * 1.005, 4000);
    expect(sum(above)).toBe(0);
    estimate.sample(edge(800), 4000);
    expect(sum(below)).toBe(0);
  });

  it("thins all alike by open interest lost beyond what was passed", () => {
    const { below, above, estimate } = made();
    const price = edge(900) * 1.005;
    estimate.sample(price, 4000);
    const [longs, shorts] = [[...below], [...above]];
    estimate.sample(price, 3000);
    below.forEach((lots, b) => expect(lots).toBeCloseTo(0.75 * longs[b], 9));
    above.forEach((lots, b) => expect(lots).toBeCloseTo(0.75 * shorts[b], 9));
    const passed = made();
    passed.estimate.sample(price, 4000);
    const left = sum(passed.below.slice(2));
    passed.estimate.sample(edge(898) * 1.005, 4000 - (4000 - left));
    expect(sum(passed.below)).toBe(left);
    estimate.sample(price, 0);
    expect(sum(below) + sum(above)).toBe(0);
  });
});

describe("in a run", () => {
  it("moves on the minute, from published figures alone, and shows nothing of spot", () => {
    const inputs = cascadeMarket(2500, { minutes: 10 });
    const world = buildWorld(inputs);
    const [below, above] = [world.view.liquidationBelowLots, world.view.liquidationAboveLots];
    const twin = made();
    let changes = 0;
    let last = "";
    while (world.nowMicros < inputs.endMicros) {
      const openInterest = world.markets[PERP].openInterestLots;
      step(world);
      if (world.step === 1) {
        // A hundred longs of 100 lots; the open interest at the start counts as gained at the start price.
        expect(openInterest).toBe(10_000);
        twin.estimate.sample(START_TICKS, openInterest);
        expect(below.slice(PERP * LIQUIDATION_BINS)).toEqual(twin.below);
        expect(above.slice(PERP * LIQUIDATION_BINS)).toEqual(twin.above);
      }
      const now = below.join();
      if (now === last) continue;
      last = now;
      changes++;
      expect((world.nowMicros - 1e6) % 60e6).toBe(0);
    }
    expect(changes).toBeGreaterThan(2);
    expect(sum(below.slice(0, LIQUIDATION_BINS))).toBe(0);
    expect(world.view.liquidationGridTicks[SPOT]).toBe(START_TICKS);
  });
});
