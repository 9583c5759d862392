/** Several venues in one run: what is each venue's own, and the three things that connect them. */
import { describe, expect, it } from "vitest";
import {
  NOTICE_REJECTED,
  NOTICE_TRANSFERRED,
  type RunData,
  simulate,
  type VenueEventSpec,
  type VenueSpec,
} from "@undertow/core";
import { audit, buildWorld, residualOf, step, type World } from "@undertow/core/testing";
import {
  cascadeMarket,
  holder,
  PERP,
  population,
  SPOT,
  START_MICROS,
  START_TICKS,
} from "./support/small-market.ts";
import {
  A,
  B,
  PERP_B,
  sender,
  sightings,
  SPOT_B,
  twoVenues,
  type TwoVenuesOptions,
  watcher,
} from "./support/two-venues.ts";

const minute = (m: number): number => START_MICROS + m * 60e6;

function run(world: World, toMinute: number): void {
  while (world.nowMicros < minute(toMinute)) step(world);
}

/** Liquidations of a venue's perpetual, as comparable rows. */
function liquidationsIn({ liquidations }: RunData, market: number): number[][] {
  const rows: number[][] = [];
  for (let row = 0; row < liquidations.rows; row++) {
    if (liquidations.market[row] !== market) continue;
    const { timeMicros, agent, bookSize, fundSize, adlSize, notional, fundDelta } = liquidations;
    rows.push(
      [timeMicros, agent, bookSize, fundSize, adlSize, notional, fundDelta].map((column) => column[row]),
    );
  }
  return rows;
}

