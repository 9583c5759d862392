/**
 * A 128-bit digest of a run's state: two runs are the same run when their digests are equal.
 *
 * The digest is MurmurHash3_x86_128 (Appleby, public domain; seed 0) of a stream of records. A record is a
 * block of 16 bytes (length in bytes: low word, high word; kind of element; 0) followed by the values as
 * little-endian bytes, padded with zeros to whole blocks; so texts and columns cannot run into each other.
 * Not for adversaries. Defined on little-endian hosts only, refused on others: words are read in place.
 */
import { InvariantError } from "../errors.ts";

const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;

/** Kinds of records, part of the digest. */
const KIND_BYTES = 1;
const KIND_TEXT = 2;
const KIND_FLOAT64 = 3;
const KIND_INT32 = 4;
const KIND_UINT32 = 5;
const KIND_INT16 = 6;

/** Values of NaN are canonicalised in pieces of this many, since an engine may choose NaN's bits. */
const FLOAT_PIECE = 4096;

export class StateHash {
  #h1 = 0;
  #h2 = 0;
  #h3 = 0;
  #h4 = 0;
  #bytes = 0;
  readonly #tail = new Uint32Array(4);
  readonly #tailBytes = new Uint8Array(this.#tail.buffer);

  constructor() {
    if (new Uint8Array(new Uint32Array([1]).buffer)[0] !== 1) {
      throw new InvariantError("state-hash-host", "state digests are defined on little-endian hosts only");
    }
  }

  updateBytes(bytes: Uint8Array | Int8Array): void {
    this.#record(bytes, KIND_BYTES);
  }

  updateInt16(values: Int16Array | Uint16Array): void {
    this.#record(values, KIND_INT16);
  }

  updateInt32(values: Int32Array): void {
    this.#record(values, KIND_INT32);
  }

  updateUint32(values: Uint32Array): void {
    this.#record(values, KIND_UINT32);
  }

  /** All NaN count as one value; 0 and -0 differ. */
  updateFloat64(values: Float64Array): void {
    let hasNaN = false;
    for (let k = 0; k < values.length; k++) hasNaN = hasNaN || values[k] !== values[k];
    if (!hasNaN) {
      this.#record(values, KIND_FLOAT64);
      return;
    }
    this.#header(values.byteLength, KIND_FLOAT64);
    for (let from = 0; from < values.length; from += FLOAT_PIECE) {
      const piece = values.slice(from, from + FLOAT_PIECE);
      const words = new Uint32Array(piece.buffer);
      for (let k = 0; k < piece.length; k++) {
        if (piece[k] === piece[k]) continue;
        words[2 * k] = 0;
        words[2 * k + 1] = 0x7ff80000;
      }
      this.#content(piece);
    }
  }

  /** A text as its UTF-16 code units. */
  updateText(text: string): void {
    const units = new Uint16Array(text.length);
    for (let k = 0; k < text.length; k++) units[k] = text.charCodeAt(k);
    this.#record(units, KIND_TEXT);
  }

  /** 32 hexadecimal digits. May be called at any time; more may be added after. */
  digest(): string {
    let h1 = this.#h1 ^ this.#bytes;
    let h2 = this.#h2 ^ this.#bytes;
    let h3 = this.#h3 ^ this.#bytes;
    let h4 = this.#h4 ^ this.#bytes;
    h1 = (h1 + h2 + h3 + h4) | 0;
    h2 = (h2 + h1) | 0;
    h3 = (h3 + h1) | 0;
    h4 = (h4 + h1) | 0;
    h1 = finalise(h1);
    h2 = finalise(h2);
    h3 = finalise(h3);
    h4 = finalise(h4);
    h1 = (h1 + h2 + h3 + h4) | 0;
    return hex(h1) + hex((h2 + h1) | 0) + hex((h3 + h1) | 0) + hex((h4 + h1) | 0);
  }

  #record(values: ArrayBufferView, kind: number): void {
    this.#header(values.byteLength, kind);
    this.#content(values);
  }

  #header(byteLength: number, kind: number): void {
    const tail = this.#tail;
    tail[0] = byteLength;
    tail[1] = Math.floor(byteLength / 4_294_967_296);
    tail[2] = kind;
    tail[3] = 0;
    this.#blocks(tail, 4);
  }

  /** Whole blocks in place where the data is aligned to words, else from a copy; then the padded tail. */
  #content(values: ArrayBufferView): void {
    const blocks = values.byteLength >>> 4;
    const aligned = (values.byteOffset & 3) === 0;
    const words = aligned
      ? new Uint32Array(values.buffer, values.byteOffset, blocks * 4)
      : new Uint32Array(new Uint8Array(values.buffer, values.byteOffset, blocks * 16).slice().buffer);
    this.#blocks(words, blocks * 4);
    const left = values.byteLength - blocks * 16;
    if (left === 0) return;
    this.#tail.fill(0);
    this.#tailBytes.set(new Uint8Array(values.buffer, values.byteOffset + blocks * 16, left));
    this.#blocks(this.#tail, 4);
  }

  /** The body of MurmurHash3_x86_128 over whole blocks of four words. */
  #blocks(words: Uint32Array, count: number): void {
    let h1 = this.#h1;
    let h2 = this.#h2;
    let h3 = this.#h3;
    let h4 = this.#h4;
    for (let k = 0; k < count; k += 4) {
      let w = Math.imul(words[k], C1);
      h1 ^= Math.imul((w << 15) | (w >>> 17), C2);
      h1 = (Math.imul(((h1 << 19) | (h1 >>> 13)) + h2, 5) + 0x561ccd1b) | 0;
      w = Math.imul(words[k + 1], C2);
      h2 ^= Math.imul((w << 16) | (w >>> 16), C3);
      h2 = (Math.imul(((h2 << 17) | (h2 >>> 15)) + h3, 5) + 0x0bcaa747) | 0;
      w = Math.imul(words[k + 2], C3);
      h3 ^= Math.imul((w << 17) | (w >>> 15), C4);
      h3 = (Math.imul(((h3 << 15) | (h3 >>> 17)) + h4, 5) + 0x96cd1c35) | 0;
      w = Math.imul(words[k + 3], C4);
      h4 ^= Math.imul((w << 18) | (w >>> 14), C1);
      h4 = (Math.imul(((h4 << 13) | (h4 >>> 19)) + h1, 5) + 0x32ac3b17) | 0;
    }
    this.#h1 = h1;
    this.#h2 = h2;
    this.#h3 = h3;
    this.#h4 = h4;
    this.#bytes += count * 4;
  }
}

function finalise(word: number): number {
  let mixed = word;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
