/**
 * What a desk does with orders that are in the book or on their way through it: places them, tells their fills,
 * keeps resting reduce-only orders within their owners' positions, cancels.
 *
 * The book's order tag is the desk's row, by which fills find their orders. Fills reach the accounts in order and
 * exactly once; a guarded maker's position is read after all fills before it, also in the middle of a match.
 */
import { BUY, SELL } from "../units.ts";
import type { MakerGuard } from "./book-ladder.ts";
import { ClientIds } from "./client-ids.ts";
import * as codes from "./codes.ts";
import { ConditionalOrders } from "./conditional-orders.ts";
import { FillBuffer } from "./fill-buffer.ts";
import { allocatePlain } from "./allocate.ts";
import type { Clearing } from "./clearing.ts";
import { LinearImpactBook } from "./linear-impact-book.ts";
import { OrderBook } from "./order-book.ts";
import type { OrderDeskOptions } from "./order-desk.ts";
import { EVENT_CANCELLED, EVENT_FILLED, EVENT_TRIMMED, OrderEvents } from "./order-events.ts";
import { ANY_PRICE, ORDER_MARKET } from "./order-request.ts";
import { NO_ROW, OrderRows, STATE_RESTING, STATE_WAITING } from "./order-rows.ts";
import { type DeskAccounts, PositionTally } from "./position-tally.ts";

const EVENT_CAPACITY = 65_536;
/** The flags of an order that the book knows. */
const BOOK_FLAGS =
  codes.IMMEDIATE |
  codes.POST_ONLY |
  codes.FILL_OR_KILL |
  codes.REDUCE_ONLY |
  codes.STP_EXPIRE_TAKER |
  codes.STP_EXPIRE_BOTH;

export class OrderExecution implements MakerGuard {
  readonly rows: OrderRows;
  readonly book: Clearing;
  /** The same as `book` in a market with linear impact. */
  readonly impact: LinearImpactBook | undefined;
  readonly events: OrderEvents;
  readonly clientIds: ClientIds;
  readonly conditionals: ConditionalOrders;
  readonly accounts: DeskAccounts;
  /** Price of the last trade, 0 before the first. */
  lastTicks = 0;
  private readonly fills: FillBuffer;
  private readonly ownsFills: boolean;
  /** Fills of the present order before this row have reached the accounts; Infinity between orders. */
  private settled = Infinity;
  /** First fill of the order that was placed last. */
  private from = 0;
  /** Per owner, resting reduce-only orders. */
  private readonly reducing: Int32Array;

  constructor(options: OrderDeskOptions) {
    const { owners, orderCapacity, allocate = allocatePlain } = options;
    this.rows = new OrderRows(owners, orderCapacity, allocate);
    this.clientIds = new ClientIds(this.rows);
    this.conditionals = new ConditionalOrders(this.rows, allocate);
    this.events = new OrderEvents(options.eventCapacity ?? EVENT_CAPACITY, allocate);
    this.accounts = options.accounts ?? new PositionTally(owners);
    this.ownsFills = options.fills === undefined;
    // One order meets each resting order at most twice: cut, then traded.
    this.fills = options.fills ?? new FillBuffer(2 * orderCapacity, allocate);
    this.reducing = allocate("i32", owners);
    const { clearing, rules } = options;
    const shared = {
      maxTicks: rules.maxTicks,
      ownerHead: allocate("i32", owners).fill(-1),
      fills: this.fills,
    };
    this.impact =
      clearing === undefined
        ? undefined
        : new LinearImpactBook({ ...shared, clearing, clearingOwner: clearing.owner });
    this.book = this.impact ?? new OrderBook({ ...shared, orderCapacity, allocate });
    this.book.guardMakers(this);
  }

  /** Lots by which an order on `side` could reduce the owner's position; see MakerGuard. */
  coveredLots(owner: number, side: number): number {
    this.settle();
    return Math.max(0, -side * this.accounts.positionLots(owner));
  }

  /** Sends a row's order into the book; RESULT_OK, or why nothing happened. `complete` must follow when it is OK. */
  place(row: number, limitTicks: number, lots: number, reserveQuanta: number): number {
    const { owner, side, type, flags } = this.rows;
    this.beginFills();
    const immediate = type[row] === ORDER_MARKET && (flags[row] & codes.FILL_OR_KILL) === 0;
    const bookFlags = (flags[row] & BOOK_FLAGS) | (immediate ? codes.IMMEDIATE : 0);
    this.book.place(side[row], limitTicks, lots, owner[row], row, reserveQuanta, bookFlags);
    this.rows.lots[row] = lots;
    const { result } = this.book;
    const isRefused = result === codes.RESULT_POST_ONLY_WOULD_TRADE || result === codes.RESULT_FOK_UNFILLED;
    if (!isRefused) return codes.RESULT_OK;
    this.settled = Infinity;
    return result;
  }

