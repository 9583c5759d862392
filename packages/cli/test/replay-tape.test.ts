/**
 * A record's own order tape, in Parquet, is played again by a replay trader in another run.
 *
 * A scripted seller's orders are recorded; the tape, cut to its rows, has the same sent and traded without the seller.
 */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ParquetFile } from "../src/record/parquet.ts";
import { contextOf } from "@undertow/cli";
import { type RunData, simulate, type SimulationInputs } from "@undertow/core";
import { compileScenario, loadScenario } from "@undertow/scenarios";
import { ordersTable } from "../src/record/tape-tables.ts";

const BASE = `title: Tape
time: { start: 2026-01-01T00:00Z, end: 2026-01-01T00:30Z, warmUp: 5m, step: 5s }
venue: { insuranceFund: $1M }
coins:
  BTC:
    price: $100
    openInterest: 1000000
    dailyVolatility: 3%
    preCrashBeta: 1
    spotDepth: $1M
    perpDepth: $2M
    tick: 0.1
    lot: 0.001
driver: { type: factor-model, shockScale: 0% }
record: { tape: both }
populations:
  crowd:
    type: leveraged-trader
    count: 10
    endowment: { perpLongShare: 1, perpShortShare: 1, leverage: 3x, cashPerMargin: 1 }
    params: { interval: 1000h }
  makers: { type: market-maker, count: 2, endowment: { cash: $10M, spot: $10M } }
`;
const SELLER = `  seller:
    type: scripted-trader
    count: 1
    latency: 0s
    endowment: { cash: $1M }
    params: { interval: 5s, at0: 5m, kind0: 1, side0: -1, notional0: $200k, at1: 10m, kind1: 4, at2: 12m, kind2: 2, notional2: $50k, offset2: -5% }
`;
const REPLAY = `  replay:
    type: replay-trader
    count: 1
    latency: 0s
    tables: { flow: ./orders.parquet }
    endowment: { cash: $1M }
    params: { interval: 5s }
`;

async function inputsOf(folder: string, text: string): Promise<SimulationInputs> {
  writeFileSync(join(folder, "a.yaml"), text);
  return compileScenario(await loadScenario(join(folder, "a.yaml")), { seed: "tape" });
}

const STEP_MICROS = 5e6;

/** Rows of population 2 on the order tape. */
function ownRows({ orders }: RunData): number[] {
  return Array.from({ length: orders!.rows }, (_, row) => row).filter((row) => orders!.population[row] === 2);
}

/** What population 2 sent: step, market, kind, side, price and lots. */
function sent(run: RunData): number[][] {
  const { timeMicros, market, kind, side, ticks, lots } = run.orders!;
  return ownRows(run).map((row) => [
    Math.floor(timeMicros[row] / STEP_MICROS),
    market[row],
    kind[row],
    side[row],
    ticks[row],
    lots[row],
  ]);
}

/** Lots that population 2 bought and sold at market. */
function taken({ fills }: RunData): number[] {
  const sums = [0, 0];
  for (let row = 0; row < fills!.rows; row++) {
    if (fills!.takerPopulation[row] === 2) sums[fills!.side[row] > 0 ? 0 : 1] += fills!.lots[row];
  }
  return sums;
}

test("the same is sent in the same steps, and as much is traded", { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "undertow-tape-"));
  const inputs = await inputsOf(folder, BASE + SELLER);
  const context = contextOf(inputs);
  const recorded = await simulate(inputs);
  const { orders } = recorded;
  const own = ownRows(recorded);
  expect(own).toHaveLength(3);
  const pick = <Column extends { [row: number]: number }>(column: Column, into: Column): Column => {
    for (const [k, row] of own.entries()) into[k] = column[row];
    return into;
  };
  const cut = {
    rows: 3,
    timeMicros: pick(orders!.timeMicros, new Float64Array(3)),
    population: pick(orders!.population, new Int32Array(3)),
    agent: pick(orders!.agent, new Int32Array(3)),
    market: pick(orders!.market, new Int32Array(3)),
    kind: pick(orders!.kind, new Uint8Array(3)),
    side: pick(orders!.side, new Int8Array(3)),
    ticks: pick(orders!.ticks, new Int32Array(3)),
    lots: pick(orders!.lots, new Float64Array(3)),
    cause: pick(orders!.cause, new Uint8Array(3)),
    admitted: pick(orders!.admitted, new Uint8Array(3)),
  };
  const columns = ordersTable(context, cut);
  const file = new ParquetFile(join(folder, "orders.parquet"), columns, "test");
  file.append(columns);
  file.finish({ scenarioHash: "a", seed: "tape", stateHash: "b" });
  const replayed = await simulate(await inputsOf(folder, BASE + REPLAY));
  expect(sent(replayed)).toEqual(sent(recorded));
  // The second order closed the first; the third rests 5 % under the market.
  expect(taken(recorded)[0]).toBeGreaterThan(1_900_000);
  expect(taken(recorded)[1]).toBe(taken(recorded)[0]);
  expect(taken(replayed)).toEqual(taken(recorded));
  expect(replayed.totals.auditResidual).toBe(0);
});
