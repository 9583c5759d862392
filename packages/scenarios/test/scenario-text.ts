/** Small complete scenarios for tests, with one venue and with two, as YAML and in a folder of their own. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError, formatProblem } from "@undertow/core";
import { loadScenario, type LoadOptions } from "@undertow/scenarios";

export const SMALL = `title: Small
time:
  start: 2026-01-01T00:00Z
  end: 2026-01-02T00:00Z
venue:
  insuranceFund: $1M
coins:
  BTC:
    price: { value: $100, source: "A paper", asOf: 2026-01-01 }
    openInterest: 1000000
    dailyVolatility: 3%
    preCrashBeta: 1
    spotDepth: $1M
    perpDepth: { value: $2M, note: "twice spot" }
    tick: 0.1
    lot: 0.001
driver:
  type: factor-model
  shockScale: 5%
populations:
  crowd:
    type: leveraged-trader
    count: 50
    endowment: { perpLongShare: 1, perpShortShare: 1, leverage: 3x, cashPerMargin: 1 }
  makers:
    type: market-maker
    count: 2
    depthShare: 50%
    endowment: { cash: $1M, spot: $1M }
patches:
  no-shocks: { driver: { shockScale: 0 } }
`;

/** Two coins on `main`, one of them on `dex` too, which makes a fifth of its market. */
export const TWO = `title: Two venues
time:
  start: 2026-01-01T00:00Z
  end: 2026-01-01T02:00Z
  warmUp: 0s
venues:
  main:
    coverage: { value: 40%, source: "A paper" }
    insuranceFund: $10M
  dex:
    profile: hyperliquid-like
    coverage: 10%
    insuranceFund: $1M
    coins: [BTC]
    index: { weights: { main: 0.7, dex: 0.3 } }
    transfers: { fee: $1, deposit: 5m }
    events:
      - { kind: transfer-halt, from: 2026-01-01T01:00Z, to: 2026-01-01T01:30Z, title: Halt }
coins:
  BTC:
    price: $100
    openInterest: 1000001
    dailyVolatility: 3%
    preCrashBeta: 1
    spotDepth: $1M
    perpDepth: $2M
    tick: 0.1
    lot: 0.001
  SOL:
    price: $50
    openInterest: 500000
    dailyVolatility: 4%
    preCrashBeta: 1.2
    spotDepth: $400k
    perpDepth: $800k
    tick: 0.01
    lot: 0.01
driver:
  type: factor-model
  shockScale: 5%
populations:
  crowd:
    type: leveraged-trader
    count: 50
    coins: [BTC]
    endowment: &crowd { perpLongShare: 1, perpShortShare: 1, leverage: 3x, cashPerMargin: 1 }
  crowd-sol:
    type: leveraged-trader
    count: 50
    coins: [SOL]
    endowment: *crowd
  crowd-dex:
    type: leveraged-trader
    count: 20
    venue: dex
    endowment: *crowd
  makers:
    type: market-maker
    count: 2
    depthShare: 50%
    endowment: { cash: $1M, spot: $1M }
  makers-dex:
    type: market-maker
    count: 4
    venues: [dex, main]
    endowment: { cash: 3000000.00001, spot: $1M }
patches:
  calm: { venues: { dex: { coverage: 20% } } }
`;

/** A new folder with the given files. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "undertow-scenarios-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** The problems of loading `text`, one line each, the folder left out; empty when it loads. */
export async function problemsOf(
  text: string,
  options?: LoadOptions,
  others: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const folder = folderWith({ "a.yaml": text, ...others });
  try {
    await loadScenario(join(folder, "a.yaml"), options);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.problems.map((problem) => formatProblem(problem).replaceAll(`${folder}/`, ""));
  }
}
