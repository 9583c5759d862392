/**
 * An exchange whose market has no book but linear impact: the ladder's cascade (E7) through the real waterfall, and
 * random trading under an auditor that writes the formula out once more.
 */
import { Exchange, type ExchangeEvent, type PerpetualSpec, UserError } from "@undertow/core";
import { Auditor } from "@undertow/core/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { trader } from "./support/exchange-steps.ts";
import { CURRENCIES, fundVenue } from "./support/exchange-rules.ts";
import { market, name, open, priceTicks, rules, runThrough } from "./support/exchange-ladder.ts";
import { LADDER_START_TICKS, documentedLadder, ladders, pureCascade } from "./support/ladder-draws.ts";

describe("a ladder of isolated longs in a market with linear impact", () => {
  test("the documented example ends at 88.5 in generations of 1, 1 and 2, amplified 3.285714 times", () => {
    // With the waterfall of a fund and bankruptcy prices, too: nobody falls as far as that.
    const bankruptcy = {
      ...rules,
      liquidation: { ...rules.liquidation, price: fundVenue.liquidation.price },
    };
    for (const venue of [rules, bankruptcy]) {
      const { exchange, rounds, ticks } = runThrough(documentedLadder, venue);
      expect(ticks).toBe(8_850);
      expect(rounds).toEqual([[0], [1], [2, 3]]);
      expect((LADDER_START_TICKS - ticks) / 350).toBeCloseTo(23 / 7, 9);
      expect(exchange.market(name)).toMatchObject({ mark: 88.5, bestBid: 88.49, bestAsk: 88.51 });
      const desk = exchange.account(exchange.clearing!);
      expect(desk.name).toBe("clearing");
      // What the longs bought the short sold; left are the shock and the ten units that were closed.
      expect(desk.positions).toMatchObject([{ side: "long", size: 14.375 }]);
    }
  });

  test("the near miss of 2.9 liquidates nobody", () => {
    const { rounds, ticks } = runThrough({ ...documentedLadder, shockLots: 3_625 });
    expect([rounds, ticks]).toEqual([[], 9_710]);
  });

  test("any ladder goes in the generations of the pure one and ends at its price, floored to the tick", () => {
    const seen = new Map<number, number>();
    fc.assert(
      fc.property(ladders, (ladder) => {
        const pure = pureCascade(ladder);
        const { rounds, ticks } = runThrough(ladder);
        expect(ticks).toBe(pure.ticks);
        expect(rounds.map(({ length }) => length)).toEqual(pure.generations);
        expect(rounds.flat()).toEqual(pure.liquidated);
        seen.set(rounds.length, (seen.get(rounds.length) ?? 0) + 1);
      }),
      { numRuns: 200, seed: 21 },
    );
    for (const generations of [0, 1, 2, 3, 4]) expect(seen.get(generations) ?? 0).toBeGreaterThan(5);
  });
});

describe("trading against linear impact", () => {
  test("needs margin, pays the taker fee alone, and nothing rests", () => {
    const exchange = open(undefined, { ...rules, fees: { maker: 0.0002, taker: 0.0005 } });
    const alice = trader(exchange, "alice", "isolated", 100, 5);
    exchange.takeEvents();
    exchange.placeOrder({ account: alice, market: name, side: "buy", size: 50 });
    expect(exchange.takeEvents()).toMatchObject([{ state: "rejected", reason: "insufficient margin" }]);
    exchange.placeOrder({ account: alice, market: name, side: "buy", size: 2, price: 101 });
    // 2,000 lots would move the price by 160 ticks; 1,262 move it by 100 (100.96, floored), the next one beyond 101.
    const events = exchange.takeEvents();
    const fills = events.filter((event) => event.type === "fill");
    const taken = fills.filter(({ liquidity }) => liquidity === "taker");
    expect(taken.reduce((sum, { size }) => sum + Math.round(size * 1_000), 0)).toBe(1_262);
    expect(fills.filter(({ account }) => account === "clearing").every(({ fee }) => fee === 0)).toBe(true);
    const quote = taken.reduce((sum, { size, price }) => sum + size * price, 0);
    const fee = taken.reduce((sum, event) => sum + event.fee, 0);
    expect(fee).toBeCloseTo(quote * 0.0005, 5);
    expect(events.at(-1)).toMatchObject({ state: "cancelled", size: 0.738 });
    expect(exchange.account(alice)).toMatchObject({ openOrders: 0, balances: [{ held: 0 }, {}] });
    expect(exchange.audit()).toMatchObject({ clean: true });
  });

  test("does not begin before the first index, and refuses what cannot be by name", () => {
    const spec = { rules, currencies: CURRENCIES, accountCapacity: 8 };
    const exchange = new Exchange({ ...spec, markets: [market] });
    expect(exchange.depth(name, "bid")).toEqual([]);
    expect(exchange.clearing).toBe(4);
    exchange.setIndex(name, 100);
    expect(exchange.depth(name, "bid", 2)).toEqual([
      { price: 99.99, size: 0.012 },
      { price: 99.98, size: 0.013 },
    ]);
    const plain = { ...market, clearing: undefined };
    expect(new Exchange({ ...spec, markets: [plain as never] }).clearing).toBeUndefined();
    const clearing = { kind: "linear-impact", impactTicks: 8, perLots: 0 } as const;
    const opening = (change: Partial<PerpetualSpec>) => (): unknown =>
      new Exchange({ ...spec, markets: [{ ...market, ...change }] });
    expect(opening({ clearing })).toThrow(UserError);
    expect(opening({ clearing })).toThrow("markets.A-PERP.clearing.perLots");
    const inverse = { contract: "inverse", settlement: "COIN", lotSize: 1, tickSize: 0.1 } as const;
    expect(opening(inverse)).toThrow("markets.A-PERP.clearing");
    expect(() => new Exchange({ ...spec, accountCapacity: 5, markets: [market] })).toThrow("from 6 to 2^24");
  });
});

