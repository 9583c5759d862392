/**
 * How far the prices of one coin were apart between venues. Metrics phase.
 *
 * gap = (highest - lowest) / price at the first venue, of the mids of the venues that list the coin and have it not
 * halted at the sample. A frozen mid of a halted market is left out: nobody can trade at it, so it would show the length
 * of the halt and not a difference between markets.
 */
import { MICROS_PER_MINUTE } from "../units.ts";
import { finiteOrNull } from "./quantile.ts";
import { timeOfSample } from "./run-view.ts";
import type { RunView } from "./run-view.ts";
import type { PriceGap, VenueGaps } from "./venue-summary.ts";
import type { VenuePath } from "./venue-view.ts";

const WIDE = 0.01;

/** One entry for each coin that at least two venues list, in the order of the coins. */
export function venueGaps(view: RunView, paths: readonly VenuePath[]): VenueGaps[] {
  return view.coins.flatMap((name, coin) => {
    const listed = paths.filter((path) => path.coin === coin);
    if (listed.length < 2) return [];
    return [
      {
        coin: name,
        venues: listed.map(({ venue }) => view.run.venues[venue].name),
        spot: priceGap(view, listed, "spot"),
        perpetual: priceGap(view, listed, "perp"),
      },
    ];
  });
}

function priceGap(view: RunView, listed: readonly VenuePath[], column: "spot" | "perp"): PriceGap {
  const { times, run } = view;
  let samples = 0;
  let sum = 0;
  let wideMicros = 0;
  let largest = { gap: -1, sample: -1, low: -1, high: -1 };
  for (let i = 0; i < times.length; i++) {
    const found = gapAt(listed, column, i);
    if (found === null) continue;
    samples++;
    sum += found.gap;
    if (found.gap > WIDE && i > 0) wideMicros += times[i] - times[i - 1];
    if (found.gap > largest.gap) largest = { ...found, sample: i };
  }
  const none = samples === 0;
  return {
    largest: none ? null : largest.gap,
    largestTime: none ? null : timeOfSample(view, largest.sample),
    cheapest: none ? null : run.venues[largest.low].name,
    dearest: none ? null : run.venues[largest.high].name,
    mean: none ? null : finiteOrNull(sum / samples),
    minutesAboveOnePercent: wideMicros / MICROS_PER_MINUTE,
    samples,
  };
}

/** The gap at a sample and the venues at its ends; null with fewer than two prices. */
function gapAt(
  listed: readonly VenuePath[],
  column: "spot" | "perp",
  sample: number,
): { readonly gap: number; readonly low: number; readonly high: number } | null {
  let prices = 0;
  let first = NaN;
  let [lowest, highest] = [Infinity, -Infinity];
  let [low, high] = [-1, -1];
  for (const path of listed) {
    const price = path[column][sample];
    // Also false for an undefined price.
    if (!(price > 0) || path.halted?.[sample] === 1) continue;
    if (prices === 0) first = price;
    prices++;
    if (price < lowest) [lowest, low] = [price, path.venue];
    if (price > highest) [highest, high] = [price, path.venue];
  }
  return prices < 2 ? null : { gap: (highest - lowest) / first, low, high };
}
