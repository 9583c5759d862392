/**
 * The recorder hands a run over in blocks and holds none of it; the tape says what happened and changes nothing.
 */
import { describe, expect, it } from "vitest";
import {
  CAUSE_LIQUIDATION,
  CAUSE_NAMES,
  LASTING_TABLES,
  MemorySink,
  ORDER_KINDS,
  type RecordSink,
  type RecordSpec,
  type RunData,
  UserError,
  simulate,
} from "@undertow/core";
import { buildWorld, Recorder, step } from "@undertow/core/testing";
import {
  PERP,
  SPOT,
  UNIT,
  cascadeMarket,
  ladderMaker,
  population,
  smallMarket,
} from "./support/small-market.ts";

const everything: RecordSpec = { orders: true, fills: true, books: { everyMicros: 60e6, levels: 5 } };
const taped = { ...cascadeMarket(2500, { minutes: 6 }), record: everything };
const sum = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((total, value) => total + value, 0);
const rowsOf = <Row>(rows: number, read: (row: number) => Row): Row[] =>
  Array.from({ length: rows }, (_, row) => read(row));

/** Counts the calls and the rows of a sink, and passes them on. */
class Watched implements RecordSink {
  readonly kept = new MemorySink();
  readonly blocks: { table: string; rows: number }[] = [];

  write: RecordSink["write"] = (table, columns, rows) => {
    this.blocks.push({ table, rows });
    this.kept.write(table, columns, rows);
  };
}

