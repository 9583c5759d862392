/**
 * The box into which a worker's agents write their messages, and its emptying into the queue by the main thread. An
 * agent's messages stay in the order in which it wrote them, which is all that the order of arrival depends on.
 */
import { InvariantError } from "../errors.ts";
import { LADDER_CAPACITY, MESSAGE_CAPACITY } from "../simulation/capacities.ts";
import {
  KIND_LADDER,
  LADDER_LEVELS,
  MessageColumns,
  type MessageSink,
} from "../simulation/order-messages.ts";
import type { OrderQueue } from "../simulation/order-queue.ts";

/** Where `OutboxColumns.counts` counts what. */
export const MESSAGES = 0;
export const LADDERS = 1;
export const SETTINGS = 2;
export const REJECTS = 3;

export class Outbox extends MessageColumns implements MessageSink {
  private readonly counts: Int32Array;

  constructor(columns: MessageColumns, counts: Int32Array) {
    super(MESSAGE_CAPACITY, LADDER_CAPACITY, columns);
    this.counts = counts;
  }

  write(
    kind: number,
    account: number,
    market: number,
    agentKey: number,
    arrivalMicros: number,
    tie: number,
  ): number {
    const message = this.counts[MESSAGES];
    if (message === MESSAGE_CAPACITY)
      throw new InvariantError("message-capacity", `order messages exhausted: ${MESSAGE_CAPACITY}`);
    this.counts[MESSAGES] = message + 1;
    this.address(message, kind, account, market, agentKey, arrivalMicros, tie);
    return message;
  }

  takeLadder(message: number): void {
    const ladder = this.counts[LADDERS];
    if (ladder === LADDER_CAPACITY) throw new InvariantError("ladder-capacity", "quote ladders exhausted");
    this.counts[LADDERS] = ladder + 1;
    this.ladder[message] = ladder;
  }

  /** Nothing to do: a message is sent when the box is emptied. */
  send(): void {}
}

/** Moves a box's messages into the queue. */
export function emptyOutbox(box: MessageColumns, counts: Int32Array, queue: OrderQueue): void {
  const count = counts[MESSAGES];
  for (let from = 0; from < count; from++) {
    const kind = box.kind[from];
    const message = queue.write(
      kind,
      box.account[from],
      box.market[from],
      box.agentKey[from],
      box.arrivalMicros[from],
      box.tie[from],
    );
    queue.side[message] = box.side[from];
    queue.ticks[message] = box.ticks[from];
    queue.lots[message] = box.lots[from];
    queue.tag[message] = box.tag[from];
    if (kind === KIND_LADDER) moveLadder(box, from, queue, message);
    queue.send(message);
  }
  counts[MESSAGES] = 0;
  counts[LADDERS] = 0;
}

function moveLadder(box: MessageColumns, from: number, queue: OrderQueue, to: number): void {
  queue.takeLadder(to);
  const levels = box.levelCount[from];
  const source = box.ladder[from] * LADDER_LEVELS;
  const target = queue.ladder[to] * LADDER_LEVELS;
  queue.levelCount[to] = levels;
  for (let level = 0; level < levels; level++) {
    queue.levelSide[target + level] = box.levelSide[source + level];
    queue.levelTicks[target + level] = box.levelTicks[source + level];
    queue.levelLots[target + level] = box.levelLots[source + level];
  }
}
