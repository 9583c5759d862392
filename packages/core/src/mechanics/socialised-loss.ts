/**
 * Socialised loss: a deficit that neither fund nor deleveraging took is shared over all positions of a market.
 *
 * The last step before insolvency, and the way in which deleveraging can be replaced at the same total. In
 * display units as a loss per unit; in the ledger as whole quanta whose sum is exactly the loss.
 */
import { FLOOR, mulDiv } from "../numeric/mul-div.ts";
import type { AdlOutcome } from "./adl-allocation.ts";
import { exactInteger, fail, nonNegative } from "./checked.ts";

/**
 * Loss per unit of size that every holder, long or short, is charged: loss / (long + short).
 *
 * Source: Drift `programs/drift/src/math/liquidation` (`calculate_funding_rate_deltas_to_resolve_bankruptcy`).
 *
 * @param market sizes without sign of all longs and of all shorts in base units
 * @returns settlement units per unit of size, at least 0
 * @throws UserError `invalid-argument` for a negative loss or size, or a market without positions
 * @example
 * socialisedLossPerUnit({ loss: 100, longSize: 7, shortSize: 4 }); // 9.0909
 */
export function socialisedLossPerUnit(market: {
  readonly loss: number;
  readonly longSize: number;
  readonly shortSize: number;
}): number {
  const loss = nonNegative("loss", market.loss);
  const size = nonNegative("longSize", market.longSize) + nonNegative("shortSize", market.shortSize);
  if (size === 0) fail("longSize + shortSize", "above 0", size);
  return loss / size;
}

/** The answer of `shareLossQuanta`. */
export interface LossShares {
  /** Whole quanta per holder, in the given order. */
  readonly sharesQuanta: number[];
  /** What the caps kept from being shared; shares + remaining = loss, exactly. */
  readonly remainingQuanta: number;
  /** `insolvent` when something remains. */
  readonly outcome: AdlOutcome;
}

/**
 * Shares a loss in whole quanta in proportion to weights (sizes in lots, or profits).
 *
 * Everyone gets the floor of its exact share; the quanta left over go one by one to the largest remainders, ties to
 * the lower index (pass holders in account order). With `capsQuanta` nobody is charged more than its cap: what
 * that keeps back is shared again over the others, and what no one can take remains.
 *
 * Rule: largest remainder (Hamilton). Both multiplications are exact, so shares do not depend on rounding.
 *
 * @throws UserError `invalid-argument` for an amount that is not a whole number, negative amounts, lists of different
 *   lengths, a sum of weights above 2^53 - 1
 * @example
 * shareLossQuanta({ lossQuanta: 100, weights: [3, 4, 4] }).sharesQuanta; // [27, 37, 36]
 */
export function shareLossQuanta(input: {
  readonly lossQuanta: number;
  /** Whole numbers, at least 0. */
  readonly weights: readonly number[];
  /** What each holder can bear, whole quanta, at least 0; no limit when left out. */
  readonly capsQuanta?: readonly number[];
}): LossShares {
  const loss = whole("lossQuanta", input.lossQuanta);
  const weights = input.weights.map((weight, k) => whole(`weights[${k}]`, weight));
  const caps = input.capsQuanta?.map((cap, k) => whole(`capsQuanta[${k}]`, cap));
  if (caps !== undefined && caps.length !== weights.length) {
    fail("capsQuanta", `${weights.length} caps, one for each weight`, caps.length);
  }
  whole(
    "sum of weights",
    weights.reduce((sum, weight) => sum + weight, 0),
  );
  const sharesQuanta = weights.map(() => 0);
  let remaining = loss;
  // Each turn fills at least one cap for good or ends, so there are at most as many turns as holders.
  while (remaining > 0) {
    const open = weights.map((weight, k) => (caps !== undefined && sharesQuanta[k] >= caps[k] ? 0 : weight));
    const parts = largestRemainder(remaining, open);
    if (parts === undefined) break;
    let shared = 0;
    let clipped = false;
    for (let k = 0; k < parts.length; k++) {
      const room = caps === undefined ? parts[k] : caps[k] - sharesQuanta[k];
      if (parts[k] > room) clipped = true;
      const part = Math.min(parts[k], room);
      sharesQuanta[k] += part;
      shared += part;
    }
    remaining -= shared;
    if (!clipped) break;
  }
  return { sharesQuanta, remainingQuanta: remaining, outcome: remaining > 0 ? "insolvent" : "absorbed" };
}

/** Whole parts of an amount in proportion to weights that add up to it; undefined without a weight above 0. */
function largestRemainder(amount: number, weights: readonly number[]): number[] | undefined {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return undefined;
  const parts = weights.map((weight) => mulDiv(amount, weight, total, FLOOR));
  let left = amount;
  for (const part of parts) left -= part;
  if (left === 0) return parts;
  const remainders = weights.map((weight) => (BigInt(amount) * BigInt(weight)) % BigInt(total));
  const order = parts.map((_, k) => k);
  order.sort((a, b) => (remainders[a] === remainders[b] ? a - b : remainders[a] > remainders[b] ? -1 : 1));
  for (let k = 0; k < left; k++) parts[order[k]] += 1;
  return parts;
}

function whole(name: string, value: number): number {
  return nonNegative(name, exactInteger(name, value));
}
