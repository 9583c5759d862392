/**
 * Equity, margins and what is free: how an exchange judges accounts at its marks. Quanta throughout.
 *
 * A margin unit is what lives or dies together: an isolated position, or a cross pool of one settlement currency with
 * its positions. Reads marks and balances, changes nothing.
 */
import { CEIL, mulDiv } from "../numeric/mul-div.ts";
import { PPM } from "../units.ts";
import { withdrawable } from "../mechanics/initial-margin.ts";
import { type Account, type Position, isIsolated, unheldCash } from "./accounts.ts";
import { collateralQuanta, collateralRuleOf, unitsForValue } from "./collateral-value.ts";
import type { ExchangeState, MarketState } from "./exchange-state.ts";
import {
  initialMarginQuanta,
  lowestRates,
  maintenanceQuanta,
  notionalQuanta,
  valueQuanta,
} from "./market-spec.ts";

/** What is liquidated as one. */
export interface MarginUnit {
  readonly account: Account;
  readonly currency: number;
  /** Its open positions, by market. */
  readonly positions: readonly Position[];
  readonly isolated: boolean;
}

/** The margin units of an account that have positions. */
export function marginUnits(state: ExchangeState, account: Account): MarginUnit[] {
  const open = account.positions.filter(({ lots }) => lots !== 0);
  const isolated = isIsolated(account);
  if (isolated) {
    return open.map((position) => ({
      account,
      currency: state.markets[position.market].currency,
      positions: [position],
      isolated,
    }));
  }
  const units: MarginUnit[] = [];
  for (let currency = 0; currency < state.currencies.length; currency++) {
    const positions = open.filter(({ market }) => state.markets[market].currency === currency);
    if (positions.length > 0) units.push({ account, currency, positions, isolated });
  }
  return units;
}

/** The unit that a position belongs to. */
export function unitOf(state: ExchangeState, position: Position): MarginUnit {
  const { account } = position;
  const { currency } = state.markets[position.market];
  if (isIsolated(account)) return { account, currency, positions: [position], isolated: true };
  const positions = account.positions.filter(
    ({ lots, market }) => lots !== 0 && state.markets[market].currency === currency,
  );
  return { account, currency, positions, isolated: false };
}

/** Unrealised profit at the mark. */
export function profitQuanta(market: MarketState, position: Position): number {
  return valueQuanta(market.terms, position.lots, market.prices.markTicks) - position.cost;
}

/** Equity behind a unit: isolated margin and profit, or the pool's cash, profits and counted collateral. */
export function unitEquity(state: ExchangeState, unit: MarginUnit): number {
  if (unit.isolated) {
    const [position] = unit.positions;
    return position.margin + profitQuanta(state.markets[position.market], position);
  }
  return poolEquity(state, unit.account, unit.currency);
}

/** Equity of a cross pool, whether it has positions or not. */
export function poolEquity(state: ExchangeState, account: Account, currency: number): number {
  let equity = account.cash[currency] + collateralQuanta(state, account, currency);
  for (const position of account.positions) {
    const market = state.markets[position.market];
    if (position.lots !== 0 && market.currency === currency) equity += profitQuanta(market, position);
  }
  return equity;
}

/** What a position's equity is held against: maintenance margin, and the fee of closing where the venue adds it. */
export function positionMaintenance(state: ExchangeState, position: Position): number {
  const { terms, prices } = state.markets[position.market];
  const { maintenance } = state.rules.liquidation;
  const notional = notionalQuanta(terms, position.lots, prices.markTicks);
  const isAtEntry = maintenance?.valuedAt === "entry";
  const margin = maintenanceQuanta(terms, position.lots, isAtEntry ? Math.abs(position.cost) : notional);
  if (maintenance?.closingFee !== true || position.lots === 0) return margin;
  return margin + mulDiv(notional, state.takerPpm, PPM, CEIL);
}

/** Maintenance margin of a unit; hedge legs count separately. */
export function unitMaintenance(state: ExchangeState, unit: MarginUnit): number {
  let sum = 0;
  for (const position of unit.positions) sum += positionMaintenance(state, position);
  return sum;
}

