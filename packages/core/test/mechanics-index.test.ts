/** Index prices and averages: worked examples of venue documents, properties, refusals. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import {
  EMPTY_EMA,
  UserError,
  capSources,
  capToMedian,
  droppingMeanIndex,
  emaValue,
  exp,
  linearlyWeightedMean,
  median,
  minuteMedianMeanPpm,
  simpleMean,
  timeWeightedMean,
  updateEma,
  weightedMeanIndex,
  weightedMedian,
  weightedMedianIndex,
} from "@undertow/core";
import type { IndexSource } from "@undertow/core";

const runs = { numRuns: 10_000, seed: 20_200_312 };

const at = (price: number, weight = 1, ageSeconds = 0): IndexSource => ({ price, weight, ageSeconds });

describe("capped weighted mean (Binance, Price index)", () => {
  it.each([
    ["7 % above", 21_400, 0.03, 20_600],
    ["6 % below", 18_800, 0.03, 19_400],
    ["exactly at the cap", 20_600, 0.03, 20_600],
    ["inside", 20_300, 0.03, 20_300],
    ["BTC and ETH above", 21_400, 0.01, 20_200],
    ["BTC and ETH below", 18_800, 0.01, 19_800],
  ])("caps a source %s at the band around a median of 20,000", (_, price, maxDeviation, expected) => {
    expect(capToMedian({ price, median: 20_000, maxDeviation })).toBeCloseTo(expected, 9);
  });

  it("caps instead of dropping: the outlier still counts with its weight", () => {
    const index = weightedMeanIndex([at(20_000, 2), at(20_000, 3), at(21_400, 1)]);
    expect(index.price).toBeCloseTo((5 * 20_000 + 20_600) / 6, 9);
    expect(index).toMatchObject({
      method: "weighted-mean",
      outlyingWeight: 1,
      staleWeight: 0,
      totalWeight: 6,
    });
  });

  it("leaves a stale source out of the mean and of the median, and says how old the oldest used one is", () => {
    const index = weightedMeanIndex([at(20_000, 1, 4), at(20_100, 1, 10), at(20_500, 1, 10.5)]);
    expect(index).toMatchObject({ price: 20_050, staleWeight: 1, oldestUsedSeconds: 10 });
    expect(
      weightedMeanIndex([at(100), at(100), at(130, 1, 200)], { staleAfterSeconds: 300 }).staleWeight,
    ).toBe(0);
  });

  it.each([
    ["half is capped", [at(100, 2), at(101, 1), at(150, 3)], 101, "median"],
    ["half is stale", [at(100, 1), at(102, 2), at(150, 3, 60)], 101, "median"],
    ["a third stale, a sixth capped", [at(100, 2), at(101, 1), at(120, 1), at(90, 2, 11)], 101, "median"],
    ["less than half", [at(100, 3), at(100, 1), at(120, 3)], (4 * 100 + 3 * 103) / 7, "weighted-mean"],
    ["all are stale", [at(100, 1, 60), at(102, 1, 60), at(150, 9, 60)], 102, "frozen"],
  ] as const)("falls back to the median when %s", (_, sources, price, method) => {
    const index = weightedMeanIndex(sources);
    expect(index.method).toBe(method);
    expect(index.price).toBeCloseTo(price, 9);
  });

  test("the cap is idempotent (property 7): capping again moves no source", () => {
    fc.assert(
      fc.property(sourcesArb, fc.double({ min: 0, max: 0.5, noNaN: true }), (sources, maxDeviation) => {
        const once = capSources(sources, maxDeviation);
        const twice = capSources(once, maxDeviation);
        const exact = sources.length % 2 === 1;
        for (let i = 0; i < once.length; i++) {
          // The median of an even number is itself rounded.
          const slack = exact ? 0 : 4e-16 * once[i].price;
          if (Math.abs(twice[i].price - once[i].price) > slack) return false;
        }
        return true;
      }),
      runs,
    );
  });

  test("an index lies within the range of the fresh sources", () => {
    fc.assert(
      fc.property(sourcesArb, (sources) => {
        const fresh = sources.filter((source) => (source.ageSeconds ?? 0) <= 10);
        const range = (fresh.length > 0 ? fresh : sources).map((source) => source.price);
        const low = Math.min(...range);
        const high = Math.max(...range);
        const prices = [weightedMeanIndex(sources), droppingMeanIndex(sources), weightedMedianIndex(sources)];
        return prices.every((index) => index.price >= low && index.price <= high);
      }),
      runs,
    );
  });

  test("one source, however wrong, moves the capped mean by at most its share of the band", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 99_000, max: 101_000 }), { minLength: 4, maxLength: 8 }),
        fc.integer({ min: 1, max: 100_000_000 }),
        (prices, wrong) => {
          const index = weightedMeanIndex([...prices.map((price) => at(price)), at(wrong)]);
          return index.price >= 97_000 && index.price <= 103_000;
        },
      ),
      runs,
    );
  });
});

/** One to nine sources around 100, some far off, some stale, weights 1 to 5. */
const sourcesArb = fc.array(
  fc
    .tuple(
      fc.oneof(
        fc.double({ min: 95, max: 105, noNaN: true }),
        fc.double({ min: 1, max: 10_000, noNaN: true }),
      ),
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom(0, 3, 10, 11, 400),
    )
    .map(([price, weight, age]) => at(price, weight, age)),
  { minLength: 1, maxLength: 9 },
);

