/**
 * Finds everything of a run that changes: one walk over the objects of the world and of the recorder, which names each
 * typed array, list of numbers and single value by its path (`world.venues.0.markets.3.book.levelHead`).
 *
 * The walk goes by itself into whatever the parts hold, so that a new field cannot be forgotten; what it does not
 * understand it refuses. It passes over the inputs, over functions, and over memory that it has named already.
 */
import { ColumnStore } from "../columns/allocator.ts";
import { InvariantError } from "../errors.ts";
import { TwoLimbSum } from "../numeric/two-limb-sum.ts";

/** Element types of columns. */
export type PlaceKind = "f64" | "i32" | "u32" | "i16" | "u8" | "i8";

/** A typed array that a checkpoint can hold. */
export type PlaceArray = Float64Array | Int32Array | Uint32Array | Int16Array | Uint8Array | Int8Array;

/** A single value of the state. */
export type PlaceValue = number | boolean | string | null | undefined;

/** Where a part of the state is: what to read when it is saved, what to write when it is restored. */
export type Place =
  | { readonly form: "column"; readonly name: string; readonly array: PlaceArray }
  | { readonly form: "list"; readonly name: string; readonly list: number[] }
  | {
      readonly form: "value";
      readonly name: string;
      readonly read: () => PlaceValue;
      readonly write: (value: PlaceValue) => void;
    };

/** The parts of a run, by the first word of their names. */
export type StateRoots = Readonly<Record<string, object>>;

/**
 * Every place of the parts, in an order that depends on how they are built alone.
 *
 * @param roots parts by name; where one refers to another, what it holds is named once
 * @param constants objects whose contents are no state, with all that they hold: the inputs of the run
 * @param scratch objects that mean nothing between two steps and are not entered; what they share with others is named
 *   with the others
 * @throws InvariantError `checkpoint-walk` for a field of a kind that no checkpoint can hold
 */
export function placesOf(
  roots: StateRoots,
  constants: readonly object[],
  scratch: readonly object[] = [],
): Place[] {
  const walk = new Walk();
  for (const part of scratch) walk.meet(part);
  for (const constant of constants) walk.passOver(constant);
  // order-free: names carry the order in which the caller lists the parts
  const parts = Object.entries(roots);
  for (const [, root] of parts) walk.meet(root);
  for (const [name, root] of parts) walk.enter(root, name);
  return walk.places;
}

class Walk {
  readonly places: Place[] = [];
  private readonly met = new Set<object>();
  /** Bytes that have a name, per buffer: `from` and `to` in turns. */
  private readonly named = new Map<ArrayBufferLike, number[]>();

  /** Notes an object; false when it was met before. */
  meet(value: object): boolean {
    if (this.met.has(value)) return false;
    this.met.add(value);
    return true;
  }

  /** Marks an object and all that it holds as met. */
  passOver(value: unknown): void {
    if (typeof value !== "object" || value === null || !this.meet(value) || ArrayBuffer.isView(value)) return;
    // order-free: marks only
    for (const field of Object.values(value)) this.passOver(field);
  }

  /** Names what an object holds. */
  enter(value: object, name: string): void {
    if (value instanceof ColumnStore) this.addStore(value, name);
    else if (value instanceof TwoLimbSum) this.addSum(value, name);
    // order-free: places are found by name
    else
      for (const key of Object.keys(value))
        this.field(value as Record<string, unknown>, key, `${name}.${key}`);
  }

  private field(holder: Record<string, unknown>, key: string, name: string): void {
    const value = holder[key];
    if (typeof value === "function") return;
    if (typeof value === "object" && value !== null) {
      if (this.meet(value)) this.object(value, name);
      return;
    }
    if (typeof value === "bigint" || typeof value === "symbol") throw refusal(name, typeof value);
    this.places.push({
      form: "value",
      name,
      read: () => holder[key] as PlaceValue,
      write: (saved) => {
        if (!Object.is(holder[key], saved)) holder[key] = saved;
      },
    });
  }

  private object(value: object, name: string): void {
    if (ArrayBuffer.isView(value)) {
      this.addColumn(value, name);
      return;
    }
    if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return;
    if (isNumberList(value)) {
      this.places.push({ form: "list", name, list: value });
      return;
    }
    const tag = Object.prototype.toString.call(value);
    if (tag !== "[object Object]" && tag !== "[object Array]") throw refusal(name, tag);
    this.enter(value, name);
  }

  private addColumn(view: ArrayBufferView, name: string): void {
    if (kindOf(view) === undefined) throw refusal(name, Object.prototype.toString.call(view));
    const array = view as PlaceArray;
    const from = array.byteOffset;
    const to = from + array.byteLength;
    const known = this.named.get(array.buffer) ?? [];
    for (let k = 0; k < known.length; k += 2) if (from < to && known[k] <= from && to <= known[k + 1]) return;
    known.push(from, to);
    this.named.set(array.buffer, known);
    this.places.push({ form: "column", name, array });
  }

  private addStore(store: ColumnStore, name: string): void {
    for (const column of store.describe()) {
      const array = store.columns(column.group)[column.name];
      if (this.meet(array)) this.addColumn(array, `${name}.${column.group}.${column.name}`);
    }
  }

  private addSum(sum: TwoLimbSum, name: string): void {
    const limb = (index: 0 | 1): Place => ({
      form: "value",
      name: `${name}.${index === 0 ? "high" : "low"}`,
      read: () => sum.limbs()[index],
      write: (saved) => {
        const limbs = sum.limbs();
        limbs[index] = saved as number;
        sum.setLimbs(limbs);
      },
    });
    this.places.push(limb(0), limb(1));
  }
}

/** Element type of a typed array; undefined for one that no checkpoint holds. */
export function kindOf(array: ArrayBufferView): PlaceKind | undefined {
  if (array instanceof Float64Array) return "f64";
  if (array instanceof Int32Array) return "i32";
  if (array instanceof Uint32Array) return "u32";
  if (array instanceof Int16Array) return "i16";
  if (array instanceof Uint8Array) return "u8";
  if (array instanceof Int8Array) return "i8";
  return undefined;
}

/** Lists of numbers may grow; a list without entries counts as one. */
function isNumberList(value: object): value is number[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "number");
}

function refusal(name: string, found: string): InvariantError {
  return new InvariantError("checkpoint-walk", `${name} is of a kind that no checkpoint holds: ${found}`);
}
