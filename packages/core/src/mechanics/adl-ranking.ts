/**
 * Auto-deleveraging, first half: who stands where in the queue of counterparties.
 *
 * A ranking is a score per position, the highest first, ties by account key ascending. The caller passes one side of
 * one market: longs and shorts have queues of their own. Positions without equity behind them have no rank.
 */
import {
  between,
  exactInteger,
  fail,
  finite,
  nonNegative,
  positive,
  side as checkedSide,
} from "./checked.ts";
import { type ContractForm, profitBetween, unitNotional } from "./contract-form.ts";

/** A position that may be deleveraged. */
export interface AdlCandidate {
  /** Account key, a whole number. */
  readonly account: number;
  /** Side of the position, 1 long, -1 short. */
  readonly side: number;
  /** Size without sign in base units (inverse: contracts), above 0. */
  readonly size: number;
  /** Mean entry price, above 0. */
  readonly entryPrice: number;
  /** Mark price, above 0. */
  readonly markPrice: number;
  /**
   * Equity at the mark behind the position: margin plus profit if isolated, of the account if cross. May be
   * negative.
   */
  readonly equity: number;
  /** Wallet balance, without unrealised profit; read by `pnl-margin-ratio`. */
  readonly walletBalance?: number;
  /** Maintenance margin that belongs to `equity`; read by `pnl-margin-ratio`. */
  readonly maintenance?: number;
  readonly contract?: ContractForm;
}

/**
 * - `pnl-leverage`: profit share x effective leverage for winners, profit share / effective leverage for losers
 *   (BitMEX).
 * - `pnl-margin-ratio`: max(0, profit) / max(1, wallet balance) x maintenance / equity (Binance).
 * - `price-ratio-leverage`: (mark / entry)^side x notional / account value (Hyperliquid).
 */
export type AdlScoreRule = "pnl-leverage" | "pnl-margin-ratio" | "price-ratio-leverage";

/** A ranking of the user's: the higher the score, the earlier deleveraged. Must return a finite number. */
export type AdlScoreFunction<Candidate> = (candidate: Candidate) => number;

/**
 * Score of one position; higher is deleveraged earlier.
 *
 *     profit share = profit / |entry notional|,   leverage = |mark notional| / equity
 *     pnl-leverage          share x leverage if share > 0, else share / leverage
 *     pnl-margin-ratio      max(0, profit) / max(1, wallet balance) x (maintenance / equity; 0 without equity)
 *     price-ratio-leverage  (mark / entry for a long, entry / mark for a short) x mark notional / equity
 *
 * Sources: BitMEX *Auto-deleveraging*; Binance FAQ 360033525471; Hyperliquid documentation *Auto-deleveraging*
 * (printed there with mark / entry for both sides, which would rank profitable shorts last; inverted here).
 *
 * @returns a finite number without unit
 * @throws UserError `invalid-argument` for a size or price not above 0, an equity not above 0 (except
 *   `pnl-margin-ratio`, whose score is then 0), a missing field, or an unknown rule
 * @example
 * // short 3 @ 105, mark 80, margin 20: profit 75 of 315, notional 240 over equity 95
 * adlScore("pnl-leverage", { account: 2, side: -1, size: 3, entryPrice: 105, markPrice: 80, equity: 95 }); // 0.60150
 */
export function adlScore(rule: AdlScoreRule, candidate: AdlCandidate): number {
  const side = checkedSide("side", candidate.side);
  const size = positive("size", candidate.size);
  const entry = positive("entryPrice", candidate.entryPrice);
  const mark = positive("markPrice", candidate.markPrice);
  const equity = finite("equity", candidate.equity);
  const { contract } = candidate;
  const profit = profitBetween({ contract, side, size, from: entry, to: mark });
  if (rule === "pnl-margin-ratio") {
    const wallet = finite("walletBalance", candidate.walletBalance ?? NaN);
    const maintenance = nonNegative("maintenance", candidate.maintenance ?? NaN);
    return marginRatioScore(profit, wallet, maintenance, equity);
  }
  const leverage = (size * unitNotional(contract, mark)) / positive("equity", equity);
  switch (rule) {
    case "pnl-leverage":
      return pnlLeverageScore(profit / (size * unitNotional(contract, entry)), leverage);
    case "price-ratio-leverage":
      return priceRatioScore(side, entry, mark, leverage);
    default:
      return fail("rule", '"pnl-leverage", "pnl-margin-ratio" or "price-ratio-leverage"', rule);
  }
}

/** `pnl-leverage` of a profit share and an effective leverage, unchecked. */
export function pnlLeverageScore(share: number, leverage: number): number {
  return share > 0 ? share * leverage : share / leverage;
}

/** `pnl-margin-ratio`, unchecked; all in settlement units. */
export function marginRatioScore(
  profit: number,
  walletBalance: number,
  maintenance: number,
  equity: number,
): number {
  const marginRatio = equity <= 0 ? 0 : maintenance / equity;
  return (Math.max(0, profit) / Math.max(1, walletBalance)) * marginRatio;
}

