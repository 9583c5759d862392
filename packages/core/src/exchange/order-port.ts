/**
 * The accounts as one market's desk sees them: holds before a trade, settlement of each fill, release of holds.
 *
 * An order holds the initial margin of what it would open, its loss against the mark and its fee. A fill gives its
 * hold back and takes margin and fee from cash that nothing else is held on: it never touches another order's hold.
 * Both sides of a fill move one and the same integer. Called in the middle of matches: must never call the desk.
 */
import { MAX_EXACT } from "../limits.ts";
import { CEIL, mulDiv } from "../numeric/mul-div.ts";
import { BUY, PPM } from "../units.ts";
import type { FillBuffer } from "../market/fill-buffer.ts";
import type { DeskAccounts } from "../market/position-tally.ts";
import { type Position, changeLots, isIsolated, positionOf, unheldCash } from "./accounts.ts";
import type { ExchangeState, ForcedFills, MarketState } from "./exchange-state.ts";
import { costOfBuying, initialMarginQuanta, notionalQuanta, valueQuanta } from "./market-spec.ts";
import { freeQuanta, openInterestQuanta } from "./risk.ts";

export class OrderPort implements DeskAccounts {
  private readonly state: ExchangeState;
  private readonly marketOf: () => MarketState;

  constructor(state: ExchangeState, marketOf: () => MarketState) {
    this.state = state;
    this.marketOf = marketOf;
  }

  positionLots(owner: number): number {
    return this.marketOf().positions[owner]?.lots ?? 0;
  }

  /** Holds what an order needs; -1 when the account cannot cover it. An order that only reduces is always taken. */
  reserveQuanta(owner: number, side: number, limitTicks: number, lots: number): number {
    const market = this.marketOf();
    const position = ownedPosition(this.state, market, owner);
    const { account } = position;
    const reducible = Math.max(0, -side * position.lots) - restingLots(market, position, side);
    const reducing = Math.min(lots, Math.max(0, reducible));
    if (reducing < lots && !isCountable(market, lots, limitTicks)) return -1;
    const free = freeQuanta(this.state, account, market.currency);
    let need = holdQuanta(this.state, market, position, { side, ticks: limitTicks, lots, reducing });
    if (reducing === lots) need = Math.min(need, Math.max(0, free));
    if (need > free && reducing < lots) return -1;
    position.bookHeld += need;
    account.held[market.currency] += need;
    return need;
  }

  releaseQuanta(owner: number, quanta: number): void {
    const market = this.marketOf();
    const position = ownedPosition(this.state, market, owner);
    position.bookHeld -= quanta;
    position.account.held[market.currency] -= quanta;
  }

  applyFill(fills: FillBuffer, row: number): void {
    const { state } = this;
    const market = this.marketOf();
    const lots = fills.lots[row];
    const maker = ownedPosition(state, market, fills.makerOwner[row]);
    if (lots === 0) {
      this.releaseQuanta(maker.owner, fills.makerRelease[row]);
      return;
    }
    const taker = ownedPosition(state, market, fills.takerOwner[row]);
    this.releaseQuanta(taker.owner, fills.takerRelease[row]);
    this.releaseQuanta(maker.owner, fills.makerRelease[row]);
    const ticks = fills.ticks[row];
    const bought = fills.takerSide[row] === BUY;
    const cost = costOfBuying(market.terms, lots, ticks);
    const forced = forcedFill(state, taker, fills.takerTag[row]);
    settleSide(state, market, taker, bought ? lots : -lots, bought ? cost : 0 - cost, state.takerPpm, forced);
    settleSide(state, market, maker, bought ? -lots : lots, bought ? 0 - cost : cost, state.makerPpm);
  }
}

/** Whether an order's value is exact at its limit and at the mark; no account can cover one that is not. */
function isCountable(market: MarketState, lots: number, limitTicks: number): boolean {
  const { terms, prices } = market;
  const low = Math.min(limitTicks, prices.markTicks || limitTicks);
  const high = Math.max(limitTicks, prices.markTicks);
  // estimate: only compared with the bound
  const value = terms.inverse ? (lots / low) * terms.unitQuanta : lots * high * terms.unitQuanta;
  return value < MAX_EXACT / 2;
}

/** What an order of a position holds. */
export interface HoldWish {
  readonly side: number;
  readonly ticks: number;
  readonly lots: number;
  /** Lots of it that only reduce. */
  readonly reducing: number;
}

