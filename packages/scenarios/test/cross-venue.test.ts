/**
 * Arbitrage between venues in whole runs: what it does to a sale on one venue, what a halt does to it, and who may
 * trade so. Two venues with the same coin and people; a seller at home on the smaller one.
 */
import { agentTypes } from "@undertow/agents";
import { CAUSE_EXOGENOUS, defineAgent, type RunData, simulate, type SimulationInputs } from "@undertow/core";
import { buildWorld, residualOf, step } from "@undertow/core/testing";
import { compileScenario, resolveScenario } from "@undertow/scenarios";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { problemsOf, TWO } from "./scenario-text.ts";

const seller = defineAgent({
  name: "seller",
  summary: "Sells perpetuals at home at a steady pace, whatever the price.",
  source: "own, for tests",
  params: {
    interval: { unit: "duration", description: "between orders", default: 10e6 },
    lots: { unit: "count", description: "sold each time", default: 1_000_000 },
    orders: { unit: "count", description: "how often", default: 360 },
  },
  memory: { sent: 0 },
  wake: { interval: "interval", kind: "fixed" },
  decide({ due, coins, view, params, memory, orders }) {
    for (let k = 0; k < due.count; k++) {
      const agent = due.agents[k];
      if (memory.sent[agent]++ >= params.orders[agent]) continue;
      orders.market(agent, view.perpMarket[coins[0]], -1, params.lots[agent], CAUSE_EXOGENOUS);
    }
  },
});

const START = Date.UTC(2026, 0, 1) * 1000;
const STOP = [40, 60] as const;
const moment = (minute: number): string =>
  `${new Date(START / 1000 + minute * 60e3).toISOString().slice(0, 16)}Z`;

interface Setting {
  readonly arbitrage: boolean;
  /** On main, in the minutes of `STOP`. */
  readonly event?: "halt" | "outage";
  /** Of each arbitrageur, on both venues together. */
  readonly cash?: string;
  readonly minCashShare?: number;
  /** News of the second hour. */
  readonly fall?: string;
}

const ARBITRAGEURS = ({ cash = "$40M", minCashShare = 0.5 }: Setting): string => `
  arbitrageurs:
    type: cross-venue-arbitrageur
    count: 4
    venues: [main, dex]
    endowment: { cash: ${cash}, crossProbability: 1 }
    params: { minCashShare: ${minCashShare} }
`;

/** Two hours; in the first, $100,000 every ten seconds are sold on dex, whose makers offer $4M within 1 %. */
async function inputsOf(setting: Setting): Promise<SimulationInputs> {
  const event = `{ kind: ${setting.event}, from: ${moment(STOP[0])}, to: ${moment(STOP[1])}, title: Stop }`;
  const text = `
title: A sale on one of two venues
time: { start: ${moment(0)}, end: ${moment(120)}, warmUp: 0s, step: 1s, sample: 30s }
venues:
  main: { coverage: 40%, insuranceFund: $10M, events: [${setting.event === undefined ? "" : event}] }
  dex: { coverage: 10%, insuranceFund: $10M }
coins:
  BTC:
    price: $100
    openInterest: 0
    dailyVolatility: 1%
    preCrashBeta: 1
    spotDepth: $10M
    perpDepth: $20M
    tick: 0.01
    lot: 0.001
driver:
  type: factor-model
  shockScale: ${setting.fall ?? "0%"}
  shocks: [{ at: ${moment(60)}, over: 30m, size: 1, title: News, source: made up }]
populations:
  makers:
    type: market-maker
    count: 2
    endowment: &makers { cash: $100M, spot: $20M, crossProbability: 1 }
    params: &hard { impact: 0.4, impactKnee: 0, impactHalfLife: 30m, skew: 0.5% }
  makers-dex: { type: market-maker, count: 2, venue: dex, endowment: *makers, params: *hard }
  seller: { type: seller, count: 1, venue: dex, endowment: { cash: $100M, crossProbability: 1 } }
${setting.arbitrage ? ARBITRAGEURS(setting) : ""}`;
  const types = { ...agentTypes, seller };
  const scenario = await resolveScenario(parse(text) as object, "sale", { agentTypes: types });
  return compileScenario(scenario, { seed: "a", agentTypes: types });
}

async function run(setting: Setting): Promise<RunData> {
  return simulate(await inputsOf(setting));
}

/** Distances |main / dex - 1| of the two perpetuals from a minute to another. */
function gaps({ venueSeries: { rows, timeMicros, perp } }: RunData, from: number, to: number): number[] {
  const found: number[] = [];
  for (let row = 0; row < rows; row += 2) {
    const minute = (timeMicros[row] - START) / 60e6;
    if (minute >= from && minute < to) found.push(Math.abs(perp[row] / perp[row + 1] - 1));
  }
  return found;
}

const most = (values: readonly number[]): number => Math.max(...values);

