/**
 * The state of a run as a plain structure, and back: columns by name without their empty pages, and single values by
 * name. A restored run has the state of the saved one in every field that the walk names (places.ts), whether it
 * matters or is scratch, so that what follows cannot differ.
 */
import { UserError, type Problem } from "../errors.ts";
import { kindOf, type Place, type PlaceValue, placesOf, type StateRoots } from "./places.ts";
import { loadColumn, type SavedColumn, saveColumn } from "./saved-column.ts";

/** State between two steps: copies, which stay as they are while the run goes on. */
export interface SavedState {
  readonly columns: readonly SavedColumn[];
  readonly values: ReadonlyMap<string, PlaceValue>;
}

/** Most names that a refusal lists. */
const NAMED = 5;

/**
 * Copies the state of a run's parts; they must stand between two steps.
 *
 * @param roots parts by name, for example `{ world, recorder }`
 * @param constants the run's inputs, which are left out
 * @param scratch parts that mean nothing between two steps
 */
export function captureState(
  roots: StateRoots,
  constants: readonly object[],
  scratch: readonly object[] = [],
): SavedState {
  const columns: SavedColumn[] = [];
  const values = new Map<string, PlaceValue>();
  for (const place of placesOf(roots, constants, scratch)) {
    if (place.form === "value") values.set(place.name, place.read());
    else if (place.form === "list")
      columns.push(saveColumn(place.name, "list", Float64Array.from(place.list)));
    else columns.push(saveColumn(place.name, kindOf(place.array) ?? "u8", place.array));
  }
  return { columns, values };
}

/**
 * Writes a saved state over freshly built parts of the same inputs, in place: arrays stay the same objects, so that
 * whoever holds them sees the restored values.
 *
 * @throws UserError `checkpoint-foreign` when the parts have other columns or values than the saved ones; the parts
 *   are of no use then
 */
export function restoreState(
  saved: SavedState,
  roots: StateRoots,
  constants: readonly object[],
  scratch: readonly object[] = [],
): void {
  const places = placesOf(roots, constants, scratch);
  const columns = new Map(saved.columns.map((column) => [column.name, column]));
  const problems = [...missing(places, saved, columns), ...misshapen(places, columns)];
  if (problems.length > 0) throw new UserError("checkpoint-foreign", problems);
  for (const place of places) {
    const column = columns.get(place.name);
    if (place.form === "value") place.write(saved.values.get(place.name));
    else if (column === undefined) continue;
    else if (place.form === "column") loadColumn(column, place.array);
    else loadList(column, place.list);
  }
}

function loadList(column: SavedColumn, list: number[]): void {
  const numbers = new Float64Array(column.length);
  loadColumn(column, numbers);
  list.length = 0;
  for (const number of numbers) list.push(number);
}

/** Names that only one of the two has. */
function missing(
  places: readonly Place[],
  saved: SavedState,
  columns: ReadonlyMap<string, SavedColumn>,
): Problem[] {
  const names = new Set(places.map(({ name }) => name));
  const lacks = places.filter(({ form, name }) => !(form === "value" ? saved.values : columns).has(name));
  const unknown = [...columns.keys(), ...saved.values.keys()].filter((name) => !names.has(name));
  const found = (list: readonly string[]): string =>
    list.length > NAMED
      ? `${list.slice(0, NAMED).join(", ")} and ${list.length - NAMED} more`
      : list.join(", ");
  const message = "the checkpoint is of another kind of run";
  const problems: Problem[] = [];
  if (lacks.length > 0)
    problems.push({
      message,
      expected: found(lacks.map(({ name }) => name)),
      found: "none in the checkpoint",
    });
  if (unknown.length > 0)
    problems.push({ message, expected: "state that the run has", found: found(unknown) });
  return problems;
}

/** Columns of another type or length than the run's. */
function misshapen(places: readonly Place[], columns: ReadonlyMap<string, SavedColumn>): Problem[] {
  const problems: Problem[] = [];
  for (const place of places) {
    const column = columns.get(place.name);
    if (place.form === "value" || column === undefined) continue;
    const kind = place.form === "list" ? "list" : kindOf(place.array);
    const length = place.form === "list" ? column.length : place.array.length;
    if (column.kind === kind && column.length === length) continue;
    problems.push({
      message: "the checkpoint's column does not fit the run",
      path: place.name,
      expected: `${length} of ${kind}`,
      found: `${column.length} of ${column.kind}`,
    });
  }
  return problems.slice(0, NAMED);
}
