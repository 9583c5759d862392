/** Figures of venues on small tables worked out by hand, and on a real run of two venues. */
import { describe, expect, it } from "vitest";
import { type RunData, simulate } from "@undertow/core";
import { combineSummaries, summarise } from "@undertow/core/metrics";
import { makeRunData } from "@undertow/core/testing";
import type { LiquidationRow, RunDataOptions } from "@undertow/core/testing";
import { START_MICROS } from "./support/small-market.ts";
import { twoVenues } from "./support/two-venues.ts";

const COINS = [
  { name: "BTC", price: 100, beta: 1 },
  { name: "ETH", price: 10, beta: 1.5 },
  { name: "SOL", price: 1, beta: 1.5 },
];
const ROWS: LiquidationRow[] = [
  { hour: 1, coin: 0, side: 1, usd: 1_000, traders: 10, agent: 1 },
  { hour: 2, coin: 0, side: 1, usd: 500, traders: 10, agent: 1, venue: 1, fundShare: 0.5, adlShare: 0.25 },
  { hour: 3, coin: 1, side: -1, usd: 300, traders: 2, agent: 2, venue: 1 },
  { hour: 4, coin: 2, side: 1, usd: 200, traders: 4, agent: 3 },
  // In the warm-up.
  { hour: -0.5, coin: 0, side: 1, usd: 9_000, traders: 4, agent: 3, venue: 1, adlShare: 1 },
];

/** After hour 2 to 3 at 2 % below, after 4 to 6 at 5 % above while halted, else 0.5 % below. */
function premium(_coin: number, hour: number): number {
  if (hour > 2 && hour <= 3) return -0.02;
  return hour > 4 && hour <= 6 ? 0.05 : -0.005;
}

const OPTIONS: RunDataOptions = {
  coins: COINS,
  hours: 10,
  path: () => 1,
  liquidations: ROWS,
  venues: [
    { name: "main", coverage: 0.6 },
    { name: "dex", coverage: 0.2, coins: [0, 1], premium, haltedHours: [4, 6] },
  ],
};
const { venues } = summarise(makeRunData(OPTIONS), []);
const [main, dex] = venues.venues;

