/** Every agent type of the registry passes the conformance kit; a new one is covered by being listed. */
import { agentTypes, agentTypesModule } from "@undertow/agents";
import type { AgentTable } from "@undertow/core";
import { agentTypeChecks, KIT_START_MICROS, type CheckOptions } from "@undertow/agents/testing";
import { describe, expect, test } from "vitest";

const MONEY = 100_000;
/** Parameters under which a type trades in worlds of this size; its defaults are for a market of billions. */
const DEPTH = 50_000 * MONEY;
const PARAMS: Readonly<Record<string, CheckOptions["params"]>> = {
  "market-maker": { perpDepth0: DEPTH, perpDepth1: DEPTH, spotDepth0: DEPTH, spotDepth1: DEPTH },
  // Funding that counts many times opens a gap wider than the spread.
  "basis-arbitrageur": { threshold: 0, fundingIntervals: 100 },
  "cross-venue-arbitrageur": { threshold: 0 },
  "large-holder": { capitulationLoss: 0.05 },
  // The open interest of the kit is a sliver of its depth.
  "liquidation-hunter": { minPull: 0.0001, attackProbability: 1, attackShare: 1, reach: 0.12 },
  "metaorder-executor": { startAfter: 120e6, horizon: 900e6, notional: 5000 * MONEY },
  "scripted-trader": { at0: 60e6, kind0: 1, notional0: 500 * MONEY },
};

/** A buy and a sale of the tested population's first agent, as recorded. */
const FLOW: AgentTable = {
  rows: 2,
  columns: {
    time: Float64Array.of(KIT_START_MICROS + 300e6, KIT_START_MICROS + 900e6),
    market: Float64Array.of(1, 1),
    kind: Float64Array.of(1, 1),
    side: Float64Array.of(1, -1),
    price_usd: new Float64Array(2),
    lots: Float64Array.of(50, 50),
    size_coins: new Float64Array(2),
    notional_usd: new Float64Array(2),
  },
};
const TABLES: Readonly<Record<string, CheckOptions["tables"]>> = { "replay-trader": { flow: FLOW } };

/** Who decides outside of the run: by itself it sends nothing, which the check that wants orders has to find. */
const SILENT = "strategy-under-test";

describe.each(Object.entries(agentTypes))("%s", (name, type) => {
  const [params, tables] = [PARAMS[name] ?? {}, TABLES[name] ?? {}];
  const checks = agentTypeChecks(type, { params, tables, module: agentTypesModule });
  test.each(checks.map((check) => [check.name, check] as const))("%s", async (checkName, check) => {
    if (name === SILENT && checkName === "acts") await expect(check.run()).rejects.toThrow();
    else await check.run();
  });
});
