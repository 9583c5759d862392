/**
 * Auto-deleveraging and socialised loss: rankings, queue, allocation, conservation, and the waterfall's books as a whole.
 *
 * Experiment E4 (vectors F06, F07); worked examples name the venue document or test that they come from; property 6:
 * the fund is never negative, deleveraging absorbs exactly the remainder, positions always add up to zero.
 */
import {
  UserError,
  adlQuantiles,
  adlQueue,
  adlScore,
  adlSettlementPrice,
  allocateAdl,
  shareLossQuanta,
  socialisedLossPerUnit,
  takeFromProfits,
} from "@undertow/core";
import type { AdlCandidate } from "@undertow/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Floor, WaterfallFloor } from "./support/waterfall-floor.ts";

/** F06: a long of 6 @ 100, bankrupt at 90, mark 80, and three shorts; equity = margin + profit. */
const SHORTS: AdlCandidate[] = [
  { account: 1, side: -1, size: 4, entryPrice: 120, markPrice: 80, equity: 100 + 160 },
  { account: 2, side: -1, size: 3, entryPrice: 105, markPrice: 80, equity: 20 + 75 },
  { account: 3, side: -1, size: 3, entryPrice: 98, markPrice: 80, equity: 100 + 54 },
];

describe("E4: a bankrupt long of 6 at 90 against three shorts", () => {
  test("F06: scores and queue s2, s1, s3", () => {
    const queue = adlQueue("pnl-leverage", SHORTS);
    expect(queue.map((ranked) => ranked.candidate.account)).toEqual([2, 1, 3]);
    expect(queue[0].score).toBeCloseTo(0.6015037593984962, 9);
    expect(queue[1].score).toBeCloseTo(0.41025641025641024, 9);
    expect(queue[2].score).toBeCloseTo(0.28624436787702096, 9);
  });

  test("F06: 3 and 3 at 90, realising 45 and 90; winners give up 60; the ledger changes by 0", () => {
    const queue = adlQueue("pnl-leverage", SHORTS).map((ranked) => ranked.candidate);
    const price = adlSettlementPrice("bankruptcy", { bankruptcyPrice: 90 });
    const found = allocateAdl({ side: 1, size: 6, price, markPrice: 80 }, queue);
    expect(found).toEqual({
      fills: [
        { account: 2, closed: 3, realised: 45, givenUp: 30 },
        { account: 1, closed: 3, realised: 90, givenUp: 30 },
      ],
      absorbed: 6,
      remaining: 0,
      outcome: "absorbed",
      skipped: [],
    });
    const givenUp = found.fills.reduce((sum, fill) => sum + fill.givenUp, 0);
    // What the bankrupt account is short of at the mark: margin 60, loss 120.
    expect(givenUp).toBe(-(60 + 6 * (80 - 100)));
    // Cash, position by position: the bankrupt long sells 6 at 90, the shorts buy 3 each at 90.
    const cash = 6 * price - found.fills.reduce((sum, fill) => sum + fill.closed * price, 0);
    expect(cash).toBe(0);
  });

  test("F07: pro rata to profits, 20.761246 % of each", () => {
    const winners = SHORTS.map((one) => ({ account: one.account, profit: one.size * (one.entryPrice - 80) }));
    const found = takeFromProfits("pro-rata", 60, winners);
    expect(found.fraction).toBeCloseTo(0.20761245674740483, 12);
    const amounts = found.haircuts.map((haircut) => haircut.amount);
    expect(amounts[0]).toBeCloseTo(33.21799307958477, 9);
    expect(amounts[1]).toBeCloseTo(15.570934256055363, 9);
    expect(amounts[2]).toBeCloseTo(11.211072664359861, 9);
    expect(amounts[0] + amounts[1] + amounts[2]).toBeCloseTo(60, 9);
    expect(found).toMatchObject({ absorbed: 60, remaining: 0, outcome: "absorbed" });
  });
});

