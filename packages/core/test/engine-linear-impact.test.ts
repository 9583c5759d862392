/**
 * The step loop on markets with linear impact: the ladder's cascade, one generation a step; conservation; replays.
 */
import { CAUSE_LIQUIDATION, type SimulationInputs, UserError, simulate } from "@undertow/core";
import { audit, buildWorld, rankCounterparties, residualOf, step, type World } from "@undertow/core/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Ladder, documentedLadder, ladders, pureCascade } from "./support/ladder-draws.ts";
import { cleared } from "./support/linear-impact-market.ts";
import {
  PERP,
  SPOT,
  START_TICKS,
  UNIT,
  cascadeMarket,
  fundVenue,
  holder,
  population,
  seller,
  smallMarket,
} from "./support/small-market.ts";

/** A seller of the shock against a crowd of longs that go at their ticks, and a short against all of them. */
function ladderWorld({ impactTicks, perLots, shockLots, rungs }: Ladder): World {
  const longs = rungs.map(({ ticks, lots }, agent) => ({
    agent,
    market: PERP,
    lots,
    entryTicks: START_TICKS,
    // At tick + 1 equity is just the maintenance margin of 10 %.
    margin: lots * (ticks + 1) + UNIT * lots * (START_TICKS - ticks - 1),
    leverage: 10,
  }));
  const all = rungs.reduce((sum, { lots }) => sum + lots, 0);
  const stock = { agent: 0, market: SPOT, lots: shockLots, entryTicks: START_TICKS };
  const inputs = smallMarket({
    minutes: 2,
    populations: [
      population("longs", holder, rungs.length, {}, 1e9, longs),
      population(
        "short",
        holder,
        1,
        {},
        1e12,
        [{ agent: 0, market: PERP, lots: -all, entryTicks: START_TICKS }],
        { cross: true },
      ),
      population("seller", seller, 1, { lots: shockLots, interval: 5e6 }, 1e12, [stock], { cross: true }),
    ],
    liquidation: {
      partial: { kind: "all" },
      price: { kind: "market", slippageCap: 0.6 },
      clearanceFee: { kind: "none" },
    },
    // Mark = index + what the middle of the perpetual was above the index in this step.
    venue: { mark: { kind: "mean-basis", updateSeconds: 0, sampleSeconds: 1, samples: 1 } },
    fund: 1e13,
  });
  return buildWorld(cleared(inputs, impactTicks, perLots, 100_000));
}

const priceTicks = (world: World): number => world.markets[PERP].book.bestBid() + 1;

/** Who was liquidated, step by step, from the first step in which anybody was. */
function runThrough(world: World): { rounds: number[][]; ticks: number } {
  const before = world.accounts.liquidations.slice();
  const rounds: number[][] = [];
  for (let k = 0; k < 40; k++) {
    step(world);
    const gone: number[] = [];
    world.accounts.liquidations.forEach((count, account) => {
      if (count > before[account]) gone.push(account);
      before[account] = count;
    });
    if (gone.length > 0 || (rounds.length > 0 && rounds.at(-1)!.length > 0)) rounds.push(gone);
  }
  if (rounds.length > 0) rounds.pop();
  return { rounds, ticks: priceTicks(world) };
}

describe("a ladder of isolated longs in a simulated market with linear impact", () => {
  test("the documented example goes in generations of 1, 1 and 2, one a step, and ends at 88.5", () => {
    const world = ladderWorld(documentedLadder);
    const { rounds, ticks } = runThrough(world);
    expect(rounds).toEqual([[0], [1], [2, 3]]);
    expect(ticks).toBe(8_850);
    expect(world.markTicks[PERP]).toBe(8_850);
    const slot = world.ledger.findSlot(world.clearingAccount, PERP);
    expect(world.slots.lots[slot]).toBe(14_375);
    expect(world.slots.lots[world.ledger.findSlot(world.clearingAccount, SPOT)]).toBe(4_375);
    expect(residualOf(world)).toBe(0);
  });

  test("any ladder goes in the generations of the pure one and ends at its price, floored to the tick", () => {
    const seen = new Map<number, number>();
    fc.assert(
      fc.property(ladders, (ladder) => {
        const pure = pureCascade(ladder);
        const { rounds, ticks } = runThrough(ladderWorld(ladder));
        expect(ticks).toBe(pure.ticks);
        expect(rounds.map(({ length }) => length)).toEqual(pure.generations);
        expect(rounds.flat()).toEqual(pure.liquidated);
        seen.set(rounds.length, (seen.get(rounds.length) ?? 0) + 1);
      }),
      { numRuns: 200, seed: 31 },
    );
    for (const generations of [0, 1, 2, 3]) expect(seen.get(generations) ?? 0).toBeGreaterThan(1);
  });
});

