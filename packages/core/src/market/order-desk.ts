/**
 * The desk in front of one market's book: takes orders in, applies the venue's rules, keeps conditional orders
 * waiting and reduce-only orders within their positions, and tells all that happens as events.
 *
 * Usable alone. It moves no money: accounts are reached through a port (position-tally.ts). Everything runs in
 * the order of the calls, triggered orders directly after what triggered them. A reject is an event with a reason,
 * never an error. The book's hot path stays as it is, and the desk allocates nothing per order.
 */
import type { LinearImpactClearing } from "../exchange/venue-rules.ts";
import { fail } from "../mechanics/checked.ts";
import { FLOOR, mulDiv } from "../numeric/mul-div.ts";
import type { AllocateColumn } from "./allocate.ts";
import { SIZE_LIMIT } from "./book-ladder.ts";
import * as codes from "./codes.ts";
import { ON_MARK, TRIGGER_NONE } from "./conditional-orders.ts";
import type { FillBuffer } from "./fill-buffer.ts";
import type { Clearing } from "./clearing.ts";
import { OrderAdmission } from "./order-admission.ts";
import * as event from "./order-events.ts";
import { OrderExecution } from "./order-execution.ts";
import { ORDER_MARKET, type OrderRequest, checkRequest, waitingTicks } from "./order-request.ts";
import { NO_ROW, STATE_ACTIVE, STATE_RESTING } from "./order-rows.ts";
import type { OrderCheck, OrderRules } from "./order-rules.ts";
import { OrderTriggers } from "./order-triggers.ts";
import type { DeskAccounts } from "./position-tally.ts";

/** What a desk is made of. */
export interface OrderDeskOptions {
  readonly rules: OrderRules;
  /** Owners are 0 .. owners - 1. */
  readonly owners: number;
  /** Orders, resting and waiting, that the desk can hold at once. */
  readonly orderCapacity: number;
  /** Positions and reserves; a `PositionTally` unless told. */
  readonly accounts?: DeskAccounts;
  /** STP_EXPIRE_MAKER (default), STP_EXPIRE_TAKER or STP_EXPIRE_BOTH for orders without a mode of their own. */
  readonly selfTradePrevention?: number;
  /** Events that can be read back; 65,536 unless told. */
  readonly eventCapacity?: number;
  /** Where fills are written; the caller clears it between calls. The desk's own, cleared by it, unless told. */
  readonly fills?: FillBuffer;
  /**
   * No order book: linear impact against the positions of `owner`, which sends no orders. Nothing trades before
   * `openAt`. An order book unless told.
   */
  readonly clearing?: LinearImpactClearing & { readonly owner: number };
  readonly allocate?: AllocateColumn;
}

const MODES = codes.STP_EXPIRE_MAKER | codes.STP_EXPIRE_TAKER | codes.STP_EXPIRE_BOTH;
const { RESULT_OK } = codes;

/**
 * One market's desk. Sides are +1 (buy) and -1 (sell), prices ticks, sizes lots; `orderRules`, `priceToTicks` and
 * `sizeToLots` convert. Sources: mechanics of Binance USD-M futures (order types, filters, self-trade prevention,
 * December 2024) and Hyperliquid's order book pages.
 *
 * @example
 * const rules = orderRules({ tickSize: 0.1, lotSize: 0.001, maxPrice: 200_000 });
 * const desk = new OrderDesk({ rules, owners: 2, orderCapacity: 1000 });
 * desk.submit({ owner: 0, side: SELL, type: ORDER_LIMIT, lots: 5, limitTicks: 600_000 });
 * desk.submit({ owner: 1, side: BUY, type: ORDER_MARKET, lots: 2 });
 * desk.accounts.positionLots(1); // 2
 */
export class OrderDesk {
  /** Why the last `submit` or `amend` was turned away; RESULT_OK when it was not. */
  reason = RESULT_OK;
  readonly rules: OrderRules;
  readonly events: event.OrderEvents;
  readonly accounts: DeskAccounts;
  /** For reading: depth, best prices. Orders go through the desk. */
  readonly book: Clearing;
  private readonly execution: OrderExecution;
  private readonly admission: OrderAdmission;
  private readonly check: OrderCheck;
  private readonly triggers: OrderTriggers;
  private readonly owners: number;
  private readonly defaultMode: number;
  private halted = false;

  /** @throws UserError `invalid-argument` for sizes that cannot be */
  constructor(options: OrderDeskOptions) {
    const { owners, orderCapacity, selfTradePrevention = codes.STP_EXPIRE_MAKER } = options;
    if (!(Number.isInteger(owners) && owners >= 1)) fail("owners", "a whole number of at least 1", owners);
    if (!(Number.isInteger(orderCapacity) && orderCapacity >= 1 && orderCapacity < SIZE_LIMIT)) {
      fail("orderCapacity", "a whole number from 1 to 2^30 - 1", orderCapacity);
    }
    const mode = selfTradePrevention & MODES;
    if (mode !== selfTradePrevention || mode === 0 || (mode & (mode - 1)) !== 0) {
      fail("selfTradePrevention", "one of the STP_ flags", selfTradePrevention);
    }
    this.rules = options.rules;
    this.owners = owners;
    this.defaultMode = mode;
    this.execution = new OrderExecution(options);
    this.admission = new OrderAdmission(options.rules, this.execution);
    this.check = this.admission.check;
    this.triggers = new OrderTriggers(this.execution, this.admission);
    this.events = this.execution.events;
    this.accounts = this.execution.accounts;
    this.book = this.execution.book;
  }

