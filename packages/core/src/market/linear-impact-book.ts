/**
 * A market without an order book: every order trades at once against the venue's clearing account, at a price that
 * is a linear function of the net flow (mechanics/linear-impact.ts). For checks of cascades against formulas.
 *
 * Stands where an `OrderBook` stands and answers the same questions. Nothing ever rests. An order's quote is
 * exactly `linearImpactTickLots`; as a fill has one whole price, it is written as at most two fills at adjacent ticks.
 */
import { InvariantError } from "../errors.ts";
import type { LinearImpactClearing } from "../exchange/venue-rules.ts";
import { MAX_EXACT } from "../limits.ts";
import { linearImpactTickLots, linearImpactTicks } from "../mechanics/linear-impact.ts";
import { CEIL, mulDiv } from "../numeric/mul-div.ts";
import { BUY, SELL } from "../units.ts";
import { OrderHash } from "./book-audit.ts";
import { type Clearing, checkClearing } from "./clearing.ts";
import {
  FILL_OR_KILL,
  POST_ONLY,
  REASON_NO_PRICE,
  RESULT_FOK_UNFILLED,
  RESULT_NO_ORDER,
  RESULT_OK,
  RESULT_POST_ONLY_WOULD_TRADE,
} from "./codes.ts";
import type { FillBuffer } from "./fill-buffer.ts";
import { figuresRefusal, shareOf } from "./order-book.ts";

/** What a market without a book is made of. */
export interface LinearImpactBookOptions {
  readonly clearing: LinearImpactClearing;
  /** Prices are whole ticks in [1, maxTicks]. */
  readonly maxTicks: number;
  /** Price before any flow; without it nothing trades until `openAt`. */
  readonly startTicks?: number;
  /** Maker of every fill; places no orders. */
  readonly clearingOwner: number;
  readonly fills: FillBuffer;
  /** Heads of the owners' lists of resting orders, all -1; see `OrderBookOptions`. */
  readonly ownerHead: Int32Array;
  /** Written into the `market` column of fills; 0 unless told. */
  readonly marketIndex?: number;
}

/** `makerTag` of its fills: no order stands behind them. */
const NO_TAG = -1;
/** Net flow stays within this, half of what is exact. */
const NET_LIMIT = (MAX_EXACT - 1) / 2;

/**
 * Linear-impact clearing. Sides are +1 (buy) and -1 (sell), prices ticks, sizes lots.
 *
 * - A limit bounds the price after the order, as of an order that walks a flat density: it trades the most lots
 *   that leave the price at or within its limit, the rest is dropped. So each fill is within the limit, too.
 * - Whatever does not trade at once is dropped: a limit order away from the price, a post-only order (always refused).
 * - Best bid and ask are the price less and plus 1 tick. At the price itself there may be some lots more, those
 *   that rounding lets trade without moving it.
 * - A last trade is at an average, so it lags behind the price by half of the order's move.
 * - More than 2^53 / maxTicks lots never trade at once, so that ticks x lots stays exact.
 */
export class LinearImpactBook implements Clearing {
  result = RESULT_OK;
  filledLots = 0;
  remainingLots = 0;
  readonly restingOrder = -1;
  takerReserveLeft = 0;
  readonly releasedBuyReserve = 0;
  readonly releasedSellReserve = 0;
  readonly releasedBuyLots = 0;
  readonly releasedSellLots = 0;
  readonly orderCount = 0;
  readonly ownerHead: Int32Array;
  readonly ownerNext = new Int32Array(0);
  readonly orderReserve = new Float64Array(0);
  /** Lots bought less lots sold since the start. */
  netLots = 0;
  /** Price now; 0 before it is known. */
  priceTicks: number;
  private startTicks: number;
  private readonly options: LinearImpactBookOptions;
  private readonly mostLots: number;

  /** @throws UserError `invalid-argument` for a clearing that cannot be, see `checkClearing` */
  constructor(options: LinearImpactBookOptions) {
    checkClearing("clearing", options.clearing);
    this.options = options;
    this.ownerHead = options.ownerHead;
    this.mostLots = Math.floor(MAX_EXACT / options.maxTicks);
    this.startTicks = options.startTicks ?? 0;
    this.priceTicks = this.startTicks;
  }

  /** Sets the price before any flow; without effect once it is known. */
  openAt(ticks: number): void {
    if (this.startTicks !== 0) return;
    this.startTicks = ticks;
    this.priceTicks = ticks;
  }

