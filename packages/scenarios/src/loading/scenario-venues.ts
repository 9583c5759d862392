/**
 * The venues of a scenario in order, whichever of `venue` and `venues` its file has: the one list that all else reads.
 *
 * Before a scenario is resolved `listVenues` reads what the schema accepted; `venuesOf` reads a resolved one, with
 * the rules of each venue. Reads only, checks nothing.
 */
import type { IndexRules } from "@undertow/core";
import type { PopulationData, ScenarioData } from "../schema/scenario-schema.ts";
import type { NamedVenueData, VenueData } from "../schema/venue-schema.ts";
import type { RunRules } from "../venues/run-rules.ts";
import type { Path } from "./located.ts";
import type { ResolvedScenario } from "./resolved-scenario.ts";

/** A venue as its file describes it. */
export interface ListedVenue {
  /** Key in `venues`; undefined for the venue of a scenario with one. */
  readonly key: string | undefined;
  /** Where it stands in the file: `venue`, or `venues` and its name. */
  readonly path: Path;
  readonly settings: VenueData | NamedVenueData;
  /** Coins that it lists, in the scenario's order. */
  readonly coins: readonly string[];
}

/** A venue with the rules that a run follows on it. */
export interface ScenarioVenue extends ListedVenue {
  /** Its name in `venues`; of a scenario with one venue, the profile's. */
  readonly name: string;
  readonly rules: RunRules;
  readonly indexRules: IndexRules;
}

/** What the list is made of. */
export type VenueSections = Partial<Pick<ScenarioData, "venue" | "venues" | "coins">>;

/**
 * The venues in the order of the file, the reference first; none if the file has both forms, as it is not known which
 * is meant. Coins that the scenario does not have are left out.
 */
export function listVenues({ venue, venues, coins }: VenueSections): ListedVenue[] {
  const names = Object.keys(coins ?? {});
  if (venue !== undefined && venues !== undefined) return [];
  if (venue !== undefined) return [{ key: undefined, path: ["venue"], settings: venue, coins: names }];
  return Object.entries(venues ?? {}).map(([key, settings]) => ({
    key,
    path: ["venues", key],
    settings,
    coins: names.filter((name) => settings.coins?.includes(name) ?? true),
  }));
}

/**
 * The venues of a resolved scenario in order, the reference first.
 *
 * @example
 *     const scenario = await loadScenario("quickstart");
 *     venuesOf(scenario).map(({ name, settings }) => [name, settings.coverage]); // [["binance-like", 1]]
 */
export function venuesOf(scenario: ResolvedScenario): ScenarioVenue[] {
  return listVenues(scenario).map((listed): ScenarioVenue => {
    if (listed.key === undefined)
      return {
        ...listed,
        name: scenario.profile!.name,
        rules: scenario.profile!,
        indexRules: scenario.indexRules!,
      };
    const { rules, indexRules } = scenario.venues![listed.key];
    return { ...listed, name: listed.key, rules, indexRules };
  });
}

/** Coverage of a coin by the venues that list it, together. */
export function coverageOf(venues: readonly ListedVenue[], coin: string): number {
  let sum = 0;
  for (const { coins, settings } of venues) if (coins.includes(coin)) sum += settings.coverage;
  return sum;
}

/** Names of the run's markets, by index: for each venue and coin spot before perpetual, with several venues `@NAME`. */
export function marketNames(venues: readonly ListedVenue[]): string[] {
  return venues.flatMap(({ key, coins }) => {
    const suffix = venues.length > 1 ? `@${key}` : "";
    return coins.flatMap((coin) => [`${coin}-SPOT${suffix}`, `${coin}-PERP${suffix}`]);
  });
}

/** Part of a coin's open interest and depth that is on a venue, by coverage; 0 where it is not listed. */
export function shareOf(venues: readonly ListedVenue[], venue: number, coin: string): number {
  const listed = venues[venue];
  return listed?.coins.includes(coin) ? listed.settings.coverage / coverageOf(venues, coin) : 0;
}

/** Indices of a population's venues, home first; the first venue unless it names others. Unknown names are left out. */
export function venuesOfPopulation(
  venues: readonly ListedVenue[],
  { venue, venues: several }: Pick<PopulationData, "venue" | "venues">,
): number[] {
  const named = several ?? (venue === undefined ? [] : [venue]);
  const found = named.map((name) => venues.findIndex(({ key }) => key === name)).filter((k) => k >= 0);
  return found.length > 0 ? found : [0];
}

/** Names of the coins that a population trades: those that it names, or all that its home venue lists. */
export function coinsOfPopulation(
  venues: readonly ListedVenue[],
  population: Pick<PopulationData, "venue" | "venues" | "coins">,
): readonly string[] {
  if (population.coins !== "all") return population.coins;
  return venues[venuesOfPopulation(venues, population)[0]]?.coins ?? [];
}
