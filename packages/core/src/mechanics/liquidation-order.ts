/**
 * In which order the accounts below maintenance margin are liquidated.
 *
 * The order decides who meets the depth of the book first and who is left to the fund, so it is a venue's rule.
 * Every rule ends in the account key, ascending: equal inputs give the same order on any machine.
 */
import { exactInteger, fail, finite, nonNegative, positive } from "./checked.ts";

/**
 * - `equity-ratio`: equity / maintenance margin ascending, the deepest under water first (the default).
 * - `fillable-distance`: |fillable - oracle| / oracle descending, then quote size descending, then order hash
 *   ascending (dYdX v4, `SortLiquidationOrders`).
 * - `account-key`: the account key alone.
 */
export type LiquidationOrderRule = "equity-ratio" | "fillable-distance" | "account-key";

/** An account below its maintenance margin. Fields that a rule does not read may be left out. */
export interface LiquidationCandidate {
  /** Account key, a whole number. */
  readonly account: number;
  /** Equity at the mark, in settlement units; may be negative. Read by `equity-ratio`. */
  readonly equity?: number;
  /** Maintenance margin in settlement units, above 0. Read by `equity-ratio`. */
  readonly maintenance?: number;
  /** Limit price of the forced order (see `fillablePrice`). Read by `fillable-distance`. */
  readonly fillablePrice?: number;
  /** Oracle price of the market. Read by `fillable-distance`. */
  readonly oraclePrice?: number;
  /** Size of the forced order in quote units at the oracle price. Read by `fillable-distance`. */
  readonly quoteSize?: number;
  /** Hash of the forced order, a whole number. Read by `fillable-distance`; 0 when left out. */
  readonly orderHash?: number;
}

/**
 * The candidates in the order in which they are liquidated; the input is left as it is.
 *
 * Candidates of one account and equal keys keep their given order.
 *
 * Source: dYdX v4 `x/clob/keeper/liquidations.go` (`fillable-distance`); the other two rules are ours, venues do
 * not publish theirs.
 *
 * @param rule one of `LiquidationOrderRule`
 * @param candidates accounts with the fields that the rule reads
 * @returns a new array of the same objects
 * @throws UserError `invalid-argument` for an unknown rule, a missing or non-finite field, or a maintenance
 *   margin or oracle price that is not above 0
 * @example
 * orderLiquidations("equity-ratio", [
 *   { account: 7, equity: 4, maintenance: 5 },
 *   { account: 9, equity: -1, maintenance: 5 },
 *   { account: 2, equity: 8, maintenance: 10 },
 * ]).map((candidate) => candidate.account); // [9, 2, 7]
 */
export function orderLiquidations<Candidate extends LiquidationCandidate>(
  rule: LiquidationOrderRule,
  candidates: readonly Candidate[],
): Candidate[] {
  const keyed = candidates.map((candidate, k) => keysOf(rule, candidate, `candidates[${k}]`));
  const order = candidates.map((_, k) => k);
  order.sort((a, b) => compareKeys(keyed[a], keyed[b]) || a - b);
  return order.map((k) => candidates[k]);
}

/** Sort keys of one candidate, the most important first; all ascending. */
function keysOf(rule: LiquidationOrderRule, candidate: LiquidationCandidate, path: string): number[] {
  const account = exactInteger(`${path}.account`, candidate.account);
  switch (rule) {
    case "equity-ratio": {
      const equity = finite(`${path}.equity`, candidate.equity ?? NaN);
      return [equity / positive(`${path}.maintenance`, candidate.maintenance ?? NaN), account];
    }
    case "fillable-distance": {
      const oracle = positive(`${path}.oraclePrice`, candidate.oraclePrice ?? NaN);
      const fillable = nonNegative(`${path}.fillablePrice`, candidate.fillablePrice ?? NaN);
      const size = nonNegative(`${path}.quoteSize`, candidate.quoteSize ?? NaN);
      const hash = exactInteger(`${path}.orderHash`, candidate.orderHash ?? 0);
      return [-Math.abs(fillable - oracle) / oracle, -size, hash, account];
    }
    case "account-key":
      return [account];
    default:
      return fail("rule", '"equity-ratio", "fillable-distance" or "account-key"', rule);
  }
}

function compareKeys(left: readonly number[], right: readonly number[]): number {
  for (let k = 0; k < left.length; k++) {
    if (left[k] !== right[k]) return left[k] - right[k];
  }
  return 0;
}
