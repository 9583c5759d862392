/**
 * Counts what is read or written of the arrays of a world: each typed array that is longer in one of two worlds is
 * replaced by a proxy that counts its elements. So what is counted is whatever grows with the population, by whom and
 * wherever it is used, if it is reached through a field of the world at that time.
 */

interface Place {
  readonly holder: Record<string, unknown>;
  readonly key: string;
  readonly length: number;
}

type TypedArray = Float64Array | Int32Array | Uint32Array | Uint8Array | Int8Array;

/** Elements touched since the count was last set to 0. */
export interface Touches {
  count: number;
  /** How many fields of the world are counted. */
  readonly fields: number;
}

/** Counts the elements of all arrays of `world` whose length is another one in `other`, which has another population. */
export function countTouches(world: object, other: object): Touches {
  const lengths = new Map(placesOf(other).map(([path, { length }]) => [path, length]));
  const growing = placesOf(world).filter(([path, { length }]) => lengths.get(path) !== length);
  const touches = { count: 0, fields: growing.length };
  const proxies = new Map<unknown, unknown>();
  for (const [, { holder, key }] of growing) {
    const array = holder[key] as TypedArray;
    if (!proxies.has(array)) proxies.set(array, counted(array, touches));
    holder[key] = proxies.get(array);
  }
  return touches;
}

/** Every field below an object that holds a typed array, by path. */
function placesOf(root: object): [string, Place][] {
  const places: [string, Place][] = [];
  const met = new Set<object>([root]);
  const waiting: [string, object][] = [["", root]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [path, holder] = next;
    for (const [key, value] of Object.entries(holder)) {
      if (typeof value !== "object" || value === null) continue;
      const at = `${path}.${key}`;
      if (ArrayBuffer.isView(value)) {
        places.push([
          at,
          { holder: holder as Record<string, unknown>, key, length: (value as TypedArray).length },
        ]);
      } else if (!met.has(value as object)) {
        met.add(value as object);
        waiting.push([at, value as object]);
      }
    }
  }
  return places;
}

/** The array behind a proxy; a method counts as a pass over all elements, `subarray` is counted as it is used. */
function counted(array: TypedArray, touches: { count: number }): TypedArray {
  return new Proxy(array, {
    get(target, key) {
      if (typeof key === "string" && /^\d+$/.test(key)) {
        touches.count++;
        return target[Number(key)];
      }
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      if (key === "subarray") {
        return (from?: number, to?: number) => counted(target.subarray(from, to), touches);
      }
      return (...args: unknown[]): unknown => {
        touches.count += target.length;
        return Reflect.apply(value, target, args);
      };
    },
    set(target, key, value: number) {
      touches.count++;
      target[Number(key)] = value;
      return true;
    },
  });
}
