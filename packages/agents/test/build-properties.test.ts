/**
 * The population builder on random requests: longs equal shorts, totals, account ratios, medians, nobody below maintenance.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildEndowments, fitWeights } from "@undertow/agents";
import type { EndowedPopulation, EndowmentRequest } from "@undertow/agents";
import {
  UserError,
  createKeys,
  maintenanceQuanta,
  parseDistribution,
  randomSource,
  tierTable,
} from "@undertow/core";
import type { Endowment, MarketSpec } from "@undertow/core";

const UNIT = 10_000;
const TIERS = [
  {
    floorQuanta: 0,
    capQuanta: 1e6 * UNIT,
    maxLeverage: 100,
    maintenancePpm: 5000,
    maintenanceAmountQuanta: 0,
  },
  {
    floorQuanta: 1e6 * UNIT,
    capQuanta: Infinity,
    maxLeverage: 10,
    maintenancePpm: 50_000,
    maintenanceAmountQuanta: 45_000 * UNIT,
  },
];
const START_TICKS = 40_000;

/** Two venues: the first has both coins, the second the second coin alone. Spot, then perpetual of each. */
const markets = [
  [0, 0],
  [0, 1],
  [1, 1],
].flatMap(([venue, coin]) =>
  (["spot", "perpetual"] as const).map((kind): MarketSpec => ({
    name: `C${coin}-${kind}@${venue}`,
    venue,
    coin,
    kind,
    tickSize: 1,
    lotSize: 0.01,
    quantaPerTickLot: 0.01 * UNIT,
    maxTicks: 3 * START_TICKS,
    startTicks: START_TICKS,
    orderCapacity: 100,
    makerFeePpm: 0,
    takerFeePpm: 500,
    priceBandPpm: 50_000,
    tiers: kind === "spot" ? [] : TIERS,
    impactNotionalQuanta: UNIT,
  })),
);

interface Draws {
  readonly seed: number;
  readonly openInterest: readonly [number, number];
  readonly volatility: number;
  readonly counts: readonly [number, number, number];
  readonly weights: readonly [number, number, number];
  readonly shares: readonly [number, number];
  readonly sigma: number;
  readonly leverage: number;
  readonly cross: number;
  readonly away: number;
}

const draws: fc.Arbitrary<Draws> = fc.record({
  seed: fc.integer({ min: 0, max: 1e9 }),
  openInterest: fc.tuple(fc.integer({ min: 1e6, max: 1e8 }), fc.integer({ min: 1e6, max: 1e8 })),
  volatility: fc.double({ min: 0, max: 0.3, noNaN: true }),
  counts: fc.tuple(
    fc.integer({ min: 20, max: 200 }),
    fc.integer({ min: 2, max: 40 }),
    fc.integer({ min: 2, max: 40 }),
  ),
  weights: fc.tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 20 }), fc.constant(1)),
  shares: fc.tuple(
    fc.double({ min: 0.05, max: 0.9, noNaN: true }),
    fc.double({ min: 0.05, max: 0.9, noNaN: true }),
  ),
  sigma: fc.double({ min: 0, max: 2, noNaN: true }),
  leverage: fc.double({ min: 1, max: 100, noNaN: true }),
  cross: fc.double({ min: 0, max: 1, noNaN: true }),
  away: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
});

/** A crowd in the first coin, a crowd in both, and the holders of the second venue, who have all of it. */
function requestOf(
  draw: Draws,
  change: Partial<EndowedPopulation["rule"]> = {},
  ratio?: number,
): EndowmentRequest {
  const [long, short] = draw.shares;
  const population = (
    name: string,
    k: 0 | 1 | 2,
    place: { coins: number[]; venue: number },
    rule: EndowedPopulation["rule"],
  ): EndowedPopulation => ({
    name,
    count: draw.counts[k],
    weight: new Float64Array(draw.counts[k]).fill(draw.weights[k]),
    coins: Int32Array.from(place.coins),
    venues: Int32Array.of(place.venue),
    rule: {
      size: parseDistribution(`lognormal(median=1, sigma=${draw.sigma})`),
      leverage: parseDistribution(`uniform(1, ${Math.max(1.01, draw.leverage)})`),
      entryAge: parseDistribution("exponential(mean=720000000000)"),
      crossProbability: draw.cross,
      cashPerMargin: 0.2,
      ...rule,
    },
  });
  const crowd = { perpLongShare: long, perpShortShare: short, ...change };
  return {
    coins: [0, 1].map((coin) => ({
      name: `C${coin}`,
      startPrice: START_TICKS,
      aggregates: {
        openInterestLots: draw.openInterest[coin],
        dailyVolatility: draw.volatility,
        ...(coin === 0 && ratio !== undefined ? { longShortAccounts: ratio } : {}),
      },
      venueShares: Float64Array.from(coin === 0 ? [1, 0] : [1 - draw.away, draw.away]),
    })),
    markets,
    populations: [
      population("crowd", 0, { coins: [0], venue: 0 }, crowd),
      population(
        "others",
        1,
        { coins: [0], venue: 0 },
        { perpLongShare: 1 - long, perpShortShare: 1 - short },
      ),
      population("altcoin", 1, { coins: [1], venue: 0 }, { perpLongShare: 1, perpShortShare: 1 }),
      population("away", 2, { coins: [1], venue: 1 }, { perpLongShare: 1, perpShortShare: 1 }),
    ],
    random: randomSource(createKeys(String(draw.seed))),
    quantaPerUnit: UNIT,
  };
}