/** Margin, open loss and fee of an order, in quanta; Infinity when it would pass the largest position. */
export function holdQuanta(
  state: ExchangeState,
  market: MarketState,
  position: Position,
  wish: HoldWish,
): number {
  const { terms, prices } = market;
  const { side, lots, ticks, reducing } = wish;
  const mark = prices.markTicks || ticks;
  // The price at which the order is worth most: a sell may fill above its limit, an inverse buy below.
  const worst = terms.inverse
    ? side === BUY
      ? Math.min(ticks, mark)
      : ticks
    : side === BUY
      ? ticks
      : Math.max(ticks, mark);
  const feePpm = Math.max(0, state.takerPpm, state.makerPpm);
  const fee = mulDiv(notionalQuanta(terms, lots, worst), feePpm, PPM, CEIL);
  const opening = lots - reducing;
  if (opening === 0) return fee;
  const notional = notionalQuanta(terms, opening, worst);
  const sameSide = restingLots(market, position, side) + Math.max(0, side * position.lots);
  const margin = initialMarginQuanta(terms, {
    notional,
    total: notional + notionalQuanta(terms, sameSide, mark),
    totalLots: opening + sameSide,
    leverage: position.account.leverage[market.index],
    openInterestQuanta: openInterestQuanta(market),
  });
  return fee + margin + (state.rules.initialMargin.openLoss ? openLoss(market, side * opening, ticks) : 0);
}

/** Loss of signed lots entered at a limit, against the mark; at least 0. */
function openLoss(market: MarketState, signedLots: number, ticks: number): number {
  const { terms, prices } = market;
  if (prices.markTicks === 0) return 0;
  const profit = valueQuanta(terms, signedLots, prices.markTicks) - valueQuanta(terms, signedLots, ticks);
  return Math.max(0, 0 - profit);
}

/** Lots of the position's resting orders on a side that may open. */
export function restingLots(market: MarketState, position: Position, side: number): number {
  let sum = 0;
  for (const order of market.orders.values()) {
    const counts = order.position === position && order.side === side && !order.reduceOnly && !order.waiting;
    if (counts) sum += order.left;
  }
  return sum;
}

/** The position of a desk owner, made when the owner has never had one. */
export function ownedPosition(state: ExchangeState, market: MarketState, owner: number): Position {
  const found = market.positions[owner];
  if (found !== undefined) return found;
  const account = state.accounts[Math.floor(owner / 2)];
  const leg = account.mode === "hedge" ? (owner % 2 === 0 ? 1 : -1) : 0;
  const position = positionOf(account, market.index, leg);
  market.positions[owner] = position;
  return position;
}

/**
 * Changes a position and keeps the market's open interest and list of changed positions. What opens gets its margin
 * from unheld cash, as far as there is any.
 */
export function movePosition(
  market: MarketState,
  position: Position,
  signedLots: number,
  cost: number,
): { realised: number; closedLots: number; openedLots: number } {
  const before = Math.max(0, position.lots);
  const { account } = position;
  const { currency, terms } = market;
  const settled = changeLots(position, currency, signedLots, cost, (openedCost) => {
    const total = notionalQuanta(terms, position.lots, market.prices.markTicks || 1);
    const margin = initialMarginQuanta(terms, {
      notional: openedCost,
      total: Math.max(total, openedCost),
      totalLots: Math.abs(position.lots),
      leverage: account.leverage[market.index],
      openInterestQuanta: openInterestQuanta(market),
    });
    const wanted = margin === Infinity ? openedCost : margin;
    return Math.max(0, Math.min(wanted, unheldCash(account, currency)));
  });
  market.openInterestLots += Math.max(0, position.lots) - before;
  market.touched.add(position);
  return settled;
}

/**
 * The forced order in the book, when this taker's fill is its own. The first one after it was sent is; orders that its
 * trades trigger, of the same position too, trade on their own account.
 */
function forcedFill(state: ExchangeState, taker: Position, row: number): ForcedFills | undefined {
  const { forced } = state;
  if (forced === undefined || forced.position !== taker) return undefined;
  if (forced.row === -1) forced.row = row;
  return forced.row === row ? forced : undefined;
}

function settleSide(
  state: ExchangeState,
  market: MarketState,
  position: Position,
  signedLots: number,
  cost: number,
  ppm: number,
  forced?: ForcedFills,
): void {
  const { account } = position;
  const { currency } = market;
  const cashBefore = account.cash[currency];
  const exempt = account.role !== "trader" || (forced !== undefined && !state.rules.liquidation.takerFee);
  const fee = exempt ? 0 : mulDiv(Math.abs(cost), ppm, PPM, CEIL);
  account.cash[currency] -= fee;
  state.fees.cash[currency] += fee;
  const settled = movePosition(market, position, signedLots, cost);
  if (forced !== undefined) {
    forced.lots += Math.abs(signedLots);
    forced.cost += cost;
    forced.feeQuanta += fee;
    forced.cashQuanta += account.cash[currency] - cashBefore;
  } else if (isIsolated(account)) {
    payOwnDebt(position, currency);
  }
  market.details.push({ feeQuanta: fee, realisedQuanta: settled.realised, forced: forced !== undefined });
}

/** Who closes at a loss beyond the margin by an order of its own pays the rest from its cash, as far as it goes. */
function payOwnDebt(position: Position, currency: number): void {
  if (position.lots !== 0 || position.margin >= 0) return;
  const paid = Math.max(0, Math.min(-position.margin, unheldCash(position.account, currency)));
  position.margin += paid;
  position.account.cash[currency] -= paid;
}
