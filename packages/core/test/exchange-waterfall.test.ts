/**
 * The end of an exchange's waterfall and its other forms: deleveraging, funding, inverse contracts, collateral, hedge.
 *
 * Worked examples with their source at each; every call is followed by an audit.
 */
import { expect, describe, test } from "vitest";
import { Exchange, UserError, type VenueRules } from "@undertow/core";
import { cashOf, free, liquidations, moveTo, name, opened, trade, trader } from "./support/exchange-steps.ts";
import {
  CURRENCIES,
  flatMargin,
  fundVenue,
  inverseMarket,
  inverseVenue,
  linearMarket,
  oracleVenue,
  vaultVenue,
} from "./support/exchange-rules.ts";

/** No fees, deleveraging ranked by profit x leverage, an empty fund. */
const adlVenue: VenueRules = {
  ...fundVenue,
  ...free,
  adl: { ranking: "pnl-leverage", settlement: "bankruptcy", cancelOrders: true },
};

describe("auto-deleveraging", () => {
  test("long 6 @ 100 bankrupt at 90, mark 80: s2 then s1 are closed for 3 at 90 (F06; arXiv:2512.01112)", () => {
    const exchange = opened(adlVenue, { margin: flatMargin(0.01) });
    const long = trader(exchange, "long", "isolated", 60, 10);
    const shorts = [
      trader(exchange, "s1", "isolated", 100, 4.8),
      trader(exchange, "s2", "isolated", 20, 15.75),
      trader(exchange, "s3", "isolated", 110, 2.94),
    ];
    const maker = trader(exchange, "maker", "cross", 100_000, 10);
    exchange.setIndex(name, 100);
    trade(exchange, name, maker, shorts[0], 4, 120);
    trade(exchange, name, maker, shorts[1], 3, 105);
    trade(exchange, name, maker, shorts[2], 3, 98);
    trade(exchange, name, long, maker, 6, 100);
    expect(shorts.map((key) => exchange.account(key).positions[0].margin)).toEqual([100, 20, 100]);
    const events = moveTo(exchange, 80);
    expect(events.filter((event) => event.type === "liquidation")).toMatchObject([
      {
        outcome: "adl",
        account: "long",
        size: 6,
        price: 90,
        counterparties: [
          { account: "s2", size: 3 },
          { account: "s1", size: 3 },
        ],
      },
    ]);
    // Realised 45 and 90; the long ends with nothing, nobody else is touched.
    expect(cashOf(exchange, shorts[1])).toBe(20 + 45);
    expect(cashOf(exchange, shorts[0])).toBe(75 + 90);
    expect(cashOf(exchange, long)).toBe(0);
    expect(exchange.account(shorts[2]).positions[0]).toMatchObject({ size: 3, equity: 100 + 54 });
  });

  test("the queue is ranked before it is needed, with the scores of F06", () => {
    const exchange = opened(adlVenue, { margin: flatMargin(0.01) });
    const maker = trader(exchange, "maker", "cross", 100_000, 10);
    exchange.setIndex(name, 100);
    for (const [who, size, price, leverage] of [
      ["s1", 4, 120, 4.8],
      ["s2", 3, 105, 15.75],
      ["s3", 3, 98, 2.94],
    ] as const) {
      trade(exchange, name, maker, trader(exchange, who, "isolated", 110, leverage), size, price);
    }
    moveTo(exchange, 80);
    const queue = exchange.adlQueue(name, "long");
    expect(queue.map(({ account }) => account)).toEqual(["s2", "s1", "s3"]);
    expect(queue[0].score).toBeCloseTo(0.6015037593984962, 12);
    expect(queue[1].score).toBeCloseTo(0.41025641025641024, 12);
    expect(queue[2].score).toBeCloseTo(0.28624436787702096, 12);
  });

  test("longs of 10, 10, 20, 30, 20, 10: a short of 20 closes account 2 and half of 5 (BitMEX, ADL examples)", () => {
    const exchange = opened(adlVenue, { margin: flatMargin(0.01), maxPrice: 1_000 });
    const maker = trader(exchange, "maker", "cross", 1_000_000, 10);
    const bankrupt = trader(exchange, "short", "isolated", 2_600, 4);
    exchange.setIndex(name, 500);
    // At one entry the less equity per unit, the higher the leverage and so the score: 2, 5, 4, 1, 6, 3.
    const longs = [10, 10, 20, 30, 20, 10].map((size, k) => {
      const account = trader(exchange, `${k + 1}`, "cross", size * [26, 20, 30, 24, 22, 28][k], 50);
      trade(exchange, name, account, maker, size, 500);
      return account;
    });
    trade(exchange, name, maker, bankrupt, 20, 520);
    expect(exchange.account(bankrupt).positions[0].bankruptcyPrice).toBe(650);
    const [event] = moveTo(exchange, 660).filter(({ type }) => type === "liquidation");
    expect(event).toMatchObject({
      outcome: "adl",
      price: 650,
      counterparties: [
        { account: "2", size: 10 },
        { account: "5", size: 10 },
      ],
    });
    // Its realised profit has made account 5 the least leveraged.
    expect(exchange.adlQueue(name, "short").map(({ account }) => account)).toEqual(["4", "1", "6", "3", "5"]);
    expect(exchange.account(longs[4]).positions[0].size).toBe(10);
  });

  test("short 1 with quote 54,999 against long 1 with quote 50,000: both close at 54,999 (dYdX v4)", () => {
    const margin = { kind: "flat", initialRate: 0.05, maintenanceFraction: 0.6 } as const;
    const exchange = opened(
      { ...oracleVenue, fees: free.fees },
      { margin, tickSize: 1, lotSize: 0.001, maxPrice: 100_000 },
    );
    const short = trader(exchange, "short", "cross", 4_999);
    const long = trader(exchange, "long", "cross", 100_000);
    exchange.setIndex(name, 50_000);
    trade(exchange, name, long, short, 1, 50_000);
    // Without equity the account gets no order, though the book could take it.
    const maker = trader(exchange, "maker", "cross", 1_000_000);
    exchange.placeOrder({ account: maker, market: name, side: "sell", size: 1, price: 54_990 });
    expect(liquidations(moveTo(exchange, 55_000))).toEqual([
      { outcome: "adl", account: "short", size: 1, price: 54_999, fundDelta: 0 },
    ]);
    expect(cashOf(exchange, short)).toBe(0);
    expect(cashOf(exchange, long)).toBe(104_999);
  });

  test("a counterparty that the price would leave below 0 is skipped; what nobody takes is insolvent (dYdX v4)", () => {
    const margin = { kind: "flat", initialRate: 0.05, maintenanceFraction: 0.6 } as const;
    const market = { ...linearMarket, margin, tickSize: 1, lotSize: 0.001, maxPrice: 100_000 };
    const exchange = new Exchange({
      rules: { ...oracleVenue, fees: free.fees, bands: {} },
      currencies: CURRENCIES,
      markets: [market, { ...market, name: "C-PERP" }],
      accountCapacity: 16,
    });
    const long = trader(exchange, "long", "cross", 2_500);
    const short = trader(exchange, "short", "cross", 5_000);
    const maker = trader(exchange, "maker", "cross", 1_000_000);
    exchange.setIndex(name, 50_000);
    exchange.setIndex("C-PERP", 50_000);
    trade(exchange, name, long, short, 1, 50_000);
    trade(exchange, "C-PERP", short, maker, 1, 50_000);
    // The long is bankrupt at 47,500; there the short, whose other position has fallen, would be left with -499.
    exchange.setIndex("C-PERP", 42_001);
    expect(moveTo(exchange, 47_000).filter(({ type }) => type === "liquidation")).toMatchObject([
      { outcome: "insolvent", account: "long", size: 1, debt: 500 },
    ]);
    expect(exchange.account(short).positions).toHaveLength(2);
    expect(exchange.audit().clean).toBe(true);
    // A later round finds the counterparty able again.
    exchange.deposit({ account: short, currency: "USDT", amount: 10_000 });
    expect(liquidations(moveTo(exchange, 47_001))).toMatchObject([
      { outcome: "adl", account: "long", price: 47_500 },
    ]);
  });

  test("settled at the previous mark under that rule (Hyperliquid, Auto-deleveraging)", () => {
    const exchange = opened({ ...vaultVenue, ...free }, { margin: flatMargin(0.02) });
    const alice = trader(exchange, "alice", "cross", 100, 10);
    const maker = trader(exchange, "maker", "cross", 100_000, 10);
    exchange.setIndex(name, 100);
    trade(exchange, name, alice, maker, 10, 100);
    moveTo(exchange, 95);
    expect(liquidations(moveTo(exchange, 85))).toEqual([
      { outcome: "adl", account: "alice", size: 10, price: 95, fundDelta: 0 },
    ]);
    expect(cashOf(exchange, alice)).toBe(50);
  });

  test("accounts beyond the budget wait and are not deleveraged", () => {
    const rules = { ...adlVenue, liquidation: { ...adlVenue.liquidation, ordersPerRound: 1 } };
    const exchange = opened(rules, { margin: flatMargin(0.01) });
    const maker = trader(exchange, "maker", "cross", 100_000, 10);
    exchange.setIndex(name, 100);
    const longs = ["a", "b"].map((who) => trader(exchange, who, "isolated", 100, 10));
    longs.forEach((account) => trade(exchange, name, account, maker, 10, 100));
    expect(liquidations(moveTo(exchange, 80))).toHaveLength(1);
    expect(exchange.account(longs[1]).positions).toHaveLength(1);
    exchange.advance(1);
    expect(exchange.account(longs[1]).positions).toHaveLength(0);
  });

  test("a halted market liquidates nobody until it trades again", () => {
    const exchange = opened(adlVenue, { margin: flatMargin(0.01) });
    const alice = trader(exchange, "alice", "isolated", 100, 10);
    const maker = trader(exchange, "maker", "cross", 100_000, 10);
    exchange.setIndex(name, 100);
    trade(exchange, name, alice, maker, 10, 100);
    exchange.halt(name);
    expect(liquidations(moveTo(exchange, 80))).toEqual([]);
    exchange.resume(name);
    exchange.takeEvents();
    exchange.advance(1);
    expect(liquidations(exchange.takeEvents())).toHaveLength(1);
  });
});

