/**
 * A table as a file holds it: names of columns and cells, before anybody knows what they mean. One reader for each kind
 * of file makes one; the file's flaws (no header, ragged rows) are problems with their line.
 */
import type { Problem } from "@undertow/core";

/** What stands in a cell; undefined for an empty one. */
export type Cell = string | number | bigint | boolean | undefined;

/** A table of a file. */
export interface RawTable {
  readonly names: readonly string[];
  readonly rows: number;
  cell(row: number, column: number): Cell;
  /** Where a row stands, for messages. */
  place(row: number): Pick<Problem, "file" | "line">;
  /** Added to messages where the place has no line. */
  rowName(row: number): string;
}