  /** Whether only cancels are taken. */
  get isHalted(): boolean {
    return this.halted;
  }

  /** Price of the last trade in ticks, 0 before the first. */
  get lastTicks(): number {
    return this.execution.lastTicks;
  }

  /** Orders that rest or wait. */
  get orderCount(): number {
    return this.execution.rows.count;
  }

  /**
   * Takes an order in and returns its handle, a number above 0 that no other order of this desk ever has. 0 when it
   * is rejected: `reason` and the event say why, with the field's name and allowed range. An order that is over by
   * the time of the return (filled, expired) has a handle too.
   */
  submit(order: OrderRequest): number {
    const { rows } = this.execution;
    const { owner, side, type, lots, limitTicks = 0, flags = 0, clientId = 0 } = order;
    const isConditional = (order.trigger ?? TRIGGER_NONE) !== TRIGGER_NONE;
    let reason = this.halted ? this.check.plain(codes.REASON_HALTED) : RESULT_OK;
    if (reason === RESULT_OK) reason = checkRequest(order, this.owners, this.check);
    if (reason === RESULT_OK) reason = this.checkRoom(owner, clientId);
    if (reason === RESULT_OK) {
      reason = isConditional
        ? this.admission.admitTrigger(order)
        : this.admission.admit(owner, side, type, limitTicks, lots, flags, false);
    }
    if (reason !== RESULT_OK) return this.reject(reason, 0, owner, side, limitTicks, lots, clientId);

    const row = this.open(order);
    const handle = rows.handle[row];
    if (isConditional) {
      this.triggers.wait(row);
    } else {
      reason = this.execution.place(row, this.admission.ticks, this.admission.lots, this.admission.quanta);
      if (reason !== RESULT_OK) {
        this.execution.release(owner, this.admission.quanta);
        this.execution.forget(row);
        return this.reject(this.check.plain(reason), 0, owner, side, limitTicks, lots, clientId);
      }
      this.execution.tell(event.EVENT_ACCEPTED, RESULT_OK, row, this.admission.lots, this.admission.lots);
      this.execution.complete(row);
      this.triggers.run();
    }
    this.reason = RESULT_OK;
    return handle;
  }

  /**
   * Gives a resting order a new limit and a new size (what rests from now on). The same price and no more lots keep
   * its place in the queue; otherwise it goes to the end of its new one, and trades first if it crosses. What must
   * be held for it is then asked anew, before the old is freed. False when it is rejected, and the order stays.
   */
  amend(owner: number, handle: number, limitTicks: number, lots: number): boolean {
    const { execution, book } = this;
    const { rows } = execution;
    const row = rows.find(handle);
    const isOwn = row !== NO_ROW && rows.owner[row] === owner && rows.state[row] === STATE_RESTING;
    let reason = this.halted ? this.check.plain(codes.REASON_HALTED) : RESULT_OK;
    if (reason === RESULT_OK && !isOwn) reason = this.check.plain(codes.RESULT_NO_ORDER);
    if (reason === RESULT_OK) reason = this.admission.admitAmendment(row, limitTicks, lots);
    if (reason === RESULT_OK) {
      const oldLots = rows.lots[row];
      const keepsPlace = limitTicks === rows.limitTicks[row] && this.admission.lots <= oldLots;
      const held = book.orderReserve[rows.bookSlot[row]];
      const keptQuanta = keepsPlace
        ? mulDiv(held, this.admission.lots, oldLots, FLOOR)
        : this.admission.quanta;
      if (execution.amend(row, limitTicks, this.admission.lots, keptQuanta)) {
        execution.release(owner, keepsPlace ? held - keptQuanta : held);
        execution.tell(event.EVENT_AMENDED, RESULT_OK, row, this.admission.lots, this.admission.lots);
        if (!keepsPlace) {
          execution.leaveBook(row);
          rows.state[row] = STATE_ACTIVE;
          execution.complete(row);
          this.triggers.run();
        }
        this.reason = RESULT_OK;
        return true;
      }
      if (!keepsPlace) execution.release(owner, this.admission.quanta);
      reason = this.check.plain(book.result);
    }
    this.reject(reason, isOwn ? handle : 0, owner, isOwn ? rows.side[row] : 0, limitTicks, lots, 0);
    return false;
  }

  /** Cancels one of the owner's orders, resting or waiting; false when it has none under this handle. */
  cancel(owner: number, handle: number): boolean {
    const row = this.execution.rows.find(handle);
    if (row === NO_ROW || this.execution.rows.owner[row] !== owner) return false;
    this.execution.cancel(row, codes.REASON_REQUESTED);
    return true;
  }

