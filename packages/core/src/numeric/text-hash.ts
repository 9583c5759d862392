/**
 * A 32-bit hash of a text, for names that key random streams (populations, parameters, purposes).
 *
 * FNV-1a (Fowler, Noll, Vo) over the text's UTF-16 code units, low byte first, then the finaliser of
 * MurmurHash3 so that near names land far apart. Not for adversaries, and its values are part of every
 * run's result: it must never change.
 */

/**
 * Hash of a text as an integer in [0, 2^32).
 *
 * @example
 * hash32("leveraged-traders");
 */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let k = 0; k < text.length; k++) {
    const unit = text.charCodeAt(k);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  return mix32(hash);
}

/** MurmurHash3's finaliser: a bijection of 32-bit integers in which every input bit moves every output bit. */
export function mix32(word: number): number {
  let mixed = word | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
