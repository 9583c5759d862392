/** Mark and funding of the step loop under every form, on one coin. */
import { describe, expect, it } from "vitest";
import {
  defineAgent,
  PremiumAverage,
  type RunData,
  type VenueSpec,
  UserError,
  oracleMedianMark,
  simulate,
} from "@undertow/core";
import { buildWorld } from "@undertow/core/testing";
import { PERP, cascadeMarket, crowd, fundVenue, seller, smallMarket } from "./support/small-market.ts";

type Venue = VenueSpec;
const TICK = 0.01;

/** Sells the perpetual alone, so that it leaves the spot market behind. */
const perpetualSeller = defineAgent({
  ...seller,
  decide({ due, orders, params, memory }) {
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      if (memory.sold[agent] === 0) orders.market(agent, PERP, -1, params.lots[agent], 6);
      memory.sold[agent] = 1;
    }
  },
});

/** A sale without forced orders, sampled every second, so that the book at a sample is the one the mark saw. */
function sale(mark: Venue["mark"], funding: Venue["funding"] = fundVenue.funding): Promise<RunData> {
  const inputs = cascadeMarket(2500, {
    minutes: 6,
    venue: { mark, funding },
    liquidation: { enabled: false },
  });
  return simulate({
    ...inputs,
    sampleMicros: 1e6,
    populations: inputs.populations.filter(({ name }) => name !== "arbitrageurs"),
    agentTypes: { ...inputs.agentTypes, seller: perpetualSeller },
  });
}

function rows({ series }: RunData) {
  return Array.from({ length: series.rows }, (_, k) => ({
    mark: series.mark[k],
    index: series.index[k],
    perp: series.perp[k],
    half: (series.perp[k] * series.spreadBp[k]) / 20_000,
    funding: series.funding[k],
    micros: series.timeMicros[k],
  }));
}

describe("the mark", () => {
  it("of an oracle is the index to a tick, whatever the perpetual trades at", async () => {
    const seen = rows(await sale({ kind: "oracle", updateSeconds: 0 }));
    for (const { mark, index } of seen) expect(Math.abs(mark - index)).toBeLessThanOrEqual(TICK * 0.51);
    expect(Math.max(...seen.map(({ mark, perp }) => Math.abs(mark - perp)))).toBeGreaterThan(5 * TICK);
  });

  it("of a median of three leaves the index with the perpetual", async () => {
    const seen = rows(await sale(fundVenue.mark));
    expect(Math.max(...seen.map(({ mark, index }) => Math.abs(mark - index)))).toBeGreaterThan(TICK);
  });

  it("of a funding basis is the index plus the part of the rate that is still to run", async () => {
    const seen = rows(
      await sale(
        { kind: "funding-basis", updateSeconds: 0 },
        {
          ...fundVenue.funding,
          cap: { kind: "fixed", perPayment: 0.01 },
          rate: { kind: "premium-plus-interest", interest: 0.008 },
        },
      ),
    );
    const interval = 8 * 3600e6;
    for (const { mark, index, funding, micros } of seen.slice(10)) {
      const left = (interval - (micros % interval)) / interval;
      expect(Math.abs(mark - index * (1 + funding * left))).toBeLessThanOrEqual(TICK * 0.51);
    }
    expect(Math.abs(seen.at(-1)!.mark - seen.at(-1)!.index)).toBeGreaterThan(0.5);
  });

  it("of a mean basis is the index plus the mean of the samples", async () => {
    const seen = rows(await sale({ kind: "mean-basis", updateSeconds: 0, sampleSeconds: 1, samples: 5 }));
    for (let k = 10; k < seen.length; k++) {
      const basis = seen.slice(k - 4, k + 1).reduce((sum, row) => sum + row.perp - row.index, 0) / 5;
      expect(Math.abs(seen[k].mark - seen[k].index - basis)).toBeLessThanOrEqual(TICK * 0.8);
    }
  });

  it("of an oracle median follows the book slowly, with the simulated spot as the only other venue", async () => {
    const seen = rows(
      await sale({ kind: "oracle-median", updateSeconds: 0, basisTauSeconds: 150, bookTauSeconds: 30 }),
    );
    let [numerator, denominator] = [0, 0];
    const decay = Math.exp(-1 / 150);
    let farthest = 0;
    for (const { mark, index, perp, half } of seen) {
      if (Number.isNaN(half)) continue;
      numerator = numerator * decay + (perp - index);
      denominator = denominator * decay + 1;
      const basisEma = numerator / denominator;
      // The book's price is the median of bid, ask and last trade: between bid and ask.
      const at = (book: number) => oracleMedianMark({ oracle: index, basisEma, book, external: index });
      expect(mark).toBeGreaterThanOrEqual(at(perp - half) - 1.1 * TICK);
      expect(mark).toBeLessThanOrEqual(at(perp + half) + 1.1 * TICK);
      farthest = Math.max(farthest, Math.abs(mark - index));
    }
    expect(farthest).toBeGreaterThan(TICK);
  });

  it("stands still between the ticks of its own clock", async () => {
    const movesOf = async (updateSeconds: number): Promise<number[]> => {
      const seen = rows(await sale({ ...fundVenue.mark, updateSeconds }));
      return seen.filter(({ mark }, k) => k > 0 && mark !== seen[k - 1].mark).map(({ micros }) => micros);
    };
    const moves = await movesOf(7);
    expect(moves.length).toBeGreaterThan(3);
    for (const micros of moves) expect(micros % 7e6).toBeLessThan(1e6);
    expect((await movesOf(0)).some((micros) => micros % 7e6 >= 1e6)).toBe(true);
  });
});

