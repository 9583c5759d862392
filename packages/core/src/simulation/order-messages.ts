/**
 * Order messages as columns: what an agent writes and the venue reads. The queue (order-queue.ts) and the box in which
 * a worker thread writes (parallel/outbox.ts) hold them in the same form.
 */
import { sharedFloat64, sharedInt32, sharedInt8, sharedUint32, sharedUint8 } from "../columns/shared.ts";

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
/** Cash into the isolated margin of a position: `lots` quanta, negative out of it. */
export const KIND_MARGIN = 7;

/** Levels one ladder can hold. */
export const LADDER_LEVELS = 64;

/** Columns over messages, and over the levels of ladders: block `ladder[message]` of LADDER_LEVELS rows. */
export class MessageColumns {
  readonly kind: Uint8Array;
  readonly account: Int32Array;
  readonly market: Int32Array;
  readonly side: Int8Array;
  readonly ticks: Int32Array;
  readonly lots: Float64Array;
  readonly tag: Int32Array;
  readonly arrivalMicros: Float64Array;
  readonly tie: Uint32Array;
  readonly agentKey: Uint32Array;
  readonly ladder: Int32Array;
  readonly levelCount: Int32Array;
  readonly levelSide: Int8Array;
  readonly levelTicks: Int32Array;
  readonly levelLots: Float64Array;

  /** @param from columns of another thread to look into; new ones unless given */
  constructor(messages: number, ladders: number, from?: MessageColumns) {
    const levels = ladders * LADDER_LEVELS;
    this.kind = from?.kind ?? sharedUint8(messages);
    this.account = from?.account ?? sharedInt32(messages);
    this.market = from?.market ?? sharedInt32(messages);
    this.side = from?.side ?? sharedInt8(messages);
    this.ticks = from?.ticks ?? sharedInt32(messages);
    this.lots = from?.lots ?? sharedFloat64(messages);
    this.tag = from?.tag ?? sharedInt32(messages);
    this.arrivalMicros = from?.arrivalMicros ?? sharedFloat64(messages);
    this.tie = from?.tie ?? sharedUint32(messages);
    this.agentKey = from?.agentKey ?? sharedUint32(messages);
    this.ladder = from?.ladder ?? sharedInt32(messages);
    this.levelCount = from?.levelCount ?? sharedInt32(messages);
    this.levelSide = from?.levelSide ?? sharedInt8(levels);
    this.levelTicks = from?.levelTicks ?? sharedInt32(levels);
    this.levelLots = from?.levelLots ?? sharedFloat64(levels);
  }

  /** Fills in a message's address; what else it says is the writer's. */
  protected address(
    message: number,
    kind: number,
    account: number,
    market: number,
    agentKey: number,
    arrivalMicros: number,
    tie: number,
  ): void {
    this.kind[message] = kind;
    this.account[message] = account;
    this.market[message] = market;
    this.agentKey[message] = agentKey;
    this.arrivalMicros[message] = arrivalMicros;
    this.tie[message] = tie;
    this.lots[message] = 0;
    this.tag[message] = 0;
    this.levelCount[message] = 0;
  }
}

/** Where agents' messages go: into the queue, or into a worker's box. */
export interface MessageSink extends MessageColumns {
  /** A new message with its address filled in; the caller sets the rest, then `send`s it. */
  write(
    kind: number,
    account: number,
    market: number,
    agentKey: number,
    arrivalMicros: number,
    tie: number,
  ): number;
  /** Gives the message a block for ladder levels. */
  takeLadder(message: number): void;
  send(message: number): void;
}
