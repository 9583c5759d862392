/**
 * What does not act changes nothing: a population that only holds, or a market that nobody trades, leaves every other
 * agent's trades as they are. Compared are the logs of all fills, by population and agent, not their hashes.
 */
import { describe, expect, it } from "vitest";
import type { PopulationSpec, SimulationInputs } from "@undertow/core";
import { buildWorld, step, type World } from "@undertow/core/testing";
import { cascadeMarket, holder, population, SPOT, START_TICKS } from "./support/small-market.ts";

/** Population and agent behind a slot; the venue's own accounts by their place after the traders'. */
function ownerOf(world: World, slot: number): string {
  const account = world.slots.account[slot];
  const agent = world.agentOfAccount[account];
  if (agent < 0) return `venue account ${account - world.traderCount}`;
  const member = world.members.findLast(({ firstAccount }) => firstAccount <= agent)!;
  return `${member.spec.name} ${agent - member.firstAccount}`;
}

/** Every fill of the run: moment, market, price, size, both sides, and what it was caused by. */
function fillsOf(inputs: SimulationInputs): string[] {
  const world = buildWorld(inputs);
  const log: string[] = [];
  while (world.nowMicros < inputs.endMicros) {
    step(world);
    const { count, market, ticks, lots, takerSide, makerOwner, takerOwner, takerTag } = world.fills;
    for (let row = 0; row < count; row++) {
      const name = inputs.markets[market[row]].name;
      const sides = `${ownerOf(world, takerOwner[row])} from ${ownerOf(world, makerOwner[row])}`;
      const { nowMicros } = world;
      log.push(
        `${nowMicros} ${name} ${takerSide[row] * lots[row]} at ${ticks[row]}: ${sides} ${takerTag[row]}`,
      );
    }
  }
  return log;
}

const base = (): SimulationInputs => cascadeMarket(2500, { minutes: 8 });

function withPopulation(inert: PopulationSpec, at: number): SimulationInputs {
  const inputs = base();
  return { ...inputs, populations: inputs.populations.toSpliced(at, 0, inert) };
}

describe("an inert population", () => {
  const coins = { agent: 0, market: SPOT, lots: 30, entryTicks: START_TICKS };
  const inert = population("inert", holder, 50, {}, 1e9, [coins]);

  it.each([0, 2, 5])("changes no fill of the others, as population %i", (at) => {
    const alone = fillsOf(base());
    expect(alone.length).toBeGreaterThan(200);
    expect(alone.some((line) => line.includes("longs"))).toBe(true);
    expect(fillsOf(withPopulation(inert, at))).toEqual(alone);
  });
});

describe("a market that nobody trades", () => {
  it("changes no fill of the others", () => {
    const inputs = base();
    const [spot, perpetual] = inputs.markets;
    const quiet: SimulationInputs = {
      ...inputs,
      coins: [...inputs.coins, { ...inputs.coins[0], name: "ETH" }],
      markets: [
        spot,
        perpetual,
        { ...spot, name: "ETH-SPOT", coin: 1 },
        { ...perpetual, name: "ETH-PERP", coin: 1 },
      ],
      venues: inputs.venues.map((venue) => ({
        ...venue,
        index: { ...venue.index, sources: [...venue.index.sources, { market: 2, weight: 1 }] },
      })),
      driver: () => ({
        sample(_time, out) {
          out.fundamental.fill(100);
          out.sentiment[0] = 0;
        },
      }),
    };
    expect(fillsOf(quiet)).toEqual(fillsOf(inputs));
  });
});
