/** Single lines of the engine's liquidation and deleveraging, by numbers worked out by hand: for the mutation check. */
import { step } from "@undertow/core/testing";
import { describe, expect, test } from "vitest";
import { START_TICKS } from "./support/small-market.ts";
import { TWO_BRACKETS, lotsOf, restBid, slotOf, startValue, stillWorld } from "./support/still-market.ts";

/** A long of 100 lots that is bankrupt at 10,200 with the mark at 10,000. */
const bankrupt = { lots: 100, entryTicks: 10_500, margin: 300_000 };

describe("liquidation of the engine", () => {
  test("takes the account with the lowest equity over maintenance first", () => {
    const better = { lots: 100, entryTicks: START_TICKS, margin: 40_000 };
    const worse = { lots: 100, entryTicks: START_TICKS, margin: 10_000 };
    const world = stillWorld([better, worse], { fund: 1e12, ordersPerRound: 1 });
    step(world);
    expect([lotsOf(world, 0), lotsOf(world, 1)]).toEqual([100, 0]);
    step(world);
    expect([lotsOf(world, 0), lotsOf(world, 1)]).toEqual([0, 0]);
  });

  test("hands over one bracket while there is equity, everything when there is none", () => {
    // 10 million of notional: maintenance 75,000, the bracket below ends at 50 lots.
    const low = { lots: 100, entryTicks: START_TICKS, margin: 50_000 };
    const none = { lots: 100, entryTicks: START_TICKS, margin: 0 };
    const world = stillWorld([low, none], { fund: 1e12, tiers: TWO_BRACKETS });
    step(world);
    expect([lotsOf(world, 0), lotsOf(world, 1)]).toEqual([50, 0]);
    expect(lotsOf(world, world.venues[0].fundAccount)).toBe(150);
  });

  test("takes a clearance fee of no more than what the close has freed, from neither wallet nor margin that is left", () => {
    const low = { lots: 100, entryTicks: START_TICKS, margin: 50_000, cash: 1e9 };
    const world = stillWorld([low], { fund: 1e12, tiers: TWO_BRACKETS });
    restBid(world, 1, 9_990, 50);
    step(world);
    expect(lotsOf(world, 0)).toBe(50);
    // 25,000 of margin less a loss of 5,000; 1.25 % of the notional would be 62,438.
    expect(world.accounts.cash[0]).toBe(1e9);
    expect(world.slots.margin[slotOf(world, 0)]).toBe(25_000);
  });

  test("sends who has equity left into the book where there is no backstop", () => {
    const low = { lots: 100, entryTicks: START_TICKS, margin: 40_000 };
    const world = stillWorld([low], { backstop: { kind: "none", unwindSeconds: 0 } });
    restBid(world, 1, 9_990, 60);
    step(world);
    expect(lotsOf(world, 0)).toBe(40);
  });

  test("lets the fund take over no more than its equity, at the mark", () => {
    for (const [share, taken] of [
      [1, 100],
      [0.99, 0],
      [0.6, 0],
    ] as const) {
      const fund = startValue(100) * share;
      const world = stillWorld([{ lots: 100, entryTicks: START_TICKS, margin: 0 }], { fund });
      step(world);
      expect(lotsOf(world, world.venues[0].fundAccount)).toBe(taken);
      expect(lotsOf(world, 0)).toBe(0);
    }
  });
});

describe("deleveraging of the engine", () => {
  test("goes by profit x leverage, losers last with the most leveraged first, and leaves nobody below zero", () => {
    const winner = { lots: -30, entryTicks: 11_000, margin: 330_000 };
    const smaller = { lots: -30, entryTicks: 10_600, margin: 330_000 };
    // At 10,200 it would have 50,000 - 60,000.
    const thin = { lots: -30, entryTicks: START_TICKS, margin: 50_000 };
    const safeLoser = { lots: -30, entryTicks: 9_900, margin: 500_000 };
    const leveragedLoser = { lots: -30, entryTicks: 9_900, margin: 120_000 };
    const world = stillWorld([bankrupt, winner, smaller, thin, safeLoser, leveragedLoser]);
    step(world);
    const left = [0, 1, 2, 3, 4, 5].map((account) => lotsOf(world, account));
    expect(left).toEqual([0, 0, 0, -30, -20, 0]);
  });

  test("takes the larger winner first when less is to be closed than there is", () => {
    const large = { lots: -60, entryTicks: 12_000, margin: 900_000 };
    const small = { lots: -60, entryTicks: 10_600, margin: 900_000 };
    const world = stillWorld([bankrupt, small, large]);
    step(world);
    expect([0, 1, 2].map((account) => lotsOf(world, account))).toEqual([0, -20, 0]);
  });
});
