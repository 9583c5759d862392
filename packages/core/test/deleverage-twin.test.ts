/** Queues of counterparties against their readable twin: random worlds, many shortfalls a round, all rankings. */
import { describe, expect, it } from "vitest";
import type { SimulationInputs, VenueSpec } from "@undertow/core";
import {
  buildWorld,
  deleverageAll,
  drawer,
  type Draw,
  naiveCounterparties,
  naiveDeleverage,
  rankCounterparties,
  type Shortfall,
  type World,
} from "@undertow/core/testing";
import {
  fundVenue,
  holder,
  population,
  type PositionRow,
  smallMarket,
  START_TICKS,
  UNIT,
} from "./support/small-market.ts";

type Adl = VenueSpec["adl"];
const RANKINGS: Adl["ranking"][] = [
  "pnl-leverage",
  "pnl-margin-ratio",
  "price-ratio-leverage",
  "random-start",
];
const SETTLEMENTS: Adl["settlement"][] = ["bankruptcy", "previous-mark"];
/** Perpetuals of the two coins. */
const PERPS = [1, 3];

/** Two coins; isolated and cross accounts with positions of either side in both, some on the edge. */
function twoCoins(draw: Draw, adl: Partial<Adl>, size: number): SimulationInputs {
  const rows = (): PositionRow[] =>
    Array.from({ length: size }, (_, agent) => agent).flatMap((agent) =>
      PERPS.filter(() => draw.share() < 0.8).map((market) => {
        const lots = draw.whole(1, draw.pick([5, 60])) * draw.pick([1, -1]);
        const entryTicks = START_TICKS + draw.whole(-900, 900);
        const margin = Math.round(Math.abs(lots) * START_TICKS * UNIT * draw.pick([0.01, 0.1, 0.5]));
        return { agent, market, lots, entryTicks, margin: draw.share() < 0.5 ? 0 : margin };
      }),
    );
  const isolated = population("isolated", holder, size, {}, 1000, rows());
  const cross = population("cross", holder, size, {}, 0, rows(), { cross: true });
  cross.endowment.positions.marginQuanta.fill(0);
  cross.endowment.cashQuanta.forEach((_, agent, cash) => (cash[agent] = draw.whole(0, 3_000_000)));
  const sources = [0, 2].map((market) => ({ market, weight: 1 }));
  const base = smallMarket({
    populations: [isolated, cross].map((spec) => ({ ...spec, coins: Int32Array.of(0, 1) })),
    venue: { adl: { ...fundVenue.adl, ...adl }, index: { ...fundVenue.index, sources } },
    fund: draw.pick([0, 1_000_000]),
    seed: `adl-${draw.whole(0, 1e6)}`,
  });
  const second = base.markets.map((market) => ({ ...market, name: `ETH-${market.kind}`, coin: 1 }));
  return {
    ...base,
    coins: [...base.coins, { ...base.coins[0], name: "ETH" }],
    markets: [...base.markets, ...second],
  };
}

/** Other marks and, here and there, another position: what lies between two rounds. */
function shake(worlds: readonly World[], draw: Draw): void {
  for (const market of PERPS) {
    const mark = START_TICKS + draw.whole(-400, 400);
    const previous = mark + draw.whole(-200, 200);
    for (const world of worlds) {
      world.markTicks[market] = mark;
      world.previousMarkTicks[market] = previous;
    }
  }
  for (let slot = 0; slot < worlds[0].ledger.slotCount; slot++) {
    const isTurned = draw.share() < 0.1;
    for (const { slots } of worlds) {
      if (!isTurned) continue;
      slots.lots[slot] = 0 - slots.lots[slot];
      slots.cost[slot] = 0 - slots.cost[slot];
    }
  }
}

/** Shortfalls of positions at prices around the mark; a few of the other side than the position has by now. */
function shortfallsIn(world: World, draw: Draw, count: number): Shortfall[] {
  const { slots, ledger } = world;
  const found: Shortfall[] = [];
  for (let tries = 0; found.length < count && tries < 20 * count; tries++) {
    const slot = draw.whole(0, ledger.slotCount - 1);
    const held = slots.lots[slot];
    if (held === 0) continue;
    const market = world.markets[slots.market[slot]];
    const side = (held > 0 ? 1 : -1) * (draw.share() < 0.05 ? -1 : 1);
    const ticks = world.markTicks[market.index] + side * draw.whole(-100, draw.pick([0, 300, 3000]));
    const account = slots.account[slot];
    const lots = draw.share() < 0.5 ? Math.abs(held) : draw.whole(1, Math.abs(held));
    const plan = { slot, account, market, side, lots, bankruptcyTicks: ticks, limitTicks: ticks, equity: 0 };
    const event = {
      account,
      market,
      side,
      bookLots: 0,
      bookTickLots: 0,
      fundLots: 0,
      adlLots: 0,
      movedTickLots: 0,
      bankruptcyTicks: ticks,
      fundDelta: 0,
      generation: 0,
      forcedShare: 0,
      cross: false,
      closed: false,
    };
    found.push({ plan, lots, event: draw.share() < 0.9 ? event : undefined });
  }
  return found;
}

