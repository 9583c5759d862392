/**
 * Exponent with which an autocorrelation decays: rho(l) ~ l^-gamma. Metrics phase; pure.
 *
 * rho is averaged over lags in bins that are even in ln l (so that far lags, of which there are many and each is noisy,
 * weigh as much as near ones), and ln of the mean is fitted on ln of the bin's geometric mean lag (log-log-fit.ts). A
 * decay is a power law only if rho stays positive: bins that are not positive are counted, and with more than a
 * quarter of them the exponent is NaN.
 * Used for signs of orders (Lillo & Farmer 2004) and for |returns|.
 */
import { exp, ln } from "../../numeric/elementary.ts";
import { autocorrelationAt } from "./autocorrelation.ts";
import { logLogFit } from "./log-log-fit.ts";

const MOST_NOT_POSITIVE = 0.25;
const FEWEST_BINS = 4;

/** A fitted decay. */
export interface DecayFit {
  /** gamma; NaN when the autocorrelation is not positive. */
  readonly exponent: number;
  /** Mean lag and mean autocorrelation of each bin. */
  readonly lags: readonly number[];
  readonly correlations: readonly number[];
}

/**
 * Fits the decay of the autocorrelation between two lags.
 *
 * @param options.from first lag, default 1
 * @param options.to last lag
 * @param options.bins default 12
 */
export function decayExponent(
  values: ArrayLike<number>,
  options: { readonly from?: number; readonly to: number; readonly bins?: number },
): DecayFit {
  const { from = 1, to, bins = 12 } = options;
  const groups = lagBins(from, Math.min(to, values.length - 1), bins);
  const all = groups.flat();
  const rho = autocorrelationAt(values, all);
  const lags: number[] = [];
  const correlations: number[] = [];
  let next = 0;
  for (const group of groups) {
    let sum = 0;
    let sumLn = 0;
    for (const lag of group) {
      sum += rho[next++];
      sumLn += ln(lag);
    }
    lags.push(exp(sumLn / group.length));
    correlations.push(sum / group.length);
  }
  const fit = logLogFit(lags, correlations);
  const isPower = fit.points >= FEWEST_BINS && fit.leftOut <= MOST_NOT_POSITIVE * lags.length;
  return { exponent: isPower ? -fit.slope : NaN, lags, correlations };
}

/** Whole lags in bins of even width in ln lag; at most 40 of each bin, evenly spread, and no empty bin. */
function lagBins(from: number, to: number, bins: number): number[][] {
  const groups: number[][] = [];
  const width = ln(to / from) / bins;
  let first = from;
  for (let b = 1; b <= bins && first <= to; b++) {
    const last = b === bins ? to : Math.min(to, Math.round(from * exp(b * width)));
    if (last < first) continue;
    const step = Math.max(1, Math.floor((last - first + 1) / 40));
    const group: number[] = [];
    for (let lag = first; lag <= last; lag += step) group.push(lag);
    groups.push(group);
    first = last + 1;
  }
  return groups;
}
