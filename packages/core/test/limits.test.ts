/** Limits: the proof that money stays exact, and the refusal of what could leave its range. */
import { expect, test } from "vitest";
import {
  MAX_AGENTS,
  MAX_EXACT,
  UserError,
  assertCapacity,
  assertMoneyBound,
  proveFundBounds,
  proveMoneyBounds,
} from "@undertow/core";

const market = { name: "BTC-PERP", quantaPerTickLot: 10, maxTicks: 1_000_000, largestLots: 1_000_000 };

test("the largest exact integer is the bound", () => {
  assertMoneyBound("cash", MAX_EXACT);
  assertMoneyBound("cash", -MAX_EXACT);
  expect(() => assertMoneyBound("cash", MAX_EXACT + 1)).toThrow(/cash could leave the range/);
  expect(() => assertMoneyBound("cash", NaN)).toThrow(UserError);
});

test("an account is bounded by its cash and three times its largest positions", () => {
  const room = MAX_EXACT - 3e13;
  proveMoneyBounds({ name: "USDT", markets: [market], largestCashQuanta: room });
  expect(() => proveMoneyBounds({ name: "USDT", markets: [market], largestCashQuanta: room + 1 })).toThrow(
    /largest account in quanta of USDT/,
  );
  const two = [market, { ...market, name: "ETH-PERP" }];
  expect(() => proveMoneyBounds({ name: "USDT", markets: two, largestCashQuanta: room })).toThrow(UserError);
});

test("every market that is too large is named", () => {
  const big = { ...market, largestLots: 1e12 };
  const markets = [big, market, { ...big, name: "DOGE-PERP" }];
  try {
    proveMoneyBounds({ name: "USDT", markets, largestCashQuanta: 0 });
    expect.unreachable();
  } catch (error) {
    expect((error as UserError).problems.map(({ message }) => message)).toEqual([
      expect.stringContaining("BTC-PERP"),
      expect.stringContaining("DOGE-PERP"),
    ]);
  }
});

test("a fund and what it may take over are bounded, and every one that is not is named", () => {
  const cap = (ratio: number) => ({ path: "venue.liquidation.takeoverCap", ratio });
  proveFundBounds([{ path: "venue.insuranceFund", fundQuanta: MAX_EXACT, cap: cap(1) }]);
  proveFundBounds([{ path: "venue.insuranceFund", fundQuanta: 0, cap: cap(1e9) }]);
  const problemsOf = (...funds: Parameters<typeof proveFundBounds>[0]) => {
    try {
      proveFundBounds(funds);
    } catch (error) {
      return (error as UserError).problems.map(({ path, expected, found }) => [path, expected, found]);
    }
    return [];
  };
  expect(
    problemsOf(
      { path: "a.insuranceFund", fundQuanta: MAX_EXACT + 1, cap: cap(1) },
      { path: "b.insuranceFund", fundQuanta: 1e15, cap: cap(9.1) },
      { path: "c.insuranceFund", fundQuanta: 0, cap: cap(1e10) },
      { path: "d.insuranceFund", fundQuanta: 0.5 },
      { path: "e.insuranceFund", fundQuanta: -1 },
    ),
  ).toEqual([
    ["a.insuranceFund", `a whole number from 0 to ${MAX_EXACT} quanta`, "9007199254740992"],
    [
      "venue.liquidation.takeoverCap",
      "a ratio of at most 9.007199254740991 to the fund of 1000000000000000 quanta",
      "9.1",
    ],
    [
      "venue.liquidation.takeoverCap",
      "a ratio of at most 9007199254.740992 to the fund of 0 quanta",
      "10000000000",
    ],
    ["d.insuranceFund", `a whole number from 0 to ${MAX_EXACT} quanta`, "0.5"],
    ["e.insuranceFund", `a whole number from 0 to ${MAX_EXACT} quanta`, "-1"],
  ]);
});

test("capacities are refused with both numbers", () => {
  assertCapacity({ agents: MAX_AGENTS, markets: 10 });
  expect(() => assertCapacity({ agents: MAX_AGENTS + 1, markets: 5000 })).toThrow(
    /too many agents.*\n.*too many markets/,
  );
});
