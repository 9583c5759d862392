/**
 * Forms of rules that only an Exchange runs: votes, premiums of middle and mark, banded marks, whole tiers, closing fees
 * and entry values in maintenance, limits past the last trade, a fund's drawdown and its loss per block.
 *
 * Worked examples with their source at each; calls through `opened` are followed by an audit.
 */
import { Exchange, type ExchangeEvent, type PerpetualSpec, type VenueRules } from "@undertow/core";
import { describe, expect, test } from "vitest";
import {
  CURRENCIES,
  flatMargin,
  fundVenue,
  inverseVenue,
  linearMarket,
  oracleVenue,
} from "./support/exchange-rules.ts";
import { cashOf, free, liquidations, moveTo, name, opened, trade, trader } from "./support/exchange-steps.ts";

type Funding = VenueRules["funding"];

/** An exchange with the venue's own mark, without fees and bands. */
function marked(rules: VenueRules, market: Partial<PerpetualSpec> = {}): Exchange {
  const spec = { ...linearMarket, maxPrice: 20_000, ...market };
  return new Exchange({ rules: { ...rules, ...free, bands: {} }, currencies: CURRENCIES, markets: [spec] });
}

const rates = (events: readonly ExchangeEvent[]): number[] =>
  events.filter((event) => event.type === "funding").map(({ rate }) => rate);

/** Quotes of one account, which rest. */
function quote(exchange: Exchange, account: number, bid: number | undefined, ask: number | undefined): void {
  exchange.cancelAll(account);
  const base = { account, market: name, size: 10 } as const;
  if (bid !== undefined) exchange.placeOrder({ ...base, side: "buy", price: bid });
  if (ask !== undefined) exchange.placeOrder({ ...base, side: "sell", price: ask });
}

describe("premium votes (dYdX v4, x/perpetuals)", () => {
  const voted = (votes: { everySeconds: number; least: number }): Exchange => {
    const { averaging: _, ...funding } = oracleVenue.funding;
    return marked({ ...oracleVenue, funding: { ...funding, averaging: "vote-median", votes } });
  };

  test("1,000 ppm in 30 of 60 minutes is 500 ppm: (500 + 100) / 8 an hour", () => {
    const exchange = voted({ everySeconds: 1, least: 15 });
    const maker = trader(exchange, "maker", "cross", 1_000_000);
    exchange.setIndex(name, 100);
    quote(exchange, maker, 100.1, undefined);
    exchange.advance(1_800);
    expect(exchange.market(name).nextFundingRate).toBeCloseTo(0.000075, 15);
    exchange.cancelAll(maker);
    exchange.advance(1_800);
    expect(rates(exchange.takeEvents())).toEqual([0.000075]);
    // The next interval has votes of its own.
    exchange.advance(3_600);
    expect(rates(exchange.takeEvents())).toEqual([0.0000125]);
  });

  test("two thirds of a minute's votes are its median, a third is not", () => {
    const rateOf = (seconds: number): number => {
      const exchange = voted({ everySeconds: 1, least: 15 });
      const maker = trader(exchange, "maker", "cross", 1_000_000);
      exchange.setIndex(name, 100);
      for (let minute = 0; minute < 60; minute++) {
        quote(exchange, maker, 100.1, undefined);
        exchange.advance(seconds);
        exchange.cancelAll(maker);
        exchange.advance(60 - seconds);
      }
      return rates(exchange.takeEvents())[0];
    };
    expect(rateOf(40)).toBe((0.001 + 0.0001) / 8);
    expect(rateOf(20)).toBe(0.0000125);
  });

  test.each([
    [15, (0.001 + 0.0001) / 8],
    [25, 0.0000125],
  ])("ten votes a minute are filled up with zeros to %d", (least, rate) => {
    const exchange = voted({ everySeconds: 6, least });
    const maker = trader(exchange, "maker", "cross", 1_000_000);
    exchange.setIndex(name, 100);
    quote(exchange, maker, 100.1, undefined);
    exchange.advance(3_600);
    expect(rates(exchange.takeEvents())).toEqual([rate]);
  });

  test("a vote after the funding time is one of the next interval", () => {
    const exchange = voted({ everySeconds: 1, least: 0 });
    const maker = trader(exchange, "maker", "cross", 1_000_000);
    exchange.setIndex(name, 100);
    exchange.advance(3_599);
    quote(exchange, maker, 100.1, undefined);
    exchange.advance(2);
    expect(rates(exchange.takeEvents())).toEqual([0.0000125]);
    // One minute of 1,000 ppm in sixty is 16 ppm, cut off: (16 + 100) / 8.
    expect(exchange.market(name).nextFundingRate).toBe(0.0000145);
  });
});

