/**
 * Rules that no venue could have are refused when the exchange is opened, not in its first liquidation.
 *
 * One row per figure: the path that the error names, what it expects and what was found. The rows start from rules that
 * open, so that each error is the row's own.
 */
import { Exchange, UserError, type VenueRules } from "@undertow/core";
import { describe, expect, test } from "vitest";
import { CURRENCIES, fundVenue, linearMarket } from "./support/exchange-rules.ts";

/** The problem that opening finds; undefined when it opens. */
function problem(rules: object): { path?: string; expected?: string; found?: string } | undefined {
  try {
    const whole = { ...fundVenue, ...rules } as VenueRules;
    const exchange = new Exchange({ rules: whole, currencies: CURRENCIES, markets: [linearMarket] });
    expect(exchange.seconds).toBe(0);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error.code).toBe("invalid-argument");
    return error.problems[0];
  }
  return undefined;
}

type Row = readonly [field: string, bad: unknown, expected: RegExp];

/** Every row of a rule, put into a good one at its field. */
function refuses(good: object, where: string, wrap: (rule: object) => object, rows: readonly Row[]): void {
  test(`a good ${where} opens`, () => {
    expect(problem(wrap(good))).toBeUndefined();
  });
  test.each(rows)(`${where}.%s = %s`, (field, bad, expected) => {
    const found = problem(wrap({ ...good, [field]: bad }));
    expect(found?.path).toBe(`rules.${where}.${field}`);
    expect(found?.expected).toMatch(expected);
    expect(found?.found).toBe(typeof bad === "string" ? JSON.stringify(bad) : String(bad));
  });
}

const liquidation = (change: object): object => ({ liquidation: { ...fundVenue.liquidation, ...change } });
const funding = (change: object): object => ({ funding: { ...fundVenue.funding, ...change } });
const share = /above 0, at most 1/;
const least0 = /at least 0/;
const above0 = /above 0/;
const unit = /from 0 to 1/;

describe("accounts, collateral, fees and bands", () => {
  test.each([
    ["rules.modes", [], /at least one/, '"none"'],
    ["rules.modes[1]", ["cross", "portfolio"], /isolated, cross, hedge/, '"portfolio"'],
  ])("%s of %j", (path, modes, expected, found) => {
    const told = problem({ modes });
    expect(told).toMatchObject({ path, found });
    expect(told?.expected).toMatch(expected);
  });
  refuses({ ...fundVenue.initialMargin }, "initialMargin", (initialMargin) => ({ initialMargin }), [
    ["leverage", "free", /chosen, rule/],
    ["openLoss", "yes", /true or false/],
  ]);
  const withdrawal = (rule: object): object => ({
    initialMargin: { ...fundVenue.initialMargin, withdrawal: rule },
  });
  refuses({ kind: "equity", keptShare: 0.1 }, "initialMargin.withdrawal", withdrawal, [
    ["kind", "all", /wallet, equity/],
    ["keptShare", 1.1, unit],
  ]);
  const asset = { currency: "COIN", ratio: 0.9, source: "index" };
  const pool = { kind: "multi-asset", settlement: "USDT", assets: [asset], autoExchangeThreshold: 50 };
  refuses(pool, "collateral", (collateral) => ({ collateral }), [
    ["kind", "any", /per-currency, multi-asset/],
    ["settlement", "EUR", /USDT/],
    ["autoExchangeThreshold", -1, least0],
  ]);
  refuses(asset, "collateral.assets[0]", (rule) => ({ collateral: { ...pool, assets: [rule] } }), [
    ["currency", "EUR", /COIN/],
    ["currency", "USDT", /beside settlement/],
    ["ratio", 1.1, unit],
    ["source", "guess", /index, localBook, redemptionRatio/],
    ["minimumPrice", -1, least0],
    ["autoExchangeRatio", 0, above0],
    ["autoExchangeRatio", 1.1, unit],
  ]);
  refuses(
    { ...asset, source: "redemptionRatio", redemptionRatio: 1.1 },
    "collateral.assets[0]",
    (rule) => ({ collateral: { ...pool, assets: [rule] } }),
    [["redemptionRatio", 0, above0]],
  );
  refuses({ maker: 0.0002, taker: 0.0005 }, "fees", (fees) => ({ fees }), [
    ["maker", 0.02, /from -0.01 to 0.01/],
    ["maker", -0.001, /rebate of at most the taker fee/],
    ["taker", -0.001, /from 0 to 0.01/],
  ]);
  refuses({ market: 0.05, limitUp: 2, limitDown: 0.5 }, "bands", (bands) => ({ bands }), [
    ["market", 1.1, unit],
    ["limitUp", 101, /from 0 to 100/],
    ["limitDown", -0.1, unit],
  ]);

  test("self-trade prevention of a mode that there is not", () => {
    expect(problem({ selfTradePrevention: "allow" })).toMatchObject({
      path: "rules.selfTradePrevention",
      expected: "one of expire-maker, expire-taker, expire-both",
      found: '"allow"',
    });
  });
});

