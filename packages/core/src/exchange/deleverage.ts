/**
 * The end of the waterfall: takeovers by the fund or vault, and auto-deleveraging of what nobody took.
 *
 * Counterparties are closed in the venue's ranking at one settlement price, without a fee, never below zero equity.
 * What is left after the last of them is the outcome `insolvent`: it is reported and stays with its account until a
 * later round. Positions move by one and the same integer on both sides.
 */
import { hash32 } from "../numeric/text-hash.ts";
import { type AdlCandidate, type AdlRanked, adlQueue } from "../mechanics/adl-ranking.ts";
import { takeover } from "../mechanics/takeover.ts";
import { type Position, isIsolated, moveCash } from "./accounts.ts";
import type { ClosePlan } from "./close-plan.ts";
import { afterMove, cancelOrders } from "./desk-events.ts";
import {
  type ExchangeState,
  type MarketState,
  holderOf,
  priceOf,
  sizeOf,
  unitsOf,
} from "./exchange-state.ts";
import { autoExchangeDue } from "./collateral-value.ts";
import { coverDebt, tellLiquidation } from "./forced-close.ts";
import { averagePrice, costOfBuying, notionalQuanta, valueQuanta } from "./market-spec.ts";
import { movePosition, ownedPosition } from "./order-port.ts";
import { poolEquity, unitEquity, unitMaintenance, unitOf } from "./risk.ts";

/** What the book left of a plan. */
export interface Shortfall {
  readonly plan: ClosePlan;
  readonly lots: number;
}

/** Lets the backstop look at a shortfall; returns what is to be deleveraged, 0 lots when nothing is. */
export function takeOver(state: ExchangeState, { plan, lots: rest }: Shortfall): number {
  const { market, position, side, bankruptcyTicks } = plan;
  const { terms, prices } = market;
  const { backstop, liquidation } = state.rules;
  const held = position.lots * side > 0 ? Math.abs(position.lots) : 0;
  if (held === 0) return 0;
  const unit = unitOf(state, position);
  const equity = unitEquity(state, unit);
  const wholeUnit = backstop.kind === "vault" || backstop.kind === "none";
  const lots = wholeUnit ? held : Math.min(rest, held);
  if (lots === 0 || (!wholeUnit && liquidation.remainder === "when-bankrupt" && equity > 0)) return 0;
  const maintenance = unitMaintenance(state, unit);
  const perUnit = terms.perUnit;
  const holder = holderOf(state);
  const fund = Math.max(0, holderEquity(state, market));
  const { action } = takeover(backstop, {
    side,
    size: sizeOf(market, lots) * (terms.inverse ? (market.spec.contractValue ?? 1) : 1),
    markPrice: priceOf(market, prices.markTicks),
    contract: market.spec.contract,
    bankruptcyPrice: priceOf(market, bankruptcyTicks),
    equity: equity / perUnit,
    maintenance: Math.max(1, maintenance) / perUnit,
    fund: fund / perUnit,
    // What the orders of this round brought may be a new peak.
    fundPeak: Math.max(fund, state.fundPeaks[market.currency]) / perUnit,
    fundNotionalHere: signedNotional(market, ownedPosition(state, market, 2 * holder.key)) / perUnit,
    fundNotionalElsewhere: notionalElsewhere(state, market) / perUnit,
  });
  if (action === "keep") return 0;
  if (action === "deleverage") return lots;
  if (backstop.kind === "vault") takeUnit(state, plan);
  else takeLots(state, plan, lots);
  return 0;
}

/** The fund takes lots at the bankruptcy price. */
function takeLots(state: ExchangeState, plan: ClosePlan, lots: number): void {
  const { market, position, side, bankruptcyTicks } = plan;
  const fund = ownedPosition(state, market, 2 * state.fund.key);
  transferLots(market, { from: position, to: fund, side, lots, ticks: bankruptcyTicks });
  const { terms, prices } = market;
  const gained =
    valueQuanta(terms, side * lots, prices.markTicks) - valueQuanta(terms, side * lots, bankruptcyTicks);
  tellLiquidation(state, plan, "fund", lots, bankruptcyTicks, gained);
  afterMove(state, market, [position, fund]);
  settleDebt(state, plan);
}

/** The vault takes every position of the unit at the marks, and what margin is left. */
function takeUnit(state: ExchangeState, plan: ClosePlan): void {
  const { position: chosen } = plan;
  const { account } = chosen;
  const unit = unitOf(state, chosen);
  const { currency } = unit;
  const equity = unitEquity(state, unit);
  const cashBefore = account.cash[currency];
  for (const position of unit.positions) {
    const market = state.markets[position.market];
    const lots = position.lots;
    const vault = ownedPosition(state, market, 2 * state.vault.key);
    const ticks = market.prices.markTicks;
    const side = lots > 0 ? 1 : -1;
    cancelOrders(state, market, position);
    transferLots(market, { from: position, to: vault, side, lots: Math.abs(lots), ticks });
    afterMove(state, market, [position, vault]);
    const gained = position === chosen ? equity : 0;
    tellLiquidation(state, { ...plan, market, position, side }, "vault", Math.abs(lots), ticks, gained);
  }
  // An isolated position hands over what its close put into cash, a pool all of its cash.
  const handed = isIsolated(account) ? account.cash[currency] - cashBefore : account.cash[currency];
  if (handed > 0) moveCash(account, state.vault, currency, handed);
  settleDebt(state, plan);
}

