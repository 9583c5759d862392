/** Limits: the proof that money stays exact, and the refusal of what could leave its range. */
import { expect, test } from "vitest";
import {
  MAX_AGENTS,
  MAX_EXACT,
  UserError,
  assertCapacity,
  assertMoneyBound,
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

test("capacities are refused with both numbers", () => {
  assertCapacity({ agents: MAX_AGENTS, markets: 10 });
  expect(() => assertCapacity({ agents: MAX_AGENTS + 1, markets: 5000 })).toThrow(
    /too many agents.*\n.*too many markets/,
  );
});
