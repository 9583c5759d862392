/**
 * The order desk written the obvious way: one list of order objects, searched and sorted for every question. Twin
 * of market/order-desk.ts and all behind it, the book included; shares with them the codes and nothing else.
 *
 * Written from the rules in the documentation of the options and requests. It logs what happens as lines of text.
 */
import * as core from "@undertow/core";
import {
  expiresMakerOnly,
  type FullRequest,
  isReducing,
  NaiveRules,
  type Order,
  reaches,
  reachesActivation,
} from "./order-desk-naive-rules.ts";

const { BUY, SELL } = core;

export class NaiveDesk extends NaiveRules {
  readonly log: string[] = [];
  private queue: Order[] = [];
  private serial = 0;
  private clock = 0;
  private seenLast = 0;
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

  // The book.

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
