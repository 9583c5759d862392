/** A small complete scenario for tests, as YAML and in a folder of its own. */
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