  /** See `OrderBook.place`; answers in the same fields. */
  place(
    side: number,
    limitTicks: number,
    lots: number,
    owner: number,
    tag: number,
    reserve: number,
    flags: number,
  ): void {
    this.filledLots = 0;
    this.remainingLots = lots;
    this.takerReserveLeft = reserve;
    if (!(owner >= 0 && owner < this.ownerHead.length && reserve >= 0 && side * side === 1)) {
      throw new InvariantError("book-order", `order with owner ${owner}, side ${side}, reserve ${reserve}`);
    }
    if (owner === this.options.clearingOwner) {
      throw new InvariantError("book-order", `order of the clearing account, owner ${owner}`);
    }
    this.result = this.refusal(side, limitTicks, lots, flags);
    if (this.result !== RESULT_OK) return;
    const traded = Math.min(lots, this.lotsTo(side, limitTicks));
    if (traded > 0) this.trade(side, traded, lots, owner, tag, reserve);
  }

  /** Nothing rests: false, and `result` says that there is no such order. */
  amend(): boolean {
    this.result = RESULT_NO_ORDER;
    return false;
  }

  /** Nothing rests: false. */
  cancel(): boolean {
    return false;
  }

  /** Nothing rests: 0. */
  cancelOwner(): number {
    return 0;
  }

  /** Nothing rests, so nobody is asked. */
  guardMakers(): void {}

  /** Price less 1 tick; 0 where that is no price. */
  bestBid(): number {
    return Math.max(0, this.priceTicks - 1);
  }

  /** Price plus 1 tick; 0 where that is no price. */
  bestAsk(): number {
    const { priceTicks } = this;
    return priceTicks === 0 || priceTicks === this.options.maxTicks ? 0 : priceTicks + 1;
  }

  /** Nothing rests: 0. */
  restingOf(): number {
    return 0;
  }

  /** Lots that move the price to `ticks` beyond those that move it to the tick before. */
  levelLots(side: number, ticks: number): number {
    return this.lotsWithin(side, ticks) - this.lotsWithin(side, ticks + side);
  }

  /** Lots that can be sold into the bids (bought from the asks) until the price would pass `worstTicks`. */
  lotsWithin(side: number, worstTicks: number): number {
    const best = side === BUY ? this.bestBid() : this.bestAsk();
    if (best === 0 || (best - worstTicks) * side < 0) return 0;
    const inRange = Math.max(1, Math.min(this.options.maxTicks, worstTicks));
    return this.lotsTo(-side, side === BUY ? Math.ceil(inRange) : Math.floor(inRange));
  }

  /** Sum of ticks x lots of a side's levels over [lowTicks, highTicks]. Not for hot paths. */
  notionalBetween(side: number, lowTicks: number, highTicks: number): number {
    let sum = 0;
    this.forEachLevel(side, Infinity, (ticks, lots) => {
      if (ticks >= lowTicks && ticks <= highTicks) sum += ticks * lots;
    });
    return sum;
  }

  /** Price after a taker's `lots`, 0 when it would leave the range of prices. */
  sweepTicks(takerSide: number, lots: number): number {
    return lots <= this.lotsTo(takerSide, this.farTicks(takerSide)) ? this.priceAfter(takerSide * lots) : 0;
  }

  /**
   * Mean price in ticks, and fractions of one, of taking a notional given in tick-lots, not rounded by order; 0 when the
   * price would leave its range:
   *
   *     notional = lots x average,  average = price + side x impact x lots / 2
   *     average = (price + sqrt(price^2 + 2 side x impact x notional)) / 2
   */
  averageTicksFor(takerSide: number, notionalTickLots: number): number {
    const { priceTicks } = this;
    const { maxTicks, clearing } = this.options;
    if (priceTicks === 0 || notionalTickLots <= 0) return priceTicks;
    const impact = clearing.impactTicks / clearing.perLots;
    const square = priceTicks * priceTicks + 2 * takerSide * impact * notionalTickLots;
    const after = square < 1 ? 0 : Math.sqrt(square);
    return after < 1 || after > maxTicks ? 0 : (priceTicks + after) / 2;
  }

  /** Calls `visit` for the best levels of a side, best first, with 0 orders each. Not for hot paths. */
  forEachLevel(
    side: number,
    maxLevels: number,
    visit: (ticks: number, lots: number, orders: number) => void,
  ): void {
    const best = side === BUY ? this.bestBid() : this.bestAsk();
    const all = best === 0 ? 0 : this.lotsTo(-side, this.farTicks(-side));
    let ticks = best;
    let taken = 0;
    for (let level = 0; level < maxLevels && taken < all; level++) {
      // The first level also holds what rounding leaves at the price itself; levels without a whole lot are skipped.
      const next = this.priceAfter(-side * (taken + 1));
      if ((next - ticks) * side < 0) ticks = next;
      const upTo = this.lotsTo(-side, ticks);
      visit(ticks, upTo - taken, 0);
      taken = upTo;
      ticks -= side;
    }
  }

  /** Hash of start, price and net flow: all there is. */
  hash(): string {
    const hash = new OrderHash();
    hash.order(this.netLots < 0 ? SELL : BUY, this.priceTicks, Math.abs(this.netLots), this.startTicks, 0);
    return hash.digest();
  }

