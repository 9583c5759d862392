/** Bad input: one exact message each, all problems of a file at once. */
import { loadScenario, resolveScenario } from "@undertow/scenarios";
import { describe, expect, it } from "vitest";
import { problemsOf, SMALL } from "./scenario-text.ts";

const change = (from: string, to: string): string => {
  expect(SMALL).toContain(from);
  return SMALL.replace(from, to);
};

describe("a scenario with one flaw", () => {
  it("loads without any", async () => {
    expect(await problemsOf(SMALL)).toEqual([]);
  });

  it.each([
    [
      "unknown key",
      "driver:\n",
      "drver: 1\ndriver:\n",
      'a.yaml:17:1 drver: unknown key "drver" (did you mean driver?)',
    ],
    [
      "unknown key deep down",
      "openInterest: 1000000",
      "openInterest: 1000000\n    opnInterest: 1",
      'a.yaml:11:5 coins.BTC.opnInterest: unknown key "opnInterest" (did you mean openInterest?)',
    ],
    [
      "unknown key without a near one",
      "  insuranceFund: $1M",
      "  insuranceFund: $1M\n  zzz: 1",
      'a.yaml:7:3 venue.zzz: unknown key "zzz" (expected one of profile, coverage, insuranceFund, makerFee, liquidation, events)',
    ],
    [
      "wrong unit",
      "dailyVolatility: 3%",
      "dailyVolatility: $3",
      'a.yaml:11:22 coins.BTC.dailyVolatility: wrong value (expected a number, or one with %, bp or x such as 5%, 20bp or 3x, found "$3")',
    ],
    [
      "duration without a unit",
      "time:\n",
      "time:\n  step: 5\n",
      "a.yaml:3:9 time.step: wrong value (expected a duration with its unit such as 200ms, 5s, 30m, 2h or 90d, found 5)",
    ],
    [
      "impossible value",
      "dailyVolatility: 3%",
      "dailyVolatility: 300%",
      'a.yaml:11:22 coins.BTC.dailyVolatility: impossible value (expected between 0 and 1, found "300%")',
    ],
    [
      "impossible sourced value",
      "value: $100,",
      "value: -$100,",
      'a.yaml:9:21 coins.BTC.price.value: impossible value (expected more than 0, found "-$100")',
    ],
    [
      "local time",
      "end: 2026-01-02T00:00Z",
      "end: 2026-01-02T00:00",
      'a.yaml:4:8 time.end: wrong value (expected a UTC time such as 2026-01-05T00:00Z, found "2026-01-02T00:00")',
    ],
    [
      "a day that does not exist",
      "end: 2026-01-02T00:00Z",
      "end: 2026-02-30T00:00Z",
      'a.yaml:4:8 time.end: wrong value (expected a UTC time such as 2026-01-05T00:00Z, found "2026-02-30T00:00Z")',
    ],
    [
      "end before start",
      "end: 2026-01-02T00:00Z",
      "end: 2025-12-31T00:00Z",
      "a.yaml:4:8 time.end: the run ends before it starts (expected a moment after 2026-01-01T00:00:00Z, found 2025-12-31T00:00:00Z)",
    ],
    [
      "unknown kind of tape",
      "driver:\n",
      "record: { tape: all }\ndriver:\n",
      'a.yaml:17:17 record.tape: wrong value (expected none or orders or fills or both, found "all")',
    ],
    [
      "too many levels of a book",
      "driver:\n",
      "record: { books: { levels: 5000 } }\ndriver:\n",
      "a.yaml:17:28 record.books.levels: impossible value (expected between 1 and 1000, found 5000)",
    ],
    [
      "snapshots between two steps",
      "driver:\n",
      "record: { books: { every: 1500ms } }\ndriver:\n",
      "a.yaml:17:27 record.books.every: the time between snapshots is not a whole number of steps (expected a multiple of 1s, found 1.5s)",
    ],
    [
      "unknown agent type",
      "type: market-maker",
      "type: marketmaker",
      'a.yaml:26:11 populations.makers.type: there is no agent type "marketmaker" (did you mean market-maker?)',
    ],
    [
      "unknown parameter",
      "    depthShare: 50%",
      "    depthShare: 50%\n    params: { halfSpreadBps: 2 }",
      'a.yaml:29:15 populations.makers.params.halfSpreadBps: market-maker has no parameter "halfSpreadBps" (did you mean halfSpreadBp?)',
    ],
    [
      "parameter out of bounds",
      "    depthShare: 50%",
      "    depthShare: 50%\n    params: { interval: 10ms }",
      'a.yaml:29:25 populations.makers.params.interval: impossible value (expected at least 1s, found "10ms")',
    ],
    [
      "coverage that differs",
      "openInterest: 1000000",
      "openInterest: 1000000\n    depthCoverage: 30%",
      "a.yaml:11:20 coins.BTC.depthCoverage: open interest, depth and volume must be on the venue's coverage (expected 1, found 0.3). Scale the coin's figures to the venue's coverage first.",
    ],
    [
      "open interest that nobody holds",
      "perpShortShare: 1,",
      "perpShortShare: 0.5,",
      "a.yaml:20:1 populations: the populations' perpShortShare of BTC must add to 1, so that the open interest is held (expected 1, found 0.5)",
    ],
    [
      "tick and lot that are no whole quanta",
      "lot: 0.001",
      "lot: 0.00003",
      "a.yaml:15:11 coins.BTC.tick: one tick of one lot is not a whole number of quanta (expected tick x lot to be a multiple of 0.00001, found 0.1 x 0.00003)",
    ],
    [
      "unknown venue profile",
      "  insuranceFund: $1M",
      "  insuranceFund: $1M\n  profile: binancelike",
      'a.yaml:7:12 venue.profile: there is no such venue profile (expected one of binance-like, hyperliquid-like, dydx-like, bitmex-like, found "binancelike"; did you mean binance-like?)',
    ],
    [
      "NaN from an expression",
      "shockScale: 5%",
      "shockScale: =1/0*0",
      'a.yaml:19:15 driver.shockScale: the expression gives NaN, not a finite number (found "=1/0*0")',
    ],
    [
      "unknown symbol in an expression",
      "shockScale: 5%",
      "shockScale: =scale",
      'a.yaml:19:15 driver.shockScale: unknown symbol "scale" (found "=scale")',
    ],
    ["YAML that is none", "title: Small", "title: [Small", /a\.yaml:\d+:\d+: not valid YAML: /],
    [
      "a key twice",
      "title: Small",
      "title: Small\ntitle: Big",
      "a.yaml:2:1: not valid YAML: Map keys must be unique",
    ],
    ["a custom tag", "title: Small", "title: !!js/function x", /a\.yaml:1:8: not valid YAML: Unresolved tag/],
    ["a key without value", "driver:\n", "levels:\ndriver:\n", 'a.yaml:17:1 levels: "levels" has no value'],
    [
      "a typo inside a patch",
      "no-shocks: { driver:",
      "no-shocks: { drivr: 1, driver:",
      /a\.yaml:31:16 patches\.no-shocks\.drivr: unknown key "drivr" \(did you mean driver\?\)/,
    ],
  ])("%s", async (_name, from, to, message) => {
    const problems = await problemsOf(change(from, to));
    if (typeof message === "string") expect(problems).toEqual([message]);
    else expect(problems.join("\n")).toMatch(message);
  });

  it("in __proto__ does no harm", async () => {
    const problems = await problemsOf(`${SMALL}__proto__: { title: x }\n`);
    expect(problems).toEqual([
      'a.yaml:32:1 __proto__: unknown key "__proto__" (expected one of title, description, extends, agents, params, time, settlement, venue, venues, coins, driver, latency, agentCount, populations, levels, facts, startFigures, record, patches, ablations)',
    ]);
    expect(({} as { title?: string }).title).toBeUndefined();
  });

  it("in an alias that refers to itself is refused", async () => {
    const problems = await problemsOf(`${SMALL}params: &p { a: *p }\n`);
    expect(problems.join("\n")).toMatch(/a scenario may hold at most/);
  });
});

