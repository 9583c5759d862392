/**
 * Margin tables: the venue's tiers as dated data, by class of coins, and the lookup of the one that held.
 *
 * A coin named in no class takes the class that `others` names, with the reason written there. A date before the
 * first table takes the first: nothing older is known. Never interpolates between tables.
 */
import { UserError } from "@undertow/core";
import * as z from "zod";
import { coinName, lowerName } from "../schema/leaves.ts";
import { EXPECTED_MOMENT, momentMicros } from "../values/moment.ts";
import { originAt, type Origin, type Origins } from "./origins.ts";
import { day, kind, money, multiple, rule, share } from "./profile-leaves.ts";

const bracket = z.strictObject({
  floor: money("Notional above which the bracket holds", { min: 0 }),
  maxLeverage: multiple("Highest leverage", { min: 1 }),
  maintenance: share("Maintenance margin rate", { above: 0, max: 1 }),
  amount: money("Maintenance amount", { min: 0 }),
});
const leverageTier = bracket.pick({ floor: true, maxLeverage: true });
const dated = {
  date: day("Date of the table"),
};

const marginTable = rule("Margin table", [
  kind("brackets", "each rate holds for the part of the notional in its bracket", {
    ...dated,
    cap: money("Largest notional of a position").optional(),
    brackets: z.array(bracket).min(1, "at least one bracket"),
  }),
  kind("leverage-tiers", "maintenance rate 1 / (2 x highest leverage), amounts computed for continuity", {
    ...dated,
    tiers: z.array(leverageTier).min(1, "at least one tier"),
  }),
  kind("open-interest-scaled", "one rate; initial rate rises with the market's open interest", {
    ...dated,
    initial: share("Initial margin rate", { above: 0, max: 1 }),
    maintenanceFraction: share("Maintenance rate over initial rate"),
    impactNotional: money("Impact notional"),
    lowerCap: money("Open interest from which the initial rate rises").optional(),
    upperCap: money("Open interest at which the initial rate is 100 %").optional(),
  }),
  kind("position-steps", "the whole position pays the rates of its step", {
    ...dated,
    base: money("Largest position at the base rates"),
    step: money("Width of a step"),
    initial: share("Base initial margin rate", { above: 0, max: 1 }),
    maintenance: share("Base maintenance margin rate", { above: 0, max: 1 }),
  }),
]);

/** Margin tables by class of coins. */
export const marginTablesSchema = z.strictObject({
  classes: z.record(
    lowerName,
    z.strictObject({
      coins: z.array(coinName).meta({ description: "Coins" }),
      tables: z.array(marginTable).min(1, "at least one table"),
    }),
  ),
  others: z
    .string()
    .min(1, "the name of a class")
    .meta({ description: "Class of coins that are named in none" }),
});

/** Every class with its dated tables. */
export type MarginTables = z.output<typeof marginTablesSchema>;
/** A table as written in the file. */
export type WrittenTable = MarginTables["classes"][string]["tables"][number];
/** One bracket of a maintenance table; floors, amounts in settlement units, rates as fractions. */
export type Bracket = z.output<typeof bracket>;
/** A table as it is applied: leverage tiers are brackets with their rates and amounts computed. */
export type MarginTable = Exclude<WrittenTable, { kind: "leverage-tiers" }>;

/** What `tiersAt` found. */
export interface TiersAt {
  readonly table: MarginTable;
  /** Class of coins whose table it is. */
  readonly className: string;
  /** True if the coin is named in no class and took the class of the others. */
  readonly byRule: boolean;
  /** Where the table was read, or why it is assumed. */
  readonly origin: Origin | undefined;
}

/** What a lookup needs of a profile. */
export interface TierSource {
  readonly tiers: MarginTables;
  readonly origins: Origins;
}

/**
 * The margin table of a coin that held on a date: the latest one dated on or before it, else the first.
 *
 * @param profile a venue profile
 * @param coin for example `BTC`; one that no class names takes the class of the others
 * @param date ISO 8601 UTC, for example `2021-03-20` or `2021-03-20T12:00Z`; default the latest table
 * @throws UserError `invalid-argument` if the date is none
 * @example
 *     const { table } = tiersAt(await loadVenueProfile("binance-like"), "BTC", "2021-03-20");
 *     table.kind === "brackets" && table.brackets[3].amount; // 16300
 */
export function tiersAt({ tiers, origins }: TierSource, coin: string, date = "9999-12-31"): TiersAt {
  if (momentMicros(date) === undefined)
    throw new UserError("invalid-argument", {
      message: "invalid argument",
      path: "date",
      expected: EXPECTED_MOMENT,
      found: JSON.stringify(date),
    });
  const own = classOf(tiers, coin);
  const className = own ?? tiers.others;
  const { tables } = tiers.classes[className];
  const index = latestAt(tables, date);
  return {
    table: applied(tables[index]),
    className,
    byRule: own === undefined,
    origin: originAt(origins, ["tiers", "classes", className, "tables", index]),
  };
}

/** The latest entry dated on or before a moment, else the first; entries are sorted by date. */
export function latestAt(entries: readonly { readonly date: string }[], date: string): number {
  const isAfter = entries.map((entry) => entry.date > date.slice(0, 10));
  return Math.max(0, (isAfter.includes(true) ? isAfter.indexOf(true) : entries.length) - 1);
}

/** Class that names a coin. */
function classOf({ classes }: MarginTables, coin: string): string | undefined {
  return Object.keys(classes).find((name) => classes[name].coins.includes(coin));
}

/**
 * Rates 1 / (2 x leverage) and the amounts that make the margin continuous:
 * amount_n = amount_(n-1) + floor_n x (rate_n - rate_(n-1)).
 */
function applied(table: WrittenTable): MarginTable {
  if (table.kind !== "leverage-tiers") return table;
  const brackets: Bracket[] = [];
  for (const { floor, maxLeverage } of table.tiers) {
    const maintenance = 1 / (2 * maxLeverage);
    brackets.push({
      floor,
      maxLeverage,
      maintenance,
      amount: continuousAmount(brackets.at(-1), floor, maintenance),
    });
  }
  return { kind: "brackets", date: table.date, brackets };
}

/** Maintenance amount with which margin is continuous at `floor`; 0 in the first bracket. */
export function continuousAmount(before: Bracket | undefined, floor: number, maintenance: number): number {
  return before === undefined ? 0 : before.amount + floor * (maintenance - before.maintenance);
}
