/**
 * Forms of single venues as pure functions: tiers on the whole position, votes, a limit past the last trade, a fund that
 * stops at a drawdown.
 *
 * Worked examples with their source at each; the Exchange runs the same forms in exchange-forms.test.ts.
 */
import {
  UserError,
  liquidationOrderPrice,
  marginRates,
  premiumVotePpm,
  takeover,
  wholeTierRates,
} from "@undertow/core";
import { describe, expect, test } from "vitest";

const TIERS = [
  { notionalFloor: 0, maintenanceRate: 0.01, maxLeverage: 75 },
  { notionalFloor: 2_000, maintenanceRate: 0.015, maxLeverage: 50 },
  { notionalFloor: 4_000, maintenanceRate: 0.02, maxLeverage: 20 },
];

describe("tiers on the whole position (OKX: value x rate of its tier)", () => {
  test.each([
    ["freqtrade's OKX test: 2,000 is in the first tier", 2_000, 20, 75],
    ["freqtrade's OKX test: 2,001 is in the second, on all of it", 2_001, 30.015, 50],
    ["a value on the second edge", 4_000, 60, 50],
    ["the last tier has no end", 1_000_000, 20_000, 20],
    ["nothing", 0, 0, 75],
  ])("%s", (_, notional, maintenance, leverage) => {
    const rates = marginRates({ rule: { kind: "whole-tiers", tiers: TIERS }, notional });
    expect(notional * rates.maintenanceRate - rates.maintenanceAmount).toBeCloseTo(maintenance, 9);
    expect(rates.initialRate).toBeCloseTo(1 / leverage, 15);
  });

  const second = (change: object): (typeof TIERS)[number][] => [TIERS[0], { ...TIERS[1], ...change }];
  test.each<[string, readonly (typeof TIERS)[number][], string]>([
    ["no tier", [], "tiers"],
    ["a first floor above 0", [{ ...TIERS[0], notionalFloor: 1 }], "tiers[0].notionalFloor"],
    ["floors that do not ascend", second({ notionalFloor: 0 }), "tiers[1].notionalFloor"],
    ["a rate that falls", second({ maintenanceRate: 0.009 }), "tiers[1].maintenanceRate"],
    ["a rate that is no number", second({ maintenanceRate: NaN }), "tiers[1].maintenanceRate"],
    ["a leverage that rises", second({ maintenanceRate: 0.011, maxLeverage: 76 }), "tiers[1].maxLeverage"],
    ["a leverage beyond the rate", second({ maxLeverage: 67 }), "tiers[1].maxLeverage"],
  ])("refuses %s", (_, tiers, path) => {
    expect(problemOf(() => wholeTierRates({ tiers, value: 1 }))).toMatchObject({ path });
  });

  test("refuses a value below 0 and a largest position inside the table", () => {
    expect(problemOf(() => wholeTierRates({ tiers: TIERS, value: -1 }))).toMatchObject({ path: "value" });
    expect(problemOf(() => wholeTierRates({ tiers: TIERS, value: 1, largestNotional: 4_000 }))).toMatchObject(
      { path: "largestNotional", found: "4000" },
    );
  });
});

describe("a premium as a vote (dYdX v4: parts per million towards zero)", () => {
  test.each([
    [0.001, 1_000],
    [0.0012349, 1_234],
    [-0.0012349, -1_234],
    // 0.00007 x 10^6 is 69.99999999999999 in doubles.
    [0.00007, 70],
    [-0.0000009, 0],
  ])("%d is %d", (premium, vote) => {
    expect(premiumVotePpm(premium)).toBe(vote);
  });

  test("refuses what is no number", () => {
    expect(problemOf(() => premiumVotePpm(NaN))).toMatchObject({ path: "premium", found: "NaN" });
  });
});

describe("a limit past the last trade (OKX: slightly better than the last price, never past bankruptcy)", () => {
  const rule = { kind: "past-last", offset: 0.01, repriceSeconds: 60 } as const;
  test.each([
    ["a sale: 95 less 1 %, up to the tick", 1, 95, 90, 94.1],
    ["a purchase: 105 and 1 %, down to the tick", -1, 105, 110, 106],
    ["a sale held at the bankruptcy price", 1, 95, 94.5, 94.5],
    ["a purchase held at the bankruptcy price", -1, 105, 105.5, 105.5],
  ])("%s", (_, side, lastPrice, bankruptcyPrice, limit) => {
    const found = liquidationOrderPrice(rule, {
      side,
      markPrice: 100,
      tickSize: 0.1,
      lastPrice,
      bankruptcyPrice,
    });
    expect(found).toBeCloseTo(limit, 9);
  });

  test.each([
    [{ ...rule, offset: 1.1 }, { lastPrice: 95, bankruptcyPrice: 90 }, "rule.offset"],
    [rule, { bankruptcyPrice: 90 }, "lastPrice"],
    [rule, { lastPrice: 95 }, "bankruptcyPrice"],
  ])("refuses %j with %j", (bad, prices, path) => {
    expect(problemOf(() => liquidationOrderPrice(bad, { side: 1, markPrice: 100, ...prices }))).toMatchObject(
      { path },
    );
  });
});

describe("a fund that stops at a drawdown (OKX: 30 % from its peak)", () => {
  const rule = { kind: "fund-drawdown", share: 0.3 } as const;
  test.each([
    ["a loss of 29 of 100", 100, 100, 87.1, "take"],
    ["a loss of 30 of 100: the fund has fallen by 30 %", 100, 100, 87, "deleverage"],
    ["a loss of 1 after 29.5 were lost before", 70.5, 100, 89.9, "deleverage"],
    ["the same fund at its peak", 70.5, 70.5, 89.9, "take"],
    ["no loss at the bankruptcy price", 70.5, 100, 90, "take"],
    ["a fund that never had anything", 0, 0, 90, "deleverage"],
  ])("%s", (_, fund, fundPeak, markPrice, action) => {
    expect(takeover(rule, { side: 1, size: 10, markPrice, bankruptcyPrice: 90, fund, fundPeak }).action).toBe(
      action,
    );
  });

  test.each([
    [{ kind: "fund-drawdown", share: 1.5 } as const, { fund: 1, fundPeak: 1 }, "rule.share"],
    [rule, { fund: 2, fundPeak: 1 }, "fundPeak"],
    [rule, { fund: 1 }, "fundPeak"],
    [rule, { fundPeak: 1 }, "fund"],
  ])("refuses %j with %j", (bad, fund, path) => {
    const input = { side: 1, size: 1, markPrice: 90, bankruptcyPrice: 90, ...fund };
    expect(problemOf(() => takeover(bad, input))).toMatchObject({ path });
  });
});

function problemOf(run: () => unknown): object | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof UserError) return { code: error.code, ...error.problems[0] };
    throw error;
  }
  return undefined;
}