describe("a scenario with many flaws", () => {
  it("shows all of them, in the order of the file", async () => {
    const text = change("title: Small", "titel: Small")
      .replace("price: { value: $100", "price: { value: 30m")
      .replace("type: leveraged-trader", "type: leverage-trader")
      .replace("cash: $1M,", "cash: 1h, ");
    const problems = await problemsOf(text);
    expect(problems.map((problem) => problem.split(":").slice(0, 3).join(":"))).toEqual([
      "a.yaml:1:1 title",
      "a.yaml:1:1 titel",
      "a.yaml:9:21 coins.BTC.price.value",
      "a.yaml:22:11 populations.crowd.type",
      "a.yaml:29:24 populations.makers.endowment.cash",
    ]);
  });
});

describe("files that are not there", () => {
  it("a missing path", async () => {
    await expect(loadScenario("nowhere/b.yaml")).rejects.toThrowError(
      "nowhere/b.yaml: cannot read the scenario: there is no such file",
    );
  });

  it("a missing name", async () => {
    await expect(loadScenario("quikstart")).rejects.toThrowError(
      'there is no scenario named "quikstart" (expected 2026-02-deleveraging, calm-month, quickstart, or the path of a file ending in .yaml; did you mean quickstart?)',
    );
  });

  it("a base that is missing, outside the folder, or cyclic", async () => {
    expect(await problemsOf("extends: b.yaml\n")).toEqual([
      'a.yaml:1:10 extends: there is no such file (found "b.yaml")',
    ]);
    expect(await problemsOf("extends: ../b.yaml\n")).toEqual([
      'a.yaml:1:10 extends: a scenario may only extend a bundled scenario or a file in its own folder (found "../b.yaml")',
    ]);
    expect(
      await problemsOf(
        "extends: b.yaml\n",
        {},
        { "b.yaml": "extends: c.yaml\n", "c.yaml": "extends: a.yaml\n" },
      ),
    ).toEqual(["c.yaml:1:10 extends: extends goes round in a circle: a.yaml -> b.yaml -> c.yaml -> a.yaml"]);
  });

  it("an extends that is no name", async () => {
    expect(await problemsOf(`extends: 5\n${SMALL}`)).toEqual([
      "a.yaml:1:10 extends: wrong value (expected the name of a scenario or the path of a file, found 5)",
    ]);
  });

  it("an object that is no map", async () => {
    await expect(resolveScenario(["BTC"], "mine")).rejects.toThrow(
      "a scenario must be a map (expected keys such as title, coins, populations, found a list)",
    );
  });
});
