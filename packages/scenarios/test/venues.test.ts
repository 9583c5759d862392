/** Several venues in a scenario: both forms of the section, every flaw with its place, what is compiled, a short run. */
import { join } from "node:path";
import { type SimulationInputs, simulate } from "@undertow/core";
import { compileScenario, loadScenario, resolveScenario, venuesOf } from "@undertow/scenarios";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { folderWith, problemsOf, SMALL, TWO } from "./scenario-text.ts";

const load = (
  text: string,
  options = {},
  others: Readonly<Record<string, string>> = {},
): ReturnType<typeof loadScenario> =>
  loadScenario(join(folderWith({ "a.yaml": text, ...others }), "a.yaml"), options);
const compiled = async (text = TWO, set: string[] = []): Promise<SimulationInputs> =>
  compileScenario(await load(text, { set }), { seed: "a" });
const change = (from: string, to: string): string => {
  expect(TWO).toContain(from);
  return TWO.replace(from, to);
};

describe("venues of a scenario", () => {
  it("are one list for both forms", async () => {
    const [one] = venuesOf(await load(SMALL));
    expect(one).toMatchObject({ name: "binance-like", key: undefined, path: ["venue"], coins: ["BTC"] });
    expect(one.settings).toMatchObject({ coverage: 1, insuranceFund: 1e6 });
    expect(one.indexRules).toEqual({
      kind: "weighted-mean",
      maxDeviation: 0.01,
      staleAfterSeconds: 10,
      fallbackShare: 0.5,
    });
    const [main, dex] = venuesOf(await load(TWO));
    expect(main).toMatchObject({ name: "main", path: ["venues", "main"], coins: ["BTC", "SOL"] });
    expect(main.rules.name).toBe("binance-like");
    expect(main.indexRules).toMatchObject({ kind: "weighted-mean", maxDeviation: 0.03 });
    expect(dex).toMatchObject({ name: "dex", coins: ["BTC"], indexRules: { kind: "weighted-median" } });
    expect(dex.rules).toMatchObject({ name: "hyperliquid-like", backstop: { kind: "vault" } });
    expect(Object.keys(dex.rules.tiers)).toEqual(["BTC"]);
  });

  it("have defaults, which are assumed", async () => {
    const { venues, sources, assumed, assumedNotes } = await load(TWO);
    expect(venues!["main"]).toMatchObject({
      profile: "binance-like",
      transfers: { withdrawal: 600e6, deposit: 600e6, fee: 0 },
    });
    expect(venues!["dex"].transfers).toEqual({ withdrawal: 600e6, deposit: 300e6, fee: 1 });
    expect(sources).toEqual({ "venues.main.coverage": { source: "A paper" } });
    expect(assumed.filter((path) => path.startsWith("venue"))).toEqual([
      "venues.main.insuranceFund",
      "venues.main.makerFee",
      "venues.main.index.weights",
      "venues.main.transfers.withdrawal",
      "venues.main.transfers.deposit",
      "venues.main.transfers.fee",
      "venues.dex.coverage",
      "venues.dex.insuranceFund",
      "venues.dex.makerFee",
      "venues.dex.index.weights.main",
      "venues.dex.index.weights.dex",
      "venues.dex.transfers.withdrawal",
      "venues.dex.transfers.deposit",
      "venues.dex.transfers.fee",
      "venues.main.profile.index.cap",
      "venues.dex.profile.mark.venues",
      "venues.dex.profile.index.sources",
    ]);
    expect(assumedNotes["venues.main.profile.index.cap"]).toBe("one cap for all coins, the widest: 3 %");
  });

  it("make the index in the form of their profile", async () => {
    const { venues, assumedNotes } = await load(TWO, { set: ["venues.dex.profile=dydx-like"] });
    expect(venues!["dex"].indexRules).toEqual({ kind: "weighted-median" });
    expect(assumedNotes["venues.dex.profile.index"]).toMatch(/^all validators see the same prices/);
    expect(
      (await load(TWO, { set: ["venues.main.coins=[BTC]", "coins.SOL=null", "populations.crowd-sol=null"] }))
        .venues!["main"].indexRules.maxDeviation,
    ).toBe(0.01);
  });

  it("must cover what the coins' figures cover, within rounding", async () => {
    const set = [
      "patches.calm=null",
      "venues.main.coverage=20%",
      "coins.BTC.openInterestCoverage=30%",
      "coins.SOL.depthCoverage=20%",
    ];
    expect(0.1 + 0.2).not.toBe(0.3);
    expect(await problemsOf(TWO, { set })).toEqual([]);
  });

  it("can be one by name, or named in an object", async () => {
    const alone = SMALL.replace("venue:\n  insuranceFund", "venues:\n  main:\n    insuranceFund");
    const { venues, markets } = await compiled(alone);
    expect(venues.map(({ name }) => name)).toEqual(["main"]);
    expect(markets.map(({ name }) => name)).toEqual(["BTC-SPOT", "BTC-PERP"]);
    expect(await resolveScenario(parse(TWO) as object, "a")).toEqual(await load(TWO));
  });

  it("follow --set, patches and extends", async () => {
    const set = [
      "venues.dex.coverage=30%",
      "venues.dex.index.weights.main=2",
      "venues.main.liquidation.enabled=false",
    ];
    const { venues } = await load(TWO, { set });
    expect(venues!["dex"]).toMatchObject({ coverage: 0.3, index: { weights: { main: 2, dex: 0.3 } } });
    expect(venues!["main"].liquidation.enabled).toBe(false);
    expect((await load(TWO, { patch: ["calm"] })).venues!["dex"].coverage).toBe(0.2);
    const all =
      "calm: { venue: { coverage: 30%, liquidation: { enabled: false } }, venues: { dex: { coverage: 20%";
    const each = (await load(TWO.replace("calm: { venues: { dex: { coverage: 20%", all), { patch: ["calm"] }))
      .venues!;
    expect([each["main"].coverage, each["dex"].coverage]).toEqual([0.3, 0.2]);
    expect(Object.values(each).map(({ liquidation }) => liquidation.enabled)).toEqual([false, false]);
    const other = "extends: two.yaml\ntitle: Other\nvenues: { dex: { profile: dydx-like, events: null } }\n";
    const extended = await load(other, {}, { "two.yaml": TWO });
    expect(extended.venues!["dex"]).toMatchObject({ profile: "dydx-like", coins: ["BTC"] });
    const split = "extends: small.yaml\nvenue: null\nvenues: { main: { insuranceFund: $1M } }\n";
    const named = await load(split, {}, { "small.yaml": SMALL });
    expect(named.venue).toBeUndefined();
    expect(Object.keys(named.venues!)).toEqual(["main"]);
  });

  it("all follow --set of venue, and each an assignment of its own after it", async () => {
    const set = [
      "venue.liquidation.enabled=false",
      "venue.insuranceFund=$3M",
      "venues.dex.insuranceFund=$2M",
    ];
    const each = Object.values((await load(TWO, { set })).venues!);
    expect(each.map(({ liquidation }) => liquidation.enabled)).toEqual([false, false]);
    expect(each.map(({ insuranceFund }) => insuranceFund)).toEqual([3e6, 2e6]);
    const removed = Object.values(
      (await load(TWO, { set: ["venue.makerFee=null", "venue.events=null"] })).venues!,
    );
    expect(removed.map(({ events }) => events)).toEqual([undefined, undefined]);
    expect(await problemsOf(TWO, { set: ["venue.liquidaton.enabled=false"] })).toEqual([
      '--set venue.liquidaton.enabled=false venues.main.liquidaton: unknown path "venues.main.liquidaton" (did you mean liquidation?)',
    ]);
  });

  it("make the hash, their order and index rules included", async () => {
    const base = (await load(TWO)).hash;
    expect((await load(TWO.replace("title: Two venues", "title: Other"))).hash).toBe(base);
    expect((await load(TWO, { set: ["venues.dex.transfers.fee=$2"] })).hash).not.toBe(base);
    const object = parse(TWO) as {
      venues: Record<string, object>;
      populations: Record<string, { venue?: string }>;
    };
    for (const population of Object.values(object.populations))
      if (!("venues" in population)) population.venue ??= "main";
    const same = (await resolveScenario(object, "a")).hash;
    const turned = { ...object, venues: { dex: object.venues["dex"], main: object.venues["main"] } };
    expect((await resolveScenario(turned, "a")).hash).not.toBe(same);
  });
});

