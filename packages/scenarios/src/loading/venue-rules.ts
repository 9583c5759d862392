/**
 * The rules of a scenario's venues: each one's profile for the coins that it lists, on the first day.
 *
 * A profile that there is not, or one that a run cannot follow, is a problem at the line that names it. What is
 * followed in part becomes an assumed value. Reads the bundled profiles only.
 */
import type { IndexRules, Problem } from "@undertow/core";
import type { RuleNote } from "../venues/rule-forms.ts";
import { type RunRules, runRules } from "../venues/run-rules.ts";
import { loadVenueProfile, venueProfileNames } from "../venues/venue-profile.ts";
import type { Sections } from "./cross-checks.ts";
import { type LocatedMap, type Path, showPath, valuePositionAt } from "./located.ts";
import { problemAt, unknownName } from "./problems.ts";
import { type ListedVenue, listVenues } from "./scenario-venues.ts";

/** The rules of one venue. */
export interface RulesOfVenue {
  readonly rules: RunRules;
  readonly indexRules: IndexRules;
  /** Paths in the scenario. */
  readonly notes: readonly RuleNote[];
}

/** Rules of every venue in order; undefined for one that has a flaw, which goes to `problems`. */
export async function rulesOfVenues(
  root: LocatedMap,
  sections: Sections,
  problems: Problem[],
): Promise<(RulesOfVenue | undefined)[]> {
  const venues = listVenues(sections);
  const start = sections.time?.start;
  const found: (RulesOfVenue | undefined)[] = [];
  for (const venue of venues) {
    const path = [...venue.path, "profile"];
    const { profile } = venue.settings;
    if (!venueProfileNames.includes(profile)) problems.push(unknownProfile(root, path, profile));
    else if (start !== undefined && sections.coins !== undefined) {
      found.push(await rulesOf(root, venue, start, venues.length > 1, problems));
      continue;
    }
    found.push(undefined);
  }
  return found;
}

async function rulesOf(
  root: LocatedMap,
  venue: ListedVenue,
  start: string,
  hasOthers: boolean,
  problems: Problem[],
): Promise<RulesOfVenue | undefined> {
  const { profile } = venue.settings;
  const path = [...venue.path, "profile"];
  const result = runRules(await loadVenueProfile(profile), { coins: venue.coins, start });
  if (result.ok) {
    const tables = result.coinsByRule.map(({ coin, note }) => ({ path: `tiers.${coin}`, note }));
    // An index of one source is that source, whatever the form.
    const notes = [...tables, ...result.notes, ...(hasOthers ? result.indexNotes : [])];
    return {
      rules: result.rules,
      indexRules: result.indexRules,
      notes: notes.map(({ path: rule, note }) => ({ path: `${showPath(path)}.${rule}`, note })),
    };
  }
  for (const { path: rule, expected, found } of result.unsupported)
    problems.push(
      problemAt(valuePositionAt(root, path), path, {
        message: `a run cannot follow ${rule} of ${profile}`,
        expected,
        found,
      }),
    );
  return undefined;
}

function unknownProfile(root: LocatedMap, path: Path, name: string): Problem {
  return problemAt(valuePositionAt(root, path), path, {
    ...unknownName("there is no such venue profile", name, venueProfileNames),
    found: `"${name}"`,
  });
}
