/**
 * What a market demands of an order before the book sees it: tick, lot, sizes, minimum notional, price bands.
 *
 * `orderRules` turns a venue's figures into whole ticks and lots once; `OrderCheck` then tests one order after the
 * other and says, as data, which field is out of which range. It knows no owner, no position and no book.
 */
import { MAX_EXACT } from "../limits.ts";
import { between, fail, nonNegative, positive } from "../mechanics/checked.ts";
import { CEIL, FLOOR, mulDiv } from "../numeric/mul-div.ts";
import { BUY, PPM } from "../units.ts";
import { SIZE_LIMIT } from "./book-ladder.ts";
import * as codes from "./codes.ts";

/** 2^-50: four units in the last place of a double. */
const STEP_TOLERANCE = 8.881784197001252e-16;

/** A market's rules as a venue publishes them. Prices in quote units, sizes in base units or contracts. */
export interface OrderRulesSpec {
  /** Smallest step of the price. */
  readonly tickSize: number;
  /** Smallest step of the size. */
  readonly lotSize: number;
  /** Highest price of the book; at most 2^30 - 1 ticks. */
  readonly maxPrice: number;
  /** Smallest size; one lot unless told. */
  readonly minSize?: number;
  /** Largest size of a limit order; no bound unless told. */
  readonly maxSize?: number;
  /** Largest size of a market order; as `maxSize` unless told. */
  readonly maxMarketSize?: number;
  /** Least price x size, not asked of reduce-only orders; none unless told. For linear contracts. */
  readonly minNotional?: number;
  /** Most significant figures of a price, whole prices excepted (5 on Hyperliquid); no bound unless told. */
  readonly significantFigures?: number;
  /** Buys at most mark x (1 + this): Binance's `multiplierUp` less 1. No band unless told. */
  readonly limitBandUp?: number;
  /** Sells at least mark x (1 - this). No band unless told. */
  readonly limitBandDown?: number;
  /** A market order trades up to this share away from the mark: Binance's `marketTakeBound`. No band unless told. */
  readonly marketBand?: number;
  /** The same for market orders that a trigger fires; as `marketBand` unless told. */
  readonly triggerBand?: number;
}

/** The same in whole ticks, lots and ppm. 0 stands for "no such rule" in the fields that may be absent. */
export interface OrderRules {
  readonly tickSize: number;
  readonly lotSize: number;
  readonly maxTicks: number;
  readonly minLots: number;
  readonly maxLots: number;
  readonly maxMarketLots: number;
  /** Minimum notional over tick size x lot size. */
  readonly minNotionalTickLots: number;
  readonly significantFigures: number;
  /** Ticks in a price of 1, for the exception of whole prices; 0 when the tick does not divide 1. */
  readonly ticksPerUnit: number;
  readonly limitBandUpPpm: number;
  readonly limitBandDownPpm: number;
  readonly marketBandPpm: number;
  readonly triggerBandPpm: number;
}

/**
 * Checks a market's rules and converts them. Bands round to whole ppm.
 *
 * @throws UserError `invalid-argument` with the field's name and range
 * @example
 * // Binance BTCUSDT, exchangeInfo sample: tick 0.10, lot 0.001, minimum notional 100 USDT, bands 5 %.
 * orderRules({
 *   tickSize: 0.1, lotSize: 0.001, maxPrice: 200_000, minNotional: 100, maxSize: 1000, maxMarketSize: 120,
 *   limitBandUp: 0.05, limitBandDown: 0.05, marketBand: 0.05,
 * }).minNotionalTickLots; // 1_000_000
 */
