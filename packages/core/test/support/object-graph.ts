/**
 * Every number of an object graph, for comparisons: typed arrays, numbers, texts and flags by path, private fields of
 * TypeScript included. A walk of its own, apart from the one that checkpoints use; it knows nothing of what is state.
 */
import { ColumnStore, TwoLimbSum } from "@undertow/core";

export interface Graph {
  readonly arrays: ReadonlyMap<string, ArrayBufferView>;
  readonly scalars: ReadonlyMap<string, unknown>;
  /** Classes met whose source has fields that no walk can see. */
  readonly sealed: ReadonlySet<string>;
}

/** Walks everything below an object. */
export function graphOf(root: object): Graph {
  const arrays = new Map<string, ArrayBufferView>();
  const scalars = new Map<string, unknown>();
  const sealed = new Set<string>();
  const met = new Set<object>([root]);
  const waiting: [string, object][] = [["", root]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [path, value] = next;
    const { constructor } = value;
    if (/[{;\s]#\w/.test(Function.prototype.toString.call(constructor))) sealed.add(constructor.name);
    if (value instanceof TwoLimbSum) scalars.set(`${path}.sum`, value.toBigInt());
    if (value instanceof ColumnStore) {
      for (const { group, name } of value.describe())
        arrays.set(`${path}.${group}.${name}`, value.columns(group)[name]);
    }
    for (const key of Reflect.ownKeys(value)) {
      const at = `${path}.${String(key)}`;
      const field = (value as Record<PropertyKey, unknown>)[key];
      if (typeof field === "function") continue;
      if (typeof field !== "object" || field === null) scalars.set(at, field);
      else if (ArrayBuffer.isView(field)) arrays.set(at, field);
      else if (!met.has(field)) {
        met.add(field);
        waiting.push([at, field]);
      }
    }
  }
  return { arrays, scalars, sealed };
}

/** Paths at which two graphs differ, bit by bit. */
export function differences(a: Graph, b: Graph): string[] {
  const found: string[] = [];
  for (const path of new Set([...a.scalars.keys(), ...b.scalars.keys()])) {
    const same = a.scalars.has(path) === b.scalars.has(path);
    if (!same || !Object.is(a.scalars.get(path), b.scalars.get(path))) found.push(path);
  }
  for (const path of new Set([...a.arrays.keys(), ...b.arrays.keys()])) {
    if (!sameBytes(a.arrays.get(path), b.arrays.get(path))) found.push(path);
  }
  return found;
}

function sameBytes(a: ArrayBufferView | undefined, b: ArrayBufferView | undefined): boolean {
  if (a === undefined || b === undefined || a.constructor !== b.constructor) return false;
  const [left, right] = [a, b].map((view) => Buffer.from(view.buffer, view.byteOffset, view.byteLength));
  return left.equals(right);
}
