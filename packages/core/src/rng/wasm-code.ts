/**
 * A few instructions of WebAssembly as bytes, and the module round them: enough to write a kernel of 128-bit lanes in
 * plain sight, without a compiler in the build.
 *
 * Source of the encodings: WebAssembly Core Specification 2.0 (W3C, 2022), chapter 5, binary format. Integer and IEEE
 * operations of WebAssembly give the same bits on every engine, and none of them fuses a product with a sum.
 */

/** Bytes of instructions, in order. */
export type Code = readonly number[];

/** A value type: its byte in the binary format. */
export const I32 = 0x7f;
export const V128 = 0x7b;

/** A function of a module: parameters are 32-bit integers, no result. */
export interface WasmFunction {
  readonly name: string;
  readonly parameters: number;
  /** Types of the locals after the parameters. */
  readonly locals: readonly number[];
  readonly body: Code;
}

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];

export const i32 = {
  const: (value: number): Code => [0x41, ...signed(value | 0)],
  add: (left: Code, right: Code): Code => [...left, ...right, 0x6a],
  shl: (left: Code, right: Code): Code => [...left, ...right, 0x74],
  lessThan: (left: Code, right: Code): Code => [...left, ...right, 0x49],
};

/** Runs the body once, and again as long as the condition at its end holds. */
export const doWhile = (body: Code, condition: Code): Code => [
  ...[0x03, 0x40],
  ...body,
  ...condition,
  ...[0x0d, 0x00, 0x0b],
];

const vector = (opcode: number, ...operands: Code[]): Code => [
  ...operands.flat(),
  0xfd,
  ...unsigned(opcode),
];

/** Loads and stores take an address and what is added to it. */
export const load128 = (address: Code, offset: number): Code => [
  ...address,
  ...[0xfd, 0x00, 0x04],
  ...unsigned(offset),
];
export const store128 = (address: Code, offset: number, value: Code): Code => [
  ...address,
  ...value,
  ...[0xfd, 0x0b, 0x04],
  ...unsigned(offset),
];

/** Two or four equal lanes. */
export const splat = {
  i32: (value: Code): Code => vector(0x11, value),
  i32Const: (value: number): Code => constant(new Int32Array(4).fill(value)),
  i64Const: (value: bigint): Code => constant(new BigInt64Array(2).fill(value)),
  f64Const: (value: number): Code => constant(new Float64Array(2).fill(value)),
};

export const xor = (left: Code, right: Code): Code => vector(0x51, left, right);
/** Lanes of `left` where the mask has ones, else of `right`. */
export const select = (left: Code, right: Code, mask: Code): Code => vector(0x52, left, right, mask);

/** 32-bit lanes 0 to 3 of the left, 4 to 7 of the right. */
export function shuffle32(left: Code, right: Code, lanes: readonly number[]): Code {
  const bytes = lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte));
  return [...left, ...right, 0xfd, 0x0d, ...bytes];
}

export const i32x4 = {
  shrU: (value: Code, bits: number): Code => vector(0xad, value, i32.const(bits)),
};

export const i64x2 = {
  /** Products of the unsigned 32-bit lanes 0 and 1, or 2 and 3. */
  productsLow: (left: Code, right: Code): Code => vector(0xde, left, right),
  productsHigh: (left: Code, right: Code): Code => vector(0xdf, left, right),
  add: (left: Code, right: Code): Code => vector(0xce, left, right),
  sub: (left: Code, right: Code): Code => vector(0xd1, left, right),
  shl: (value: Code, bits: number): Code => vector(0xcb, value, i32.const(bits)),
  shrU: (value: Code, bits: number): Code => vector(0xcd, value, i32.const(bits)),
};

export const f64x2 = {
  add: (left: Code, right: Code): Code => vector(0xf0, left, right),
  sub: (left: Code, right: Code): Code => vector(0xf1, left, right),
  mul: (left: Code, right: Code): Code => vector(0xf2, left, right),
  div: (left: Code, right: Code): Code => vector(0xf3, left, right),
  max: (left: Code, right: Code): Code => vector(0xf5, left, right),
  neg: (value: Code): Code => vector(0xed, value),
  ceil: (value: Code): Code => vector(0x74, value),
  greater: (left: Code, right: Code): Code => vector(0x4a, left, right),
  /** From the signed 32-bit lanes 0 and 1. */
  fromLow: (value: Code): Code => vector(0xfe, value),
};

/** A module with one memory of one page, `memory`, and the functions, all exported. */
export function wasmModule(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) => [0x60, ...list(Array(parameters).fill([I32])), 0x00]);
  const exported = (name: string, kind: number, index: number): Code => [
    ...list([...new TextEncoder().encode(name)].map((byte) => [byte])),
    ...[kind, index],
  ];
  const codes = functions.map(({ locals, body }) => {
    const code = [...list(locals.map((type) => [1, type])), ...body, 0x0b];
    return [...unsigned(code.length), ...code];
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, types),
    ...section(3, functions.map((_, index) => [index])),
    ...section(5, [[0x00, 0x01]]),
    ...section(7, [
      exported("memory", 0x02, 0),
      ...functions.map(({ name }, index) => exported(name, 0x00, index)),
    ]),
    ...section(10, codes),
  ]);
}

function constant({ buffer }: { readonly buffer: ArrayBufferLike }): Code {
  return [0xfd, 0x0c, ...new Uint8Array(buffer)];
}

function section(id: number, entries: readonly Code[]): Code {
  const content = list(entries);
  return [id, ...unsigned(content.length), ...content];
}

function list(entries: readonly Code[]): Code {
  return [...unsigned(entries.length), ...entries.flat()];
}

/** LEB128, unsigned and signed. */
function unsigned(value: number): Code {
  const low = value & 0x7f;
  return value < 0x80 ? [low] : [low | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): Code {
  const low = value & 0x7f;
  const rest = value >> 7;
  const isLast = (rest === 0 && low < 0x40) || (rest === -1 && low >= 0x40);
  return isLast ? [low] : [low | 0x80, ...signed(rest)];
}