describe("premium votes around a funding time", () => {
  test("0 and 1,000 before it are 500 ppm; the vote after it does not count", () => {
    const { averaging: _, ...funding } = oracleVenue.funding;
    const votes = { averaging: "vote-median", votes: { everySeconds: 30, least: 0 } } as const;
    const exchange = marked({ ...oracleVenue, funding: { ...funding, ...votes, intervalSeconds: 60 } });
    const maker = trader(exchange, "maker", "cross", 1_000_000);
    exchange.setIndex(name, 100);
    exchange.advance(59);
    quote(exchange, maker, 100.1, undefined);
    exchange.advance(31);
    // (500 + 100) ppm of 8 h for a minute.
    expect(rates(exchange.takeEvents())).toEqual([0.00000125]);
  });
});

describe("premiums and rates", () => {
  const funded = (funding: Partial<Funding>, market: Partial<PerpetualSpec> = {}): Exchange =>
    marked(
      {
        ...fundVenue,
        mark: { kind: "banded-basis", updateSeconds: 1, basisTauSeconds: 30, band: 0.005 },
        funding: { ...fundVenue.funding, averaging: "mean", ...funding } as Funding,
      },
      market,
    );
  /** Funding rate of an interval over which the book stood still around an index of 1,000. */
  const rateOf = (exchange: Exchange, bid: number | undefined, ask: number | undefined): number => {
    const maker = trader(exchange, "maker", "cross", 10_000_000, 10);
    exchange.setIndex(name, 1_000);
    quote(exchange, maker, bid, ask);
    exchange.advance(1);
    exchange.advance(59);
    return rates(exchange.takeEvents())[0];
  };
  const minute = { intervalSeconds: 60, sampleSeconds: 1 };
  const okx = {
    ...minute,
    periodSeconds: 60,
    premium: "middle",
    rate: { kind: "premium-less-interest", interest: 0 },
    cap: { kind: "fixed", perPayment: 0.00375 },
  } as const;

  test.each([
    ["the middle of 1,001 and 1,003: 0.2 %", okx, 1_001, 1_003, 0.002],
    ["a middle of 0.5 % at the cap of 0.375 %", okx, 1_004, 1_006, 0.00375],
    ["below the index", okx, 994, 996, -0.00375],
    [
      "interest of 0.05 % taken off",
      { ...okx, rate: { ...okx.rate, interest: 0.0005 } },
      1_001,
      1_003,
      0.0015,
    ],
    ["no middle with one side empty", okx, 1_001, undefined, 0],
  ] as const)("OKX, mid-price premium: %s", (_, funding, bid, ask, rate) => {
    expect(rateOf(funded(funding), bid, ask)).toBeCloseTo(rate, 12);
  });

  const deribit = {
    ...minute,
    periodSeconds: 28_800,
    premium: "mark",
    rate: { kind: "clamped-interest", interest: 0, clamp: 0.0005 },
    cap: { kind: "fixed", perPayment: 1 },
  } as const;
  test.each([
    ["a mark 0.02 % above the index: nothing", 1_000.1, 1_000.3, 0],
    ["0.1 %: (0.1 - 0.05) % of 8 h, a minute of it", 1_000.9, 1_001.1, 0.000001042],
    ["0.1 % below", 998.9, 999.1, -0.000001042],
    ["8 % held to the band of 0.5 %", 1_079, 1_081, 0.000009375],
  ])("Deribit, premium of the mark paid by the minute: %s", (_, bid, ask, rate) => {
    // To the nearest part per billion.
    expect(rateOf(funded(deribit), bid, ask)).toBeCloseTo(rate, 15);
  });

  test("Bybit: 0.75 of (2 % - 0.5 %), never above the maintenance rate of 0.5 %", () => {
    const margin = { kind: "flat", initialRate: 0.02, maintenanceFraction: 0.25 } as const;
    const cap = { kind: "margin-gap", factor: 0.75 } as const;
    const change = { ...minute, periodSeconds: 60 };
    expect(rateOf(funded({ ...change, cap }, { margin }), 1_050, 1_052)).toBe(0.01125);
    expect(
      rateOf(funded({ ...change, cap: { ...cap, limitToMaintenance: true } }, { margin }), 1_050, 1_052),
    ).toBe(0.005);
  });

  test("Lighter: a rate of 0.00625 % an hour is published as 0.0062 %", () => {
    const change = { ...minute, periodSeconds: 480, publishedDecimals: 6 };
    expect(rateOf(funded({ ...change, cap: { kind: "fixed", perPayment: 0.005 } }), 1_001, 1_003)).toBe(
      0.000062,
    );
  });
});