const runs = { numRuns: 100, seed: 11 };

function lotsOf(built: readonly Endowment[], market: number, side: number): number {
  let sum = 0;
  for (const { positions } of built)
    positions.lots.forEach((lots, row) => {
      if (positions.market[row] === market && lots * side > 0) sum += Math.abs(lots);
    });
  return sum;
}

describe("any request", () => {
  test("has longs equal to shorts on every venue and the open interest to the lot", () => {
    fc.assert(
      fc.property(draws, (draw) => {
        const built = buildEndowments(requestOf(draw));
        for (const market of [1, 3, 5]) expect(lotsOf(built, market, 1)).toBe(lotsOf(built, market, -1));
        expect(lotsOf(built, 1, 1)).toBe(draw.openInterest[0]);
        expect(lotsOf(built, 3, 1) + lotsOf(built, 5, 1)).toBe(draw.openInterest[1]);
        const [long, short] = draw.shares;
        expect(lotsOf(built.slice(0, 1), 1, 1) / draw.openInterest[0]).toBeCloseTo(long, 5);
        expect(lotsOf(built.slice(0, 1), 1, -1) / draw.openInterest[0]).toBeCloseTo(short, 5);
      }),
      runs,
    );
  });

  test("has nobody below maintenance margin, and whole amounts", () => {
    let checked = 0;
    fc.assert(
      fc.property(draws, (draw) => {
        const request = requestOf(draw);
        buildEndowments(request).forEach(({ positions, crossMargin, cashQuanta }, p) => {
          for (const column of [positions.lots, positions.costQuanta, positions.marginQuanta, cashQuanta])
            expect(column.every(Number.isSafeInteger)).toBe(true);
          positions.agent.forEach((agent, row) => {
            const market = markets[positions.market[row]];
            const value = positions.lots[row] * START_TICKS * market.quantaPerTickLot;
            const backing = crossMargin[agent] === 1 ? cashQuanta[agent] : positions.marginQuanta[row];
            const needed = maintenanceQuanta(
              tierTable(market.tiers),
              Math.abs(value),
              request.populations[p].weight[agent],
            );
            expect(backing + value - positions.costQuanta[row]).toBeGreaterThan(needed);
            checked++;
          });
        });
      }),
      runs,
    );
    expect(checked).toBeGreaterThan(5000);
  });
});

test("a position beyond exact money is refused before it is formed", () => {
  const one = fc.sample(draws, { numRuns: 1, seed: 3 })[0];
  const build = (): unknown => buildEndowments(requestOf({ ...one, openInterest: [1e11, 1e6] }));
  expect(build).toThrow(UserError);
  expect(build).toThrow(/largest position of \w+ in C0-perpetual@0/);
});

/** Traders with longs and with shorts in the first coin. */
function tradersOf(
  request: EndowmentRequest,
  populations: readonly number[],
): [longs: number, shorts: number] {
  const built = buildEndowments(request);
  const traders: [number, number] = [0, 0];
  for (const p of populations) {
    const { positions } = built[p];
    positions.agent.forEach((agent, row) => {
      if (positions.market[row] === 1)
        traders[positions.lots[row] > 0 ? 0 : 1] += request.populations[p].weight[agent];
    });
  }
  return traders;
}

