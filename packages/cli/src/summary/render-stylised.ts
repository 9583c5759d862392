/**
 * The table of stylised facts as text: one line per statistic, the coins side by side, and what passed.
 */
import type { ImpactCurve, StylisedRow } from "@undertow/core/metrics";
import type { StylisedReport } from "@undertow/scenarios";
import type { Paint } from "../command/output.ts";
import { formatNumber, formatPercent, formatTime, MISSING } from "./format.ts";
import { layoutTable } from "./table.ts";

/** What the facts are called, in the order of the table. */
export const FACT_TITLES: Readonly<Record<string, string>> = {
  S1: "Fat tails",
  S2: "No linear memory of returns",
  S3: "Volatility clusters",
  S4: "Returns diffuse",
  S5: "Volatility has long memory",
  S6: "Aggregational Gaussianity",
  S8: "Volume goes with volatility",
  S10: "Signs of orders have long memory",
  S11: "Square-root impact that decays",
  S12: "Spread widens in a crash",
  S13: "Average book",
  S16: "Coins move together, more so in a crash",
  S18: "Funding",
};

/** Narrower for the terminal; in and out are of lines for information. */
const VERDICT_TEXTS: Readonly<Record<StylisedRow["verdict"], string>> = {
  pass: "pass",
  fail: "fail",
  inside: "in",
  outside: "out",
};

/** A statistic with its line of each coin. */
export interface StylisedLine {
  readonly about: StylisedRow;
  /** In the order of the coins; undefined where a coin has none. */
  readonly byCoin: readonly (StylisedRow | undefined)[];
}

/** Lines of one statistic side by side, in the order of the table. */
export function stylisedLines({ rows, coins }: StylisedReport): StylisedLine[] {
  const keyOf = (row: StylisedRow): string => `${row.fact} ${row.name} ${row.horizon ?? ""}`;
  const seen = new Map<string, StylisedRow[]>();
  for (const row of rows) seen.set(keyOf(row), [...(seen.get(keyOf(row)) ?? []), row]);
  const numberOf = (row: StylisedRow): number => Number(row.fact.slice(1));
  return [...seen.values()]
    .map((found) => ({
      about: found[0],
      byCoin: coins.map((coin) => found.find((row) => row.coin === coin)),
    }))
    .toSorted((a, b) => numberOf(a.about) - numberOf(b.about));
}

/** How many gates passed. */
export function countGates(rows: readonly StylisedRow[]): {
  readonly passed: number;
  readonly gates: number;
} {
  const gates = rows.filter((row) => row.use === "gate");
  return { passed: gates.filter((row) => row.verdict === "pass").length, gates: gates.length };
}

/** Facts all of whose gates passed for every coin, and those of which one did not. */
export function factsByOutcome(rows: readonly StylisedRow[]): {
  readonly met: string[];
  readonly missed: string[];
} {
  const facts = [...new Set(rows.filter((row) => row.use === "gate").map((row) => row.fact))];
  const isMissed = (fact: string): boolean => rows.some((row) => row.fact === fact && row.verdict === "fail");
  return { met: facts.filter((fact) => !isMissed(fact)), missed: facts.filter(isMissed) };
}

/** The whole text. */
export function renderStylised(report: StylisedReport, layout: { width: number; paint: Paint }): string {
  const { paint, width } = layout;
  const lines = stylisedLines(report);
  const columns = [
    { header: "", align: "left" as const },
    { header: "statistic", align: "left" as const, wrap: true },
    { header: "r over" },
    { header: "band" },
    ...report.coins.flatMap((coin) => [{ header: coin }, { header: "", align: "left" as const }]),
    { header: "n" },
  ];
  const cells = lines.map(({ about, byCoin }) => [
    about.fact,
    about.name,
    horizonText(about),
    bandText(about),
    ...byCoin.flatMap((row) =>
      row === undefined ? ["", ""] : [valueWithError(row), VERDICT_TEXTS[row.verdict]],
    ),
    formatNumber(about.size),
  ]);
  const style = {
    header: (line: string) => paint.dim(line),
    row: (index: number, line: string) =>
      lines[index].byCoin.some((row) => row?.verdict === "fail") ? paint.red(line) : line,
  };
  const { passed, gates } = countGates(report.rows);
  const { met, missed } = factsByOutcome(report.rows);
  return [
    paint.bold(`Stylised facts of ${report.scenario}: ${report.title}`),
    `  ${formatTime(report.start)} to ${formatTime(report.end)} UTC, ${seedText(report.seeds)}; n is of one seed; ± is the`,
    "  standard error of the mean over seeds (of impact: of the fit)",
    "",
    ...layoutTable(columns, cells, width, style),
    "",
    ...impactText(report),
    `${passed} of ${gates} gates passed. Facts with every gate passed: ${met.join(" ") || "none"}; with one that failed: ${missed.join(" ") || "none"}.`,
  ].join("\n");
}

/** A value with three significant digits. */
export function valueText(value: number | null): string {
  if (value === null) return MISSING;
  const size = Math.abs(value);
  return formatNumber(value, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4);
}

/** A value; with a standard error, both to the second digit or, below 0.01, to the third. */
export function valueWithError({ value, error }: StylisedRow): string {
  if (value === null || error === null) return valueText(value);
  const digits = error >= 0.01 ? 2 : 3;
  return `${formatNumber(value, digits)} ±${formatNumber(error, digits)}`;
}

/** A band: `2.3 to 4`, `≥ 0.2`, `≤ 0.05`. */
export function bandText({ low, high }: Pick<StylisedRow, "low" | "high">): string {
  if (low === undefined && high === undefined) return "";
  if (low === undefined) return `≤ ${high}`;
  return high === undefined ? `≥ ${low}` : `${low} to ${high}`;
}

/** A horizon: `1 min`, `1 h`. */
export function horizonText({ horizon }: Pick<StylisedRow, "horizon">): string {
  if (horizon === undefined) return "";
  return horizon === 60 ? "1 h" : `${horizon} min`;
}

function seedText(seeds: readonly string[]): string {
  if (seeds.length === 1) return `seed ${seeds[0]}`;
  return `${seeds.length} seeds, ${seeds[0]} to ${seeds[seeds.length - 1]}`;
}

function impactText({ impact, coins, impactSeeds }: StylisedReport): string[] {
  if (impact.length === 0) return [];
  const curves = impact.map(
    (curve, k) => `  ${coins[k]}: ${curve.points.map(pointText).join(", ")}${prefixOfNone(curve)}`,
  );
  return [
    `Impact of metaorders by size as a share of daily volume, two hours each, ${seedText(impactSeeds)}, both sides:`,
    ...curves,
    "",
  ];
}

function pointText({ share, impact, error }: ImpactCurve["points"][number]): string {
  return `${formatPercent(share, 2)} ${formatNumber(1e4 * impact, 1)}±${formatNumber(1e4 * error, 1)} bp`;
}

function prefixOfNone(curve: ImpactCurve): string {
  return Number.isFinite(curve.exponent) ? "" : " (no exponent)";
}