describe("a flaw of the venues", () => {
  it("is none in the scenario of these tests", async () => {
    expect(await problemsOf(TWO)).toEqual([]);
  });

  it.each([
    [
      "both forms",
      "driver:\n",
      "venue: { insuranceFund: $1M }\ndriver:\n",
      'a.yaml:6:1 venues: a scenario has either "venue" or "venues" (expected one of the two). Remove one; `venue: null` removes that of the scenario that is extended.',
    ],
    [
      "an unknown key",
      "    coins: [BTC]\n",
      "    coins: [BTC]\n    coin: [BTC]\n",
      'a.yaml:15:5 venues.dex.coin: unknown key "coin" (did you mean coins?)',
    ],
    [
      "a name in capitals",
      "  dex:\n",
      "  Dex:\n",
      'a.yaml:10:3 venues.Dex: "Dex" cannot be a name here (expected lower-case words joined by hyphens)',
    ],
    [
      "a profile that there is not",
      "hyperliquid-like",
      "hyperliquidlike",
      'a.yaml:11:14 venues.dex.profile: there is no such venue profile (expected one of binance-like, hyperliquid-like, dydx-like, bitmex-like, found "hyperliquidlike"; did you mean hyperliquid-like?)',
    ],
    [
      "a coin that there is not",
      "coins: [BTC]\n    index",
      "coins: [BTC, SLO]\n    index",
      'a.yaml:14:18 venues.dex.coins.1: the scenario has no coin "SLO" (expected one of BTC, SOL; did you mean SOL?)',
    ],
    [
      "a coin twice",
      "coins: [BTC]\n    index",
      "coins: [BTC, BTC]\n    index",
      "a.yaml:14:18 venues.dex.coins.1: BTC is listed twice",
    ],
    [
      "a weight of a venue that there is not",
      "weights: { main: 0.7,",
      "weights: { mian: 0.7, main: 0.7,",
      'a.yaml:15:25 venues.dex.index.weights.mian: the scenario has no venue "mian" (expected one of main, dex; did you mean main?)',
    ],
    [
      "a weight of nothing",
      "main: 0.7,",
      "main: 0,",
      "a.yaml:15:31 venues.dex.index.weights.main: impossible value (expected more than 0, found 0)",
    ],
    [
      "a coin without a source",
      "    insuranceFund: $10M\n",
      "    insuranceFund: $10M\n    index: { weights: { dex: 1 } }\n",
      "a.yaml:10:14 venues.main.index.weights: no venue with a weight lists SOL, so main has no index of it (expected a weight of a venue that lists it)",
    ],
    [
      "coverage beyond the market",
      "coverage: 10%",
      "coverage: 70%",
      "a.yaml:6:1 venues: the venues that list BTC cover more than the whole market (expected a sum of coverages of at most 1, found 1.1)",
    ],
    [
      "figures on another coverage",
      "openInterest: 1000001",
      "openInterest: 1000001\n    openInterestCoverage: 40%",
      "a.yaml:23:27 coins.BTC.openInterestCoverage: open interest, depth and volume must be on the coverage of all venues that list it (expected 0.5, found 0.4). Scale the coin's figures to the coverage of all venues that list it first.",
    ],
    [
      "a delay without a unit",
      "deposit: 5m",
      "deposit: 5",
      "a.yaml:16:36 venues.dex.transfers.deposit: wrong value (expected a duration with its unit such as 200ms, 5s, 30m, 2h or 90d, found 5)",
    ],
    [
      "an event of a coin that is not listed",
      "    events:\n",
      "    events:\n      - { kind: halt, from: 2026-01-01T01:00Z, to: 2026-01-01T01:30Z, title: T, coins: [SOL] }\n",
      "a.yaml:18:89 venues.dex.events.0.coins.0: dex does not list SOL (expected one of BTC)",
    ],
    [
      "events that overlap",
      "    events:\n",
      "    events:\n      - { kind: transfer-halt, from: 2026-01-01T01:00Z, to: 2026-01-01T01:30Z, title: T }\n",
      "a.yaml:19:38 venues.dex.events.1.from: the event overlaps venues.dex.events.0, which is of the same kind",
    ],
    [
      "an event outside the run",
      "from: 2026-01-01T01:00Z",
      "from: 2025-12-31T01:00Z",
      "a.yaml:18:38 venues.dex.events.0.from: the event is outside the run (expected a moment from 2026-01-01T00:00:00Z to 2026-01-01T02:00:00Z, found 2025-12-31T01:00:00Z)",
    ],
    [
      "a population's venue that there is not",
      "venue: dex\n",
      "venue: dx\n",
      'a.yaml:55:12 populations.crowd-dex.venue: the scenario has no venue "dx" (expected one of main, dex; did you mean dex?)',
    ],
    [
      "a population's venue twice",
      "venues: [dex, main]",
      "venues: [dex, dex]",
      "a.yaml:65:19 populations.makers-dex.venues.1: dex is named twice",
    ],
    [
      "a population with both keys",
      "venues: [dex, main]",
      "venues: [dex, main]\n    venue: dex",
      'a.yaml:65:5 populations.makers-dex.venues: a population has either "venue" or "venues" (expected one of the two)',
    ],
    [
      "a coin that the home venue does not list",
      "venues: [dex, main]",
      "venues: [dex, main]\n    coins: [BTC, SOL]",
      "a.yaml:66:18 populations.makers-dex.coins.1: dex does not list SOL (expected one of BTC)",
    ],
    [
      "a share of a venue's open interest",
      "venue: dex\n",
      "venues: [main, dex]\n    coins: [SOL]\n",
      /the perpShortShare of BTC of the populations at home on dex must add to 1, so that the open interest is held \(expected 1, found 0\)/,
    ],
    [
      "a typo in a patch",
      "calm: { venues: { dex: { coverage",
      "calm: { venues: { dex: { coverge",
      'a.yaml:68:28 patches.calm.venues.dex.coverge: unknown key "coverge" (did you mean coverage?)',
    ],
  ])("in %s", async (_name, from, to, message) => {
    const problems = await problemsOf(change(from, to));
    if (typeof message === "string") expect(problems).toEqual([message]);
    else expect(problems.join("\n")).toMatch(message);
  });

  it("in a section that is not there, is empty, or a coin that is listed nowhere", async () => {
    expect(await problemsOf(SMALL.replace("venue:\n  insuranceFund: $1M\n", ""))).toContain(
      'a.yaml:1:1 venue: "venue" is missing (expected a map, or "venues" with several by name)',
    );
    expect(await problemsOf(SMALL.replace("venue:\n  insuranceFund: $1M\n", "venues: {}\n"))).toContain(
      "a.yaml:5:1 venues: a scenario needs at least one venue",
    );
    const lonely = change("    insuranceFund: $10M\n", "    insuranceFund: $10M\n    coins: [BTC]\n");
    expect(await problemsOf(lonely)).toEqual([
      "a.yaml:30:3 coins.SOL: no venue lists SOL",
      "a.yaml:51:13 populations.crowd-sol.coins.0: main does not list SOL (expected one of BTC)",
    ]);
  });

  it("in the scenario of one venue: names, transfer halts", async () => {
    expect(await problemsOf(SMALL.replace("    count: 50\n", "    count: 50\n    venue: main\n"))).toEqual([
      'a.yaml:24:12 populations.crowd.venue: the scenario has one venue, without a name (expected a scenario with "venues", found "main")',
    ]);
    const halt =
      "  events: [{ kind: transfer-halt, from: 2026-01-01T01:00Z, to: 2026-01-01T02:00Z, title: T }]\n";
    expect(await problemsOf(SMALL.replace("coins:\n", `${halt}coins:\n`))).toEqual([
      'a.yaml:7:20 venue.events.0.kind: wrong value (expected one of halt, outage, oracle-lag, fee-change, found "transfer-halt")',
    ]);
  });

  it.each([
    [
      "venues.dx.coverage=5%",
      '--set venues.dx.coverage=5% venues.dx: unknown path "venues.dx" (did you mean dex?)',
    ],
    [
      "venues.dex.coverge=5%",
      '--set venues.dex.coverge=5% venues.dex.coverge: unknown path "venues.dex.coverge" (did you mean coverage?)',
    ],
    [
      "venues.dex.index.weights.mian=1",
      '--set venues.dex.index.weights.mian=1 venues.dex.index.weights.mian: the scenario has no venue "mian" (expected one of main, dex; did you mean main?)',
    ],
  ])("in --set %s", async (assignment, message) => {
    expect(await problemsOf(TWO, { set: [assignment] })).toEqual([message]);
  });
});

