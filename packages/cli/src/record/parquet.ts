/**
 * Columns of numbers and names to one Parquet file (snappy, statistics of numbers), with units in the column names;
 * row group by row group, so that a table need never be in memory.
 *
 * Times are INT64 microseconds marked TIMESTAMP_MICROS (UTC), so that DuckDB, pandas and polars read them as
 * such. A figure that does not exist is NaN.
 */
import { fileWriter, ParquetWriter, type ColumnSource, type SchemaElement } from "hyparquet-writer";

type ColumnData =
  | { readonly kind: "double" | "time"; readonly data: Float64Array }
  | { readonly kind: "integer"; readonly data: Int32Array }
  | { readonly kind: "text"; readonly data: readonly string[] }
  | { readonly kind: "flag"; readonly data: readonly boolean[] };

/** One column of a table; all columns of a table have the same length. */
export type TableColumn = { readonly name: string } & ColumnData;

const ROWS_PER_GROUP = 100_000;

/** What a file says about its origin, readable with any Parquet tool. */
export interface TableOrigin {
  readonly scenarioHash: string;
  readonly seed: string;
  readonly stateHash: string;
}

/** A Parquet file that grows by row groups; on the way it holds about a megabyte and its table of contents. */
export class ParquetFile {
  private readonly writer: ParquetWriter;

  /**
   * @param filename path of the new file; its folder must exist
   * @param columns any rows of the table, also none: their names and kinds are the schema
   * @param createdBy program and version, as the file names them
   */
  constructor(filename: string, columns: readonly TableColumn[], createdBy: string) {
    this.writer = new ParquetWriter({
      writer: fileWriter(filename),
      schema: [{ name: "root", num_children: columns.length }, ...columns.map(schemaElement)],
      createdBy,
    });
  }

  /** Appends rows as a row group, as several above 100,000 rows. */
  append(columns: readonly TableColumn[]): void {
    // A file's writer is synchronous.
    void this.writer.write({
      // One page per column and group needs no index of pages; extremes of names and flags help no reader.
      columnData: columns.map(({ name, ...column }) => ({
        name,
        data: cells(column),
        offsetIndex: false,
        statistics: column.kind !== "text" && column.kind !== "flag",
      })),
      rowGroupSize: ROWS_PER_GROUP,
    });
  }

  /** Writes what a reader needs and closes the file; `origin` is stored as key-value metadata. */
  finish({ scenarioHash, seed, stateHash }: TableOrigin): void {
    this.writer.kvMetadata = [
      { key: "scenarioHash", value: scenarioHash },
      { key: "seed", value: seed },
      { key: "stateHash", value: stateHash },
    ];
    void this.writer.finish();
  }
}

function schemaElement({ name, kind }: TableColumn): SchemaElement {
  const required = { name, repetition_type: "REQUIRED" } as const;
  if (kind === "time") return { ...required, type: "INT64", converted_type: "TIMESTAMP_MICROS" };
  if (kind === "double") return { ...required, type: "DOUBLE" };
  if (kind === "integer") return { ...required, type: "INT32" };
  if (kind === "flag") return { ...required, type: "BOOLEAN" };
  return { ...required, type: "BYTE_ARRAY", converted_type: "UTF8" };
}

function cells(column: ColumnData): ColumnSource["data"] {
  if (column.kind === "time") return BigInt64Array.from(column.data, (micros) => BigInt(Math.round(micros)));
  // The writer only reads what it is given.
  if (column.kind === "text" || column.kind === "flag") return column.data as string[] | boolean[];
  return column.data;
}
