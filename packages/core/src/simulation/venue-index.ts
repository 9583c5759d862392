/**
 * The index of a perpetual: what its venue makes of the spot markets it draws on, on this venue or others, by the
 * forms of mechanics/index-price.ts. Part of phase 7.
 *
 * Prices are converted to ticks of the perpetual. Of several sources one that is halted, or whose book has lost a side,
 * ages, and by the venue's rule counts for nothing once it is stale; a single source stands at its last middle. Never reads a perpetual or the fundamental.
 */
import {
  droppingMeanIndex,
  type IndexSource,
  weightedMeanIndex,
  weightedMedianIndex,
} from "../mechanics/index-price.ts";
import { MICROS_PER_SECOND } from "../units.ts";
import type { Market, World } from "./world.ts";

/** A coin's sources on a venue, with what converts their ticks. */
export interface IndexSourceRow {
  readonly market: number;
  readonly weight: number;
  /** Ticks of the perpetual per tick of the source. */
  readonly ticksPerTick: number;
}

/** Index in ticks of the perpetual, fresh; may be a fraction. */
export function freshIndex(world: World, market: Market): number {
  const sources = market.indexSources;
  const { indexTicks } = world.view;
  if (sources.length === 1) {
    const only = sources[0];
    return only.ticksPerTick === 1 ? indexTicks[only.market] : indexTicks[only.market] * only.ticksPerTick;
  }
  const { rules } = market.venue.spec.index;
  const prices = sources.map((source): IndexSource => ({
    price: indexTicks[source.market] * source.ticksPerTick,
    weight: source.weight,
    ageSeconds: ageMicros(world, source.market) / MICROS_PER_SECOND,
  }));
  if (rules.kind === "weighted-median") return weightedMedianIndex(prices, rules).price;
  if (rules.kind === "dropping-mean") return droppingMeanIndex(prices, rules).price;
  return weightedMeanIndex(prices, rules).price;
}

/** Time since a spot market last showed a price that somebody could trade at. */
function ageMicros(world: World, index: number): number {
  const market = world.markets[index];
  const { book } = market;
  const now = world.nowMicros + world.inputs.stepMicros;
  const halted = market.halted ? now - market.haltedMicros : 0;
  const twoSided = book.bestBid() > 0 && book.bestAsk() > 0;
  return Math.max(halted, twoSided ? 0 : world.view.midAgeMicros[index] + world.inputs.stepMicros);
}
