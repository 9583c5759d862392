/**
 * The summary on the terminal: a headline, nine short sections, a tenth with several venues, and what to do next.
 *
 * Pure: from the summary and the manifest to text. Every number in it is in summary.json under its full precision.
 */
import type { RunSummary } from "@undertow/core/metrics";
import type { Paint } from "../command/output.ts";
import type { Manifest } from "../record/manifest.ts";
import { formatCount, formatNumber, formatTime } from "./format.ts";
import { layoutSection, layoutText, text, type Section } from "./page.ts";
import { feedbackSection } from "./sections/feedback.ts";
import { holdersSection } from "./sections/holders.ts";
import { levelsSection } from "./sections/levels.ts";
import { liquidationsSection } from "./sections/liquidations.ts";
import { moneySection } from "./sections/money.ts";
import { openInterestSection } from "./sections/open-interest.ts";
import { pricesSection } from "./sections/prices.ts";
import { scorecardSection } from "./sections/scorecard.ts";
import { stabilisationSection } from "./sections/stabilisation.ts";
import { venuesSection } from "./sections/venues.ts";
import { wrapText } from "./table.ts";
import { failureText } from "./failure-text.ts";
import { runCommand } from "./run-command.ts";

/** How the summary is laid out. */
export interface RenderOptions {
  /** Characters a line may have; at least 60. */
  readonly width: number;
  readonly paint: Paint;
  /** Path of the record as the user knows it; without one the closing lines are left out. */
  readonly folder?: string | undefined;
  /** The scenario as the user named it, for the command to run next; by default as the manifest has it. */
  readonly scenario?: string | undefined;
}

/**
 * The page a run ends with.
 *
 * @param summary what `summarise` returned, with the wall time filled in
 * @param manifest of the same run
 * @param options width, colours, where the record is
 * @returns text without a final line feed
 */
export function renderSummary(summary: RunSummary, manifest: Manifest, options: RenderOptions): string {
  const { width, paint } = options;
  const lines = [...headLines(summary, manifest, options)];
  for (const section of sections(summary)) lines.push(...layoutSection(section, width, paint));
  lines.push(...closingLines(summary, manifest, options));
  return lines.join("\n");
}

function sections(summary: RunSummary): Section[] {
  return [
    pricesSection(summary),
    liquidationsSection(summary),
    openInterestSection(summary),
    feedbackSection(summary),
    levelsSection(summary),
    stabilisationSection(summary),
    holdersSection(summary),
    scorecardSection(summary.facts, summary.scorecard),
    moneySection(summary),
    ...(summary.venues.venues.length > 1 ? [venuesSection(summary)] : []),
  ];
}

function headLines(summary: RunSummary, manifest: Manifest, { width, paint }: RenderOptions): string[] {
  const { run } = summary;
  const lines = [
    paint.bold(summary.title),
    paint.dim(
      `${manifest.scenarioName}, ${formatTime(run.start)} to ${formatTime(run.end)} UTC, seed "${run.seed}"`,
    ),
  ];
  if (run.partial) {
    lines.push(...wrapText(partialText(run.reached, manifest), width).map((line) => paint.yellow(line)));
  }
  return [...lines, "", ...wrapText(summary.headline, width).map((line) => paint.bold(line))];
}

function partialText(reached: string, { failure }: Manifest): string {
  const how = failure === undefined ? "stopped" : "failed";
  const why = failure === undefined ? "" : ` (${failureText(failure)})`;
  const rest = "every figure below is of the part that was simulated.";
  return `PARTIAL: ${how} at ${formatTime(reached)} UTC${why}; ${rest}`;
}

function closingLines(summary: RunSummary, manifest: Manifest, options: RenderOptions): string[] {
  const { width, paint, folder } = options;
  const lines = ["", ...assumedLines(manifest, width, paint)];
  if (folder === undefined) return lines;
  const report = manifest.files.includes("report.html");
  lines.push(`${paint.bold("Record")}  ${folder}`);
  if (report) lines.push(`${paint.bold("Report")}  ${folder}/report.html (open it in a browser)`);
  const [command, purpose] = nextStep(summary, manifest, options.scenario);
  // A command is never broken over lines: it is there to be copied.
  const oneLine = 8 + command.length + 3 + purpose.length <= width;
  lines.push(`${paint.bold("Next")}    ${command}${oneLine ? "   " : "\n        "}${paint.dim(purpose)}`);
  return lines;
}

function assumedLines(manifest: Manifest, width: number, paint: Paint): string[] {
  const { assumed, sourced } = manifest;
  const counts =
    `${formatCount(assumed.length, "value")} of the scenario assumed (no published source), ` +
    `${formatNumber(sourced.length)} sourced: see manifest.json.`;
  return layoutText(text(counts, "faint"), width + 2, paint).map((line) => line.trimStart());
}

/** A command worth running next, and what it is good for. */
function nextStep(summary: RunSummary, manifest: Manifest, scenario: string | undefined): [string, string] {
  const same = runCommand(manifest, ["--seed", manifest.seed], scenario);
  if (manifest.failure !== undefined) return [same, "repeats the failure"];
  if (summary.run.partial) return [same, "runs it to the end"];
  return [runCommand(manifest, ["--seeds", "8"], scenario), "shows how much of this is chance"];
}
