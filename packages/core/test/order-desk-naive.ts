/**
 * The order desk written the obvious way: one list of order objects, searched and sorted for every question. Twin
 * of market/order-desk.ts and all behind it, the book included; shares with them the codes and nothing else.
 *
 * Written from the rules in the documentation of the options and requests. It logs what happens as lines of text.
 */
import * as core from "@undertow/core";

/** One order as both desks take it, with every field given. */
export type FullRequest = Required<core.OrderRequest>;

interface Order extends FullRequest {
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

export class NaiveDesk {
  readonly log: string[] = [];
  readonly positions: number[];
  private orders: Order[] = [];
  private queue: Order[] = [];
  private serial = 0;
  private clock = 0;
  private mark = 0;
  private last = 0;
  private seenLast = 0;
  private halted = false;
  private readonly rules: core.OrderRules;
  private readonly capacity: number;
  private readonly covers: Covers;

  constructor(rules: core.OrderRules, owners: number, capacity: number, covers: Covers) {
    this.rules = rules;
    this.capacity = capacity;
    this.covers = covers;
    this.positions = Array.from({ length: owners }, () => 0);
  }

  /** Serial number of the order, 0 when it is rejected. */
  submit(request: FullRequest): number {
    const conditional = request.trigger !== core.TRIGGER_NONE;
    const refusal =
      this.refusal(request) ||
      (conditional ? this.triggerRefusal(request) : this.placeRefusal(request, false));
    if (refusal !== 0) return this.reject(refusal, request);
    const order: Order = { ...request, serial: ++this.serial, state: "active", arrived: 0, extreme: 0 };
    if (order.type === core.ORDER_MARKET) order.limitTicks = 0;
    if (conditional) {
      this.orders.push(order);
      this.wait(order);
      return order.serial;
    }
    order.lots = this.clamped(order);
    const bookRefusal = this.bookRefusal(order, order.lots);
    if (bookRefusal !== 0) return this.reject(bookRefusal, request);
    this.orders.push(order);
    this.say("accepted", order, order.lots, order.lots);
    this.execute(order, this.worst(order, false));
    this.runQueue();
    return order.serial;
  }

  amend(owner: number, serial: number, limitTicks: number, lots: number): boolean {
    const order = this.orders.find(
      (one) => one.serial === serial && one.owner === owner && one.state === "resting",
    );
    const changed = order && { ...order, limitTicks, lots };
    let refusal = this.halted ? core.REASON_HALTED : changed ? 0 : core.RESULT_NO_ORDER;
    if (refusal === 0 && changed && order) {
      refusal = this.sizeRefusal(lots, false) || this.priceRefusal(limitTicks);
      if (refusal === 0 && limitTicks !== order.limitTicks) refusal = this.bandRefusal(changed);
      if (refusal === 0 && isReducing(order)) changed.lots = Math.min(lots, this.reducible(order));
      const keeps = limitTicks === order.limitTicks && changed.lots <= order.lots;
      if (refusal === 0 && !isReducing(order)) {
        refusal = limitTicks * lots < this.rules.minNotionalTickLots ? core.REASON_BELOW_MIN_NOTIONAL : 0;
        if (refusal === 0 && !keeps && !this.covers(owner, order.side, limitTicks, lots)) {
          refusal = core.REASON_MARGIN;
        }
      }
      if (refusal === 0) refusal = this.bookRefusal(changed, changed.lots);
      if (refusal === 0) {
        Object.assign(order, { limitTicks, lots: changed.lots });
        this.say("amended", order, order.lots, order.lots);
        if (keeps) return true;
        order.state = "active";
        this.execute(order, limitTicks);
        this.runQueue();
        return true;
      }
    }
    this.log.push(`rejected ${order ? serial : 0} of ${owner}: ${core.resultName(refusal)}`);
    return false;
  }

  cancel(owner: number, serial: number): boolean {
    const order = this.orders.find((one) => one.serial === serial && one.owner === owner);
    if (order) this.end(order, core.REASON_REQUESTED);
    return order !== undefined;
  }

  cancelAll(owner: number): number {
    const mine = this.newestFirst(owner);
    for (const order of mine) this.end(order, core.REASON_REQUESTED);
    return mine.length;
  }

  setMark(ticks: number): void {
    if (ticks === this.mark) return;
    this.mark = ticks;
    if (this.halted) return;
    this.move(core.ON_MARK, ticks);
    this.runQueue();
  }

  halt(): void {
    if (!this.halted) this.log.push("halted");
    this.halted = true;
  }

