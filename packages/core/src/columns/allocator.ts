/**
 * The allocator of the columns of accounts, slots, triggers and markets: one SharedArrayBuffer of fixed size. Columns of
 * other parts are asked for one by one (shared.ts).
 *
 * Two phases: parts declare groups of columns on a plan, then the plan is allocated once, before the first
 * step. Nothing grows afterwards (growable buffers measured 37-52 times slower). Each column starts on a cache
 * line of its own. It must never be called inside the step loop.
 */
import { InvariantError } from "../errors.ts";
import { StateHash } from "../numeric/state-hash.ts";

/** Element type of a column. */
export type ColumnKind = "f64" | "i32" | "u32" | "i16" | "u8" | "i8";

/** The typed array of each kind, over the store's shared buffer. */
export interface ColumnArrays {
  f64: Float64Array<SharedArrayBuffer>;
  i32: Int32Array<SharedArrayBuffer>;
  u32: Uint32Array<SharedArrayBuffer>;
  i16: Int16Array<SharedArrayBuffer>;
  u8: Uint8Array<SharedArrayBuffer>;
  i8: Int8Array<SharedArrayBuffer>;
}

export type ColumnArray = ColumnArrays[ColumnKind];

/** Names and kinds of a group's columns, in order. */
export type ColumnKinds = Readonly<Record<string, ColumnKind>>;

/** The typed arrays of a group. */
export type ColumnsOf<Kinds extends ColumnKinds> = {
  readonly [Name in keyof Kinds]: ColumnArrays[Kinds[Name]];
};

/** What `declare` returns: pass it to `store.columns` to get arrays with their types. */
export interface ColumnGroup<Kinds extends ColumnKinds = ColumnKinds> {
  readonly name: string;
  readonly kinds: Kinds;
  /** Elements in each column. */
  readonly length: number;
  /** True when the columns are part of the run's state, and so of its hash. */
  readonly state: boolean;
  /** Elements that the hash takes in: those beyond `length` as they would be if nothing had been written there. */
  readonly hashedLength: number;
  /** What elements begin with where that is not 0, by column; for those that only the hash knows. */
  readonly begin: Readonly<Record<string, number>>;
}

/** One column as placed in the buffer. */
export interface ColumnDescription {
  readonly group: string;
  readonly name: string;
  readonly kind: ColumnKind;
  readonly length: number;
  readonly byteOffset: number;
  readonly bytes: number;
  readonly state: boolean;
}

/** Bytes of a cache line; every column starts on one. */
const LINE_BYTES = 64;
const BYTES_OF: Readonly<Record<ColumnKind, number>> = { f64: 8, i32: 4, u32: 4, i16: 2, u8: 1, i8: 1 };

/**
 * Collects the columns that a run needs.
 *
 * @example
 * const plan = new ColumnPlan();
 * const accounts = plan.declare("accounts", { cashQuanta: "f64", flags: "u8" }, 1000);
 * const store = plan.allocate();
 * store.columns(accounts).cashQuanta[0] = 5;
 */
export class ColumnPlan {
  readonly #groups: ColumnGroup[] = [];
  #allocated = false;

