/**
 * The public estimate of where positions of a perpetual would be liquidated, as heat maps draw it: from published open
 * interest and past prices alone, never from accounts. Open interest gained in a minute is taken to be opened at that
 * minute's price p, as much long as short, in equal shares at leverages L: longs lie at p (1 - 1/L + m), shorts at
 * p (1 + 1/L - m), m the maintenance rate of the lowest bracket. What the price passes counts as liquidated, open
 * interest lost beyond that thins all bins alike, what lies beyond the bins is forgotten. Figures are relative.
 * Source: the method as vendors describe it (terminal.backquant.com/liquidations: 10x to 100x, levels kept until the
 * price passes them), without their split by taker flow: every contract has both sides.
 */
import { exp, ln } from "../numeric/elementary.ts";

/** Bins on each side of the price. */
export const LIQUIDATION_BINS = 40;
/** Width of a bin in the logarithm of the price: 1 %. */
export const LIQUIDATION_BIN_LOG = 0.01;

/** Leverages that public maps assume, in equal shares, as far as the market allows them. */
const ASSUMED_LEVERAGES = [10, 25, 50, 100];

export class LiquidationEstimate {
  /** Lots of longs by bin below the price, and of shorts by bin above; bin 0 holds the price. */
  private readonly below: Float64Array;
  private readonly above: Float64Array;
  /** Logarithms of liquidation price over entry price, by leverage. */
  private readonly longDistances: Float64Array;
  private readonly shortDistances: Float64Array;
  /** Bin of the price in steps from a price of one tick; meaningless before the first sample. */
  private bin = 0;
  private openInterestLots = 0;
  private samples = 0;

  /**
   * @param below columns of `LIQUIDATION_BINS` entries to write into, zeros
   * @param rules maintenance rate (fraction) and highest leverage of the market's lowest bracket
   */
  constructor(
    below: Float64Array,
    above: Float64Array,
    rules: { readonly maintenanceRate: number; readonly maxLeverage: number },
  ) {
    this.below = below;
    this.above = above;
    const leverages = assumedLeverages(rules);
    const distance = (side: number) => (leverage: number) =>
      ln(1 + side * (1 / leverage - rules.maintenanceRate));
    this.longDistances = Float64Array.from(leverages, distance(-1));
    this.shortDistances = Float64Array.from(leverages, distance(1));
  }

  /** Lower edge of the bin that held the last sample, ticks. */
  get gridTicks(): number {
    return exp(this.bin * LIQUIDATION_BIN_LOG);
  }

  /** Takes price (ticks, above 0) and open interest at a minute; all of the first one counts as gained there. */
  sample(ticks: number, openInterestLots: number): void {
    const log = ln(ticks);
    const bin = Math.floor(log / LIQUIDATION_BIN_LOG);
    const passed = this.samples === 0 ? 0 : this.moveTo(bin);
    const gained = openInterestLots - this.openInterestLots;
    this.bin = bin;
    if (gained > 0) this.open(log, gained);
    else if (-gained > passed) this.thin(1 - (-gained - passed) / this.openInterestLots);
    this.openInterestLots = openInterestLots;
    this.samples++;
  }

  /** Shifts the bins to a new price; lots of those that it has passed. */
  private moveTo(bin: number): number {
    const fallen = this.bin - bin;
    if (fallen === 0) return 0;
    const [passed, left] = fallen > 0 ? [this.below, this.above] : [this.above, this.below];
    const shift = Math.min(Math.abs(fallen), LIQUIDATION_BINS);
    let lots = 0;
    for (let b = 0; b < shift; b++) lots += passed[b];
    passed.copyWithin(0, shift);
    passed.fill(0, LIQUIDATION_BINS - shift);
    left.copyWithin(shift, 0);
    left.fill(0, 0, shift);
    return lots;
  }

  private open(log: number, lots: number): void {
    const { below, above, longDistances, shortDistances, bin } = this;
    const share = lots / longDistances.length;
    for (let k = 0; k < longDistances.length; k++) {
      const down = bin - Math.floor((log + longDistances[k]) / LIQUIDATION_BIN_LOG);
      const up = Math.floor((log + shortDistances[k]) / LIQUIDATION_BIN_LOG) - bin;
      if (down < LIQUIDATION_BINS) below[down] += share;
      if (up < LIQUIDATION_BINS) above[up] += share;
    }
  }

  private thin(kept: number): void {
    const { below, above } = this;
    for (let b = 0; b < LIQUIDATION_BINS; b++) {
      below[b] *= kept;
      above[b] *= kept;
    }
  }
}

/** Those of the assumed leverages that the market allows, else its highest; none that would be liquidated at once. */
function assumedLeverages({
  maintenanceRate,
  maxLeverage,
}: {
  maintenanceRate: number;
  maxLeverage: number;
}) {
  const allowed = ASSUMED_LEVERAGES.filter((leverage) => leverage <= maxLeverage);
  return (allowed.length > 0 ? allowed : [maxLeverage]).filter((leverage) => {
    const room = 1 / leverage - maintenanceRate;
    return room > 0 && room < 1;
  });
}