  resume(): void {
    if (!this.halted) return;
    this.halted = false;
    this.log.push("resumed");
    if (this.mark !== 0) this.move(core.ON_MARK, this.mark);
    this.runQueue();
  }

  positionChanged(owner: number): void {
    for (const side of [BUY, SELL]) {
      const mine = this.newestFirst(owner).filter(
        (order) => order.state === "resting" && order.side === side && isReducing(order),
      );
      let excess = mine.reduce((sum, order) => sum + order.lots, 0);
      excess -= Math.max(0, -side * this.positions[owner]);
      for (const order of mine) {
        if (excess <= 0) break;
        const cut = Math.min(excess, order.lots);
        excess -= cut;
        this.cut(order, cut, core.REASON_REDUCE_ONLY);
      }
    }
  }

  openLots(serial: number): number {
    return this.orders.find((order) => order.serial === serial)?.lots ?? 0;
  }

  find(owner: number, clientId: number): number {
    return this.orders.find((one) => one.owner === owner && one.clientId === clientId)?.serial ?? 0;
  }

  // Rules.

  private refusal(request: FullRequest): number {
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

  private sizeRefusal(lots: number, isMarket: boolean): number {
    const high = isMarket ? this.rules.maxMarketLots : this.rules.maxLots;
    if (Number.isFinite(lots) && !Number.isInteger(lots)) return core.REASON_OFF_LOT;
    return lots >= this.rules.minLots && lots <= high ? 0 : core.RESULT_BAD_SIZE;
  }

  private priceRefusal(ticks: number): number {
    if (Number.isFinite(ticks) && !Number.isInteger(ticks)) return core.REASON_OFF_TICK;
    return ticks >= 1 && ticks <= this.rules.maxTicks ? 0 : core.RESULT_PRICE_OUT_OF_RANGE;
  }

  private bandRefusal(order: FullRequest): number {
    if (this.mark === 0) return 0;
    const high = Math.floor((this.mark * (1e6 + this.rules.limitBandUpPpm)) / 1e6);
    const low = Math.ceil((this.mark * (1e6 - this.rules.limitBandDownPpm)) / 1e6);
    const outside = order.side === BUY ? order.limitTicks > high : order.limitTicks < low;
    return outside ? core.REASON_OUTSIDE_BAND : 0;
  }

  /** Worst price at which an order may trade now, 0 if that is not known. */
  private worst(order: FullRequest, triggered: boolean): number {
    if (order.type === core.ORDER_LIMIT) return order.limitTicks;
    const band = triggered ? this.rules.triggerBandPpm : this.rules.marketBandPpm;
    if (this.mark === 0) return 0;
    if (order.side === BUY)
      return Math.min(Math.floor((this.mark * (1e6 + band)) / 1e6), this.rules.maxTicks);
    return Math.max(Math.ceil((this.mark * (1e6 - band)) / 1e6), 1);
  }

  private placeRefusal(order: FullRequest, triggered: boolean): number {
    const worst = this.worst(order, triggered);
    if (worst === 0) return core.REASON_NO_PRICE;
    const band = order.type === core.ORDER_LIMIT ? this.bandRefusal(order) : 0;
    if (band !== 0) return band;
    if (isReducing(order)) return this.reducible(order) === 0 ? core.REASON_REDUCE_ONLY : 0;
    const notional = (order.type === core.ORDER_LIMIT ? worst : this.mark) * order.lots;
    if (!triggered && notional < this.rules.minNotionalTickLots) return core.REASON_BELOW_MIN_NOTIONAL;
    return this.covers(order.owner, order.side, worst, order.lots) ? 0 : core.REASON_MARGIN;
  }

  private triggerRefusal(order: FullRequest): number {
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

  private bookRefusal(order: FullRequest, lots: number): number {
    const makers = this.makersFor(order, this.worst(order, false));
    if (order.flags & core.POST_ONLY && makers.length > 0) return core.RESULT_POST_ONLY_WOULD_TRADE;
    if (order.flags & core.FILL_OR_KILL && this.tradable(order, makers) < lots)
      return core.RESULT_FOK_UNFILLED;
    return 0;
  }

  // Positions.

  private reducible(order: FullRequest): number {
    return Math.max(0, -order.side * this.positions[order.owner]);
  }

  private clamped(order: FullRequest): number {
    return isReducing(order) ? Math.min(order.lots, this.reducible(order)) : order.lots;
  }

  // The book.

  private makersFor(taker: FullRequest, worst: number): Order[] {
    return this.orders
      .filter((order) => order.state === "resting" && order.side === -taker.side)
      .filter((order) => (order.limitTicks - worst) * taker.side <= 0)
      .sort((a, b) => (a.limitTicks - b.limitTicks) * taker.side || a.arrived - b.arrived);
  }

  private tradable(taker: FullRequest, makers: Order[]): number {
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

  /** Sends an order through the book, rests or ends it, trims reduce-only orders of all concerned. */
  private execute(order: Order, worst: number): void {
    const makers = this.makersFor(order, worst);
    const met: number[] = [];
    let reason = 0;
    for (const maker of makers) {
      if (order.lots === 0 || reason !== 0) break;
      if (maker.owner === order.owner) {
        if (!(order.flags & core.STP_EXPIRE_TAKER)) this.cut(maker, maker.lots, core.RESULT_SELF_TRADE);
        if (!expiresMakerOnly(order)) reason = core.RESULT_SELF_TRADE;
        continue;
      }
      if (isReducing(maker)) {
        const excess = maker.lots - this.reducible(maker);
        if (excess > 0) this.cut(maker, excess, core.REASON_REDUCE_ONLY);
      }
      const lots = Math.min(order.lots, maker.lots);
      if (lots > 0) this.trade(order, maker, lots);
      if (lots > 0) met.push(maker.owner);
    }
    const rests = order.type === core.ORDER_LIMIT && !(order.flags & (core.IMMEDIATE | core.FILL_OR_KILL));
    if (order.lots > 0 && reason === 0 && rests) {
      order.state = "resting";
      order.arrived = ++this.clock;
    } else if (order.lots > 0) {
      const expired = order.type === core.ORDER_MARKET ? core.REASON_MARKET_BAND : core.REASON_IMMEDIATE;
      this.end(order, reason || expired);
    } else {
      this.orders = this.orders.filter((one) => one !== order);
    }
    for (const owner of [order.owner, ...met]) this.positionChanged(owner);
  }

  private trade(taker: Order, maker: Order, lots: number): void {
    taker.lots -= lots;
    maker.lots -= lots;
    this.positions[taker.owner] += taker.side * lots;
    this.positions[maker.owner] += maker.side * lots;
    this.last = maker.limitTicks;
    const by = `@ ${this.last}`;
    this.log.push(`filled ${taker.serial} of ${taker.owner}: ${lots}, left ${taker.lots} ${by} taker`);
    this.log.push(`filled ${maker.serial} of ${maker.owner}: ${lots}, left ${maker.lots} ${by} maker`);
    if (maker.lots === 0) this.orders = this.orders.filter((one) => one !== maker);
  }

  /** Takes lots off a resting order. */
  private cut(order: Order, lots: number, reason: number): void {
    if (lots === order.lots) {
      this.end(order, reason);
      return;
    }
    order.lots -= lots;
    this.say("trimmed", order, lots, order.lots, reason);
  }

  private end(order: Order, reason: number): void {
    this.say("cancelled", order, order.lots, 0, reason);
    order.lots = 0;
    this.orders = this.orders.filter((one) => one !== order);
  }

  // Triggers.

  private wait(order: Order): void {
    order.state = "waiting";
    this.say("accepted", order, order.lots, order.lots);
    const now = order.triggerOn === core.ON_MARK ? this.mark : this.last;
    if (order.trigger === core.TRIGGER_TRAILING && now !== 0 && reachesActivation(now, order)) {
      this.follow(order, now);
    }
  }

  private follow(order: Order, ticks: number): void {
    order.extreme = ticks;
    this.say("activated", order, order.lots, order.lots);
  }

  private move(source: number, ticks: number): void {
    const due: { order: Order; at: number; direction: number }[] = [];
    for (const order of this.orders) {
      if (order.state !== "waiting" || order.triggerOn !== source) continue;
      if (order.trigger !== core.TRIGGER_TRAILING) {
        const direction = (order.trigger === core.TRIGGER_STOP) === (order.side === BUY) ? 1 : -1;
        if (reaches(ticks, order, order.triggerTicks)) due.push({ order, at: order.triggerTicks, direction });
      } else if (order.extreme === 0) {
        const at = order.activationTicks || (order.side === BUY ? Infinity : 0);
        if (reachesActivation(ticks, order)) due.push({ order, at, direction: -order.side });
      } else {
        const best = order.side === SELL ? Math.max : Math.min;
        order.extreme = best(order.extreme, ticks);
        const share = (1e6 + order.side * order.callbackPpm) / 1e6;
        const exact = order.extreme * share;
        const at = order.side === SELL ? Math.floor(exact + 1e-7) : Math.ceil(exact - 1e-7);
        if ((ticks - at) * order.side >= 0) due.push({ order, at, direction: order.side });
      }
    }
    due.sort(
      (a, b) =>
        a.direction - b.direction ||
        (a.at === b.at ? 0 : (a.at - b.at) * a.direction) ||
        a.order.serial - b.order.serial,
    );
    for (const { order, at } of due) {
      if (order.trigger === core.TRIGGER_TRAILING && order.extreme === 0) {
        this.follow(order, ticks);
        continue;
      }
      order.triggerTicks = at;
      order.state = "active";
      this.say("triggered", order, order.lots, order.lots);
      this.queue.push(order);
    }
  }

  private runQueue(): void {
    this.followLast();
    for (let order = this.queue.shift(); order !== undefined; order = this.queue.shift()) {
      const refusal = this.placeRefusal(order, true) || this.queuedBookRefusal(order);
      if (refusal !== 0) {
        this.end(order, refusal);
        continue;
      }
      const clamped = this.clamped(order);
      const cut = order.lots - clamped;
      order.lots = clamped;
      if (cut > 0) this.say("trimmed", order, cut, clamped, core.REASON_REDUCE_ONLY);
      this.execute(order, this.worst(order, true));
      this.followLast();
    }
  }

  private queuedBookRefusal(order: Order): number {
    const makers = this.makersFor(order, this.worst(order, true));
    const asked = { ...order, lots: this.clamped(order) };
    if (order.flags & core.POST_ONLY && makers.length > 0) return core.RESULT_POST_ONLY_WOULD_TRADE;
    if (order.flags & core.FILL_OR_KILL && this.tradable(asked, makers) < asked.lots) {
      return core.RESULT_FOK_UNFILLED;
    }
    return 0;
  }

  private followLast(): void {
    if (this.last === this.seenLast) return;
    this.seenLast = this.last;
    this.move(core.ON_LAST, this.last);
  }

  // The log.

  private newestFirst(owner: number): Order[] {
    return this.orders.filter((order) => order.owner === owner).sort((a, b) => b.serial - a.serial);
  }

  private reject(reason: number, { owner }: FullRequest): number {
    this.log.push(`rejected 0 of ${owner | 0}: ${core.resultName(reason)}`);
    return 0;
  }

  private say(what: string, order: Order, lots: number, left: number, reason = 0): void {
    const why = reason === 0 ? "" : `: ${core.resultName(reason)}`;
    const waits =
      order.trigger === core.TRIGGER_TRAILING && what !== "triggered" && order.state === "waiting";
    const trigger = waits ? order.activationTicks : order.triggerTicks;
    const ticks = order.limitTicks || (order.trigger === core.TRIGGER_NONE ? 0 : trigger);
    this.log.push(`${what} ${order.serial} of ${order.owner}: ${lots}, left ${left} @ ${ticks}${why}`);
  }
}

/** The same line for an event of the fast desk. */
export function lineOf(events: core.OrderEvents, event: number, capacity: number): string {
  const row = events.row(event);
  const kind = events.describe(event).split(" ")[0];
  if (events.kind[row] === core.EVENT_HALTED || events.kind[row] === core.EVENT_RESUMED) return kind;
  const head = `${kind} ${Math.floor(events.order[row] / capacity)} of ${events.owner[row]}`;
  const reason = core.resultName(events.reason[row]);
  if (events.kind[row] === core.EVENT_REJECTED) return `${head}: ${reason}`;
  const body = `${head}: ${events.lots[row]}, left ${events.left[row]} @ ${events.ticks[row]}`;
  if (events.kind[row] === core.EVENT_FILLED) return `${body} ${events.isTaker[row] ? "taker" : "maker"}`;
  return events.reason[row] === 0 ? body : `${body}: ${reason}`;
}

function isReducing(order: FullRequest): boolean {
  return (order.flags & core.REDUCE_ONLY) !== 0;
}

function expiresMakerOnly(taker: FullRequest): boolean {
  return (taker.flags & MODES & ~core.STP_EXPIRE_MAKER) === 0;
}

function reaches(ticks: number, order: FullRequest, trigger: number): boolean {
  const above = (order.trigger === core.TRIGGER_STOP) === (order.side === BUY);
  return above ? ticks >= trigger : ticks <= trigger;
}

function reachesActivation(ticks: number, order: FullRequest): boolean {
  if (order.activationTicks === 0) return true;
  return order.side === SELL ? ticks >= order.activationTicks : ticks <= order.activationTicks;
}
