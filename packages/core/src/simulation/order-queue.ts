/**
 * Order messages on their way to the venue: columns with a free list, and a heap in arrival order.
 *
 * Arrival order is total: arrival time, then a hash of (agent key, time), then agent key, then the order in
 * which the agent wrote. It depends on nobody else, so adding a population shifts nothing.
 */
import { InvariantError } from "../errors.ts";
import { MESSAGE_CAPACITY } from "./capacities.ts";

export const KIND_LIMIT = 0;
/** Immediate-or-cancel at a limit price. */
export const KIND_IMMEDIATE = 1;
/** Immediate-or-cancel within the venue's band. */
export const KIND_MARKET = 2;
/** As KIND_MARKET, reduce-only. */
export const KIND_REDUCE = 3;
export const KIND_CANCEL_ALL = 4;
/** Replace all resting orders by a ladder of post-only levels. */
export const KIND_LADDER = 5;
/** Cash to another venue: `lots` quanta to the account in `ticks`; no market. */
export const KIND_TRANSFER = 6;

/** Levels one ladder can hold. */
export const LADDER_LEVELS = 64;

export class OrderQueue {
  readonly kind = new Uint8Array(MESSAGE_CAPACITY);
  readonly account = new Int32Array(MESSAGE_CAPACITY);
  readonly market = new Int32Array(MESSAGE_CAPACITY);
  readonly side = new Int8Array(MESSAGE_CAPACITY);
  readonly ticks = new Int32Array(MESSAGE_CAPACITY);
  readonly lots = new Float64Array(MESSAGE_CAPACITY);
  readonly tag = new Int32Array(MESSAGE_CAPACITY);
  readonly arrivalMicros = new Float64Array(MESSAGE_CAPACITY);
  readonly tie = new Uint32Array(MESSAGE_CAPACITY);
  readonly agentKey = new Uint32Array(MESSAGE_CAPACITY);
  readonly sequence = new Float64Array(MESSAGE_CAPACITY);
  /** Hold placed by pre-trade risk; slot the order belongs to. */
  readonly reserve = new Float64Array(MESSAGE_CAPACITY);
  readonly slot = new Int32Array(MESSAGE_CAPACITY);
  /** Next message of the same market, set when the message has arrived. */
  readonly nextOfMarket = new Int32Array(MESSAGE_CAPACITY);
  /** Levels of a ladder: block `ladder[message]` of LADDER_LEVELS rows. */
  readonly ladder = new Int32Array(MESSAGE_CAPACITY);
  readonly levelCount = new Int32Array(MESSAGE_CAPACITY);
  readonly levelSide: Int8Array;
  readonly levelTicks: Int32Array;
  readonly levelLots: Float64Array;
  readonly levelReserve: Float64Array;

  private readonly freeMessages = new Int32Array(MESSAGE_CAPACITY);
  private freeCount = MESSAGE_CAPACITY;
  private readonly freeLadders: Int32Array;
  private freeLadderCount: number;
  private readonly heap = new Int32Array(MESSAGE_CAPACITY);
  private heapSize = 0;
  private written = 0;

  constructor(ladderCapacity: number) {
    for (let i = 0; i < MESSAGE_CAPACITY; i++) this.freeMessages[i] = MESSAGE_CAPACITY - 1 - i;
    this.levelSide = new Int8Array(ladderCapacity * LADDER_LEVELS);
    this.levelTicks = new Int32Array(ladderCapacity * LADDER_LEVELS);
    this.levelLots = new Float64Array(ladderCapacity * LADDER_LEVELS);
    this.levelReserve = new Float64Array(ladderCapacity * LADDER_LEVELS);
    this.freeLadders = new Int32Array(ladderCapacity);
    this.freeLadderCount = ladderCapacity;
    for (let i = 0; i < ladderCapacity; i++) this.freeLadders[i] = ladderCapacity - 1 - i;
  }

  /** Messages travelling or waiting. */
  get size(): number {
    return this.heapSize;
  }

  /** A new message with its address filled in; the caller sets the rest, then `send`s it. */
  write(
    kind: number,
    account: number,
    market: number,
    agentKey: number,
    arrivalMicros: number,
    tie: number,
  ): number {
    if (this.freeCount === 0)
      throw new InvariantError("message-capacity", `order messages exhausted: ${MESSAGE_CAPACITY}`);
    const message = this.freeMessages[--this.freeCount];
    this.kind[message] = kind;
    this.account[message] = account;
    this.market[message] = market;
    this.agentKey[message] = agentKey;
    this.arrivalMicros[message] = arrivalMicros;
    this.tie[message] = tie;
    this.sequence[message] = this.written++;
    this.reserve[message] = 0;
    this.lots[message] = 0;
    this.tag[message] = 0;
    this.levelCount[message] = 0;
    return message;
  }

  /** Gives the message a block for ladder levels. */
  takeLadder(message: number): void {
    if (this.freeLadderCount === 0) throw new InvariantError("ladder-capacity", "quote ladders exhausted");
    this.ladder[message] = this.freeLadders[--this.freeLadderCount];
  }

  send(message: number): void {
    const { heap } = this;
    let child = this.heapSize++;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.before(message, heap[parent])) break;
      heap[child] = heap[parent];
      child = parent;
    }
    heap[child] = message;
  }

  /** Arrival time of the first message, Infinity when there is none. */
  nextArrivalMicros(): number {
    return this.heapSize === 0 ? Infinity : this.arrivalMicros[this.heap[0]];
  }

  /** Takes the first message out of the heap; it stays readable until `discard`ed. */
  pop(): number {
    const { heap } = this;
    const first = heap[0];
    const last = heap[--this.heapSize];
    const size = this.heapSize;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= size) break;
      if (child + 1 < size && this.before(heap[child + 1], heap[child])) child++;
      if (!this.before(heap[child], last)) break;
      heap[parent] = heap[child];
      parent = child;
    }
    heap[parent] = last;
    return first;
  }

  discard(message: number): void {
    if (this.kind[message] === KIND_LADDER) this.freeLadders[this.freeLadderCount++] = this.ladder[message];
    this.freeMessages[this.freeCount++] = message;
  }

  private before(a: number, b: number): boolean {
    const { arrivalMicros, tie, agentKey, sequence } = this;
    if (arrivalMicros[a] !== arrivalMicros[b]) return arrivalMicros[a] < arrivalMicros[b];
    if (tie[a] !== tie[b]) return tie[a] < tie[b];
    if (agentKey[a] !== agentKey[b]) return agentKey[a] < agentKey[b];
    return sequence[a] < sequence[b];
  }
}