describe("a run on markets with linear impact", () => {
  const inputs = (options: Parameters<typeof cascadeMarket>[1] = {}): SimulationInputs =>
    cleared(
      cascadeMarket(2_500, {
        minutes: 6,
        venue: { funding: { ...fundVenue.funding, intervalSeconds: 60, periodSeconds: 60 } },
        ...options,
      }),
      1,
      4,
    );

  test("conserves money, coins and contracts, the clearing account's among them", () => {
    const world = buildWorld(inputs());
    const coins = (account: number): number => world.slots.lots[world.ledger.findSlot(account, SPOT)];
    const before = world.accounts.cash[world.venues[0].feeAccount];
    while (world.nowMicros < world.inputs.endMicros) step(world);
    audit(world);
    expect(world.counters).toMatchObject({ residual: 0, audits: 361 });
    expect(world.counters.fills).toBeGreaterThan(20);
    expect(world.venues[0].totals.fundingPaid).toBeGreaterThan(0);
    expect(world.accounts.liquidations.some((count) => count > 0)).toBe(true);
    expect(coins(world.clearingAccount)).not.toBe(0);
    let contracts = 0;
    for (let slot = 0; slot < world.ledger.slotCount; slot++) {
      if (world.slots.market[slot] === PERP) contracts += world.slots.lots[slot];
    }
    expect(contracts).toBe(0);
    expect(world.accounts.cash[world.venues[0].feeAccount]).toBeGreaterThan(before);
    // No quote of the makers rests, and nothing is held for one.
    for (const account of world.accounts.reserved.keys()) expect(world.accounts.reserved[account]).toBe(0);
  });

  test("charges the taker alone, and never deleverages or liquidates the clearing account", () => {
    const world = buildWorld(inputs({ fund: 0 }));
    const { fills, accounts, slots } = world;
    while (fills.count === 0) step(world);
    let fees = 0;
    for (let row = 0; row < fills.count; row++) {
      expect(slots.account[fills.makerOwner[row]]).toBe(world.clearingAccount);
      // Forced orders pay no taker fee on this venue; the cause is in the lowest bits of the tag.
      if ((fills.takerTag[row] & 15) === CAUSE_LIQUIDATION) continue;
      fees += Math.ceil((fills.ticks[row] * fills.lots[row] * UNIT * 500) / 1_000_000);
    }
    expect(world.venues[0].totals.fees).toBe(fees);
    const own = world.ledger.findSlot(world.clearingAccount, PERP);
    expect(slots.lots[own]).toBeGreaterThan(0);
    const give = (quanta: number): void =>
      world.ledger.transfer(world.venues[0].feeAccount, world.clearingAccount, quanta);
    // With money enough to be a counterparty of a short's, it is not asked; longs of the crowd are.
    give(1e12);
    const queue = rankCounterparties(world, world.markets[PERP], -1, START_TICKS, world.agentCount - 1);
    expect(queue.length).toBeGreaterThan(0);
    expect(queue.map(({ slot }) => slot)).not.toContain(own);
    // Far below any margin, and nobody looks.
    give(-2e12);
    while (world.nowMicros < world.inputs.endMicros) step(world);
    expect(accounts.liquidations[world.clearingAccount]).toBe(0);
    expect(slots.lots[own]).toBeGreaterThan(0);
  });

  test("has one state hash for one seed, and another where the impact differs", async () => {
    const hash = async (made: SimulationInputs): Promise<string> => (await simulate(made)).stateHash;
    const first = await hash(inputs());
    expect(await hash(inputs())).toBe(first);
    expect(await hash(cleared(inputs(), 2, 4))).not.toBe(first);
  });

  test("has the clearing account only where a market asks for it", () => {
    const plain = buildWorld(cascadeMarket(0));
    expect(plain.clearingAccount).toBe(-1);
    expect(plain.accounts.cash.length).toBe(plain.agentCount + 2);
    const world = buildWorld(inputs());
    expect(world.clearingAccount).toBe(world.agentCount + 2);
    expect(world.accounts.cash.length).toBe(world.agentCount + 3);
  });

  test("is refused by the field's name when its clearing cannot be", () => {
    const build = (): unknown => buildWorld(cleared(cascadeMarket(0), 0.5, 4));
    expect(build).toThrow(UserError);
    expect(build).toThrow("markets.BTC-SPOT.clearing.impactTicks");
    expect(() => buildWorld(cleared(cascadeMarket(0), 1, -4))).toThrow("markets.BTC-SPOT.clearing.perLots");
  });
});
