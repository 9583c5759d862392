/**
 * A million random operations on the fast order book and on its naive twin: after each one the same answers and
 * the same fills, at intervals the same depth, the same hash and a sound structure.
 *
 * 45 % passive orders, 40 % cancels and amendments (one in ten of a whole owner), 15 % orders meant to trade: GTC,
 * IOC, FOK, post-only, own orders in the way under each mode of self-trade prevention, reduce-only orders guarded by
 * positions that the test keeps. Each segment is a market regime with books of its own. Everything is seeded,
 * so a failure repeats; its message names segment and operation.
 */
import {
  BUY,
  FILL_OR_KILL,
  FillBuffer,
  IMMEDIATE,
  OrderBook,
  type OrderBookOptions,
  POST_ONLY,
  REDUCE_ONLY,
  resultName,
  SELL,
  STP_EXPIRE_BOTH,
  STP_EXPIRE_TAKER,
} from "@undertow/core";
import { type BookLike, NaiveBook } from "@undertow/core/testing";
import { expect, test } from "vitest";

interface Segment {
  name: string;
  operations: number;
  maxTicks: number;
  orderCapacity: number;
  owners: number;
  /** Prices are drawn up to this far from the middle, which itself wanders by up to `drift` ticks an operation. */
  spanTicks: number;
  drift: number;
  largestLots: number;
  largestReserve: number;
  /** Share of trading orders that take everything there is. */
  sweeps: number;
}

const CALM: Segment = {
  name: "calm, dense levels",
  operations: 250_000,
  maxTicks: 1000,
  orderCapacity: 100,
  owners: 30,
  spanTicks: 10,
  drift: 0,
  largestLots: 20,
  largestReserve: 1000,
  sweeps: 0.01,
};

const HUGE = { largestLots: 2 ** 46, largestReserve: 2 ** 53 - 1 };

const SEGMENTS: Segment[] = [
  CALM,
  {
    ...CALM,
    name: "moving price",
    owners: 8,
    operations: 200_000,
    maxTicks: 60_000,
    spanTicks: 40,
    drift: 3,
  },
  { ...CALM, name: "wide and sparse", operations: 150_000, maxTicks: 60_000, spanTicks: 29_000, owners: 60 },
  {
    ...CALM,
    name: "crash: sides swept empty",
    operations: 150_000,
    maxTicks: 5000,
    spanTicks: 700,
    sweeps: 0.7,
  },
  { ...CALM, name: "few slots, two owners", operations: 100_000, orderCapacity: 5, owners: 2, spanTicks: 3 },
  { ...CALM, name: "edge of the ladder", operations: 50_000, maxTicks: 33, spanTicks: 40, owners: 3 },
  { ...CALM, name: "huge sizes", operations: 25_000, ...HUGE },
  {
    ...CALM,
    name: "a level near 2^53 lots",
    operations: 25_000,
    ...HUGE,
    spanTicks: 0,
    largestLots: 2 ** 51,
  },
  { ...CALM, name: "three million ticks", operations: 50_000, maxTicks: 3_000_000, spanTicks: 1_490_000 },
];

const ANSWERS = ["result", "filledLots", "remainingLots", "takerReserveLeft", "orderCount"] as const;
const RELEASES = [
  "releasedBuyReserve",
  "releasedSellReserve",
  "releasedBuyLots",
  "releasedSellLots",
] as const;
const FILL_COLUMNS = [
  "market",
  "makerOwner",
  "takerOwner",
  "takerSide",
  "ticks",
  "lots",
  "makerRelease",
  "takerRelease",
  "makerTag",
  "takerTag",
  "cancelledLots",
] as const;

/** What the stream has met, so that it cannot go quiet unnoticed. */
const seen = {
  trades: 0,
  selfTrades: 0,
  uncovered: 0,
  kept: 0,
  requeued: 0,
  cancels: 0,
  ownerCancels: 0,
  emptied: 0,
  wideShares: 0,
  results: [0, 0, 0, 0, 0, 0, 0, 0],
};