describe("rankings", () => {
  const long = { account: 1, side: 1, size: 1, entryPrice: 100, markPrice: 200 };

  test("Binance: profit 40.2 on a wallet of 4.27 at a margin ratio of 13.42 % scores 1.26", () => {
    const equity = 4.27 + 40.2;
    const terms = { walletBalance: 4.27, equity, maintenance: 0.1342 * equity };
    const score = adlScore("pnl-margin-ratio", { ...long, markPrice: 140.2, ...terms });
    expect(40.2 / 4.27).toBeCloseTo(9.41, 2);
    expect(score).toBeCloseTo(1.2634, 4);
  });

  test("Binance: a wallet below 1 counts as 1, a loss scores 0, so does an account without equity", () => {
    const terms = { equity: 50, maintenance: 5 };
    expect(adlScore("pnl-margin-ratio", { ...long, ...terms, walletBalance: -50 })).toBeCloseTo(10, 12);
    expect(adlScore("pnl-margin-ratio", { ...long, ...terms, markPrice: 99, walletBalance: 50 })).toBe(0);
    expect(adlScore("pnl-margin-ratio", { ...long, ...terms, equity: 0, walletBalance: 50 })).toBe(0);
  });

  test("BitMEX: a winner's score rises with leverage, a loser's falls towards less loss per leverage", () => {
    expect(adlScore("pnl-leverage", { ...long, equity: 200 })).toBeCloseTo(1, 12);
    expect(adlScore("pnl-leverage", { ...long, equity: 100 })).toBeCloseTo(2, 12);
    // Entry 100, mark 80: loss share 0.2; leverage 0.8 and 8.
    expect(adlScore("pnl-leverage", { ...long, markPrice: 80, equity: 100 })).toBeCloseTo(-0.25, 12);
    expect(adlScore("pnl-leverage", { ...long, markPrice: 80, equity: 10 })).toBeCloseTo(-0.025, 12);
  });

  test("BitMEX: in coin, 10,000 contracts from 5,000 to 10,000 on equity of 2", () => {
    const inverse = {
      ...long,
      size: 10_000,
      entryPrice: 5_000,
      markPrice: 10_000,
      contract: "inverse" as const,
    };
    // Entry value 2, mark value 1, profit 1: share 0.5; leverage 1 / 2.
    expect(adlScore("pnl-leverage", { ...inverse, equity: 2 })).toBeCloseTo(0.25, 12);
  });

  test("Hyperliquid: mark / entry x notional / account value, inverted for shorts", () => {
    expect(adlScore("price-ratio-leverage", { ...long, equity: 400 })).toBeCloseTo(2 * 0.5, 12);
    const short = { ...long, side: -1, entryPrice: 200, markPrice: 100, equity: 50 };
    expect(adlScore("price-ratio-leverage", short)).toBeCloseTo(2 * 2, 12);
    // A short in profit stands before the same short at a loss.
    const loser = { ...short, entryPrice: 50 };
    expect(adlScore("price-ratio-leverage", loser)).toBeLessThan(adlScore("price-ratio-leverage", short));
  });

  test("ROI x leverage in basis points as a ranking of the user's (openhl tests): 10,000 and 26,666", () => {
    const roi = (one: AdlCandidate): number => {
      const profit = one.size * (one.markPrice - one.entryPrice);
      return Math.floor(((profit / (one.equity - profit)) * one.size * one.markPrice * 10_000) / one.equity);
    };
    const queue = adlQueue(roi, [
      { ...long, account: 1, equity: 100 + 100 },
      { ...long, account: 2, equity: 50 + 100 },
    ]);
    expect(queue.map((ranked) => [ranked.candidate.account, ranked.score])).toEqual([
      [2, 26_666],
      [1, 10_000],
    ]);
    // A deficit of 150: the first in the queue gives its 100, the second 50.
    const winners = queue.map((ranked) => ({ account: ranked.candidate.account, profit: 100 }));
    expect(takeFromProfits("queue", 150, winners).haircuts).toEqual([
      { account: 2, amount: 100 },
      { account: 1, amount: 50 },
    ]);
  });

  test("ties go to the lower account; accounts without equity are no counterparties", () => {
    const queue = adlQueue("pnl-leverage", [
      { ...long, account: 9, equity: 100 },
      { ...long, account: 4, equity: 100 },
      { ...long, account: 2, equity: 0 },
      { ...long, account: 1, equity: -5 },
    ]);
    expect(queue.map((ranked) => ranked.candidate.account)).toEqual([4, 9]);
  });

  test.each([
    [0, [1, 2, 3]],
    [0.34, [2, 3, 1]],
    [0.999, [3, 1, 2]],
  ])("dYdX: a draw of %d starts the walk by account at its place", (draw, order) => {
    const shuffled = [SHORTS[2], SHORTS[0], SHORTS[1]];
    const queue = adlQueue({ kind: "random-start", draw }, shuffled);
    expect(queue.map((ranked) => ranked.candidate.account)).toEqual(order);
  });

  test("BitMEX quintiles by size, Binance quantiles by users", () => {
    const sizes = [10, 20, 30, 10, 10, 20];
    expect(adlQuantiles(sizes, { by: "size", buckets: 5 })).toEqual([0.2, 0.4, 0.6, 0.8, 0.8, 1]);
    expect(adlQuantiles([7, 7, 1, 1], { by: "users" })).toEqual([0.25, 0.5, 0.75, 1]);
    expect(adlQuantiles([0.1, 0.2, 0.7], { by: "size" })[2]).toBe(1);
    expect(adlQuantiles([], { by: "users" })).toEqual([]);
  });
});