describe("the tape", () => {
  it("changes no result, and is absent when it is not asked for", async () => {
    const { record: _asked, ...plain } = taped;
    const [without, withTape] = [await simulate(plain), await simulate(taped)];
    expect(withTape.stateHash).toBe(without.stateHash);
    expect(withTape.totals).toEqual(without.totals);
    const { orders: _orders, fills: _fills, books: _books, ...rest } = withTape;
    expect(rest).toEqual(without);
    expect(without.orders ?? without.fills ?? without.books).toBeUndefined();
    expect(withTape.orders!.rows * withTape.fills!.rows * withTape.books!.rows).toBeGreaterThan(0);
  });

  it("holds each part only when that part is asked for", async () => {
    const tables = (run: RunData): string[] =>
      Object.keys(run).filter((key) => ["orders", "fills", "books"].includes(key));
    const of = async (record: RecordSpec): Promise<string[]> => tables(await simulate({ ...taped, record }));
    expect(await of({ orders: true, fills: false })).toEqual(["orders"]);
    expect(await of({ orders: false, fills: true })).toEqual(["fills"]);
    expect(await of({ orders: false, fills: false, books: everything.books! })).toEqual(["books"]);
  });

  it("has every trade, with who made it and why", async () => {
    const run = await simulate(taped);
    const fills = run.fills!;
    expect(fills.rows).toBe(run.totals.fills);
    const quanta = rowsOf(fills.rows, (row) => fills.lots[row] * fills.ticks[row] * UNIT);
    expect(sum(quanta)).toBe(sum(run.series.takerBuy) + sum(run.series.takerSell));
    const forced = rowsOf(fills.rows, (row) => row).filter((row) => fills.cause[row] === CAUSE_LIQUIDATION);
    const longs = forced.filter((row) => fills.side[row] === -1 && fills.market[row] === PERP);
    expect(sum(longs.map((row) => quanta[row]))).toBe(sum(run.series.liquidatedLong));
    expect(Math.max(...forced.map((row) => fills.generation[row]))).toBe(
      Math.max(...run.liquidations.generation),
    );
    expect(CAUSE_NAMES[CAUSE_LIQUIDATION]).toBe("liquidation");
    const makers = new Set(rowsOf(fills.rows, (row) => run.populations[fills.makerPopulation[row]].name));
    expect(makers).toContain("makers");
  });

  it("has every order that arrived, each level of a ladder, and the venue's own", async () => {
    const run = await simulate(taped);
    const orders = run.orders!;
    const of = (kind: string): number[] =>
      rowsOf(orders.rows, (row) => row).filter((row) => ORDER_KINDS[orders.kind[row]] === kind);
    // Two markets, quotes each 5 s, twenty levels a side.
    expect(of("quote").length).toBeGreaterThanOrEqual(2 * 40 * 6 * 11);
    expect(of("quote").every((row) => orders.ticks[row] > 0 && orders.lots[row] > 0)).toBe(true);
    const sold = of("market").filter((row) => run.populations[orders.population[row]].name === "seller");
    expect(sold.map((row) => orders.lots[row])).toEqual([2500, 2500]);
    expect(new Set(sold.map((row) => orders.market[row]))).toEqual(new Set([SPOT, PERP]));
    const forced = of("immediate").filter((row) => orders.cause[row] === CAUSE_LIQUIDATION);
    expect(forced.length).toBeGreaterThan(0);
    expect(sum(forced.map((row) => orders.lots[row]))).toBeGreaterThanOrEqual(
      sum(
        rowsOf(run.fills!.rows, (row) =>
          run.fills!.cause[row] === CAUSE_LIQUIDATION ? run.fills!.lots[row] : 0,
        ),
      ),
    );
    // All orders that the venue counted are here, and with them those that it refused.
    const placed = rowsOf(orders.rows, (row) => row).filter(
      (row) => orders.admitted[row] === 1 && orders.side[row] !== 0 && orders.lots[row] > 0,
    );
    expect(placed.length).toBe(run.totals.orders);
  });

  it("shows the size of what was refused", async () => {
    const [depth, cash] = [50, 50 * UNIT * 9_990 * 3];
    const maker = population("maker", ladderMaker, 1, { depth }, cash, [], { cross: true });
    const run = await simulate({ ...smallMarket({ populations: [maker], minutes: 1 }), record: everything });
    const { rows, admitted, lots, market, side } = run.orders!;
    const spotBids = rowsOf(rows, (row) => row).filter((row) => market[row] === SPOT && side[row] === 1);
    const counts = [0, 1].map((flag) => spotBids.filter((row) => admitted[row] === flag).length);
    // Of each ladder of twenty bids the cash pays for the first three.
    expect(counts).toEqual([17 * 12, 3 * 12]);
    expect(new Set(spotBids.map((row) => lots[row]))).toEqual(new Set([depth]));
    expect(run.totals.orders).toBe(sum(admitted));
  });

  it("is there when it is asked for and nothing is on it", async () => {
    const { orders, fills } = await simulate({
      ...smallMarket({ populations: [], minutes: 2 }),
      record: { orders: true, fills: true },
    });
    expect([orders?.rows, fills?.rows]).toEqual([0, 0]);
  });

  it("has the levels of each book, best first and uncrossed", async () => {
    const run = await simulate(taped);
    const books = run.books!;
    // At the end of each minute; without a warm-up the start is the end of no step.
    expect(new Set(books.timeMicros).size).toBe(6);
    const best = new Map<string, number>();
    for (let row = 0; row < books.rows; row++) {
      expect(books.level[row]).toBeLessThanOrEqual(5);
      if (books.level[row] === 1) {
        best.set(`${books.timeMicros[row]} ${books.market[row]} ${books.side[row]}`, books.ticks[row]);
      } else {
        expect(books.level[row]).toBe(books.level[row - 1] + 1);
        expect((books.ticks[row] - books.ticks[row - 1]) * books.side[row]).toBeLessThan(0);
      }
      expect(books.lots[row] * books.orders[row]).toBeGreaterThan(0);
    }
    for (const [key, bid] of best) {
      if (key.endsWith(" 1")) expect(bid).toBeLessThan(best.get(`${key.slice(0, -1)}-1`) ?? Infinity);
    }
  });

  it("leaves the warm-up out", async () => {
    const run = await simulate({ ...taped, warmUpMicros: 120e6 });
    for (const times of [run.orders!.timeMicros, run.fills!.timeMicros, run.books!.timeMicros]) {
      expect(Math.min(...times.slice(0, 10))).toBeGreaterThanOrEqual(run.startMicros);
    }
  });

  it("refuses snapshots that make no sense", async () => {
    const books = { everyMicros: 60e6, levels: 0 };
    await expect(simulate({ ...taped, record: { ...everything, books } })).rejects.toThrow(UserError);
    const never = { everyMicros: 0, levels: 5 };
    await expect(simulate({ ...taped, record: { ...everything, books: never } })).rejects.toThrow(UserError);
  });
});

