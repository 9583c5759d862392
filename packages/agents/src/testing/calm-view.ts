/**
 * A hand-made market view: two coins (BTC at 75,000, SOL at 100), spot and perpetual each, on one venue or on several
 * alike. Market m of venue v is m + MARKETS * v.
 *
 * Everything is writable: set what the agents are to see. Nothing here trades and nothing moves by itself.
 */
import { LIQUIDATION_BINS, type MarketView } from "@undertow/core";

export const BTC_SPOT = 0;
export const BTC_PERP = 1;
export const SOL_SPOT = 2;
export const SOL_PERP = 3;
/** Markets of one venue. */
export const MARKETS = 4;

/** Quanta per unit of money. */
export const UNIT = 100_000;
/** Moment of a fresh view, microseconds. */
export const START_MICROS = 1_700_000_000e6;

/** A market view whose fields may be replaced; the columns can be written to in any view. */
export type WritableView = { -readonly [Key in keyof MarketView]: MarketView[Key] };

const TICK_SIZE = [0.01, 0.1, 0.01, 0.01];
const LOT_SIZE = [0.001, 0.001, 0.01, 0.1];
const PRICE = [75_000, 75_000, 100, 100];
const DEPTH = [30e6, 30e6, 3e6, 3e6];
const SLOW_VOLATILITY = 0.0005;

/**
 * A calm market: 1 bp spread, $30M (BTC) and $3M (SOL) of depth within 1 %, no trend, no funding, 5 bp of volatility
 * per square-root minute.
 *
 * @param venueCount venues, each with the same four markets
 * @example
 * const view = calmView();
 * view.return30m[BTC_PERP] = -0.04; // a fall of 4 % in half an hour
 */
export function calmView(venueCount = 1): WritableView {
  const count = MARKETS * venueCount;
  const flat = (value = 0): Float64Array => new Float64Array(count).fill(value);
  const of = (make: (market: number) => number): Float64Array =>
    Float64Array.from({ length: count }, (_, market) => make(market % MARKETS));
  const mid = (m: number): number => PRICE[m] / TICK_SIZE[m];
  const marketsFrom = (first: number): Int32Array =>
    Int32Array.from({ length: 2 * venueCount }, (_, k) => first + 2 * k);
  const depth = (m: number): number => Math.floor(DEPTH[m] / PRICE[m] / LOT_SIZE[m]);
  return {
    nowMicros: START_MICROS,
    stepMicros: 1e6,
    startMicros: START_MICROS,
    marketCount: count,
    coinCount: 2,
    spotMarket: Int32Array.of(BTC_SPOT, SOL_SPOT),
    perpMarket: Int32Array.of(BTC_PERP, SOL_PERP),
    venueCount,
    spotMarketAt: marketsFrom(BTC_SPOT),
    perpMarketAt: marketsFrom(BTC_PERP),
    venueOfMarket: Uint8Array.from({ length: count }, (_, market) => Math.floor(market / MARKETS)),
    halted: new Uint8Array(count),
    coinOfMarket: Int32Array.from({ length: count }, (_, market) => (market % MARKETS < SOL_SPOT ? 0 : 1)),
    quantaPerTickLot: of((m) => Math.round(TICK_SIZE[m] * LOT_SIZE[m] * UNIT * 1e6) / 1e6),
    tickSize: of((m) => TICK_SIZE[m]),
    lotSize: of((m) => LOT_SIZE[m]),
    bidTicks: of((m) => Math.floor(mid(m) * 0.99995)),
    askTicks: of((m) => Math.ceil(mid(m) * 1.00005)),
    midTicks: of(mid),
    midAgeMicros: flat(),
    lastTicks: of(mid),
    markTicks: of((m) => Math.round(mid(m))),
    indexTicks: of((m) => Math.round(mid(m))),
    bidDepthLots: of(depth),
    askDepthLots: of(depth),
    return1m: flat(),
    return5m: flat(),
    return30m: flat(),
    return4h: flat(),
    return24h: flat(),
    volatilityFast: flat(SLOW_VOLATILITY),
    volatilitySlow: flat(SLOW_VOLATILITY),
    fundingRate: flat(),
    openInterestLots: flat(),
    liquidatedLongLots: flat(),
    liquidatedShortLots: flat(),
    liquidationBelowLots: new Float64Array(LIQUIDATION_BINS * count),
    liquidationAboveLots: new Float64Array(LIQUIDATION_BINS * count),
    liquidationGridTicks: of(mid),
    takerBuyLots: flat(),
    boughtLots: flat(),
    soldLots: flat(),
    takerSellLots: flat(),
    beta: Float64Array.of(1, 1.2),
    fundamental: Float64Array.of(75_000, 100),
    sentiment: new Float64Array(1),
  };
}
