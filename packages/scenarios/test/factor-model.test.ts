/** The driver: a function of time alone, pinned at the start, with the volatility and shocks that were asked for. */
import { createKeys, type Driver, randomSource } from "@undertow/core";
import { factorModelDriver, type FactorModel } from "@undertow/scenarios";
import { describe, expect, it } from "vitest";

const HOUR = 3600e6;
const START = Date.UTC(2026, 0, 5) * 1000;
const calm: FactorModel = {
  coins: [
    { name: "BTC", startPrice: 92_966, beta: 1, dailyVolatility: 0.02, commonShare: 0.5 },
    { name: "ETH", startPrice: 3200, beta: 1.3, dailyVolatility: 0.04, commonShare: 0.5 },
    { name: "SOL", startPrice: 137, beta: 1.2, dailyVolatility: 0.04, commonShare: 0.5 },
  ],
  shockScale: 0.1,
  shocks: [],
  sentiment: { base: 0.2, shockImpact: 5, memoryMicros: 24 * HOUR },
};
const still: FactorModel = { ...calm, coins: calm.coins.map((coin) => ({ ...coin, dailyVolatility: 0 })) };
const shock = { atMicros: START + 10 * HOUR, overMicros: 4 * HOUR, size: 2 };

function make(model: FactorModel, { days = 10, warmUpHours = 6, seed = "a" } = {}): Driver {
  return factorModelDriver(model)({
    random: randomSource(createKeys(seed)),
    startMicros: START,
    endMicros: START + days * 24 * HOUR,
    warmUpMicros: warmUpHours * HOUR,
    coins: model.coins.map(({ name }) => name),
  });
}

function at(driver: Driver, hours: number): { prices: number[]; sentiment: number } {
  const out = { fundamental: new Float64Array(3), sentiment: new Float64Array(1) };
  driver.sample(START + hours * HOUR, out);
  return { prices: [...out.fundamental], sentiment: out.sentiment[0] };
}

