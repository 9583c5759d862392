/**
 * Pictures of stylised facts: tails, memory, kurtosis by horizon, impact, and the average book.
 *
 * Axes are categories that are even in the logarithm; where values span decades their decimal logarithm is drawn.
 */
import {
  autocorrelationAt,
  BOOK_EDGES_BP,
  excessKurtosis,
  HORIZONS,
  logReturns,
  magnitudes,
  type ImpactCurve,
  type MarketObservation,
} from "@undertow/core/metrics";
import type { StylisedReport } from "@undertow/scenarios";
import { formatNumber, formatPercent } from "../../summary/format.ts";
import type { ChartLine, ChartSpec } from "../chart-spec.ts";
import { colorName, type Figure } from "../figure.ts";
import { dataTable, numberCell, textCell } from "../html.ts";
import { valueText } from "../value-text.ts";

const DEVIATIONS = [1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12];
const LAGS = [1, 2, 3, 5, 10, 20, 30, 60, 120, 240, 480, 1440];
const KURTOSIS_MINUTES = [1, 2, 5, 10, 15, 30, 60, 120, 240];
/** P(|x| > z) of a normal variable at DEVIATIONS, decimal logarithms. */
const NORMAL_TAIL = [-0.499, -0.874, -1.342, -2.569, -4.198, -6.242, -8.704, null, null, null];

/** How far beyond their deviation returns go, and how that changes with the horizon. */
export function tailFigures({ observed }: StylisedReport): Figure[] {
  const tails = observed.flatMap((market, coin) =>
    HORIZONS.map((horizon, h) =>
      line(`${market.coin} ${horizonName(horizon)}`, coin === 0 ? h : h + 3, tailOf(market, horizon)),
    ),
  );
  const normal: ChartLine = { ...line("normal", 7, NORMAL_TAIL), dash: true };
  return [
    figure({
      id: "tail",
      title: "Tails of returns",
      caption:
        "How often |r| exceeds so many standard deviations. A power law is a straight line in double logarithms; a normal distribution bends down.",
      x: DEVIATIONS.map((z) => `${z} sd`),
      head: "Beyond",
      unit: "decimal logarithm of the share of returns",
      lines: [...tails, normal],
    }),
    figure({
      id: "kurtosis",
      title: "Excess kurtosis by horizon",
      caption: "Falls towards 0, that of a normal distribution, as returns are added up.",
      x: KURTOSIS_MINUTES.map((minutes) => `${minutes} min`),
      head: "Returns over",
      unit: "excess kurtosis",
      lines: observed.map((market, coin) =>
        line(
          market.coin,
          coin,
          KURTOSIS_MINUTES.map((minutes) => excessKurtosis(logReturns(market.price, minutes))),
        ),
      ),
    }),
  ];
}

/** Autocorrelations of returns, of their size, and of the signs of orders. */
export function memoryFigures({ observed }: StylisedReport): Figure[] {
  const of = (values: (market: MarketObservation) => ArrayLike<number>): ChartLine[] =>
    observed.map((market, coin) =>
      line(market.coin, coin, Array.from(autocorrelationAt(values(market), LAGS))),
    );
  const x = LAGS.map(String);
  const signs = observed.some((market) => market.signs.length > 0)
    ? [
        figure({
          id: "sign-memory",
          title: "Autocorrelation of order signs",
          caption: "Lags count market orders of the perpetual.",
          x,
          head: "Lag, orders",
          unit: "autocorrelation",
          lines: of((market) => market.signs),
        }),
      ]
    : [];
  return [
    figure({
      id: "return-memory",
      title: "Autocorrelation of returns",
      caption: "One-minute returns; a market without free lunch has none beyond a few minutes.",
      x,
      head: "Lag, minutes",
      unit: "autocorrelation",
      lines: of((market) => logReturns(market.price)),
    }),
    figure({
      id: "size-memory",
      title: "Autocorrelation of |r|",
      caption: "One-minute returns; volatility that clusters decays slowly.",
      x,
      head: "Lag, minutes",
      unit: "autocorrelation",
      lines: of((market) => magnitudes(logReturns(market.price))),
    }),
    ...signs,
  ];
}

