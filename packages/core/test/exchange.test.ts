/**
 * The exchange end to end on worked examples: venue documents, tests of venues' engines, and closed forms, named at each.
 *
 * Every step is followed by an audit. Prices and sizes are chosen so that the arithmetic can be done by hand.
 */
import { Exchange, UserError, type VenueRules } from "@undertow/core";
import { describe, expect, test } from "vitest";
import {
  CURRENCIES,
  flatMargin,
  fundVenue,
  linearMarket,
  oracleVenue,
  vaultVenue,
} from "./support/exchange-rules.ts";
import { cashOf, free, liquidations, moveTo, name, opened, trade, trader } from "./support/exchange-steps.ts";

describe("isolated margin", () => {
  test("long 10 @ 100, 10x, 0.4 %: safe at 90.5, closed at 90.3, 4.5475 to the fund (engine test of mechanics 6.4)", () => {
    const exchange = opened(fundVenue, { margin: flatMargin(0.004) });
    const alice = trader(exchange, "alice", "isolated", 1_000, 10);
    const maker = trader(exchange, "maker", "cross", 100_000, 10);
    exchange.setIndex(name, 100);
    trade(exchange, name, alice, maker, 10, 100);
    expect(exchange.account(alice).positions[0]).toMatchObject({
      margin: 100,
      entryPrice: 100,
      bankruptcyPrice: 90,
    });
    expect(exchange.account(alice).positions[0].liquidationPrice).toBeCloseTo((100 - 1_000) / (0.04 - 10), 9);
    expect(cashOf(exchange, alice)).toBe(899.5);
    exchange.placeOrder({ account: maker, market: name, side: "buy", size: 10, price: 90.5 });
    expect(liquidations(moveTo(exchange, 90.5))).toEqual([]);
    expect(exchange.account(alice).positions[0]).toMatchObject({ equity: 5, maintenance: 3.62 });
    expect(liquidations(moveTo(exchange, 90.3))).toEqual([
      { outcome: "book", account: "alice", size: 10, price: 90.5, fundDelta: 4.5475 },
    ]);
    expect(cashOf(exchange, alice)).toBe(899.5);
    expect(cashOf(exchange, exchange.fund)).toBe(4.5475);
  });

  test("margin 60, six lots from 100 to 86, fund 20: deficit 24.258, 20 paid, 4.258 insolvent (F08)", () => {
    const rules: VenueRules = {
      ...fundVenue,
      ...free,
      fees: { maker: 0, taker: 0.0005 },
      liquidation: { ...fundVenue.liquidation, price: { kind: "market", slippageCap: 0.1 } },
    };
    const exchange = opened(rules, { margin: flatMargin(0.01) });
    const alice = trader(exchange, "alice", "isolated", 100, 10);
    const maker = trader(exchange, "maker", "cross", 100_000, 10);
    exchange.deposit({ account: exchange.fund, currency: "USDT", amount: 20 });
    exchange.setIndex(name, 100);
    trade(exchange, name, alice, maker, 6, 100);
    const before = cashOf(exchange, alice);
    exchange.placeOrder({ account: maker, market: name, side: "buy", size: 6, price: 86 });
    const events = moveTo(exchange, 86);
    expect(liquidations(events)).toEqual([
      { outcome: "book", account: "alice", size: 6, price: 86, fundDelta: -20 },
      { outcome: "insolvent", account: "alice", size: 0, price: 0, fundDelta: 0 },
    ]);
    expect(events.find((event) => event.type === "fill")).toMatchObject({ realised: -84, fee: 0.258 });
    expect(exchange.account(alice).balances[0]).toMatchObject({ cash: before, debt: 4.258 });
    expect(cashOf(exchange, exchange.fund)).toBe(0);
    // The fund pays the rest as soon as it can.
    exchange.deposit({ account: exchange.fund, currency: "USDT", amount: 10 });
    exchange.advance(1);
    expect(exchange.account(alice).balances[0].debt).toBe(0);
    expect(cashOf(exchange, exchange.fund)).toBe(5.742);
  });

  test("closing at the bankruptcy price leaves 0 and costs the fund nothing (property 4)", () => {
    const exchange = opened({ ...fundVenue, ...free }, { margin: flatMargin(0.01) });
    const alice = trader(exchange, "alice", "isolated", 100, 10);
    const maker = trader(exchange, "maker", "cross", 100_000, 10);
    exchange.setIndex(name, 100);
    trade(exchange, name, alice, maker, 10, 100);
    exchange.placeOrder({ account: maker, market: name, side: "buy", size: 10, price: 90 });
    expect(liquidations(moveTo(exchange, 90))).toEqual([
      { outcome: "book", account: "alice", size: 10, price: 90, fundDelta: 0 },
    ]);
    expect(cashOf(exchange, alice)).toBe(0);
  });

  test("added margin moves the liquidation price; only what is above initial margin comes back", () => {
    const exchange = opened({ ...fundVenue, ...free }, { margin: flatMargin(0.01) });
    const alice = trader(exchange, "alice", "isolated", 200, 10);
    const maker = trader(exchange, "maker", "cross", 100_000, 10);
    exchange.setIndex(name, 100);
    trade(exchange, name, alice, maker, 10, 100);
    exchange.changeMargin({ account: alice, market: name, amount: 50 });
    expect(exchange.account(alice).positions[0]).toMatchObject({ margin: 150, bankruptcyPrice: 85 });
    expect(() => exchange.changeMargin({ account: alice, market: name, amount: -50.01 })).toThrow(
      /at most 50/,
    );
    exchange.changeMargin({ account: alice, market: name, amount: -50 });
    expect(cashOf(exchange, alice)).toBe(100);
  });
});