describe("funding", () => {
  test("2, -0.5, -1.5 at 30,000 and 0.01 %: -6, 1.5, 4.5 (F04)", () => {
    const exchange = opened(
      { ...fundVenue, ...free },
      { tickSize: 1, lotSize: 0.1, maxPrice: 60_000, margin: flatMargin(0.01) },
    );
    const [a, b, c] = ["a", "b", "c"].map((who) => trader(exchange, who, "cross", 100_000, 10));
    exchange.setIndex(name, 30_000);
    trade(exchange, name, a, b, 0.5, 30_000);
    trade(exchange, name, a, c, 1.5, 30_000);
    exchange.takeEvents();
    exchange.advance(28_800);
    expect(exchange.takeEvents().find((event) => event.type === "funding")).toMatchObject({
      rate: 0.0001,
      price: 30_000,
      payments: [
        { account: "a", amount: -6 },
        { account: "b", amount: 1.5 },
        { account: "c", amount: 4.5 },
      ],
      dust: 0,
    });
  });
});

describe("inverse contracts", () => {
  const market = { ...inverseMarket, name, tickSize: 0.5, maxPrice: 2_000, impactNotional: 0 };

  test("15,000 contracts at 750 are 20 XBT: 0.25 % pays 0.05, to 800 they gain 1.25 (BitMEX, Perpetual guide)", () => {
    const funding = {
      ...inverseVenue.funding,
      rate: { kind: "premium-plus-interest", interest: 0.0025 },
      cap: { kind: "fixed", perPayment: 0.04 },
    } as const;
    const exchange = opened({ ...inverseVenue, ...free, funding }, market);
    const alice = trader(exchange, "alice", "cross", 10, 10, "COIN");
    const maker = trader(exchange, "maker", "cross", 100, 10, "COIN");
    exchange.setIndex(name, 750);
    trade(exchange, name, alice, maker, 15_000, 750);
    expect(exchange.account(alice).positions[0]).toMatchObject({ notional: 20, entryPrice: 750 });
    exchange.advance(28_800);
    expect(cashOf(exchange, alice, "COIN")).toBe(9.95);
    moveTo(exchange, 800);
    expect(exchange.account(alice).positions[0].unrealisedProfit).toBe(1.25);
    trade(exchange, name, maker, alice, 15_000, 800);
    expect(cashOf(exchange, alice, "COIN")).toBe(11.2);
  });

  test("an isolated inverse long is closed below its liquidation price; all that is left goes to the fund", () => {
    const exchange = opened(
      { ...inverseVenue, ...free },
      {
        ...market,
        margin: {
          kind: "steps",
          baseMaintenanceRate: 0.005,
          baseInitialRate: 0.01,
          baseLimit: 200,
          step: 100,
        },
      },
    );
    const alice = trader(exchange, "alice", "isolated", 1, 10, "COIN");
    const maker = trader(exchange, "maker", "cross", 100, 10, "COIN");
    exchange.setIndex(name, 100);
    trade(exchange, name, alice, maker, 1_000, 100);
    const [position] = exchange.account(alice).positions;
    // entry (1 + m) L / (L + 1) and entry L / (L + 1) (F02).
    expect(position.liquidationPrice).toBeCloseTo(91.36363636363636, 9);
    expect(position.bankruptcyPrice).toBe(91);
    exchange.placeOrder({ account: maker, market: name, side: "buy", size: 1_000, price: 91 });
    expect(liquidations(moveTo(exchange, 91.5))).toEqual([]);
    expect(liquidations(moveTo(exchange, 91))).toMatchObject([{ outcome: "book", size: 1_000, price: 91 }]);
    // 11 coins (the bankruptcy value) less 1,000 / 91 = 10.98901099 coins are left over.
    expect(cashOf(exchange, exchange.fund, "COIN")).toBe(0.01098901);
    expect(cashOf(exchange, alice, "COIN")).toBe(0);
  });
});

