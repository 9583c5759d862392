/**
 * Order messages on their way to the venue: columns with a free list; those that arrive in the step at hand in a list,
 * later ones in a heap in arrival order.
 *
 * Arrival order is total: arrival time, then a hash of (agent key, time), then agent key, then the order in
 * which the agent wrote. It depends on nobody else, so adding a population shifts nothing.
 */
import { InvariantError } from "../errors.ts";
import { ArrivalSort, arrivesBefore } from "./arrival-sort.ts";
import { MESSAGE_CAPACITY } from "./capacities.ts";
import { KIND_LADDER, LADDER_LEVELS, MessageColumns, type MessageSink } from "./order-messages.ts";

export class OrderQueue extends MessageColumns implements MessageSink {
  readonly sequence = new Float64Array(MESSAGE_CAPACITY);
  /** Hold placed by pre-trade risk; slot the order belongs to. */
  readonly reserve = new Float64Array(MESSAGE_CAPACITY);
  readonly slot = new Int32Array(MESSAGE_CAPACITY);
  /** Next message of the same market, set when the message has arrived. */
  readonly nextOfMarket = new Int32Array(MESSAGE_CAPACITY);
  /** Holds of ladder levels. */
  readonly levelReserve: Float64Array;

  private readonly freeMessages = new Int32Array(MESSAGE_CAPACITY);
  private freeCount = MESSAGE_CAPACITY;
  private readonly freeLadders: Int32Array;
  private freeLadderCount: number;
  private readonly heap = new Int32Array(MESSAGE_CAPACITY);
  private heapSize = 0;
  /** Messages that arrive before `nearMicros`, in the order in which they were sent. */
  private readonly near = new Int32Array(MESSAGE_CAPACITY);
  private nearCount = 0;
  private nearMicros = -Infinity;
  /** What the last `gather` took, in arrival order. */
  readonly arrivals = new Int32Array(MESSAGE_CAPACITY);
  private readonly sorting: ArrivalSort;
  private written = 0;

  constructor(ladderCapacity: number) {
    super(MESSAGE_CAPACITY, ladderCapacity);
    this.sorting = new ArrivalSort(this);
    for (let i = 0; i < MESSAGE_CAPACITY; i++) this.freeMessages[i] = MESSAGE_CAPACITY - 1 - i;
    this.levelReserve = new Float64Array(ladderCapacity * LADDER_LEVELS);
    this.freeLadders = new Int32Array(ladderCapacity);
    this.freeLadderCount = ladderCapacity;
    for (let i = 0; i < ladderCapacity; i++) this.freeLadders[i] = ladderCapacity - 1 - i;
  }

  /** Messages travelling or waiting. */
  get size(): number {
    return this.heapSize + this.nearCount;
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
    this.address(message, kind, account, market, agentKey, arrivalMicros, tie);
    this.sequence[message] = this.written++;
    this.reserve[message] = 0;
    return message;
  }

  /** Gives the message a block for ladder levels. */
  takeLadder(message: number): void {
    if (this.freeLadderCount === 0) throw new InvariantError("ladder-capacity", "quote ladders exhausted");
    this.ladder[message] = this.freeLadders[--this.freeLadderCount];
  }

  send(message: number): void {
    if (this.arrivalMicros[message] < this.nearMicros) this.near[this.nearCount++] = message;
    else this.push(message);
  }

  /**
   * Takes the messages that arrive before `endMicros` into `arrivals` and returns how many; they stay readable until
   * `discard`ed. Of the next step as long as this one only what is sent from now on is kept apart.
   *
   * @param startMicros where the step begins that ends there
   */
  gather(startMicros: number, endMicros: number): number {
    const { near, arrivals, arrivalMicros, heap } = this;
    let count = 0;
    for (let k = 0; k < this.nearCount; k++) {
      const message = near[k];
      if (arrivalMicros[message] < endMicros) arrivals[count++] = message;
      else this.push(message);
    }
    this.nearCount = 0;
    while (this.heapSize > 0 && arrivalMicros[heap[0]] < endMicros) arrivals[count++] = this.pop();
    this.sorting.sort(arrivals, count, startMicros);
    this.nearMicros = endMicros + (endMicros - startMicros);
    return count;
  }

  private push(message: number): void {
    const { heap } = this;
    let child = this.heapSize++;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!arrivesBefore(this, message, heap[parent])) break;
      heap[child] = heap[parent];
      child = parent;
    }
    heap[child] = message;
  }

  private pop(): number {
    const { heap } = this;
    const first = heap[0];
    const last = heap[--this.heapSize];
    const size = this.heapSize;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= size) break;
      if (child + 1 < size && arrivesBefore(this, heap[child + 1], heap[child])) child++;
      if (!arrivesBefore(this, heap[child], last)) break;
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
}
