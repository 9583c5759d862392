/**
 * Venue profiles: an exchange's rules as dated data, read from `venues/*.yaml`.
 *
 * Every value carries its source. Tier tables are checked on load: maintenance amounts must make the margin
 * continuous across brackets (cum_n = cum_(n-1) + floor_n (rate_n - rate_(n-1))). Never holds a trader's data.
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Problem, UserError } from "@undertow/core";
import * as z from "zod";
import { type Located, type Path, toPlain, valuePositionAt } from "../loading/located.ts";
import { problemAt, schemaProblems, sortProblems } from "../loading/problems.ts";
import { parseYaml } from "../loading/yaml-file.ts";
import { coinName, quantity, text } from "../schema/leaves.ts";

const rate = (description: string): z.ZodType<number> =>
  quantity("ratio", { description, min: 0, max: 1, sourced: true });
const duration = (description: string): z.ZodType<number> =>
  quantity("duration", { description, above: 0, sourced: true });
const signedRate = (description: string): z.ZodType<number> =>
  quantity("ratio", { description, min: -0.01, max: 0.01, sourced: true });

const tier = z.strictObject({
  floor: quantity("money", { description: "Notional above which the bracket holds.", min: 0 }),
  maxLeverage: quantity("ratio", { description: "Highest leverage.", min: 1 }),
  maintenance: quantity("ratio", { description: "Maintenance margin rate.", above: 0, max: 1 }),
  amount: quantity("money", { description: "Maintenance amount.", min: 0 }),
});

const fees = z.strictObject({ maker: signedRate("Maker fee."), taker: signedRate("Taker fee.") });

const profileSchema = z.strictObject({
  title: text("One line."),
  fees: z.strictObject({ perpetual: fees, spot: fees }),
  priceBand: rate("Farthest a market order may trade from the mark."),
  impactNotionalPerInitialMargin: quantity("money", {
    description: "Impact notional times the lowest initial margin rate.",
    above: 0,
    sourced: true,
  }),
  funding: z.strictObject({
    interval: duration("Time between payments."),
    sample: duration("Time between premium samples."),
    interest: signedRate("Interest per interval."),
    clamp: rate("Clamp of interest less premium."),
    capOfMaintenance: rate("Cap of the rate over the first bracket's maintenance rate."),
  }),
  mark: z.strictObject({
    basisSample: duration("Time between basis samples."),
    basisSamples: quantity("count", {
      description: "Samples in the mean.",
      min: 1,
      whole: true,
      sourced: true,
    }),
  }),
  liquidation: z.strictObject({
    clearanceFee: rate("Fee on liquidated notional, at most the residual equity."),
    takeoverCap: quantity("ratio", {
      description: "Largest position of the fund over its balance.",
      min: 0,
      sourced: true,
    }),
    unwind: duration("Time constant with which the fund sells."),
    ordersPerStep: quantity("count", {
      description: "Most liquidation orders per step; left out: no limit.",
      min: 1,
      whole: true,
      sourced: true,
    }).optional(),
  }),
  tierSource: text("Where the tier tables were read."),
  tierDate: text("Date of the tier tables."),
  tiers: z.record(coinName, z.array(tier).min(1, "at least one bracket")),
});

/** A venue's rules in base units (fractions, settlement-currency units, microseconds). */
export type VenueProfile = z.output<typeof profileSchema> & { readonly name: string };

const FOLDER = new URL("../../venues/", import.meta.url);

/** Names of the bundled profiles. */
export const venueProfileNames: readonly string[] = ["binance-like"];

/**
 * Loads a bundled profile.
 *
 * @throws UserError `venue-profile` with every problem of the file, tier tables included.
 */
export async function loadVenueProfile(name: string): Promise<VenueProfile> {
  const file = fileURLToPath(new URL(`${name}.yaml`, FOLDER));
  return parseVenueProfile(await readFile(file, "utf8"), name, `venues/${name}.yaml`);
}

/** Reads a profile from text; `file` names it in problems. */
export function parseVenueProfile(yaml: string, name: string, file: string): VenueProfile {
  const problems: Problem[] = [];
  const root = parseYaml(yaml, file, problems);
  const parsed = profileSchema.safeParse(toPlain(root));
  if (!parsed.success) problems.push(...schemaProblems(parsed.error.issues, profileSchema, root));
  else checkTiers(parsed.data.tiers, root, problems);
  if (problems.length > 0) throw new UserError("venue-profile", sortProblems(problems));
  return { name, ...parsed.data! };
}

type Tier = z.output<typeof tier>;

function checkTiers(
  tables: Readonly<Record<string, readonly Tier[]>>,
  root: Located,
  problems: Problem[],
): void {
  for (const [coin, table] of Object.entries(tables)) {
    for (let n = 0; n < table.length; n++) {
      for (const { key, expected } of tierFlaws(table, n)) {
        const path: Path = ["tiers", coin, n, key];
        const found = String(table[n][key]);
        problems.push(
          problemAt(valuePositionAt(root, path), path, {
            message: "tier table is inconsistent",
            expected,
            found,
          }),
        );
      }
    }
  }
}

function tierFlaws(table: readonly Tier[], n: number): { key: keyof Tier; expected: string }[] {
  const { floor, maxLeverage, maintenance, amount } = table[n];
  const flaws: { key: keyof Tier; expected: string }[] = [];
  const before = table[n - 1];
  if (before === undefined) {
    if (floor !== 0) flaws.push({ key: "floor", expected: "0 in the first bracket" });
    if (amount !== 0) flaws.push({ key: "amount", expected: "0 in the first bracket" });
    return flaws;
  }
  if (floor <= before.floor) flaws.push({ key: "floor", expected: `more than ${before.floor}` });
  if (maxLeverage >= before.maxLeverage)
    flaws.push({ key: "maxLeverage", expected: `less than ${before.maxLeverage}` });
  if (maintenance <= before.maintenance)
    flaws.push({ key: "maintenance", expected: `more than ${before.maintenance}` });
  const continuous = before.amount + floor * (maintenance - before.maintenance);
  if (Math.abs(amount - continuous) > 1e-6 * Math.max(1, continuous)) {
    flaws.push({ key: "amount", expected: `${Math.round(continuous * 100) / 100} for continuous margin` });
  }
  return flaws;
}
