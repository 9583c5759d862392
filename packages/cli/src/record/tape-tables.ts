/**
 * The tables of the tape: orders, fills and snapshots of books, made from blocks of the run's columns.
 *
 * Prices are in units of the settlement currency, sizes in coins. The accounts of venues (insurance fund, vault) have an
 * empty population and agent -1.
 */
import {
  CAUSE_NAMES,
  ORDER_KINDS,
  type BookColumns,
  type FillColumns,
  type OrderColumns,
} from "@undertow/core";
import type { TableColumn } from "./parquet.ts";
import { doubles, flags, names, type TableContext } from "./tables.ts";

const MARGIN = ORDER_KINDS.indexOf("margin");

/**
 * One row per order that reached the venue; `price_usd` is NaN without a limit, `side` empty for a cancel. Cash moved
 * into an isolated margin is a row as well: `margin_usd`, negative out of it, NaN for orders.
 */
export function ordersTable(run: TableContext, orders: OrderColumns): TableColumn[] {
  const { rows, kind, lots } = orders;
  const coins = sizes(run, orders);
  const margin = new Float64Array(rows).fill(NaN);
  for (let row = 0; row < rows; row++) {
    if (kind[row] !== MARGIN) continue;
    margin[row] = lots[row] / run.quantaPerUnit;
    coins[row] = NaN;
  }
  return [
    { name: "time", kind: "time", data: orders.timeMicros.subarray(0, rows) },
    { name: "market", kind: "text", data: names(orders.market, rows, run.markets) },
    { name: "population", kind: "text", data: names(orders.population, rows, run.populations) },
    { name: "agent", kind: "integer", data: orders.agent.subarray(0, rows) },
    { name: "kind", kind: "text", data: wordsOf(orders.kind, rows, ORDER_KINDS) },
    { name: "side", kind: "text", data: sides(orders.side, rows, "buy", "sell") },
    doubles("price_usd", prices(run, orders), rows),
    doubles("size_coins", coins, rows),
    doubles("margin_usd", margin, rows),
    { name: "cause", kind: "text", data: wordsOf(orders.cause, rows, CAUSE_NAMES) },
    flags("admitted", orders.admitted, rows),
  ];
}

/** One row per trade in a book; `generation` is -1 unless the taker was a liquidation order. */
export function fillsTable(run: TableContext, fills: FillColumns): TableColumn[] {
  const { rows } = fills;
  return [
    { name: "time", kind: "time", data: fills.timeMicros.subarray(0, rows) },
    { name: "market", kind: "text", data: names(fills.market, rows, run.markets) },
    doubles("price_usd", prices(run, fills), rows),
    doubles("size_coins", sizes(run, fills), rows),
    { name: "taker_side", kind: "text", data: sides(fills.side, rows, "buy", "sell") },
    { name: "taker_population", kind: "text", data: names(fills.takerPopulation, rows, run.populations) },
    { name: "taker", kind: "integer", data: fills.taker.subarray(0, rows) },
    { name: "maker_population", kind: "text", data: names(fills.makerPopulation, rows, run.populations) },
    { name: "maker", kind: "integer", data: fills.maker.subarray(0, rows) },
    { name: "cause", kind: "text", data: wordsOf(fills.cause, rows, CAUSE_NAMES) },
    { name: "generation", kind: "integer", data: fills.generation.subarray(0, rows) },
  ];
}

/** One row per snapshot, market, side and level, the best of each side first. */
export function booksTable(run: TableContext, books: BookColumns): TableColumn[] {
  const { rows } = books;
  return [
    { name: "time", kind: "time", data: books.timeMicros.subarray(0, rows) },
    { name: "market", kind: "text", data: names(books.market, rows, run.markets) },
    { name: "side", kind: "text", data: sides(books.side, rows, "bid", "ask") },
    { name: "level", kind: "integer", data: books.level.subarray(0, rows) },
    doubles("price_usd", prices(run, books), rows),
    doubles("size_coins", sizes(run, books), rows),
    { name: "orders", kind: "integer", data: books.orders.subarray(0, rows) },
  ];
}

interface PricedRows {
  readonly rows: number;
  readonly market: Int32Array;
  readonly ticks: Int32Array;
  readonly lots: Float64Array;
}

function prices({ markets }: TableContext, { rows, market, ticks }: PricedRows): Float64Array {
  const out = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    out[row] = ticks[row] === 0 ? NaN : ticks[row] * markets[market[row]].tickSize;
  }
  return out;
}

function sizes({ markets }: TableContext, { rows, market, lots }: PricedRows): Float64Array {
  const out = new Float64Array(rows);
  for (let row = 0; row < rows; row++) out[row] = lots[row] * markets[market[row]].lotSize;
  return out;
}

function wordsOf(codes: Uint8Array, rows: number, words: readonly string[]): string[] {
  return Array.from({ length: rows }, (_, row) => words[codes[row]]);
}

function sides(side: Int8Array, rows: number, plus: string, minus: string): string[] {
  return Array.from({ length: rows }, (_, row) => (side[row] === 0 ? "" : side[row] > 0 ? plus : minus));
}