describe("what is a venue's own", () => {
  it("leaves a crash on one venue as it is without the other, and the other venue in peace", async () => {
    const alone = await simulate(cascadeMarket(2500, { minutes: 20 }));
    const both = await simulate(twoVenues({ sold: [2500, 0], minutes: 20 }));
    expect(liquidationsIn(both, PERP).length).toBeGreaterThan(20);
    expect(liquidationsIn(both, PERP)).toEqual(liquidationsIn(alone, PERP));
    expect(liquidationsIn(both, PERP_B)).toEqual([]);
    const { fundStart, fundEnd, fees } = both.venueTotals[A];
    expect([fundStart, fundEnd, fees]).toEqual([
      alone.totals.fundStart,
      alone.totals.fundEnd,
      alone.totals.fees,
    ]);
    expect(fundEnd).not.toBe(fundStart);
    expect(both.venueTotals[B].fundEnd).toBe(both.venueTotals[B].fundStart);
    expect(both.totals.auditResidual).toBe(0);
  });

  it("gives each venue its own fund: an empty one deleverages, the other pays", async () => {
    const inputs = twoVenues({ sold: [4000, 4000], minutes: 20 });
    const venues = inputs.venues.map((venue, k) => ({ ...venue, insuranceFundQuanta: k === A ? 0 : 1e12 }));
    const result = await simulate({ ...inputs, venues });
    expect(result.venueTotals[A].adlNotional).toBeGreaterThan(0);
    expect(result.venueTotals[B].adlNotional).toBe(0);
    const rowsOfA = liquidationsIn(result, PERP);
    const rowsOfB = liquidationsIn(result, PERP_B);
    expect(rowsOfA.some((row) => row[4] > 0)).toBe(true);
    expect(rowsOfB.some((row) => row[3] > 0)).toBe(true);
    expect(rowsOfB.every((row) => row[4] === 0)).toBe(true);
    expect(result.totals.auditResidual).toBe(0);
  });

  it("keeps its books apart: equal quotes on one venue never meet orders of the other", () => {
    const world = buildWorld(twoVenues({ sold: [500, 0] }));
    run(world, 3);
    expect(world.markets[SPOT].lastTradeTicks).toBeGreaterThan(0);
    expect(world.markets[PERP].lastTradeTicks).toBeGreaterThan(0);
    expect(world.markets[SPOT_B].lastTradeTicks).toBe(0);
    expect(world.markets[PERP_B].lastTradeTicks).toBe(0);
    expect(world.markTicks[PERP]).toBeLessThan(world.markTicks[PERP_B]);
  });

  it("rejects orders to a venue where the agent has no account, and makes no position there", () => {
    const alone = population("alone", watcher, 1, {}, 1e9);
    const world = buildWorld(twoVenues({ further: [alone] }));
    run(world, 2);
    const account = world.members.at(-1)!.firstAccount;
    const markets: number[] = [];
    let slot = world.accounts.firstSlot[account];
    for (; slot !== -1; slot = world.slots.nextOfAccount[slot]) markets.push(world.slots.market[slot]);
    expect(markets.toSorted((a, b) => a - b)).toEqual([SPOT, PERP]);
    expect(world.accounts.notice[account] & NOTICE_REJECTED).not.toBe(0);
    audit(world);
  });

  it.each(["perpetual", "spot"] as const)(
    "rejects what a type that trades %s sends to the other kind, and has no room for it",
    (trades) => {
      const inputs = twoVenues({ further: [population("alone", watcher, 100, {}, 1e9)] });
      const agentTypes = { ...inputs.agentTypes, [watcher.name]: { ...watcher, trades } };
      const world = buildWorld({ ...inputs, agentTypes });
      expect(world.slots.lots.length).toBe(buildWorld(inputs).slots.lots.length - 100);
      run(world, 2);
      const { firstAccount } = world.members.at(-1)!;
      const own = [...world.slots.account].flatMap((account, slot) =>
        account === firstAccount && slot < world.ledger.slotCount ? [world.slots.market[slot]] : [],
      );
      expect(own).toEqual([trades === "spot" ? SPOT : PERP]);
      expect(world.accounts.notice[firstAccount] & NOTICE_REJECTED).not.toBe(0);
      audit(world);
    },
  );

  it("hashes the same whether a type says which kind it trades, if it sends to no other", async () => {
    const inputs = twoVenues({ sold: [2500, 0], minutes: 5 });
    const agentTypes = { ...inputs.agentTypes, [holder.name]: { ...holder, trades: "perpetual" as const } };
    const [silent, told] = [await simulate(inputs), await simulate({ ...inputs, agentTypes })];
    expect(told.liquidations.rows).toBeGreaterThan(0);
    expect(told.stateHash).toBe(silent.stateHash);
  });

  it("records every venue's series, and the coin's sums", async () => {
    const { venueSeries, series, venues, markets } = await simulate(twoVenues({ sold: [1000, 0] }));
    expect(venues.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(markets.map(({ name, venue }) => [name, venue])).toEqual([
      ["BTC-SPOT@a", A],
      ["BTC-PERP@a", A],
      ["BTC-SPOT@b", B],
      ["BTC-PERP@b", B],
    ]);
    expect(venueSeries.rows).toBe(2 * series.rows);
    for (let row = 0; row < series.rows; row++) {
      const [onA, onB] = [2 * row, 2 * row + 1];
      expect([venueSeries.venue[onA], venueSeries.venue[onB]]).toEqual([A, B]);
      expect(venueSeries.timeMicros[onB]).toBe(series.timeMicros[row]);
      expect(venueSeries.spot[onA]).toBe(series.spot[row]);
      expect(venueSeries.openInterest[onA] + venueSeries.openInterest[onB]).toBe(series.openInterest[row]);
      expect(venueSeries.bidDepth[onA] + venueSeries.bidDepth[onB]).toBe(series.bidDepth[row]);
    }
  });
});

describe("an index over venues", () => {
  const indices = (world: World): number[] => [PERP, PERP_B].map((market) => world.view.indexTicks[market]);
  const spots = (world: World): number[] => [SPOT, SPOT_B].map((market) => world.view.indexTicks[market]);

  it("is the weighted mean of the venues' spot markets", () => {
    const world = buildWorld(twoVenues({ sold: [600, 0], weights: [3, 1] }));
    run(world, 3);
    const [onA, onB] = spots(world);
    expect(onA).toBeLessThan(onB);
    expect(onA).toBeGreaterThan(onB * 0.97);
    expect(indices(world)).toEqual([(3 * onA + onB) / 4, (3 * onA + onB) / 4]);
  });

  it("takes the median when every source is far from it, whatever the weights", () => {
    const rules: VenueSpec["index"]["rules"] = { kind: "weighted-mean", maxDeviation: 0.001 };
    for (const weights of [
      [1, 1],
      [9, 1],
    ] as const) {
      const world = buildWorld(twoVenues({ sold: [2500, 0], weights, rules }));
      run(world, 2);
      const [onA, onB] = spots(world);
      expect(onB / onA).toBeGreaterThan(1.01);
      expect(indices(world)).toEqual([(onA + onB) / 2, (onA + onB) / 2]);
    }
  });

  it("is the weighted median where the venue says so", () => {
    const rules: VenueSpec["index"]["rules"] = { kind: "weighted-median" };
    const world = buildWorld(twoVenues({ sold: [2500, 0], weights: [2, 1], rules }));
    run(world, 2);
    expect(indices(world)).toEqual([spots(world)[0], spots(world)[0]]);
  });

  it("leaves a halted venue out once its price is stale, and takes it in again", () => {
    const halt: VenueEventSpec = {
      kind: "halt",
      fromMicros: minute(1),
      toMicros: minute(3),
      markets: [SPOT, PERP],
      cancels: true,
    };
    const world = buildWorld(twoVenues({ sold: [0, 600], weights: [1, 1], eventsOf: [[halt], undefined] }));
    run(world, 1);
    for (let second = 0; second < 10; second++) step(world);
    expect(indices(world)[1]).toBe((spots(world)[0] + spots(world)[1]) / 2);
    step(world);
    expect(indices(world)[1]).toBe(spots(world)[1]);
    run(world, 2.5);
    expect(spots(world)[0]).toBeGreaterThan(spots(world)[1]);
    expect(indices(world)).toEqual([spots(world)[1], spots(world)[1]]);
    run(world, 3.1);
    expect(indices(world)[0]).toBe((spots(world)[0] + spots(world)[1]) / 2);
  });

  it("carries a crash to a venue where nobody sold: its longs are liquidated at the index's fall", async () => {
    const mark: VenueSpec["mark"] = { kind: "oracle", updateSeconds: 0 };
    const coupled: TwoVenuesOptions = { sold: [4000, 0], weights: [1, 0.001], minutes: 20, venue: { mark } };
    const both = await simulate(twoVenues(coupled));
    const apart = await simulate(twoVenues({ sold: [4000, 0], minutes: 20, venue: { mark } }));
    expect(liquidationsIn(both, PERP_B).length).toBeGreaterThan(10);
    expect(liquidationsIn(apart, PERP_B)).toEqual([]);
    expect(both.totals.auditResidual).toBe(0);
  });
});

describe("one venue's halt", () => {
  const halt: VenueEventSpec = {
    kind: "halt",
    fromMicros: minute(1),
    toMicros: minute(5),
    markets: [SPOT, PERP],
    cancels: true,
  };

  it("stops its trades and liquidations while the other venue goes on", () => {
    const world = buildWorld(twoVenues({ sold: [2500, 2500], minutes: 10, eventsOf: [[halt], undefined] }));
    const liquidated = (venue: number): number =>
      world.accounts.liquidations.reduce(
        (sum, count, account) => sum + (world.venueOfAccount[account] === venue ? count : 0),
        0,
      );
    run(world, 1);
    const before = [liquidated(A), liquidated(B)];
    run(world, 5);
    expect(liquidated(A)).toBe(before[A]);
    expect(liquidated(B)).toBeGreaterThan(before[B]);
    expect([...world.view.halted]).toEqual([1, 1, 0, 0]);
    run(world, 8);
    expect(liquidated(A)).toBeGreaterThan(before[A]);
    expect(residualOf(world)).toBe(0);
  });

  it("is in the totals of its venue alone", async () => {
    const { venueTotals } = await simulate(twoVenues({ minutes: 10, eventsOf: [[halt], undefined] }));
    expect(venueTotals.map(({ haltedMicros }) => haltedMicros)).toEqual([4 * 60e6, 0]);
  });
});

describe("transfers", () => {
  const transfers = { withdrawalMicros: 20e6, depositMicros: 10e6, feeQuanta: 500 };
  const traveller = (quanta: number, cash = 1e6) => ({
    ...population("traveller", sender, 1, { quanta }, 0),
    venues: Int32Array.of(B, A),
    endowment: {
      ...population("traveller", sender, 1, { quanta }, 0).endowment,
      cashQuanta: Float64Array.of(cash, 7),
    },
  });
  const worldWith = (quanta: number, options: TwoVenuesOptions = {}): World => {
    sightings.length = 0;
    return buildWorld(twoVenues({ transfers, further: [traveller(quanta)], ...options }));
  };

  it("leave at once, are in transit for the delays of both venues, and arrive with a notice", () => {
    const world = worldWith(400_000);
    const fees = world.venues[B].feeAccount;
    while (world.nowMicros < minute(1)) {
      step(world);
      expect(residualOf(world)).toBe(0);
    }
    const sent = sightings.findIndex(({ inTransit }) => inTransit[1] > 0);
    const arrived = sightings.findIndex(({ cash }, k) => k > sent && cash[1] > 7);
    expect(sightings[sent]).toEqual({ notice: 0, cash: [599_500, 7], inTransit: [0, 400_000] });
    expect(arrived - sent).toBe(30);
    expect(sightings[arrived]).toEqual({
      notice: NOTICE_TRANSFERRED,
      cash: [599_500, 400_007],
      inTransit: [0, 0],
    });
    expect(world.accounts.cash[fees]).toBe(500);
    expect(world.venues[B].totals).toMatchObject({ transfersOut: 400_000, transfersIn: 0 });
    expect(world.venues[A].totals).toMatchObject({ transfersOut: 0, transfersIn: 400_000 });
  });

  it("count as the agent's wealth while they travel", async () => {
    const slow = { withdrawalMicros: 3600e6, depositMicros: 3600e6, feeQuanta: 0 };
    sightings.length = 0;
    const result = await simulate(twoVenues({ transfers: slow, further: [traveller(400_000)] }));
    const row = result.agents.endEquity.length - 1;
    expect(result.agents.endEquity[row]).toBe(1_000_007);
  });

  it("are refused beyond what is free after the fee, and noticed", () => {
    const enough = worldWith(999_500);
    run(enough, 1);
    expect(sightings.some(({ inTransit }) => inTransit[1] === 999_500)).toBe(true);
    const tooMuch = worldWith(999_501);
    run(tooMuch, 1);
    expect(sightings.every(({ inTransit }) => inTransit[1] === 0)).toBe(true);
    expect(sightings.some(({ notice }) => (notice & NOTICE_REJECTED) !== 0)).toBe(true);
    expect(sightings.at(-1)!.cash).toEqual([1e6, 7]);
  });

  it("do not take unrealised profit or the margin of a cross account along", () => {
    const held = population("held", sender, 1, { quanta: 1 }, 0);
    const lots = 100;
    const value = lots * START_TICKS * 10;
    const positions = population(
      "held",
      sender,
      1,
      {},
      0,
      [{ agent: 0, market: PERP_B, lots, entryTicks: START_TICKS - 1000, leverage: 10 }],
      { cross: true },
    ).endowment;
    const margin = value / 10;
    for (const [quanta, goes] of [
      [1e6, true],
      [1e6 + 1, false],
    ] as const) {
      sightings.length = 0;
      const spec = {
        ...held,
        params: { ...held.params, quanta: Float64Array.of(quanta) },
        venues: Int32Array.of(B, A),
        endowment: { ...positions, cashQuanta: Float64Array.of(1e6, 0) },
      };
      const free = { withdrawalMicros: 1e6, depositMicros: 1e6, feeQuanta: 0 };
      const world = buildWorld(twoVenues({ transfers: free, further: [spec] }));
      expect(margin).toBeLessThan(lots * 1000 * 10 + 1);
      run(world, 0.5);
      expect(sightings.some(({ inTransit }) => inTransit[1] > 0)).toBe(goes);
    }
  });

  it("are refused while a venue has halted them; what is on its way waits for the end", () => {
    const halt = (from: number, to: number): VenueEventSpec => ({
      kind: "transfer-halt",
      fromMicros: minute(from),
      toMicros: minute(to),
    });
    const refused = worldWith(400_000, { eventsOf: [[halt(0, 2)], undefined] });
    run(refused, 1);
    expect(sightings.every(({ inTransit }) => inTransit[1] === 0)).toBe(true);
    const late = worldWith(400_000, { eventsOf: [[halt(0.25, 2)], undefined] });
    run(late, 2);
    expect(sightings.at(-1)!.inTransit[1]).toBe(400_000);
    expect(residualOf(late)).toBe(0);
    run(late, 2.1);
    expect(sightings.at(-1)!.cash[1]).toBe(400_007);
  });
});

describe("inputs that do not fit together", () => {
  const base = twoVenues();
  const withVenue = (change: Partial<VenueSpec>) => ({
    ...base,
    venues: [base.venues[0], { ...base.venues[1], ...change }],
  });

  it.each([
    ["two venues of a name", withVenue({ name: "a" }), "venues.1.name"],
    ["no venue", { ...base, venues: [] }, "venues"],
    [
      "a market of no venue",
      { ...base, markets: base.markets.map((market) => ({ ...market, venue: 5 })) },
      "markets.0.venue",
    ],
    ["half a pair", { ...base, markets: base.markets.slice(0, 3) }, "markets.2"],
    [
      "a perpetual as a source",
      withVenue({ index: { rules: { kind: "weighted-mean" }, sources: [{ market: PERP, weight: 1 }] } }),
      "venues.1.index.sources.0.market",
    ],
    [
      "no weight",
      withVenue({ index: { rules: { kind: "weighted-mean" }, sources: [{ market: SPOT, weight: 0 }] } }),
      "venues.1.index.sources.0.weight",
    ],
    [
      "no source",
      withVenue({ index: { rules: { kind: "weighted-mean" }, sources: [] } }),
      "venues.1.index.sources",
    ],
    [
      "a venue twice",
      { ...base, populations: [{ ...base.populations[0], venues: Int32Array.of(0, 0) }] },
      "populations.0.venues",
    ],
    [
      "cash for one venue of two",
      { ...base, populations: [{ ...base.populations[0], venues: Int32Array.of(0, 1) }] },
      "populations.0.endowment.cashQuanta",
    ],
    [
      "positions on another venue",
      { ...base, populations: [{ ...base.populations[0], venues: Int32Array.of(1) }] },
      "populations.0.endowment.positions",
    ],
  ])("refuses %s", (_what, inputs, path) => {
    expect(() => buildWorld(inputs)).toThrowError(
      expect.objectContaining({ problems: expect.arrayContaining([expect.objectContaining({ path })]) }),
    );
  });

  it("names the venue of an unsupported rule", () => {
    const adl = { ...base.venues[1].adl, cancelOrders: true };
    expect(() => buildWorld(withVenue({ adl }))).toThrowError(
      expect.objectContaining({
        problems: [expect.objectContaining({ path: "venues.1.adl.cancelOrders" })],
      }),
    );
  });
});

it("gives the same hash for the same seed on two venues, another for another", async () => {
  const options = { sold: [2500, 1000], weights: [2, 1], minutes: 6 } as const;
  const [a, again, b] = await Promise.all([
    simulate(twoVenues(options)),
    simulate(twoVenues(options)),
    simulate(twoVenues({ ...options, seed: "b" })),
  ]);
  expect(again.stateHash).toBe(a.stateHash);
  expect(b.stateHash).not.toBe(a.stateHash);
});
