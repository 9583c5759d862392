/**
 * The trader types with a small part in no bundled scenario, all together in one market through a fall and a rebound.
 *
 * Each of them trades, money is conserved, and the run is the same on one and on two threads.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type RunData, simulate } from "@undertow/core";
import { compileScenario, loadScenario } from "@undertow/scenarios";
import { expect, it } from "vitest";
import { folderWith } from "./scenario-text.ts";

const SCENARIO = `title: All trader types
time: { start: 2026-01-01T00:00Z, end: 2026-01-01T08:00Z, warmUp: 1h, step: 10s }
venue: { insuranceFund: $5M }
coins:
  BTC:
    price: $76000
    openInterest: 400
    dailyVolatility: 5%
    preCrashBeta: 1
    spotDepth: $3M
    perpDepth: $6M
    tick: 0.1
    lot: 0.001
  SOL:
    price: $104
    openInterest: 100000
    dailyVolatility: 7%
    preCrashBeta: 1.3
    spotDepth: $1M
    perpDepth: $2M
    tick: 0.01
    lot: 0.01
driver:
  type: factor-model
  shockScale: 10%
  shocks:
    - { at: 2026-01-01T01:30Z, over: 90m, size: 1, title: Fall, source: a test }
    - { at: 2026-01-01T05:00Z, over: 60m, size: -0.7, title: Rebound, source: a test }
record: { tape: fills }
populations:
  makers:
    type: market-maker
    count: 4
    endowment: { cash: $20M, spot: $10M }
  crowd-btc:
    type: leveraged-trader
    count: 300
    coins: [BTC]
    endowment: &crowd { perpLongShare: 1, perpShortShare: 1, leverage: "lognormal(median=8, sigma=0.6, max=30)", cashPerMargin: 1 }
  crowd-sol: { type: leveraged-trader, count: 300, coins: [SOL], endowment: *crowd }
  noise: { type: noise-trader, count: 50, endowment: { cash: $500k, spot: $500k }, params: { notional: $5k } }
  zi-c: { type: zi-c-trader, count: 100, endowment: { cash: $20k, spot: $20k } }
  dip: { type: dip-buyer, count: 60, endowment: { cash: $100k }, params: { firstDip: "uniform(0.01, 0.06)", takeProfit: 3% } }
  level: { type: level-trader, count: 100, coins: [BTC], endowment: { cash: $20k } }
  fcn: { type: fcn-trader, count: 100, endowment: { cash: $20k } }
  shorts: { type: short-seller, count: 100, coins: [SOL], endowment: { cash: $10k }, params: { takeProfit: 1% } }
  parent:
    type: metaorder-executor
    count: 6
    endowment: { cash: $1M }
    params: { mode: "choice([0, 1, 2])", side: "choice([1, -1])", notional: $300k, startAfter: "uniform(0h, 3h)", interval: 30s }
  script:
    type: scripted-trader
    count: 1
    endowment: { cash: $1M }
    params: { interval: 10s, leverage: 3, at0: 30m, kind0: 1, side0: -1, notional0: $100k, at1: 2h, kind1: 4 }
  tape: { type: replay-trader, count: 3, tables: { flow: ./flow.csv }, endowment: { cash: $200k }, params: { interval: 10s } }
`;

/** A row every 5 minutes: buys and sells by turns, in the perpetual of either coin. */
const FLOW = [
  "time,market,side,notional_usd",
  ...Array.from({ length: 90 }, (_, k) =>
    [`${5 * k}m`, k % 4 < 2 ? "BTC-PERP" : "SOL-PERP", k % 2 === 0 ? "buy" : "sell", 5000].join(","),
  ),
].join("\n");

async function run(
  threads: number,
  seed: string,
): Promise<{ readonly data: RunData; readonly names: readonly string[] }> {
  const folder = folderWith({ "a.yaml": SCENARIO });
  writeFileSync(join(folder, "flow.csv"), FLOW);
  const inputs = compileScenario(await loadScenario(join(folder, "a.yaml")), { seed });
  const names = inputs.populations.map(({ name }) => name);
  return { data: await simulate(inputs, { threads, dealFrom: 1 }), names };
}

it("all trade, money is conserved, one and two threads agree", { timeout: 120_000 }, async () => {
  const { data, names } = await run(1, "all");
  const trades = new Map<string, number>(names.map((name) => [name, 0]));
  const { rows, takerPopulation, makerPopulation } = data.fills!;
  for (let row = 0; row < rows; row++) {
    for (const population of [takerPopulation[row], makerPopulation[row]]) {
      if (population >= 0) trades.set(names[population], trades.get(names[population])! + 1);
    }
  }
  for (const name of ["zi-c", "dip", "level", "fcn", "shorts", "parent", "tape"]) {
    expect([name, trades.get(name)! >= 20]).toEqual([name, true]);
  }
  // One sale and one close.
  expect(trades.get("script")).toBeGreaterThanOrEqual(2);
  expect(data.totals.auditResidual).toBe(0);
  expect((await run(2, "all")).data.stateHash).toBe(data.stateHash);
  expect((await run(1, "other")).data.stateHash).not.toBe(data.stateHash);
});
