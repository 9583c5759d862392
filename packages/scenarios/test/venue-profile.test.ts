/** The bundled venue profiles: complete, sourced, tables as published and continuous; flaws refused with their place. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Problem, UserError } from "@undertow/core";
import {
  compileScenario,
  loadScenario,
  loadVenueProfile,
  parseVenueProfile,
  runRules,
  tiersAt,
  venueProfileNames,
  type MarginTable,
  type VenueProfile,
} from "@undertow/scenarios";
import { describe, expect, it } from "vitest";
import { folderWith, problemsOf, SMALL } from "./scenario-text.ts";

const HOUR = 3600e6;
const textOf = (name: string): string =>
  readFileSync(new URL(`../venues/${name}.yaml`, import.meta.url), "utf8");
const yaml = textOf("binance-like");

/** Problems of a profile in which every `from` is replaced. */
function problemsAfter(name: string, ...changes: readonly (readonly [from: string, to: string])[]): string[] {
  let text = textOf(name);
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`the profile has no ${from}`);
    text = text.replace(from, to);
  }
  try {
    parseVenueProfile(text, "test", "venues/test.yaml");
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as UserError).problems.map((problem: Problem) => {
      expect([problem.file, problem.line! > 0, problem.column! > 0]).toEqual([
        "venues/test.yaml",
        true,
        true,
      ]);
      const { path, message, expected, found, nearest } = problem;
      return [path, message, expected, found, nearest].filter((part) => part !== undefined).join(" | ");
    });
  }
}

const brackets = (table: MarginTable) => {
  if (table.kind !== "brackets") throw new Error(table.kind);
  return table.brackets;
};

describe("every profile", () => {
  it.each(venueProfileNames)("%s loads, and each value has a source with a date or a note", async (name) => {
    const { origins } = await loadVenueProfile(name);
    expect(Object.keys(origins).length).toBeGreaterThan(20);
    for (const [path, { source, asOf, note }] of Object.entries(origins)) {
      expect([path, source === undefined ? note?.startsWith("assumed: ") : asOf !== undefined]).toEqual([
        path,
        true,
      ]);
    }
  });

  it.each(venueProfileNames)("%s has tables for the five coins, and for others by its rule", async (name) => {
    const profile = await loadVenueProfile(name);
    const byRule = ["BTC", "ETH", "SOL", "XRP", "DOGE", "PEPE"].map((coin) => tiersAt(profile, coin).byRule);
    const named = name === "bitmex-like" ? 2 : 5;
    expect(byRule).toEqual(byRule.map((_, k) => k >= named));
    expect(tiersAt(profile, "PEPE").className).toBe(profile.tiers.others);
  });
});