  /** Amends a resting row in the book; false when it is refused. `complete` must follow unless it kept its place. */
  amend(row: number, limitTicks: number, lots: number, reserveQuanta: number): boolean {
    this.beginFills();
    const flags = this.rows.flags[row] & BOOK_FLAGS;
    const isAmended = this.book.amend(this.rows.bookSlot[row], limitTicks, lots, reserveQuanta, flags);
    if (this.fills.count === this.from) this.settled = Infinity;
    if (!isAmended) return false;
    this.rows.limitTicks[row] = limitTicks;
    this.rows.lots[row] = lots;
    return true;
  }

  /** Tells the fills of the order just placed or amended, settles what became of it, trims reduce-only orders. */
  complete(row: number): void {
    const { book, rows, fills, from } = this;
    const owner = rows.owner[row];
    this.tellFills(from);
    if (book.restingOrder >= 0) this.rest(row, book.restingOrder);
    else this.end(row, book.remainingLots, book.result, book.takerReserveLeft);
    this.trim(owner);
    for (let fill = from; fill < fills.count; fill++) {
      if (fills.lots[fill] > 0) this.trim(fills.makerOwner[fill]);
    }
  }

  /** Cuts the owner's resting reduce-only orders, newest first, until its position covers those that are left. */
  trim(owner: number): void {
    if (this.reducing[owner] === 0) return;
    this.trimSide(owner, BUY);
    this.trimSide(owner, SELL);
  }

  /** Takes a resting or waiting order away. */
  cancel(row: number, reason: number): void {
    const { rows, book } = this;
    if (rows.state[row] === STATE_WAITING) this.conditionals.remove(row);
    if (rows.state[row] === STATE_RESTING) {
      book.cancel(rows.bookSlot[row]);
      this.release(rows.owner[row], book.releasedBuyReserve + book.releasedSellReserve);
    }
    this.close(row, reason, rows.lots[row]);
  }

  /** Ends a row; writes a cancel unless nothing was left of the order. */
  close(row: number, reason: number, leftLots: number): void {
    if (leftLots > 0) this.tell(EVENT_CANCELLED, reason, row, leftLots, 0);
    this.leaveBook(row);
    this.forget(row);
  }

  /** Frees a row without an event. */
  forget(row: number): void {
    if (this.rows.clientId[row] !== 0) this.clientIds.remove(row);
    this.rows.close(row);
  }

  /** Notes that a row's order is no longer in the book. */
  leaveBook(row: number): void {
    const { rows, reducing } = this;
    if (rows.state[row] === STATE_RESTING && (rows.flags[row] & codes.REDUCE_ONLY) !== 0) {
      reducing[rows.owner[row]]--;
    }
  }

  /** Writes an event about a row; returns its row in the events. */
  tell(kind: number, reason: number, row: number, lots: number, left: number): number {
    const { handle, owner, side, limitTicks, triggerTicks, clientId, tag } = this.rows;
    const trigger = triggerTicks[row] === ANY_PRICE ? 0 : triggerTicks[row];
    const ticks = limitTicks[row] === 0 ? trigger : limitTicks[row];
    const event = this.events.write(kind, reason, handle[row], owner[row], side[row], ticks, lots, left);
    this.events.clientId[event] = clientId[row];
    this.events.tag[event] = tag[row];
    return event;
  }

  /** Gives back what was held for an owner. */
  release(owner: number, quanta: number): void {
    if (quanta > 0) this.accounts.releaseQuanta?.(owner, quanta);
  }

  private beginFills(): void {
    if (this.ownsFills) this.fills.count = 0;
    this.from = this.fills.count;
    this.settled = this.from;
  }

  /** Gives the accounts the fills that they have not had. */
  private settle(): void {
    while (this.settled < this.fills.count) this.accounts.applyFill(this.fills, this.settled++);
  }

