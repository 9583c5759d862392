/**
 * Published tier tables, and arbitrary ones, for the tests of margin and liquidation prices.
 *
 * Rows are [notional from, highest leverage, maintenance rate in percent, published maintenance amount].
 */
import fc from "fast-check";
import { marginalBrackets } from "@undertow/core";
import type { Bracket, BracketRow } from "@undertow/core";

type Row = readonly [from: number, leverage: number, ratePercent: number, amount: number];

export const rowsOf = (rows: readonly Row[]): BracketRow[] =>
  rows.map(([notionalFloor, maxLeverage, percent, maintenanceAmount]) => ({
    notionalFloor,
    maxLeverage,
    maintenanceRate: percent / 100,
    maintenanceAmount,
  }));

/** Binance USD-M leverage brackets of 2024-10-24 (freqtrade binance_leverage_tiers.json, commit c9ae5e1e). */
export const BINANCE_2024: Readonly<Record<string, readonly Row[]>> = {
  BTCUSDT: [
    [0, 125, 0.4, 0],
    [50_000, 100, 0.5, 50],
    [600_000, 75, 0.65, 950],
    [3_000_000, 50, 1, 11_450],
    [12_000_000, 25, 2, 131_450],
    [70_000_000, 20, 2.5, 481_450],
    [100_000_000, 10, 5, 2_981_450],
    [230_000_000, 5, 10, 14_481_450],
    [480_000_000, 4, 12.5, 26_481_450],
    [600_000_000, 3, 15, 41_481_450],
    [800_000_000, 2, 25, 121_481_450],
    [1_200_000_000, 1, 50, 421_481_450],
  ],
  ETHUSDT: [
    [0, 125, 0.4, 0],
    [50_000, 100, 0.5, 50],
    [600_000, 75, 0.65, 950],
    [3_000_000, 50, 1, 11_450],
    [12_000_000, 25, 2, 131_450],
    [50_000_000, 20, 2.5, 381_450],
    [65_000_000, 10, 5, 2_006_450],
    [150_000_000, 5, 10, 9_506_450],
    [320_000_000, 4, 12.5, 17_506_450],
    [400_000_000, 3, 15, 27_506_450],
    [530_000_000, 2, 25, 80_506_450],
    [800_000_000, 1, 50, 280_506_450],
  ],
  SOLUSDT: [
    [0, 100, 0.5, 0],
    [20_000, 75, 0.65, 30],
    [100_000, 50, 1, 380],
    [800_000, 25, 2, 8_380],
    [4_000_000, 20, 2.5, 28_380],
    [8_000_000, 10, 5, 228_380],
    [40_000_000, 5, 10, 2_228_380],
    [80_000_000, 4, 12.5, 4_228_380],
    [100_000_000, 2, 25, 16_728_380],
    [200_000_000, 1, 50, 66_728_380],
  ],
  XRPUSDT: [
    [0, 75, 0.5, 0],
    [10_000, 50, 0.65, 15],
    [20_000, 40, 1, 85],
    [160_000, 25, 2, 1_685],
    [800_000, 20, 2.5, 5_685],
    [1_600_000, 10, 5, 45_685],
    [8_000_000, 5, 10, 445_685],
    [16_000_000, 4, 12.5, 845_685],
    [20_000_000, 2, 25, 3_345_685],
    [40_000_000, 1, 50, 13_345_685],
  ],
  DOGEUSDT: [
    [0, 75, 0.5, 0],
    [10_000, 50, 0.7, 20],
    [50_000, 40, 1, 170],
    [750_000, 25, 2, 7_670],
    [800_000, 20, 2.5, 11_670],
    [1_600_000, 10, 5, 51_670],
    [8_000_000, 5, 10, 451_670],
    [16_000_000, 4, 12.5, 851_670],
    [20_000_000, 2, 25, 3_351_670],
    [40_000_000, 1, 50, 13_351_670],
  ],
};

/** Binance brackets of March 2021 (gist highfestiva, 2021-03-26; fork of 2021-03-14; ETHUSDT gist crackcomm). */
export const BINANCE_2021: Readonly<Record<string, readonly Row[]>> = {
  BTCUSDT: [
    [0, 125, 0.4, 0],
    [50_000, 100, 0.5, 50],
    [250_000, 50, 1, 1_300],
    [1_000_000, 20, 2.5, 16_300],
    [10_000_000, 10, 5, 266_300],
    [20_000_000, 5, 10, 1_266_300],
    [50_000_000, 4, 12.5, 2_516_300],
    [100_000_000, 3, 15, 5_016_300],
    [200_000_000, 2, 25, 25_016_300],
    [300_000_000, 1, 50, 100_016_300],
  ],
  "BTCUSDT of 2021-03-14": [
    [0, 125, 0.4, 0],
    [50_000, 100, 0.5, 50],
    [250_000, 50, 1, 1_300],
    [1_000_000, 20, 2.5, 16_300],
    [5_000_000, 10, 5, 141_300],
    [10_000_000, 5, 10, 641_300],
    [20_000_000, 4, 12.5, 1_141_300],
    [35_000_000, 3, 15, 2_016_300],
    [50_000_000, 2, 25, 7_016_300],
  ],
  ETHUSDT: [
    [0, 100, 0.5, 0],
    [10_000, 75, 0.65, 15],
    [100_000, 50, 1, 365],
    [500_000, 25, 2, 5_365],
    [1_000_000, 10, 5, 35_365],
    [2_000_000, 5, 10, 135_365],
    [5_000_000, 4, 12.5, 260_365],
    [10_000_000, 3, 15, 510_365],
    [20_000_000, 2, 25, 2_510_365],
  ],
};

/** Hyperliquid margin tiers (docs, Margin tiers, 2025): [second floor, first and second leverage, deduction]. */
export const HYPERLIQUID_2025: Readonly<Record<string, readonly [number, number, number, number]>> = {
  BTC: [150_000_000, 40, 20, 1_875_000],
  ETH: [100_000_000, 25, 15, 1_333_333.33],
  SOL: [70_000_000, 20, 10, 1_750_000],
  XRP: [40_000_000, 20, 10, 1_000_000],
  DOGE: [20_000_000, 10, 5, 1_000_000],
  LINK: [20_000_000, 10, 5, 1_000_000],
  OP: [3_000_000, 10, 5, 150_000],
};

export const table = (rows: readonly Row[] | undefined): readonly Bracket[] =>
  marginalBrackets(rowsOf(rows ?? []));

/** One to five brackets with rates from 0.1 % to below 50 % and floors up to some ten millions. */
export const anyBrackets: fc.Arbitrary<readonly Bracket[]> = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: 900 })), {
    minLength: 1,
    maxLength: 5,
  })
  .map((steps) => {
    let floor = 0;
    let rate = 0;
    return marginalBrackets(
      steps.map(([thousands, bp10], index) => {
        if (index > 0) floor += thousands * 1000;
        rate += bp10 / 10_000;
        return {
          notionalFloor: floor,
          maintenanceRate: rate,
          maxLeverage: Math.max(1, Math.floor(0.5 / rate)),
        };
      }),
    );
  });

/** Sizes, prices and sides that shrink to small round numbers. */
export const anySide = fc.constantFrom<(1 | -1)[]>(1, -1);
export const anySize = fc.integer({ min: 1, max: 1_000_000 }).map((n) => n / 1000);
export const anyPrice = fc.integer({ min: 1, max: 10_000_000 }).map((n) => n / 100);
export const anyLeverage = fc.integer({ min: 1, max: 125 });

/** Runs of every property. */
export const RUNS = 10_000;
