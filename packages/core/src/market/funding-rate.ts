/**
 * The funding rate of a perpetual: time-weighted premium, interest, clamp and cap.
 *
 * premium = (max(0, impact bid - index) - max(0, index - impact ask)) / index, sampled on the venue's clock,
 * averaged with linear weights 1..n; rate = premium + clamp(interest - premium, +-clamp), capped. Positive:
 * longs pay shorts. Source: Binance USD-M futures, "Funding rates". Thin side: that term is 0.
 */

/** Rates are integers in parts per billion so that payments are exact. */
export const PPB = 1_000_000_000;

export interface FundingRule {
  /** All in parts per billion of the notional. */
  readonly interestPpb: number;
  readonly clampPpb: number;
  readonly capPpb: number;
}

/** Premium of one sample in ppb, truncated toward zero. `impactBid` or `impactAsk` 0 means a thin side. */
export function premiumPpb(indexTicks: number, impactBidTicks: number, impactAskTicks: number): number {
  if (indexTicks <= 0) return 0;
  const above = impactBidTicks > 0 ? Math.max(0, impactBidTicks - indexTicks) : 0;
  const below = impactAskTicks > 0 ? Math.max(0, indexTicks - impactAskTicks) : 0;
  return Math.trunc(((above - below) / indexTicks) * PPB);
}

/** Running mean of the premium within an interval; by default later samples weigh more, with weights 1..n. */
export class PremiumAverage {
  private readonly linear: boolean;
  private weighted = 0;
  private weights = 0;
  private count = 0;

  constructor(averaging: "linear-weights" | "mean" = "linear-weights") {
    this.linear = averaging === "linear-weights";
  }

  sample(ppb: number): void {
    this.count++;
    const weight = this.linear ? this.count : 1;
    this.weighted += ppb * weight;
    this.weights += weight;
  }

  meanPpb(): number {
    return this.weights === 0 ? 0 : Math.trunc(this.weighted / this.weights);
  }

  reset(): void {
    this.weighted = 0;
    this.weights = 0;
    this.count = 0;
  }
}

/** Rate per interval in ppb. */
export function fundingRatePpb(meanPremiumPpb: number, rule: FundingRule): number {
  const pull = Math.max(-rule.clampPpb, Math.min(rule.clampPpb, rule.interestPpb - meanPremiumPpb));
  return Math.max(-rule.capPpb, Math.min(rule.capPpb, meanPremiumPpb + pull));
}
