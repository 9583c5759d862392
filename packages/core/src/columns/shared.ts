/**
 * Single columns in shared memory, for parts that are not laid out by the one allocator (allocator.ts): books, agents'
 * memory, the market view, message boxes. Asked for once, before the first step; a worker thread that is sent such a
 * column reads and writes the same memory.
 */

/** A column of `length` zeros. */
export function sharedFloat64(length: number): Float64Array<SharedArrayBuffer> {
  return new Float64Array(new SharedArrayBuffer(8 * length));
}

/** A column of `length` zeros. */
export function sharedInt32(length: number): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(4 * length));
}

/** A column of `length` zeros. */
export function sharedUint32(length: number): Uint32Array<SharedArrayBuffer> {
  return new Uint32Array(new SharedArrayBuffer(4 * length));
}

/** A column of `length` zeros. */
export function sharedUint8(length: number): Uint8Array<SharedArrayBuffer> {
  return new Uint8Array(new SharedArrayBuffer(length));
}

/** A column of `length` zeros. */
export function sharedInt8(length: number): Int8Array<SharedArrayBuffer> {
  return new Int8Array(new SharedArrayBuffer(length));
}
