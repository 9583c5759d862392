/**
 * Philox4x32-10 four blocks at a time, and exponential gaps two at a time, in 128-bit lanes of WebAssembly.
 *
 * The same operations in the same order as the plain forms, `philox4x32` and `ln`: tests hold them equal bit by bit.
 * A block takes a quarter of the time of the plain form (measured, docs/benchmarks.md, draws).
 */
import {
  I32,
  V128,
  doWhile,
  f64x2,
  get,
  i32,
  i32x4,
  i64x2,
  load128,
  select,
  set,
  shuffle32,
  splat,
  store128,
  wasmModule,
  xor,
  type Code,
} from "./wasm-code.ts";

/** Lanes of the kernel's memory, a multiple of 4: as many agents as decide in one call. */
export const LANES = 32;
/** Blocks an agent can draw at one wake: draws 0 to 7 are two each. */
export const PAIRS = 4;

/** Where the columns lie, in bytes: counters, means and gaps, then two columns of uniforms for each pair. */
export const COUNTER_0 = 0;
export const COUNTER_1 = COUNTER_0 + 4 * LANES;
export const COUNTER_2 = COUNTER_1 + 4 * LANES;
export const MEANS = COUNTER_2 + 4 * LANES;
export const GAPS = MEANS + 8 * LANES;
export const UNIFORMS = GAPS + 8 * LANES;

/** The functions of the module. */
export interface PhiloxKernel {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** Uniforms of the blocks with counters (counter 0, 1, 2 of the lane, c3) to the two columns at `out`, bytes. */
  blocks(lanes: number, c3: number, k0: number, k1: number, out: number): void;
  /** Exponential gaps with the means from the first column of uniforms: whole numbers, 1 at least. */
  gaps(lanes: number): void;
}

/** A kernel with a memory of its own; undefined where the engine has no 128-bit lanes. */
export function philoxKernel(): PhiloxKernel | undefined {
  const bytes = kernelBytes();
  if (!WebAssembly.validate(bytes)) return undefined;
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as unknown as PhiloxKernel;
}

/** What is used of the engine's WebAssembly. */
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { readonly exports: object };
};

let bytesOnce: Uint8Array<ArrayBuffer> | undefined;

function kernelBytes(): Uint8Array<ArrayBuffer> {
  bytesOnce ??= wasmModule([
    { name: "blocks", parameters: 5, locals: [I32, ...Array<number>(10).fill(V128)], body: blocksBody() },
    { name: "gaps", parameters: 1, locals: [I32, ...Array<number>(9).fill(V128)], body: gapsBody() },
  ]);
  return bytesOnce;
}

function blocksBody(): Code {
  const [lanes, c3, k0, k1, out, at, x0, x1, x2, x3, low0, high0, low2, high2, m0, m2] = LOCALS;
  const round = (index: number): Code => [
    ...set(low0, i64x2.productsLow(get(x0), get(m0))),
    ...set(high0, i64x2.productsHigh(get(x0), get(m0))),
    ...set(low2, i64x2.productsLow(get(x2), get(m2))),
    ...set(high2, i64x2.productsHigh(get(x2), get(m2))),
    ...set(x0, xor(xor(highWords(low2, high2), get(x1)), keyOf(k0, Math.imul(index, 0x9e3779b9)))),
    ...set(x2, xor(xor(highWords(low0, high0), get(x3)), keyOf(k1, Math.imul(index, 0xbb67ae85)))),
    ...set(x1, lowWords(low2, high2)),
    ...set(x3, lowWords(low0, high0)),
  ];
  const place = i32.add(get(out), i32.shl(get(at), i32.const(1)));
  return [
    ...set(m0, splat.i32Const(0xd2511f53 | 0)),
    ...set(m2, splat.i32Const(0xcd9e8d57 | 0)),
    ...doWhile(
      [
        ...set(x0, load128(get(at), COUNTER_0)),
        ...set(x1, load128(get(at), COUNTER_1)),
        ...set(x2, load128(get(at), COUNTER_2)),
        ...set(x3, splat.i32(get(c3))),
        ...Array.from({ length: 10 }, (_, index) => round(index)).flat(),
        ...storeUniforms(place, 0, x0, x1),
        ...storeUniforms(place, 8 * LANES, x2, x3),
        ...set(at, i32.add(get(at), i32.const(16))),
      ],
      i32.lessThan(get(at), i32.shl(get(lanes), i32.const(2))),
    ),
  ];
}

