/**
 * The forced order of a liquidation: cancels what the venue cancels, sends the order into the book, settles the
 * clearance fee and what the fund gains or pays.
 *
 * An isolated position never costs its account more than its margin: what is missing is the fund's, and a debt of the
 * position when the fund is empty. Where the limit may lie beyond the bankruptcy price of a venue without a backstop,
 * the order is cut to what the fund can pay.
 */
import { FILL_OR_KILL, IMMEDIATE, REDUCE_ONLY, STP_EXPIRE_MAKER } from "../market/codes.ts";
import { ORDER_LIMIT } from "../market/order-request.ts";
import { CEIL, HALF_UP, mulDiv } from "../numeric/mul-div.ts";
import { clearanceFeeQuanta, ppmRule } from "../mechanics/clearance-fee.ts";
import { type Account, moveCash } from "./accounts.ts";
import { type ClosePlan, isOfferDue } from "./close-plan.ts";
import { autoExchangeDue } from "./collateral-value.ts";
import { afterDesk, cancelOrders } from "./desk-events.ts";
import type { LiquidationOutcome } from "./exchange-events.ts";
import {
  type ExchangeState,
  type ForcedFills,
  holderOf,
  priceOf,
  secondsOf,
  sizeOf,
  unitsOf,
} from "./exchange-state.ts";
import { averagePrice, valueQuanta } from "./market-spec.ts";
import { poolEquity } from "./risk.ts";

/** Runs one plan's order; returns the lots of the order that the book did not take. */
export function closeInBook(state: ExchangeState, plan: ClosePlan): number {
  const { market, position, side } = plan;
  cancelScope(state, plan);
  keepOffer(state, plan);
  const held = position.lots * side > 0 ? Math.abs(position.lots) : 0;
  const wanted = Math.min(plan.lots, held, market.desk.rules.maxLots);
  const allowed = Math.min(wanted, payableLots(state, plan, wanted));
  if (allowed === 0) return wanted;
  const forced: ForcedFills = { position, row: -1, lots: 0, cost: 0, feeQuanta: 0, cashQuanta: 0 };
  const { partial } = state.rules.liquidation;
  const whole = allowed === held;
  const tryWhole = partial.kind === "tier-step" && partial.order === "fill-or-kill" && !whole;
  send(state, plan, forced, allowed, tryWhole ? FILL_OR_KILL : IMMEDIATE);
  let rest = wanted - forced.lots;
  if (tryWhole && forced.lots === 0) {
    send(state, plan, forced, held, IMMEDIATE);
    rest = held - forced.lots;
  }
  if (!whole) position.partialMicros = state.nowMicros;
  if (forced.lots > 0) settleForced(state, plan, forced);
  return rest;
}

function send(state: ExchangeState, plan: ClosePlan, forced: ForcedFills, lots: number, time: number): void {
  const { market, position, side, limitTicks } = plan;
  state.forced = forced;
  forced.row = -1;
  market.desk.submit({
    owner: position.owner,
    side: -side,
    type: ORDER_LIMIT,
    lots,
    limitTicks,
    flags: time | REDUCE_ONLY | STP_EXPIRE_MAKER,
  });
  state.forced = undefined;
  afterDesk(state, market);
}

/** Keeps the limit for as long as the venue does not make a new one. */
function keepOffer(state: ExchangeState, { position, limitTicks }: ClosePlan): void {
  if (state.rules.liquidation.price.kind !== "past-last") return;
  if (position.offer !== undefined && !isOfferDue(state, position.offer)) return;
  position.offer = { ticks: limitTicks, micros: state.nowMicros };
}

/** Isolated positions lose the orders of their market, pools what the venue says. */
function cancelScope(state: ExchangeState, plan: ClosePlan): void {
  const { cancel } = state.rules.liquidation;
  if (cancel === "none") return;
  const { account } = plan.position;
  for (const position of account.positions) {
    const same = position.market === plan.position.market;
    if (same || (cancel === "all" && !plan.unit.isolated)) {
      cancelOrders(state, state.markets[position.market], position);
    }
  }
}

/**
 * Lots that may trade while the fund can pay for fills beyond the bankruptcy price, and as far as it may in one block;
 * all where neither comes in. The account's own orders expire in front of the forced order, so they fill nothing.
 */
function payableLots(state: ExchangeState, plan: ClosePlan, lots: number): number {
  const { market, side, bankruptcyTicks, limitTicks, heldLots } = plan;
  const most = maxFundLossQuanta(state, plan);
  if (most === Infinity || (limitTicks - bankruptcyTicks) * side >= 0) return lots;
  const { terms, desk } = market;
  const own = ownLotsAt(plan);
  // Rounded against the fund level by level, so that the sum over the fills costs no more.
  const lossOf = (count: number, ticks: number): number =>
    mulDiv(plan.bankruptcyValue, count, heldLots, CEIL) - valueQuanta(terms, side * count, ticks);
  let budget = most;
  let taken = 0;
  let isSpent = false;
  desk.book.forEachLevel(side, 1_000, (ticks, levelLots) => {
    if (isSpent || taken >= lots || (ticks - limitTicks) * side < 0) return;
    const here = Math.min(levelLots - (own.get(ticks) ?? 0), lots - taken);
    if (here <= 0) return;
    const loss = Math.max(0, lossOf(here, ticks));
    let payable = loss <= budget ? here : Math.floor((budget / loss) * here);
    while (payable > 0 && lossOf(payable, ticks) > budget) payable--;
    if (payable > 0) budget -= Math.max(0, lossOf(payable, ticks));
    taken += payable;
    isSpent = payable < here;
  });
  return taken;
}