describe("multi-asset collateral", () => {
  const rules: VenueRules = {
    ...fundVenue,
    ...free,
    collateral: {
      kind: "multi-asset",
      settlement: "USDT",
      assets: [{ currency: "COIN", ratio: 0.95, source: "index", autoExchangeRatio: 0.975 }],
      autoExchangeThreshold: 10_000,
    },
  };

  test("1,000 of value counts 950; a debt of 20,000 sells 20,512.82 (Binance, Multi-Assets Mode)", () => {
    const exchange = opened(rules, { margin: flatMargin(0.01) });
    const alice = exchange.openAccount({ name: "alice", mode: "cross", multiAsset: true, leverage: 10 });
    const maker = trader(exchange, "maker", "cross", 1_000_000, 10);
    exchange.setCollateralPrices("COIN", { index: 500 });
    exchange.deposit({ account: alice, currency: "COIN", amount: 2 });
    expect(exchange.account(alice).balances[0].equity).toBe(950);
    exchange.deposit({ account: alice, currency: "COIN", amount: 98 });
    exchange.setIndex(name, 100);
    trade(exchange, name, alice, maker, 1_000, 100);
    // Closed at 80: the settlement balance is -20,000.
    exchange.setIndex(name, 80);
    trade(exchange, name, maker, alice, 1_000, 80);
    expect(cashOf(exchange, alice)).toBe(-20_000);
    exchange.takeEvents();
    exchange.advance(1);
    expect(exchange.takeEvents()).toMatchObject([
      { type: "mark" },
      { type: "auto-exchange", sold: "COIN", amount: 41.02564103, received: 20_000 },
    ]);
    expect(cashOf(exchange, alice)).toBe(0);
    expect(cashOf(exchange, alice, "COIN")).toBe(58.97435897);
  });

  test("a fall of the collateral's own book price liquidates, a fall elsewhere does not", () => {
    const collateral = { ...rules.collateral, assets: [{ currency: "COIN", ratio: 1, source: "localBook" }] };
    const exchange = opened({ ...rules, collateral } as VenueRules, { margin: flatMargin(0.01) });
    const alice = exchange.openAccount({ name: "alice", mode: "cross", multiAsset: true, leverage: 10 });
    const maker = trader(exchange, "maker", "cross", 1_000_000, 10);
    exchange.setCollateralPrices("COIN", { index: 100, localBook: 100 });
    exchange.deposit({ account: alice, currency: "COIN", amount: 1 });
    exchange.setIndex(name, 100);
    trade(exchange, name, alice, maker, 10, 100);
    exchange.placeOrder({ account: maker, market: name, side: "buy", size: 10, price: 99.9 });
    exchange.setCollateralPrices("COIN", { index: 5, localBook: 100 });
    exchange.advance(1);
    expect(exchange.account(alice).positions).toHaveLength(1);
    exchange.setCollateralPrices("COIN", { index: 100, localBook: 5 });
    exchange.advance(1);
    expect(exchange.account(alice).positions).toHaveLength(0);
  });
});

