/** Loading: extends, null, patches, --set, expressions, sources, object form, hash. */
import type { RecordSpec } from "@undertow/core";
import { compileScenario, loadScenario, resolveScenario, describeSchema } from "@undertow/scenarios";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { folderWith, problemsOf, SMALL } from "./scenario-text.ts";

const load = (
  text: string,
  options = {},
  others: Readonly<Record<string, string>> = {},
): ReturnType<typeof loadScenario> =>
  loadScenario(join(folderWith({ "a.yaml": text, ...others }), "a.yaml"), options);

describe("loading", () => {
  it("fills in defaults and removes units", async () => {
    const scenario = await load(SMALL);
    expect(scenario.time).toEqual({
      start: "2026-01-01T00:00:00Z",
      end: "2026-01-02T00:00:00Z",
      warmUp: 6 * 3600e6,
      step: 1e6,
      sample: 60e6,
    });
    expect(scenario.settlement).toEqual({ currency: "USDT", quantum: 1e-5 });
    expect(scenario.venue!.liquidation).toEqual({ enabled: true });
    expect(scenario.populations["crowd"].latency).toEqual({
      kind: "lognormal",
      median: 200_000,
      sigma: 0.5,
    });
    expect(scenario.populations["crowd"].weight).toEqual({ kind: "constant", value: 1 });
    expect(scenario.populations["crowd"].params["horizon"]).toEqual({ kind: "constant", value: 360_000e6 });
  });

  it("marks what has a source and what is assumed", async () => {
    const { sources, assumed, assumedNotes } = await load(SMALL);
    expect(sources).toEqual({ "coins.BTC.price": { source: "A paper", asOf: "2026-01-01" } });
    expect(assumed).toContain("coins.BTC.openInterest");
    expect(assumed).toContain("venue.insuranceFund");
    expect(assumed).not.toContain("coins.BTC.price");
    expect(assumedNotes).toEqual({ "coins.BTC.perpDepth": "twice spot" });
  });

  it("deals the coins' depth to the makers", async () => {
    const { populations } = await load(SMALL);
    expect(populations["makers"].params["perpDepth0"]).toEqual({ kind: "constant", value: 500_000e5 });
    expect(populations["makers"].params["spotDepth0"]).toEqual({ kind: "constant", value: 250_000e5 });
    const named = await load(SMALL, { set: ["populations.makers.params.perpDepth={BTC: $3k}"] });
    expect(named.populations["makers"].params["perpDepth0"]).toEqual({ kind: "constant", value: 3000e5 });
  });

  it("extends a file: maps merge, the rest replaces, null removes, a sourced value is replaced whole", async () => {
    const scenario = await load(
      "extends: small.yaml\ntitle: Other\ncoins: { BTC: { price: { value: $50 } } }\npopulations: { makers: null }\n",
      {},
      { "small.yaml": SMALL },
    );
    expect(scenario.title).toBe("Other");
    expect(scenario.coins["BTC"].price).toBe(50);
    expect(scenario.coins["BTC"].openInterest).toBe(1_000_000);
    expect(scenario.sources).toEqual({});
    expect(Object.keys(scenario.populations)).toEqual(["crowd"]);
  });

  it("refuses to remove what is not there", async () => {
    const problems = await problemsOf(
      "extends: small.yaml\npopulations: { maker: null }\n",
      {},
      { "small.yaml": SMALL },
    );
    expect(problems).toEqual([
      'a.yaml:2:16 populations.maker: null removes "maker", but what is extended has no such key (did you mean makers?). Remove the line, or name a key that populations has.',
    ]);
  });

  it("applies patches, then assignments", async () => {
    expect((await load(SMALL, { patch: ["no-shocks"] })).driver.shockScale).toBe(0);
    const both = await load(SMALL, {
      patch: ["no-shocks"],
      set: ["driver.shockScale=7%", "populations.crowd.count=60"],
    });
    expect(both.driver.shockScale).toBe(0.07);
    expect(both.populations["crowd"].count).toBe(60);
    expect(both.applied).toEqual(["no-shocks"]);
    const removed = await load(SMALL, { set: ["populations.makers=null"] });
    expect(Object.keys(removed.populations)).toEqual(["crowd"]);
  });

  it.each([
    [
      "driver.shockScle=3",
      '--set driver.shockScle=3 driver.shockScle: unknown path "driver.shockScle" (did you mean shockScale?)',
    ],
    ["coins.BTX.price=3", '--set coins.BTX.price=3 coins.BTX: unknown path "coins.BTX" (did you mean BTC?)'],
    ["params.depth=3", '--set params.depth=3 params.depth: unknown path "params.depth"'],
    [
      "driver.shockScale=$4",
      '--set driver.shockScale=$4 driver.shockScale: wrong value (expected a number, or one with %, bp or x such as 5%, 20bp or 3x, found "$4")',
    ],
    [
      "populations.crowd.params.levrage=3",
      '--set populations.crowd.params.levrage=3 populations.crowd.params.levrage: leveraged-trader has no parameter "levrage" (did you mean leverage?)',
    ],
    ["nonsense", "--set nonsense: not an assignment (expected path=value such as driver.shockScale=0.04)"],
  ])("refuses --set %s", async (assignment, message) => {
    expect(await problemsOf(SMALL, { set: [assignment] })).toEqual([message]);
  });

  it("refuses an unknown patch", async () => {
    expect(await problemsOf(SMALL, { patch: ["no-shoks"] })).toEqual([
      '--patch no-shoks: there is no patch or ablation named "no-shoks" (expected one of no-shocks; did you mean no-shocks?)',
    ]);
  });

  it("evaluates expressions over params, durations in seconds", async () => {
    const text = SMALL.replace(
      "shockScale: 5%",
      "shockScale: =params.scale * 2\n  sentiment: { memory: =params.day / 2 }",
    );
    const scenario = await load(`params: { scale: 2%, day: 1d, twice: =params.scale * 2 }\n${text}`);
    expect(scenario.driver.shockScale).toBe(0.04);
    expect(scenario.driver.sentiment.memory).toBe(43_200e6);
    expect(scenario.params["twice"]).toBe(0.04);
  });

  it("takes an object as it takes a file", async () => {
    const file = await load(SMALL);
    const object = await resolveScenario(parse(SMALL) as object, "a");
    expect(object).toEqual(file);
  });
});

