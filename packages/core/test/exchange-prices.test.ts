/**
 * Index, mark and funding of an exchange on the venue's clocks, and the rounding of values, margins and prices.
 *
 * Worked examples with their source at each; the forms themselves are tested with the mechanics.
 */
import { Exchange, type ExchangeEvent, type PerpetualSpec, type VenueRules } from "@undertow/core";
import { describe, expect, test } from "vitest";
import {
  CURRENCIES,
  flatMargin,
  fundVenue,
  inverseMarket,
  inverseVenue,
  linearMarket,
  vaultVenue,
} from "./support/exchange-rules.ts";
import { cashOf, free, liquidations, moveTo, name, opened, trade, trader } from "./support/exchange-steps.ts";

/** An exchange with the venue's own mark. */
function marked(rules: VenueRules, market: Partial<PerpetualSpec>): Exchange {
  const spec = { ...linearMarket, margin: flatMargin(0.01), maxPrice: 60_000, ...market };
  return new Exchange({ rules: { ...rules, ...free, bands: {} }, currencies: CURRENCIES, markets: [spec] });
}

const rates = (events: readonly ExchangeEvent[]): number[] =>
  events.filter((event) => event.type === "funding").map(({ rate }) => rate);

describe("index and mark", () => {
  test("sources age with the exchange's time and drop out when they are stale", () => {
    const exchange = marked(fundVenue, {});
    const sources = [
      { price: 100, weight: 2 },
      { price: 103, weight: 1, ageSeconds: 5 },
    ];
    exchange.setIndex(name, sources);
    expect(exchange.market(name).index).toBeCloseTo(101, 12);
    exchange.advance(5);
    expect(exchange.market(name).index).toBeCloseTo(101, 12);
    exchange.advance(1);
    expect(exchange.market(name).index).toBe(100);
  });

  test("funding 0.03 %, 4 h of 8 h left, index 10,000: mark 10,001.5 (BitMEX, Fair price marking)", () => {
    const funding = {
      ...inverseVenue.funding,
      rate: { kind: "clamped-interest", interest: 0.0003, clamp: 0.0005 },
    } as const;
    const margin = { kind: "flat", initialRate: 0.01, maintenanceFraction: 0.5 } as const;
    const exchange = marked({ ...inverseVenue, funding }, { margin });
    exchange.setIndex(name, 10_000);
    exchange.advance(28_800);
    expect(exchange.market(name)).toMatchObject({ fundingRate: 0.0003, secondsToFunding: 28_800 });
    exchange.advance(14_400);
    expect(exchange.market(name).mark).toBe(10_001.5);
  });

  test("median of 45,230, 45,225 and 45,235 is 45,230 (index, index + basis, last)", () => {
    const exchange = marked(fundVenue, { tickSize: 1 });
    const [a, b] = ["a", "b"].map((who) => trader(exchange, who, "cross", 1_000_000, 10));
    exchange.setIndex(name, 45_230);
    trade(exchange, name, a, b, 0.1, 45_235);
    exchange.placeOrder({ account: a, market: name, side: "buy", size: 0.1, price: 45_224 });
    exchange.placeOrder({ account: b, market: name, side: "sell", size: 0.1, price: 45_226 });
    exchange.advance(5);
    expect(exchange.market(name).mark).toBe(45_230);
    // With one side of the book empty: the middle of index and last.
    exchange.cancelAll(a);
    exchange.advance(1);
    expect(exchange.market(name).mark).toBe(45_233);
  });

  test("the mark moves on its own clock only", () => {
    const exchange = marked(vaultVenue, {});
    exchange.setIndex(name, 100);
    exchange.setIndex(name, 110);
    exchange.advance(2);
    expect(exchange.market(name)).toMatchObject({ mark: 100, index: 110 });
    exchange.advance(1);
    expect(exchange.market(name).mark).toBe(110);
  });
});

