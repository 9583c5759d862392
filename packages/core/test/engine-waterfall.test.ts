/** Liquidation, backstop and deleveraging of the step loop under every form, in a cascade on one coin. */
import { describe, expect, it } from "vitest";
import { type RunData, type VenueSpec, simulate } from "@undertow/core";
import { buildWorld, rankCounterparties, step } from "@undertow/core/testing";
import {
  PERP,
  START_TICKS,
  cascadeMarket,
  fundVenue,
  holder,
  population,
  smallMarket,
  type SmallMarketOptions,
} from "./support/small-market.ts";

type Venue = VenueSpec;
const { liquidation, backstop, adl } = fundVenue;
const market = { kind: "market", slippageCap: 0.1 } as const;
const none: Venue["backstop"] = { kind: "none", unwindSeconds: 0 };
const vault: Venue["backstop"] = { kind: "vault", equityRatio: 2 / 3, unwindSeconds: 600 };
/** Cash that every long has beside its position. */
const WALLET = 1e6;

async function cascade(sold: number, venue: Partial<Venue>, options: Partial<SmallMarketOptions> = {}) {
  const run = await simulate(cascadeMarket(sold, { minutes: 12, venue, ...options }));
  expect(run.totals.auditResidual).toBe(0);
  expect(run.liquidations.rows).toBeGreaterThan(5);
  return run;
}

/** A cascade with the mark of every second. */
async function eachSecond(sold: number, venue: Partial<Venue>) {
  const run = await simulate({ ...cascadeMarket(sold, { minutes: 12, venue }), sampleMicros: 1e6 });
  const { series, liquidations } = run;
  const markAt = new Map(
    Array.from({ length: series.rows }, (_, k) => [series.timeMicros[k], series.mark[k]]),
  );
  return { run, markAt, liquidations };
}

const sum = (column: ArrayLike<number>): number =>
  Array.from(column).reduce((total, value) => total + value, 0);

/** Lots that each row closed, in whatever way, by agent of the longs. */
function lotsByAgent({ liquidations, populations }: RunData): number[][] {
  const longs = populations.findIndex(({ name }) => name === "longs");
  const lots: number[][] = [];
  for (let row = 0; row < liquidations.rows; row++) {
    if (liquidations.population[row] !== longs) continue;
    const { bookSize, fundSize, adlSize, agent } = liquidations;
    (lots[agent[row]] ??= []).push(Math.round((bookSize[row] + fundSize[row] + adlSize[row]) / 0.001));
  }
  return lots.filter((rows) => rows !== undefined);
}

/** End equity of longs that were liquidated. */
function ends(run: RunData): number[] {
  const longs = run.populations.findIndex(({ name }) => name === "longs");
  return Array.from(run.agents.endEquity).filter(
    (_, row) => run.agents.population[row] === longs && run.agents.liquidations[row] > 0,
  );
}

describe("how much a forced order closes", () => {
  const partial = (rule: Venue["liquidation"]["partial"]): Partial<Venue> => ({
    liquidation: { ...liquidation, partial: rule },
  });
  // A position of 100 lots is worth $100 at the start and a few dollars less when it is liquidated.
  const share = { kind: "share", share: 0.2, aboveNotional: 60, cooldownSeconds: 30 } as const;

  it("is all of it", async () => {
    for (const [first] of lotsByAgent(await cascade(2500, partial({ kind: "all" })))) expect(first).toBe(100);
  });

  it("is a share above a notional, then the rest within the cooldown", async () => {
    const agents = lotsByAgent(await cascade(2500, partial(share)));
    for (const [first] of agents) expect(first).toBe(20);
    expect(agents.some(([, second]) => second === 80)).toBe(true);
    const small = await cascade(2500, partial({ ...share, aboveNotional: 101 }));
    for (const [first] of lotsByAgent(small)) expect(first).toBe(100);
  });

  it("takes the notional of one trader, not of all that an account stands for", async () => {
    const inputs = cascadeMarket(2500, { minutes: 6, venue: partial(share) });
    const weighted = inputs.populations.map((spec) => ({ ...spec, weight: spec.weight.map(() => 4) }));
    const run = await simulate({ ...inputs, populations: weighted });
    for (const [first] of lotsByAgent(run)) expect(first).toBe(100);
  });

  it("is a portion per block, at least the minimum and at most the cap", async () => {
    const portion = { kind: "portion", maxPortion: 0.1, minNotional: 1, maxNotionalPerBlock: 1000 } as const;
    const first = async (rule: Venue["liquidation"]["partial"]) =>
      new Set(lotsByAgent(await cascade(2500, partial(rule))).map(([lots]) => lots));
    expect(await first(portion)).toEqual(new Set([10]));
    expect(await first({ ...portion, maxNotionalPerBlock: 5 })).toEqual(new Set([5]));
    expect(Math.min(...(await first({ ...portion, minNotional: 40 })))).toBeGreaterThan(39);
  });
});

