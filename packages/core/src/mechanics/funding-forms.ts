/**
 * Funding rates out of an averaged premium, in the forms that venues use, and the caps they put on them.
 *
 * Rates are fractions of the notional; positive: longs pay shorts. A period is what the rate is stated for
 * (8 h on all venues here), a payment is what is settled at once (8 h, or 1 h as one eighth). Pure formulas;
 * averages are taken in moving-averages.ts, payments in funding-payment.ts.
 */
import { between, exactInteger, fail, finite, nonNegative, positive } from "./checked.ts";

/** A rate of the form premium + clamp(interest - premium, +-clamp), with whatever caps the venue has. */
export interface ClampedFundingRule {
  /** Interest per period: 0.0001 on Binance, Bybit, Hyperliquid, Lighter; `interestRate` on BitMEX; 0 on Deribit. */
  readonly interest: number;
  /** How far interest may pull the rate away from the premium, per period, at least 0: 0.0005 on all of them. */
  readonly clamp: number;
  /** Cap of the period's rate (+-), before it is divided; none by default. Lighter 0.04. */
  readonly periodCap?: number | undefined;
  /** Payments a period; default 1. Hyperliquid and Lighter 8. */
  readonly paymentsPerPeriod?: number | undefined;
  /** Cap of one payment's rate (+-), after the division; none by default. Hyperliquid 0.04. */
  readonly paymentCap?: number | undefined;
  /** Farthest that the rate may move from the one before (BitMEX 75 % of maintenance margin); none by default. */
  readonly change?: { readonly previousRate: number; readonly maxChange: number } | undefined;
  /** Decimals of the fraction that are published, the rest cut off; all by default. Lighter 6 (4 of per cent). */
  readonly publishedDecimals?: number | undefined;
}

/**
 * Rate of one payment: premium + clamp(interest - premium, +-clamp), capped, divided, capped, cut.
 *
 * The first step is the interest held to [premium - clamp, premium + clamp]; so inside `neutralBand` the rate
 * is the interest exactly. Sources: Binance and Bybit, "Funding rate"; BitMEX, "Perpetual contracts guide";
 * Hyperliquid documentation, "Funding" (its example of 0.95 % stops before the division by 8; settled rates
 * have it); Deribit's dampener is interest 0.
 *
 * @param premium averaged premium of the period, fraction
 * @returns fraction of the notional per payment
 * @throws UserError `invalid-argument`
 * @example
 * const hourly = { interest: 0.0001, clamp: 0.0005, paymentsPerPeriod: 8, paymentCap: 0.04 };
 * clampedFundingRate(-0.0008259503, hourly).toFixed(10); // "-0.0000407438", as settled by Hyperliquid
 * clampedFundingRate(0, hourly); // 0.0000125
 */
export function clampedFundingRate(premium: number, rule: ClampedFundingRule): number {
  finite("premium", premium);
  const interest = finite("rule.interest", rule.interest);
  const clamp = nonNegative("rule.clamp", rule.clamp);
  const payments = positive("rule.paymentsPerPeriod", rule.paymentsPerPeriod ?? 1);
  const period = Math.max(premium - clamp, Math.min(premium + clamp, interest));
  let rate = capped("rule.periodCap", period, rule.periodCap) / payments;
  rate = capped("rule.paymentCap", rate, rule.paymentCap);
  if (rule.change !== undefined) {
    const previous = finite("rule.change.previousRate", rule.change.previousRate);
    const most = nonNegative("rule.change.maxChange", rule.change.maxChange);
    rate = Math.max(previous - most, Math.min(previous + most, rate));
  }
  return rule.publishedDecimals === undefined ? rate + 0 : cut(rate, rule.publishedDecimals);
}

/**
 * The premiums for which the clamped rate is the interest: [interest - clamp, interest + clamp].
 *
 * @param rule `interest` and `clamp` (at least 0) per period
 * @throws UserError `invalid-argument`
 * @example
 * neutralBand({ interest: 0.0001, clamp: 0.0005 }); // { low: -0.0004, high: 0.0006 }
 */
export function neutralBand(rule: { readonly interest: number; readonly clamp: number }): {
  readonly low: number;
  readonly high: number;
} {
  const interest = finite("interest", rule.interest);
  const clamp = nonNegative("clamp", rule.clamp);
  return { low: interest - clamp, high: interest + clamp };
}

/**
 * Interest per period from the daily rates of two currencies: (quote - base) / periods a day. Source: BitMEX,
 * "Perpetual contracts guide, examples".
 *
 * @param rates `quoteRatePerDay`, `baseRatePerDay` fractions; `periodsPerDay` default 3
 * @throws UserError `invalid-argument`
 * @example
 * interestRate({ quoteRatePerDay: 0.01, baseRatePerDay: 0.0025 }); // 0.0025
 */
export function interestRate(rates: {
  readonly quoteRatePerDay: number;
  readonly baseRatePerDay: number;
  readonly periodsPerDay?: number | undefined;
}): number {
  const difference =
    finite("quoteRatePerDay", rates.quoteRatePerDay) - finite("baseRatePerDay", rates.baseRatePerDay);
  return difference / positive("periodsPerDay", rates.periodsPerDay ?? 3);
}

