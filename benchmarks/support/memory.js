/**
 * Memory of a process for benchmarks: collects garbage, and says what is still in use.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Collects garbage, so that memory can be read. */
export function collectGarbage() {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

/** Bytes that are in use after a collection: objects, and columns outside the heap. */
export async function bytesInUse() {
  // Columns are given back some turns of the event loop after the objects that held them have gone.
  for (let turn = 0; turn < 3; turn++) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
