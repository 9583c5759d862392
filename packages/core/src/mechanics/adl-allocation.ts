/**
 * Auto-deleveraging, second half: what each counterparty of the queue is closed for, and at what price.
 *
 * Two forms: sizes closed against a queue at a settlement price (every venue here), and a deficit in money taken
 * from profits, in the queue's order or pro rata. In each, absorbed + remaining = input; a remainder
 * above 0 is the outcome `insolvent`, which a caller must report and may not drop.
 */
import { MAX_EXACT } from "../limits.ts";
import { exactInteger, fail, finite, nonNegative, positive, side as checkedSide } from "./checked.ts";
import { type ContractForm, profitBetween } from "./contract-form.ts";

/** `absorbed`: counterparties took all of it. `insolvent`: something is left that nobody can take. */
export type AdlOutcome = "absorbed" | "insolvent";

/** A counterparty in the order of the queue; `AdlCandidate` has this shape. */
export interface AdlCounterparty {
  /** Account key, a whole number. */
  readonly account: number;
  /** Size without sign of the position opposite to the bankrupt one, above 0. */
  readonly size: number;
  /** Equity at the mark behind the position, may be negative. */
  readonly equity: number;
  /** Mean entry price, above 0; without it a fill does not say what was realised. */
  readonly entryPrice?: number;
}

/** One counterparty's part. */
export interface AdlFill {
  readonly account: number;
  /** Size closed, above 0. */
  readonly closed: number;
  /** Profit that closing realises against the entry price, in settlement units; left out without an entry price. */
  readonly realised?: number;
  /** What the counterparty gives up against the mark; below 0 when it gains. */
  readonly givenUp: number;
}

/** The answer of `allocateAdl`. */
export interface AdlAllocation {
  readonly fills: AdlFill[];
  /** Sum of the sizes closed. */
  readonly absorbed: number;
  /** input size - absorbed; above 0 exactly when the outcome is `insolvent`. */
  readonly remaining: number;
  readonly outcome: AdlOutcome;
  /** Account keys that were skipped because the price would have left them with negative equity, in queue order. */
  readonly skipped: number[];
}

/**
 * Closes a bankrupt position against a queue of counterparties at one price, first come first, no fee.
 *
 * A counterparty is skipped when closing all of its position at the price would leave its equity below zero (dYdX:
 * non-overlapping bankruptcy prices). Skipping looks at the whole position, so that what remains of a partly closed
 * one keeps its own backing. Sums are exact when sizes are whole numbers (lots); other sizes are added in
 * queue order and `remaining` is what is left over after the last subtraction.
 *
 * Sources: BitMEX *Auto-deleveraging examples*; dYdX v4 `deleveraging.go`; Chitra 2025 (arXiv:2512.01112).
 *
 * @param bankrupt position to be closed: its side, the size left, the settlement price and the mark
 * @param queue counterparties of the other side, first to be deleveraged first
 * @throws UserError `invalid-argument` for sizes or prices not above 0, an equity that is not finite, an account that
 *   stands in the queue twice
 * @example
 * // BitMEX: a short of 20 bankrupt at 650; the queue begins with accounts 2 and 5
 * allocateAdl({ side: -1, size: 20, price: 650, markPrice: 650 }, [
 *   { account: 2, size: 10, equity: 500 },
 *   { account: 5, size: 20, equity: 500 },
 * ]).fills.map((fill) => [fill.account, fill.closed]); // [[2, 10], [5, 10]]
 */
export function allocateAdl(
  bankrupt: {
    /** Side of the bankrupt position, 1 long, -1 short. */
    readonly side: number;
    readonly size: number;
    /** Settlement price, see `adlSettlementPrice`. */
    readonly price: number;
    readonly markPrice: number;
    readonly contract?: ContractForm;
  },
  queue: readonly AdlCounterparty[],
): AdlAllocation {
  const side = -checkedSide("side", bankrupt.side);
  const input = positive("size", bankrupt.size);
  const price = positive("price", bankrupt.price);
  const mark = positive("markPrice", bankrupt.markPrice);
  const { contract } = bankrupt;
  const fills: AdlFill[] = [];
  const skipped: number[] = [];
  const seen = new Set<number>();
  let remaining = input;
  for (let k = 0; k < queue.length && remaining > 0; k++) {
    const { account, size, equity, entryPrice } = checkedCounterparty(queue[k], k, seen);
    const change = profitBetween({ contract, side, size, from: mark, to: price });
    if (equity < 0 || equity + change < 0) {
      skipped.push(account);
      continue;
    }
    const closed = Math.min(size, remaining);
    remaining -= closed;
    const givenUp = 0 - profitBetween({ contract, side, size: closed, from: mark, to: price });
    const fill: AdlFill = { account, closed, givenUp };
    if (entryPrice === undefined) fills.push(fill);
    else {
      const realised = profitBetween({ contract, side, size: closed, from: entryPrice, to: price });
      fills.push({ ...fill, realised });
    }
  }
  return { fills, absorbed: input - remaining, remaining, outcome: outcomeOf(remaining), skipped };
}

