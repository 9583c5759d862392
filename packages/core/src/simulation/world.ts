/**
 * The state of a run: venues, accounts, books, prices, queues, and the view agents get. Phases read and write it,
 * nothing of it grows but the queues of deleveraging; it is built by build-world.ts.
 *
 * Account ids: the agents' home accounts in population order, so that an agent's id is that of its home account; the
 * accounts that populations of several venues have elsewhere; insurance fund and fee desk of each venue; the cash in
 * transit between venues, if there are several; the clearing account, if a market has linear impact.
 */
import { auditResidual, type Declared } from "../accounts/audit.ts";
import type { AccountColumns, Ledger } from "../accounts/ledger.ts";
import type { MarginIndex } from "../accounts/margin-index.ts";
import type { ColumnStore } from "../columns/allocator.ts";
import type { FillBuffer } from "../market/fill-buffer.ts";
import type { GapSource, Keys } from "../rng/streams.ts";
import type { Counterparties } from "./counterparties.ts";
import type { AgentSettings, Decider } from "./decider.ts";
import type { Driver, DriverSample } from "./driver-port.ts";
import type { TakerFlow } from "./flow.ts";
import type { RunInputs } from "./inputs.ts";
import type { Market } from "./market.ts";
import type { RunObserver } from "./observer.ts";
import type { MessageSink } from "./order-messages.ts";
import type { OrderQueue } from "./order-queue.ts";
import type { Member } from "./population.ts";
import type { Transfers } from "./transfers.ts";
import type { Venue } from "./venue.ts";
import type { EventClock } from "./venue-events.ts";
import type { WritableView } from "./view.ts";
import type { WakeWheel } from "./wake-wheel.ts";
import type { RunSlotColumns } from "./world-columns.ts";

/** Counters over the measured part of the run; money is in the venues' totals. */
export interface Counters {
  steps: number;
  orders: number;
  cancels: number;
  fills: number;
  triggers: number;
  decisions: number;
  rejects: number;
  audits: number;
  residual: number;
}

/** Counters at their start. */
export function emptyCounters(): Counters {
  return {
    steps: 0,
    orders: 0,
    cancels: 0,
    fills: 0,
    triggers: 0,
    decisions: 0,
    rejects: 0,
    audits: 0,
    residual: 0,
  };
}

export interface World {
  /** Without the endowments, so that their memory is free once they have been deposited. */
  readonly inputs: RunInputs;
  readonly keys: Keys;
  readonly random: GapSource;
  readonly store: ColumnStore;
  readonly accounts: AccountColumns;
  /** Per trader's account: key of its agent for draws and ties, of (population name, index), never of an id. */
  readonly agentKeys: Uint32Array;
  readonly slots: RunSlotColumns;
  readonly ledger: Ledger;
  readonly venues: readonly Venue[];
  readonly markets: readonly Market[];
  /** Marks per market (spot: its mid), whole ticks. */
  readonly markTicks: Float64Array;
  readonly fills: FillBuffer;
  /** Fills settled so far in this step. */
  settledFills: number;
  readonly flow: TakerFlow;
  readonly queue: OrderQueue;
  readonly members: readonly Member[];
  readonly wheel: WakeWheel;
  readonly due: Int32Array;
  readonly driver: Driver;
  readonly sample: DriverSample;
  /** The columns of the market view, with the first venue's markets; and the view of each venue. */
  readonly view: WritableView;
  readonly views: readonly WritableView[];
  readonly agentCount: number;
  /** Accounts of agents; those of venues come after them. */
  readonly traderCount: number;
  /** Takes the other side of every trade in markets with linear impact; -1 when there is none. */
  readonly clearingAccount: number;
  /** Per account: its venue, and its agent's id or -1. */
  readonly venueOfAccount: Uint8Array;
  readonly agentOfAccount: Int32Array;
  readonly transfers: Transfers;
  readonly declared: Declared;
  readonly counters: Counters;
  /** Who has to be looked at when marks move; agents' accounts only. */
  readonly margin: MarginIndex;
  /** Who is deleveraged against, of the round under way. */
  readonly counterparties: Counterparties;
  /** Scratch of slots of one market whose stops were reached. */
  readonly triggered: Int32Array;
  /** Lets chunks of due agents decide on this thread. */
  readonly decider: Decider;
  /** Where agents' messages go, which is the queue; and their settings, at once or by way of a log. */
  readonly messages: MessageSink;
  settings: AgentSettings;
  countReject(): void;
  observer: RunObserver | undefined;
  readonly events: EventClock;
  /** Mark at which triggers were last collected, per market. */
  readonly collectedTicks: Int32Array;
  /** Marks before their last update, per market. */
  readonly previousMarkTicks: Float64Array;
  /** When a position was last liquidated in part, per slot; -1 never. Empty when no venue's rule has a cooldown. */
  readonly partialMicros: Float64Array;
  step: number;
  nowMicros: number;
  /** Running hash of all fills. */
  fillHash: number;
}

export type { Market } from "./market.ts";
export type { Venue } from "./venue.ts";

/** Largest absolute difference between the ledger and what was declared. */
export function residualOf(world: World): number {
  return auditResidual(world.ledger, world.declared);
}

/** Marks an account for a margin check in this step's liquidate phase. */
export function markForCheck(world: World, account: number): void {
  world.margin.touch(account);
}
