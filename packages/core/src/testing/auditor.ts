/**
 * An independent auditor of an exchange: follows the event stream with naive books of its own and compares.
 *
 * After every event no money and no contract may have appeared or gone, and the event must fit what went before: fees,
 * profits, funding, price-time priority, reduce-only. `compare` then holds the exchange's views against the books.
 * Shares no code with the exchange, and is slow on purpose.
 */
import type {
  AuditedAccount,
  AuditedEvent,
  AuditedTerms,
  AuditedVenue,
  FillSeen,
  FundingSeen,
  LiquidationSeen,
  OrderTicket,
} from "./auditor-events.ts";
import {
  AuditorBooks,
  CLEARING_ACCOUNT,
  type MarketBook,
  abs,
  costOf,
  feeOn,
  fundingOf,
  lotsIn,
  ticksIn,
} from "./auditor-books.ts";
import { compareVenue } from "./auditor-compare.ts";
import { AuditorOrders } from "./auditor-orders.ts";

/** What stands behind the clearing account's side of a trade. */
const CLEARED: OrderTicket = { leg: 0, conditional: false, reduceOnly: false };

/** A side of a trade that waits for the other. */
interface OpenTrade {
  readonly event: FillSeen;
  readonly cost: bigint;
}

export class Auditor {
  readonly books: AuditorBooks;
  readonly orders = new Map<string, AuditorOrders>();
  /** Events seen, by what they are; liquidations by outcome. */
  readonly seen = new Map<string, number>();
  private readonly terms: AuditedTerms;
  private readonly declared = new Map<string, bigint>();
  private readonly tickets = new Map<string, OrderTicket>();
  /** Signed lots that forced orders have traded since the last liquidation event, by account and market. */
  private readonly forced = new Map<string, bigint>();
  private trade: OpenTrade | undefined;
  private covered = 0n;

  constructor(terms: AuditedTerms) {
    this.terms = terms;
    this.books = new AuditorBooks(terms);
    for (const { name } of terms.currencies) this.declared.set(name, 0n);
    for (const [name, market] of this.books.markets) this.orders.set(name, new AuditorOrders(market));
  }

  /** Tells of an account that was opened. */
  open(account: AuditedAccount): void {
    this.books.open(account);
  }

  /** Tells what the sender knows of an order, before its events are read. */
  send(market: string, order: number, ticket: OrderTicket): void {
    this.tickets.set(`${market} ${order}`, ticket);
  }

  /**
   * Reads the events of one request, oldest first.
   *
   * @throws Error with the event, when it contradicts the books
   */
  read(events: readonly AuditedEvent[]): void {
    for (const event of events) {
      try {
        this.follow(event);
        this.checkSums();
      } catch (error) {
        throw new Error(`${(error as Error).message}; at ${JSON.stringify(event)}`, { cause: error });
      }
      const key = event.type === "liquidation" ? `liquidation ${event.outcome}` : event.type;
      this.seen.set(key, (this.seen.get(key) ?? 0) + 1);
    }
    for (const { clearing } of this.books.markets.values()) clearing?.finish();
    for (const orders of this.orders.values()) orders.placeFired();
    this.tickets.clear();
  }

  /** Differences between an exchange's views and the books, in words; none when it keeps its books. */
  compare(venue: AuditedVenue): string[] {
    const found = compareVenue(venue, this.books, this.orders);
    for (const [currency, residual] of this.books.recount(this.declared)) {
      if (residual !== 0n) found.push(`recounted ${currency} leaves ${residual} quanta`);
    }
    return found;
  }

  private follow(event: AuditedEvent): void {
    const { books } = this;
    if (this.trade !== undefined && event.type !== "fill")
      throw new Error("a taker's fill without its maker's");
    const { covered } = this;
    this.covered = 0n;
    switch (event.type) {
      case "deposit":
      case "withdrawal":
      case "transfer":
      case "margin-change":
      case "debt-covered":
        this.followCash(event);
        break;
      case "order": {
        const ticket = this.tickets.get(`${event.market} ${event.order}`);
        this.ordersOf(event.market).see(event, ticket);
        break;
      }
      case "fill":
        this.followFill(event);
        break;
      case "funding":
        this.followFunding(event);
        break;
      case "liquidation":
        this.followLiquidation(event, covered);
        break;
      case "auto-exchange":
        books.move(event.account, "desk", event.sold, books.quanta(event.sold, event.amount));
        books.move("desk", event.account, event.currency, books.quanta(event.currency, event.received));
        break;
      case "mark":
        this.ordersOf(event.market).placeFired();
        this.followMark(books.market(event.market), event.mark);
        break;
      default:
        books.market(event.market).halted = event.type === "halt";
    }
  }

