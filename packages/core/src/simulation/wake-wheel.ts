/**
 * A timing wheel of scheduled wakes: agents sleep until the step that holds their next wake.
 *
 * Wake times are exact microseconds and functions of (agent, ordinal) only; the wheel merely files them: wakes of this
 * turn of the wheel by step, later ones by turn, to be filed by step when their turn begins. So in a step nothing is
 * read of those who sleep on. A bucket holds its agents in blocks of one cache line.
 */
import { sharedFloat64 } from "../columns/shared.ts";
import { AscendingSort } from "./ascending-sort.ts";

/** Steps of a turn, and turns until a bucket of turns is used again. */
const BUCKETS = 4096;
const TURN_BITS = 12;
/** Agents in a block, a power of two. */
const BLOCK = 16;
const NONE = -1;
/** Stands for every step beyond it; no run is that long. */
const LAST_STEP = 0x7fff_ffff;

export class WakeWheel {
  /** Next wake of each agent, microseconds; Infinity: never. */
  readonly wakeMicros: Float64Array;
  /** First the buckets of this turn's steps, then those of later turns. */
  private readonly firstBlock = new Int32Array(2 * BUCKETS).fill(NONE);
  /** Where a bucket's next agent goes in the blocks; at a multiple of `BLOCK` it needs another block. */
  private readonly end = new Int32Array(2 * BUCKETS);
  private readonly nextBlock: Int32Array;
  private readonly agents: Int32Array;
  /** Step of each agent's wake, beside it. */
  private readonly steps: Int32Array;
  private readonly freeBlocks: Int32Array;
  private freeCount: number;
  private turn = 0;
  private readonly sort: AscendingSort;
  private readonly stepMicros: number;
  private readonly originMicros: number;

  constructor(agents: number, stepMicros: number, originMicros: number) {
    this.wakeMicros = sharedFloat64(agents).fill(Infinity);
    // Every bucket has at most one block that is not full; while one is filed again, the block being read as well.
    const blocks = Math.ceil(agents / BLOCK) + 2 * BUCKETS + 2;
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

  /** Writes the agents that wake in the step, ascending, into `due`; returns how many. Steps are taken one by one. */
  take(step: number, due: Int32Array): number {
    if (step >> TURN_BITS !== this.turn) this.beginTurn(step >> TURN_BITS);
    const bucket = step & (BUCKETS - 1);
    const { agents, nextBlock } = this;
    let count = 0;
    let previous = -1;
    let isAscending = true;
    const end = this.end[bucket];
    for (let block = this.empty(bucket); block !== NONE;) {
      const after = nextBlock[block];
      const to = after === NONE ? end : (block + 1) * BLOCK;
      for (let at = block * BLOCK; at < to; at++) {
        const agent = agents[at];
        if (agent < previous) isAscending = false;
        previous = agent;
        due[count++] = agent;
      }
      this.freeBlocks[this.freeCount++] = block;
      block = after;
    }
    if (!isAscending) this.sort.sort(due, count);
    return count;
  }

  /** Files those whose turn it is by step. */
  private beginTurn(turn: number): void {
    this.turn = turn;
    const bucket = BUCKETS + (turn & (BUCKETS - 1));
    const end = this.end[bucket];
    for (let block = this.empty(bucket); block !== NONE;) {
      const after = this.nextBlock[block];
      const to = after === NONE ? end : (block + 1) * BLOCK;
      for (let at = block * BLOCK; at < to; at++) this.put(this.agents[at], this.steps[at]);
      this.freeBlocks[this.freeCount++] = block;
      block = after;
    }
  }

  /** Empties a bucket; its first block. */
  private empty(bucket: number): number {
    const first = this.firstBlock[bucket];
    this.firstBlock[bucket] = NONE;
    this.end[bucket] = 0;
    return first;
  }

  private put(agent: number, step: number): void {
    const turn = step >> TURN_BITS;
    const bucket = turn === this.turn ? step & (BUCKETS - 1) : BUCKETS + (turn & (BUCKETS - 1));
    let at = this.end[bucket];
    if ((at & (BLOCK - 1)) === 0) {
      const block = this.freeBlocks[--this.freeCount];
      this.nextBlock[block] = NONE;
      // The end of a bucket that is full is the first place after its last block.
      if (this.firstBlock[bucket] === NONE) this.firstBlock[bucket] = block;
      else this.nextBlock[at / BLOCK - 1] = block;
      at = block * BLOCK;
    }
    this.agents[at] = agent;
    this.steps[at] = step;
    this.end[bucket] = at + 1;
  }
}