describe("hedge mode", () => {
  test("both legs stand, each with its maintenance; an order against its leg only reduces it", () => {
    const exchange = opened({ ...fundVenue, ...free }, { margin: flatMargin(0.01) });
    const alice = trader(exchange, "alice", "hedge", 100, 10);
    const maker = trader(exchange, "maker", "cross", 100_000, 10);
    exchange.setIndex(name, 100);
    exchange.placeOrder({ account: maker, market: name, side: "sell", size: 3, price: 100 });
    exchange.placeOrder({ account: alice, market: name, side: "buy", size: 3, price: 100, leg: "long" });
    exchange.placeOrder({ account: maker, market: name, side: "buy", size: 1, price: 110 });
    exchange.placeOrder({ account: alice, market: name, side: "sell", size: 1, price: 110, leg: "short" });
    expect(exchange.account(alice).positions).toMatchObject([
      { side: "long", size: 3, entryPrice: 100, maintenance: 4 },
      { side: "short", size: 1, entryPrice: 110, maintenance: 4 },
    ]);
    // (100 - 300 + 110) / (0.03 + 0.01 - 3 + 1), one price for both legs (Binance, hedge mode).
    const [long, short] = exchange.account(alice).positions;
    expect(long.liquidationPrice).toBeCloseTo((100 - 300 + 110) / (0.04 - 2), 9);
    expect(short.liquidationPrice).toBe(long.liquidationPrice);
    exchange.placeOrder({ account: maker, market: name, side: "buy", size: 9, price: 100 });
    exchange.placeOrder({ account: alice, market: name, side: "sell", size: 9, price: 100, leg: "long" });
    expect(exchange.account(alice).positions).toMatchObject([{ side: "short", size: 1 }]);
    expect(() => exchange.placeOrder({ account: alice, market: name, side: "buy", size: 1 })).toThrow(/leg/);
  });
});