test("a million operations: the fast book and the naive twin never differ", () => {
  let operations = 0;
  for (const [index, segment] of SEGMENTS.entries()) {
    new Duel(segment, 0x5eed + index).run();
    operations += segment.operations;
  }
  expect(operations).toBe(1_000_000);
  const [ok, postOnly, killed, full, range, size, selfTrade, noOrder] = seen.results;
  expect(ok).toBeGreaterThan(400_000);
  expect(Math.min(postOnly, killed, full, range, size, selfTrade, noOrder)).toBeGreaterThan(1000);
  expect(Math.min(seen.uncovered, seen.kept, seen.requeued)).toBeGreaterThan(10_000);
  expect(seen.trades).toBeGreaterThan(100_000);
  expect(seen.cancels).toBeGreaterThan(100_000);
  expect(Math.min(seen.selfTrades, seen.ownerCancels, seen.emptied)).toBeGreaterThan(10_000);
  expect(seen.wideShares).toBeGreaterThan(1000);
});

/** Both books of a segment, fed the same operations. */
class Duel {
  private readonly fast: OrderBook;
  private readonly naive: NaiveBook;
  private readonly fastFills = new FillBuffer(256);
  private readonly naiveFills = new FillBuffer(256);
  /** Fast slot -> the naive id that was placed into it last. */
  private readonly naiveIds: Int32Array;
  private readonly segment: Segment;
  private state: number;
  private middle: number;
  private doing = "";
  private readonly positions: Float64Array;

  constructor(segment: Segment, seed: number) {
    this.segment = segment;
    const { maxTicks, orderCapacity, owners } = segment;
    const options = (fills: FillBuffer): OrderBookOptions => ({
      maxTicks,
      orderCapacity,
      ownerHead: new Int32Array(owners).fill(-1),
      fills,
      marketIndex: 3,
    });
    this.fast = new OrderBook(options(this.fastFills));
    this.naive = new NaiveBook(options(this.naiveFills));
    this.positions = new Float64Array(owners);
    this.fast.guardMakers({ coveredLots: (owner, side) => this.covered(owner, side, this.fastFills) });
    this.naive.guardMakers({ coveredLots: (owner, side) => this.covered(owner, side, this.naiveFills) });
    this.naiveIds = new Int32Array(orderCapacity).fill(-1);
    this.middle = Math.floor(maxTicks / 2);
    this.state = seed;
  }

  run(): void {
    const { operations, maxTicks, drift, spanTicks } = this.segment;
    const validateEvery = Math.min(Math.max(Math.floor(maxTicks / 20), 50), 12_500);
    for (let n = 1; n <= operations; n++) {
      this.fastFills.count = 0;
      this.naiveFills.count = 0;
      const kind = this.draw();
      if (kind < 0.45) this.placePassive();
      else if (kind < 0.72) this.cancelOne();
      else if (kind < 0.81) this.amendOne();
      else if (kind < 0.85) this.cancelOwner();
      else this.placeTrading();
      if (drift > 0) {
        const next = this.middle + this.whole(-drift, drift);
        this.middle = Math.min(Math.max(next, spanTicks), maxTicks - spanTicks);
      }
      this.same(n, "best bid", this.fast.bestBid(), this.naive.bestBid());
      this.same(n, "best ask", this.fast.bestAsk(), this.naive.bestAsk());
      for (const field of ANSWERS) this.same(n, field, this.fast[field], this.naive[field]);
      this.compareFills(n);
      this.settle();
      if (n % validateEvery === 0 || n === 4) this.validate(n);
      // Walks come after the check: in a book with broken links they might not end.
      if (n % 8 === 0) this.compareReads(n);
      if (n % 250 === 0) this.same(n, "hash", this.fast.hash(), this.naive.hash());
    }
  }

  private placePassive(): void {
    const side = this.draw() < 0.5 ? BUY : SELL;
    const ticks = this.middle - side * this.whole(0, this.segment.spanTicks);
    this.place(side, ticks, this.lots(), (this.draw() < 0.3 ? POST_ONLY : 0) | this.guarded());
  }

  private guarded(): number {
    return this.draw() < 0.2 ? REDUCE_ONLY : 0;
  }

  /** Half the time expire maker, the mode without a flag. */
  private mode(): number {
    return [0, 0, STP_EXPIRE_TAKER, STP_EXPIRE_BOTH][this.whole(0, 3)];
  }

