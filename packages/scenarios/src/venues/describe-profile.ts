/**
 * A venue profile as rows to read: label, value with its unit, source and date, grouped by section.
 *
 * Walks the schema beside the values, so a new rule appears here by being in the schema. Plain data; layout is
 * the caller's. Never loads a file.
 */
import type * as z from "zod";
import { globalRegistry, type $ZodType, type $ZodTypes } from "zod/v4/core";
import { type Path, showPath } from "../loading/located.ts";
import { type MarginTable, type TiersAt, tiersAt } from "./margin-tables.ts";
import { type Origin, originAt } from "./origins.ts";
import type { ProfileMeta, Unit } from "./profile-leaves.ts";
import { profileSchema } from "./profile-schema.ts";
import type { VenueProfile } from "./venue-profile.ts";

/** Unit of a value in data. */
export type DataUnit = "fraction" | "multiple" | "seconds" | "count" | (string & {});

/** One parameter. */
export interface VenueParameter extends Origin {
  /** Where it stands in the file, for example `funding.interval`. */
  readonly path: string;
  readonly label: string;
  /** Numbers in `unit`; words, lists of words or true and false have none. */
  readonly value: number | string | boolean | readonly string[];
  /** `fraction`, `multiple`, `seconds`, `count`, a currency or `coins`. */
  readonly unit?: DataUnit;
  /** How the number is best shown. */
  readonly show?: Unit;
  /** What a word means. */
  readonly meaning?: string;
  /** True if nothing was published and the note says what was taken. */
  readonly assumed: boolean;
}

/** Parameters of one section. */
export interface VenueGroup {
  readonly title: string;
  readonly parameters: readonly VenueParameter[];
}

/** One class of coins with the table that held. */
export interface VenueTiers extends Origin {
  readonly className: string;
  readonly coins: readonly string[];
  /** True for the class that coins named in none take. */
  readonly forOthers: boolean;
  readonly table: MarginTable;
  /** Dates of all tables that the profile has. */
  readonly dates: readonly string[];
}

/** A profile for reading. */
export interface VenueDescription {
  readonly name: string;
  readonly title: string;
  readonly settlement: string;
  readonly groups: readonly VenueGroup[];
  readonly tiers: readonly VenueTiers[];
}

type Section = Exclude<keyof typeof profileSchema.shape, "title" | "tiers">;

const GROUPS: readonly (readonly [title: string, sections: readonly Section[]])[] = [
  ["Contract and margin", ["contract", "margin"]],
  ["Collateral", ["collateral"]],
  ["Mark and index", ["mark", "index", "cadence"]],
  ["Funding", ["funding", "impactNotional"]],
  ["Liquidation, backstop, deleveraging", ["liquidation", "backstop", "deleveraging"]],
  ["Fees and orders", ["fees", "orders", "grid"]],
];

/**
 * Every parameter of a profile, and the margin tables that held on a date.
 *
 * @param profile a venue profile
 * @param date ISO 8601 UTC; default the latest tables
 * @throws UserError `invalid-argument` if the date is none
 */
export function describeVenueProfile(profile: VenueProfile, date?: string): VenueDescription {
  const groups = GROUPS.map(([title, sections]): VenueGroup => {
    const parameters: VenueParameter[] = [];
    for (const key of sections) walk(profileSchema.shape[key], profile[key], [key], { profile, parameters });
    return { title, parameters };
  });
  const others = parameterOf(
    ["tiers", "others"],
    profile.tiers.others,
    "Margin table of coins named in none",
    profile,
  );
  groups[0] = { ...groups[0], parameters: [...groups[0].parameters, others] };
  const tiers = Object.entries(profile.tiers.classes).map(([className, { coins, tables }]): VenueTiers => {
    const { table, origin } = tableOf(profile, className, coins, date);
    const dates = tables.map((written) => written.date);
    return { className, coins, forOthers: className === profile.tiers.others, table, dates, ...origin };
  });
  return { name: profile.name, title: profile.title, settlement: profile.contract.settlement, groups, tiers };
}

/** A class may name no coin and be there for the others only; any name then leads to it. */
function tableOf(profile: VenueProfile, className: string, coins: readonly string[], date?: string): TiersAt {
  const named = coins[0];
  if (named !== undefined) return tiersAt(profile, named, date);
  return tiersAt({ ...profile, tiers: { ...profile.tiers, others: className } }, "", date);
}

interface Walk {
  readonly profile: VenueProfile;
  readonly parameters: VenueParameter[];
}

