/** Mark prices in every venue's form: worked examples, range, empty sides, agreement with the step loop. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import {
  EMPTY_EMA,
  UserError,
  bandedMark,
  basisMark,
  bookPrice,
  emaValue,
  fundingBasisMark,
  markPriceTicks,
  medianMark,
  oracleMark,
  oracleMedianMark,
  updateEma,
  weightedMedian,
} from "@undertow/core";

const runs = { numRuns: 10_000, seed: 20_210_519 };
const quiet = { fundingRate: 0, timeToFunding: 4, fundingInterval: 8 };

describe("index plus funding basis (BitMEX, Fair price marking)", () => {
  it.each([
    ["0.03 %, 4 h of 8 h left, index 10,000", 0.0003, 4, 10_001.5],
    ["at the funding time nothing is left", 0.0003, 0, 10_000],
    ["the whole interval left", -0.00375, 8, 9_962.5],
  ])("%s", (_, fundingRate, timeToFunding, expected) => {
    const basis = { index: 10_000, fundingRate, timeToFunding, fundingInterval: 8 };
    expect(fundingBasisMark(basis)).toBeCloseTo(expected, 9);
  });
});

describe("median of three (Binance, Bybit)", () => {
  it.each([
    ["{100, 150, 151}", { index: 100, meanBasis: 50, last: 151 }, 150],
    ["{45,230, 45,225, 45,235}", { index: 45_230, meanBasis: -5, last: 45_235 }, 45_230],
    ["last below both", { index: 45_230, meanBasis: -5, last: 40_000 }, 45_225],
  ])("%s", (_, inputs, expected) => {
    expect(medianMark({ ...quiet, ...inputs })).toBe(expected);
  });

  it("adds the funding that is still to be paid to the first price", () => {
    const inputs = { index: 10_000, fundingRate: 0.0003, timeToFunding: 4, fundingInterval: 8 };
    expect(medianMark({ ...inputs, meanBasis: 100, last: 10_000 })).toBeCloseTo(10_001.5, 9);
  });

  it.each([
    ["the book's average joins the remaining two", { last: 103, bookEma: 102 }, 102],
    ["it cannot leave their range", { last: 103, bookEma: 150 }, 103],
    ["without it their middle", { last: 103 }, 101.5],
    ["no trade yet either", { bookEma: 102 }, 100],
    ["not used while three exist", { meanBasis: 1, last: 103, bookEma: 200 }, 101],
  ])("with a side of the book empty: %s", (_, inputs, expected) => {
    expect(medianMark({ ...quiet, index: 100, ...inputs })).toBe(expected);
  });

  test("the step loop's form in ticks is this one, rounded", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000, max: 10_000_000 }),
        fc.double({ min: -0.03, max: 0.03, noNaN: true }),
        fc.integer({ min: 0, max: 8 }),
        fc.integer({ min: -900, max: 900 }),
        fc.integer({ min: 1, max: 10_000_000 }),
        (index, fundingRate, timeToFunding, meanBasis, last) => {
          const inputs = { index, fundingRate, timeToFunding, fundingInterval: 8, meanBasis, last };
          const left = (fundingRate * timeToFunding) / 8;
          return Math.max(1, Math.round(medianMark(inputs))) === markPriceTicks(index, left, meanBasis, last);
        },
      ),
      runs,
    );
  });
});

describe("other forms", () => {
  it("index plus mean basis (OKX)", () => {
    expect(basisMark(10_000, -12.5)).toBe(9_987.5);
  });

  it.each([
    [80, 10_050],
    [-80, 9_950],
    [20, 10_020],
  ])("basis of %d held to a band of 0.5 %% (Deribit)", (basisEma, expected) => {
    expect(bandedMark({ index: 10_000, basisEma, band: 0.005 })).toBe(expected);
  });

  it("the oracle itself (dYdX)", () => {
    expect(oracleMark(60_000)).toBe(60_000);
  });

  it.each([
    ["last between", { bid: 100, ask: 102, last: 101 }, 101],
    ["last below", { bid: 100, ask: 102, last: 99 }, 100],
    ["last above", { bid: 100, ask: 102, last: 110 }, 102],
    ["no trade yet", { bid: 100, ask: 102 }, 101],
    ["no asks", { bid: 100, last: 99 }, undefined],
    ["no bids", { ask: 102, last: 99 }, undefined],
  ])("own book, median of bid, ask and last: %s", (_, top, expected) => {
    expect(bookPrice(top)).toBe(expected);
  });
});

describe("median of oracle, own book and other venues (Hyperliquid, Robust price indices)", () => {
  it("follows the three inputs through averages on 3 s samples", () => {
    let basis = EMPTY_EMA;
    for (const mid of [101, 102, 103]) {
      basis = updateEma(basis, { sample: mid - 100, elapsedSeconds: 3, timeConstantSeconds: 150 });
    }
    const external = weightedMedian([
      { price: 104, weight: 3 },
      { price: 103, weight: 2 },
      { price: 102.5, weight: 2 },
      { price: 90, weight: 1 },
      { price: 90, weight: 1 },
    ]);
    expect(external).toBe(103);
    const basisEma = emaValue(basis);
    expect(basisEma).toBeCloseTo(2.0133, 4); // later samples weigh more, hence above 2
    const book = bookPrice({ bid: 102.9, ask: 103.1, last: 102 });
    expect(oracleMedianMark({ oracle: 100, basisEma, book, external })).toBe(102.9);
  });

  it.each([
    ["all three", { basisEma: 1, book: 103, external: 102, bookEma: 500 }, 102],
    ["own book empty: two and no average", { basisEma: 1, external: 102 }, 101.5],
    ["own book empty: the 30 s average joins", { basisEma: 1, external: 102, bookEma: 101.25 }, 101.25],
    ["no other venue: the 30 s average joins", { basisEma: 1, book: 103, bookEma: 102.5 }, 102.5],
    ["one input: it alone", { external: 102, bookEma: 500 }, 102],
    ["none: the oracle", { bookEma: 500 }, 100],
  ])("%s", (_, inputs, expected) => {
    expect(oracleMedianMark({ oracle: 100, ...inputs })).toBe(expected);
  });
});

describe("property 7: a mark lies within the range of its inputs", () => {
  const price = fc.double({ min: 1, max: 1_000, noNaN: true });
  const maybe = fc.option(price, { nil: undefined });

  test("median of three", () => {
    fc.assert(
      fc.property(
        price,
        fc.double({ min: -0.05, max: 0.05, noNaN: true }),
        fc.option(fc.double({ min: -0.9, max: 2, noNaN: true }), { nil: undefined }),
        maybe,
        maybe,
        (index, fundingRate, basisShare, last, bookEma) => {
          const meanBasis = basisShare === undefined ? undefined : basisShare * index;
          const inputs = {
            index,
            fundingRate,
            timeToFunding: 3,
            fundingInterval: 8,
            meanBasis,
            last,
            bookEma,
          };
          const range = [fundingBasisMark(inputs), last].filter((input) => input !== undefined);
          if (meanBasis !== undefined) range.push(basisMark(index, meanBasis));
          return within(medianMark(inputs), range);
        },
      ),
      runs,
    );
  });

  test("oracle, book and other venues: the 30 s average never widens the range", () => {
    fc.assert(
      fc.property(price, maybe, maybe, maybe, maybe, (oracle, based, book, external, bookEma) => {
        const basisEma = based === undefined ? undefined : based - oracle;
        const sum = basisEma === undefined ? undefined : oracle + basisEma;
        const range = [sum, book, external].filter((input) => input !== undefined);
        if (sum !== undefined && !(sum > 0)) return true;
        const mark = oracleMedianMark({ oracle, basisEma, book, external, bookEma });
        return within(mark, range.length === 0 ? [oracle] : range);
      }),
      runs,
    );
  });

  test("own book and band", () => {
    fc.assert(
      fc.property(price, price, price, (a, b, last) => {
        const bid = Math.min(a, b);
        const ask = Math.max(a, b);
        const found = bookPrice({ bid, ask, last }) ?? NaN;
        const banded = bandedMark({ index: a, basisEma: b - last, band: 0.01 });
        return within(found, [bid, ask]) && within(banded, [a * 0.99 - 1e-12, a * 1.01 + 1e-12]);
      }),
      runs,
    );
  });

  function within(value: number, range: readonly number[]): boolean {
    return value >= Math.min(...range) && value <= Math.max(...range);
  }
});

describe("refusals name the field and the range", () => {
  test.each<[string, () => unknown, RegExp]>([
    ["index 0", () => medianMark({ ...quiet, index: 0 }), /index.*above 0/],
    ["last 0", () => medianMark({ ...quiet, index: 1, last: 0 }), /last.*above 0/],
    ["NaN rate", () => fundingBasisMark({ ...quiet, index: 1, fundingRate: NaN }), /fundingRate/],
    [
      "late",
      () => fundingBasisMark({ ...quiet, index: 1, timeToFunding: 9 }),
      /timeToFunding.*interval of 8/,
    ],
    ["basis below -index", () => basisMark(10, -10), /meanBasis.*above 0/],
    ["negative band", () => bandedMark({ index: 1, basisEma: 0, band: -0.1 }), /band.*at least 0/],
    ["crossed book", () => bookPrice({ bid: 2, ask: 1 }), /bid.*at most the ask of 1/],
    ["infinite oracle", () => oracleMark(Infinity), /oracle/],
    ["basis under the oracle", () => oracleMedianMark({ oracle: 1, basisEma: -2 }), /basisEma/],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(UserError);
    expect(call).toThrow(message);
  });
});
