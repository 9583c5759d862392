/**
 * What the main thread and its workers share: the table of chunks, the control words, and the plain description of a
 * run from which a worker builds its side. Everything here can be posted to a thread; columns keep their memory.
 *
 * Tickets only grow. The main thread writes chunks at tickets `DEALT` and up, then raises `DEALT`; a thread takes the next
 * ticket below it, and raises `DONE` when the chunk is finished. So a worker that wakes late finds nothing to do and
 * nobody waits for it.
 */
import { sharedFloat64, sharedInt32, sharedUint8 } from "../columns/shared.ts";
import type { Keys } from "../rng/streams.ts";
import type { AgentModule } from "../simulation/inputs.ts";
import type { MessageColumns } from "../simulation/order-messages.ts";
import type { Member } from "../simulation/population.ts";
import type { WritableView } from "../simulation/view.ts";
import type { WheelColumns } from "../simulation/wake-wheel.ts";
import type { RunSlotColumns } from "../simulation/world-columns.ts";
import type { AccountColumns } from "../accounts/ledger.ts";
import type { TierTable } from "../accounts/tiers.ts";
import type { SettingsColumns } from "./settings-log.ts";

/** Control words, a cache line apart: chunks dealt, taken and done so far; failure; end of the run. */
export const DEALT = 0;
export const TAKEN = 16;
export const DONE = 32;
/** 0 none, 1 being written, 2 its text is in `Deal.failure`. */
export const FAILED = 48;
export const STOPPED = 64;
/** Where the wakes of the next step are (wakes-ahead.ts): one of the four states below. */
export const WAKES = 80;
/** Rung when there is something to do, and how many workers sleep until then. */
export const BELL = 96;
export const SLEEPERS = 112;
/** 1: workers sleep at once when they find nothing to do. */
export const CALM = 128;
const CONTROL_WORDS = 144;

/** States of `WAKES`: nothing to do, offered to workers, being drawn by one, ready. */
export const NO_WAKES = 0;
export const WAKES_OFFERED = 1;
export const WAKES_TAKEN = 2;
export const WAKES_READY = 3;

/** Longest text of a failure, bytes. */
const FAILURE_BYTES = 16_384;

/** Chunks of the step at hand, and who did them. */
export interface Deal {
  readonly control: Int32Array<SharedArrayBuffer>;
  /** Moment and number of the step; a worker's world follows them. */
  readonly clock: Float64Array;
  /** How many agents are in `due`: of this step when its wakes are offered, of the next when they are ready. */
  readonly dueCount: Int32Array;
  /** Per ticket modulo the table's length: population, range in `due`, thread. */
  readonly member: Int32Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly thread: Int32Array;
  /** Length in the first four bytes, then UTF-8 JSON. */
  readonly failure: Uint8Array;
}

/** An empty table with room for a step of so many chunks. */
export function makeDeal(chunks: number): Deal {
  return {
    control: sharedInt32(CONTROL_WORDS),
    clock: sharedFloat64(2),
    dueCount: sharedInt32(1),
    member: sharedInt32(chunks),
    from: sharedInt32(chunks),
    to: sharedInt32(chunks),
    thread: sharedInt32(chunks),
    failure: sharedUint8(FAILURE_BYTES),
  };
}

/** Wakes the workers that sleep. */
export function ringBell(control: Int32Array<SharedArrayBuffer>): void {
  Atomics.add(control, BELL, 1);
  if (Atomics.load(control, SLEEPERS) > 0) Atomics.notify(control, BELL);
}

/** Takes the next chunk that has been dealt; its ticket, or -1 when there is none. */
export function takeTicket(control: Int32Array<SharedArrayBuffer>): number {
  for (;;) {
    const ticket = Atomics.load(control, TAKEN);
    if (ticket >= Atomics.load(control, DEALT)) return -1;
    if (Atomics.compareExchange(control, TAKEN, ticket, ticket + 1) === ticket) return ticket;
  }
}

/** What a worker writes its messages, settings and rejects into. */
export interface OutboxColumns {
  readonly messages: MessageColumns;
  readonly settings: SettingsColumns;
  /** Counts: messages, ladders, settings, rejects. */
  readonly counts: Int32Array;
}

/** A market as a worker needs it. */
export interface WorkerMarket {
  readonly perpetual: boolean;
  readonly maxTicks: number;
  readonly quantaPerTickLot: number;
  readonly tiers: TierTable;
  /** Links of the book's lists of orders by owner; the heads are the slots'. */
  readonly ownerNext: Int32Array;
}

/** A population as a worker needs it: a member without what cannot be posted. */
export type WorkerMember = Omit<Member, "type" | "random" | "spec"> & {
  readonly spec: Pick<
    Member["spec"],
    "name" | "type" | "count" | "weight" | "coins" | "venues" | "params" | "tables"
  >;
};

/** What is posted to a worker when it starts. */
export interface WorkerParts {
  /** 1 and up; 0 is the main thread. */
  readonly thread: number;
  readonly keys: Keys;
  readonly deal: Deal;
  readonly outbox: OutboxColumns;
  readonly accounts: AccountColumns;
  readonly slots: RunSlotColumns;
  readonly markets: readonly WorkerMarket[];
  readonly markTicks: Float64Array;
  readonly agentKeys: Uint32Array;
  readonly members: readonly WorkerMember[];
  readonly views: readonly WritableView[];
  readonly inbound: Float64Array;
  readonly wheel: {
    readonly columns: WheelColumns;
    readonly stepMicros: number;
    readonly originMicros: number;
  };
  readonly wakeKinds: Uint8Array;
  readonly due: Int32Array;
  readonly agentModules: Readonly<Record<string, AgentModule>>;
}
