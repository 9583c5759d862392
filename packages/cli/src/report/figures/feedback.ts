/**
 * The feedback: how much of the selling was forced, and in how many rounds liquidations set off liquidations.
 */
import type { RunSummary, SellingShares } from "@undertow/core/metrics";
import { formatNumber, formatPercent, formatUsd } from "../../summary/format.ts";
import type { ChartLine } from "../chart-spec.ts";
import { coinName, hourlyTable, type Figure } from "../figure.ts";
import { dataTable, numberCell, textCell } from "../html.ts";
import { hourlySum, rounded, type Samples, type SeriesName } from "../sampling.ts";

const CAUSES: readonly { readonly name: string; readonly column: SeriesName; readonly color: string }[] = [
  { name: "liquidations", column: "forcedSell", color: "c2" },
  { name: "stop-losses", column: "stopSell", color: "c5" },
  { name: "risk limits", column: "riskLimitSell", color: "c1" },
  { name: "capitulation", column: "capitulationSell", color: "c4" },
];

/** Generations drawn one by one; later ones are joined. */
const MAX_GENERATIONS = 12;

/** Share of taker selling by cause, hour by hour. */
export function sellingFigure(samples: Samples, summary: RunSummary): Figure {
  const all = hourlySum(samples, "takerSell");
  const shares = CAUSES.map(({ column }) => {
    const sums = hourlySum(samples, column);
    return sums.map((sum, hour) => (all[hour] > 0 ? (100 * sum) / all[hour] : 0));
  });
  const lines = CAUSES.map(({ name, color }, index): ChartLine => ({
    name,
    color,
    style: "bar",
    stack: "up",
    values: Array.from(shares[index], rounded),
  }));
  const title = "Selling that was not a choice";
  const { crash } = summary.feedback;
  return {
    title,
    caption: `From the peak to the low, ${formatPercent(crash.forced)} of ${formatUsd(crash.takerSellUsd)} of taker selling came from liquidations, ${formatPercent(crash.stop)} from stop-losses, ${formatPercent(crash.riskLimit)} from risk limits and ${formatPercent(crash.capitulation)} from holders who gave up; the rest was discretionary. Spot and perpetuals, all coins.`,
    chart: {
      id: "selling",
      x: "hours",
      unit: "per cent of taker selling, by hour",
      format: "percent",
      lines,
      height: 280,
      fromZero: true,
      most: 100,
    },
    table: hourlyTable(title, samples.hours, [
      {
        name: "taker selling",
        values: all.map((quanta) => quanta / samples.run.quantaPerUnit),
        format: "dollars",
        combine: "sum",
      },
      ...CAUSES.map(({ name }, index) => ({
        name: `${name}, % (last hour)`,
        values: shares[index],
        format: "percent" as const,
        combine: "last" as const,
      })),
    ]),
  };
}

/** Liquidated notional by generation. */
export function generationsFigure(summary: RunSummary): Figure {
  const { generations, reproduction } = summary.feedback;
  const usd: number[] = [];
  const orders: number[] = [];
  for (const row of generations) {
    const at = Math.min(MAX_GENERATIONS, row.generation);
    while (usd.length <= at) {
      usd.push(0);
      orders.push(0);
    }
    usd[at] += row.usd;
    orders[at] += row.orders;
  }
  const names = usd.map((_, k) => (k === MAX_GENERATIONS ? `${k}+` : String(k)));
  const rows = names.map((name, k) => [
    textCell(name),
    numberCell(formatUsd(usd[k])),
    numberCell(formatNumber(orders[k])),
  ]);
  const title = "Liquidations by generation";
  return {
    title,
    caption: `${formatPercent(reproduction.byNotional)} of the liquidated notional and ${formatPercent(reproduction.byCount)} of the orders are of generation 1 or later, set off by other liquidations. ${summary.feedback.reproductionRule}`,
    chart: {
      id: "generations",
      x: names,
      unit: "US dollars of notional, by generation",
      format: "dollars",
      lines: [{ name: "liquidated", color: "c2", style: "bar", values: usd.map(rounded) }],
      height: 240,
      fromZero: true,
    },
    table: dataTable({ caption: title, head: ["Generation", "Liquidated", "Orders"], rows }),
  };
}

/** Shares of selling by cause, for the whole run, the crash and each coin. */
export function sellingTable(summary: RunSummary): string {
  const { wholeRun, crash, coins } = summary.feedback;
  const row = (name: string, shares: SellingShares, reproduction: number | null) => [
    textCell(name),
    numberCell(formatUsd(shares.takerSellUsd)),
    numberCell(formatPercent(shares.forced)),
    numberCell(formatPercent(shares.stop)),
    numberCell(formatPercent(shares.riskLimit)),
    numberCell(formatPercent(shares.capitulation)),
    numberCell(formatPercent(shares.other)),
    numberCell(formatPercent(reproduction)),
  ];
  return dataTable({
    caption: "Taker selling by cause",
    head: [
      "",
      "Taker selling",
      "Liquidations",
      "Stop-losses",
      "Risk limits",
      "Capitulation",
      "Discretionary",
      "Generation 1 or later, of liquidated",
    ],
    rows: [
      row("All coins, peak to low", crash, null),
      row("All coins, whole run", wholeRun, summary.feedback.reproduction.byNotional),
      ...coins.map((coin) => row(coinName(coin.coin), coin, coin.reproduction.byNotional)),
    ],
  });
}
