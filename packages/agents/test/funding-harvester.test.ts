/**
 * Funding harvester on a hand-made stage: pairs while funding pays, nothing naked, coins sold when the short is lost.
 */
import { describe, expect, test } from "vitest";
import { fundingHarvester } from "@undertow/agents";
import { MICROS_PER_DAY, NOTICE_ADL } from "@undertow/core";
import { BTC_PERP, BTC_SPOT, SOL_PERP, SOL_SPOT, Stage, UNIT, only } from "./harness.ts";

const LOOK = 300e6;

/** $1M, SOL alone, funding at its full rate: a pair of $600,000 is wished, a tenth of it per look. */
function harvester(funding: number, changes: Record<string, number> = {}): Stage {
  const made = new Stage(
    fundingHarvester,
    { capitalShare: 0.6, fullRate: 0.0003, pace: 0.1, maxDepthShare: 1, carryHalfLife: 1e6, ...changes },
    1,
    [1],
  );
  made.cash[0] = 1e6 * UNIT;
  made.view.fundingRate[SOL_PERP] = funding;
  return made;
}

function run(made: Stage, looks: number): void {
  for (let k = 0; k < looks; k++) made.fill(made.wake(LOOK));
}

describe("funding harvester", () => {
  test("builds both legs in step, a tenth of the wish per look, and stops when it has it", () => {
    const made = harvester(0.0004);
    const first = only(made.wake(LOOK), "hedge");
    expect(first.map(({ market, side }) => [market, side])).toEqual([
      [SOL_PERP, -1],
      [SOL_SPOT, 1],
    ]);
    // A lot of the perpetual is 0.1 SOL, one of spot 0.01.
    expect(first[1].lots).toBe(10 * first[0].lots);
    expect(made.moneyOf(SOL_SPOT, first[1].lots)).toBeCloseTo(60_000, -2);
    made.fill(first);
    run(made, 20);
    expect(made.held[SOL_SPOT][0]).toBe(-10 * made.held[SOL_PERP][0]);
    expect(made.moneyOf(SOL_SPOT, made.held[SOL_SPOT][0])).toBeGreaterThan(590_000);
    expect(made.moneyOf(SOL_SPOT, made.held[SOL_SPOT][0])).toBeLessThanOrEqual(600_000);
    expect(only(made.wake(LOOK), "hedge")).toHaveLength(0);
  });

  test("wants half a pair at half the full rate, and none below the entry rate", () => {
    const half = harvester(0.00016, { fullRate: 0.00032 });
    run(half, 20);
    expect(half.moneyOf(SOL_SPOT, half.held[SOL_SPOT][0])).toBeCloseTo(300_000, -3);
    const none = harvester(0.0001);
    run(none, 20);
    expect(none.held[SOL_SPOT][0]).toBe(0);
  });

  test("keeps its pair between the rates, takes it down when funding turns", () => {
    const made = harvester(0.0004);
    run(made, 20);
    const held = made.held[SOL_SPOT][0];
    made.view.fundingRate[SOL_PERP] = 0.0001;
    run(made, 20);
    expect(made.held[SOL_SPOT][0]).toBe(held);
    made.view.fundingRate[SOL_PERP] = -0.0001;
    const orders = only(made.wake(LOOK), "hedge");
    expect(orders.map(({ market, side }) => [market, side])).toEqual([
      [SOL_PERP, 1],
      [SOL_SPOT, -1],
    ]);
    made.fill(orders);
    run(made, 40);
    expect(Math.abs(made.moneyOf(SOL_SPOT, made.held[SOL_SPOT][0]))).toBeLessThan(1_000);
    expect(made.held[SOL_SPOT][0] + 10 * made.held[SOL_PERP][0]).toBe(0);
  });

  test("sells all its coins when the short is auto-deleveraged, and stays out for a day", () => {
    const made = harvester(0.0004);
    run(made, 20);
    made.held[SOL_PERP][0] = 0;
    made.cost[SOL_PERP][0] = 0;
    const orders = made.wake(LOOK, NOTICE_ADL);
    expect(only(orders, "hedge")).toMatchObject([
      { market: SOL_SPOT, side: -1, lots: made.held[SOL_SPOT][0], source: SOL_PERP },
    ]);
    made.fill(orders);
    expect(made.held[SOL_SPOT][0]).toBe(0);
    expect(only(made.wake(LOOK), "hedge")).toHaveLength(0);
    expect(only(made.wake(MICROS_PER_DAY - 3 * LOOK), "hedge")).toHaveLength(0);
    expect(only(made.wake(2 * LOOK), "hedge")).toHaveLength(2);
  });

  test("all coins of a look fit into its free cash together, in their order", () => {
    // Of $1M in coins of its own and $90,000 free it would build $100,000 of each coin. A pair holds 1.1 for the coins,
    // 0.5 for the margin and 0.1 for the loss to the edge of the band, of nine tenths of the cash.
    const free = 90_000;
    const made = new Stage(
      fundingHarvester,
      { capitalShare: 2, fullRate: 0.0003, pace: 0.1, maxDepthShare: 1, carryHalfLife: 1e6 },
      1,
      [0, 1],
    );
    made.hold(SOL_SPOT, made.lotsOf(SOL_SPOT, 910_000));
    made.cash[0] = free * UNIT;
    made.view.fundingRate.fill(0.0004);
    const orders = only(made.wake(LOOK), "hedge");
    const bought = (market: number): number =>
      only(orders, "hedge", market).reduce((sum, { lots }) => sum + made.moneyOf(market, lots), 0);
    expect(bought(BTC_SPOT)).toBeGreaterThan(0.95 * ((0.9 * free) / 1.7));
    expect(1.7 * (bought(BTC_SPOT) + bought(SOL_SPOT))).toBeLessThanOrEqual(0.9 * free);
    expect(bought(BTC_PERP) + bought(SOL_PERP)).toBeCloseTo(bought(BTC_SPOT) + bought(SOL_SPOT), 6);
  });

  test("coins that it held at the start belong to no pair and are never sold", () => {
    const made = harvester(-0.001);
    made.hold(SOL_SPOT, made.lotsOf(SOL_SPOT, 100_000));
    run(made, 10);
    expect(made.moneyOf(SOL_SPOT, made.held[SOL_SPOT][0])).toBeCloseTo(100_000, -1);
  });
});
