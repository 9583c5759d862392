/**
 * Section 9: was money conserved, which run was this, and what did it cost to compute.
 */
import type { RunSummary } from "@undertow/core/metrics";
import { formatCount, formatDuration, formatNumber, formatUsd } from "../format.ts";
import { text, type Section } from "../page.ts";

/** Section 9 of the summary. */
export function moneySection(summary: RunSummary): Section {
  const { money, run } = summary;
  const audit =
    money.residual === 0
      ? `Money is conserved exactly: residual 0 in ${formatCount(money.audits, "audit")}.`
      : `MONEY IS NOT CONSERVED: residual ${formatNumber(money.residual)} quanta; please report this.`;
  const speed = run.eventsPerSecond === null ? "" : `, ${formatNumber(run.eventsPerSecond)} events/s`;
  const wall = run.wallSeconds === null ? "" : `, wall time ${formatDuration(run.wallSeconds)}`;
  return {
    title: "9. Money and machine",
    blocks: [
      text(audit, money.residual === 0 ? "good" : "bad"),
      text(
        `Fees ${formatUsd(money.feesUsd)}, funding ${formatUsd(money.fundingPaidUsd)}, ` +
          `declared flow from outside ${formatUsd(money.externalFlowUsd)}.`,
      ),
      text(`State hash ${summary.stateHash}, seed "${run.seed}", engine ${run.engineVersion}.`),
      text(
        `${formatCount(run.steps, "step")} of ${formatDuration(run.stepSeconds)}, ` +
          `${formatNumber(run.events)} events${speed}${wall}; ${formatNumber(run.agents)} agents ` +
          `for ${formatCount(run.traders, "trader")}.`,
      ),
    ],
  };
}
