/**
 * A timing wheel of scheduled wakes: agents sleep until the step that holds their next wake.
 *
 * Wake times are exact microseconds and functions of (agent, ordinal) only; the wheel merely files them: wakes of this
 * turn of the wheel by step, later ones by turn, to be filed by step when their turn begins. So in a step nothing is
 * read of those who sleep on. A bucket holds its agents in blocks of one cache line.
 *
 * All that it knows lies in columns in shared memory, so that threads can use one wheel in turn.
 */
import { sharedFloat64, sharedInt32 } from "../columns/shared.ts";
import { AscendingSort, type SortColumns } from "./ascending-sort.ts";

/** Steps of a turn, and turns until a bucket of turns is used again. */
const BUCKETS = 4096;
const TURN_BITS = 12;
/** Agents in a block, a power of two. */
const BLOCK = 16;
const NONE = -1;
/** Stands for every step beyond it; no run is that long. */
const LAST_STEP = 0x7fff_ffff;

/** Where `WheelColumns.state` holds what: blocks that are free, and the turn at hand. */
const FREE = 0;
const TURN = 1;

/** What a wheel knows, to be posted to a thread. */
export interface WheelColumns {
  /** Next wake of each agent, microseconds; Infinity: never. */
  readonly wakeMicros: Float64Array;
  /** First the buckets of this turn's steps, then those of later turns. */
  readonly firstBlock: Int32Array;
  /** Where a bucket's next agent goes in the blocks; at a multiple of `BLOCK` it needs another block. */
  readonly end: Int32Array;
  readonly nextBlock: Int32Array;
  readonly agents: Int32Array;
  /** Step of each agent's wake, beside it. */
  readonly steps: Int32Array;
  readonly freeBlocks: Int32Array;
  readonly state: Int32Array;
  readonly sort: SortColumns;
}

export class WakeWheel {
  readonly columns: WheelColumns;
  readonly wakeMicros: Float64Array;
  readonly stepMicros: number;
  readonly originMicros: number;
  private readonly sort: AscendingSort;

  /** @param columns those of another wheel of the same size, to be used in turn with it; new ones unless given */
  constructor(agents: number, stepMicros: number, originMicros: number, columns?: WheelColumns) {
    this.sort = new AscendingSort(agents, columns?.sort);
    this.columns = columns ?? emptyColumns(agents, this.sort.columns);
    this.wakeMicros = this.columns.wakeMicros;
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

  /** How many agents are filed. */
  get filedCount(): number {
    const { firstBlock, end, nextBlock } = this.columns;
    let count = 0;
    for (let bucket = 0; bucket < firstBlock.length; bucket++) {
      let block = firstBlock[bucket];
      for (; block !== NONE && nextBlock[block] !== NONE; block = nextBlock[block]) count += BLOCK;
      if (block !== NONE) count += end[bucket] - block * BLOCK;
    }
    return count;
  }

  /** Writes the agents that wake in the step, ascending, into `due`; returns how many. Steps are taken one by one. */
  take(step: number, due: Int32Array): number {
    const { agents, nextBlock, end, freeBlocks, state } = this.columns;
    if (step >> TURN_BITS !== state[TURN]) this.beginTurn(step >> TURN_BITS);
    const bucket = step & (BUCKETS - 1);
    let count = 0;
    let previous = -1;
    let isAscending = true;
    const last = end[bucket];
    for (let block = this.empty(bucket); block !== NONE;) {
      const after = nextBlock[block];
      const to = after === NONE ? last : (block + 1) * BLOCK;
      for (let at = block * BLOCK; at < to; at++) {
        const agent = agents[at];
        if (agent < previous) isAscending = false;
        previous = agent;
        due[count++] = agent;
      }
      freeBlocks[state[FREE]++] = block;
      block = after;
    }
    if (!isAscending) this.sort.sort(due, count);
    return count;
  }

  /** Files those whose turn it is by step. */
  private beginTurn(turn: number): void {
    const { agents, steps, nextBlock, end, freeBlocks, state } = this.columns;
    state[TURN] = turn;
    const bucket = BUCKETS + (turn & (BUCKETS - 1));
    const last = end[bucket];
    for (let block = this.empty(bucket); block !== NONE;) {
      const after = nextBlock[block];
      const to = after === NONE ? last : (block + 1) * BLOCK;
      for (let at = block * BLOCK; at < to; at++) this.put(agents[at], steps[at]);
      freeBlocks[state[FREE]++] = block;
      block = after;
    }
  }

  /** Empties a bucket; its first block. */
  private empty(bucket: number): number {
    const { firstBlock, end } = this.columns;
    const first = firstBlock[bucket];
    firstBlock[bucket] = NONE;
    end[bucket] = 0;
    return first;
  }

  private put(agent: number, step: number): void {
    const { agents, steps, firstBlock, nextBlock, end, freeBlocks, state } = this.columns;
    const turn = step >> TURN_BITS;
    const bucket = turn === state[TURN] ? step & (BUCKETS - 1) : BUCKETS + (turn & (BUCKETS - 1));
    let at = end[bucket];
    if ((at & (BLOCK - 1)) === 0) {
      const block = freeBlocks[--state[FREE]];
      nextBlock[block] = NONE;
      // The end of a bucket that is full is the first place after its last block.
      if (firstBlock[bucket] === NONE) firstBlock[bucket] = block;
      else nextBlock[at / BLOCK - 1] = block;
      at = block * BLOCK;
    }
    agents[at] = agent;
    steps[at] = step;
    end[bucket] = at + 1;
  }
}

/** Nobody is filed, and no wake is known. */
function emptyColumns(agents: number, sort: SortColumns): WheelColumns {
  // Every bucket has at most one block that is not full; while one is filed again, the block being read as well.
  const blocks = Math.ceil(agents / BLOCK) + 2 * BUCKETS + 2;
  const freeBlocks = sharedInt32(blocks);
  for (let k = 0; k < blocks; k++) freeBlocks[k] = blocks - 1 - k;
  const state = sharedInt32(2);
  state[FREE] = blocks;
  return {
    wakeMicros: sharedFloat64(agents).fill(Infinity),
    firstBlock: sharedInt32(2 * BUCKETS).fill(NONE),
    end: sharedInt32(2 * BUCKETS),
    nextBlock: sharedInt32(blocks).fill(NONE),
    agents: sharedInt32(blocks * BLOCK),
    steps: sharedInt32(blocks * BLOCK),
    freeBlocks,
    state,
    sort,
  };
}
