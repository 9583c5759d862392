/**
 * A timing wheel of scheduled wakes: agents sleep until the step that holds their next wake.
 *
 * Wake times are exact microseconds and functions of (agent, ordinal) only; the wheel merely files them by
 * step. A bucket holds agents in blocks, one cache line each, with the step beside each agent, so that nothing of a
 * sleeper is read before its step. Wakes beyond one turn are filed again when the wheel passes them.
 */
import { sharedFloat64 } from "../columns/shared.ts";
import { AscendingSort } from "./ascending-sort.ts";

/** A power of two. */
const BUCKETS = 4096;
/** Agents in a block, a power of two. */
const BLOCK = 16;
const NONE = -1;
/** Stands for every step beyond it; no run is that long. */
const LAST_STEP = 0x7fff_ffff;

export class WakeWheel {
  /** Next wake of each agent, microseconds; Infinity: never. */
  readonly wakeMicros: Float64Array;
  /** Agents that `take` has looked at so far: those due, and those filed again for a later turn. */
  looked = 0;
  private readonly firstBlock = new Int32Array(BUCKETS).fill(NONE);
  /** Where the bucket's next agent goes in the blocks; at a multiple of `BLOCK` it needs another block. */
  private readonly end = new Int32Array(BUCKETS);
  private readonly nextBlock: Int32Array;
  private readonly agents: Int32Array;
  private readonly steps: Int32Array;
  private readonly freeBlocks: Int32Array;
  private freeCount: number;
  private readonly sort: AscendingSort;
  private readonly stepMicros: number;
  private readonly originMicros: number;

  constructor(agents: number, stepMicros: number, originMicros: number) {
    this.wakeMicros = sharedFloat64(agents).fill(Infinity);
    // Every bucket has at most one block that is not full; while one is filed again, the block being read as well.
    const blocks = Math.ceil(agents / BLOCK) + BUCKETS + 2;
    this.nextBlock = new Int32Array(blocks).fill(NONE);
    this.agents = new Int32Array(blocks * BLOCK);
    this.steps = new Int32Array(blocks * BLOCK);
    this.freeBlocks = Int32Array.from({ length: blocks }, (_, k) => blocks - 1 - k);
    this.freeCount = blocks;
    this.sort = new AscendingSort(agents);
    this.stepMicros = stepMicros;
    this.originMicros = originMicros;
  }

  /** Files the agent's next wake, which lies beyond the steps taken. The agent must not be filed already. */
  schedule(agent: number, wakeMicros: number): void {
    this.wakeMicros[agent] = wakeMicros;
    this.file(agent);
  }

  /** As `schedule`, for the wake that the agent's column holds. */
  file(agent: number): void {
    const wakeMicros = this.wakeMicros[agent];
    if (wakeMicros === Infinity) return;
    this.put(agent, Math.min(LAST_STEP, Math.floor((wakeMicros - this.originMicros) / this.stepMicros)));
  }

  /** Writes the agents that wake in the step, ascending, into `due`; returns how many. */
  take(step: number, due: Int32Array): number {
    const bucket = step & (BUCKETS - 1);
    let block = this.firstBlock[bucket];
    if (block === NONE) return 0;
    const { agents, steps, nextBlock, freeBlocks } = this;
    const end = this.end[bucket];
    this.firstBlock[bucket] = NONE;
    this.end[bucket] = 0;
    let count = 0;
    let previous = -1;
    let isAscending = true;
    while (block !== NONE) {
      const after = nextBlock[block];
      const from = block * BLOCK;
      const to = after === NONE ? end : from + BLOCK;
      for (let at = from; at < to; at++) {
        const agent = agents[at];
        if (steps[at] !== step) {
          this.put(agent, steps[at]);
          continue;
        }
        if (agent < previous) isAscending = false;
        previous = agent;
        due[count++] = agent;
      }
      this.looked += to - from;
      freeBlocks[this.freeCount++] = block;
      block = after;
    }
    if (!isAscending) this.sort.sort(due, count);
    return count;
  }

  private put(agent: number, step: number): void {
    const bucket = step & (BUCKETS - 1);
    let at = this.end[bucket];
    if ((at & (BLOCK - 1)) === 0) {
      const block = this.freeBlocks[--this.freeCount];
      this.nextBlock[block] = NONE;
      // A full bucket's end is the first place after its last block.
      if (this.firstBlock[bucket] === NONE) this.firstBlock[bucket] = block;
      else this.nextBlock[at / BLOCK - 1] = block;
      at = block * BLOCK;
    }
    this.agents[at] = agent;
    this.steps[at] = step;
    this.end[bucket] = at + 1;
  }
}
