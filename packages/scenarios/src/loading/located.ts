/**
 * A parsed document that remembers where every key and value stood.
 *
 * Files, `--set` overrides and TypeScript objects all become this tree; merging keeps positions, so an
 * error in the merged scenario still names the file and line that wrote the value. Never interprets values.
 */

/** Where something was written. Line and column count from 1; absent for `--set` and TypeScript objects. */
export interface Position {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** The result of an expression, told apart from a number that a person wrote: durations are in seconds. */
export class Computed {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** A plain value in the tree. */
export type Scalar = string | number | boolean | null | Computed;
export interface LocatedScalar {
  readonly kind: "scalar";
  readonly position: Position;
  readonly value: Scalar;
}
export interface LocatedList {
  readonly kind: "list";
  readonly position: Position;
  readonly items: readonly Located[];
}
export interface LocatedMap {
  readonly kind: "map";
  readonly position: Position;
  readonly entries: ReadonlyMap<string, LocatedEntry>;
}
export interface LocatedEntry {
  readonly keyPosition: Position;
  readonly value: Located;
}
/** A node of the tree. */
export type Located = LocatedScalar | LocatedList | LocatedMap;
/** Keys and list indices from the root. */
export type Path = readonly (string | number)[];

/** An empty map at a position. */
export function emptyMap(position: Position): LocatedMap {
  return { kind: "map", position, entries: new Map() };
}

/** A tree from a plain value such as the TypeScript form of a scenario; every node is at `position`. */
export function locate(value: unknown, position: Position): Located {
  if (Array.isArray(value)) {
    return { kind: "list", position, items: value.map((item) => locate(item, position)) };
  }
  if (typeof value === "object" && value !== null && !(value instanceof Computed)) {
    const entries = new Map<string, LocatedEntry>();
    for (const [key, item] of Object.entries(value)) {
      if (item !== undefined) entries.set(key, { keyPosition: position, value: locate(item, position) });
    }
    return { kind: "map", position, entries };
  }
  return { kind: "scalar", position, value: value as Scalar };
}

/** The tree as plain objects, lists and scalars; maps have no prototype, so no key is special. */
export function toPlain(node: Located): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(toPlain);
  const plain = Object.create(null) as Record<string, unknown>;
  for (const [key, entry] of node.entries) plain[key] = toPlain(entry.value);
  return plain;
}

/** The node at `path`, or undefined. */
export function nodeAt(root: Located, path: Path): Located | undefined {
  let node: Located | undefined = root;
  for (const step of path) {
    if (node?.kind === "map") node = node.entries.get(String(step))?.value;
    else if (node?.kind === "list") node = node.items[Number(step)];
    else return undefined;
  }
  return node;
}

/** Position of the key that leads to `path`; for what is missing, of the nearest ancestor that exists. */
export function keyPositionAt(root: Located, path: Path): Position {
  let position = root.position;
  let node: Located | undefined = root;
  for (const step of path) {
    if (node?.kind === "map") {
      const entry = node.entries.get(String(step));
      if (entry === undefined) break;
      position = entry.keyPosition;
      node = entry.value;
    } else if (node?.kind === "list") {
      node = node.items[Number(step)];
      if (node === undefined) break;
      position = node.position;
    } else break;
  }
  return position;
}

/** Position of the value at `path` where it is a scalar or list, else of the key that leads there. */
export function valuePositionAt(root: Located, path: Path): Position {
  const node = nodeAt(root, path);
  return node === undefined || node.kind === "map" ? keyPositionAt(root, path) : node.position;
}

/** A copy of the tree with `value` at `path`; missing maps on the way are created, list items replaced. */
export function withValue(root: Located, path: Path, entry: LocatedEntry): Located {
  const [step, ...rest] = path;
  if (step === undefined) return entry.value;
  if (root.kind === "list") {
    const items = root.items.map((item, k) => (k === Number(step) ? withValue(item, rest, entry) : item));
    return { ...root, items };
  }
  const map = root.kind === "map" ? root : emptyMap(entry.keyPosition);
  const entries = new Map(map.entries);
  const key = String(step);
  const old = map.entries.get(key);
  const value = withValue(old?.value ?? emptyMap(entry.keyPosition), rest, entry);
  entries.set(key, {
    keyPosition: rest.length === 0 ? entry.keyPosition : (old?.keyPosition ?? entry.keyPosition),
    value,
  });
  return { ...map, entries };
}

/** A copy of the tree in which every scalar went through `change`. */
export function mapScalars(
  node: Located,
  path: Path,
  change: (scalar: LocatedScalar, path: Path) => LocatedScalar,
): Located {
  if (node.kind === "scalar") return change(node, path);
  if (node.kind === "list") {
    return { ...node, items: node.items.map((item, k) => mapScalars(item, [...path, k], change)) };
  }
  const entries = new Map<string, LocatedEntry>();
  for (const [key, entry] of node.entries) {
    entries.set(key, { ...entry, value: mapScalars(entry.value, [...path, key], change) });
  }
  return { ...node, entries };
}

/** A path as people write it, for example `driver.shocks.0.size`. */
export function showPath(path: Path): string {
  return path.join(".");
}