  /** Checks that the price, once it is known, is that of the net flow. Nothing else can be wrong: nothing rests. */
  validate(): void {
    if (this.startTicks !== 0 && this.priceTicks !== this.priceAfter(0)) {
      throw new InvariantError("book-broken", `price ${this.priceTicks} at a net flow of ${this.netLots}`);
    }
  }

  private refusal(side: number, limitTicks: number, lots: number, flags: number): number {
    const refusal = figuresRefusal(limitTicks, lots, this.options.maxTicks);
    if (refusal !== RESULT_OK) return refusal;
    if (this.startTicks === 0) return REASON_NO_PRICE;
    if ((flags & POST_ONLY) !== 0) return RESULT_POST_ONLY_WOULD_TRADE;
    if ((flags & FILL_OR_KILL) !== 0 && this.lotsTo(side, limitTicks) < lots) return RESULT_FOK_UNFILLED;
    return RESULT_OK;
  }

  /** Moves the price and writes the fills, the one nearer to the price before first. */
  private trade(
    side: number,
    lots: number,
    orderLots: number,
    owner: number,
    tag: number,
    reserve: number,
  ): void {
    const ticksBefore = this.priceTicks;
    this.priceTicks = this.priceAfter(side * lots);
    this.netLots += side * lots;
    const tickLots = linearImpactTickLots({ side, lots, ticksBefore, ticksAfter: this.priceTicks });
    const low = Math.floor(tickLots / lots);
    const atHigh = tickLots - low * lots;
    const first = side === BUY ? lots - atHigh : atHigh;
    const firstTicks = side === BUY ? low : low + 1;
    const consumed = shareOf(reserve, first, orderLots);
    const allConsumed = shareOf(reserve, lots, orderLots);
    if (first > 0) this.write(side, firstTicks, first, owner, tag, consumed);
    if (first < lots) this.write(side, firstTicks + side, lots - first, owner, tag, allConsumed - consumed);
    this.filledLots = lots;
    this.remainingLots = orderLots - lots;
    this.takerReserveLeft = reserve - allConsumed;
  }

  private write(
    side: number,
    ticks: number,
    lots: number,
    owner: number,
    tag: number,
    release: number,
  ): void {
    const { fills, marketIndex = 0, clearingOwner } = this.options;
    fills.append({
      market: marketIndex,
      makerOwner: clearingOwner,
      takerOwner: owner,
      takerSide: side,
      ticks,
      lots,
      makerRelease: 0,
      takerRelease: release,
      makerTag: NO_TAG,
      takerTag: tag,
      cancelledLots: 0,
    });
  }

  /** Price after a signed flow from now. */
  private priceAfter(signedLots: number): number {
    const { impactTicks, perLots } = this.options.clearing;
    const { startTicks } = this;
    return linearImpactTicks({ startTicks, netLots: this.netLots + signedLots, impactTicks, perLots });
  }

  private farTicks(takerSide: number): number {
    return takerSide === BUY ? this.options.maxTicks : 1;
  }

  /** Most lots of a taker that leave the price at or within a limit, one that is in the range of prices. */
  private lotsTo(takerSide: number, limitTicks: number): number {
    if (this.startTicks === 0) return 0;
    const flow =
      takerSide === BUY
        ? this.highestNet(limitTicks) - this.netLots
        : this.netLots - this.lowestNet(limitTicks);
    return Math.max(0, Math.min(flow, this.mostLots));
  }

  /** Largest net flow at which the price is at most `ticks`: start + floor(net x impact / per) <= ticks. */
  private highestNet(ticks: number): number {
    const { impactTicks, perLots } = this.options.clearing;
    const rise = ticks - this.startTicks + 1;
    if (impactTicks === 0) return rise > 0 ? NET_LIMIT : -NET_LIMIT;
    // estimate: only compared with the bound
    if (Math.abs((rise * perLots) / impactTicks) >= NET_LIMIT) return rise > 0 ? NET_LIMIT : -NET_LIMIT;
    return mulDiv(rise, perLots, impactTicks, CEIL) - 1;
  }

  /** Smallest net flow at which the price is at least `ticks`: start + floor(net x impact / per) >= ticks. */
  private lowestNet(ticks: number): number {
    const { impactTicks, perLots } = this.options.clearing;
    const rise = ticks - this.startTicks;
    if (impactTicks === 0) return rise > 0 ? NET_LIMIT : -NET_LIMIT;
    // estimate: only compared with the bound
    if (Math.abs((rise * perLots) / impactTicks) >= NET_LIMIT) return rise > 0 ? NET_LIMIT : -NET_LIMIT;
    return mulDiv(rise, perLots, impactTicks, CEIL);
  }
}
