/**
 * The market view that agents read: one set of columns, written by observe and frozen while agents decide. Each
 * venue's population gets it with its own markets first; the columns are the same.
 */
import type { MarketView } from "./agent-port.ts";
import type { SimulationInputs } from "./inputs.ts";
import type { Venue } from "./venue.ts";

/** The view with its scalars writable for the observe phase. */
export type WritableView = { -readonly [Key in keyof MarketView]: MarketView[Key] };

/** An empty view for each venue: start prices everywhere, nothing traded yet. */
export function makeViews(
  inputs: SimulationInputs,
  venues: readonly Venue[],
  markTicks: Float64Array,
): WritableView[] {
  const shared = sharedView(inputs, venues, markTicks);
  return venues.map((venue) => ({
    ...shared,
    spotMarket: withReference(venue.spotOfCoin, venues, "spotOfCoin"),
    perpMarket: withReference(venue.perpOfCoin, venues, "perpOfCoin"),
  }));
}

/** A venue's markets by coin; where it does not list a coin, those of the first venue that does, to read. */
function withReference(
  own: Int32Array,
  venues: readonly Venue[],
  name: "spotOfCoin" | "perpOfCoin",
): Int32Array {
  return own.map((market, coin) =>
    market >= 0 ? market : (venues.find((venue) => venue[name][coin] >= 0)?.[name][coin] ?? -1),
  );
}

function sharedView(
  inputs: SimulationInputs,
  venues: readonly Venue[],
  markTicks: Float64Array,
): Omit<WritableView, "spotMarket" | "perpMarket"> {
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
    venueCount: venues.length,
    spotMarketAt: Int32Array.from(venues.flatMap(({ spotOfCoin }) => [...spotOfCoin])),
    perpMarketAt: Int32Array.from(venues.flatMap(({ perpOfCoin }) => [...perpOfCoin])),
    venueOfMarket: Uint8Array.from(inputs.markets, (spec) => spec.venue),
    halted: new Uint8Array(count),
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