describe("self-trade prevention", () => {
  test("the legs of a hedged account do not trade with each other: the resting order goes", () => {
    const exchange = opened({ ...fundVenue, ...free }, { margin: flatMargin(0.01) });
    const alice = trader(exchange, "alice", "hedge", 1_000, 10);
    exchange.setIndex(name, 100);
    exchange.placeOrder({ account: alice, market: name, side: "buy", size: 1, price: 100, leg: "long" });
    exchange.placeOrder({ account: alice, market: name, side: "buy", size: 1, price: 99, leg: "long" });
    exchange.placeOrder({ account: alice, market: name, side: "sell", size: 1, price: 100, leg: "short" });
    expect(exchange.account(alice)).toMatchObject({ positions: [], openOrders: 2 });
    expect(exchange.market(name)).toMatchObject({ bestBid: 99, bestAsk: 100 });
  });
});

describe("holds", () => {
  test("an order beyond the free balance is a reject; a hold is used by its own fill only", () => {
    const exchange = opened({ ...fundVenue, fees: { maker: 0, taker: 0.001 } }, { margin: flatMargin(0.01) });
    const alice = trader(exchange, "alice", "isolated", 101, 10);
    const maker = trader(exchange, "maker", "cross", 100_000, 10);
    exchange.setIndex(name, 100);
    // 10 lots of 100 at 10x hold 100 of margin and 1 of fee.
    expect(exchange.placeOrder({ account: alice, market: name, side: "buy", size: 10.1, price: 100 })).toBe(
      0,
    );
    const order = exchange.placeOrder({ account: alice, market: name, side: "buy", size: 10, price: 100 });
    expect(exchange.account(alice).balances[0]).toMatchObject({ held: 101, free: 0 });
    expect(() => exchange.withdraw({ account: alice, currency: "USDT", amount: 1 })).toThrow(UserError);
    exchange.placeOrder({ account: maker, market: name, side: "sell", size: 4, price: 100 });
    expect(exchange.account(alice).balances[0]).toMatchObject({ held: 60.6, cash: 61 });
    exchange.cancelOrder({ account: alice, market: name, order });
    expect(exchange.account(alice).balances[0]).toMatchObject({ held: 0, cash: 61 });
    expect(
      exchange.takeEvents().find((event) => event.type === "order" && event.state === "rejected"),
    ).toMatchObject({
      reason: "insufficient margin",
    });
  });

  test("orders that only reduced are cancelled when their position is gone and they cannot be held for", () => {
    const exchange = opened({ ...fundVenue, ...free }, { margin: flatMargin(0.01) });
    const alice = trader(exchange, "alice", "cross", 101, 10);
    const maker = trader(exchange, "maker", "cross", 100_000, 10);
    exchange.setIndex(name, 100);
    trade(exchange, name, alice, maker, 10, 100);
    // Reducing orders hold nothing; the second one of 10 would open and is refused.
    expect(
      exchange.placeOrder({ account: alice, market: name, side: "sell", size: 10, price: 150 }),
    ).toBeGreaterThan(0);
    expect(exchange.placeOrder({ account: alice, market: name, side: "sell", size: 10, price: 140 })).toBe(0);
    exchange.placeOrder({ account: maker, market: name, side: "buy", size: 10, price: 99 });
    exchange.placeOrder({
      account: alice,
      market: name,
      side: "sell",
      size: 10,
      reduceOnly: true,
      price: 99,
    });
    // The long is gone, with a loss of 10; the order at 150 would open a short of 1,500 and needs 150.
    expect(exchange.account(alice)).toMatchObject({ openOrders: 0, positions: [] });
  });
});

