/**
 * The header of a checkpoint file: which run it is of, where that run stood, the single values of its state, and the
 * table of its columns. JSON has no NaN, infinities and -0, so these and what is no number are written as objects.
 */
import { UserError, type Problem } from "../errors.ts";
import type { SimulationInputs } from "../simulation/inputs.ts";
import { ENGINE_VERSION } from "../version.ts";
import type { PlaceValue } from "./places.ts";
import { keptBytes, type SavedColumn } from "./saved-column.ts";
import type { SavedState } from "./state.ts";

/** Which run a checkpoint is of, and where it stood. */
export interface CheckpointRun {
  readonly engineVersion: string;
  readonly scenarioHash: string;
  readonly seed: string;
  readonly startMicros: number;
  readonly endMicros: number;
  readonly warmUpMicros: number;
  readonly stepMicros: number;
  /** Steps taken. */
  readonly step: number;
  /** Simulated time reached. */
  readonly nowMicros: number;
  /** Orders, cancels, fills, triggers and decisions of the measured part so far. */
  readonly events: number;
}

/** What the inputs of a run say of it. */
type CheckedInputs = Pick<
  SimulationInputs,
  "scenarioHash" | "seed" | "startMicros" | "endMicros" | "warmUpMicros" | "stepMicros"
>;

/** A column's row of the table; its bytes follow the header in the order of the table. */
type ColumnRow = Omit<SavedColumn, "bytes"> & { readonly bytes: number };

/** A header read back. */
export interface ParsedHeader {
  readonly run: CheckpointRun;
  readonly values: ReadonlyMap<string, PlaceValue>;
  readonly columns: readonly ColumnRow[];
}

type JsonValue = number | boolean | string | null | { readonly is: string };

const BYTES_OF = { f64: 8, list: 8, i32: 4, u32: 4, i16: 2, u8: 1, i8: 1 } as const;

/** The header as a plain value. */
export function headerOf(run: CheckpointRun, { columns, values }: SavedState): object {
  return {
    run,
    values: [...values].map(([name, value]) => [name, toJson(value)]),
    columns: columns.map(({ bytes, ...column }) => ({ ...column, bytes: bytes.length })),
  };
}

/** Reads a header; undefined when it is none. */
export function parseHeader(text: string): ParsedHeader | undefined {
  let parsed: { run: CheckpointRun; values: [string, JsonValue][]; columns: ColumnRow[] };
  try {
    parsed = JSON.parse(text) as typeof parsed;
    const { run, values, columns } = parsed;
    if (!Number.isSafeInteger(run.step) || !columns.every((column) => isSound(column))) return undefined;
    return { run, values: new Map(values.map(([name, value]) => [name, fromJson(value)])), columns };
  } catch {
    return undefined;
  }
}

/** A row whose pages lie inside its column and have the bytes that it says. */
function isSound({ kind, length, runs, bytes }: ColumnRow): boolean {
  return Number.isSafeInteger(length) && keptBytes(runs, BYTES_OF[kind] * length) === bytes;
}

/**
 * Checks that a checkpoint is of this run.
 *
 * @throws UserError `checkpoint-foreign` with all that differs: engine version, scenario, seed, times
 */
export function checkRun(run: CheckpointRun, inputs: CheckedInputs): void {
  const own = runOf(inputs, run.step, run.events);
  const what = [
    ["engineVersion", "the checkpoint is of another version of the engine"],
    ["scenarioHash", "the checkpoint is of another scenario, or of one with other values"],
    ["seed", "the checkpoint is of another seed"],
    ["startMicros", "the checkpoint is of a run with another start"],
    ["endMicros", "the checkpoint is of a run with another end"],
    ["warmUpMicros", "the checkpoint is of a run with another warm-up"],
    ["stepMicros", "the checkpoint is of a run with steps of another length"],
    ["nowMicros", "the checkpoint's step and time do not agree"],
  ] as const;
  const problems = what
    .filter(([name]) => own[name] !== run[name])
    .map(([path, message]): Problem => ({
      message,
      path,
      expected: String(own[path]),
      found: String(run[path]),
      remedy:
        "A run goes on with the program, the scenario, the changed values and the seed that it began with.",
    }));
  if (problems.length > 0) throw new UserError("checkpoint-foreign", problems);
}

/** The run of some inputs after so many steps and events. */
export function runOf(inputs: CheckedInputs, step: number, events: number): CheckpointRun {
  const { scenarioHash, seed, startMicros, endMicros, warmUpMicros, stepMicros } = inputs;
  return {
    engineVersion: ENGINE_VERSION,
    scenarioHash,
    seed,
    startMicros,
    endMicros,
    warmUpMicros,
    stepMicros,
    step,
    nowMicros: startMicros - warmUpMicros + step * stepMicros,
    events,
  };
}

function toJson(value: PlaceValue): JsonValue {
  if (value === undefined) return { is: "undefined" };
  if (typeof value !== "number" || (Number.isFinite(value) && !Object.is(value, -0))) return value;
  return { is: Object.is(value, -0) ? "-0" : String(value) };
}

function fromJson(value: JsonValue): PlaceValue {
  if (typeof value !== "object" || value === null) return value;
  return value.is === "undefined" ? undefined : Number(value.is);
}