describe("funding", () => {
  const hourly: Venue["funding"] = { ...fundVenue.funding, intervalSeconds: 3600, averaging: "mean" };
  // Ten longs of 10^7 quanta each pay for two hours on a book without a premium.
  const paid = async (funding: Venue["funding"], minutes = 121): Promise<number> => {
    const run = await simulate(
      smallMarket({ populations: crowd(10), minutes, stepSeconds: 5, venue: { funding } }),
    );
    expect(run.totals.auditResidual).toBe(0);
    return run.totals.fundingPaid / 1e8;
  };

  it("pays an eighth of an eight-hour rate every hour", async () => {
    expect(await paid(hourly)).toBeCloseTo(2 * 0.0000125, 12);
    expect(await paid(fundVenue.funding)).toBe(0);
  });

  it.each<[string, Partial<Venue["funding"]>, number]>([
    ["interest without a clamp", { rate: { kind: "premium-plus-interest", interest: 0.0008 } }, 0.0001],
    [
      "interest held by its clamp",
      { rate: { kind: "clamped-interest", interest: 0.0008, clamp: 0.0004 } },
      0.00005,
    ],
    ["a fixed cap per payment", { cap: { kind: "fixed", perPayment: 0.00001 } }, 0.00001],
    // Initial 1 %, maintenance 0.5 %: 0.016 of the gap is 0.008 % for eight hours.
    ["a multiple of the margin gap", { cap: { kind: "margin-gap", factor: 0.016 } }, 0.00001],
    ["a share of maintenance", { cap: { kind: "maintenance-share", share: 0.008 } }, 0.000005],
    ["the index instead of the mark", { paidOn: "index" }, 0.0000125],
  ])("follows %s", async (_, change, rate) => {
    expect(await paid({ ...hourly, ...change }, 61)).toBeCloseTo(rate, 12);
  });

  it("weighs premium samples alike, or late ones more", () => {
    const mean = new PremiumAverage("mean");
    const linear = new PremiumAverage("linear-weights");
    for (const average of [mean, linear]) for (const sample of [300, 0, 0]) average.sample(sample);
    expect([mean.meanPpb(), linear.meanPpb()]).toEqual([100, 50]);
  });
});

describe("rules that the step loop does not run", () => {
  const { mark, funding, liquidation, backstop, adl } = fundVenue;
  const refused = (venue: object): (string | undefined)[] => {
    try {
      buildWorld(smallMarket({ populations: crowd(2), venue }));
    } catch (error) {
      if (error instanceof UserError) return error.problems.map(({ path }) => path);
    }
    return [];
  };

  it("are refused together, each by its path", () => {
    expect(
      refused({
        funding: { ...funding, cap: { kind: "margin-gap", factor: 1, changeShare: 0.5 } },
        liquidation: { ...liquidation, partial: { kind: "two-tiers" }, pick: "keyed-draw" },
        backstop: { kind: "fund-pays", unwindSeconds: 0 },
        adl: { ...adl, cancelOrders: true },
      }),
    ).toEqual([
      "venue.funding.cap.changeShare",
      "venue.liquidation.partial.kind",
      "venue.liquidation.pick",
      "venue.backstop.kind",
      "venue.adl.cancelOrders",
    ]);
  });

  const portion = { kind: "portion", maxPortion: 0.1, minNotional: 0, maxNotionalPerBlock: 1e5 } as const;
  it.each([
    ["mark.kind", { mark: { ...mark, kind: "banded-basis", basisTauSeconds: 30, band: 0.01 } }],
    [
      "funding.averaging",
      { funding: { ...funding, averaging: "vote-median", votes: { everySeconds: 1, least: 0 } } },
    ],
    ["funding.premium", { funding: { ...funding, premium: "middle" } }],
    ["funding.rate.kind", { funding: { ...funding, rate: { kind: "premium-less-interest", interest: 0 } } }],
    ["funding.publishedDecimals", { funding: { ...funding, publishedDecimals: 6 } }],
    [
      "funding.cap.limitToMaintenance",
      { funding: { ...funding, cap: { kind: "margin-gap", factor: 1, limitToMaintenance: true } } },
    ],
    [
      "liquidation.partial.maxFundLossPerBlock",
      { liquidation: { ...liquidation, partial: { ...portion, maxFundLossPerBlock: 1 } } },
    ],
    [
      "liquidation.price.kind",
      { liquidation: { ...liquidation, price: { kind: "past-last", offset: 0.01, repriceSeconds: 60 } } },
    ],
    [
      "liquidation.maintenance.valuedAt",
      { liquidation: { ...liquidation, maintenance: { valuedAt: "entry" } } },
    ],
    [
      "liquidation.maintenance.closingFee",
      { liquidation: { ...liquidation, maintenance: { closingFee: true } } },
    ],
    [
      "liquidation.maintenance.trigger",
      { liquidation: { ...liquidation, maintenance: { trigger: "reached" } } },
    ],
    ["backstop.kind", { backstop: { ...backstop, kind: "fund-drawdown", share: 0.3 } }],
  ])("refuses venue.%s", (path, venue) => {
    expect(refused(venue)).toEqual([`venue.${path}`]);
  });
});
