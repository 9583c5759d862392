/**
 * Funding of a market: premium samples or votes on the venue's clock, the rate they make, and payments that sum to zero.
 *
 * Every payer rounds up and every receiver down; the dust goes to the fee account. Isolated positions pay from and
 * receive into their margin, cross pools their cash. Positive rates: longs pay shorts.
 */
import { MICROS_PER_SECOND, microsOf } from "../units.ts";
import { clampedFundingRate, maintenanceCap, marginGapCap } from "../mechanics/funding-forms.ts";
import { fundingPaymentsQuanta } from "../mechanics/funding-payment.ts";
import { minuteMedianMeanPpm } from "../mechanics/moving-averages.ts";
import { cappedPremium, impactPremium, premiumVotePpm, relativePremium } from "../mechanics/premium.ts";
import { type Position, isIsolated } from "./accounts.ts";
import { type ExchangeState, type MarketState, priceOf, secondsOf, unitsOf } from "./exchange-state.ts";
import { PPB, lowestRates } from "./market-spec.ts";
import { clockTicks, impactPrices, middle } from "./prices.ts";
import type { VenueFundingRules } from "./venue-rules.ts";

/** Samples the premium over (from, now] and pays when the funding clock has ticked. */
export function moveFunding(state: ExchangeState, market: MarketState, fromMicros: number): void {
  const { prices } = market;
  const { funding } = state.rules;
  if (prices.index === 0) return;
  const isDue = clockTicks(funding.intervalSeconds, fromMicros, state.nowMicros) > 0;
  if (funding.averaging === "vote-median") {
    // Votes after a funding time belong to the interval that has begun.
    const interval = microsOf(funding.intervalSeconds);
    const due = isDue ? Math.floor(state.nowMicros / interval) * interval : state.nowMicros;
    const isVoted = clockTicks(funding.votes.everySeconds, fromMicros, state.nowMicros) > 0;
    const vote = isVoted ? premiumVotePpm(samplePremium(market, funding)) : 0;
    castVotes(market, funding, { vote, after: fromMicros, until: due });
    if (isDue) payFunding(state, market);
    castVotes(market, funding, { vote, after: due, until: state.nowMicros });
  } else {
    const samples = clockTicks(funding.sampleSeconds, fromMicros, state.nowMicros);
    const premium = samples === 0 ? 0 : samplePremium(market, funding);
    for (let k = 0; k < samples; k++) {
      prices.premiumCount++;
      prices.premiumSum += premium;
      prices.premiumWeighted += premium * prices.premiumCount;
    }
    if (isDue) payFunding(state, market);
  }
}

type VoteRules = Extract<VenueFundingRules, { averaging: "vote-median" }>;

/** Votes on the clock of the votes, each into the sample whose time it falls in; a sample's end belongs to it. */
function castVotes(
  { prices }: MarketState,
  funding: VoteRules,
  cast: { readonly vote: number; readonly after: number; readonly until: number },
): void {
  const period = microsOf(funding.votes.everySeconds);
  const sample = microsOf(funding.sampleSeconds);
  const interval = microsOf(funding.intervalSeconds);
  for (let at = (Math.floor(cast.after / period) + 1) * period; at <= cast.until; at += period) {
    const k = Math.floor(((at - 1) % interval) / sample);
    (prices.votesPpm[k] ??= []).push(cast.vote);
  }
}

/** Premium of the book or the mark over the index, capped as the venue caps a sample. */
export function samplePremium(market: MarketState, funding: VenueFundingRules): number {
  const premium = rawPremium(market, funding.premium ?? "impact");
  const { cap } = funding;
  if (cap.kind !== "margin-gap" || cap.premiumFactor === undefined) return premium;
  return cappedPremium({ premium, cap: marginGap(market, cap.premiumFactor) });
}

function rawPremium(market: MarketState, of: NonNullable<VenueFundingRules["premium"]>): number {
  const { index, markTicks } = market.prices;
  if (of === "mark") return relativePremium({ price: priceOf(market, markTicks), index });
  if (of === "middle") {
    const price = middle(market);
    return price === undefined ? 0 : relativePremium({ price, index });
  }
  const { bid, ask } = impactPrices(market);
  return impactPremium({ impactBid: bid, impactAsk: ask, index });
}

/** Rate of the next payment from the samples so far, a fraction of the notional. */
export function fundingRate(market: MarketState, funding: VenueFundingRules): number {
  const { prices } = market;
  const { rate, cap, periodSeconds, intervalSeconds } = funding;
  const premium = meanPremium(market, funding);
  const paymentsPerPeriod = periodSeconds / intervalSeconds;
  const lowest = lowestRates(market.terms);
  const periodCap =
    cap.kind === "maintenance-share"
      ? maintenanceCap({ maintenanceMarginRate: lowest.maintenanceRate, factor: cap.share })
      : cap.kind === "margin-gap"
        ? marginGap(market, cap.factor, cap.limitToMaintenance)
        : undefined;
  const change =
    cap.kind === "margin-gap" && cap.changeShare !== undefined
      ? { previousRate: prices.fundingRate, maxChange: cap.changeShare * lowest.maintenanceRate }
      : undefined;
  // Without a clamp the rate is premium +- interest: the same form with the interest moved into the premium.
  const isClamped = rate.kind === "clamped-interest";
  const added = isClamped ? 0 : rate.kind === "premium-less-interest" ? 0 - rate.interest : rate.interest;
  return clampedFundingRate(premium + added, {
    interest: isClamped ? rate.interest : 0,
    clamp: isClamped ? rate.clamp : 0,
    paymentsPerPeriod,
    periodCap,
    paymentCap: cap.kind === "fixed" ? cap.perPayment : undefined,
    change,
    publishedDecimals: funding.publishedDecimals,
  });
}

function meanPremium(market: MarketState, funding: VenueFundingRules): number {
  if (funding.averaging === "vote-median") {
    const minutes = microsOf(funding.intervalSeconds) / microsOf(funding.sampleSeconds);
    // A sample that nobody voted in is a hole in the list: it counts as 0, like those that are still to come.
    const votesPpm = Array.from(market.prices.votesPpm, (votes) => votes ?? []);
    return minuteMedianMeanPpm(votesPpm, { minutes, votes: funding.votes.least }) / 1_000_000;
  }
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
  prices.votesPpm = [];
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
  const interval = microsOf(state.rules.funding.intervalSeconds);
  return (interval - (state.nowMicros % interval)) / MICROS_PER_SECOND;
}

function marginGap(market: MarketState, factor: number, limitToMaintenance?: boolean): number {
  const { initialRate, maintenanceRate } = lowestRates(market.terms);
  return marginGapCap({
    initialMarginRate: initialRate,
    maintenanceMarginRate: maintenanceRate,
    factor,
    limitToMaintenance,
  });
}
