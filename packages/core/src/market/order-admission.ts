/**
 * Whether an order may be placed now: the price bands around the mark, what a reduce-only order can reduce, the
 * minimum notional, and what the accounts say to holding its reserve.
 *
 * For new orders, amendments and orders that a trigger has fired. Answers with a reason code, its details in
 * `check`, and leaves in its fields what may be placed. Changes nothing but reserves.
 */
import * as codes from "./codes.ts";
import { ON_LAST, ON_MARK, TRIGGER_NONE, TRIGGER_TRAILING, triggerDirection } from "./conditional-orders.ts";
import type { OrderExecution } from "./order-execution.ts";
import { ORDER_MARKET, type OrderRequest, isTriggerReached } from "./order-request.ts";
import { OrderCheck, type OrderRules } from "./order-rules.ts";

const { RESULT_OK } = codes;

export class OrderAdmission {
  /** Details of the last refusal. */
  readonly check: OrderCheck;
  /** The mark price, 0 while it is not known. */
  markTicks = 0;
  /** What the last order admitted may do: worst price, lots, and the quanta held for them. */
  ticks = 0;
  lots = 0;
  quanta = 0;
  private readonly rules: OrderRules;
  private readonly execution: OrderExecution;

  constructor(rules: OrderRules, execution: OrderExecution) {
    this.rules = rules;
    this.execution = execution;
    this.check = new OrderCheck(rules);
  }

  /** The present price that a trigger watches, 0 while it is not known. */
  sourceTicks(source: number): number {
    return source === ON_LAST ? this.execution.lastTicks : this.markTicks;
  }

  /** Tests what depends on mark, position and accounts; the admitted fields say what may be placed. */
  admit(
    owner: number,
    side: number,
    type: number,
    limitTicks: number,
    lots: number,
    flags: number,
    isTriggered: boolean,
  ): number {
    const { check, markTicks } = this;
    const isMarket = type === ORDER_MARKET;
    const ticks = isMarket ? check.marketLimit(side, markTicks, isTriggered) : limitTicks;
    if (ticks === 0) return check.plain(codes.REASON_NO_PRICE);
    const reason = isMarket ? RESULT_OK : check.limitBand(side, ticks, markTicks);
    if (reason !== RESULT_OK) return reason;
    this.ticks = ticks;
    if ((flags & codes.REDUCE_ONLY) !== 0) return this.admitReducing(owner, side, lots);
    // A conditional order has passed the minimum when it was submitted.
    const least = isTriggered ? RESULT_OK : check.notional(isMarket ? markTicks : ticks, lots);
    return least === RESULT_OK ? this.admitReserve(owner, side, ticks, lots) : least;
  }

  private admitReducing(owner: number, side: number, lots: number): number {
    const covered = this.execution.coveredLots(owner, side);
    if (covered === 0) return this.check.plain(codes.REASON_REDUCE_ONLY);
    this.lots = Math.min(lots, covered);
    this.quanta = 0;
    return RESULT_OK;
  }

  private admitReserve(owner: number, side: number, ticks: number, lots: number): number {
    const quanta = this.execution.accounts.reserveQuanta?.(owner, side, ticks, lots) ?? 0;
    if (quanta < 0) return this.check.plain(codes.REASON_MARGIN);
    this.lots = lots;
    this.quanta = quanta;
    return RESULT_OK;
  }

  /** Tests a conditional order at its submission: the trigger lies ahead, the minimum notional. */
  admitTrigger(order: OrderRequest): number {
    const { check } = this;
    const { side, lots, flags = 0, limitTicks = 0, triggerTicks = 0 } = order;
    const sourceTicks = this.sourceTicks(order.triggerOn ?? ON_MARK);
    if (isTriggerReached(order, sourceTicks)) {
      const { REASON_WOULD_TRIGGER, FIELD_TRIGGER_TICKS } = codes;
      // The trigger must lie beyond the present price, on the side from which it is not reached.
      const isAbove = triggerDirection(order.trigger ?? TRIGGER_NONE, side) > 0;
      const low = isAbove ? sourceTicks + 1 : 1;
      const high = isAbove ? this.rules.maxTicks : sourceTicks - 1;
      return check.refuse(REASON_WOULD_TRIGGER, FIELD_TRIGGER_TICKS, triggerTicks, low, high);
    }
    if ((flags & codes.REDUCE_ONLY) !== 0) return RESULT_OK;
    if (order.type !== ORDER_MARKET) return check.notional(limitTicks, lots);
    const isTrailing = order.trigger === TRIGGER_TRAILING;
    return check.notional(isTrailing ? order.activationTicks || sourceTicks : triggerTicks, lots);
  }

  /** As `admit`, for a new limit and size of a resting order. */
  admitAmendment(row: number, limitTicks: number, lots: number): number {
    const { check, markTicks } = this;
    const { owner, side, flags, limitTicks: oldTicks, lots: oldLots } = this.execution.rows;
    let reason = check.size(lots, false);
    if (reason === RESULT_OK) reason = check.price(codes.FIELD_LIMIT_TICKS, limitTicks);
    if (reason === RESULT_OK && limitTicks !== oldTicks[row]) {
      reason = check.limitBand(side[row], limitTicks, markTicks);
    }
    if (reason !== RESULT_OK) return reason;
    if ((flags[row] & codes.REDUCE_ONLY) !== 0) return this.admitReducing(owner[row], side[row], lots);
    reason = check.notional(limitTicks, lots);
    if (reason !== RESULT_OK) return reason;
    this.lots = lots;
    const keepsPlace = limitTicks === oldTicks[row] && lots <= oldLots[row];
    return keepsPlace ? RESULT_OK : this.admitReserve(owner[row], side[row], limitTicks, lots);
  }
}
