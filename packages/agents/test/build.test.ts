/**
 * The population builder: totals to the lot, longs equal shorts, nobody below maintenance, draws that stay put.
 *
 * Two coins at the size of early 2026, three populations that hold positions and one that holds cash and coins.
 */
import { describe, expect, test } from "vitest";
import { buildEndowments } from "@undertow/agents";
import type { EndowedPopulation, EndowmentRequest, EndowmentRule } from "@undertow/agents";
import {
  UserError,
  createKeys,
  maintenanceQuanta,
  parseDistribution,
  randomSource,
  tierTable,
} from "@undertow/core";
import type { Endowment, MarketSpec } from "@undertow/core";

const UNIT = 100_000;
const TIERS = [
  {
    floorQuanta: 0,
    capQuanta: 5e6 * UNIT,
    maxLeverage: 100,
    maintenancePpm: 5000,
    maintenanceAmountQuanta: 0,
  },
  {
    floorQuanta: 5e6 * UNIT,
    capQuanta: Infinity,
    maxLeverage: 20,
    maintenancePpm: 25_000,
    maintenanceAmountQuanta: 5e6 * UNIT * 0.02,
  },
];

function market(
  name: string,
  coin: number,
  kind: "spot" | "perpetual",
  price: number,
  lotSize: number,
  venue = 0,
): MarketSpec {
  const tickSize = price / 75_000;
  return {
    name,
    venue,
    coin,
    kind,
    tickSize,
    lotSize,
    quantaPerTickLot: Math.round(tickSize * lotSize * UNIT),
    maxTicks: 1 << 20,
    startTicks: 75_000,
    orderCapacity: 1000,
    makerFeePpm: 200,
    takerFeePpm: 500,
    priceBandPpm: 50_000,
    tiers: kind === "spot" ? [] : TIERS,
    impactNotionalQuanta: 1e4 * UNIT,
  };
}

const markets = [
  market("BTC-SPOT", 0, "spot", 75_000, 0.001),
  market("BTC-PERP", 0, "perpetual", 75_000, 0.002),
  market("SOL-SPOT", 1, "spot", 150, 1),
  market("SOL-PERP", 1, "perpetual", 150, 0.1),
];
const BTC_LOTS = 4_000_003;
const SOL_LOTS = 70_000_001;

const crowd: EndowmentRule = {
  perpLongShare: 0.8,
  perpShortShare: 0.45,
  size: parseDistribution("pareto(min=1000, exponent=1.3, max=5000000)"),
  leverage: parseDistribution("lognormal(median=8, sigma=0.9, min=1, max=100)"),
  entryAge: parseDistribution("exponential(mean=360000000000)"),
  crossProbability: 0.3,
  cashPerMargin: 0.5,
  stopProbability: 0.4,
  stopAtMarginLoss: parseDistribution("uniform(0.4, 0.9)"),
};
const carry: EndowmentRule = {
  perpShortShare: 0.55,
  leverage: parseDistribution("2"),
  crossProbability: 1,
  spotHedge: true,
  cash: parseDistribution("100000000000"),
};
const fund: EndowmentRule = { perpLongShare: 0.2, leverage: parseDistribution("3"), crossProbability: 1 };
const holder: EndowmentRule = {
  cash: parseDistribution("uniform(1000000, 2000000)"),
  spot: parseDistribution("lognormal(median=100000000000, sigma=1)"),
  spotCostBasis: parseDistribution("uniform(0.8, 1.2)"),
};

function population(name: string, count: number, rule: EndowmentRule, weight = 1): EndowedPopulation {
  return {
    name,
    count,
    weight: new Float64Array(count).fill(weight),
    coins: Int32Array.of(0, 1),
    venues: Int32Array.of(0),
    rule,
  };
}

function request(populations: EndowedPopulation[], seed = "builder"): EndowmentRequest {
  const venueShares = Float64Array.of(1);
  const btc = { openInterestLots: BTC_LOTS, dailyVolatility: 0.025 };
  const sol = { openInterestLots: SOL_LOTS, dailyVolatility: 0.045 };
  return {
    coins: [
      { name: "BTC", startPrice: 75_000, aggregates: btc, venueShares },
      { name: "SOL", startPrice: 150, aggregates: sol, venueShares },
    ],
    markets,
    populations,
    random: randomSource(createKeys(seed)),
    quantaPerUnit: UNIT,
  };
}

const populations = [
  population("crowd", 3000, crowd, 100),
  population("carry", 20, carry),
  population("fund", 10, fund),
  population("holder", 50, holder),
];
const built = buildEndowments(request(populations));

/** Sum over rows of one market. */
function sum(endowments: Endowment[], index: number, read: (e: Endowment, row: number) => number): number {
  let total = 0;
  for (const e of endowments) {
    for (let row = 0; row < e.positions.market.length; row++) {
      if (e.positions.market[row] === index) total += read(e, row);
    }
  }
  return total;
}