describe("cross margin", () => {
  test("0.1 BTC at 50,000, 10 %: equity 500 is safe, below it is not (dYdX v4 liquidations_test.go)", () => {
    const margin = { kind: "flat", initialRate: 0.1, maintenanceFraction: 1 } as const;
    const exchange = opened(
      { ...oracleVenue, fees: free.fees },
      { margin, tickSize: 1, lotSize: 0.0001, maxPrice: 100_000 },
    );
    const alice = trader(exchange, "alice", "cross", 500);
    const maker = trader(exchange, "maker", "cross", 1_000_000);
    exchange.setIndex(name, 50_000);
    trade(exchange, name, alice, maker, 0.1, 50_000);
    exchange.placeOrder({ account: maker, market: name, side: "buy", size: 1, price: 49_998 });
    exchange.advance(1);
    expect(exchange.account(alice).positions[0]).toMatchObject({ equity: 500, maintenance: 500, size: 0.1 });
    moveTo(exchange, 49_999);
    // A tenth of the position, at the fillable price of 49,997.65 or better.
    expect(exchange.account(alice).positions[0].size).toBe(0.09);
  });

  test("the position with the most maintenance margin closes first, one market a round", () => {
    const exchange = new Exchange({
      rules: { ...fundVenue, ...free, mark: { kind: "oracle", updateSeconds: 1 }, bands: {} },
      currencies: CURRENCIES,
      markets: [linearMarket, { ...linearMarket, name: "C-PERP" }],
      accountCapacity: 16,
    });
    const alice = trader(exchange, "alice", "cross", 100, 20);
    const maker = trader(exchange, "maker", "cross", 100_000, 20);
    for (const market of ["A-PERP", "C-PERP"]) exchange.setIndex(market, 100);
    trade(exchange, "A-PERP", alice, maker, 5, 100);
    trade(exchange, "C-PERP", alice, maker, 8, 100);
    exchange.placeOrder({ account: maker, market: "A-PERP", side: "buy", size: 50, price: 92.5 });
    exchange.placeOrder({ account: maker, market: "C-PERP", side: "buy", size: 50, price: 92.5 });
    exchange.setIndex("A-PERP", 93);
    const events = moveTo(exchange, 93, "C-PERP");
    // Equity 100 - 91 = 9 < 12.09.
    expect(events.filter((event) => event.type === "liquidation")).toMatchObject([
      { outcome: "book", market: "C-PERP", size: 8, price: 92.5 },
    ]);
    expect(exchange.account(alice).positions.map(({ market }) => market)).toEqual(["A-PERP"]);
    expect(exchange.audit().clean).toBe(true);
  });

  test("withdrawals stop at what is free; unrealised profit stays where the venue keeps it", () => {
    const open = (withdrawal: VenueRules["initialMargin"]["withdrawal"]): [Exchange, number] => {
      const exchange = opened({
        ...fundVenue,
        ...free,
        initialMargin: { ...free.initialMargin, withdrawal },
      });
      const alice = trader(exchange, "alice", "cross", 1_000, 10);
      const maker = trader(exchange, "maker", "cross", 100_000, 10);
      exchange.setIndex(name, 100);
      trade(exchange, name, alice, maker, 10, 100);
      moveTo(exchange, 150);
      return [exchange, alice];
    };
    const [wallet, alice] = open({ kind: "wallet" });
    // Equity 1,500 less initial margin 150; the wallet has 1,000.
    expect(wallet.account(alice).balances[0]).toMatchObject({ free: 1_350, withdrawable: 1_000 });
    expect(() => wallet.withdraw({ account: alice, currency: "USDT", amount: 1_000.01 })).toThrow(UserError);
    wallet.withdraw({ account: alice, currency: "USDT", amount: 1_000 });
    // max(initial margin 150, 10 % of 1,500) stays (Hyperliquid, Margining).
    const [equity, bob] = open({ kind: "equity", keptShare: 0.1 });
    expect(equity.account(bob).balances[0].withdrawable).toBe(1_350);
    equity.withdraw({ account: bob, currency: "USDT", amount: 1_350 });
    expect(cashOf(equity, bob)).toBe(-350);
  });
});

