/**
 * Section 4: how much of the selling was forced, how liquidations set off further ones, and who paid.
 */
import type { FeedbackSummary, RunSummary, SellingShares } from "@undertow/core/metrics";
import { formatNumber, formatPercent, formatUsd } from "../format.ts";
import { table, text, type Section, type TableBlock } from "../page.ts";

const GENERATIONS_SHOWN = 6;

/** Section 4 of the summary. */
export function feedbackSection(summary: RunSummary): Section {
  const { feedback } = summary;
  const { fund, reproduction } = feedback;
  return {
    title: "4. The feedback",
    blocks: [
      sellingTable(feedback, summary.prices.referenceCoin),
      generationsTable(feedback),
      text(
        `Genealogical reproduction number (where liquidations came from, not what one more would cause): ` +
          `${formatNumber(reproduction.byCount, 2)} by count, ${formatNumber(reproduction.byNotional, 2)} by notional; ` +
          `liquidation share of the flow that set them off: ${formatPercent(reproduction.forcedShareOfTrigger)}.`,
      ),
      text(
        `Closed in the book ${formatUsd(feedback.closedInBookUsd)}, taken over by the insurance fund ` +
          `${formatUsd(feedback.closedByFundUsd)}, by auto-deleveraging ${formatUsd(feedback.closedByAdlUsd)}; ` +
          `bad debt ${formatUsd(feedback.badDebtUsd)}.`,
        feedback.badDebtUsd > 0 ? "bad" : undefined,
      ),
      text(
        `Insurance fund: used ${formatUsd(fund.usedUsd)} (start ${formatUsd(fund.startUsd)}, low ` +
          `${formatUsd(fund.lowUsd)}, end ${formatUsd(fund.endUsd)}). Auto-deleveraging volume ` +
          `${formatUsd(feedback.adlUsd)}.`,
      ),
    ],
  };
}

function sellingTable(feedback: FeedbackSummary, reference: string): TableBlock {
  const rows = [
    sharesRow("whole run", feedback.wholeRun),
    sharesRow(`${reference}'s peak to trough`, feedback.crash),
    ...feedback.coins.map((coin) => sharesRow(`${coin.coin}, whole run`, coin)),
  ];
  return table(
    [
      { header: "taker selling", align: "left" },
      { header: "amount" },
      { header: "forced" },
      { header: "stops" },
      { header: "risk\nlimits" },
      { header: "capitu-\nlation" },
      { header: "other" },
    ],
    rows,
  );
}

function sharesRow(name: string, shares: SellingShares): string[] {
  return [
    name,
    formatUsd(shares.takerSellUsd),
    formatPercent(shares.forced),
    formatPercent(shares.stop),
    formatPercent(shares.riskLimit),
    formatPercent(shares.capitulation),
    formatPercent(shares.other),
  ];
}

/** Generations across, so that a long cascade stays a short table. */
function generationsTable(feedback: FeedbackSummary): TableBlock {
  const shown = feedback.generations.slice(0, GENERATIONS_SHOWN);
  const rest = feedback.generations.slice(GENERATIONS_SHOWN);
  const cells = shown.map((entry) => ({
    head: String(entry.generation),
    orders: entry.orders,
    usd: entry.usd,
  }));
  if (rest.length > 0) {
    cells.push({
      head: `${rest[0].generation}+`,
      orders: rest.reduce((sum, entry) => sum + entry.orders, 0),
      usd: rest.reduce((sum, entry) => sum + entry.usd, 0),
    });
  }
  return table(
    [{ header: "generation", align: "left" }, ...cells.map((cell) => ({ header: cell.head }))],
    [
      ["liquidation orders", ...cells.map((cell) => formatNumber(cell.orders))],
      ["notional", ...cells.map((cell) => formatUsd(cell.usd))],
    ],
  );
}
