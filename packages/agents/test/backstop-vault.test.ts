/**
 * Backstop vault on a hand-made stage: quotes only against forced flow, at a distance that grows with it, and unwinds.
 */
import { describe, expect, test } from "vitest";
import { backstopVault } from "@undertow/agents";
import { CAUSE_DISCRETIONARY, CAUSE_RISK_LIMIT } from "@undertow/core";
import { SOL_PERP, Stage, UNIT, only } from "./harness.ts";

/** $1M, SOL alone: a budget of 0.8 x 2 x $1M. `pressure`: forced sales over resting bids. */
function vault(pressure: number, changes: Record<string, number> = {}): Stage {
  const made = new Stage(backstopVault, { maxDepthShare: 1, ...changes }, 1, [1]);
  made.cash[0] = 1e6 * UNIT;
  made.view.liquidatedLongLots[SOL_PERP] = pressure * made.view.bidDepthLots[SOL_PERP];
  return made;
}

describe("backstop vault", () => {
  test("bids three levels at a discount that grows with the pressure", () => {
    const made = vault(0.5);
    const levels = only(made.wake(30e6), "level");
    // Pressure twice the trigger: 0.4 % x (1 + 2) = 1.2 % below the mid, and twice and three times that.
    expect(levels.map(({ side, ticks }) => [side, ticks])).toEqual([
      [1, 9880],
      [1, 9760],
      [1, 9640],
    ]);
    const slice = Math.floor((0.1 * made.lotsOf(SOL_PERP, 1.6e6)) / 3);
    expect(levels.map(({ lots }) => lots)).toEqual([slice, slice, slice]);
  });

  test("does not quote in calm, cancels what rests when the pressure is off, offers against forced buying", () => {
    expect(only(vault(0.24).wake(30e6), "ladder")).toHaveLength(0);
    const made = vault(0.5);
    made.wake(30e6);
    made.view.liquidatedLongLots[SOL_PERP] = 0;
    expect(only(made.wake(30e6), "cancel")).toHaveLength(1);
    made.view.liquidatedShortLots[SOL_PERP] = made.view.askDepthLots[SOL_PERP];
    const levels = only(made.wake(30e6), "level");
    // Pressure four times the trigger: 2 % above the mid.
    expect(levels.map(({ side, ticks }) => [side, ticks])).toEqual([
      [-1, 10_200],
      [-1, 10_400],
      [-1, 10_600],
    ]);
  });

  test("stops at its budget", () => {
    const made = vault(0.5);
    made.wake(30e6);
    made.hold(SOL_PERP, made.lotsOf(SOL_PERP, 1.6e6));
    expect(only(made.wake(30e6), "level")).toHaveLength(0);
  });

  test("holds under pressure, takes profit, and works off the rest when the pressure is over", () => {
    const made = vault(0.5);
    made.wake(30e6);
    made.hold(SOL_PERP, 1000);
    expect(only(made.wake(30e6), "reduce")).toHaveLength(0);
    made.move(SOL_PERP, 1.021);
    expect(only(made.wake(30e6), "reduce")).toMatchObject([
      { side: -1, lots: 20, cause: CAUSE_DISCRETIONARY },
    ]);
    made.move(SOL_PERP, 1 / 1.021);
    made.view.liquidatedLongLots[SOL_PERP] = 0;
    expect(only(made.wake(30e6), "reduce")).toMatchObject([{ side: -1, lots: 20 }]);
  });

  test("past its loss limit it bids no more and unwinds into the fall", () => {
    const made = vault(0.5);
    made.wake(30e6);
    made.hold(SOL_PERP, made.lotsOf(SOL_PERP, 1e6));
    made.move(SOL_PERP, 0.79);
    const orders = made.wake(30e6);
    expect(only(orders, "level")).toHaveLength(0);
    expect(only(orders, "reduce")).toMatchObject([{ side: -1, cause: CAUSE_RISK_LIMIT }]);
  });
});