  /** Cancels all of an owner's orders, resting and waiting, newest first; returns how many. */
  cancelAll(owner: number): number {
    const { rows } = this.execution;
    this.checkOwner(owner);
    let cancelled = 0;
    for (let row = rows.newestOf(owner); row !== NO_ROW; row = rows.newestOf(owner)) {
      this.execution.cancel(row, codes.REASON_REQUESTED);
      cancelled++;
    }
    return cancelled;
  }

  /** Handle of the owner's live order with this client id, 0 when there is none. */
  find(owner: number, clientId: number): number {
    const row = clientId > 0 ? this.execution.clientIds.find(owner, clientId) : NO_ROW;
    return row === NO_ROW ? 0 : this.execution.rows.handle[row];
  }

  /** Lots of an order that are still open, resting or waiting; 0 when it is over. */
  openLots(handle: number): number {
    const row = this.execution.rows.find(handle);
    return row === NO_ROW ? 0 : this.execution.rows.lots[row];
  }

  /**
   * Tells the mark price: bands follow it, and what it triggers is placed at once. While halted it is only noted.
   *
   * @throws UserError `invalid-argument` unless it is a whole number of ticks of the book
   */
  setMark(ticks: number): void {
    if (!(Number.isInteger(ticks) && ticks >= 1 && ticks <= this.rules.maxTicks)) {
      fail("markTicks", `a whole number from 1 to ${this.rules.maxTicks}`, ticks);
    }
    if (ticks === this.admission.markTicks) return;
    this.admission.markTicks = ticks;
    if (this.halted) return;
    this.triggers.move(ON_MARK, ticks);
    this.triggers.run();
  }

  /**
   * Sets the price of a market with linear impact before any flow, the first time it is called; an order book takes
   * no notice.
   */
  openAt(ticks: number): void {
    this.execution.impact?.openAt(ticks);
  }

  /** Stops trading: orders and amendments are rejected and nothing triggers, cancels are taken. */
  halt(): void {
    if (this.halted) return;
    this.halted = true;
    this.events.write(event.EVENT_HALTED, RESULT_OK, 0, 0, 0, this.admission.markTicks, 0, 0);
  }

  /** Trading goes on: the present mark triggers what it reaches. Prices in between are not looked at. */
  resume(): void {
    if (!this.halted) return;
    this.halted = false;
    this.events.write(event.EVENT_RESUMED, RESULT_OK, 0, 0, 0, this.admission.markTicks, 0, 0);
    if (this.admission.markTicks !== 0) this.triggers.move(ON_MARK, this.admission.markTicks);
    this.triggers.run();
  }

  /**
   * To be called when an owner's position has changed otherwise than by this desk's fills (liquidation taken over,
   * auto-deleveraging): its reduce-only orders are trimmed.
   */
  positionChanged(owner: number): void {
    this.checkOwner(owner);
    this.execution.trim(owner);
  }

  private checkOwner(owner: number): void {
    if (!(Number.isInteger(owner) && owner >= 0 && owner < this.owners)) {
      fail("owner", `a whole number from 0 to ${this.owners - 1}`, owner);
    }
  }

  private checkRoom(owner: number, clientId: number): number {
    const { rows, clientIds } = this.execution;
    if (clientId !== 0 && clientIds.find(owner, clientId) !== NO_ROW) {
      return this.check.refuse(
        codes.REASON_DUPLICATE_ID,
        codes.FIELD_CLIENT_ID,
        clientId,
        -Infinity,
        Infinity,
      );
    }
    return rows.count < rows.capacity ? RESULT_OK : this.check.plain(codes.REASON_DESK_FULL);
  }

  /** Writes the reject whose details are in `check`; returns 0, the handle of no order. */
  private reject(
    reason: number,
    handle: number,
    owner: number,
    side: number,
    ticks: number,
    lots: number,
    clientId: number,
  ): number {
    const { events, check } = this;
    const left = this.openLots(handle);
    const row = events.write(event.EVENT_REJECTED, reason, handle, owner, side, ticks, lots, left);
    events.clientId[row] = clientId;
    events.field[row] = check.field;
    events.found[row] = check.found;
    events.low[row] = check.low;
    events.high[row] = check.high;
    this.reason = reason;
    return 0;
  }

  private open(order: OrderRequest): number {
    const { rows, clientIds } = this.execution;
    const { flags = 0, clientId = 0 } = order;
    const row = rows.open(order.owner);
    rows.side[row] = order.side;
    rows.type[row] = order.type;
    rows.flags[row] = (flags & MODES) === 0 ? flags | this.defaultMode : flags;
    rows.limitTicks[row] = order.type === ORDER_MARKET ? 0 : (order.limitTicks ?? 0);
    rows.lots[row] = order.lots;
    rows.clientId[row] = clientId;
    rows.tag[row] = order.tag ?? 0;
    rows.trigger[row] = order.trigger ?? TRIGGER_NONE;
    rows.triggerOn[row] = order.triggerOn ?? ON_MARK;
    rows.triggerTicks[row] = waitingTicks(order);
    rows.callbackPpm[row] = order.callbackPpm ?? 0;
    if (clientId !== 0) clientIds.add(row);
    return row;
  }
}
