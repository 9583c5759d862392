/**
 * The order book written the obvious way: two sorted arrays of order objects. Twin of market/order-book.ts.
 *
 * For tests only. Written from the rules (price, then time; trade at the resting price; IOC, FOK, post-only;
 * own resting orders met on the way are cancelled), not from the fast code, and shares with it only the fill
 * buffer, the codes and the hash function. Never make it fast.
 */
import { InvariantError } from "../errors.ts";
import { OrderHash } from "../market/book-audit.ts";
import type { BookLadder, OrderBookOptions } from "../market/book-ladder.ts";
import * as codes from "../market/codes.ts";
import type { FillBuffer } from "../market/fill-buffer.ts";
import type { OrderBook } from "../market/order-book.ts";

/** What a book offers, whichever way it is built. */
export type BookLike = Omit<OrderBook, keyof BookLadder> & Pick<OrderBook, "orderCount">;

interface Order {
  id: number;
  side: number;
  ticks: number;
  lots: number;
  owner: number;
  tag: number;
  reserve: number;
}

/** Same methods, fields and rules as OrderBook; `restingOrder` counts up instead of naming a slot. */
export class NaiveBook implements BookLike {
  result = codes.RESULT_OK;
  filledLots = 0;
  remainingLots = 0;
  restingOrder = -1;
  takerReserveLeft = 0;
  releasedBuyReserve = 0;
  releasedSellReserve = 0;
  releasedBuyLots = 0;
  releasedSellLots = 0;

  /** Both in priority order: best price first, then oldest first. */
  private buys: Order[] = [];
  private sells: Order[] = [];
  private nextId = 0;
  private readonly maxTicks: number;
  private readonly orderCapacity: number;
  private readonly marketIndex: number;
  private readonly fills: FillBuffer;

  constructor(options: OrderBookOptions) {
    this.maxTicks = options.maxTicks;
    this.orderCapacity = options.orderCapacity;
    this.marketIndex = options.marketIndex ?? 0;
    this.fills = options.fills;
  }

  get orderCount(): number {
    return this.buys.length + this.sells.length;
  }

  bestBid(): number {
    return this.buys[0]?.ticks ?? 0;
  }

  bestAsk(): number {
    return this.sells[0]?.ticks ?? 0;
  }

  place(
    side: number,
    limitTicks: number,
    lots: number,
    owner: number,
    tag: number,
    reserve: number,
    flags: number,
  ): void {
    const taker: Order = { id: this.nextId++, side, ticks: limitTicks, lots, owner, tag, reserve };
    this.result = this.refusal(taker, flags);
    this.filledLots = 0;
    this.remainingLots = lots;
    this.restingOrder = -1;
    this.takerReserveLeft = reserve;
    if (this.result !== codes.RESULT_OK) return;

    this.match(taker);

    const mayRest = !hasFlag(flags, codes.IMMEDIATE) && !hasFlag(flags, codes.FILL_OR_KILL);
    if (this.remainingLots > 0 && mayRest) this.rest(taker);
  }

  cancel(id: number): boolean {
    return this.cancelWhere((order) => order.id === id) === 1;
  }

  cancelOwner(owner: number): number {
    return this.cancelWhere((order) => order.owner === owner);
  }

  restingOf(owner: number): number {
    return this.all().filter((order) => order.owner === owner).length;
  }

  levelLots(side: number, ticks: number): number {
    return sumOf(
      this.restingOn(side)
        .filter((order) => order.ticks === ticks)
        .map((order) => order.lots),
    );
  }

  lotsWithin(side: number, worstTicks: number): number {
    const within = this.restingOn(side).filter((order) =>
      side === 1 ? order.ticks >= worstTicks : order.ticks <= worstTicks,
    );
    return sumOf(within.map((order) => order.lots));
  }

  notionalBetween(side: number, lowTicks: number, highTicks: number): number {
    const between = this.restingOn(side).filter(
      (order) => order.ticks >= lowTicks && order.ticks <= highTicks,
    );
    return sumOf(between.map((order) => order.ticks * order.lots));
  }

  sweepTicks(takerSide: number, lots: number): number {
    let reached = 0;
    for (const order of this.restingOn(-takerSide)) {
      reached += order.lots;
      if (reached >= lots) return order.ticks;
    }
    return 0;
  }

  averageTicksFor(takerSide: number, notionalTickLots: number): number {
    const makers = this.restingOn(-takerSide);
    if (notionalTickLots <= 0) return makers[0]?.ticks ?? 0;
    let spent = 0;
    let bought = 0;
    for (const { ticks, lots } of makers) {
      if (spent + ticks * lots >= notionalTickLots) {
        bought += (notionalTickLots - spent) / ticks;
        return notionalTickLots / bought;
      }
      spent += ticks * lots;
      bought += lots;
    }
    return 0;
  }

  forEachLevel(
    side: number,
    maxLevels: number,
    visit: (ticks: number, lots: number, orders: number) => void,
  ): void {
    const orders = this.restingOn(side);
    const prices = [...new Set(orders.map((order) => order.ticks))];
    for (const ticks of prices.slice(0, maxLevels)) {
      visit(ticks, this.levelLots(side, ticks), orders.filter((order) => order.ticks === ticks).length);
    }
  }

  hash(): string {
    const hash = new OrderHash();
    for (const { side, ticks, lots, owner, tag } of this.all()) hash.order(side, ticks, lots, owner, tag);
    return hash.digest();
  }

