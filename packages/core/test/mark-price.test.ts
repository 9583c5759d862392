/** The mark under its venue clock, and funding: worked examples. */
import { describe, expect, it } from "vitest";
import {
  BasisAverage,
  PremiumAverage,
  fundingRatePpb,
  markPriceTicks,
  medianOfThree,
  premiumPpb,
} from "@undertow/core";

describe("mark price", () => {
  it("follows a perpetual that prints 5 % under a fixed spot through the basis average", () => {
    const start = 100_000;
    const basis = new BasisAverage(30);
    const seen = new Map<number, number>();
    for (let seconds = 5; seconds <= 150; seconds += 5) {
      basis.sample(2 * -5000);
      seen.set(seconds, markPriceTicks(start, 0, basis.meanTicks(), 95_000) / start);
    }
    expect(seen.get(5)).toBeCloseTo(0.99833, 5);
    expect(seen.get(30)).toBeCloseTo(0.99, 9);
    expect(seen.get(135)).toBeCloseTo(0.955, 9);
    expect(seen.get(150)).toBeCloseTo(0.95, 9);
  });

  it("is the middle of the three inputs", () => {
    expect(medianOfThree(100, 150, 151)).toBe(150);
    expect(medianOfThree(45_230, 45_225, 45_235)).toBe(45_230);
    expect(markPriceTicks(10_000, 0, 0, 0)).toBe(10_000);
  });

  it("adds the funding still to be paid: 0.03 %, 4 h of 8 h left, index 10,000", () => {
    expect(markPriceTicks(100_000, 0.0003 * 0.5, 1000, 100_015)).toBe(100_015);
  });
});

describe("funding rate", () => {
  const rule = { interestPpb: 100_000, clampPpb: 500_000, capPpb: 3_000_000 };

  it("is the interest while the premium is inside its neutral band", () => {
    for (const premium of [-400_000, 0, 600_000]) expect(fundingRatePpb(premium, rule)).toBe(100_000);
  });

  it("is premium plus or minus the clamp outside, and capped", () => {
    expect(fundingRatePpb(-900_000, rule)).toBe(-400_000);
    expect(fundingRatePpb(1_000_000, rule)).toBe(500_000);
    expect(fundingRatePpb(-9_000_000, rule)).toBe(-3_000_000);
  });

  it("takes the premium from impact prices; a thin side counts for nothing", () => {
    expect(premiumPpb(100_000, 100_100, 100_110)).toBe(1_000_000);
    expect(premiumPpb(100_000, 99_890, 99_900)).toBe(-1_000_000);
    expect(premiumPpb(100_000, 0, 0)).toBe(0);
  });

  it("weighs later samples more", () => {
    const average = new PremiumAverage();
    average.sample(0);
    average.sample(300);
    expect(average.meanPpb()).toBe(200);
  });
});
