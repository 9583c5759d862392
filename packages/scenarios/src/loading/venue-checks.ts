/**
 * Checks between venues, coins and populations: one form of the section, coverage, listings, index weights, events.
 *
 * Part of the cross-checks; runs on whatever the schema accepted. Never changes a value.
 */
import type { PopulationData } from "../schema/scenario-schema.ts";
import { eventFlaws } from "../venues/venue-events.ts";
import type { Check } from "./cross-checks.ts";
import { type LocatedMap, nodeAt, type Path } from "./located.ts";
import { unknownName, type UnknownName } from "./problems.ts";
import { coverageOf, type ListedVenue, venuesOfPopulation } from "./scenario-venues.ts";

/** Sums of shares and of coverage may miss by this much. */
const ROUNDING = 1e-9;

/** A scenario has a venue, or several by name. */
export function checkVenueForm(root: LocatedMap, check: Check): void {
  const [one, several] = [nodeAt(root, ["venue"]), nodeAt(root, ["venues"])];
  if (one === undefined && several === undefined)
    check.key(["venue"], {
      message: '"venue" is missing',
      expected: 'a map, or "venues" with several by name',
    });
  if (one !== undefined && several !== undefined)
    check.key(["venues"], {
      message: 'a scenario has either "venue" or "venues"',
      expected: "one of the two",
      remedy: "Remove one; `venue: null` removes that of the scenario that is extended.",
    });
  if (several?.kind === "map" && several.entries.size === 0)
    check.key(["venues"], { message: "a scenario needs at least one venue" });
}

/** Coins of venues and of their events are the scenario's, and each coin is listed somewhere. */
export function checkListings(check: Check): void {
  const { coins } = check.sections;
  if (coins === undefined || check.venues.length === 0) return;
  for (const venue of check.venues) checkVenueCoins(check, venue, Object.keys(coins));
  for (const name of Object.keys(coins)) {
    const sum = coverageOf(check.venues, name);
    if (sum === 0) check.key(["coins", name], { message: `no venue lists ${name}` });
    if (sum <= 1 + ROUNDING) continue;
    check.key(["venues"], {
      message: `the venues that list ${name} cover more than the whole market`,
      expected: "a sum of coverages of at most 1",
      found: shown(sum),
    });
  }
}

function checkVenueCoins(check: Check, venue: ListedVenue, names: readonly string[]): void {
  const { path, settings } = venue;
  const own = "coins" in settings ? settings.coins : undefined;
  own?.forEach((name, k) => {
    if (!names.includes(name)) check.value([...path, "coins", k], unknownCoin(name, names));
    if (own.indexOf(name) < k) check.value([...path, "coins", k], { message: `${name} is listed twice` });
  });
  settings.events?.forEach((event, k) => {
    if (!("coins" in event)) return;
    event.coins?.forEach((name, n) => {
      const at = [...path, "events", k, "coins", n];
      if (!names.includes(name)) check.value(at, unknownCoin(name, names));
      else if (!venue.coins.includes(name)) check.value(at, notListed(venue, name));
    });
  });
}

/** Weights name venues, and every coin that a venue lists has a source. */
export function checkIndexWeights(check: Check): void {
  const keys = check.venues.map(({ key }) => String(key));
  for (const venue of check.venues) {
    const { settings, path } = venue;
    const weights = "index" in settings ? settings.index?.weights : undefined;
    if (weights === undefined) continue;
    const at = [...path, "index", "weights"];
    for (const name of Object.keys(weights))
      if (!keys.includes(name)) check.key([...at, name], unknownVenue(name, keys));
    const sources = check.venues.filter(({ key }) => Object.hasOwn(weights, String(key)));
    for (const coin of venue.coins) {
      if (sources.some(({ coins }) => coins.includes(coin))) continue;
      check.key(at, {
        message: `no venue with a weight lists ${coin}, so ${String(venue.key)} has no index of it`,
        expected: "a weight of a venue that lists it",
      });
    }
  }
}

/** Events lie in the run and do not overlap. */
export function checkEvents({ sections: { time }, venues, value }: Check): void {
  if (time === undefined) return;
  for (const { path, settings } of venues) {
    const where = [...path, "events"];
    for (const { path: at, ...parts } of eventFlaws(settings.events ?? [], time, where.join(".")))
      value([...where, ...at], parts);
  }
}

