/**
 * An auditor's own linear-impact market: one net flow in BigInt, the formula written out once more.
 *
 * Told the fills of one order after the other; when an order is over, their sum must be the quote of one move of the
 * price, the price after it within the limit, and no lot more may have had room. Shares no code with a market.
 */

/** One taker's order as far as its fills have been told. */
interface OpenOrder {
  readonly order: number;
  readonly side: bigint;
  /** Limit in ticks; undefined when none is known. */
  readonly limit: bigint | undefined;
  readonly prices: bigint[];
  lots: bigint;
  tickLots: bigint;
  /** Lots of the order that have not traded. */
  left: bigint;
}

/** A fill of a taker. */
export interface ClearedFill {
  readonly order: number;
  readonly side: bigint;
  readonly lots: bigint;
  readonly ticks: bigint;
  readonly limit: bigint | undefined;
  readonly left: bigint;
}

export class AuditorClearing {
  /** Price now in ticks; 0 before the market is open. */
  priceTicks = 0n;
  private startTicks = 0n;
  private netLots = 0n;
  private open: OpenOrder | undefined;
  private readonly impactTicks: bigint;
  private readonly perLots: bigint;

  constructor(terms: { readonly impactTicks: number; readonly perLots: number }) {
    this.impactTicks = BigInt(terms.impactTicks);
    this.perLots = BigInt(terms.perLots);
  }

  /** The first mark is the price before any flow. */
  see(markTicks: bigint): void {
    if (this.startTicks !== 0n) return;
    this.startTicks = markTicks;
    this.priceTicks = markTicks;
  }

  /** Takes in a taker's fill. */
  fill(fill: ClearedFill): void {
    const { order, side, lots, ticks, limit, left } = fill;
    if (this.open !== undefined && this.open.order !== order) this.finish();
    this.open ??= { order, side, limit, prices: [], lots: 0n, tickLots: 0n, left };
    this.open.prices.push(ticks);
    this.open.lots += lots;
    this.open.tickLots += lots * ticks;
    this.open.left = left;
  }

  /** No fill of the last order will follow: its sums are checked and the price moves. */
  finish(): void {
    const { open } = this;
    if (open === undefined) return;
    this.open = undefined;
    const { side, lots, limit, prices } = open;
    const before = this.priceTicks;
    const after = this.priceAt(this.netLots + side * lots);
    const twice = lots * (before + after);
    const rounded = twice % 2n === 0n || side < 0n ? twice / 2n : (twice + 1n) / 2n;
    if (open.tickLots !== rounded)
      throw new Error(`order ${open.order} of ${lots} lots moved ${open.tickLots} tick-lots, not ${rounded}`);
    const isSplit = prices.length === 2 && prices[1] - prices[0] === side;
    if (prices.length !== 1 && !isSplit)
      throw new Error(`order ${open.order} has fills at ${prices.join(", ")}`);
    if (limit !== undefined) {
      if ((after - limit) * side > 0n) throw new Error(`order ${open.order} moved the price to ${after}`);
      const further = this.priceAt(this.netLots + side * (lots + 1n));
      if (open.left > 0n && (further - limit) * side <= 0n) {
        throw new Error(`order ${open.order} has ${open.left} lots left at ${after} within ${limit}`);
      }
    }
    this.netLots += side * lots;
    this.priceTicks = after;
  }

  /** Differences between levels that are shown, best first, and what the formula says of them. */
  compareLevels(
    side: 1 | -1,
    levels: readonly { readonly ticks: bigint; readonly lots: bigint }[],
  ): string[] {
    const sign = BigInt(side);
    let taken = 0n;
    let last = this.priceTicks;
    const wrong: string[] = [];
    for (const { ticks, lots } of levels) {
      taken += lots;
      const at = this.priceAt(this.netLots - sign * taken);
      const beyond = this.priceAt(this.netLots - sign * (taken + 1n));
      const isRight = (last - ticks) * sign > 0n && (at - ticks) * sign >= 0n && (beyond - ticks) * sign < 0n;
      if (!isRight) wrong.push(`${lots}@${ticks} after ${taken - lots} lots`);
      last = ticks;
    }
    return wrong;
  }

  private priceAt(netLots: bigint): bigint {
    const product = netLots * this.impactTicks;
    const quotient = product / this.perLots;
    return this.startTicks + (product % this.perLots < 0n ? quotient - 1n : quotient);
  }
}
