/**
 * The premium of a perpetual over its index, from which funding is made, and the premium that arbitrage leaves.
 *
 * Prices are the caller's: impact prices (average price for the impact notional), a middle or a mark. Positive:
 * the perpetual is dear. Never reads a book.
 */
import { MAX_EXACT } from "../limits.ts";
import { TRUNCATE, mulDiv } from "../numeric/mul-div.ts";
import { between, exactInteger, fail, finite, nonNegative, positive } from "./checked.ts";

const PPM = 1_000_000;

/**
 * The notional for which impact prices are measured: a margin amount at the highest leverage.
 *
 * Sources: Binance, "Funding rates" (200 USDT / initial margin rate); dYdX v4-chain, liquidity tiers (500 USDC /
 * initial margin fraction). Hyperliquid sets it outright: 20,000 USDC for BTC and ETH, 6,000 for others.
 *
 * @param impact `marginAmount` settlement units, above 0; `initialMarginRate` fraction in (0, 1]
 * @returns settlement units
 * @throws UserError `invalid-argument`
 * @example
 * impactNotional({ marginAmount: 200, initialMarginRate: 0.05 }); // 4000
 */
export function impactNotional(impact: {
  readonly marginAmount: number;
  readonly initialMarginRate: number;
}): number {
  const rate = between("initialMarginRate", positive("initialMarginRate", impact.initialMarginRate), 0, 1);
  return positive("marginAmount", impact.marginAmount) / rate;
}

/**
 * Premium from impact prices: [max(0, impactBid - index) - max(0, index - impactAsk)] / index.
 *
 * 0 while the index lies between the impact prices. A side too thin for the impact notional is left out and
 * counts for nothing. Sources: Binance, Bybit, BitMEX, "Funding"; Hyperliquid documentation, "Funding" (with the
 * oracle as index). dYdX v4 rounds the same premium: `impactPremiumPpm`.
 *
 * @param prices quote units, above 0; the impact bid is at most the impact ask
 * @returns fraction of the index
 * @throws UserError `invalid-argument`
 * @example
 * impactPremium({ impactBid: 10_100, impactAsk: 10_102, index: 10_000 }); // 0.01
 */
export function impactPremium(prices: {
  readonly impactBid?: number | undefined;
  readonly impactAsk?: number | undefined;
  readonly index: number;
}): number {
  const index = positive("index", prices.index);
  const { bid, ask } = impactPrices(prices.impactBid, prices.impactAsk, "");
  const above = bid === undefined ? 0 : Math.max(0, bid - index);
  const below = ask === undefined ? 0 : Math.max(0, index - ask);
  return (above - below) / index;
}

/**
 * `impactPremium` in whole parts per million, truncated towards zero, exactly. Source: dYdX v4-chain, clob
 * memclob `GetPricePremium` (84d4664b, 2026-03-04).
 *
 * @param prices integers in one unit (ticks, subticks), above 0
 * @returns integer parts per million
 * @throws UserError `invalid-argument`
 * @example
 * impactPremiumPpm({ impactBidTicks: 100_003, indexTicks: 99_999 }); // 40, of 40.0004
 */
export function impactPremiumPpm(prices: {
  readonly impactBidTicks?: number | undefined;
  readonly impactAskTicks?: number | undefined;
  readonly indexTicks: number;
}): number {
  const index = exactInteger("indexTicks", positive("indexTicks", prices.indexTicks));
  const { bid, ask } = impactPrices(prices.impactBidTicks, prices.impactAskTicks, "Ticks");
  const above = bid === undefined ? 0 : Math.max(0, exactInteger("impactBidTicks", bid) - index);
  const below = ask === undefined ? 0 : Math.max(0, index - exactInteger("impactAskTicks", ask));
  if (above / index > MAX_EXACT / (2 * PPM)) {
    fail("impactBidTicks", "a premium below 2^52 ppm", prices.impactBidTicks);
  }
  return mulDiv(above - below, PPM, index, TRUNCATE);
}

/**
 * Premium of one price over the index: price / index - 1. OKX takes the book's middle, Deribit the mark.
 *
 * @param prices quote units, above 0
 * @returns fraction of the index
 * @throws UserError `invalid-argument`
 * @example
 * relativePremium({ price: 10_010, index: 10_000 }); // 0.001
 */