describe("published rules (mechanics by venue)", () => {
  it("binance-like", async () => {
    const { fees, funding, mark, liquidation, backstop, deleveraging, collateral } =
      await loadVenueProfile("binance-like");
    expect(fees.perpetual).toEqual({ maker: 0.0002, taker: 0.0005 });
    expect(funding).toMatchObject({
      interval: 8 * HOUR,
      sample: 5e6,
      rate: { kind: "clamped-interest", interest: 0.0001, clamp: 0.0005 },
      cap: { kind: "maintenance-share", share: 0.75 },
    });
    expect(mark).toMatchObject({ kind: "median-of-three", basisSample: 5e6, basisSamples: 30 });
    expect(liquidation).toMatchObject({ cancels: "account", step: { kind: "bracket-step" } });
    expect(backstop).toEqual({ kind: "insurance-fund", takeoverCap: 1, unwind: HOUR });
    expect(deleveraging).toMatchObject({
      ranking: "profit-times-margin-ratio",
      settlement: "bankruptcy-price",
    });
    expect(collateral.haircuts).toMatchObject({ BTC: 0.05, SOL: 0.1, USDT: 0.0001, BUSD: 0 });
  });

  it("hyperliquid-like", async () => {
    const { fees, funding, mark, liquidation, backstop, deleveraging, impactNotional } =
      await loadVenueProfile("hyperliquid-like");
    expect(fees.perpetual).toEqual({ maker: 0.00015, taker: 0.00045 });
    expect(funding).toMatchObject({
      interval: HOUR,
      ratePeriod: 8 * HOUR,
      cap: { kind: "fixed", rate: 0.04 },
      paidOn: "oracle",
    });
    expect(mark).toMatchObject({
      kind: "median-with-venues",
      basisAverage: 150e6,
      venues: { binance: 3, mexc: 1 },
    });
    expect(liquidation).toMatchObject({
      step: { kind: "share-with-cooldown", above: 100_000, share: 0.2, cooldown: 30e6 },
      clearanceFee: { kind: "none" },
    });
    expect(backstop).toMatchObject({ kind: "vault", takeoverRatio: 2 / 3 });
    expect(deleveraging.settlement).toBe("previous-mark");
    expect(impactNotional).toEqual({
      kind: "by-coin",
      amounts: { others: 6000, coins: { BTC: 20_000, ETH: 20_000 } },
    });
  });

  it("dydx-like", async () => {
    const { fees, funding, mark, liquidation, backstop, deleveraging } = await loadVenueProfile("dydx-like");
    expect(fees.perpetual).toEqual({ maker: 0.0001, taker: 0.0005 });
    expect(funding.cap).toEqual({ kind: "margin-gap", multiple: 6, premiumMultiple: 60 });
    expect([mark.kind, backstop.kind, deleveraging.ranking]).toEqual(["oracle", "none", "seeded-random"]);
    expect(liquidation).toMatchObject({
      step: { portion: 0.1, minNotional: 1000, maxNotional: 100_000 },
      price: { kind: "fillable", bankruptcyAdjustment: 1, spreadToMaintenance: 1.5 },
      clearanceFee: { kind: "gain-over-bankruptcy", most: 0.015 },
    });
  });

  it("bitmex-like", async () => {
    const { contract, fees, funding, mark, liquidation, orders } = await loadVenueProfile("bitmex-like");
    expect(contract).toEqual({ kind: "inverse", settlement: "XBT", contractValue: 1 });
    expect(fees.perpetual).toEqual({ maker: -0.00025, taker: 0.00075 });
    expect(funding.cap).toEqual({ kind: "margin-gap", multiple: 0.75, changeOfMaintenance: 0.75 });
    expect([mark.kind, orders.selfTradePrevention]).toEqual(["funding-basis", "none"]);
    expect(liquidation).toMatchObject({
      cancels: "contract",
      price: { kind: "bankruptcy", timeInForce: "rest" },
      clearanceFee: { kind: "all-residual" },
    });
  });
});