/** What the fund may lose by a plan's order: its cash where nothing else stands behind, and the block's limit. */
function maxFundLossQuanta(state: ExchangeState, plan: ClosePlan): number {
  const isAlone = state.rules.backstop.kind === "none";
  const cash = isAlone ? Math.max(0, state.fund.cash[plan.market.currency]) : Infinity;
  return Math.min(cash, blockLossQuanta(state, plan));
}

/** Most that one unit's order may cost the fund in a block. */
function blockLossQuanta(state: ExchangeState, { market }: ClosePlan): number {
  const { partial } = state.rules.liquidation;
  const limit = partial.kind === "portion" ? partial.maxFundLossPerBlock : undefined;
  return limit === undefined ? Infinity : Math.floor(limit * market.terms.perUnit);
}

/** Lots of the position's own orders that its forced order would meet, by price. */
function ownLotsAt({ market, position, side }: ClosePlan): Map<number, number> {
  const own = new Map<number, number>();
  for (const order of market.orders.values()) {
    if (order.position !== position || order.side !== side || order.waiting) continue;
    own.set(order.ticks, (own.get(order.ticks) ?? 0) + order.left);
  }
  return own;
}

/** Clearance fee and fund after the fills of a forced order. */
function settleForced(state: ExchangeState, plan: ClosePlan, forced: ForcedFills): void {
  const { market, position, unit, heldLots } = plan;
  const { currency } = market;
  const { account } = position;
  const holder = holderOf(state);
  const holderBefore = holder.cash[currency];
  const atBankruptcy = mulDiv(plan.bankruptcyValue, forced.lots, heldLots, HALF_UP);
  // What the fills brought beyond the bankruptcy price, before and after the taker fee.
  const improvement = 0 - forced.cost - atBankruptcy;
  const rule = state.rules.liquidation.clearanceFee;
  const spare = unit.isolated
    ? forced.cashQuanta
    : Math.min(account.cash[currency], poolEquity(state, account, currency));
  const residual =
    rule.kind === "capped-improvement"
      ? Math.min(improvement, spare)
      : rule.kind === "all-residual" && !unit.isolated
        ? Math.min(improvement - forced.feeQuanta, spare)
        : spare;
  const fee = clearanceFeeQuanta(ppmRule(rule), {
    filledNotionalQuanta: Math.abs(forced.cost),
    residualQuanta: residual,
  });
  moveCash(account, holder, currency, fee);
  let walletQuanta = forced.cashQuanta - fee;
  if (rule.kind === "capped-improvement" && improvement < 0) {
    const paid = Math.max(0, Math.min(-improvement, holder.cash[currency], blockLossQuanta(state, plan)));
    moveCash(holder, account, currency, paid);
    walletQuanta += paid;
  }
  if (unit.isolated && walletQuanta < 0) protectWallet(plan, -walletQuanta);
  autoExchangeDue(state, account, true);
  const unpaid = coverDebt(state, account, currency);
  state.events.push({
    type: "liquidation",
    at: secondsOf(state),
    outcome: "book",
    account: account.name,
    market: market.spec.name,
    side: plan.side === 1 ? "long" : "short",
    size: sizeOf(market, forced.lots),
    price: averagePrice(market.terms, forced.lots, forced.cost),
    bankruptcyPrice: priceOf(market, plan.bankruptcyTicks),
    fundDelta: unitsOf(state, currency, holder.cash[currency] - holderBefore),
  });
  if (unpaid > 0)
    tellLiquidation(state, plan, "insolvent", 0, 0, 0, { debt: unitsOf(state, currency, unpaid) });
}

/** Tells what became of a plan: lots, ticks and quanta in, display units out. */
export function tellLiquidation(
  state: ExchangeState,
  plan: ClosePlan,
  outcome: LiquidationOutcome,
  lots: number,
  ticks: number,
  fundDelta: number,
  more: { counterparties?: readonly { account: string; size: number }[]; debt?: number } = {},
): void {
  const { market, position, side, bankruptcyTicks } = plan;
  state.events.push({
    type: "liquidation",
    at: secondsOf(state),
    outcome,
    account: position.account.name,
    market: market.spec.name,
    side: side === 1 ? "long" : "short",
    size: sizeOf(market, lots),
    price: priceOf(market, ticks),
    bankruptcyPrice: priceOf(market, bankruptcyTicks),
    fundDelta: unitsOf(state, market.currency, fundDelta),
    ...more,
  });
}

/** Gives an isolated account back what a forced close cost it beyond the position's margin, as the position's debt. */
function protectWallet(plan: ClosePlan, lostQuanta: number): void {
  const { position, market } = plan;
  position.account.cash[market.currency] += lostQuanta;
  position.margin -= lostQuanta;
}

/**
 * Lets the holder pay the debts of an account in a currency: negative margins of empty isolated positions, and a
 * pool's negative cash when it has no position left. Pays as far as its cash reaches; returns what nobody paid.
 */
export function coverDebt(state: ExchangeState, account: Account, currency: number): number {
  const holder = holderOf(state);
  let unpaid = 0;
  let paid = 0;
  const payable = (debt: number): number => {
    const part = Math.max(0, Math.min(debt, holder.cash[currency]));
    holder.cash[currency] -= part;
    paid += part;
    unpaid += debt - part;
    return part;
  };
  let open = false;
  for (const position of account.positions) {
    if (state.markets[position.market].currency !== currency) continue;
    if (position.lots !== 0) open = true;
    else if (position.margin < 0) position.margin += payable(-position.margin);
  }
  if (!open && account.cash[currency] < 0) account.cash[currency] += payable(-account.cash[currency]);
  if (paid > 0) {
    state.events.push({
      type: "debt-covered",
      at: secondsOf(state),
      account: account.name,
      with: holder.name,
      currency: state.currencies[currency].name,
      amount: unitsOf(state, currency, paid),
    });
  }
  return unpaid;
}