export function relativePremium(prices: { readonly price: number; readonly index: number }): number {
  const index = positive("index", prices.index);
  return (positive("price", prices.price) - index) / index;
}

/**
 * The price of a perpetual over spot at which unlimited arbitrage earns nothing:
 * (kappa - iota) / (kappa + baseRate - quoteRate).
 *
 * Funding flows continuously: a long pays kappa (perpetual - spot) + iota spot per year and unit. It is 1
 * exactly when iota = quoteRate - baseRate. Source: Ackerer, Hugonnier and Jermann 2023 (arXiv:2310.11771); He,
 * Manela, Ross and von Wachter 2022 (arXiv:2212.06888).
 *
 * @param funding `premiumsPerYear` kappa, how often a year the whole premium is paid (1,095: every 8 h);
 *   `interestPerYear` iota below kappa; `quoteRatePerYear`, `baseRatePerYear` interest on either asset; the
 *   denominator must be above 0
 * @throws UserError `invalid-argument`
 * @example
 * const rates = { premiumsPerYear: 1095, quoteRatePerYear: 0.05, baseRatePerYear: 0.01 };
 * perpetualSpotRatio({ ...rates, interestPerYear: 0 }); // 1.0000365310148316
 * perpetualSpotRatio({ ...rates, interestPerYear: 0.04 }); // 1
 */
export function perpetualSpotRatio(funding: {
  readonly premiumsPerYear: number;
  readonly interestPerYear: number;
  readonly quoteRatePerYear: number;
  readonly baseRatePerYear: number;
}): number {
  const kappa = positive("premiumsPerYear", funding.premiumsPerYear);
  const iota = finite("interestPerYear", funding.interestPerYear);
  const quote = finite("quoteRatePerYear", funding.quoteRatePerYear);
  const base = finite("baseRatePerYear", funding.baseRatePerYear);
  const carry = quote - base;
  if (!(iota < kappa)) fail("interestPerYear", `below premiumsPerYear (${kappa})`, iota);
  if (!(carry < kappa)) fail("quoteRatePerYear", `below premiumsPerYear + baseRatePerYear`, quote);
  return (kappa - iota) / (kappa - carry);
}

/**
 * A premium held to +-cap, as dYdX v4 does to every vote (cap 60 (IM - MM)).
 *
 * @param held `premium` and `cap` in one unit; `cap` at least 0
 * @throws UserError `invalid-argument`
 * @example
 * cappedPremium({ premium: 0.6, cap: 0.48 }); // 0.48 = 60 x (2 % - 1.2 %)
 */
export function cappedPremium(held: { readonly premium: number; readonly cap: number }): number {
  const cap = nonNegative("cap", held.cap);
  return Math.max(-cap, Math.min(cap, finite("premium", held.premium)));
}

/**
 * A premium as a vote: whole parts per million, truncated towards zero.
 *
 * What lies within 1e-6 of a whole part counts as whole, because no double holds most of them exactly. Source: dYdX v4
 * votes in parts per million (x/perpetuals, 84d4664b).
 *
 * @param premium fraction of the index
 * @returns integer parts per million
 * @throws UserError `invalid-argument`
 * @example
 * premiumVotePpm(-0.0012345678); // -1234
 */
export function premiumVotePpm(premium: number): number {
  const parts = finite("premium", premium) * PPM;
  const nearest = Math.round(parts);
  return exactInteger("premium x 10^6", Math.abs(parts - nearest) <= 1e-6 ? nearest : Math.trunc(parts)) + 0;
}

function impactPrices(
  impactBid: number | undefined,
  impactAsk: number | undefined,
  unit: string,
): { readonly bid: number | undefined; readonly ask: number | undefined } {
  const bid = impactBid === undefined ? undefined : positive(`impactBid${unit}`, impactBid);
  const ask = impactAsk === undefined ? undefined : positive(`impactAsk${unit}`, impactAsk);
  if (bid !== undefined && ask !== undefined && bid > ask) {
    fail(`impactBid${unit}`, `at most the impact ask of ${ask}`, bid);
  }
  return { bid, ask };
}
