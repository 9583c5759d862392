/**
 * What the naive order book holds, and its answers to questions about it: two sorted arrays, searched in full.
 *
 * For tests only; naive-book.ts trades on it. Twin of market/book-reads.ts. Never make it fast.
 */
import { InvariantError } from "../errors.ts";
import { OrderHash } from "../market/book-audit.ts";
import type { BookLadder } from "../market/book-ladder.ts";
import type { OrderBook } from "../market/order-book.ts";

/** What a book offers, whichever way it is built. */
export type BookLike = Omit<OrderBook, keyof BookLadder> & Pick<OrderBook, "orderCount">;

export interface Order {
  id: number;
  side: number;
  ticks: number;
  lots: number;
  owner: number;
  tag: number;
  reserve: number;
  flags: number;
}

/** The resting orders of both sides and the questions that need nothing else. */
export class NaiveReads {
  /** Both in priority order: best price first, then oldest first. */
  protected buys: Order[] = [];
  protected sells: Order[] = [];

  get orderCount(): number {
    return this.buys.length + this.sells.length;
  }

  bestBid(): number {
    return this.buys[0]?.ticks ?? 0;
  }

  bestAsk(): number {
    return this.sells[0]?.ticks ?? 0;
  }

  restingOf(owner: number): number {
    return this.all().filter((order) => order.owner === owner).length;
  }

  levelLots(side: number, ticks: number): number {
    return sumOf(
      this.restingOn(side)
        .filter((order) => order.ticks === ticks)
        .map((order) => order.lots),
    );
  }

  lotsWithin(side: number, worstTicks: number): number {
    const within = this.restingOn(side).filter((order) =>
      side === 1 ? order.ticks >= worstTicks : order.ticks <= worstTicks,
    );
    return sumOf(within.map((order) => order.lots));
  }

  notionalBetween(side: number, lowTicks: number, highTicks: number): number {
    const between = this.restingOn(side).filter(
      (order) => order.ticks >= lowTicks && order.ticks <= highTicks,
    );
    return sumOf(between.map((order) => order.ticks * order.lots));
  }

  sweepTicks(takerSide: number, lots: number): number {
    let reached = 0;
    for (const order of this.restingOn(-takerSide)) {
      reached += order.lots;
      if (reached >= lots) return order.ticks;
    }
    return 0;
  }

  averageTicksFor(takerSide: number, notionalTickLots: number): number {
    const makers = this.restingOn(-takerSide);
    if (notionalTickLots <= 0) return makers[0]?.ticks ?? 0;
    let spent = 0;
    let bought = 0;
    for (const { ticks, lots } of makers) {
      if (spent + ticks * lots >= notionalTickLots) {
        bought += (notionalTickLots - spent) / ticks;
        return notionalTickLots / bought;
      }
      spent += ticks * lots;
      bought += lots;
    }
    return 0;
  }

  forEachLevel(
    side: number,
    maxLevels: number,
    visit: (ticks: number, lots: number, orders: number) => void,
  ): void {
    const orders = this.restingOn(side);
    const prices = [...new Set(orders.map((order) => order.ticks))];
    for (const ticks of prices.slice(0, maxLevels)) {
      visit(ticks, this.levelLots(side, ticks), orders.filter((order) => order.ticks === ticks).length);
    }
  }

  hash(): string {
    const hash = new OrderHash();
    for (const { side, ticks, lots, owner, tag } of this.all()) hash.order(side, ticks, lots, owner, tag);
    return hash.digest();
  }

  validate(): void {
    const bid = this.bestBid();
    const ask = this.bestAsk();
    if (bid !== 0 && ask !== 0 && bid >= ask) {
      throw new InvariantError("naive-book-broken", `book is crossed: bid ${bid}, ask ${ask}`);
    }
    for (const order of this.all()) {
      if (order.lots < 1) throw new InvariantError("naive-book-broken", `order ${order.id} is empty`);
    }
  }

  protected restingOn(side: number): Order[] {
    return side === 1 ? this.buys : this.sells;
  }

  protected all(): Order[] {
    return [...this.buys, ...this.sells];
  }
}

/** Sum of an array, 0 when it is empty. */
export function sumOf(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
