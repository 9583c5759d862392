/**
 * The replay trader sends each row of its table once, at its time, as it was recorded.
 *
 * The tables are written by hand; times are from the stage's start.
 */
import { expect, test } from "vitest";
import { declarationFlaws, replayTrader } from "@undertow/agents";
import { START_MICROS, Stage, UNIT } from "@undertow/agents/testing";
import type { AgentTable } from "@undertow/core";
import { BTC_PERP, BTC_SPOT, MARKETS, SOL_PERP, SOL_SPOT } from "./harness.ts";

type Row = Record<string, number>;
const NAMES = Object.keys(replayTrader.tables!.flow.columns);
const [MARKET, LIMIT, IMMEDIATE, REDUCE, CANCEL] = [1, 2, 3, 4, 5];

function tableOf(rows: readonly Row[]): AgentTable {
  const columns: Record<string, Float64Array> = {};
  for (const name of NAMES) columns[name] = Float64Array.from(rows, (row) => row[name] ?? 0);
  return { rows: rows.length, columns };
}

const at = (seconds: number, row: Row): Row => ({
  time: START_MICROS + seconds * 1e6,
  market: BTC_PERP,
  kind: MARKET,
  side: 1,
  ...row,
});

function stage(rows: readonly Row[], count = 1, params: Record<string, number> = {}): Stage {
  return new Stage(replayTrader, { count, params, tables: { flow: tableOf(rows) } });
}

const sent = (made: Stage, afterSeconds: number): object[] =>
  made.wake(afterSeconds * 1e6).filter((order) => order.kind !== "leverage");

test("rows are sent in the step that holds their time, once; those from before the first look never", () => {
  const made = stage([
    at(-5, { lots: 1 }),
    at(3, { lots: 2 }),
    at(3.9, { lots: 3 }),
    at(4, { lots: 4 }),
    at(60, { lots: 5 }),
  ]);
  expect(sent(made, 0)).toEqual([]);
  expect(sent(made, 3)).toMatchObject([{ lots: 2 }, { lots: 3 }]);
  expect(sent(made, 1)).toMatchObject([{ lots: 4 }]);
  expect(sent(made, 50)).toEqual([]);
  expect(sent(made, 50)).toMatchObject([{ lots: 5 }]);
  expect(sent(made, 1000)).toEqual([]);
});

test("each kind of row becomes its order", () => {
  const made = stage([
    at(1, { lots: 7, side: -1, market: BTC_SPOT }),
    at(1, { kind: LIMIT, lots: 5, price_usd: 74_000.1 }),
    at(1, { kind: IMMEDIATE, lots: 4, price_usd: 76_000, side: -1 }),
    at(1, { kind: REDUCE, lots: 3 }),
    at(1, { kind: CANCEL, market: SOL_SPOT, side: 0 }),
  ]);
  expect(sent(made, 1)).toMatchObject([
    { kind: "market", market: BTC_SPOT, side: -1, lots: 7 },
    { kind: "limit", market: BTC_PERP, side: 1, lots: 5, ticks: 740_001 },
    { kind: "immediate", side: -1, lots: 4, ticks: 760_000 },
    { kind: "reduce", side: 1, lots: 3 },
    { kind: "cancel", market: SOL_SPOT },
  ]);
});

test("sizes in coins and money become lots, scaled and rounded down", () => {
  // 2.001 coins are 2,001 lots although 2.001 / 0.001 is less in doubles; 75,000 a coin, 75 a lot; 37,500 a limit coin.
  const rows = [
    at(1, { size_coins: 2.001 }),
    at(1, { notional_usd: 7500 * UNIT }),
    at(1, { notional_usd: 7500 * UNIT, kind: LIMIT, price_usd: 37_500 }),
    at(1, { lots: 3 }),
  ];
  const lots = (scale: number): unknown[] =>
    sent(stage(rows, 1, { scale }), 1).map((order) => (order as { lots: number }).lots);
  expect(lots(1)).toEqual([2001, 100, 200, 3]);
  expect(lots(0.5)).toEqual([1000, 50, 100, 1]);
  expect(lots(0.1)).toEqual([200, 10, 20]);
});

test("leverage is set on all venues before the first row, for the coins that are listed there", () => {
  const flow = tableOf([at(0, { lots: 1, market: MARKETS + BTC_PERP })]);
  const made = new Stage(replayTrader, { params: { leverage: 7 }, tables: { flow }, venues: 2 });
  made.view.perpMarketAt[3] = -1;
  const orders = made.wake(0).map(({ kind, market, lots }) => [kind, market, lots]);
  expect(orders).toEqual([
    ["leverage", BTC_PERP, 7],
    ["leverage", SOL_PERP, 7],
    ["leverage", MARKETS + BTC_PERP, 7],
    ["market", MARKETS + BTC_PERP, 1],
  ]);
});

test("a tape shared by several agents is played once, row r by agent r mod count", () => {
  const made = stage(
    Array.from({ length: 7 }, (_, row) => at(1 + row, { lots: row + 1 })),
    3,
  );
  const all = Array.from({ length: 9 }, () => sent(made, 1)).flat() as { agent: number; lots: number }[];
  expect(all.map(({ agent, lots }) => [agent, lots])).toEqual([
    [0, 1],
    [1, 2],
    [2, 3],
    [0, 4],
    [1, 5],
    [2, 6],
    [0, 7],
  ]);
});

test("rows that say no order are told of, the others pass", () => {
  const { check } = replayTrader.tables!.flow;
  const problem = (row: Row): string | undefined =>
    check!(tableOf([{ kind: MARKET, side: 1, ...row }]).columns, 0);
  expect(problem({ lots: 1 })).toBeUndefined();
  expect(problem({ kind: CANCEL, side: 0 })).toBeUndefined();
  expect(problem({ kind: LIMIT, lots: 1, price_usd: 5 })).toBeUndefined();
  expect(problem({ lots: 1, side: 0 })).toContain("side");
  expect(problem({ kind: LIMIT, lots: 1 })).toContain("price_usd");
  expect(problem({})).toContain("one size");
  expect(problem({ lots: 1, size_coins: 1 })).toContain("one size");
});

test("a declaration with a wrong table is told of", () => {
  expect(declarationFlaws(replayTrader)).toEqual([]);
  const flow = { description: "orders", columns: { time: { unit: "tim", description: "when" } } };
  expect(declarationFlaws({ ...replayTrader, tables: { flow } })).toMatchObject([
    { path: "tables.flow.columns.time.unit", found: '"tim"', nearest: "time" },
  ]);
  expect(declarationFlaws({ ...replayTrader, tables: { flow: {} } })).toMatchObject([
    { path: "tables.flow.columns", message: "no columns" },
  ]);
});
