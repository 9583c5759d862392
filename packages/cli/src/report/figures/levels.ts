/**
 * Followed price levels and the end of the crash: one price chart with the moments marked, and the bids that
 * rested near each level.
 */
import type { LevelSummary, RunSummary } from "@undertow/core/metrics";
import {
  formatChange,
  formatNumber,
  formatPercent,
  formatPrice,
  formatShortTime,
  formatUsd,
} from "../../summary/format.ts";
import type { ChartMoment } from "../chart-spec.ts";
import { coinName, colorName, hourlyTable, type Figure } from "../figure.ts";
import { dataTable, numberCell, textCell } from "../html.ts";
import { hourlyLast, levelBidsLine, line, type Samples } from "../sampling.ts";

/** One chart for each coin with followed levels; the reference coin's also shows when the crash ended. */
export function levelFigures(samples: Samples, summary: RunSummary): Figure[] {
  const { run } = samples;
  return run.coins.flatMap((coin, index) => {
    const isReference = coin.name === summary.prices.referenceCoin;
    const levels = summary.levels.filter((level) => level.coin === coin.name);
    if (levels.length === 0 && !isReference) return [];
    const name = coinName(coin.name);
    const title = `${name}: levels and stabilisation`;
    const values = line(samples, index, "spot", { low: "spotLow", high: "spotHigh" });
    const price: Figure = {
      title,
      caption: levelsCaption(summary, levels, isReference),
      chart: {
        id: `levels-${index}`,
        x: "grid",
        unit: "US dollars, spot",
        format: "price",
        lines: [{ name: `${name} spot`, color: colorName(index), style: "line", values }],
        levels: levels.map((level) => ({ value: level.price, label: formatPrice(level.price) })),
        moments: moments(summary, levels, isReference),
        height: 340,
      },
      table: hourlyTable(title, samples.hours, [
        {
          name: `${name} spot`,
          values: hourlyLast(samples, "spot", index),
          format: "price",
          combine: "last",
        },
      ]),
    };
    return levels.length === 0 ? [price] : [price, bidsFigure(samples, index, name, levels)];
  });
}

function levelsCaption(summary: RunSummary, levels: readonly LevelSummary[], isReference: boolean): string {
  const parts = levels.map((level) => {
    const price = formatPrice(level.price);
    if (level.status === "untouched") return `${price} was not reached.`;
    const touched = `${price} was first touched on ${formatShortTime(level.firstTouch)} UTC, with ${formatUsd(level.bidsBeforeTouchUsd)} of bids near it the hour before,`;
    return level.status === "held"
      ? `${touched} and held at the end (deepest ${formatChange(level.deepest)}).`
      : `${touched} and broken for good on ${formatShortTime(level.brokenForGood)} UTC.`;
  });
  if (!isReference) return parts.join(" ");
  const end = summary.stabilisation;
  parts.push(
    end.time === null
      ? "The run ends before prices stopped making lows and forced selling died down."
      : `From ${formatShortTime(end.time)} UTC there was no new low and liquidations stayed below a tenth of their worst hour.`,
  );
  if (end.reboundAfterTrough !== null) {
    parts.push(
      `The highest price after the low was ${formatPercent(end.reboundAfterTrough)} above it; ${formatPercent(end.recoveredAtEnd)} of the fall was regained at the end.`,
    );
  }
  return parts.join(" ");
}

function moments(summary: RunSummary, levels: readonly LevelSummary[], isReference: boolean): ChartMoment[] {
  const found: ChartMoment[] = [];
  const add = (iso: string | null, words: string): void => {
    if (iso !== null)
      found.push({ time: Date.parse(iso) / 1000, label: `${formatShortTime(iso)} UTC ${words}` });
  };
  for (const level of levels) {
    add(level.firstTouch, `${formatPrice(level.price)} first touched`);
    add(level.brokenForGood, `${formatPrice(level.price)} broken for good`);
  }
  if (isReference) {
    add(summary.stabilisation.lastNewLow, "the low");
    add(summary.stabilisation.time, "stabilised");
  }
  return found.sort((a, b) => a.time - b.time);
}

function bidsFigure(samples: Samples, coin: number, name: string, levels: readonly LevelSummary[]): Figure {
  const { run } = samples;
  const followed = run.levels.flatMap((level, index) => (level.coin === coin ? [{ ...level, index }] : []));
  const title = `${name}: bids resting near the levels`;
  const rows = levels.map((level) => [
    textCell(formatPrice(level.price)),
    numberCell(formatUsd(level.bidsAtStartUsd)),
    numberCell(formatUsd(level.bidsBeforeTouchUsd)),
  ]);
  const before = levels.flatMap((level) =>
    level.bidsBeforeTouchUsd === null
      ? []
      : [
          `at ${formatPrice(level.price)} ${formatUsd(level.bidsAtStartUsd)} at the start, ${formatUsd(level.bidsBeforeTouchUsd)} in the hour before the first touch`,
        ],
  );
  return {
    title,
    caption: before.length === 0 ? "No level was touched." : `Bids ${before.join("; ")}.`,
    chart: {
      id: `level-bids-${coin}`,
      x: "grid",
      unit: "US dollars of bids within 0.5% of the level",
      format: "dollars",
      lines: followed.map((level, order) => ({
        name: formatPrice(level.price),
        color: colorName(order + 1),
        style: "line",
        values: levelBidsLine(samples, level.index),
      })),
      height: 220,
      fromZero: true,
    },
    table: dataTable({
      caption: title,
      head: ["Level", "At the start", "Hour before the first touch"],
      rows,
    }),
  };
}

/** The rallies on the way down. */
export function ralliesTable(summary: RunSummary): string {
  const { rallies } = summary.stabilisation;
  if (rallies.length === 0) return `<p class="soft">No rally of 3% or more on the way down.</p>`;
  const rows = rallies.map((rally) => [
    textCell(`${formatShortTime(rally.start)} to ${formatShortTime(rally.end)}`),
    numberCell(formatPrice(rally.low)),
    numberCell(formatPrice(rally.high)),
    numberCell(formatChange(rally.height)),
    numberCell(formatPrice(rally.nextLow)),
    numberCell(formatPercent(rally.givenBack, 0)),
  ]);
  return dataTable({
    caption: "Rallies of 3% or more on the way down",
    head: ["Rally, UTC", "From", "To", "Height", "Next low", "Given back"],
    rows,
  });
}

/** The followed levels as a table. */
export function levelsTable(summary: RunSummary): string {
  const words = { untouched: "not reached", held: "held", broken: "broken" };
  const rows = summary.levels.map((level) => [
    textCell(`${coinName(level.coin)} ${formatPrice(level.price)}`),
    textCell(words[level.status]),
    numberCell(formatShortTime(level.firstTouch)),
    numberCell(formatShortTime(level.brokenForGood)),
    numberCell(formatChange(level.deepest)),
    numberCell(formatPercent(level.shareOfTimeBelow, 0)),
    numberCell(formatUsd(level.bidsBeforeTouchUsd)),
  ]);
  if (rows.length === 0)
    return `<p class="soft">${formatNumber(0)} levels are followed in this scenario.</p>`;
  return dataTable({
    caption: "Followed levels",
    head: [
      "Level",
      "At the end",
      "First touched, UTC",
      "Broken for good, UTC",
      "Lowest price against it",
      "Time below after",
      "Bids before the touch",
    ],
    rows,
  });
}
