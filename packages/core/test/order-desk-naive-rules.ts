/**
 * The rules by which the naive order desk refuses orders, and its questions about positions and the book.
 *
 * Base of order-desk-naive.ts, which trades, triggers and logs. Every rule is one plain expression.
 */
import * as core from "@undertow/core";

/** One order as both desks take it, with every field given. */
export type FullRequest = Required<core.OrderRequest>;

export interface Order extends FullRequest {
  serial: number;
  state: "active" | "resting" | "waiting";
  /** Place in time of a resting order. */
  arrived: number;
  /** Extreme price since a trailing stop became active; 0 before. */
  extreme: number;
}

/** Accepts or refuses what needs margin. */
export type Covers = (owner: number, side: number, ticks: number, lots: number) => boolean;

const { BUY, SELL } = core;
const MODES = core.STP_EXPIRE_MAKER | core.STP_EXPIRE_TAKER | core.STP_EXPIRE_BOTH;

/** Orders, positions and prices of a desk, and what may be done with them. */
export class NaiveRules {
  readonly positions: number[];
  protected orders: Order[] = [];
  protected mark = 0;
  protected last = 0;
  protected halted = false;
  protected readonly rules: core.OrderRules;
  protected readonly capacity: number;
  protected readonly covers: Covers;

  constructor(rules: core.OrderRules, owners: number, capacity: number, covers: Covers) {
    this.rules = rules;
    this.capacity = capacity;
    this.covers = covers;
    this.positions = Array.from({ length: owners }, () => 0);
  }

  find(owner: number, clientId: number): number {
    return this.orders.find((one) => one.owner === owner && one.clientId === clientId)?.serial ?? 0;
  }

  protected refusal(request: FullRequest): number {
    const { owner, side, type, lots, limitTicks, flags, clientId, trigger, triggerOn } = request;
    if (this.halted) return core.REASON_HALTED;
    const bad = core.REASON_BAD_FIELD;
    if (!(owner in this.positions) || (side !== BUY && side !== SELL)) return bad;
    if (type !== core.ORDER_LIMIT && type !== core.ORDER_MARKET) return bad;
    const times = [core.IMMEDIATE, core.POST_ONLY, core.FILL_OR_KILL].filter((flag) => flags & flag);
    const modes = [core.STP_EXPIRE_MAKER, core.STP_EXPIRE_TAKER, core.STP_EXPIRE_BOTH].filter(
      (flag) => flags & flag,
    );
    if (!Number.isInteger(flags) || flags < 0 || flags > 127 || times.length > 1 || modes.length > 1)
      return bad;
    if (type === core.ORDER_MARKET && flags & core.POST_ONLY) return bad;
    const size = this.sizeRefusal(lots, type === core.ORDER_MARKET);
    if (size !== 0) return size;
    const price = type === core.ORDER_LIMIT ? this.priceRefusal(limitTicks) : 0;
    if (price !== 0) return price;
    if (!Number.isSafeInteger(clientId) || clientId < 0 || trigger < 0 || trigger > 3) return bad;
    if (trigger !== core.TRIGGER_NONE) {
      if (triggerOn !== core.ON_MARK && triggerOn !== core.ON_LAST) return bad;
      if (trigger === core.TRIGGER_TRAILING) {
        if (!(request.callbackPpm >= 1 && request.callbackPpm < 1e6)) return bad;
        const activation = request.activationTicks === 0 ? 0 : this.priceRefusal(request.activationTicks);
        if (activation !== 0) return activation;
      } else if (this.priceRefusal(request.triggerTicks) !== 0)
        return this.priceRefusal(request.triggerTicks);
    }
    if (clientId !== 0 && this.find(owner, clientId) !== 0) return core.REASON_DUPLICATE_ID;
    return this.orders.length < this.capacity ? 0 : core.REASON_DESK_FULL;
  }

  protected sizeRefusal(lots: number, isMarket: boolean): number {
    const high = isMarket ? this.rules.maxMarketLots : this.rules.maxLots;
    if (Number.isFinite(lots) && !Number.isInteger(lots)) return core.REASON_OFF_LOT;
    return lots >= this.rules.minLots && lots <= high ? 0 : core.RESULT_BAD_SIZE;
  }

  protected priceRefusal(ticks: number): number {
    if (Number.isFinite(ticks) && !Number.isInteger(ticks)) return core.REASON_OFF_TICK;
    return ticks >= 1 && ticks <= this.rules.maxTicks ? 0 : core.RESULT_PRICE_OUT_OF_RANGE;
  }

