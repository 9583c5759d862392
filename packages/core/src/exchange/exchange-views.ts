/**
 * What an exchange shows: accounts with their positions and liquidation prices, markets, the deleveraging queue.
 *
 * Display units, made anew at each call. Liquidation prices are the closed forms of mechanics/ with all other prices
 * unchanged; accounts are judged by equity against maintenance, never by them.
 */
import type { Account, Position } from "./accounts.ts";
import { planPosition } from "./close-plan.ts";
import { entryPrice, rankedCounterparties } from "./deleverage.ts";
import { type ExchangeState, type MarketState, priceOf, sizeOf, unitsOf } from "./exchange-state.ts";
import { fundingRate, secondsToFunding } from "./funding.ts";
import { liquidationPrice } from "./liquidation-price.ts";
import { notionalQuanta } from "./market-spec.ts";
import {
  freeQuanta,
  poolEquity,
  profitQuanta,
  unitEquity,
  unitMaintenance,
  unitOf,
  withdrawableQuanta,
} from "./risk.ts";
import type { MarginMode } from "./venue-rules.ts";

/** One open position. */
export interface PositionView {
  readonly market: string;
  readonly side: "long" | "short";
  readonly size: number;
  readonly entryPrice: number;
  readonly markPrice: number;
  /** Of the mark value, settlement units. */
  readonly notional: number;
  readonly unrealisedProfit: number;
  /** Isolated margin; 0 in a pool. */
  readonly margin: number;
  /** Equity and maintenance of the margin unit it belongs to. */
  readonly equity: number;
  readonly maintenance: number;
  /** Price at which the unit reaches maintenance, all else unchanged; undefined when there is none. */
  readonly liquidationPrice: number | undefined;
  readonly bankruptcyPrice: number;
}

/** One account. */
export interface AccountView {
  readonly name: string;
  readonly mode: MarginMode;
  readonly balances: readonly {
    readonly currency: string;
    readonly cash: number;
    readonly held: number;
    /** Cash, unrealised profit and counted collateral of the pool; isolated: cash. */
    readonly equity: number;
    readonly free: number;
    readonly withdrawable: number;
    /** Lost by closed isolated positions beyond their margin and paid by nobody yet. */
    readonly debt: number;
  }[];
  readonly positions: readonly PositionView[];
  readonly openOrders: number;
}

/** One market. */
export interface MarketView {
  readonly name: string;
  /** Quote units; 0 before the first index. */
  readonly mark: number;
  readonly index: number;
  readonly bestBid: number;
  readonly bestAsk: number;
  readonly last: number;
  readonly openInterest: number;
  /** Rate of the last payment, and what the samples so far would make the next one. */
  readonly fundingRate: number;
  readonly nextFundingRate: number;
  readonly secondsToFunding: number;
  readonly halted: boolean;
}

/** A place in the deleveraging queue. */
export interface QueueView {
  readonly account: string;
  readonly size: number;
  readonly score: number;
}

export function accountView(state: ExchangeState, account: Account): AccountView {
  const open = account.positions.filter(({ lots }) => lots !== 0);
  let openOrders = 0;
  for (const { orders } of state.markets) {
    for (const { position } of orders.values()) if (position.account === account) openOrders++;
  }
  return {
    name: account.name,
    mode: account.mode,
    balances: state.currencies.map(({ name }, currency) => {
      const units = (quanta: number): number => unitsOf(state, currency, quanta);
      const isolated = account.mode === "isolated";
      return {
        currency: name,
        cash: units(account.cash[currency]),
        held: units(account.held[currency]),
        equity: units(isolated ? account.cash[currency] : poolEquity(state, account, currency)),
        free: units(freeQuanta(state, account, currency)),
        withdrawable: units(withdrawableQuanta(state, account, currency)),
        debt: units(debtQuanta(state, account, currency)),
      };
    }),
    positions: open.map((position) => positionView(state, position)),
    openOrders,
  };
}

function debtQuanta(state: ExchangeState, account: Account, currency: number): number {
  let debt = 0;
  for (const { market, lots, margin } of account.positions) {
    if (lots === 0 && state.markets[market].currency === currency) debt -= margin;
  }
  return debt;
}

export function marketView(state: ExchangeState, market: MarketState): MarketView {
  const { desk, prices, spec } = market;
  return {
    name: spec.name,
    mark: priceOf(market, prices.markTicks),
    index: prices.index,
    bestBid: priceOf(market, desk.book.bestBid()),
    bestAsk: priceOf(market, desk.book.bestAsk()),
    last: priceOf(market, desk.lastTicks),
    openInterest: sizeOf(market, market.openInterestLots),
    fundingRate: prices.fundingRate,
    nextFundingRate: fundingRate(market, state.rules.funding),
    secondsToFunding: secondsToFunding(state),
    halted: desk.isHalted,
  };
}

export function queueView(state: ExchangeState, market: MarketState, side: 1 | -1): QueueView[] {
  return rankedCounterparties(state, market, side).map(({ candidate, score }) => ({
    account: candidate.position.account.name,
    size: sizeOf(market, Math.abs(candidate.position.lots)),
    score,
  }));
}

function positionView(state: ExchangeState, position: Position): PositionView {
  const market = state.markets[position.market];
  const { currency, terms, prices } = market;
  const unit = unitOf(state, position);
  const units = (quanta: number): number => unitsOf(state, currency, quanta);
  return {
    market: market.spec.name,
    side: position.lots > 0 ? "long" : "short",
    size: sizeOf(market, Math.abs(position.lots)),
    entryPrice: entryPrice(market, position),
    markPrice: priceOf(market, prices.markTicks),
    notional: units(notionalQuanta(terms, position.lots, prices.markTicks)),
    unrealisedProfit: units(profitQuanta(market, position)),
    margin: units(position.margin),
    equity: units(unitEquity(state, unit)),
    maintenance: units(unitMaintenance(state, unit)),
    liquidationPrice: liquidationPrice(state, position),
    bankruptcyPrice: priceOf(market, planPosition(state, unit, position).bankruptcyTicks),
  };
}