/** Numbers of the locals, in order. */
const LOCALS = Array.from({ length: 16 }, (_, index) => index);

const keyOf = (key: number, step: number): Code => splat.i32(i32.add(get(key), i32.const(step)));
const highWords = (low: number, high: number): Code => shuffle32(get(low), get(high), [1, 3, 5, 7]);
const lowWords = (low: number, high: number): Code => shuffle32(get(low), get(high), [0, 2, 4, 6]);

/** Doubles in [0, 1) of two words, as `doubleOf` in streams.ts: 27 and 26 bits. */
function storeUniforms(place: Code, offset: number, high: number, low: number): Code {
  const tops = i32x4.shrU(get(high), 5);
  const rests = i32x4.shrU(get(low), 6);
  const double = (top: Code, rest: Code): Code =>
    f64x2.mul(
      f64x2.add(f64x2.mul(f64x2.fromLow(top), splat.f64Const(67_108_864)), f64x2.fromLow(rest)),
      splat.f64Const(1.1102230246251565e-16),
    );
  return [
    ...store128(place, offset, double(tops, rests)),
    ...store128(place, offset + 16, double(upperHalf(tops), upperHalf(rests))),
  ];
}

const upperHalf = (value: Code): Code => shuffle32(value, value, [2, 3, 2, 3]);

/** As `ln` in elementary.ts for 1 - u in [2^-53, 1], then mean times its negative, rounded as Math.round does. */
function gapsBody(): Code {
  const [lanes, at, x, shift, f, s, z, w, half, gap, up] = LOCALS;
  const c = splat.f64Const;
  const { add, sub, mul, div } = f64x2;
  const even = mul(
    get(w),
    add(
      c(3.999999999940941908e-1),
      mul(get(w), add(c(2.222219843214978396e-1), mul(get(w), c(1.531383769920937332e-1)))),
    ),
  );
  const odd = mul(
    get(z),
    add(
      c(6.66666666666673513e-1),
      mul(
        get(w),
        add(
          c(2.857142874366239149e-1),
          mul(get(w), add(c(1.818357216161805012e-1), mul(get(w), c(1.479819860511658591e-1)))),
        ),
      ),
    ),
  );
  // Sums over the bits of sign and exponent: the low word of the constant is zero, so nothing is carried.
  const rebased = i64x2.add(get(x), splat.i64Const(BigInt(0x3ff00000 - 0x3fe6a09e) << 32n));
  const power = i64x2.shl(i64x2.sub(splat.i64Const(0x7fen), get(shift)), 52);
  const exponent = f64x2.fromLow(
    shuffle32(i64x2.sub(get(shift), splat.i64Const(0x3ffn)), get(shift), [0, 2, 0, 2]),
  );
  const logarithm = sub(
    mul(exponent, c(6.9314718036912381649e-1)),
    sub(
      sub(
        get(half),
        add(
          mul(get(s), add(get(half), add(odd, even))),
          mul(exponent, c(1.90821492927058770002e-10)),
        ),
      ),
      get(f),
    ),
  );
  const isRoundedDown = f64x2.greater(sub(get(up), c(0.5)), get(gap));
  return doWhile(
    [
      ...set(x, sub(c(1), load128(get(at), UNIFORMS))),
      ...set(shift, i64x2.shrU(rebased, 52)),
      ...set(f, sub(mul(get(x), power), c(1))),
      ...set(s, div(get(f), add(c(2), get(f)))),
      ...set(z, mul(get(s), get(s))),
      ...set(w, mul(get(z), get(z))),
      ...set(half, mul(mul(c(0.5), get(f)), get(f))),
      ...set(gap, mul(f64x2.neg(logarithm), load128(get(at), MEANS))),
      ...set(up, f64x2.ceil(get(gap))),
      ...store128(
        get(at),
        GAPS,
        f64x2.max(c(1), select(sub(get(up), c(1)), get(up), isRoundedDown)),
      ),
      ...set(at, i32.add(get(at), i32.const(16))),
    ],
    i32.lessThan(get(at), i32.shl(get(lanes), i32.const(3))),
  );
}
