/**
 * One venue as a thing to use: accounts, orders, prices and time driven by hand, money exact to the quantum.
 *
 * Nothing happens between calls. Orders trade when they are placed; marks, funding, triggers and one liquidation round
 * come with `advance`. It has no clock and no randomness: the same calls give the same events.
 */
import { type IndexSource } from "../mechanics/index-price.ts";
import { exactInteger, fail, positive } from "../mechanics/checked.ts";
import { microsOf } from "../units.ts";
import { type AccountWish, type LeverageSetting, chooseLeverage, openTrader } from "./account-wishes.ts";
import { ownerOf } from "./accounts.ts";
import {
  type CashFlow,
  type CashTransfer,
  type MarginChange,
  changeMargin,
  depositCash,
  transferCash,
  withdrawCash,
} from "./cash-flows.ts";
import { checkRules } from "./check-rules.ts";
import { afterDesk } from "./desk-events.ts";
import { type ExchangeAudit, auditState } from "./exchange-audit.ts";
import type { ExchangeEvent } from "./exchange-events.ts";
import * as states from "./exchange-state.ts";
import type { CollateralPrices, ExchangeOptions, ExchangeState } from "./exchange-state.ts";
import {
  type AccountView,
  type MarketView,
  type QueueView,
  accountView,
  marketView,
  queueView,
} from "./exchange-views.ts";
import { moveFunding } from "./funding.ts";
import { liquidationRound } from "./liquidation-round.ts";
import { quantaPerUnit } from "./market-spec.ts";
import { OrderPort } from "./order-port.ts";
import { type OrderWish, amendWish, submitWish } from "./order-wish.ts";
import { movePrices, setSources } from "./prices.ts";

/**
 * One venue.
 *
 * Public amounts are display units: prices in quote units, sizes in base units (linear) or contracts (inverse), money
 * in units of its currency. Inside everything is whole ticks, lots and quanta. The venue's own accounts have the keys
 * `fees`, `fund`, `vault` and `desk` (the desk that buys collateral); with
 * linear-impact markets also `clearing`.
 *
 * Order of an advance: index, averages and marks; orders triggered by them; funding; one liquidation round.
 *
 * @example
 * const exchange = new Exchange({ rules, currencies: [{ name: "USDT", decimals: 6 }], markets: [btcPerp] });
 * const alice = exchange.openAccount({ name: "alice", mode: "isolated", leverage: 20 });
 * exchange.deposit({ account: alice, currency: "USDT", amount: 10_000 });
 * exchange.setIndex("BTC-PERP", 60_000);
 * exchange.placeOrder({ account: alice, market: "BTC-PERP", side: "buy", size: 1, price: 60_000 });
 * exchange.advance(1);
 * exchange.audit().clean; // true
 */
export class Exchange {
  private readonly state: ExchangeState;

  /** @throws UserError `invalid-argument` for rules, markets or currencies that cannot be, with the field's path */
  constructor(options: ExchangeOptions) {
    const { currencies, markets, rules } = options;
    if (currencies.length === 0) fail("currencies", "at least one", "none");
    checkRules(rules, currencies);
    this.state = states.openState(options, currencies.map(quantaPerUnit));
    const names = [...currencies, ...markets].map(({ name }) => name);
    if (new Set(names).size < names.length) fail("markets", "names that differ", names.join(", "));
    for (const spec of markets) {
      states.addMarket(this.state, spec, (market) => new OrderPort(this.state, market));
    }
  }

  /** Key of the account that fees and dust go to. */
  get fees(): number {
    return this.state.fees.key;
  }

  /** Key of the insurance fund. */
  get fund(): number {
    return this.state.fund.key;
  }

  /** Key of the vault that takes over positions under a vault rule. */
  get vault(): number {
    return this.state.vault.key;
  }

  /** Key of the account against which markets with linear impact clear, undefined when there is none. */
  get clearing(): number | undefined {
    return this.state.clearing?.key;
  }

  /** Seconds since the exchange was opened. */
  get seconds(): number {
    return states.secondsOf(this.state);
  }

  /**
   * Opens an account and returns its key.
   *
   * @throws UserError `invalid-argument` for a mode that the venue does not have
   */
  openAccount(wish: AccountWish): number {
    return openTrader(this.state, wish);
  }

  /**
   * Sets the leverage at which new positions of a market are opened.
   *
   * @throws UserError `invalid-argument` above the market's highest leverage, while a position or order is open, or on
   *   a venue where leverage is not chosen
   */
  setLeverage(setting: LeverageSetting): void {
    chooseLeverage(this.state, setting);
  }

  /** Brings money in from outside: a declared flow. */
  deposit(flow: CashFlow): void {
    depositCash(this.state, flow);
  }

  /**
   * Takes money out.
   *
   * @throws UserError `insufficient-funds` beyond what is free (see `account().balances[].withdrawable`)
   */
  withdraw(flow: CashFlow): void {
    withdrawCash(this.state, flow);
  }

  /**
   * Moves money from one account to another.
   *
   * @throws UserError `insufficient-funds` beyond what may be withdrawn
   */
  transfer(flow: CashTransfer): void {
    transferCash(this.state, flow);
  }

  /**
   * Adds free cash to an isolated position's margin, or takes margin above the initial margin back (negative amount).
   *
   * @throws UserError `invalid-argument` without such a position, `insufficient-funds` beyond what may move
   */
  changeMargin(change: MarginChange): void {
    changeMargin(this.state, change);
  }

