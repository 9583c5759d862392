/**
 * The state of one exchange, shared by the functions of this folder, and how it is opened.
 *
 * One value, changed only by the functions of this folder. Markets and currencies are known by
 * index inside, by name outside. The venue's own accounts have the lowest keys: fees, fund, vault, conversion desk,
 * and one for linear-impact clearing where a market has it.
 */
import { MICROS_PER_SECOND } from "../units.ts";
import { TwoLimbSum } from "../numeric/two-limb-sum.ts";
import { fail } from "../mechanics/checked.ts";
import { STP_EXPIRE_BOTH, STP_EXPIRE_MAKER, STP_EXPIRE_TAKER } from "../market/codes.ts";
import { OrderDesk } from "../market/order-desk.ts";
import { orderRules } from "../market/order-rules.ts";
import type { DeskAccounts } from "../market/position-tally.ts";
import { type Account, type AccountRole, type Position, openedAccount, ownerOf } from "./accounts.ts";
import type { ExchangeEvent } from "./exchange-events.ts";
import {
  type ContractTerms,
  type CurrencySpec,
  type PerpetualSpec,
  contractTerms,
  lowestRates,
} from "./market-spec.ts";
import { type PriceState, newPrices } from "./price-state.ts";
import type { MarginMode, VenueRules } from "./venue-rules.ts";

/** An order that rests or waits, as far as holds are concerned. */
export interface LiveOrder {
  readonly handle: number;
  readonly position: Position;
  readonly side: number;
  readonly reduceOnly: boolean;
  ticks: number;
  left: number;
  /** A conditional order that has not fired holds nothing. */
  waiting: boolean;
}

/** One side of a trade that the desk has not told yet. */
export interface FillDetail {
  readonly feeQuanta: number;
  readonly realisedQuanta: number;
  readonly forced: boolean;
}

/** One market: its book and prices. */
export interface MarketState {
  readonly index: number;
  readonly spec: PerpetualSpec;
  readonly terms: ContractTerms;
  /** Index of the settlement currency. */
  readonly currency: number;
  readonly desk: OrderDesk;
  /** By desk owner. */
  readonly positions: (Position | undefined)[];
  readonly orders: Map<number, LiveOrder>;
  readonly details: FillDetail[];
  /** Positions whose lots changed since their orders were last looked at. */
  readonly touched: Set<Position>;
  readonly prices: PriceState;
  /** Number of the next desk event to be told. */
  eventCursor: number;
  /** Lots held long. */
  openInterestLots: number;
}

/** The forced order in the book now, and what it has done. */
export interface ForcedFills {
  readonly position: Position;
  /** The desk's row of the order; -1 before its first fill. What it triggers trades under other rows. */
  row: number;
  lots: number;
  /** Signed cost of its fills. */
  cost: number;
  feeQuanta: number;
  /** What its fills have done to the account's cash. */
  cashQuanta: number;
}

/** Prices of a currency as collateral, in units of the settlement currency. */
export interface CollateralPrices {
  readonly index?: number;
  readonly localBook?: number;
  readonly underlying?: number;
}

export interface ExchangeState {
  readonly rules: VenueRules;
  readonly seed: string;
  readonly currencies: readonly CurrencySpec[];
  readonly perUnit: readonly number[];
  readonly markets: MarketState[];
  readonly accounts: Account[];
  readonly accountCapacity: number;
  readonly fees: Account;
  readonly fund: Account;
  readonly vault: Account;
  readonly desk: Account;
  /** Takes the other side of every trade in markets with linear impact; there when a market has it. */
  readonly clearing: Account | undefined;
  /** Came in less went out, by currency. */
  readonly declared: TwoLimbSum[];
  /** Highest equity that the fund has had at the start of a round, by currency; kept under `fund-drawdown` alone. */
  readonly fundPeaks: number[];
  /** By currency. */
  readonly collateralPrices: (CollateralPrices | undefined)[];
  readonly makerPpm: number;
  readonly takerPpm: number;
  nowMicros: number;
  forced: ForcedFills | undefined;
  events: ExchangeEvent[];
}

/** Options of an exchange; see `Exchange`. */
export interface ExchangeOptions {
  readonly rules: VenueRules;
  readonly currencies: readonly CurrencySpec[];
  readonly markets: readonly PerpetualSpec[];
  /** Accounts that can be opened, the venue's own four included; default 1,024. */
  readonly accountCapacity?: number;
  /** Key of the draws of `random-start` and `keyed-draw`; the same key gives the same draws. Default "". */
  readonly seed?: string;
}

const STP_FLAGS = {
  "expire-maker": STP_EXPIRE_MAKER,
  "expire-taker": STP_EXPIRE_TAKER,
  "expire-both": STP_EXPIRE_BOTH,
};

/** The state with its venue accounts, before its markets are added. */
export function openState(options: ExchangeOptions, perUnit: readonly number[]): ExchangeState {
  const { rules, currencies, accountCapacity = 1024, seed = "" } = options;
  const clears = options.markets.some(({ clearing }) => clearing !== undefined);
  const least = clears ? 6 : 5;
  if (!(Number.isInteger(accountCapacity) && accountCapacity >= least && accountCapacity <= 16_777_216)) {
    fail("accountCapacity", `a whole number from ${least} to 2^24`, accountCapacity);
  }
  const accounts: Account[] = [];
  const own = (role: AccountRole): Account => {
    const account = openedAccount(
      { key: accounts.length, name: role, role, mode: "cross", multiAsset: false },
      currencies.length,
      options.markets.map(() => 1),
    );
    accounts.push(account);
    return account;
  };
  const state = {
    rules,
    seed,
    currencies,
    perUnit,
    markets: [],
    accounts,
    accountCapacity,
    fees: own("fees"),
    fund: own("fund"),
    vault: own("vault"),
    desk: own("desk"),
    clearing: clears ? own("clearing") : undefined,
    declared: currencies.map(() => new TwoLimbSum()),
    fundPeaks: currencies.map(() => 0),
    collateralPrices: currencies.map(() => undefined),
    makerPpm: Math.round(rules.fees.maker * 1e6),
    takerPpm: Math.round(rules.fees.taker * 1e6),
    nowMicros: 0,
    forced: undefined,
    events: [],
  };
  return state;
}

