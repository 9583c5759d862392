/**
 * The end of the page: money, how the run was made and can be repeated, what was assumed, what is left out.
 */
import type { RunData } from "@undertow/core";
import type { RunSummary } from "@undertow/core/metrics";
import {
  formatCount,
  formatDuration,
  formatNumber,
  formatPercent,
  formatTime,
  formatUsd,
} from "../../summary/format.ts";
import type { Manifest } from "../../record/manifest.ts";
import { escapeText, outsideText, sourceText } from "../html.ts";
import { runCommand } from "../../summary/run-command.ts";

type Entry = readonly [name: string, html: string];

/** Entries shown of lists that a scenario can make long. */
const MAX_ENTRIES = 400;

/** What the model does not hold, whatever the scenario. */
const LEFT_OUT: readonly string[] = [
  "Collateral other than the settlement currency, inverse contracts and options; a fall in the value of collateral coins is no channel here.",
  "Lending protocols, on-chain liquidations, fund redemptions and stablecoins that lose their peg, except where a dated shock stands for them.",
  "News itself. Dated shocks have sizes fixed in advance and one common scale that was fitted; everything after a shock is trading.",
  "Learning: traders keep their rules through the crash, and no new kind of trader arrives.",
  "Reported liquidation totals are lower bounds, since venues publish only a part; the simulated totals are complete.",
  "One run is one draw of chance. Differences between two single runs are not effects; repeat with several seeds.",
];

/** Conservation of money and where it went. */
export function moneyHtml(run: RunData, summary: RunSummary): string {
  const { money, feedback } = summary;
  const { fund } = feedback;
  const funds = run.venues.length > 1 ? "Insurance funds, together" : "Insurance fund";
  const verdict =
    money.residual === 0
      ? "0: money was conserved exactly"
      : `${formatNumber(money.residual)} quanta: money was NOT conserved`;
  return entries([
    [
      "Residual of the audit",
      `<strong>${escapeText(verdict)}</strong> in ${formatNumber(money.audits)} audits`,
    ],
    ["Closed in the book", escapeText(formatUsd(feedback.closedInBookUsd))],
    ["Taken over by the fund", escapeText(formatUsd(feedback.closedByFundUsd))],
    ["Auto-deleveraged", escapeText(formatUsd(feedback.closedByAdlUsd))],
    [
      funds,
      escapeText(
        `${formatUsd(fund.startUsd)} at the start, ${formatUsd(fund.lowUsd)} at its lowest, ${formatUsd(fund.endUsd)} at the end`,
      ),
    ],
    ["Losses nobody covered", escapeText(formatUsd(feedback.badDebtUsd))],
    ["Fees paid", escapeText(formatUsd(money.feesUsd))],
    ["Funding paid", escapeText(formatUsd(money.fundingPaidUsd))],
    ["Declared flows from outside", escapeText(formatUsd(money.externalFlowUsd))],
    [
      "Orders, fills, rejects",
      [run.totals.orders, run.totals.fills, run.totals.rejects].map((n) => formatNumber(n)).join(", "),
    ],
  ]);
}

