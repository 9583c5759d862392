/**
 * What must come of a request, where that can be known from its fields, the venue's published rules and the auditor's
 * books: done, rejected as data, or refused. Undefined where it depends on margins or on who trades with whom.
 *
 * Written from the documents, not from the exchange's code; margins are only bounded, generously, from both sides.
 */
import type { AuditedBook, MarketBook } from "./auditor-books.ts";
import { VENUE_ACCOUNTS, valueOf } from "./auditor-books.ts";
import type { Auditor } from "./auditor.ts";
import { type OrderTerms, forecastAmendment, forecastOrder, isWhole } from "./workload-order-forecast.ts";
import type { WorkloadOutcome, WorkloadRequest } from "./workload-requests.ts";
import type { WorkloadVenue } from "./workload-venues.ts";

/** Forecasts for one exchange. */
export class WorkloadForecast implements OrderTerms {
  readonly venue: WorkloadVenue;
  readonly auditor: Auditor;
  /** Names by account key. */
  private readonly names: readonly string[];
  private readonly pooled: ReadonlySet<string>;

  /** @param pooled names of accounts whose other currencies are collateral */
  constructor(venue: WorkloadVenue, auditor: Auditor, names: readonly string[], pooled: ReadonlySet<string>) {
    this.venue = venue;
    this.auditor = auditor;
    this.names = names;
    this.pooled = pooled;
  }

  of(request: WorkloadRequest): WorkloadOutcome | undefined {
    switch (request.kind) {
      case "place":
        return forecastOrder(this, request.wish);
      case "amend":
        return forecastAmendment(this, request.wish);
      case "cancel": {
        const { account, market, order } = request.wish;
        const name = this.names[account];
        if (name === undefined || !this.auditor.orders.has(market)) return "refused";
        const found = this.auditor.orders.get(market)?.live.get(order);
        return found?.account === name ? "done" : "rejected";
      }
      case "cancel-all":
      case "collateral":
      case "external":
      case "halt":
      case "resume":
        return "done";
      case "advance": {
        const { seconds } = request;
        return seconds >= 1e-6 && seconds <= this.venue.rules.funding.intervalSeconds ? "done" : "refused";
      }
      case "index": {
        const { sources } = request;
        return typeof sources !== "number" || (sources > 0 && sources < Infinity) ? "done" : "refused";
      }
      case "leverage":
        return this.leverage(request.setting);
      case "margin":
        return this.margin(request.change);
      case "deposit":
        return this.isAmount(request.flow) ? "done" : "refused";
      case "withdraw":
        return this.outgoing(request.flow);
      case "transfer":
        if (this.names[request.flow.to] === undefined) return "refused";
        return this.outgoing({ ...request.flow, account: request.flow.from });
    }
  }

  bookOf(account: number): AuditedBook | undefined {
    const name = this.names[account];
    return name === undefined ? undefined : this.auditor.books.book(name);
  }

  marketOf(name: string): MarketBook | undefined {
    return this.auditor.books.markets.get(name);
  }

  isPooled(book: AuditedBook): boolean {
    return this.pooled.has(book.account.name);
  }

  /** Wallet and unrealised profit, quanta. */
  equityOf(book: AuditedBook): bigint {
    let equity = book.wallets.get(this.venue.currency) ?? 0n;
    for (const { market, lots, cost } of book.positions) {
      if (lots !== 0n) equity += valueOf(market, lots, market.markTicks) - cost;
    }
    return equity;
  }

  /** Whether the account has neither position nor order. */
  isIdle(book: AuditedBook): boolean {
    if (book.positions.some(({ lots }) => lots !== 0n)) return false;
    for (const { live } of this.auditor.orders.values()) {
      for (const { account } of live.values()) if (account === book.account.name) return false;
    }
    return true;
  }

  private isAmount(flow: { account: number; currency: string; amount: number }): boolean {
    const { amount } = flow;
    if (this.names[flow.account] === undefined || !(amount > 0 && amount < 1e12)) return false;
    return isWhole(amount * (flow.currency === "COIN" ? 1e8 : 1e6));
  }

  private outgoing(flow: { account: number; currency: string; amount: number }): WorkloadOutcome | undefined {
    const book = this.bookOf(flow.account);
    if (book === undefined || !this.isAmount(flow)) return "refused";
    const quanta = this.auditor.books.quanta(flow.currency, flow.amount);
    const wallet = book.wallets.get(flow.currency) ?? 0n;
    const idle = this.isIdle(book);
    if (flow.account < VENUE_ACCOUNTS.length || this.isPooled(book)) return undefined;
    if (idle && quanta <= wallet) return "done";
    const equity = this.equityOf(book);
    const most = wallet > equity ? wallet : equity;
    // An isolated account with an unpaid debt has more cash than its wallet says.
    return book.account.mode !== "isolated" && quanta > most ? "refused" : undefined;
  }

  private leverage(setting: {
    account: number;
    market: string;
    leverage: number;
  }): WorkloadOutcome | undefined {
    const { rules, maxLeverage } = this.venue;
    const book = this.bookOf(setting.account);
    const market = this.marketOf(setting.market);
    if (book === undefined || market === undefined) return "refused";
    const inRange = setting.leverage >= 1 && setting.leverage <= maxLeverage;
    if (rules.initialMargin.leverage !== "chosen" || !inRange) return "refused";
    const hasPosition = book.positions.some(({ lots, market: own }) => own === market && lots !== 0n);
    const orders = this.auditor.orders.get(market.name)?.live.values() ?? [];
    const hasOrder = [...orders].some(({ account }) => account === book.account.name);
    return hasPosition || hasOrder ? "refused" : "done";
  }

  private margin(change: { account: number; market: string; amount: number }): WorkloadOutcome | undefined {
    const book = this.bookOf(change.account);
    const market = this.marketOf(change.market);
    if (book === undefined || market === undefined) return "refused";
    const open = book.positions.some(({ lots, market: own }) => own === market && lots !== 0n);
    if (book.account.mode !== "isolated" || !open || !Number.isFinite(change.amount)) return "refused";
    return undefined;
  }
}