  private placeTrading(): void {
    const { maxTicks, spanTicks, largestLots, sweeps } = this.segment;
    const side = this.draw() < 0.5 ? BUY : SELL;
    if (this.draw() < sweeps) {
      const everything = this.naive.lotsWithin(-side, side === BUY ? maxTicks : 1);
      const lots = Math.max(everything + this.whole(-1, 1), 1);
      this.place(side, side === BUY ? maxTicks : 1, lots, (this.draw() < 0.7 ? IMMEDIATE : 0) | this.mode());
      if (everything > 0 && (side === BUY ? this.naive.bestAsk() : this.naive.bestBid()) === 0)
        seen.emptied++;
      return;
    }
    const ticks = this.middle + side * this.whole(0, spanTicks);
    const flags = [0, IMMEDIATE, IMMEDIATE, FILL_OR_KILL, POST_ONLY, POST_ONLY | IMMEDIATE][this.whole(0, 5)];
    this.place(side, ticks, this.whole(1, 5 * largestLots), flags | this.mode() | this.guarded());
  }

  private place(side: number, ticks: number, lots: number, flags: number): void {
    const { owners, largestReserve } = this.segment;
    const owner = this.whole(0, owners - 1);
    const tag = this.whole(-4, 8);
    const reserve = this.draw() < 0.2 ? 0 : this.whole(0, largestReserve);
    this.doing = `place ${side} ${lots} @ ${ticks}, owner ${owner}, reserve ${reserve}, flags ${flags}`;
    this.naive.place(side, ticks, lots, owner, tag, reserve, flags);
    this.fast.place(side, ticks, lots, owner, tag, reserve, flags);
    seen.results[this.naive.result]++;
    if (reserve * lots > 2 ** 53 && this.naive.filledLots > 0) seen.wideShares++;
    this.same(0, "rests", this.fast.restingOrder >= 0, this.naive.restingOrder >= 0);
    if (this.fast.restingOrder >= 0) this.naiveIds[this.fast.restingOrder] = this.naive.restingOrder;
  }

  /** Picks a slot near the used ones; a slot whose order is gone must be refused by both. */
  private cancelOne(): void {
    const slot = this.whole(0, Math.min(this.fast.orderCount + 3, this.segment.orderCapacity) - 1);
    this.doing = `cancel ${slot}`;
    const cancelled = this.naive.cancel(this.naiveIds[slot]);
    this.same(0, "cancelled", this.fast.cancel(slot), cancelled);
    if (cancelled) seen.cancels++;
    for (const field of RELEASES) this.same(0, field, this.fast[field], this.naive[field]);
  }

  /** New price near the middle or none, fewer lots or more; a quarter of the slots hold nothing. */
  private amendOne(): void {
    const { orderCapacity, spanTicks, largestReserve } = this.segment;
    const slot = this.whole(0, Math.min(this.fast.orderCount + 3, orderCapacity) - 1);
    const sameTicks = this.fast.orderTicks[slot];
    const far = this.draw() < 0.2 ? -spanTicks : 0;
    const ticks = this.draw() < 0.6 ? sameTicks : this.middle + this.whole(far, spanTicks);
    const lots = this.draw() < 0.5 ? Math.ceil(this.fast.orderLots[slot] * this.draw()) : this.lots();
    const reserve = this.whole(0, largestReserve);
    const flags = this.mode() | (this.draw() < 0.2 ? POST_ONLY : 0);
    this.doing = `amend ${slot} to ${lots} @ ${ticks}, reserve ${reserve}, flags ${flags}`;
    const id = this.fast.orderLots[slot] > 0 ? this.naiveIds[slot] : -1;
    const amended = this.naive.amend(id, ticks, lots, reserve, flags);
    this.same(0, "amended", this.fast.amend(slot, ticks, lots, reserve, flags), amended);
    for (const field of RELEASES) this.same(0, field, this.fast[field], this.naive[field]);
    seen.results[this.naive.result]++;
    if (amended && this.naive.restingOrder === id) seen.kept++;
    else if (amended) seen.requeued++;
    this.same(0, "rests", this.fast.restingOrder >= 0, this.naive.restingOrder >= 0);
    if (this.fast.restingOrder >= 0) this.naiveIds[this.fast.restingOrder] = this.naive.restingOrder;
  }

  /** What the guard says: the position with the records so far, of one book's buffer. */
  private covered(owner: number, side: number, fills: FillBuffer): number {
    let position = this.positions[owner];
    for (let row = 0; row < fills.count; row++) {
      if (fills.takerOwner[row] === owner) position += fills.takerSide[row] * fills.lots[row];
      if (fills.makerOwner[row] === owner) position -= fills.takerSide[row] * fills.lots[row];
    }
    return Math.max(0, -side * position);
  }