describe("what is recorded", () => {
  const compiled = async (text: string): Promise<RecordSpec | undefined> =>
    compileScenario(await load(text), { seed: "a" }).record;

  it("is no tape and no books unless the scenario asks for them", async () => {
    expect((await load(SMALL)).record).toEqual({ tape: "none" });
    expect(await compiled(SMALL)).toEqual({ orders: false, fills: false });
    expect(await compiled(`${SMALL}record: { tape: orders, books: {} }`)).toEqual({
      orders: true,
      fills: false,
      books: { everyMicros: 60e6, levels: 20 },
    });
    expect(await compiled(`${SMALL}record: { tape: fills, books: { every: 10s, levels: 3 } }`)).toEqual({
      orders: false,
      fills: true,
      books: { everyMicros: 10e6, levels: 3 },
    });
    expect(await compiled(`${SMALL}record: { tape: both }`)).toEqual({ orders: true, fills: true });
  });

  it("is not part of the hash, as it changes no result", async () => {
    const base = await load(SMALL);
    const taped = await load(SMALL, { set: ["record.tape=both", "record.books.every=5s"] });
    expect(taped.record).toEqual({ tape: "both", books: { every: 5e6, levels: 20 } });
    expect(taped.hash).toBe(base.hash);
  });
});

describe("the scenario hash", () => {
  it("depends on what determines a run and on nothing else", async () => {
    const base = (await load(SMALL)).hash;
    expect(base).toMatch(/^[0-9a-f]{32}$/);
    expect(
      (await load(`# comment\n${SMALL.replace("$1M", "1000000").replace("title: Small", "title: Renamed")}`))
        .hash,
    ).toBe(base);
    expect((await load(SMALL.replace("A paper", "Another"))).hash).toBe(base);
    expect((await load(SMALL, { set: ["driver.shockScale=6%"] })).hash).not.toBe(base);
    expect((await load(SMALL, { set: ["populations.crowd.params.horizon=99h"] })).hash).not.toBe(base);
  });
});

describe("JSON Schema", () => {
  it("describes sections, defaults of keys and closed maps", () => {
    const schema = describeSchema() as {
      properties: Record<string, unknown>;
      required: string[];
      additionalProperties: boolean;
    };
    expect(schema.additionalProperties).toBe(false);
    expect(schema.required).toEqual(expect.arrayContaining(["title", "time", "coins", "populations"]));
    expect(Object.keys(schema.properties)).toContain("ablations");
  });
});