describe("partial rules", () => {
  const partial = (rule: object): object => liquidation({ partial: rule });
  const where = "liquidation.partial";
  refuses({ kind: "all" }, where, partial, [["kind", "half", /all, tier-step, two-tiers/]]);
  refuses({ kind: "tier-step", order: "immediate" }, where, partial, [
    ["order", "slowly", /immediate, fill-or-kill/],
  ]);
  refuses({ kind: "share", share: 0.2, aboveNotional: 100_000, cooldownSeconds: 30 }, where, partial, [
    ["share", 0, share],
    ["share", 1.01, share],
    ["share", NaN, share],
    ["aboveNotional", -1, least0],
    ["cooldownSeconds", Infinity, least0],
  ]);
  const portion = {
    kind: "portion",
    maxPortion: 0.1,
    minNotional: 1_000,
    maxNotionalPerBlock: 100_000,
    maxFundLossPerBlock: 1_000_000,
  };
  refuses(portion, where, partial, [
    ["maxPortion", 0, share],
    ["maxPortion", 2, share],
    ["minNotional", -1, least0],
    ["maxNotionalPerBlock", 0, above0],
    ["maxFundLossPerBlock", -1, least0],
    ["maxFundLossPerBlock", NaN, least0],
  ]);
  refuses({ kind: "shortage", liquidationFeeRate: 0.01, fundFeeRate: 0 }, where, partial, [
    ["liquidationFeeRate", 1.5, unit],
    ["fundFeeRate", -0.1, unit],
  ]);
});

describe("prices, fees and maintenance", () => {
  const price = (rule: object): object => liquidation({ price: rule });
  refuses(
    { kind: "fillable", bankruptcyAdjustment: 1, spreadToMaintenanceRatio: 1.5 },
    "liquidation.price",
    price,
    [
      ["kind", "best", /bankruptcy, fillable, market, past-last/],
      ["bankruptcyAdjustment", 0, above0],
      ["spreadToMaintenanceRatio", -1, least0],
    ],
  );
  refuses({ kind: "market", slippageCap: 0.1 }, "liquidation.price", price, [["slippageCap", 1.1, unit]]);
  refuses({ kind: "past-last", offset: 0.001, repriceSeconds: 60 }, "liquidation.price", price, [
    ["offset", -0.1, unit],
    ["repriceSeconds", 0, above0],
  ]);
  const fee = (rule: object): object => liquidation({ clearanceFee: rule });
  refuses({ kind: "notional-share", rate: 0.01 }, "liquidation.clearanceFee", fee, [
    ["rate", 2, unit],
    ["kind", "tithe", /notional-share/],
  ]);
  refuses({ kind: "capped-improvement", maxRate: 0.015 }, "liquidation.clearanceFee", fee, [
    ["maxRate", -1, unit],
  ]);
  refuses(
    { valuedAt: "entry", closingFee: true, trigger: "reached" },
    "liquidation.maintenance",
    (maintenance) => liquidation({ maintenance }),
    [
      ["valuedAt", "noon", /mark, entry/],
      ["closingFee", "no", /true or false/],
      ["trigger", "above", /below, reached/],
    ],
  );
  refuses({ ...fundVenue.liquidation }, "liquidation", (rule) => ({ liquidation: rule }), [
    ["order", "by-name", /equity-ratio/],
    ["cancel", "some", /all, market, none/],
    ["pick", "first", /largest-maintenance/],
    ["remainder", "never", /at-once/],
    ["takerFee", "yes", /true or false/],
    ["ordersPerRound", 0, above0],
    ["ordersPerRound", 1.5, /whole number/],
    ["ordersPerRound", Infinity, above0],
  ]);
});

describe("backstop and deleveraging", () => {
  const backstop = (rule: object): object => ({ backstop: rule });
  refuses({ kind: "fund", capRatio: 1, unwindSeconds: 60 }, "backstop", backstop, [
    ["kind", "bank", /fund-drawdown/],
    ["capRatio", 0, above0],
    ["unwindSeconds", -1, least0],
  ]);
  refuses({ kind: "vault", equityRatio: 0.5, unwindSeconds: 60 }, "backstop", backstop, [
    ["equityRatio", 0, above0],
  ]);
  refuses({ kind: "fund-drawdown", share: 0.3, unwindSeconds: 0 }, "backstop", backstop, [
    ["share", 0, share],
    ["share", 1.3, share],
  ]);
  refuses({ ...fundVenue.adl }, "adl", (adl) => ({ adl }), [
    ["ranking", "age", /random-start/],
    ["settlement", "last", /previous-mark/],
    ["cancelOrders", 1, /true or false/],
  ]);
});

