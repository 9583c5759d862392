/**
 * Checkpoints of a run in `simulate`: its parts (world, recorder, opening) and the rows that its sink has taken to
 * bytes between two steps, and bytes back into freshly built parts and an empty sink.
 */
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "../checkpoint/format.ts";
import { checkRun, runOf } from "../checkpoint/header.ts";
import { kindOf, type PlaceArray, type StateRoots } from "../checkpoint/places.ts";
import { loadColumn, type SavedColumn, saveColumn } from "../checkpoint/saved-column.ts";
import { captureState, restoreState } from "../checkpoint/state.ts";
import { type Problem, UserError } from "../errors.ts";
import type { SimulationInputs } from "../simulation/inputs.ts";
import type { World } from "../simulation/world.ts";
import { emptyOpening, type Opening } from "./opening.ts";
import type { RecordSink } from "./record-sink.ts";
import { BLOCK_ROWS, type Recorder } from "./recorder.ts";
import {
  blockColumns,
  columnNames,
  type ColumnsOfTable,
  LASTING_TABLES,
  type RecordTable,
  tapeTables,
} from "./table-kinds.ts";

/** First word of the names of their columns: `rows.series.spot`. */
const ROWS = "rows.";

/** A run between two steps. */
export interface RunParts {
  readonly world: World;
  readonly recorder: Recorder;
  /** Must keep its rows. */
  readonly sink: RecordSink;
}

/**
 * Checks that checkpoints can hold all rows of a run.
 *
 * @throws UserError `invalid-argument` for a run with a tape, or with a sink that does not keep its rows
 */
export function checkKeeps({ record }: Pick<SimulationInputs, "record">, sink: RecordSink): void {
  const tape = tapeTables(record);
  const lost = LASTING_TABLES.filter((table) => sink.rowsOf?.(table) === undefined);
  const problems: Problem[] = [];
  if (tape.length > 0) {
    problems.push({
      message: "a run with a tape has no checkpoints",
      path: "record",
      expected: "no tape of orders, fills or books",
      found: tape.join(", "),
    });
  }
  if (lost.length > 0) {
    problems.push({
      message: "a checkpoint holds the rows of the run so far, and the sink does not keep them",
      path: "sink",
      expected: `none, or one that keeps ${LASTING_TABLES.join(", ")}`,
      found: `one that does not keep ${lost.join(", ")}`,
    });
  }
  if (problems.length > 0) throw new UserError("invalid-argument", problems);
}

/** Bytes from which a run of the same inputs goes on as this one does. */
export function checkpointOf(parts: RunParts, opening: Opening | undefined): Uint8Array {
  const { inputs, step, counters } = parts.world;
  const { orders, cancels, fills, triggers, decisions } = counters;
  const events = opening === undefined ? 0 : orders + cancels + fills + triggers + decisions;
  const { columns, values } = captureState(rootsOf(parts, opening), [inputs], scratchOf(parts.world));
  return encodeCheckpoint({
    run: runOf(inputs, step, events),
    state: { columns: [...columns, ...savedRows(parts.sink)], values },
  });
}

/**
 * Brings freshly built parts into the state of a checkpoint, and hands its rows to the sink.
 *
 * @returns the opening; undefined when the checkpoint was taken before the measured part
 * @throws UserError `checkpoint-damaged`, or `checkpoint-foreign` for a checkpoint of another run
 */
export function resume(from: Uint8Array | Checkpoint, parts: RunParts): Opening | undefined {
  const { run, state } = from instanceof Uint8Array ? decodeCheckpoint(from) : from;
  const { world, sink } = parts;
  checkRun(run, world.inputs);
  const warmUpSteps = Math.round(world.inputs.warmUpMicros / world.inputs.stepMicros);
  const opening = run.step > warmUpSteps ? emptyOpening(world) : undefined;
  const columns = state.columns.filter(({ name }) => !name.startsWith(ROWS));
  restoreState({ columns, values: state.values }, rootsOf(parts, opening), [world.inputs], scratchOf(world));
  const saved = new Map(state.columns.map((column) => [column.name, column]));
  for (const table of LASTING_TABLES) writeRows(table, saved, sink);
  return opening;
}

/** The queues of counterparties are built anew in each round that deleverages. */
function scratchOf({ counterparties }: World): object[] {
  return [counterparties];
}

function rootsOf({ world, recorder }: RunParts, opening: Opening | undefined): StateRoots {
  return { world, recorder, ...(opening === undefined ? {} : { opening }) };
}

/** The rows that a sink has taken so far, column by column. */
function savedRows(sink: RecordSink): SavedColumn[] {
  return LASTING_TABLES.flatMap((table) => {
    const rows = sink.rowsOf?.(table);
    if (rows === undefined) return [];
    const columns = rows as unknown as Record<string, PlaceArray>;
    return columnNames(table).map((name) => {
      const column = columns[name].subarray(0, rows.rows);
      return saveColumn(`${ROWS}${table}.${name}`, kindOf(column) ?? "u8", column);
    });
  });
}

/** Hands the saved rows of a table to a sink, in the blocks in which they came. */
function writeRows(table: RecordTable, saved: ReadonlyMap<string, SavedColumn>, sink: RecordSink): void {
  const names = columnNames(table).map((name) => `${ROWS}${table}.${name}`);
  const rows = saved.get(names[0])?.length ?? 0;
  const columns = blockColumns(table, rows) as unknown as Record<string, PlaceArray>;
  columnNames(table).forEach((name, index) => {
    const column = saved.get(names[index]);
    const kind = kindOf(columns[name]);
    if (column === undefined || column.kind !== kind || column.length !== rows)
      throw misfit(names[index], kind, rows, column);
    loadColumn(column, columns[name]);
  });
  for (let first = 0; first < rows; first += BLOCK_ROWS) {
    const count = Math.min(BLOCK_ROWS, rows - first);
    const block: Record<string, PlaceArray> = {};
    for (const name of columnNames(table)) block[name] = columns[name].subarray(first, first + count);
    sink.write(table, block as unknown as ColumnsOfTable<typeof table>, count);
  }
}

function misfit(
  path: string,
  kind: string | undefined,
  rows: number,
  column: SavedColumn | undefined,
): UserError {
  return new UserError("checkpoint-foreign", {
    message: "the checkpoint's column does not fit the run",
    path,
    expected: `${rows} of ${kind}`,
    found: column === undefined ? "none in the checkpoint" : `${column.length} of ${column.kind}`,
  });
}