describe("dropping mean (Binance, text of 2019-22)", () => {
  it("gives one source beyond 5 % no weight", () => {
    const index = droppingMeanIndex([at(20_000), at(20_100), at(20_200), at(30_000)]);
    expect(index).toMatchObject({ price: 20_100, method: "weighted-mean", outlyingWeight: 1 });
  });

  it("takes the median when more than one deviates", () => {
    const index = droppingMeanIndex([at(20_000), at(20_100), at(20_200), at(30_000, 5), at(10_000, 5)]);
    expect(index).toMatchObject({ price: 20_100, method: "median", outlyingWeight: 10 });
  });

  it("keeps a source that deviates by exactly 5 %", () => {
    expect(droppingMeanIndex([at(20_000), at(20_000), at(21_000)]).outlyingWeight).toBe(0);
  });
});

describe("weighted median (Hyperliquid, Oracle: weights 3/2/2/1/1/1/1)", () => {
  const weights = [3, 2, 2, 1, 1, 1, 1];
  it.each([
    ["all agree but the small ones", [100, 100, 100, 90, 90, 110, 110], 100],
    ["the four small ones cannot move it past the large", [100, 101, 102, 90, 90, 90, 90], 100],
    ["the three large ones decide", [105, 104, 103, 100, 100, 100, 100], 103],
    ["the largest alone does not", [200, 101, 101, 100, 100, 100, 102], 101],
  ])("%s", (_, prices, expected) => {
    expect(weightedMedianIndex(prices.map((price, i) => at(price, weights[i]))).price).toBe(expected);
  });

  it("takes the middle when the weight splits exactly", () => {
    expect(weightedMedian([at(100, 2), at(104, 1), at(110, 1)])).toBe(102);
  });

  it("leaves stale sources out", () => {
    expect(weightedMedianIndex([at(100, 3, 60), at(101, 2), at(102, 1)])).toMatchObject({
      price: 101,
      method: "weighted-median",
      staleWeight: 3,
    });
  });

  test("it is the plain median of every price repeated by its weight", () => {
    fc.assert(
      fc.property(sourcesArb, (sources) => {
        const repeated = sources.flatMap((source) => new Array<number>(source.weight).fill(source.price));
        return weightedMedian(sources) === median(repeated);
      }),
      runs,
    );
  });
});

