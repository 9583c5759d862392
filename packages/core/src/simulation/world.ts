/**
 * The state of a run: accounts, books, prices, queues, and the view agents get. Phases read and write it,
 * nothing grows; it is built by build-world.ts.
 *
 * Account ids: agents in population order, then the venue's insurance fund and fee desk, then the clearing account
 * when a market has linear impact.
 */
import { auditResidual, type Declared } from "../accounts/audit.ts";
import type { AccountColumns, Ledger } from "../accounts/ledger.ts";
import type { MarginIndex } from "../accounts/margin-index.ts";
import type { TierTable } from "../accounts/tiers.ts";
import type { TriggerLadder } from "../accounts/trigger-ladder.ts";
import type { ColumnStore } from "../columns/allocator.ts";
import type { FillBuffer } from "../market/fill-buffer.ts";
import type { PremiumAverage } from "../market/funding-rate.ts";
import type { BasisAverage } from "../market/mark-price.ts";
import type { Clearing } from "../market/clearing.ts";
import type { PriceHistory } from "../market/price-history.ts";
import type { EmaState } from "../mechanics/moving-averages.ts";
import type { Keys, RandomSource } from "../rng/streams.ts";
import type { DecideContext } from "./agent-port.ts";
import type { Driver, DriverSample } from "./driver-port.ts";
import type { TakerFlow } from "./flow.ts";
import type { SimulationInputs } from "./inputs.ts";
import type { RunObserver } from "./observer.ts";
import type { OrderQueue } from "./order-queue.ts";
import type { Member } from "./population.ts";
import type { EventClock } from "./venue-events.ts";
import type { WritableView } from "./view.ts";
import type { WakeWheel } from "./wake-wheel.ts";
import type { RunSlotColumns } from "./world-columns.ts";

/** One market's rules and live parts. */
export interface Market {
  readonly index: number;
  readonly coin: number;
  readonly perpetual: boolean;
  readonly quantaPerTickLot: number;
  readonly tickSize: number;
  readonly lotSize: number;
  makerFeePpm: number;
  takerFeePpm: number;
  readonly bandPpm: number;
  readonly maxTicks: number;
  readonly impactTickLots: number;
  readonly tiers: TierTable;
  readonly book: Clearing;
  readonly basis: BasisAverage;
  /** Averages of an oracle-median mark: of the middle less the index, and of the book's price; ticks. */
  basisEma: EmaState;
  bookEma: EmaState;
  readonly premium: PremiumAverage;
  readonly history: PriceHistory;
  readonly stopTriggers: TriggerLadder;
  /** Scheduled events in force: nothing matches, cancels go through, the index is old by so many steps. */
  halted: boolean;
  cancelsAllowed: boolean;
  indexLagSteps: number;
  /** Ring of past indices, empty when no lag is scheduled. */
  readonly indexPast: Float64Array;
  /** Arrived messages of this step, linked through `queue.nextOfMarket`. */
  firstMessage: number;
  lastMessage: number;
  lastTradeTicks: number;
  openInterestLots: number;
  fundingPpb: number;
  nextFundingMicros: number;
}

/** Counters over the measured part of the run. */
export interface Counters {
  steps: number;
  orders: number;
  cancels: number;
  fills: number;
  triggers: number;
  decisions: number;
  rejects: number;
  adlNotional: number;
  fees: number;
  fundingPaid: number;
  audits: number;
  residual: number;
  /** Liquidations of which a part was left with the account. */
  insolvent: number;
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
    adlNotional: 0,
    fees: 0,
    fundingPaid: 0,
    audits: 0,
    residual: 0,
    insolvent: 0,
  };
}

export interface World {
  readonly inputs: SimulationInputs;
  readonly keys: Keys;
  readonly random: RandomSource;
  readonly store: ColumnStore;
  readonly accounts: AccountColumns;
  /** Key of each agent for draws and ties: of (population name, index), never of the account id. */
  readonly agentKeys: Uint32Array;
  readonly slots: RunSlotColumns;
  readonly ledger: Ledger;
  readonly markets: readonly Market[];
  readonly spotOfCoin: Int32Array;
  readonly perpOfCoin: Int32Array;
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
  readonly view: WritableView;
  readonly agentCount: number;
  readonly fundAccount: number;
  readonly feeAccount: number;
  /** Takes the other side of every trade in markets with linear impact; -1 when there is none. */
  readonly clearingAccount: number;
  readonly declared: Declared;
  readonly counters: Counters;
  /** Who has to be looked at when marks move; agents' accounts only. */
  readonly margin: MarginIndex;
  /** Scratch of slots whose triggers were reached. */
  readonly triggered: Int32Array;
  /** Per population: what `decide` is handed. */
  readonly contexts: DecideContext[];
  observer: RunObserver | undefined;
  readonly events: EventClock;
  /** Mark at which triggers were last collected, per market. */
  readonly collectedTicks: Int32Array;
  /** Marks before their last update, per market. */
  readonly previousMarkTicks: Float64Array;
  /** When a position was last liquidated in part, per slot; -1 never. For rules with a cooldown. */
  readonly partialMicros: Float64Array;
  step: number;
  nowMicros: number;
  /** Running hash of all fills. */
  fillHash: number;
}

/** Largest absolute difference between the ledger and what was declared. */
export function residualOf(world: World): number {
  return auditResidual(world.ledger, world.declared);
}

/** Marks an account for a margin check in this step's liquidate phase. */
export function markForCheck(world: World, account: number): void {
  world.margin.touch(account);
}