describe("totals", () => {
  test("longs and shorts each equal the open interest to the lot", () => {
    for (const [index, lots] of [
      [1, BTC_LOTS],
      [3, SOL_LOTS],
    ]) {
      expect(sum(built, index, (e, row) => Math.max(0, e.positions.lots[row]))).toBe(lots);
      expect(sum(built, index, (e, row) => Math.max(0, -e.positions.lots[row]))).toBe(lots);
    }
  });

  test("each population meets its share to 0.1 %", () => {
    expect(sum([built[0]], 1, (e, row) => Math.max(0, e.positions.lots[row])) / BTC_LOTS).toBeCloseTo(0.8, 5);
    expect(sum([built[1]], 3, (e, row) => -e.positions.lots[row]) / SOL_LOTS).toBeCloseTo(0.55, 5);
  });

  test("an agent holds one side in all its coins, in proportion to its size", () => {
    const { agent, market: of, lots } = built[0].positions;
    const byAgent = new Map<number, number[]>();
    for (let row = 0; row < agent.length; row++) {
      const pair = byAgent.get(agent[row]) ?? [0, 0];
      pair[of[row] === 1 ? 0 : 1] = lots[row];
      byAgent.set(agent[row], pair);
    }
    for (const [btc, sol] of byAgent.values()) {
      expect(btc * sol).toBeGreaterThanOrEqual(0);
      expect(Math.abs(sol - (btc * SOL_LOTS) / BTC_LOTS)).toBeLessThan(20);
    }
  });

  test("everything is whole and not negative", () => {
    for (const e of built) {
      const { lots, costQuanta, marginQuanta, stopTicks } = e.positions;
      for (const column of [e.cashQuanta, lots, costQuanta, marginQuanta, stopTicks]) {
        expect(column.every(Number.isSafeInteger)).toBe(true);
      }
      expect(e.cashQuanta.every((cash) => cash >= 0)).toBe(true);
    }
  });
});

describe("positions", () => {
  const { positions, crossMargin, cashQuanta } = built[0];
  const rows = Array.from(positions.agent.keys());
  const tiers = tierTable(TIERS);
  const value = (row: number): number =>
    positions.lots[row] * 75_000 * markets[positions.market[row]].quantaPerTickLot;

  test("leverage keeps to the bracket and margin is cost over leverage, in cash for cross accounts", () => {
    for (const row of rows) {
      const cost = Math.abs(positions.costQuanta[row]);
      if (cost / 100 > 5e6 * UNIT) expect(positions.leverage[row]).toBeLessThanOrEqual(20);
      const cross = crossMargin[positions.agent[row]] === 1;
      if (cross) expect(positions.marginQuanta[row]).toBe(0);
      else expect(Math.abs(positions.marginQuanta[row] - cost / positions.leverage[row])).toBeLessThan(2);
    }
    expect(crossMargin.reduce((total, cross) => total + cross, 0) / 3000).toBeCloseTo(0.3, 1);
  });

  test("nobody starts below maintenance", () => {
    const cushion = new Map<number, number>();
    for (const row of rows) {
      const agent = positions.agent[row];
      const equity = positions.marginQuanta[row] + value(row) - positions.costQuanta[row];
      const need = maintenanceQuanta(tiers, Math.abs(value(row)), 100);
      if (crossMargin[agent] === 0) expect(equity).toBeGreaterThan(need);
      else cushion.set(agent, (cushion.get(agent) ?? cashQuanta[agent]) + equity - need);
    }
    for (const spare of cushion.values()) expect(spare).toBeGreaterThan(0);
  });

  test("entries of one coin lie around the start price and differ", () => {
    const ratio = rows.map((row) => positions.costQuanta[row] / value(row));
    expect(new Set(ratio).size).toBeGreaterThan(1000);
    expect(Math.min(...ratio)).toBeGreaterThan(0.5);
    expect(Math.max(...ratio)).toBeLessThan(2);
  });

  test("stops stand on the losing side of the start price", () => {
    const withStop = rows.filter((row) => positions.stopTicks[row] > 0);
    expect(withStop.length / rows.length).toBeCloseTo(0.4, 1);
    for (const row of withStop) {
      expect(Math.sign(positions.lots[row]) * (75_000 - positions.stopTicks[row])).toBeGreaterThan(0);
    }
  });
});