describe("a sink", () => {
  it("is handed the whole run in blocks, and the run data has no rows then", async () => {
    const sink = new Watched();
    const [kept, streamed] = [await simulate(taped), await simulate(taped, { sink })];
    expect(streamed.series.rows + streamed.liquidations.rows + streamed.levelBids.rows).toBe(0);
    const { series, liquidations, holders, levelBids: levels, venueSeries: venues } = kept;
    const { orders, fills, books } = kept;
    const tables = { series, liquidations, holders, levels, venues, orders, fills, books };
    const names = Object.keys(tables) as (keyof typeof tables)[];
    expect(Object.fromEntries(names.map((name) => [name, sink.kept.table(name)]))).toEqual(tables);
    expect(streamed).not.toHaveProperty("orders");
    const ofRun = ({ stateHash, totals, agents }: RunData) => ({ stateHash, totals, agents });
    expect(ofRun(streamed)).toEqual(ofRun(kept));
    expect(sink.blocks.map(({ table }) => table)).toContain("orders");
  });

  it("that keeps its rows has them in the run data, as the sink of a run without one", async () => {
    expect(await simulate(taped, { sink: new MemorySink() })).toEqual(await simulate(taped));
    const { orders: _orders, fills: _fills, books: _books, ...rest } = await simulate(taped);
    expect(await simulate(taped, { sink: new MemorySink(LASTING_TABLES) })).toEqual(rest);
  });

  it("gets full blocks as the run goes on, and the rest at the end", async () => {
    const sink = new Watched();
    await simulate({ ...cascadeMarket(0, { minutes: 150 }), sampleMicros: 1e6 }, { sink });
    const series = sink.blocks.filter(({ table }) => table === "series");
    expect(series.map(({ rows }) => rows)).toEqual([4096, 4096, 808]);
    expect(
      sum(sink.kept.table("series").timeMicros.map((time, row, all) => Number(time <= all[row - 1]))),
    ).toBe(0);
  });

  it("keeps the tables that it is asked to keep", async () => {
    const sink = new MemorySink(["series"]);
    await simulate(taped, { sink });
    expect(sink.table("series").rows).toBeGreaterThan(0);
    expect(sink.table("orders").rows).toBe(0);
    expect(sink.bytes).toBe(sink.table("series").rows * (22 * 8 + 4));
  });

  it("ends the run with its own error", async () => {
    const full: RecordSink = {
      write() {
        throw new Error("no space left");
      },
    };
    await expect(simulate(taped, { sink: full })).rejects.toThrow("no space left");
  });
});

describe("the memory of a recorder", () => {
  /** Bytes that the recorder holds after so many steps, and rows that went through it. */
  const after = (minutes: number): { bytes: number; rows: number } => {
    const world = buildWorld({ ...cascadeMarket(2500, { minutes }), record: everything });
    let rows = 0;
    const recorder = new Recorder(world, { write: (_table, _columns, count) => void (rows += count) });
    world.observer = recorder;
    for (let k = 0; k < minutes * 60; k++) step(world);
    const { bytes } = recorder;
    recorder.flush();
    return { bytes, rows };
  };

  it("is the same after a run ten times as long", () => {
    const [short, long] = [after(6), after(60)];
    expect(long.rows).toBeGreaterThan(8 * short.rows);
    expect(long.bytes).toBe(short.bytes);
  });
});
