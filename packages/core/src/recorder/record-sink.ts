/**
 * Where the record goes: the port to which the recorder hands full blocks of rows, and the sink that keeps them.
 *
 * A block is of fixed size and is used again after the call, so that a recorder holds as much at the end of a run as
 * at its beginning. What a sink keeps is its own affair.
 */
import type { RecordedTables } from "./run-data.ts";
import {
  blockColumns,
  columnNames,
  type BlockColumns,
  type ColumnsOfTable,
  type RecordTable,
  type RecordTables,
  type TapeTable,
} from "./table-kinds.ts";

/** Takes the rows of a run in order, table by table. */
export interface RecordSink {
  /**
   * Takes the next rows of a table; those beyond `rows` mean nothing. Copy what is kept: the arrays are written to
   * again. An error thrown here ends the run and comes out of `simulate`.
   */
  write<Table extends RecordTable>(table: Table, columns: ColumnsOfTable<Table>, rows: number): void;
  /**
   * All rows of a table so far; undefined for a table that is not kept. They are in the run data at the end; without
   * them a table has no rows there. A run with checkpoints is refused with a sink that does not keep its tables.
   */
  rowsOf?<Table extends RecordTable>(table: Table): RecordTables[Table] | undefined;
}

/** Rows of a table on their way to a sink: `next` gives the row to fill in. */
export class BlockTable<Table extends RecordTable> {
  readonly columns: BlockColumns<Table>;
  private readonly table: Table;
  /** A function, which the walk of a checkpoint passes over: what a sink holds is not the recorder's. */
  private readonly handOver: (columns: ColumnsOfTable<Table>, rows: number) => void;
  private readonly capacity: number;
  private rows = 0;

  /** @param capacity rows of a block */
  constructor(table: Table, sink: RecordSink, capacity: number) {
    this.table = table;
    this.handOver = (columns, rows) => sink.write(table, columns, rows);
    this.capacity = capacity;
    this.columns = blockColumns(table, capacity);
  }

  /** The row to fill in next, in all columns; a full block goes to the sink before. */
  next(): number {
    if (this.rows === this.capacity) this.flush();
    return this.rows++;
  }

  /** Hands over the rows that are still here. */
  flush(): void {
    if (this.rows === 0) return;
    this.handOver(this.columns as unknown as ColumnsOfTable<Table>, this.rows);
    this.rows = 0;
  }

  /** Bytes of the block. */
  get bytes(): number {
    return columnNames(this.table).reduce((sum, name) => sum + bytesOf(this.columns[name]), 0);
  }
}

/**
 * Keeps the rows of some tables, in memory: all of them unless they are named.
 *
 * @example
 * const sink = new MemorySink();
 * await simulate(inputs, { sink });
 * console.log(sink.table("series").rows);
 */
export class MemorySink implements RecordSink {
  /** All tables when undefined. */
  private readonly names: ReadonlySet<RecordTable> | undefined;
  private readonly blocks = new Map<RecordTable, { columns: unknown; rows: number }[]>();

  constructor(tables?: readonly RecordTable[]) {
    this.names = tables === undefined ? undefined : new Set(tables);
  }

  write<Table extends RecordTable>(table: Table, columns: ColumnsOfTable<Table>, rows: number): void {
    if (!this.keeps(table)) return;
    const copy = blockColumns(table, rows);
    const from = columns as unknown as BlockColumns<Table>;
    for (const name of columnNames(table)) copyInto(copy[name], from[name], rows, 0);
    const blocks = this.blocks.get(table);
    if (blocks === undefined) this.blocks.set(table, [{ columns: copy, rows }]);
    else blocks.push({ columns: copy, rows });
  }

  /** All rows of a table that were written so far; none of a table that is not kept. */
  table<Table extends RecordTable>(table: Table): RecordTables[Table] {
    const blocks = this.blocks.get(table) ?? [];
    const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
    const joined =
      blocks.length === 1 ? (blocks[0].columns as BlockColumns<Table>) : blockColumns(table, rows);
    if (blocks.length > 1) {
      let first = 0;
      for (const block of blocks) {
        const columns = block.columns as BlockColumns<Table>;
        for (const name of columnNames(table)) copyInto(joined[name], columns[name], block.rows, first);
        first += block.rows;
      }
      this.blocks.set(table, [{ columns: joined, rows }]);
    }
    return { rows, ...joined } as unknown as RecordTables[Table];
  }

  rowsOf<Table extends RecordTable>(table: Table): RecordTables[Table] | undefined {
    return this.keeps(table) ? this.table(table) : undefined;
  }

  private keeps(table: RecordTable): boolean {
    return this.names === undefined || this.names.has(table);
  }

  /** Bytes of the rows that are kept. */
  get bytes(): number {
    let sum = 0;
    for (const [table, blocks] of this.blocks) {
      for (const { columns } of blocks) {
        for (const name of columnNames(table)) sum += bytesOf((columns as BlockColumns<typeof table>)[name]);
      }
    }
    return sum;
  }
}

/**
 * The tables of run data, as far as a sink has kept them; the others have no rows.
 *
 * @param tape tables of the tape to be there, with or without rows, if the sink keeps them
 */
export function keptTables(sink: RecordSink, tape: readonly TapeTable[]): RecordedTables {
  const keptOf = <Table extends RecordTable>(table: Table): RecordTables[Table] =>
    sink.rowsOf?.(table) ?? emptyTable(table);
  const onTape = tape.map((table) => [table, sink.rowsOf?.(table)]).filter(([, rows]) => rows !== undefined);
  return {
    series: keptOf("series"),
    liquidations: keptOf("liquidations"),
    holders: keptOf("holders"),
    levelBids: keptOf("levels"),
    venueSeries: keptOf("venues"),
    ...Object.fromEntries(onTape),
  };
}

function emptyTable<Table extends RecordTable>(table: Table): RecordTables[Table] {
  return { rows: 0, ...blockColumns(table, 0) } as unknown as RecordTables[Table];
}

/** Copies the first `rows` entries of a column to another of its kind. */
function copyInto(to: unknown, from: unknown, rows: number, first: number): void {
  (to as Float64Array).set((from as Float64Array).subarray(0, rows), first);
}

function bytesOf(column: unknown): number {
  return (column as Float64Array).byteLength;
}