describe("coins", () => {
  test("a hedged short holds as many coins as it is short", () => {
    const { positions } = built[1];
    const coins = new Map<string, number>();
    for (let row = 0; row < positions.agent.length; row++) {
      const spec = markets[positions.market[row]];
      const key = `${positions.agent[row]}/${spec.coin}`;
      coins.set(key, (coins.get(key) ?? 0) + positions.lots[row] * spec.lotSize);
    }
    for (const rest of coins.values()) expect(Math.abs(rest)).toBeLessThanOrEqual(0.5);
  });

  test("holdings have the drawn cost basis", () => {
    const { positions } = built[3];
    for (let row = 0; row < positions.agent.length; row++) {
      const unit = 75_000 * markets[positions.market[row]].quantaPerTickLot;
      const basis = positions.costQuanta[row] / (positions.lots[row] * unit);
      expect(basis).toBeGreaterThanOrEqual(0.8);
      expect(basis).toBeLessThanOrEqual(1.2);
    }
  });
});

describe("draws", () => {
  test("are the same for the same seed and differ for another", () => {
    expect(buildEndowments(request(populations))).toEqual(built);
    expect(buildEndowments(request(populations, "other"))[3].cashQuanta).not.toEqual(built[3].cashQuanta);
  });

  test("do not move when a population is added", () => {
    const more = buildEndowments(request([population("newcomer", 40, holder), ...populations]));
    expect(more.slice(1)).toEqual(built);
  });
});

describe("shares that do not add up", () => {
  test("are refused with the sum, all coins and sides at once", () => {
    const wrong = [population("crowd", 10, { ...crowd, perpLongShare: 0.7 }), ...populations.slice(1)];
    const build = (): unknown => buildEndowments(request(wrong));
    expect(build).toThrow(UserError);
    expect(build).toThrow(/perpLongShare of BTC[\s\S]*0\.9[\s\S]*perpLongShare of SOL/);
  });

  test("and so is one agent for two sides", () => {
    const wrong = [population("crowd", 1, crowd), ...populations.slice(1)];
    expect(() => buildEndowments(request(wrong))).toThrow(/too few agents/);
  });
});

describe("several venues", () => {
  // The second venue lists SOL alone.
  const listed = [
    ...markets,
    market("SOL-SPOT@b", 1, "spot", 150, 1, 1),
    market("SOL-PERP@b", 1, "perpetual", 150, 0.1, 1),
  ];
  const away = (base: EndowedPopulation): EndowedPopulation => ({
    ...base,
    coins: Int32Array.of(1),
    venues: Int32Array.of(1, 0),
  });
  const own = request([
    ...populations,
    away(population("crowd-b", 500, { ...crowd, perpShortShare: 0.8, cash: parseDistribution("1000001") })),
    away(population("carry-b", 5, { ...carry, perpLongShare: 0.2, perpShortShare: 0.2 })),
  ]);
  const two = {
    ...own,
    markets: listed,
    coins: [
      { ...own.coins[0], venueShares: Float64Array.of(0.4, 0) },
      { ...own.coins[1], venueShares: Float64Array.of(0.4, 0.1) },
    ],
  };
  const both = buildEndowments(two);

  test("share a coin's open interest to the lot, longs equal to shorts on each", () => {
    const held = [1, 3, 5].map((index) =>
      [1, -1].map((side) => sum(both, index, (e, row) => Math.max(0, side * e.positions.lots[row]))),
    );
    expect(held[0]).toEqual([BTC_LOTS, BTC_LOTS]);
    expect(held[1][0]).toBe(held[1][1]);
    expect(held[2][0]).toBe(held[2][1]);
    expect(held[1][0] + held[2][0]).toBe(SOL_LOTS);
    expect(Math.abs(held[2][0] - SOL_LOTS / 5)).toBeLessThan(1);
  });

  test("hold positions and coins at home", () => {
    both.forEach(({ positions }, p) => {
      const home = two.populations[p].venues[0];
      expect(positions.market.length).toBeGreaterThan(0);
      expect([...positions.market].every((index) => listed[index].venue === home)).toBe(true);
    });
    expect(sum(both.slice(5), 4, (e, row) => e.positions.lots[row])).toBeGreaterThan(0);
  });

  test("split drawn cash evenly, the rest and what backs a margin at home", () => {
    const { cashQuanta, crossMargin, positions } = both[4];
    expect(cashQuanta).toHaveLength(2 * 500);
    const margin = new Float64Array(500);
    positions.marginQuanta.forEach((quanta, row) => (margin[positions.agent[row]] += quanta));
    for (let agent = 0; agent < 500; agent++) {
      expect(cashQuanta[500 + agent]).toBe(500_000);
      if (crossMargin[agent] === 0) expect(cashQuanta[agent]).toBe(500_001 + Math.ceil(0.5 * margin[agent]));
      else expect(cashQuanta[agent]).toBeGreaterThan(500_001);
    }
  });

  test("shift nobody's draws", () => {
    expect(both[0].crossMargin).toEqual(built[0].crossMargin);
    expect(both[3]).toEqual(built[3]);
  });

  test("need shares that add up on each", () => {
    const wrong = { ...two, populations: two.populations.slice(0, 5) };
    expect(() => buildEndowments(wrong)).toThrow(/perpShortShare of SOL on venue 1.*0\.8/);
  });
});
