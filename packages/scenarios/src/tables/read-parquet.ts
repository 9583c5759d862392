/**
 * Reads a Parquet file into cells, such as the order tape of a record: texts, numbers, times as whole microseconds.
 *
 * A file holds no lines, so that messages name the row, from 1. Loaded only when a scenario names such a file.
 */
import type { Problem } from "@undertow/core";
import type { Cell, RawTable } from "./raw-table.ts";

/**
 * The table of a Parquet file, or undefined when it is none; flaws go to `problems`.
 *
 * @param file how messages name the file
 */
export async function readParquet(
  bytes: Uint8Array,
  file: string,
  problems: Problem[],
): Promise<RawTable | undefined> {
  const { parquetMetadata, parquetReadObjects, parquetSchema } = await import("hyparquet");
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  let names: string[];
  let rows: Record<string, unknown>[];
  try {
    names = parquetSchema(parquetMetadata(buffer)).children.map(({ element }) => element.name);
    rows = await parquetReadObjects({ file: buffer, parsers: PARSERS });
  } catch (error) {
    problems.push({ message: `not a Parquet file that can be read: ${(error as Error).message}`, file });
    return undefined;
  }
  return {
    names,
    rows: rows.length,
    cell: (row, column) => cellOf(rows[row][names[column]]),
    place: () => ({ file }),
    rowName: (row) => `row ${row + 1}`,
  };
}

const text = new TextDecoder();
/** Times stay exact; what no table of numbers can hold becomes a text and is told of where it stands. */
const PARSERS = {
  timestampFromMilliseconds: (millis: bigint) => millis * 1000n,
  timestampFromMicroseconds: (micros: bigint) => micros,
  timestampFromNanoseconds: (nanos: bigint) => nanos / 1000n,
  dateFromDays: (days: number) => days * 86_400_000_000,
  stringFromBytes: (bytes: Uint8Array | undefined) => bytes && text.decode(bytes),
  jsonFromBytes: () => "JSON",
  geometryFromBytes: () => "a geometry",
  geographyFromBytes: () => "a geography",
  uuidFromBytes: () => "a UUID",
};

function cellOf(value: unknown): Cell {
  if (value === null || value === undefined || value === "") return undefined;
  if (typeof value === "bigint") return Number(value);
  return typeof value === "object" ? "a nested value" : (value as Cell);
}