describe("allocation", () => {
  test("BitMEX: six longs by published score; a short of 20 bankrupt at 650 closes accounts 2 and 5", () => {
    const published: Record<number, number> = { 1: 3, 2: 6, 3: 1, 4: 4, 5: 5, 6: 2 };
    const sizes = [10, 10, 20, 30, 20, 10];
    const longs = sizes.map((size, k) => {
      return { account: k + 1, side: 1, size, entryPrice: 600, markPrice: 650, equity: 1_000 };
    });
    const queue = adlQueue((one) => published[one.account], longs).map((ranked) => ranked.candidate);
    expect(queue.map((one) => one.account)).toEqual([2, 5, 4, 1, 6, 3]);
    const found = allocateAdl({ side: -1, size: 20, price: 650, markPrice: 650 }, queue);
    expect(found.fills.map((fill) => [fill.account, fill.closed])).toEqual([
      [2, 10],
      [5, 10],
    ]);
    expect(found.outcome).toBe("absorbed");
  });

  test("dYdX: a short with quote 54,999 and a long with quote 50,000 close at 54,999; the long ends with 104,999", () => {
    const mark = 55_500;
    const long = { account: 2, size: 1, equity: 50_000 + mark };
    const found = allocateAdl({ side: -1, size: 1, price: 54_999, markPrice: mark }, [long]);
    expect(found.fills).toEqual([{ account: 2, closed: 1, givenUp: 501 }]);
    expect(long.equity - found.fills[0].givenUp).toBe(104_999);
  });

  test("dYdX: bankruptcy prices of 50,000 and 50,001 do not overlap: skipped, and insolvent without another", () => {
    const mark = 50_500;
    const found = allocateAdl({ side: -1, size: 1, price: 50_000, markPrice: mark }, [
      { account: 2, size: 1, equity: mark - 50_001 },
    ]);
    expect(found).toEqual({ fills: [], absorbed: 0, remaining: 1, outcome: "insolvent", skipped: [2] });
    const even = { account: 3, size: 1, equity: mark - 50_000 };
    expect(allocateAdl({ side: -1, size: 1, price: 50_000, markPrice: mark }, [even]).outcome).toBe(
      "absorbed",
    );
  });

  test("what the queue cannot take is insolvent, never dropped", () => {
    const found = allocateAdl({ side: 1, size: 12, price: 90, markPrice: 80 }, SHORTS);
    expect(found).toMatchObject({ absorbed: 10, remaining: 2, outcome: "insolvent" });
    const winners = [
      { account: 1, profit: 30 },
      { account: 2, profit: -9 },
    ];
    expect(takeFromProfits("queue", 50, winners)).toMatchObject({ remaining: 20, outcome: "insolvent" });
    expect(takeFromProfits("pro-rata", 50, winners)).toMatchObject({ fraction: 1, remaining: 20 });
    expect(takeFromProfits("pro-rata", 50, []).outcome).toBe("insolvent");
    expect(takeFromProfits("queue", 0, []).outcome).toBe("absorbed");
  });

  test("at the previous mark (Hyperliquid) a long may even gain", () => {
    const price = adlSettlementPrice("previous-mark", { bankruptcyPrice: 90, previousMarkPrice: 79 });
    const found = allocateAdl({ side: 1, size: 1, price, markPrice: 80 }, [SHORTS[1]]);
    expect(found.fills[0].givenUp).toBe(-1);
  });

  test("absorbed + remaining = input, in queue order, nobody beyond its size or below zero", () => {
    const counterparty = fc.record({
      size: fc.integer({ min: 1, max: 1e6 }),
      equity: fc.integer({ min: -10, max: 1e8 }),
      entryPrice: fc.integer({ min: 500, max: 1_500 }),
    });
    const bankrupt = fc.record({
      side: fc.constantFrom(1, -1),
      size: fc.integer({ min: 1, max: 2e6 }),
      price: fc.integer({ min: 900, max: 1_100 }),
      markPrice: fc.integer({ min: 900, max: 1_100 }),
    });
    fc.assert(
      fc.property(bankrupt, fc.array(counterparty, { maxLength: 8 }), (input, parties) => {
        const queue = parties.map((one, account) => ({ ...one, account }));
        const found = allocateAdl(input, queue);
        const closed = found.fills.reduce((sum, fill) => sum + fill.closed, 0);
        expect(closed).toBe(found.absorbed);
        expect(found.absorbed + found.remaining).toBe(input.size);
        expect(found.outcome).toBe(found.remaining > 0 ? "insolvent" : "absorbed");
        let before = -1;
        for (const fill of found.fills) {
          const { size, equity, entryPrice } = queue[fill.account];
          expect(fill.account).toBeGreaterThan(before);
          before = fill.account;
          expect(fill.closed).toBeGreaterThan(0);
          expect(fill.closed).toBeLessThanOrEqual(size);
          expect(equity - fill.givenUp).toBeGreaterThanOrEqual(0);
          expect(fill.realised).toBe(-input.side * fill.closed * (input.price - entryPrice));
        }
        // A remainder is left only when everyone was used up or skipped.
        if (found.remaining > 0) expect(found.fills.length + found.skipped.length).toBe(queue.length);
      }),
      { numRuns: 10_000, seed: 65 },
    );
  });
});

