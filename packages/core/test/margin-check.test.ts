/** Nobody below maintenance is ever overlooked: triggers and bands against a full re-check of all accounts. */
import { describe, expect, it } from "vitest";
import { createKeys, maintenanceQuanta, randomSource, type SimulationInputs } from "@undertow/core";
import { buildWorld, step, type World } from "@undertow/core/testing";
import {
  PERP,
  SPOT,
  START_TICKS,
  UNIT,
  arbitrageur,
  holder,
  ladderMaker,
  population,
  seller,
  smallMarket,
  type PositionRow,
} from "./support/small-market.ts";

/** Accounts of agents whose equity is below maintenance at the marks as they stand. */
function belowMaintenance(world: World): number[] {
  const { ledger, slots, accounts, markets, markTicks } = world;
  const found = new Set<number>();
  const sums = new Map<number, number>();
  for (let slot = 0; slot < ledger.slotCount; slot++) {
    const market = markets[slots.market[slot]];
    const account = slots.account[slot];
    if (!market.perpetual || slots.lots[slot] === 0 || account >= world.agentCount) continue;
    const mark = markTicks[market.index];
    const needed = maintenanceQuanta(
      market.tiers,
      Math.abs(ledger.valueQuanta(slot, mark)),
      accounts.weight[account],
    );
    if (accounts.cross[account] === 1) sums.set(account, (sums.get(account) ?? 0) + needed);
    else if (ledger.isolatedEquity(slot, mark) < needed) found.add(account);
  }
  for (const [account, needed] of sums) {
    if (ledger.crossEquity(account, markTicks) < needed) found.add(account);
  }
  return [...found];
}

/** Longs and shorts, isolated and cross, at random leverage, around makers and two sellers. */
function randomMarket(seed: string): SimulationInputs {
  const random = randomSource(createKeys(seed));
  const rows: PositionRow[][] = [[], []];
  const notional = 100 * START_TICKS * UNIT;
  let net = 0;
  for (const [kind, list] of rows.entries()) {
    for (let agent = 0; agent < 60; agent++) {
      const leverage = 4 + 60 * random.uniform(1, kind, agent);
      const side = random.uniform(2, kind, agent) < 0.7 ? 1 : -1;
      net += side * 100;
      const margin = kind === 0 ? { margin: Math.ceil(notional / leverage) } : {};
      list.push({ agent, market: PERP, lots: side * 100, entryTicks: START_TICKS, leverage, ...margin });
    }
  }
  const stock = { agent: 0, market: SPOT, lots: 100_000, entryTicks: START_TICKS };
  const offset = { agent: 0, market: PERP, lots: -net, entryTicks: START_TICKS };
  const cash = 1e13;
  return smallMarket({
    seed,
    minutes: 10,
    // One order a step: the rest of those below maintenance waits, on the list.
    liquidation: { ordersPerRound: 1 },
    populations: [
      population("isolated", holder, 60, {}, 1e6, rows[0]),
      population("cross", holder, 60, {}, notional / 40, rows[1], { cross: true }),
      population("offset", holder, 1, {}, cash, [offset], { cross: true }),
      population("makers", ladderMaker, 1, { depth: 200 }, cash, [stock], { cross: true }),
      population("arbitrageurs", arbitrageur, 1, { lots: 100 }, cash, [stock], { cross: true }),
      population("sellers", seller, 2, { lots: 1500 }, cash, [stock, { ...stock, agent: 1 }], {
        cross: true,
      }),
    ],
  });
}

describe("margin check", () => {
  it("has every account below maintenance on its list after each step, on 40 random markets", () => {
    let seen = 0;
    for (let k = 0; k < 40; k++) {
      const world = buildWorld(randomMarket(`market ${k}`));
      for (let s = 0; s < 300; s++) {
        step(world);
        for (const account of belowMaintenance(world)) {
          seen++;
          if (!world.margin.isDue(account))
            throw new Error(`market ${k}, step ${s}: account ${account} overlooked`);
        }
      }
    }
    expect(seen).toBeGreaterThan(100);
  });
});
