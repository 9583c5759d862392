/** The bundled scenarios load, compile and meet what they promise. */
import { compileScenario, listScenarios, loadScenario, type ResolvedScenario } from "@undertow/scenarios";
import { type SimulationInputs, UserError } from "@undertow/core";
import { beforeAll, describe, expect, it } from "vitest";

const scenarios: Record<string, ResolvedScenario> = {};
const inputs: Record<string, SimulationInputs> = {};
beforeAll(async () => {
  for (const name of ["2026-02-deleveraging", "quickstart"]) {
    scenarios[name] = await loadScenario(name);
    inputs[name] = compileScenario(scenarios[name], { seed: "a" });
  }
});

describe("the library", () => {
  it("lists its scenarios", async () => {
    const list = await listScenarios();
    expect(list.map(({ name }) => name)).toEqual(["2026-02-deleveraging", "calm-month", "quickstart"]);
    expect(list[0].agents).toBeGreaterThanOrEqual(50_000);
    expect(list[0].coins).toEqual(["BTC", "ETH", "SOL", "XRP", "DOGE"]);
    expect([list[0].start, list[0].end]).toEqual(["2026-01-05T00:00:00Z", "2026-02-07T00:00:00Z"]);
    expect([list[1].start, list[1].end]).toEqual(["2026-01-05T00:00:00Z", "2026-02-04T00:00:00Z"]);
    expect([list[2].start, list[2].end]).toEqual(["2026-02-05T00:00:00Z", "2026-02-06T12:00:00Z"]);
  });

  it("has dated shocks of equal size with sources, inside the run", () => {
    const { driver, time } = scenarios["2026-02-deleveraging"];
    expect(new Set(driver.shocks.map(({ size }) => size))).toEqual(new Set([1]));
    for (const { at, source } of driver.shocks) {
      expect(at > time.start && at < time.end).toBe(true);
      expect(source).not.toBe("");
    }
  });

  it("compares the figures of the seed article and leaves conflicting ones ungraded", () => {
    const facts = new Map(scenarios["2026-02-deleveraging"].facts.map((fact) => [fact.id, fact]));
    expect(facts.get("seed-long-liq-btc-24h")).toMatchObject({
      value: 237e6,
      side: "long",
      from: "2026-02-01T16:48:00Z",
      to: "2026-02-02T16:48:00Z",
      graded: true,
    });
    expect(facts.get("seed-liq-btc-7d")!.value).toBe(2.16e9);
    expect(facts.get("seed-liq-btc-30d")!.value).toBe(4.4e9);
    for (const id of [
      "seed-oi-change-24h",
      "oi-change-24h-coinglass",
      "seed-oi-change-30d",
      "oi-change-jan",
    ]) {
      expect(facts.get(id)!.graded).toBe(false);
    }
  });

  it.each(["2026-02-deleveraging", "quickstart"])(
    "%s holds its open interest to the lot, longs equal to shorts",
    (name) => {
      const { markets, populations } = inputs[name];
      const long = new Float64Array(markets.length);
      const short = new Float64Array(markets.length);
      for (const { endowment } of populations) {
        const { market, lots } = endowment.positions;
        for (let k = 0; k < lots.length; k++) (lots[k] > 0 ? long : short)[market[k]] += Math.abs(lots[k]);
      }
      markets.forEach((market, m) => {
        if (market.kind === "spot") return;
        const coin = Object.values(scenarios[name].coins)[market.coin];
        expect(long[m]).toBe(Math.round(coin.openInterest / market.lotSize));
        expect(short[m]).toBe(long[m]);
      });
    },
  );

  it("compiles markets in whole quanta, with tiers on perpetuals only", () => {
    const { markets } = inputs["2026-02-deleveraging"];
    expect(markets.map(({ name }) => name).slice(0, 4)).toEqual([
      "BTC-SPOT",
      "BTC-PERP",
      "ETH-SPOT",
      "ETH-PERP",
    ]);
    expect(
      markets.filter(({ kind }) => kind === "perpetual").map(({ quantaPerTickLot }) => quantaPerTickLot),
    ).toEqual([1, 1, 1, 1, 1]);
    for (const { kind, tiers, maxTicks, startTicks } of markets) {
      expect(tiers.length > 0).toBe(kind === "perpetual");
      expect(maxTicks).toBe(3 * startTicks);
    }
    expect(markets[1].impactNotionalQuanta).toBe(25_000e4);
  });

  it("draws the same inputs for a seed, others for another, inside each parameter's bounds", () => {
    const scenario = scenarios["quickstart"];
    const again = compileScenario(scenario, { seed: "a" });
    const other = compileScenario(scenario, { seed: "b" });
    const first = inputs["quickstart"].populations[0];
    expect(again.populations[0].params).toEqual(first.params);
    expect(again.populations[0].endowment).toEqual(first.endowment);
    expect(other.populations[0].params["leverage"]).not.toEqual(first.params["leverage"]);
    expect(Math.min(...first.params["leverage"])).toBeGreaterThanOrEqual(1);
    expect(Math.max(...first.params["leverage"])).toBeLessThanOrEqual(50);
    expect(first.params["latencyMicros"].every((value) => Number.isInteger(value) && value >= 0)).toBe(true);
  });

  it("shifts nobody's draws when another population changes", async () => {
    const scenario = await loadScenario("quickstart", { set: ["populations.momentum-traders.count=20"] });
    const changed = compileScenario(scenario, { seed: "a" });
    expect(changed.populations[0].params).toEqual(inputs["quickstart"].populations[0].params);
  });

  it("applies the ablation that turns liquidation off, and nothing else", async () => {
    const off = compileScenario(await loadScenario("quickstart", { patch: ["liquidations-off"] }), {
      seed: "a",
    });
    expect(off.venues[0]).toEqual({
      ...inputs["quickstart"].venues[0],
      liquidation: { ...inputs["quickstart"].venues[0].liquidation, enabled: false },
    });
    expect(off.populations[0].endowment).toEqual(inputs["quickstart"].populations[0].endowment);
  });

  it("refuses money that would not stay exact, with the figure", async () => {
    const scenario = await loadScenario("quickstart", {
      set: ["populations.market-makers.endowment.cash=$1T"],
    });
    expect(() => compileScenario(scenario, { seed: "a" })).toThrowError(UserError);
    expect(() => compileScenario(scenario, { seed: "a" })).toThrowError(
      /could leave the range in which money is exact \(expected at most 9007199254740991 quanta, found \d+/,
    );
  });
});