/** Everything needed to make the run again. */
export function madeHtml(run: RunData, summary: RunSummary, manifest: Manifest): string {
  const { versions, replicate } = manifest;
  const several = replicate.of > 1 ? ` (replicate ${replicate.index} of ${replicate.of})` : "";
  const list = entries([
    [
      "Scenario",
      `${outsideText(manifest.scenarioName, 120)}, hash <code>${outsideText(manifest.scenarioHash, 80)}</code>`,
    ],
    ["Seed", `<code>${outsideText(manifest.seed, 200)}</code>${escapeText(several)}`],
    ["State hash", `<code>${outsideText(manifest.stateHash, 80)}</code>`],
    [
      "Versions",
      `undertow ${outsideText(versions.undertow, 40)}, engine ${outsideText(versions.engine, 40)}, Node.js ${outsideText(versions.node, 40)}`,
    ],
    [
      "Simulated",
      escapeText(`${formatTime(manifest.window.start)} to ${formatTime(manifest.window.end)} UTC`),
    ],
    [
      run.venues.length > 1 ? "Venues" : "Venue",
      run.venues
        .map(({ name, coverage }) => `${outsideText(name, 80)} (${formatPercent(coverage)} of the market)`)
        .join(", "),
    ],
    [
      "Clock",
      escapeText(
        `step ${formatDuration(summary.run.stepSeconds)}, samples every ${formatDuration(summary.run.sampleSeconds)}, ${formatNumber(manifest.steps)} steps`,
      ),
    ],
    [
      "People",
      escapeText(
        `${formatNumber(summary.run.agents)} agents for ${formatNumber(summary.run.traders)} traders`,
      ),
    ],
    [
      "Work",
      escapeText(
        `${formatNumber(manifest.events)} events in ${formatDuration(manifest.wallTimeSeconds)}, ${formatNumber(manifest.eventsPerSecond)} per second, ${manifest.threads} thread${manifest.threads === 1 ? "" : "s"}`,
      ),
    ],
    ["Record", manifest.files.map((file) => `<code>${outsideText(file, 80)}</code>`).join(", ")],
  ]);
  const ended = manifest.failure === undefined ? "was stopped early" : "failed before its end";
  const stopped = run.partial
    ? `<p class="soft">The run ${ended}; the command repeats the whole window.</p>`
    : "";
  return `${list}
<p>The same command with the same version gives the same state hash on any machine:</p>
<pre><code>${escapeText(reproduceCommand(manifest))}</code></pre>
${stopped}`;
}

/** The command line that repeats a run. */
function reproduceCommand(manifest: Manifest): string {
  return runCommand(manifest, ["--seed", manifest.seed]);
}

/** Values without and with a published source. */
export function assumedHtml(manifest: Manifest): string {
  const assumed = manifest.assumed.slice(0, MAX_ENTRIES).map((value) => {
    const note = value.note === undefined || value.note === "" ? "" : `: ${outsideText(value.note, 300)}`;
    return `<li><code>${outsideText(value.path, 120)}</code>${note}</li>`;
  });
  const sourced = manifest.sourced
    .slice(0, MAX_ENTRIES)
    .map((value) => `<li><code>${outsideText(value.path, 120)}</code>: ${sourceText(value.source)}</li>`);
  const more = manifest.assumed.length - assumed.length;
  const none = "<p>Every start value and parameter of this scenario has a published source.</p>";
  return [
    assumed.length === 0
      ? none
      : `<p>Chosen without a published source (${formatCount(manifest.assumed.length, "value")}):</p><ul>${assumed.join("")}</ul>`,
    more > 0 ? `<p class="soft">${formatNumber(more)} more are in manifest.json.</p>` : "",
    sourced.length === 0
      ? ""
      : `<details><summary>${formatCount(manifest.sourced.length, "value")} with a published source</summary><ul>${sourced.join("")}</ul></details>`,
  ].join("\n");
}

/** What a run cannot show. */
export function leftOutHtml({ venues }: RunData): string {
  const list = [otherVenues(venues.length), ...LEFT_OUT];
  return `<ul>${list.map((text) => `<li>${escapeText(text)}</li>`).join("")}</ul>`;
}

function otherVenues(simulated: number): string {
  return simulated === 1
    ? "Other venues: one venue stands for its stated share of the market. Price gaps between venues, and cash that cannot get from one to another, are not simulated."
    : `Venues beyond the ${simulated} simulated ones; credit between venues, and venues that settle in different currencies.`;
}

function entries(list: readonly Entry[]): string {
  return `<dl class="facts">${list.map(([name, html]) => `<dt>${escapeText(name)}</dt><dd>${html}</dd>`).join("")}</dl>`;
}