describe("a banded mark (Deribit: index plus the EMA of the fair impact basis, within a band)", () => {
  const banded: VenueRules = {
    ...fundVenue,
    mark: { kind: "banded-basis", updateSeconds: 1, basisTauSeconds: 30, band: 0.005 },
  };
  test.each([
    [10_079, 10_081, 10_050],
    [10_029, 10_031, 10_030],
    [9_899, 9_901, 9_950],
    [10_079, undefined, 10_000],
  ])("a book of %d and %d around an index of 10,000: %d", (bid, ask, mark) => {
    const exchange = marked(banded, { tickSize: 1 });
    const maker = trader(exchange, "maker", "cross", 10_000_000, 10);
    exchange.setIndex(name, 10_000);
    quote(exchange, maker, bid, ask);
    exchange.advance(1);
    expect(exchange.market(name).mark).toBe(mark);
  });
});

const tiers = [
  { notionalFloor: 0, maintenanceRate: 0.01, maxLeverage: 75 },
  { notionalFloor: 2_000, maintenanceRate: 0.015, maxLeverage: 50 },
  { notionalFloor: 4_000, maintenanceRate: 0.02, maxLeverage: 20 },
];

/** Tiers on the whole position, two of them a step, residual to a fund that stops at a drawdown. */
const okxVenue: VenueRules = {
  ...inverseVenue,
  ...free,
  liquidation: {
    ...inverseVenue.liquidation,
    partial: { kind: "two-tiers" },
    price: { kind: "bankruptcy" },
    clearanceFee: { kind: "none" },
    takerFee: false,
  },
  backstop: { kind: "fund-drawdown", share: 0.3, unwindSeconds: 0 },
};

describe("tiers on the whole position (OKX)", () => {
  test.each([
    [20, 20],
    [20.1, 30.15],
    [41, 82],
  ])("%d at 100 have a maintenance margin of %d", (size, maintenance) => {
    const exchange = opened(okxVenue, { margin: { kind: "whole-tiers", tiers } });
    const alice = trader(exchange, "alice", "cross", 1_000, 20);
    const maker = trader(exchange, "maker", "cross", 100_000, 10);
    exchange.setIndex(name, 100);
    trade(exchange, name, alice, maker, size, 100);
    expect(exchange.account(alice).positions[0].maintenance).toBe(maintenance);
  });

  test("beyond the largest position nothing is taken", () => {
    const exchange = opened(okxVenue, { margin: { kind: "whole-tiers", tiers, largestNotional: 5_000 } });
    const alice = trader(exchange, "alice", "cross", 10_000, 20);
    exchange.setIndex(name, 100);
    const place = (size: number): number =>
      exchange.placeOrder({ account: alice, market: name, side: "buy", size, price: 100 });
    expect(place(50.1)).toBe(0);
    expect(place(50)).toBeGreaterThan(0);
  });

  // Long 50 at 100 with a margin of 250: 2 % of 4,845 is 96.9, equity 95; two tiers down leaves 2,000 at the mark.
  test.each([
    ["above the first tier's rate: two tiers down", 96.9, 29.4],
    ["below it: everything", 95.9, 50],
  ])("equity %s", (_, mark, size) => {
    const exchange = opened(okxVenue, { margin: { kind: "whole-tiers", tiers } });
    const alice = trader(exchange, "alice", "isolated", 250, 20);
    const maker = trader(exchange, "maker", "cross", 100_000, 10);
    exchange.setIndex(name, 100);
    trade(exchange, name, alice, maker, 50, 100);
    exchange.placeOrder({ account: maker, market: name, side: "buy", size: 100, price: mark });
    expect(liquidations(moveTo(exchange, 97))).toEqual([]);
    expect(liquidations(moveTo(exchange, mark))).toMatchObject([{ outcome: "book", size, price: mark }]);
  });
});