describe("takeovers", () => {
  test("the fund takes what the book leaves at the bankruptcy price, and sells it again", () => {
    const rules: VenueRules = {
      ...fundVenue,
      ...free,
      backstop: { kind: "fund", capRatio: 1, unwindSeconds: 2 },
    };
    const exchange = opened(rules, { margin: flatMargin(0.01) });
    const alice = trader(exchange, "alice", "isolated", 100, 10);
    const maker = trader(exchange, "maker", "cross", 100_000, 10);
    exchange.deposit({ account: exchange.fund, currency: "USDT", amount: 2_000 });
    exchange.setIndex(name, 100);
    trade(exchange, name, alice, maker, 10, 100);
    exchange.placeOrder({ account: maker, market: name, side: "buy", size: 4, price: 90.5 });
    expect(liquidations(moveTo(exchange, 90.5))).toEqual([
      { outcome: "book", account: "alice", size: 4, price: 90.5, fundDelta: 2 },
      { outcome: "fund", account: "alice", size: 6, price: 90, fundDelta: 3 },
    ]);
    expect(exchange.account(exchange.fund).positions[0]).toMatchObject({
      size: 6,
      side: "long",
      entryPrice: 90,
    });
    exchange.placeOrder({ account: maker, market: name, side: "buy", size: 10, price: 91 });
    exchange.advance(1);
    expect(exchange.account(exchange.fund).positions[0].size).toBe(3);
    expect(cashOf(exchange, exchange.fund)).toBe(2_005);
  });

  test("a vault takes position and margin below 2/3 of maintenance (Hyperliquid, Liquidations)", () => {
    const exchange = opened({ ...vaultVenue, ...free }, { margin: flatMargin(0.05) });
    const alice = trader(exchange, "alice", "cross", 100, 10);
    const maker = trader(exchange, "maker", "cross", 100_000, 10);
    exchange.setIndex(name, 100);
    trade(exchange, name, alice, maker, 10, 100);
    // Equity 40 of maintenance 47: no bids, and the account keeps its position.
    expect(liquidations(moveTo(exchange, 94))).toEqual([]);
    expect(exchange.account(alice).positions[0]).toMatchObject({ equity: 40, maintenance: 47 });
    // Equity 30 < 2/3 of 46.5.
    expect(liquidations(moveTo(exchange, 93))).toEqual([
      { outcome: "vault", account: "alice", size: 10, price: 93, fundDelta: 30 },
    ]);
    expect(cashOf(exchange, alice)).toBe(0);
    expect(exchange.account(exchange.vault)).toMatchObject({ positions: [{ size: 10, entryPrice: 93 }] });
    expect(cashOf(exchange, exchange.vault)).toBe(30);
  });
});
