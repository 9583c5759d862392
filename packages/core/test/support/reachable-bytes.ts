/**
 * Bytes of all typed arrays that can be reached from a value through properties, arrays and maps; each buffer counted
 * once. What only a closure or a `#private` field holds is not seen.
 */
export function reachableBytes(root: unknown): number {
  return reachableBuffers(root).reduce((sum, buffer) => sum + buffer.byteLength, 0);
}

/** The buffers themselves, in no particular order. */
export function reachableBuffers(root: unknown): ArrayBufferLike[] {
  const seen = new Set<object>();
  const buffers = new Set<ArrayBufferLike>();
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (value === null || (typeof value !== "object" && typeof value !== "function") || seen.has(value))
      continue;
    seen.add(value);
    if (ArrayBuffer.isView(value)) buffers.add(value.buffer);
    else if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) buffers.add(value);
    else if (value instanceof Map) waiting.push(...value.keys(), ...value.values());
    else if (value instanceof Set) waiting.push(...value);
    else for (const key of Object.keys(value)) waiting.push((value as Record<string, unknown>)[key]);
  }
  return [...buffers];
}