/** `price-ratio-leverage` of a position's side, prices and effective leverage, unchecked. */
export function priceRatioScore(side: number, entry: number, mark: number, leverage: number): number {
  return (side === 1 ? mark / entry : entry / mark) * leverage;
}

/** A candidate with its place in the queue. */
export interface AdlRanked<Candidate> {
  readonly candidate: Candidate;
  /** 0 under `random-start`. */
  readonly score: number;
}

/**
 * The queue of counterparties, the first to be deleveraged first.
 *
 * Scores descend, ties go by account key ascending, then by the given order. Candidates with an equity of 0 or less
 * are left out: closing them could only add to what is missing. `random-start` scores nobody: it walks the
 * candidates by account key from a start that `draw` chooses, and wraps round (dYdX: pseudo-random start, then
 * iteration). The draw is the caller's, a number in [0, 1) from a stateless source, so the queue is a
 * function of its arguments.
 *
 * @param ranking a rule's name, `{ kind: "random-start", draw }`, or a function of the candidate
 * @param candidates positions of one side of one market
 * @returns a new array
 * @throws UserError `invalid-argument` for what `adlScore` refuses, a score that is not finite, a draw outside [0, 1),
 *   candidates of both sides
 * @example
 * const long = { side: 1, size: 1, entryPrice: 100, markPrice: 200 };
 * const queue = adlQueue("pnl-leverage", [
 *   { ...long, account: 1, equity: 200 },
 *   { ...long, account: 2, equity: 150 },
 * ]);
 * queue.map((ranked) => ranked.candidate.account); // [2, 1]
 */
export function adlQueue<Candidate extends AdlCandidate>(
  ranking:
    AdlScoreRule | { readonly kind: "random-start"; readonly draw: number } | AdlScoreFunction<Candidate>,
  candidates: readonly Candidate[],
): AdlRanked<Candidate>[] {
  const queue: AdlRanked<Candidate>[] = [];
  for (let k = 0; k < candidates.length; k++) {
    const candidate = candidates[k];
    exactInteger(`candidates[${k}].account`, candidate.account);
    if (candidate.side !== candidates[0].side) {
      fail(`candidates[${k}].side`, `${candidates[0].side}, one side of the market`, candidate.side);
    }
    if (finite(`candidates[${k}].equity`, candidate.equity) <= 0) continue;
    const score = scoreOf(ranking, candidate);
    queue.push({ candidate, score: finite(`score of candidates[${k}]`, score) });
  }
  queue.sort((a, b) => b.score - a.score || a.candidate.account - b.candidate.account);
  if (typeof ranking !== "object") return queue;
  const start = Math.floor(between("ranking.draw", ranking.draw, 0, 1) * queue.length);
  if (ranking.draw === 1) fail("ranking.draw", "a number in [0, 1)", ranking.draw);
  return [...queue.slice(start), ...queue.slice(0, start)];
}

/**
 * Quantile of every place in a queue, as venues show it to traders: 1 / n for the first of n places by users, or the
 * cumulative share of size, rounded up to one of `buckets` steps when given.
 *
 * Sources: Binance FAQ 360033525471 (rank / users); BitMEX *Auto-deleveraging examples* (quintiles by size).
 *
 * @param sizes sizes in the order of the queue, each above 0; only their number matters to `users`
 * @param options `by`: what is counted; `buckets`: a whole number of steps, left out for the raw quantile
 * @returns numbers in (0, 1], ascending
 * @throws UserError `invalid-argument` for a size not above 0, buckets that are no whole number above 0
 * @example
 * // BitMEX: sizes of the accounts 2, 5, 4, 1, 6, 3
 * adlQuantiles([10, 20, 30, 10, 10, 20], { by: "size", buckets: 5 }); // [0.2, 0.4, 0.6, 0.8, 0.8, 1]
 */
export function adlQuantiles(
  sizes: readonly number[],
  options: { readonly by: "size" | "users"; readonly buckets?: number },
): number[] {
  const { by, buckets } = options;
  if (by !== "size" && by !== "users") fail("by", '"size" or "users"', by);
  if (buckets !== undefined && positive("buckets", exactInteger("buckets", buckets)) < 1) return [];
  const weights = sizes.map((size, k) => (positive(`sizes[${k}]`, size), by === "users" ? 1 : size));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let reached = 0;
  return weights.map((weight) => {
    reached += weight;
    const quantile = Math.min(1, reached / total);
    // A share that decimal sizes meet exactly may come out a rounding error above its step.
    return buckets === undefined ? quantile : Math.ceil(quantile * buckets - 1e-9) / buckets;
  });
}

function scoreOf<Candidate extends AdlCandidate>(
  ranking: AdlScoreRule | { readonly kind: "random-start" } | AdlScoreFunction<Candidate>,
  candidate: Candidate,
): number {
  if (typeof ranking === "function") return ranking(candidate);
  if (typeof ranking === "string") return adlScore(ranking, candidate);
  if (ranking?.kind === "random-start") return 0;
  return fail("ranking", 'a rule\'s name, { kind: "random-start", draw } or a function', ranking);
}