describe("partial liquidation where the closing fee counts (OKX: between both tiers' rate + fee)", () => {
  // Long 50 at 100 with a margin of 250: at 96 equity is 1.04 % of the notional, above 1 % and below 1.06 %.
  test.each([
    [false, 29.2],
    [true, 50],
  ])("counted %j: %d are closed", (closingFee, size) => {
    const rules: VenueRules = {
      ...okxVenue,
      fees: { maker: 0, taker: 0.0006 },
      liquidation: { ...okxVenue.liquidation, maintenance: { closingFee } },
    };
    const exchange = opened(rules, { margin: { kind: "whole-tiers", tiers } });
    const alice = trader(exchange, "alice", "isolated", 300, 20);
    const maker = trader(exchange, "maker", "cross", 100_000, 10);
    exchange.setIndex(name, 100);
    exchange.placeOrder({ account: alice, market: name, side: "buy", size: 50, price: 100 });
    exchange.placeOrder({ account: maker, market: name, side: "sell", size: 50, price: 100 });
    expect(exchange.account(alice).positions[0].margin).toBe(250);
    exchange.placeOrder({ account: maker, market: name, side: "buy", size: 100, price: 96 });
    expect(liquidations(moveTo(exchange, 96))).toMatchObject([{ outcome: "book", size, price: 96 }]);
  });
});

describe("what equity is held against", () => {
  const held = (maintenance: VenueRules["liquidation"]["maintenance"], taker = 0): VenueRules => ({
    ...fundVenue,
    ...free,
    fees: { maker: 0, taker },
    liquidation: { ...fundVenue.liquidation, ...(maintenance === undefined ? {} : { maintenance }) },
  });

  test("the closing fee: 10 at 5x, 1 %, fee 0.06 %: 8.085708510 (FEE-LIQ, freqtrade's OKX and Gate form)", () => {
    const open = (closingFee: boolean): { exchange: Exchange; alice: number } => {
      const market = { margin: flatMargin(0.01), tickSize: 0.001, maxPrice: 100 };
      const exchange = opened(held({ closingFee }, 0.0006), market);
      const alice = trader(exchange, "alice", "isolated", 10, 5);
      const maker = trader(exchange, "maker", "cross", 100_000, 10);
      exchange.setIndex(name, 10);
      // The maker takes, so that the margin is 2 and no fee.
      exchange.placeOrder({ account: alice, market: name, side: "buy", size: 1, price: 10 });
      exchange.placeOrder({ account: maker, market: name, side: "sell", size: 1, price: 10 });
      return { exchange, alice };
    };
    const { exchange, alice } = open(true);
    expect(exchange.account(alice).positions[0].liquidationPrice).toBeCloseTo(8.085708510208207, 9);
    expect(liquidations(moveTo(exchange, 8.086))).toEqual([]);
    expect(liquidations(moveTo(exchange, 8.085))).toHaveLength(1);
    const plain = open(false);
    expect(plain.exchange.account(plain.alice).positions[0].liquidationPrice).toBeCloseTo(8 / 0.99, 9);
    expect(liquidations(moveTo(plain.exchange, 8.085))).toEqual([]);
  });

  // 1 BTC at 20,000, 50x, 0.5 %: margin 400 less 100 on the entry value (Bybit help centre to 2025).
  test.each([
    ["entry", "below", 19_700, 19_700, 19_699],
    ["entry", "reached", 19_700, 19_701, 19_700],
    ["mark", "below", 19_600 / 0.995, 19_699, 19_698],
  ] as const)("on the %s value, %s it: liquidated from %d on", (valuedAt, trigger, price, safe, due) => {
    const exchange = opened(held({ valuedAt, trigger }), {
      margin: flatMargin(0.005),
      tickSize: 1,
      maxPrice: 40_000,
    });
    const alice = trader(exchange, "alice", "isolated", 400, 50);
    const maker = trader(exchange, "maker", "cross", 1_000_000, 10);
    exchange.setIndex(name, 20_000);
    trade(exchange, name, alice, maker, 1, 20_000);
    expect(exchange.account(alice).positions[0].liquidationPrice).toBeCloseTo(price, 6);
    expect(liquidations(moveTo(exchange, safe))).toEqual([]);
    expect(liquidations(moveTo(exchange, due))).toHaveLength(1);
  });
});

