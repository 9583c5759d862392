/**
 * The liquidation ladder: by hand on two longs, against testing every account at every rung, and against what the
 * engine liquidates in its first round after the marks have moved there.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyBelowMaintenance, recheckAll, type SimulationInputs } from "@undertow/core";
import {
  LADDER_RUNGS,
  ladderSlots,
  liquidationLadder,
  openingAccounts,
  rungMarks,
  summarisePopulation,
  type LadderLine,
} from "@undertow/core/metrics";
import { buildWorld, drawer, liquidate, type World } from "@undertow/core/testing";
import {
  holder,
  PERP,
  population,
  smallMarket,
  START_TICKS,
  type PositionRow,
} from "./support/small-market.ts";

const long = (agent: number, margin: number): PositionRow => ({
  agent,
  market: PERP,
  lots: 100,
  entryTicks: START_TICKS,
  margin,
  leverage: 10,
});

function ladderOf(inputs: SimulationInputs): readonly LadderLine[] {
  return liquidationLadder(inputs, openingAccounts(inputs)).lines;
}

/** Rung and dollars of everything in a line. */
function reached({ usd }: LadderLine): [percent: number, usd: number][] {
  return usd.flatMap((value, k): [number, number][] => (value === 0 ? [] : [[k + 1, value]]));
}

describe("two longs of $100 with known liquidation prices", () => {
  // Below maintenance when margin + 1000 (p - 10000) < 0.005 x 1000 p, that is p < (10000 - margin / 1000) / 0.995.
  it.each([
    ["10x, below 9,045.2: 10 %", 1_000_000, 10],
    ["20x, below 9,547.7: 5 %", 500_000, 5],
    ["exactly at maintenance at 9,500, not below it: 6 %", 547_500, 6],
    ["one quantum less: 5 %", 547_499, 5],
  ])("%s", (_, margin, percent) => {
    const inputs = smallMarket({
      populations: [
        population("longs", holder, 2, {}, 0, [long(0, margin), long(1, 2_000_000)], { weight: 4 }),
      ],
    });
    const lines = ladderOf(inputs).map((line) => [line.move, line.direction, line.coin, line.side]);
    expect(lines).toEqual([
      ["alone", "fall", "BTC", "long"],
      ["together", "fall", "BTC", "long"],
    ]);
    const [alone, together] = ladderOf(inputs);
    // The other stands 20 % away: p < 8,040.2.
    expect(reached(alone)).toEqual([
      [percent, 100],
      [20, 100],
    ]);
    expect(reached(together)).toEqual(reached(alone));
    expect(alone.cumulativeUsd.slice(-1)).toEqual([200]);
    expect(alone.traders[19]).toBe(4);
    expect(alone.usd).toHaveLength(LADDER_RUNGS);
  });

  it("and a short is reached by a rise, at the mirror price", () => {
    // 1e6 - 1000 (p - 10000) < 5 p: p > 10,945.3.
    const short = { ...long(0, 1_000_000), lots: -100 };
    const inputs = smallMarket({ populations: [population("shorts", holder, 1, {}, 0, [short])] });
    expect(ladderOf(inputs).map((line) => [line.direction, line.side, ...reached(line)])).toEqual([
      ["rise", "short", [10, 100]],
      ["rise", "short", [10, 100]],
    ]);
  });
});

it("a coin of beta 2 falls by 1 - 0.9^2 when the first falls by 10 %", () => {
  const base = smallMarket({ populations: [] });
  const [spot, perp] = base.markets;
  const inputs = {
    ...base,
    coins: [base.coins[0], { ...base.coins[0], name: "ALT", preCrashBeta: 2 }],
    markets: [spot, perp, { ...spot, coin: 1 }, { ...perp, coin: 1 }],
    // Below maintenance under 8,140.7: at 0.91^2 = 8,281 not yet, at 0.9^2 = 8,100.
    populations: [population("longs", holder, 1, {}, 0, [{ ...long(0, 1_900_000), market: 3 }])],
  };
  expect(ladderOf(inputs).map((line) => [line.move, line.moved, line.coin, ...reached(line)])).toEqual([
    ["alone", "ALT", "ALT", [19, 100]],
    ["together", "BTC", "ALT", [10, 100]],
  ]);
});

const COINS = 3;