  private followMark(market: MarketBook, mark: number): void {
    market.markTicks = ticksIn(market, mark);
    market.clearing?.see(market.markTicks);
  }

  private followCash(
    event: Extract<AuditedEvent, { readonly currency: string; readonly sold?: never }>,
  ): void {
    const { books, declared } = this;
    const { type, account, currency } = event;
    const quanta = books.quanta(currency, event.amount);
    if (type === "deposit" || type === "withdrawal") {
      const signed = type === "deposit" ? quanta : 0n - quanta;
      books.pay(account, currency, signed, true);
      declared.set(currency, (declared.get(currency) ?? 0n) + signed);
    } else if (type === "transfer") {
      books.move(account, event.with ?? "", currency, quanta);
    } else if (type === "debt-covered") {
      if (event.with !== this.terms.holder) throw new Error(`${event.with} paid a debt`);
      books.move(this.terms.holder, account, currency, quanta);
      this.covered = quanta;
    }
  }

  private followFill(event: FillSeen): void {
    const { books, terms } = this;
    const market = books.market(event.market);
    const sign = event.side === "buy" ? 1n : -1n;
    const lots = lotsIn(market, event.size);
    const cost = sign * costOf(market, lots, ticksIn(market, event.price));
    this.pair(event, cost);
    const isTaker = event.liquidity === "taker";
    const ticket = market.clearing === undefined || isTaker ? this.takeFromOrder(event, market) : CLEARED;
    const exempt = books.book(event.account).venueOwned || (event.forced && !terms.takerFee);
    const fee = exempt ? 0n : feeOn(cost, isTaker ? terms.fees.taker : terms.fees.maker);
    expectEqual("fee", books.quanta(market.settlement, event.fee), fee);
    books.move(event.account, "fees", market.settlement, fee);
    const leg = event.forced ? books.closingLeg(event.account, sign) : ticket.leg;
    const position = books.position(event.account, market, leg);
    const { realised, closed } = books.enter(event.account, position, sign * lots, cost);
    expectEqual("realised profit", books.quanta(market.settlement, event.realised), realised);
    if ((event.forced || ticket.reduceOnly) && closed !== lots) throw new Error("more than reduced");
    if (BigInt(leg) * position.lots < 0n) throw new Error("a leg on the wrong side");
    market.lastTicks = ticksIn(market, event.price);
    if (event.forced) {
      const key = `${event.account} ${event.market}`;
      this.forced.set(key, (this.forced.get(key) ?? 0n) + sign * lots);
    }
  }

  /** Takes a fill's lots off its order; in a market without a book the taker's fill is a part of one move. */
  private takeFromOrder(event: FillSeen, market: MarketBook): OrderTicket {
    const { ticket, ticks, left } = this.ordersOf(event.market).fill(event);
    market.clearing?.fill({
      order: event.order,
      side: event.side === "buy" ? 1n : -1n,
      lots: lotsIn(market, event.size),
      ticks: ticksIn(market, event.price),
      limit: ticks === 0n || ticket.conditional ? undefined : ticks,
      left,
    });
    return ticket;
  }

  /** A maker's fill must be the other side of the taker's fill right before it. */
  private pair(event: FillSeen, cost: bigint): void {
    const { trade } = this;
    if (event.liquidity === "taker") {
      if (trade !== undefined) throw new Error("two takers' fills in a row");
      this.trade = { event, cost };
      return;
    }
    if (trade === undefined) throw new Error("a maker's fill without its taker's");
    const taker = trade.event;
    this.trade = undefined;
    const isOther = taker.market === event.market && taker.size === event.size && taker.price === event.price;
    const isCleared = this.books.market(event.market).clearing !== undefined;
    if (isCleared && (event.account !== CLEARING_ACCOUNT || event.order !== 0)) {
      throw new Error(`${event.account} makes a trade in a market without a book`);
    }
    if (!isOther || trade.cost !== 0n - cost) throw new Error("the two sides of a trade differ");
    const isHedged = this.books.book(event.account).account.mode === "hedge";
    if (taker.account === event.account && !isHedged) throw new Error("an account trades with itself");
  }