/** The impact curves with their fits and a square root through the middle point. */
export function impactFigures({ impact, coins }: StylisedReport): Figure[] {
  if (impact.length === 0) return [];
  const lines = impact.flatMap((curve, coin) => [
    line(
      `${coins[coin]} at the end`,
      coin,
      logs(curve, (point) => point.impact),
    ),
    {
      ...line(
        `${coins[coin]} 2 h later`,
        coin + 2,
        logs(curve, (point) => point.later),
      ),
      dash: true,
    },
  ]);
  const [first] = impact;
  const middle = first.points[Math.floor(first.points.length / 2)];
  const root = logs(first, (point) => middle.impact * Math.sqrt(point.share / middle.share));
  return [
    figure({
      id: "impact-curve",
      title: "Impact of metaorders",
      caption: `Fitted exponents: ${impact.map((curve, k) => `${coins[k]} ${formatNumber(curve.exponent, 2)}`).join(", ")}; the square-root law has 0.5.`,
      x: first.points.map((point) => formatPercent(point.share, 2)),
      head: "Size over daily volume",
      unit: "decimal logarithm of the move in basis points",
      lines: [...lines, { ...line("square root", 7, root), dash: true }],
    }),
  ];
}

/** The average book by level and by distance. */
export function bookFigures({ observed }: StylisedReport): Figure[] {
  return observed.flatMap(({ coin, book }): Figure[] => {
    if (book === undefined) return [];
    const id = coin.replace(/[^A-Za-z0-9]/g, "");
    const edge = (k: number): string => `${BOOK_EDGES_BP[k]}-${BOOK_EDGES_BP[k + 1]} bp`;
    const share = (values: readonly number[]): number[] => {
      const most = Math.max(...book.bidDensity, ...book.askDensity);
      return values.map((value) => value / most);
    };
    return [
      figure({
        id: `book-${id}`,
        title: `Average book of ${coin}`,
        caption: `Lots per basis point by distance from the mid, over ${formatNumber(book.snapshots)} snapshots, as a share of the fullest; mean half spread ${formatNumber(book.halfSpreadBp, 2)} bp.`,
        x: book.bidDensity.map((_, k) => edge(k)),
        head: "Distance from the mid",
        unit: "share of the fullest",
        lines: [line("bids", 3, share(book.bidDensity)), line("asks", 2, share(book.askDensity))],
      }),
    ];
  });
}

function tailOf(market: MarketObservation, horizon: number): (number | null)[] {
  const sizes = magnitudes(logReturns(market.price, horizon));
  const deviation = Math.sqrt(sizes.reduce((sum, size) => sum + size * size, 0) / sizes.length);
  return DEVIATIONS.map((z) => {
    const beyond = sizes.reduce((count, size) => count + (size > z * deviation ? 1 : 0), 0);
    return beyond === 0 ? null : Math.log10(beyond / sizes.length);
  });
}

function logs(curve: ImpactCurve, read: (point: ImpactCurve["points"][number]) => number): (number | null)[] {
  return curve.points.map((point) => (read(point) > 0 ? Math.log10(1e4 * read(point)) : null));
}

function horizonName(minutes: number): string {
  return minutes === 60 ? "1 h" : `${minutes} min`;
}

function line(name: string, color: number, values: readonly (number | null)[]): ChartLine {
  return {
    name,
    color: colorName(color),
    style: "line",
    values: values.map((value) => (value === null || !Number.isFinite(value) ? null : value)),
  };
}

function figure(parts: {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly x: readonly string[];
  /** Name of the table's first column. */
  readonly head: string;
  readonly unit: string;
  readonly lines: readonly ChartLine[];
}): Figure {
  const { id, title, caption, x, head, unit, lines } = parts;
  const chart: ChartSpec = { id, x, unit, format: "decimal", lines, height: 260 };
  const rows = x.map((name, k) => [
    textCell(name),
    ...lines.map((one) => numberCell(valueText(one.values[k], "decimal"))),
  ]);
  const table = dataTable({ caption: title, head: [head, ...lines.map((one) => one.name)], rows });
  return { title, caption, chart, table };
}
