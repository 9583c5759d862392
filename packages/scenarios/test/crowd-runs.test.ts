/**
 * The agent types that see each other or the liquidation map, in a small market: fear spreads on the network, hunters
 * attack and cover, defenders survive longer; on any number of threads.
 */
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { agentTypes } from "@undertow/agents";
import { ORDER_KINDS, type RunData, simulate } from "@undertow/core";
import { compileScenario, resolveScenario } from "@undertow/scenarios";

const START = Date.UTC(2026, 1, 5) * 1000;
const moment = (minute: number): string =>
  `${new Date(START / 1000 + minute * 60_000).toISOString().slice(0, 16)}Z`;

/** One coin, makers, a crowd of longs and a few hedged shorts; a fall after half an hour. */
async function inputsOf(populations: string, fall: string) {
  // In coins: $20M, where somebody holds it.
  const openInterest = populations.includes("perpLongShare") ? 200_000 : 0;
  const text = `
title: A small market
time: { start: ${moment(0)}, end: ${moment(150)}, warmUp: 0s, step: 1s, sample: 30s }
venue: { coverage: 50%, insuranceFund: $10M }
coins:
  BTC:
    price: $100
    openInterest: ${openInterest}
    dailyVolatility: 1%
    preCrashBeta: 1
    spotDepth: $4M
    perpDepth: $4M
    tick: 0.01
    lot: 0.001
driver:
  type: factor-model
  shockScale: ${fall}
  shocks: [{ at: ${moment(30)}, over: 20m, size: 1, title: News, source: made up }]
populations:
  makers: { type: market-maker, count: 2, depthShare: 100%, endowment: { cash: $100M, spot: $20M, crossProbability: 1 } }
  arbitrageurs: { type: basis-arbitrageur, count: 2, endowment: { cash: $20M, spot: $5M, crossProbability: 1 } }
  values: { type: value-investor, count: 5, endowment: { cash: $20M, spot: $5M } }
${populations}`;
  const scenario = await resolveScenario(parse(text) as object, "small market", { agentTypes });
  return compileScenario(scenario, { seed: "a", agentTypes });
}

async function run(populations: string, fall = "6%", threads = 1): Promise<RunData> {
  const inputs = await inputsOf(populations, fall);
  return simulate({ ...inputs, record: { orders: true, fills: false } }, { threads, dealFrom: 1 });
}

/** Messages of a population on the tape: kind, side, and the money of an order at 100 dollars a coin. */
function sentBy(data: RunData, population: string) {
  const { orders } = data;
  const index = data.populations.findIndex(({ name }) => name === population);
  return Array.from({ length: orders!.rows }, (_, row) => row)
    .filter((row) => orders!.population[row] === index)
    .map((row) => ({
      kind: ORDER_KINDS[orders!.kind[row]],
      side: orders!.side[row],
      lots: orders!.lots[row],
      minute: (orders!.timeMicros[row] - START) / 60e6,
      admitted: orders!.admitted[row] === 1,
    }));
}

const total = (rows: readonly { readonly lots: number }[]): number =>
  rows.reduce((sum, { lots }) => sum + lots, 0);

describe("a crowd of which one in ten reads the news", () => {
  const crowd = (params: string): string => `
  crowd:
    type: crowd-trader
    count: 400
    endowment: { cash: $1M, spot: $4M }
    params: { fearThreshold: "choice([4, 1000], [0.1, 0.9])", leaderWeight: 0, maxDepthShare: 0.01, ${params} }`;

  it("sells more when it sees its neighbours, and nothing without news", async () => {
    const [alone, seen, calm] = [
      await run(crowd("neighbours: 0")),
      await run(crowd("neighbours: 8, infectionTime: 30m")),
      await run(crowd("neighbours: 8, infectionTime: 30m"), "0%"),
    ];
    const sold = [alone, seen, calm].map((data) =>
      total(sentBy(data, "crowd").filter(({ side }) => side === -1)),
    );
    expect(sold[0]).toBeGreaterThan(0);
    expect(sold[1]).toBeGreaterThan(1.3 * sold[0]);
    expect(sold[2]).toBe(0);
    expect(seen.totals.auditResidual).toBe(0);
  });

  it("has one result on two threads", async () => {
    const [one, two] = [await run(crowd("neighbours: 8")), await run(crowd("neighbours: 8"), "6%", 2)];
    expect(two.stateHash).toBe(one.stateHash);
  });
});

const LONGS = (params: string): string => `
  longs:
    type: leveraged-trader
    count: 300
    endowment: { perpLongShare: 100%, leverage: 25, cashPerMargin: 2, crossProbability: 0, entryAge: 1h }
    params: { leverage: 25, fearThreshold: 20, ${params} }
  shorts:
    type: leveraged-trader
    count: 100
    endowment: { perpShortShare: 100%, leverage: 2, cashPerMargin: 2, crossProbability: 0, entryAge: 1h }
    params: { leverage: 2, fearThreshold: 20 }`;

describe("hunters", () => {
  it("sell ahead of visible clusters and cover, on two threads too", async () => {
    const hunters = `${LONGS("interval: 8h")}
  hunters:
    type: liquidation-hunter
    count: 20
    endowment: { cash: $1M }
    params: { minPull: 0.3, attackProbability: 0.2, reach: 0.06 }`;
    const [one, two] = [await run(hunters), await run(hunters, "6%", 2)];
    expect(two.stateHash).toBe(one.stateHash);
    const sent = sentBy(one, "hunters");
    const attacks = sent.filter(({ kind, admitted }) => kind === "market" && admitted);
    const covers = sent.filter(({ kind, admitted }) => kind === "reduce" && admitted);
    expect(attacks.length).toBeGreaterThan(5);
    expect(attacks.some(({ side }) => side === -1)).toBe(true);
    expect(covers.length).toBeGreaterThan(5);
    expect(one.totals.auditResidual).toBe(0);
  });
});

describe("defenders", () => {
  it("send margin, and fewer of them are liquidated", async () => {
    const looks = "interval: 60s, horizon: 1000h, takeProfit: 50";
    const [left, defended] = [await run(LONGS(looks)), await run(LONGS(`${looks}, topUps: 3, topUpSize: 1`))];
    const tops = sentBy(defended, "longs").filter(({ kind }) => kind === "margin");
    expect(tops.length).toBeGreaterThan(100);
    expect(sentBy(left, "longs").some(({ kind }) => kind === "margin")).toBe(false);
    const liquidated = ({ liquidations }: RunData): number =>
      new Set(liquidations.agent.slice(0, liquidations.rows)).size;
    expect(liquidated(left)).toBeGreaterThan(50);
    expect(liquidated(defended)).toBeLessThan(0.7 * liquidated(left));
  });
});
