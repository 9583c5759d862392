/**
 * Section 2: forced liquidations per coin and side, over the windows of the published figures and the worst 24 h.
 */
import type { FactRow, LiquidationWindow, RunSummary } from "@undertow/core/metrics";
import { formatFactValue } from "../fact-text.ts";
import {
  formatCount,
  formatHours,
  formatNumber,
  formatPercent,
  formatShortTime,
  formatTime,
  formatUsd,
  MISSING,
} from "../format.ts";
import { table, text, type Block, type Section, type TableBlock, type Tone } from "../page.ts";

/** Up to this many windows are all shown. */
const FEW_WINDOWS = 8;

/** Section 2 of the summary. */
export function liquidationsSection(summary: RunSummary): Section {
  const { wholeRun, windows, worst24h } = summary.liquidations;
  const covered = windows.filter((window) => window.covered && !isWhole(window, wholeRun));
  const compared = windowsToShow(covered, summary);
  // A published window may be the whole run; it then carries its facts to the last row.
  const whole = windows.find((window) => isWhole(window, wholeRun)) ?? wholeRun;
  const shown = [...compared, ...(worst24h === null ? [] : [worst24h]), whole];
  const note = "* Chosen from the run itself: no published figure may be compared with it.";
  const outside = windows.filter((w) => !w.covered);
  const blocks: Block[] = [
    amountsTable(shown, summary),
    peopleTable(shown, summary),
    ...(worst24h === null ? [] : [text(note, "faint")]),
    ...worstText(summary),
  ];
  const others = covered.length - compared.length;
  if (others > 0) {
    const windowsText = formatCount(others, "more window");
    blocks.push(text(`${windowsText} of published figures: see summary.json and the report.`, "faint"));
  }
  if (outside.length > 0) {
    const labels = outside.map((window) => windowName(window, wholeRun).join(" ")).join("; ");
    blocks.push(text(`Published windows outside this run: ${labels}.`, "faint"));
  }
  return { title: "2. Forced liquidations", blocks };
}

/**
 * The windows with graded figures; of many, those with a graded figure of a single coin, which the table by coin is
 * about: figures of all coins count more coins than the run has.
 */
function windowsToShow(covered: readonly LiquidationWindow[], summary: RunSummary): LiquidationWindow[] {
  const graded = (window: LiquidationWindow) =>
    windowFacts(window, summary).filter(({ verdict }) => verdict === "hit" || verdict === "miss");
  const compared = covered.filter((window) => graded(window).length > 0);
  if (compared.length <= FEW_WINDOWS) return compared;
  return compared.filter((window) => graded(window).some(({ fact }) => (fact.coin ?? "ALL") !== "ALL"));
}

/** Amounts: two rows a window (longs, shorts), and the published amounts under the coin they belong to. */
function amountsTable(windows: readonly LiquidationWindow[], summary: RunSummary): TableBlock {
  const coins = summary.run.coins;
  const { wholeRun } = summary.liquidations;
  const rows: string[][] = [];
  const tones: (Tone | undefined)[] = [];
  for (const window of windows) {
    const [first, second] = windowName(window, wholeRun);
    const cells = (side: "longUsd" | "shortUsd") =>
      coins.map((coin) => formatUsd(window.coins.find((entry) => entry.coin === coin)?.[side]));
    const published = publishedRows(window, summary);
    // No shorts, no row for them; the second half of the window's name then needs a published row to stand in.
    const noShorts = window.total?.shortUsd === 0 && published.length > 0;
    const longs = noShorts ? "longs, no shorts" : "longs";
    const own = [[longs, formatUsd(window.total?.longUsd), ...cells("longUsd")]];
    if (!noShorts) own.push(["shorts", formatUsd(window.total?.shortUsd), ...cells("shortUsd")]);
    [...own, ...published].forEach((row, k) => rows.push([[first, second][k] ?? "", ...row]));
    tones.push(...own.map(() => undefined), ...published.map(() => "strong" as const));
  }
  const head = [
    { header: "window", align: "left" as const },
    { header: "side", align: "left" as const },
    { header: "all" },
  ];
  return table([...head, ...coins.map((coin) => ({ header: coin }))], rows, tones);
}