describe("a sale on one venue", () => {
  it("drives the venues apart without arbitrage; with it they fall together, less than 0.4 % apart", async () => {
    const [alone, linked] = await Promise.all([run({ arbitrage: false }), run({ arbitrage: true })]);
    expect(most(gaps(alone, 0, 120))).toBeGreaterThan(0.05);
    expect(most(gaps(linked, 0, 120))).toBeLessThan(0.004);
    const low = ({ venueSeries: { perp, rows } }: RunData, venue: number): number =>
      Math.min(...perp.subarray(0, rows).filter((_, row) => row % 2 === venue));
    expect(low(linked, 0)).toBeLessThan(low(alone, 0) - 0.2);
    expect(low(linked, 1)).toBeGreaterThan(low(alone, 1) + 4);
    expect(linked.totals.auditResidual).toBe(0);
  });

  it("opens the gap while the other venue is halted, and the gap closes within three minutes of its end", async () => {
    const [apart, open, stopped] = await Promise.all([
      run({ arbitrage: false, event: "halt" }),
      run({ arbitrage: true }),
      run({ arbitrage: true, event: "halt" }),
    ]);
    const [from, to] = STOP;
    expect(gaps(stopped, 0, from)).toEqual(gaps(open, 0, from));
    expect(gaps(stopped, to - 1, to).at(-1)).toBeGreaterThan(0.015);
    expect(most(gaps(stopped, to + 3, 120))).toBeLessThan(0.004);
    // It is the arbitrage that closes it.
    expect(gaps(apart, to + 3, to + 4)[0]).toBeGreaterThan(0.04);
    expect(stopped.totals.auditResidual).toBe(0);
  });

  it("leaves no leg alone for long when orders to one venue are lost", async () => {
    const world = buildWorld(await inputsOf({ arbitrage: true, event: "outage" }));
    const { firstAccountAt, spec } = world.members.at(-1)!;
    const lotsOf = (agent: number, market: number): number => {
      const slot = world.ledger.findSlot(firstAccountAt[world.view.venueOfMarket[market]] + agent, market);
      return slot < 0 ? 0 : world.slots.lots[slot];
    };
    const [main, dex] = [1, 3];
    const uneven = (): number => {
      let worst = 0;
      for (let agent = 0; agent < spec.count; agent++)
        worst = Math.max(worst, Math.abs(lotsOf(agent, main) + lotsOf(agent, dex)));
      return worst * world.view.midTicks[main] * world.view.quantaPerTickLot[main];
    };
    const worst = [0, 0, 0];
    while (world.nowMicros < START + 120 * 60e6) {
      const minute = (world.nowMicros - START) / 60e6;
      const part = minute < STOP[0] ? 0 : minute < STOP[1] ? 1 : 2;
      step(world);
      worst[part] = Math.max(worst[part], uneven());
    }
    // Left alone up to 5 % of $5M; one more trade takes it beyond, and then it is repaired on dex.
    const tolerance = 0.05 * 5e6 * 1e5;
    expect(worst[0]).toBe(0);
    expect(worst[1]).toBeGreaterThan(tolerance);
    expect(worst[1]).toBeLessThan(1.2 * tolerance);
    expect(uneven()).toBeLessThan(tolerance);
    expect(residualOf(world)).toBe(0);
  });

  it("draws cash to the venue where the arbitrage loses", async () => {
    const { venueTotals, totals } = await run({
      arbitrage: true,
      cash: "$6M",
      minCashShare: 0.9,
      fall: "15%",
    });
    const [main, dex] = venueTotals;
    expect(dex.transfersIn).toBeGreaterThan(0);
    // What is on its way when the run ends has left and not arrived.
    expect(main.transfersOut).toBeGreaterThanOrEqual(dex.transfersIn);
    expect([dex.transfersOut, main.transfersIn]).toEqual([0, 0]);
    expect(totals.auditResidual).toBe(0);
  });
});

describe("a population of a type that needs two venues", () => {
  const withLinks = (lines: string): string =>
    TWO.replace(
      "patches:\n",
      `  links:\n    type: cross-venue-arbitrageur\n    count: 2\n${lines}    endowment: { cash: $1M }\npatches:\n`,
    );

  it.each([
    ["none", "", "a.yaml:68:11 populations.links.type"],
    ["one", "    venue: dex\n", "a.yaml:70:12 populations.links.venue"],
    ["a list of one", "    venues: [dex]\n", "a.yaml:70:13 populations.links.venues"],
  ])("is refused with %s named, with its place", async (_name, lines, place) => {
    expect(await problemsOf(withLinks(lines))).toEqual([
      `${place}: cross-venue-arbitrageur needs accounts on several venues (expected "venues" with at least 2 names, found 1)`,
    ]);
  });

  it("is taken with two, and types say how many they need", async () => {
    expect(await problemsOf(withLinks("    venues: [dex, main]\n"))).toEqual([]);
    const choosy = {
      ...agentTypes,
      "cross-venue-arbitrageur": { ...agentTypes["cross-venue-arbitrageur"], minVenues: 3 },
    };
    const [problem] = await problemsOf(withLinks("    venues: [dex, main]\n"), { agentTypes: choosy });
    expect(problem).toContain('expected "venues" with at least 3 names, found 2');
  });
});