  private followFunding(event: FundingSeen): void {
    const { books } = this;
    const market = books.market(event.market);
    const ticks = ticksIn(market, event.price);
    const left = new Map<string, bigint>();
    let sum = books.quanta(market.settlement, event.dust);
    for (const { account, amount } of event.payments) {
      const quanta = books.quanta(market.settlement, amount);
      left.set(account, (left.get(account) ?? 0n) + quanta);
      books.pay(account, market.settlement, quanta);
      sum += quanta;
    }
    books.pay("fees", market.settlement, books.quanta(market.settlement, event.dust));
    expectEqual("sum of funding", sum, 0n);
    for (const { account, positions } of books.books.values()) {
      let due = 0n;
      for (const position of positions) {
        if (position.market === market) due += fundingOf(market, position.lots, ticks, event.rate);
      }
      expectEqual(`funding of ${account.name}`, left.get(account.name) ?? 0n, due);
    }
  }

  private followLiquidation(event: LiquidationSeen, covered: bigint): void {
    const { books, terms } = this;
    const { outcome, account } = event;
    const market = books.market(event.market);
    const lots = lotsIn(market, event.size);
    const fundDelta = books.quanta(market.settlement, event.fundDelta);
    if (outcome === "book") {
      const key = `${account} ${event.market}`;
      const sold = event.side === "long" ? 0n - lots : lots;
      expectEqual("lots of the forced order", sold, this.forced.get(key) ?? 0n);
      this.forced.delete(key);
      // What the holder paid for a debt was told on its own, just before.
      books.move(account, terms.holder, market.settlement, fundDelta + covered);
    } else if (outcome === "fund" || outcome === "vault") {
      this.handOver(event, market, terms.holder, lots);
      if (outcome === "vault" && fundDelta > 0n) {
        books.move(account, terms.holder, market.settlement, fundDelta);
      }
    } else if (outcome === "adl") {
      let sum = 0n;
      for (const counterparty of event.counterparties ?? []) {
        const part = lotsIn(market, counterparty.size);
        this.handOver(event, market, counterparty.account, part);
        sum += part;
      }
      expectEqual("lots deleveraged", sum, lots);
    }
  }

  /** Lots of a liquidated position go to another account at the event's price. */
  private handOver(event: LiquidationSeen, market: MarketBook, to: string, lots: bigint): void {
    const { books } = this;
    const sign = event.side === "long" ? 1n : -1n;
    const ticks = ticksIn(market, event.price);
    const cost = sign * costOf(market, lots, ticks);
    const from = books.position(event.account, market, books.closingLeg(event.account, 0n - sign));
    const given = books.enter(event.account, from, 0n - sign * lots, 0n - cost);
    expectEqual("lots that were there to be taken", given.closed, lots);
    const taken = books.enter(to, books.position(to, market, books.closingLeg(to, sign)), sign * lots, cost);
    if (event.outcome === "adl" && taken.closed !== lots) throw new Error("deleveraging opens a position");
  }

  private checkSums(): void {
    if (this.trade !== undefined) return;
    for (const [currency, residual] of this.books.residuals) {
      if (residual !== 0n) throw new Error(`${abs(residual)} quanta of ${currency} too many or too few`);
    }
    for (const { name, residualLots } of this.books.markets.values()) {
      if (residualLots !== 0n) throw new Error(`${residualLots} lots of ${name} left over`);
    }
  }

  private ordersOf(market: string): AuditorOrders {
    const orders = this.orders.get(market);
    if (orders === undefined) throw new Error(`the auditor knows no market ${market}`);
    return orders;
  }
}

function expectEqual(what: string, told: bigint, own: bigint): void {
  if (told !== own) throw new Error(`${what}: told ${told}, the auditor has ${own}`);
}
