/**
 * Ladders of isolated longs in whole ticks and lots, and what the pure ladder says of them.
 *
 * Markets quote whole ticks: the price is the floor of the line. A long that goes at or below tick L goes when the line
 * is below L + 1, and as the line moves in steps of 1 / perLots ticks, at or below L + 1 - 1 / perLots. With that
 * price `runLadder` must agree exactly, in who goes when and, after one floor, in the last price.
 */
import { type LadderCascade, runLadder } from "@undertow/core";
import fc from "fast-check";

/** A long of `lots` that is liquidated once the mark is at or below `ticks`. */
export interface Rung {
  readonly ticks: number;
  readonly lots: number;
}

export interface Ladder {
  readonly impactTicks: number;
  readonly perLots: number;
  /** Lots sold at market before the first check. */
  readonly shockLots: number;
  readonly rungs: readonly Rung[];
}

export const LADDER_START_TICKS = 10_000;

/** The documented example: impact 0.8 a unit, a shock of 3.5 at a price of 100; ticks of 0.01, lots of 0.001. */
export const documentedLadder: Ladder = {
  impactTicks: 80,
  perLots: 1_000,
  shockLots: 4_375,
  rungs: [
    { ticks: 9_700, lots: 2_000 },
    { ticks: 9_550, lots: 3_000 },
    { ticks: 9_300, lots: 1_000 },
    { ticks: 9_250, lots: 4_000 },
    { ticks: 8_500, lots: 5_000 },
  ],
};

/** Random ladders; the price stays above 60 % of its start. */
export const ladders: fc.Arbitrary<Ladder> = fc
  .record({
    impactTicks: fc.integer({ min: 1, max: 150 }),
    perLots: fc.integer({ min: 700, max: 1_300 }),
    shockLots: fc.integer({ min: 100, max: 5_000 }),
    rungs: fc.array(
      fc.record({ ticks: fc.integer({ min: 8_000, max: 9_990 }), lots: fc.integer({ min: 1, max: 2_500 }) }),
      { minLength: 1, maxLength: 10 },
    ),
  })
  .filter(({ impactTicks, perLots, shockLots, rungs }) => {
    const all = rungs.reduce((sum, { lots }) => sum + lots, shockLots);
    return all * impactTicks <= 4_000 * perLots && shockLots * impactTicks <= 900 * perLots;
  });

/** What the pure ladder makes of it, the final price floored to the tick. */
export function pureCascade(
  ladder: Ladder,
): Pick<LadderCascade, "generations" | "liquidated"> & { ticks: number } {
  const { impactTicks, perLots, shockLots, rungs } = ladder;
  const impactPerUnit = impactTicks / perLots;
  const { generations, liquidated, finalPrice } = runLadder(
    { startPrice: LADDER_START_TICKS, shock: shockLots * impactPerUnit, impactPerUnit },
    rungs.map(({ ticks, lots }) => ({ liquidationPrice: ticks + 1 - 1 / perLots, size: lots })),
  );
  return { generations, liquidated, ticks: Math.floor(finalPrice + 1e-9) };
}