describe("bad input", () => {
  const build = (rules: VenueRules, market = linearMarket): Exchange =>
    new Exchange({ rules, currencies: CURRENCIES, markets: [market] });
  test.each<[string, () => unknown, RegExp]>([
    [
      "a rate above its range",
      () => build({ ...fundVenue, fees: { maker: 0, taker: 0.5 } }),
      /rules\.fees\.taker/,
    ],
    ["no margin mode", () => build({ ...fundVenue, modes: [] }), /rules\.modes/],
    [
      "an unknown currency",
      () => build(fundVenue, { ...linearMarket, settlement: "GOLD" }),
      /one of USDT, COIN/,
    ],
    [
      "a tick that is no whole quantum",
      () => build(fundVenue, { ...linearMarket, tickSize: 1e-7 }),
      /whole number/,
    ],
    [
      "leverage over the market's maximum",
      () => {
        const exchange = build(fundVenue);
        exchange.setLeverage({
          account: exchange.openAccount({ mode: "cross" }),
          market: name,
          leverage: 51,
        });
      },
      /from 1 to 50/,
    ],
    [
      "a mode that the venue has not",
      () => build(oracleVenue).openAccount({ mode: "isolated" }),
      /one of cross/,
    ],
    [
      "a NaN price",
      () => {
        const exchange = build(fundVenue);
        exchange.placeOrder({
          account: exchange.openAccount({ mode: "cross" }),
          market: name,
          side: "buy",
          size: 1,
          price: NaN,
        });
      },
      /price/,
    ],
    [
      "a negative deposit",
      () => {
        const exchange = build(fundVenue);
        exchange.deposit({ account: exchange.openAccount({ mode: "cross" }), currency: "USDT", amount: -1 });
      },
      /amount/,
    ],
    ["an unknown market", () => build(fundVenue).setIndex("X", 1), /one of A-PERP/],
    ["time that stands still", () => build(fundVenue).advance(0), /seconds/],
  ])("%s is refused with its name", (_, act, message) => {
    expect(act).toThrow(message);
    expect(act).toThrow(UserError);
  });
});