describe("margin tables", () => {
  it("of binance-like are the published brackets", async () => {
    const profile = await loadVenueProfile("binance-like");
    const lengths = ["BTC", "ETH", "SOL", "XRP", "DOGE"].map(
      (coin) => brackets(tiersAt(profile, coin).table).length,
    );
    expect(lengths).toEqual([12, 12, 10, 10, 10]);
    expect(brackets(tiersAt(profile, "BTC").table)[4]).toEqual({
      floor: 12e6,
      maxLeverage: 25,
      maintenance: 0.02,
      amount: 131_450,
    });
    expect(brackets(tiersAt(profile, "DOGE").table).at(-1)).toEqual({
      floor: 40e6,
      maxLeverage: 1,
      maintenance: 0.5,
      amount: 13_351_670,
    });
  });

  it.each([
    ["2020-01-01", 5e6, 141_300, "the first table when nothing older is known"],
    ["2021-03-14", 5e6, 141_300, "a table holds from its own day"],
    ["2021-03-25T23:59Z", 5e6, 141_300, "until the next one"],
    ["2021-03-26", 10e6, 266_300, "public gist of 26 March 2021"],
    ["2024-10-23", 10e6, 266_300, "the latest that was read before"],
    ["2026-02-05T00:00:00Z", 12e6, 131_450, "leverageBracket of October 2024"],
  ])("of BTC on binance-like on %s", async (date, floor, amount) => {
    const profile = await loadVenueProfile("binance-like");
    expect(brackets(tiersAt(profile, "BTC", date).table)[4]).toMatchObject({ floor, amount });
  });

  it("of hyperliquid-like have rate 1 / (2 x leverage) and the published deductions", async () => {
    const profile = await loadVenueProfile("hyperliquid-like");
    const deductions = {
      BTC: 1_875_000,
      ETH: 1_333_333.33,
      SOL: 1_750_000,
      XRP: 1_000_000,
      DOGE: 1_000_000,
      OP: 150_000,
    };
    for (const [coin, deduction] of Object.entries(deductions)) {
      const [first, second] = brackets(tiersAt(profile, coin).table);
      expect([coin, first.amount]).toEqual([coin, 0]);
      expect(second.amount).toBeCloseTo(deduction, 2);
      expect(second.maintenance).toBe(1 / (2 * second.maxLeverage));
    }
    expect(brackets(tiersAt(profile, "BTC", "2024-11-01").table)).toEqual([
      { floor: 0, maxLeverage: 50, maintenance: 0.01, amount: 0 },
    ]);
  });

  it("of dydx-like are the genesis classes, of bitmex-like the dated steps", async () => {
    const dydx = await loadVenueProfile("dydx-like");
    expect(tiersAt(dydx, "ETH").table).toMatchObject({
      initial: 0.02,
      maintenanceFraction: 0.6,
      impactNotional: 10_000,
    });
    expect(tiersAt(dydx, "DOGE").table).toMatchObject({ initial: 0.1, lowerCap: 20e6, upperCap: 50e6 });
    const bitmex = await loadVenueProfile("bitmex-like");
    const at = (date: string) => tiersAt(bitmex, "BTC", date).table;
    expect(at("2020-03-12")).toMatchObject({ base: 200, step: 100, initial: 0.01, maintenance: 0.005 });
    expect(at("2020-05-01")).toMatchObject({ maintenance: 0.0045 });
    expect(at("2021-04-18")).toMatchObject({ step: 100, maintenance: 0.004 });
    expect(at("2022-11-08")).toMatchObject({ step: 150, maintenance: 0.005 });
  });

  it("refuses a date that is none", async () => {
    const profile = await loadVenueProfile("binance-like");
    expect(() => tiersAt(profile, "BTC", "March 2021")).toThrow(
      /date: invalid argument .*found "March 2021"/,
    );
  });
});

