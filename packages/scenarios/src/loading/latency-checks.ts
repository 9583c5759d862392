/**
 * Checks of the latency section against venues and populations: names of regions, of venues and of populations, and
 * agents that there are.
 *
 * Part of the cross-checks; runs on whatever the schema accepted. Never changes a value.
 */
import type { LatencyData } from "../schema/latency-schema.ts";
import type { Check } from "./cross-checks.ts";
import type { Path } from "./located.ts";
import { unknownName } from "./problems.ts";
import { venuesOfPopulation } from "./scenario-venues.ts";

/** Every flaw of latencies. */
export function checkLatencies(check: Check): void {
  const { latency } = check.sections;
  checkPopulationRegions(check);
  if (latency === undefined || check.venues.length === 0) return;
  checkRegions(check, latency);
  latency.pairs.forEach((pair, k) => checkPair(check, pair, ["latency", "pairs", k]));
}

function checkPopulationRegions({ sections: { latency, populations }, value }: Check): void {
  const known = Object.keys(latency?.regions ?? {});
  for (const [name, { region }] of Object.entries(populations ?? {})) {
    for (const found of region?.names ?? []) {
      if (known.includes(found)) continue;
      const expected = 'a region of "latency.regions", and the scenario has none';
      value(
        ["populations", name, "region"],
        unknownName(`there is no region "${found}"`, found, known, expected),
      );
    }
  }
}

function checkRegions(check: Check, { regions }: LatencyData): void {
  const keys = venueKeys(check);
  for (const [name, { venues }] of Object.entries(regions)) {
    for (const venue of Object.keys(venues)) {
      if (!keys.includes(venue))
        check.key(["latency", "regions", name, "venues", venue], unknownVenue(venue, keys));
    }
  }
}

function checkPair(check: Check, pair: LatencyData["pairs"][number], path: Path): void {
  const { sections, venues } = check;
  const { venue, agents } = pair;
  const keys = venueKeys(check);
  if (venue !== undefined && !keys.includes(venue))
    check.value([...path, "venue"], unknownVenue(venue, keys));
  if (venue === undefined && keys.length > 0)
    check.key([...path, "venue"], { message: '"venue" is missing', expected: `one of ${keys.join(", ")}` });
  if (sections.populations === undefined) return;
  const names = Object.keys(sections.populations);
  if (!names.includes(pair.population)) {
    const parts = unknownName(`there is no population "${pair.population}"`, pair.population, names);
    check.value([...path, "population"], parts);
    return;
  }
  const population = sections.populations[pair.population];
  const home = venuesOfPopulation(venues, population).map((index) => venues[index].key);
  if (venue !== undefined && keys.includes(venue) && !home.includes(venue))
    check.value([...path, "venue"], {
      message: `${pair.population} has no account on ${venue}`,
      expected: `one of ${home.join(", ")}`,
    });
  if (agents === undefined || (agents[0] <= agents[1] && agents[1] < population.count)) return;
  check.value([...path, "agents"], {
    message: `these are no agents of ${pair.population}`,
    expected: `first and last, from 0 to ${population.count - 1}`,
    found: `[${agents.join(", ")}]`,
  });
}

/** Names of the venues; none of a scenario with one venue. */
function venueKeys({ venues }: Check): string[] {
  return venues.flatMap(({ key }) => (key === undefined ? [] : [key]));
}

function unknownVenue(name: string, keys: readonly string[]): ReturnType<typeof unknownName> {
  const message =
    keys.length === 0 ? "the scenario has one venue, without a name" : `the scenario has no venue "${name}"`;
  return unknownName(message, name, keys, 'a scenario with "venues"');
}