  private tellFills(from: number): void {
    const { fills, rows } = this;
    this.settle();
    this.settled = Infinity;
    for (let fill = from; fill < fills.count; fill++) {
      const maker = fills.makerTag[fill];
      const taker = fills.takerTag[fill];
      const lots = fills.lots[fill];
      if (lots === 0) {
        this.tellCut(maker, fills.makerOwner[fill] === fills.takerOwner[fill], fills.cancelledLots[fill]);
        continue;
      }
      rows.lots[taker] -= lots;
      this.lastTicks = fills.ticks[fill];
      if (maker === NO_ROW) {
        this.tellCleared(taker, fill);
        continue;
      }
      rows.lots[maker] -= lots;
      this.tellFill(taker, maker, lots, 1);
      this.tellFill(maker, taker, lots, 0);
      if (rows.lots[maker] === 0) this.close(maker, codes.RESULT_OK, 0);
    }
  }

  /** Tells a fill against the clearing account: its side has no order, so number 0. */
  private tellCleared(row: number, fill: number): void {
    const { events, fills, rows } = this;
    const lots = fills.lots[fill];
    const taken = this.tell(EVENT_FILLED, codes.RESULT_OK, row, lots, rows.lots[row]);
    events.ticks[taken] = this.lastTicks;
    events.isTaker[taken] = 1;
    const owner = fills.makerOwner[fill];
    const made = events.write(
      EVENT_FILLED,
      codes.RESULT_OK,
      0,
      owner,
      -fills.takerSide[fill],
      this.lastTicks,
      lots,
      0,
    );
    events.other[made] = rows.handle[row];
  }

  private tellFill(row: number, other: number, lots: number, isTaker: number): void {
    const event = this.tell(EVENT_FILLED, codes.RESULT_OK, row, lots, this.rows.lots[row]);
    this.events.ticks[event] = this.lastTicks;
    this.events.other[event] = this.rows.handle[other];
    this.events.isTaker[event] = isTaker;
  }

  /** A maker's order was cut in a match: by self-trade prevention to nothing, by the guard to what is covered. */
  private tellCut(row: number, isOwn: boolean, lots: number): void {
    const { rows } = this;
    rows.lots[row] -= lots;
    if (isOwn) this.close(row, codes.RESULT_SELF_TRADE, lots);
    else if (rows.lots[row] === 0) this.close(row, codes.REASON_REDUCE_ONLY, lots);
    else this.tell(EVENT_TRIMMED, codes.REASON_REDUCE_ONLY, row, lots, rows.lots[row]);
  }

  private rest(row: number, bookSlot: number): void {
    const { rows, reducing } = this;
    rows.state[row] = STATE_RESTING;
    rows.bookSlot[row] = bookSlot;
    if ((rows.flags[row] & codes.REDUCE_ONLY) !== 0) reducing[rows.owner[row]]++;
  }

  /** The order neither rests nor will: says why if lots are left, and frees what was held for them. */
  private end(row: number, leftLots: number, result: number, reserveQuanta: number): void {
    const { rows } = this;
    this.release(rows.owner[row], reserveQuanta);
    const expired = rows.type[row] === ORDER_MARKET ? codes.REASON_MARKET_BAND : codes.REASON_IMMEDIATE;
    this.close(row, result === codes.RESULT_OK ? expired : result, leftLots);
  }

  private trimSide(owner: number, side: number): void {
    const { rows, book } = this;
    let excess = -this.coveredLots(owner, side);
    for (let row = rows.newestOf(owner); row !== NO_ROW; row = rows.olderThan(row)) {
      if (this.isReducing(row, side)) excess += rows.lots[row];
    }
    for (let row = rows.newestOf(owner); row !== NO_ROW && excess > 0;) {
      const older = rows.olderThan(row);
      if (this.isReducing(row, side)) {
        const cut = Math.min(excess, rows.lots[row]);
        excess -= cut;
        if (cut === rows.lots[row]) {
          this.cancel(row, codes.REASON_REDUCE_ONLY);
        } else {
          rows.lots[row] -= cut;
          book.amend(rows.bookSlot[row], rows.limitTicks[row], rows.lots[row], 0, 0);
          this.tell(EVENT_TRIMMED, codes.REASON_REDUCE_ONLY, row, cut, rows.lots[row]);
        }
      }
      row = older;
    }
  }

  private isReducing(row: number, side: number): boolean {
    const { state, flags, side: sides } = this.rows;
    return state[row] === STATE_RESTING && sides[row] === side && (flags[row] & codes.REDUCE_ONLY) !== 0;
  }
}