describe("venues", () => {
  it("names them in order with their coverage", () => {
    expect(venues.venues.map(({ venue, coverage }) => [venue, coverage])).toEqual([
      ["main", 0.6],
      ["dex", 0.2],
    ]);
  });

  it("counts the liquidations of each venue's markets, without the warm-up", () => {
    expect(main.liquidations).toMatchObject({ usd: 1_200, longUsd: 1_200, shortUsd: 0, orders: 2 });
    expect(dex.liquidations).toMatchObject({ usd: 800, longUsd: 500, shortUsd: 300, orders: 2 });
    expect(dex.liquidations.longShare).toBeCloseTo(5 / 8, 12);
    // Agent 1 was liquidated on both, and counts on each.
    expect([main.liquidations.traders, dex.liquidations.traders]).toEqual([14, 12]);
    expect(main.coins.map(({ coin, liquidatedUsd }) => [coin, liquidatedUsd])).toEqual([
      ["BTC", 1_000],
      ["ETH", 0],
      ["SOL", 200],
    ]);
    expect(dex.coins.map(({ coin, liquidatedUsd }) => [coin, liquidatedUsd])).toEqual([
      ["BTC", 500],
      ["ETH", 300],
    ]);
  });

  it("splits them between book, fund and ADL", () => {
    expect([main.bookShare, main.fundShare, main.adlShare]).toEqual([1, 0, 0]);
    expect(dex.closedInBookUsd).toBeCloseTo(125 + 300, 9);
    expect(dex.closedByFundUsd).toBeCloseTo(250, 9);
    expect(dex.closedByAdlUsd).toBeCloseTo(125, 9);
    expect(dex.bookShare).toBeCloseTo(425 / 800, 12);
    expect(dex.fundShare).toBeCloseTo(250 / 800, 12);
    expect(dex.adlShare).toBeCloseTo(125 / 800, 12);
  });

  it("gives fund, fees, transfers and halts in dollars and minutes", () => {
    expect(main.fund).toEqual({ startUsd: 3.75e8, lowUsd: 3.6e8, endUsd: 3.7125e8, usedUsd: 1.5e7 });
    expect(dex.fund).toEqual({ startUsd: 1.25e8, lowUsd: 1.2e8, endUsd: 1.2375e8, usedUsd: 5e6 });
    expect([main.feesUsd, dex.feesUsd]).toEqual([6.75e6, 2.25e6]);
    expect([main.transfersInUsd, main.transfersOutUsd]).toEqual([0, 1e6]);
    expect([dex.transfersInUsd, dex.transfersOutUsd]).toEqual([1e6, 0]);
    expect([main.haltedMinutes, dex.haltedMinutes]).toEqual([0, 120]);
  });

  it("gives open interest in coins and at the venue's own mark, adding to the run's", () => {
    const { openInterest } = summarise(makeRunData(OPTIONS), []);
    expect(main.coins[0].openInterestStartCoins! / openInterest.coins[0].startCoins!).toBeCloseTo(0.75, 12);
    expect(dex.coins[0].openInterestStartCoins! / openInterest.coins[0].startCoins!).toBeCloseTo(0.25, 12);
    expect(main.coins[2].openInterestEndCoins).toBe(openInterest.coins[2].endCoins);
    const { openInterestStartUsd, openInterestStartCoins } = dex.coins[0];
    expect(openInterestStartUsd).toBeCloseTo(openInterestStartCoins! * 100 * 0.995, 3);
  });

  it("measures the gaps over the first venue's price, halted samples left out", () => {
    expect(venues.gaps.map(({ coin, venues: names }) => [coin, names])).toEqual([
      ["BTC", ["main", "dex"]],
      ["ETH", ["main", "dex"]],
    ]);
    const { spot, perpetual } = venues.gaps[0];
    expect(spot.largest).toBeCloseTo(0.02, 12);
    expect(spot).toMatchObject({ largestTime: "2026-02-05T02:01:00Z", cheapest: "dex", dearest: "main" });
    // One sample a minute: 601 less the 120 halted ones, 60 of them wide.
    expect(spot.samples).toBe(481);
    expect(spot.mean).toBeCloseTo((60 * 0.02 + 421 * 0.005) / 481, 12);
    expect(spot.minutesAboveOnePercent).toBe(60);
    expect(perpetual.largest).toBeCloseTo(0.02, 12);
    expect(perpetual.minutesAboveOnePercent).toBe(60);
  });

  it("takes the first venue's price as the whole also where it is the lower one", () => {
    const open = OPTIONS.venues!.map(({ haltedHours: _, ...venue }) => venue);
    const [{ spot }] = summarise(makeRunData({ ...OPTIONS, venues: open }), []).venues.gaps;
    expect(spot.largest).toBeCloseTo(0.05, 12);
    expect(spot).toMatchObject({ largestTime: "2026-02-05T04:01:00Z", cheapest: "main", dearest: "dex" });
    expect([spot.samples, spot.minutesAboveOnePercent]).toEqual([601, 180]);
  });

  it("has no gap where fewer than two venues trade", () => {
    const halted = OPTIONS.venues!.map((venue) => ({ ...venue, haltedHours: [-2, 20] as const }));
    const { gaps } = summarise(makeRunData({ ...OPTIONS, venues: halted }), []).venues;
    expect(gaps[0].spot).toEqual({
      largest: null,
      largestTime: null,
      cheapest: null,
      dearest: null,
      mean: null,
      minutesAboveOnePercent: 0,
      samples: 0,
    });
  });

  it("leaves an undefined price out", () => {
    const run = makeRunData(OPTIONS);
    const { venueSeries } = run;
    for (let row = 0; row < venueSeries.rows; row++)
      if (venueSeries.venue[row] === 1) venueSeries.perp[row] = NaN;
    const [btc] = summarise(run, []).venues.gaps;
    expect([btc.spot.samples, btc.perpetual.samples]).toEqual([481, 0]);
  });

  it("has one entry with the run's figures, and no gaps, for one venue", () => {
    const one = summarise(makeRunData({ coins: COINS }), []);
    expect(one.venues.gaps).toEqual([]);
    expect(one.venues.venues).toHaveLength(1);
    const [only] = one.venues.venues;
    expect(only).toMatchObject({
      venue: "test-venue",
      coverage: 1,
      haltedMinutes: 0,
      fund: one.feedback.fund,
    });
    expect(only.liquidations).toEqual(one.liquidations.wholeRun.total);
    expect(only.coins.map((coin) => coin.openInterestEndCoins)).toEqual(
      one.openInterest.coins.map((coin) => coin.endCoins),
    );
    expect(only.closedByFundUsd).toBe(one.feedback.closedByFundUsd);
  });

  it("has no figure of samples for a run stopped in the warm-up", () => {
    const { gaps, venues: stopped } = summarise(makeRunData({ ...OPTIONS, stopAfterHours: -0.5 }), []).venues;
    expect(stopped[1].coins[0]).toMatchObject({ openInterestStartCoins: null, openInterestEndUsd: null });
    expect(gaps[0].spot).toMatchObject({ largest: null, largestTime: null, samples: 0 });
  });

  it("refuses a table of venues that is not in order", () => {
    const run = makeRunData(OPTIONS);
    run.venueSeries.venue[7] = 1 - run.venueSeries.venue[7];
    expect(() => summarise(run, [])).toThrow(/series of the venues/);
    const short: RunData = { ...run, venueSeries: { ...makeRunData(OPTIONS).venueSeries, rows: 10 } };
    expect(() => summarise(short, [])).toThrow(/series of the venues/);
  });
});