describe("socialised loss", () => {
  test("Drift: 100 over 7 longs and 4 shorts is 9.0909 a unit", () => {
    expect(socialisedLossPerUnit({ loss: 100, longSize: 7, shortSize: 4 })).toBeCloseTo(100 / 11, 12);
  });

  test("in quanta: dust to the largest remainders, ties to the lower index", () => {
    // Exact shares 27.27, 36.36, 36.36: one quantum is left over.
    expect(shareLossQuanta({ lossQuanta: 100, weights: [3, 4, 4] })).toEqual({
      sharesQuanta: [27, 37, 36],
      remainingQuanta: 0,
      outcome: "absorbed",
    });
    expect(shareLossQuanta({ lossQuanta: 10, weights: [0, 2, 1] }).sharesQuanta).toEqual([0, 7, 3]);
  });

  test("caps: what one cannot bear goes to the others; what nobody can bear is insolvent", () => {
    const shared = { lossQuanta: 100, weights: [1, 1, 2] };
    expect(shareLossQuanta({ ...shared, capsQuanta: [5, 100, 100] }).sharesQuanta).toEqual([5, 32, 63]);
    expect(shareLossQuanta({ ...shared, capsQuanta: [5, 10, 20] })).toEqual({
      sharesQuanta: [5, 10, 20],
      remainingQuanta: 65,
      outcome: "insolvent",
    });
    expect(shareLossQuanta({ lossQuanta: 7, weights: [] }).outcome).toBe("insolvent");
  });

  test("shares are whole, within a quantum of exact, and add up to the loss, beyond 2^53 in the products", () => {
    const amount = fc.oneof(fc.nat(1_000), fc.maxSafeNat());
    const weight = fc.oneof(fc.nat(20), fc.integer({ min: 0, max: 2 ** 49 }));
    fc.assert(
      fc.property(amount, fc.array(weight, { minLength: 1, maxLength: 8 }), (lossQuanta, weights) => {
        const total = weights.reduce((sum, one) => sum + BigInt(one), 0n);
        const { sharesQuanta, remainingQuanta } = shareLossQuanta({ lossQuanta, weights });
        const sum = sharesQuanta.reduce((all, one) => all + BigInt(one), BigInt(remainingQuanta));
        expect(sum).toBe(BigInt(lossQuanta));
        expect(remainingQuanta === lossQuanta || remainingQuanta === 0).toBe(true);
        if (total === 0n) return;
        sharesQuanta.forEach((share, k) => {
          const off = BigInt(share) * total - BigInt(lossQuanta) * BigInt(weights[k]);
          expect(off < total && off > -total).toBe(true);
        });
      }),
      { numRuns: 10_000, seed: 63 },
    );
  });

  test("nobody is charged above its cap, and something remains only when all are at theirs", () => {
    const holder = fc.record({ weight: fc.nat(9), cap: fc.nat(30) });
    fc.assert(
      fc.property(fc.nat(200), fc.array(holder, { maxLength: 6 }), (lossQuanta, holders) => {
        const weights = holders.map((one) => one.weight);
        const capsQuanta = holders.map((one) => one.cap);
        const { sharesQuanta, remainingQuanta, outcome } = shareLossQuanta({
          lossQuanta,
          weights,
          capsQuanta,
        });
        expect(sharesQuanta.reduce((all, one) => all + one, remainingQuanta)).toBe(lossQuanta);
        sharesQuanta.forEach((share, k) => expect(share).toBeLessThanOrEqual(capsQuanta[k]));
        expect(outcome).toBe(remainingQuanta > 0 ? "insolvent" : "absorbed");
        if (remainingQuanta === 0) return;
        sharesQuanta.forEach((share, k) => expect(share).toBe(weights[k] > 0 ? capsQuanta[k] : 0));
      }),
      { numRuns: 10_000, seed: 64 },
    );
  });
});

