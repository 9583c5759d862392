/**
 * A workload for exchanges: seeded requests, most of them good, many bad, each forecast, all audited.
 *
 * Episodes go through the venues in turn, each on a new exchange with a seed of its own. Any contradiction between
 * exchange, forecast and auditor ends the run with an error that names the episode to run again. The same seed gives
 * the same hash.
 */
import { Exchange } from "../exchange/exchange.ts";
import { StateHash } from "../numeric/state-hash.ts";
import { VENUE_ACCOUNTS } from "./auditor-books.ts";
import type { AuditedAccount, AuditedEvent } from "./auditor-events.ts";
import { Auditor } from "./auditor.ts";
import { type Draw, drawer } from "./margin-world.ts";
import { WorkloadDraws, makerShare } from "./workload-draws.ts";
import { WorkloadForecast } from "./workload-forecast.ts";
import { type WorkloadOutcome, type WorkloadRequest, doRequest } from "./workload-requests.ts";
import { WORKLOAD_CURRENCIES, WORKLOAD_VENUES, type WorkloadVenue } from "./workload-venues.ts";

/** How much of what. */
export interface WorkloadOptions {
  /** Requests in all. */
  readonly requests: number;
  /** Default 1. */
  readonly seed?: number;
  /** Requests on one exchange before the next is opened; default 25,000. */
  readonly episodeRequests?: number;
  /** Requests between two comparisons of all views with the books; default 500. */
  readonly compareEvery?: number;
  /** Number of the first episode; default 0. */
  readonly firstEpisode?: number;
  /** Called after each episode with the summary so far. */
  readonly onEpisode?: (summary: WorkloadSummary) => void;
}

/** What a workload has done and seen. */
export interface WorkloadSummary {
  requests: number;
  /** Events that the exchanges told. */
  events: number;
  readonly outcomes: Record<WorkloadOutcome, number>;
  /** Requests whose outcome was forecast, and came true, by outcome. */
  readonly forecasts: Record<WorkloadOutcome, number>;
  /** Events by venue and kind. */
  readonly seen: Map<string, number>;
  comparisons: number;
  /**
   * Digest of every request's outcome and order number, of the figures of fills, liquidations, marks and funding, and of
   * the wallets at the end of each episode.
   */
  hash: string;
}

const TRADERS = 12;

/**
 * Runs a workload.
 *
 * @throws Error at the first contradiction, with episode, venue and request
 * @example
 * runWorkload({ requests: 10_000, seed: 1 }).hash;
 */
export function runWorkload(options: WorkloadOptions): WorkloadSummary {
  const { requests, seed = 1, episodeRequests = 25_000, compareEvery = 500 } = options;
  const hash = new StateHash();
  const summary: WorkloadSummary = {
    requests: 0,
    events: 0,
    outcomes: { done: 0, rejected: 0, refused: 0 },
    forecasts: { done: 0, rejected: 0, refused: 0 },
    seen: new Map(),
    comparisons: 0,
    hash: "",
  };
  for (let episode = options.firstEpisode ?? 0; summary.requests < requests; episode++) {
    const venue = WORKLOAD_VENUES[episode % WORKLOAD_VENUES.length];
    const wanted = Math.min(episodeRequests, requests - summary.requests);
    const run = new Episode(venue, drawer(seed * 1_000_003 + episode), summary, hash);
    for (let k = 0; k < wanted; k++) {
      try {
        run.step();
        if ((k + 1) % compareEvery === 0 || k + 1 === wanted) run.compare();
      } catch (error) {
        const where = `seed ${seed}, episode ${episode} (${venue.name}), request ${k}`;
        const text = `${where}: ${(error as Error).message}\nrequest: ${JSON.stringify(run.request)}`;
        throw new Error(text, { cause: error });
      }
    }
    run.end();
    summary.hash = hash.digest();
    options.onEpisode?.(summary);
  }
  return summary;
}

class Episode {
  request: WorkloadRequest | undefined;
  private readonly venue: WorkloadVenue;
  private readonly exchange: Exchange;
  private readonly auditor: Auditor;
  private readonly draws: WorkloadDraws;
  private readonly forecast: WorkloadForecast;
  private readonly summary: WorkloadSummary;
  private readonly hash: StateHash;
  private readonly names = [...VENUE_ACCOUNTS];
  private figures: number[] = [];

