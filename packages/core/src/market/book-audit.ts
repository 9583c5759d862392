/**
 * The book's own audit: a hash of what rests, and a full check of its structure.
 *
 * For tests, for the periodic audit and for state hashes; never on the hot path. The hash reads orders in
 * price-time priority and nothing else, so any implementation of a book has the same one.
 */
import { InvariantError } from "../errors.ts";
import { MAX_EXACT } from "../limits.ts";
import { BUY, SELL } from "../units.ts";
import { bestTicks, levelBehind } from "./book-depth.ts";
import { type BookLadder, NONE } from "./book-ladder.ts";

/** Two 32-bit lanes of multiply-and-xor over the 32-bit halves of integers; 16 hex digits. */
export class OrderHash {
  private low = 0x811c9dc5;
  private high = 0x9747b28c;

  /** Takes in one resting order. Call in price-time priority, buys first. */
  order(side: number, ticks: number, lots: number, owner: number, tag: number): void {
    this.word(side);
    this.word(ticks);
    this.word(lots % 0x100000000);
    this.word(Math.floor(lots / 0x100000000));
    this.word(owner);
    this.word(tag);
  }

  /** The hash so far. */
  digest(): string {
    return hex(this.high ^ (this.low >>> 15)) + hex(this.low ^ (this.high >>> 13));
  }

  private word(value: number): void {
    this.low = Math.imul(this.low ^ value, 0x01000193) ^ (this.high >>> 16);
    this.high = Math.imul(this.high ^ value, 0x85ebca6b) ^ (this.low >>> 13);
  }
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}

/** Hash of all resting orders of a book: buys from the best price down, then sells from the best price up. */
export function hashBook(book: BookLadder): string {
  const hash = new OrderHash();
  for (const side of [BUY, SELL]) {
    for (let ticks = bestTicks(book, side); ticks !== 0; ticks = levelBehind(book, side, ticks)) {
      for (let slot = book.levelHead[ticks]; slot !== NONE; slot = book.next[slot]) {
        hash.order(side, ticks, book.orderLots[slot], book.orderOwner[slot], book.orderTag[slot]);
      }
    }
  }
  return hash.digest();
}

/** Checks levels, best prices, owner lists and the free list; throws InvariantError that names the fault. */
export function validateBook(book: BookLadder): void {
  const inLevels = checkLevels(book);
  expectEqual("orders found in levels", inLevels, book.orderCount);
  expectEqual("orders found in owner lists", checkOwners(book), book.orderCount);
  expectEqual("guarded orders", countGuarded(book), book.guardedCount);
  expectEqual("free slots", countFree(book), book.orderCapacity - book.orderCount);
  if (book.bestBidTicks !== 0 && book.bestAskTicks !== 0 && book.bestBidTicks >= book.bestAskTicks) {
    broken(`book is crossed: bid ${book.bestBidTicks}, ask ${book.bestAskTicks}`);
  }
}

/** Visits every tick of the ladder; returns the orders found. */
function checkLevels(book: BookLadder): number {
  let orders = 0;
  let bestBid = 0;
  let bestAsk = 0;
  for (let ticks = 1; ticks <= book.maxTicks; ticks++) {
    const head = book.levelHead[ticks];
    const isBuy = head === NONE ? -1 : book.orderIsBuy[head];
    if (book.bids.has(ticks) !== (isBuy === 1)) broken(`bid bitmap at ${ticks}`);
    if (book.asks.has(ticks) !== (isBuy === 0)) broken(`ask bitmap at ${ticks}`);
    if (isBuy === 1) bestBid = ticks;
    if (isBuy === 0 && bestAsk === 0) bestAsk = ticks;
    orders += checkLevel(book, ticks, isBuy);
  }
  expectEqual("best bid", book.bestBidTicks, bestBid);
  expectEqual("best ask", book.bestAskTicks, bestAsk);
  checkWalk(book, BUY, bestBid);
  checkWalk(book, SELL, bestAsk);
  return orders;
}

/** Walks one queue from its head; returns its length. */
function checkLevel(book: BookLadder, ticks: number, isBuy: number): number {
  let orders = 0;
  let total = 0;
  let before = NONE;
  for (let slot = book.levelHead[ticks]; slot !== NONE; slot = book.next[slot]) {
    if (++orders > book.orderCapacity) broken(`queue at ${ticks} does not end`);
    expectEqual(`price of order ${slot}`, book.orderTicks[slot], ticks);
    expectEqual(`side of order ${slot}`, book.orderIsBuy[slot], isBuy);
    expectEqual(`order before ${slot} in its queue`, book.previous[slot], before);
    const lots = book.orderLots[slot];
    if (!(lots >= 1 && lots <= MAX_EXACT && Math.floor(lots) === lots))
      broken(`lots ${lots} of order ${slot}`);
    const reserve = book.orderReserve[slot];
    if (!(reserve >= 0)) broken(`reserve ${reserve} of order ${slot}`);
    total += lots;
    before = slot;
  }
  expectEqual(`last order at ${ticks}`, book.levelTail[ticks], before);
  expectEqual(`total lots at ${ticks}`, book.levelTotal[ticks], total);
  return orders;
}

/** Walks a side through the upper bitmap layers and compares with the levels that are not empty. */
function checkWalk(book: BookLadder, side: number, best: number): void {
  let ticks = best;
  while (ticks !== 0) {
    let expected = ticks - side;
    while (
      expected > 0 &&
      expected <= book.maxTicks &&
      !(side === BUY ? book.bids : book.asks).has(expected)
    ) {
      expected -= side;
    }
    if (expected > book.maxTicks) expected = 0;
    const found = levelBehind(book, side, ticks);
    expectEqual(`${side === BUY ? "bid" : "ask"} level behind ${ticks}`, found, expected);
    ticks = found;
  }
}

/** Walks the lists of all owners that have an order here; returns the orders found. */
function checkOwners(book: BookLadder): number {
  let orders = 0;
  for (let first = 0; first < book.orderCapacity; first++) {
    if (book.orderLots[first] === 0 || book.ownerPrevious[first] !== NONE) continue;
    const owner = book.orderOwner[first];
    expectEqual(`first order of owner ${owner}`, book.ownerHead[owner], first);
    let before = NONE;
    for (let slot = first; slot !== NONE; slot = book.ownerNext[slot]) {
      if (++orders > book.orderCapacity) broken(`list of owner ${owner} does not end`);
      if (book.orderLots[slot] === 0) broken(`free slot ${slot} in the list of owner ${owner}`);
      expectEqual(`owner of order ${slot}`, book.orderOwner[slot], owner);
      expectEqual(`order before ${slot} in its owner's list`, book.ownerPrevious[slot], before);
      before = slot;
    }
  }
  return orders;
}

function countGuarded(book: BookLadder): number {
  let guarded = 0;
  for (let slot = 0; slot < book.orderCapacity; slot++) {
    if (book.orderGuarded[slot] === 0) continue;
    if (book.orderLots[slot] === 0) broken(`free slot ${slot} is guarded`);
    guarded++;
  }
  return guarded;
}

function countFree(book: BookLadder): number {
  let free = 0;
  for (let slot = book.freeHead; slot !== NONE; slot = book.next[slot]) {
    if (++free > book.orderCapacity) broken("free list does not end");
    if (book.orderLots[slot] !== 0) broken(`order ${slot} is in the free list`);
  }
  return free;
}

function expectEqual(what: string, found: number, expected: number): void {
  if (found !== expected) broken(`${what} is ${found}, expected ${expected}`);
}

function broken(message: string): never {
  throw new InvariantError("book-broken", message);
}