export function orderRules(spec: OrderRulesSpec): OrderRules {
  const tickSize = positive("tickSize", spec.tickSize);
  const lotSize = positive("lotSize", spec.lotSize);
  const maxTicks = Math.floor(stepsOf(positive("maxPrice", spec.maxPrice), tickSize));
  if (!(maxTicks >= 1 && maxTicks < SIZE_LIMIT)) fail("maxPrice", "1 to 2^30 - 1 ticks", spec.maxPrice);
  const lotsOf = (name: string, size: number): number => {
    const lots = stepsOf(positive(name, size), lotSize);
    if (!Number.isSafeInteger(lots)) fail(name, `a multiple of the lot size ${lotSize}`, size);
    return lots;
  };
  const ppmOf = (name: string, share: number, most: number): number => {
    const ppm = Math.round(between(name, share, 0, most) * PPM);
    if (ppm === 0 && share !== 0) fail(name, "0 for no band, or at least one part per million", share);
    return ppm;
  };
  const figures = spec.significantFigures ?? 0;
  if (!Number.isInteger(figures) || figures < 0 || figures > 15) {
    fail("significantFigures", "a whole number from 1 to 15", figures);
  }
  const ticksPerUnit = stepsOf(1, tickSize);
  if (figures > 0 && !/^10*$/.test(`${ticksPerUnit}`)) {
    fail("tickSize", "1, 0.1, 0.01 ... where significant figures are counted", tickSize);
  }
  const maxLots = spec.maxSize === undefined ? MAX_EXACT : lotsOf("maxSize", spec.maxSize);
  const marketBandPpm = ppmOf("marketBand", spec.marketBand ?? 0, 1);
  const { triggerBand } = spec;
  return {
    tickSize,
    lotSize,
    maxTicks,
    minLots: spec.minSize === undefined ? 1 : lotsOf("minSize", spec.minSize),
    maxLots,
    maxMarketLots: spec.maxMarketSize === undefined ? maxLots : lotsOf("maxMarketSize", spec.maxMarketSize),
    minNotionalTickLots: stepsOf(
      stepsOf(nonNegative("minNotional", spec.minNotional ?? 0), tickSize),
      lotSize,
    ),
    significantFigures: figures,
    ticksPerUnit: Number.isInteger(ticksPerUnit) ? ticksPerUnit : 0,
    limitBandUpPpm: ppmOf("limitBandUp", spec.limitBandUp ?? 0, 100),
    limitBandDownPpm: ppmOf("limitBandDown", spec.limitBandDown ?? 0, 1),
    marketBandPpm,
    triggerBandPpm: triggerBand === undefined ? marketBandPpm : ppmOf("triggerBand", triggerBand, 1),
  };
}

/**
 * A price in ticks. Not rounded: a price between two ticks gives a fraction, which a desk rejects as off the tick.
 *
 * @example
 * priceToTicks(rules, 60_000.1); // 600_001 at a tick of 0.1
 */
export function priceToTicks(rules: OrderRules, price: number): number {
  return stepsOf(price, rules.tickSize);
}

/**
 * A size in lots. Not rounded: a size between two lots gives a fraction, which a desk rejects as off the lot.
 *
 * @example
 * sizeToLots(rules, 1.5); // 1_500 at a lot of 0.001
 */
export function sizeToLots(rules: OrderRules, size: number): number {
  return stepsOf(size, rules.lotSize);
}

/** value / step, as a whole number where the two decimals are meant to divide: within 2^-50 of the value. */
function stepsOf(value: number, step: number): number {
  const steps = Math.round(value / step);
  return Math.abs(steps * step - value) <= Math.abs(value) * STEP_TOLERANCE ? steps : value / step;
}

/** Tests fields of orders; after a refusal the fields here say what was wrong with what. */
export class OrderCheck {
  field = codes.FIELD_NONE;
  found = 0;
  /** Allowed range of the field; infinite where there is no bound. */
  low = -Infinity;
  high = Infinity;
  private readonly rules: OrderRules;

  constructor(rules: OrderRules) {
    this.rules = rules;
  }

  /** Notes a refusal that concerns no field. */
  plain(reason: number): number {
    return this.refuse(reason, codes.FIELD_NONE, 0, -Infinity, Infinity);
  }

  /** Notes a refusal and returns its reason. */
  refuse(reason: number, field: number, found: number, low: number, high: number): number {
    this.field = field;
    this.found = found;
    this.low = low;
    this.high = high;
    return reason;
  }

  /** A whole number in [low, high], or REASON_BAD_FIELD. */
  whole(field: number, found: number, low: number, high: number): number {
    if (found >= low && found <= high && Math.floor(found) === found) return codes.RESULT_OK;
    return this.refuse(codes.REASON_BAD_FIELD, field, found, low, high);
  }

