/**
 * One line of the table of stylised facts: which fact, which statistic, at which horizon, and the band it should be in.
 *
 * A statistic is a pure function of what was observed in one seed; over several seeds the table has its mean and the
 * standard error of the mean. Verdicts compare the mean with the band and nothing else: no tolerance is added.
 */
import type { ImpactCurve } from "./impact-curve.ts";
import type { MarketObservation } from "./observation.ts";

/** What is known of one coin in one seed. */
export interface CoinEvidence {
  readonly calm: MarketObservation;
  /** The reference coin in the same run; absent for the reference itself. */
  readonly reference?: MarketObservation;
  /** The same coin, and the reference, through a crash. */
  readonly crash?: MarketObservation;
  readonly crashReference?: MarketObservation;
}

/** Horizons of returns, by the minutes of one return. */
export type Horizon = 1 | 5 | 60;
export const HORIZONS: readonly Horizon[] = [1, 5, 60];

/** A statistic and its band. */
export interface Statistic {
  /** Number of the fact, for example `S1`. */
  readonly fact: string;
  readonly name: string;
  /** Minutes of a return; absent when the fact has no horizon. */
  readonly horizon?: Horizon;
  /** Inclusive; absent is open. */
  readonly low?: number;
  readonly high?: number;
  /** A gate decides; what is for information is printed beside. */
  readonly use: "gate" | "info";
  /** Number of values measured on; 0 when there is nothing to measure on, and no line then. */
  readonly size: (evidence: CoinEvidence) => number;
  /** NaN when it is not defined, which fails a gate. */
  readonly measure: (evidence: CoinEvidence) => number;
}

/** A line of the table. */
export interface StylisedRow {
  readonly fact: string;
  readonly name: string;
  readonly coin: string;
  readonly horizon?: Horizon;
  readonly low?: number;
  readonly high?: number;
  readonly use: "gate" | "info";
  /** Mean over seeds; null when it is not defined. */
  readonly value: number | null;
  /** Standard error of the mean over seeds; null with one seed. */
  readonly error: number | null;
  readonly seeds: number;
  /** Values in one seed, of the first seed. */
  readonly size: number;
  readonly verdict: "pass" | "fail" | "inside" | "outside";
}

/**
 * Lines of one coin, over seeds.
 *
 * @param evidence one per seed
 */
export function evaluateStatistics(
  statistics: readonly Statistic[],
  evidence: readonly CoinEvidence[],
): StylisedRow[] {
  return statistics.flatMap((statistic) => {
    const size = statistic.size(evidence[0]);
    if (size === 0) return [];
    const values = evidence.map(statistic.measure);
    return [rowOf(statistic, evidence[0].calm.coin, values, size)];
  });
}

/** The line of the exponent and the decay of impact, which are measured over all seeds at once. */
export function evaluateImpact(coin: string, curve: ImpactCurve): StylisedRow[] {
  const pairs = curve.points.reduce((sum, point) => sum + point.pairs, 0);
  const row = (name: string, value: number, band: { low?: number; high?: number }): StylisedRow => {
    const isInside = inBand(value, band);
    return {
      fact: "S11",
      name,
      coin,
      ...band,
      use: "gate",
      value: Number.isFinite(value) ? value : null,
      error: null,
      seeds: 1,
      size: pairs,
      verdict: isInside ? "pass" : "fail",
    };
  };
  return [
    {
      ...row("impact exponent", curve.exponent, { low: 0.4, high: 0.6 }),
      error: Number.isFinite(curve.exponentError) ? curve.exponentError : null,
    },
    row("share left after 2 h", curve.left, { low: 0, high: 1 }),
  ];
}

/** Whether a value is in a band, ends included; NaN never is. */
export function inBand(value: number, { low = -Infinity, high = Infinity }: Band): boolean {
  return value >= low && value <= high;
}

interface Band {
  readonly low?: number;
  readonly high?: number;
}

function rowOf(statistic: Statistic, coin: string, values: readonly number[], size: number): StylisedRow {
  const { fact, name, horizon, low, high, use } = statistic;
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  const isInside = inBand(mean, statistic);
  return {
    fact,
    name,
    coin,
    ...(horizon === undefined ? {} : { horizon }),
    ...(low === undefined ? {} : { low }),
    ...(high === undefined ? {} : { high }),
    use,
    value: Number.isFinite(mean) ? mean : null,
    error: n > 1 && Number.isFinite(mean) ? Math.sqrt(squares / (n - 1) / n) : null,
    seeds: n,
    size,
    verdict: use === "gate" ? (isInside ? "pass" : "fail") : isInside ? "inside" : "outside",
  };
}
