/**
 * Columns of numbers and names to one Parquet file (snappy, statistics on), with units in the column names.
 *
 * Times are INT64 microseconds marked TIMESTAMP_MICROS (UTC), so that DuckDB, pandas and polars read them as
 * such. A figure that does not exist is NaN.
 */
import { parquetWriteFile, type ColumnSource, type SchemaElement } from "hyparquet-writer";

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
  readonly createdBy: string;
}

/**
 * Write a table.
 *
 * @param filename path of the new file; its folder must exist
 * @param columns in the order of the file
 * @param origin stored as key-value metadata
 */
export function writeTable(filename: string, columns: readonly TableColumn[], origin: TableOrigin): void {
  parquetWriteFile({
    filename,
    columnData: columns.map(({ name, ...column }) => ({ name, data: cells(column) })),
    schema: [{ name: "root", num_children: columns.length }, ...columns.map(schemaElement)],
    rowGroupSize: ROWS_PER_GROUP,
    createdBy: origin.createdBy,
    kvMetadata: [
      { key: "scenarioHash", value: origin.scenarioHash },
      { key: "seed", value: origin.seed },
      { key: "stateHash", value: origin.stateHash },
    ],
  });
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
  if (column.kind === "text" || column.kind === "flag") return [...column.data];
  return column.data;
}
