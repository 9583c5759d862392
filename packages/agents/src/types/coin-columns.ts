/**
 * Numbered columns: one memory or parameter column per coin that a population trades.
 *
 * Memory columns are scalar per agent, so a type that remembers something per coin declares `base0`, `base1`,
 * ... up to `MAX_COINS`; the number is the coin's position in the population's `coins`. `collect` gathers them
 * into an array for each batch, so that the loop over agents reads one kind of typed array.
 */
import type { ParamSpec } from "@undertow/core";

/** Most coins that one population of a multi-coin type may trade. */
export const MAX_COINS = 10;

/** Initial values of the numbered memory columns `prefix0` ... */
export function numberedMemory(prefix: string, count: number): Record<string, number> {
  const columns: Record<string, number> = {};
  for (let i = 0; i < count; i++) columns[`${prefix}${i}`] = 0;
  return columns;
}

/** Declarations of the numbered parameters `prefix0` ...; "{n}" in the description is replaced by the number. */
export function numberedParams(prefix: string, count: number, spec: ParamSpec): Record<string, ParamSpec> {
  const params: Record<string, ParamSpec> = {};
  for (let i = 0; i < count; i++) {
    params[`${prefix}${i}`] = { ...spec, description: spec.description.replace("{n}", String(i)) };
  }
  return params;
}

/** The numbered columns that `collect` found, by columns and prefix, so that a name is put together once. */
const known = new WeakMap<object, Map<string, Float64Array[]>>();

/** Puts the numbered columns into `out`, one per position; positions past the last coin stay unused. */
export function collect(
  columns: Readonly<Record<string, Float64Array>>,
  prefix: string,
  count: number,
  out: Float64Array[],
): Float64Array[] {
  const found = known.get(columns)?.get(prefix) ?? find(columns, prefix);
  for (let i = 0; i < count; i++) out[i] = found[i];
  return out;
}

function find(columns: Readonly<Record<string, Float64Array>>, prefix: string): Float64Array[] {
  const found: Float64Array[] = [];
  while (columns[`${prefix}${found.length}`] !== undefined) found.push(columns[`${prefix}${found.length}`]);
  const ofColumns = known.get(columns) ?? new Map<string, Float64Array[]>();
  known.set(columns, ofColumns.set(prefix, found));
  return found;
}