describe("funding", () => {
  test("the premium of an interval counts for that interval only", () => {
    const exchange = marked(vaultVenue, {});
    const a = trader(exchange, "a", "cross", 1_000_000, 10);
    exchange.setIndex(name, 100);
    // The impact bid is 1 % above the index.
    exchange.placeOrder({ account: a, market: name, side: "buy", size: 10, price: 101 });
    exchange.takeEvents();
    exchange.advance(3_600);
    exchange.cancelAll(a);
    exchange.advance(3_600);
    exchange.placeOrder({ account: a, market: name, side: "buy", size: 10, price: 101 });
    exchange.advance(3_600);
    // (1 % - 0.05 %) / 8, the interest of 0.01 % / 8, and the first again.
    expect(rates(exchange.takeEvents())).toEqual([0.0011875, 0.0000125, 0.0011875]);
  });

  test("an isolated position pays from its margin, not from the wallet", () => {
    const exchange = opened({ ...fundVenue, ...free }, { margin: flatMargin(0.01) });
    const alice = trader(exchange, "alice", "isolated", 200, 10);
    const maker = trader(exchange, "maker", "cross", 100_000, 10);
    exchange.setIndex(name, 100);
    trade(exchange, name, alice, maker, 10, 100);
    exchange.advance(28_800);
    expect(exchange.account(alice).positions[0].margin).toBe(99.9);
    expect(cashOf(exchange, alice)).toBe(100);
    expect(cashOf(exchange, maker)).toBe(100_000.1);
  });

  test("more than an interval at once is refused", () => {
    expect(() => marked(vaultVenue, {}).advance(3_601)).toThrow(/seconds.*at most 3600/);
  });
});

describe("rounding", () => {
  test("a bankruptcy price is rounded for its holder: 90.05 is 90.1 for a long, 109.95 is 109.9 for a short", () => {
    const exchange = opened({ ...fundVenue, ...free }, { margin: flatMargin(0.01) });
    const long = trader(exchange, "long", "cross", 99.5, 20);
    const short = trader(exchange, "short", "cross", 99.5, 20);
    exchange.setIndex(name, 100);
    trade(exchange, name, long, short, 10, 100);
    expect(exchange.account(long).positions[0].bankruptcyPrice).toBe(90.1);
    expect(exchange.account(short).positions[0].bankruptcyPrice).toBe(109.9);
  });

  test("maintenance above the first bracket is notional x rate - amount: 3,000 x 2 % - 20", () => {
    const exchange = opened({ ...fundVenue, ...free });
    const a = trader(exchange, "a", "cross", 1_000, 20);
    const maker = trader(exchange, "maker", "cross", 100_000, 10);
    exchange.setIndex(name, 100);
    trade(exchange, name, a, maker, 30, 100);
    expect(exchange.account(a).positions[0]).toMatchObject({ notional: 3_000, maintenance: 40 });
  });

  test("an inverse fill is rounded to the nearest quantum, once: 1 / 300 is 0.00333333", () => {
    const exchange = opened({ ...inverseVenue, ...free }, { ...inverseMarket, name, tickSize: 0.5 });
    const a = trader(exchange, "a", "cross", 1, 10, "COIN");
    const maker = trader(exchange, "maker", "cross", 1, 10, "COIN");
    exchange.setIndex(name, 300);
    trade(exchange, name, a, maker, 1, 300);
    expect(exchange.account(a).positions[0].notional).toBe(0.00333333);
  });
});

describe("what the book leaves", () => {
  test("where the remainder waits for bankruptcy it is offered again; the engine takes it at the bankruptcy price", () => {
    const exchange = opened(
      { ...inverseVenue, ...free, liquidation: { ...inverseVenue.liquidation, partial: { kind: "all" } } },
      { ...inverseMarket, name, tickSize: 0.5 },
    );
    const alice = trader(exchange, "alice", "isolated", 1, 10, "COIN");
    const maker = trader(exchange, "maker", "cross", 100, 10, "COIN");
    exchange.deposit({ account: exchange.fund, currency: "COIN", amount: 1 });
    exchange.setIndex(name, 100);
    trade(exchange, name, alice, maker, 1_000, 100);
    // Below maintenance at 91, not bankrupt: nobody bids, nothing happens.
    expect(liquidations(moveTo(exchange, 91))).toEqual([]);
    expect(exchange.account(alice).positions).toHaveLength(1);
    // At 90 the fund's engine takes it at 91: 1,000 / 91 - 1,000 / 90 = -0.12210012.
    expect(liquidations(moveTo(exchange, 90))).toEqual([
      { outcome: "fund", account: "alice", size: 1_000, price: 91, fundDelta: -0.12210012 },
    ]);
    expect(exchange.account(exchange.fund).positions[0]).toMatchObject({
      side: "long",
      size: 1_000,
      entryPrice: 91,
    });
  });
});
