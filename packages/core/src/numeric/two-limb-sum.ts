/**
 * An exact sum of integers that may pass 2^53, for audits and aggregates over accounts.
 *
 * The sum is high * 2^42 + low with 0 <= low < 2^42 after each addition: exact for 2^40 terms and more, and
 * the same in any order, so chunks may be summed apart and joined. It must never hold a fraction.
 */
import { InvariantError } from "../errors.ts";
import { MAX_EXACT } from "../limits.ts";

const LIMB = 4_398_046_511_104; // 2^42
const INVERSE_LIMB = 2.2737367544323206e-13; // 2^-42

export class TwoLimbSum {
  #high = 0;
  #low = 0;

  /**
   * Adds an integer.
   *
   * @param x integer, |x| < 2^53
   * @throws InvariantError for anything else
   */
  add(x: number): void {
    if (!Number.isSafeInteger(x)) {
      throw new InvariantError("two-limb-range", `a sum takes integers below 2^53, found ${x}`);
    }
    const high = Math.floor(x * INVERSE_LIMB);
    this.#join(high, x - high * LIMB);
  }

  /** Adds another sum, for example that of the next chunk. */
  addSum(other: TwoLimbSum): void {
    this.#join(other.#high, other.#low);
  }

  isZero(): boolean {
    return this.#high === 0 && this.#low === 0;
  }

  /** The sum as the nearest double: exact below 2^53, correctly rounded above. */
  toNumber(): number {
    return this.#high * LIMB + this.#low;
  }

  toBigInt(): bigint {
    return BigInt(this.#high) * BigInt(LIMB) + BigInt(this.#low);
  }

  /** High and low limb, to be saved. */
  limbs(): [high: number, low: number] {
    return [this.#high, this.#low];
  }

  /** Takes the limbs of another sum in the place of its own. */
  setLimbs([high, low]: readonly [high: number, low: number]): void {
    this.#high = high;
    this.#low = low;
  }

  reset(): void {
    this.setLimbs([0, 0]);
  }

  /** Adds limbs and carries; both limbs stay integers below 2^53. */
  #join(high: number, low: number): void {
    let sum = this.#low + low;
    let carry = high;
    if (sum >= LIMB) {
      sum -= LIMB;
      carry += 1;
    }
    this.#low = sum;
    this.#high += carry;
    if (this.#high > MAX_EXACT || this.#high < -MAX_EXACT) {
      throw new InvariantError("two-limb-range", "a sum left the range of 2^95");
    }
  }
}