  /**
   * Places an order and returns its number, 0 when it is rejected; the event says why. In hedge mode `leg` names the
   * position; an order against its leg only reduces it.
   *
   * @throws UserError `invalid-argument` for fields that no order has
   */
  placeOrder(wish: OrderWish): number {
    return submitWish(this.state, wish);
  }

  /** Gives a resting order a new price and size; false when it is rejected and stays as it was. */
  amendOrder(wish: {
    readonly account: number;
    readonly market: string;
    readonly order: number;
    readonly price: number;
    readonly size: number;
  }): boolean {
    return amendWish(this.state, wish);
  }

  /** Cancels an order; false when the account has none of this number. */
  cancelOrder(wish: { readonly account: number; readonly market: string; readonly order: number }): boolean {
    const account = states.accountOf(this.state, wish.account);
    const market = states.marketOf(this.state, wish.market);
    const live = market.orders.get(wish.order);
    const done = live?.position.account === account && market.desk.cancel(live.position.owner, wish.order);
    afterDesk(this.state, market);
    return done;
  }

  /** Cancels all of an account's orders, in one market or everywhere; returns how many. */
  cancelAll(accountKey: number, marketName?: string): number {
    const account = states.accountOf(this.state, accountKey);
    let cancelled = 0;
    for (const market of this.state.markets) {
      if (marketName !== undefined && market.spec.name !== marketName) continue;
      cancelled += market.desk.cancelAll(ownerOf(account, 1)) + market.desk.cancelAll(ownerOf(account, -1));
      afterDesk(this.state, market);
    }
    return cancelled;
  }

  /**
   * Sets a market's index: one price, or the spot sources that the venue's rule makes it of. They age as time advances.
   * The first call also sets the mark.
   *
   * @throws UserError `invalid-argument` for prices not above 0 or weights below 0
   */
  setIndex(marketName: string, sources: number | readonly IndexSource[]): void {
    const market = states.marketOf(this.state, marketName);
    const list = typeof sources === "number" ? [{ price: positive("sources", sources), weight: 1 }] : sources;
    setSources(this.state, market, list);
    market.desk.setMark(market.prices.markTicks);
    afterDesk(this.state, market);
  }

  /** Sets other venues' perpetual prices, which the mark of oracle, own book and others takes a median of. */
  setExternalPrices(marketName: string, prices: readonly IndexSource[]): void {
    for (const { price } of prices) positive("price", price);
    states.marketOf(this.state, marketName).prices.external = prices.map((price) => ({ ...price }));
  }

  /** Sets the prices of a currency as collateral, in units of the settlement currency. */
  setCollateralPrices(currency: string, prices: CollateralPrices): void {
    const index = states.currencyIndex(this.state, currency);
    this.state.collateralPrices[index] = { ...prices };
  }

  /**
   * Lets time pass: index, marks, triggered orders, funding, then one liquidation round.
   *
   * @param seconds above 0, whole microseconds, at most the venue's funding interval
   * @throws UserError `invalid-argument`
   */
  advance(seconds: number): void {
    const { state } = this;
    const micros = exactInteger("seconds x 10^6", microsOf(positive("seconds", seconds)));
    const { intervalSeconds } = state.rules.funding;
    if (micros < 1 || seconds > intervalSeconds)
      fail("seconds", `above 0, at most ${intervalSeconds}`, seconds);
    const from = state.nowMicros;
    state.nowMicros = from + micros;
    for (const market of state.markets) movePrices(state, market, from);
    for (const market of state.markets) {
      if (market.prices.markTicks !== 0) market.desk.setMark(market.prices.markTicks);
      afterDesk(state, market);
    }
    for (const market of state.markets) moveFunding(state, market, from);
    liquidationRound(state, seconds);
  }

  /** Stops trading in a market: only cancels are taken, nothing triggers, nobody is liquidated. */
  halt(marketName: string): void {
    const market = states.marketOf(this.state, marketName);
    market.desk.halt();
    afterDesk(this.state, market);
  }

  /** Trading goes on. */
  resume(marketName: string): void {
    const market = states.marketOf(this.state, marketName);
    market.desk.resume();
    afterDesk(this.state, market);
  }

  /** What an account holds, with liquidation prices. */
  account(key: number): AccountView {
    return accountView(this.state, states.accountOf(this.state, key));
  }

  /** Prices, top of book, open interest and funding of a market. */
  market(name: string): MarketView {
    return marketView(this.state, states.marketOf(this.state, name));
  }

  /** Who would be deleveraged if a position of this side failed, the first one first. */
  adlQueue(marketName: string, side: "long" | "short"): QueueView[] {
    return queueView(this.state, states.marketOf(this.state, marketName), side === "long" ? 1 : -1);
  }

  /** Lots of the best levels of a side of a book, best first: price, size. */
  depth(marketName: string, side: "bid" | "ask", levels = 10): { price: number; size: number }[] {
    const market = states.marketOf(this.state, marketName);
    const found: { price: number; size: number }[] = [];
    market.desk.book.forEachLevel(side === "bid" ? 1 : -1, levels, (ticks, lots) => {
      found.push({ price: states.priceOf(market, ticks), size: states.sizeOf(market, lots) });
    });
    return found;
  }

  /** Checks money per currency, positions per market and holds, as exact equalities. */
  audit(): ExchangeAudit {
    return auditState(this.state);
  }

  /** The events since the last call, oldest first; they are handed over and forgotten. */
  takeEvents(): ExchangeEvent[] {
    const { events } = this.state;
    this.state.events = [];
    return events;
  }
}