/**
 * The price at which deleveraged positions are settled.
 *
 * - `bankruptcy`: the bankruptcy price of the liquidated position (BitMEX, Binance, dYdX, Bybit).
 * - `previous-mark`: the mark before the one that made the account bankrupt (Hyperliquid; older text said oracle).
 *
 * @throws UserError `invalid-argument` for an unknown rule or a price that is missing or not above 0
 * @example
 * adlSettlementPrice("previous-mark", { bankruptcyPrice: 90, previousMarkPrice: 91.5 }); // 91.5
 */
export function adlSettlementPrice(
  rule: "bankruptcy" | "previous-mark",
  prices: { readonly bankruptcyPrice?: number; readonly previousMarkPrice?: number },
): number {
  switch (rule) {
    case "bankruptcy":
      return positive("bankruptcyPrice", prices.bankruptcyPrice ?? NaN);
    case "previous-mark":
      return positive("previousMarkPrice", prices.previousMarkPrice ?? NaN);
    default:
      return fail("rule", '"bankruptcy" or "previous-mark"', rule);
  }
}

/** A winner whose profit may be reduced. */
export interface AdlWinner {
  /** Account key, a whole number. */
  readonly account: number;
  /** Unrealised profit; losers (0 or less) give nothing. */
  readonly profit: number;
}

/** The answer of `takeFromProfits`. */
export interface ProfitHaircuts {
  /** Per winner that gives something, in the given order. */
  readonly haircuts: { readonly account: number; readonly amount: number }[];
  /** Share of profits taken, at most 1; only under `pro-rata`. */
  readonly fraction?: number;
  readonly absorbed: number;
  /** deficit - absorbed; above 0 exactly when the outcome is `insolvent`. */
  readonly remaining: number;
  readonly outcome: AdlOutcome;
}

/**
 * Covers a deficit in money out of unrealised profits, never more than a winner's profit.
 *
 *     queue      each winner in the given order gives all it has until the deficit is covered
 *     pro-rata   everyone gives h x profit, h = min(1, deficit / sum of profits)
 *
 * `queue` is exact for whole amounts; for `pro-rata` in whole quanta use `shareLossQuanta` with the profits as
 * weights and caps.
 *
 * Source: Chitra 2025 (arXiv:2512.01112), queue and pro-rata rules.
 *
 * @throws UserError `invalid-argument` for a negative deficit, a profit that is not finite, an unknown rule
 * @example
 * // shorts with profits of 160, 75 and 54 cover 60: 20.761245675 % of each
 * takeFromProfits("pro-rata", 60, [
 *   { account: 1, profit: 160 }, { account: 2, profit: 75 }, { account: 3, profit: 54 },
 * ]).fraction; // 0.20761245674740483
 */
export function takeFromProfits(
  rule: "queue" | "pro-rata",
  deficit: number,
  winners: readonly AdlWinner[],
): ProfitHaircuts {
  nonNegative("deficit", deficit);
  winners.forEach((winner, k) => {
    exactInteger(`winners[${k}].account`, winner.account);
    finite(`winners[${k}].profit`, winner.profit);
  });
  const able = winners.filter((winner) => winner.profit > 0);
  if (rule === "queue") return takeInOrder(deficit, able);
  if (rule !== "pro-rata") return fail("rule", '"queue" or "pro-rata"', rule);
  let total = 0;
  for (const { profit } of able) total += profit;
  const fraction = total === 0 ? 0 : Math.min(1, deficit / total);
  const haircuts = able.map(({ account, profit }) => ({ account, amount: fraction * profit }));
  const remaining = deficit > total ? deficit - total : 0;
  return { haircuts, fraction, absorbed: deficit - remaining, remaining, outcome: outcomeOf(remaining) };
}

function takeInOrder(deficit: number, winners: readonly AdlWinner[]): ProfitHaircuts {
  const haircuts: { account: number; amount: number }[] = [];
  let remaining = deficit;
  for (const { account, profit } of winners) {
    if (remaining === 0) break;
    const amount = Math.min(profit, remaining);
    remaining -= amount;
    haircuts.push({ account, amount });
  }
  return { haircuts, absorbed: deficit - remaining, remaining, outcome: outcomeOf(remaining) };
}

function outcomeOf(remaining: number): AdlOutcome {
  return remaining > 0 ? "insolvent" : "absorbed";
}

function checkedCounterparty(counterparty: AdlCounterparty, k: number, seen: Set<number>): AdlCounterparty {
  const path = `queue[${k}]`;
  exactInteger(`${path}.account`, counterparty.account);
  if (seen.has(counterparty.account)) fail(`${path}.account`, "one place in the queue", counterparty.account);
  seen.add(counterparty.account);
  if (positive(`${path}.size`, counterparty.size) > MAX_EXACT) {
    fail(`${path}.size`, `at most ${MAX_EXACT}`, counterparty.size);
  }
  finite(`${path}.equity`, counterparty.equity);
  if (counterparty.entryPrice !== undefined) positive(`${path}.entryPrice`, counterparty.entryPrice);
  return counterparty;
}