/**
 * Rate of a venue without a dampener: clamp(premium - interest, +-cap), where the premium is that of the book's
 * middle, averaged simply.
 *
 * Source: OKX, funding notices (interest 0; cap 0.375 % for BTC, 0.75 % for majors, 1.5 % for others; 8 h).
 *
 * @param rule `interest` default 0; `cap` at least 0
 * @throws UserError `invalid-argument`
 * @example
 * premiumFundingRate(0.005, { cap: 0.00375 }); // 0.00375
 */
export function premiumFundingRate(
  premium: number,
  rule: { readonly interest?: number | undefined; readonly cap: number },
): number {
  const rate = finite("premium", premium) - finite("rule.interest", rule.interest ?? 0);
  return capped("rule.cap", rate, rule.cap);
}

/**
 * Rate of a venue that adds a default rate to the premium, without a dampener: premium + default, held to
 * +-cap.
 *
 * In parts per million, exactly. Source: dYdX v4-chain, x/perpetuals (default 100 ppm per 8 h, cap
 * 6 (IM - MM), one eighth settled each hour by `fundingIndexDelta`; genesis of 2026-03-04).
 *
 * @param rule `defaultPpm` integer; `capPpm` integer of at least 0 (`marginGapCap` x 1e6)
 * @returns integer parts per million per 8 h
 * @throws UserError `invalid-argument`
 * @example
 * defaultedFundingRatePpm(1_000, { defaultPpm: 100, capPpm: 48_000 }); // 1100
 */
export function defaultedFundingRatePpm(
  premiumPpm: number,
  rule: { readonly defaultPpm: number; readonly capPpm: number },
): number {
  const premium = exactInteger("premiumPpm", premiumPpm);
  const sum = exactInteger(
    "premiumPpm + defaultPpm",
    premium + exactInteger("rule.defaultPpm", rule.defaultPpm),
  );
  return capped("rule.capPpm", sum, exactInteger("rule.capPpm", rule.capPpm));
}

/**
 * A cap stated as a share of the maintenance rate: factor x maintenance rate of the lowest tier.
 *
 * Source: Binance, "Funding rates" (older text factor 1; 0.75 now, not confirmed in a primary page). BitMEX holds the
 * change per interval to 0.75 of it.
 *
 * @param cap `maintenanceMarginRate` fraction in (0, 1]; `factor` above 0
 * @throws UserError `invalid-argument`
 * @example
 * maintenanceCap({ maintenanceMarginRate: 0.004, factor: 0.75 }); // 0.003
 */
export function maintenanceCap(cap: {
  readonly maintenanceMarginRate: number;
  readonly factor: number;
}): number {
  return marginRate("maintenanceMarginRate", cap.maintenanceMarginRate) * positive("factor", cap.factor);
}

/**
 * A cap stated as a multiple of the gap between the two margin rates: factor x (initial - maintenance).
 *
 * Sources: BitMEX 0.75 (0.375 % for XBTUSD); dYdX v4 6 for the rate of 8 h and 60 for a vote; Bybit 0.75, and
 * never above the maintenance rate (`limitToMaintenance`).
 *
 * @param cap margin rates as fractions in (0, 1], maintenance at most initial; `factor` above 0
 * @throws UserError `invalid-argument`
 * @example
 * marginGapCap({ initialMarginRate: 0.01, maintenanceMarginRate: 0.005, factor: 0.75 }); // 0.00375
 */
export function marginGapCap(cap: {
  readonly initialMarginRate: number;
  readonly maintenanceMarginRate: number;
  readonly factor: number;
  readonly limitToMaintenance?: boolean | undefined;
}): number {
  const initial = marginRate("initialMarginRate", cap.initialMarginRate);
  const maintenance = marginRate("maintenanceMarginRate", cap.maintenanceMarginRate);
  if (maintenance > initial) {
    fail("maintenanceMarginRate", `at most the initial margin rate of ${initial}`, maintenance);
  }
  const gap = positive("factor", cap.factor) * (initial - maintenance);
  return cap.limitToMaintenance === true ? Math.min(gap, maintenance) : gap;
}

function marginRate(name: string, value: number): number {
  return between(name, positive(name, value), 0, 1);
}

function capped(name: string, rate: number, cap: number | undefined): number {
  if (cap === undefined) return rate;
  const most = nonNegative(name, cap);
  return Math.max(-most, Math.min(most, rate)) + 0;
}

/**
 * Cuts a fraction to a number of decimals, towards zero. A figure that has these decimals must keep them though
 * no double holds it exactly, so what lies within 1e-6 of a whole last decimal counts as whole.
 */
function cut(rate: number, decimals: number): number {
  exactInteger("rule.publishedDecimals", between("rule.publishedDecimals", decimals, 0, 12));
  let scale = 1;
  for (let i = 0; i < decimals; i++) scale *= 10;
  const scaled = rate * scale;
  const nearest = Math.round(scaled);
  const whole = Math.abs(scaled - nearest) <= 1e-6 ? nearest : Math.trunc(scaled);
  return whole / scale + 0;
}
