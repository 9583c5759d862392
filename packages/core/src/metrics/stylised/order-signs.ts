/**
 * Signs of successive market orders, from a tape of fills. Metrics phase; reads rows, keeps one byte per order.
 *
 * An order that takes from several makers is several fills in a row; fills of one taker in one market with one side and
 * one moment are one order, so that the memory of signs is that of decisions and not of the sizes of resting orders.
 */
import type { FillColumns } from "../../recorder/run-data.ts";

/** Collects the signs of one market's taker orders in trade time. */
export class OrderSigns {
  private readonly market: number;
  private kept = new Int8Array(1 << 16);
  private count = 0;
  private lastMicros = -1;
  private lastPopulation = -2;
  private lastAgent = -2;

  /** @param market index of the market */
  constructor(market: number) {
    this.market = market;
  }

  /** Takes the next rows of a tape, in order; blocks may end anywhere. */
  add(fills: Omit<FillColumns, "rows">, rows: number): void {
    for (let row = 0; row < rows; row++) {
      if (fills.market[row] !== this.market) continue;
      const side = fills.side[row];
      const isSame =
        fills.timeMicros[row] === this.lastMicros &&
        fills.takerPopulation[row] === this.lastPopulation &&
        fills.taker[row] === this.lastAgent &&
        side === this.kept[this.count - 1];
      if (isSame) continue;
      this.lastMicros = fills.timeMicros[row];
      this.lastPopulation = fills.takerPopulation[row];
      this.lastAgent = fills.taker[row];
      this.push(side);
    }
  }

  /** +1 a buyer, -1 a seller, one for each order. */
  get signs(): Int8Array {
    return this.kept.subarray(0, this.count);
  }

  private push(side: number): void {
    if (this.count === this.kept.length) {
      const larger = new Int8Array(2 * this.count);
      larger.set(this.kept);
      this.kept = larger;
    }
    this.kept[this.count++] = side;
  }
}
