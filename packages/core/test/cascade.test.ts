/** A forced cascade on one coin and one venue, through the real engine. */
import { describe, expect, it } from "vitest";
import { simulate, type RunData } from "@undertow/core";
import { cascadeMarket, crowd, smallMarket } from "./support/small-market.ts";

const lowest = (run: RunData): number => Math.min(...run.series.spotLow.subarray(0, run.series.rows));
const forcedNotional = (run: RunData): number =>
  run.liquidations.notional.reduce((sum, value) => sum + value, 0);

describe("a forced cascade", () => {
  it("leaves everybody alone while nobody sells", async () => {
    const run = await simulate(cascadeMarket(0));
    expect(run.liquidations.rows).toBe(0);
    expect(lowest(run)).toBeGreaterThan(99.5);
  });

  it("starts with the most leveraged longs and spreads down the leverage ladder", async () => {
    const run = await simulate(cascadeMarket(2500, { minutes: 20 }));
    const { liquidations } = run;
    expect(liquidations.rows).toBeGreaterThan(20);
    expect(liquidations.agent[0]).toBeGreaterThan(90);
    expect(Math.max(...liquidations.generation)).toBeGreaterThan(1);
    expect(liquidations.side.every((side) => side === 1)).toBe(true);
  });

  it("falls further with forced liquidation than without, on the same random numbers", async () => {
    const on = await simulate(cascadeMarket(2500, { minutes: 20 }));
    const off = await simulate(cascadeMarket(2500, { minutes: 20, liquidation: { enabled: false } }));
    expect(off.liquidations.rows).toBe(0);
    expect(lowest(on)).toBeLessThan(lowest(off) - 0.5);
    expect(off.totals.badDebt).toBeGreaterThan(0);
  });

  it("conserves money to the quantum, whatever way a position ends", async () => {
    for (const fund of [1e12, 1e8, 0]) {
      const run = await simulate(cascadeMarket(2500, { minutes: 20, fund }));
      expect(run.totals.auditResidual).toBe(0);
      expect(run.totals.audits).toBeGreaterThan(100);
    }
  });

  it("ends in auto-deleveraging when neither book nor fund can take the position", async () => {
    const run = await simulate(cascadeMarket(4000, { minutes: 20, fund: 0 }));
    const sum = (column: Float64Array): number => column.reduce((total, value) => total + value, 0);
    expect(sum(run.liquidations.fundSize)).toBe(0);
    expect(sum(run.liquidations.adlSize)).toBeGreaterThan(0);
    expect(run.totals.adlNotional).toBeGreaterThan(0);
  });

  it("leaves an isolated account the cash that was not in the position", async () => {
    const run = await simulate(cascadeMarket(2500, { minutes: 20 }));
    const longs = run.populations.findIndex((population) => population.name === "longs");
    const liquidated = [...run.agents.liquidations.keys()].filter(
      (row) => run.agents.population[row] === longs && run.agents.liquidations[row] > 0,
    );
    expect(liquidated.length).toBeGreaterThan(10);
    for (const row of liquidated) expect(run.agents.endEquity[row]).toBeGreaterThanOrEqual(1e6);
  });

  it("gives the same hash for the same seed, another for another", async () => {
    const [a, again, b] = await Promise.all([
      simulate(cascadeMarket(2500)),
      simulate(cascadeMarket(2500)),
      simulate(cascadeMarket(2500, { seed: "b" })),
    ]);
    expect(again.stateHash).toBe(a.stateHash);
    expect(b.stateHash).not.toBe(a.stateHash);
    expect(forcedNotional(again)).toBe(forcedNotional(a));
  });

  it("closes nobody on a market without trades", async () => {
    const run = await simulate(smallMarket({ populations: crowd(10), minutes: 2 }));
    expect(run.totals.fills).toBe(0);
    expect(run.liquidations.rows).toBe(0);
  });
});