/** The same shortfalls over the markets of another world, with events of their own. */
function inWorld(world: World, shortfalls: readonly Shortfall[]): Shortfall[] {
  return shortfalls.map(({ plan, lots, event }) => {
    const market = world.markets[plan.market.index];
    return { plan: { ...plan, market }, lots, event: event === undefined ? undefined : { ...event, market } };
  });
}

function booksOf({ slots, accounts, ledger, venues, markets }: World, shortfalls: readonly Shortfall[]) {
  const { slotCount } = ledger;
  return {
    lots: Array.from(slots.lots.subarray(0, slotCount)),
    cost: Array.from(slots.cost.subarray(0, slotCount)),
    margin: Array.from(slots.margin.subarray(0, slotCount)),
    cash: Array.from(accounts.cash),
    notice: Array.from(accounts.notice),
    totals: venues.map(({ totals }) => ({ ...totals })),
    openInterest: markets.map(({ openInterestLots }) => openInterestLots),
    events: shortfalls.map(({ event }) => [event?.adlLots, event?.movedTickLots, event?.fundDelta]),
  };
}

interface Seen {
  taken: number;
  partly: number;
  left: number;
}

/** Plays rounds in two worlds, one with the twin. */
function playRounds(draw: Draw, adl: Partial<Adl>, size: number, count: number): Seen {
  const inputs = twoCoins(draw, adl, size);
  const [fast, naive] = [buildWorld(inputs), buildWorld(inputs)];
  const seen = { taken: 0, partly: 0, left: 0 };
  // Few different keys: ties go by the order of slots.
  for (const { agentKeys } of [fast, naive]) agentKeys.forEach((key, k) => (agentKeys[k] = key % size));
  for (let round = 0; round < 3; round++) {
    shake([fast, naive], draw);
    const shortfalls = shortfallsIn(fast, draw, count);
    const twins = inWorld(naive, shortfalls);
    deleverageAll(fast, shortfalls);
    for (const twin of twins) naiveDeleverage(naive, twin);
    expect(booksOf(fast, shortfalls)).toEqual(booksOf(naive, twins));
    for (const { lots, event } of twins) {
      if (event === undefined) continue;
      if (event.adlLots > 0) seen.taken++;
      if (event.adlLots > 0 && event.adlLots < lots) seen.partly++;
    }
    seen.left += naive.venues[0].totals.insolvent;
  }
  return seen;
}

describe.each(RANKINGS)("the queue %s", (ranking) => {
  it.each(SETTLEMENTS)("leaves the books of its twin behind, settled at %s", (settlement) => {
    const sum = { taken: 0, partly: 0, left: 0 };
    for (let seed = 1; seed <= 40; seed++) {
      const seen = playRounds(drawer(seed), { ranking, settlement }, 1 + (seed % 25), 2 + 2 * (seed % 25));
      sum.taken += seen.taken;
      sum.partly += seen.partly;
      sum.left += seen.left;
    }
    expect(sum.taken).toBeGreaterThan(300);
    expect(sum.partly).toBeGreaterThan(10);
    expect(sum.left).toBeGreaterThan(10);
  });

  it("does so in a crowd of several blocks", () => {
    const seen = playRounds(drawer(77), { ranking }, 1500, 150);
    expect(seen.taken).toBeGreaterThan(300);
  });

  it("meets counterparties in the order of its twin, whatever the price", () => {
    const draw = drawer(5);
    const world = buildWorld(twoCoins(draw, { ranking }, 900));
    shake([world], draw);
    const lengths = new Set<number>();
    for (const side of [1, -1]) {
      for (const worse of [-500, 0, 1, 40, 200, 1500, 9000]) {
        const ticks = world.markTicks[PERPS[0]] + side * worse;
        const account = draw.whole(0, world.accounts.cash.length - 1);
        const terms = [world, world.markets[PERPS[0]], side, ticks, account] as const;
        const expected = naiveCounterparties(...terms);
        expect(rankCounterparties(...terms)).toEqual(
          expected.map((row) => ({ slot: row.slot, account: row.account })),
        );
        lengths.add(expected.length);
      }
    }
    expect(lengths.size).toBeGreaterThan(6);
  });
});
