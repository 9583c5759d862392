/**
 * The market view that agents read: one set of columns, written by observe and frozen while agents decide.
 */
import type { MarketView } from "./agent-port.ts";
import type { SimulationInputs } from "./inputs.ts";

/** The view with its scalars writable for the observe phase. */
export type WritableView = { -readonly [Key in keyof MarketView]: MarketView[Key] };

/** An empty view: start prices everywhere, nothing traded yet. */
export function makeView(
  inputs: SimulationInputs,
  markets: { readonly spotOfCoin: Int32Array; readonly perpOfCoin: Int32Array },
  markTicks: Float64Array,
): WritableView {
  const count = inputs.markets.length;
  const column = (): Float64Array => new Float64Array(count);
  const start = Float64Array.from(inputs.markets, (spec) => spec.startTicks);
  const volatility = Float64Array.from(
    inputs.markets,
    (spec) => inputs.coins[spec.coin].preCrashDailyVolatility / Math.sqrt(1440),
  );
  return {
    nowMicros: inputs.startMicros - inputs.warmUpMicros,
    stepMicros: inputs.stepMicros,
    marketCount: count,
    coinCount: inputs.coins.length,
    spotMarket: markets.spotOfCoin,
    perpMarket: markets.perpOfCoin,
    coinOfMarket: Int32Array.from(inputs.markets, (spec) => spec.coin),
    quantaPerTickLot: Float64Array.from(inputs.markets, (spec) => spec.quantaPerTickLot),
    tickSize: Float64Array.from(inputs.markets, (spec) => spec.tickSize),
    bidTicks: column(),
    askTicks: column(),
    midTicks: start.slice(),
    midAgeMicros: column(),
    lastTicks: start.slice(),
    markTicks,
    indexTicks: start.slice(),
    bidDepthLots: column(),
    askDepthLots: column(),
    return1m: column(),
    return5m: column(),
    return30m: column(),
    return4h: column(),
    return24h: column(),
    volatilityFast: volatility.slice(),
    volatilitySlow: volatility,
    fundingRate: column(),
    openInterestLots: column(),
    liquidatedLongLots: column(),
    liquidatedShortLots: column(),
    takerBuyLots: column(),
    takerSellLots: column(),
    beta: Float64Array.from(inputs.coins, (coin) => coin.preCrashBeta),
    fundamental: Float64Array.from(inputs.coins, (coin) => coin.startPrice),
    sentiment: new Float64Array(1),
  };
}