describe("the price of a forced order", () => {
  const fills = ({ liquidations }: RunData) =>
    Array.from(liquidations.fillPrice, (price, row) => price - liquidations.bankruptcyPrice[row]).filter(
      (distance) => !Number.isNaN(distance),
    );

  it("never passes the bankruptcy price where that is the limit", async () => {
    expect(Math.min(...fills(await cascade(4000, {})))).toBeGreaterThanOrEqual(-1e-9);
  });

  it("passes it at market, at the cost of the fund and never of the wallet", async () => {
    const venue = { liquidation: { ...liquidation, price: market, clearanceFee: { kind: "none" } as const } };
    const run = await cascade(4000, venue);
    const distances = fills(run);
    expect(Math.min(...distances)).toBeLessThan(-0.01);
    expect(Math.min(...run.liquidations.fundDelta)).toBeLessThan(0);
    expect(run.totals.fundEnd).toBeLessThan(run.totals.fundStart);
    for (const equity of ends(run)) expect(equity).toBeGreaterThanOrEqual(WALLET);
    expect(run.totals.insolvent).toBe(0);
  });

  it("leaves an insolvent position and its debt where the fund is empty", async () => {
    const venue = { liquidation: { ...liquidation, price: market, clearanceFee: { kind: "none" } as const } };
    const run = await cascade(4000, venue, { fund: 0 });
    expect(run.totals.insolvent).toBeGreaterThan(0);
    expect(run.totals.badDebt).toBeGreaterThan(0);
  });

  it("at a fillable price starts at the oracle and is cut to what the fund can pay", async () => {
    const price = { kind: "fillable", bankruptcyAdjustment: 1, spreadToMaintenanceRatio: 1.5 } as const;
    const rules = {
      ...liquidation,
      price,
      clearanceFee: { kind: "capped-improvement", maxRate: 0.015 } as const,
    };
    const venue = { liquidation: rules, backstop: none };
    const run = await cascade(4000, venue);
    expect(Math.min(...fills(run))).toBeLessThan(0);
    const poor = await cascade(4000, venue, { fund: 0 });
    expect(poor.totals.fundLow).toBeGreaterThanOrEqual(0);
    for (const end of ends(poor)) expect(end).toBeGreaterThanOrEqual(WALLET - 100 * 100 * 10);
  });
});

describe("the clearance fee", () => {
  const withFee = (clearanceFee: Venue["liquidation"]["clearanceFee"], takerFee = false) =>
    cascade(2500, { liquidation: { ...liquidation, clearanceFee, takerFee } });

  it("is all that is left of the position's margin", async () => {
    const run = await withFee({ kind: "all-residual" });
    const whole = ends(run).filter((equity) => equity === WALLET);
    expect(whole.length).toBeGreaterThan(5);
  });

  it("is the gain over the bankruptcy price up to a share of the notional", async () => {
    const run = await withFee({ kind: "capped-improvement", maxRate: 0.001 });
    const { fundDelta, notional, fundSize } = run.liquidations;
    for (let row = 0; row < run.liquidations.rows; row++) {
      if (fundSize[row] === 0) expect(fundDelta[row]).toBeLessThanOrEqual(0.001 * notional[row]);
    }
    expect(sum(fundDelta)).toBeGreaterThan(0);
  });

  it("is none beside the taker's", async () => {
    const [free, taker] = [await withFee({ kind: "none" }), await withFee({ kind: "none" }, true)];
    expect(taker.totals.fees).toBeGreaterThan(free.totals.fees);
    const booked = Array.from(free.liquidations.fundDelta).filter(
      (_, k) => free.liquidations.fundSize[k] === 0,
    );
    expect(booked.every((delta) => delta === 0)).toBe(true);
  });
});

