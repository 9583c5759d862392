/**
 * One market at run time: its rules, its book, and the averages, triggers and counts that belong to it. Built by
 * build-market.ts, moved by the phases.
 */
import type { TierTable } from "../accounts/tiers.ts";
import type { TriggerLadder } from "../accounts/trigger-ladder.ts";
import type { PremiumAverage } from "../market/funding-rate.ts";
import type { BasisAverage } from "../market/mark-price.ts";
import type { OrderBook } from "../market/order-book.ts";
import type { PriceHistory } from "../market/price-history.ts";
import type { EmaState } from "../mechanics/moving-averages.ts";
import type { Venue } from "./venue.ts";
import type { IndexSourceRow } from "./venue-index.ts";

/** One market's rules and live parts. */
export interface Market {
  readonly index: number;
  readonly venue: Venue;
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
  readonly book: OrderBook;
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
  /** Moment at which the halt in force began; meaningless without one. */
  haltedMicros: number;
  /** What the index of a perpetual is made of; empty for spot. */
  readonly indexSources: readonly IndexSourceRow[];
  /** Index before the venue's lag, ticks of this market. */
  freshIndexTicks: number;
  /** Ring of past indices, empty when no lag is scheduled. */
  readonly indexPast: Float64Array;
  /** Arrived messages of this step, linked through `queue.nextOfMarket`. */
  firstMessage: number;
  lastMessage: number;
  lastTradeTicks: number;
  openInterestLots: number;
  fundingPpb: number;
}
