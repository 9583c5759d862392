/**
 * Funding payments: of one position in display units, and of a whole market in exact quanta that sum to zero.
 *
 * Cash changes are signed: negative is paid, positive received; longs pay when the rate is positive. In quanta
 * every payer rounds up and every receiver down; what is left over is the dust, for the venue's fee account.
 */
import { MAX_EXACT } from "../limits.ts";
import { FLOOR, TRUNCATE, mulDiv } from "../numeric/mul-div.ts";
import { TwoLimbSum } from "../numeric/two-limb-sum.ts";
import { between, exactInteger, fail, finite, nonNegative, positive } from "./checked.ts";

const PPB = 1_000_000_000;
const PPM = 1_000_000;
/** Time for which dYdX states its rate. */
const PERIOD_SECONDS = 28_800;

/**
 * Cash change of a linear position at a funding time: -size x price x rate.
 *
 * The price is the venue's mark; the oracle on Hyperliquid and dYdX, the index on Lighter.
 *
 * @param position `size` signed base units (long above 0); `price` quote units above 0; `rate` fraction per
 *   payment
 * @returns settlement units, negative when the position pays
 * @throws UserError `invalid-argument`
 * @example
 * fundingPayment({ size: 2, price: 30_000, rate: 0.0001 }); // -6
 */
export function fundingPayment(position: {
  readonly size: number;
  readonly price: number;
  readonly rate: number;
}): number {
  const notional = finite("size", position.size) * positive("price", position.price);
  return 0 - finite("size x price x rate", notional * finite("rate", position.rate));
}

/**
 * Cash change of an inverse position, in coin: -contracts x contract value / price x rate. Source: BitMEX,
 * "Perpetual contracts guide, examples".
 *
 * @param position `contracts` signed; `contractValue` quote units a contract, default 1; `price` quote units
 *   above 0; `rate` fraction per payment
 * @returns coin, negative when the position pays
 * @throws UserError `invalid-argument`
 * @example
 * inverseFundingPayment({ contracts: 15_000, price: 750, rate: 0.0025 }); // -0.05, on 20 XBT
 */
export function inverseFundingPayment(position: {
  readonly contracts: number;
  readonly contractValue?: number | undefined;
  readonly price: number;
  readonly rate: number;
}): number {
  const value =
    finite("contracts", position.contracts) * positive("contractValue", position.contractValue ?? 1);
  const coins = value / positive("price", position.price);
  return 0 - finite("contracts x value / price x rate", coins * finite("rate", position.rate));
}

/** What one funding time moves. */
export interface FundingPayments {
  /** Cash change of each position in quanta, in the order of the positions. */
  readonly changesQuanta: readonly number[];
  /** What payers paid and no receiver got: at least 0, below the number of positions. Changes + dust = 0. */
  readonly dustQuanta: number;
}

/**
 * Cash changes of all positions of one market at a funding time, exact, with payers rounded up and receivers
 * down: floor(-lots x lot value x rate).
 *
 * @param positionsLots signed whole lots (or contracts) of every account, fund and vault; they sum to 0
 * @param terms `lotValueQuanta` / `lotValueDivisor` is what a lot is worth: linear price in ticks x quanta per
 *   tick and lot over 1 (the default), inverse value of a contract in quanta x ticks over price in ticks;
 *   integers, the divisor from 1 to 9,007,199. `ratePpb` rate per payment in parts per billion, an integer of at
 *   most 1e9 in size. |lots| x lotValueQuanta stays below 2^53.
 * @throws UserError `invalid-argument`, also for positions that do not sum to 0
 * @example
 * fundingPaymentsQuanta([2, -1, -1], { lotValueQuanta: 15, ratePpb: 100_000_000 });
 * // { changesQuanta: [-3, 1, 1], dustQuanta: 1 }: 10 % of 30, 15 and 15
 */
export function fundingPaymentsQuanta(
  positionsLots: readonly number[],
  terms: {
    readonly lotValueQuanta: number;
    readonly lotValueDivisor?: number | undefined;
    readonly ratePpb: number;
  },
): FundingPayments {
  const value = exactInteger("lotValueQuanta", nonNegative("lotValueQuanta", terms.lotValueQuanta));
  const most = Math.floor(MAX_EXACT / PPB);
  const divisor = exactInteger(
    "lotValueDivisor",
    between("lotValueDivisor", terms.lotValueDivisor ?? 1, 1, most),
  );
  const rate = exactInteger("ratePpb", between("ratePpb", terms.ratePpb, -PPB, PPB));
  return settle("positionsLots", positionsLots, { value, rate, divisor: divisor * PPB });
}