function publishedRows(window: LiquidationWindow, summary: RunSummary): string[][] {
  const facts = windowFacts(window, summary).filter((row) => row.fact.kind === "liquidations-usd");
  const rows: string[][] = [];
  for (const side of [undefined, "long", "short"] as const) {
    const ofSide = facts.filter((row) => row.fact.side === side);
    if (ofSide.length === 0) continue;
    const at = (coin: string) => {
      const values = ofSide.filter((row) => (row.fact.coin ?? "ALL") === coin);
      return values.map((row) => formatFactValue(row.fact, row.fact.value)).join("/");
    };
    const name = side === undefined ? "published, both" : `published, ${side}s`;
    rows.push([name, at("ALL"), ...summary.run.coins.map(at)]);
  }
  return rows;
}

const PEOPLE_KINDS: readonly string[] = ["traders-liquidated", "long-share", "largest-liquidation-usd"];

/**
 * People and shapes: traders, share of longs, largest single order, each with the published figure.
 * Only windows with such a figure, the worst 24 h and the whole run; the rest is in summary.json.
 */
function peopleTable(windows: readonly LiquidationWindow[], summary: RunSummary): TableBlock {
  const { wholeRun } = summary.liquidations;
  const peopleFacts = (window: LiquidationWindow) =>
    windowFacts(window, summary).filter(
      ({ fact }) => (fact.coin ?? "ALL") === "ALL" && PEOPLE_KINDS.includes(fact.kind),
    );
  const shown = windows.filter(
    (window) => window.notCompared || isWhole(window, wholeRun) || peopleFacts(window).length > 0,
  );
  const rows = shown.map((window) => {
    const facts = peopleFacts(window);
    const beside = (simulated: string, kind: string) => {
      const published = facts.filter((row) => row.fact.kind === kind);
      if (published.length === 0) return simulated;
      return `${simulated} (pub. ${published.map((row) => formatFactValue(row.fact, row.fact.value)).join("/")})`;
    };
    const total = window.total;
    return [
      windowName(window, wholeRun).join(" "),
      beside(formatNumber(total?.traders), "traders-liquidated"),
      beside(formatPercent(total?.longShare), "long-share"),
      beside(formatUsd(total?.largestUsd), "largest-liquidation-usd"),
    ];
  });
  return table(
    [
      { header: "window", align: "left", wrap: true },
      { header: "traders" },
      { header: "share of longs" },
      { header: "largest single" },
    ],
    rows,
  );
}

function windowFacts(window: LiquidationWindow, summary: RunSummary): FactRow[] {
  if (window.notCompared) return [];
  return summary.facts.filter((row) => window.factIds.includes(row.fact.id));
}

/** Name and end of a window, for two rows of a table. */
function windowName(window: LiquidationWindow, wholeRun: LiquidationWindow): [string, string] {
  if (isWhole(window, wholeRun)) return [wholeRun.label, ""];
  const span = formatHours(window.hours);
  return [window.notCompared ? `worst ${span} *` : span, `to ${formatShortTime(window.to)}`];
}

function isWhole(window: LiquidationWindow, wholeRun: LiquidationWindow): boolean {
  return window.from === wholeRun.from && window.to === wholeRun.to && !window.notCompared;
}

function worstText(summary: RunSummary): Block[] {
  const { worst30MinutesShare, worst30MinutesEnd } = summary.liquidations;
  if (worst30MinutesShare === null) return [text("No position was liquidated.")];
  const end = worst30MinutesEnd === null ? MISSING : `${formatTime(worst30MinutesEnd)} UTC`;
  return [
    text(`Worst 30 minutes: ${formatPercent(worst30MinutesShare)} of the whole run's amount, up to ${end}.`),
  ];
}