/** Adds a market with its own desk, which reaches accounts through `port`. */
export function addMarket(
  state: ExchangeState,
  spec: PerpetualSpec,
  portOf: (market: () => MarketState) => DeskAccounts,
): void {
  const currency = currencyIndex(state, spec.settlement);
  const { bands } = state.rules;
  const orderCapacity = spec.orderCapacity ?? 4096;
  const terms = contractTerms(spec, state.currencies[currency]);
  let market: MarketState | undefined = undefined;
  const desk = new OrderDesk({
    rules: orderRules({
      tickSize: spec.tickSize,
      lotSize: spec.lotSize,
      maxPrice: spec.maxPrice,
      ...(spec.minNotional === undefined ? {} : { minNotional: spec.minNotional }),
      ...(spec.maxSize === undefined ? {} : { maxSize: spec.maxSize }),
      ...(spec.maxMarketSize === undefined ? {} : { maxMarketSize: spec.maxMarketSize }),
      ...(spec.significantFigures === undefined ? {} : { significantFigures: spec.significantFigures }),
      ...(bands.market === undefined ? {} : { marketBand: bands.market }),
      ...(bands.limitUp === undefined ? {} : { limitBandUp: bands.limitUp }),
      ...(bands.limitDown === undefined ? {} : { limitBandDown: bands.limitDown }),
    }),
    owners: 2 * state.accountCapacity,
    orderCapacity,
    accounts: portOf(() => market!),
    selfTradePrevention: STP_FLAGS[state.rules.selfTradePrevention],
    eventCapacity: 16 * orderCapacity + 256,
    ...(spec.clearing === undefined
      ? {}
      : { clearing: { ...spec.clearing, owner: ownerOf(state.clearing!, 0) } }),
  });
  market = {
    index: state.markets.length,
    spec,
    terms,
    currency,
    desk,
    positions: new Array<Position | undefined>(2 * state.accountCapacity).fill(undefined),
    orders: new Map(),
    details: [],
    touched: new Set(),
    prices: newPrices(state.rules.mark),
    eventCursor: 0,
    openInterestLots: 0,
  };
  state.markets.push(market);
}

/** Opens a trader's account. */
export function addAccount(
  state: ExchangeState,
  wish: { name?: string; mode: MarginMode; multiAsset?: boolean; leverage?: number },
): Account {
  const key = state.accounts.length;
  if (key >= state.accountCapacity) fail("accounts", `at most ${state.accountCapacity}`, key + 1);
  const leverage = state.markets.map(({ terms }) => {
    const most = 1 / lowestRates(terms).initialRate;
    const isChosen = state.rules.initialMargin.leverage === "chosen";
    return Math.max(1, isChosen ? Math.min(wish.leverage ?? 1, most) : most);
  });
  const account = openedAccount(
    {
      key,
      name: wish.name ?? `account ${key}`,
      role: "trader",
      mode: wish.mode,
      multiAsset: wish.multiAsset ?? false,
    },
    state.currencies.length,
    leverage,
  );
  state.accounts.push(account);
  return account;
}

/** Index of a currency; refuses a name that there is not. */
export function currencyIndex(state: ExchangeState, name: string): number {
  const index = state.currencies.findIndex((currency) => currency.name === name);
  if (index < 0) fail("currency", `one of ${state.currencies.map((c) => c.name).join(", ")}`, name);
  return index;
}

/** A market by name. */
export function marketOf(state: ExchangeState, name: string): MarketState {
  const market = state.markets.find(({ spec }) => spec.name === name);
  if (market === undefined)
    fail("market", `one of ${state.markets.map((m) => m.spec.name).join(", ")}`, name);
  return market;
}

/** An account by key. */
export function accountOf(state: ExchangeState, key: number): Account {
  const account = state.accounts[key];
  if (account === undefined) fail("account", `a key from 0 to ${state.accounts.length - 1}`, key);
  return account;
}

/** Who takes over positions and pays debts: the vault under a vault rule, otherwise the fund. */
export function holderOf(state: ExchangeState): Account {
  return state.rules.backstop.kind === "vault" ? state.vault : state.fund;
}

/** Seconds since the exchange was opened. */
export function secondsOf(state: ExchangeState): number {
  return state.nowMicros / MICROS_PER_SECOND;
}

/** An amount in units of its currency. */
export function unitsOf(state: ExchangeState, currency: number, quanta: number): number {
  return quanta / state.perUnit[currency];
}

/** A price in quote units. Decimal ticks give the nearest double to the decimal price. */
export function priceOf(market: MarketState, ticks: number): number {
  return multipleOf(ticks, market.terms.tickSize);
}

/** A size in base units or contracts. */
export function sizeOf(market: MarketState, lots: number): number {
  return multipleOf(lots, market.terms.lotSize);
}

function multipleOf(count: number, step: number): number {
  const perUnit = Math.round(1 / step);
  return perUnit >= 1 && Math.abs(perUnit * step - 1) < 1e-12 ? count / perUnit : count * step;
}
