/**
 * Margin tables of a venue as text: one table per class where it has brackets, else one table of all classes.
 *
 * Numbers are those of the profile; a class with several dated tables says which others there are.
 */
import type { VenueDescription, VenueTiers } from "@undertow/scenarios";
import { type Column, layoutTable, wrapText } from "../summary/table.ts";
import type { Paint } from "./output.ts";
import { originText, percentText, plainNumber } from "./venue-values.ts";

type Row = readonly string[];
const left = (header: string): Column => ({ header, align: "left" });
const wrapped = (header: string): Column => ({ header, align: "left", wrap: true });

/** Titles and tables of all classes. */
export function tierLines(description: VenueDescription, width: number, paint: Paint): string[] {
  const { tiers } = description;
  const style = { header: paint.dim };
  const lines: string[] = [];
  for (const entry of tiers) {
    if (entry.table.kind !== "brackets") continue;
    lines.push("", paint.bold(`Margin brackets of ${namesOf(entry)}, ${entry.table.date}`));
    lines.push(...sentence(sourceOf(entry), width));
    lines.push(...layoutTable(BRACKETS, bracketRows(entry, description.settlement), width, style));
  }
  const scaled = tiers.flatMap((entry) => scaledRow(entry));
  if (scaled.length > 0) {
    lines.push("", paint.bold("Margin by class of coins"), ...sources(tiers, width));
    lines.push(...layoutTable(SCALED, scaled, width, style));
  }
  const steps = tiers.flatMap((entry) => stepRow(entry));
  if (steps.length > 0) {
    lines.push("", paint.bold("Margin by size of the position"));
    lines.push(...sentence("k = 0 below the base, else floor((value - base) / step) + 1.", width));
    lines.push(...layoutTable(STEPS, steps, width, style));
  }
  const dated = tiers.filter(({ dates }) => dates.length > 1);
  if (dated.length > 0) lines.push("");
  for (const { className, dates } of dated)
    lines.push(
      ...sentence(`${className} has tables of ${dates.join(", ")}; --date shows the one that held.`, width),
    );
  return lines;
}

const BRACKETS: readonly Column[] = [
  { header: "notional above" },
  { header: "up to" },
  { header: "leverage" },
  { header: "maintenance" },
  { header: "amount" },
];
const SCALED: readonly Column[] = [
  left("class"),
  wrapped("coins"),
  { header: "initial" },
  { header: "maintenance" },
  { header: "impact\nnotional" },
  { header: "initial rises\nfrom" },
  { header: "open interest\nto" },
];
const STEPS: readonly Column[] = [
  left("class"),
  wrapped("coins"),
  left("since"),
  { header: "base" },
  { header: "step" },
  { header: "initial" },
  { header: "maintenance" },
  wrapped("source"),
];

function bracketRows({ table }: VenueTiers, settlement: string): Row[] {
  if (table.kind !== "brackets") return [];
  return table.brackets.map(({ floor, maxLeverage, maintenance, amount }, n) => {
    const cap = table.brackets[n + 1]?.floor ?? table.cap;
    return [
      plainNumber(floor),
      cap === undefined ? "no limit" : plainNumber(cap),
      `${plainNumber(maxLeverage)}x`,
      percentText(maintenance),
      `${plainNumber(amount)} ${settlement}`,
    ];
  });
}

function scaledRow(entry: VenueTiers): Row[] {
  const { table } = entry;
  if (table.kind !== "open-interest-scaled") return [];
  const { initial, maintenanceFraction, impactNotional, lowerCap, upperCap } = table;
  const cap = (amount: number | undefined): string => (amount === undefined ? "off" : plainNumber(amount));
  return [
    [
      entry.className,
      coinsOf(entry),
      percentText(initial),
      percentText(initial * maintenanceFraction),
      plainNumber(impactNotional),
      cap(lowerCap),
      cap(upperCap),
    ],
  ];
}

function stepRow(entry: VenueTiers): Row[] {
  const { table } = entry;
  if (table.kind !== "position-steps") return [];
  const { date, base, step, initial, maintenance } = table;
  const amounts = [plainNumber(base), plainNumber(step)];
  const rates = [
    `${percentText(initial)} + k x ${percentText(maintenance)}`,
    `${percentText(maintenance)} x (1 + k)`,
  ];
  return [[entry.className, coinsOf(entry), date, ...amounts, ...rates, originText(entry)]];
}

function namesOf(entry: VenueTiers): string {
  const many = entry.coins.length > 3;
  return many ? `the class ${entry.className}` : coinsOf(entry);
}

function coinsOf({ coins, forOthers }: VenueTiers): string {
  const named = coins.join(" ");
  if (!forOthers) return named;
  return named === "" ? "others" : `${named} and others`;
}

function sourceOf(entry: VenueTiers): string {
  const coins = entry.coins.length > 3 ? `${coinsOf(entry)}. ` : "";
  return `${coins}${originText(entry)}${entry.asOf === undefined ? "" : `, as of ${entry.asOf}`}.`;
}

/** The sources of all classes, each once. */
function sources(tiers: readonly VenueTiers[], width: number): string[] {
  const texts = tiers.map(
    (entry) => `${originText(entry)}${entry.asOf === undefined ? "" : `, as of ${entry.asOf}`}.`,
  );
  return [...new Set(texts)].flatMap((text) => sentence(text, width));
}

function sentence(text: string, width: number): string[] {
  return wrapText(text, width - 2).map((line) => `  ${line}`);
}
