/**
 * Checks of a venue profile that need more than one value: tables continuous and sorted, rules that fit them.
 *
 * Runs once the schema has accepted the file, and reports every flaw with its place. Never changes a value.
 */
import type { Problem } from "@undertow/core";
import { type Located, type Path, valuePositionAt } from "../loading/located.ts";
import { problemAt, type ProblemParts, unknownName } from "../loading/problems.ts";
import { type Bracket, continuousAmount, type WrittenTable } from "./margin-tables.ts";
import type { ProfileData } from "./profile-schema.ts";

type Report = (path: Path, parts: ProblemParts) => void;

/** Kinds of tables that a maintenance rule applies. */
const TABLES_OF: Readonly<Record<ProfileData["margin"]["maintenance"]["kind"], WrittenTable["kind"]>> = {
  brackets: "brackets",
  "half-of-initial": "leverage-tiers",
  "fraction-of-initial": "open-interest-scaled",
  "position-steps": "position-steps",
};

/** All flaws between values. */
export function checkProfile(profile: ProfileData, root: Located): Problem[] {
  const problems: Problem[] = [];
  const report: Report = (path, parts) => problems.push(problemAt(valuePositionAt(root, path), path, parts));
  checkClasses(profile, report);
  checkDates(profile, report);
  for (const [name, { tables }] of Object.entries(profile.tiers.classes)) {
    tables.forEach((table, k) => {
      const path = ["tiers", "classes", name, "tables", k];
      const expected = TABLES_OF[profile.margin.maintenance.kind];
      if (table.kind !== expected)
        report([...path, "kind"], {
          message: `the table does not fit margin.maintenance "${profile.margin.maintenance.kind}"`,
          expected,
          found: table.kind,
        });
      checkTable(table, path, report);
    });
  }
  return problems;
}

function checkClasses({ tiers }: ProfileData, report: Report): void {
  const names = Object.keys(tiers.classes);
  if (!names.includes(tiers.others))
    report(["tiers", "others"], unknownName(`there is no class "${tiers.others}"`, tiers.others, names));
  const seen = new Map<string, string>();
  for (const name of names) {
    tiers.classes[name].coins.forEach((coin, k) => {
      const first = seen.get(coin);
      if (first !== undefined)
        report(["tiers", "classes", name, "coins", k], {
          message: `${coin} is already in the class "${first}"`,
        });
      seen.set(coin, name);
    });
  }
}

/** Dated entries stand in order, so that the one that held is found. */
function checkDates({ tiers, liquidation: { clearanceFee } }: ProfileData, report: Report): void {
  const check = (entries: readonly { readonly date: string }[], path: Path): void =>
    entries.forEach(({ date }, k) => {
      if (k === 0 || date > entries[k - 1].date) return;
      report([...path, k, "date"], {
        message: "dated entries must be sorted",
        expected: `a date after ${entries[k - 1].date}`,
        found: date,
      });
    });
  for (const [name, { tables }] of Object.entries(tiers.classes))
    check(tables, ["tiers", "classes", name, "tables"]);
  if (clearanceFee.kind === "share-of-notional")
    check(clearanceFee.rates, ["liquidation", "clearanceFee", "rates"]);
}

function checkTable(table: WrittenTable, path: Path, report: Report): void {
  const flaw = (key: Path, found: number, expected: string): void =>
    report([...path, ...key], { message: "tier table is inconsistent", expected, found: String(found) });
  if (table.kind === "brackets") checkBrackets(table.brackets, table.cap, flaw);
  else if (table.kind === "leverage-tiers") checkLadder(table.tiers, "tiers", flaw);
  else if (table.kind === "open-interest-scaled") {
    const { lowerCap, upperCap, maintenanceFraction } = table;
    if (maintenanceFraction >= 1)
      flaw(
        ["maintenanceFraction"],
        maintenanceFraction,
        "less than 1, so that maintenance is below initial margin",
      );
    if ((lowerCap === undefined) !== (upperCap === undefined))
      report(path, { message: "lowerCap and upperCap belong together" });
    else if (lowerCap !== undefined && lowerCap >= upperCap!)
      flaw(["upperCap"], upperCap!, `more than the lower cap ${lowerCap}`);
  } else if (table.maintenance >= table.initial) {
    flaw(["maintenance"], table.maintenance, `less than the initial rate ${table.initial}`);
  }
}

type Flaw = (key: Path, found: number, expected: string) => void;

/** A wrong amount is reported once: the next bracket may follow from it, or from what it should have been. */
function checkBrackets(brackets: readonly Bracket[], cap: number | undefined, flaw: Flaw): void {
  checkLadder(brackets, "brackets", flaw);
  let right = 0;
  brackets.forEach((row, n) => {
    const { floor, maxLeverage, maintenance, amount } = row;
    const before = brackets[n - 1];
    const key = (name: keyof Bracket): Path => ["brackets", n, name];
    if (before !== undefined && maintenance <= before.maintenance)
      flaw(key("maintenance"), maintenance, `more than ${before.maintenance}`);
    if (maintenance >= 1 / maxLeverage)
      flaw(key("maintenance"), maintenance, `less than the initial rate ${1 / maxLeverage}`);
    const continuous = continuousAmount(before, floor, maintenance);
    const corrected = before === undefined ? 0 : continuous - before.amount + right;
    right = isNear(amount, continuous) ? amount : corrected;
    const isOutOfOrder = before !== undefined && floor <= before.floor;
    if (isOutOfOrder || isNear(amount, continuous) || isNear(amount, corrected)) return;
    const expected =
      before === undefined
        ? "0 in the first bracket"
        : `${Math.round(corrected * 100) / 100} for continuous margin`;
    flaw(key("amount"), amount, expected);
  });
  const top = brackets.at(-1)!.floor;
  if (cap !== undefined && cap <= top) flaw(["cap"], cap, `more than the last floor ${top}`);
}

function isNear(amount: number, wanted: number): boolean {
  return Math.abs(amount - wanted) <= 1e-6 * Math.max(1, wanted);
}

/** Floors rise from 0, leverage falls. */
function checkLadder(
  rows: readonly Pick<Bracket, "floor" | "maxLeverage">[],
  list: string,
  flaw: Flaw,
): void {
  rows.forEach(({ floor, maxLeverage }, n) => {
    const before = rows[n - 1];
    if (before === undefined) {
      if (floor !== 0) flaw([list, n, "floor"], floor, "0 in the first bracket");
      return;
    }
    if (floor <= before.floor) flaw([list, n, "floor"], floor, `more than ${before.floor}`);
    if (maxLeverage >= before.maxLeverage)
      flaw([list, n, "maxLeverage"], maxLeverage, `less than ${before.maxLeverage}`);
  });
}