describe("compiled venues", () => {
  it("have their markets by venue, then coin, spot before perpetual", async () => {
    const { markets } = await compiled();
    expect(markets.map(({ name, venue, coin, kind }) => [name, venue, coin, kind])).toEqual([
      ["BTC-SPOT@main", 0, 0, "spot"],
      ["BTC-PERP@main", 0, 0, "perpetual"],
      ["SOL-SPOT@main", 0, 1, "spot"],
      ["SOL-PERP@main", 0, 1, "perpetual"],
      ["BTC-SPOT@dex", 1, 0, "spot"],
      ["BTC-PERP@dex", 1, 0, "perpetual"],
    ]);
    expect(markets.map(({ priceBandPpm }) => priceBandPpm)).toEqual([
      50_000, 50_000, 50_000, 50_000, 100_000, 100_000,
    ]);
    expect([markets[1].makerFeePpm, markets[5].makerFeePpm]).toEqual([200, 150]);
    expect([markets[1].tiers.length, markets[5].tiers.length]).toEqual([12, 2]);
    expect([markets[1].impactNotionalQuanta, markets[5].impactNotionalQuanta]).toEqual([25_000e5, 20_000e5]);
    const cheap = (await compiled(TWO, ["venues.dex.makerFee=0.005%"])).markets;
    expect([1, 4, 5].map((m) => cheap[m].makerFeePpm)).toEqual([200, 50, 50]);
    // 1,024 to spare, 12 orders for each of a crowd, 48 for each maker that has an account there.
    expect([1, 3, 5].map((m) => markets[m].orderCapacity - 1024)).toEqual([
      50 * 12 + 6 * 48,
      50 * 12 + 2 * 48,
      20 * 12 + 4 * 48,
    ]);
    expect(markets[5]).toMatchObject({ tickSize: 0.1, lotSize: 0.001, startTicks: 1000 });
  });

  it("have indices of all spot markets, by weight or by coverage", async () => {
    const [main, dex] = (await compiled()).venues;
    expect(main.index).toMatchObject({ rules: { kind: "weighted-mean" } });
    expect(main.index.sources).toEqual([
      { market: 0, weight: 0.4 },
      { market: 4, weight: 0.1 },
      { market: 2, weight: 0.4 },
    ]);
    expect(dex.index).toEqual({
      rules: { kind: "weighted-median" },
      sources: [
        { market: 0, weight: 0.7 },
        { market: 4, weight: 0.3 },
      ],
    });
    expect((await compiled(SMALL)).venues[0].index.sources).toEqual([{ market: 0, weight: 1 }]);
    const own = (await compiled(TWO, ["venues.dex.index.weights={dex: 5}"])).venues[1].index.sources;
    expect(own).toEqual([{ market: 4, weight: 5 }]);
  });

  it("have their own funds, transfers and events on their own markets", async () => {
    const from = Date.UTC(2026, 0, 1, 1) * 1000;
    const halt = "      - { kind: halt, from: 2026-01-01T01:00Z, to: 2026-01-01T01:30Z, title: T }\n";
    const fees = "      - { kind: fee-change, from: 2026-01-01T01:00Z, taker: 0.1%, title: T }\n";
    const { venues } = await compiled(change("    events:\n", `    events:\n${halt}${fees}`));
    expect(
      venues.map(({ name, coverage, insuranceFundQuanta }) => [name, coverage, insuranceFundQuanta]),
    ).toEqual([
      ["main", 0.4, 10e6 * 1e5],
      ["dex", 0.1, 1e6 * 1e5],
    ]);
    expect(venues.map(({ transfers }) => transfers)).toEqual([
      { withdrawalMicros: 600e6, depositMicros: 600e6, feeQuanta: 0 },
      { withdrawalMicros: 600e6, depositMicros: 300e6, feeQuanta: 1e5 },
    ]);
    expect(venues[0].events).toEqual([]);
    expect(venues[1].events).toEqual([
      { kind: "halt", fromMicros: from, toMicros: from + 1800e6, markets: [4, 5], cancels: true },
      { kind: "fee-change", fromMicros: from, toMicros: Infinity, markets: [5], takerFeePpm: 1000 },
      { kind: "transfer-halt", fromMicros: from, toMicros: from + 1800e6 },
    ]);
    expect((await compiled(SMALL)).venues[0].transfers).toBeUndefined();
  });

  it("say which setting their backstop does not have", async () => {
    await expect(compiled(TWO, ["venues.dex.liquidation.takeoverCap=50%"])).rejects.toThrow(
      /venues\.dex\.liquidation\.takeoverCap: hyperliquid-like has no such setting/,
    );
  });

  it("put populations on their venues, with all coins of the home venue", async () => {
    const { populations } = await compiled();
    expect(populations.map(({ name, venues, coins }) => [name, [...venues], [...coins]])).toEqual([
      ["crowd", [0], [0]],
      ["crowd-sol", [0], [1]],
      ["crowd-dex", [1], [0]],
      ["makers", [0], [0, 1]],
      ["makers-dex", [1, 0], [0]],
    ]);
    const { positions } = populations[4].endowment;
    expect(new Set(positions.market)).toEqual(new Set([4]));
  });

  it("deal open interest by coverage, to the lot", async () => {
    const { populations, markets } = await compiled();
    const long = new Float64Array(markets.length);
    const short = new Float64Array(markets.length);
    for (const { endowment } of populations) {
      const { market, lots } = endowment.positions;
      lots.forEach((held, row) => ((held > 0 ? long : short)[market[row]] += Math.abs(held)));
    }
    for (const m of [1, 3, 5]) expect(long[m]).toBe(short[m]);
    expect(long[1] + long[5]).toBe(1_000_001_000);
    expect(long[5]).toBe(200_000_200);
    expect(long[3]).toBe(50_000_000);
  });

  it("deal depth by coverage to the makers at home", async () => {
    const { populations } = await load(TWO);
    const depth = (name: string, param: string): unknown => populations[name].params[param];
    const money = (value: number): unknown => ({ kind: "constant", value: Math.round(value * 1e5) });
    expect(depth("makers", "perpDepth0")).toEqual(money((2e6 * 0.8 * 0.5) / 2));
    expect(depth("makers", "perpDepth1")).toEqual(money((800e3 * 0.5) / 2));
    expect(depth("makers-dex", "perpDepth0")).toEqual(money((2e6 * 0.2) / 4));
    expect(depth("makers-dex", "spotDepth0")).toEqual(money((1e6 * 0.2) / 4));
    expect(depth("makers-dex", "perpDepth1")).toEqual({ kind: "constant", value: 0 });
  });

  it("split cash over the accounts, the odd quantum at home", async () => {
    const { cashQuanta } = (await compiled()).populations[4].endowment;
    expect([...cashQuanta]).toEqual([...Array(4).fill(150_000_000_001), ...Array(4).fill(150_000_000_000)]);
  });

  it("bound the largest account by the cash of all its venues", async () => {
    const set = ["populations.makers-dex.endowment.cash=$12B"];
    await expect(compiled(TWO, set)).rejects.toThrow(/could leave the range in which money is exact/);
    const { populations } = await compiled(TWO, ["populations.makers-dex.endowment.cash=$6B"]);
    expect([...populations[4].endowment.cashQuanta]).toEqual(Array(8).fill(300_000_000_000_000));
  });
});

describe("a run of two venues", () => {
  it("conserves money, trades on both and repeats", { timeout: 120_000 }, async () => {
    const inputs = await compiled();
    const run = await simulate(inputs);
    expect(run.totals.auditResidual).toBe(0);
    expect(run.totals.fills).toBeGreaterThan(0);
    expect(run.venues.map(({ name }) => name)).toEqual(["main", "dex"]);
    expect(run.venueTotals.every(({ fees }) => fees > 0)).toBe(true);
    expect((await simulate(await compiled())).stateHash).toBe(run.stateHash);
  });
});