function walk(schema: $ZodType, value: unknown, path: Path, to: Walk, label?: string): void {
  if (value === undefined) return;
  const inner = unwrap(schema);
  const own: ProfileMeta = { ...metaOf(inner), ...metaOf(schema) };
  const shown = label ?? own.description ?? String(path.at(-1));
  const def = (inner as $ZodTypes)._zod.def;
  if (def.type === "union") {
    const { kind } = value as { kind: string };
    const option = optionOf(def.options, kind);
    const meaning = metaOf(option).description;
    to.parameters.push({
      ...parameterOf([...path, "kind"], kind, shown, to.profile),
      ...(meaning && { meaning }),
    });
    walkKeys(option, value as Record<string, unknown>, path, to);
  } else if (def.type === "object") walkKeys(inner, value as Record<string, unknown>, path, to, label);
  else if (def.type === "record") {
    for (const [key, item] of Object.entries(value as Record<string, unknown>))
      walk(def.valueType, item, [...path, key], to, `${shown}, ${key}`);
  } else if (def.type === "array" && isMap((value as unknown[])[0])) {
    (value as { date: string }[]).forEach((item, k) =>
      walk(def.element, item, [...path, k], to, `${shown}, since ${item.date}`),
    );
  } else to.parameters.push(leaf(value, path, shown, own, to.profile));
}

/** The keys of a map in the schema's order; a label given from outside stands for its numbers. */
function walkKeys(
  schema: $ZodType,
  value: Readonly<Record<string, unknown>>,
  path: Path,
  to: Walk,
  label?: string,
): void {
  const { shape } = (schema as z.ZodObject)._zod.def;
  for (const [key, child] of Object.entries(shape)) {
    if (key === "kind" || (key === "date" && label !== undefined)) continue;
    const childLabel = metaOf(unwrap(child)).description ?? metaOf(child).description;
    if (key === "others") walk(child, value[key], [...path, key], to, `${childLabel}, other coins`);
    else if (label === undefined) walk(child, value[key], [...path, key], to);
    else walk(child, value[key], [...path, key], to, labelOfPart(label, childLabel ?? key));
  }
}

/** `Clearance fee, since 2020-01-01` stays; `Grid, BTC` becomes `Tick, BTC`. */
function labelOfPart(label: string, part: string): string {
  const [head, ...rest] = label.split(", ");
  return head === part ? label : [part, ...rest].join(", ");
}

function leaf(
  value: unknown,
  path: Path,
  label: string,
  meta: ProfileMeta,
  profile: VenueProfile,
): VenueParameter {
  const meaning = typeof value === "string" ? meta.meanings?.[value] : undefined;
  if (meta.unit === undefined)
    return {
      ...parameterOf(path, value as VenueParameter["value"], label, profile),
      ...(meaning === undefined ? {} : { meaning }),
    };
  const { number, unit } = inDataUnit(value as number, meta.unit, profile);
  return { ...parameterOf(path, number, label, profile), unit, show: meta.unit };
}

function inDataUnit(
  value: number,
  unit: Unit,
  { contract }: VenueProfile,
): { number: number; unit: DataUnit } {
  if (unit === "duration") return { number: value / 1e6, unit: "seconds" };
  if (unit === "percent") return { number: value, unit: "fraction" };
  if (unit === "money") return { number: value, unit: contract.settlement };
  if (unit === "dollars")
    return { number: value, unit: contract.kind === "inverse" ? "USD" : contract.settlement };
  return { number: value, unit };
}

function parameterOf(
  path: Path,
  value: VenueParameter["value"],
  label: string,
  profile: VenueProfile,
): VenueParameter {
  const origin = originAt(profile.origins, path);
  return { path: showPath(path), label, value, ...origin, assumed: origin?.source === undefined };
}

function optionOf(options: readonly $ZodType[], kind: string): $ZodType {
  return options.find((option) => (option as RuleOption).shape.kind.value === kind)!;
}

type RuleOption = z.ZodObject<{ kind: z.ZodLiteral<string> }>;

function isMap(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function metaOf(schema: $ZodType): ProfileMeta {
  return (globalRegistry.get(schema) ?? {}) as ProfileMeta;
}

/** Without optional and default around it; a transformed leaf is itself. */
function unwrap(schema: $ZodType): $ZodType {
  let current = schema;
  for (;;) {
    const def = (current as $ZodTypes)._zod.def;
    if (def.type !== "optional" && def.type !== "default" && def.type !== "prefault") return current;
    current = def.innerType;
  }
}
