/**
 * The scripted trader plays each entry once, at its time, as the kind of order that it names.
 *
 * The stage begins at the start of the run and steps by a second; 75,000 of BTC perpetual are 1,000 lots.
 */
import { describe, expect, test } from "vitest";
import { SCRIPT_ENTRIES, scriptParams, scriptedAs, scriptedTrader } from "@undertow/agents";
import { CAUSE_EXOGENOUS } from "@undertow/core";
import { BTC_PERP, SOL_SPOT, Stage, UNIT, only } from "./harness.ts";

const SIZE = 75_000 * UNIT;

function stage(entries: Parameters<typeof scriptParams>[0], changes: Record<string, number> = {}): Stage {
  return new Stage(scriptedTrader, { ...scriptParams(entries), ...changes });
}

const kinds = (orders: ReturnType<Stage["wake"]>): string[] =>
  orders.map((order) => order.kind).filter((kind) => kind !== "leverage");

test("each order once, in the step that holds its time, whatever their sequence", () => {
  const made = stage([
    { at: 20e6, notional: 2 * SIZE, side: -1 },
    { at: 10.5e6, notional: SIZE },
  ]);
  expect(kinds(made.wake(9e6))).toEqual([]);
  expect(only(made.wake(1e6), "market")).toMatchObject([
    { market: BTC_PERP, side: 1, lots: 1000, cause: CAUSE_EXOGENOUS },
  ]);
  expect(kinds(made.wake(1e6))).toEqual([]);
  expect(only(made.wake(9e6), "market")).toMatchObject([{ side: -1, lots: 2000 }]);
  expect(kinds(made.wake(1e9))).toEqual([]);
});

test("all kinds: prices are offsets from the mid, in the market that is named", () => {
  const made = stage([
    { at: 0, kind: "limit", side: 1, notional: SIZE, offset: -0.02 },
    { at: 0, kind: "immediate", side: -1, notional: 100 * UNIT, offset: 0.01, coin: 1, spot: true },
    { at: 0, kind: "cancel" },
    { at: 0, kind: "reduce", side: -1, notional: SIZE },
  ]);
  const orders = made.wake().filter((order) => order.kind !== "leverage");
  expect(orders).toMatchObject([
    { kind: "limit", market: BTC_PERP, side: 1, ticks: 735_000, lots: 1000 },
    { kind: "immediate", market: SOL_SPOT, side: -1, ticks: 10_100, lots: 100 },
    { kind: "cancel", market: BTC_PERP },
    { kind: "reduce", market: BTC_PERP, side: -1, lots: 1000 },
  ]);
});

test("a reduce without a size closes the position, whatever its side", () => {
  const made = stage([{ at: 0, kind: "reduce" }]);
  made.hold(BTC_PERP, -321);
  expect(only(made.wake(), "reduce")).toMatchObject([{ side: 1, lots: 321 }]);
});

test("a reduce of a size follows the position too, and the script's side while there is none", () => {
  const reduces = (held: number, side?: 1 | -1): object[] => {
    const made = stage([{ at: 0, kind: "reduce", notional: SIZE, ...(side === undefined ? {} : { side }) }]);
    made.hold(BTC_PERP, held);
    return only(made.wake(), "reduce");
  };
  expect(reduces(5000)).toMatchObject([{ side: -1, lots: 1000 }]);
  expect(reduces(5000, 1)).toMatchObject([{ side: -1, lots: 1000 }]);
  expect(reduces(-5000, -1)).toMatchObject([{ side: 1, lots: 1000 }]);
  expect(reduces(0, -1)).toMatchObject([{ side: -1, lots: 1000 }]);
});

test("leverage is set before anything else, and an order waits for a price", () => {
  const made = stage([{ at: 0, notional: SIZE }], { leverage: 7 });
  const mid = made.view.midTicks[BTC_PERP];
  made.view.midTicks[BTC_PERP] = 0;
  expect(made.wake().map(({ kind, lots }) => [kind, lots])).toEqual([
    ["leverage", 7],
    ["leverage", 7],
  ]);
  made.view.midTicks[BTC_PERP] = mid;
  expect(kinds(made.wake())).toEqual(["market"]);
});

describe("scripts in code", () => {
  test("become a type of their own with the script as defaults", () => {
    const seller = scriptedAs("seller", [{ at: 5e6, side: -1, notional: SIZE }]);
    expect(seller.name).toBe("seller");
    const made = new Stage(seller, {});
    expect(only(made.wake(5e6), "market")).toMatchObject([{ side: -1, lots: 1000 }]);
    expect(scriptedTrader.params["kind0"].default).toBe(0);
  });

  test("have at most eight orders", () => {
    const entries = Array.from({ length: SCRIPT_ENTRIES + 1 }, () => ({ at: 0 }));
    expect(() => scriptParams(entries)).toThrow("at most 8 orders, found 9");
  });
});