describe("averages", () => {
  /** The same votes in each of 60 minutes. */
  const hour = (votes: readonly number[]) => Array.from({ length: 60 }, () => votes);

  it("EMA of samples with their durations, num / den (Hyperliquid)", () => {
    const tau = 150;
    let state = EMPTY_EMA;
    expect(emaValue(state)).toBeUndefined();
    for (const [sample, elapsedSeconds] of [
      [10, 3],
      [20, 3],
      [-5, 6],
    ] as const) {
      state = updateEma(state, { sample, elapsedSeconds, timeConstantSeconds: tau });
    }
    const old = exp(-9 / tau);
    const middle = exp(-6 / tau);
    expect(emaValue(state)).toBeCloseTo((30 * old + 60 * middle - 30) / (3 * old + 3 * middle + 6), 12);
  });

  it("EMA of a constant is the constant; a step is taken up with the time constant", () => {
    let state = EMPTY_EMA;
    for (let i = 0; i < 2000; i++) {
      state = updateEma(state, { sample: 0, elapsedSeconds: 3, timeConstantSeconds: 150 });
    }
    expect(emaValue(state)).toBe(0);
    for (let i = 0; i < 50; i++) {
      state = updateEma(state, { sample: 1, elapsedSeconds: 3, timeConstantSeconds: 150 });
    }
    expect(emaValue(state)).toBeCloseTo(1 - exp(-1), 12);
  });

  it.each([
    ["simple", simpleMean([0.0001, 0.0003, 0.0005]), 0.0003],
    ["linear weights 1..n (Binance)", linearlyWeightedMean([0.0006, 0.0003, 0.0001]), 0.00025],
    [
      "time-weighted",
      timeWeightedMean([
        { value: 1, seconds: 60 },
        { value: 4, seconds: 120 },
        { value: 9, seconds: 0 },
      ]),
      3,
    ],
  ])("%s mean", (_, found, expected) => {
    expect(found).toBeCloseTo(expected, 15);
  });

  it.each([
    ["60 of 120 expected minutes (dYdX)", hour([1000]), 120, 0, 500],
    ["all minutes", hour([900, 1000, 5000]), 60, 15, 0],
    ["15 votes, 8 of them given", [[7, 7, 7, 7, 7, 7, 7, 7]], 1, 15, 7],
    ["even number, rounded away from zero", [[-3, -4]], 1, 0, -4],
    ["mean rounded towards zero", [[-3], [-4]], 2, 0, -3],
    ["no votes", [], 60, 15, 0],
  ] as const)("median of a minute's votes, mean over the minutes: %s", (_, minutes, n, votes, expected) => {
    expect(minuteMedianMeanPpm(minutes, { minutes: n, votes })).toBe(expected);
  });

  test("means lie within the range of their samples, and order matters to the linear one only", () => {
    const samples = fc.array(fc.double({ min: -0.1, max: 0.1, noNaN: true }), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(samples, (values) => {
        const low = Math.min(...values);
        const high = Math.max(...values);
        const within = [simpleMean(values), linearlyWeightedMean(values), median(values)].every(
          (mean) => mean >= low && mean <= high,
        );
        return within && Math.abs(simpleMean(values) - simpleMean(values.toReversed())) < 1e-15;
      }),
      runs,
    );
  });
});

describe("refusals name the field and the range", () => {
  test.each<[string, () => unknown, RegExp]>([
    ["NaN price", () => weightedMeanIndex([at(NaN)]), /sources\[0\]\.price.*above 0.*NaN/],
    ["negative weight", () => weightedMedian([at(1), at(1, -1)]), /sources\[1\]\.weight.*at least 0/],
    ["negative age", () => droppingMeanIndex([at(1, 1, -1)]), /sources\[0\]\.ageSeconds/],
    ["no source", () => weightedMeanIndex([]), /total weight of the sources/],
    ["no weight", () => weightedMedianIndex([at(1, 0)]), /total weight of the sources/],
    ["whole band", () => capToMedian({ price: 1, median: 1, maxDeviation: 1 }), /maxDeviation.*below 1/],
    ["no share", () => weightedMeanIndex([at(1)], { fallbackShare: 0 }), /rule\.fallbackShare/],
    [
      "infinite limit",
      () => weightedMeanIndex([at(1)], { staleAfterSeconds: Infinity }),
      /staleAfterSeconds/,
    ],
    ["median of none", () => median([]), /values.*at least one/],
    ["NaN sample", () => simpleMean([1, NaN]), /samples\[1\]/],
    ["no duration", () => timeWeightedMean([{ value: 1, seconds: 0 }]), /spans/],
    ["too many minutes", () => minuteMedianMeanPpm([[1], [1]], { minutes: 1 }), /votesPpm.*at most 1/],
    ["half a vote", () => minuteMedianMeanPpm([[0.5]], { minutes: 1 }), /votesPpm\[0\]\[0\]/],
    [
      "tau 0",
      () => updateEma(EMPTY_EMA, { sample: 1, elapsedSeconds: 1, timeConstantSeconds: 0 }),
      /timeConstantSeconds/,
    ],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(UserError);
    expect(call).toThrow(message);
  });
});
