/**
 * An auditor's own order book: every live order in one list per market, looked through from end to end.
 *
 * Kept from the events of orders and fills. Checks that each trade is at the price of the best and oldest order of its
 * side. A triggered order rests only after its turn has come, which no event tells; until then it is not asked for.
 */
import type { FillSeen, OrderSeen, OrderTicket } from "./auditor-events.ts";
import { type MarketBook, lotsIn, ticksIn } from "./auditor-books.ts";

/** One live order. */
export interface AuditedOrder {
  readonly order: number;
  readonly account: string;
  readonly side: 1 | -1;
  /** Limit in ticks; 0 for a market order. */
  ticks: bigint;
  left: bigint;
  /** Place in time; a later number is behind. */
  place: number;
  /** A condition that has not fired; fired and perhaps not placed yet; placed. */
  state: "waiting" | "fired" | "placed";
  ticket: OrderTicket;
}

const PLAIN: OrderTicket = { leg: 0, conditional: false, reduceOnly: false };

export class AuditorOrders {
  readonly live = new Map<number, AuditedOrder>();
  private readonly market: MarketBook;
  private places = 0;
  private fired = 0;

  constructor(market: MarketBook) {
    this.market = market;
  }

  /** Takes in an order event; throws when it contradicts the book. `ticket` is of an order that is new. */
  see(event: OrderSeen, ticket: OrderTicket = PLAIN): void {
    const { state } = event;
    if (state === "rejected") {
      if (event.reason === "") throw new Error("a reject without a reason");
      return;
    }
    if (state === "accepted") {
      this.accept(event, ticket);
      return;
    }
    const order = this.find(event.order, event.account);
    const lots = lotsIn(this.market, event.size);
    if (state === "cancelled") {
      if (order.left !== lots)
        throw new Error(`order ${event.order} had ${order.left} lots left, told ${lots}`);
      this.remove(order);
    } else if (state === "trimmed") {
      this.take(order, lots);
    } else if (state === "triggered") {
      if (order.state !== "waiting") throw new Error(`order ${event.order} was not waiting`);
      order.state = "fired";
      order.place = ++this.places;
      this.fired++;
    } else if (state === "amended") {
      this.amend(order, ticksIn(this.market, event.price), lots);
    }
  }

  /** The order behind one side of a trade, after its lots are taken off. */
  fill(event: FillSeen): AuditedOrder {
    const order = this.find(event.order, event.account);
    if (order.state === "fired") this.placeFired(order.place);
    if (order.state !== "placed") throw new Error(`order ${event.order} trades before its trigger`);
    if (order.side !== (event.side === "buy" ? 1 : -1))
      throw new Error(`order ${event.order} changed its side`);
    const ticks = ticksIn(this.market, event.price);
    const hasLimit = order.ticks > 0n && !(order.ticket.conditional && event.liquidity === "taker");
    if (hasLimit && (ticks - order.ticks) * BigInt(order.side) > 0n) {
      throw new Error(`order ${event.order} trades at ${ticks} beyond its limit ${order.ticks}`);
    }
    if (event.liquidity === "maker") this.checkPriority(order, ticks);
    this.take(order, lotsIn(this.market, event.size));
    return order;
  }

  /** All that has fired is placed by now: at the next request, or when the mark has moved on. */
  placeFired(place = Infinity): void {
    if (this.fired === 0) return;
    for (const order of this.live.values()) {
      if (order.state !== "fired" || order.place > place) continue;
      order.state = "placed";
      this.fired--;
    }
  }

  /** Lots by price of one side, best first. */
  levels(side: 1 | -1): { readonly ticks: bigint; readonly lots: bigint }[] {
    const lots = new Map<bigint, bigint>();
    for (const order of this.live.values()) {
      if (order.side !== side || order.state === "waiting") continue;
      lots.set(order.ticks, (lots.get(order.ticks) ?? 0n) + order.left);
    }
    return [...lots]
      .map(([ticks, sum]) => ({ ticks, lots: sum }))
      .sort((a, b) => (a.ticks < b.ticks ? side : -side));
  }

  /** Best resting price of a side in ticks, undefined without one. */
  best(side: 1 | -1): bigint | undefined {
    let best: bigint | undefined = undefined;
    for (const { side: own, state, ticks } of this.live.values()) {
      if (own !== side || state === "waiting") continue;
      if (best === undefined || (side === 1 ? ticks > best : ticks < best)) best = ticks;
    }
    return best;
  }

  private accept(event: OrderSeen, ticket: OrderTicket): void {
    const { order, account, side } = event;
    if (!(order > 0) || this.live.has(order)) throw new Error(`order ${order} is told twice`);
    this.placeFired();
    this.live.set(order, {
      order,
      account,
      side: side === "buy" ? 1 : -1,
      ticks: ticksIn(this.market, event.price),
      left: lotsIn(this.market, event.size),
      place: ++this.places,
      state: ticket.conditional ? "waiting" : "placed",
      ticket,
    });
  }

  private amend(order: AuditedOrder, ticks: bigint, lots: bigint): void {
    if (order.state === "waiting") throw new Error(`order ${order.order} waits and was amended`);
    const keepsPlace = ticks === order.ticks && lots <= order.left;
    if (!keepsPlace) order.place = ++this.places;
    order.ticks = ticks;
    order.left = lots;
  }

  private take(order: AuditedOrder, lots: bigint): void {
    if (lots <= 0n || lots > order.left) {
      throw new Error(`order ${order.order} has ${order.left} lots, ${lots} were taken`);
    }
    order.left -= lots;
    if (order.left === 0n) this.remove(order);
  }

  private remove(order: AuditedOrder): void {
    if (order.state === "fired") this.fired--;
    this.live.delete(order.order);
  }

  /** Price, then time: nobody may stand before the order that trades. */
  private checkPriority(maker: AuditedOrder, ticks: bigint): void {
    if (ticks !== maker.ticks) throw new Error(`maker ${maker.order} of ${maker.ticks} trades at ${ticks}`);
    for (const other of this.live.values()) {
      if (other === maker || other.side !== maker.side || other.state !== "placed") continue;
      const isBetter = maker.side === 1 ? other.ticks > ticks : other.ticks < ticks;
      if (isBetter || (other.ticks === ticks && other.place < maker.place)) {
        throw new Error(`order ${other.order} stands before order ${maker.order}, which traded`);
      }
    }
  }

  private find(number: number, account: string): AuditedOrder {
    const order = this.live.get(number);
    if (order === undefined) throw new Error(`order ${number} is not live`);
    if (order.account !== account) throw new Error(`order ${number} is of ${order.account}, not ${account}`);
    return order;
  }
}