describe("a limit past the last trade, made anew each minute (OKX)", () => {
  const rules: VenueRules = {
    ...okxVenue,
    liquidation: {
      ...okxVenue.liquidation,
      partial: { kind: "all" },
      price: { kind: "past-last", offset: 0.01, repriceSeconds: 60 },
    },
  };
  /** Long 10 at 100 with a margin of 100 (bankrupt at 90), a last trade at 95 and bids of 30 at 93. */
  const liquidated = (): { exchange: Exchange; alice: number; maker: number; bob: number } => {
    const exchange = opened(rules, { margin: flatMargin(0.01) });
    const alice = trader(exchange, "alice", "isolated", 100, 10);
    const [maker, bob] = ["maker", "bob"].map((who) => trader(exchange, who, "cross", 100_000, 10));
    exchange.setIndex(name, 100);
    trade(exchange, name, alice, maker, 10, 100);
    trade(exchange, name, bob, maker, 1, 95);
    exchange.placeOrder({ account: maker, market: name, side: "buy", size: 30, price: 93 });
    return { exchange, alice, maker, bob };
  };

  test("94.1 of 95 does not sell to a bid of 93; a minute after, 92.1 of 93 does", () => {
    const { exchange, bob } = liquidated();
    expect(liquidations(moveTo(exchange, 90.5))).toEqual([]);
    exchange.placeOrder({ account: bob, market: name, side: "sell", size: 1, price: 93 });
    exchange.advance(1);
    exchange.advance(58);
    expect(liquidations(exchange.takeEvents())).toEqual([]);
    exchange.advance(1);
    expect(liquidations(exchange.takeEvents())).toMatchObject([{ outcome: "book", size: 10, price: 93 }]);
  });

  test("who was safe in between is offered anew", () => {
    const { exchange, bob } = liquidated();
    moveTo(exchange, 90.5);
    exchange.placeOrder({ account: bob, market: name, side: "sell", size: 1, price: 93 });
    expect(liquidations(moveTo(exchange, 95))).toEqual([]);
    expect(liquidations(moveTo(exchange, 90.5))).toMatchObject([{ outcome: "book", size: 10, price: 93 }]);
  });

  test("with nothing left at the mark the fund takes the position at its bankruptcy price", () => {
    const { exchange, maker } = liquidated();
    exchange.cancelAll(maker);
    exchange.deposit({ account: exchange.fund, currency: "USDT", amount: 100 });
    expect(liquidations(moveTo(exchange, 90.5))).toEqual([]);
    expect(liquidations(moveTo(exchange, 89.9))).toEqual([
      { outcome: "fund", account: "alice", size: 10, price: 90, fundDelta: -1 },
    ]);
  });

  test("a fund of 70.5 that has had 100 takes nothing at a loss of 1: deleveraging at 90", () => {
    const { exchange, maker } = liquidated();
    exchange.cancelAll(maker);
    exchange.deposit({ account: exchange.fund, currency: "USDT", amount: 100 });
    exchange.advance(1);
    exchange.withdraw({ account: exchange.fund, currency: "USDT", amount: 29.5 });
    expect(liquidations(moveTo(exchange, 89.9))).toEqual([
      { outcome: "adl", account: "alice", size: 10, price: 90, fundDelta: 0 },
    ]);
    expect(cashOf(exchange, exchange.fund)).toBe(70.5);
  });
});

