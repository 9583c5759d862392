/**
 * The tables of a record: which there are, which columns each has, of which kind, and a block of them. Their meaning
 * and units are in run-data.ts.
 */
import type { RecordSpec } from "../simulation/inputs.ts";
import type {
  BookColumns,
  FillColumns,
  HolderColumns,
  LevelColumns,
  LiquidationColumns,
  OrderColumns,
  SeriesColumns,
  VenueSeriesColumns,
} from "./run-data.ts";

/** Tables that a run appends to, by name. */
export interface RecordTables {
  readonly series: SeriesColumns;
  readonly liquidations: LiquidationColumns;
  readonly holders: HolderColumns;
  readonly levels: LevelColumns;
  readonly venues: VenueSeriesColumns;
  readonly orders: OrderColumns;
  readonly fills: FillColumns;
  readonly books: BookColumns;
}

export type RecordTable = keyof RecordTables;

/**
 * Tables of every run, of which summary and report are made and whose rows a checkpoint holds: all but the tape, which
 * may be larger than memory.
 */
export const LASTING_TABLES = ["series", "liquidations", "holders", "levels", "venues"] as const;

/** Tables that a record has only when the inputs ask for them. */
export type TapeTable = Exclude<RecordTable, (typeof LASTING_TABLES)[number]>;

/** Tape tables that inputs ask for, in the order of the manifest. */
export function tapeTables(record: RecordSpec | undefined): TapeTable[] {
  const { orders = false, fills = false, books } = record ?? {};
  return [
    ...(orders ? (["orders"] as const) : []),
    ...(fills ? (["fills"] as const) : []),
    ...(books === undefined ? [] : (["books"] as const)),
  ];
}

/** Columns of a table without their number of rows. */
export type ColumnsOfTable<Table extends RecordTable> = Omit<RecordTables[Table], "rows">;

type ArrayOf<Kind> = Kind extends "f64"
  ? Float64Array
  : Kind extends "i32"
    ? Int32Array
    : Kind extends "i8"
      ? Int8Array
      : Uint8Array;

const KINDS = {
  series: {
    timeMicros: "f64",
    coin: "i32",
    fundamental: "f64",
    spot: "f64",
    perp: "f64",
    spotLow: "f64",
    spotHigh: "f64",
    mark: "f64",
    index: "f64",
    funding: "f64",
    openInterest: "f64",
    spreadBp: "f64",
    bidDepth: "f64",
    askDepth: "f64",
    takerSell: "f64",
    takerBuy: "f64",
    forcedSell: "f64",
    stopSell: "f64",
    riskLimitSell: "f64",
    capitulationSell: "f64",
    liquidatedLong: "f64",
    liquidatedShort: "f64",
    sentiment: "f64",
  },
  liquidations: {
    timeMicros: "f64",
    population: "i32",
    agent: "i32",
    market: "i32",
    side: "i8",
    bookSize: "f64",
    fundSize: "f64",
    adlSize: "f64",
    notional: "f64",
    traders: "f64",
    bankruptcyPrice: "f64",
    fillPrice: "f64",
    fundDelta: "f64",
    generation: "i32",
    forcedShare: "f64",
    cross: "u8",
    closed: "u8",
  },
  holders: {
    timeMicros: "f64",
    population: "i32",
    agent: "i32",
    coin: "i32",
    holding: "f64",
    unrealised: "f64",
  },
  levels: { timeMicros: "f64", level: "i32", bids: "f64" },
  venues: {
    timeMicros: "f64",
    venue: "i32",
    coin: "i32",
    spot: "f64",
    perp: "f64",
    mark: "f64",
    index: "f64",
    funding: "f64",
    openInterest: "f64",
    spreadBp: "f64",
    bidDepth: "f64",
    askDepth: "f64",
    halted: "u8",
    fund: "f64",
  },
  orders: {
    timeMicros: "f64",
    population: "i32",
    agent: "i32",
    market: "i32",
    kind: "u8",
    side: "i8",
    ticks: "i32",
    lots: "f64",
    cause: "u8",
    admitted: "u8",
  },
  fills: {
    timeMicros: "f64",
    market: "i32",
    ticks: "i32",
    lots: "f64",
    takerPopulation: "i32",
    taker: "i32",
    makerPopulation: "i32",
    maker: "i32",
    side: "i8",
    cause: "u8",
    generation: "i32",
  },
  books: {
    timeMicros: "f64",
    market: "i32",
    side: "i8",
    level: "i32",
    ticks: "i32",
    lots: "f64",
    orders: "i32",
  },
} as const;

type Kinds = typeof KINDS;

/** Typed arrays of a table, to be written to. */
export type BlockColumns<Table extends RecordTable> = {
  readonly [Column in keyof Kinds[Table]]: ArrayOf<Kinds[Table][Column]>;
};

/** Names of a table's columns, in order. */
export function columnNames<Table extends RecordTable>(table: Table): (keyof Kinds[Table] & string)[] {
  return Object.keys(KINDS[table]) as (keyof Kinds[Table] & string)[];
}

/** Columns with room for `rows` rows, zero at the start. */
export function blockColumns<Table extends RecordTable>(table: Table, rows: number): BlockColumns<Table> {
  const columns: Record<string, ArrayOf<string> | Float64Array | Int32Array | Int8Array> = {};
  for (const [name, kind] of Object.entries(KINDS[table])) columns[name] = arrayOf(kind, rows);
  return columns as BlockColumns<Table>;
}

function arrayOf(kind: string, rows: number): Float64Array | Int32Array | Int8Array | Uint8Array {
  if (kind === "f64") return new Float64Array(rows);
  if (kind === "i32") return new Int32Array(rows);
  return kind === "i8" ? new Int8Array(rows) : new Uint8Array(rows);
}
