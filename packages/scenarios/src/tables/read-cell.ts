/**
 * What a cell of a table means as a number, by the specification of its column; or what was expected there.
 *
 * Times: microseconds since 1970 as a number, a moment (`2026-01-05T00:00:00.25Z`, also with a space and without the Z,
 * UTC), or a duration such as `90s` after the start of the run.
 */
import { MICROS_PER_SECOND, nearestName, type TableColumnSpec } from "@undertow/core";
import { momentMicros } from "../values/moment.ts";
import { parseQuantity } from "../values/quantity.ts";
import type { Cell } from "./raw-table.ts";

/** What cells refer to. */
export interface CellContext {
  /** Names of the run's markets, by index. */
  readonly markets: readonly string[];
  readonly startMicros: number;
  readonly quantaPerUnit: number;
}

/** A number, or what is wrong with the cell. */
export type ReadCell =
  { readonly value: number } | { readonly expected: string; readonly nearest?: string | undefined };

const MOMENT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?(?:Z|\+00(?::?00)?)?$/;
const EXPECTED_TIME =
  "microseconds since 1970, a UTC time such as 2026-01-05T00:00:00.25Z, or 90s after the start";

/** Reads a cell that is not empty. */
export function readCell(cell: NonNullable<Cell>, spec: TableColumnSpec, context: CellContext): ReadCell {
  const read = readUnit(cell, spec, context);
  if (!("value" in read)) return read;
  const scale = spec.unit === "quanta" ? context.quantaPerUnit : 1;
  const { min = -Infinity, max = Infinity } = spec;
  if (read.value < min) return { expected: `at least ${min / scale}` };
  return read.value > max ? { expected: `at most ${max / scale}` } : read;
}

function readUnit(cell: NonNullable<Cell>, spec: TableColumnSpec, context: CellContext): ReadCell {
  switch (spec.unit) {
    case "time":
      return readTime(cell, context.startMicros);
    case "market":
      return readName(String(cell), context.markets, (name) => context.markets.indexOf(name));
    case "word": {
      const words = spec.words ?? {};
      return readName(String(cell), Object.keys(words), (name) => words[name]);
    }
    case "quanta": {
      const read = readNumber(cell, "money");
      return "value" in read ? { value: Math.round(read.value * context.quantaPerUnit) } : read;
    }
    case "number":
      return readNumber(cell, "count");
  }
}

/** NaN is how a record writes "none"; it is read like an empty cell by the caller. */
function readNumber(cell: NonNullable<Cell>, dimension: "money" | "count"): ReadCell {
  const plain = typeof cell === "string" ? cell : Number(cell);
  const number = typeof plain === "string" && /^[-+\d.]+(e[-+]?\d+)?$/i.test(plain) ? Number(plain) : plain;
  const parsed = parseQuantity(number, dimension);
  return parsed.ok
    ? { value: parsed.value }
    : { expected: dimension === "money" ? parsed.expected : "a number" };
}

function readName(name: string, known: readonly string[], numberOf: (name: string) => number): ReadCell {
  if (known.includes(name)) return { value: numberOf(name) };
  return { expected: known.join(", "), nearest: nearestName(name, known) };
}

function readTime(cell: NonNullable<Cell>, startMicros: number): ReadCell {
  if (typeof cell !== "string" || /^\d+$/.test(cell)) {
    const micros = Number(cell);
    return Number.isSafeInteger(micros) ? { value: micros } : { expected: EXPECTED_TIME };
  }
  const match = MOMENT.exec(cell);
  const micros = match === null ? momentMicros(cell) : momentMicros(`${match[1]}T${match[2]}Z`);
  if (micros !== undefined) {
    const fraction = Math.round(Number(`0.${match?.[3] ?? 0}`) * MICROS_PER_SECOND);
    return { value: micros + fraction };
  }
  const after = parseQuantity(cell, "duration");
  return after.ok ? { value: startMicros + after.value } : { expected: EXPECTED_TIME };
}
