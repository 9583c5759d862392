/**
 * Funding of a market: premium samples on the venue's clock, the rate they make, and payments that sum to zero.
 *
 * Every payer rounds up and every receiver down; the dust goes to the fee account. Isolated positions pay from and
 * receive into their margin, cross pools their cash. Positive rates: longs pay shorts.
 */
import { MICROS_PER_SECOND } from "../units.ts";
import { clampedFundingRate, maintenanceCap, marginGapCap } from "../mechanics/funding-forms.ts";
import { fundingPaymentsQuanta } from "../mechanics/funding-payment.ts";
import { cappedPremium, impactPremium } from "../mechanics/premium.ts";
import { type Position, isIsolated } from "./accounts.ts";
import { type ExchangeState, type MarketState, priceOf, secondsOf, unitsOf } from "./exchange-state.ts";
import { PPB, lowestRates } from "./market-spec.ts";
import { clockTicks } from "./prices.ts";
import type { FundingRules } from "./venue-rules.ts";

/** Samples the premium over (from, now] and pays when the funding clock has ticked. */
export function moveFunding(state: ExchangeState, market: MarketState, fromMicros: number): void {
  const { prices } = market;
  const { funding } = state.rules;
  if (prices.index === 0) return;
  const samples = clockTicks(funding.sampleSeconds, fromMicros, state.nowMicros);
  const premium = samples === 0 ? 0 : samplePremium(market, funding);
  for (let k = 0; k < samples; k++) {
    prices.premiumCount++;
    prices.premiumSum += premium;
    prices.premiumWeighted += premium * prices.premiumCount;
  }
  if (clockTicks(funding.intervalSeconds, fromMicros, state.nowMicros) > 0) payFunding(state, market);
}

/** Premium of the book over the index at the impact notional, capped as the venue caps a sample. */
export function samplePremium(market: MarketState, funding: FundingRules): number {
  const { terms, prices, spec, desk } = market;
  const quanta = spec.impactNotional * terms.perUnit;
  const indexTicks = prices.index / terms.tickSize;
  // Tick-lots whose value at the index is the impact notional.
  const tickLots = terms.inverse
    ? (quanta * indexTicks * indexTicks) / terms.unitQuanta
    : quanta / terms.unitQuanta;
  const bidTicks = desk.book.averageTicksFor(-1, tickLots);
  const askTicks = desk.book.averageTicksFor(1, tickLots);
  const premium = impactPremium({
    impactBid: bidTicks === 0 ? undefined : bidTicks * terms.tickSize,
    impactAsk: askTicks === 0 ? undefined : askTicks * terms.tickSize,
    index: prices.index,
  });
  const { cap } = funding;
  if (cap.kind !== "margin-gap" || cap.premiumFactor === undefined) return premium;
  return cappedPremium({ premium, cap: marginGap(market, cap.premiumFactor) });
}

/** Rate of the next payment from the samples so far, a fraction of the notional. */
export function fundingRate(market: MarketState, funding: FundingRules): number {
  const { prices } = market;
  const { rate, cap, periodSeconds, intervalSeconds } = funding;
  const premium = meanPremium(market, funding);
  const paymentsPerPeriod = periodSeconds / intervalSeconds;
  const lowest = lowestRates(market.terms);
  const periodCap =
    cap.kind === "maintenance-share"
      ? maintenanceCap({ maintenanceMarginRate: lowest.maintenanceRate, factor: cap.share })
      : cap.kind === "margin-gap"
        ? marginGap(market, cap.factor)
        : undefined;
  const change =
    cap.kind === "margin-gap" && cap.changeShare !== undefined
      ? { previousRate: prices.fundingRate, maxChange: cap.changeShare * lowest.maintenanceRate }
      : undefined;
  // Without a clamp the rate is premium + interest: the same form with the interest moved into the premium.
  const isClamped = rate.kind === "clamped-interest";
  return clampedFundingRate(isClamped ? premium : premium + rate.interest, {
    interest: isClamped ? rate.interest : 0,
    clamp: isClamped ? rate.clamp : 0,
    paymentsPerPeriod,
    periodCap,
    paymentCap: cap.kind === "fixed" ? cap.perPayment : undefined,
    change,
  });
}

function meanPremium(market: MarketState, funding: FundingRules): number {
  const { premiumCount, premiumSum, premiumWeighted } = market.prices;
  if (premiumCount === 0) return 0;
  if (funding.averaging === "mean") return premiumSum / premiumCount;
  return premiumWeighted / ((premiumCount * (premiumCount + 1)) / 2);
}

function payFunding(state: ExchangeState, market: MarketState): void {
  const { prices, terms, currency } = market;
  const { funding } = state.rules;
  const ratePpb = Math.max(-PPB, Math.min(PPB, Math.round(fundingRate(market, funding) * PPB)));
  prices.fundingRate = ratePpb / PPB;
  prices.premiumCount = 0;
  prices.premiumSum = 0;
  prices.premiumWeighted = 0;
  const paidOn = funding.paidOn === "mark" ? prices.markTicks : Math.round(prices.index / terms.tickSize);
  const ticks = Math.max(1, paidOn);
  const open = market.positions.filter(
    (position) => position !== undefined && position.lots !== 0,
  ) as Position[];
  const { changesQuanta, dustQuanta } = fundingPaymentsQuanta(
    open.map(({ lots }) => lots),
    {
      lotValueQuanta: terms.inverse ? terms.unitQuanta : ticks * terms.unitQuanta,
      lotValueDivisor: terms.inverse ? ticks : 1,
      ratePpb,
    },
  );
  open.forEach((position, k) => {
    if (isIsolated(position.account)) position.margin += changesQuanta[k];
    else position.account.cash[currency] += changesQuanta[k];
  });
  state.fees.cash[currency] += dustQuanta;
  state.events.push({
    type: "funding",
    at: secondsOf(state),
    market: market.spec.name,
    rate: prices.fundingRate,
    price: priceOf(market, ticks),
    payments: open.map((position, k) => ({
      account: position.account.name,
      amount: unitsOf(state, currency, changesQuanta[k]),
    })),
    dust: unitsOf(state, currency, dustQuanta),
  });
}

/** Seconds until the next funding time. */
export function secondsToFunding(state: ExchangeState): number {
  const interval = Math.round(state.rules.funding.intervalSeconds * MICROS_PER_SECOND);
  return (interval - (state.nowMicros % interval)) / MICROS_PER_SECOND;
}

function marginGap(market: MarketState, factor: number): number {
  const { initialRate, maintenanceRate } = lowestRates(market.terms);
  return marginGapCap({ initialMarginRate: initialRate, maintenanceMarginRate: maintenanceRate, factor });
}