describe("a flawed profile is refused with file, line, column, path", () => {
  it.each([
    [
      "a maintenance amount",
      "amount: 11450 }",
      "amount: 11451 }",
      "tiers.classes.btc.tables.2.brackets.3.amount | tier table is inconsistent | 11450 for continuous margin | 11451",
    ],
    [
      "the order of brackets",
      "{ floor: 3000000, maxLeverage: 50x, maintenance: 1%, amount: 11450 }",
      "{ floor: 500000, maxLeverage: 50x, maintenance: 1%, amount: 11450 }",
      "tiers.classes.btc.tables.2.brackets.3.floor | tier table is inconsistent | more than 600000 | 500000",
    ],
    [
      "a rising leverage",
      "maxLeverage: 100x, maintenance: 0.5%, amount: 50",
      "maxLeverage: 130x, maintenance: 0.5%, amount: 50",
      "tiers.classes.btc.tables.0.brackets.1.maxLeverage | tier table is inconsistent | less than 125 | 130",
    ],
    [
      "maintenance above initial margin",
      "maintenance: 50%, amount: 100016300",
      "maintenance: 100%, amount: 250016300",
      "tiers.classes.btc.tables.1.brackets.9.maintenance | tier table is inconsistent | less than the initial rate 1 | 1",
    ],
    [
      "the largest position",
      "cap: 1800000000",
      "cap: 1200000000",
      "tiers.classes.btc.tables.2.cap | tier table is inconsistent | more than the last floor 1200000000 | 1200000000",
    ],
    [
      "the order of tables",
      "- date: 2021-03-26",
      "- date: 2021-03-14",
      "tiers.classes.btc.tables.1.date | dated entries must be sorted | a date after 2021-03-14 | 2021-03-14",
    ],
    [
      "a haircut",
      "BNB: 5%",
      "BNB: 105%",
      'collateral.haircuts.BNB | impossible value | between 0 and 1 | "105%"',
    ],
    [
      "a choice",
      "cancels: account",
      "cancels: acount",
      'liquidation.cancels | wrong value | account or contract or none | "acount" | account',
    ],
    [
      "an unknown kind",
      "kind: median-of-three",
      "kind: median",
      'mark.kind | wrong value | one of median-of-three, median-with-venues, oracle, funding-basis | "median"',
    ],
    [
      "an unknown key",
      "basisSample: 5s",
      "basisSample: 5s\n  basisSmples: 1",
      'mark.basisSmples | unknown key "basisSmples" | basisSamples',
    ],
    [
      "a class",
      "value: doge",
      "value: dog",
      'tiers.others | there is no class "dog" | one of btc, eth, sol, xrp, doge | doge',
    ],
    [
      "a date of a source",
      "asOf: 2024-12-10",
      "asOf: soon",
      'orders.selfTradePrevention.asOf | wrong value | a date such as 2026-01-06 | "soon"',
    ],
    [
      "a source without its date",
      "source: Binance FAQ, USD-M futures\n  asOf: 2026-11-22\n",
      "source: Binance FAQ, USD-M futures\n",
      'contract.source | "source" stands without "asOf" | source and asOf together, or a note alone if the value is assumed',
    ],
  ])("in %s", (_name, from, to, message) => {
    expect(problemsAfter("binance-like", [from, to])).toEqual([message]);
  });

  it("in values without a source, each one of them", () => {
    const problems = problemsAfter("binance-like", [
      '  note: "assumed: mark each second, risk looked at with each mark"\n',
      "",
    ]);
    expect(problems).toEqual(
      ["index", "mark", "riskCheck"].map(
        (key) =>
          `cadence.${key} | the value has no source | { value, source, asOf }, or { value, note } if it is assumed`,
      ),
    );
  });

  it("in tables that do not fit the maintenance rule, in open-interest caps, in fractions", () => {
    expect(problemsAfter("dydx-like", ["kind: fraction-of-initial", "kind: brackets"])[0]).toBe(
      'tiers.classes.large-cap.tables.0.kind | the table does not fit margin.maintenance "brackets" | brackets | open-interest-scaled',
    );
    expect(problemsAfter("dydx-like", ["upperCap: $100000000", "upperCap: $10000000"])).toEqual([
      "tiers.classes.mid-cap.tables.0.upperCap | tier table is inconsistent | more than the lower cap 40000000 | 10000000",
    ]);
    expect(problemsAfter("bitmex-like", ["maintenance: 0.45%", "maintenance: 1%"])).toEqual([
      "tiers.classes.btc.tables.1.maintenance | tier table is inconsistent | less than the initial rate 0.01 | 0.01",
    ]);
  });

  it("all at once, in the order of the file", () => {
    const problems = problemsAfter(
      "binance-like",
      ["BTC: 5%", "BTC: 5 apples"],
      ["kind: clamped-interest", "kind: clamped"],
      ["taker: 0.05%", "tkaer: 0.05%"],
    );
    expect(problems.map((problem) => problem.split(" | ")[0])).toEqual([
      "collateral.haircuts.BTC",
      "funding.rate.kind",
      "fees.perpetual.taker",
      "fees.perpetual.tkaer",
    ]);
  });

  it("refuses an unknown name with the nearest", async () => {
    await expect(loadVenueProfile("hyperlikwid-like")).rejects.toThrow(/did you mean hyperliquid-like/);
    await expect(loadVenueProfile("__proto__")).rejects.toThrow(
      /there is no venue profile named "__proto__"/,
    );
  });
});

