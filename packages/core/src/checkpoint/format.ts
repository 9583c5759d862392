/**
 * The bytes of a checkpoint file: magic and format number, length of the header, header as JSON, columns in raw
 * little-endian form, and at the end the 128-bit digest of all that comes before.
 *
 * Bytes in, bytes out: who writes them to a file and reads them back is no matter of this package. Nothing of a
 * checkpoint is used before its length and digest have been checked.
 */
import { UserError } from "../errors.ts";
import { StateHash } from "../numeric/state-hash.ts";
import { type CheckpointRun, headerOf, type ParsedHeader, parseHeader } from "./header.ts";
import type { SavedColumn } from "./saved-column.ts";
import type { SavedState } from "./state.ts";

/** Number of the format; another one is refused. */
export const CHECKPOINT_FORMAT = 1;

const MAGIC = "UNDERTOW";
/** Magic, format number, length of the header. */
const PREFIX_BYTES = 16;
/** The digest as 32 hexadecimal digits. */
const DIGEST_BYTES = 32;

/** A checkpoint in memory. */
export interface Checkpoint {
  readonly run: CheckpointRun;
  readonly state: SavedState;
}

/**
 * Bytes of a checkpoint.
 *
 * @example
 * const bytes = encodeCheckpoint(checkpoint);
 * decodeCheckpoint(bytes).run.step === checkpoint.run.step; // true
 */
export function encodeCheckpoint({ run, state }: Checkpoint): Uint8Array {
  const header = new TextEncoder().encode(JSON.stringify(headerOf(run, state)));
  const bodyAt = wordsUp(PREFIX_BYTES + header.length);
  const bodyBytes = state.columns.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const digestAt = wordsUp(bodyAt + bodyBytes);
  const file = new Uint8Array(digestAt + DIGEST_BYTES);
  file.set(new TextEncoder().encode(MAGIC));
  const words = new DataView(file.buffer);
  words.setUint32(8, CHECKPOINT_FORMAT, true);
  words.setUint32(12, header.length, true);
  file.set(header, PREFIX_BYTES);
  let at = bodyAt;
  for (const { bytes } of state.columns) {
    file.set(bytes, at);
    at += bytes.length;
  }
  file.set(new TextEncoder().encode(digestOf(file.subarray(0, digestAt))), digestAt);
  return file;
}

/**
 * Reads the bytes of a checkpoint. Columns are views into `file`, which must not change while they are in use.
 *
 * @throws UserError `checkpoint-damaged` when the bytes are no checkpoint, of another format, cut off or changed
 */
export function decodeCheckpoint(file: Uint8Array): Checkpoint {
  if (file.length < PREFIX_BYTES || textOf(file.subarray(0, MAGIC.length)) !== MAGIC) {
    throw damaged("the file is no checkpoint", {
      expected: `${MAGIC} at its start`,
      found: "something else",
    });
  }
  const words = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const format = words.getUint32(8, true);
  if (format !== CHECKPOINT_FORMAT) {
    throw damaged("the checkpoint has a format that this version does not read", {
      path: "format",
      expected: String(CHECKPOINT_FORMAT),
      found: String(format),
    });
  }
  const digestAt = file.length - DIGEST_BYTES;
  const headerEnd = PREFIX_BYTES + words.getUint32(12, true);
  if (headerEnd > digestAt) throw cutOff(headerEnd + DIGEST_BYTES, file.length);
  const header = parseHeader(textOf(file.subarray(PREFIX_BYTES, headerEnd)));
  if (header !== undefined) checkLength(header, headerEnd, file.length);
  const expected = textOf(file.subarray(digestAt));
  const found = digestOf(file.subarray(0, digestAt));
  if (expected !== found) {
    throw damaged("the checkpoint is damaged", { path: "digest", expected, found });
  }
  if (header === undefined) throw damaged("the checkpoint's header cannot be read", { path: "header" });
  let at = wordsUp(headerEnd);
  const columns = header.columns.map(({ bytes, ...column }): SavedColumn => {
    at += bytes;
    return { ...column, bytes: file.subarray(at - bytes, at) };
  });
  return { run: header.run, state: { columns, values: header.values } };
}

/** Says how much is missing, rather than that the digest is wrong. */
function checkLength(header: ParsedHeader, headerEnd: number, length: number): void {
  const bodyBytes = header.columns.reduce((sum, { bytes }) => sum + bytes, 0);
  const expected = wordsUp(wordsUp(headerEnd) + bodyBytes) + DIGEST_BYTES;
  if (expected !== length) throw cutOff(expected, length);
}

function cutOff(expected: number, found: number): UserError {
  const message = found < expected ? "the checkpoint is cut off" : "the checkpoint is too long";
  return damaged(message, { path: "length", expected: `${expected} bytes`, found: `${found} bytes` });
}

function damaged(
  message: string,
  rest: { readonly path?: string; readonly expected?: string; readonly found?: string },
): UserError {
  return new UserError("checkpoint-damaged", {
    message,
    ...rest,
    remedy: "Take an earlier checkpoint, or run from the start.",
  });
}

function digestOf(bytes: Uint8Array): string {
  const hash = new StateHash();
  hash.updateBytes(bytes);
  return hash.digest();
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Columns and digest begin at whole words of 8 bytes. */
function wordsUp(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
