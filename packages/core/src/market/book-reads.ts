/**
 * The questions that an order book answers about what rests in it, as methods; order-book.ts adds the trading.
 *
 * For the observe and mark phases and for audits. Changes nothing and allocates nothing, except `forEachLevel`,
 * `hash` and `validate`, which are not for hot paths.
 */
import * as audit from "./book-audit.ts";
import * as depth from "./book-depth.ts";
import { BookLadder, NONE } from "./book-ladder.ts";

/** A ladder that can be asked. Sides are +1 (buy) and -1 (sell), prices ticks, sizes lots. */
export class BookReads extends BookLadder {
  /** Highest resting buy price, 0 when there is none. */
  bestBid(): number {
    return this.bestBidTicks;
  }

  /** Lowest resting sell price, 0 when there is none. */
  bestAsk(): number {
    return this.bestAskTicks;
  }

  /** Number of resting orders of an owner; walks them. */
  restingOf(owner: number): number {
    let count = 0;
    for (let slot = this.ownerHead[owner]; slot !== NONE; slot = this.ownerNext[slot]) count++;
    return count;
  }

  /** Lots resting on a side at one price. */
  levelLots(side: number, ticks: number): number {
    return depth.levelLots(this, side, ticks);
  }

  /** Lots of a side from its best price to `worstTicks` inclusive. */
  lotsWithin(side: number, worstTicks: number): number {
    return depth.lotsWithin(this, side, worstTicks);
  }

  /** Sum of ticks x lots of a side over [lowTicks, highTicks]. */
  notionalBetween(side: number, lowTicks: number, highTicks: number): number {
    return depth.notionalBetween(this, side, lowTicks, highTicks);
  }

  /** Worst price that a taker of `lots` would reach, 0 when the other side holds fewer. */
  sweepTicks(takerSide: number, lots: number): number {
    return depth.sweepTicks(this, takerSide, lots);
  }

  /** Mean price in ticks of taking a notional given in tick-lots, 0 when the other side is thinner. */
  averageTicksFor(takerSide: number, notionalTickLots: number): number {
    return depth.averageTicksFor(this, takerSide, notionalTickLots);
  }

  /** Calls `visit(ticks, lots, orders)` for the best levels of a side, best first. Not for hot paths. */
  forEachLevel(
    side: number,
    maxLevels: number,
    visit: (ticks: number, lots: number, orders: number) => void,
  ): void {
    depth.forEachLevel(this, side, maxLevels, visit);
  }

  /** Hash of all resting orders in price-time priority: side, ticks, lots, owner, tag. Equal for equal books. */
  hash(): string {
    return audit.hashBook(this);
  }

  /** Checks every link, total and bitmap; throws InvariantError that names what is broken. */
  validate(): void {
    audit.validateBook(this);
  }
}