describe("property 6: the whole waterfall on books of its own", () => {
  const account = fc.record({
    lots: fc.integer({ min: -60, max: 60 }),
    entryTicks: fc.integer({ min: 850, max: 1_150 }),
    marginQuanta: fc.integer({ min: 0, max: 8_000 }),
  });
  const floor: fc.Arbitrary<Floor> = fc.record({
    accounts: fc.array(account, { minLength: 1, maxLength: 5 }),
    markTicks: fc.integer({ min: 750, max: 1_250 }),
    fundQuanta: fc.integer({ min: 0, max: 4_000 }),
    bookOffsets: fc.array(fc.integer({ min: -80, max: 80 }), { maxLength: 4 }),
    maxFeePpm: fc.constantFrom(0, 5_000, 15_000, 1_000_000),
    takeoverCap: fc.constantFrom(0.01, 1, 50),
    ranking: fc.constantFrom<Floor["ranking"][]>("pnl-leverage", "price-ratio-leverage", {
      kind: "random-start",
      draw: 0.6,
    }),
  });

  test("fund never negative, positions and money conserved after every event, remainder absorbed or insolvent", () => {
    fc.assert(
      fc.property(floor, (plan) => {
        const market = new WaterfallFloor(plan);
        market.liquidateAll((event) => {
          expect(market.netLots(), event).toBe(0);
          expect(market.totalQuanta(), event).toBe(market.startQuanta);
          expect(market.fundQuanta(), event).toBeGreaterThanOrEqual(0);
        });
        for (const found of market.adl) {
          expect(found.absorbed + found.remaining).toBe(found.input);
          expect(found.lowestCounterpartyEquity).toBeGreaterThanOrEqual(0);
        }
        for (const closed of market.closedEquities) expect(closed).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 10_000, seed: 66 },
    );
  });

  test("the cases reach every outcome: book, refused fills, takeover, deleveraging, insolvency", () => {
    const seen = { book: 0, refused: 0, taken: 0, absorbed: 0, insolvent: 0 };
    for (const plan of fc.sample(floor, { numRuns: 1_000, seed: 66 })) {
      const market = new WaterfallFloor(plan);
      market.liquidateAll(() => {});
      for (const key of Object.keys(seen) as (keyof typeof seen)[]) seen[key] += market.seen[key];
    }
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(50);
  });
});

describe("bad input is refused with the field's name", () => {
  const long = { account: 1, side: 1, size: 1, entryPrice: 100, markPrice: 200, equity: 100 };
  const bankrupt = { side: 1, size: 1, price: 90, markPrice: 80 };
  test.each<[() => unknown, string]>([
    [() => adlScore("pnl-leverage", { ...long, size: 0 }), "size"],
    [() => adlScore("pnl-leverage", { ...long, entryPrice: NaN }), "entryPrice"],
    [() => adlScore("pnl-leverage", { ...long, equity: 0 }), "equity"],
    [() => adlScore("pnl-margin-ratio", long), "walletBalance"],
    [() => adlScore("pnl-margin-ratio", { ...long, walletBalance: 1 }), "maintenance"],
    [() => adlScore("by-name" as "pnl-leverage", long), "rule"],
    [() => adlQueue("pnl-leverage", [long, { ...long, side: -1 }]), "candidates[1].side"],
    [() => adlQueue(() => NaN, [long]), "score of candidates[0]"],
    [() => adlQueue({ kind: "random-start", draw: 1 }, [long]), "ranking.draw"],
    [() => adlQueue({ kind: "dice" } as never, [long]), "ranking"],
    [() => adlQuantiles([1, 0], { by: "size" }), "sizes[1]"],
    [() => adlQuantiles([1], { by: "size", buckets: 0 }), "buckets"],
    [() => adlQuantiles([1], { by: "mass" as "size" }), "by"],
    [() => allocateAdl({ ...bankrupt, size: -1 }, []), "size"],
    [() => allocateAdl({ ...bankrupt, price: 0 }, []), "price"],
    [() => allocateAdl(bankrupt, [{ ...long, equity: NaN }]), "queue[0].equity"],
    [() => allocateAdl({ ...bankrupt, size: 5 }, [long, long]), "queue[1].account"],
    [() => adlSettlementPrice("bankruptcy", {}), "bankruptcyPrice"],
    [() => adlSettlementPrice("previous-mark", { bankruptcyPrice: 9 }), "previousMarkPrice"],
    [() => adlSettlementPrice("last" as "bankruptcy", {}), "rule"],
    [() => takeFromProfits("queue", -1, []), "deficit"],
    [() => takeFromProfits("queue", 1, [{ account: 1, profit: NaN }]), "winners[0].profit"],
    [() => takeFromProfits("lottery" as "queue", 1, []), "rule"],
    [() => socialisedLossPerUnit({ loss: 1, longSize: 0, shortSize: 0 }), "longSize + shortSize"],
    [() => shareLossQuanta({ lossQuanta: 1, weights: [-1] }), "weights[0]"],
    [() => shareLossQuanta({ lossQuanta: 1, weights: [1], capsQuanta: [] }), "capsQuanta"],
    [() => shareLossQuanta({ lossQuanta: 1, weights: [2 ** 52, 2 ** 52] }), "sum of weights"],
  ])("%s", (run, path) => {
    let found: unknown;
    try {
      run();
    } catch (error) {
      found = error;
    }
    expect(found).toBeInstanceOf(UserError);
    const { code, problems } = found as UserError;
    expect([code, problems[0].path]).toEqual(["invalid-argument", path]);
  });
});
