/**
 * Builds the venues of a run and their markets from the inputs. Called once, by build-world.ts.
 */
import type { Ledger } from "../accounts/ledger.ts";
import { TRIGGER_BUCKETS, TriggerLadder } from "../accounts/trigger-ladder.ts";
import { allocateShared } from "../market/allocate.ts";
import type { FillBuffer } from "../market/fill-buffer.ts";
import { PremiumAverage } from "../market/funding-rate.ts";
import { BasisAverage } from "../market/mark-price.ts";
import { LinearImpactBook } from "../market/linear-impact-book.ts";
import { OrderBook } from "../market/order-book.ts";
import { PriceHistory } from "../market/price-history.ts";
import { EMPTY_EMA } from "../mechanics/moving-averages.ts";
import type { SimulationInputs, VenueSpec } from "./inputs.ts";
import type { Market } from "./market.ts";
import { emptyVenueTotals, type Venue } from "./venue.ts";
import { longestLagSteps } from "./venue-events.ts";
import type { IndexSourceRow } from "./venue-index.ts";
import type { RunSlotColumns } from "./world-columns.ts";

/** What all markets share. */
export interface MarketParts {
  readonly fills: FillBuffer;
  readonly slots: RunSlotColumns;
  /** Heads of the stops' trigger ladders, two blocks per market. */
  readonly heads: Int32Array;
  readonly ledger: Ledger;
  /** -1 when no market has linear impact. */
  readonly clearingAccount: number;
}

/** Venues with their markets, both in the order of the inputs. */
export function buildVenues(
  inputs: SimulationInputs,
  firstVenueAccount: number,
  parts: MarketParts,
): { readonly venues: readonly Venue[]; readonly markets: readonly Market[] } {
  const coins = inputs.coins.length;
  const venues = inputs.venues.map((spec, index): Venue => ({
    index,
    spec,
    markets: [],
    spotOfCoin: new Int32Array(coins).fill(-1),
    perpOfCoin: new Int32Array(coins).fill(-1),
    fundAccount: firstVenueAccount + 2 * index,
    feeAccount: firstVenueAccount + 2 * index + 1,
    outage: false,
    transfersHalted: false,
    totals: emptyVenueTotals(),
  }));
  const markets = inputs.markets.map((spec, index) => {
    const venue = venues[spec.venue];
    const market = buildMarket(inputs, index, venue, parts);
    venue.markets.push(market);
    (market.perpetual ? venue.perpOfCoin : venue.spotOfCoin)[market.coin] = index;
    return market;
  });
  return { venues, markets };
}

function buildMarket(
  inputs: SimulationInputs,
  index: number,
  venue: Venue,
  { fills, slots, heads, ledger, clearingAccount }: MarketParts,
): Market {
  const spec = inputs.markets[index];
  const headsOf = (part: number): Int32Array =>
    heads.subarray((index * 2 + part) * TRIGGER_BUCKETS, (index * 2 + part + 1) * TRIGGER_BUCKETS);
  const shared = { maxTicks: spec.maxTicks, ownerHead: slots.orderHead, fills, marketIndex: index };
  const minuteVolatility = inputs.coins[spec.coin].preCrashDailyVolatility / Math.sqrt(1440);
  return {
    index,
    venue,
    coin: spec.coin,
    perpetual: spec.kind === "perpetual",
    quantaPerTickLot: spec.quantaPerTickLot,
    tickSize: spec.tickSize,
    lotSize: spec.lotSize,
    makerFeePpm: spec.makerFeePpm,
    takerFeePpm: spec.takerFeePpm,
    bandPpm: spec.priceBandPpm,
    maxTicks: spec.maxTicks,
    impactTickLots: Math.floor(spec.impactNotionalQuanta / spec.quantaPerTickLot),
    tiers: ledger.markets.tiers[index],
    book:
      spec.clearing === undefined
        ? new OrderBook({ ...shared, orderCapacity: spec.orderCapacity, allocate: allocateShared })
        : new LinearImpactBook({
            ...shared,
            clearing: spec.clearing,
            startTicks: spec.startTicks,
            clearingOwner: ledger.slotOf(clearingAccount, index),
          }),
    basis: new BasisAverage(basisSamples(venue.spec.mark)),
    basisEma: { ...EMPTY_EMA },
    bookEma: { ...EMPTY_EMA },
    premium: new PremiumAverage(venue.spec.funding.averaging),
    history: new PriceHistory(minuteVolatility * minuteVolatility),
    stopTriggers: new TriggerLadder(
      spec.maxTicks,
      {
        ticks: slots.stopTicks,
        direction: slots.stopDirection,
        next: slots.stopNext,
        previous: slots.stopPrevious,
      },
      headsOf(0),
      headsOf(1),
    ),
    halted: false,
    cancelsAllowed: true,
    indexLagSteps: 0,
    haltedMicros: 0,
    indexSources: indexSources(inputs, index),
    freshIndexTicks: spec.startTicks,
    indexPast: indexPast(inputs, index),
    firstMessage: -1,
    lastMessage: -1,
    lastTradeTicks: 0,
    openInterestLots: 0,
    fundingPpb: 0,
  };
}

/** Samples in the window of the basis; 1 where the mark has no such window. */
function basisSamples(mark: VenueSpec["mark"]): number {
  return "samples" in mark ? mark.samples : 1;
}

/** Room for the longest lag of the index that is scheduled for the market. */
function indexPast(inputs: SimulationInputs, market: number): Float64Array {
  const steps = longestLagSteps(inputs, market);
  return new Float64Array(steps === 0 ? 0 : steps + 1);
}

/** The sources of a perpetual's index with their ticks converted; none for spot. */
function indexSources(inputs: SimulationInputs, index: number): IndexSourceRow[] {
  const { coin, kind, venue, tickSize } = inputs.markets[index];
  if (kind === "spot") return [];
  const { sources } = inputs.venues[venue].index;
  return sources
    .filter((source) => inputs.markets[source.market].coin === coin)
    .map(({ market, weight }) => ({
      market,
      weight,
      ticksPerTick: inputs.markets[market].tickSize / tickSize,
    }));
}
