/**
 * Funding of a perpetual: premium samples and rate on the venue's clocks, and payments that sum to zero.
 *
 * Part of phase 7. Rates are whole parts per billion, so that payments are exact; the form of the rate is
 * mechanics/funding-forms.ts. Payers round up, receivers down, dust goes to the fee desk.
 */
import { PPB, premiumPpb } from "../market/funding-rate.ts";
import { clampedFundingRate, marginGapCap } from "../mechanics/funding-forms.ts";
import { CEIL, mulDiv } from "../numeric/mul-div.ts";
import { BUY, PPM, SELL } from "../units.ts";
import { markForCheck, type Market, type World } from "./world.ts";

/** Takes a premium sample and sets the estimate of the next rate. */
export function samplePremium(market: Market, indexTicks: number): void {
  const { book, premium, impactTickLots } = market;
  const { funding } = market.venue.spec;
  const impactBid = book.averageTicksFor(SELL, impactTickLots);
  const impactAsk = book.averageTicksFor(BUY, impactTickLots);
  let sample = premiumPpb(indexTicks, impactBid, impactAsk);
  if (funding.cap.kind === "margin-gap" && funding.cap.premiumFactor !== undefined) {
    const most = Math.floor(marginGap(market, funding.cap.premiumFactor) * PPB);
    sample = Math.max(-most, Math.min(most, sample));
  }
  premium.sample(sample);
  market.fundingPpb = ratePpb(market, premium.meanPpb());
}

/** Rate of the next payment in parts per billion. */
function ratePpb(market: Market, meanPremiumPpb: number): number {
  const { rate, cap, periodSeconds, intervalSeconds } = market.venue.spec.funding;
  // Without a clamp the rate is premium + interest: the same form with the interest moved into the premium.
  const isClamped = rate.kind === "clamped-interest";
  const premium = meanPremiumPpb / PPB;
  const perPayment = clampedFundingRate(isClamped ? premium : premium + rate.interest, {
    interest: isClamped ? rate.interest : 0,
    clamp: isClamped ? rate.clamp : 0,
    paymentsPerPeriod: periodSeconds / intervalSeconds,
    periodCap: periodCap(market),
    paymentCap: cap.kind === "fixed" ? cap.perPayment : undefined,
  });
  return Math.round(perPayment * PPB);
}

/** Cap of the rate of the period; undefined without one. */
function periodCap(market: Market): number | undefined {
  const { cap } = market.venue.spec.funding;
  if (cap.kind === "fixed") return undefined;
  if (cap.kind === "margin-gap") return marginGap(market, cap.factor);
  return Math.floor((market.tiers.maintenancePpm[0] * Math.round(cap.share * PPM)) / 1000) / PPB;
}

/** A multiple of the lowest initial less the lowest maintenance rate. */
function marginGap({ tiers }: Market, factor: number): number {
  return marginGapCap({
    initialMarginRate: 1 / tiers.maxLeverage[0],
    maintenanceMarginRate: tiers.maintenancePpm[0] / PPM,
    factor,
  });
}

/** Longs pay shorts (or the reverse) on mark or index; payers round up, receivers down, dust to the fee desk. */
export function payFunding(world: World, market: Market, indexTicks: number): void {
  const { ledger, slots, accounts, markTicks } = world;
  const rate = market.fundingPpb;
  market.premium.reset();
  if (rate === 0) return;
  const { spec, totals, feeAccount } = market.venue;
  const onMark = spec.funding.paidOn === "mark";
  const ticks = onMark ? markTicks[market.index] : Math.max(1, Math.round(indexTicks));
  let dust = 0;
  for (let slot = ledger.firstSlotOf(market.index); slot !== -1; slot = ledger.slotAfter(slot)) {
    if (slots.lots[slot] === 0) continue;
    const payment = mulDiv(ledger.valueQuanta(slot, ticks), rate, PPB, CEIL);
    const account = slots.account[slot];
    if (accounts.cross[account] === 1) accounts.cash[account] -= payment;
    else slots.margin[slot] -= payment;
    dust += payment;
    if (payment > 0) totals.fundingPaid += payment;
    markForCheck(world, account);
  }
  accounts.cash[feeAccount] += dust;
}
