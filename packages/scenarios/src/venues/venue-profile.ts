/**
 * Venue profiles: an exchange's rules as dated data, read from `venues/*.yaml`.
 *
 * Values come out in base
 * units (fractions, settlement-currency units, microseconds), their sources beside them by path. All problems of
 * a file are reported at once with their place. Never holds a trader's data.
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Problem, UserError } from "@undertow/core";
import { toPlain } from "../loading/located.ts";
import { schemaProblems, sortProblems, unknownName } from "../loading/problems.ts";
import { parseYaml } from "../loading/yaml-file.ts";
import { checkOrigins, type Origins, separateOrigins } from "./origins.ts";
import { checkProfile } from "./profile-checks.ts";
import { type ProfileData, profileSchema } from "./profile-schema.ts";

/**
 * A venue's rules in base units: shares as fractions, money in units of `contract.settlement`, times in
 * microseconds. `origins` has the source of every value by its path.
 */
export type VenueProfile = ProfileData & { readonly name: string; readonly origins: Origins };

/** A profile in a line. */
export interface VenueListing {
  readonly name: string;
  readonly title: string;
  readonly settlement: string;
  /** Coins with margin tables of their own. */
  readonly coins: readonly string[];
}

const FOLDER = new URL("../../venues/", import.meta.url);

/** Names of the bundled profiles, the default first. */
export const venueProfileNames: readonly string[] = [
  "binance-like",
  "hyperliquid-like",
  "dydx-like",
  "bitmex-like",
];

/**
 * Loads a bundled profile.
 *
 * @throws UserError `unknown-venue` for a name that there is not, with the nearest one; `venue-profile` with
 *   every problem of the file
 * @example
 *     const profile = await loadVenueProfile("hyperliquid-like");
 *     profile.backstop.kind; // "vault"
 *     profile.origins["funding.interval"].source;
 */
export async function loadVenueProfile(name: string): Promise<VenueProfile> {
  if (!venueProfileNames.includes(name)) {
    const message = `there is no venue profile named "${name}"`;
    throw new UserError("unknown-venue", unknownName(message, name, venueProfileNames));
  }
  const file = fileURLToPath(new URL(`${name}.yaml`, FOLDER));
  return parseVenueProfile(await readFile(file, "utf8"), name, `venues/${name}.yaml`);
}

/**
 * Reads a profile from text; `file` names it in problems.
 *
 * @throws UserError `venue-profile` with every problem: values, sources, margin tables
 */
export function parseVenueProfile(yaml: string, name: string, file: string): VenueProfile {
  const problems: Problem[] = [];
  const root = parseYaml(yaml, file, problems);
  if (problems.length > 0) throw new UserError("venue-profile", sortProblems(problems));
  const separated = separateOrigins(root, problems);
  checkOrigins(separated, problems);
  const parsed = profileSchema.safeParse(toPlain(separated.tree));
  if (!parsed.success) problems.push(...schemaProblems(parsed.error.issues, profileSchema, separated.tree));
  else problems.push(...checkProfile(parsed.data, separated.tree));
  if (problems.length > 0) throw new UserError("venue-profile", sortProblems(problems));
  return { name, ...parsed.data!, origins: separated.origins };
}

/** The bundled profiles, the default first. */
export async function listVenueProfiles(): Promise<VenueListing[]> {
  const profiles = await Promise.all(venueProfileNames.map(loadVenueProfile));
  return profiles.map(({ name, title, contract, tiers }) => ({
    name,
    title,
    settlement: contract.settlement,
    coins: Object.values(tiers.classes).flatMap(({ coins }) => coins),
  }));
}
