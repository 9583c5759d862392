/** Runs that stylised facts are measured on: tapes change nothing, metaorders trade what they should and move prices. */
import { simulate } from "@undertow/core";
import { compileScenario, loadScenario, measureImpact, observeRun, withMetaorder } from "@undertow/scenarios";
import { beforeAll, describe, expect, test } from "vitest";

const HOURS = ["time.end=2026-01-05T03:00Z", "time.warmUp=1h"];
const SEED = "stylised";

describe("an observed run", () => {
  test("is the run itself: same state hash, a price a minute, signs and books of the coins asked for", async () => {
    const options = { scenario: "calm-month", set: HOURS, patch: [], seed: SEED, coins: ["BTC", "DOGE"] };
    const observed = await observeRun({ ...options, withTape: true });
    const plain = await simulate(
      compileScenario(await loadScenario("calm-month", { set: HOURS }), { seed: SEED }),
    );
    expect(observed!.stateHash).toBe(plain.stateHash);
    expect(observed!.markets.map((market) => market.coin)).toEqual(["BTC", "DOGE"]);
    const [btc, doge] = observed!.markets;
    expect(btc.price).toHaveLength(181);
    expect(btc.price[60]).toBeGreaterThan(10_000 * doge.price[60]);
    expect(btc.signs.length).toBeGreaterThan(500);
    // Every ten minutes from the start to the end.
    expect(btc.book!.snapshots).toBe(19);
    expect(btc.book!.bidByLevel[0]).toBeGreaterThan(0);
  });

  test("stopped by the user is none", async () => {
    const options = { scenario: "calm-month", set: HOURS, patch: [], seed: SEED, coins: ["BTC"] };
    expect(await observeRun({ ...options, withTape: false, onProgress: () => false })).toBeUndefined();
  });
});

describe("a metaorder", () => {
  const hour = 3_600e6;
  const ORDER = { coin: 0, side: -1, notional: 500e6, startAfterMicros: hour, durationMicros: hour } as const;
  let inputs: ReturnType<typeof compileScenario>;
  let startMicros = 0;
  beforeAll(async () => {
    inputs = compileScenario(await loadScenario("calm-month", { set: HOURS }), { seed: SEED });
    startMicros = inputs.startMicros + hour;
  });

  test("that begins after the run changes no price", async () => {
    const late = { ...ORDER, startAfterMicros: 9 * hour };
    const [without, with_] = [await simulate(inputs), await simulate(withMetaorder(inputs, late))];
    expect(with_.series.perp).toEqual(without.series.perp);
    expect(with_.series.takerBuy).toEqual(without.series.takerBuy);
  });

  test("trades its lots, from its start to its end", async () => {
    const taped = withMetaorder({ ...inputs, record: { orders: false, fills: true } }, ORDER);
    const { fills, populations } = await simulate(taped);
    const probe = populations.length - 1;
    let sold = 0;
    let first = Infinity;
    let last = 0;
    for (let row = 0; row < fills!.rows; row++) {
      if (fills!.takerPopulation[row] !== probe) continue;
      expect(fills!.side[row]).toBe(-1);
      expect(fills!.market[row]).toBe(1);
      sold += fills!.lots[row];
      first = Math.min(first, fills!.timeMicros[row]);
      last = Math.max(last, fills!.timeMicros[row]);
    }
    // $500M at the mid of the start, in lots of 0.001 BTC; the price hardly moves in the first hour.
    expect(sold / 1000).toBeGreaterThan(0.98 * (500e6 / 92_966));
    expect(sold / 1000).toBeLessThan(1.02 * (500e6 / 92_966));
    // Within a slice of 30 s and a step of 5 s.
    expect(Math.abs(first - startMicros)).toBeLessThanOrEqual(35e6);
    expect(Math.abs(last - startMicros - hour)).toBeLessThanOrEqual(35e6);
  });
});

test(
  "impact of both sides of one seed pushes the price, and part of it goes",
  { timeout: 120_000 },
  async () => {
    const done: number[] = [];
    const curves = await measureImpact({
      scenario: "calm-month",
      set: [],
      patch: [],
      seeds: [SEED],
      coins: ["BTC"],
      shares: [0.03],
      onRun: (count, of) => void done.push(count, of),
    });
    expect(done).toEqual([1, 3, 2, 3, 3, 3]);
    const [curve] = curves!;
    const [point] = curve.points;
    expect(point).toMatchObject({ share: 0.03, pairs: 2 });
    expect(point.impact).toBeGreaterThan(3 * point.error);
    expect(curve.left).toBeLessThan(1);
    // One size is no curve.
    expect(curve.exponent).toBeNaN();
  },
);