describe("loss of the fund per account and block (dYdX v4, MaxQuantumsInsuranceLost)", () => {
  /** Long 10 at 100, bankrupt at 90, mark 91, bids of 10 at 88: all of it would cost the fund 20. */
  const blocks = (limit: number | undefined, fund: number): object[] => {
    const partial = { kind: "portion", maxPortion: 1, minNotional: 0, maxNotionalPerBlock: 1e6 } as const;
    const rules: VenueRules = {
      ...oracleVenue,
      fees: free.fees,
      liquidation: {
        ...oracleVenue.liquidation,
        partial: limit === undefined ? partial : { ...partial, maxFundLossPerBlock: limit },
      },
    };
    const margin = { kind: "flat", initialRate: 0.1, maintenanceFraction: 0.5 } as const;
    const exchange = opened(rules, { margin });
    const alice = trader(exchange, "alice", "cross", 100);
    const maker = trader(exchange, "maker", "cross", 100_000);
    exchange.deposit({ account: exchange.fund, currency: "USDT", amount: fund });
    exchange.setIndex(name, 100);
    trade(exchange, name, alice, maker, 10, 100);
    exchange.placeOrder({ account: maker, market: name, side: "buy", size: 10, price: 88 });
    const events = [...moveTo(exchange, 91)];
    exchange.advance(1);
    return [...events, ...exchange.takeEvents()]
      .filter((event) => event.type === "liquidation")
      .map(({ outcome, size, price, fundDelta }) => ({ outcome, size, price, fundDelta }));
  };
  const book = (size: number, fundDelta: number): object => ({ outcome: "book", size, price: 88, fundDelta });

  test("5 a block: a quarter in each of two blocks, 5 from the fund for each", () => {
    expect(blocks(5, 1_000)).toEqual([book(2.5, -5), book(2.5, -5)]);
  });

  test("without a limit all at once; with a fund of 3 only what 3 pay for", () => {
    expect(blocks(undefined, 1_000)).toEqual([book(10, -20)]);
    expect(blocks(5, 3)).toEqual([book(1.5, -3)]);
  });

  test("with a limit of 0 nothing beyond the bankruptcy price trades", () => {
    expect(blocks(0, 1_000)).toEqual([]);
  });

  test("its own bids expire in front of the forced order and are not counted on", () => {
    const partial = {
      kind: "portion",
      maxPortion: 1,
      minNotional: 0,
      maxNotionalPerBlock: 1e6,
      maxFundLossPerBlock: 5,
    } as const;
    const liquidation = { ...oracleVenue.liquidation, partial };
    const margin = { kind: "flat", initialRate: 0.1, maintenanceFraction: 0.5 } as const;
    const exchange = opened({ ...oracleVenue, fees: free.fees, liquidation }, { margin });
    const alice = trader(exchange, "alice", "cross", 110);
    const maker = trader(exchange, "maker", "cross", 100_000);
    exchange.deposit({ account: exchange.fund, currency: "USDT", amount: 1_000 });
    exchange.setIndex(name, 100);
    trade(exchange, name, alice, maker, 10, 100);
    exchange.placeOrder({ account: alice, market: name, side: "buy", size: 1, price: 89.5 });
    exchange.placeOrder({ account: maker, market: name, side: "buy", size: 10, price: 88 });
    // Bankrupt at 89: a unit sold at 88 costs the fund 1.
    expect(liquidations(moveTo(exchange, 90))).toEqual([
      { outcome: "book", account: "alice", size: 5, price: 88, fundDelta: -5 },
    ]);
  });
});