  protected bandRefusal(order: FullRequest): number {
    if (this.mark === 0) return 0;
    const high = Math.floor((this.mark * (1e6 + this.rules.limitBandUpPpm)) / 1e6);
    const low = Math.ceil((this.mark * (1e6 - this.rules.limitBandDownPpm)) / 1e6);
    const outside = order.side === BUY ? order.limitTicks > high : order.limitTicks < low;
    return outside ? core.REASON_OUTSIDE_BAND : 0;
  }

  /** Worst price at which an order may trade now, 0 if that is not known. */
  protected worst(order: FullRequest, triggered: boolean): number {
    if (order.type === core.ORDER_LIMIT) return order.limitTicks;
    const band = triggered ? this.rules.triggerBandPpm : this.rules.marketBandPpm;
    if (this.mark === 0) return 0;
    if (order.side === BUY)
      return Math.min(Math.floor((this.mark * (1e6 + band)) / 1e6), this.rules.maxTicks);
    return Math.max(Math.ceil((this.mark * (1e6 - band)) / 1e6), 1);
  }

  protected placeRefusal(order: FullRequest, triggered: boolean): number {
    const worst = this.worst(order, triggered);
    if (worst === 0) return core.REASON_NO_PRICE;
    const band = order.type === core.ORDER_LIMIT ? this.bandRefusal(order) : 0;
    if (band !== 0) return band;
    if (isReducing(order)) return this.reducible(order) === 0 ? core.REASON_REDUCE_ONLY : 0;
    const notional = (order.type === core.ORDER_LIMIT ? worst : this.mark) * order.lots;
    if (!triggered && notional < this.rules.minNotionalTickLots) return core.REASON_BELOW_MIN_NOTIONAL;
    return this.covers(order.owner, order.side, worst, order.lots) ? 0 : core.REASON_MARGIN;
  }

  protected triggerRefusal(order: FullRequest): number {
    const now = order.triggerOn === core.ON_MARK ? this.mark : this.last;
    if (order.trigger !== core.TRIGGER_TRAILING && now !== 0 && reaches(now, order, order.triggerTicks)) {
      return core.REASON_WOULD_TRIGGER;
    }
    if (isReducing(order)) return 0;
    const limit = order.type === core.ORDER_LIMIT ? order.limitTicks : 0;
    const stop = order.trigger === core.TRIGGER_TRAILING ? order.activationTicks : order.triggerTicks;
    const price = limit || stop || now;
    return price !== 0 && price * order.lots < this.rules.minNotionalTickLots
      ? core.REASON_BELOW_MIN_NOTIONAL
      : 0;
  }

  protected bookRefusal(order: FullRequest, lots: number): number {
    const makers = this.makersFor(order, this.worst(order, false));
    if (order.flags & core.POST_ONLY && makers.length > 0) return core.RESULT_POST_ONLY_WOULD_TRADE;
    if (order.flags & core.FILL_OR_KILL && this.tradable(order, makers) < lots)
      return core.RESULT_FOK_UNFILLED;
    return 0;
  }

  protected reducible(order: FullRequest): number {
    return Math.max(0, -order.side * this.positions[order.owner]);
  }

  protected clamped(order: FullRequest): number {
    return isReducing(order) ? Math.min(order.lots, this.reducible(order)) : order.lots;
  }

  protected makersFor(taker: FullRequest, worst: number): Order[] {
    return this.orders
      .filter((order) => order.state === "resting" && order.side === -taker.side)
      .filter((order) => (order.limitTicks - worst) * taker.side <= 0)
      .sort((a, b) => (a.limitTicks - b.limitTicks) * taker.side || a.arrived - b.arrived);
  }

  protected tradable(taker: FullRequest, makers: Order[]): number {
    const positions = [...this.positions];
    let sum = 0;
    for (const maker of makers) {
      if (maker.owner === taker.owner && !expiresMakerOnly(taker)) break;
      if (maker.owner === taker.owner) continue;
      const covered = isReducing(maker) ? Math.max(0, -maker.side * positions[maker.owner]) : Infinity;
      const traded = Math.min(maker.lots, covered, taker.lots - sum);
      positions[maker.owner] += maker.side * traded;
      sum += traded;
    }
    return sum;
  }
}

export function isReducing(order: FullRequest): boolean {
  return (order.flags & core.REDUCE_ONLY) !== 0;
}

export function expiresMakerOnly(taker: FullRequest): boolean {
  return (taker.flags & MODES & ~core.STP_EXPIRE_MAKER) === 0;
}

export function reaches(ticks: number, order: FullRequest, trigger: number): boolean {
  const above = (order.trigger === core.TRIGGER_STOP) === (order.side === BUY);
  return above ? ticks >= trigger : ticks <= trigger;
}

export function reachesActivation(ticks: number, order: FullRequest): boolean {
  if (order.activationTicks === 0) return true;
  return order.side === SELL ? ticks >= order.activationTicks : ticks <= order.activationTicks;
}