const actions = fc.array(
  fc.record({
    who: fc.integer({ min: 0, max: 3 }),
    kind: fc.constantFrom("market", "market", "limit", "reduce", "stop", "advance", "advance", "fund"),
    side: fc.constantFrom("buy", "sell"),
    lots: fc.integer({ min: 1, max: 4_000 }),
    away: fc.integer({ min: -300, max: 300 }),
  }),
  { minLength: 20, maxLength: 60 },
);

describe("random trading in a market with linear impact", () => {
  const venue = { ...rules, fees: { maker: -0.0001, taker: 0.0005 }, liquidation: fundVenue.liquidation };
  const terms = {
    currencies: CURRENCIES,
    markets: [{ ...market, clearing: market.clearing! }],
    fees: venue.fees,
    takerFee: venue.liquidation.takerFee,
    holder: "fund",
  } as const;

  /** Plays actions under an auditor; all events. */
  function play(list: readonly (typeof actions extends fc.Arbitrary<infer List> ? List : never)[number][]) {
    const exchange = open(undefined, venue);
    const auditor = new Auditor(terms);
    const events: ExchangeEvent[] = [];
    const drain = (): void => {
      const fresh = exchange.takeEvents();
      auditor.read(fresh);
      events.push(...fresh);
    };
    const traders = ["a", "b", "c", "d"].map((who, k) => {
      const mode = k === 0 ? "cross" : "isolated";
      const account = trader(exchange, who, mode, 400, 10);
      auditor.open({ key: account, name: who, mode });
      return account;
    });
    drain();
    for (const { who, kind, side, lots, away } of list) {
      const wish = { account: traders[who], market: name, side, size: lots / 1_000 };
      const price = Math.max(1, priceTicks(exchange) + away) / 100;
      if (kind === "advance") exchange.advance(lots % 50 === 0 ? 28_800 : 1);
      else if (kind === "fund") exchange.deposit({ account: exchange.fund, currency: "USDT", amount: lots });
      else {
        const trigger = kind === "stop" ? { trigger: { kind: "stop", price } as const } : {};
        const reduceOnly = kind === "reduce";
        const limit = kind === "limit" ? { price } : {};
        const order = exchange.placeOrder({ ...wish, ...limit, ...trigger, reduceOnly });
        if (order > 0) auditor.send(name, order, { leg: 0, conditional: kind === "stop", reduceOnly });
      }
      drain();
      expect(auditor.compare(exchange)).toEqual([]);
      expect(exchange.audit()).toMatchObject({ clean: true });
    }
    return { events, seen: auditor.seen };
  }

  test("keeps money, contracts and holds, and the auditor's own formula agrees with every fill", () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(actions, (list) => {
        const { seen: kinds } = play(list);
        for (const [kind, count] of kinds) seen.set(kind, (seen.get(kind) ?? 0) + count);
      }),
      { numRuns: 60, seed: 22 },
    );
    expect(seen.get("fill")).toBeGreaterThan(1_000);
    expect(seen.get("liquidation book")).toBeGreaterThan(20);
    expect(seen.get("funding")).toBeGreaterThan(5);
  });

  test("the same calls give the same events", () => {
    const [list] = fc.sample(actions, { numRuns: 1, seed: 23 });
    expect(play(list).events).toEqual(play(list).events);
  });

  test("the auditor finds a false price, a false maker and a limit that is not used", () => {
    const exchange = open(undefined);
    trader(exchange, "a", "isolated", 1_000, 10);
    exchange.placeOrder({ account: 5, market: name, side: "buy", size: 2, price: 101 });
    const events = exchange.takeEvents();
    const read = (change: (event: ExchangeEvent) => object): void => {
      const auditor = new Auditor({ ...terms, fees: { maker: 0, taker: 0 } });
      auditor.open({ key: 5, name: "a", mode: "isolated" });
      auditor.read(events.map((event) => ({ ...event, ...change(event) })));
    };
    expect(() => read(() => ({}))).not.toThrow();
    expect(() => read((event) => (event.type === "fill" ? { price: event.price - 0.01 } : {}))).toThrow(
      "tick-lots",
    );
    const isMaker = (event: ExchangeEvent): boolean => event.type === "fill" && event.liquidity === "maker";
    expect(() => read((event) => (isMaker(event) ? { account: "fund" } : {}))).toThrow("without a book");
    const further = (event: ExchangeEvent) =>
      event.type === "order" && event.state === "accepted" ? { price: event.price + 0.05 } : {};
    expect(() => read(further)).toThrow("lots left");
  });
});
