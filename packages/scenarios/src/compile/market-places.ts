/**
 * Where each market stands in the run: by venue, then coin in the scenario's order, spot before perpetual.
 *
 * With one venue that lists all coins the spot pair of coin k is market 2k, its perpetual 2k + 1.
 */
import type { ScenarioVenue } from "../loading/scenario-venues.ts";

/** Indices of a coin's markets on a venue. */
export interface MarketPlace {
  readonly spot: number;
  readonly perpetual: number;
}

/** For each venue the places of the coins that it lists, in order. */
export function marketPlaces(venues: readonly ScenarioVenue[]): ReadonlyMap<string, MarketPlace>[] {
  let next = 0;
  return venues.map(({ coins }) => {
    const places = new Map<string, MarketPlace>();
    for (const coin of coins) {
      places.set(coin, { spot: next, perpetual: next + 1 });
      next += 2;
    }
    return places;
  });
}