/** Closes lots of a bankrupt position against the queue; tells `adl`, and `insolvent` for what is left. */
export function deleverage(state: ExchangeState, { plan, lots }: Shortfall): void {
  const { market, position, side } = plan;
  const { adl } = state.rules;
  const ticks = adl.settlement === "bankruptcy" ? plan.bankruptcyTicks : market.prices.previousMarkTicks;
  let left = Math.min(lots, position.lots * side > 0 ? Math.abs(position.lots) : 0);
  if (left === 0) return;
  const counterparties: { account: string; size: number }[] = [];
  let absorbed = 0;
  for (const { candidate } of rankedCounterparties(state, market, side)) {
    if (left === 0) break;
    const other = candidate.position;
    if (equityAfterClose(state, market, other, ticks) < 0) continue;
    const taken = Math.min(left, Math.abs(other.lots));
    transferLots(market, { from: position, to: other, side, lots: taken, ticks });
    if (adl.cancelOrders) cancelOrders(state, market, other);
    afterMove(state, market, [other]);
    counterparties.push({ account: other.account.name, size: sizeOf(market, taken) });
    left -= taken;
    absorbed += taken;
  }
  if (absorbed > 0) {
    tellLiquidation(state, plan, "adl", absorbed, ticks, 0, { counterparties });
    afterMove(state, market, [position]);
  }
  if (left > 0) tellLiquidation(state, plan, "insolvent", left, 0, 0, { debt: debtOf(state, plan) });
  settleDebt(state, plan);
}

/** A candidate with the position that it stands for. */
interface Counterparty extends AdlCandidate {
  readonly position: Position;
}

/**
 * The queue against a position of `side`: traders of the other side, the first to be deleveraged first. The fund and
 * the vault are never in it.
 */
export function rankedCounterparties(
  state: ExchangeState,
  market: MarketState,
  side: 1 | -1,
): AdlRanked<Counterparty>[] {
  const { ranking } = state.rules.adl;
  const { terms, prices } = market;
  const candidates: Counterparty[] = [];
  for (const position of market.positions) {
    if (position === undefined || position.lots * side >= 0 || position.account.role !== "trader") continue;
    const unit = unitOf(state, position);
    const wallet = unit.isolated ? position.margin : position.account.cash[market.currency];
    candidates.push({
      account: position.account.key,
      side: -side,
      size: sizeOf(market, Math.abs(position.lots)) * (terms.inverse ? (market.spec.contractValue ?? 1) : 1),
      entryPrice: entryPrice(market, position),
      markPrice: priceOf(market, prices.markTicks),
      equity: unitEquity(state, unit) / terms.perUnit,
      walletBalance: wallet / terms.perUnit,
      maintenance: unitMaintenance(state, unit) / terms.perUnit,
      contract: market.spec.contract,
      position,
    });
  }
  if (ranking !== "random-start") return adlQueue(ranking, candidates);
  const draw = hash32(`${state.seed}/adl/${market.index}/${state.nowMicros}`) / 4_294_967_296;
  return adlQueue({ kind: "random-start", draw }, candidates);
}

/** Mean entry price of an open position, quote units. */
export function entryPrice(market: MarketState, position: Position): number {
  return averagePrice(market.terms, Math.abs(position.lots), position.cost);
}

/** Equity of the unit behind a counterparty if all of its position were closed at a price. */
function equityAfterClose(
  state: ExchangeState,
  market: MarketState,
  position: Position,
  ticks: number,
): number {
  const { terms, prices } = market;
  const change =
    valueQuanta(terms, position.lots, ticks) - valueQuanta(terms, position.lots, prices.markTicks);
  const equity = unitEquity(state, unitOf(state, position));
  return equity < 0 ? equity : equity + change;
}

interface Transfer {
  readonly from: Position;
  readonly to: Position;
  /** Side of the lots that are handed over. */
  readonly side: 1 | -1;
  readonly lots: number;
  readonly ticks: number;
}

function transferLots(market: MarketState, transfer: Transfer): void {
  const { from, to, side, lots, ticks } = transfer;
  const cost = side * costOfBuying(market.terms, lots, ticks);
  movePosition(market, from, -side * lots, 0 - cost);
  movePosition(market, to, side * lots, cost);
}

/** After a position is gone: collateral is sold, the holder pays; what is unpaid is told. */
function settleDebt(state: ExchangeState, plan: ClosePlan): void {
  const { position, market } = plan;
  autoExchangeDue(state, position.account, true);
  const unpaid = coverDebt(state, position.account, market.currency);
  if (unpaid > 0 && position.lots === 0) {
    tellLiquidation(state, plan, "insolvent", 0, 0, 0, { debt: unitsOf(state, market.currency, unpaid) });
  }
}

function debtOf(state: ExchangeState, plan: ClosePlan): number {
  const equity = unitEquity(state, unitOf(state, plan.position));
  return unitsOf(state, plan.market.currency, Math.max(0, -equity));
}

/** Equity of the holder in a market's currency, at the marks. */
export function holderEquity(state: ExchangeState, market: MarketState): number {
  return poolEquity(state, holderOf(state), market.currency);
}

function notionalElsewhere(state: ExchangeState, market: MarketState): number {
  let sum = 0;
  for (const position of holderOf(state).positions) {
    const other = state.markets[position.market];
    if (other !== market && other.currency === market.currency)
      sum += Math.abs(signedNotional(other, position));
  }
  return sum;
}

function signedNotional(market: MarketState, position: Position): number {
  const { terms, prices } = market;
  return Math.sign(position.lots) * notionalQuanta(terms, position.lots, prices.markTicks);
}