  constructor(venue: WorkloadVenue, draw: Draw, summary: WorkloadSummary, hash: StateHash) {
    const { rules, markets } = venue;
    this.venue = venue;
    this.summary = summary;
    this.hash = hash;
    const currencies = WORKLOAD_CURRENCIES;
    const accountCapacity = TRADERS + VENUE_ACCOUNTS.length;
    this.exchange = new Exchange({ rules, currencies, markets, accountCapacity, seed: `${draw.share()}` });
    this.auditor = new Auditor({
      currencies,
      markets,
      fees: rules.fees,
      takerFee: rules.liquidation.takerFee,
      holder: rules.backstop.kind === "vault" ? "vault" : "fund",
    });
    const pooled = new Set<string>();
    const traders = Array.from({ length: TRADERS }, (_, k) => this.openTrader(draw, k, pooled));
    this.draws = new WorkloadDraws(venue, this.auditor, draw, traders);
    this.forecast = new WorkloadForecast(venue, this.auditor, this.names, pooled);
    this.exchange.setCollateralPrices("COIN", { index: 100 });
    for (const { name } of markets) this.exchange.setIndex(name, 100);
    this.drain();
  }

  /** Draws, forecasts, does and audits one request. */
  step(): void {
    const request = this.draws.next();
    this.request = request;
    const expected = this.forecast.of(request);
    const { outcome, order } = doRequest(this.exchange, request);
    if (request.kind === "place" && order > 0) {
      const { market, side, leg: word, trigger, reduceOnly } = request.wish;
      const leg = word === undefined ? 0 : word === "long" ? 1 : -1;
      const reduces = reduceOnly === true || (leg !== 0 && leg !== (side === "buy" ? 1 : -1));
      this.auditor.send(market, order, { leg, conditional: trigger !== undefined, reduceOnly: reduces });
    }
    if (expected !== undefined && expected !== outcome) {
      const [event] = this.exchange.takeEvents();
      throw new Error(`was ${outcome}, forecast ${expected}; first event ${JSON.stringify(event)}`);
    }
    if (expected !== undefined) this.summary.forecasts[expected]++;
    this.summary.outcomes[outcome]++;
    this.summary.requests++;
    this.figures.push(outcome.length, order);
    this.drain();
  }

  /** Holds every view against the auditor's books. */
  compare(): void {
    const found = this.auditor.compare(this.exchange);
    if (!this.exchange.audit().clean) found.push(`audit: ${JSON.stringify(this.exchange.audit())}`);
    if (found.length > 0) throw new Error(found.join("; "));
    this.summary.comparisons++;
    this.hash.updateFloat64(Float64Array.from(this.figures));
    this.figures = [];
  }

  end(): void {
    for (const { wallets } of this.auditor.books.books.values()) {
      for (const quanta of wallets.values()) this.hash.updateText(`${quanta}`);
    }
    for (const [kind, count] of this.auditor.seen) {
      const key = `${this.venue.name} ${kind}`;
      this.summary.seen.set(key, (this.summary.seen.get(key) ?? 0) + count);
    }
  }

  private openTrader(draw: Draw, k: number, pooled: Set<string>): AuditedAccount {
    const { exchange, venue, auditor } = this;
    const { rules } = venue;
    const mode = k < 2 ? "cross" : rules.modes[k % rules.modes.length];
    const multiAsset = rules.collateral.kind === "multi-asset" && mode !== "isolated" && k % 4 === 3;
    const leverage = k < 2 ? 1 : draw.whole(1, venue.maxLeverage);
    const name = `trader ${k}`;
    const key = exchange.openAccount({ name, mode, leverage, multiAsset });
    const account: AuditedAccount = { key, name, mode };
    this.names.push(name);
    auditor.open(account);
    if (multiAsset) pooled.add(name);
    exchange.deposit({ account: key, currency: venue.currency, amount: venue.stake * makerShare(k) });
    if (multiAsset) exchange.deposit({ account: key, currency: "COIN", amount: 5 });
    return account;
  }

  private drain(): void {
    const events: AuditedEvent[] = this.exchange.takeEvents();
    this.auditor.read(events);
    this.summary.events += events.length;
    for (const event of events) {
      if (event.type === "fill") this.figures.push(event.price, event.size, event.fee, event.realised);
      else if (event.type === "liquidation") this.figures.push(event.price, event.size, event.fundDelta);
      else if (event.type === "mark") this.figures.push(event.mark);
      else if (event.type === "funding") this.figures.push(event.rate, event.dust);
    }
  }
}