/** Three coins of different betas, prices and tables, and accounts near their maintenance margin. */
function randomInputs(seed: number): SimulationInputs {
  const draw = drawer(seed);
  const base = smallMarket({ populations: [], fund: 1e15 });
  const betas = [1, draw.pick([0.5, 1.3, 2.5]), draw.pick([0, 1, 1.7])];
  const coins = betas.map((preCrashBeta, k) => ({ ...base.coins[0], name: `C${k}`, preCrashBeta }));
  const markets = betas.flatMap((_, coin) => {
    const startTicks = draw.pick([90, 1000, 10_000, 73_165]);
    const floor = draw.whole(1, 40) * 1_000_000;
    const tiers = [
      {
        floorQuanta: 0,
        capQuanta: floor,
        maxLeverage: 100,
        maintenancePpm: 5000,
        maintenanceAmountQuanta: 0,
      },
      {
        floorQuanta: floor,
        capQuanta: Infinity,
        maxLeverage: 20,
        maintenancePpm: 25_000,
        maintenanceAmountQuanta: floor / 50,
      },
    ];
    return base.markets.map((market) => ({
      ...market,
      name: `C${coin}-${market.kind}`,
      coin,
      startTicks,
      tiers: market.kind === "spot" ? [] : tiers,
    }));
  });
  const populations = [false, true].map((cross) => {
    const count = 12;
    const rows: PositionRow[] = [];
    for (let agent = 0; agent < count; agent++) {
      for (let coin = 0; coin < COINS; coin++) {
        if (draw.share() < 0.35) continue;
        const market = 2 * coin + 1;
        const lots = draw.whole(1, 3000) * (draw.share() < 0.6 ? 1 : -1);
        const entryTicks = Math.max(1, Math.round(markets[market].startTicks * (0.9 + 0.2 * draw.share())));
        const notional = Math.abs(lots) * entryTicks * 10;
        rows.push({ agent, market, lots, entryTicks, margin: Math.ceil(notional * draw.share() * 0.6) });
      }
    }
    const own = population(cross ? "cross" : "isolated", holder, count, {}, 0, rows, { cross });
    own.weight.forEach((_, agent) => (own.weight[agent] = draw.pick([1, 1, 5, 200])));
    own.coins.set([0]);
    if (cross) {
      rows.forEach(({ agent, margin }) => (own.endowment.cashQuanta[agent] += margin!));
      own.endowment.positions.marginQuanta.fill(0);
    }
    return { ...own, coins: Int32Array.of(0, 1, 2) };
  });
  return { ...base, coins, markets, populations, venues: [{ ...base.venues[0], index: indexOf(base) }] };
}

function indexOf(base: SimulationInputs): SimulationInputs["venues"][number]["index"] {
  const { rules } = base.venues[0].index;
  return { rules, sources: [0, 2, 4].map((market) => ({ market, weight: 1 })) };
}

const moves = Array.from({ length: COINS + 1 }, (_, k) => k - 1).flatMap((moved) =>
  [-1, 1].map((direction) => ({ moved, direction })),
);

describe("random accounts in three coins, isolated and cross, long and short", () => {
  it("give the ladder of testing every account at every rung", () => {
    let found = 0;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
        const inputs = randomInputs(seed);
        const opening = openingAccounts(inputs);
        for (const { moved, direction } of moves) {
          const marks = rungMarks(inputs, moved, direction);
          const { slot, rung } = ladderSlots(opening, marks);
          const ladder = slot.map((at, k) => `${at} at ${rung[k]}`).sort();
          expect(ladder).toEqual(byTrial(inputs, moved, direction));
          found += ladder.length;
        }
      }),
      { numRuns: 150, seed: 3 },
    );
    expect(found).toBeGreaterThan(2000);
  });
});

/** Every account tested in full at every rung, as the naive twin of the margin index does; first finds only. */
function byTrial(inputs: SimulationInputs, moved: number, direction: number): string[] {
  const opening = openingAccounts(inputs);
  const { columns } = opening;
  const marks = rungMarks(inputs, moved, direction);
  const [start, end] = [marks[0], marks[marks.length - 1]];
  const movesMark = (market: number): boolean => start[market] !== end[market];
  const below = emptyBelowMaintenance(opening.slotCount);
  const seen = new Set<string>();
  const found: string[] = [];
  for (let rung = 1; rung < marks.length; rung++) {
    columns.markets.markTicks.set(marks[rung]);
    recheckAll(columns, opening.accountCount, below);
    for (let row = 0; row < below.count; row++) {
      const slot = below.slot[row];
      const account = below.account[row];
      const isCross = columns.accounts.cross[account] === 1;
      // Only accounts that the move makes poorer count; the others are as they were at the start.
      if (!loses(account, isCross ? undefined : slot)) continue;
      const key = isCross ? `account ${account}` : `slot ${slot}`;
      if (seen.has(key)) continue;
      seen.add(key);
      found.push(`${slot} at ${rung}`);
    }
  }
  return found.sort();

  function loses(account: number, only: number | undefined): boolean {
    const { slots, accounts } = columns;
    for (let slot = accounts.firstSlot[account]; slot !== -1; slot = slots.nextOfAccount[slot]) {
      if ((only !== undefined && slot !== only) || !movesMark(slots.market[slot])) continue;
      if (only !== undefined || slots.lots[slot] > 0 === direction < 0) return true;
    }
    return false;
  }
}