/** Initial margin of a position at the mark and its account's leverage. */
export function positionInitialMargin(state: ExchangeState, position: Position): number {
  const market = state.markets[position.market];
  const { terms, prices } = market;
  const notional = notionalQuanta(terms, position.lots, prices.markTicks);
  const leverage = position.account.leverage[position.market];
  const wish = { notional, total: notional, totalLots: Math.abs(position.lots), leverage };
  const margin = initialMarginQuanta(terms, { ...wish, openInterestQuanta: openInterestQuanta(market) });
  return margin === Infinity ? notional : margin;
}

/** Value of the open interest at the mark. */
export function openInterestQuanta(market: MarketState): number {
  return notionalQuanta(market.terms, market.openInterestLots, market.prices.markTicks || 1);
}

/**
 * What can back new orders: isolated accounts have their cash less holds; a cross pool its equity less the initial
 * margin of its positions less holds.
 */
export function freeQuanta(state: ExchangeState, account: Account, currency: number): number {
  if (isIsolated(account)) return unheldCash(account, currency);
  return (
    poolEquity(state, account, currency) -
    poolInitialMargin(state, account, currency) -
    account.held[currency]
  );
}

/** Initial margin of the positions of a cross pool. */
export function poolInitialMargin(state: ExchangeState, account: Account, currency: number): number {
  let sum = 0;
  for (const position of account.positions) {
    if (position.lots === 0 || state.markets[position.market].currency !== currency) continue;
    sum += positionInitialMargin(state, position);
  }
  return sum;
}

/** What may leave an account in a currency, at least 0. */
export function withdrawableQuanta(state: ExchangeState, account: Account, currency: number): number {
  const asset = collateralRuleOf(state, account, currency);
  if (asset !== undefined) {
    const { collateral } = state.rules;
    if (collateral.kind !== "multi-asset") return 0;
    const settlement = state.currencies.findIndex(({ name }) => name === collateral.settlement);
    const free = Math.max(0, freeQuanta(state, account, settlement));
    const pool = account.positions.some(({ lots }) => lots !== 0) || account.held[settlement] > 0;
    const owes = account.cash[settlement] < 0;
    const spare = pool || owes ? unitsForValue(state, asset, currency, free) : Infinity;
    return Math.max(0, Math.min(unheldCash(account, currency), spare));
  }
  const rule = state.rules.initialMargin.withdrawal;
  if (isIsolated(account)) return Math.max(0, unheldCash(account, currency));
  const free = freeQuanta(state, account, currency);
  if (rule.kind === "wallet") {
    // Collateral in other currencies backs positions; it is not cash of this one.
    return Math.max(0, Math.min(unheldCash(account, currency), free));
  }
  const equity = poolEquity(state, account, currency) - collateralQuanta(state, account, currency);
  const amount = withdrawable({
    equity,
    initialMargin: poolInitialMargin(state, account, currency),
    totalNotional: poolNotional(state, account, currency),
    keptShare: rule.keptShare,
  });
  return Math.max(0, Math.floor(amount) - account.held[currency]);
}

function poolNotional(state: ExchangeState, account: Account, currency: number): number {
  let sum = 0;
  for (const { market: index, lots } of account.positions) {
    const market = state.markets[index];
    if (market.currency === currency) sum += notionalQuanta(market.terms, lots, market.prices.markTicks || 1);
  }
  return sum;
}

/** Margin that may leave an isolated position: what it has, profit not counted, above its initial margin. */
export function sparedMarginQuanta(state: ExchangeState, position: Position): number {
  const loss = Math.min(0, profitQuanta(state.markets[position.market], position));
  return Math.max(0, position.margin + loss - positionInitialMargin(state, position));
}

/** Highest leverage that a market offers to the smallest position. */
export function highestLeverage(market: MarketState): number {
  const { initialRate } = lowestRates(market.terms);
  return Math.max(1, 1 / initialRate);
}
