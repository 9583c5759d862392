/**
 * `undertow describe venue [NAME]`: a venue's rules with unit, source and date, or the list of profiles.
 *
 * Everything comes from the profile's data; here is only its layout. Never runs or changes anything.
 */
import { UserError } from "@undertow/core";
import {
  describeVenueProfile,
  listVenueProfiles,
  loadVenueProfile,
  type VenueDescription,
  type VenueParameter,
} from "@undertow/scenarios";
import { layoutTable, wrapText } from "../summary/table.ts";
import type { ParsedOptions } from "./commands.ts";
import { outputWidth, type Paint, paintFor, printResult } from "./output.ts";
import { EXIT_DONE } from "./program.ts";
import { tierLines } from "./venue-tiers.ts";
import { originText, valueText } from "./venue-values.ts";

/** Handler of `undertow describe venue`. */
export async function describeVenueCommand(parsed: ParsedOptions): Promise<number> {
  const asJson = parsed.flags.has("json");
  const paint = paintFor(process.stdout);
  const width = outputWidth();
  if (parsed.venue === undefined) {
    printResult(asJson ? JSON.stringify(await listVenueProfiles(), null, 2) : await listText(width, paint));
    return EXIT_DONE;
  }
  const description = describeOn(await loadVenueProfile(parsed.venue), parsed.texts.get("date"));
  printResult(asJson ? JSON.stringify(asData(description), null, 2) : venueText(description, width, paint));
  return EXIT_DONE;
}

/** A date that is none is a wrong option, not a wrong argument of the library. */
function describeOn(
  profile: Awaited<ReturnType<typeof loadVenueProfile>>,
  date: string | undefined,
): VenueDescription {
  try {
    return describeVenueProfile(profile, date);
  } catch (error) {
    if (!(error instanceof UserError) || date === undefined) throw error;
    throw new UserError(error.code, {
      message: "wrong value",
      path: "--date",
      expected: "a date such as 2021-03-20",
      found: JSON.stringify(date),
    });
  }
}

/** Without the hints on how a number is best shown. */
function asData(description: VenueDescription): unknown {
  const groups = description.groups.map(({ title, parameters }) => ({
    title,
    parameters: parameters.map(({ show: _show, ...parameter }) => parameter),
  }));
  return { ...description, groups };
}

async function listText(width: number, paint: Paint): Promise<string> {
  const columns = [
    { header: "venue", align: "left" as const },
    { header: "settles in", align: "left" as const },
    { header: "rules", align: "left" as const, wrap: true },
  ];
  const rows = (await listVenueProfiles()).map(({ name, settlement, title }) => [name, settlement, title]);
  const lines = layoutTable(columns, rows, width, { header: paint.dim });
  return [...lines, "", "Show one with `undertow describe venue NAME`."].join("\n");
}

/** A venue as text for a width. */
export function venueText(description: VenueDescription, width: number, paint: Paint): string {
  const { name, title, settlement, groups } = description;
  const parameters = groups.flatMap((group) => group.parameters);
  const assumed = parameters.filter((parameter) => parameter.assumed).length;
  const intro = `${title}. ${parameters.length} rules, ${assumed} of them assumed because nothing was published or confirmed; money in ${settlement}. A ditto mark stands for the source above.`;
  const lines = [paint.bold(name), ...wrapText(intro, width - 2).map((line) => `  ${line}`)];
  for (const group of groups) lines.push("", paint.bold(group.title), ...groupLines(group, width, paint));
  lines.push(...tierLines(description, width, paint));
  return lines.join("\n");
}

function groupLines(
  { parameters }: VenueDescription["groups"][number],
  width: number,
  paint: Paint,
): string[] {
  const columns = [
    { header: "rule", align: "left" as const, wrap: true },
    { header: "value", align: "left" as const, wrap: true },
    { header: "as of", align: "left" as const },
    { header: "source", align: "left" as const, wrap: true },
  ];
  const rows = joinSiblings(parameters);
  return layoutTable(
    columns,
    rows.map(({ label, value, asOf, source }, k) => [
      label,
      value,
      asOf,
      source === rows[k - 1]?.source ? '"' : source,
    ]),
    width,
    { header: paint.dim },
  );
}

interface Row {
  readonly label: string;
  readonly value: string;
  readonly asOf: string;
  readonly source: string;
}

/** `Haircut, BTC` and `Haircut, ETH` of one source become one row. */
function joinSiblings(parameters: readonly VenueParameter[]): Row[] {
  const rows: (Row & { readonly head: string | undefined })[] = [];
  for (const parameter of parameters) {
    const row = {
      label: parameter.label,
      value: valueText(parameter),
      asOf: parameter.assumed ? "assumed" : (parameter.asOf ?? ""),
      source: originText(parameter),
    };
    const cut = parameter.label.lastIndexOf(", ");
    const head = cut < 0 || typeof parameter.value !== "number" ? undefined : parameter.label.slice(0, cut);
    const last = rows.at(-1);
    if (last === undefined || head === undefined || last.head !== head || last.source !== row.source) {
      rows.push({ ...row, head });
      continue;
    }
    const first = last.label === head ? last.value : `${last.label.slice(head.length + 2)} ${last.value}`;
    const value = `${first}, ${parameter.label.slice(cut + 2)} ${row.value}`;
    rows[rows.length - 1] = { ...last, label: head, value };
  }
  return rows;
}