/**
 * How far a funding index moves in a time: trunc(rate x seconds / 28,800 x price x 10^(base - quote resolution)).
 *
 * In millionths of a quote quantum per base quantum, so that a position pays size x delta / 1e6; truncated towards
 * zero, in one exact product. Source: dYdX v4-chain, x/perpetuals/funding `GetFundingIndexDelta` (84d4664b, 2026-03-04).
 *
 * @param tick `ratePpm` integer, per 8 h, positive when longs pay; `seconds` integer of at least 0 since the tick
 *   before; `price` integer x 10^`priceExponent` quote units (exponent default 0); `baseResolution` and
 *   `quoteResolution` powers of ten of one quantum (quote default -6)
 * @throws UserError `invalid-argument`
 * @example
 * fundingIndexDelta({ ratePpm: 1_000, seconds: 3_600, price: 50_000, baseResolution: -10 }); // 625
 */
export function fundingIndexDelta(tick: {
  readonly ratePpm: number;
  readonly seconds: number;
  readonly price: number;
  readonly priceExponent?: number | undefined;
  readonly baseResolution: number;
  readonly quoteResolution?: number | undefined;
}): number {
  const rate = exactInteger("ratePpm", tick.ratePpm);
  const seconds = exactInteger("seconds", nonNegative("seconds", tick.seconds));
  const price = exactInteger("price", positive("price", tick.price));
  const exponent =
    resolution("priceExponent", tick.priceExponent ?? 0) +
    resolution("baseResolution", tick.baseResolution) -
    resolution("quoteResolution", tick.quoteResolution ?? -6);
  const rateSeconds = exactInteger("ratePpm x seconds", rate * seconds);
  const scaled = exactInteger("price x 10^exponent", price * tenTo(Math.max(0, exponent)));
  const scale = exactInteger("10^-exponent", tenTo(Math.max(0, -exponent)));
  const first = Math.max(scale, PERIOD_SECONDS);
  if (Math.abs(rateSeconds) * (scaled / first) > MAX_EXACT / 2) {
    fail("ratePpm x seconds x price", "an index change below 2^52", rateSeconds * (scaled / first));
  }
  // A truncated quotient truncated again is the quotient by the product of both divisors, truncated once.
  const quotient = mulDiv(rateSeconds, scaled, first, TRUNCATE);
  return mulDiv(quotient, 1, Math.min(scale, PERIOD_SECONDS), TRUNCATE);
}

/**
 * Cash changes of all positions of one market when its funding index has moved: floor(-size x delta / 1e6).
 *
 * @param sizesQuantums signed whole base quantums of every position; they sum to 0; |size| below 2^53
 * @param indexDelta from `fundingIndexDelta`, positive when longs pay
 * @returns quote quantums
 * @throws UserError `invalid-argument`
 * @example
 * fundingIndexPaymentsQuanta([10_000_000_000, -10_000_000_000], 625);
 * // { changesQuanta: [-6250000, 6250000], dustQuanta: 0 }: 1 BTC at 50,000 USD pays 6.25 USD
 */
export function fundingIndexPaymentsQuanta(
  sizesQuantums: readonly number[],
  indexDelta: number,
): FundingPayments {
  const rate = exactInteger("indexDelta", indexDelta);
  return settle("sizesQuantums", sizesQuantums, { value: 1, rate, divisor: PPM });
}

/** floor(-size x value x rate / divisor) of each; the floor rounds a payer's change down and a receiver's too. */
function settle(
  name: string,
  sizes: readonly number[],
  terms: { readonly value: number; readonly rate: number; readonly divisor: number },
): FundingPayments {
  const open = new TwoLimbSum();
  const paid = new TwoLimbSum();
  const changesQuanta = sizes.map((size, i) => {
    open.add(exactInteger(`${name}[${i}]`, size));
    const value = exactInteger(`${name}[${i}] x value of a lot`, size * terms.value);
    if (Math.abs(value) * (Math.abs(terms.rate) / terms.divisor) > MAX_EXACT / 2) {
      fail(`${name}[${i}]`, "a size whose payment is below 2^52 quanta", size);
    }
    const change = mulDiv(0 - value, terms.rate, terms.divisor, FLOOR);
    paid.add(change);
    return change;
  });
  if (!open.isZero()) fail(name, "positions that sum to 0", `a sum of ${open.toBigInt()}`);
  return { changesQuanta, dustQuanta: 0 - paid.toNumber() };
}

function resolution(name: string, value: number): number {
  return exactInteger(name, between(name, value, -20, 20));
}

function tenTo(exponent: number): number {
  let power = 1;
  for (let i = 0; i < exponent; i++) power *= 10;
  return power;
}
