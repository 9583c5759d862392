/**
 * Every fixed bound of the engine, and the proof that money stays exact.
 *
 * Checked once, when a run is compiled, so that the step loop needs no check per amount. A scenario that
 * could pass a bound is refused with a UserError; nothing is ever clamped silently.
 */
import { UserError } from "./errors.ts";
import type { Problem } from "./errors.ts";
import { PPM } from "./units.ts";

/** 2^53 - 1: up to here every integer is a double of its own, and + - * of integers is exact. */
export const MAX_EXACT = 9_007_199_254_740_991;

/** Most agents in a run: four times the million of the largest benchmark; nothing larger was ever tried. */
export const MAX_AGENTS = 1 << 22;

/** Most markets in a run; market numbers fit 10 bits. */
export const MAX_MARKETS = 1024;

/** What must be known of a market to bound the money in it. */
export interface MarketBound {
  readonly name: string;
  /** Notional quanta = ticks * lots * this. */
  readonly quantaPerTickLot: number;
  /** Prices stay below this. */
  readonly maxTicks: number;
  /** Largest position that one account could reach, in lots, either sign. */
  readonly largestLots: number;
}

/** What must be known of a currency to bound the largest account in it. */
export interface CurrencyBound {
  readonly name: string;
  readonly markets: readonly MarketBound[];
  /** Largest cash of one account over the run: its start, declared inflows and what it could win. */
  readonly largestCashQuanta: number;
}

/**
 * Throws unless an amount of money and all its partial sums stay exact.
 *
 * @param name what the amount is, for the message
 * @param amountQuanta size of the amount; may itself be rounded, since rounding never crosses 2^53 - 1
 * @throws UserError `money-bound`
 */
export function assertMoneyBound(name: string, amountQuanta: number): void {
  const problem = moneyProblem(name, amountQuanta);
  if (problem !== undefined) throw new UserError("money-bound", problem);
}

/**
 * Throws unless every stored amount of a currency stays below 2^53 quanta, all problems at once.
 *
 * Stored per account: cash, and per position lots L and signed cost C. With prices p below P = maxTicks and
 * k quanta per tick and lot, each fill moves p |lots| k, so
 *
 *   notional  |L| p k             <  largestLots * P * k          (one market)
 *   cost      |C| = |sum p l k|   <= 2 * largestLots * P * k      (built up, then turned: both legs once)
 *   equity    |cash + sum (L p k - C)| <= largestCash + 3 * sum over markets of largestLots * P * k
 *
 * The last line dominates the others, so it alone is proved, once per market and once for their sum.
 * Sums over accounts are not bounded here: they are two-limb sums (numeric/two-limb-sum.ts).
 *
 * @throws UserError `money-bound`
 */
export function proveMoneyBounds(currency: CurrencyBound): void {
  const problems: Problem[] = [];
  let total = Math.abs(currency.largestCashQuanta);
  for (const market of currency.markets) {
    const bound = 3 * Math.abs(market.largestLots) * market.maxTicks * market.quantaPerTickLot;
    total += bound;
    const problem = moneyProblem(`largest position in ${market.name}, in quanta of ${currency.name}`, bound);
    if (problem !== undefined) problems.push(problem);
  }
  const problem = moneyProblem(`largest account in quanta of ${currency.name}`, total);
  if (problem !== undefined && problems.length === 0) problems.push(problem);
  if (problems.length > 0) throw new UserError("money-bound", problems);
}

/** What must be known of an insurance fund, or a vault, to bound its money at the start of a run. */
export interface FundBound {
  /** Where the balance is written, as a dotted path. */
  readonly path: string;
  /** Balance at the start. */
  readonly fundQuanta: number;
  /** Largest notional of its positions over its equity, and where it is written; left out where there is none. */
  readonly cap?: { readonly path: string; readonly ratio: number };
}

/**
 * Throws unless insurance funds and the largest positions that they may take over are exact amounts of money.
 *
 * @throws UserError `money-bound` with every fund and cap that is not
 */
export function proveFundBounds(funds: readonly FundBound[]): void {
  const problems: Problem[] = [];
  for (const { path, fundQuanta, cap } of funds) {
    if (!(Number.isSafeInteger(fundQuanta) && fundQuanta >= 0)) {
      problems.push({
        message: "the insurance fund is not an amount in the range in which money is exact",
        path,
        expected: `a whole number from 0 to ${MAX_EXACT} quanta`,
        found: `${fundQuanta}`,
        remedy: "Use a coarser quantum (fewer quanta per unit) or a smaller fund.",
      });
      continue;
    }
    // A ratio is kept in ppm, so at least that has to be exact for an empty fund.
    const largest = cap === undefined ? 0 : cap.ratio * Math.max(fundQuanta, PPM);
    if (cap === undefined || (largest >= 0 && largest <= MAX_EXACT)) continue;
    problems.push({
      message: "what the insurance fund may take over could leave the range in which money is exact",
      path: cap.path,
      expected: `a ratio of at most ${MAX_EXACT / Math.max(fundQuanta, PPM)} to the fund of ${fundQuanta} quanta`,
      found: `${cap.ratio}`,
      remedy: "Use a coarser quantum (fewer quanta per unit), a lower cap, or a smaller fund.",
    });
  }
  if (problems.length > 0) throw new UserError("money-bound", problems);
}

function moneyProblem(name: string, amountQuanta: number): Problem | undefined {
  if (Math.abs(amountQuanta) <= MAX_EXACT) return undefined;
  return {
    message: `${name} could leave the range in which money is exact`,
    expected: `at most ${MAX_EXACT} quanta`,
    found: `${amountQuanta}`,
    remedy: "Use a coarser quantum (fewer quanta per unit), a lower maxTicks, or smaller accounts.",
  };
}

/**
 * Throws unless a run's dimensions fit the engine.
 *
 * @throws UserError `capacity`
 */
export function assertCapacity(run: { readonly agents: number; readonly markets: number }): void {
  const problems: Problem[] = [];
  if (!(run.agents <= MAX_AGENTS)) {
    problems.push({
      message: "too many agents",
      expected: `at most ${MAX_AGENTS}`,
      found: `${run.agents}`,
      remedy: "Raise the populations' weight and lower their count.",
    });
  }
  if (!(run.markets <= MAX_MARKETS)) {
    problems.push({
      message: "too many markets",
      expected: `at most ${MAX_MARKETS}`,
      found: `${run.markets}`,
    });
  }
  if (problems.length > 0) throw new UserError("capacity", problems);
}