describe("venues over several seeds", () => {
  it("are combined by venue and coin", () => {
    const deeper = OPTIONS.venues!.map((venue, v) => ({
      ...venue,
      premium: (coin: number, hour: number) => (v === 0 ? 0 : 2 * premium(coin, hour)),
    }));
    const more = ROWS.map((row) => ({ ...row, usd: 3 * row.usd }));
    const summaries = [
      summarise(makeRunData(OPTIONS), []),
      summarise(makeRunData({ ...OPTIONS, venues: deeper, liquidations: more, seed: "b" }), []),
    ];
    const combined = combineSummaries(summaries);
    expect(combined.venues.map(({ venue, coverage }) => [venue, coverage])).toEqual([
      ["main", 0.6],
      ["dex", 0.2],
    ]);
    expect(combined.venues[1].liquidatedUsd).toMatchObject({ median: 1_600, runs: 2 });
    expect(combined.venues[0].liquidatedUsd.median).toBe(2_400);
    expect(combined.venues[1].haltedMinutes.median).toBe(120);
    expect(combined.venueGaps.map(({ coin }) => coin)).toEqual(["BTC", "ETH"]);
    expect(combined.venueGaps[0].spot.largest.median).toBeCloseTo(0.03, 12);
    expect(combineSummaries([summarise(makeRunData(), [])]).venueGaps).toEqual([]);
  });
});

describe("a real run of two venues", () => {
  it("has venues that add up to the run, and a gap where each has an index of its own", async () => {
    const halt = {
      kind: "halt" as const,
      fromMicros: START_MICROS + 2 * 60e6,
      toMicros: START_MICROS + 5 * 60e6,
      markets: [2, 3],
      cancels: true,
    };
    const run = await simulate(twoVenues({ sold: [2500, 0], minutes: 20, eventsOf: [undefined, [halt]] }));
    const summary = summarise(run, []);
    const each = summary.venues.venues;
    const sum = (read: (venue: (typeof each)[number]) => number): number =>
      each.reduce((total, venue) => total + read(venue), 0);
    expect(each.map(({ venue }) => venue)).toEqual(["a", "b"]);
    expect(each[0].liquidations.usd).toBeGreaterThan(0);
    expect(each[1].liquidations.usd).toBe(0);
    expect(each[1].bookShare).toBeNull();
    expect(sum((v) => v.liquidations.usd)).toBe(summary.liquidations.wholeRun.total!.usd);
    expect(sum((v) => v.closedInBookUsd)).toBeCloseTo(summary.feedback.closedInBookUsd, 6);
    expect(sum((v) => v.feesUsd)).toBeCloseTo(summary.money.feesUsd, 6);
    expect(sum((v) => v.fund.startUsd)).toBeCloseTo(summary.feedback.fund.startUsd, 6);
    expect(sum((v) => v.coins[0].openInterestEndCoins!)).toBeCloseTo(
      summary.openInterest.coins[0].endCoins!,
      9,
    );
    expect(each.map(({ haltedMinutes }) => haltedMinutes)).toEqual([0, 3]);
    const [{ spot }] = summary.venues.gaps;
    expect(spot).toMatchObject({ cheapest: "a", dearest: "b" });
    expect(spot.largest).toBeGreaterThan(0.01);
    expect(spot.minutesAboveOnePercent).toBeGreaterThan(0);
    expect(spot.samples).toBe(
      run.series.timeMicros.slice(0, run.series.rows).filter((t) => t >= run.startMicros).length - 3,
    );
  });
});