  /** Size of an order; `isMarket` chooses the bound. */
  size(lots: number, isMarket: boolean): number {
    const { minLots, maxLots, maxMarketLots } = this.rules;
    const high = isMarket ? maxMarketLots : maxLots;
    if (lots >= minLots && lots <= high && Math.floor(lots) === lots) return codes.RESULT_OK;
    const fraction = Number.isFinite(lots) && Math.floor(lots) !== lots;
    const reason = fraction ? codes.REASON_OFF_LOT : codes.RESULT_BAD_SIZE;
    return this.refuse(reason, codes.FIELD_LOTS, lots, minLots, high);
  }

  /** A price of the book that the market quotes. */
  price(field: number, ticks: number): number {
    const { maxTicks, significantFigures } = this.rules;
    const isWhole = Math.floor(ticks) === ticks;
    if (!(ticks >= 1 && ticks <= maxTicks && isWhole)) {
      const fraction = Number.isFinite(ticks) && !isWhole;
      const reason = fraction ? codes.REASON_OFF_TICK : codes.RESULT_PRICE_OUT_OF_RANGE;
      return this.refuse(reason, field, ticks, 1, maxTicks);
    }
    if (significantFigures > 0 && !this.isShort(ticks)) {
      return this.refuse(codes.REASON_OFF_TICK, field, ticks, 1, maxTicks);
    }
    return codes.RESULT_OK;
  }

  /** Minimum notional at a price; without a known price there is nothing to test. */
  notional(ticks: number, lots: number): number {
    const { minNotionalTickLots } = this.rules;
    if (ticks === 0 || ticks * lots >= minNotionalTickLots) return codes.RESULT_OK;
    const found = ticks * lots;
    const { REASON_BELOW_MIN_NOTIONAL, FIELD_NOTIONAL } = codes;
    return this.refuse(REASON_BELOW_MIN_NOTIONAL, FIELD_NOTIONAL, found, minNotionalTickLots, Infinity);
  }

  /** The band of limit prices around the mark: a ceiling for buys, a floor for sells. No mark, no band. */
  limitBand(side: number, ticks: number, markTicks: number): number {
    const { limitBandUpPpm, limitBandDownPpm, maxTicks } = this.rules;
    if (markTicks === 0) return codes.RESULT_OK;
    const high = side === BUY && limitBandUpPpm > 0 ? bandEdge(markTicks, BUY, limitBandUpPpm) : maxTicks;
    const low = side !== BUY && limitBandDownPpm > 0 ? bandEdge(markTicks, side, limitBandDownPpm) : 1;
    if (ticks >= low && ticks <= high) return codes.RESULT_OK;
    return this.refuse(codes.REASON_OUTSIDE_BAND, codes.FIELD_LIMIT_TICKS, ticks, low, high);
  }

  /** Worst price at which a market order trades; 0 when its band needs a mark that is not known. */
  marketLimit(side: number, markTicks: number, isTriggered: boolean): number {
    const { marketBandPpm, triggerBandPpm, maxTicks } = this.rules;
    const band = isTriggered ? triggerBandPpm : marketBandPpm;
    if (band === 0) return side === BUY ? maxTicks : 1;
    if (markTicks === 0) return 0;
    return Math.min(Math.max(bandEdge(markTicks, side, band), 1), maxTicks);
  }

  /** Whether a price has few enough significant figures, or is a whole number of quote units. */
  private isShort(ticks: number): boolean {
    const { significantFigures, ticksPerUnit } = this.rules;
    if (ticksPerUnit > 0 && ticks % ticksPerUnit === 0) return true;
    let digits = ticks;
    while (digits % 10 === 0) digits /= 10;
    let figures = 0;
    for (; digits >= 1; digits = Math.floor(digits / 10)) figures++;
    return figures <= significantFigures;
  }
}

/** Last tick inside a band: mark x (1 + band) rounded down for buys, mark x (1 - band) rounded up for sells. */
function bandEdge(markTicks: number, side: number, bandPpm: number): number {
  return side === BUY
    ? mulDiv(markTicks, PPM + bandPpm, PPM, FLOOR)
    : mulDiv(markTicks, PPM - bandPpm, PPM, CEIL);
}
