/**
 * The liquidation ladder of the start: what each per cent of fall or rise would liquidate, and all moves up to it.
 */
import type { LadderLine } from "@undertow/core/metrics";
import type { PopulationDescription } from "@undertow/scenarios";
import { formatPercent, formatUsd } from "../../summary/format.ts";
import {
  aloneColumns,
  type LadderColumn,
  ladderSpans,
  spanUsd,
  togetherColumns,
} from "../../summary/ladder-spans.ts";
import type { ChartLine } from "../chart-spec.ts";
import { coinName, colorName, type Figure } from "../figure.ts";
import { dataTable, numberCell, textCell } from "../html.ts";
import { rounded } from "../sampling.ts";

/** Moves that are drawn, per cent either way; the tables go on to the ladder's end. */
const DRAWN = 30;
const LABEL_EVERY = 5;

type Direction = LadderLine["direction"];
/** The same columns for falls and for rises. */
type BothWays = Readonly<Record<Direction, readonly LadderColumn[]>>;

/** Two charts: each coin alone by its own move, and the sums when all move together. */
export function ladderFigures(population: PopulationDescription): Figure[] {
  const { ladder } = population;
  const coins = population.coins.map(({ coin }) => coin);
  const alone = { fall: aloneColumns(ladder, "fall", coins), rise: aloneColumns(ladder, "rise", coins) };
  const together = {
    fall: togetherColumns(ladder, "fall", coins),
    rise: togetherColumns(ladder, "rise", coins),
  };
  return [aloneFigure(population, alone), togetherFigure(population, together)];
}

function aloneFigure(population: PopulationDescription, columns: BothWays): Figure {
  const title = "Liquidation ladder";
  const names = movesOf([...below(), ...above()]);
  const lines = columns.fall.map(({ name, usd }, k): ChartLine => ({
    name: coinName(name),
    color: colorName(k),
    style: "bar",
    stack: "up",
    values: [...usd.slice(0, DRAWN).reverse(), ...columns.rise[k].usd.slice(0, DRAWN)].map(rounded),
  }));
  const nearest = (direction: Direction): string => formatUsd(upTo(columns[direction], 10));
  return {
    title,
    caption: `Positions that each 1 % of a coin's own move would liquidate, the other coins standing still: longs to the left, shorts to the right. A fall of 10 % of each coin reaches ${nearest("fall")}, a rise of 10 % ${nearest("rise")}, of an open interest of ${formatUsd(interest(population))}. Counted from the accounts before the first step, at start prices and before any trade.`,
    chart: {
      id: "ladder",
      x: names.x,
      xLabels: names.labels,
      unit: "US dollars of notional per 1 % of the coin's move",
      format: "dollars",
      lines,
      height: 300,
      fromZero: true,
    },
    table: spansTable(`${title}: each coin alone`, columns),
  };
}

function togetherFigure(population: PopulationDescription, columns: BothWays): Figure {
  const reference = coinName(population.ladder.reference);
  const title = "All coins moving together";
  const names = movesOf([...below(), 0, ...above()]);
  const lines = columns.fall.map((column, k): ChartLine => ({
    name: column.name === "all" ? "all coins" : coinName(column.name),
    color: column.name === "all" ? "ink-soft" : colorName(k),
    style: "line",
    ...(column.name === "all" ? { dash: true } : {}),
    values: [
      ...cumulative(column).slice(0, DRAWN).reverse(),
      0,
      ...cumulative(columns.rise[k]).slice(0, DRAWN),
    ].map(rounded),
  }));
  const all = (direction: Direction): number =>
    columns[direction].at(-1)?.usd.slice(0, 20).reduce(add, 0) ?? 0;
  const share = all("fall") / interest(population);
  return {
    title,
    caption: `Liquidated in all when ${reference} moves so far and every other coin by its beta. A fall of 20 % reaches ${formatUsd(all("fall"))}, ${formatPercent(Number.isFinite(share) ? share : null)} of the open interest; a rise of 20 % ${formatUsd(all("rise"))}. What the run liquidated differs: traders sell, add margin and open anew on the way, and forced orders move prices.`,
    chart: {
      id: "ladder-together",
      x: names.x,
      xLabels: names.labels,
      unit: `US dollars of notional, all moves up to this one of ${reference}`,
      format: "dollars",
      lines,
      height: 280,
      fromZero: true,
    },
    table: spansTable(title, columns),
  };
}

/** Moves in per cent, the largest fall first. */
function below(): number[] {
  return Array.from({ length: DRAWN }, (_, k) => k - DRAWN);
}

function above(): number[] {
  return Array.from({ length: DRAWN }, (_, k) => k + 1);
}

function movesOf(moves: readonly number[]): { x: string[]; labels: string[] } {
  const x = moves.map((percent) => `${percent > 0 ? "+" : ""}${percent}%`);
  return { x, labels: x.map((name, k) => (moves[k] % LABEL_EVERY === 0 ? name : "")) };
}

function cumulative({ usd }: LadderColumn): number[] {
  let sum = 0;
  return usd.map((value) => (sum += value));
}

function upTo(columns: readonly LadderColumn[], percent: number): number {
  return columns.reduce((sum, { usd }) => sum + usd.slice(0, percent).reduce(add, 0), 0);
}

function add(sum: number, value: number): number {
  return sum + value;
}

function interest({ coins }: PopulationDescription): number {
  return coins.reduce((sum, { openInterestUsd }) => sum + openInterestUsd, 0);
}

/** Falls and rises in spans, with dollars per 1 % and in all, to the ladder's end. */
function spansTable(caption: string, columns: BothWays): string {
  const heads = columns.fall.flatMap(({ name }) => [
    `${coinName(name)}, per 1 %`,
    `${coinName(name)}, in all`,
  ]);
  const rows = (["fall", "rise"] as const).flatMap((direction) =>
    ladderSpans.map((span) => [
      textCell(`${direction} ${span.from}-${span.to} %`),
      ...columns[direction].flatMap((column) => {
        const { perRung, upTo: all } = spanUsd(column, span);
        return [numberCell(formatUsd(perRung)), numberCell(formatUsd(all))];
      }),
    ]),
  );
  return dataTable({ caption, head: ["Move", ...heads], rows });
}