  /**
   * Adds a group of columns of one length, zero at the start.
   *
   * @param name unique in the plan
   * @param kinds columns by name (identifiers), in the order in which they are laid out and hashed
   * @param length elements in each column; may be 0
   * @param options `state: false` for scratch that is left out of the hash; `hashedLength`, at least `length`, when
   *   the hash shall not tell columns that were made smaller from those of full size; `begin` what the elements beyond
   *   `length` hold then, 0 unless told
   */
  declare<const Kinds extends ColumnKinds>(
    name: string,
    kinds: Kinds,
    length: number,
    options: {
      readonly state?: boolean;
      readonly hashedLength?: number;
      readonly begin?: { readonly [Name in keyof Kinds]?: number };
    } = {},
  ): ColumnGroup<Kinds> {
    if (this.#allocated) throw new InvariantError("column-plan", `${name} is declared after the allocation`);
    if (this.#groups.some((group) => group.name === name)) {
      throw new InvariantError("column-plan", `group ${name} is declared twice`);
    }
    if (!Number.isSafeInteger(length) || length < 0) {
      throw new InvariantError("column-plan", `group ${name} has no valid length: ${length}`);
    }
    for (const [column, kind] of Object.entries(kinds)) {
      // Identifiers only: an object lists integer-like names first, whatever the order of declaration.
      if (!/^[A-Za-z_]\w*$/.test(column) || BYTES_OF[kind] === undefined) {
        throw new InvariantError("column-plan", `group ${name} has no valid column ${column}: ${kind}`);
      }
    }
    const { state = true, hashedLength = length, begin = {} } = options;
    if (!(Number.isSafeInteger(hashedLength) && hashedLength >= length)) {
      throw new InvariantError("column-plan", `group ${name} has no valid hashed length: ${hashedLength}`);
    }
    const group: ColumnGroup<Kinds> = { name, kinds, length, state, hashedLength, begin };
    this.#groups.push(group);
    return group;
  }

  /** Bytes that `allocate` will take. */
  get bytes(): number {
    return totalBytes(describeGroups(this.#groups));
  }

  /**
   * Allocates all columns at once and closes the plan.
   *
   * @param buffer an existing buffer of the same plan instead of a new one
   * @throws InvariantError when the buffer has another size
   */
  allocate(buffer?: SharedArrayBuffer): ColumnStore {
    this.#allocated = true;
    const descriptions = describeGroups(this.#groups);
    const bytes = totalBytes(descriptions);
    if (buffer !== undefined && buffer.byteLength !== bytes) {
      throw new InvariantError("column-plan", `a plan of ${bytes} bytes does not fit ${buffer.byteLength}`);
    }
    return new ColumnStore(descriptions, this.#groups, buffer ?? new SharedArrayBuffer(bytes));
  }
}

/** The allocated columns. Made by `ColumnPlan.allocate`. */
export class ColumnStore {
  /** The one buffer. */
  readonly buffer: SharedArrayBuffer;
  readonly #descriptions: readonly ColumnDescription[];
  readonly #groups: readonly ColumnGroup[];
  readonly #arrays = new Map<string, Record<string, ColumnArray>>();

  constructor(
    descriptions: readonly ColumnDescription[],
    groups: readonly ColumnGroup[],
    buffer: SharedArrayBuffer,
  ) {
    this.buffer = buffer;
    this.#descriptions = descriptions;
    this.#groups = groups;
    for (const { name } of groups) this.#arrays.set(name, {});
    for (const column of descriptions) this.#group(column.group)[column.name] = viewOf(column, buffer);
  }

  /** Size of the buffer in bytes. */
  get bytes(): number {
    return this.buffer.byteLength;
  }

  /**
   * The typed arrays of a group; the same objects at each call. Take columns to locals before a loop.
   *
   * @param group what `declare` returned, or the group's name (then without the columns' types)
   */
  columns<Kinds extends ColumnKinds>(group: ColumnGroup<Kinds>): ColumnsOf<Kinds>;
  columns(group: string): Readonly<Record<string, ColumnArray>>;
  columns(group: ColumnGroup | string): Readonly<Record<string, ColumnArray>> {
    return this.#group(typeof group === "string" ? group : group.name);
  }

  /** Every column in order of declaration, with its place and size. */
  describe(): readonly ColumnDescription[] {
    return this.#descriptions;
  }

  /** Digest of all state columns: names, kinds, lengths and values, in order of declaration. */
  hash(): string {
    const digest = new StateHash();
    for (const column of this.#descriptions) {
      if (!column.state) continue;
      digest.updateText(`${column.group}.${column.name}:${column.kind}`);
      const group = this.#groups.find(({ name }) => name === column.group)!;
      const array = this.#group(column.group)[column.name];
      addColumn(digest, array, group.hashedLength, group.begin[column.name] ?? 0);
    }
    return digest.digest();
  }

  #group(name: string): Record<string, ColumnArray> {
    const arrays = this.#arrays.get(name);
    if (arrays === undefined) throw new InvariantError("column-store", `there is no group ${name}`);
    return arrays;
  }
}

function describeGroups(groups: readonly ColumnGroup[]): ColumnDescription[] {
  const descriptions: ColumnDescription[] = [];
  let byteOffset = 0;
  for (const { name: group, kinds, length, state } of groups) {
    for (const [name, kind] of Object.entries(kinds)) {
      const bytes = length * BYTES_OF[kind];
      descriptions.push({ group, name, kind, length, byteOffset, bytes, state });
      byteOffset += Math.ceil(bytes / LINE_BYTES) * LINE_BYTES;
    }
  }
  return descriptions;
}

function totalBytes(descriptions: readonly ColumnDescription[]): number {
  const last = descriptions.at(-1);
  return last === undefined ? 0 : last.byteOffset + Math.ceil(last.bytes / LINE_BYTES) * LINE_BYTES;
}

function viewOf({ kind, byteOffset, length }: ColumnDescription, buffer: SharedArrayBuffer): ColumnArray {
  switch (kind) {
    case "f64":
      return new Float64Array(buffer, byteOffset, length);
    case "i32":
      return new Int32Array(buffer, byteOffset, length);
    case "u32":
      return new Uint32Array(buffer, byteOffset, length);
    case "i16":
      return new Int16Array(buffer, byteOffset, length);
    case "u8":
      return new Uint8Array(buffer, byteOffset, length);
    case "i8":
      return new Int8Array(buffer, byteOffset, length);
  }
}

/** Adds a column lengthened to `length` with elements of one value. */
function addColumn(digest: StateHash, short: ColumnArray, length: number, value: number): void {
  const column = length === short.length ? short : lengthened(short, length, value);
  if (column instanceof Float64Array) digest.updateFloat64(column);
  else if (column instanceof Int32Array) digest.updateInt32(column);
  else if (column instanceof Uint32Array) digest.updateUint32(column);
  else if (column instanceof Int16Array) digest.updateInt16(column);
  else digest.updateBytes(column);
}

function lengthened(column: ColumnArray, length: number, value: number): ColumnArray {
  const { BYTES_PER_ELEMENT, constructor } = column;
  const buffer = new SharedArrayBuffer(length * BYTES_PER_ELEMENT);
  const copy = new (constructor as new (buffer: SharedArrayBuffer) => ColumnArray)(buffer);
  copy.set(column);
  return copy.fill(value, column.length);
}