  /** Moves the fills into positions once both books agree on them. */
  private settle(): void {
    const { count, lots, takerOwner, makerOwner, takerSide } = this.naiveFills;
    for (let row = 0; row < count; row++) {
      this.positions[takerOwner[row]] += takerSide[row] * lots[row];
      this.positions[makerOwner[row]] -= takerSide[row] * lots[row];
    }
  }

  private cancelOwner(): void {
    const owner = this.whole(0, this.segment.owners - 1);
    this.doing = `cancel owner ${owner}`;
    const cancelled = this.naive.cancelOwner(owner);
    this.same(0, "cancelled", this.fast.cancelOwner(owner), cancelled);
    if (cancelled > 0) seen.ownerCancels++;
    for (const field of RELEASES) this.same(0, field, this.fast[field], this.naive[field]);
  }

  private compareFills(n: number): void {
    const count = this.naiveFills.count;
    this.same(n, "number of fills", this.fastFills.count, count);
    for (let row = 0; row < count; row++) {
      for (const column of FILL_COLUMNS) {
        this.same(n, `fill ${row} ${column}`, this.fastFills[column][row], this.naiveFills[column][row]);
      }
      if (this.naiveFills.lots[row] > 0) seen.trades++;
      else if (this.naiveFills.makerOwner[row] === this.naiveFills.takerOwner[row]) seen.selfTrades++;
      else seen.uncovered++;
    }
  }

  private compareReads(n: number): void {
    const { fast, naive } = this;
    const side = this.draw() < 0.5 ? BUY : SELL;
    const near = this.middle + this.whole(-this.segment.spanTicks, this.segment.spanTicks);
    const far = near + this.whole(0, this.segment.spanTicks);
    const lots = this.whole(1, 10 * this.segment.largestLots);
    const owner = this.whole(0, this.segment.owners - 1);
    this.same(n, "restingOf", fast.restingOf(owner), naive.restingOf(owner));
    this.same(n, "levelLots", fast.levelLots(side, near), naive.levelLots(side, near));
    this.same(n, "lotsWithin", fast.lotsWithin(side, near), naive.lotsWithin(side, near));
    this.same(n, "sweepTicks", fast.sweepTicks(side, lots), naive.sweepTicks(side, lots));
    // Sums of products are rounded in a different order once they pass 2^53.
    this.close(n, "notional", fast.notionalBetween(side, near, far), naive.notionalBetween(side, near, far));
    const notional = lots * this.middle;
    this.close(n, "average", fast.averageTicksFor(side, notional), naive.averageTicksFor(side, notional));
    this.same(n, "levels", levelsOf(fast, side), levelsOf(naive, side));
  }

  private validate(n: number): void {
    try {
      this.fast.validate();
      this.naive.validate();
    } catch (error) {
      throw this.failure(n, error instanceof Error ? error.message : String(error));
    }
  }

  private same<Value>(n: number, what: string, fast: Value, naive: Value): void {
    if (!Object.is(fast, naive))
      throw this.failure(n, `${what}: fast ${String(fast)}, naive ${String(naive)}`);
  }

  private close(n: number, what: string, fast: number, naive: number): void {
    if (!(Math.abs(fast - naive) <= 1e-12 * Math.abs(naive))) this.same(n, what, fast, naive);
  }

  private failure(n: number, message: string): Error {
    const result = resultName(this.naive.result);
    const at = n === 0 ? "" : `, operation ${n}`;
    return new Error(`segment "${this.segment.name}"${at}: ${this.doing} (${result}): ${message}`);
  }

  private lots(): number {
    return this.draw() < 0.01 ? 0.5 : this.whole(1, this.segment.largestLots);
  }

  /** Uniform in [0, 1) with 32 bits (mulberry32). */
  private draw(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Uniform whole number in [low, high]. */
  private whole(low: number, high: number): number {
    return low + Math.floor(this.draw() * (high - low + 1));
  }
}

/** The best three levels as text. */
function levelsOf(book: BookLike, side: number): string {
  let text = "";
  book.forEachLevel(side, 3, (ticks, lots, orders) => (text += `${lots} in ${orders} @ ${ticks}; `));
  return text;
}
