/**
 * Draws for up to 32 agents at a time: counters in, uniforms or exponential gaps out, in columns over lanes.
 *
 * Runs on 128-bit lanes where the engine has them (philox-kernel.ts), else one lane after the other with the plain
 * forms, which are the tests' twin; the bits are the same. Columns hold nothing that lasts beyond a call.
 */
import { ln } from "../numeric/elementary.ts";
import {
  COUNTER_0,
  COUNTER_1,
  COUNTER_2,
  GAPS,
  LANES,
  MEANS,
  PAIRS,
  UNIFORMS,
  philoxKernel,
  type PhiloxKernel,
} from "./philox-kernel.ts";
import { philox4x32 } from "./philox.ts";

export { LANES, PAIRS };

/** Columns over lanes and what is drawn from them. */
export class PhiloxLanes {
  /** Counter words 0 to 2 of each lane. */
  readonly counter0: Int32Array;
  readonly counter1: Int32Array;
  readonly counter2: Int32Array;
  /** Mean gap of each lane. */
  readonly means: Float64Array;
  readonly gaps: Float64Array;
  /** Pair p: uniforms of words 0 and 1 from 2 p LANES on, of words 2 and 3 from (2 p + 1) LANES on. */
  readonly uniforms: Float64Array;
  private readonly kernel: PhiloxKernel;

  /** @param options `plain`: without 128-bit lanes, as the tests' twin; default false */
  constructor(options: { readonly plain?: boolean } = {}) {
    this.kernel = (options.plain === true ? undefined : philoxKernel()) ?? plainKernel();
    const { buffer } = this.kernel.memory;
    this.counter0 = new Int32Array(buffer, COUNTER_0, LANES);
    this.counter1 = new Int32Array(buffer, COUNTER_1, LANES);
    this.counter2 = new Int32Array(buffer, COUNTER_2, LANES);
    this.means = new Float64Array(buffer, MEANS, LANES);
    this.gaps = new Float64Array(buffer, GAPS, LANES);
    this.uniforms = new Float64Array(buffer, UNIFORMS, 2 * PAIRS * LANES);
  }

  /** Draws the blocks of the first `lanes` lanes into the columns of a pair. */
  draw(lanes: number, c3: number, k0: number, k1: number, pair: number): void {
    this.kernel.blocks(lanes, c3, k0, k1, UNIFORMS + 16 * LANES * pair);
  }

  /** As `draw` into pair 0; then gaps: the mean times -ln(1 - uniform), whole, 1 at least. */
  drawGaps(lanes: number, c3: number, k0: number, k1: number): void {
    this.kernel.blocks(lanes, c3, k0, k1, UNIFORMS);
    this.kernel.gaps(lanes);
  }
}

let lanesOfThread: PhiloxLanes | undefined;

/** The lanes of this thread; scratch, so nobody may expect to find in them what an earlier caller left. */
export function threadLanes(): PhiloxLanes {
  lanesOfThread ??= new PhiloxLanes();
  return lanesOfThread;
}

/** 2^-53. */
const TWO_TO_MINUS_53 = 1.1102230246251565e-16;

/** A double in [0, 1) from 27 and 26 bits of two words. */
export function doubleOf(high: number, low: number): number {
  return ((high >>> 5) * 67_108_864 + (low >>> 6)) * TWO_TO_MINUS_53;
}

/** Whole microseconds, one at least. */
export function gapOf(micros: number): number {
  return Math.max(1, Math.round(micros));
}

/** The kernel in plain arithmetic. */
function plainKernel(): PhiloxKernel {
  const buffer = new ArrayBuffer(UNIFORMS + 16 * LANES * PAIRS);
  const words = new Int32Array(buffer);
  const doubles = new Float64Array(buffer);
  const block = new Uint32Array(4);
  return {
    memory: { buffer },
    blocks(lanes, c3, k0, k1, out) {
      for (let lane = 0; lane < lanes; lane++) {
        const counter = (offset: number): number => words[offset / 4 + lane];
        philox4x32(counter(COUNTER_0), counter(COUNTER_1), counter(COUNTER_2), c3, k0, k1, block);
        doubles[out / 8 + lane] = doubleOf(block[0], block[1]);
        doubles[out / 8 + LANES + lane] = doubleOf(block[2], block[3]);
      }
    },
    gaps(lanes) {
      for (let lane = 0; lane < lanes; lane++) {
        const uniform = doubles[UNIFORMS / 8 + lane];
        doubles[GAPS / 8 + lane] = gapOf(-ln(1 - uniform) * doubles[MEANS / 8 + lane]);
      }
    },
  };
}