/** Populations name venues that there are, and trade coins that their home venue lists. */
export function checkPopulationVenues(check: Check): void {
  const { venues, sections } = check;
  if (venues.length === 0) return;
  for (const [name, population] of Object.entries(sections.populations ?? {})) {
    const path = ["populations", name];
    checkVenueNames(check, path, population.venue, population.venues);
    if (population.coins === "all" || !isAtHome(venues, population)) continue;
    const home = venues[venuesOfPopulation(venues, population)[0]];
    population.coins.forEach((coin, k) => {
      const isKnown = sections.coins !== undefined && Object.hasOwn(sections.coins, coin);
      if (isKnown && !home.coins.includes(coin)) check.value([...path, "coins", k], notListed(home, coin));
    });
  }
}

/** True if every venue that the population names is one of the scenario's. */
function isAtHome(
  venues: readonly ListedVenue[],
  { venue, venues: several = [] }: Pick<PopulationData, "venue" | "venues">,
): boolean {
  const named = venue === undefined ? several : [venue, ...several];
  return named.every((name) => venues.some(({ key }) => key === name));
}

function checkVenueNames(
  check: Check,
  path: Path,
  one: string | undefined,
  several: readonly string[] | undefined,
): void {
  if (one !== undefined && several !== undefined)
    check.key([...path, "venues"], {
      message: 'a population has either "venue" or "venues"',
      expected: "one of the two",
    });
  const keys = check.venues.map(({ key }) => key).filter((key) => key !== undefined);
  const known = (at: Path, name: string): void => {
    if (keys.length === 0)
      check.value(at, {
        message: "the scenario has one venue, without a name",
        expected: 'a scenario with "venues"',
        found: `"${name}"`,
      });
    else if (!keys.includes(name)) check.value(at, unknownVenue(name, keys));
  };
  if (one !== undefined) known([...path, "venue"], one);
  several?.forEach((name, k) => {
    known([...path, "venues", k], name);
    if (several.indexOf(name) < k) check.value([...path, "venues", k], { message: `${name} is named twice` });
  });
}

/** Longs equal shorts and together make the open interest: shares add to 1 for each venue, coin and side. */
export function checkOpenInterestShares({ sections, venues, key }: Check): void {
  const { coins, populations } = sections;
  if (coins === undefined || populations === undefined) return;
  // A population without a home is a flaw of its own, and its shares are nowhere.
  if (!Object.values(populations).every((population) => isAtHome(venues, population))) return;
  const homes = Object.values(populations).map((population) => ({
    population,
    home: venuesOfPopulation(venues, population)[0],
  }));
  for (const [name, coin] of Object.entries(coins)) {
    if (coin.openInterest === 0) continue;
    venues.forEach((venue, v) => {
      if (!venue.coins.includes(name)) return;
      const holders = homes.filter(({ home }) => home === v).map(({ population }) => population);
      for (const side of ["perpLongShare", "perpShortShare"] as const) {
        let sum = 0;
        for (const { coins: traded, endowment } of holders)
          if (traded === "all" || traded.includes(name)) sum += endowment[side] ?? 0;
        if (Math.abs(sum - 1) <= 1e-6) continue;
        const whose =
          venues.length > 1
            ? `the ${side} of ${name} of the populations at home on ${venue.key!}`
            : `the populations' ${side} of ${name}`;
        key(["populations"], {
          message: `${whose} must add to 1, so that the open interest is held`,
          expected: "1",
          found: String(Math.round(sum * 1e6) / 1e6),
        });
      }
    });
  }
}

/** A problem's words for a coin that there is not. */
export function unknownCoin(name: string, names: readonly string[]): UnknownName {
  return unknownName(`the scenario has no coin "${name}"`, name, names);
}

function unknownVenue(name: string, keys: readonly string[]): UnknownName {
  return unknownName(`the scenario has no venue "${name}"`, name, keys);
}

function notListed({ key, coins }: ListedVenue, coin: string): UnknownName {
  return unknownName(`${key ?? "the venue"} does not list ${coin}`, coin, coins, "a coin that it lists");
}

/** A sum without the noise of its last digits. */
export function shown(value: number): string {
  return String(Math.round(value * 1e9) / 1e9);
}

/** True within rounding. */
export function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= ROUNDING;
}
