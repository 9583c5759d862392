/**
 * The market view that agents read: one set of columns, written by observe and frozen while agents decide. Each
 * venue's population gets it with its own markets first; the columns are the same.
 */
import { sharedFloat64, sharedUint8 } from "../columns/shared.ts";
import type { LedgerMarkets } from "../accounts/ledger.ts";
import { LIQUIDATION_BINS, LiquidationEstimate } from "../market/liquidation-estimate.ts";
import { PPM } from "../units.ts";
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
  const common = commonView(inputs, venues, markTicks);
  return venues.map((venue) => ({
    ...common,
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

function commonView(
  inputs: SimulationInputs,
  venues: readonly Venue[],
  markTicks: Float64Array,
): Omit<WritableView, "spotMarket" | "perpMarket"> {
  const count = inputs.markets.length;
  const column = (): Float64Array => sharedFloat64(count);
  const start = Float64Array.from(inputs.markets, (spec) => spec.startTicks);
  const volatility = Float64Array.from(
    inputs.markets,
    (spec) => inputs.coins[spec.coin].preCrashDailyVolatility / Math.sqrt(1440),
  );
  return {
    nowMicros: inputs.startMicros - inputs.warmUpMicros,
    stepMicros: inputs.stepMicros,
    startMicros: inputs.startMicros,
    marketCount: count,
    coinCount: inputs.coins.length,
    venueCount: venues.length,
    spotMarketAt: Int32Array.from(venues.flatMap(({ spotOfCoin }) => [...spotOfCoin])),
    perpMarketAt: Int32Array.from(venues.flatMap(({ perpOfCoin }) => [...perpOfCoin])),
    venueOfMarket: Uint8Array.from(inputs.markets, (spec) => spec.venue),
    halted: sharedUint8(count),
    coinOfMarket: Int32Array.from(inputs.markets, (spec) => spec.coin),
    quantaPerTickLot: Float64Array.from(inputs.markets, (spec) => spec.quantaPerTickLot),
    tickSize: Float64Array.from(inputs.markets, (spec) => spec.tickSize),
    lotSize: Float64Array.from(inputs.markets, (spec) => spec.lotSize),
    bidTicks: column(),
    askTicks: column(),
    midTicks: shared(start),
    midAgeMicros: column(),
    lastTicks: shared(start),
    markTicks,
    indexTicks: shared(start),
    bidDepthLots: column(),
    askDepthLots: column(),
    return1m: column(),
    return5m: column(),
    return30m: column(),
    return4h: column(),
    return24h: column(),
    volatilityFast: shared(volatility),
    volatilitySlow: shared(volatility),
    fundingRate: column(),
    openInterestLots: column(),
    liquidatedLongLots: column(),
    liquidatedShortLots: column(),
    liquidationBelowLots: sharedFloat64(LIQUIDATION_BINS * count),
    liquidationAboveLots: sharedFloat64(LIQUIDATION_BINS * count),
    liquidationGridTicks: shared(start),
    takerBuyLots: column(),
    takerSellLots: column(),
    boughtLots: column(),
    soldLots: column(),
    beta: Float64Array.from(inputs.coins, (coin) => coin.preCrashBeta),
    fundamental: shared(Float64Array.from(inputs.coins, (coin) => coin.startPrice)),
    sentiment: sharedFloat64(1),
  };
}

/** The estimates that write into the view, per market; none for spot. */
export function liquidationEstimates(
  { tiers, perpetual }: LedgerMarkets,
  { liquidationBelowLots, liquidationAboveLots }: WritableView,
): (LiquidationEstimate | undefined)[] {
  return tiers.map(({ maintenancePpm, maxLeverage }, market) => {
    if (perpetual[market] === 0) return undefined;
    const from = LIQUIDATION_BINS * market;
    const to = from + LIQUIDATION_BINS;
    return new LiquidationEstimate(
      liquidationBelowLots.subarray(from, to),
      liquidationAboveLots.subarray(from, to),
      { maintenanceRate: maintenancePpm[0] / PPM, maxLeverage: maxLeverage[0] },
    );
  });
}

function shared(values: Float64Array): Float64Array {
  const column = sharedFloat64(values.length);
  column.set(values);
  return column;
}