describe("the factor model", () => {
  it("is the start price exactly at the start", () => {
    expect(at(make({ ...calm, shocks: [shock] }), 0).prices).toEqual([92_966, 3200, 137]);
  });

  it("is a function of time, whatever was asked before and however long the warm-up and the run are", () => {
    const once = at(make(calm), 55.5037);
    const stepped = make(calm);
    for (let hours = -6; hours < 55; hours += 0.25) at(stepped, hours);
    expect(at(stepped, 55.5037)).toEqual(once);
    expect(at(make(calm, { days: 20, warmUpHours: 24 }), 55.5037)).toEqual(once);
  });

  it("differs by seed and between coins", () => {
    expect(at(make(calm, { seed: "b" }), 24).prices).not.toEqual(at(make(calm), 24).prices);
    const [, eth, sol] = at(make(calm), 24).prices;
    expect(eth / 3200).not.toBe(sol / 137);
  });

  it("has the daily volatility, beta and common share asked for (1,500 days, +-6 % of each)", () => {
    const days = 1500;
    const driver = make(calm, { days, seed: "volatility" });
    const returns: number[][] = [[], [], []];
    let before = at(driver, 0).prices;
    for (let day = 1; day <= days; day++) {
      const now = at(driver, 24 * day).prices;
      now.forEach((price, c) => returns[c].push(Math.log(price / before[c])));
      before = now;
    }
    const product = (a: number[], b: number[]): number =>
      a.reduce((sum, value, k) => sum + value * b[k], 0) / days;
    const [btc, eth, sol] = returns as [number[], number[], number[]];
    expect(Math.sqrt(product(btc, btc)) / 0.02).toBeCloseTo(1, 1);
    expect(Math.abs(Math.sqrt(product(eth, eth)) / 0.04 - 1)).toBeLessThan(0.06);
    expect(Math.abs(product(eth, btc) / product(btc, btc) / 1.3 - 1)).toBeLessThan(0.06);
    const residualEth = eth.map((value, k) => value - 1.3 * btc[k]);
    const residualSol = sol.map((value, k) => value - 1.2 * btc[k]);
    const correlation =
      product(residualEth, residualSol) /
      Math.sqrt(product(residualEth, residualEth) * product(residualSol, residualSol));
    expect(Math.abs(correlation - 0.5)).toBeLessThan(0.06);
  });

  it("has shocks of exactly size x scale x beta, ramped linearly, and of one coin if so asked", () => {
    const driver = make({
      ...still,
      shocks: [shock, { ...shock, atMicros: START + 40 * HOUR, coins: ["ETH"] }],
    });
    const fall = (hours: number): number[] =>
      at(driver, hours).prices.map((price, c) => Math.log(price / still.coins[c].startPrice));
    expect(fall(9.99)).toEqual([0, 0, 0]);
    expect(fall(12)[0]).toBeCloseTo(-0.1, 12);
    fall(14).forEach((move, c) => expect(move).toBeCloseTo(-0.2 * still.coins[c].beta, 12));
    expect(fall(60)[0]).toBeCloseTo(-0.2, 12);
    expect(fall(60)[1]).toBeCloseTo(-0.4 * 1.3, 12);
  });

  it("has no shocks in the warm-up, and only the rest of a shock that began before the start", () => {
    const driver = make({ ...still, shocks: [{ ...shock, atMicros: START - HOUR }] });
    expect(at(driver, -0.5).prices[0]).toBe(92_966);
    expect(at(driver, 0).prices[0]).toBe(92_966);
    expect(Math.log(at(driver, 10).prices[0] / 92_966)).toBeCloseTo(-0.15, 12);
  });

  it("has sentiment that falls with a shock and comes back", () => {
    const driver = make({ ...still, shocks: [shock] });
    expect(at(driver, 9).sentiment).toBeCloseTo(Math.tanh(0.2), 12);
    expect(at(driver, 10).sentiment).toBeCloseTo(Math.tanh(0.2 - 1), 12);
    expect(at(driver, 34).sentiment).toBeCloseTo(Math.tanh(0.2 - Math.exp(-1)), 12);
    expect(at(driver, -1).sentiment).toBeCloseTo(Math.tanh(0.2), 12);
  });

  it("news that clusters keeps the mean variance, and volatility that remembers (4,000 days by the hour)", () => {
    const days = 4_000;
    const newsClusters = { intermittency: 0.06, longestMicros: 14 * 24 * HOUR };
    const driver = make({ ...calm, newsClusters, gridMicros: HOUR }, { days, seed: "clusters" });
    const squares = new Float64Array(24 * days);
    let before = at(driver, 0).prices[0];
    for (let hour = 1; hour <= squares.length; hour++) {
      const now = at(driver, hour).prices[0];
      squares[hour - 1] = Math.log(now / before) ** 2;
      before = now;
    }
    const mean = squares.reduce((sum, square) => sum + square, 0) / squares.length;
    expect(Math.abs((24 * mean) / 0.02 ** 2 - 1)).toBeLessThan(0.15);
    // E[r^2 r'^2] / E[r^2]^2 = exp(4 cov(w, w')): near exp(4 x 0.06 ln(14 days / lag)) for lags far from either end.
    for (const lag of [4, 24]) {
      let product = 0;
      for (let k = lag; k < squares.length; k++) product += squares[k] * squares[k - lag];
      const measured = Math.log(product / (squares.length - lag) / (mean * mean)) / 4;
      const expected = 0.06 * Math.log((14 * 24) / lag);
      expect(Math.abs(measured / expected - 1)).toBeLessThan(0.35);
    }
  });

  it("news that clusters is a function of time too, pinned at the start, on any grid", () => {
    const model = {
      ...calm,
      gridMicros: 5e6,
      newsClusters: { intermittency: 0.1, longestMicros: 14 * 24 * HOUR },
    };
    expect(at(make(model), 0).prices).toEqual([92_966, 3200, 137]);
    const longer = make(model, { days: 3, warmUpHours: 12 });
    expect(at(longer, 20.51)).toEqual(at(make(model, { days: 1 }), 20.51));
    expect(at(make({ ...model, newsClusters: { ...model.newsClusters, intermittency: 0 } }), 20.51)).toEqual(
      at(make({ ...calm, gridMicros: 5e6 }), 20.51),
    );
  });

  it("shifts nobody's draws when a coin is added", () => {
    const fewer = make({ ...calm, coins: calm.coins.slice(0, 2) });
    const out = { fundamental: new Float64Array(2), sentiment: new Float64Array(1) };
    fewer.sample(START + 30 * HOUR, out);
    expect([...out.fundamental]).toEqual(at(make(calm), 30).prices.slice(0, 2));
  });
});