describe("a run", () => {
  it("follows binance-like with the tables and fees of its first day", async () => {
    const profile = await loadVenueProfile("binance-like");
    const at = (start: string) => {
      const result = runRules(profile, { coins: ["BTC", "PEPE"], start });
      if (!result.ok) throw new Error("refused");
      return result;
    };
    const { rules, coinsByRule } = at("2026-02-05T00:00:00Z");
    expect(rules).toMatchObject({
      name: "binance-like",
      priceBand: 0.05,
      impactNotional: { BTC: 25_000 },
      funding: {
        intervalSeconds: 28_800,
        sampleSeconds: 5,
        rate: { kind: "clamped-interest", interest: 0.0001, clamp: 0.0005 },
        cap: { kind: "maintenance-share", share: 0.75 },
      },
      mark: { kind: "median-of-three", sampleSeconds: 5, samples: 30 },
      liquidation: { clearanceFee: { kind: "notional-share", rate: 0.0125 } },
      backstop: { kind: "fund", capRatio: 1, unwindSeconds: 3600 },
    });
    expect(rules.tiers["PEPE"]).toEqual(brackets(tiersAt(profile, "DOGE").table));
    expect(coinsByRule.map(({ coin }) => coin)).toEqual(["PEPE"]);
    expect(at("2021-03-20T00:00Z").rules.tiers["BTC"]).toHaveLength(9);
    expect(at("2021-03-20T00:00Z").rules.liquidation.clearanceFee).toMatchObject({ rate: 0.005 });
  });

  it("follows hyperliquid-like and dydx-like with their own forms", async () => {
    const rulesOf = async (name: string) => {
      const scenario = { coins: ["BTC", "SOL"], start: "2026-02-05T00:00Z" };
      const result = runRules(await loadVenueProfile(name), scenario);
      if (!result.ok) throw new Error("refused");
      return { ...result.rules, notes: result.notes.map(({ path }) => path) };
    };
    const hyperliquid = await rulesOf("hyperliquid-like");
    expect(hyperliquid).toMatchObject({
      impactNotional: { BTC: 20_000, SOL: 6000 },
      mark: { kind: "oracle-median", basisTauSeconds: 150, bookTauSeconds: 30 },
      funding: { intervalSeconds: 3600, periodSeconds: 28_800, cap: { kind: "fixed", perPayment: 0.04 } },
      liquidation: { partial: { kind: "share", share: 0.2, aboveNotional: 100_000 }, takerFee: true },
      backstop: { kind: "vault", unwindSeconds: 3600 },
      adl: { ranking: "price-ratio-leverage", settlement: "previous-mark" },
      notes: ["mark.venues"],
    });
    expect(hyperliquid.tiers["BTC"].map((tier) => tier.maxLeverage)).toEqual([40, 20]);
    const dydx = await rulesOf("dydx-like");
    expect(dydx).toMatchObject({
      impactNotional: { BTC: 10_000, SOL: 5000 },
      mark: { kind: "oracle" },
      funding: {
        averaging: "mean",
        cap: { kind: "margin-gap", factor: 6, premiumFactor: 60 },
        paidOn: "index",
      },
      liquidation: {
        order: "fillable-distance",
        cancel: "none",
        partial: { kind: "portion", maxPortion: 0.1, minNotional: 1000, maxNotionalPerBlock: 100_000 },
        price: { kind: "fillable", bankruptcyAdjustment: 1, spreadToMaintenanceRatio: 1.5 },
        clearanceFee: { kind: "capped-improvement", maxRate: 0.015 },
      },
      backstop: { kind: "none" },
      adl: { ranking: "random-start" },
      tiers: { SOL: [{ floor: 0, maxLeverage: 10, maintenance: 0.05, amount: 0 }] },
    });
    expect(dydx.notes).toContain("margin.initial.SOL");
    expect(dydx.notes).not.toContain("margin.initial.BTC");
  });

  it("refuses each form that it does not follow, by itself", async () => {
    const own = await loadVenueProfile("binance-like");
    const [dydx, bitmex] = [await loadVenueProfile("dydx-like"), await loadVenueProfile("bitmex-like")];
    const { margin, funding, liquidation, deleveraging } = own;
    const rest = { kind: "bankruptcy", timeInForce: "rest" } as const;
    const others: readonly (readonly [path: string, change: Partial<VenueProfile>])[] = [
      ["contract.kind", { contract: bitmex.contract }],
      ["margin.initial.kind", { margin: { ...margin, initial: bitmex.margin.initial } }],
      ["margin.maintenance.kind", { margin: { ...margin, maintenance: dydx.margin.maintenance } }],
      [
        "funding.cap.changeOfMaintenance",
        { funding: { ...funding, cap: { kind: "margin-gap", multiple: 0.75, changeOfMaintenance: 0.75 } } },
      ],
      ["index.kind", { index: bitmex.index }],
      ["impactNotional.kind", { impactNotional: dydx.impactNotional }],
      ["liquidation.step.kind", { liquidation: { ...liquidation, step: bitmex.liquidation.step } }],
      ["liquidation.price.timeInForce", { liquidation: { ...liquidation, price: rest } }],
      [
        "backstop.kind",
        { backstop: bitmex.backstop, deleveraging: { ...deleveraging, trigger: "negative-equity" } },
      ],
      ["deleveraging.trigger", { deleveraging: { ...deleveraging, trigger: "fund-exhausted" } }],
    ];
    for (const [path, change] of others) {
      const result = runRules({ ...own, ...change }, { coins: ["BTC"], start: "2026-02-05T00:00:00Z" });
      expect([path, result.ok ? [] : result.unsupported.map((rule) => rule.path)]).toEqual([path, [path]]);
    }
  });

  it("cannot follow an inverse venue, and says why", async () => {
    const text = SMALL.replace("  insuranceFund: $1M", "  insuranceFund: $1M\n  profile: bitmex-like");
    const problems = await problemsOf(text);
    expect(problems).toContain(
      "a.yaml:7:12 venue.profile: a run cannot follow contract.kind of bitmex-like (expected linear, found inverse)",
    );
  });

  it("refuses a setting of a backstop that the profile does not have", async () => {
    const compiled = async (...set: string[]) =>
      compileScenario(await loadScenario("quickstart", { set }), { seed: "a" });
    await expect(compiled("venue.profile=dydx-like", "venue.liquidation.takeoverCap=50%")).rejects.toThrow(
      /venue.liquidation.takeoverCap: dydx-like has no such setting \(expected an insurance fund, found backstop none/,
    );
  });

  it("refuses a fund, or a fund times its cap, that is no exact amount", async () => {
    const compiled = async (...set: string[]) =>
      compileScenario(await loadScenario("quickstart", { set }), { seed: "a" });
    await expect(compiled("venue.insuranceFund=$1e15")).rejects.toThrow(
      /venue\.insuranceFund: the insurance fund is not an amount .*expected a whole number from 0 to 9007199254740991 quanta, found/,
    );
    const fund = "venue.insuranceFund=$1e9";
    const { venues } = await compiled(fund);
    const ratio = 9_007_199_254_740_991 / venues[0].insuranceFundQuanta;
    await compiled(fund, `venue.liquidation.takeoverCap=${Math.floor(ratio)}`);
    await expect(compiled(fund, `venue.liquidation.takeoverCap=${Math.ceil(ratio)}`)).rejects.toThrow(
      new RegExp(
        `venue\\.liquidation\\.takeoverCap: .*expected a ratio of at most .*, found ${Math.ceil(ratio)}`,
      ),
    );
  });

  it("lists a coin that takes another's table as assumed", async () => {
    const { assumedNotes, profile } = await loadScenario(
      join(folderWith({ "a.yaml": SMALL.replace("  BTC:\n", "  PEPE:\n") }), "a.yaml"),
    );
    expect(assumedNotes["venue.profile.tiers.PEPE"]).toContain("that of the class doge");
    expect(Object.keys(profile!.tiers)).toEqual(["PEPE"]);
  });

  it("compiles the same brackets and fees as before the profile had all rules", async () => {
    const {
      venues: [venue],
      markets,
    } = compileScenario(await loadScenario("quickstart"), { seed: "a" });
    expect(venue).toMatchObject({
      funding: {
        intervalSeconds: 28_800,
        sampleSeconds: 5,
        rate: { interest: 0.0001, clamp: 0.0005 },
        cap: { share: 0.75 },
      },
      mark: { sampleSeconds: 5, samples: 30 },
    });
    const perpetual = markets.find(({ name }) => name === "DOGE-PERP")!;
    expect(perpetual.tiers).toHaveLength(10);
    expect(perpetual.priceBandPpm).toBe(50_000);
    expect(perpetual.tiers.at(-1)).toMatchObject({ maintenancePpm: 500_000, capQuanta: Infinity });
  });

  it("reads the file it was tested with", () => {
    expect(parseVenueProfile(yaml, "binance-like", "venues/binance-like.yaml").contract.settlement).toBe(
      "USDT",
    );
  });
});
