/**
 * The port of whoever records a run. The loop calls it; it never changes the world.
 */
import type { Market, World } from "./world.ts";

/** One liquidation order and how it ended. Sizes in lots, money in quanta. */
export interface LiquidationEvent {
  readonly account: number;
  readonly market: Market;
  /** +1: a long was closed, -1: a short. */
  readonly side: number;
  readonly bookLots: number;
  /** Sum of ticks x lots of the fills in the book. */
  readonly bookTickLots: number;
  fundLots: number;
  adlLots: number;
  /** Sum of ticks x lots that went to the fund and to counterparties. */
  movedTickLots: number;
  readonly bankruptcyTicks: number;
  fundDelta: number;
  readonly generation: number;
  readonly forcedShare: number;
  readonly cross: boolean;
  closed: boolean;
}

/** Takes the orders of a run, if somebody wants them. */
export interface OrderTape {
  /** A message has reached its market and was admitted or not; a level of a ladder that was not has negative lots. */
  arrived(world: World, message: number, admitted: boolean): void;
  /** The venue sends an immediate order of its own. */
  forced(
    world: World,
    market: Market,
    slot: number,
    side: number,
    ticks: number,
    lots: number,
    tag: number,
  ): void;
}

export interface RunObserver {
  /** Undefined when nobody wants the orders. */
  readonly orderTape: OrderTape | undefined;
  /** A taker order traded `notional` quanta. */
  takerFlow(market: Market, side: number, tag: number, notional: number): void;
  /** A liquidation round has ended; events are complete. */
  liquidations(world: World, events: readonly LiquidationEvent[]): void;
  /** The step is over; `world.nowMicros` is its end. */
  afterStep(world: World): void;
}