describe("a ratio of traders", () => {
  test("of a population is met to one agent, and changes no total", () => {
    fc.assert(
      fc.property(draws, fc.double({ min: 0.02, max: 0.98, noNaN: true }), (draw, longAccounts) => {
        const request = requestOf(draw, { longAccounts });
        const [longs, shorts] = tradersOf(request, [0]);
        const wanted = Math.min(
          (draw.counts[0] - 1) * draw.weights[0],
          Math.max(draw.weights[0], longAccounts * (longs + shorts)),
        );
        expect(longs + shorts).toBe(draw.counts[0] * draw.weights[0]);
        expect(Math.abs(longs - wanted)).toBeLessThanOrEqual(draw.weights[0] / 2 + 1e-6);
        expect(lotsOf(buildEndowments(request), 1, 1)).toBe(draw.openInterest[0]);
      }),
      runs,
    );
  });

  test("of a coin is met over all its populations, or refused with what it can be", () => {
    let met = 0;
    fc.assert(
      fc.property(draws, fc.double({ min: 0.2, max: 5, noNaN: true }), (draw, ratio) => {
        const request = requestOf(draw, {}, ratio);
        const [longs, shorts] = tradersOf(request, [0, 1]);
        const wanted = (ratio / (1 + ratio)) * (longs + shorts);
        // Each population keeps an agent on each side; the last one to choose decides the rest.
        expect(Math.abs(longs - wanted)).toBeLessThanOrEqual(Math.max(draw.weights[0], draw.weights[1]));
        met++;
      }),
      runs,
    );
    expect(met).toBe(runs.numRuns);
  });

  test("leaves draws where they are: few agents change sides", () => {
    const draw: Draws = {
      seed: 1,
      openInterest: [1e8, 1e8],
      volatility: 0.03,
      counts: [200, 2, 2],
      weights: [10, 1, 1],
      shares: [0.6, 0.4],
      sigma: 1,
      leverage: 5,
      cross: 0.3,
      away: 0.5,
    };
    const signs = (longAccounts?: number): number[] => {
      const [crowd] = buildEndowments(requestOf(draw, longAccounts === undefined ? {} : { longAccounts }));
      return Array.from(crowd.positions.lots, Math.sign);
    };
    const by = signs();
    const longs = by.filter((sign) => sign > 0).length;
    expect(signs(longs / 200)).toEqual(by);
    expect(signs((longs + 7) / 200).filter((sign, k) => sign !== by[k])).toHaveLength(7);
  });

  test("that the fixed populations rule out is refused with the range", () => {
    const one = fc.sample(draws, { numRuns: 1, seed: 3 })[0];
    const request = requestOf(one, {}, 1e6);
    const [crowd, others, ...rest] = request.populations;
    const fixed = {
      ...request,
      populations: [crowd, { ...others, rule: { ...others.rule, longAccounts: 0.5 } }, ...rest],
    };
    expect(() => buildEndowments(fixed)).toThrow(UserError);
    expect(() => buildEndowments(fixed)).toThrow(/coins\.C0\.longShortAccounts.*above .* and below /);
  });
});

describe("a median position", () => {
  test("gives whole weights that have it, and leaves the agents' positions as they are", () => {
    let fitted = 0;
    fc.assert(
      fc.property(draws, fc.integer({ min: 2, max: 300 }), (draw, traders) => {
        const plain = requestOf({ ...draw, weights: [1, 1, 1] });
        const lots = (request: EndowmentRequest): Float64Array => buildEndowments(request)[0].positions.lots;
        const held = Array.from(
          lots(plain),
          (lot) => Math.abs(lot) * START_TICKS * markets[1].quantaPerTickLot,
        );
        held.sort((a, b) => a - b);
        const median = held[Math.ceil(held.length / 2) - 1];
        const wanted = median / traders;
        const request = requestOf({ ...draw, weights: [1, 1, 1] }, { medianPositionQuanta: wanted });
        const [weight, ...others] = fitWeights(request);
        expect(new Set(weight)).toEqual(new Set([traders]));
        expect(others).toEqual(request.populations.slice(1).map((population) => population.weight));
        const populations = request.populations.map((own, p) => (p === 0 ? { ...own, weight } : own));
        expect(lots({ ...request, populations })).toEqual(lots(plain));
        fitted++;
      }),
      runs,
    );
    expect(fitted).toBe(runs.numRuns);
  });

  test("settles together with a ratio of traders of the coin", () => {
    fc.assert(
      fc.property(draws, (draw) => {
        const base = requestOf(draw, { medianPositionQuanta: 1000 * UNIT }, 1.5);
        const weights = fitWeights(base);
        const request = {
          ...base,
          populations: base.populations.map((own, p) => ({ ...own, weight: weights[p] })),
        };
        const held = Array.from(
          buildEndowments(request)[0].positions.lots,
          (lot) => (Math.abs(lot) * START_TICKS * markets[1].quantaPerTickLot) / weights[0][0],
        ).sort((a, b) => a - b);
        const median = held[Math.ceil(held.length / 2) - 1];
        expect(Math.abs(median / (1000 * UNIT) - 1)).toBeLessThan(0.51 / weights[0][0] + 0.001);
      }),
      { ...runs, numRuns: 40 },
    );
  });

  test("above the agents' own is refused", () => {
    const one = fc.sample(draws, { numRuns: 1, seed: 3 })[0];
    const request = requestOf(one, { medianPositionQuanta: 1e15 });
    expect(() => fitWeights(request)).toThrow(
      /populations\.crowd\.endowment\.medianPosition.*too many agents/,
    );
  });
});