describe("index, mark and funding", () => {
  refuses({ kind: "weighted-mean", maxDeviation: 0.03 }, "index", (index) => ({ index }), [
    ["kind", "mode", /weighted-mean/],
    ["maxDeviation", 1, /below 1/],
    ["staleAfterSeconds", -1, least0],
    ["fallbackShare", 0, above0],
    ["fallbackShare", 1.5, unit],
  ]);
  refuses(
    { kind: "banded-basis", updateSeconds: 1, basisTauSeconds: 30, band: 0.005 },
    "mark",
    (mark) => ({ mark }),
    [
      ["band", 1, /below 1/],
      ["band", -0.1, /from 0/],
      ["basisTauSeconds", 0, above0],
      ["updateSeconds", 1e-9, /a microsecond/],
    ],
  );
  for (const kind of ["median-of-three", "mean-basis"]) {
    const samples = { kind, updateSeconds: 1, sampleSeconds: 1, samples: 30 };
    refuses(samples, "mark", (mark) => ({ mark }), [
      ["kind", "last", /banded-basis/],
      ["sampleSeconds", 0, /a microsecond/],
      ["samples", 0, above0],
      ["samples", 1.5, /whole number/],
    ]);
  }
  const averages = { kind: "oracle-median", updateSeconds: 1, basisTauSeconds: 150, bookTauSeconds: 30 };
  refuses(averages, "mark", (mark) => ({ mark }), [
    ["basisTauSeconds", 0, above0],
    ["bookTauSeconds", NaN, above0],
  ]);
  refuses({ ...fundVenue.funding }, "funding", funding, [
    ["intervalSeconds", 0, /a microsecond/],
    ["periodSeconds", 0, above0],
    ["averaging", "mode", /vote-median/],
    ["premium", "last", /impact, middle, mark/],
    ["publishedDecimals", 1.5, /whole number/],
    ["publishedDecimals", 13, /from 0 to 12/],
    ["sampleSeconds", 0, /a microsecond/],
    ["paidOn", "entry", /mark, index/],
  ]);
  refuses({ kind: "clamped-interest", interest: 0, clamp: 0 }, "funding.rate", (rate) => funding({ rate }), [
    ["kind", "fixed", /clamped-interest/],
    ["interest", 0.02, /from -0.01 to 0.01/],
    ["clamp", -1, least0],
  ]);
  refuses({ kind: "fixed", perPayment: 0.0075 }, "funding.cap", (cap) => funding({ cap }), [
    ["kind", "none", /maintenance-share/],
    ["perPayment", -1, least0],
  ]);
  refuses({ kind: "maintenance-share", share: 0.75 }, "funding.cap", (cap) => funding({ cap }), [
    ["share", 0, above0],
  ]);
  refuses(
    { kind: "margin-gap", factor: 6, premiumFactor: 60, changeShare: 0.75, limitToMaintenance: true },
    "funding.cap",
    (cap) => funding({ cap }),
    [
      ["factor", 0, above0],
      ["premiumFactor", -1, above0],
      ["changeShare", -1, least0],
      ["limitToMaintenance", "yes", /true or false/],
    ],
  );
  const votes = { everySeconds: 1, least: 15 };
  const hour = { intervalSeconds: 3_600, sampleSeconds: 60, averaging: "vote-median" };
  refuses(votes, "funding.votes", (rule) => funding({ ...hour, votes: rule }), [
    ["everySeconds", 0, /a microsecond/],
    ["everySeconds", 3_601, /1000000 votes an interval/],
    ["everySeconds", 0.001, /1000000 votes an interval/],
    ["least", 0.5, /whole number/],
    ["least", -1, /from 0/],
  ]);

  test("a vote without its rule, and samples that do not fill the interval", () => {
    expect(problem(funding(hour))).toMatchObject({ path: "rules.funding.votes", found: '"none"' });
    expect(problem(funding({ ...hour, votes, sampleSeconds: 7 }))).toMatchObject({
      path: "rules.funding.sampleSeconds",
      expected: "a whole part of the interval of 3600",
      found: "7",
    });
    // On the clock of microseconds a third of a second is 333,333, of which an hour is no multiple.
    expect(problem(funding({ ...hour, votes, sampleSeconds: 1 / 3 }))).toMatchObject({
      path: "rules.funding.sampleSeconds",
      expected: "a whole part of the interval of 3600",
    });
    expect(problem(funding({ ...hour, votes, sampleSeconds: 7_200 }))).toMatchObject({
      path: "rules.funding.sampleSeconds",
    });
  });
});