describe("the backstop", () => {
  it("of a vault takes positions with the margin that is left and sells them again", async () => {
    const thin = {
      ...liquidation,
      partial: { kind: "portion", maxPortion: 0.1, minNotional: 0, maxNotionalPerBlock: 1 } as const,
    };
    const run = await cascade(4000, { backstop: vault, liquidation: thin });
    expect(sum(run.liquidations.fundSize)).toBeGreaterThan(0);
    const taken = Array.from(run.liquidations.fundDelta).filter((_, k) => run.liquidations.fundSize[k] > 0);
    for (const delta of taken) expect(delta).toBeGreaterThanOrEqual(0);
    for (const equity of ends(run)) expect(equity).toBeGreaterThanOrEqual(WALLET);
  });

  it("of a vault that has nothing left is deleveraged itself", async () => {
    const run = await cascade(6000, { backstop: { ...vault, unwindSeconds: 0 } }, { fund: 0 });
    expect(run.totals.adlNotional).toBeGreaterThan(0);
    expect(run.totals.fundEnd).toBeGreaterThanOrEqual(0);
  });

  it("of a fund holds no more than its cap", async () => {
    const run = await cascade(
      4000,
      { backstop: { ...backstop, kind: "fund", capRatio: 0.001 } },
      { fund: 1e8 },
    );
    expect(sum(run.liquidations.adlSize)).toBeGreaterThan(0);
  });

  it("of a fund is refused where its cap is no exact amount, and runs where it grows beyond", () => {
    const inputs = (fund: number, capRatio: number) => ({
      ...cascadeMarket(4000, { fund, venue: { backstop: { kind: "fund", capRatio, unwindSeconds: 0 } } }),
      auditEverySteps: 1_000_000,
    });
    for (const [fund, capRatio, path] of [
      [1e12, 9008, "venues.0.backstop.capRatio"],
      [1e16, 1, "venues.0.insuranceFundQuanta"],
    ] as const) {
      expect(() => buildWorld(inputs(fund, capRatio))).toThrowError(
        expect.objectContaining({
          code: "money-bound",
          problems: [
            expect.objectContaining({ path, expected: expect.any(String), found: expect.any(String) }),
          ],
        }),
      );
    }
    const world = buildWorld(inputs(1e12, 9007));
    const { fundAccount } = world.venues[0];
    world.accounts.cash[fundAccount] *= 4;
    for (let k = 0; k < 300; k++) step(world);
    expect(world.slots.lots[world.ledger.findSlot(fundAccount, PERP)]).toBeGreaterThan(0);
    expect(world.venues[0].totals.adlNotional).toBe(0);
  });

  it("of nobody deleverages only those whose equity is below zero", async () => {
    const run = await cascade(4000, { backstop: none });
    expect(sum(run.liquidations.fundSize)).toBe(0);
    const { markAt, liquidations } = await eachSecond(4000, { backstop: none });
    let deleveraged = 0;
    for (let row = 0; row < liquidations.rows; row++) {
      if (liquidations.adlSize[row] === 0) continue;
      deleveraged++;
      expect(liquidations.bankruptcyPrice[row]).toBeGreaterThan(markAt.get(liquidations.timeMicros[row])!);
    }
    expect(deleveraged).toBeGreaterThan(3);
  });
});

describe("deleveraging", () => {
  // Shorts of 10 lots at a mark of 10,000: [entry, margin].
  const shorts = [
    [10_500, 100_000],
    [12_000, 20_000],
    [9_900, 30_000],
    [10_100, 10_000],
  ] as const;
  const queue = (ranking: Venue["adl"]["ranking"], options: { seed?: string; ticks?: number } = {}) => {
    const positions = shorts.map(([entryTicks, margin], agent) => ({
      agent,
      market: PERP,
      lots: -10,
      entryTicks,
      margin,
    }));
    const world = buildWorld(
      smallMarket({
        populations: [population("shorts", holder, 4, {}, 1e6, positions)],
        venue: { adl: { ...adl, ranking } },
        ...(options.seed === undefined ? {} : { seed: options.seed }),
      }),
    );
    const ticks = options.ticks ?? START_TICKS;
    return rankCounterparties(world, world.markets[PERP], 1, ticks, 0).map(({ account }) => account);
  };

  it.each<[Venue["adl"]["ranking"], number[]]>([
    ["pnl-leverage", [1, 3, 0, 2]],
    ["pnl-margin-ratio", [3, 1, 0, 2]],
    ["price-ratio-leverage", [3, 2, 0, 1]],
  ])("ranks by %s", (ranking, order) => {
    expect(queue(ranking)).toEqual(order);
    // At 10,300 the two with an equity of 20,000 would owe 10,000.
    const solvent = order.filter((account) => account === 0 || account === 1);
    expect(queue(ranking, { ticks: 10_300 })).toEqual(solvent);
  });

  it("starts anywhere in one cyclic order without a ranking, the same for the same seed", () => {
    const orders = Array.from({ length: 24 }, (_, k) => queue("random-start", { seed: `s${k}` }));
    const cycle = (order: number[]): string => {
      const at = order.indexOf(0);
      return [...order.slice(at), ...order.slice(0, at)].join();
    };
    expect(new Set(orders.map(cycle)).size).toBe(1);
    expect(new Set(orders.map(([first]) => first)).size).toBe(4);
    expect(queue("random-start", { seed: "s3" })).toEqual(orders[3]);
  });

  it("settles at the bankruptcy price or at the previous mark, and never from the wallet", async () => {
    const rules: Partial<Venue> = { backstop: none, adl: { ...adl, settlement: "previous-mark" } };
    const [atMark, atBankruptcy] = [
      await eachSecond(6000, rules),
      await eachSecond(6000, { backstop: none }),
    ];
    for (const { run, markAt, liquidations } of [atMark, atBankruptcy]) {
      let seen = 0;
      for (let row = 0; row < liquidations.rows; row++) {
        if (liquidations.adlSize[row] === 0 || liquidations.bookSize[row] > 0) continue;
        seen++;
        const price = liquidations.notional[row] / (liquidations.adlSize[row] * 1e6);
        const before = markAt.get(liquidations.timeMicros[row] - 1e6)!;
        expect(price).toBeCloseTo(run === atMark.run ? before : liquidations.bankruptcyPrice[row], 6);
      }
      expect(seen).toBeGreaterThan(3);
    }
    for (const equity of ends(atMark.run)) expect(equity).toBeGreaterThanOrEqual(WALLET);
  });
});