/** Moves the marks of a world and lets it liquidate once; lots closed by market. */
function firstRound(world: World, marks: Float64Array): Map<number, number> {
  const closed = new Map<number, number>();
  world.margin.check();
  marks.forEach((ticks, market) => world.margin.moveMark(market, ticks));
  world.observer = {
    orderTape: undefined,
    takerFlow: () => {},
    afterStep: () => {},
    liquidations: (_, events) => {
      for (const { market, account, bookLots, fundLots, adlLots } of events) {
        expect(world.slots.lots[world.ledger.findSlot(account, market.index)]).toBe(0);
        closed.set(market.index, (closed.get(market.index) ?? 0) + bookLots + fundLots + adlLots);
      }
    },
  };
  liquidate(world);
  return closed;
}

describe("the engine's first round", () => {
  it("closes what the ladder holds up to the rung, to the lot", () => {
    let total = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.integer({ min: 1, max: LADDER_RUNGS }),
        (seed, rung) => {
          const inputs = oneCoin(randomInputs(seed));
          const lines = ladderOf(inputs).filter(({ move }) => move === "alone");
          for (const direction of [-1, 1]) {
            const line = lines.find((of) => of.direction === (direction < 0 ? "fall" : "rise"));
            const closed = firstRound(buildWorld(inputs), rungMarks(inputs, 0, direction)[rung]);
            const { startTicks, quantaPerTickLot } = inputs.markets[PERP];
            const usd = ((closed.get(PERP) ?? 0) * startTicks * quantaPerTickLot) / 100_000;
            expect(line?.cumulativeUsd[rung - 1] ?? 0).toBeCloseTo(usd, 6);
            total += usd;
          }
        },
      ),
      { numRuns: 60, seed: 4 },
    );
    expect(total).toBeGreaterThan(0);
  });
});

/** The first coin alone, in one bracket so that a position closes whole, without who is below maintenance at the start. */
function oneCoin(inputs: SimulationInputs): SimulationInputs {
  const markets = inputs.markets
    .slice(0, 2)
    .map((market) => ({ ...market, tiers: market.tiers.slice(0, 1) }));
  const populations = inputs.populations.map((own) => {
    const { positions, cashQuanta, crossMargin } = own.endowment;
    const { startTicks } = inputs.markets[PERP];
    const kept = Array.from(positions.agent.keys()).filter((row) => {
      if (positions.market[row] !== PERP) return false;
      const agent = positions.agent[row];
      const value = positions.lots[row] * startTicks * 10;
      const backing = crossMargin[agent] === 1 ? cashQuanta[agent] : positions.marginQuanta[row];
      return backing + value - positions.costQuanta[row] > 0.005 * Math.abs(value) + 1;
    });
    const pick = <Column extends Int32Array | Float64Array>(column: Column): Column =>
      column.filter((_, row) => kept.includes(row)) as Column;
    return {
      ...own,
      coins: Int32Array.of(0),
      endowment: {
        cashQuanta,
        crossMargin,
        positions: {
          agent: pick(positions.agent),
          market: pick(positions.market),
          lots: pick(positions.lots),
          costQuanta: pick(positions.costQuanta),
          marginQuanta: pick(positions.marginQuanta),
          leverage: pick(positions.leverage),
          stopTicks: pick(positions.stopTicks),
        },
      },
    };
  });
  const [venue] = inputs.venues;
  const index = { ...venue.index, sources: venue.index.sources.slice(0, 1) };
  return { ...inputs, coins: inputs.coins.slice(0, 1), markets, populations, venues: [{ ...venue, index }] };
}

describe("the summary of a population", () => {
  it("counts who is below maintenance at the start", () => {
    // 4,000 of 50,000 that 100 lots need.
    const inputs = smallMarket({
      populations: [population("longs", holder, 2, {}, 0, [long(0, 4000), long(1, 1_000_000)])],
    });
    const summary = summarisePopulation(inputs);
    expect(summary.belowMaintenance).toBe(1);
    expect(summary.ladder.lines[0].usd.slice(0, 1)).toEqual([100]);
  });
});
