/**
 * How a book and a fill buffer get their columns: by kind and length, so that the engine can place them in
 * shared memory. Columns are asked for once, when the object is made, never while a run is going on.
 */
import { sharedFloat64, sharedInt32, sharedUint8 } from "../columns/shared.ts";

/** The typed array behind each kind of column. */
export interface ColumnKinds {
  f64: Float64Array;
  i32: Int32Array;
  u8: Uint8Array;
}

/** Returns a column of `length` zeros. */
export type AllocateColumn = <Kind extends keyof ColumnKinds>(
  kind: Kind,
  length: number,
) => ColumnKinds[Kind];

/** Columns in shared memory, for books that other threads look into. */
export const allocateShared: AllocateColumn = <Kind extends keyof ColumnKinds>(
  kind: Kind,
  length: number,
) => {
  const column =
    kind === "f64" ? sharedFloat64(length) : kind === "i32" ? sharedInt32(length) : sharedUint8(length);
  return column as ColumnKinds[Kind];
};

/** Columns in plain (unshared) memory; the default. */
export const allocatePlain: AllocateColumn = <Kind extends keyof ColumnKinds>(kind: Kind, length: number) => {
  const column =
    kind === "f64"
      ? new Float64Array(length)
      : kind === "i32"
        ? new Int32Array(length)
        : new Uint8Array(length);
  return column as ColumnKinds[Kind];
};