  validate(): void {
    const bid = this.bestBid();
    const ask = this.bestAsk();
    if (bid !== 0 && ask !== 0 && bid >= ask) {
      throw new InvariantError("naive-book-broken", `book is crossed: bid ${bid}, ask ${ask}`);
    }
    for (const order of this.all()) {
      if (order.lots < 1) throw new InvariantError("naive-book-broken", `order ${order.id} is empty`);
    }
  }

  /** The result code with which an order is turned away before anything happens; RESULT_OK if it is not. */
  private refusal(taker: Order, flags: number): number {
    const { side, lots, ticks, owner } = taker;
    if (!Number.isSafeInteger(lots) || lots < 1) return codes.RESULT_BAD_SIZE;
    if (!Number.isInteger(ticks) || ticks < 1 || ticks > this.maxTicks) {
      return codes.RESULT_PRICE_OUT_OF_RANGE;
    }
    const reachable = this.restingOn(-side).filter((maker) => crosses(taker, maker));
    if (hasFlag(flags, codes.POST_ONLY) && reachable.length > 0) return codes.RESULT_POST_ONLY_WOULD_TRADE;
    const tradable = sumOf(reachable.filter((maker) => maker.owner !== owner).map((maker) => maker.lots));
    if (hasFlag(flags, codes.FILL_OR_KILL) && tradable < lots) return codes.RESULT_FOK_UNFILLED;
    return codes.RESULT_OK;
  }

  private match(taker: Order): void {
    const makers = this.restingOn(-taker.side);
    let consumed = 0;
    while (this.remainingLots > 0 && makers.length > 0 && crosses(taker, makers[0])) {
      const maker = makers[0];
      if (maker.owner === taker.owner) {
        this.writeFill(taker, maker, 0, maker.reserve, 0, maker.lots);
        makers.shift();
        continue;
      }
      const traded = Math.min(this.remainingLots, maker.lots);
      this.filledLots += traded;
      this.remainingLots -= traded;
      const consumedSoFar = exactShare(taker.reserve, this.filledLots, taker.lots);
      const freed = exactShare(maker.reserve, traded, maker.lots);
      this.writeFill(taker, maker, traded, freed, consumedSoFar - consumed, 0);
      consumed = consumedSoFar;
      maker.lots -= traded;
      maker.reserve -= freed;
      if (maker.lots === 0) makers.shift();
    }
    this.takerReserveLeft = taker.reserve - consumed;
  }

  private rest(taker: Order): void {
    const levelAfter = this.levelLots(taker.side, taker.ticks) + this.remainingLots;
    if (this.orderCount >= this.orderCapacity || levelAfter > Number.MAX_SAFE_INTEGER) {
      this.result = codes.RESULT_BOOK_FULL;
      return;
    }
    const queue = this.restingOn(taker.side);
    const worse = queue.findIndex((other) => (other.ticks - taker.ticks) * taker.side < 0);
    const order = { ...taker, lots: this.remainingLots, reserve: this.takerReserveLeft };
    queue.splice(worse === -1 ? queue.length : worse, 0, order);
    this.restingOrder = taker.id;
    this.remainingLots = 0;
  }

  private cancelWhere(unwanted: (order: Order) => boolean): number {
    const goneBuys = this.buys.filter(unwanted);
    const goneSells = this.sells.filter(unwanted);
    this.buys = this.buys.filter((order) => !unwanted(order));
    this.sells = this.sells.filter((order) => !unwanted(order));
    this.releasedBuyReserve = sumOf(goneBuys.map((order) => order.reserve));
    this.releasedSellReserve = sumOf(goneSells.map((order) => order.reserve));
    this.releasedBuyLots = sumOf(goneBuys.map((order) => order.lots));
    this.releasedSellLots = sumOf(goneSells.map((order) => order.lots));
    return goneBuys.length + goneSells.length;
  }

  private writeFill(
    taker: Order,
    maker: Order,
    lots: number,
    makerRelease: number,
    takerRelease: number,
    cancelledLots: number,
  ): void {
    const { fills } = this;
    if (fills.count === fills.capacity) fills.overflow();
    const row = fills.count++;
    fills.market[row] = this.marketIndex;
    fills.makerOwner[row] = maker.owner;
    fills.takerOwner[row] = taker.owner;
    fills.takerSide[row] = taker.side;
    fills.ticks[row] = maker.ticks;
    fills.lots[row] = lots;
    fills.makerRelease[row] = makerRelease;
    fills.takerRelease[row] = takerRelease;
    fills.makerTag[row] = maker.tag;
    fills.takerTag[row] = taker.tag;
    fills.cancelledLots[row] = cancelledLots;
  }

  private restingOn(side: number): Order[] {
    return side === 1 ? this.buys : this.sells;
  }

  private all(): Order[] {
    return [...this.buys, ...this.sells];
  }
}

function crosses(taker: Order, maker: Order): boolean {
  return taker.side === 1 ? maker.ticks <= taker.ticks : maker.ticks >= taker.ticks;
}

function hasFlag(flags: number, flag: number): boolean {
  return (flags & flag) === flag;
}

function sumOf(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** floor(reserve x part / whole) of whole numbers, with integers of any size. */
function exactShare(reserve: number, part: number, whole: number): number {
  return Number((BigInt(reserve) * BigInt(part)) / BigInt(whole));
}
