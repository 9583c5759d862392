/**
 * One liquidation round: all forced orders, then takeovers by account key, then all deleveraging.
 *
 * Forced orders enter the book now; their fills move the next mark, not this one, and who makes markets can act in
 * between. A margin unit sends the forced order of one position a round. Accounts beyond the venue's budget wait and are not
 * deleveraged; a deleveraged account is tested again in the next round.
 */
import { IMMEDIATE, REDUCE_ONLY } from "../market/codes.ts";
import { ORDER_LIMIT } from "../market/order-request.ts";
import { isLiquidatable } from "../mechanics/account-equity.ts";
import { orderLiquidations } from "../mechanics/liquidation-order.ts";
import type { Position } from "./accounts.ts";
import { type ClosePlan, planClose, planPosition, quotedTicks } from "./close-plan.ts";
import { autoExchangeDue } from "./collateral-value.ts";
import { type Shortfall, deleverage, holderEquity, takeOver } from "./deleverage.ts";
import { afterDesk } from "./desk-events.ts";
import { type ExchangeState, type MarketState, holderOf } from "./exchange-state.ts";
import { closeInBook, coverDebt } from "./forced-close.ts";
import { type MarginUnit, marginUnits, poolEquity, unitEquity, unitMaintenance, unitOf } from "./risk.ts";

/** Runs the round that ends an advance of some seconds. */
export function liquidationRound(state: ExchangeState, seconds: number): void {
  unwindHolder(state, seconds);
  for (const account of state.accounts) {
    if (account.role !== "trader") continue;
    autoExchangeDue(state, account, false);
    for (let currency = 0; currency < state.currencies.length; currency++)
      coverDebt(state, account, currency);
  }
  const plans = orderLiquidations(
    state.rules.liquidation.order,
    unitsBelowMaintenance(state).map((unit) => planClose(state, unit)),
  );
  forgetOffers(state, plans);
  raiseFundPeaks(state);
  const budget = state.rules.liquidation.ordersPerRound ?? Infinity;
  const shortfalls: Shortfall[] = [];
  for (let k = 0; k < plans.length && k < budget; k++) {
    const shortfall = close(state, plans[k]);
    if (shortfall !== undefined) shortfalls.push(shortfall);
  }
  shortfalls.sort((a, b) => a.plan.account - b.plan.account);
  const left: Shortfall[] = [];
  for (const shortfall of shortfalls) {
    const lots = takeOver(state, shortfall);
    if (lots > 0) left.push({ plan: shortfall.plan, lots });
  }
  left.push(...bankruptHolder(state));
  for (const shortfall of left) deleverage(state, shortfall);
}

/** Margin units of traders with equity below maintenance (or at it, where the venue says so), by account key. */
export function unitsBelowMaintenance(state: ExchangeState): MarginUnit[] {
  const found: MarginUnit[] = [];
  const isReached = state.rules.liquidation.maintenance?.trigger === "reached";
  for (const account of state.accounts) {
    if (account.role !== "trader") continue;
    for (const unit of marginUnits(state, account)) {
      const maintenanceMargin = unitMaintenance(state, unit);
      // In whole quanta equity is at most the margin exactly when it is below the margin and one more.
      const margin = isReached && maintenanceMargin > 0 ? maintenanceMargin + 1 : maintenanceMargin;
      if (isLiquidatable({ equity: unitEquity(state, unit), maintenanceMargin: margin })) found.push(unit);
    }
  }
  return found;
}

/** A price that a position was offered at is that of one liquidation: who is no longer in one is offered anew. */
function forgetOffers(state: ExchangeState, plans: readonly ClosePlan[]): void {
  if (state.rules.liquidation.price.kind !== "past-last") return;
  const offered = new Set(plans.map(({ position }) => position));
  for (const { positions } of state.accounts)
    for (const position of positions) if (!offered.has(position)) position.offer = undefined;
}

/** The fund's highest equity in each currency, as it stands before the round's orders, under `fund-drawdown`. */
function raiseFundPeaks(state: ExchangeState): void {
  if (state.rules.backstop.kind !== "fund-drawdown") return;
  for (let currency = 0; currency < state.currencies.length; currency++) {
    const equity = poolEquity(state, state.fund, currency);
    state.fundPeaks[currency] = Math.max(state.fundPeaks[currency], equity);
  }
}

/** Sends the forced order; what is to be looked at afterwards. A halted market keeps its positions. */
function close(state: ExchangeState, plan: ClosePlan): Shortfall | undefined {
  if (plan.market.desk.isHalted) return undefined;
  const { backstop } = state.rules;
  // Without a backstop an account that has nothing left goes straight to deleveraging.
  const isPast = backstop.kind === "none" && plan.equity < 0;
  const rest = isPast ? plan.heldLots : closeInBook(state, plan);
  const wholeUnit = backstop.kind === "vault" || backstop.kind === "none";
  return rest > 0 || wholeUnit ? { plan, lots: rest } : undefined;
}

/** The holder sells what it took over, never beyond the price at which its own equity would be gone. */
function unwindHolder(state: ExchangeState, seconds: number): void {
  const { unwindSeconds } = state.rules.backstop;
  if (unwindSeconds === 0) return;
  const share = Math.min(1, seconds / unwindSeconds);
  for (const position of holderOf(state).positions) {
    const market = state.markets[position.market];
    if (position.lots === 0 || market.desk.isHalted || holderEquity(state, market) < 0) continue;
    const lots = Math.max(1, Math.floor(Math.abs(position.lots) * share));
    const side = position.lots > 0 ? 1 : -1;
    market.desk.submit({
      owner: position.owner,
      side: -side,
      type: ORDER_LIMIT,
      lots: Math.min(lots, market.desk.rules.maxLots),
      limitTicks: unwindTicks(state, market, position, side),
      flags: IMMEDIATE | REDUCE_ONLY,
    });
    afterDesk(state, market);
  }
}

/** The market's band, or the holder's own bankruptcy price where that is nearer. */
function unwindTicks(state: ExchangeState, market: MarketState, position: Position, side: 1 | -1): number {
  const { bankruptcyTicks } = planPosition(state, unitOf(state, position), position);
  const { market: band } = state.rules.bands;
  if (band === undefined) return quotedTicks(state, market, side, bankruptcyTicks);
  const edge = Math.round(market.prices.markTicks * (1 - side * band));
  const ticks = side === 1 ? Math.max(edge, bankruptcyTicks) : Math.min(edge, bankruptcyTicks);
  return quotedTicks(state, market, side, ticks);
}

/** Positions of a holder that has nothing left are deleveraged like a trader's. */
function bankruptHolder(state: ExchangeState): Shortfall[] {
  const found: Shortfall[] = [];
  for (const position of holderOf(state).positions) {
    const market = state.markets[position.market];
    if (position.lots === 0 || market.desk.isHalted || holderEquity(state, market) >= 0) continue;
    const plan = planPosition(state, unitOf(state, position), position);
    found.push({ plan, lots: Math.abs(position.lots) });
  }
  return found;
}
