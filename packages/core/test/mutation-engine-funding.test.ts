/** Single lines of the engine's funding and mark, by numbers worked out by hand: what the mutation check asks for. */
import { step } from "@undertow/core/testing";
import { describe, expect, test } from "vitest";
import { PERP, START_TICKS } from "./support/small-market.ts";
import { slotOf, stillWorld } from "./support/still-market.ts";

describe("funding of the engine", () => {
  test("lets longs pay a quantum more and shorts receive a quantum less than the exact amount, dust to the fee desk", () => {
    const world = stillWorld(
      [
        { lots: 33, entryTicks: START_TICKS, margin: 2_000_000 },
        { lots: -33, entryTicks: START_TICKS, cash: 1e9 },
      ],
      {
        funding: {
          intervalSeconds: 10,
          periodSeconds: 10,
          sampleSeconds: 1,
          rate: { kind: "clamped-interest", interest: 0.000_007, clamp: 0.0005 },
        },
      },
    );
    const fees = world.accounts.cash[world.venues[0].feeAccount];
    for (let second = 0; second < 10; second++) step(world);
    expect(world.markTicks[PERP]).toBe(START_TICKS);
    // 3,300,000 x 7 ppm = 23.1
    expect(world.slots.margin[slotOf(world, 0)]).toBe(2_000_000 - 24);
    expect(world.accounts.cash[1]).toBe(1e9 + 23);
    expect(world.accounts.cash[world.venues[0].feeAccount]).toBe(fees + 1);
  });

  test("puts as much of the rate on the mark as there is left of the interval", () => {
    const world = stillWorld([], { funding: { intervalSeconds: 10, sampleSeconds: 100 } });
    const market = world.markets[PERP];
    // 0.1 % a payment; the last trade lies above, so that the median is index x (1 + rate x time left / interval).
    market.fundingPpb = 1_000_000;
    market.lastTradeTicks = START_TICKS + 100;
    const marks: number[] = [];
    for (let second = 0; second < 3; second++) {
      step(world);
      marks.push(world.markTicks[PERP]);
    }
    expect(marks).toEqual([10_009, 10_008, 10_007]);
  });
});
